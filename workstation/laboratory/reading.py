"""Reading a report as it came: its Observations wherever they are, each value as reported, never converted.

A value is judged by the flag its laboratory set, else by the range that came with it, else by the catalogue's range
where the unit is the catalogue's own; what the catalogue says is marked as the catalogue's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from workstation.chart.measures import value_of
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, codings, parse_date, target, text_of
from workstation.laboratory.rows import ValueRow
from workstation.laboratory.wording import limits_text
from workstation.store.reader import Reader
from workstation.terminology.laboratory import Laboratory, LabRange, LabTest, plain_unit

VOID: Final = frozenset({"entered-in-error", "cancelled"})
PENDING: Final = frozenset({"registered"})
REPORT: Final = "report"
CATALOGUE: Final = "catalogue"
DEPTH: Final = 4
FLAGS: Final = {
    "HH": "critical-high", "LL": "critical-low", "AA": "critical", "H": "high", "HU": "high", "L": "low",
    "LU": "low", "A": "abnormal", "POS": "abnormal", "DET": "abnormal", "R": "abnormal",
}  # fmt: skip
NORMAL: Final = frozenset({"N", "NEG", "ND", "S"})
NEGATIVE: Final = frozenset(
    {"阴性", "阴性(-)", "(-)", "-", "—", "negative", "neg", "not detected", "未检出", "无细菌生长"}
)
POSITIVE: Final = frozenset({"阳性", "阳性(+)", "弱阳性", "positive", "pos", "detected", "检出", "reactive"})
_CODED: Final = {
    "260385009": "negative",
    "260415000": "negative",
    "10828004": "positive",
    "260373001": "positive",
}


@dataclass(frozen=True, slots=True)
class Whose:
    """What judging a value needs of a patient, on the day it was taken."""

    sex: str = ""
    birth: str = ""


def whose(patient: Resource | None) -> Whose:
    """Give sex and birth of a Patient; of an unknown one nothing."""
    found = patient or {}
    return Whose(str(found.get("gender", "")), str(found.get("birthDate", "")))


def observations_of(reader: Reader, report: Resource) -> tuple[list[Resource], int]:
    """Give the Observations of a report in its order, members of groups included, and how many are not here yet."""
    inside = {f"#{c.get('id')}": c for c in as_list(report.get("contained"))}
    found: list[Resource] = []
    missing = _gather(reader, as_list(report.get("result")), inside, found, DEPTH)
    return found, missing


def _gather(
    reader: Reader,
    references: Sequence[Resource],
    inside: dict[str, Resource],
    found: list[Resource],
    depth: int,
) -> int:
    missing, seen = 0, {id(o) for o in found}
    for reference in references if depth else ():
        text = str(reference.get("reference", ""))
        one = inside.get(text) if text.startswith("#") else reader.peek("Observation", target(reference))
        if one is None:
            missing += 1
            continue
        if id(one) not in seen and _speaks(one):
            found.append(one)
        missing += _gather(reader, as_list(one.get("hasMember")), inside, found, depth - 1)
    return missing


def _speaks(observation: Resource) -> bool:
    """Say whether an Observation has something to say itself, and is not only the head of a group."""
    own = any(key.startswith("value") for key in observation) or "dataAbsentReason" in observation
    return own or bool(observation.get("component")) or not observation.get("hasMember")


def values_of(observation: Resource, catalogue: Laboratory, who: Whose, at: str = "") -> Iterator[ValueRow]:
    """Give the values of one Observation: its own and those of its components; `at` counts where it has no time."""
    period = observation.get("effectivePeriod") or {}
    own = observation.get("effectiveDateTime") or observation.get("effectiveInstant") or period.get("start")
    when = str(own or at or observation.get("issued") or "")
    name = _name(observation, catalogue)
    parts = as_list(observation.get("component"))
    if not parts or any(key.startswith("value") for key in observation):
        yield _value(observation, observation, catalogue, who, when)
    for part in parts:
        yield replace(_value(part, observation, catalogue, who, when), group=name)


def _value(part: Resource, whole: Resource, catalogue: Laboratory, who: Whose, at: str) -> ValueRow:
    text, unit = reported(part)
    test = test_of(part.get("code"), catalogue)
    code = test.code if test is not None else _foreign(part.get("code"))
    row = ValueRow(
        f"{code}|{plain_unit(unit)}",
        code,
        _name(part, catalogue),
        test.short if test is not None else "",
        text,
        unit,
        at=at,
        note=_note(part, whole),
    )
    if whole.get("status") in VOID:
        return replace(row, value="", flag="withdrawn", note=row.note or _("withdrawn by the laboratory"))
    if not text:
        return replace(row, note=row.note or text_of(part.get("dataAbsentReason")) or _("no value"))
    return _judged(row, part, whole, test, _limits(test, unit, part, catalogue, who, at))


def test_of(concept: object, catalogue: Laboratory) -> LabTest | None:
    """Give the test of the catalogue a code stands for: ours, or LOINC; None for a foreign one."""
    ours = code_of(concept, systems.LAB_TEST)
    if ours in catalogue.tests:
        return catalogue.tests[ours]
    for coding in codings(concept):
        if coding.get("system") == systems.LOINC and (
            found := catalogue.by_loinc(str(coding.get("code", "")))
        ):
            return found
    return None


def _name(part: Resource, catalogue: Laboratory) -> str:
    test = test_of(part.get("code"), catalogue)
    return test.name if test is not None else text_of(part.get("code")) or _("Result without a name")


def _foreign(concept: object) -> str:
    for coding in codings(concept):
        if coding.get("code"):
            return f"{coding.get('system', '')}#{coding['code']}"
    return text_of(concept)


def reported(part: Resource) -> tuple[str, str]:
    """Give a value as it was reported, and its unit."""
    for key, joint in (("valueRatio", ":"), ("valueRange", "–")):
        if isinstance(part.get(key), dict):
            ends = ("numerator", "denominator") if key == "valueRatio" else ("low", "high")
            sides = [value_of({"valueQuantity": part[key].get(end)}) for end in ends]
            return joint.join(text for text, _unit in sides if text), sides[0][1]
    return value_of(part)


def _note(part: Resource, whole: Resource) -> str:
    notes = [str(n.get("text", "")) for n in (*as_list(part.get("note")), *as_list(whole.get("note")))]
    return " ".join(dict.fromkeys(text.strip() for text in notes if text.strip()))


# Judging


@dataclass(frozen=True, slots=True)
class _Limits:
    """Reference limits as text and numbers with where they are from; `ours` are the catalogue's, for critical ones."""

    text: str = ""
    by: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    ours: LabRange | None = None


def _limits(
    test: LabTest | None, unit: str, part: Resource, catalogue: Laboratory, who: Whose, at: str
) -> _Limits:
    ours, day = None, parse_date(at)
    if test is not None and day is not None and _same_unit(test, unit, part):
        ours = catalogue.range_for(test.code, who.sex, who.birth, day)
    for limits in as_list(part.get("referenceRange")):
        low, high = (decimal((limits.get(end) or {}).get("value")) for end in ("low", "high"))
        text = str(limits.get("text") or "") or limits_text(low, high)
        if text:
            return _Limits(text, REPORT, low, high, ours)
    if ours is not None:
        text = limits_text(ours.low, ours.high) or ours.text
        return _Limits(text, CATALOGUE if text else "", ours.low, ours.high, ours)
    return _Limits()


def _same_unit(test: LabTest, unit: str, part: Resource) -> bool:
    """Say whether a value stands in the catalogue's unit: only then its limits say anything about it."""
    code = str((part.get("valueQuantity") or {}).get("code", ""))
    ours = {plain_unit(test.unit), plain_unit(test.ucum)}
    return test.kind != "quantity" or not {plain_unit(unit), plain_unit(code)}.isdisjoint(ours)


def decimal(value: object) -> Decimal | None:
    """Give a number as written, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value))


def _judged(
    row: ValueRow, part: Resource, whole: Resource, test: LabTest | None, limits: _Limits
) -> ValueRow:
    quantity = part.get("valueQuantity") or {}
    number = decimal(quantity.get("value"))
    sign = str(quantity.get("comparator", ""))
    flag, by = _set_flag(part, whole), REPORT
    if flag is None:
        flag = beyond(number, sign, limits.low, limits.high)
        by = limits.by
        if not flag and number is None and test is not None and limits.by != REPORT:
            flag, by = _unexpected(row.value, part, test), CATALOGUE
    critical = _critical(flag, number, sign, test, limits.ours)
    if critical and not flag.startswith("critical"):
        flag, by = critical, CATALOGUE
    return replace(
        row,
        flag=flag,
        flag_by=by if flag else "",
        reference=limits.text,
        reference_by=limits.by,
        number="" if number is None or sign else str(number),
        low="" if limits.low is None else str(limits.low),
        high="" if limits.high is None else str(limits.high),
    )


def _set_flag(part: Resource, whole: Resource) -> str | None:
    """Give the flag the laboratory set, an empty one for normal, None where it set none."""
    for coding in codings(part.get("interpretation") or whole.get("interpretation")):
        code = str(coding.get("code", ""))
        if code in FLAGS:
            return FLAGS[code]
        if code in NORMAL:
            return ""
    return None


def beyond(number: Decimal | None, sign: str, low: Decimal | None, high: Decimal | None) -> str:
    """Say on which side of its limits a number lies, as far as its comparator lets one say so."""
    if number is None:
        return ""
    if high is not None and not sign.startswith("<") and (number > high or (sign == ">" and number >= high)):
        return "high"
    if low is not None and not sign.startswith(">") and (number < low or (sign == "<" and number <= low)):
        return "low"
    return ""


def _unexpected(text: str, part: Resource, test: LabTest) -> str:
    said = polarity(text, part)
    return "abnormal" if test.expected and said and said != test.expected else ""


def polarity(text: str, part: Resource) -> str:
    """Give `negative` or `positive` for a result that is one of the two, else an empty text."""
    for coding in codings(part.get("valueCodeableConcept")):
        if str(coding.get("code")) in _CODED:
            return _CODED[str(coding["code"])]
    word = text.strip().casefold().replace("（", "(").replace("）", ")")
    if word in NEGATIVE:
        return "negative"
    plus = word.strip("()").strip("+") in ("", "1", "2", "3", "4") and "+" in word
    return "positive" if word in POSITIVE or plus else ""


def _critical(
    flag: str, number: Decimal | None, sign: str, test: LabTest | None, ours: LabRange | None
) -> str:
    if test is not None and test.critical_when == "abnormal" and flag:
        return "critical"
    if ours is None or flag.startswith("critical"):
        return ""
    side = beyond(number, sign, ours.critical_low, ours.critical_high)
    return f"critical-{side}" if side else ""


def quiet_number(text: str) -> float | None:
    """Give a number for drawing, or None."""
    try:
        return float(Decimal(text)) if text else None
    except InvalidOperation:
        return None

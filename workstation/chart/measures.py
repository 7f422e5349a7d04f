"""What was measured: the latest vital signs with their dates, laboratory values out of range, and body states.

Codes are LOINC as docs/fhir.md lists them, with the codes other systems use for the same thing beside them. Adult
limits: blood pressure by the Chinese hypertension guideline (140/90 mmHg), the others by common ward practice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, codings, parse_date, text_of
from workstation.fhir.search import date_interval
from workstation.store.reader import Reader, Span

TEMPERATURE: Final = "8310-5"
PULSE: Final = "8867-4"
RESPIRATION: Final = "9279-1"
BLOOD_PRESSURE: Final = "85354-9"
SYSTOLIC: Final = "8480-6"
DIASTOLIC: Final = "8462-4"
SPO2: Final = "59408-5"
WEIGHT: Final = "29463-7"
HEIGHT: Final = "8302-2"
PREGNANCY: Final = "82810-3"
BREASTFEEDING: Final = "63895-7"
GESTATION: Final = "11885-1"
TERM_WEEKS: Final = 42
SAME_AS: Final = {
    TEMPERATURE: (TEMPERATURE, "8331-1", "8328-7", "8332-9"),
    PULSE: (PULSE,),
    RESPIRATION: (RESPIRATION,),
    BLOOD_PRESSURE: (BLOOD_PRESSURE, "55284-4"),
    SPO2: (SPO2, "2708-6"),
    WEIGHT: (WEIGHT, "3141-9", "3142-7"),
    HEIGHT: (HEIGHT, "8301-4"),
}
EGFR: Final = ("98979-8", "62238-1", "77147-7", "33914-3", "48642-3", "48643-1", "50044-7", "69405-9")
CREATININE: Final = ("14682-9", "2160-0", "38483-4")
ABNORMAL_DAYS: Final = 180
ABNORMAL_MOST: Final = 40
TOGETHER: Final = 60
REPORTS: Final = 20
STATES: Final = {PREGNANCY: (PREGNANCY, GESTATION), BREASTFEEDING: (BREASTFEEDING,)}
_VOID: Final = frozenset({"entered-in-error", "cancelled", "registered"})
_FLAGS: Final = {"HH": "critical-high", "LL": "critical-low", "H": "high", "L": "low", "HU": "high", "LU": "low",
                 "A": "abnormal", "AA": "critical", "POS": "abnormal"}  # fmt: skip
_ADULT: Final = {
    TEMPERATURE: (Decimal("36"), Decimal("37.2")),
    PULSE: (Decimal(60), Decimal(100)),
    RESPIRATION: (Decimal(12), Decimal(20)),
    SYSTOLIC: (Decimal(90), Decimal(139)),
    DIASTOLIC: (Decimal(60), Decimal(89)),
    SPO2: (Decimal(95), Decimal(100)),
}
_ANY_AGE: Final = frozenset({TEMPERATURE, SPO2})


@dataclass(frozen=True, slots=True)
class Measure:
    """One value as it was reported. `flag`: high, low, critical-high, critical-low, critical, abnormal or empty.

    `code` is LOINC where known; `at` an ISO dateTime, possibly partial; `reference` the range as text.
    """

    id: str
    code: str
    name: str
    value: str
    unit: str
    at: str
    flag: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class BodyState:
    """Whether a state such as pregnancy holds: `yes`, `no` or `unknown`, as of which day, and for how many weeks."""

    state: str = "unknown"
    at: str = ""
    weeks: int | None = None


UNKNOWN: Final = BodyState()


def newest(reader: Reader, patient: str, groups: Mapping[str, Sequence[str]]) -> dict[str, Resource]:
    """Give the newest valid Observation of each group of LOINC codes that has one.

    One question for all groups; only where so much was measured that it fills the answer, the rest is asked singly.
    """
    wanted = [f"{systems.LOINC}|{code}" for codes in groups.values() for code in codes]
    rows = reader.find("Observation", {"patient": patient, "code": wanted}, sort=("-date",), limit=TOGETHER)
    found: dict[str, Resource] = {}
    for resource in _with_contained(reader, patient, rows):
        codes = {str(c.get("code")) for c in codings(resource.get("code"))}
        for name, group in groups.items():
            if (
                name not in found
                and codes.intersection(group)
                and is_valid(resource)
                and _has_value(resource)
            ):
                found[name] = resource
    if len(rows) == TOGETHER:
        for name in groups.keys() - found.keys():
            single = latest(reader, patient, groups[name])
            if single is not None:
                found[name] = single
    return found


def _with_contained(reader: Reader, patient: str, rows: list[Resource]) -> list[Resource]:
    """Add the values that a laboratory wrote inside its reports instead of beside them; the newest first."""
    reports = reader.find("DiagnosticReport", {"patient": patient}, sort=("-date",), limit=REPORTS)
    inside = [
        {"effectiveDateTime": moment_of(report), **part, "id": f"{report['id']}#{part.get('id', '')}"}
        for report in reports
        if is_valid(report)
        for part in as_list(report.get("contained"))
        if part.get("resourceType") == "Observation"
    ]
    if not inside:
        return rows
    return sorted((*rows, *inside), key=lambda o: (date_interval(moment_of(o)) or ("",))[0], reverse=True)


def vitals_in(found: Mapping[str, Resource], adult: bool) -> tuple[Measure, ...]:
    """Give the vital signs among what `newest` found, blood pressure as systolic and diastolic."""
    return tuple(m for code in SAME_AS if code in found for m in measures_in(found[code], adult))


def latest(reader: Reader, patient: str, codes: Sequence[str]) -> Resource | None:
    """Give the newest valid Observation with one of these LOINC codes."""
    wanted = [f"{systems.LOINC}|{code}" for code in codes]
    newest = reader.find("Observation", {"patient": patient, "code": wanted}, sort=("-date",), limit=10)
    return next((r for r in newest if is_valid(r) and _has_value(r)), None)


def first_in(resource: Resource | None) -> Measure | None:
    """Give the first value of an Observation, or None without one."""
    return next(iter(measures_in(resource, adult=False)), None) if resource is not None else None


def latest_measure(reader: Reader, patient: str, codes: Sequence[str]) -> Measure | None:
    """Give the newest value with one of these LOINC codes."""
    return first_in(latest(reader, patient, codes))


def abnormal(reader: Reader, patient: str, now: datetime) -> tuple[Measure, ...]:
    """Give laboratory values out of range of the last half year, the newest of each test, newest first."""
    span = Span(now - timedelta(days=ABNORMAL_DAYS))
    where: dict[str, str | Span] = {"patient": patient, "category": "laboratory", "date": span}
    seen: set[str] = set()
    found: list[Measure] = []
    rows = reader.find("Observation", where, sort=("-date",), limit=200)
    for resource in _with_contained(reader, patient, rows):
        if (parse_date(moment_of(resource)) or date.min) < (now - timedelta(days=ABNORMAL_DAYS)).date():
            continue
        key = code_of(resource.get("code")) or text_of(resource.get("code"))
        if key in seen or not is_valid(resource):
            continue
        seen.add(key)
        found.extend(m for m in measures_in(resource, adult=False) if m.flag)
    return tuple(found[:ABNORMAL_MOST])


def pregnancy_of(found: Mapping[str, Resource], conditions: Sequence[Resource], today: date) -> BodyState:
    """Give the pregnancy state: the newest status or gestational age, else a running pregnancy among the problems.

    `found` is what `newest` gave for `STATES`.
    """
    resource = found.get(PREGNANCY)
    if resource is not None and code_of(resource.get("code"), systems.LOINC) == GESTATION:
        return _by_weeks(resource, today)
    if resource is not None:
        code = code_of(resource.get("valueCodeableConcept"))
        state = {"LA15173-0": "yes", "77386006": "yes", "LA26683-5": "no", "60001007": "no"}.get(
            code, "unknown"
        )
        return BodyState(state, moment_of(resource)[:10])
    for condition in conditions:
        codes = {str(c.get("code", "")) for c in codings(condition.get("code"))}
        if codes & {"77386006", "72892002"} or any(c.startswith(("Z33", "Z34", "Z35")) for c in codes):
            return BodyState("yes", str(condition.get("recordedDate", ""))[:10])
    return BodyState()


def _by_weeks(resource: Resource, today: date) -> BodyState:
    """Count a gestational age on to today; past 42 weeks it says nothing any more."""
    quantity, day = resource.get("valueQuantity") or {}, parse_date(moment_of(resource))
    if not isinstance(quantity.get("value"), int | float) or day is None:
        return BodyState()
    then = float(quantity["value"]) * (7 if quantity.get("code") == "wk" else 1)
    weeks = int(then + (today - day).days) // 7
    return BodyState("yes", day.isoformat(), weeks) if weeks <= TERM_WEEKS else BodyState()


def breastfeeding_of(found: Mapping[str, Resource]) -> BodyState:
    """Give whether the patient is breastfeeding, from the newest status Observation."""
    resource = found.get(BREASTFEEDING)
    if resource is None:
        return BodyState()
    code = code_of(resource.get("valueCodeableConcept"))
    state = {"LA29252-6": "yes", "LA29253-4": "no"}.get(code, "unknown")
    return BodyState(state, moment_of(resource)[:10])


def is_valid(resource: Resource) -> bool:
    """Say whether an Observation counts: not entered in error, cancelled or without its result yet."""
    return resource.get("status") not in _VOID


def _has_value(resource: Resource) -> bool:
    return any(key.startswith("value") for key in resource) or bool(resource.get("component"))


def moment_of(resource: Resource) -> str:
    """Give when an Observation was made, as an ISO text, or an empty one."""
    period = resource.get("effectivePeriod") or {}
    return str(resource.get("effectiveDateTime") or period.get("start") or resource.get("issued") or "")


def measures_in(resource: Resource, adult: bool) -> list[Measure]:
    """Give the values of one Observation: its own, or one for each component."""
    parts = as_list(resource.get("component"))
    if not any(key.startswith("value") for key in resource) and parts:
        return [m for part in parts if (m := _measure(resource, part, adult)) is not None]
    whole = _measure(resource, resource, adult)
    return [whole] if whole is not None else []


def _measure(resource: Resource, part: Resource, adult: bool) -> Measure | None:
    value, unit = value_of(part)
    if not value:
        return None
    code = _standard(code_of(part.get("code"), systems.LOINC))
    flag = (
        flag_of(part)
        or (flag_of(resource) if part is not resource else "")
        or _adult_flag(code, value, adult)
    )
    return Measure(
        str(resource["id"]),
        code,
        text_of(part.get("code")),
        value,
        unit,
        moment_of(resource),
        flag,
        _range(part),
    )


def _standard(code: str) -> str:
    return next((ours for ours, codes in SAME_AS.items() if code in codes), code)


def value_of(part: Resource) -> tuple[str, str]:
    """Give the value as reported and its unit; empty texts where there is none."""
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict) and "value" in quantity:
        sign = str(quantity.get("comparator", ""))
        return f"{sign}{_number(quantity['value'])}", str(quantity.get("unit") or quantity.get("code") or "")
    if "valueCodeableConcept" in part:
        return text_of(part["valueCodeableConcept"]), ""
    for key in ("valueString", "valueInteger", "valueDateTime"):
        if key in part:
            return str(part[key]), ""
    if "valueBoolean" in part:
        return ("+" if part["valueBoolean"] else "-"), ""
    return "", ""


def _number(value: Any) -> str:
    """Write a number as reported; the long tail a computed value drags along (37.465884...) is cut to two places."""
    number = Decimal(str(value))
    if -int(number.as_tuple().exponent) > 4:
        number = number.quantize(Decimal("0.01")).normalize() + 0
    text = f"{number:f}"
    return text[:-2] if text.endswith(".0") else text


def flag_of(part: Resource) -> str:
    """Give the flag the laboratory set, else what the reference range says."""
    for coding in codings(part.get("interpretation")):
        if coding.get("code") in _FLAGS:
            return _FLAGS[coding["code"]]
        if coding.get("code") in ("N", "NEG"):
            return ""
    quantity = part.get("valueQuantity") or {}
    if not isinstance(quantity.get("value"), int | float):
        return ""
    for limits in as_list(part.get("referenceRange")):
        low, high = (limits.get(end, {}).get("value") for end in ("low", "high"))
        if high is not None and quantity["value"] > high:
            return "high"
        if low is not None and quantity["value"] < low:
            return "low"
    return ""


def _adult_flag(code: str, value: str, adult: bool) -> str:
    limits = _ADULT.get(code)
    if limits is None or not (adult or code in _ANY_AGE) or not value.replace(".", "", 1).isdigit():
        return ""
    return "high" if Decimal(value) > limits[1] else "low" if Decimal(value) < limits[0] else ""


def _range(part: Resource) -> str:
    for limits in as_list(part.get("referenceRange")):
        if limits.get("text"):
            return str(limits["text"])
        low, high = (limits.get(end, {}).get("value") for end in ("low", "high"))
        if low is not None and high is not None:
            return f"{_number(low)}–{_number(high)}"
        if high is not None:
            return f"≤ {_number(high)}"
        if low is not None:
            return f"≥ {_number(low)}"
    return ""

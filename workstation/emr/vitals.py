"""Recording vital signs: one Observation a sign (blood pressure as one with two components), each checked first.

Two fences: what no living patient can have is refused; what is unusual for the age, or far from the last weight, is
refused until the same value is typed a second time (`confirmed`). Limits stand in `RANGES`; they are ward practice
for catching slips of the keyboard, not norms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from workstation.chart import measures
from workstation.chart.people import age_months
from workstation.core.clock import instant, parse_instant
from workstation.core.days import written_date
from workstation.core.errors import Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.emr.model import RecordPregnancy, RecordVitals
from workstation.emr.visits import about, started, who
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, parse_date
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.verbs import command

Limits = tuple[Decimal, Decimal]


def _limits(low: str, high: str) -> Limits:
    return Decimal(low), Decimal(high)


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign: name, LOINC code, unit as shown and in UCUM, limits of the possible and of the usual.

    `usual` is by age in months: (below this age, limits), the last for everybody older.
    """

    field: str
    name: str
    loinc: str
    display: str
    unit: str
    ucum: str
    possible: Limits
    usual: tuple[tuple[int, Limits], ...]


_FOREVER: Final = 10_000
SIGNS: Final = (
    Sign("temperature", "Temperature", measures.TEMPERATURE, "Body temperature", "°C", "Cel",
         _limits("25", "45"), ((_FOREVER, _limits("34", "42")),)),
    Sign("pulse", "Pulse", measures.PULSE, "Heart rate", "/min", "/min",
         _limits("0", "350"), ((24, _limits("60", "220")), (_FOREVER, _limits("30", "220")))),
    Sign("respiration", "Respiration", measures.RESPIRATION, "Respiratory rate", "/min", "/min",
         _limits("0", "150"), ((24, _limits("15", "80")), (_FOREVER, _limits("6", "60")))),
    Sign("systolic", "Systolic pressure", measures.SYSTOLIC, "Systolic blood pressure", "mmHg", "mm[Hg]",
         _limits("20", "350"), ((24, _limits("40", "140")), (_FOREVER, _limits("60", "260")))),
    Sign("diastolic", "Diastolic pressure", measures.DIASTOLIC, "Diastolic blood pressure", "mmHg", "mm[Hg]",
         _limits("0", "250"), ((24, _limits("20", "100")), (_FOREVER, _limits("30", "160")))),
    Sign("spo2", "Oxygen saturation", measures.SPO2, "Oxygen saturation in Arterial blood by Pulse oximetry", "%",
         "%", _limits("0", "100"), ((_FOREVER, _limits("70", "100")),)),
    Sign("weight", "Weight", measures.WEIGHT, "Body weight", "kg", "kg", _limits("0.2", "500"),
         ((1, _limits("0.5", "7")), (12, _limits("2", "16")), (72, _limits("5", "40")),
          (156, _limits("10", "110")), (_FOREVER, _limits("25", "250")))),
    Sign("height", "Height", measures.HEIGHT, "Body height", "cm", "cm", _limits("20", "272"),
         ((12, _limits("35", "95")), (72, _limits("55", "140")), (156, _limits("80", "190")),
          (_FOREVER, _limits("100", "220")))),
)  # fmt: skip
BY_FIELD: Final = {sign.field: sign for sign in SIGNS}
WEIGHT_CHANGE: Final = Decimal("0.2")
WEIGHT_DAYS: Final = 90
LATEST: Final = timedelta(minutes=5)


@command("emr.record-vitals", permission=Permission.VITALS_RECORD, help="Record vital signs of a patient")
def record_vitals(unit: Unit, request: RecordVitals) -> Ref:
    """Record what was measured. Raises Invalid naming the first field that cannot be right or needs typing again."""
    started(unit, request.patient, request.encounter)
    patient = unit.reader.get("Patient", request.patient)
    values = {s.field: v for s in SIGNS if (v := getattr(request, s.field)) is not None}
    if not values:
        raise Invalid(_("Type at least one value."), field=SIGNS[0].field)
    at = _moment(unit, request.at)
    months = age_months(str(patient.get("birthDate", "")), unit.now.date())
    for field, value in values.items():
        _check(BY_FIELD[field], value, _FOREVER - 1 if months is None else months, request.confirmed)
    _check_pressure(values)
    _check_weight(unit, request, values)
    made = [_observation(unit, request, at, BY_FIELD[f], v) for f, v in values.items() if f not in _PRESSURE]
    if "systolic" in values and "diastolic" in values:
        made.append(_pressure(unit, request, at, values))
    refs = [unit.put(resource) for resource in made]
    return refs[0]


_PRESSURE: Final = ("systolic", "diastolic")


def _moment(unit: Unit, text: str) -> str:
    if not text:
        return instant(unit.now)
    try:
        moment = parse_instant(text, unit.now.tzinfo)
    except ValueError:
        raise Invalid(_("“{text}” is not a time.", text=text), field="at") from None
    if moment > unit.now + LATEST:
        raise Invalid(_("Values cannot be recorded for the future."), field="at")
    return instant(moment)


def _check(sign: Sign, value: Decimal, months: int, confirmed: tuple[str, ...]) -> None:
    low, high = sign.possible
    if not value.is_finite() or not low <= value <= high:
        raise Invalid(
            _("{name} {value} {unit} is not possible.", name=_(sign.name), value=value, unit=sign.unit),
            _("Nothing was recorded. Possible values are {low} to {high}.", low=low, high=high),
            sign.field,
        )
    low, high = next(limits for below, limits in sign.usual if months < below)
    if not low <= value <= high and sign.field not in confirmed:
        raise _unusual(sign, value)


def _unusual(sign: Sign, value: Decimal, why: str = "") -> Invalid:
    message = _("{name} {value} {unit} is very unusual.", name=_(sign.name), value=value, unit=sign.unit)
    return Invalid(
        f"{message} {why}".strip(),
        _("Nothing was recorded yet. Type the same value again if it is right."),
        sign.field,
    )


def _check_pressure(values: dict[str, Decimal]) -> None:
    given = [field for field in _PRESSURE if field in values]
    if len(given) == 1:
        lacking = "diastolic" if given[0] == "systolic" else "systolic"
        raise Invalid(_("Blood pressure needs both values, such as 152/94."), field=lacking)
    if given and values["diastolic"] >= values["systolic"]:
        raise Invalid(_("The diastolic pressure must be below the systolic one."), field="diastolic")


def _check_weight(unit: Unit, request: RecordVitals, values: dict[str, Decimal]) -> None:
    """Ask again when the weight differs by a fifth from one of the last three months (a slip, or an emergency)."""
    if "weight" not in values or "weight" in request.confirmed:
        return
    last = measures.latest_measure(unit.reader, request.patient, measures.SAME_AS[measures.WEIGHT])
    day = parse_date(last.at) if last is not None else None
    if last is None or day is None or last.unit != "kg" or (unit.now.date() - day).days > WEIGHT_DAYS:
        return
    before = Decimal(last.value)
    if abs(values["weight"] - before) > before * WEIGHT_CHANGE:
        why = _("It was {value} kg on {date}.", value=before, date=written_date(day))
        raise _unusual(BY_FIELD["weight"], values["weight"], why)


def _base(unit: Unit, request: RecordVitals | RecordPregnancy, at: str, category: str) -> Resource:
    return {
        "resourceType": "Observation",
        "id": unit.new_id(),
        "status": "final",
        "category": [concept(systems.OBSERVATION_CATEGORY, category)],
        **about(request.patient, request.encounter),
        "effectiveDateTime": at,
        "issued": instant(unit.now),
        "performer": [who(unit.actor)],
    }


def _quantity(sign: Sign, value: Decimal) -> Resource:
    number = float(value) if value % 1 else int(value)
    return {"value": number, "unit": sign.unit, "system": systems.UCUM, "code": sign.ucum}


def _observation(unit: Unit, request: RecordVitals, at: str, sign: Sign, value: Decimal) -> Resource:
    resource = _base(unit, request, at, "vital-signs")
    resource["code"] = concept(systems.LOINC, sign.loinc, sign.display)
    resource["valueQuantity"] = _quantity(sign, value)
    return resource


def _pressure(unit: Unit, request: RecordVitals, at: str, values: dict[str, Decimal]) -> Resource:
    resource = _base(unit, request, at, "vital-signs")
    resource["code"] = concept(
        systems.LOINC, measures.BLOOD_PRESSURE, "Blood pressure panel with all children optional"
    )
    resource["component"] = [
        {
            "code": concept(systems.LOINC, BY_FIELD[field].loinc, BY_FIELD[field].display),
            "valueQuantity": _quantity(BY_FIELD[field], values[field]),
        }
        for field in _PRESSURE
    ]
    return resource


@command(
    "emr.record-pregnancy",
    permission=Permission.VITALS_RECORD,
    help="Record whether a patient is pregnant or breastfeeding",
)
def record_pregnancy(unit: Unit, request: RecordPregnancy) -> Ref:
    """Record the states that are not None. Raises Invalid when neither is given."""
    started(unit, request.patient, request.encounter)
    made: list[Resource] = []
    if request.pregnant is not None:
        code, word = ("LA15173-0", "Pregnant") if request.pregnant else ("LA26683-5", "Not pregnant")
        made.append(_state(unit, request, (measures.PREGNANCY, "Pregnancy status"), (code, word)))
    if request.breastfeeding is not None:
        yes = request.breastfeeding
        code, word = (
            ("LA29252-6", "Currently breastfeeding") if yes else ("LA29253-4", "Not currently breastfeeding")
        )
        made.append(_state(unit, request, (measures.BREASTFEEDING, "Breastfeeding status"), (code, word)))
    if not made:
        raise Invalid(_("Say whether the patient is pregnant or breastfeeding."), field="pregnant")
    refs = [unit.put(resource) for resource in made]
    return refs[0]


def _state(unit: Unit, request: RecordPregnancy, code: tuple[str, str], answer: tuple[str, str]) -> Resource:
    resource = _base(unit, request, instant(unit.now), "social-history")
    resource["code"] = concept(systems.LOINC, *code)
    resource["valueCodeableConcept"] = concept(systems.LOINC, *answer)
    return resource

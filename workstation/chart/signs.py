"""Vital signs: which there are, what can be right, and how each is said in FHIR; for visits and wards alike.

Two fences: what no living patient can have is refused; what is unusual for the age, or far from the last weight, is
refused until the same value is typed a second time (`confirmed`). Limits stand in `SIGNS`; they are ward practice
for catching slips of the keyboard, not norms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from workstation.chart import measures
from workstation.core.clock import instant, parse_instant
from workstation.core.days import written_date
from workstation.core.errors import Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, parse_date, reference
from workstation.security.permissions import Actor
from workstation.store.unit import Unit

Limits = tuple[Decimal, Decimal]

PAIN: Final = "72514-3"
INTAKE: Final = "9108-2"
OUTPUT: Final = "9262-7"
URINE: Final = "9192-6"
OXYGEN: Final = "3151-8"
APICAL: Final = "apical-heart-rate"
STOOL: Final = "stool-count"
CONSCIOUSNESS: Final = "consciousness"


def _limits(low: str, high: str) -> Limits:
    return Decimal(low), Decimal(high)


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign: name, code and its system, unit as shown and in UCUM, limits of the possible and of the usual.

    `usual` is by age in months: (below this age, limits), the last for everybody older.
    """

    field: str
    name: str
    code: str
    display: str
    unit: str
    ucum: str
    possible: Limits
    usual: tuple[tuple[int, Limits], ...]
    system: str = systems.LOINC

    @property
    def token(self) -> str:
        """Give the code as a search asks for it."""
        return f"{self.system}|{self.code}"


FOREVER: Final = 10_000
ADULT: Final = FOREVER - 1
"""The age in months that stands for an adult, and for a patient whose date of birth is not known."""

_HEART: Final = ((24, _limits("60", "220")), (FOREVER, _limits("30", "220")))
VISIT_SIGNS: Final = (
    Sign("temperature", "Temperature", measures.TEMPERATURE, "Body temperature", "°C", "Cel",
         _limits("25", "45"), ((FOREVER, _limits("34", "42")),)),
    Sign("pulse", "Pulse", measures.PULSE, "Heart rate", "/min", "/min", _limits("0", "350"), _HEART),
    Sign("respiration", "Respiration", measures.RESPIRATION, "Respiratory rate", "/min", "/min",
         _limits("0", "150"), ((24, _limits("15", "80")), (FOREVER, _limits("6", "60")))),
    Sign("systolic", "Systolic pressure", measures.SYSTOLIC, "Systolic blood pressure", "mmHg", "mm[Hg]",
         _limits("20", "350"), ((24, _limits("40", "140")), (FOREVER, _limits("60", "260")))),
    Sign("diastolic", "Diastolic pressure", measures.DIASTOLIC, "Diastolic blood pressure", "mmHg", "mm[Hg]",
         _limits("0", "250"), ((24, _limits("20", "100")), (FOREVER, _limits("30", "160")))),
    Sign("spo2", "Oxygen saturation", measures.SPO2, "Oxygen saturation in Arterial blood by Pulse oximetry", "%",
         "%", _limits("0", "100"), ((FOREVER, _limits("70", "100")),)),
    Sign("weight", "Weight", measures.WEIGHT, "Body weight", "kg", "kg", _limits("0.2", "500"),
         ((1, _limits("0.5", "7")), (12, _limits("2", "16")), (72, _limits("5", "40")),
          (156, _limits("10", "110")), (FOREVER, _limits("25", "250")))),
    Sign("height", "Height", measures.HEIGHT, "Body height", "cm", "cm", _limits("20", "272"),
         ((12, _limits("35", "95")), (72, _limits("55", "140")), (156, _limits("80", "190")),
          (FOREVER, _limits("100", "220")))),
)  # fmt: skip
WARD_SIGNS: Final = (
    Sign("heart_rate", "Heart rate", APICAL, "Apical heart rate", "/min", "/min", _limits("0", "350"), _HEART,
         systems.OBSERVATION),
    Sign("pain", "Pain", PAIN, "Pain severity - 0-10 verbal numeric rating", "", "{score}", _limits("0", "10"),
         ((FOREVER, _limits("0", "10")),)),
    Sign("oxygen", "Oxygen given", OXYGEN, "Inhaled oxygen flow rate", "L/min", "L/min", _limits("0", "80"),
         ((FOREVER, _limits("0", "15")),)),
    Sign("intake", "Intake", INTAKE, "Fluid intake total 24 hour", "mL", "mL", _limits("0", "30000"),
         ((12, _limits("0", "2000")), (156, _limits("0", "5000")), (FOREVER, _limits("0", "10000")))),
    Sign("output", "Output", OUTPUT, "Fluid output total 24 hour", "mL", "mL", _limits("0", "30000"),
         ((12, _limits("0", "2000")), (156, _limits("0", "5000")), (FOREVER, _limits("0", "10000")))),
    Sign("urine", "Urine", URINE, "Urine output 24 hour", "mL", "mL", _limits("0", "20000"),
         ((12, _limits("0", "1500")), (156, _limits("0", "4000")), (FOREVER, _limits("0", "6000")))),
)  # fmt: skip
SIGNS: Final = (*VISIT_SIGNS, *WARD_SIGNS)
BY_FIELD: Final = {sign.field: sign for sign in SIGNS}
PRESSURE: Final = ("systolic", "diastolic")
WEIGHT_CHANGE: Final = Decimal("0.2")
WEIGHT_DAYS: Final = 90
LATEST: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Taking:
    """One taking of signs: of whom, in which visit or stay, and at which FHIR moment."""

    patient: str
    encounter: str
    at: str


# What can be right


def check_all(values: Mapping[str, Decimal], months: int | None, confirmed: Collection[str]) -> None:
    """Check every value by field. Raises Invalid, naming the first that cannot be right or needs typing again."""
    for field, value in values.items():
        check(BY_FIELD[field], value, months, confirmed)
    check_pressure(values)


def check(sign: Sign, value: Decimal, months: int | None, confirmed: Collection[str] = ()) -> None:
    """Check one value for an age in months (None: not known, counts as an adult). Raises Invalid."""
    low, high = sign.possible
    if not value.is_finite() or not low <= value <= high:
        raise Invalid(
            _("{name} {value} {unit} is not possible.", name=_(sign.name), value=value, unit=sign.unit),
            _("Nothing was recorded. Possible values are {low} to {high}.", low=low, high=high),
            sign.field,
        )
    age = ADULT if months is None else months
    low, high = next(limits for below, limits in sign.usual if age < below)
    if not low <= value <= high and sign.field not in confirmed:
        raise unusual(sign, value)


def unusual(sign: Sign, value: Decimal, why: str = "") -> Invalid:
    """Make the error that asks for the same value a second time."""
    message = _("{name} {value} {unit} is very unusual.", name=_(sign.name), value=value, unit=sign.unit)
    return Invalid(
        f"{message} {why}".strip(),
        _("Nothing was recorded yet. Type the same value again if it is right."),
        sign.field,
    )


def check_pressure(values: Mapping[str, Decimal]) -> None:
    """Want both blood pressures or none, and in their order. Raises Invalid."""
    given = [field for field in PRESSURE if field in values]
    if len(given) == 1:
        lacking = "diastolic" if given[0] == "systolic" else "systolic"
        raise Invalid(_("Blood pressure needs both values, such as 152/94."), field=lacking)
    if given and values["diastolic"] >= values["systolic"]:
        raise Invalid(_("The diastolic pressure must be below the systolic one."), field="diastolic")


def check_weight(
    last: measures.Measure | None, value: Decimal, today: date, confirmed: Collection[str] = ()
) -> None:
    """Ask again when the weight differs by a fifth from one of the last three months (a slip, or an emergency)."""
    day = parse_date(last.at) if last is not None else None
    if "weight" in confirmed or last is None or day is None or last.unit != "kg":
        return
    if (today - day).days > WEIGHT_DAYS:
        return
    before = Decimal(last.value)
    if abs(value - before) > before * WEIGHT_CHANGE:
        why = _("It was {value} kg on {date}.", value=before, date=written_date(day))
        raise unusual(BY_FIELD["weight"], value, why)


def moment(text: str, now: datetime) -> datetime:
    """Read when something was measured; an empty text is now. Raises Invalid for no time and for the future."""
    if not text:
        return now
    try:
        read = parse_instant(text, now.tzinfo)
    except ValueError:
        raise Invalid(_("“{text}” is not a time.", text=text), field="at") from None
    if read > now + LATEST:
        raise Invalid(_("Values cannot be recorded for the future."), field="at")
    return read


# How it is said in FHIR


def who(actor: Actor) -> Resource:
    """Give the Reference to the person who measured."""
    if actor.practitioner:
        return reference(Ref("Practitioner", actor.practitioner), actor.name)
    return {"display": actor.name}


def base(unit: Unit, taking: Taking, category: str = "vital-signs") -> Resource:
    """Begin an Observation: everything but its code and value."""
    made: Resource = {
        "resourceType": "Observation",
        "id": unit.new_id(),
        "status": "final",
        "category": [concept(systems.OBSERVATION_CATEGORY, category)],
        "subject": reference(Ref("Patient", taking.patient)),
        "effectiveDateTime": taking.at,
        "issued": instant(unit.now),
        "performer": [who(unit.actor)],
    }
    if taking.encounter:
        made["encounter"] = reference(Ref("Encounter", taking.encounter))
    return made


def quantity(sign: Sign, value: Decimal) -> Resource:
    """Give a value as a FHIR Quantity."""
    number = float(value) if value % 1 else int(value)
    made: Resource = {"value": number, "system": systems.UCUM, "code": sign.ucum}
    return {**made, "unit": sign.unit} if sign.unit else made


def observation(unit: Unit, taking: Taking, sign: Sign, value: Decimal) -> Resource:
    """Say one sign; blood pressure is `pressure`."""
    return {
        **base(unit, taking),
        "code": concept(sign.system, sign.code, sign.display),
        "valueQuantity": quantity(sign, value),
    }


def pressure(unit: Unit, taking: Taking, values: Mapping[str, Decimal]) -> Resource:
    """Say a blood pressure: one Observation with two components."""
    display = "Blood pressure panel with all children optional"
    return {
        **base(unit, taking),
        "code": concept(systems.LOINC, measures.BLOOD_PRESSURE, display),
        "component": [
            {
                "code": concept(systems.LOINC, BY_FIELD[field].code, BY_FIELD[field].display),
                "valueQuantity": quantity(BY_FIELD[field], values[field]),
            }
            for field in PRESSURE
        ],
    }


def observations(unit: Unit, taking: Taking, values: Mapping[str, Decimal]) -> list[Resource]:
    """Say all signs of one taking, the blood pressure last."""
    made = [observation(unit, taking, BY_FIELD[f], v) for f, v in values.items() if f not in PRESSURE]
    if all(field in values for field in PRESSURE):
        made.append(pressure(unit, taking, values))
    return made

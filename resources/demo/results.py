"""The values of a demo report: those a course names, the others somewhere inside the catalogue's range."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from resources.demo.resources_of import made, stable_id
from resources.demo.wards import Stay
from workstation.core.clock import instant
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Item, LabRange, LabTest

FLAGS: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
WORDS: Final = {"UCOL": "淡黄色", "UCLA": "清", "ABO": "O 型", "RHD": "阳性(+)"}
NEGATIVE: Final = {"negative": "阴性(-)", "positive": "阳性(+)"}
HALF: Final = Decimal("0.5")


def observations(
    stay: Stay, item: Item, knowledge: Knowledge, taken: datetime, values: Mapping[str, Any], key: str
) -> list[Resource]:
    """Give an Observation for each test of an order that has a value; `key` makes their ids."""
    catalogue, born = knowledge.laboratory, stay.person.born.isoformat()
    found = []
    for code in item.tests:
        test = catalogue.tests[code]
        limits = catalogue.range_for(code, stay.person.sex, born, taken.date())
        value = values.get(code, _usual(test, limits, stay))
        if value is not None:
            found.append(_observation(stay, test, limits, value, taken, stable_id("value", key, code)))
    return found


def _usual(test: LabTest, limits: LabRange | None, stay: Stay) -> Decimal | str | None:
    """Give an unremarkable value, or None where nobody knows what that would be."""
    if test.kind != "quantity":
        return WORDS.get(test.code) or NEGATIVE.get(test.expected)
    if limits is None or (limits.low is None and limits.high is None):
        return None
    low = limits.low if limits.low is not None else Decimal(0)
    high = limits.high if limits.high is not None else low * Decimal("1.3")
    place = HALF + Decimal(stay.dice.randrange(-30, 31)) / 100
    digits = max(_digits(limits.low), _digits(limits.high))
    return round(low + (high - low) * place, digits)


def _digits(bound: Decimal | None) -> int:
    if bound is None:
        return 0
    exponent = bound.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _observation(
    stay: Stay, test: LabTest, limits: LabRange | None, value: Any, taken: datetime, id_: str
) -> Resource:
    coding = concept(systems.LOINC, test.loinc, test.name_en, test.name_zh)
    number = None if isinstance(value, str) else Decimal(str(value))
    shown: dict[str, Any] = {"valueString": value}
    if number is not None:
        amount = float(number) if number % 1 else int(number)
        quantity = {"value": amount, "unit": test.unit, "system": systems.UCUM, "code": test.ucum or "1"}
        shown = {"valueQuantity": {k: v for k, v in quantity.items() if v != ""}}
    return made(
        "Observation",
        id_,
        status="final",
        category=[concept(systems.OBSERVATION_CATEGORY, "laboratory")],
        code=coding,
        subject=stay.patient,
        effectiveDateTime=instant(taken),
        **shown,
        interpretation=[concept(FLAGS, _flag(number, value, test, limits))],
        referenceRange=_range(test, limits),
    )


def _flag(number: Decimal | None, value: object, test: LabTest, limits: LabRange | None) -> str:
    if number is None:
        expected = NEGATIVE.get(test.expected)
        return "A" if expected and value != expected else "N"
    if limits is None:
        return "N"
    if limits.critical_high is not None and number > limits.critical_high:
        return "HH"
    if limits.critical_low is not None and number < limits.critical_low:
        return "LL"
    if limits.high is not None and number > limits.high:
        return "H"
    return "L" if limits.low is not None and number < limits.low else "N"


def _range(test: LabTest, limits: LabRange | None) -> list[Resource] | None:
    if limits is None:
        return None
    ends = {"low": limits.low, "high": limits.high}
    given: Resource = {
        end: {
            "value": float(bound) if bound % 1 else int(bound),
            **({"unit": test.unit} if test.unit else {}),
        }
        for end, bound in ends.items()
        if bound is not None
    }
    if not given and limits.text_zh:
        given = {"text": limits.text_zh}
    return [given] if given else None

"""Reading a line of medicine back, wherever it was written: what is taken, how, and how that reads in any language.

Lines from elsewhere are read too: one without our codings keeps the words it came with.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, text_of
from workstation.medication.model import SkinTest, SkinTestState
from workstation.medication.to_fhir import CRUSHED_NOTE, OVERDOSE_NOTE, UCUM_CODES
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug, Frequency, FrequencyKind, Route

UNIT_CODES: Final = {ucum: unit for unit, ucum in UCUM_CODES.items()}


def line_number(request: Resource) -> int:
    """Give a line's place among those signed with it, 0 where it has none."""
    return int(extension(request, systems.LINE_NUMBER) or 0)


def drug_of(request: Resource, knowledge: Knowledge) -> Drug | None:
    """Give the catalogue's product of a line, by its own code only: an ATC code alone names no product."""
    code = code_of(request.get("medicationCodeableConcept"), systems.DRUG)
    return knowledge.drugs.get(code) if code in knowledge.drugs else None


def dosage_of(request: Resource) -> Resource:
    """Give the first dosage instruction, or an empty element."""
    first: Resource = next(iter(as_list(request.get("dosageInstruction"))), {})
    return first


def dose_of(request: Resource) -> tuple[Decimal, str] | None:
    """Give dose and unit of a line, or None where it says none."""
    rates = as_list(dosage_of(request).get("doseAndRate"))
    quantity = rates[0].get("doseQuantity", {}) if rates else {}
    if "value" not in quantity:
        return None
    unit = str(quantity.get("unit") or UNIT_CODES.get(str(quantity.get("code", "")), ""))
    return Decimal(str(quantity["value"])), unit


def days_of(request: Resource) -> int:
    """Give for how many days a line was supplied, 0 where nobody knows."""
    value = request.get("dispenseRequest", {}).get("expectedSupplyDuration", {}).get("value")
    return int(value) if isinstance(value, int | float) else 0


def frequency_of(request: Resource, knowledge: Knowledge) -> Frequency | None:
    """Give the frequency of a line by its code, or by the repetition it spells out."""
    timing = dosage_of(request).get("timing", {})
    found = knowledge.frequencies.parse(code_of(timing.get("code"), systems.FREQUENCY))
    repeat = timing.get("repeat", {})
    if found is None and "frequency" in repeat:
        wanted = (repeat.get("frequency"), repeat.get("period"), repeat.get("periodUnit"))
        regular = (f for f in knowledge.frequencies if f.kind is FrequencyKind.REGULAR)
        found = next((f for f in regular if (f.count, f.period, f.unit) == wanted), None)
    return found


def route_of(request: Resource, knowledge: Knowledge) -> Route | None:
    """Give the route of a line."""
    route = dosage_of(request).get("route")
    return knowledge.routes.parse(code_of(route, systems.ROUTE))


def regimen_of(request: Resource, knowledge: Knowledge) -> doses.Regimen | None:
    """Give how a line is taken, or None where one part of it is not in our codes."""
    amount, route, frequency = (
        dose_of(request),
        route_of(request, knowledge),
        frequency_of(request, knowledge),
    )
    if amount is None or route is None or frequency is None or knowledge.units.parse(amount[1]) is None:
        return None
    note = str(dosage_of(request).get("patientInstruction", ""))
    return doses.Regimen(amount[0], amount[1], route, frequency, days_of(request), note)


def worded(request: Resource, knowledge: Knowledge, lang: str = "") -> doses.MedicationLine:
    """Word a line; one that is not in our codes keeps the words it came with."""
    drug, regimen = drug_of(request, knowledge), regimen_of(request, knowledge)
    if drug is not None and regimen is not None:
        return doses.medication_line(drug, regimen, knowledge.units, lang)
    name = text_of(request.get("medicationCodeableConcept"))
    parts = [p for p in (name, str(dosage_of(request).get("text", ""))) if p]
    text = f" {doses.DASH} ".join(parts)
    return doses.MedicationLine(tuple(parts), text, ", ".join(parts), text)


def skin_test_of(request: Resource) -> SkinTest | None:
    """Give the skin test of a line, or None where none was asked for."""
    parts = extension(request, systems.SKIN_TEST)
    if not isinstance(parts, list):
        return None
    found = {p.get("url"): next((str(v) for k, v in p.items() if k.startswith("value")), "") for p in parts}
    try:
        state = SkinTestState(found.get("state", ""))
    except ValueError:
        return None
    return SkinTest(state, found.get("reason", ""), found.get("lot", ""), found.get("at", ""))


def overdose_of(request: Resource) -> tuple[str, str]:
    """Give the reason for a dose above the label's and when it was signed; empty where there is none."""
    for note in as_list(request.get("note")):
        title, _colon, text = str(note.get("text", "")).partition("：")
        if title == OVERDOSE_NOTE:
            return text, str(note.get("time", ""))
    return "", ""


def minutes_of(request: Resource) -> int:
    """Give the planned time of an infusion in minutes, 0 where nobody said."""
    repeat = dosage_of(request).get("timing", {}).get("repeat", {})
    return int(repeat.get("duration", 0)) if repeat.get("durationUnit") == "min" else 0


def crushed(request: Resource) -> bool:
    """Say whether the medicine is to be crushed, halved or given by tube."""
    return any(
        i.get("text") == CRUSHED_NOTE for i in as_list(dosage_of(request).get("additionalInstruction"))
    )


def price_of(request: Resource) -> Decimal:
    """Give the price of a line in yuan."""
    money: Any = extension(request, systems.PRICE)
    return Decimal(str(money.get("value", 0))) if isinstance(money, dict) else Decimal(0)


def count_text(drug: Drug, count: int, lang: str) -> str:
    """Write a count of smallest units: `72 粒`, `1 capsule`."""
    chinese = lang.startswith("zh")
    noun = drug.unit_zh if chinese else drug.unit_en
    return f"{count:,} {noun if chinese or count == 1 else doses.plural(noun)}"


def quantity_text(drug: Drug | None, units: Decimal, unit: str, lang: str) -> str:
    """Write an amount handed out: `3 盒 (72 粒)` for whole packs, else in smallest units."""
    if not units:
        return ""
    if drug is None or units != units.to_integral_value():
        return doses.keep(f"{doses.number(units)} {unit}".strip())
    single = count_text(drug, int(units), lang)
    packs, loose = divmod(int(units), drug.pack_size)
    if drug.splittable or drug.pack_size == 1 or loose:
        return doses.keep(single)
    noun = drug.pack_unit_zh if lang.startswith("zh") else drug.pack_unit_en
    many = noun if packs == 1 or lang.startswith("zh") else doses.plural(noun)
    return doses.keep(f"{packs:,} {many} ({single})")

"""Reading a prescription sheet back: lines worded in any language, where it stands, and whether it is unchanged.

Sheets from elsewhere are shown too: a line without our codings keeps the words it came with.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from workstation.core.i18n import language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, text_of
from workstation.prescribing.model import Collector, SkinTest, SkinTestState
from workstation.prescribing.rows import Override, SheetLine, SheetState
from workstation.prescribing.to_fhir import CRUSHED_NOTE, OVERDOSE_NOTE, UCUM_CODES
from workstation.security import signing
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug, Frequency, FrequencyKind, Route

UNIT_CODES: Final = {ucum: unit for unit, ucum in UCUM_CODES.items()}
REVIEW_STATES: Final = {
    "requested": SheetState.WAITING,
    "accepted": SheetState.REVIEWING,
    "on-hold": SheetState.QUERIED,
    "completed": SheetState.APPROVED,
    "rejected": SheetState.REFUSED,
    "cancelled": SheetState.STOPPED,
}
DISPENSE_STATES: Final = {
    "requested": SheetState.APPROVED,
    "in-progress": SheetState.DISPENSING,
    "on-hold": SheetState.DISPENSING,
    "completed": SheetState.DISPENSED,
    "cancelled": SheetState.STOPPED,
}


def sheet_number(request: Resource) -> str:
    """Give the number of the sheet a line stands on, or an empty text."""
    group = request.get("groupIdentifier", {})
    return str(group.get("value", "")) if group.get("system") == systems.PRESCRIPTION_NUMBER else ""


def line_number(request: Resource) -> int:
    """Give a line's place on its sheet, 0 where it has none."""
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


def collector_of(request: Resource) -> Collector | None:
    """Give who collects the narcotics of a line."""
    for person in as_list(request.get("contained")):
        if person.get("resourceType") == "RelatedPerson" and person.get("id") == "collector":
            document = next((str(i.get("value", "")) for i in as_list(person.get("identifier"))), "")
            return Collector(text_of(person.get("name")), document)
    return None


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


def line_of(request: Resource, knowledge: Knowledge, lang: str, overrides: Sequence[Override]) -> SheetLine:
    """Build the row of one line in a language (default: the language of the screen)."""
    drug, regimen = drug_of(request, knowledge), regimen_of(request, knowledge)
    said, dosage = worded(request, knowledge, lang), dosage_of(request)
    tongue = lang or language()
    chinese = tongue.startswith("zh")
    units = knowledge.units
    given = request.get("dispenseRequest", {}).get("quantity", {})
    unit_value = Decimal(str(given.get("value", 0)))
    dose = doses.dose_text(regimen.dose, regimen.unit, units, tongue, drug) if regimen else ""
    return SheetLine(
        id=request["id"],
        number=line_number(request),
        drug=drug.id if drug else "",
        name=_name(request, drug, chinese),
        form=(drug.form_zh if chinese else drug.form_en) if drug else "",
        strength=doses.strength_text(drug, units, tongue) if drug else "",
        dose=doses.keep(dose) if dose else str(dosage.get("text", "")),
        route=regimen.route.display(tongue) if regimen else text_of(dosage.get("route")),
        frequency=regimen.frequency.display(tongue)
        if regimen
        else text_of(dosage.get("timing", {}).get("code")),
        duration=doses.days_text(regimen.days, tongue) if regimen and regimen.days else "",
        quantity=quantity_text(drug, unit_value, str(given.get("unit", "")), tongue),
        days=days_of(request),
        units=f"{unit_value.normalize():f}",
        price=str(price_of(request)),
        line=said.display,
        spoken=said.spoken,
        status=str(request.get("status", "")),
        group=int(extension(request, systems.GROUP_NUMBER) or 0),
        skin_test=skin_test_of(request) or _still_needed(drug),
        note=regimen.note if regimen else "",
        overdose_reason=overdose_of(request)[0],
        minutes=minutes_of(request),
        overrides=tuple(overrides),
    )


def _still_needed(drug: Drug | None) -> SkinTest | None:
    """Say that a test is needed of which nothing is known: its place on paper and screen is never left out."""
    return SkinTest() if drug is not None and drug.skin_test == "required" else None


def _name(request: Resource, drug: Drug | None, chinese: bool) -> str:
    if drug is None:
        return text_of(request.get("medicationCodeableConcept"))
    return drug.name_zh if chinese else drug.name_en


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


def state_of(tasks: Sequence[Resource], requests: Sequence[Resource]) -> tuple[SheetState, str]:
    """Say where a sheet stands, with the reason a person gave for it where there is one."""
    by_code = {code_of(t.get("code"), systems.TASK_CODE): t for t in tasks}
    review, dispense = by_code.get("prescription-review"), by_code.get("prescription-dispense")
    if requests and all(r.get("status") in ("stopped", "cancelled", "entered-in-error") for r in requests):
        reasons = (text_of(r.get("statusReason")) for r in requests)
        return SheetState.STOPPED, next((r for r in reasons if r), "")
    called_off = dispense is not None and dispense.get("status") == "cancelled" and review is not None
    if dispense is not None and not called_off:
        return DISPENSE_STATES.get(str(dispense.get("status")), SheetState.APPROVED), ""
    if review is not None:
        state = REVIEW_STATES.get(str(review.get("status")), SheetState.WAITING)
        told = state in (SheetState.QUERIED, SheetState.REFUSED, SheetState.STOPPED)
        return state, text_of(review.get("statusReason")) if told else ""
    return SheetState.RECORDED, ""


def digest_of(provenance: Resource | None) -> tuple[str, str]:
    """Give the signed digest in hexadecimal and its short form for comparing by eye; empty without a signature."""
    signatures = as_list((provenance or {}).get("signature"))
    data = next((str(s.get("data", "")) for s in signatures if s.get("data")), "")
    try:
        text = base64.b64decode(data, validate=True).hex()
    except (binascii.Error, ValueError):
        return "", ""
    return text, "-".join((text[:4], text[4:8])).upper() if text else ""


def intact(provenance: Resource | None, signed: Sequence[Resource]) -> bool:
    """Say whether what was signed still is what stands in the record."""
    return provenance is not None and signing.holds(provenance, signed)

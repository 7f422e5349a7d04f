"""What a prescriber uses, what a patient had last, and earlier lines turned into a draft again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from workstation.chart.medications import is_ward_order
from workstation.core.i18n import _, language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, extension, target, text_of
from workstation.medication import reading
from workstation.medication.finding import NOT_USED, by_drug, regimens
from workstation.prescribing import from_fhir
from workstation.prescribing.model import DraftLine
from workstation.prescribing.rows import FavouriteDrug, LineToRepeat
from workstation.stock import on_hand
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug, FrequencyKind


def favourites(requests: list[Resource], knowledge: Knowledge, limit: int) -> tuple[FavouriteDrug, ...]:
    """Give the products used most, with the regimens used with them."""
    own = by_drug(requests)
    rows: list[FavouriteDrug] = []
    for drug_id in sorted(own, key=lambda i: -len(own[i])):
        if drug_id in knowledge.drugs and len(rows) < limit:
            drug = knowledge.drugs.get(drug_id)
            strength = doses.strength_text(drug, knowledge.units)
            rows.append(
                FavouriteDrug(
                    drug_id, drug.name, strength, len(own[drug_id]), regimens(drug, own[drug_id], knowledge)
                )
            )
    return tuple(rows)


def last_requests(reader: Reader, patient: str, without_encounter: str) -> list[Resource]:
    """Give the lines of the patient's latest earlier visit (or day) with a prescription, in their order."""
    found = reader.find("MedicationRequest", {"patient": patient}, sort=("-authoredon",), limit=60)
    usable = [
        r
        for r in found
        if r.get("status") not in NOT_USED
        and r.get("intent", "order") == "order"
        and not is_ward_order(r)
        and (target(r.get("encounter"), "Encounter") != without_encounter or not without_encounter)
    ]
    if not usable:
        return []
    newest = usable[0]
    visit, day = target(newest.get("encounter"), "Encounter"), str(newest.get("authoredOn", ""))[:10]
    same = [
        r
        for r in usable
        if str(r.get("authoredOn", ""))[:10] == day and target(r.get("encounter"), "Encounter") == visit
    ]
    return sorted(same, key=lambda r: (from_fhir.sheet_number(r), reading.line_number(r)))


def to_repeat(reader: Reader, request: Resource, knowledge: Knowledge, today: date) -> LineToRepeat:
    """Turn a signed line into one that can be taken over, saying what is different today."""
    said = reading.worded(request, knowledge)
    drug = reading.drug_of(request, knowledge)
    line = draft_line(request, knowledge)
    if drug is None:
        line = DraftLine("", note=text_of(request.get("medicationCodeableConcept")))
        return LineToRepeat(
            line, said.display, said.spoken, (_("Not in the catalogue of this hospital"),), False
        )
    stock = on_hand(reader, drug.id, today)
    needed = Decimal(str(request.get("dispenseRequest", {}).get("quantity", {}).get("value", 0)))
    remarks = [*_changes(request, drug, knowledge), *stock_remarks(drug, stock, needed)]
    if not line.dose:
        remarks.append(_("Dose and frequency must be entered anew"))
    return LineToRepeat(line, said.display, said.spoken, tuple(remarks), True, int(stock))


def stock_remarks(drug: Drug, stock: Decimal, needed: Decimal) -> Iterable[str]:
    """Say when the shelf holds nothing, or less than is needed (in smallest units)."""
    if stock <= 0:
        yield _("None in stock")
    elif stock < needed:
        left = reading.count_text(drug, int(stock), language())
        yield _("Only {amount} in stock", amount=left)


def draft_line(request: Resource, knowledge: Knowledge) -> DraftLine:
    """Give a signed line as a draft line; skin tests are not taken over, they belong to their day."""
    regimen = reading.regimen_of(request, knowledge)
    drug = code_of(request.get("medicationCodeableConcept"), systems.DRUG)
    if regimen is None:
        return DraftLine(drug)
    return DraftLine(
        drug=drug,
        dose=f"{regimen.dose.normalize():f}",
        unit=regimen.unit,
        route=regimen.route.code,
        frequency=regimen.frequency.code,
        days=regimen.days,
        group=int(extension(request, systems.GROUP_NUMBER) or 0),
        note=regimen.note,
        minutes=reading.minutes_of(request),
        crushed=reading.crushed(request),
        prn=bool(reading.dosage_of(request).get("asNeededBoolean"))
        and regimen.frequency.kind is not FrequencyKind.WHEN_NEEDED,
    )


def _changes(request: Resource, drug: Drug, knowledge: Knowledge) -> Iterable[str]:
    """Say what about the product is not as it was when the line was signed."""
    written = text_of(request.get("medicationCodeableConcept"))
    if written and written != drug.name_zh:
        yield _("Was {name}", name=written)
    strength = doses.strength_text(drug, knowledge.units, "zh_CN")
    text = str(reading.dosage_of(request).get("text", ""))
    if "规格" in text and f"规格 {strength} " not in f"{text} ":
        yield _("Strength is now {strength}", strength=doses.strength_text(drug, knowledge.units))

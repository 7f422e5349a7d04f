"""What a prescriber uses, what a patient had last, and earlier lines turned into a draft again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from workstation.core.i18n import _, language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, extension, target, text_of
from workstation.prescribing import from_fhir
from workstation.prescribing.model import DraftLine
from workstation.prescribing.rows import FavouriteDrug, LineToRepeat, Regimen
from workstation.stock import on_hand
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import DoseTemplate, Drug, FrequencyKind

LOOKED_AT: Final = 300
TEMPLATES_SHOWN: Final = 6
NOT_USED: Final = frozenset({"entered-in-error", "cancelled", "draft"})
Codes = tuple[str, str, str, str, int]


def own_requests(reader: Reader, practitioner: str) -> list[Resource]:
    """Give the latest lines a prescriber signed, newest first."""
    if not practitioner:
        return []
    found = reader.find(
        "MedicationRequest", {"requester": practitioner}, sort=("-authoredon",), limit=LOOKED_AT
    )
    return [r for r in found if r.get("status") not in NOT_USED]


def by_drug(requests: Iterable[Resource]) -> dict[str, list[Resource]]:
    """Put lines together by product; those of other catalogues are left out."""
    found: dict[str, list[Resource]] = {}
    for request in requests:
        code = code_of(request.get("medicationCodeableConcept"), systems.DRUG)
        if code:
            found.setdefault(code, []).append(request)
    return found


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


def regimens(drug: Drug, requests: Iterable[Resource], knowledge: Knowledge) -> tuple[Regimen, ...]:
    """Give the ways to order a product, of its own lines: what is used most first, then the usual adult regimens."""
    own: Counter[Codes] = Counter()
    for request in requests:
        codes = _codes(request, knowledge)
        if codes is not None:
            own[codes] += 1
    usual = [_template_codes(t) for t in knowledge.templates(drug.id)]
    ordered = [codes for codes, _count in own.most_common()]
    ordered += [codes for codes in usual if codes not in own]
    return tuple(_regimen(drug, codes, own[codes], knowledge) for codes in ordered[:TEMPLATES_SHOWN])


def _codes(request: Resource, knowledge: Knowledge) -> Codes | None:
    found = from_fhir.regimen_of(request, knowledge)
    if found is None or not found.days:
        return None
    return (f"{found.dose.normalize():f}", found.unit, found.route.code, found.frequency.code, found.days)


def _template_codes(template: DoseTemplate) -> Codes:
    dose = f"{template.dose.normalize():f}"
    return (dose, template.unit, template.route, template.frequency, template.days)


def _regimen(drug: Drug, codes: Codes, uses: int, knowledge: Knowledge) -> Regimen:
    dose, unit, route, frequency, days = codes
    often = knowledge.frequencies.get(frequency)
    parts = [
        _("DOSE {dose}", dose=doses.dose_text(Decimal(dose), unit, knowledge.units, drug=drug)),
        knowledge.routes.get(route).display(),
        often.display(),
    ]
    if often.kind is not FrequencyKind.SINGLE:
        parts.append(doses.days_text(days))
    text = f" {doses.DASH} ".join(doses.keep(p) for p in parts)
    return Regimen(dose, unit, route, frequency, days, text, uses)


def last_requests(reader: Reader, patient: str, without_encounter: str) -> list[Resource]:
    """Give the lines of the patient's latest earlier visit (or day) with a prescription, in their order."""
    found = reader.find("MedicationRequest", {"patient": patient}, sort=("-authoredon",), limit=60)
    usable = [
        r
        for r in found
        if r.get("status") not in NOT_USED
        and r.get("intent", "order") == "order"
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
    return sorted(same, key=lambda r: (from_fhir.sheet_number(r), from_fhir.line_number(r)))


def to_repeat(reader: Reader, request: Resource, knowledge: Knowledge, today: date) -> LineToRepeat:
    """Turn a signed line into one that can be taken over, saying what is different today."""
    said = from_fhir.worded(request, knowledge)
    drug = from_fhir.drug_of(request, knowledge)
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
        left = from_fhir.count_text(drug, int(stock), language())
        yield _("Only {amount} in stock", amount=left)


def draft_line(request: Resource, knowledge: Knowledge) -> DraftLine:
    """Give a signed line as a draft line; skin tests are not taken over, they belong to their day."""
    regimen = from_fhir.regimen_of(request, knowledge)
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
        minutes=from_fhir.minutes_of(request),
        crushed=from_fhir.crushed(request),
        prn=bool(from_fhir.dosage_of(request).get("asNeededBoolean"))
        and regimen.frequency.kind is not FrequencyKind.WHEN_NEEDED,
    )


def _changes(request: Resource, drug: Drug, knowledge: Knowledge) -> Iterable[str]:
    """Say what about the product is not as it was when the line was signed."""
    written = text_of(request.get("medicationCodeableConcept"))
    if written and written != drug.name_zh:
        yield _("Was {name}", name=written)
    strength = doses.strength_text(drug, knowledge.units, "zh_CN")
    text = str(from_fhir.dosage_of(request).get("text", ""))
    if "规格" in text and f"规格 {strength} " not in f"{text} ":
        yield _("Strength is now {strength}", strength=doses.strength_text(drug, knowledge.units))

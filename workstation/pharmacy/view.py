"""One sheet as the counter sees it: lines with lots to pick, messages, what is out, and what a review needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from workstation.chart import Summary, summary_of
from workstation.chart.medications import medicine
from workstation.chart.people import age_years, author_name
from workstation.chart.travel import travelled
from workstation.core.errors import NotFound
from workstation.core.i18n import language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, synthetic, target, text_of
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.handout import plain
from workstation.pharmacy.prescreen import overrides, prescreen, skin_test_parts
from workstation.pharmacy.review import held_by
from workstation.pharmacy.rows import HandedOut, LineRow, LotChoice, Message, SheetView
from workstation.pharmacy.waiting import rx_type_of
from workstation.rules.dose import CHILD_YEARS, by_weight
from workstation.security.permissions import Actor
from workstation.stock import Lot, amount, usable_lots
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug

NEAR_EXPIRY: Final = timedelta(days=90)


def view_of(
    reader: Reader, sheet: sheets.Sheet, knowledge: Knowledge, now: datetime, actor: Actor
) -> SheetView:
    """Give everything the counter needs of one sheet."""
    review, first = sheet.review, sheet.lines[0] if sheet.lines else {}
    end = sheets.valid_until(sheet, now.tzinfo)
    encounter = reader.peek("Encounter", sheet.encounter) or {}
    reviewed_by = target(review.get("owner"), "Practitioner")
    approved = review.get("status") == "completed"
    task = sheet.dispense or review
    summary = _summary(reader, sheet, knowledge, now)
    return SheetView(
        task=review["id"],
        dispense_task=sheet.dispense["id"] if sheet.dispense else "",
        number=sheet.number,
        patient=sheet.patient,
        encounter=sheet.encounter,
        state=sheet.state,
        rx_type=rx_type_of(sheet.lines),
        diagnoses=tuple(text_of(reason) for reason in as_list(first.get("reasonCode"))),
        prescriber=author_name(reader, first.get("requester")),
        signed_at=str(first.get("authoredOn", "")),
        valid_until=end.isoformat(timespec="minutes") if end else "",
        reviewer=author_name(reader, review.get("owner")),
        reviewed_at=str(review.get("lastModified", "")) if approved else "",
        lines=_lines(reader, sheet, knowledge, now, summary),
        messages=_messages(reader, review),
        total_price=str(sum((_price(line) for line in sheet.lines), Decimal(0))),
        expired=end is not None and now > end,
        holder=str(sheet.holder.get("display", "")),
        mine=bool(sheet.holder) and held_by(sheet) == actor.practitioner,
        own_review=approved and reviewed_by == actor.practitioner,
        state_reason=text_of(task.get("statusReason")),
        department=text_of(encounter.get("serviceType")),
        long_term=code_of(first.get("courseOfTherapyType")) == "continuous",
        limit_reason=str(extension(first, systems.EXTENSION_REASON) or ""),
        handed=_handed(reader, sheet, knowledge),
        summary=summary,
        prescreen=prescreen(reader, sheet, knowledge, now),
        travelled=travelled(reader, "Task", task["id"]),
        synthetic=synthetic(first, reader.peek("Patient", sheet.patient)),
    )


def _summary(reader: Reader, sheet: sheets.Sheet, knowledge: Knowledge, now: datetime) -> Summary | None:
    """Give the patient's summary without this sheet's own lines; None while the patient has not arrived."""
    try:
        summary = summary_of(reader, sheet.patient, now, knowledge, sheet.encounter)
    except NotFound:
        return None
    besides = tuple(m for m in summary.medicines if m.number != sheet.number)
    return replace(summary, medicines=besides)


def _lines(
    reader: Reader, sheet: sheets.Sheet, knowledge: Knowledge, now: datetime, summary: Summary | None
) -> tuple[LineRow, ...]:
    years = age_years(summary.person.birth, now.date()) if summary is not None else None
    child = years is not None and years < CHILD_YEARS
    return tuple(_line(reader, line, knowledge, now, child) for line in sheet.lines)


def _line(reader: Reader, line: Resource, knowledge: Knowledge, now: datetime, child: bool) -> LineRow:
    drug = known_drug(line, knowledge)
    today = now.date()
    said = medicine(reader, line, now, knowledge)
    dosage: Resource = next(iter(as_list(line.get("dosageInstruction"))), {})
    dose, route, frequency = worded(line, knowledge, language(), drug)
    request = line.get("dispenseRequest", {})
    ordered, out = sheets.ordered(line), sheets.handed_out(reader, line)
    left = max(ordered - out, Decimal(0)) if line.get("status") not in sheets.STOPPED else Decimal(0)
    unit = drug.unit if drug else str(request.get("quantity", {}).get("unit", ""))
    return LineRow(
        line=line["id"],
        drug=drug.id if drug else sheets.drug_of(line),
        name=drug.name if drug else text_of(line.get("medicationCodeableConcept")),
        specification=doses.keep(doses.strength_text(drug, knowledge.units)) if drug else "",
        text=said.text if dose else str(dosage.get("text", "")) or said.text,
        quantity=plain(ordered),
        unit=unit,
        packs=str(extension(line, systems.TOTAL_QUANTITY_PACKS) or ""),
        days=int((request.get("expectedSupplyDuration") or {}).get("value") or 0),
        status=str(line.get("status", "")),
        skin_test=skin_test_parts(line).get("state", ""),
        handed_out=plain(out),
        overrides=overrides(reader, line, knowledge),
        lots=_choices(usable_lots(reader, drug.id, today) if drug else [], left, today),
        number=sheets.line_number(line),
        ingredient=drug.ingredient if drug else "",
        form=drug_form(drug, language()) if drug else "",
        dose=dose,
        route=route,
        frequency=frequency,
        quantity_text=quantity_text(drug, ordered, unit, language()),
        left=plain(left),
        pack_size=drug.pack_size if drug else 1,
        over=out > ordered,
        high_alert=drug.high_alert if drug else False,
        control_class=drug.control_class if drug else "",
        group=int(extension(line, systems.GROUP_NUMBER) or 0),
        by_weight=drug is not None and by_weight(drug, child),
    )


def known_drug(line: Resource, knowledge: Knowledge) -> Drug | None:
    """Give the catalogue's product of a line, by its own code only: an ATC code alone names no product."""
    code = sheets.drug_of(line)
    return knowledge.drugs.get(code) if code in knowledge.drugs else None


def drug_form(drug: Drug, lang: str) -> str:
    """Give a product's form in a language."""
    return drug.form_zh if lang.startswith("zh") else drug.form_en


def worded(line: Resource, knowledge: Knowledge, lang: str, drug: Drug | None) -> tuple[str, str, str]:
    """Give dose, route and frequency of a line in words; what is not in our codes keeps its own words."""
    dosage: Resource = next(iter(as_list(line.get("dosageInstruction"))), {})
    rates = as_list(dosage.get("doseAndRate"))
    quantity: Any = rates[0].get("doseQuantity", {}) if rates else {}
    unit = knowledge.units.parse(str(quantity.get("unit", ""))) if quantity.get("unit") else None
    dose = ""
    if "value" in quantity:
        value = Decimal(str(quantity["value"]))
        dose = doses.dose_text(value, unit.code, knowledge.units, lang, drug) if unit else doses.number(value)
    route = knowledge.routes.parse(code_of(dosage.get("route"), systems.ROUTE))
    timing = (dosage.get("timing") or {}).get("code")
    frequency = knowledge.frequencies.parse(code_of(timing, systems.FREQUENCY))
    return (
        doses.keep(dose) if dose else "",
        route.display(lang) if route else text_of(dosage.get("route")),
        frequency.display(lang) if frequency else text_of(timing),
    )


def quantity_text(drug: Drug | None, units: Decimal, unit: str, lang: str) -> str:
    """Write an amount handed out: `3 盒 (72 粒)` for whole packs, else in smallest units."""
    if drug is None or units != units.to_integral_value() or not units:
        return doses.keep(f"{doses.number(units)} {unit}".strip())
    chinese = lang.startswith("zh")

    def count(n: int, noun: str) -> str:
        return f"{n:,} {noun if chinese or n == 1 else doses.plural(noun)}"

    single = count(int(units), drug.unit_zh if chinese else drug.unit_en)
    packs, loose = divmod(int(units), drug.pack_size)
    if drug.pack_size == 1 or loose:
        return doses.keep(single)
    whole = count(packs, drug.pack_unit_zh if chinese else drug.pack_unit_en)
    return f"{doses.keep(whole)} {doses.keep(f'({single})')}"


def _choices(found: Sequence[Lot], wanted: Decimal, today: date) -> tuple[LotChoice, ...]:
    choices = []
    for lot in found:
        if lot.on_hand <= 0:
            continue
        suggested = min(wanted, lot.on_hand)
        wanted -= suggested
        choices.append(
            LotChoice(
                lot.id,
                lot.number,
                lot.expires.isoformat(),
                plain(lot.on_hand),
                plain(suggested),
                near_expiry(lot, today),
            )
        )
    return tuple(choices)


def near_expiry(lot: Lot, today: date) -> bool:
    """Say whether a lot that may still be handed out expires within 90 days."""
    return not lot.expired(today) and lot.expires - today < NEAR_EXPIRY


def _messages(reader: Reader, review: Resource) -> tuple[Message, ...]:
    asked = target(review.get("requester"), "Practitioner")
    found = reader.find("Communication", {"based-on": review["id"]}, sort=("sent",))
    return tuple(
        Message(
            str(c.get("sent", "")),
            author_name(reader, c.get("sender")),
            " ".join(str(p.get("contentString", "")) for p in as_list(c.get("payload"))),
            answer="inResponseTo" in c or (bool(asked) and target(c.get("sender"), "Practitioner") == asked),
        )
        for c in found
    )


def _handed_unit(quantity: Resource, drug: Drug | None) -> str:
    """Give the unit of an amount in the language of the screen; without the product as it was recorded."""
    if drug is None:
        return str(quantity.get("unit", ""))
    one = language().startswith("zh") or amount(quantity) == 1
    return drug.unit if one else doses.plural(drug.unit)


def _handed(reader: Reader, sheet: sheets.Sheet, knowledge: Knowledge) -> tuple[HandedOut, ...]:
    back = sheets.returns(reader, sheet.patient)
    rows = []
    for line in sheet.lines:
        for given in sheets.dispenses(reader, line):
            lot = reader.peek("Medication", target(given.get("medicationReference"), "Medication")) or {}
            performers = as_list(given.get("performer"))
            rows.append(
                HandedOut(
                    dispense=given["id"],
                    line=line["id"],
                    name=text_of(line.get("medicationCodeableConcept")),
                    lot=str(lot.get("batch", {}).get("lotNumber", "")),
                    quantity=plain(amount(given.get("quantity"))),
                    unit=_handed_unit(given.get("quantity", {}), known_drug(line, knowledge)),
                    at=str(given.get("whenHandedOver", "")),
                    by=author_name(reader, performers[-1].get("actor")) if performers else "",
                    returned=plain(sheets.returned(back, given["id"])),
                    codes=sheets.trace_codes(given),
                    reason=" ".join(str(n.get("text", "")) for n in as_list(given.get("note"))),
                )
            )
    return tuple(sorted(rows, key=lambda row: row.at))


def _price(line: Resource) -> Decimal:
    return Decimal(str((extension(line, systems.PRICE) or {}).get("value", 0)))

"""Handing out: claiming an approved sheet, and the record of each lot that leaves the counter.

Sources: 处方管理办法 articles 33 and 37; 药品管理法 article 73 (the pharmacy may substitute nothing); trace codes
of every pack from 2026-01-01. Nothing here changes the prescription itself: what is out is derived from the dispenses.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from workstation.core.clock import instant
from workstation.core.days import written_date
from workstation.core.errors import Conflict, Denied, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, ref_of, reference, target
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.model import Basis, Claim, Dispense, Pick, SheetState
from workstation.pharmacy.review import APPROVED, held_by, reason_of, refuse_expired, taken, who
from workstation.pharmacy.wording import state_text
from workstation.security import signing
from workstation.stock import Lot, lot_of
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge

OPEN: Final = APPROVED | {SheetState.PARTIAL}
PERFORMER: Final = "http://terminology.hl7.org/CodeSystem/medicationdispense-performer-function"


def claim(unit: Unit, request: Claim) -> Ref:
    """Take an approved sheet to this counter."""
    sheet, task = dispensable(unit, request.task, take_over=request.take_over)
    if sheet.state is SheetState.DISPENSING:
        unit.detail = f"taken over from {sheet.holder.get('reference', '')}"
    moved = dict(task) | {"status": "in-progress", "owner": who(unit), "lastModified": instant(unit.now)}
    moved.pop("statusReason", None)
    return unit.put(moved)


def dispense(unit: Unit, request: Dispense, knowledge: Knowledge) -> Ref:
    """Hand out lots for the lines of an approved sheet, whole or in part."""
    sheet, task = dispensable(unit, request.task)
    refuse_expired(unit, sheet)
    _demand_second_person(unit, sheet, request)
    if not request.picks:
        raise Invalid(_("Nothing was picked."), field="picks")
    _refuse_codes(unit, request.picks)
    records = [_hand_out(unit, sheet, pick, request, knowledge) for pick in request.picks]
    unit.put(signing.sign(records, unit.actor, unit.now, unit.new_id()))
    left = [line for line in sheet.active if sheets.handed_out(unit.reader, line) < sheets.ordered(line)]
    moved = dict(task) | {"lastModified": instant(unit.now)}
    for gone in ("owner", "statusReason"):
        moved.pop(gone, None)
    if left:
        reason = _partial_reason(knowledge, request.partial)
        moved |= {"status": "on-hold", "statusReason": reason}
    else:
        moved |= {"status": "completed", "owner": who(unit)}
    if request.basis is not Basis.LINE:
        moved["note"] = [*moved.get("note", []), _basis_note(unit, request.basis)]
    return unit.put(moved)


def dispensable(unit: Unit, task_id: str, take_over: bool = False) -> tuple[sheets.Sheet, Resource]:
    """Give a sheet this person may hand out now. Raises Conflict when it moved on or a colleague has it."""
    sheet = sheets.by_task(unit.reader, task_id)
    if sheet.dispense is None and sheet.state is SheetState.TO_DISPENSE:
        raise Conflict(
            _("The approval of this prescription has not arrived whole."),
            _("Nothing was handed out. Wait for the next sync."),
        )
    if sheet.state not in OPEN or sheet.dispense is None:
        raise Conflict(
            _("This prescription can no longer be dispensed: {state}.", state=state_text(sheet.state)),
            _("Nothing was handed out. Refresh the queue."),
        )
    if held_by(sheet) not in ("", unit.actor.practitioner) and not take_over:
        raise taken(sheet)
    return sheet, sheet.dispense


def _demand_second_person(unit: Unit, sheet: sheets.Sheet, request: Dispense) -> None:
    reviewer = target(sheet.review.get("owner"), "Practitioner")
    if reviewer == unit.actor.practitioner and not request.double_sign:
        raise Denied(
            _("You reviewed this prescription yourself."),
            _("Let a colleague hand it out, or sign twice if you are alone on this shift."),
        )


def _refuse_codes(unit: Unit, picks: Sequence[Pick]) -> None:
    """Refuse a pack that was scanned twice or handed out before."""
    codes = [code for pick in picks for code in pick.codes]
    for code in codes:
        if codes.count(code) > 1 or sheets.is_out(unit.reader, code):
            raise Invalid(
                _("The pack with trace code {code} was handed out already.", code=code),
                _("Scan the pack in your hand; if it is this one, set it aside and tell the manager."),
                "codes",
            )


def _hand_out(
    unit: Unit, sheet: sheets.Sheet, pick: Pick, request: Dispense, knowledge: Knowledge
) -> Resource:
    line = sheet.line(pick.line)
    if line is None or line.get("status") != "active":
        raise Conflict(_("This line was stopped or is not on the prescription."), _("Refresh the queue."))
    lot = _lot_for(unit, line, pick.lot)
    quantity = amount_of(pick.quantity)
    left = sheets.ordered(line) - sheets.handed_out(unit.reader, line)
    if quantity > left:
        raise Invalid(
            _("More than was prescribed: {left} is left to hand out.", left=plain(left)),
            _("Lower the amount of this line."),
            "quantity",
        )
    if quantity > lot.on_hand:
        raise Invalid(
            _("Lot {lot} has only {left} left.", lot=lot.number, left=plain(lot.on_hand)), field="quantity"
        )
    record = _record(unit, line, lot, quantity, request)
    if pick.codes:
        record["identifier"] += [{"system": systems.TRACE_CODE, "value": code} for code in pick.codes]
    if not pick.scanned:
        if not pick.reason:
            raise Invalid(_("A line that was not scanned needs a reason."), field="reason")
        record["note"] = [{"text": reason_of(knowledge, pick.reason, "manual").name_zh}]
    unit.put(record)
    return record


def _record(unit: Unit, line: Resource, lot: Lot, quantity: Decimal, request: Dispense) -> Resource:
    record: Resource = {
        "resourceType": "MedicationDispense",
        "identifier": [{"system": systems.DISPENSE_NUMBER, "value": _dispense_number(unit)}],
        "status": "completed",
        "medicationReference": reference(
            Ref("Medication", lot.id), str(line.get("medicationCodeableConcept", {}).get("text", ""))
        ),
        "subject": line["subject"],
        "performer": _performers(unit, request.double_sign),
        "authorizingPrescription": [reference(ref_of(line))],
        "quantity": {
            "value": number(quantity),
            "unit": str(line.get("dispenseRequest", {}).get("quantity", {}).get("unit", "")),
        },
        "whenHandedOver": instant(unit.now),
        "dosageInstruction": line.get("dosageInstruction", []),
    }
    if "encounter" in line:
        record["context"] = line["encounter"]
    return record


def _performers(unit: Unit, twice: bool) -> list[Resource]:
    """Say who prepared and who checked; a pharmacist alone signs for both (双签名)."""
    checked = {"function": concept(PERFORMER, "finalchecker"), "actor": who(unit)}
    prepared = {"function": concept(PERFORMER, "packager"), "actor": who(unit)}
    return [prepared, checked] if twice else [checked]


def _lot_for(unit: Unit, line: Resource, lot_id: str) -> Lot:
    lot = lot_of(unit.reader, lot_id)
    if lot is None or not lot.drug_id or lot.drug_id != sheets.drug_of(line):
        raise Invalid(
            _("This lot is not of the prescribed drug."),
            _("Compare name, strength and form with the prescription."),
            "lot",
        )
    if lot.expired(unit.now.date()):
        raise Invalid(
            _("Lot {lot} expired on {date}.", lot=lot.number, date=written_date(lot.expires)), field="lot"
        )
    return lot


def _partial_reason(knowledge: Knowledge, code: str) -> Resource:
    if not code:
        raise Invalid(
            _("Something of this prescription would stay owed."),
            _("Pick every line, or say why only a part is handed out."),
            "partial",
        )
    reason = reason_of(knowledge, code, "partial")
    return concept(systems.REASON, reason.code, reason.name_zh)


def _basis_note(unit: Unit, basis: Basis) -> Resource:
    """Say what a counter without a line went by, for the settling after the line is back."""
    text = {Basis.CLAIM: "离线发药：此前已领取", Basis.PAPER: "离线发药：凭签名纸质处方"}[basis]
    return {"text": text, "time": instant(unit.now)}


def _dispense_number(unit: Unit) -> str:
    count = unit.next_number(f"dispense-{unit.now:%y%m%d}")
    return f"D{unit.now:%y%m%d}{unit.desk_code}{count:03d}"


def amount_of(text: str) -> Decimal:
    """Read an amount. Raises Invalid unless it is a number above zero."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise Invalid(_("This is no amount: {text}", text=text), field="quantity") from error
    if not value.is_finite() or value <= 0:
        raise Invalid(_("The amount must be above zero."), field="quantity")
    return value


def number(value: Decimal) -> int | float:
    """Give an amount as a JSON number that reads back as the same amount."""
    return int(value) if value == value.to_integral_value() else float(value)


def plain(value: Decimal) -> str:
    """Write an amount without trailing zeros or exponent."""
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "") else text

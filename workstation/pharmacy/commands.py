"""What a pharmacist does: review, ask back, refuse, hand out, receive.

Sources: 处方管理办法 articles 33-37, 医疗机构处方审核规范 (国卫办医发〔2018〕14号), both via the clinical rules digest.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from workstation.core.clock import instant, parse_instant
from workstation.core.errors import Conflict, Denied, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, ref_of, reference, target
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.model import (
    DISPENSE,
    FOUR_CHECKS,
    Approve,
    Dispense,
    Pick,
    Query,
    ReceiveStock,
    Refuse,
    SheetState,
    StartReview,
)
from workstation.security.permissions import Permission
from workstation.stock import Lot, lots
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command

REVIEWABLE = frozenset({SheetState.TO_REVIEW, SheetState.IN_REVIEW})


@command(
    "pharmacy.start-review", permission=Permission.DISPENSE_REVIEW, help="Take a prescription into review"
)
def start_review(unit: Unit, request: StartReview) -> Ref:
    """Claim the review. Raises Conflict when somebody else has it or the sheet moved on."""
    sheet = _reviewable(unit, request.task)
    task = dict(sheet.review)
    task["status"] = "accepted"
    task["owner"] = _self(unit)
    task["lastModified"] = instant(unit.now)
    return unit.put(task)


@command(
    "pharmacy.approve", permission=Permission.DISPENSE_REVIEW, help="Approve a prescription for dispensing"
)
def approve(unit: Unit, request: Approve) -> Ref:
    """Close the review and open the dispensing. Raises Invalid unless all four checks are confirmed, Conflict."""
    if set(request.checks) != set(FOUR_CHECKS):
        raise Invalid(_("All four checks must be confirmed before approval."), field="checks")
    sheet = _reviewable(unit, request.task)
    _refuse_expired(unit, sheet)
    task = dict(sheet.review)
    task |= {"status": "completed", "owner": _self(unit), "lastModified": instant(unit.now)}
    task["output"] = [
        {"type": {"text": "check"}, "valueString": f"{check} {instant(unit.now)}"} for check in request.checks
    ]
    task.pop("statusReason", None)
    unit.put(task)
    return unit.put(
        {
            "resourceType": "Task",
            "status": "requested",
            "intent": "order",
            "code": concept(systems.TASK_CODE, DISPENSE),
            "groupIdentifier": task["groupIdentifier"],
            "basedOn": [reference(ref_of(task))],
            "focus": task["focus"],
            "for": task["for"],
            "authoredOn": instant(unit.now),
            "requester": _self(unit),
            **({"encounter": task["encounter"]} if "encounter" in task else {}),
        }
    )


@command(
    "pharmacy.query", permission=Permission.DISPENSE_REVIEW, help="Ask the prescriber to confirm or rewrite"
)
def query(unit: Unit, request: Query) -> Ref:
    """Put the sheet on hold with a question to its prescriber. Raises Conflict."""
    sheet = _reviewable(unit, request.task)
    task = _close_review(unit, sheet, "on-hold", request.reason, request.text)
    unit.put(
        {
            "resourceType": "Communication",
            "status": "completed",
            "basedOn": [reference(ref_of(task))],
            "subject": task["for"],
            "sent": instant(unit.now),
            "sender": _self(unit),
            "recipient": [task["requester"]] if "requester" in task else [],
            "reasonCode": [concept(systems.REASON, request.reason)],
            "payload": [{"contentString": request.text or request.reason}],
        }
    )
    return ref_of(task)


@command(
    "pharmacy.refuse", permission=Permission.DISPENSE_REVIEW, help="Refuse a prescription and record why"
)
def refuse(unit: Unit, request: Refuse) -> Ref:
    """Refuse for good. Raises Invalid without a reason in words, Conflict."""
    if not request.text.strip():
        raise Invalid(_("A refusal needs its reason in words."), field="text")
    sheet = _reviewable(unit, request.task)
    return ref_of(_close_review(unit, sheet, "rejected", request.reason, request.text))


@command("pharmacy.dispense", permission=Permission.DISPENSE_PERFORM, help="Hand out what was prescribed")
def dispense(unit: Unit, request: Dispense) -> Ref:
    """Hand out lots for the lines of an approved sheet, whole or in part.

    Raises Conflict when the sheet was handed out or stopped elsewhere, Invalid for a wrong or expired lot or too
    much, Denied when the reviewer hands out alone without signing twice.
    """
    sheet = sheets.by_task(unit.reader, request.task)
    if sheet.state not in (SheetState.TO_DISPENSE, SheetState.DISPENSING) or sheet.dispense is None:
        raise Conflict(
            _("This prescription can no longer be dispensed: {state}.", state=_(sheet.state.value)),
            _("Nothing was handed out. Refresh the queue."),
        )
    _refuse_expired(unit, sheet)
    _demand_second_person(unit, sheet, request)
    if not request.picks:
        raise Invalid(_("Nothing was picked."), field="picks")
    for pick in request.picks:
        unit.put(_dispense_record(unit, sheet, pick))
    left = [line for line in sheet.lines if sheets.handed_out(unit.reader, line) < sheets.ordered(line)]
    task = dict(sheet.dispense)
    task |= {
        "status": "in-progress" if left else "completed",
        "owner": _self(unit),
        "lastModified": instant(unit.now),
    }
    for line in sheet.lines:
        if line not in left and line["status"] == "active":
            unit.put(dict(line) | {"status": "completed"})
    return unit.put(task)


@command(
    "pharmacy.receive-stock", permission=Permission.STOCK_MANAGE, help="Put a lot of a drug on the shelf"
)
def receive_stock(unit: Unit, request: ReceiveStock, *, knowledge: Knowledge) -> Ref:
    """Add a lot, or more of one. Raises Invalid for an unknown drug, a bad date or amount."""
    drug = knowledge.drugs.by_code(request.drug)
    if drug is None:
        raise Invalid(_("This drug is not in the catalogue: {drug}", drug=request.drug), field="drug")
    expires = _date(request.expires)
    quantity = _amount(request.quantity)
    known = next((lot for lot in lots(unit.reader, drug.id) if lot.number == request.lot), None)
    lot = (
        Ref("Medication", known.id) if known else _new_lot(unit, drug.id, drug.name_zh, request.lot, expires)
    )
    return unit.put(
        {
            "resourceType": "SupplyDelivery",
            "status": "completed",
            "suppliedItem": {
                "quantity": {"value": float(quantity), "unit": drug.unit_zh},
                "itemReference": reference(lot),
            },
            "occurrenceDateTime": instant(unit.now),
        }
    )


def _reviewable(unit: Unit, task_id: str) -> sheets.Sheet:
    sheet = sheets.by_task(unit.reader, task_id)
    owner = target(sheet.review.get("owner"), "Practitioner")
    if sheet.state not in REVIEWABLE:
        raise Conflict(
            _("This prescription is not waiting for review any more: {state}.", state=_(sheet.state.value)),
            _("Nothing was changed. Refresh the queue."),
        )
    if sheet.state is SheetState.IN_REVIEW and owner != unit.actor.practitioner:
        name = sheet.review.get("owner", {}).get("display", "")
        raise Conflict(
            _("{name} is reviewing this prescription.", name=name), _("Take another one, or ask them.")
        )
    return sheet


def _close_review(unit: Unit, sheet: sheets.Sheet, status: str, reason: str, text: str) -> Resource:
    task = dict(sheet.review)
    task |= {"status": status, "owner": _self(unit), "lastModified": instant(unit.now)}
    task["statusReason"] = concept(systems.REASON, reason, text=text or reason)
    unit.put(task)
    return task


def _refuse_expired(unit: Unit, sheet: sheets.Sheet) -> None:
    for line in sheet.lines:
        end = line.get("dispenseRequest", {}).get("validityPeriod", {}).get("end")
        if end and unit.now > parse_instant(end):
            raise Invalid(
                _(
                    "This prescription is no longer valid (valid until {time}).",
                    time=end[:16].replace("T", " "),
                ),
                _("The prescriber must write a new one (处方管理办法 article 18)."),
            )


def _demand_second_person(unit: Unit, sheet: sheets.Sheet, request: Dispense) -> None:
    reviewer = target(sheet.review.get("owner"), "Practitioner")
    if reviewer == unit.actor.practitioner and not request.double_sign:
        raise Denied(
            _("You reviewed this prescription yourself."),
            _("Let a colleague hand it out, or sign twice if you are alone on this shift."),
        )


def _dispense_record(unit: Unit, sheet: sheets.Sheet, pick: Pick) -> Resource:
    line = next((line for line in sheet.lines if line["id"] == pick.line), None)
    if line is None or line["status"] != "active":
        raise Conflict(_("This line was stopped or is not on the prescription."), _("Refresh the queue."))
    lot = _lot_of(unit, line, pick.lot)
    quantity = _amount(pick.quantity)
    if sheets.handed_out(unit.reader, line) + quantity > sheets.ordered(line):
        raise Invalid(_("More than was prescribed."), _("Lower the amount of this line."), "quantity")
    if quantity > lot.on_hand:
        raise Invalid(
            _("Lot {lot} has only {left} left.", lot=lot.number, left=lot.on_hand), field="quantity"
        )
    if not pick.scanned and not pick.reason:
        raise Invalid(_("A line that was not scanned needs a reason."), field="reason")
    record: Resource = {
        "resourceType": "MedicationDispense",
        "identifier": [{"system": systems.DISPENSE_NUMBER, "value": _dispense_number(unit)}],
        "status": "completed",
        "medicationReference": reference(
            Ref("Medication", lot.id), line["medicationCodeableConcept"].get("text", "")
        ),
        "subject": line["subject"],
        "performer": [{"actor": _self(unit)}],
        "authorizingPrescription": [reference(ref_of(line))],
        "quantity": {"value": float(quantity), "unit": line["dispenseRequest"]["quantity"].get("unit", "")},
        "whenHandedOver": instant(unit.now),
        "dosageInstruction": line.get("dosageInstruction", []),
    }
    if not pick.scanned:
        record["note"] = [{"text": pick.reason}]
    return record


def _lot_of(unit: Unit, line: Resource, lot_id: str) -> Lot:
    lot = next((lot for lot in lots(unit.reader, sheets.drug_of(line)) if lot.id == lot_id), None)
    if lot is None:
        raise Invalid(
            _("This lot is not of the prescribed drug."),
            _("Compare name, strength and form with the prescription."),
            "lot",
        )
    if lot.expired(unit.now.date()):
        raise Invalid(
            _("Lot {lot} expired on {date}.", lot=lot.number, date=lot.expires.isoformat()), field="lot"
        )
    return lot


def _new_lot(unit: Unit, drug_id: str, name: str, number: str, expires: date) -> Ref:
    if not number.strip():
        raise Invalid(_("A lot needs its number."), field="lot")
    return unit.put(
        {
            "resourceType": "Medication",
            "identifier": [{"system": systems.LOT_NUMBER, "value": number}],
            "code": concept(systems.DRUG, drug_id, name),
            "status": "active",
            "batch": {"lotNumber": number, "expirationDate": expires.isoformat()},
        }
    )


def _dispense_number(unit: Unit) -> str:
    number = unit.next_number(f"dispense-{unit.now:%y%m%d}")
    return f"D{unit.now:%y%m%d}{unit.desk_code}{number:03d}"


def _self(unit: Unit) -> Resource:
    return reference(Ref("Practitioner", unit.actor.practitioner), unit.actor.name)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            _("This is no date: {text}", text=text), _("Write it as 2027-08-31."), "expires"
        ) from error


def _amount(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise Invalid(_("This is no amount: {text}", text=text), field="quantity") from error
    if not value.is_finite() or value <= 0:
        raise Invalid(_("The amount must be above zero."), field="quantity")
    return value

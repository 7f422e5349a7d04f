"""Goods in: deliveries of lots, and what comes back from a patient. Both are only ever added to the ledger."""

from __future__ import annotations

from datetime import date

from workstation.core.clock import instant
from workstation.core.days import written_date, written_day
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, ref_of, reference, set_extension, target
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.handout import amount_of, number, plain
from workstation.pharmacy.model import ReceiveStock, ReturnGoods
from workstation.pharmacy.review import reason_of, who
from workstation.stock import NOT_OUT, Lot, amount, lots
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug


def receive(unit: Unit, request: ReceiveStock, knowledge: Knowledge) -> Ref:
    """Add a lot, or more of one."""
    if request.drug not in knowledge.drugs:
        raise Invalid(_("This drug is not in the catalogue: {drug}", drug=request.drug), field="drug")
    drug = knowledge.drugs.get(request.drug)
    expires = _day(request.expires)
    if expires < unit.now.date():
        raise Invalid(
            _("This lot expired on {date} and cannot go on the shelf.", date=written_date(expires)),
            field="expires",
        )
    quantity = amount_of(request.quantity)
    known = next((lot for lot in lots(unit.reader, drug.id) if lot.number == request.lot.strip()), None)
    if known is not None and known.expires != expires:
        raise _other_expiry(known)
    lot = Ref("Medication", known.id) if known else _new_lot(unit, drug, request.lot.strip(), expires)
    return unit.put(
        {
            "resourceType": "SupplyDelivery",
            "status": "completed",
            "suppliedItem": {
                "quantity": {"value": number(quantity), "unit": drug.unit_zh},
                "itemReference": reference(lot),
            },
            "occurrenceDateTime": instant(unit.now),
            "receiver": [who(unit)],
        }
    )


def take_back(unit: Unit, request: ReturnGoods, knowledge: Knowledge) -> Ref:
    """Write a return: a delivery that names the dispense it came from; the dispense itself stays as it was.

    What may not go back on the shelf names the drug and no lot, so that no balance counts it.
    """
    given = unit.reader.get("MedicationDispense", request.dispense)
    if given.get("status") in NOT_OUT:
        raise Conflict(_("This was never handed out."), _("Nothing was changed. Refresh this list."))
    quantity = amount_of(request.quantity)
    patient = target(given.get("subject"), "Patient")
    left = amount(given.get("quantity")) - sheets.returned(sheets.returns(unit.reader, patient), given["id"])
    if quantity > left:
        raise Invalid(
            _("Only {left} of this can still come back.", left=plain(left)),
            _("Lower the amount, or choose the other dispense."),
            "quantity",
        )
    _refuse_foreign_codes(unit, given, request)
    reason = reason_of(knowledge, request.reason, "return")
    back: Resource = {
        "resourceType": "SupplyDelivery",
        "status": "completed",
        "patient": given["subject"],
        "type": concept(systems.REASON, reason.code, reason.name_zh),
        "suppliedItem": {
            "quantity": {"value": number(quantity), "unit": str(given.get("quantity", {}).get("unit", ""))}
        },
        "occurrenceDateTime": instant(unit.now),
        "receiver": [who(unit)],
    }
    if request.restock:
        _refuse_expired_lot(unit, given)
        back["suppliedItem"]["itemReference"] = given["medicationReference"]
    else:
        back["suppliedItem"]["itemCodeableConcept"] = _drug_concept(unit, given)
    if request.codes:
        back["identifier"] = [{"system": systems.TRACE_CODE, "value": code} for code in request.codes]
    set_extension(back, systems.RETURN_OF, valueReference=reference(ref_of(given)))
    return unit.put(back)


def _refuse_foreign_codes(unit: Unit, given: Resource, request: ReturnGoods) -> None:
    for code in request.codes:
        if code not in sheets.trace_codes(given) or not sheets.is_out(unit.reader, code):
            raise Invalid(
                _("The pack with trace code {code} is not one of those handed out here.", code=code),
                _("It may not go back on the shelf."),
                "codes",
            )


def _refuse_expired_lot(unit: Unit, given: Resource) -> None:
    medication = unit.reader.get("Medication", target(given.get("medicationReference"), "Medication"))
    day = str(medication.get("batch", {}).get("expirationDate", ""))
    if day and _day(day[:10]) < unit.now.date():
        raise Invalid(
            _("This lot expired on {date} and cannot go on the shelf.", date=written_day(day[:10])),
            _("Take it back without putting it on the shelf."),
            "restock",
        )


def _drug_concept(unit: Unit, given: Resource) -> Resource:
    lot = unit.reader.peek("Medication", target(given.get("medicationReference"), "Medication")) or {}
    found = lot.get("code")
    text = str(given.get("medicationReference", {}).get("display", ""))
    return dict(found) if isinstance(found, dict) else {"text": text}


def _new_lot(unit: Unit, drug: Drug, lot: str, expires: date) -> Ref:
    if not lot:
        raise Invalid(_("A lot needs its number."), field="lot")
    return unit.put(
        {
            "resourceType": "Medication",
            "identifier": [{"system": systems.LOT_NUMBER, "value": lot}],
            "code": concept(systems.DRUG, drug.id, drug.name_zh),
            "status": "active",
            "batch": {"lotNumber": lot, "expirationDate": expires.isoformat()},
        }
    )


def _other_expiry(known: Lot) -> Invalid:
    return Invalid(
        _(
            "Lot {lot} is on the shelf with another expiry date: {date}.",
            lot=known.number,
            date=known.expires,
        ),
        _("Compare the pack: number or date is mistyped."),
        "expires",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            _("This is no date: {text}", text=text), _("Write it as 2027-08-31."), "expires"
        ) from error

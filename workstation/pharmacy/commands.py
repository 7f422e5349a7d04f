"""What a pharmacist does: review, ask back, refuse, hand out, take back, receive."""

from __future__ import annotations

from workstation.core.events import Ref
from workstation.pharmacy import goods, handout, review
from workstation.pharmacy.model import (
    Approve,
    Claim,
    Dispense,
    Query,
    ReceiveStock,
    Refuse,
    Release,
    ReturnGoods,
    StartReview,
)
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command


@command(
    "pharmacy.start-review", permission=Permission.DISPENSE_REVIEW, help="Take a prescription into review"
)
def start_review(unit: Unit, request: StartReview) -> Ref:
    """Claim the review. Raises Conflict when somebody else has it or the sheet moved on, NotFound."""
    return review.start(unit, request)


@command(
    "pharmacy.approve", permission=Permission.DISPENSE_REVIEW, help="Approve a prescription for dispensing"
)
def approve(unit: Unit, request: Approve, *, knowledge: Knowledge) -> Ref:
    """Close the review and open the dispensing; gives the dispensing Task.

    Raises Invalid unless all four checks are confirmed and when the sheet is no longer valid, NeedsReason for a stop
    nobody has answered, Conflict, NotFound.
    """
    return review.approve(unit, request, knowledge)


@command(
    "pharmacy.query", permission=Permission.DISPENSE_REVIEW, help="Ask the prescriber to confirm or rewrite"
)
def query(unit: Unit, request: Query, *, knowledge: Knowledge) -> Ref:
    """Put the sheet on hold with a question to its prescriber. Raises Invalid for an unknown reason, Conflict."""
    return review.query(unit, request, knowledge)


@command(
    "pharmacy.refuse", permission=Permission.DISPENSE_REVIEW, help="Refuse a prescription and record why"
)
def refuse(unit: Unit, request: Refuse, *, knowledge: Knowledge) -> Ref:
    """Refuse for good. Raises Invalid without a reason of the list and in words, Conflict."""
    return review.refuse(unit, request, knowledge)


@command("pharmacy.claim", permission=Permission.DISPENSE_PERFORM, help="Take a prescription to this counter")
def claim(unit: Unit, request: Claim) -> Ref:
    """Claim the dispensing. Raises Conflict when a colleague has it or the sheet moved on, NotFound."""
    return handout.claim(unit, request)


@command(
    "pharmacy.release",
    permission=Permission.DISPENSE_REVIEW,
    help="Give a prescription back, or put it aside",
)
def release(unit: Unit, request: Release) -> Ref:
    """Give a sheet back to its queue. Raises Conflict when a colleague has it or it moved on, NotFound."""
    return review.release(unit, request)


@command("pharmacy.dispense", permission=Permission.DISPENSE_PERFORM, help="Hand out what was prescribed")
def dispense(unit: Unit, request: Dispense, *, knowledge: Knowledge) -> Ref:
    """Hand out lots for the lines of an approved sheet, whole or in part; gives the dispensing Task.

    Raises Conflict when the sheet was handed out or stopped elsewhere, Invalid for a wrong or expired lot, too much,
    a pack that is out already, or a part without a reason, Denied when the reviewer hands out alone without signing
    twice.
    """
    return handout.dispense(unit, request, knowledge)


@command("pharmacy.return", permission=Permission.DISPENSE_PERFORM, help="Take back what was handed out")
def take_back(unit: Unit, request: ReturnGoods, *, knowledge: Knowledge) -> Ref:
    """Write a return; gives the SupplyDelivery. Raises Invalid for too much or a strange pack, Conflict, NotFound."""
    return goods.take_back(unit, request, knowledge)


@command(
    "pharmacy.receive-stock", permission=Permission.STOCK_MANAGE, help="Put a lot of a drug on the shelf"
)
def receive_stock(unit: Unit, request: ReceiveStock, *, knowledge: Knowledge) -> Ref:
    """Add a lot, or more of one. Raises Invalid for an unknown drug, a wrong or past date, a bad amount."""
    return goods.receive(unit, request, knowledge)

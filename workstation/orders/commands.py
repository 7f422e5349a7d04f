"""What a doctor does with inpatient orders: sign, stop, take back, answer a nurse."""

from __future__ import annotations

from workstation.core.events import Ref
from workstation.orders import signature, stopping
from workstation.orders.model import AnswerReturn, OrdersDraft, StopOrder, VoidOrder
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command


@command("orders.sign", permission=Permission.ORDER_SIGN, help="Sign inpatient orders")
def sign(unit: Unit, request: OrdersDraft, *, knowledge: Knowledge) -> Ref:
    """Sign a draft; its orders wait for a nurse. Raises Invalid, NeedsReason, Conflict, NotFound."""
    return signature.sign(unit, request, knowledge)


@command("orders.stop", permission=Permission.ORDER_STOP, help="Stop an inpatient order, now or later")
def stop(unit: Unit, request: StopOrder, *, knowledge: Knowledge) -> Ref:
    """Stop an order and its infusion group. Raises Invalid, Conflict, NotFound."""
    return stopping.stop(unit, request, knowledge)


@command(
    "orders.void", permission=Permission.ORDER_STOP, help="Take back an inpatient order not carried out yet"
)
def void(unit: Unit, request: VoidOrder, *, knowledge: Knowledge) -> Ref:
    """Take an order and its infusion group back. Raises Invalid, Conflict, NotFound."""
    return stopping.void(unit, request, knowledge)


@command(
    "orders.answer-return",
    permission=Permission.ORDER_SIGN,
    help="Answer a nurse who sent an inpatient order back",
)
def answer_return(unit: Unit, request: AnswerReturn, *, knowledge: Knowledge) -> Ref:
    """Answer; the order is to be verified again. Raises Invalid, Conflict, NotFound."""
    return stopping.answer(unit, request, knowledge)

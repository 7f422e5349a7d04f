"""What nurses record. Importing this file registers the commands."""

from __future__ import annotations

from workstation.core.events import Ref
from workstation.nursing import giving, model, verifying
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command


@command(
    "nursing.verify", permission=Permission.ORDER_VERIFY, help="Say that one new order line was looked at"
)
def verify(unit: Unit, request: model.Verify, *, knowledge: Knowledge) -> Ref:
    """Verify one line; saying it again changes nothing. Raises Conflict, NotFound."""
    return verifying.verify(unit, request, knowledge)


@command(
    "nursing.return-order", permission=Permission.ORDER_VERIFY, help="Send one order line back to its doctor"
)
def return_order(unit: Unit, request: model.ReturnOrder, *, knowledge: Knowledge) -> Ref:
    """Send a line back with a reason. Raises Conflict, Invalid, NotFound."""
    return verifying.give_back(unit, request, knowledge)


@command(
    "nursing.verify-stop", permission=Permission.ORDER_VERIFY, help="Say that the stop of an order was seen"
)
def verify_stop(unit: Unit, request: model.VerifyStop, *, knowledge: Knowledge) -> Ref:
    """Verify a stop. Raises Conflict, NotFound."""
    return verifying.verify_stop(unit, request, knowledge)


@command("nursing.give", permission=Permission.ORDER_EXECUTE, help="Record that one planned dose was given")
def give(unit: Unit, request: model.Give, *, knowledge: Knowledge) -> Ref:
    """Give all lines of one unit. Raises Conflict when the order moved on or it was given, Invalid, NotFound."""
    return giving.give(unit, request, knowledge)


@command("nursing.start-infusion", permission=Permission.ORDER_EXECUTE, help="Record that an infusion began")
def start_infusion(unit: Unit, request: model.Give, *, knowledge: Knowledge) -> Ref:
    """Begin an infusion: the same checks as giving a dose."""
    return giving.start(unit, request, knowledge)


@command("nursing.end-infusion", permission=Permission.ORDER_EXECUTE, help="Record that an infusion ended")
def end_infusion(unit: Unit, request: model.EndInfusion, *, knowledge: Knowledge) -> Ref:
    """End a running infusion. Raises Conflict when it is not running, Invalid."""
    return giving.end(unit, request, knowledge)


@command(
    "nursing.not-given", permission=Permission.ORDER_EXECUTE, help="Record why a dose was not given or done"
)
def not_given(unit: Unit, request: model.NotGiven, *, knowledge: Knowledge) -> Ref:
    """Record that it was not given. Raises Conflict, Invalid."""
    return giving.not_given(unit, request, knowledge)


@command(
    "nursing.carry-out", permission=Permission.ORDER_EXECUTE, help="Record that another order was carried out"
)
def carry_out(unit: Unit, request: model.CarryOut, *, knowledge: Knowledge) -> Ref:
    """Carry out an order that is no medicine. Raises Conflict, Invalid."""
    return giving.carry_out(unit, request, knowledge)


@command(
    "nursing.record-actual",
    permission=Permission.ORDER_EXECUTE,
    help="Record a dose that was really given although its order did not stand",
)
def record_actual(unit: Unit, request: model.RecordActual, *, knowledge: Knowledge) -> Ref:
    """Record what happened. Raises Conflict where it is recorded already, Invalid."""
    return giving.record_actual(unit, request, knowledge)


@command("nursing.correct", permission=Permission.ORDER_EXECUTE, help="Mark a record as entered in error")
def correct(unit: Unit, request: model.Correct, *, knowledge: Knowledge) -> Ref:
    """Mark facts as entered in error; nothing is deleted. Raises Conflict, Invalid, NotFound."""
    return giving.correct(unit, request, knowledge)

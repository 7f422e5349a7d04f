"""What is done with the laboratory: order, take back, label, collect, reject, read, answer."""

from __future__ import annotations

from workstation.core.events import Ref
from workstation.laboratory import orders, reviewing, specimens
from workstation.laboratory.model import (
    Acknowledge,
    CancelOrder,
    Collect,
    HandleCritical,
    LabelOrders,
    OrderTests,
    RejectSpecimen,
)
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command


@command("laboratory.order", permission=Permission.LABORATORY_ORDER, help="Order laboratory tests")
def order(unit: Unit, request: OrderTests, *, knowledge: Knowledge) -> Ref:
    """Order panels and tests under one request number. Raises Invalid, Conflict, NeedsReason, NotFound."""
    return orders.order(unit, request, knowledge)


@command("laboratory.cancel", permission=Permission.LABORATORY_ORDER, help="Take a laboratory order back")
def cancel(unit: Unit, request: CancelOrder, *, knowledge: Knowledge) -> Ref:
    """Take an order back before its specimen was taken. Raises Invalid, Conflict."""
    return orders.cancel(unit, request, knowledge)


@command("laboratory.label", permission=Permission.SPECIMEN_COLLECT, help="Number the tubes of orders")
def label(unit: Unit, request: LabelOrders, *, knowledge: Knowledge) -> Ref:
    """Make a specimen for each tube. Raises Invalid, Conflict."""
    return specimens.label(unit, request, knowledge)


@command("laboratory.collect", permission=Permission.SPECIMEN_COLLECT, help="Say that a specimen was taken")
def collect(unit: Unit, request: Collect) -> Ref:
    """Say that a specimen was taken from the right patient. Raises Invalid, Conflict, NotFound."""
    return specimens.collect(unit, request)


@command(
    "laboratory.reject", permission=Permission.SPECIMEN_COLLECT, help="Say that a specimen cannot be used"
)
def reject(unit: Unit, request: RejectSpecimen) -> Ref:
    """Throw a specimen away, with the reason. Raises Invalid, Conflict, NotFound."""
    return specimens.reject(unit, request)


@command(
    "laboratory.acknowledge",
    permission=Permission.RESULT_ACKNOWLEDGE,
    help="Say that a laboratory report was read",
)
def acknowledge(unit: Unit, request: Acknowledge, *, knowledge: Knowledge) -> Ref:
    """Say that reports were read. Raises Invalid, Conflict."""
    return reviewing.acknowledge(unit, request, knowledge)


@command(
    "laboratory.handle-critical",
    permission=Permission.CRITICAL_HANDLE,
    help="Record what was done about a critical value",
)
def handle_critical(unit: Unit, request: HandleCritical, *, knowledge: Knowledge) -> Ref:
    """Record what was done. Raises Invalid, Conflict."""
    return reviewing.handle(unit, request, knowledge)

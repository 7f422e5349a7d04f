"""The orders of stays as the ward looks at them: level, condition and diet for every bed, and what is due next.

A board is asked again after every dose, so the marks on the cards are read by themselves: three kinds of orders and
nothing else. What is due is the costlier question and stands apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from workstation.core.clock import instant
from workstation.fhir import systems
from workstation.fhir.resources import target
from workstation.inpatient.rows import DueRow
from workstation.orderbook import book, given, plan
from workstation.orderbook.order import CONDITION, LONG_TERM, NURSING_LEVEL, Order, in_line_order, running
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge

DIET: Final = "diet"
SHOWN: Final = (NURSING_LEVEL, CONDITION, DIET)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the running orders say of a patient at a glance: codes of the ward's catalogue, and words."""

    nursing: str = ""
    nursing_name: str = ""
    condition: str = ""
    condition_name: str = ""
    diet: str = ""
    diet_name: str = ""


NO_MARKS: Final = Marks()


def marks_of(
    reader: Reader, encounters: Sequence[str], now: datetime, knowledge: Knowledge
) -> dict[str, Marks]:
    """Give the marks of many stays; where two orders of a kind run, the one begun last counts."""
    if not encounters:
        return {}
    where = {
        "encounter": list(encounters),
        "category": [f"{systems.ORDER_KIND}|{kind}" for kind in SHOWN],
        "status": "active",
    }
    by_stay: dict[str, list[Order]] = {}
    for request in reader.find("ServiceRequest", where):
        order = book.order_of(reader, request, {}, knowledge)
        if order is not None and running(order, now):
            by_stay.setdefault(target(request.get("encounter"), "Encounter"), []).append(order)
    return {stay: marks_in(orders) for stay, orders in by_stay.items()}


def marks_in(orders: Iterable[Order]) -> Marks:
    """Give the marks that follow from running orders."""
    last = {order.kind: order for order in sorted(orders, key=in_line_order) if order.kind in SHOWN}
    level, condition, diet = (last.get(kind) for kind in SHOWN)
    return Marks(
        *(level.code, level.name) if level else ("", ""),
        *(condition.code, condition.name) if condition else ("", ""),
        *(diet.code, diet.name) if diet else ("", ""),
    )


def unfinished(orders: Iterable[Order], now: datetime) -> list[Order]:
    """Give the long-term orders that go on, or will begin: nobody stopped them before this moment."""
    return [
        order
        for order in orders
        if order.term == LONG_TERM
        and not order.void
        and order.status != "completed"
        and (order.ends is None or order.ends > now)
    ]


def due_of(
    reader: Reader, encounters: Sequence[str], now: datetime, knowledge: Knowledge
) -> tuple[DueRow, ...]:
    """Give for each stay that has something to do what comes next and how much is overdue."""
    if not encounters:
        return ()
    windows = knowledge.nursing.windows
    orders = book.live_orders_of_many(reader, encounters, knowledge)
    facts = given.given_of_many(reader, encounters, now - windows.back - plan.DAY)
    rows = (_due(stay, plan.due(orders[stay], facts[stay], now, windows)) for stay in orders)
    return tuple(row for row in rows if row is not None)


def _due(stay: str, due: plan.Due) -> DueRow | None:
    waiting = [*due.overdue, *due.now, *due.later]
    if not waiting:
        return None
    coming = [*due.now, *due.later]
    first = (coming or waiting)[0]
    return DueRow(
        stay, instant(first.at), words(first), sum(s.at == first.at for s in coming), len(due.overdue)
    )


def words(slot: plan.Slot) -> str:
    """Say what is to be done at a moment in the fewest words: the way of a medicine, the name of anything else."""
    order = slot.orders[0]
    return order.route_text if order.is_drug and order.route_text else order.name

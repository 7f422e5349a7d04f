"""What is due on a ward: planned doses, other orders, infusions that run, each as near as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from workstation.chart.in_bed import in_ward
from workstation.core.clock import instant
from workstation.nursing import model
from workstation.nursing.dose import instant_of
from workstation.nursing.lines import lines_of, people_of
from workstation.nursing.rows import Lane, TaskRow, TasksView, Who
from workstation.nursing.verifying import count_to_verify
from workstation.orderbook.book import orders_of_many
from workstation.orderbook.given import Done, Given, given_of_many
from workstation.orderbook.order import Order, Verified
from workstation.orderbook.plan import Slot, due
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge

FACTS_BACK: Final = timedelta(days=1)


def tasks(reader: Reader, request: model.AskTasks, knowledge: Knowledge, now: datetime) -> TasksView:
    """Give the tasks of a ward in order of time."""
    beds = in_ward(reader, request.ward, now)
    stays = [row.encounter for row in beds]
    windows = knowledge.nursing.windows
    orders = orders_of_many(reader, stays, knowledge)
    facts = given_of_many(reader, stays, since=now - windows.back - FACTS_BACK)
    people = people_of(reader, beds, knowledge)
    rows: list[TaskRow] = []
    for stay in stays:
        lanes = due(orders[stay], facts[stay], now, windows)
        for lane, slots in ((Lane.OVERDUE, lanes.overdue), (Lane.NOW, lanes.now), (Lane.LATER, lanes.later)):
            rows += [_row(slot, lane, people[stay], now) for slot in slots]
        rows += running_rows(orders[stay], facts[stay], people[stay], now)
    waiting = sum(count_to_verify(lines) for lines in orders.values())
    return TasksView(tuple(sorted(rows, key=lambda row: (row.planned, row.who.bed))), waiting, instant(now))


def _row(slot: Slot, lane: Lane, who: Who, now: datetime) -> TaskRow:
    orders = slot.orders
    return TaskRow(
        slot=slot.key,
        lane=lane,
        planned=instant(slot.at),
        minutes=int((slot.at - now).total_seconds() // 60),
        who=who,
        lines=lines_of(orders),
        drug=orders[0].is_drug,
        infusion=any(order.infusion for order in orders),
        high_alert=any(order.high_alert for order in orders),
        verified=_verified(orders),
        skin_test_bars=any(order.skin_test_bars for order in orders),
    )


def _verified(orders: Iterable[Order]) -> str:
    """Give the state of a unit: verified only when every line is."""
    states = {order.verification.state for order in orders}
    return (Verified.DONE if states == {Verified.DONE} else Verified.WAITING).value


def running_rows(orders: Sequence[Order], facts: Iterable[Given], who: Who, now: datetime) -> list[TaskRow]:
    """Give the infusions that run, with when each should end where its order says how long it takes."""
    by_id: Mapping[str, Order] = {order.id: order for order in orders}
    running: dict[str, list[Given]] = {}
    for fact in facts:
        if fact.state is Done.RUNNING and fact.counts:
            running.setdefault(fact.slot, []).append(fact)
    return [_running(slot, found, by_id, who, now) for slot, found in running.items()]


def _running(
    slot: str, facts: Sequence[Given], by_id: Mapping[str, Order], who: Who, now: datetime
) -> TaskRow:
    began = instant_of(facts[0].at, now)
    orders = [by_id[fact.order] for fact in facts if fact.order in by_id]
    minutes = max((order.minutes for order in orders), default=0)
    ends = began + timedelta(minutes=minutes) if minutes else None
    return TaskRow(
        slot=slot,
        lane=Lane.RUNNING,
        planned=facts[0].planned or instant(began),
        minutes=int(((ends or began) - now).total_seconds() // 60),
        who=who,
        lines=lines_of(orders),
        infusion=True,
        high_alert=any(order.high_alert for order in orders),
        verified=Verified.DONE.value,
        ends=instant(ends) if ends is not None else "",
    )

"""The orders of a stay as a list shows them: how far each has come, and how often it was carried out today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from workstation.chart.travel import NOT_KNOWN, Travelled, travelled_all
from workstation.core.clock import instant, parse_instant
from workstation.core.i18n import _
from workstation.medication.model import SkinTest, SkinTestState
from workstation.orderbook.book import orders_of
from workstation.orderbook.given import Done, Given, given_of
from workstation.orderbook.order import ONCE_IF_NEEDED, Order, Verified, running
from workstation.orderbook.plan import slots
from workstation.orders.model import OrderList, OrderRow, OrdersOf, OrderState, OrderTab
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge

DONE: Final = frozenset({Done.GIVEN, Done.RUNNING})
DAY: Final = timedelta(days=1)


def order_list(reader: Reader, request: OrdersOf, knowledge: Knowledge, now: datetime) -> OrderList:
    """Give the orders of a stay, in the order they were written."""
    orders = orders_of(reader, request.encounter, knowledge)
    of_tab = [o for o in orders if request.tab is OrderTab.ALL or o.term == request.tab.value]
    shown = [o for o in of_tab if not request.only_running or in_force(o, now)]
    facts = facts_by_order(given_of(reader, request.encounter))
    far = _travelled(reader, shown)
    return OrderList(
        rows=tuple(row(o, facts.get(o.id, ()), far.get(o.id, NOT_KNOWN), now) for o in shown),
        running=sum(in_force(o, now) for o in of_tab),
        total=len(of_tab),
        long_term=sum(o.term == OrderTab.LONG_TERM for o in orders),
        stat=sum(o.term == OrderTab.STAT for o in orders),
        returned=sum(_returned(o) for o in orders),
    )


def in_force(order: Order, now: datetime) -> bool:
    """Say whether an order still means something: it runs, or will once it begins; a stat order until it is over."""
    return running(order, max(now, order.start))


def _returned(order: Order) -> bool:
    return order.verification.state is Verified.RETURNED and not order.void


def facts_by_order(facts: Iterable[Given]) -> dict[str, tuple[Given, ...]]:
    """Give the facts that still stand, by their order."""
    found: dict[str, tuple[Given, ...]] = {}
    for fact in facts:
        if fact.counts:
            found[fact.order] = (*found.get(fact.order, ()), fact)
    return found


def _travelled(reader: Reader, orders: Sequence[Order]) -> Mapping[str, Travelled]:
    found: dict[str, Travelled] = {}
    for kind in ("MedicationRequest", "ServiceRequest"):
        found |= travelled_all(reader, kind, [o.id for o in orders if o.type == kind])
    return found


def today(order: Order, facts: Sequence[Given], now: datetime) -> tuple[int, int]:
    """Give how often an order was carried out today, and how often it is planned for today."""
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    planned = len(slots(order, midnight, midnight + DAY))
    done = sum(1 for f in facts if f.state in DONE and _day_of(f, now) == now.date())
    return done, max(planned, done) if planned else planned


def _day_of(fact: Given, now: datetime) -> object:
    text = fact.planned or fact.at
    return parse_instant(text).astimezone(now.tzinfo).date() if text else None


def state_of(order: Order, facts: Sequence[Given], now: datetime) -> OrderState:
    """Say how far an order has come."""
    if order.void:
        return OrderState.VOID
    if order.stop is not None and order.end is not None and order.end <= now:
        return OrderState.STOPPED
    if order.timing.once or order.timing.frequency == ONCE_IF_NEEDED or order.status == "completed":
        return _once(order, facts, now)
    if order.stop is not None and order.end is not None:
        return OrderState.STOPPING
    return _repeated(order, facts, now)


def _once(order: Order, facts: Sequence[Given], now: datetime) -> OrderState:
    if order.status == "completed" or any(f.state in DONE for f in facts):
        return OrderState.DONE
    if any(f.state is Done.NOT_GIVEN for f in facts):
        return OrderState.NOT_DONE
    if order.ends is not None and order.ends <= now:
        return OrderState.UNUSED
    return _unverified(order) or OrderState.VERIFIED


def _repeated(order: Order, facts: Sequence[Given], now: datetime) -> OrderState:
    waiting = _unverified(order)
    if waiting is not None:
        return waiting
    holds = not order.timing.repeats and not order.timing.as_needed
    begun = order.start <= now and (holds or any(f.state in DONE for f in facts))
    return OrderState.RUNNING if begun else OrderState.VERIFIED


def _unverified(order: Order) -> OrderState | None:
    states = {Verified.WAITING: OrderState.SIGNED, Verified.RETURNED: OrderState.RETURNED}
    return states.get(order.verification.state)


def row(order: Order, facts: Sequence[Given], far: Travelled, now: datetime) -> OrderRow:
    """Make the row of one order."""
    done, planned = today(order, facts, now)
    stop, verified, timing = order.stop, order.verification, order.timing
    return OrderRow(
        id=order.id,
        type=order.type,
        term=order.term,
        kind=order.kind,
        number=order.number,
        group=order.group,
        state=state_of(order, facts, now),
        name=order.name,
        detail=order.strength if order.is_drug else order.note if order.note != order.name else "",
        dose=order.dose_text,
        route=order.route_text,
        frequency=timing.words,
        times=timing.times,
        first_day="" if timing.first_day is None else str(timing.first_day),
        drip_rate=order.drip_rate,
        note=order.note if order.is_drug else "",
        start=instant(order.start),
        end=instant(order.end) if order.end is not None and stop is not None else "",
        skin_test=skin_test_text(order.skin_test) if order.skin_test is not None else "",
        done=done,
        planned=planned,
        running=in_force(order, now),
        line=order.display,
        spoken=order.spoken,
        high_alert=order.high_alert,
        authored_on=order.authored_on,
        prescriber=order.prescriber,
        verified_by=verified.by if verified.state is Verified.DONE else "",
        verified_at=verified.at if verified.state is Verified.DONE else "",
        returned=verified.reason if verified.state is Verified.RETURNED else "",
        stopped_by=stop.by if stop else "",
        stopped_at=stop.at if stop else "",
        stop_reason=stop.reason if stop else "",
        stop_verified_by=stop.verification.by if stop else "",
        drug=order.drug,
        travelled=far.state,
    )


def skin_test_text(test: SkinTest) -> str:
    """Give a skin test in words: state, and what backs it."""
    words = {
        SkinTestState.REQUIRED: _("Skin test needed"),
        SkinTestState.EXEMPT: _("Exempt"),
        SkinTestState.NEGATIVE: _("Negative (−)"),
        SkinTestState.POSITIVE: _("Positive (+)"),
    }
    detail = test.reason if test.state is SkinTestState.EXEMPT else test.lot
    return f"{words[test.state]} {detail}".strip()

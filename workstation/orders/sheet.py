"""The order sheets of a stay, as 病历书写基本规范 article 28 wants them on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from workstation.chart.in_bed import of_stay
from workstation.chart.people import author_name
from workstation.core.clock import instant
from workstation.core.i18n import speaking
from workstation.fhir.resources import Resource, as_list, code_of, synthetic, text_of
from workstation.medication.model import SkinTestState
from workstation.orderbook.book import orders_of
from workstation.orderbook.given import Given, given_of
from workstation.orderbook.order import Order, Verified
from workstation.orders.listing import DONE, facts_by_order, skin_test_text, state_of
from workstation.orders.model import AskSheet, OrderSheet, OrderSheetRow, OrderTerm
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge


def order_sheet(reader: Reader, request: AskSheet, knowledge: Knowledge, now: datetime) -> OrderSheet:
    """Give a sheet with every order of its term, the void and stopped ones too. Raises NotFound."""
    if request.language:
        with speaking(request.language):
            return _sheet(reader, request, knowledge, now)
    return _sheet(reader, request, knowledge, now)


def _sheet(reader: Reader, request: AskSheet, knowledge: Knowledge, now: datetime) -> OrderSheet:
    stay = reader.get("Encounter", request.encounter)
    who = of_stay(reader, stay, now)
    orders = [o for o in orders_of(reader, request.encounter, knowledge) if o.term == request.term.value]
    facts = facts_by_order(given_of(reader, request.encounter))
    return OrderSheet(
        term=request.term,
        person=who.person,
        number=who.number,
        department=text_of(stay.get("serviceType")),
        ward=who.ward_name,
        bed=who.bed,
        admitted_on=str((stay.get("period") or {}).get("start", "")),
        rows=tuple(
            _row(reader, order, _mark(orders, n), facts.get(order.id, ()), now)
            for n, order in enumerate(orders)
        ),
        synthetic=synthetic(stay),
    )


def _row(reader: Reader, order: Order, mark: str, facts: Sequence[Given], now: datetime) -> OrderSheetRow:
    executed_at, nurse = _executed(order, facts)
    void_by, void_at = _void(reader, order) if order.void else ("", "")
    stop = order.stop if order.end is not None else None
    return OrderSheetRow(
        order=order.id,
        start=instant(order.start),
        content=doses.plain(order.display),
        group=mark,
        doctor=order.prescriber,
        executed_at=executed_at,
        nurse=nurse,
        stop=instant(order.end) if order.end is not None and stop is not None else "",
        stop_doctor=stop.by if stop else "",
        stop_nurse=stop.verification.by if stop else "",
        void=order.void,
        void_by=void_by,
        void_at=void_at,
        skin_test=_skin_test(order),
        state=state_of(order, facts, now).value,
    )


def _executed(order: Order, facts: Sequence[Given]) -> tuple[str, str]:
    """Give when and by whom: on the long-term sheet the nurse who took the order over, else who carried it out."""
    if order.term == OrderTerm.LONG_TERM.value:
        verified = order.verification
        return (verified.at, verified.by) if verified.state is Verified.DONE else ("", "")
    done = next((fact for fact in facts if fact.state in DONE), None)
    return (done.at, done.by) if done is not None else ("", "")


def _void(reader: Reader, order: Order) -> tuple[str, str]:
    """Give who took an order back, and when."""
    signed = reader.find("Provenance", {"target": order.id})
    made = next((p for p in signed if code_of(p.get("activity")) == "NULLIFY"), None)
    if made is None:
        return "", ""
    agent: Resource = next(iter(as_list(made.get("agent"))), {})
    return author_name(reader, agent.get("who")), str(made.get("recorded", ""))


def _skin_test(order: Order) -> str:
    if order.skin_test is None:
        return ""
    marks = {SkinTestState.POSITIVE: "(+)", SkinTestState.NEGATIVE: "(-)"}
    return marks.get(order.skin_test.state) or skin_test_text(order.skin_test)


def _mark(orders: Sequence[Order], place: int) -> str:
    """Give the bracket of an infusion group: first, middle or last line."""

    def unit(n: int) -> tuple[str, int] | None:
        if 0 <= n < len(orders) and orders[n].group:
            return orders[n].number, orders[n].group
        return None

    group, above, below = unit(place), unit(place - 1), unit(place + 1)
    if group is None:
        return ""
    if group == above:
        return "│" if group == below else "└"
    return "┌" if group == below else ""

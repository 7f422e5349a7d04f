"""What the laboratory's screens ask: what can be ordered, what waits, what was reported."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.laboratory import collecting, order_rows, orders, papers, results, specimens, waiting
from workstation.laboratory.model import (
    CheckCollection,
    CheckOrder,
    Collections,
    Criticals,
    OrdersOf,
    Results,
    SearchTests,
    SlipOf,
    Trend,
    Unread,
)
from workstation.laboratory.rows import (
    CollectionCheck,
    CollectionRow,
    CriticalRow,
    ItemRow,
    OrderRow,
    Repeat,
    RequestSlip,
    ResultsView,
    SpecimenLabel,
    TrendView,
    UnreadRow,
)
from workstation.security.permissions import Actor, Permission
from workstation.store.reader import Reader, Span, Wanted
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Item, Laboratory, LabSet, Panel
from workstation.verbs import query

FAVOURED: Final = timedelta(days=180)


@query("laboratory.search", permission=Permission.LABORATORY_ORDER, help="Find what can be ordered")
def search(
    reader: Reader, request: SearchTests, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> tuple[ItemRow, ...]:
    """Give panels and tests by code, initials or name, one's own habits first; without a text the sets."""
    catalogue, text = knowledge.laboratory, request.text.strip()
    if not text:
        return tuple(_set_row(each, catalogue) for each in catalogue.sets[: request.limit])
    boost = _habits(reader, actor, now)
    found = [_item_row(item, catalogue) for item in catalogue.search(text, request.limit, boost)]
    fitting = [s for s in catalogue.sets if any(i.startswith(text.casefold()) for i in s.initials)]
    return (*found, *(_set_row(s, catalogue) for s in fitting))[: request.limit]


def _habits(reader: Reader, actor: Actor, now: datetime) -> dict[str, int]:
    if not actor.practitioner:
        return {}
    where: dict[str, Wanted] = {"requester": actor.practitioner, "authored": Span(now - FAVOURED)}
    return dict(reader.tally("ServiceRequest", "code", where))


def _item_row(item: Item, catalogue: Laboratory) -> ItemRow:
    panel = isinstance(item, Panel)
    return ItemRow(
        item.code,
        item.name,
        item.short,
        "panel" if panel else "test",
        catalogue.specimens[item.specimen].name,
        catalogue.tubes[item.tube].name,
        len(item.tests),
        ", ".join(catalogue.tests[code].short for code in item.tests) if panel else "",
        isinstance(item, Panel) and item.fasting,
    )


def _set_row(each: LabSet, catalogue: Laboratory) -> ItemRow:
    items = [item for code in each.items if (item := catalogue.item(code)) is not None]
    return ItemRow(
        each.code, each.name, "", "set", "", "", len(items), ", ".join(item.name for item in items)
    )


@query("laboratory.set", permission=Permission.LABORATORY_ORDER, help="What a set of tests holds")
def of_set(_reader: Reader, request: SearchTests, *, knowledge: Knowledge) -> tuple[ItemRow, ...]:
    """Give the panels and tests of a set, by its code. Raises Invalid."""
    catalogue = knowledge.laboratory
    each = next((s for s in catalogue.sets if s.code == request.text), None)
    if each is None:
        raise Invalid(_("There is no such set."), field="text")
    items = [item for code in each.items if (item := catalogue.item(code)) is not None]
    return tuple(_item_row(item, catalogue) for item in items)


@query("laboratory.check-order", permission=Permission.LABORATORY_ORDER, help="What an order would repeat")
def check_order(
    reader: Reader, request: CheckOrder, *, knowledge: Knowledge, now: datetime
) -> tuple[Repeat, ...]:
    """Give the orders that repeat another one."""
    catalogue = knowledge.laboratory
    items = [item for code in request.items if (item := catalogue.item(code)) is not None]
    return orders.repeats(reader, request.patient, items, catalogue, now)


@query("laboratory.orders", permission=Permission.RESULT_READ, help="The laboratory orders of a visit")
def orders_of(
    reader: Reader, request: OrdersOf, *, knowledge: Knowledge, now: datetime
) -> tuple[OrderRow, ...]:
    """Give the orders with how far each has come, the newest first."""
    return order_rows.orders_of(reader, request, knowledge, now)


@query("laboratory.collections", permission=Permission.SPECIMEN_COLLECT, help="Specimens still to be taken")
def collections(
    reader: Reader, request: Collections, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> tuple[CollectionRow, ...]:
    """Give the tubes of a ward, or of outpatients, still to be taken."""
    return collecting.collections(reader, request, knowledge, now, actor)


@query(
    "laboratory.check-collection",
    permission=Permission.SPECIMEN_COLLECT,
    help="Compare a wristband with a specimen",
)
def check_collection(
    reader: Reader, request: CheckCollection, *, knowledge: Knowledge, now: datetime
) -> CollectionCheck:
    """Give both patients, and whether they are one."""
    return specimens.check(reader, request, knowledge, now)


@query("laboratory.unread", permission=Permission.RESULT_READ, help="Laboratory reports nobody has read")
def unread(
    reader: Reader, request: Unread, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> tuple[UnreadRow, ...]:
    """Give what waits to be read: critical values first, then the newest."""
    return waiting.unread(reader, request, knowledge, now, actor)


@query(
    "laboratory.results",
    permission=Permission.RESULT_READ,
    help="Laboratory results of a patient",
    audited=True,
)
def results_of(reader: Reader, request: Results, *, knowledge: Knowledge, now: datetime) -> ResultsView:
    """Give tests × times, newest left, and the reports. Raises NotFound."""
    return results.results_of(reader, request, knowledge.laboratory, now)


@query(
    "laboratory.trend", permission=Permission.RESULT_READ, help="One laboratory value over time", audited=True
)
def trend(reader: Reader, request: Trend, *, knowledge: Knowledge, now: datetime) -> TrendView:
    """Give the values of one test in one unit. Raises NotFound."""
    return results.trend_of(reader, request, knowledge.laboratory, now)


@query(
    "laboratory.criticals", permission=Permission.CRITICAL_HANDLE, help="Critical values nobody has answered"
)
def criticals(
    reader: Reader, request: Criticals, *, knowledge: Knowledge, now: datetime, actor: Actor
) -> tuple[CriticalRow, ...]:
    """Give the critical values that concern the person who asks, the longest waiting first."""
    return waiting.criticals(reader, request, knowledge, now, actor)


@query("laboratory.request-slip", permission=Permission.RESULT_READ, help="The slip of a laboratory request")
def request_slip(reader: Reader, request: SlipOf, *, knowledge: Knowledge, now: datetime) -> RequestSlip:
    """Give what the request slip says. Raises NotFound."""
    return papers.slip_of(reader, request, knowledge, now)


@query("laboratory.labels", permission=Permission.SPECIMEN_COLLECT, help="The labels of a request's tubes")
def labels(
    reader: Reader, request: SlipOf, *, knowledge: Knowledge, now: datetime
) -> tuple[SpecimenLabel, ...]:
    """Give the labels in the order of draw. Raises NotFound."""
    return papers.labels_of(reader, request, knowledge, now)

"""What is still open when somebody is to go home: running orders, unverified ones, infusions, tests, results.

Each is derived from the record at the moment of asking. What endangers the patient or leaves an order without end
holds the discharge up; a test still on its way need not, but then somebody says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from workstation.chart import stay_laboratory
from workstation.chart.stay_laboratory import ReportLine
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, target, text_of
from workstation.inpatient import standing
from workstation.inpatient.model import BLOCKING, Item
from workstation.inpatient.rows import CheckItem, Checklist
from workstation.orderbook import book
from workstation.orderbook.order import Order, Verified
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge

Open = tuple[str, str]  # a record (type and id) and what it says


def checklist(reader: Reader, encounter: Resource, now: datetime, knowledge: Knowledge) -> Checklist:
    """Give what is open for a stay; the blocking items first, nothing where nothing is open."""
    id_ = str(encounter["id"])
    orders = book.orders_of(reader, id_, knowledge)
    patient = target(encounter.get("subject"), "Patient")
    laboratory = stay_laboratory.of_stay(reader, patient, id_, knowledge)
    found: Sequence[tuple[Item, list[Open]]] = (
        (Item.CRITICAL, [_reported(r) for r in laboratory.reports if r.critical]),
        (Item.INFUSIONS, _infusions(reader, id_)),
        (Item.RUNNING_ORDERS, [_ordered(order) for order in standing.unfinished(orders, now)]),
        (Item.UNVERIFIED, _unverified(orders)),
        (Item.LABORATORY, [(f"ServiceRequest/{t.id}", t.name) for t in laboratory.open_tests]),
        (Item.UNREAD, [_reported(r) for r in laboratory.reports if r.unread]),
    )
    return Checklist(
        tuple(
            CheckItem(
                item, item in BLOCKING, tuple(words for _ref, words in rows), tuple(ref for ref, _w in rows)
            )
            for item, rows in found
            if rows
        )
    )


def _reported(report: ReportLine) -> Open:
    return f"DiagnosticReport/{report.id}", " ".join(filter(None, (report.name, report.issued[:10])))


def _ordered(order: Order) -> Open:
    return f"{order.type}/{order.id}", order.display


def what_to_do(item: Item) -> str:
    """Say what settles an item."""
    return {
        Item.RUNNING_ORDERS: _("Stop the running long-term orders."),
        Item.UNVERIFIED: _("Verify the new or stopped orders, or send them back to the doctor."),
        Item.INFUSIONS: _("End the running infusions."),
        Item.CRITICAL: _("Record what was done about the critical value."),
        Item.LABORATORY: _("Collect the specimen, cancel the test, or say why nobody waits for it."),
        Item.UNREAD: _("Read the results, or say who will."),
    }[item]


def name(item: Item) -> str:
    """Name an item."""
    return {
        Item.RUNNING_ORDERS: _("Running long-term orders"),
        Item.UNVERIFIED: _("Orders not verified"),
        Item.INFUSIONS: _("Running infusions"),
        Item.CRITICAL: _("Critical value not answered"),
        Item.LABORATORY: _("Laboratory tests not finished"),
        Item.UNREAD: _("Results not read"),
    }[item]


def _infusions(reader: Reader, encounter: str) -> list[Open]:
    running = reader.find("MedicationAdministration", {"context": encounter, "status": "in-progress"})
    return [
        (f"MedicationAdministration/{record['id']}", text_of(record.get("medicationCodeableConcept")))
        for record in running
    ]


def _unverified(orders: Sequence[Order]) -> list[Open]:
    """Give the orders whose beginning or end no nurse has seen; what never counted asks nobody."""
    waiting = Verified.WAITING
    live = (order for order in orders if not order.void)
    return [
        _ordered(order)
        for order in live
        if order.verification.state is waiting
        or (order.stop is not None and order.stop.verification.state is waiting)
    ]

"""What the laboratory has of one stay: what it reported, and which orders it still owes an answer."""

from __future__ import annotations

from typing import Final

from workstation.chart.stay_laboratory import OpenTest, ReportLine, StayLaboratory
from workstation.fhir.resources import Resource, target, text_of
from workstation.laboratory import issues as issue_book
from workstation.laboratory.book import Book, book_of, item_of
from workstation.laboratory.model import OrderState
from workstation.laboratory.order_rows import state_of
from workstation.laboratory.orders import is_open
from workstation.laboratory.reading import whose
from workstation.laboratory.results import read_report, report_row
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Laboratory

ANSWERED: Final = frozenset({OrderState.REPORTED, OrderState.READ, OrderState.CANCELLED})


def of_stay(reader: Reader, patient: str, encounter: str, knowledge: Knowledge) -> StayLaboratory:
    """Give reports and open orders of a stay. Reports are of it when they name it or answer one of its orders."""
    catalogue = knowledge.laboratory
    book, issues = book_of(reader, patient, catalogue), issue_book.of_patient(reader, patient)
    who = whose(reader.peek("Patient", patient))
    reports = (r for r in reversed(book.reports) if _is_of(r, book, encounter))
    rows = (
        report_row(reader, read_report(reader, r, catalogue, who), book, issues, catalogue) for r in reports
    )
    owed = (
        order
        for order in book.orders.values()
        if target(order.get("encounter"), "Encounter") == encounter
        and is_open(order)
        and state_of(order, book.specimens_of(order["id"]), book.reports_of(order["id"]), issues)
        not in ANSWERED
    )
    return StayLaboratory(
        tuple(ReportLine(r.id, r.name, r.issued, r.state, r.unread, r.open) for r in rows),
        tuple(OpenTest(order["id"], _name(order, catalogue)) for order in owed),
    )


def _is_of(report: Resource, book: Book, encounter: str) -> bool:
    if target(report.get("encounter"), "Encounter") == encounter:
        return True
    orders = book.orders_of(report["id"])
    return any(target(order.get("encounter"), "Encounter") == encounter for order in orders)


def _name(order: Resource, catalogue: Laboratory) -> str:
    item = item_of(order, catalogue)
    return item.name if item is not None else text_of(order.get("code"))

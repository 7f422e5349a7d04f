"""Orders with how far each has come, as the chart lists them."""

from __future__ import annotations

from datetime import datetime

from workstation.chart.people import author_name
from workstation.chart.travel import travelled
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, target, text_of
from workstation.laboratory import issues as issue_book
from workstation.laboratory.book import Book, book_of, is_withdrawn, item_of, request_number, specimen_number
from workstation.laboratory.issues import Issues
from workstation.laboratory.model import OrdersOf, OrderState
from workstation.laboratory.orders import note_of
from workstation.laboratory.reading import whose
from workstation.laboratory.results import read_report
from workstation.laboratory.rows import OrderRow
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Laboratory

UNFINISHED = ("partial", "preliminary", "registered")


def orders_of(reader: Reader, request: OrdersOf, knowledge: Knowledge, now: datetime) -> tuple[OrderRow, ...]:
    """Give the orders of a visit, or all open ones of a patient, the newest first."""
    catalogue = knowledge.laboratory
    book, issues = book_of(reader, request.patient, catalogue), issue_book.of_patient(reader, request.patient)
    rows = [
        _row(reader, order, book, issues, catalogue)
        for order in reversed(book.orders.values())
        if not request.encounter or target(order.get("encounter"), "Encounter") == request.encounter
    ]
    closed = (OrderState.READ, OrderState.CANCELLED)
    return tuple(row for row in rows if request.encounter or row.state not in closed)


def _row(reader: Reader, order: Resource, book: Book, issues: Issues, catalogue: Laboratory) -> OrderRow:
    item, reports = item_of(order, catalogue), book.reports_of(order["id"])
    specimens = book.specimens_of(order["id"])
    taken = [s for s in specimens if s.get("status") == "available"]
    collection = (taken[0].get("collection") if taken else None) or {}
    rejected = [note for s in book.rejected_of(order["id"]) for note in as_list(s.get("note"))]
    who = whose(reader.peek("Patient", book.patient))
    unanswered = [r for r in reports if not is_withdrawn(r) and issues.answer(r) is None]
    return OrderRow(
        order["id"],
        request_number(order),
        item.code if item is not None else code_of(order.get("code")),
        item.name if item is not None else text_of(order.get("code")),
        item.short if item is not None else "",
        state_of(order, specimens, reports, issues),
        str(order.get("priority", "routine")),
        str(order.get("authoredOn", "")),
        author_name(reader, order.get("requester")),
        catalogue.specimens[item.specimen].name if item is not None else "",
        catalogue.tubes[item.tube].name if item is not None else "",
        target(order.get("encounter"), "Encounter"),
        note_of(order),
        tuple(specimen_number(s) for s in specimens),
        str(collection.get("collectedDateTime", "")),
        author_name(reader, collection.get("collector")),
        tuple(r["id"] for r in reports),
        str(rejected[-1].get("text", "")) if rejected and not specimens else "",
        str(extension(order, systems.STATUS_REASON) or ""),
        any(read_report(reader, r, catalogue, who).critical for r in unanswered),
        travelled(reader, "ServiceRequest", order["id"]),
    )


def state_of(
    order: Resource, specimens: list[Resource], reports: list[Resource], issues: Issues
) -> OrderState:
    """Say how far an order has come."""
    standing = [r for r in reports if not is_withdrawn(r)]
    if standing:
        if any(issues.is_unread(r) for r in standing):
            whole = any(r.get("status") not in UNFINISHED for r in standing)
            return OrderState.REPORTED if whole else OrderState.PARTIAL
        return (
            OrderState.READ
            if all(r.get("status") not in UNFINISHED for r in standing)
            else OrderState.PARTIAL
        )
    if order.get("status") in ("revoked", "entered-in-error"):
        return OrderState.CANCELLED
    if any(s.get("status") == "available" for s in specimens):
        return OrderState.COLLECTED
    return OrderState.LABELLED if specimens else OrderState.ORDERED

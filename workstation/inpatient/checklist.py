"""What is still open when somebody is to go home: running orders, unverified ones, infusions, tests, results.

Each is derived from the record at the moment of asking. What endangers the patient or leaves an order without end
holds the discharge up; a test still on its way need not, but then somebody says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from workstation.core.clock import parse_instant
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, codings, target, text_of
from workstation.inpatient import standing
from workstation.inpatient.model import BLOCKING, Item
from workstation.inpatient.rows import CheckItem, Checklist
from workstation.orderbook import book
from workstation.orderbook.order import Order, Verified
from workstation.store.reader import Reader, utc
from workstation.terminology.knowledge import Knowledge

LABORATORY: Final = "108252007"
REPORTED: Final = frozenset({"final", "amended", "corrected", "appended"})
READABLE: Final = frozenset({*REPORTED, "partial", "preliminary"})
CRITICAL: Final = frozenset({"HH", "LL", "AA"})


Open = tuple[str, str]  # a record (type and id) and what it says


def checklist(reader: Reader, encounter: Resource, now: datetime, knowledge: Knowledge) -> Checklist:
    """Give what is open for a stay; the blocking items first, nothing where nothing is open."""
    id_ = str(encounter["id"])
    reports = reports_of(reader, encounter)
    orders = book.orders_of(reader, id_, knowledge)
    found: Sequence[tuple[Item, list[Open]]] = (
        (Item.CRITICAL, [_said(r, _report_words(r)) for r in critical(reader, reports)]),
        (Item.INFUSIONS, _infusions(reader, id_)),
        (Item.RUNNING_ORDERS, [_ordered(order) for order in standing.unfinished(orders, now)]),
        (Item.UNVERIFIED, _unverified(orders)),
        (Item.LABORATORY, [_said(r, text_of(r.get("code"))) for r in _laboratory(reader, id_)]),
        (Item.UNREAD, [_said(r, _report_words(r)) for r in unread(reader, reports)]),
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


def _said(record: Resource, words: str) -> Open:
    return f"{record['resourceType']}/{record['id']}", words


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
    return [_said(record, text_of(record.get("medicationCodeableConcept"))) for record in running]


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


def _laboratory(reader: Reader, encounter: str) -> list[Resource]:
    """Give the laboratory orders whose report has not come, whether their specimen was taken or not."""
    where = {"encounter": encounter, "category": f"{systems.SNOMED}|{LABORATORY}", "status": "active"}
    orders = reader.find("ServiceRequest", where)
    if not orders:
        return []
    tubes: dict[str, set[str]] = {}
    for tube in reader.find("Specimen", {"request": [str(o["id"]) for o in orders]}):
        for request in as_list(tube.get("request")):
            tubes.setdefault(target(request, "ServiceRequest"), set()).add(str(tube["id"]))
    done = set()
    for by, ids in (
        ("based-on", [str(o["id"]) for o in orders]),
        ("specimen", sorted(set().union(*tubes.values()))),
    ):
        for report in reader.find("DiagnosticReport", {by: ids}) if ids else ():
            if report.get("status") in REPORTED:
                done |= {target(b, "ServiceRequest") for b in as_list(report.get("basedOn"))}
                done |= _orders_of(report, tubes)
    return [o for o in orders if o["id"] not in done]


def _orders_of(report: Resource, tubes: dict[str, set[str]]) -> set[str]:
    """Give the orders a report answers that names only the specimen."""
    if as_list(report.get("basedOn")):
        return set()
    named = {target(s, "Specimen") for s in as_list(report.get("specimen"))}
    return {order for order, ids in tubes.items() if ids & named}


def reports_of(reader: Reader, encounter: Resource) -> list[Resource]:
    """Give the reports of a stay: those that name it, and those that came for its orders."""
    id_ = str(encounter["id"])
    found = {str(r["id"]): r for r in reader.find("DiagnosticReport", {"encounter": id_})}
    orders = [str(o["id"]) for o in reader.find("ServiceRequest", {"encounter": id_})]
    if orders:
        found |= {str(r["id"]): r for r in reader.find("DiagnosticReport", {"based-on": orders})}
    return [r for r in found.values() if r.get("status") in READABLE]


def _answered(reader: Reader, reports: Sequence[Resource], code: str) -> dict[str, list[Resource]]:
    """Give the completed Tasks of a kind by the report they are about."""
    ids = [str(r["id"]) for r in reports]
    found: dict[str, list[Resource]] = {}
    where: dict[str, Any] = {"focus": ids, "code": code, "status": "completed"}
    for task in reader.find("Task", where) if ids else ():
        found.setdefault(target(task.get("focus"), "DiagnosticReport"), []).append(task)
    return found


def unread(reader: Reader, reports: Sequence[Resource]) -> list[Resource]:
    """Give the reports nobody has read since they were issued."""
    read = _answered(reader, reports, "result-review")
    return [r for r in reports if not any(_is_of(r, task) for task in read.get(str(r["id"]), ()))]


def _is_of(report: Resource, task: Resource) -> bool:
    """Say whether a reading was of this issue of a report: its id ends with the issue's day and time."""
    issued = str(report.get("issued", ""))
    said = _digits(str(task.get("id", "")).rpartition("-read-")[2])
    return not issued or said in (_digits(issued), _digits(utc(parse_instant(issued))))


def _digits(stamp: str) -> str:
    """Give day and time to the second: yyyymmddHHMMSS."""
    return "".join(c for c in stamp if c.isdigit())[:14]


def critical(reader: Reader, reports: Sequence[Resource]) -> list[Resource]:
    """Give the reports with a critical value that nobody has answered."""
    by_report = {str(r["id"]): [target(o, "Observation") for o in as_list(r.get("result"))] for r in reports}
    ids = [id_ for ids in by_report.values() for id_ in ids if id_]
    values = {str(o["id"]): o for o in reader.find("Observation", {"_id": ids})} if ids else {}
    grave = [r for r in reports if any(_is_critical(values.get(id_, {})) for id_ in by_report[str(r["id"])])]
    answered = _answered(reader, grave, "critical-value")
    return [r for r in grave if str(r["id"]) not in answered]


def _is_critical(observation: Resource) -> bool:
    return any(str(c.get("code")) in CRITICAL for c in codings(observation.get("interpretation")))


def _report_words(report: Resource) -> str:
    return " ".join(filter(None, (text_of(report.get("code")), str(report.get("issued", ""))[:10])))

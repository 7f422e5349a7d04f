"""All the laboratory has of one patient, and which report answers which order.

A report names its order (`basedOn`), or its specimen, or one of our numbers; where it names none of them, an order of
the same patient that asks for what it reports, written before it and still unanswered, is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from workstation.core.clock import parse_instant
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, codings, target
from workstation.laboratory.model import LABORATORY
from workstation.laboratory.reading import VOID, observations_of
from workstation.store.reader import Reader
from workstation.terminology.laboratory import Item, Laboratory

NUMBERS: Final = (systems.REQUEST_NUMBER, systems.SPECIMEN_NUMBER)
GUESS_WITHIN: Final = timedelta(days=14)
UNUSABLE: Final = frozenset({"unsatisfactory", "entered-in-error"})
OTHER_SERVICES: Final = frozenset(
    {
        "RAD",
        "RX",
        "CT",
        "CTH",
        "NMR",
        "NMS",
        "US",
        "RUS",
        "VUS",
        "OUS",
        "CUS",
        "XRC",
        "EC",
        "EN",
        "PT",
        "OT",
        "SP",
    }
)
"""HL7 table 0074: services that are no laboratory (imaging, heart and nerve tracings, therapies, pathology)."""


@dataclass(slots=True)
class Book:
    """Orders, specimens and reports of one patient. `answers` gives the orders of each report by its id."""

    patient: str
    orders: dict[str, Resource]
    specimens: list[Resource]
    reports: list[Resource]
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    strangers: frozenset[str] = frozenset()

    def specimens_of(self, order: str) -> list[Resource]:
        """Give the specimens of an order that can be used, and were not thrown away."""
        return [s for s in self._all_of(order) if s.get("status") not in UNUSABLE]

    def rejected_of(self, order: str) -> list[Resource]:
        """Give the specimens of an order that could not be used."""
        return [s for s in self._all_of(order) if s.get("status") == "unsatisfactory"]

    def _all_of(self, order: str) -> list[Resource]:
        return [s for s in self.specimens if order in targets(s.get("request"), "ServiceRequest")]

    def reports_of(self, order: str) -> list[Resource]:
        """Give the reports that answer an order, the newest last."""
        return [r for r in self.reports if order in self.answers.get(r["id"], ())]

    def orders_of(self, report: str) -> list[Resource]:
        """Give the orders a report answers."""
        return [self.orders[id_] for id_ in self.answers.get(report, ()) if id_ in self.orders]


def book_of(reader: Reader, patient: str, catalogue: Laboratory) -> Book:
    """Read all of one patient and match reports with orders."""
    found = reader.find("ServiceRequest", {"patient": patient, "category": LABORATORY}, sort=("authored",))
    orders = {r["id"]: r for r in found if r.get("status") != "entered-in-error"}
    specimens = reader.find("Specimen", {"patient": patient})
    reports = {r["id"]: r for r in reader.find("DiagnosticReport", {"patient": patient}) if is_laboratory(r)}
    if orders:
        for report in reader.find("DiagnosticReport", {"based-on": list(orders)}):
            if not target(report.get("subject"), "Patient"):
                reports.setdefault(report["id"], report)
    listed = sorted(reports.values(), key=moment)
    book = Book(patient, orders, specimens, listed)
    _match(reader, book, catalogue)
    return book


def _match(reader: Reader, book: Book, catalogue: Laboratory) -> None:
    strangers, unnamed = set(), []
    for report in book.reports:
        named = named_orders(book, report)
        if named:
            book.answers[report["id"]] = named
        elif any(_another_patients(reader, id_) for id_ in targets(report.get("basedOn"), "ServiceRequest")):
            strangers.add(report["id"])
        else:
            unnamed.append(report)
    book.strangers = frozenset(strangers)
    for report in unnamed:
        book.answers[report["id"]] = _by_specimen(reader, book, report, catalogue) or _by_guess(
            reader, book, report, catalogue
        )


def _another_patients(reader: Reader, order: str) -> bool:
    """Say whether a report's order is here but was not among those of the report's patient."""
    return reader.peek("ServiceRequest", order) is not None


def named_orders(book: Book, report: Resource) -> tuple[str, ...]:
    """Give the orders a report names, by reference or by one of our numbers."""
    direct = [id_ for id_ in targets(report.get("basedOn"), "ServiceRequest") if id_ in book.orders]
    if direct:
        return tuple(dict.fromkeys(direct))
    requisitions = {n for system, n in _numbers(report) if system in ("", systems.REQUEST_NUMBER)}
    return tuple(id_ for id_, o in book.orders.items() if request_number(o) in requisitions - {""})


def _by_specimen(reader: Reader, book: Book, report: Resource, catalogue: Laboratory) -> tuple[str, ...]:
    ids = set(targets(report.get("specimen"), "Specimen"))
    numbers = {n for system, n in _numbers(report) if system in ("", systems.SPECIMEN_NUMBER)}
    wanted = [
        id_
        for s in book.specimens
        if s["id"] in ids or specimen_number(s) in numbers - {""}
        for id_ in targets(s.get("request"), "ServiceRequest")
        if id_ in book.orders
    ]
    fitting = _fitting(reader, [book.orders[id_] for id_ in dict.fromkeys(wanted)], report, catalogue)
    return tuple(o["id"] for o in fitting) or tuple(dict.fromkeys(wanted) if len(set(wanted)) == 1 else ())


def _by_guess(reader: Reader, book: Book, report: Resource, catalogue: Laboratory) -> tuple[str, ...]:
    at = moment(report)
    still = [
        o
        for o in book.orders.values()
        if o.get("status") == "active"
        and not any(o["id"] in ids for ids in book.answers.values())
        and _shortly_before(str(o.get("authoredOn", "")), at)
    ]
    return tuple(o["id"] for o in _fitting(reader, still, report, catalogue))


def _fitting(
    reader: Reader, orders: Iterable[Resource], report: Resource, catalogue: Laboratory
) -> list[Resource]:
    """Give the orders that ask for something a report reports."""
    codes = {str(c.get("code", "")) for c in codings(report.get("code"))}
    observations, _missing = observations_of(reader, report)
    for observation in observations:
        codes |= {str(c.get("code", "")) for c in codings(observation.get("code"))}
    return [o for o in orders if not codes.isdisjoint(_asked_for(o, catalogue))]


def _asked_for(order: Resource, catalogue: Laboratory) -> set[str]:
    item = item_of(order, catalogue)
    found = {str(c.get("code", "")) for c in codings(order.get("code"))}
    return found | (set(catalogue.loincs(item)) | set(item.tests) if item is not None else set())


def _shortly_before(ordered: str, reported: str) -> bool:
    if len(ordered) <= 10 or len(reported) <= 10:
        return False
    gap = parse_instant(reported) - parse_instant(ordered)
    return timedelta(0) <= gap <= GUESS_WITHIN


def _numbers(report: Resource) -> Iterator[tuple[str, str]]:
    """Walk every number a report carries: its own, and those of logical references."""
    logical = [
        r.get("identifier") for r in (*as_list(report.get("basedOn")), *as_list(report.get("specimen")))
    ]
    for entry in (*as_list(report.get("identifier")), *logical):
        if isinstance(entry, dict) and entry.get("value"):
            yield str(entry.get("system", "")), str(entry["value"])


def targets(references: object, kind: str) -> list[str]:
    """Give the ids that references of a type point at."""
    return [id_ for r in as_list(references) if (id_ := target(r, kind))]


def item_of(order: Resource, catalogue: Laboratory) -> Item | None:
    """Give the panel or test an order is for, or None where the catalogue does not have it (any more)."""
    return catalogue.known(code_of(order.get("code"), systems.LAB_TEST))


def request_number(order: Resource) -> str:
    """Give the number of the request an order belongs to."""
    entry = order.get("requisition") or {}
    return str(entry.get("value", "")) if entry.get("system") == systems.REQUEST_NUMBER else ""


def specimen_number(specimen: Resource) -> str:
    """Give the number on a specimen's label."""
    for entry in (*as_list(specimen.get("identifier")), specimen.get("accessionIdentifier") or {}):
        if entry.get("system") == systems.SPECIMEN_NUMBER:
            return str(entry.get("value", ""))
    return ""


def moment(report: Resource) -> str:
    """Give when a report was issued, else for when it stands; an ISO text, or an empty one."""
    period = report.get("effectivePeriod") or {}
    found = (
        report.get("issued") or report.get("effectiveDateTime") or period.get("end") or period.get("start")
    )
    return str(found or "")


def taken_at(report: Resource) -> str:
    """Give the time a report stands for: when its specimen was taken, else when it was issued."""
    period = report.get("effectivePeriod") or {}
    return str(report.get("effectiveDateTime") or period.get("start") or report.get("issued") or "")


def is_laboratory(report: Resource) -> bool:
    """Say whether a report is the laboratory's, and not imaging or another service."""
    codes = {str(c.get("code", "")) for c in codings(report.get("category"))}
    return not codes or not codes <= OTHER_SERVICES


def is_withdrawn(report: Resource) -> bool:
    """Say whether the laboratory took a report back."""
    return report.get("status") in VOID


def local_day(text: str, now: datetime) -> str:
    """Give the calendar day of an ISO moment where this desk is."""
    if len(text) <= 10:
        return text
    return parse_instant(text, now.tzinfo).astimezone(now.tzinfo).date().isoformat()

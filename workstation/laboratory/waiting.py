"""What waits for somebody: reports to be read, critical values to be answered, and whose each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from workstation.chart.people import age_text, author_name, display_name
from workstation.core.clock import parse_instant
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, identifier, target, text_of
from workstation.laboratory import issues as issue_book
from workstation.laboratory.book import (
    Book,
    book_of,
    is_laboratory,
    is_withdrawn,
    item_of,
    moment,
    taken_at,
    targets,
)
from workstation.laboratory.issues import Issues
from workstation.laboratory.judging import bring_values, judge
from workstation.laboratory.model import LABORATORY, Criticals, Unread
from workstation.laboratory.places import (
    NOWHERE,
    Place,
    is_stay,
    looks_after,
    place_of,
    place_words,
    wards_of,
)
from workstation.laboratory.reading import whose
from workstation.laboratory.results import STATES, read_report
from workstation.laboratory.rows import CriticalRow, UnreadRow, ValueRow
from workstation.security.permissions import Actor, Permission
from workstation.store.reader import Reader, Shelf, Span
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Laboratory
from workstation.terminology.names import Alike, alike
from workstation.terminology.pinyin import readings

UNREAD_DAYS: Final = timedelta(days=30)
CRITICAL_DAYS: Final = timedelta(days=7)
EVERYBODY_AFTER: Final = 30
"""Minutes after which a critical value nobody answered is shown to every doctor (危急值 is handled within 30 min)."""
EVERYBODY_UNTIL: Final = 48 * 60
"""Minutes after which it is again those alone whose patient it is: the list of all would grow too long to be read."""
SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class _Found:
    """A report with whose it is: patient, orders, visit, place."""

    report: Resource
    patient: str
    orders: tuple[Resource, ...]
    encounter: Resource | None
    place: Place = NOWHERE

    def is_mine(self, practitioner: str) -> bool:
        """Say whether somebody ordered this or looks after the patient."""
        return bool(practitioner) and (
            any(target(o.get("requester"), "Practitioner") == practitioner for o in self.orders)
            or looks_after(self.encounter, practitioner)
        )

    @property
    def has_owner(self) -> bool:
        """Say whether anybody can be named to whom this goes."""
        ordered = any(target(o.get("requester"), "Practitioner") for o in self.orders)
        people = as_list((self.encounter or {}).get("participant"))
        return ordered or any(target(p.get("individual"), "Practitioner") for p in people)


def _find_out(shelf: Shelf, reports: Sequence[Resource], catalogue: Laboratory) -> list[_Found]:
    """Say of many reports whose they are; those that name no patient and no order of one are nobody's."""
    shelf.bring("ServiceRequest", (o for r in reports for o in targets(r.get("basedOn"), "ServiceRequest")))
    listed = [(report, *_orders(shelf, report)) for report in reports]
    books: dict[str, Book | None] = {}
    found = []
    for report, patient, orders in listed:
        if not patient:
            continue
        named = orders or _answered(shelf, report, patient, books, catalogue)
        visit = target(report.get("encounter"), "Encounter") or next(
            (target(o.get("encounter"), "Encounter") for o in named), ""
        )
        encounter = shelf.peek("Encounter", visit) if visit else None
        found.append(_Found(report, patient, tuple(named), encounter, place_of(shelf, encounter)))
    return found


def _orders(shelf: Shelf, report: Resource) -> tuple[str, list[Resource]]:
    """Give the patient of a report and the orders of this patient it names."""
    named = (shelf.peek("ServiceRequest", id_) for id_ in targets(report.get("basedOn"), "ServiceRequest"))
    orders = [order for order in named if order is not None]
    patient = target(report.get("subject"), "Patient")
    if not patient and orders:
        patient = target(orders[0].get("subject"), "Patient")
    return patient, [o for o in orders if target(o.get("subject"), "Patient") == patient]


def _answered(
    shelf: Shelf, report: Resource, patient: str, books: dict[str, Book | None], catalogue: Laboratory
) -> list[Resource]:
    """Give the orders a report answers that names none; a patient without an order is not read for that."""
    if patient not in books:
        ordered = shelf.first("ServiceRequest", {"patient": patient, "category": LABORATORY})
        books[patient] = book_of(shelf, patient, catalogue) if ordered is not None else None
    book = books[patient]
    return book.orders_of(report["id"]) if book is not None else []


def _recent(reader: Reader, since: datetime) -> list[Resource]:
    found = reader.find("DiagnosticReport", {"date": Span(since)})
    return [r for r in found if is_laboratory(r) and r.get("status") != "registered"]


def unread(
    reader: Reader, request: Unread, knowledge: Knowledge, now: datetime, actor: Actor
) -> tuple[UnreadRow, ...]:
    """Give what waits to be read: critical values first, then the newest."""
    shelf, catalogue = reader.shelf(), knowledge.laboratory
    issues = issue_book.of_last_weeks(shelf, now)
    wards = _wards(shelf, request.ward, actor)
    waiting = [r for r in _recent(shelf, now - UNREAD_DAYS) if issues.is_unread(r)]
    found = [f for f in _find_out(shelf, waiting, catalogue) if _in_scope(f, request.scope, wards, actor)]
    judged = judge(shelf, [f.report for f in found], issues, catalogue)

    def urgency(one: _Found) -> tuple[bool, bool, float]:
        critical = judged[one.report["id"]].critical
        open_ = critical and issues.answer(one.report) is None
        return not open_, not critical, -_seconds(moment(one.report) or taken_at(one.report), now)

    shown = sorted(found, key=urgency)[: request.limit]
    shelf.bring("Patient", (f.patient for f in shown))
    bring_values(shelf, (f.report for f in shown))
    return tuple(_marked([_unread_row(shelf, f, issues, catalogue, now) for f in shown]))


def _seconds(at: str, now: datetime) -> float:
    try:
        return parse_instant(at if len(at) > 10 else f"{at}T00:00:00", now.tzinfo).timestamp()
    except ValueError:
        return 0.0


def _wards(reader: Reader, ward: str, actor: Actor) -> frozenset[str]:
    return frozenset((ward,) if ward else wards_of(reader, actor.practitioner))


def _in_scope(found: _Found, scope: str, wards: frozenset[str], actor: Actor) -> bool:
    if scope == "mine":
        return found.is_mine(actor.practitioner)
    return scope == "all" or found.place.ward in wards


def _marked(rows: Sequence[UnreadRow]) -> list[UnreadRow]:
    marks = alike({row.patient: row.name for row in rows}.items())
    return [replace(row, same_name=True) if marks.get(row.patient) is Alike.SAME else row for row in rows]


def _unread_row(
    reader: Reader, found: _Found, issues: Issues, catalogue: Laboratory, now: datetime
) -> UnreadRow:
    patient, report = reader.peek("Patient", found.patient) or {}, found.report
    each = read_report(reader, report, catalogue, whose(patient))
    name, birth = display_name(patient), str(patient.get("birthDate", ""))
    read = readings(name)
    return UnreadRow(
        report["id"],
        found.patient,
        name,
        str(patient.get("gender", "")),
        birth,
        age_text(birth, now.date()),
        identifier(patient, systems.PATIENT_NUMBER),
        str((found.encounter or {}).get("id", "")),
        is_stay(found.encounter),
        place_words(found.place, found.encounter),
        _title(found, catalogue),
        moment(report) or taken_at(report),
        STATES.get(str(report.get("status")), "partial"),
        _telling(each.values),
        each.abnormal,
        each.critical,
        each.critical and issues.answer(report) is None,
        next((author_name(reader, o.get("requester")) for o in found.orders), ""),
        each.missing,
        read.full + read.initials,
    )


def _title(found: _Found, catalogue: Laboratory) -> str:
    names = [item.name for o in found.orders if (item := item_of(o, catalogue)) is not None]
    return ", ".join(dict.fromkeys(names)) or text_of(found.report.get("code")) or _("Laboratory report")


def _telling(values: Sequence[ValueRow]) -> tuple[ValueRow, ...]:
    """Give the values worth a line: critical ones, then the abnormal, or the first few where all is normal."""
    flagged = sorted((v for v in values if v.flag), key=lambda v: not v.critical)
    return tuple((flagged or list(values))[:SHOWN])


def criticals(
    reader: Reader, request: Criticals, knowledge: Knowledge, now: datetime, actor: Actor
) -> tuple[CriticalRow, ...]:
    """Give the critical values nobody has answered: of one's own patients, of one's wards for a nurse.

    One that names no doctor, or has waited for half an hour, is every doctor's.
    """
    shelf, catalogue = reader.shelf(), knowledge.laboratory
    issues, wards = issue_book.of_last_weeks(shelf, now), _wards(shelf, request.ward, actor)
    recent = _recent(shelf, now - CRITICAL_DAYS)
    waiting = [r for r in recent if not is_withdrawn(r) and issues.answer(r) is None]
    close: list[_Found] = []
    others: list[_Found] = []
    for found in _find_out(shelf, waiting, catalogue):
        if _is_close(found, wards, actor):
            close.append(found)
        elif _is_everybodys(found, _minutes(moment(found.report), now), actor):
            others.append(found)
    judged = judge(shelf, [f.report for f in close], issues, catalogue)
    judged |= judge(shelf, [f.report for f in others], issues, catalogue, closely=False)
    rows = [
        _critical_row(shelf, f, _minutes(moment(f.report), now), catalogue)
        for f in (*close, *others)
        if judged[f.report["id"]].critical
    ]
    return tuple(sorted((row for row in rows if row.values), key=lambda row: -row.minutes))


def _is_close(found: _Found, wards: frozenset[str], actor: Actor) -> bool:
    """Say whether a report is of one's own patient: of one's ward for a nurse."""
    if actor.may(Permission.RESULT_ACKNOWLEDGE):
        return found.is_mine(actor.practitioner)
    return bool(found.place.ward) and found.place.ward in wards


def _is_everybodys(found: _Found, minutes: int, actor: Actor) -> bool:
    late = EVERYBODY_AFTER <= minutes <= EVERYBODY_UNTIL
    return actor.may(Permission.RESULT_ACKNOWLEDGE) and (late or not found.has_owner)


def _minutes(at: str, now: datetime) -> int:
    if len(at) <= 10:
        return 0
    return max(0, int((now - parse_instant(at, now.tzinfo)).total_seconds() // 60))


def _critical_row(reader: Reader, found: _Found, minutes: int, catalogue: Laboratory) -> CriticalRow:
    patient = reader.peek("Patient", found.patient) or {}
    each = read_report(reader, found.report, catalogue, whose(patient))
    return CriticalRow(
        found.report["id"],
        found.patient,
        display_name(patient),
        str((found.encounter or {}).get("id", "")),
        is_stay(found.encounter),
        place_words(found.place, found.encounter),
        tuple(v for v in each.values if v.critical),
        moment(found.report),
        minutes,
        next((author_name(reader, o.get("requester")) for o in found.orders), ""),
    )

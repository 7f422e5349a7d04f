"""What waits for somebody: reports to be read, critical values to be answered, and whose each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakKeyDictionary

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
from workstation.laboratory.model import Criticals, Unread
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
from workstation.store.reader import Reader, Span
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Laboratory
from workstation.terminology.names import Alike, alike
from workstation.terminology.pinyin import readings

UNREAD_DAYS: Final = timedelta(days=30)
CRITICAL_DAYS: Final = timedelta(days=7)
EVERYBODY_AFTER: Final = 30
"""Minutes after which a critical value nobody answered is shown to every doctor (危急值 is handled within 30 min)."""
SHOWN: Final = 4
_JUDGED: WeakKeyDictionary[Laboratory, dict[tuple[str, str], bool]] = WeakKeyDictionary()
"""Whether an issue of a report holds a critical value: an issue never changes, so it is read only once."""


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


def _find_out(reader: Reader, report: Resource, books: dict[str, Book], catalogue: Laboratory) -> _Found:
    named = (reader.peek("ServiceRequest", id_) for id_ in targets(report.get("basedOn"), "ServiceRequest"))
    orders = [order for order in named if order is not None]
    patient = target(report.get("subject"), "Patient")
    if not patient and orders:
        patient = target(orders[0].get("subject"), "Patient")
    orders = [o for o in orders if target(o.get("subject"), "Patient") == patient]
    if not orders and patient:
        book = books.setdefault(patient, book_of(reader, patient, catalogue))
        orders = book.orders_of(report["id"])
    visit = target(report.get("encounter"), "Encounter") or next(
        (target(o.get("encounter"), "Encounter") for o in orders), ""
    )
    encounter = reader.peek("Encounter", visit) if visit else None
    return _Found(report, patient, tuple(orders), encounter, place_of(reader, encounter))


def _recent(reader: Reader, since: datetime) -> list[Resource]:
    found = reader.find("DiagnosticReport", {"date": Span(since)})
    return [r for r in found if is_laboratory(r) and r.get("status") != "registered"]


def unread(
    reader: Reader, request: Unread, knowledge: Knowledge, now: datetime, actor: Actor
) -> tuple[UnreadRow, ...]:
    """Give what waits to be read: critical values first, then the newest."""
    catalogue, issues = knowledge.laboratory, issue_book.of_last_weeks(reader, now)
    wards = _wards(reader, request.ward, actor)
    books: dict[str, Book] = {}
    rows = []
    for report in _recent(reader, now - UNREAD_DAYS):
        if not issues.is_unread(report):
            continue
        found = _find_out(reader, report, books, catalogue)
        if found.patient and _in_scope(found, request.scope, wards, actor):
            rows.append(_unread_row(reader, found, issues, catalogue, now))
    rows.sort(key=lambda row: row.at, reverse=True)
    rows.sort(key=lambda row: (not row.open, not row.critical))
    return tuple(_marked(rows[: request.limit]))


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
    catalogue, issues = knowledge.laboratory, issue_book.of_last_weeks(reader, now)
    wards, books = _wards(reader, request.ward, actor), dict[str, Book]()
    rows = []
    for report in _recent(reader, now - CRITICAL_DAYS):
        if is_withdrawn(report) or issues.answer(report) is not None:
            continue
        found = _find_out(reader, report, books, catalogue)
        minutes = _minutes(moment(report), now)
        if _is_close(found, wards, actor) or (
            _is_everybodys(found, minutes, actor) and _holds_critical(reader, report, issues, catalogue)
        ):
            rows.append(_critical_row(reader, found, minutes, catalogue))
    return tuple(sorted((row for row in rows if row.values), key=lambda row: -row.minutes))


def _is_close(found: _Found, wards: frozenset[str], actor: Actor) -> bool:
    """Say whether a report is of one's own patient: of one's ward for a nurse."""
    if actor.may(Permission.RESULT_ACKNOWLEDGE):
        return found.is_mine(actor.practitioner)
    return bool(found.place.ward) and found.place.ward in wards


def _is_everybodys(found: _Found, minutes: int, actor: Actor) -> bool:
    late = minutes >= EVERYBODY_AFTER
    return actor.may(Permission.RESULT_ACKNOWLEDGE) and (late or not found.has_owner)


def _holds_critical(reader: Reader, report: Resource, issues: Issues, catalogue: Laboratory) -> bool:
    """Say whether a stranger's report holds a critical value. One's own are read each time; these only once."""
    known = _JUDGED.setdefault(catalogue, {})
    key = (str(report["id"]), issues.stamp(report))
    if key not in known:
        patient = reader.peek("Patient", target(report.get("subject"), "Patient"))
        each = read_report(reader, report, catalogue, whose(patient))
        if each.missing:
            return each.critical
        known[key] = each.critical
    return known[key]


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

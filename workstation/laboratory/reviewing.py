"""Reading reports and answering critical values: what was read by whom, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from workstation.core.clock import instant, parse_instant
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, ref_of
from workstation.laboratory import issues as issue_book
from workstation.laboratory.book import Book, book_of, is_withdrawn
from workstation.laboratory.issues import Issues, task_of
from workstation.laboratory.model import CRITICAL, REVIEW, Acknowledge, HandleCritical
from workstation.laboratory.reading import whose
from workstation.laboratory.results import Read, read_report
from workstation.security.permissions import Permission
from workstation.store.reader import Reader
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Laboratory

LEAST_WORDS: Final = 2


def acknowledge(unit: Unit, request: Acknowledge, knowledge: Knowledge) -> Ref:
    """Say that reports were read; gives the first Task.

    Raises Invalid for a report of another patient, or for several at once of which one is abnormal; Conflict for a
    report whose values have not all arrived, or which was read already.
    """
    reader, catalogue = unit.reader, knowledge.laboratory
    book, issues, reports = _own(reader, request.patient, request.reports, catalogue)
    who = whose(reader.peek("Patient", request.patient))
    read = [read_report(reader, report, catalogue, who) for report in reports]
    if len(read) > 1 and any(each.abnormal or each.missing or is_withdrawn(each.report) for each in read):
        raise Invalid(
            _("Only reports without an abnormal value are read together."), _("Read this one by itself.")
        )
    made = [_reviewed(unit, each, book, issues, request.patient) for each in read]
    unit.patient = request.patient
    return made[0]


def _own(
    reader: Reader, patient: str, ids: Sequence[str], catalogue: Laboratory
) -> tuple[Book, Issues, list[Resource]]:
    book, issues = book_of(reader, patient, catalogue), issue_book.of_patient(reader, patient)
    by_id = {r["id"]: r for r in book.reports}
    if not ids or any(id_ not in by_id for id_ in ids):
        raise Invalid(_("This report belongs to another patient. Nothing was changed."), field="reports")
    return book, issues, [by_id[id_] for id_ in dict.fromkeys(ids)]


def _reviewed(unit: Unit, each: Read, book: Book, issues: Issues, patient: str) -> Ref:
    if each.missing:
        raise Conflict(
            _("Some values of this report have not arrived yet."),
            _("It stays unread. Look again after the next sync."),
        )
    if not issues.is_unread(each.report):
        raise Conflict(_("This report was read already."), _("Nothing was changed."))
    return unit.put(_task(unit, REVIEW, each.report, book, issues, patient))


def _task(unit: Unit, code: str, report: Resource, book: Book, issues: Issues, patient: str) -> Resource:
    orders = [ref_of(order) for order in book.orders_of(report["id"])]
    return task_of(unit, code, report, issues.stamp(report), patient, orders)


def handle(unit: Unit, request: HandleCritical, knowledge: Knowledge) -> Ref:
    """Record what was done about a critical value; who may acknowledge reports has read it by that.

    Raises Invalid without an action or for a report without a critical value, Conflict when it was answered already.
    """
    action = request.action.strip()
    if len(action) < LEAST_WORDS:
        raise Invalid(_("Write what was done."), field="action")
    reader, catalogue = unit.reader, knowledge.laboratory
    book, issues, (report,) = _own(reader, request.patient, (request.report,), catalogue)
    each = read_report(reader, report, catalogue, whose(reader.peek("Patient", request.patient)))
    if not each.critical:
        raise Invalid(_("This report holds no critical value (any more)."), field="report")
    before = issues.answer(report)
    if before is not None:
        name = str(before["owner"].get("display", ""))
        raise Conflict(_("{name} has recorded already what was done.", name=name), _("Nothing was changed."))
    task = _task(unit, CRITICAL, report, book, issues, request.patient)
    task["executionPeriod"] = {"start": _received(request, unit.now), "end": instant(unit.now)}
    task["note"] = [{"text": action, "time": instant(unit.now), "authorString": unit.actor.name}]
    if request.told.strip():
        task["output"] = [{"type": {"text": "told"}, "valueString": request.told.strip()}]
    ref = unit.put(task)
    if unit.actor.may(Permission.RESULT_ACKNOWLEDGE) and issues.is_unread(report) and not each.missing:
        unit.put(_task(unit, REVIEW, report, book, issues, request.patient))
    unit.patient = request.patient
    return ref


def _received(request: HandleCritical, now: datetime) -> str:
    """Give when the value was first seen; a moment that cannot be right counts as now."""
    try:
        at = parse_instant(request.received_at, now.tzinfo) if request.received_at else now
    except ValueError:
        at = now
    return instant(min(at, now))

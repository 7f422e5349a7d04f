"""The results of one patient: tests × times of collection, newest left, and the reports they came in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

from workstation.chart.people import author_name
from workstation.core.clock import parse_instant
from workstation.core.errors import NotFound
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, as_list, target, text_of
from workstation.laboratory import issues as issue_book
from workstation.laboratory.book import (
    Book,
    book_of,
    is_withdrawn,
    item_of,
    moment,
    request_number,
    taken_at,
)
from workstation.laboratory.issues import Issues
from workstation.laboratory.model import Results, Trend
from workstation.laboratory.reading import PENDING, Whose, observations_of, quiet_number, values_of, whose
from workstation.laboratory.rows import (
    CellRow,
    ReportRow,
    ResultRow,
    ResultsView,
    TrendPoint,
    TrendView,
    ValueRow,
)
from workstation.store.reader import Reader
from workstation.terminology.laboratory import Laboratory

STATES: Final = {
    "registered": "pending",
    "partial": "partial",
    "preliminary": "partial",
    "final": "final",
    "amended": "corrected",
    "corrected": "corrected",
    "appended": "corrected",
    "entered-in-error": "withdrawn",
    "cancelled": "withdrawn",
}
MOST: Final = 2000


@dataclass(slots=True)
class Read:
    """A report with its values, as read from the store."""

    report: Resource
    values: tuple[ValueRow, ...]
    missing: int = 0

    @property
    def abnormal(self) -> int:
        """Count the values out of range."""
        return sum(1 for v in self.values if v.flag and v.flag != "withdrawn")

    @property
    def critical(self) -> bool:
        """Say whether a value may cost a life."""
        return any(v.critical for v in self.values)

    @property
    def at(self) -> str:
        """Give when the specimen was taken."""
        return taken_at(self.report)


def read_report(reader: Reader, report: Resource, catalogue: Laboratory, who: Whose) -> Read:
    """Read a report's values; those of a withdrawn report are gone."""
    if is_withdrawn(report):
        return Read(report, ())
    observations, missing = observations_of(reader, report)
    at = taken_at(report)
    values = tuple(v for o in observations for v in values_of(o, catalogue, who, at))
    return Read(report, values, missing)


def results_of(reader: Reader, request: Results, catalogue: Laboratory, now: datetime) -> ResultsView:
    """Give everything the laboratory reported for a patient. Raises NotFound."""
    patient = reader.get("Patient", request.patient)
    who = whose(patient)
    book = book_of(reader, request.patient, catalogue)
    issues = issue_book.of_patient(reader, request.patient)
    found = [read_report(reader, r, catalogue, who) for r in reversed(book.reports)]
    reports = tuple(report_row(reader, each, book, issues, catalogue) for each in found)
    grid = _grid(found, _alone(reader, request.patient, found, catalogue, who), now.tzinfo)
    times = sorted(grid.times, reverse=True)
    shown = times[: request.columns]
    rows = tuple(_row(grid, key, shown) for key in grid.rows)
    kept = tuple(row for row in rows if any(row.cells))
    return ResultsView(tuple(shown), kept, reports, len(times) - len(shown))


@dataclass(slots=True)
class _Grid:
    """Values, with the report each came in, by test and time."""

    times: set[str] = field(default_factory=set)
    rows: dict[str, dict[str, tuple[ValueRow, str]]] = field(default_factory=dict)


def _grid(found: Sequence[Read], alone: Iterable[ValueRow], zone: tzinfo | None) -> _Grid:
    """Put values in their places, the newest report first: of two values of one minute its one counts."""
    grid = _Grid()
    listed = [(value, each.report["id"]) for each in found for value in each.values]
    for value, report in (*listed, *((value, "") for value in alone)):
        minute = _minute(value.at, zone)
        grid.times.add(minute)
        grid.rows.setdefault(value.key, {}).setdefault(minute, (value, report))
    return grid


def _minute(at: str, zone: tzinfo | None) -> str:
    """Give a moment to the minute where this desk is; a date alone stays one."""
    return parse_instant(at, zone).astimezone(zone).strftime("%Y-%m-%dT%H:%M") if len(at) > 10 else at


def _row(grid: _Grid, key: str, times: Sequence[str]) -> ResultRow:
    cells = grid.rows[key]
    newest = cells[max(cells)][0]
    ranged = next((v for _t, (v, _r) in sorted(cells.items(), reverse=True) if v.reference), newest)
    return ResultRow(
        key,
        newest.name,
        newest.short,
        newest.unit,
        ranged.reference,
        ranged.reference_by,
        tuple(_cell(cells[time]) if time in cells else None for time in times),
        newest.group,
    )


def _cell(entry: tuple[ValueRow, str]) -> CellRow:
    value, report = entry
    return CellRow(value.value, value.flag, value.flag_by, report, value.at, value.note)


def _alone(
    reader: Reader, patient: str, found: Sequence[Read], catalogue: Laboratory, who: Whose
) -> list[ValueRow]:
    """Give the laboratory values that came without a report."""
    reported = {
        target(reference, "Observation") for each in found for reference in as_list(each.report.get("result"))
    }
    where: dict[str, Any] = {"patient": patient, "category": "laboratory"}
    rows = reader.find("Observation", where, sort=("-date",), limit=MOST)
    members = {
        target(m, "Observation") for o in rows if o["id"] in reported for m in as_list(o.get("hasMember"))
    }
    return [
        value
        for o in rows
        if o["id"] not in reported | members and o.get("status") not in PENDING
        for value in values_of(o, catalogue, who)
        if value.flag != "withdrawn"
    ]


def newest_values(reader: Reader, book: Book, catalogue: Laboratory) -> dict[str, ValueRow]:
    """Give the newest value of each test of the catalogue, whatever its unit."""
    who = whose(reader.peek("Patient", book.patient))
    found = [read_report(reader, report, catalogue, who) for report in book.reports]
    values = [v for each in found for v in each.values] + _alone(reader, book.patient, found, catalogue, who)
    dated = [v for v in values if v.value and len(v.at) > 10 and v.code in catalogue.tests]
    return {v.code: v for v in sorted(dated, key=lambda v: parse_instant(v.at))}


def report_row(reader: Reader, each: Read, book: Book, issues: Issues, catalogue: Laboratory) -> ReportRow:
    """Say everything about a report but its values."""
    report, orders = each.report, book.orders_of(each.report["id"])
    read, answer = issues.review(report), issues.answer(report)
    performers = [author_name(reader, p) for p in as_list(report.get("performer"))]
    names = [item.name for o in orders if (item := item_of(o, catalogue)) is not None]
    return ReportRow(
        report["id"],
        ", ".join(dict.fromkeys(names)) or text_of(report.get("code")) or _("Laboratory report"),
        taken_at(report),
        moment(report),
        STATES.get(str(report.get("status")), "partial"),
        issues.is_unread(report),
        each.abnormal,
        each.critical,
        each.critical and answer is None,
        tuple(dict.fromkeys(v.key for v in each.values)),
        ", ".join(name for name in performers if name),
        next((author_name(reader, o.get("requester")) for o in orders), ""),
        tuple(dict.fromkeys(n for o in orders if (n := request_number(o)))),
        str(report.get("conclusion", "")) or text_of(report.get("conclusionCode")),
        missing=each.missing,
        stranger=report["id"] in book.strangers,
        **_read_by(read, answer),
    )


def _read_by(read: Resource | None, answer: Resource | None) -> Mapping[str, str]:
    made: dict[str, str] = {}
    if read is not None:
        made |= {"read_by": str(read["owner"].get("display", "")), "read_at": str(read.get("authoredOn", ""))}
    if answer is not None:
        told = as_list(answer.get("output"))
        made |= {
            "handled": " ".join(str(n.get("text", "")) for n in as_list(answer.get("note"))),
            "handled_by": str(answer["owner"].get("display", "")),
            "handled_at": str(answer.get("executionPeriod", {}).get("end", "")),
            "told": str(told[0].get("valueString", "")) if told else "",
        }
    return made


def trend_of(reader: Reader, request: Trend, catalogue: Laboratory, now: datetime) -> TrendView:
    """Give every value of one test in one unit, oldest first. Raises NotFound when there is none."""
    who = whose(reader.get("Patient", request.patient))
    book = book_of(reader, request.patient, catalogue)
    found = [read_report(reader, r, catalogue, who) for r in book.reports]
    alone = _alone(reader, request.patient, found, catalogue, who)
    grid = _grid(list(reversed(found)), alone, now.tzinfo)
    cells = grid.rows.get(request.key)
    if not cells:
        raise NotFound(_("There is no value of this test."))
    values = [cells[time][0] for time in sorted(cells)]
    newest = values[-1]
    ranged = next((v for v in reversed(values) if v.reference), newest)
    points = tuple(TrendPoint(v.at, v.value, quiet_number(v.number), v.flag) for v in values)
    return TrendView(
        request.key,
        newest.name,
        newest.unit,
        points,
        quiet_number(ranged.low),
        quiet_number(ranged.high),
        ranged.reference,
        ranged.reference_by,
    )

"""What the nurse's pages say, in words a glance can read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ui.widgets.table_model import Badge, Run
from workstation.core.clock import parse_instant
from workstation.core.days import written_date
from workstation.core.i18n import _, n_
from workstation.nursing.rows import CellState, Difference, Lane, Line, MarRow, Right, TaskRow, Who
from workstation.registration.wording import sex_text
from workstation.terminology.doses import DASH, plain


def clock(instant: str, now: datetime) -> str:
    """Give the time of an instant on this desk's clock, with its day where that is not today."""
    if not instant:
        return ""
    moment = parse_instant(instant, now.tzinfo).astimezone(now.tzinfo)
    day = "" if moment.date() == now.date() else f"{written_date(moment.date())} "
    return f"{day}{moment:%H:%M}"


def clock_below(instant: str, now: datetime) -> str:
    """Give the same for a narrow column: the day above the time."""
    return clock(instant, now).replace(" ", "\n")


def who(person: Who) -> str:
    """Give sex and age."""
    return " ".join(part for part in (sex_text(person.sex), person.age) if part)


def named(person: Who) -> str:
    """Give bed and name: what a nurse calls a patient by."""
    return "  ".join(
        part for part in (_("bed {number}", number=person.bed) if person.bed else "", person.name) if part
    )


def alike(person: Who) -> tuple[Badge, ...]:
    """Give the mark of a name that can be mixed up with another on the ward."""
    if person.alike == "same-name":
        return (Badge("caution", _("Same name")),)
    return (Badge("caution", _("Sounds alike")),) if person.alike else ()


def allergy(person: Who) -> Badge:
    """Give a patient's allergies as the one chip of that colour, or what is known instead."""
    if person.allergy == "known":
        return Badge("allergy", _("Allergy {agents}", agents=", ".join(person.allergies)))
    if person.allergy == "none":
        return Badge("done", _("No known allergy"))
    return Badge("caution", _("Allergy not recorded"))


def lane(which: Lane) -> tuple[str, str]:
    """Give the rung of the status ladder (empty: none) and the word for a lane of tasks."""
    return {
        Lane.OVERDUE: ("warn", _("Overdue")),
        Lane.NOW: ("note", _("Now")),
        Lane.LATER: ("", _("Later")),
        Lane.RUNNING: ("done", _("Running")),
    }[which]


def minutes(row: TaskRow) -> str:
    """Say how far away a task is."""
    if row.lane is Lane.RUNNING:
        if not row.ends:
            return ""
        return (
            span_ahead(row.minutes) if row.minutes >= 0 else _("over since {span}", span=span(-row.minutes))
        )
    return _("{span} late", span=span(-row.minutes)) if row.minutes < 0 else span_ahead(row.minutes)


def span_ahead(count: int) -> str:
    """Say that something lies ahead by so many minutes."""
    return _("in {span}", span=span(count))


def span(count: int) -> str:
    """Write a number of minutes."""
    hours, rest = divmod(count, 60)
    if not hours:
        return _("{minutes} min", minutes=rest)
    return _("{hours} h {minutes} min", hours=hours, minutes=rest) if rest else _("{hours} h", hours=hours)


def group_marks(groups: Sequence[int]) -> list[str]:
    """Give the bracket before each line of a list: ┌ │ └ for the lines of one group, a blank for others."""
    marks = []
    for place, group in enumerate(groups):
        first = place == 0 or groups[place - 1] != group
        last = place + 1 == len(groups) or groups[place + 1] != group
        alone = not group or (first and last)
        marks.append("" if alone else "┌" if first else "└" if last else "│")
    return marks


def runs(line: Line, mark: str = "") -> tuple[Run, ...]:
    """Give a medication line with its name bold, after the bracket of its group."""
    head, *rest = line.parts or (line.name,)
    tail = f" {DASH} {f' {DASH} '.join(rest)}" if rest else ""
    return (
        (Run(f"{mark} ", color="text2"), Run(head, bold=True), Run(tail))
        if mark
        else (Run(head, bold=True), Run(tail))
    )


def lines_runs(lines: Sequence[Line]) -> tuple[Run, ...]:
    """Give the lines of a unit below each other."""
    found: list[Run] = []
    for line, mark in zip(lines, group_marks([x.group for x in lines]), strict=True):
        if found:
            found.append(Run("\n"))
        found += runs(line, mark)
    return tuple(found)


def lines_text(lines: Sequence[Line]) -> str:
    """Give the same as plain text, for finding and for the ear."""
    return "; ".join(plain(line.display) for line in lines)


def lines_shown(lines: Sequence[Line]) -> str:
    """Give the lines of a unit below each other, their attributes unbreakable, for a sheet."""
    return "\n".join(line.display for line in lines)


def line_badges(line: Line) -> tuple[Badge, ...]:
    """Give what must be seen beside a line."""
    found = [Badge("warn", _("High-alert"))] if line.high_alert else []
    test = {
        "required": Badge("stop", _("Skin test: no result")),
        "positive": Badge("stop", _("Skin test positive")),
        "negative": Badge("done", _("Skin test negative")),
        "exempt": Badge("note", _("No skin test needed")),
    }
    if line.skin_test in test:
        found.append(test[line.skin_test])
    return tuple(found)


def row_badges(row: MarRow) -> tuple[Badge, ...]:
    """Give the standing of a line on the chart, besides what the line itself says."""
    found = list(line_badges(row.line))
    standing = {
        "waiting": Badge("caution", _("To verify")),
        "returned": Badge("caution", _("Sent back to the doctor")),
        "stopped": Badge("not_checked", _("Stopped")),
        "ended": Badge("not_checked", _("Over")),
        "future": Badge("note", _("Not begun")),
    }
    if row.state in standing:
        found.insert(0, standing[row.state])
    if row.term == "stat":
        found.append(Badge("note", _("Stat")))
    if row.as_needed:
        found.append(Badge("note", _("When needed")))
    return tuple(found)


def cell_word(state: CellState) -> str:
    """Name the state of a cell."""
    return {
        CellState.GIVEN: _("Given"),
        CellState.LATE: _("Given late"),
        CellState.NOT_GIVEN: _("Not given"),
        CellState.RUNNING: _("Running"),
        CellState.SCHEDULED: _("Planned"),
        CellState.DUE: _("Due now"),
        CellState.OVERDUE: _("Overdue"),
        CellState.TWICE: _("Recorded twice"),
    }[state]


def right(which: Right) -> str:
    """Name one of the five rights."""
    return {
        Right.PATIENT: _("Patient"),
        Right.DRUG: _("Drug"),
        Right.DOSE: _("Dose"),
        Right.ROUTE: _("Route"),
        Right.TIME: _("Time"),
    }[which]


def difference(which: Difference) -> Badge:
    """Name how a new line differs from what runs."""
    return {
        Difference.NEW: Badge("note", _("New")),
        Difference.CHANGED: Badge("warn", _("Changed")),
        Difference.TWICE: Badge("warn", _("Same drug twice")),
        Difference.STOP: Badge("caution", _("Stopped")),
    }[which]


def term(code: str) -> str:
    """Name how long an order is meant to run."""
    return _("Stat") if code == "stat" else _("Long-term")


def counted(lines: int) -> str:
    """Count order lines."""
    return n_("{count} line", "{count} lines", lines)

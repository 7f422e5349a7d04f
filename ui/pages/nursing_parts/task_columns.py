"""The columns of the task list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ui.pages.nursing_parts import words
from ui.widgets.table import Badge, Column
from workstation.core.i18n import _
from workstation.nursing.rows import Lane, TaskRow
from workstation.terminology.pinyin import readings


def columns(now: Callable[[], datetime]) -> list[Column]:
    """Give the columns: lane, time, bed, patient, what, and what must be seen before."""
    return [
        Column("lane", "Lane", lambda r: words.lane(r.lane)[1], 84, state=lambda r: words.lane(r.lane)[0]),
        Column("time", "Time", lambda r: words.clock_below(r.planned, now()), 56, whole=True, bold=True),
        Column("left", "Distance", words.minutes, 72, whole=True, color="text2"),
        Column("bed", "Bed", lambda r: r.who.bed, 40, right=True, bold=True, find=lambda r: (r.who.bed,)),
        Column(
            "name",
            "Patient",
            lambda r: f"{r.who.name}\n{words.who(r.who)}",
            104,
            whole=True,
            badges=lambda r: words.alike(r.who),
            find=lambda r: (r.who.name, *_sounds(r.who.name)),
        ),
        Column(
            "what",
            "To do",
            lambda r: words.lines_text(r.lines),
            220,
            stretch=True,
            clinical=True,
            runs=lambda r: words.lines_runs(r.lines),
            badges=_badges,
        ),
    ]


def _sounds(name: str) -> tuple[str, ...]:
    found = readings(name)
    return (*found.initials, *found.full)


def _badges(row: TaskRow) -> Sequence[Badge]:
    """Give what must be known before it is done."""
    found: list[Badge] = []
    if row.verified != "verified" and row.lane is not Lane.RUNNING:
        found.append(Badge("caution", _("To verify")))
    if row.skin_test_bars:
        found.append(Badge("stop", _("Skin test: not negative")))
    if row.high_alert:
        found.append(Badge("warn", _("High-alert")))
    if row.infusion:
        found.append(Badge("note", _("Infusion")))
    return found


def key_of(row: TaskRow) -> str:
    """Give what tells a task from every other."""
    return f"{row.slot}:{row.lane}"


ORDER = {Lane.OVERDUE: 0, Lane.NOW: 1, Lane.RUNNING: 2, Lane.LATER: 3}


def by_time(rows: Sequence[TaskRow]) -> list[TaskRow]:
    """Order tasks by lane, then time."""
    return sorted(rows, key=lambda row: (ORDER[row.lane], row.planned, _bed(row), row.slot))


def by_patient(rows: Sequence[TaskRow]) -> list[TaskRow]:
    """Order tasks by bed, then lane and time."""
    return sorted(
        rows, key=lambda row: (_bed(row), row.who.encounter, ORDER[row.lane], row.planned, row.slot)
    )


def _bed(row: TaskRow) -> tuple[int, str]:
    digits = "".join(c for c in row.who.bed if c.isdigit())
    return (int(digits) if digits else 0, row.who.bed)

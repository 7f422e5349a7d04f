"""The columns of the two panes: lines to verify, and what runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ui.pages.nursing_parts import words
from ui.widgets.alerts import TIERS
from ui.widgets.table import Badge, Column, Run
from workstation.core.i18n import _
from workstation.nursing.rows import Difference, NewLine, PatientToVerify, RunningLine
from workstation.terminology.doses import plain
from workstation.terminology.pinyin import readings


@dataclass(frozen=True, slots=True)
class Fresh:
    """One line to verify with the bracket of its group."""

    new: NewLine
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Going:
    """One running line with the bracket of its group; `compared` says that the chosen new line is held against it."""

    running: RunningLine
    mark: str = ""
    compared: bool = False


def fresh_rows(patient: PatientToVerify) -> list[Fresh]:
    """Give the lines of a patient to verify."""
    marks = words.group_marks([line.line.group for line in patient.new])
    return [Fresh(line, mark) for line, mark in zip(patient.new, marks, strict=True)]


def going_rows(patient: PatientToVerify, chosen: NewLine | None) -> list[Going]:
    """Give the running lines of a patient, those the chosen line is compared with first."""
    against = frozenset(chosen.against) if chosen is not None else frozenset()
    marks = words.group_marks([row.line.group for row in patient.running])
    rows = [
        Going(row, mark, row.line.order in against) for row, mark in zip(patient.running, marks, strict=True)
    ]
    return sorted(rows, key=lambda row: not row.compared)


def people() -> list[Column]:
    """Give the columns of the list of patients."""
    return [
        Column("bed", "Bed", lambda p: p.who.bed, 36, right=True, bold=True, find=lambda p: (p.who.bed,)),
        Column(
            "name",
            "Patient",
            lambda p: f"{p.who.name}\n{words.who(p.who)}",
            90,
            stretch=True,
            whole=True,
            badges=lambda p: words.alike(p.who),
            find=lambda p: (p.who.name, *readings(p.who.name).initials, *readings(p.who.name).full),
        ),
        Column("count", "New orders", lambda p: str(len(p.new)), 36, right=True, bold=True),
    ]


def fresh(now: Callable[[], datetime]) -> list[Column]:
    """Give the columns of the lines to verify."""
    return [
        Column("how", "Difference", lambda r: words.difference(r.new.difference).text, 84,
               state=lambda r: words.difference(r.new.difference).state),
        Column("line", "New order", lambda r: plain(r.new.line.display), 200, stretch=True, clinical=True,
               runs=_runs, badges=_badges),
        Column("times", "Times", _times, 84, whole=True),
        Column("doctor", "Doctor", lambda r: _signed(r, now()), 72, whole=True),
    ]  # fmt: skip


def _signed(row: Fresh, now: datetime) -> str:
    return f"{row.new.prescriber}\n{words.clock_below(row.new.at, now)}"


def _runs(row: Fresh) -> Sequence[Run]:
    """Give the line, and below it what changes."""
    new = row.new
    found = list(words.runs(new.line, row.mark))
    if new.difference is Difference.CHANGED and (new.was or new.becomes):
        found += [
            Run("\n"),
            Run(new.was, color="text2"),
            Run(" → "),
            Run(new.becomes, bold=True, underline=True),
        ]
    if new.answer:
        answer = _("Answer of {doctor}: {text}", doctor=new.prescriber, text=new.answer)
        found += [Run("\n"), Run(answer, color="text2")]
    if new.difference is Difference.STOP and new.stop_reason:
        found += [Run("\n"), Run(new.stop_reason, color="text2")]
    if new.answer:
        found += [Run("\n"), Run(_("The doctor answers: {text}", text=new.answer), bold=True)]
    return found


def _badges(row: Fresh) -> Sequence[Badge]:
    new = row.new
    found = list(words.line_badges(new.line))
    if new.term == "stat":
        found.append(Badge("note", _("Stat")))
    for override in new.overrides:
        text = " · ".join(part for part in (override.title, override.reason) if part)
        found.append(Badge(TIERS.get(override.tier, "note"), _("Overridden: {alert}", alert=text)))
    return found


def _times(row: Fresh) -> str:
    """Give clock times, and how many doses the first day has."""
    new = row.new
    found = [" ".join(new.times)] if new.times else []
    if new.first_day is not None:
        found.append(_("first day {count}", count=new.first_day))
    return "\n".join(found)


def going(now: Callable[[], datetime]) -> list[Column]:
    """Give the columns of the running lines."""
    return [
        Column("line", "Running", lambda r: plain(r.running.line.display), 180, stretch=True, clinical=True,
               runs=lambda r: words.runs(r.running.line, r.mark), badges=_going_badges),
        Column("since", "Since", lambda r: words.clock_below(r.running.since, now()), 84, whole=True),
    ]  # fmt: skip


def _going_badges(row: Going) -> Sequence[Badge]:
    found = [Badge("warn", _("Compare"))] if row.compared else []
    if row.running.line.high_alert:
        found.append(Badge("warn", _("High-alert")))
    if row.running.term == "stat":
        found.append(Badge("note", _("Stat")))
    return found

"""The columns of the worklist of specimens: a row for each tube."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ui.pages.laboratory_parts import words
from ui.widgets.table import Badge, Column, Run
from workstation.core.i18n import _
from workstation.laboratory.model import OrderState
from workstation.laboratory.rows import CollectionRow


def columns(now: datetime) -> list[Column]:
    """Give the columns."""
    return [
        Column("bed", "Bed", lambda r: r.bed, width=56, whole=True, bold=True, find=lambda r: (r.bed,)),
        Column(
            "patient",
            "Patient",
            lambda r: f"{r.name} {words.who_text(r.sex, r.age)} {r.number}",
            width=140,
            clinical=True,
            runs=_patient,
            badges=lambda r: (Badge("caution", _("same name")),) if r.same_name else (),
            find=lambda r: (r.name, r.number),
        ),
        Column(
            "haste",
            "Priority",
            lambda r: words.priority_text(r.priority),
            width=64,
            whole=True,
            state=lambda r: words.priority_state(r.priority),
        ),
        Column("tube", "Tube", _tube, width=190, clinical=True, runs=_tube_runs),
        *_what(now),
    ]


def _what(now: datetime) -> list[Column]:
    return [
        Column(
            "tests",
            "Tests",
            lambda r: ", ".join(r.tests),
            width=180,
            clinical=True,
            stretch=True,
            runs=_tests,
            badges=_badges,
        ),
        Column(
            "ordered", "Requested at", lambda r: words.moment_text(r.ordered_at, now), width=72, color="text2"
        ),
        Column(
            "number",
            "Label",
            _number,
            width=110,
            whole=True,
            mono=True,
            badges=_unlabelled,
            find=lambda r: (r.key,),
        ),
    ]


def _patient(row: CollectionRow) -> Sequence[Run]:
    who = words.who_text(row.sex, row.age)
    return Run(row.name, bold=True), Run(f"  {who}"), Run(f"\n{row.number}", color="text2")


def _tube(row: CollectionRow) -> str:
    return " ".join(part for part in (row.tube, row.volume) if part)


def _tube_runs(row: CollectionRow) -> Sequence[Run]:
    return Run(row.tube), Run(f"\n{row.volume}" if row.volume else "", color="text2")


def _tests(row: CollectionRow) -> Sequence[Run]:
    note = " · ".join(part for part in (row.note, row.rejected) if part)
    return Run(", ".join(row.tests), bold=True), Run(f"\n{note}" if note else "", color="text2")


def _badges(row: CollectionRow) -> Sequence[Badge]:
    found = [Badge("warn", _("take again"))] if row.rejected else []
    return [*found, Badge("note", _("fasting"))] if row.fasting else found


def _number(row: CollectionRow) -> str:
    return row.key if row.state is OrderState.LABELLED else ""


def _unlabelled(row: CollectionRow) -> Sequence[Badge]:
    return () if row.state is OrderState.LABELLED else (Badge("not_checked", _("no label yet")),)

"""The columns of the inbox of results, and the buttons that choose whose reports are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from ui.pages.laboratory_parts import words
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.table import Badge, Column, Run
from workstation.core.i18n import _, n_
from workstation.laboratory.model import Scope
from workstation.laboratory.rows import UnreadRow

SCOPES: tuple[Scope, ...] = ("mine", "ward", "all")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One report as the inbox lists it; `day` stands on the first line of a day (or of the critical ones)."""

    row: UnreadRow
    day: str
    now: datetime


def by_day(rows: Sequence[UnreadRow], now: datetime) -> list[Waiting]:
    """Group by day, the critical ones first."""
    found, before = [], ""
    for row in rows:
        day = _("Critical") if row.open else words.day_text(words.local(row.at, now).date().isoformat(), now)
        found.append(Waiting(row, day if day != before else "", now))
        before = day
    return found


def columns() -> list[Column]:
    """Give the columns."""
    return [
        Column("day", "Date", lambda w: w.day, width=88, whole=True, bold=True),
        Column(
            "time", "Time", lambda w: words.moment_text(w.row.at, w.now), width=56, whole=True, color="text2"
        ),
        Column(
            "patient",
            "Patient",
            lambda w: f"{w.row.name} {words.who_text(w.row.sex, w.row.age)} {w.row.number}",
            width=150,
            clinical=True,
            runs=_patient,
            badges=lambda w: (Badge("caution", _("same name")),) if w.row.same_name else (),
            find=lambda w: (w.row.name, *w.row.readings, w.row.number),
        ),
        Column("place", "Place", lambda w: w.row.place, width=90, whole=True, color="text2"),
        Column("report", "Report", lambda w: w.row.title, width=120, clinical=True, badges=_report_badges),
        Column(
            "values",
            "Values",
            lambda w: words.values_line(w.row.values),
            width=220,
            clinical=True,
            stretch=True,
            runs=lambda w: words.value_runs(w.row.values),
            badges=_value_badges,
        ),
        Column(
            "by", "Ordered by", lambda w: w.row.requester, width=72, whole=True, color="text2", optional=True
        ),
    ]


def _patient(waiting: Waiting) -> Sequence[Run]:
    row = waiting.row
    return (
        Run(row.name, bold=True),
        Run(f"  {words.who_text(row.sex, row.age)}"),
        Run(f"\n{row.number}", color="text2"),
    )


def _report_badges(waiting: Waiting) -> Sequence[Badge]:
    found = list(words.kind_badges(waiting.row.state))
    if waiting.row.missing:
        count = waiting.row.missing
        found.append(Badge("not_checked", n_("{count} value missing", "{count} values missing", count)))
    return found


def _value_badges(waiting: Waiting) -> Sequence[Badge]:
    row = waiting.row
    if row.open:
        return (Badge("stop", _("Critical")),)
    if row.abnormal:
        return (Badge("caution", n_("{count} abnormal", "{count} abnormal", row.abnormal)),)
    return (Badge("done", _("nothing abnormal")),) if row.values and row.state == "final" else ()


class Scopes(QWidget):
    """Mine, my ward's, all: one is down."""

    changed = Signal()

    def __init__(self, first: Scope, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Whose reports"))
        self._group = QButtonGroup(self)
        self.buttons: list[QPushButton] = []
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme().px(4))
        for number, title in enumerate((_("Mine"), _("My ward"), _("All"))):
            made = button(title, kind="quiet", parent=self)
            made.setCheckable(True)
            self._group.addButton(made, number)
            self.buttons.append(made)
            line.addWidget(made)
        self.buttons[SCOPES.index(first)].setChecked(True)
        self._group.idClicked.connect(lambda _number: self.changed.emit())

    def scope(self) -> Scope:
        """Give what is chosen."""
        return SCOPES[max(self._group.checkedId(), 0)]

"""The left list of the results: what is under way, then the reports day by day, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from ui.pages.laboratory_parts import words
from ui.widgets.table import Badge, Column, DenseTable, Run
from workstation.core.i18n import _
from workstation.laboratory.model import OrderState
from workstation.laboratory.rows import OrderRow, ReportRow

EVERYTHING: Final = "everything"
UNDER_WAY: Final = (OrderState.ORDERED, OrderState.LABELLED, OrderState.COLLECTED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: everything at once, an order under way, or a report. `day` is set on the first line of a day."""

    key: str
    title: str
    detail: str
    day: str = ""
    order: OrderRow | None = None
    report: ReportRow | None = None


class ReportList(DenseTable):
    """Enter reads, A acts; Delete takes an order back, L prints its labels, P its slip."""

    cancelled = Signal(object)
    labels = Signal(object)
    slip = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys of an order."""
        row = self.current()
        order = row.order if isinstance(row, Entry) else None
        keys = {Qt.Key.Key_Delete: self.cancelled, Qt.Key.Key_L: self.labels, Qt.Key.Key_P: self.slip}
        key = Qt.Key(event.key())
        if order is not None and key in keys and not event.modifiers():
            keys[key].emit(order)
            event.accept()
        else:
            super().keyPressEvent(event)


def columns() -> list[Column]:
    """Give the one column of the list."""
    return [
        Column("what", "Report", _spoken, width=160, clinical=True, stretch=True, runs=_runs, badges=_badges)
    ]


def _spoken(entry: Entry) -> str:
    return " ".join(part for part in (entry.day, entry.title, entry.detail) if part)


def _runs(entry: Entry) -> Sequence[Run]:
    runs = [Run(f"{entry.day}\n", bold=True, color="label")] if entry.day else []
    strong = entry.report is None or entry.report.unread
    runs.append(Run(entry.title, bold=strong))
    if entry.detail:
        runs.append(Run(f"\n{entry.detail}", color="text2"))
    return runs


def _badges(entry: Entry) -> Sequence[Badge]:
    if entry.report is not None:
        return words.report_badges(entry.report)
    if entry.order is not None:
        state = words.ORDER_STATES[entry.order.state] or "not_checked"
        found = [Badge(state, words.state_text(entry.order.state))]
        if words.priority_state(entry.order.priority):
            haste = entry.order.priority
            found.append(Badge(words.priority_state(haste), words.priority_text(haste)))
        if entry.order.rejected:
            found.append(Badge("warn", _("specimen rejected")))
        return found
    return ()


def entries(reports: Sequence[ReportRow], orders: Sequence[OrderRow], now: datetime) -> list[Entry]:
    """Give the lines of the list."""
    found = [Entry(EVERYTHING, _("All values"), "")]
    for order in orders:
        if order.state in UNDER_WAY:
            at = words.moment_text(order.collected_at or order.ordered_at, now)
            who = order.collected_by or order.ordered_by
            detail = " · ".join(part for part in (at, who, order.rejected) if part)
            found.append(Entry(order.id, order.name, detail, order=order))
    before = ""
    for report in reports:
        day = words.day_text(report.at or report.issued, now)
        detail = " · ".join(
            part
            for part in (words.clock_text(report.at, now), report.laboratory, _read_by(report, now))
            if part
        )
        found.append(Entry(report.id, report.name, detail, day if day != before else "", report=report))
        before = day
    return found


def _read_by(report: ReportRow, now: datetime) -> str:
    if not report.read_by:
        return ""
    return _("read by {name} {time}", name=report.read_by, time=words.moment_text(report.read_at, now))


def about_report(report: ReportRow, now: datetime) -> str:
    """Say everything about a report but its values."""
    parts = [
        _("taken {time}", time=words.moment_text(report.at, now)) if report.at else "",
        _("reported {time}", time=words.moment_text(report.issued, now)) if report.issued else "",
        report.laboratory,
        _("ordered by {name}", name=report.requester) if report.requester else _("no order of ours"),
    ]
    lines = [" · ".join(part for part in parts if part), report.conclusion]
    if report.handled:
        time = words.moment_text(report.handled_at, now)
        lines.append(_("{name} {time}: {what}", name=report.handled_by, time=time, what=report.handled))
        lines[-1] += f" ({_('told: {name}', name=report.told)})" if report.told else ""
    if report.state == "withdrawn":
        lines.append(_("The laboratory has taken this report back. Its values are no longer shown."))
    if report.missing:
        lines.append(_("Some of its values have not arrived yet; it stays unread."))
    return "\n".join(line for line in lines if line)

"""The administration chart itself: painted, walked by arrows, with every current medicine on it and none filtered.

Past, present and future differ by ground; medicines out of sight are named at the edge they lie behind (MEDa-0248).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ui.pages.nursing_parts.mar_layout import Mark, Plan, RowPlan, plan, spoken
from ui.pages.nursing_parts.mar_paint import HEAD, Sight, paint_chart
from ui.theme import theme
from workstation.core.i18n import _
from workstation.nursing.rows import Cell, CellState, MarRow, MarView

Key = Qt.Key


class MarChart(QAbstractScrollArea):
    """Use: `show_view(view, now)`; `moved` and `opened` (Enter, double click) say that another cell is current."""

    moved = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Administration chart"))
        self._plan: Plan | None = None
        self._order, self._slot = "", ""

    # Content

    def show_view(self, view: MarView, now: datetime) -> None:
        """Show a chart; the current cell stays the current one."""
        self._plan = plan(view, now, max(self.viewport().width(), 1))
        if self.row() is None:
            self._order, self._slot = "", ""
        self._fit()
        self.viewport().update()

    def clear(self) -> None:
        """Show nothing."""
        self._plan = None
        self.viewport().update()

    @property
    def layout_plan(self) -> Plan | None:
        """Where everything stands."""
        return self._plan

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the chart out anew."""
        super().resizeEvent(event)
        if self._plan is not None:
            self.show_view(self._plan.view, self._plan.now)

    def _fit(self) -> None:
        room = self.viewport().height() - theme().px(HEAD)
        height = self._plan.height if self._plan is not None else 0
        bar = self.verticalScrollBar()
        bar.setRange(0, max(round(height - room), 0))
        bar.setPageStep(max(room, 1))
        bar.setSingleStep(theme().row_height)

    # What is current

    def rows(self) -> Sequence[RowPlan]:
        """Give the rows from the top."""
        return self._plan.rows if self._plan is not None else ()

    def row(self) -> MarRow | None:
        """Give the current line."""
        found = self._row_plan()
        return found.row if found is not None else None

    def cell(self) -> Cell | None:
        """Give the current cell, None where a line without a cell is current."""
        found = self._mark()
        return found.cell if found is not None else None

    def _row_plan(self) -> RowPlan | None:
        return next((r for r in self.rows() if r.row.line.order == self._order), None)

    def _mark(self) -> Mark | None:
        found = self._row_plan()
        return (
            next((m for m in found.marks if m.cell.slot == self._slot), None) if found is not None else None
        )

    def go_to(self, slot: str) -> bool:
        """Make the cell of a planned dose the current one; says whether it is on the chart."""
        for each in self.rows():
            if any(mark.cell.slot == slot for mark in each.marks):
                self._take(each, slot)
                return True
        return False

    def go_to_line(self, order: str) -> None:
        """Make a line the current one, at its cell nearest to now."""
        found = next((r for r in self.rows() if r.row.line.order == order), None)
        if found is not None:
            self._take(found, self._nearest(found))

    def _take(self, to: RowPlan, slot: str) -> None:
        self._order, self._slot = to.row.line.order, slot
        self._show_row(to)
        self.viewport().update()
        now = self._plan.now if self._plan is not None else None
        if now is not None:
            self.setAccessibleDescription(spoken(to.row, self.cell(), now))
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.moved.emit()

    def _show_row(self, to: RowPlan) -> None:
        bar, room = self.verticalScrollBar(), self.viewport().height() - theme().px(HEAD)
        margin = theme().row_height
        if to.top - margin < bar.value():
            bar.setValue(round(max(to.top - margin, 0)))
        elif to.bottom + margin > bar.value() + room:
            bar.setValue(round(to.bottom + margin - room))

    def _nearest(self, row: RowPlan) -> str:
        """Give the slot to begin with: the first open dose that is due, else the last recorded, else the first."""
        open_ = [m.cell.slot for m in row.marks if m.cell.state in (CellState.OVERDUE, CellState.DUE)]
        if open_:
            return open_[-1]
        done = [m.cell.slot for m in row.marks if m.cell.facts]
        later = [m.cell.slot for m in row.marks if not m.cell.facts]
        return later[0] if later else done[-1] if done else ""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Never be focused without a current line: the first that has something due."""
        super().focusInEvent(event)
        if self.row() is None and self.rows():
            urgent = (CellState.OVERDUE, CellState.DUE)
            due = (r for r in self.rows() if any(m.cell.state in urgent for m in r.marks))
            self.go_to_line(next(due, self.rows()[0]).row.line.order)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Paint without the ring."""
        super().focusOutEvent(event)
        self.viewport().update()

    # Keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk lines and cells, Enter opens."""
        steps = {Key.Key_Up: -1, Key.Key_Down: 1, Key.Key_PageUp: -5, Key.Key_PageDown: 5}
        if event.key() in steps:
            self._walk(steps[Key(event.key())])
        elif event.key() in (Key.Key_Left, Key.Key_Right):
            self._walk_cells(-1 if event.key() == Key.Key_Left else 1)
        elif event.key() in (Key.Key_Home, Key.Key_End) and self.rows():
            self.go_to_line(self.rows()[0 if event.key() == Key.Key_Home else -1].row.line.order)
        elif event.key() in (Key.Key_Return, Key.Key_Enter) and self.row() is not None:
            self.opened.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _walk(self, step: int) -> None:
        rows = list(self.rows())
        here = next((n for n, r in enumerate(rows) if r.row.line.order == self._order), None)
        if rows:
            to = 0 if here is None else min(max(here + step, 0), len(rows) - 1)
            self.go_to_line(rows[to].row.line.order)

    def _walk_cells(self, step: int) -> None:
        row = self._row_plan()
        if row is None or not row.marks:
            return
        slots = [mark.cell.slot for mark in row.marks]
        here = slots.index(self._slot) if self._slot in slots else 0
        self._take(row, slots[min(max(here + step, 0), len(slots) - 1)])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the cell or line that was clicked."""
        found = self._at(event.position())
        if found is not None:
            self._take(*found)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what was clicked twice."""
        if self._at(event.position()) is not None:
            self.opened.emit()

    def _at(self, point: QPointF) -> tuple[RowPlan, str] | None:
        y = point.y() - theme().px(HEAD) + self.verticalScrollBar().value()
        row = next((r for r in self.rows() if r.top <= y < r.bottom), None)
        if row is None or point.y() < theme().px(HEAD):
            return None
        inside = QPointF(point.x(), y - row.top)
        hit = next((m.cell.slot for m in row.marks if m.place.contains(inside)), None)
        return row, hit if hit is not None else self._nearest(row)

    def place_of(self, slot: str) -> QPoint | None:
        """Give the middle of a cell in the viewport, or None where it is not on the chart."""
        for row in self.rows():
            for mark in row.marks:
                if mark.cell.slot == slot:
                    y = row.top + theme().px(HEAD) - self.verticalScrollBar().value()
                    return mark.place.translated(0, y).center().toPoint()
        return None

    def hidden(self) -> tuple[list[str], list[str]]:
        """Name what lies out of sight, above and below."""
        if self._plan is None:
            return [], []
        top = self.verticalScrollBar().value()
        return self._plan.hidden(top, top + self.viewport().height() - theme().px(HEAD))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chart as it stands."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme().color("surface"))
        if self._plan is not None:
            sight = Sight(
                self._plan,
                self.verticalScrollBar().value(),
                self.viewport().width(),
                self.viewport().height(),
                self._order,
                self._slot,
                self.hasFocus(),
                self.hidden(),
            )
            paint_chart(painter, sight)

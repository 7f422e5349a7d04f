"""A look at one patient without leaving the board: signs, running orders, what is due. Space or Esc closes it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.pages.outpatient_parts.rich_lines import LineList
from ui.pages.ward_parts import words
from ui.pages.ward_parts.cells import Cell
from ui.pages.ward_parts.stay_lines import (
    due_title,
    orders_title,
    show_allergies,
    show_due,
    show_orders,
    show_vitals,
)
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.i18n import _
from workstation.inpatient.rows import Occupant, StayView

WIDTH = 560


class Peek(Overlay):
    """Covers the half of the board in which the card is not, so that what is peeked at stays in sight."""

    open_wanted = Signal(object)

    def __init__(
        self, host: QWidget, cell: Cell, who: Occupant, now: datetime, at_left: bool = False
    ) -> None:
        self._width = min(theme().px(WIDTH), host.width())
        self._around, self._at_left = host, at_left
        super().__init__(host, scrim=False)
        self.cell, self._now = cell, now
        bed = _("Bed {number}", number=cell.bed.number) if cell.bed.number else _("Without a bed")
        title = f"{bed}  {who.name}"
        self.setAccessibleName(title)
        card = Card(self)
        line = QHBoxLayout()
        line.addWidget(label(title, "name"))
        line.addWidget(label(words.who_text(who, now), color="text2"))
        line.addWidget(label(f"{words.day_text(who.day)}  {who.stay_number}", color="text2"))
        line.addStretch(1)
        card.rows.addLayout(line)
        self.lines = LineList(title)
        card.rows.addWidget(self.lines, 1)
        keys = QHBoxLayout()
        keys.addStretch(1)
        keys.addWidget(button(_("Back"), self.cancel, key="Esc", parent=card))
        keys.addWidget(button(_("Open chart"), self._open, key="Enter", kind="primary", parent=card))
        card.rows.addLayout(keys)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(card)

    def covered(self) -> QRect:
        """Give the half of the board that is covered."""
        host = self._around.rect()
        left = host.left() if self._at_left else host.right() - self._width + 1
        return QRect(left, host.top(), self._width, host.height())

    def first_focus(self) -> QWidget | None:
        """Start in the lines, so that the arrows scroll them."""
        return self.lines

    def show_stay(self, view: StayView) -> None:
        """Show what was asked for."""
        show_allergies(self.lines, view.allergies)
        show_vitals(self.lines, view.vitals)
        self.lines.heading(due_title(view))
        show_due(self.lines, view.due, self._now)
        self.lines.heading(orders_title(view))
        show_orders(self.lines, view.orders, self._now)

    def _open(self) -> None:
        self.dismiss()
        self.open_wanted.emit(self.cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space closes, Enter opens the chart."""
        if event.key() == Qt.Key.Key_Space:
            self.cancel()
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
            event.accept()
        else:
            super().keyPressEvent(event)

    def dismiss(self) -> None:
        """Close for good."""
        super().dismiss()
        self.deleteLater()

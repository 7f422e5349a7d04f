"""What left the counter: lot, amount, time, by whom, and what came back of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.pages.pharmacy_parts import words
from ui.style import panel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.pharmacy.rows import HandedOut, SheetView


class HandedRow(QWidget):
    """One amount with the way to take it back."""

    def __init__(
        self, row: HandedOut, name: str, now: datetime, give_back: Callable[[], None], key: str = ""
    ) -> None:
        super().__init__()
        t = theme()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(t.px(8), t.px(6), t.px(8), t.px(6))
        rows.setSpacing(t.px(2))
        rows.addWidget(label(name, bold=True, wrap=True))
        amount = f"{row.quantity} {row.unit}".strip()
        rows.addWidget(label(_("{amount} · lot {lot}", amount=amount, lot=row.lot), wrap=True))
        when = _("{time} by {name}", time=words.moment(row.at, now), name=row.by)
        rows.addWidget(
            label(" · ".join(p for p in (when, row.reason) if p), "label", color="text2", wrap=True)
        )
        foot = QHBoxLayout()
        back = row.returned != "0"
        if back:
            text = _("Returned {amount}", amount=f"{row.returned} {row.unit}".strip())
            foot.addWidget(StatusChip("caution", text))
        foot.addStretch(1)
        if row.returned != row.quantity:
            foot.addWidget(button(_("Take back…"), give_back, kind="quiet", key=key, parent=self))
        rows.addLayout(foot)
        self.setAccessibleName(f"{name}, {amount}, {when}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel."""
        t = theme()
        panel(QPainter(self), QRectF(self.rect()), t.color("alt"), t.color("border"), t.px(4))


class HandedRows(QWidget):
    """All of them, the earliest first; `key` belongs to the first that can come back."""

    give_back = Signal(str)

    def __init__(self, now: Callable[[], datetime], key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now, self._key = now, key
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme().px(4))
        self.rows: list[HandedRow] = []

    def show_handed(self, view: SheetView) -> None:
        """Show what is out of a sheet."""
        for row in self.rows:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        names = {line.line: line.name for line in view.lines}
        first = returnable(view)
        self.rows = [
            HandedRow(
                h,
                names.get(h.line, h.name),
                self._now(),
                partial(self.give_back.emit, h.dispense),
                self._key if h.dispense == first else "",
            )
            for h in view.handed
        ]
        for row in self.rows:
            self._rows.addWidget(row)
            row.show()
        self.setVisible(bool(self.rows))


def returnable(view: SheetView) -> str:
    """Give the first amount of a sheet that has not come back whole, or an empty text."""
    return next((h.dispense for h in view.handed if h.returned != h.quantity), "")

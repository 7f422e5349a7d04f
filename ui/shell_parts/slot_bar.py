"""The row above a chart's page: its tabs on the left, the parked charts with their digits on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ui.style import focus_ring, panel
from ui.theme import theme
from workstation.core.i18n import _

DIGIT_SIDE: Final = 20


def paint_digit(painter: QPainter, number: int, left: float, height: float) -> None:
    """Paint the digit of a slot in its colour, as the banner shows it."""
    t = theme()
    side = t.px(DIGIT_SIDE)
    fill, ink = t.slot(number)
    box = QRectF(left, (height - side) / 2, side, side)
    panel(painter, box, fill, None, side / 2)
    painter.setFont(t.font("label", bold=True))
    painter.setPen(ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


class TabButton(QAbstractButton):
    """One page of the chart in slot 1 to 3; a star says that it holds unsigned typing."""

    def __init__(self, page: str, text: str, slot: int) -> None:
        super().__init__()
        self.page, self.slot = page, slot
        self._dirty = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_dirty(self, dirty: bool) -> None:
        """Show or hide the star."""
        self._dirty = dirty
        self.setAccessibleDescription(_("not signed yet") if dirty else "")
        self.updateGeometry()
        self.update()

    def shown(self) -> str:
        """Give the words with the star."""
        return f"{self.text()}*" if self._dirty else self.text()

    def sizeHint(self) -> QSize:
        """Give the room the words need, bold."""
        width = QFontMetricsF(theme().font("body", bold=True)).horizontalAdvance(self.shown())
        return QSize(round(width) + theme().px(24 + DIGIT_SIDE + 6), theme().size("tabs"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words; the present tab carries the slot's digit, is bold and underlined."""
        t, painter, on = theme(), QPainter(self), self.isChecked()
        if on:
            paint_digit(painter, self.slot, t.px(8), self.height() - t.px(3))
        painter.setFont(t.font("body", bold=on))
        painter.setPen(t.color("accent" if on else "text2"))
        words = self.rect().adjusted(t.px(8 + DIGIT_SIDE + 6), 0, -t.px(8), 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.shown())
        if on:
            line = QRectF(t.px(8), self.height() - t.px(3), self.width() - t.px(16), t.px(3))
            painter.fillRect(line, t.color("accent"))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), t.px(4), inset=True)


@dataclass(frozen=True, slots=True)
class SlotView:
    """One open chart as the bar shows it."""

    number: int
    name: str
    dirty: bool
    front: bool


class SlotButton(QAbstractButton):
    """A parked chart: digit in its colour, name, star."""

    def __init__(self, view: SlotView) -> None:
        super().__init__()
        self._view = view
        self.setAccessibleName(f"{view.number} {view.name}")
        self.setAccessibleDescription(_("not signed yet") if view.dirty else "")
        self.setToolTip(f"Ctrl+{view.number}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def _words(self) -> str:
        return self._view.name + ("*" if self._view.dirty else "")

    def sizeHint(self) -> QSize:
        """Give the room digit and name need."""
        width = QFontMetricsF(theme().font("body", bold=True)).horizontalAdvance(self._words())
        return QSize(round(width) + theme().px(42), theme().size("tabs"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint digit and name."""
        t, painter = theme(), QPainter(self)
        if self._view.front:
            panel(painter, QRectF(self.rect()).adjusted(1, 2, -1, -2), t.color("selection"), None, t.px(4))
        paint_digit(painter, self._view.number, t.px(8), self.height())
        painter.setFont(t.font("body", bold=self._view.front))
        painter.setPen(t.color("text"))
        painter.drawText(
            self.rect().adjusted(t.px(34), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._words()
        )
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), t.px(4), inset=True)


class ChartBar(QWidget):
    """32 px: tabs and slots."""

    page_chosen = Signal(str)
    slot_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme().size("tabs"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._tabs, self._slots = QHBoxLayout(), QHBoxLayout()
        row.addLayout(self._tabs)
        row.addStretch(1)
        row.addLayout(self._slots)
        self._buttons: dict[str, TabButton] = {}

    def show_tabs(self, pages: Sequence[tuple[str, str]], current: str, slot: int) -> None:
        """Show (id, words) of the pages of the chart in a slot."""
        _clear(self._tabs)
        self._buttons = {}
        for page, words in pages:
            made = TabButton(page, words, slot)
            made.setChecked(page == current)
            made.clicked.connect(lambda _checked=False, p=page: self.page_chosen.emit(p))
            self._buttons[page] = made
            self._tabs.addWidget(made)

    def mark(self, page: str) -> None:
        """Mark the present page."""
        if page in self._buttons:
            self._buttons[page].setChecked(True)

    def set_dirty(self, page: str, dirty: bool) -> None:
        """Show that a page holds unsigned typing."""
        if page in self._buttons:
            self._buttons[page].set_dirty(dirty)

    def show_slots(self, slots: Sequence[SlotView]) -> None:
        """Show the open charts; one alone needs no buttons."""
        _clear(self._slots)
        if len(slots) < 2:
            return
        for view in slots:
            made = SlotButton(view)
            made.clicked.connect(lambda _checked=False, n=view.number: self.slot_chosen.emit(n))
            self._slots.addWidget(made)


def _clear(layout: QHBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        old = item.widget() if item is not None else None
        if old is not None:
            old.hide()
            old.deleteLater()

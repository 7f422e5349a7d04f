"""The rail: the places of this role, icon over word, the present one marked by more than colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui.style import focus_ring, panel
from ui.theme import theme

TOPS: Final = (30, 22, 0)  # where the word begins: with air, without, and where there is no room, nowhere


class RailButton(QAbstractButton):
    """One place: 20 px icon, word below, a bar at the left edge when it is the present one."""

    def __init__(self, icon: str, text: str, key: str, width: int) -> None:
        super().__init__()
        self._icon, self._badge, self._width, self._top = icon, 0, width, TOPS[0]
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(f"{text} {key}".strip())
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_top(self, top: int) -> None:
        """Stand this many pixels from the icon's top to the word; 0 leaves the word to the tip."""
        self._top = top
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Grow with a word that needs two lines."""
        return QSize(self._width, self.height_at(self._top))

    def height_at(self, top: int) -> int:
        """Give the height this needs with the word at a distance."""
        return theme().px(top + 4) + round(self._words().height()) if top else theme().px(28)

    def _words(self) -> QRectF:
        metrics = QFontMetricsF(theme().font("label"))
        return metrics.boundingRect(
            QRectF(0, 0, self._width - theme().px(6), 200), self._flags(), self.text()
        )

    def _flags(self) -> int:
        return int(Qt.AlignmentFlag.AlignHCenter) | Qt.TextFlag.TextWordWrap

    def set_badge(self, count: int) -> None:
        """Say how much is new there."""
        self._badge = count
        self.setAccessibleDescription(str(count) if count else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, bar, icon, word and count."""
        t, painter = theme(), QPainter(self)
        on, rect = self.isChecked(), self.rect().adjusted(2, 1, -2, -1)
        if on:
            panel(painter, QRectF(rect), t.color("selection"), None, t.px(4))
            painter.fillRect(
                QRect(rect.left(), rect.top() + t.px(6), t.px(3), rect.height() - t.px(12)), t.color("focus")
            )
        elif self.underMouse():
            panel(painter, QRectF(rect), t.color("alt"), None, t.px(4))
        ink = t.color("accent" if on else "text2")
        above = t.px(5 if self._top == TOPS[0] else 1)
        icons.paint(painter, self._icon, (self.width() - t.px(20)) / 2, rect.top() + above, ink, 20)
        painter.setFont(t.font("label", bold=on))
        painter.setPen(ink)
        if self._top:
            painter.drawText(self.rect().adjusted(2, t.px(self._top), -2, 0), self._flags(), self.text())
        if self._badge:
            painter.setFont(t.font("hint", bold=True))
            painter.setPen(t.color("text"))
            corner = QRect(self.width() - t.px(22), rect.top() + t.px(2), t.px(20), t.px(14))
            painter.drawText(corner, int(Qt.AlignmentFlag.AlignRight), str(min(self._badge, 99)))
        if self.hasFocus():
            focus_ring(painter, QRectF(rect), t.px(4), inset=True)


class Rail(QWidget):
    """56 px at the left, wider where a word needs it."""

    chosen = Signal(str)

    def __init__(self, places: Sequence[tuple[str, str, str, str]]) -> None:
        """Take (id, icon, word, key) of each place."""
        super().__init__()
        words = QFontMetricsF(theme().font("label", bold=True))
        longest = max(
            (words.horizontalAdvance(piece) for _p, _i, word, _k in places for piece in word.split()),
            default=0,
        )
        self._width = max(theme().size("rail"), round(longest) + theme().px(10))
        self.setFixedWidth(self._width)
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, theme().px(4), 0, 0)
        rows.setSpacing(2)
        for place, icon, word, key in places:
            made = RailButton(icon, word, key, self._width)
            made.clicked.connect(lambda _checked=False, p=place: self.chosen.emit(p))
            self._group.addButton(made)
            self._buttons[place] = made
            rows.addWidget(made)
        rows.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Close up, and at last show icons alone, where the window is too low for all places."""
        super().resizeEvent(event)
        made = self._buttons.values()
        room = self.height() - theme().px(4) - 2 * len(made)
        top = next((top for top in TOPS if sum(b.height_at(top) for b in made) <= room), TOPS[-1])
        for button in made:
            button.set_top(top)

    def mark(self, place: str) -> None:
        """Mark the present place."""
        if place in self._buttons:
            self._buttons[place].setChecked(True)

    def set_badge(self, place: str, count: int) -> None:
        """Say how much is new at a place."""
        if place in self._buttons:
            self._buttons[place].set_badge(count)

    def places(self) -> list[str]:
        """Give the ids of the places."""
        return list(self._buttons)

"""A sentence under a cell: what is wrong with what was typed, or how a computed dose came about."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from ui.style import panel
from ui.theme import theme


class Hint(QLabel):
    """Lies over the grid below an editor and takes no focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._state = "note"
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.hide()

    def say(self, under: QWidget, text: str, wrong: bool) -> None:
        """Show a text under a widget (above it where there is no room); an empty text hides it."""
        self.setVisible(bool(text))
        if not text:
            return
        t = theme()
        self._state = "stop" if wrong else "note"
        palette = self.palette()
        palette.setColor(self.foregroundRole(), t.state(self._state).tint_ink)
        self.setPalette(palette)
        self.setFont(t.font("body"))
        self.setMargin(t.px(6))
        self.setText(text)
        self.setAccessibleName(text)
        room = self._over.rect()
        natural = self.fontMetrics().horizontalAdvance(text) + t.px(16)
        width = min(natural, max(room.width() - t.px(16), t.px(120)))
        self.resize(width, self.heightForWidth(width))
        corner = under.mapTo(self._over, QPoint(0, under.height() + 2))
        if corner.y() + self.height() > room.height():
            corner.setY(max(under.mapTo(self._over, QPoint(0, 0)).y() - self.height() - 2, 0))
        corner.setX(max(min(corner.x(), room.width() - width), 0))
        self.move(corner)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel, then the text."""
        state = theme().state(self._state)
        panel(QPainter(self), QRectF(self.rect()), state.tint, state.edge, theme().px(4))
        super().paintEvent(event)

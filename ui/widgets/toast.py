"""A short confirmation of one's own act, for 6 s, with Undo; Ctrl+Z works after it has gone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget

from ui.style import panel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.sheet import Card
from workstation.core.i18n import _

SHOWN_MS = 6000


class Toast(QWidget):
    """One toast at the bottom of its host; a new text replaces the old one."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._undo: Callable[[], None] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(16), theme().px(8), theme().px(8), theme().px(8))
        self._text = QLabel(self)
        self._button = button(_("Undo"), self.undo, key="Ctrl+Z", parent=self)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.addWidget(self._text)
        row.addWidget(self._button)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        host.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self.hide()

    def show_text(self, text: str, undo: Callable[[], None] | None) -> None:
        """Show a text; `undo` takes the act back."""
        self._undo = undo
        self._text.setText(text)
        self.setAccessibleName(text)
        self._button.setVisible(undo is not None)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def undo(self) -> bool:
        """Take the latest act back; says whether there was one."""
        undo, self._undo = self._undo, None
        self.hide()
        if undo is None:
            return False
        undo()
        return True

    def _place(self) -> None:
        """Stand in the middle at the bottom, below a sheet that lies there, else at the left, away from its buttons."""
        room, gap = self._host.rect(), theme().px(4)
        lowest = room.height() - self.height()
        y, free = lowest - theme().px(24), True
        for card in self._host.findChildren(Card):
            if card.isVisible():
                bottom = card.mapTo(self._host, card.rect().bottomLeft()).y()
                free = free and bottom <= lowest
                y = max(y, min(bottom + gap, lowest))
        self.move((room.width() - self.width()) // 2 if free else theme().px(16), y)

    def _focus_moved(self) -> None:
        """Give way to a sheet that has just opened."""
        if self.isVisible():
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the host changes size."""
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel."""
        t = theme()
        panel(QPainter(self), QRectF(self.rect()), t.color("surface"), t.color("control"), t.px(8))

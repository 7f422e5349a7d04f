"""The bar that says what changed while the list held still: “3 new or changed - refresh F5”."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.style import panel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from workstation.core.i18n import _, n_


class FreezeBar(QWidget):
    """Hidden while nothing waits."""

    refresh = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(8), theme().px(2), theme().px(8), theme().px(2))
        self._text = label("", color="text", wrap=True)
        row.addWidget(self._text, 1)
        row.addWidget(button(_("Refresh"), self.refresh.emit, key="F5", parent=self))
        self.hide()

    def hold(self, count: int) -> None:
        """Say how many rows wait; 0 hides the bar."""
        self.set_text(n_("{count} new or changed", "{count} new or changed", count) if count else "")

    def set_text(self, text: str) -> None:
        """Say in words what changed, for example “order changed: 2 g, now 1 g”; empty hides the bar."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """Give what the bar says."""
        return self._text.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the note tint."""
        state = theme().state("note")
        panel(QPainter(self), QRectF(self.rect()), state.tint, state.edge, 0)

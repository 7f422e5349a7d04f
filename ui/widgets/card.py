"""The panel of a sheet; apart from the sheet, because the unlock screen has the panel alone."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.style import panel
from ui.theme import theme


class Card(QWidget):
    """The panel of a sheet."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = QVBoxLayout(self)
        margin = theme().px(24)
        self.rows.setContentsMargins(margin, margin, margin, margin)
        self.rows.setSpacing(theme().px(12))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel."""
        t = theme()
        panel(QPainter(self), QRectF(self.rect()), t.color("surface"), t.color("control"), t.px(8))

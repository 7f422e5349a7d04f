"""The line under the consultation: why signing is not possible yet, and the button with the patient's name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import icons
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label


class Reason(QWidget):
    """Why the button is off: glyph and words, at the button's side."""

    def __init__(self) -> None:
        super().__init__()
        self._words = label("", wrap=True)
        self._words.setFont(theme().font("body", bold=True))
        palette = QPalette(self._words.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme().state("stop").tint_ink)
        self._words.setPalette(palette)
        self._words.setProperty("ink", None)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(22), 0, 0, 0)
        row.addWidget(self._words)

    def set_text(self, text: str) -> None:
        """Show a reason; empty shows nothing."""
        self._words.setText(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """Give the reason."""
        return self._words.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the glyph."""
        t, painter = theme(), QPainter(self)
        middle = QRectF(self.rect()).center().y() - t.px(8)
        icons.paint(painter, "octagon-alert", t.px(2), middle, t.state("stop").tint_ink, 16)


class BottomBar(QWidget):
    """Reason and buttons."""

    def __init__(self, sign: Callable[[], object]) -> None:
        super().__init__()
        self.reason = Reason()
        self.sign_button = button("", sign, key="F12", kind="primary", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(2), 0, theme().px(2), 0)
        row.setSpacing(theme().px(8))
        row.addWidget(self.reason, 1)
        row.addStretch(0)
        row.addWidget(self.sign_button)

    def show_state(self, words: str, reason: str) -> None:
        """Show what F12 would sign, and why it cannot yet."""
        self.reason.set_text(reason)
        self.sign_button.setText(f"{words}  F12")
        self.sign_button.setAccessibleName(words)
        self.sign_button.setEnabled(not reason)
        self.sign_button.setAccessibleDescription(reason)

"""The line under what is to be signed: why signing is not possible yet, and the button with the patient's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import icons
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that must be done before signing: the words beside the button, and where to go.

    `quiet` where nothing is wrong: there is only nothing to sign yet.
    """

    text: str
    region: int
    section: str = ""
    quiet: bool = False


class Reason(QWidget):
    """Why the button is off: glyph and words at the button's side, loud only where something is in the way."""

    def __init__(self) -> None:
        super().__init__()
        self._quiet = True
        self._words = label("", wrap=True)
        self._words.setProperty("ink", None)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme().px(22), 0, 0, 0)
        row.addWidget(self._words)

    def set_reason(self, blocker: Blocker | None) -> None:
        """Show a reason; None shows nothing."""
        self._quiet = blocker is None or blocker.quiet
        self._words.setText(blocker.text if blocker is not None else "")
        self._words.setFont(theme().font("body", bold=not self._quiet))
        palette = QPalette(self._words.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._ink())
        self._words.setPalette(palette)
        self.setVisible(blocker is not None)
        self.update()

    def _ink(self) -> QColor:
        return theme().color("text2") if self._quiet else theme().state("stop").tint_ink

    def text(self) -> str:
        """Give the reason."""
        return self._words.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the glyph."""
        t, painter = theme(), QPainter(self)
        middle = QRectF(self.rect()).center().y() - t.px(8)
        icons.paint(painter, "info" if self._quiet else "octagon-alert", t.px(2), middle, self._ink(), 16)


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

    def show_state(self, words: str, blocker: Blocker | None) -> None:
        """Show what F12 would sign, and why it cannot yet."""
        self.reason.set_reason(blocker)
        self.sign_button.setText(f"{words}  F12")
        self.sign_button.setAccessibleName(words)
        self.sign_button.setEnabled(blocker is None)
        self.sign_button.setAccessibleDescription(self.reason.text())

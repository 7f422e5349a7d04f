"""What an empty list says: what would be here, and the one key that adds it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import icons
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label


class EmptyState(QWidget):
    """A quiet sentence in the middle, with an optional button."""

    def __init__(
        self,
        text: str,
        icon: str = "",
        action: str = "",
        run: Callable[[], object] | None = None,
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        rows = QVBoxLayout(self)
        rows.addStretch(1)
        if icon:
            picture = label("")
            picture.setPixmap(icons.pixmap(icon, theme().color("label"), 20))
            picture.setAccessibleName(text)
            rows.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self._text = label(text, color="text2", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self._text)
        if action and run is not None:
            rows.addWidget(button(action, run, key=key, parent=self), 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(2)

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._text.setText(text)

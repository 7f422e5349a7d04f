"""What forms are walked through with: Enter that goes on and never submits, choices by radio in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QRadioButton, QWidget

from ui.theme import theme
from ui.widgets.code_search import CodeLineEdit

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Radios(QWidget):
    """A few choices in one line; arrows move between them."""

    chosen = Signal(str)

    def __init__(
        self, name: str, choices: Sequence[tuple[str, str]], hidden: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[str, QRadioButton] = {}
        self._hidden = hidden
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme().px(12))
        for code, text in choices:
            made = QRadioButton(text, self)
            made.setAccessibleName(f"{name} {text}")
            made.clicked.connect(lambda _on=False, code=code: self.chosen.emit(code))
            made.setVisible(code != hidden)
            self._group.addButton(made)
            self.buttons[code] = made
            line.addWidget(made)
        line.addStretch(1)
        self.setFocusProxy(next(iter(self.buttons.values())))

    def value(self) -> str:
        """Give the code that is chosen, or an empty text."""
        return next((code for code, made in self.buttons.items() if made.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Choose a code; an unknown or empty one leaves nothing chosen. A hidden choice shows when it is true."""
        self._group.setExclusive(False)
        for code, made in self.buttons.items():
            made.setChecked(code == value)
            made.setVisible(code in ("", value) or code != self._hidden)
        self._group.setExclusive(True)


class EnterWalks(QObject):
    """Enter goes to the next field and never submits; the down arrow goes to the candidates."""

    down = Signal()

    def watch(self, *widgets: QWidget) -> None:
        """Let Enter walk on from these fields."""
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Enter, and the down arrow where it has no other use."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if isinstance(watched, CodeLineEdit) and watched.highlighted() is not None:
            return False
        if event.key() in ENTER and isinstance(watched, QWidget):
            watched.focusNextPrevChild(True)
            return True
        plain = not event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Down and plain and isinstance(watched, QLineEdit):
            self.down.emit()
            return True
        return False

"""The choices of a wildcard, listed at the cursor of the note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.pages.outpatient_parts.section_edit import SectionEdit
from ui.theme import theme
from ui.widgets.code_search import Choice, ChoiceList


class OptionList(ChoiceList):
    """Opens with Down on a wildcard; arrows or digits and Enter write a choice, Esc leaves the wildcard."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(
            cast(QLineEdit, host)
        )  # it only asks for window and place, which `place` answers here
        self._editor: SectionEdit | None = None
        self.clicked.connect(self._pick)

    def offer(self, editor: SectionEdit, options: Sequence[str]) -> None:
        """List choices for the wildcard that is selected in the editor."""
        if self._editor is not None:
            self._editor.removeEventFilter(self)
        self._editor = editor
        editor.installEventFilter(self)
        self.show_choices([Choice(text, text) for text in options], len(options))

    def place(self) -> None:
        """Stand under the cursor, or above it where there is no room."""
        editor = self._editor
        if editor is None:
            return
        window = editor.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        height = self.lay_rows(theme().px(220), window.height())
        self.resize(theme().px(220), height)
        rect = editor.cursorRect()
        corner = editor.viewport().mapTo(window, rect.bottomLeft() + QPoint(0, 2))
        if corner.y() + height > window.height():
            corner.setY(max(editor.viewport().mapTo(window, rect.topLeft()).y() - height, 0))
        corner.setX(max(min(corner.x(), window.width() - self.width()), 0))
        self.move(corner)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of the list while it is open; anything else closes it."""
        if self.isHidden() or watched is not self._editor:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self.highlighted)
        elif key == Qt.Key.Key_Escape:
            self.hide()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and key - Qt.Key.Key_1 < len(self.choices):
            self._pick(key - Qt.Key.Key_1)
        else:
            self.hide()
            return False
        return True

    def _pick(self, number: int) -> None:
        editor = self._editor
        if editor is not None and 0 <= number < len(self.choices):
            self.hide()
            editor.replace_selection(self.choices[number].title)
            editor.go_on()

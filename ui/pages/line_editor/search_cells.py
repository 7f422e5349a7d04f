"""Cells with a list under them: products and regimens, frequencies and routes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.choices import regimen_choices
from ui.pages.line_editor.editors import ENTER, is_command
from ui.widgets.code_search import Choice, ChoiceList, CodeLineEdit, Provider
from ui.widgets.input_method import set_input_method
from workstation.core.i18n import _
from workstation.medication.rows import Regimen
from workstation.terminology import doses


class SearchCell(CodeLineEdit):
    """A cell with a list: Enter on text that the list has not caught up with waits for the list, then picks."""

    left = Signal(int)
    reverted = Signal()
    hinted = Signal(str, bool)

    def __init__(self, name: str, provider: Provider, parent: QWidget, digits_pick: bool = True) -> None:
        super().__init__(name, provider, parent, digits_pick=digits_pick)
        self._waiting, self._takes_highlighted, self._shown_for = -1, False, ""
        self.textEdited.connect(self._forget_waiting)

    def _forget_waiting(self, _text: str) -> None:
        self._waiting = -1

    def event(self, event: QEvent) -> bool:
        """Tab picks like Enter; Shift+Tab goes back."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Tab:
                self.keyPressEvent(QKeyEvent(event.type(), Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier))
                return True
            if event.key() == Qt.Key.Key_Backtab:
                self.left.emit(-1)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Wait with a pick for the list that belongs to what was typed."""
        key = event.key()
        digit = Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and self._digit_picks() and not event.modifiers()
        if is_command(event):
            event.ignore()
        elif key == Qt.Key.Key_Escape:
            self.close_list()
            self.reverted.emit()
        elif key in ENTER and not self.text().strip():
            self.left.emit(1)
        elif (key in ENTER or digit) and self._stale():
            self._waiting = key - Qt.Key.Key_1 if digit else 0
            self._takes_highlighted = not digit
            self._ask_timer.stop()
            self._ask()
        elif key in ENTER and (self._list is None or self._list.isHidden()):
            self.ask_again()
        else:
            super().keyPressEvent(event)

    def _stale(self) -> bool:
        return self._shown_for != self.text().strip()

    def _show(self, question: int, choices: Sequence[Choice], total: int) -> None:
        """Show the list; pick from it at once when Enter or a digit came before it did."""
        super()._show(question, choices, total)
        shown = self._list
        if shown is None or shown.isHidden():
            return
        self._shown_for = self.text().strip()
        waiting, self._waiting = self._waiting, -1
        if waiting >= 0:
            self._pick(shown.highlighted if self._takes_highlighted else waiting)


class CodeCell(SearchCell):
    """A cell that holds a route or a frequency: typed in any way it is written, digits belong to the text."""

    def __init__(self, cell: Cell, name: str, provider: Provider, parent: QWidget) -> None:
        super().__init__(name, provider, parent, digits_pick=False)
        self.cell = cell
        self.setPlaceholderText(name)


class RegimenList(ChoiceList):
    """The usual regimens of a product; 0 goes on field by field."""

    def footer(self) -> str:
        """Name the way past the list, and say when not all regimens had room."""
        count = f"{super().footer()} · " if len(self.choices) < self.total else ""
        return count + _("0 field by field · Esc stay here")


class RegimenCell(QLineEdit):
    """Shown once a product is picked: one key takes a whole regimen, none is ever taken by itself."""

    picked = Signal(object)
    one_by_one = Signal()
    reverted = Signal()

    def __init__(self, name: str, regimens: Sequence[Regimen], parent: QWidget) -> None:
        super().__init__(name, parent)
        self.setReadOnly(True)
        self.setAccessibleName(_("Regimen of {drug}", drug=name))
        set_input_method(self, on=False)
        self._list = RegimenList(self)
        self._list.clicked.connect(self._take)
        self._choices = regimen_choices(regimens)

    def offer(self) -> None:
        """Show the list."""
        self._list.show_choices(self._choices, len(self._choices))
        self.setAccessibleDescription("; ".join(f"{c.key} {doses.plain(c.title)}" for c in self._choices))

    @property
    def choice_list(self) -> ChoiceList:
        """Give the list."""
        return self._list

    def _take(self, number: int) -> None:
        if 0 <= number < len(self._choices):
            self.picked.emit(self._choices[number].data)

    def event(self, event: QEvent) -> bool:
        """Tab goes on field by field."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Tab
        ):
            self.one_by_one.emit()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits take a regimen, 0 none; arrows and Enter as everywhere."""
        key = event.key()
        if key == Qt.Key.Key_0:
            self.one_by_one.emit()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self._take(key - Qt.Key.Key_1)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._list.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in ENTER:
            self._take(self._list.highlighted)
        elif key == Qt.Key.Key_Escape:
            self.reverted.emit()
        else:
            event.ignore()

    def hideEvent(self, event: QEvent) -> None:
        """Take the list along."""
        self._list.hide()

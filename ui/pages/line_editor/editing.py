"""One editor at a time over the grid: which cell comes next, what a finished cell changes, what Esc takes back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QTableView, QWidget

from ui.pages.line_editor import arrange
from ui.pages.line_editor.cells import NOTE, Cell
from ui.pages.line_editor.editors import CellLine, SkinTestCell
from ui.pages.line_editor.entry import Entry
from ui.pages.line_editor.hint import Hint
from ui.pages.line_editor.model import LineModel
from ui.pages.line_editor.search_cells import CodeCell, RegimenCell, SearchCell
from ui.theme import theme
from workstation.core.errors import Invalid
from workstation.medication.model import MedicineLine, SkinTestState
from workstation.medication.rows import Regimen

WIDE = frozenset({Cell.ROUTE, Cell.FREQUENCY, Cell.SKIN_TEST, Cell.START, Cell.TIMES})


class CellEditing(QObject):
    """Opens and closes editors over one grid. The row that is being written can be taken back whole."""

    def __init__(self, grid: QTableView, model: LineModel, entry: Entry) -> None:
        super().__init__(grid)
        self._grid, self._model, self._entry = grid, model, entry
        self.editor: QWidget | None = None
        self.row, self.place, self._key = -1, int(Cell.DRUG), ""
        self._entered: tuple[str, MedicineLine | None] = ("", None)
        self._hint = Hint(grid.viewport())

    # Opening

    def open(self, row: int, place: int, typed: str = "") -> bool:
        """Put an editor over a cell; `typed` is what the hand has typed already. Signed rows have none."""
        self.close(keep=True)
        line = self._model.line(row)
        if self._model.signed(row) is not None or place not in self._entry.editable(line):
            return False
        if line is None:
            row, place = self._model.empty_row, int(Cell.DRUG)
        self.row, self.place = row, place
        self._key = line.key if line is not None else ""
        self._remember(line)
        column = self._note_from() if place == NOTE else place
        self._grid.setCurrentIndex(self._model.index(row, column))
        self._show(self._make(place, line), typed)
        return True

    def _remember(self, line: MedicineLine | None) -> None:
        key = line.key if line is not None else ""
        if key != self._entered[0] or not key:
            self._entered = (key, line)

    def _make(self, place: int, line: MedicineLine | None) -> QWidget:
        editor = self._entry.editor(place, line, self._grid.viewport())
        if isinstance(editor, CodeCell):
            cell = editor.cell
            editor.picked.connect(lambda choice: self._code_picked(cell, choice.key))
        elif isinstance(editor, SearchCell):
            editor.picked.connect(lambda choice: self._picked(choice.data))
        return editor

    def _show(self, editor: QWidget, typed: str) -> None:
        self.editor = editor
        editor.setFont(theme().font("body"))
        editor.installEventFilter(self)
        for signal, slot in (("left", self._left), ("reverted", self._reverted), ("hinted", self._hinted)):
            if hasattr(editor, signal):
                getattr(editor, signal).connect(slot)
        self.follow()
        editor.show()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(editor, SearchCell) and typed:
            editor.setText(typed)
            editor.ask_again()
        elif isinstance(editor, CellLine) and typed:
            editor.setText(typed)
        if isinstance(editor, SkinTestCell | RegimenCell):
            editor.offer()
        elif self.place < len(Cell) and self._grid.isColumnHidden(self.place):
            self._hinted(editor.accessibleName(), False)

    def follow(self) -> None:
        """Keep the editor over its cell when the grid scrolls or changes size, or its line moves to another row."""
        editor = self.editor
        if editor is None:
            return
        self.row = self._model.row_of(self._key) if self._key else self._model.empty_row
        editor.setGeometry(self._rect())
        shown = editor.choice_list if isinstance(editor, SearchCell | RegimenCell | SkinTestCell) else None
        if shown is not None and shown.isVisible():
            shown.place()

    def _rect(self) -> QRect:
        grid, model = self._grid, self._model
        if self.place == NOTE:
            first = grid.visualRect(model.index(self.row, self._note_from()))
            return first.united(grid.visualRect(model.index(self.row, Cell.CHECK)))
        hidden = grid.isColumnHidden(self.place)
        rect = grid.visualRect(model.index(self.row, Cell.DRUG if hidden else self.place))
        least = theme().px(150) if self.place in WIDE else theme().px(96)
        missing = least - rect.width()
        return rect.adjusted(0, 0, max(missing, 0), 0) if self.place != Cell.DRUG else rect

    def _note_from(self) -> int:
        """Give the first column in sight behind the last one of the path: there the note is typed."""
        last = max(place for place in self._entry.path if place != NOTE)
        behind = (c for c in self._model.words.cells if c > last and not self._grid.isColumnHidden(c))
        return next(behind, Cell.CHECK)

    # What a finished cell changes

    def _picked(self, data: Any) -> None:
        old = self._model.line(self.row)
        placed = self._model.set_line(self.row, self._entry.picked(data, old))
        stored = self._model.line(placed)
        if old is None and stored is not None:
            self._entered = (stored.key, None)
        self.close(keep=False)
        self.row, self.place = placed, int(Cell.DRUG)
        self._key = stored.key if stored is not None else ""
        name, regimens = self._entry.ways(data)
        if regimens:
            self._offer_regimens(name, regimens)
        else:
            self._one_by_one()

    def take_drug(self, row: int, data: Any) -> None:
        """Put a product into a row as if it had been picked there."""
        self.close(keep=True)
        self.row, self.place = row, int(Cell.DRUG)
        self._remember(self._model.line(row))
        self._picked(data)

    def _offer_regimens(self, name: str, regimens: Any) -> None:
        editor = RegimenCell(name, regimens, self._grid.viewport())
        editor.picked.connect(self._regimen_picked)
        editor.one_by_one.connect(self._one_by_one)
        self._grid.setCurrentIndex(self._model.index(self.row, Cell.DRUG))
        self._show(editor, "")

    def _regimen_picked(self, regimen: Regimen) -> None:
        line = self._model.line(self.row)
        self.close(keep=False)
        if line is not None:
            self._put(self._entry.with_regimen(line, regimen), shared=True)
        self.open(self._model.empty_row, Cell.DRUG)

    def _one_by_one(self) -> None:
        line = self._model.line(self.row)
        if line is None:
            return
        changed, place = self._entry.by_fields(line)
        if changed != line:
            self._put(changed, shared=False)
        if place:
            self.open(self.row, place)
        else:
            self.open(self._model.empty_row, Cell.DRUG)

    def _code_picked(self, cell: Cell, code: str) -> None:
        line = self._model.line(self.row)
        if line is not None:
            self._put(self._entry.with_code(cell, line, code), shared=True)
        self.close(keep=False)
        self._go(1)

    def _put(self, line: MedicineLine, shared: bool) -> None:
        lines = [line if old.key == line.key else old for old in self._model.lines]
        self._model.change(arrange.shared(lines, line, self._entry.share) if shared else lines)

    def _left(self, direction: int) -> None:
        try:
            self._take()
        except Invalid as error:
            self._hinted(f"{error.message} {error.hint}".strip(), True)
            return
        self.close(keep=False)
        self._go(direction)

    def _take(self) -> None:
        """Take what stands in the editor into the line. Raises Invalid where it cannot be read."""
        line, editor = self._model.line(self.row), self.editor
        if line is None or editor is None or isinstance(editor, SearchCell | RegimenCell):
            return
        changed = self._entry.change(self.place, line, editor)
        self._put(changed, shared=self.place in self._entry.shared)
        self._tell_positive(changed)

    def _tell_positive(self, line: MedicineLine) -> None:
        test, drug = line.skin_test, self._model.words.drug(line)
        if self.place != Cell.SKIN_TEST or drug is None or test is None:
            return
        if test.state is SkinTestState.POSITIVE:
            self._entry.around.tested_positive(drug)

    def _go(self, direction: int) -> None:
        """Open the next or the previous cell of the path; after the last comes the next empty row."""
        line = self._model.line(self.row)
        path = self._entry.steps(line)
        if self.place not in path and self._way_on(self._entry.beside(line), direction):
            return
        if direction == 0 or self.place not in path:
            self._grid.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        at = path.index(self.place) + direction
        if at < 0 or line is None:
            self._grid.setFocus(Qt.FocusReason.OtherFocusReason)
        elif at >= len(path):
            self.open(self._model.empty_row, Cell.DRUG)
        else:
            self.open(self.row, path[at])

    def _way_on(self, path: tuple[int, ...], direction: int) -> bool:
        """Go on along the second path; says whether it leads on."""
        at = path.index(self.place) + direction if self.place in path else -1
        return bool(direction) and 0 <= at < len(path) and self.open(self.row, path[at])

    # Leaving

    def _reverted(self) -> None:
        self.close(keep=False)
        self._grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def revert_row(self) -> bool:
        """Take the row back to how it was when it was entered; says whether anything changed."""
        key, before = self._entered
        now = next((line for line in self._model.lines if line.key == key), None)
        if not key or now is None or now == before:
            return False
        if before is None:
            lines = [line for line in self._model.lines if line.key != key]
        else:
            lines = [before if line.key == key else line for line in self._model.lines]
        self._model.change(arrange.tidy(lines))
        self._entered = ("", None)
        return True

    def close(self, keep: bool) -> None:
        """Take the editor away; with `keep`, what stands in it is taken where it can be read."""
        editor = self.editor
        if editor is None:
            return
        if keep:
            with suppress(Invalid):
                self._take()
        self.editor = None
        self._hint.hide()
        editor.removeEventFilter(self)
        editor.hide()
        editor.deleteLater()

    def _hinted(self, text: str, wrong: bool) -> None:
        if self.editor is not None:
            self.editor.setProperty("invalid", wrong and bool(text))
            self.editor.update()
            self._hint.say(self.editor, text, wrong)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what was typed when the focus goes elsewhere in the window."""
        if watched is self.editor and event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            passing = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
            if event.reason() not in passing:
                self.close(keep=True)
        return False

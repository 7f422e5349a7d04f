"""The lines while they are written: signed ones above, drafts below, an empty row at the end.

Every change keeps the state before it, so that undo and redo are one step each whatever the change was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from ui.pages.line_editor.cells import RIGHT, Cell, SignedRow
from ui.pages.line_editor.words import Words
from workstation.core.i18n import _
from workstation.medication.judging import CheckState, LineCheck
from workstation.medication.model import MedicineLine

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
Role = Qt.ItemDataRole
Lines = tuple[MedicineLine, ...]
KEPT: Final = 200


class LineModel(QAbstractTableModel):
    """Rows are numbered from the top; `signed_rows` of them cannot be edited."""

    edited = Signal()

    def __init__(self, words: Words, new_key: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words, self._new_key = words, new_key
        self._signed: tuple[SignedRow, ...] = ()
        self._lines: Lines = ()
        self._undo: list[Lines] = []
        self._redo: list[Lines] = []
        self._checks: dict[str, LineCheck] = {}
        self._said: dict[tuple[int, Cell], str] = {}
        self.checking = False

    # What stands in the rows

    @property
    def signed_rows(self) -> int:
        """Give how many rows are signed."""
        return len(self._signed)

    @property
    def lines(self) -> Lines:
        """Give the draft lines."""
        return self._lines

    @property
    def empty_row(self) -> int:
        """Give the number of the empty row."""
        return self.signed_rows + len(self._lines)

    def line(self, row: int) -> MedicineLine | None:
        """Give the draft line of a row; None for signed rows and the empty one."""
        place = row - self.signed_rows
        return self._lines[place] if 0 <= place < len(self._lines) else None

    def signed(self, row: int) -> SignedRow | None:
        """Give a signed row; None for lines being written."""
        return self._signed[row] if 0 <= row < len(self._signed) else None

    def row_of(self, key: str) -> int:
        """Give the row of a draft line, or -1."""
        places = (n for n, line in enumerate(self._lines) if line.key == key)
        return next((self.signed_rows + n for n in places), -1)

    def places(self) -> dict[str, int]:
        """Give the numbers of the draft lines as they stand in the first column."""
        return {line.key: self.signed_rows + n for n, line in enumerate(self._lines, 1)}

    def check(self, row: int) -> LineCheck | None:
        """Give what the last check said of a row; a line changed since then has none."""
        line = self.line(row)
        return self._checks.get(line.key) if line is not None else None

    # Changes

    def set_signed(self, rows: Sequence[SignedRow]) -> None:
        """Show the signed rows above the lines being written."""
        fresh = tuple(rows)
        if [row.key for row in fresh] == [row.key for row in self._signed]:
            self._signed = fresh
            self._repaint()
        else:
            self.beginResetModel()
            self._said.clear()
            self._signed = fresh
            self.endResetModel()

    def load(self, lines: Sequence[MedicineLine]) -> None:
        """Show a draft as it was kept; there is nothing to undo yet."""
        self._undo.clear()
        self._redo.clear()
        self._put(tuple(line if line.key else replace(line, key=self._new_key()) for line in lines))

    def change(self, lines: Sequence[MedicineLine]) -> None:
        """Replace the draft lines, so that undo brings the old ones back."""
        new = tuple(line if line.key else replace(line, key=self._new_key()) for line in lines)
        if new == self._lines:
            return
        self._undo.append(self._lines)
        del self._undo[:-KEPT]
        self._redo.clear()
        self._put(new)
        self.edited.emit()

    def set_line(self, row: int, line: MedicineLine) -> int:
        """Put a line into a row (the empty row adds one); gives its row."""
        place = min(max(row - self.signed_rows, 0), len(self._lines))
        lines = list(self._lines)
        if place < len(lines):
            lines[place] = line
        else:
            lines.append(line)
        self.change(lines)
        return self.signed_rows + place

    def undo(self) -> bool:
        """Go one change back; says whether there was one."""
        return self._step(self._undo, self._redo)

    def redo(self) -> bool:
        """Go one change forward again."""
        return self._step(self._redo, self._undo)

    def _step(self, source: list[Lines], target: list[Lines]) -> bool:
        if not source:
            return False
        target.append(self._lines)
        self._put(source.pop())
        self.edited.emit()
        return True

    def _put(self, lines: Lines) -> None:
        before = {line.key: line for line in self._lines}
        kept = {line.key for line in lines if before.get(line.key) == line}
        self._checks = {key: check for key, check in self._checks.items() if key in kept}
        same_rows = [line.key for line in lines] == [line.key for line in self._lines]
        if same_rows:
            self._lines = lines
            self._repaint()
            return
        self.beginResetModel()
        self._said.clear()
        self._lines = lines
        self.endResetModel()

    def set_checks(self, checks: Sequence[LineCheck]) -> None:
        """Show what a check found."""
        self._checks = {check.key: check for check in checks}
        self.checking = False
        self._repaint()

    def set_checking(self) -> None:
        """Say in the check cells that a check takes its time."""
        self.checking = True
        self._repaint()

    def forget_checks(self) -> None:
        """Show every line as not checked: the check itself failed."""
        self._checks = {}
        self.checking = False
        self._repaint()

    def _repaint(self) -> None:
        self._said.clear()
        last = self.rowCount() - 1
        if last >= 0:
            self.dataChanged.emit(self.index(0, 0), self.index(last, len(Cell) - 1))

    # For the table

    def rowCount(self, parent: Index = ROOT) -> int:
        """Give the rows: signed, drafts, and the empty one."""
        return 0 if parent.isValid() else self.empty_row + 1

    def columnCount(self, parent: Index = ROOT) -> int:
        """Give the number of columns."""
        return 0 if parent.isValid() else len(Cell)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Give a cell's text, and the row as one medication sentence for screen readers."""
        if role == Role.DisplayRole:
            return self.text(index.row(), Cell(index.column()))
        if role in (Role.AccessibleTextRole, Role.ToolTipRole):
            return self.sentence(index.row())
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() in RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """Give a column's title in the language of the screen."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return self.words.titles().get(Cell(section), "")
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def text(self, row: int, cell: Cell) -> str:
        """Give the text of a cell; it is worded once and kept until something changes."""
        said = self._said.get((row, cell))
        if said is None:
            said = self._said[row, cell] = self._text(row, cell)
        return said

    def _text(self, row: int, cell: Cell) -> str:
        if cell is Cell.NUMBER:
            return str(row + 1)
        if cell is Cell.GROUP:
            return self.group_mark(row)
        signed, line = self.signed(row), self.line(row)
        if signed is not None:
            return signed.texts.get(cell, "")
        if line is None:
            return ""
        return self.check_text(row) if cell is Cell.CHECK else self.words.text(line, cell)

    def says(self, cell: Cell) -> bool:
        """Say whether any row has words in a column; a dash is none."""
        return any(self.text(row, cell) not in ("", "—") for row in range(self.rowCount()))

    def beside_name(self, row: int, beside: Sequence[Cell]) -> str:
        """Give what a narrow table shows with the name instead of in columns; a state only where it is signed."""
        cells = [c for c in beside if c is not Cell.STATE or self.signed(row) is not None]
        texts = ((cell, self.text(row, cell)) for cell in cells)
        return "  ".join(self.words.labelled(cell, text) for cell, text in texts if text)

    def check_text(self, row: int) -> str:
        """Say what the check found; "passed" only when everything was looked at and nothing found (S17)."""
        check = self.check(row)
        if check is None:
            return _("Checking…") if self.checking else _("Not checked")
        if check.state is CheckState.INCOMPLETE:
            return _("Incomplete")
        if check.state is CheckState.NOT_NEEDED:
            return "—"
        if check.state is CheckState.PASSED:
            return _("Passed")
        if check.state is CheckState.NOT_RUN:
            return _("Not checked {count}", count=len(check.not_run))
        counts = [sum(1 for a in check.alerts if a.tier == tier) for tier in (1, 2, 3)]
        words = (_("Stop"), _("Warning"), _("Caution"))
        return " ".join(f"{word} {count}" for word, count in zip(words, counts, strict=True) if count)

    def group_mark(self, row: int) -> str:
        """Give the bracket of a group: first, middle or last line."""
        group, above, below = self._group(row), self._group(row - 1), self._group(row + 1)
        if not group:
            return ""
        if group == above:
            return "│" if group == below else "└"
        return "┌" if group == below else ""

    def _group(self, row: int) -> tuple[str, int] | None:
        signed, line = self.signed(row), self.line(row)
        if signed is not None:
            return signed.group
        return ("", line.group) if line is not None and line.group else None

    def sentence(self, row: int) -> str:
        """Read a row aloud: the medication sentence, its group, what the check found, its state."""
        signed, line = self.signed(row), self.line(row)
        if signed is not None:
            return ", ".join((signed.spoken, self.text(row, Cell.STATE)))
        if line is None:
            return self.words.empty_row()
        parts = [self.words.sentence(line)]
        if line.group:
            same = [n for n in range(self.rowCount()) if self._group(n) == self._group(row)]
            parts.append(
                _(
                    "group {group}, {place} of {count}",
                    group=line.group,
                    place=same.index(row) + 1,
                    count=len(same),
                )
            )
        return ", ".join([*parts, self.check_text(row), _("Draft")])

"""The lines of a prescription while it is written: signed ones above, drafts below, an empty row at the end.

Every change keeps the state before it, so that undo and redo are one step each whatever the change was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from ui.pages.prescription.words import Words, money, skin_test_text
from workstation.core.i18n import _
from workstation.medication.judging import CheckState, LineCheck
from workstation.prescribing.model import DraftLine
from workstation.prescribing.rows import Sheet, SheetLine, SheetState

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
Role = Qt.ItemDataRole
Lines = tuple[DraftLine, ...]
KEPT: Final = 200


class Cell(IntEnum):
    """The columns, in reading order."""

    NUMBER = 0
    GROUP = 1
    DRUG = 2
    DOSE = 3
    ROUTE = 4
    FREQUENCY = 5
    DAYS = 6
    TOTAL = 7
    SKIN_TEST = 8
    CHECK = 9
    AMOUNT = 10
    STATE = 11


RIGHT: Final = frozenset({Cell.DOSE, Cell.DAYS, Cell.TOTAL, Cell.AMOUNT})
STATE_WORDS: Final = {
    SheetState.WAITING: "Signed · waiting for review",
    SheetState.REVIEWING: "Signed · in review",
    SheetState.QUERIED: "Pharmacist asks",
    SheetState.APPROVED: "Approved",
    SheetState.DISPENSING: "Being handed out",
    SheetState.DISPENSED: "Handed out",
    SheetState.REFUSED: "Refused by the pharmacy",
    SheetState.STOPPED: "Stopped",
    SheetState.RECORDED: "From elsewhere",
}


class RxModel(QAbstractTableModel):
    """Rows are numbered from the top; `signed_rows` of them cannot be edited."""

    edited = Signal()

    def __init__(self, words: Words, new_key: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words, self._new_key = words, new_key
        self._signed: tuple[tuple[Sheet, SheetLine], ...] = ()
        self._lines: Lines = ()
        self._undo: list[Lines] = []
        self._redo: list[Lines] = []
        self._checks: dict[str, LineCheck] = {}
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

    def line(self, row: int) -> DraftLine | None:
        """Give the draft line of a row; None for signed rows and the empty one."""
        place = row - self.signed_rows
        return self._lines[place] if 0 <= place < len(self._lines) else None

    def signed(self, row: int) -> tuple[Sheet, SheetLine] | None:
        """Give sheet and line of a signed row."""
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

    def set_signed(self, sheets: Sequence[Sheet]) -> None:
        """Show the signed sheets, oldest first."""
        rows = tuple((sheet, line) for sheet in reversed(sheets) for line in sheet.lines)
        if rows != self._signed:
            self.beginResetModel()
            self._signed = rows
            self.endResetModel()

    def load(self, lines: Sequence[DraftLine]) -> None:
        """Show a draft as it was kept; there is nothing to undo yet."""
        self._undo.clear()
        self._redo.clear()
        self._put(tuple(line if line.key else replace(line, key=self._new_key()) for line in lines))

    def change(self, lines: Sequence[DraftLine]) -> None:
        """Replace the draft lines, so that undo brings the old ones back."""
        new = tuple(line if line.key else replace(line, key=self._new_key()) for line in lines)
        if new == self._lines:
            return
        self._undo.append(self._lines)
        del self._undo[:-KEPT]
        self._redo.clear()
        self._put(new)
        self.edited.emit()

    def set_line(self, row: int, line: DraftLine) -> int:
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
            return titles()[Cell(section)]
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def text(self, row: int, cell: Cell) -> str:
        """Give the text of a cell."""
        if cell is Cell.NUMBER:
            return str(row + 1)
        if cell is Cell.GROUP:
            return self.group_mark(row)
        signed = self.signed(row)
        if signed is not None:
            return _signed_text(*signed, cell)
        line = self.line(row)
        return self._draft_text(row, line, cell) if line is not None else ""

    def _draft_text(self, row: int, line: DraftLine, cell: Cell) -> str:
        words = self.words
        price = words.price(line) if cell is Cell.AMOUNT else None
        texts: dict[Cell, Callable[[], str]] = {
            Cell.DRUG: lambda: "".join(run.text for run in words.drug_runs(line)),
            Cell.DOSE: lambda: words.dose(line),
            Cell.ROUTE: lambda: words.route(line),
            Cell.FREQUENCY: lambda: words.frequency(line),
            Cell.DAYS: lambda: str(line.days) if line.days else "",
            Cell.TOTAL: lambda: words.total(line),
            Cell.SKIN_TEST: lambda: words.skin_test(line),
            Cell.CHECK: lambda: self.check_text(row),
            Cell.AMOUNT: lambda: money(price) if price is not None else "",
        }
        return texts[cell]() if cell in texts else _("Draft")

    @property
    def grouped(self) -> bool:
        """Say whether any line belongs to a group."""
        return any(self._group(row) for row in range(self.rowCount()))

    def beside_drug(self, row: int) -> str:
        """Give what a narrow table shows with the drug instead of in columns: total, amount, and state where signed."""
        cells = [Cell.TOTAL, Cell.AMOUNT] + ([Cell.STATE] if self.signed(row) is not None else [])
        return "  ".join(text for cell in cells if (text := self.text(row, cell)))

    def check_text(self, row: int) -> str:
        """Say what the check found; "passed" only when everything was looked at and nothing found (S17)."""
        check = self.check(row)
        if check is None:
            return _("Checking…") if self.checking else _("Not checked")
        if check.state is CheckState.INCOMPLETE:
            return _("Incomplete")
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
            return (signed[0].number, signed[1].group) if signed[1].group else None
        return ("", line.group) if line is not None and line.group else None

    def sentence(self, row: int) -> str:
        """Read a row aloud: the medication sentence, its group, what the check found, its state."""
        signed, line = self.signed(row), self.line(row)
        if signed is not None:
            return ", ".join((signed[1].spoken, self.text(row, Cell.STATE)))
        if line is None:
            return _("Empty line: type a drug")
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


def _signed_text(sheet: Sheet, line: SheetLine, cell: Cell) -> str:
    state = SheetState.STOPPED if line.status == "stopped" else sheet.state
    texts = {
        Cell.DRUG: f"{line.name}  {line.strength}".strip(),
        Cell.DOSE: line.dose,
        Cell.ROUTE: line.route,
        Cell.FREQUENCY: line.frequency,
        Cell.DAYS: str(line.days) if line.days else "",
        Cell.TOTAL: line.quantity,
        Cell.SKIN_TEST: skin_test_text(line.skin_test) if line.skin_test is not None else "—",
        Cell.AMOUNT: money(Decimal(line.price)),
        Cell.STATE: _(STATE_WORDS[state]),
    }
    return texts.get(cell, "")


def titles() -> dict[Cell, str]:
    """Give the column titles in the language of the screen."""
    return {
        Cell.NUMBER: "#",
        Cell.GROUP: _("Gr."),
        Cell.DRUG: _("Drug  Strength"),
        Cell.DOSE: _("Dose"),
        Cell.ROUTE: _("Route"),
        Cell.FREQUENCY: _("Frequency"),
        Cell.DAYS: _("Days"),
        Cell.TOTAL: _("Total"),
        Cell.SKIN_TEST: _("Skin test"),
        Cell.CHECK: _("Check"),
        Cell.AMOUNT: _("Amount"),
        Cell.STATE: _("State"),
    }

"""The table of lines: every row grows to hold its text, every act has its key, the focus never moves by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.pages.line_editor import arrange
from ui.pages.line_editor.cells import WIDTHS, Cell
from ui.pages.line_editor.delegate import LineDelegate
from ui.pages.line_editor.editing import CellEditing
from ui.pages.line_editor.editors import ENTER, is_command
from ui.pages.line_editor.entry import Entry
from ui.pages.line_editor.model import LineModel
from ui.theme import theme
from ui.widgets.table import Header

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class LineGrid(QTableView):
    """See the module. Acts on lines go through the model, so that each of them can be undone.

    `grown` says that all lines together need another height than before.
    """

    removed = Signal(int)
    repeat_requested = Signal()
    stop_requested = Signal(int)
    row_changed = Signal(int)
    grown = Signal()

    def __init__(self, model: LineModel, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = model
        self.cells = LineDelegate()
        self._entry = entry
        self._dress()
        self.setModel(model)
        self.setItemDelegate(self.cells)
        self.editing = CellEditing(self, model, entry)
        self._fit_timer = QTimer(self, singleShot=True, interval=0)
        self._fit_timer.timeout.connect(self.fit)
        model.modelReset.connect(self._after_reset)
        model.dataChanged.connect(lambda *_args: self._fit_timer.start())
        self.selectionModel().currentRowChanged.connect(lambda now, _old: self.row_changed.emit(now.row()))
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.editing.follow())
        self.doubleClicked.connect(lambda index: self.editing.open(index.row(), index.column()))
        self.fit()

    def _dress(self) -> None:
        self.setHorizontalHeader(Header(self))
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(theme().row_height)
        vertical.setDefaultSectionSize(theme().row_height)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)

    # Where the hands are

    def start(self) -> None:
        """Open the drug cell of the empty row."""
        self.scrollToBottom()
        self.editing.open(self.lines.empty_row, Cell.DRUG)

    def chosen(self) -> list[int]:
        """Give the places of the chosen draft lines, from the top."""
        rows = {index.row() for index in self.selectionModel().selectedRows()}
        rows.add(self.currentIndex().row())
        return sorted(r - self.lines.signed_rows for r in rows if self.lines.line(r) is not None)

    def _after_reset(self) -> None:
        self.editing.follow()
        self._fit_timer.start()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Never be focused without a focused cell."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.lines.index(self.lines.empty_row, Cell.DRUG))

    def event(self, event: QEvent) -> bool:
        """Tab opens the next cell; from a cell that cannot be written it leaves the table."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Key.Key_Tab
        ):
            index = self.currentIndex()
            if self.lines.line(index.row()) is not None and index.column() in self._entry.editable(
                self.lines.line(index.row())
            ):
                return self.editing.open(index.row(), index.column())
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run the act of a key, or start typing into the cell."""
        acts = {
            (Key.Key_G, CTRL): self.group,
            (Key.Key_D, CTRL): self.copy_line,
            (Key.Key_R, CTRL): self.repeat_requested.emit,
            (Key.Key_Z, CTRL): self.lines.undo,
            (Key.Key_Y, CTRL): self.lines.redo,
            (Key.Key_E, CTRL): self._stop,
            (Key.Key_Up, ALT): lambda: self.move_lines(-1),
            (Key.Key_Down, ALT): lambda: self.move_lines(1),
            (Key.Key_Delete, Qt.KeyboardModifier.NoModifier): self.remove,
        }
        act = acts.get((Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier))
        if is_command(event):
            event.ignore()
        elif act is not None:
            act()
        elif event.key() in ENTER:
            if not self.editing.open(self.currentIndex().row(), self.currentIndex().column()):
                self._step_on()
        elif event.key() == Key.Key_Escape:
            if not self.editing.revert_row():
                event.ignore()
        elif event.text().strip() and not event.modifiers() & (CTRL | ALT):
            self.editing.open(self.currentIndex().row(), self.currentIndex().column(), event.text())
        else:
            super().keyPressEvent(event)

    def _step_on(self) -> None:
        row = self.currentIndex().row()
        if row < self.lines.empty_row:
            self.setCurrentIndex(self.lines.index(row + 1, Cell.DRUG))

    def _stop(self) -> None:
        self.stop_requested.emit(self.currentIndex().row())

    # Acts on lines

    def group(self) -> None:
        """Group the chosen lines (one alone with the line above), or part a group again."""
        self.editing.close(keep=True)
        places = self.chosen()
        if places:
            self._change(arrange.group(self.lines.lines, places, self._entry.share), self._key(places[-1]))

    def copy_line(self) -> None:
        """Copy the current line below itself."""
        self.editing.close(keep=True)
        places = self.chosen()
        if places:
            self.lines.change(arrange.copy(self.lines.lines, places[0]))
            _first, last = arrange.block(self.lines.lines, places[0])
            self._go_to(self.lines.signed_rows + last + 1)

    def remove(self) -> None:
        """Take the chosen lines out; undo brings them back."""
        self.editing.close(keep=False)
        places = self.chosen()
        if places:
            self.lines.change(arrange.remove(self.lines.lines, places))
            self._go_to(min(self.lines.signed_rows + places[0], self.lines.empty_row))
            self.removed.emit(len(places))

    def move_lines(self, step: int) -> None:
        """Move the current line, or its whole group, up or down."""
        self.editing.close(keep=True)
        places = self.chosen()
        if places:
            self._change(arrange.move(self.lines.lines, places[0], step), self._key(places[0]))

    def _key(self, place: int) -> str:
        return self.lines.lines[place].key

    def _change(self, lines: arrange.Lines, key: str) -> None:
        column = max(self.currentIndex().column(), 0)
        self.lines.change(lines)
        self._go_to(self.lines.row_of(key), column)

    def _go_to(self, row: int, column: int = Cell.DRUG) -> None:
        if row >= 0:
            index = self.lines.index(row, column)
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, flags)

    # Sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out again."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Share the width out so that the rows are as low as can be, and nothing scrolls sideways. Then let rows grow.

        Columns that say nothing may go, and some may move to the name, where that saves lines.
        """
        words, lines = self.lines.words, self.lines
        cells = list(words.cells)
        needless = words.needless(lines.says, bool(lines.signed_rows))
        useful = [cell for cell in cells if cell not in needless]
        first = useful if words.drops else cells
        variants: list[tuple[list[Cell], Sequence[Cell], bool]] = [
            (first, (), words.drops),
            (useful, (), False),
        ]
        variants += [([c for c in useful if c not in beside], beside, False) for beside in words.beside]
        best: tuple[int, int, int] | None = None
        for place, (kept, beside, name_first) in enumerate(variants):
            widths = self._shared(kept, beside, name_first=name_first)
            over = max(sum(widths.values()) - self.viewport().width(), 0)
            cost = (over, sum(self._heights(widths)), place)
            if best is None or cost < best:
                best, chosen, with_name = cost, widths, beside
            if cost[:2] == (0, self.lines.rowCount() * theme().row_height):
                break
        self._show(chosen, with_name)

    def whole_height(self) -> int:
        """Give the height in which every line is in sight."""
        rows = sum(self.rowHeight(row) for row in range(self.lines.rowCount()))
        return self.horizontalHeader().height() + rows + 2 * self.frameWidth()

    def _shared(self, cells: list[Cell], beside: Sequence[Cell], name_first: bool) -> dict[Cell, int]:
        self.cells.beside = beside
        widths = self._least(cells)
        spare = self.viewport().width() - sum(widths.values())
        if name_first and spare > 0:
            more = min(max(self._whole(Cell.DRUG) - widths[Cell.DRUG], 0), spare)
            widths[Cell.DRUG] += more
            spare -= more
        if spare > 0:
            widths[Cell.DRUG] += self._given(spare, widths)
        return widths

    def _show(self, widths: dict[Cell, int], beside: Sequence[Cell]) -> None:
        self.cells.beside = beside
        for cell in Cell:
            self.setColumnHidden(cell, cell not in widths)
            if cell in widths:
                self.horizontalHeader().resizeSection(cell, widths[cell])
        before = self.whole_height()
        for row, height in enumerate(self._heights(widths)):
            if height != self.rowHeight(row):
                self.setRowHeight(row, height)
        if self.whole_height() != before:
            self.grown.emit()
        if self.editing.editor is not None:
            self.scrollTo(self.currentIndex())
        self.editing.follow()

    def _least(self, cells: list[Cell]) -> dict[Cell, int]:
        metrics, rows = self.horizontalHeader().fontMetrics(), range(self.lines.rowCount())
        widths = {}
        for cell in cells:
            title = str(self.lines.headerData(cell, Qt.Orientation.Horizontal))
            least = [self.cells.least_width(self.lines, row, cell) for row in rows]
            named = metrics.horizontalAdvance(title) + 2 * theme().pad + 2
            widths[cell] = max([theme().px(WIDTHS[cell]), named, *least])
        return widths

    def _given(self, spare: int, widths: dict[Cell, int]) -> int:
        """Give other columns their whole text where the drug still gets enough, then the rest to the drug."""
        asking = (
            Cell.SKIN_TEST,
            Cell.CHECK,
            Cell.TOTAL,
            Cell.FREQUENCY,
            Cell.ROUTE,
            Cell.STATE,
            Cell.PEOPLE,
        )
        for cell in (c for c in asking if c in widths):
            more = min(max(self._whole(cell) - widths[cell], 0), max(spare - theme().px(40), 0))
            widths[cell] += more
            spare -= more
        return spare

    def _whole(self, cell: Cell) -> int:
        return max(self.cells.whole_width(self.lines, row, cell) for row in range(self.lines.rowCount()))

    def _heights(self, widths: dict[Cell, int]) -> list[int]:
        """Give the height of every row in these widths."""
        rows = range(self.lines.rowCount())
        needs = [
            max(self.cells.height(self.lines, row, cell, w) for cell, w in widths.items()) for row in rows
        ]
        return [max(theme().row_height, need + theme().px(6)) for need in needs]

    def moveCursor(self, action: QTableView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Move with the arrows as everywhere; an editor that is open is left first."""
        self.editing.close(keep=True)
        return super().moveCursor(action, modifiers)

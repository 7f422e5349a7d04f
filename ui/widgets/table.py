"""The table of every list: keyboard first, never elides clinical text, and holds still while hands are on it.

Use:
    table = DenseTable([Column("name", "Name", lambda r: r.name, clinical=True, stretch=True)], key=lambda r: r.id)
    table.set_rows(rows)        # keeps selection and scroll
    table.offer(rows)           # background news: waits behind "3 new - refresh F5" while the user is in the list
    table.opened.connect(...)   # Enter or double click gives the row
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.theme import theme
from ui.widgets.cells import TALL, WRAP, CellDelegate, in_pieces
from ui.widgets.table_model import Badge, Column, Run, TableModel, WindowedModel

__all__ = ["Badge", "Column", "DenseTable", "Run", "TableModel", "WindowedModel"]

SAMPLE = 200
FIND_MS = 1000


class Header(QHeaderView):
    """Column titles on a sunken ground."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(theme().px(24))
        self.setFixedHeight(theme().px(26))

    def paintSection(self, painter: QPainter, rect: Any, section: int) -> None:
        """Paint one title."""
        t = theme()
        painter.fillRect(rect, t.color("sunken"))
        painter.save()
        painter.setFont(t.font("label"))
        painter.setPen(t.color("label"))
        role = Qt.ItemDataRole
        side = self.model().headerData(section, Qt.Orientation.Horizontal, role.TextAlignmentRole)
        flags = int(side or Qt.AlignmentFlag.AlignVCenter) | WRAP.value
        painter.drawText(rect.adjusted(t.pad, 0, -t.pad, 0), flags, self._title(section))
        painter.restore()

    def _title(self, section: int) -> str:
        text = self.model().headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
        return in_pieces(text or "")

    def title_width(self, section: int, whole: bool = True) -> int:
        """Give the width a title needs in one line, or with its words below each other."""
        metrics = QFontMetricsF(theme().font("label"))
        pieces = [self._title(section)] if whole else self._title(section).split(" ")
        return round(max(metrics.horizontalAdvance(piece) for piece in pieces)) + 2 * theme().pad + 2

    def grow(self) -> None:
        """Be as high as the titles need in the widths they have."""
        metrics, height = QFontMetricsF(theme().font("label")), 0.0
        for section in range(self.count()):
            if not self.isSectionHidden(section):
                room = QRectF(0, 0, max(self.sectionSize(section) - 2 * theme().pad, 1), TALL)
                height = max(height, metrics.boundingRect(room, WRAP.value, self._title(section)).height())
        self.setFixedHeight(max(theme().px(26), round(height) + theme().px(8)))


class DenseTable(QTableView):
    """See the module. Signals carry the row itself."""

    opened = Signal(object)
    peeked = Signal(object)
    picked = Signal(object)
    held_back = Signal(int)

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[Any], str],
        name: str,
        model: TableModel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows_model = model if model is not None else TableModel(columns, key)
        self.cells = CellDelegate()
        self._chosen: tuple[str, ...] = ()
        self._titles = Header(self)
        self._waiting: list[Any] | None = None
        self._typed = ""
        self._find_timer = QTimer(self, singleShot=True, interval=FIND_MS)
        self._find_timer.timeout.connect(self._forget_typed)
        self._grow_timer = QTimer(self, singleShot=True, interval=0)
        self._grow_timer.timeout.connect(self.grow)
        self.setAccessibleName(name)
        self._dress()
        self.setModel(self.rows_model)
        self.setItemDelegate(self.cells)
        self.rows_model.modelReset.connect(self._fit)
        self.rows_model.dataChanged.connect(self._fit)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._grow_timer.start())
        self.doubleClicked.connect(self._open_index)
        self.selectionModel().currentRowChanged.connect(self._current_changed)

    def _dress(self) -> None:
        self.setHorizontalHeader(self._titles)
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
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)

    # Rows

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show rows now; the selected row and the scroll position stay."""
        key, scroll = self.current_key(), self.verticalScrollBar().value()
        if scroll:
            self.scrollToTop()
        self._waiting = None
        self.rows_model.set_rows(rows)
        self.select(key)
        self.verticalScrollBar().setValue(scroll)
        self.held_back.emit(0)

    def offer(self, rows: Sequence[Any]) -> None:
        """Take rows from the background: at once when nobody is in the list, else behind the bar."""
        if not self.hands_on() or not self.rows_model.rows():
            self.set_rows(rows)
            return
        here = {self.rows_model.key(row): row for row in self.rows_model.rows()}
        there = {self.rows_model.key(row): row for row in rows}
        news = sum(1 for key, row in there.items() if here.get(key) != row) + len(here.keys() - there.keys())
        self._waiting = list(rows) if news else None
        self.held_back.emit(news)

    def take_waiting(self) -> None:
        """Show what was held back (F5)."""
        if self._waiting is not None:
            self.set_rows(self._waiting)

    def hands_on(self) -> bool:
        """Say whether the user is in this list."""
        return self.hasFocus() and self.currentIndex().isValid()

    def current(self) -> Any | None:
        """Give the selected row."""
        return self.rows_model.row_at(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def current_key(self) -> str:
        """Give the key of the selected row, or an empty text."""
        row = self.current()
        return self.rows_model.key(row) if row is not None else ""

    def select(self, key: str) -> bool:
        """Select a row by key; says whether it is there."""
        number = self.rows_model.number_of(key) if key else -1
        if number >= 0:
            self.setCurrentIndex(self.rows_model.index(number, max(self.currentIndex().column(), 0)))
        return number >= 0

    def select_first(self) -> None:
        """Select the first row, if there is one."""
        if self.rows_model.rowCount():
            self.setCurrentIndex(self.rows_model.index(0, 0))

    def _current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.picked.emit(self.current())
        self.viewport().update()

    def _open_index(self, index: QModelIndex) -> None:
        row = self.rows_model.row_at(index.row())
        if row is not None:
            self.opened.emit(row)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, peek with Space; letters find."""
        row = self.current()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
            self.opened.emit(row)
        elif event.key() == Qt.Key.Key_Space and row is not None and not self._typed:
            self.peeked.emit(row)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Jump to the first row whose name, pinyin or number starts with what was typed within a second."""
        self._typed += search.casefold()
        self._find_timer.start()
        for number in range(min(self.rows_model.rowCount(), 5000)):
            row = self.rows_model.row_at(number)
            if row is not None and self._matches(row):
                self.setCurrentIndex(self.rows_model.index(number, max(self.currentIndex().column(), 0)))
                return

    def _matches(self, row: Any) -> bool:
        for column in self.rows_model.columns:
            keys = column.find(row) if column.find is not None else ()
            if any(key.casefold().startswith(self._typed) for key in keys):
                return True
        return False

    def _forget_typed(self) -> None:
        self._typed = ""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Never be focused without a focused row."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.select_first()

    # Sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out again."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self, *_args: object) -> None:
        """Share the width out: every column its whole words where that fits, else none less than its longest piece.

        What is left over goes to the stretching column. Only where even the longest pieces do not fit side by side
        does the table scroll sideways.
        """
        sample = [row for row in self.rows_model.rows()[:SAMPLE] if row is not None]
        shown = self._choose_columns(sample)
        room = self.viewport().width()
        widths = {n: self._wanted(n, sample) for n in shown}
        for step in range(3):
            over = sum(widths.values()) - room
            if over > 0:
                narrow_down(widths, {n: self._least(n, sample, step) for n in shown}, over)
        spare = room - sum(widths.values())
        if spare > 0 and shown:
            stretching = [n for n in shown if self.rows_model.columns[n].stretch]
            widths[(stretching or shown)[-1]] += spare
        for number, width in widths.items():
            self._titles.resizeSection(number, width)
        self._titles.grow()
        self._grow_timer.start()

    def _choose_columns(self, sample: Sequence[Any]) -> list[int]:
        """Hide what was not asked for, and an optional column in which no row says anything; gives the others."""
        shown = []
        for number, column in enumerate(self.rows_model.columns):
            says = not column.optional or any(column.text(row) or column.badges(row) for row in sample)
            wanted = not self._chosen or column.id in self._chosen
            self.setColumnHidden(number, not (says and wanted))
            if says and wanted:
                shown.append(number)
        return shown

    def _wanted(self, number: int, sample: Sequence[Any]) -> int:
        column = self.rows_model.columns[number]
        width = max(theme().px(column.width), self._titles.title_width(number))
        if column.whole or column.state is not None:
            return max([width, *(self.cells.whole_width(row, column) for row in sample)])
        return max([width, *(self.cells.least_width(row, column) for row in sample)])

    def _least(self, number: int, sample: Sequence[Any], step: int) -> int:
        """Give how narrow a column may get: first chips go beneath their text, then names part at blanks, then all."""
        column = self.rows_model.columns[number]
        least = [self._titles.title_width(number, whole=False)]
        least += [self.cells.least_width(row, column) for row in sample]
        if column.state is None and column.whole and step == 0:
            least += [self.cells.whole_width(row, column, badges=False) for row in sample]
        elif not column.whole and step < 2:
            least.append(theme().px(column.width))
        return max(least)

    def show_only(self, *ids: str) -> None:
        """Show only these columns, or all of them when none is named; for narrow panels."""
        self._chosen = ids
        self._fit()

    def grow(self) -> None:
        """Let the rows in view grow to hold their text."""
        first = max(self.rowAt(0), 0)
        last = self.rowAt(self.viewport().height() - 1)
        last = self.rows_model.rowCount() - 1 if last < 0 else last
        growing = [n for n in range(len(self.rows_model.columns)) if not self.isColumnHidden(n)]
        for number in range(first, min(last, first + 400) + 1):
            row = self.rows_model.row_at(number)
            if row is None:
                continue
            needs = [self.cells.height(row, self.rows_model.columns[c], self.columnWidth(c)) for c in growing]
            height = max([theme().row_height, *(need + theme().px(8) for need in needs)])
            if height != self.rowHeight(number):
                self.setRowHeight(number, height)
                self._grow_timer.start()  # lower rows bring others into view


def narrow_down(widths: dict[int, int], least: dict[int, int], by: int) -> None:
    """Take `by` pixels from the columns, from each in proportion to what it can give; none gets below its least."""
    can = {n: max(width - least[n], 0) for n, width in widths.items()}
    total = sum(can.values())
    part = min(by / total, 1.0) if total else 0.0
    for n, most in can.items():
        widths[n] -= min(math.ceil(most * part), most)

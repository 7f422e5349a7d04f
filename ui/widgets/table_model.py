"""Rows for a table: a plain list, or windows of a long list fetched when they come into view. Rows are frozen data."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from ui.theme import theme
from workstation.core.i18n import _

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
WINDOW: Final = 256
KEPT_WINDOWS: Final = 64
ItemRole = Qt.ItemDataRole


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a cell's text in one weight and colour (a token name); `underline` marks what differs."""

    text: str
    bold: bool = False
    color: str = ""
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Badge:
    """A chip inside a cell: a state of the status ladder and its words."""

    state: str
    text: str


def _no_badges(_row: Any) -> Sequence[Badge]:
    return ()


@dataclass(frozen=True, slots=True)
class Column:
    """How one column reads a row.

    `title` is an English text, translated when shown. Nothing is elided: text wraps and the row grows. `clinical` text
    wraps wherever the language allows; `whole` text (a name, a number) stays in one line as long as the table has room
    for it, and parts only at its blanks.
    `width` is the smallest width in pixels at 100 %; one column may `stretch`. `state` paints the cell as that rung of
    the status ladder, glyph and word included. `runs` replaces `text` where weights differ within the cell.
    `badges` follow the text. `find` gives what type-to-find compares (name, pinyin, number). An `optional` column gives
    its room to the others while no row has anything to say in it.
    """

    id: str
    title: str
    text: Callable[[Any], str]
    width: int = 64
    stretch: bool = False
    right: bool = False
    clinical: bool = False
    whole: bool = False
    bold: bool = False
    mono: bool = False
    color: str = "text"
    state: Callable[[Any], str] | None = None
    runs: Callable[[Any], Sequence[Run]] | None = None
    badges: Callable[[Any], Sequence[Badge]] = _no_badges
    find: Callable[[Any], Sequence[str]] | None = None
    optional: bool = False


class TableModel(QAbstractTableModel):
    """A list of rows held in memory."""

    def __init__(self, columns: Sequence[Column], key: Callable[[Any], str]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.key = key
        self.speak: Callable[[Any], str] | None = None
        self._rows: list[Any] = []

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Replace the rows; cells are only repainted where keys and order are the same."""
        same = [self.key(row) for row in rows] == [self.key(row) for row in self._rows]
        if same and rows:
            self._rows = list(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rows(self) -> list[Any]:
        """Give the rows held in memory."""
        return list(self._rows)

    def row_at(self, number: int) -> Any | None:
        """Give a row, or None where there is none (yet)."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def number_of(self, key: str) -> int:
        """Give the row number of a key, or -1."""
        return next((n for n, row in enumerate(self._rows) if self.key(row) == key), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Give the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Give the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = ItemRole.DisplayRole) -> Any:
        """Give a cell's text, and the row as one spoken sentence."""
        row = self.row_at(index.row())
        if row is None:
            return None
        column = self.columns[index.column()]
        if role in (ItemRole.DisplayRole, ItemRole.ToolTipRole):
            return column.text(row)
        if role == ItemRole.AccessibleTextRole:
            return self.sentence(row)
        if role == ItemRole.TextAlignmentRole:
            return (
                Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            ) | Qt.AlignmentFlag.AlignVCenter
        return None

    def sentence(self, row: Any) -> str:
        """Read a row aloud."""
        if self.speak is not None:
            return self.speak(row)
        parts = [column.text(row) for column in self.columns]
        parts += [badge.text for column in self.columns for badge in column.badges(row)]
        return ", ".join(part for part in parts if part)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ItemRole.DisplayRole) -> Any:
        """Give a column's title in the language of the screen."""
        if orientation == Qt.Orientation.Horizontal and section < len(self.columns):
            column = self.columns[section]
            if role == ItemRole.DisplayRole:
                return _(column.title) if column.title else ""
            if role == ItemRole.FontRole:
                return theme().font("label")
            if role == ItemRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None


Fetch = Callable[[int, int, Callable[[Sequence[Any]], None]], None]


class WindowedModel(TableModel):
    """A long list of known length: 256 rows are fetched when they come into view, the last 64 windows are kept.

    `fetch(offset, limit, deliver)` may answer later, on the main thread; answers to an older list are dropped.
    """

    def __init__(self, columns: Sequence[Column], key: Callable[[Any], str], fetch: Fetch) -> None:
        super().__init__(columns, key)
        self._fetch = fetch
        self._count = 0
        self._edition = 0
        self._windows: OrderedDict[int, list[Any]] = OrderedDict()
        self._asked: set[int] = set()

    def set_count(self, count: int) -> None:
        """Start over with a list of `count` rows."""
        self.beginResetModel()
        self._edition += 1
        self._count = count
        self._windows.clear()
        self._asked.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """Give the length of the whole list."""
        return 0 if parent.isValid() else self._count

    def rows(self) -> list[Any]:
        """Give the rows fetched so far."""
        return [row for window in self._windows.values() for row in window]

    def row_at(self, number: int) -> Any | None:
        """Give a row, or None and have it fetched."""
        if not 0 <= number < self._count:
            return None
        window, place = divmod(number, WINDOW)
        rows = self._windows.get(window)
        if rows is None:
            self._want(window)
            rows = self._windows.get(window)
        return rows[place] if rows is not None and place < len(rows) else None

    def number_of(self, key: str) -> int:
        """Give the row number of a key among the rows fetched so far, or -1."""
        for window, rows in self._windows.items():
            for place, row in enumerate(rows):
                if self.key(row) == key:
                    return window * WINDOW + place
        return -1

    def _want(self, window: int) -> None:
        if window in self._asked:
            return
        self._asked.add(window)
        edition = self._edition
        self._fetch(window * WINDOW, WINDOW, lambda rows: self._arrived(edition, window, rows))

    def _arrived(self, edition: int, window: int, rows: Sequence[Any]) -> None:
        if edition != self._edition:
            return
        self._windows[window] = list(rows)
        self._asked.discard(window)
        while len(self._windows) > KEPT_WINDOWS:
            self._windows.popitem(last=False)
        first, last = window * WINDOW, min(window * WINDOW + len(rows), self._count) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

"""The board itself: bed cards in a grid, walked by arrows, found by typing, painted from pictures made once.

A list view with painted items, so that keys, scrolling and screen readers work as everywhere; a card's picture is
kept until its content, its size or the look changes, which makes a repaint of eighty beds a matter of milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.pages.ward_parts import words
from ui.pages.ward_parts.card import GAP, KEPT, SIZES, CardPainter, paint_focus
from ui.pages.ward_parts.cells import Cell, finds
from ui.theme import theme
from workstation.core.clock import Clock
from workstation.core.i18n import _
from workstation.terminology.levels import NursingLevel

Index = QModelIndex | QPersistentModelIndex
ROOT: Final = QModelIndex()
FIND_MS: Final = 1000


class CellModel(QAbstractListModel):
    """The cards in their order; each says itself as one sentence."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.cells: list[Cell] = []
        self.levels: Mapping[str, NursingLevel] = {}

    def rowCount(self, parent: Index = ROOT) -> int:
        """Give how many cards there are."""
        return 0 if parent.isValid() else len(self.cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give a card's sentence, for eyes and ears alike."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) and index.isValid():
            return words.sentence(self.cells[index.row()], self.levels, self._clock.now())
        return None

    def replace(self, cells: Sequence[Cell]) -> None:
        """Show other cards; where only contents differ, the view keeps its place."""
        if [c.key for c in cells] == [c.key for c in self.cells]:
            self.cells = list(cells)
            if cells:
                self.dataChanged.emit(self.index(0), self.index(len(cells) - 1))
            return
        self.beginResetModel()
        self.cells = list(cells)
        self.endResetModel()

    def row_of(self, key: str) -> int:
        """Give the row of a card, or -1."""
        return next((row for row, cell in enumerate(self.cells) if cell.key == key), -1)


class CardDelegate(QStyledItemDelegate):
    """Gives every card the height of the tallest in its row, and paints it from its picture."""

    def __init__(self, board: BedBoard) -> None:
        super().__init__(board)
        self._board = board
        self._pictures: dict[tuple[Cell, int, int, float], QPixmap] = {}

    def forget(self) -> None:
        """Throw the pictures away: the look or the marks changed."""
        self._pictures.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give the size of a card in its row."""
        return self._board.item_size(index.row())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one card, and the ring where the focus is."""
        half = theme().px(GAP) // 2
        rect = option.rect.adjusted(half, half, -half, -half)
        cell = self._board.cells[index.row()]
        painter.drawPixmap(rect.topLeft(), self._picture(cell, rect.width(), rect.height()))
        if index.row() == self._board.currentIndex().row():
            self._in_focus(painter, QRectF(rect))

    def _in_focus(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the ring, or a thin line while the keys go elsewhere."""
        if self._board.hasFocus():
            paint_focus(painter, rect)
            return
        painter.save()
        painter.setPen(theme().color("accent"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), theme().px(6), theme().px(6))
        painter.restore()

    def _picture(self, cell: Cell, width: int, height: int) -> QPixmap:
        ratio = self._board.devicePixelRatioF()
        key = (cell, width, height, ratio)
        if key not in self._pictures:
            if len(self._pictures) >= KEPT:
                self._pictures.clear()
            self._pictures[key] = self._drawn(cell, width, height, ratio)
        return self._pictures[key]

    def _drawn(self, cell: Cell, width: int, height: int, ratio: float) -> QPixmap:
        picture = QPixmap(round(width * ratio), round(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme().color("bg"))  # opaque: copied, not blended, which is several times as fast
        painter = QPainter(picture)
        self._board.painter.paint(painter, QRectF(0, 0, width, height), cell)
        painter.end()
        return picture


def _same(one: Cell, other: Cell) -> bool:
    """Say whether two cards say the same of bed and patient; what is due may move on like a clock."""
    return (one.bed, one.who, one.shared) == (other.bed, other.who, other.shared)


class BedBoard(QListView):
    """See the module. Signals carry the card."""

    opened = Signal(object)
    peeked = Signal(object)
    held_back = Signal(int)
    picked = Signal(object)

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._model = CellModel(clock)
        self.painter = CardPainter({}, SIZES["medium"], clock.now())
        self._cards = CardDelegate(self)
        self._heights: list[int] = []
        self._columns, self._width = 1, theme().px(SIZES["medium"].width)
        self._waiting: list[Cell] | None = None
        self._typed = ""
        self._find_timer = QTimer(self, singleShot=True, interval=FIND_MS)
        self._find_timer.timeout.connect(self._forget_typed)
        self.setAccessibleName(_("Beds"))
        self._dress()
        self.setModel(self._model)
        self.setItemDelegate(self._cards)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.cells[index.row()]))
        self.selectionModel().currentChanged.connect(lambda _now, _before: self.picked.emit(self.current()))

    def _dress(self) -> None:
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)

    # Cards

    @property
    def cells(self) -> list[Cell]:
        """The cards in their order."""
        return self._model.cells

    def set_levels(self, levels: Mapping[str, NursingLevel]) -> None:
        """Use these marks of nursing levels."""
        self._model.levels = levels
        self._restyle(self.painter.size.id)

    def set_size(self, size: str) -> None:
        """Show small, medium or large cards."""
        self._restyle(size)

    def _restyle(self, size: str) -> None:
        self.painter = CardPainter(self._model.levels, SIZES[size], self._clock.now())
        self._cards.forget()
        self._measure()

    def set_cells(self, cells: Sequence[Cell]) -> None:
        """Show cards now; the one in focus keeps it, and the view its place."""
        key, scroll = self.current_key(), self.verticalScrollBar().value()
        self._waiting = None
        if self.painter.now.date() != self._clock.now().date():  # ages and days of stay are a day older
            self._restyle(self.painter.size.id)
        self._model.replace(cells)
        self._measure()
        if key and not self.select(key):
            self.select_bed(key.partition("/")[0])
        self.verticalScrollBar().setValue(scroll)
        self.held_back.emit(0)

    def offer(self, cells: Sequence[Cell]) -> None:
        """Take news from the background: never move cards, or change the one in focus, under the hand."""
        if not self.hands_on() or not self.cells:
            self.set_cells(cells)
            return
        here, there = {c.key: c for c in self.cells}, {c.key: c for c in cells}
        key = self.current_key()
        if list(here) == list(there) and _same(here[key], there[key]):
            self.set_cells(cells)
            return
        news = sum(1 for k, c in there.items() if here.get(k) != c) + len(here.keys() - there.keys())
        self._waiting = list(cells) if news else None
        self.held_back.emit(news)

    def take_waiting(self) -> None:
        """Show what was held back (F5)."""
        if self._waiting is not None:
            self.set_cells(self._waiting)

    def hands_on(self) -> bool:
        """Say whether the user is on the board."""
        return self.hasFocus() and self.currentIndex().isValid()

    def current(self) -> Cell | None:
        """Give the card in focus."""
        row = self.currentIndex().row()
        return self.cells[row] if 0 <= row < len(self.cells) else None

    def current_key(self) -> str:
        """Give the key of the card in focus, or an empty text."""
        cell = self.current()
        return cell.key if cell is not None else ""

    def select(self, key: str) -> bool:
        """Put the focus on a card; says whether it is there."""
        row = self._model.row_of(key)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))
        return row >= 0

    def select_bed(self, bed: str) -> None:
        """Put the focus on a bed, whoever is in it now."""
        row = next((row for row, cell in enumerate(self.cells) if cell.bed.id == bed), -1)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))

    # Sizes

    def item_size(self, row: int) -> QSize:
        """Give the size of a card's place, gap included."""
        line = row // self._columns
        height = self._heights[line] if line < len(self._heights) else theme().px(self.painter.size.height)
        return QSize(self._width, height + theme().px(GAP))

    def _measure(self) -> None:
        """Share the width out, and give every row the height of its tallest card."""
        room, gap = self.viewport().width() - 1, theme().px(GAP)
        self._columns = max(room // (theme().px(self.painter.size.width) + gap), 1)
        self._width = room // self._columns
        heights = [round(self.painter.plan(cell, self._width - gap).height + 0.5) for cell in self.cells]
        self._heights = [
            max(heights[at : at + self._columns]) for at in range(0, len(heights), self._columns)
        ]
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Measure anew."""
        if event.size().width() != event.oldSize().width():
            self._measure()
        super().resizeEvent(event)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, peek with Space; letters and digits find."""
        cell = self.current()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and cell is not None:
            self.opened.emit(cell)
        elif event.key() == Qt.Key.Key_Space and cell is not None and not self._typed:
            self.peeked.emit(cell)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Jump to the first card whose bed, name, pinyin or stay number starts with what was typed within a second."""
        self._typed += search.casefold()
        self._find_timer.start()
        for row, cell in enumerate(self.cells):
            if finds(cell, self._typed):
                self.setCurrentIndex(self._model.index(row))
                return

    def _forget_typed(self) -> None:
        self._typed = ""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Never be focused without a card in focus."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.cells:
            self.setCurrentIndex(self._model.index(0))

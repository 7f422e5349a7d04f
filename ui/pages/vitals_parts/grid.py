"""The grid of a round: Enter goes right through what is measured, then to the next patient; arrows go anywhere.

A row is recorded when hands leave it. An unusual value holds its cell until the same value is typed again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView, QWidget

from ui.pages.vitals_parts.columns import COLUMNS, SignColumn
from ui.pages.vitals_parts.delegate import ROW, RoundDelegate, value_font
from ui.pages.vitals_parts.model import COLUMN_COUNT, FIRST, NAME, SCORE, STATE, RoundModel
from ui.theme import theme
from ui.widgets.input_method import set_input_method
from ui.widgets.table import Header
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.vitals.model import RoundRow

Key = Qt.Key
ENTER: Final = (Key.Key_Return, Key.Key_Enter)
MODIFIERS: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
TYPING: Final = frozenset("0123456789.*☆")


class CellEdit(QLineEdit):
    """The editor over a cell: it says which way it is left."""

    left = Signal(str)

    def __init__(self, name: str, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(name)
        self.setFont(value_font())
        set_input_method(self, on=False)

    def event(self, event: QEvent) -> bool:
        """Take Tab before Qt moves the focus with it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            ways = {Key.Key_Tab: "right", Key.Key_Backtab: "left"}
            if event.key() in ways:
                self.left.emit(ways[Key(event.key())])
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Enter, Esc and the arrows up and down; everything else is typing."""
        ways = {Key.Key_Up: "up", Key.Key_Down: "down", Key.Key_Escape: "back"}
        if event.key() in ENTER:
            self.left.emit("on")
        elif event.key() in ways:
            self.left.emit(ways[Key(event.key())])
        elif event.modifiers() & MODIFIERS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what is typed when the hands go elsewhere."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit("lost")


class RoundGrid(QTableView):
    """See the module. `leaving` gives the row whose patient hands have left."""

    leaving = Signal(object)
    said = Signal(str, bool)
    at_row = Signal(object)

    def __init__(
        self, model: RoundModel, today: Callable[[], date], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.round = model
        self.downwards = False
        self.all_columns = False
        self._today = today
        self._editor: CellEdit | None = None
        self._cells = RoundDelegate()
        self.setAccessibleName(name)
        set_input_method(self, on=False)
        self._dress()
        self.setModel(model)
        self.setItemDelegate(self._cells)
        model.modelReset.connect(self._after_reset)
        model.dataChanged.connect(lambda *_args: self.fit())
        self.selectionModel().currentRowChanged.connect(self._row_changed)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._follow())
        self.horizontalScrollBar().valueChanged.connect(lambda _value: self._follow())
        self.doubleClicked.connect(lambda index: self.type_into(index, ""))
        self.fit()

    def _dress(self) -> None:
        self.setHorizontalHeader(Header(self))
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(theme().px(ROW))
        vertical.setDefaultSectionSize(theme().px(ROW))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)

    # Where the hands are

    @property
    def editor(self) -> CellEdit | None:
        """Give the open editor, or None."""
        return self._editor

    def current(self) -> RoundRow | None:
        """Give the row in focus."""
        return self.round.row_at(self.currentIndex().row())

    def current_column(self) -> SignColumn | None:
        """Give the sign in focus, or None on a column that is no sign."""
        return self.round.column(self.currentIndex().column())

    def go(self, patient: str, column: int = FIRST) -> None:
        """Go to a patient's cell."""
        number = self.round.number_of(patient)
        if number >= 0:
            self.setCurrentIndex(self.round.index(number, column))

    def hands_on(self) -> bool:
        """Say whether somebody is at work in the grid."""
        return self._editor is not None or (self.hasFocus() and self.currentIndex().isValid())

    def _after_reset(self) -> None:
        """Share the width out again; who waited here for the rows starts in the first cell."""
        self.fit()
        if self.hasFocus():
            self._start()

    def _start(self) -> None:
        if self.round.rowCount() and self.round.column(self.currentIndex().column()) is None:
            self.setCurrentIndex(self.round.index(max(self.currentIndex().row(), 0), FIRST))

    def _row_changed(self, now: QModelIndex, before: QModelIndex) -> None:
        left = self.round.row_at(before.row()) if before.isValid() else None
        if left is not None:
            self.leaving.emit(left)
        self.at_row.emit(self.round.row_at(now.row()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Never be focused without a cell that can be typed into."""
        super().focusInEvent(event)
        self._start()

    # Keys

    def event(self, event: QEvent) -> bool:
        """Tab goes to the next cell; at the end of the grid it leaves."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Key.Key_Tab and self._step(1):
                return True
            if event.key() == Key.Key_Backtab and self._step(-1):
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open an editor with the first character; Enter goes on, Del empties a cell."""
        text, plain = event.text(), not event.modifiers() & MODIFIERS
        if plain and text in TYPING and text:
            self._start()
        column = self.current_column()
        if event.key() in ENTER:
            self.go_on()
        elif event.key() == Key.Key_F2 or (event.key() == Key.Key_Space and column is not None):
            self.type_into(self.currentIndex(), "")
        elif event.key() in (Key.Key_Delete, Key.Key_Backspace) and column is not None:
            self.round.clear(self.currentIndex().row(), column)
        elif plain and column is not None and text and self._begins(text, column):
            self.type_into(self.currentIndex(), text)
        else:
            super().keyPressEvent(event)

    def _begins(self, text: str, column: SignColumn) -> bool:
        """Say whether a character begins a value here: digits everywhere, a letter where one is written."""
        return text in TYPING or (text.isalpha() and column.id in ("consciousness", "stool", "pulse"))

    def go_on(self) -> None:
        """Go to the next cell that is measured here, at the end to the next patient; downwards where that is chosen."""
        index = self.currentIndex()
        if self.downwards:
            self._to(index.row() + 1, index.column())
            return
        row = self.round.row_at(index.row())
        walk = self.walk(row) if row is not None else []
        later = [number for number in walk if number > index.column()]
        if later:
            self._to(index.row(), later[0])
        else:
            following = self.round.row_at(index.row() + 1)
            first = self.walk(following) if following is not None else []
            if first:
                self._to(index.row() + 1, first[0])
            elif row is not None:
                self.leaving.emit(row)

    def walk(self, row: RoundRow) -> list[int]:
        """Give the columns Enter goes through for a patient: the usual signs, and whatever else is due."""
        return [
            FIRST + n
            for n, column in enumerate(COLUMNS)
            if not self.isColumnHidden(FIRST + n) and (column.walk or column.field in row.due)
        ]

    def _step(self, step: int) -> bool:
        """Go one cell along, over the ends of rows; says whether there was one."""
        index = self.currentIndex()
        columns = [n for n in range(FIRST, SCORE) if not self.isColumnHidden(n)]
        if not columns or not index.isValid():
            return False
        beyond = [n for n in columns if (n > index.column() if step > 0 else n < index.column())]
        if beyond:
            self._to(index.row(), beyond[0] if step > 0 else beyond[-1])
            return True
        return self._to(index.row() + step, columns[0] if step > 0 else columns[-1])

    def _to(self, row: int, column: int) -> bool:
        if not 0 <= row < self.round.rowCount():
            return False
        self.setCurrentIndex(self.round.index(row, column))
        return True

    # Typing

    def type_into(self, index: QModelIndex, text: str) -> None:
        """Open the editor on a cell."""
        column, row = self.round.column(index.column()), self.round.row_at(index.row())
        if column is None or row is None:
            return
        self._close()
        self.setCurrentIndex(index)
        draft = self.round.drafts.get(row.patient)
        kept = draft.texts.get(column.id, "") if draft is not None and not text else text
        self._editor = CellEdit(f"{row.bed} {row.name} {_(column.name)}", kept, self.viewport())
        self._editor.left.connect(self._left)
        self._editor.textEdited.connect(self._typing)
        self._follow()
        self._editor.show()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if text:
            self._editor.end(False)
            self._typing(text)

    def _typing(self, _text: str) -> None:
        self.said.emit("", False)

    def _left(self, way: str) -> None:
        editor, index = self._editor, self.currentIndex()
        if editor is None:
            return
        if way == "back":
            self._close()
            return
        if not self.take(editor.text(), empty=way != "lost"):
            return
        self._close()
        if way == "on":
            self.go_on()
        elif way in ("up", "down"):
            self._to(index.row() + (1 if way == "down" else -1), index.column())
        elif way in ("right", "left"):
            self._step(1 if way == "right" else -1)

    def take(self, text: str, empty: bool = True) -> bool:
        """Take what is typed into the current cell; one that cannot be right, or not yet, is emptied and stays open."""
        column = self.current_column()
        if column is None:
            return True
        try:
            self.round.enter(self.currentIndex().row(), column, text, self._today())
        except Invalid as error:
            if self._editor is not None and empty:
                self._editor.clear()
            self.said.emit(f"{error.message} {error.hint}".strip(), True)
            return False
        self.said.emit("", False)
        return True

    def finish(self) -> bool:
        """Take what is being typed before something else happens; says whether nothing stays open."""
        if self._editor is None:
            return True
        if not self.take(self._editor.text()):
            return False
        self._close()
        return True

    def _close(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.left.disconnect()
            had = editor.hasFocus()
            editor.hide()
            editor.deleteLater()
            if had:
                self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow(self) -> None:
        if self._editor is not None:
            rect: QRect = self.visualRect(self.currentIndex())
            self._editor.setGeometry(rect)

    # Columns

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out again."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Show the usual signs and whatever is due or typed for somebody; all of them where that is chosen."""
        wanted = self._wanted()
        shown = {
            number: self._cells.width(self.round, number)
            for number in range(COLUMN_COUNT)
            if (column := self.round.column(number)) is None
            or self.all_columns
            or column.shown
            or column.field in wanted
        }
        widths = shown if self.all_columns else self._narrowed(shown, wanted)
        for number in range(COLUMN_COUNT):
            self.setColumnHidden(number, number not in widths)
        spare = self.viewport().width() - sum(widths.values())
        if spare > 0:
            widths[NAME] += min(spare, theme().px(60))
            widths[STATE] += max(spare - theme().px(60), 0)
        header = self.horizontalHeader()
        for number, width in widths.items():
            if header.sectionSize(number) != width:
                header.resizeSection(number, width)
        if isinstance(header, Header):
            header.grow()
        self._follow()

    def _wanted(self) -> set[str]:
        """Give the signs that are due or typed for somebody."""
        wanted = {name for row in self.round.rows() for name in row.due}
        for row in self.round.rows():
            draft = self.round.drafts.get(row.patient)
            if draft is not None:
                wanted |= set(draft.missed) | {c.field for c in COLUMNS if c.id in draft.texts}
        return wanted

    def _narrowed(self, widths: dict[int, int], wanted: set[str]) -> dict[int, int]:
        """Leave out what is neither gone through nor due, from the right, where the others have no room beside it."""
        kept, room = dict(widths), self.viewport().width()
        for number in sorted(widths, reverse=True):
            column = self.round.column(number)
            if sum(kept.values()) <= room:
                break
            if column is not None and not column.walk and column.field not in wanted:
                del kept[number]
        return kept

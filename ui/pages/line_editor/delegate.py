"""How the cells of a line are painted: drug names wrap and rows grow, states are fill, glyph and word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.pages.line_editor import measures
from ui.pages.line_editor.cells import RIGHT, Cell
from ui.pages.line_editor.model import Index, LineModel
from ui.style import focus_ring
from ui.theme import theme
from ui.widgets.cells import WRAP, chip_size, paint_chip, run_layout
from ui.widgets.table_model import Run
from workstation.medication.judging import CheckState
from workstation.terminology import doses

UNPARTED: Final = frozenset(
    {Cell.DOSE, Cell.DAYS, Cell.AMOUNT, Cell.NUMBER, Cell.START, Cell.TIMES, Cell.FIRST_DAY}
)
KEPT: Final = frozenset({Cell.NUMBER, Cell.GROUP, Cell.STATE, Cell.PEOPLE})
TIER_STATES: Final = {1: "stop", 2: "warn", 3: "caution", 4: "note"}


class LineDelegate(QStyledItemDelegate):
    """Paints the cells of an `LineModel`. In a narrow table the cells `beside` stand with the name."""

    def __init__(self) -> None:
        super().__init__()
        self.beside: Sequence[Cell] = ()

    @property
    def narrow(self) -> bool:
        """Say whether some columns stand with the name."""
        return bool(self.beside)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        model = index.model()
        if not isinstance(model, LineModel):
            return
        row, cell = index.row(), Cell(index.column())
        rect: QRect = option.rect
        self._ground(painter, option, model, row)
        if cell is Cell.GROUP:
            self._bracket(painter, rect, model.group_mark(row))
            return
        inner = rect.adjusted(theme().pad, 0, -theme().pad, 0)
        state = self.state_of(model, row, cell)
        text = self._words(model, row, cell)
        if state and text:
            self._chip(painter, inner, state, text)
        elif cell is Cell.DRUG:
            layout = run_layout(self.runs(model, row), inner.width())
            top = inner.center().y() + 1 - layout.boundingRect().height() / 2
            layout.draw(painter, QPointF(inner.left(), top))
        elif text:
            self._text(painter, inner, cell, text, dim=model.signed(row) is not None)
        self._strike(painter, inner, model, row, cell)

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, model: LineModel, row: int) -> None:
        t, rect = theme(), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected) and row < model.empty_row
        signed = model.signed(row) is not None
        ground = "selection" if chosen else "sunken" if signed else "alt" if row % 2 else "surface"
        painter.fillRect(rect, t.color(ground))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.color("border"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, QRectF(rect), 0, inset=True)

    def _strike(self, painter: QPainter, inner: QRect, model: LineModel, row: int, cell: Cell) -> None:
        """Cross out what was taken back; its number, its state and its people stay as they are."""
        signed = model.signed(row)
        if signed is None or not signed.struck or cell in KEPT or not model.text(row, cell):
            return
        painter.save()
        painter.setPen(QPen(theme().state("stop").edge, theme().px(1)))
        painter.drawLine(inner.left(), inner.center().y(), inner.right(), inner.center().y())
        painter.restore()

    def _bracket(self, painter: QPainter, rect: QRect, mark: str) -> None:
        if not mark:
            return
        painter.save()
        painter.setPen(QPen(theme().color("text2"), theme().px(2)))
        x, middle = rect.center().x(), rect.center().y()
        top = middle if mark == "┌" else rect.top()
        bottom = middle if mark == "└" else rect.bottom() + 1
        painter.drawLine(x, top, x, bottom)
        if mark != "│":
            painter.drawLine(x, middle, rect.right() - theme().px(2), middle)
        painter.restore()

    def state_of(self, model: LineModel, row: int, cell: Cell) -> str:
        """Give the rung of the status ladder a cell is painted as, or an empty text for plain words."""
        if cell is Cell.CHECK and model.signed(row) is None:
            return self._check_state(model, row)
        signed, line = model.signed(row), model.line(row)
        if signed is not None:
            return signed.states.get(cell, "")
        return model.words.state_of(line, cell) if line is not None else ""

    def _check_state(self, model: LineModel, row: int) -> str:
        if model.line(row) is None:
            return ""
        check = model.check(row)
        if check is None:
            return "" if model.checking else "not_checked"
        if check.state is CheckState.INCOMPLETE:
            return "caution"
        if check.state is CheckState.NOT_RUN:
            return "not_checked"
        tiers = [int(a.tier) for a in check.alerts]
        return TIER_STATES[min(tiers)] if check.state is CheckState.ISSUES and tiers else ""

    def runs(self, model: LineModel, row: int) -> tuple[Run, ...]:
        """Give the text of a drug cell in its weights."""
        signed, line = model.signed(row), model.line(row)
        runs: tuple[Run, ...] = (Run(""),)
        if signed is not None:
            runs = signed.runs
        elif line is not None:
            runs = model.words.name_runs(line)
        if not self.narrow:
            return runs
        more = Run(f"  {model.beside_name(row, self.beside)}", color="text2")
        return (*(_wrapping(run) for run in runs), *((more,) if more.text.strip() else ()))

    def _words(self, model: LineModel, row: int, cell: Cell) -> str:
        """Give a cell's text; English words may wrap where the table is narrow, Han terms never part."""
        text = model.text(row, cell)
        bare = doses.plain(text)
        return bare if self.narrow and cell in (Cell.ROUTE, Cell.FREQUENCY) and bare.isascii() else text

    def _chip(self, painter: QPainter, inner: QRect, state: str, text: str) -> None:
        size = chip_size(text, inner.width())
        place = QRectF(inner.left(), inner.center().y() + 1 - size.height() / 2, size.width(), size.height())
        paint_chip(painter, place, theme().state(state), text)

    def _text(self, painter: QPainter, inner: QRect, cell: Cell, text: str, dim: bool) -> None:
        t = theme()
        painter.setFont(t.font("body"))
        painter.setPen(t.color("label" if cell is Cell.NUMBER else "text2" if dim else "text"))
        side = Qt.AlignmentFlag.AlignRight if cell in RIGHT else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, int(side | Qt.AlignmentFlag.AlignVCenter) | WRAP.value, text)

    def height(self, model: LineModel, row: int, cell: Cell, width: int) -> int:
        """Give the height a cell needs in a width: nothing clinical is ever cut."""
        room, look = max(width - 2 * theme().pad, 1), measures.look()
        if cell is Cell.DRUG:
            return measures.runs_height(self.runs(model, row), room, look)
        text = self._words(model, row, cell)
        if not text:
            return 0
        if self.state_of(model, row, cell):
            return measures.chip_height(text, room, look)
        return measures.text_height(text, room, look)

    def least_width(self, model: LineModel, row: int, cell: Cell) -> int:
        """Give the width of the longest piece that must not be parted."""
        text = self._words(model, row, cell)
        if cell is Cell.DRUG:
            text = "".join(run.text for run in self.runs(model, row))
        if not text or cell is Cell.GROUP:
            return 0
        pad, look = 2 * theme().pad + 2, measures.look()
        if self.state_of(model, row, cell):
            return measures.chip_width(text, self.narrow, look) + pad
        if cell in UNPARTED:
            return measures.line_width(text, False, look) + pad
        return measures.piece_width(text, cell is Cell.DRUG, look) + pad

    def whole_width(self, model: LineModel, row: int, cell: Cell) -> int:
        """Give the width in which a cell's text needs no second line."""
        text, pad, look = model.text(row, cell), 2 * theme().pad + 2, measures.look()
        if self.state_of(model, row, cell):
            return measures.chip_width(text, False, look) + pad
        return measures.line_width(text, cell is Cell.DRUG, look) + pad

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give the row height of the density; growth is the grid's business."""
        return QSize(theme().px(40), theme().row_height)


def _wrapping(run: Run) -> Run:
    """Let an English name wrap between its words; Han names never part."""
    bare = doses.plain(run.text)
    return replace(run, text=bare) if run.bold and bare.isascii() else run

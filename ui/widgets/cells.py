"""How cells are painted: text that wraps instead of losing its end, chips with glyph and word, slot bars, focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import icons
from ui.style import focus_ring, hatch, panel
from ui.theme import State, theme
from ui.widgets.table_model import Badge, Column, Index, Run, TableModel

AlignFlag = Qt.AlignmentFlag
WRAP = Qt.TextFlag.TextWordWrap


def cell_font(column: Column) -> QFont:
    """Give the font of a column."""
    return theme().font("body", bold=column.bold, mono=column.mono)


def run_layout(runs: Sequence[Run], width: float) -> QTextLayout:
    """Lay out text of mixed weight in a width; words are never parted inside."""
    text = "".join(run.text for run in runs).replace("\n", "\u2028")
    layout = QTextLayout(text, theme().font("body"))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)
    formats, at = [], 0
    for run in runs:
        look = QTextCharFormat()
        look.setFontWeight(QFont.Weight.Bold if run.bold else QFont.Weight.Normal)
        look.setFontUnderline(run.underline)
        look.setForeground(theme().color(run.color or "text"))
        piece = QTextLayout.FormatRange()
        piece.start, piece.length, piece.format = at, len(run.text.encode("utf-16-le")) // 2, look
        formats.append(piece)
        at += piece.length
    layout.setFormats(formats)
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1))
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def chip_size(text: str) -> QSize:
    """Give the size of a chip with glyph and text."""
    t = theme()
    metrics = QFontMetricsF(t.font("label", bold=True))
    return QSize(
        round(metrics.horizontalAdvance(text)) + t.px(14 + 4 + 12), round(metrics.height()) + t.px(4)
    )


def paint_chip(painter: QPainter, rect: QRectF, state: State, text: str, solid: bool = False) -> None:
    """Paint a chip: fill, edge, glyph and words of one rung of the status ladder."""
    t = theme()
    ink = state.ink if solid else state.tint_ink
    if state.hatched:
        hatch(painter, rect, t.px(3))
    else:
        panel(painter, rect, state.fill if solid else state.tint, None if solid else state.edge, t.px(3))
    icons.paint(painter, state.icon, rect.left() + t.px(5), rect.center().y() - t.px(7), ink, 14)
    painter.save()
    painter.setFont(t.font("label", bold=True))
    painter.setPen(ink)
    words = rect.adjusted(t.px(5 + 14 + 4), 0, -t.px(4), 0)
    painter.drawText(words, AlignFlag.AlignVCenter | AlignFlag.AlignLeft, text)
    painter.restore()


def badges_width(badges: Sequence[Badge]) -> int:
    """Give the room that badges need after a text."""
    return sum(chip_size(badge.text).width() + theme().px(4) for badge in badges)


class CellDelegate(QStyledItemDelegate):
    """Paints the cells of a `TableModel`. `slot_of` gives the chart slot (1 to 3) a row is open in, or 0."""

    def __init__(self) -> None:
        super().__init__()
        self.slot_of: Callable[[Any], int] | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        model = index.model()
        if not isinstance(model, TableModel):
            return
        row, column = model.row_at(index.row()), model.columns[index.column()]
        rect: QRect = option.rect
        self._ground(painter, option, index)
        if row is None:
            return
        if index.column() == 0:
            self._slot_bar(painter, rect, row)
        inner = rect.adjusted(theme().pad, 0, -theme().pad, 0)
        badges = list(column.badges(row))
        for badge in reversed(badges):
            size = chip_size(badge.text)
            place = QRectF(
                inner.right() - size.width(),
                inner.center().y() - size.height() / 2,
                size.width(),
                size.height(),
            )
            paint_chip(painter, place, theme().state(badge.state), badge.text)
            inner.setRight(inner.right() - size.width() - theme().px(4))
        state = column.state(row) if column.state is not None else ""
        if state:
            self._state_cell(painter, inner, state, column.text(row))
        elif column.runs is not None:
            layout = run_layout(column.runs(row), inner.width())
            painter.setPen(theme().color(column.color))
            layout.draw(
                painter, QPointF(inner.left(), inner.center().y() - layout.boundingRect().height() / 2)
            )
        else:
            self._text(painter, inner, column, column.text(row))

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, selected = theme(), bool(option.state & QStyle.StateFlag.State_Selected)
        ground = "selection" if selected else ("alt" if index.row() % 2 else "surface")
        painter.fillRect(option.rect, t.color(ground))
        painter.fillRect(
            QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.color("border")
        )
        if option.state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, QRectF(option.rect), 0, inset=True)

    def _slot_bar(self, painter: QPainter, rect: QRect, row: Any) -> None:
        number = self.slot_of(row) if self.slot_of is not None else 0
        if number:
            painter.fillRect(
                QRect(rect.left(), rect.top(), theme().px(4), rect.height()), theme().slot(number)[0]
            )

    def _state_cell(self, painter: QPainter, inner: QRect, state: str, text: str) -> None:
        size = chip_size(text)
        width = min(size.width(), inner.width())
        place = QRectF(inner.left(), inner.center().y() - size.height() / 2, width, size.height())
        paint_chip(painter, place, theme().state(state), text)

    def _text(self, painter: QPainter, inner: QRect, column: Column, text: str) -> None:
        font = cell_font(column)
        painter.setFont(font)
        painter.setPen(theme().color(column.color))
        side = AlignFlag.AlignRight if column.right else AlignFlag.AlignLeft
        if column.clinical:
            painter.drawText(inner, int(side | AlignFlag.AlignVCenter) | WRAP.value, text)
            return
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(side | AlignFlag.AlignVCenter), shown)

    def height(self, row: Any, column: Column, width: int) -> int:
        """Give the height a cell needs in a width: nothing clinical is ever cut."""
        room = width - 2 * theme().pad - badges_width(column.badges(row))
        if column.runs is not None:
            return round(run_layout(column.runs(row), room).boundingRect().height())
        if not column.clinical:
            return 0
        metrics = QFontMetricsF(cell_font(column))
        return round(
            metrics.boundingRect(QRectF(0, 0, max(room, 1), 10000), WRAP.value, column.text(row)).height()
        )

    def least_width(self, row: Any, column: Column) -> int:
        """Give the width of the longest piece that must not be parted."""
        text = "".join(r.text for r in column.runs(row)) if column.runs is not None else column.text(row)
        metrics = QFontMetricsF(theme().font("body", bold=True, mono=column.mono))
        if column.state is not None and column.state(row):
            return chip_size(text).width() + 2 * theme().pad
        if column.whole:
            piece = metrics.horizontalAdvance(text)
        else:
            piece = metrics.boundingRect(QRectF(0, 0, 1, 10000), WRAP.value, text).width()
        return round(piece) + 2 * theme().pad + badges_width(column.badges(row)) + 2

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give the row height of the density; growth is the table's business."""
        return QSize(theme().px(64), theme().row_height)

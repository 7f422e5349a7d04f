"""How cells are painted: text that wraps instead of losing its end, chips with glyph and word, slot bars, focus.

Chips stand beside their text where that costs no extra line, else beneath it; where a chip alone is too wide, its
words wrap too. So a column can be as narrow as its longest unbreakable piece without anything being cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import icons
from ui.style import focus_ring, hatch, panel
from ui.theme import State, theme
from ui.widgets.table_model import Badge, Column, Index, Run, TableModel
from workstation.terminology.doses import keep

AlignFlag = Qt.AlignmentFlag
WRAP = Qt.TextFlag.TextWordWrap
PIECE: Final = re.compile(r"[^ \n]+")
TALL: Final = 10_000
SLOT_WIDTH: Final = 12


def cell_font(column: Column) -> QFont:
    """Give the font of a column."""
    return theme().font("body", bold=column.bold, mono=column.mono)


def run_layout(runs: Sequence[Run], width: float, kind: str = "body") -> QTextLayout:
    """Lay out text of mixed weight in a width; words are never parted inside."""
    text = "".join(run.text for run in runs).replace("\n", "\u2028")
    layout = QTextLayout(text, theme().font(kind))
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


def in_pieces(text: str) -> str:
    """Let a text break at its blanks and nowhere else, as a name or a time must."""
    return PIECE.sub(lambda piece: keep(piece[0]), text)


def _wrapped_height(font: QFont, text: str, width: float) -> float:
    return QFontMetricsF(font).boundingRect(QRectF(0, 0, max(width, 1), TALL), WRAP.value, text).height()


def _longest_piece(font: QFont, text: str) -> float:
    metrics = QFontMetricsF(font)
    return max((metrics.horizontalAdvance(piece) for piece in PIECE.findall(text)), default=0.0)


def chip_size(text: str, room: int = 0) -> QSize:
    """Give the size of a chip with glyph and text; in a `room` that is too narrow its words wrap."""
    t, font = theme(), theme().font("label", bold=True)
    metrics = QFontMetricsF(font)
    around = t.px(14 + 4 + 12)
    width = round(metrics.horizontalAdvance(text)) + around
    if not room or width <= room:
        return QSize(width, round(metrics.height()) + t.px(4))
    return QSize(room, round(_wrapped_height(font, in_pieces(text), room - around)) + t.px(4))


def least_chip_width(text: str) -> int:
    """Give the width of a chip whose words stand below each other."""
    return round(_longest_piece(theme().font("label", bold=True), text)) + theme().px(14 + 4 + 12)


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
    side = AlignFlag.AlignVCenter | AlignFlag.AlignLeft
    if chip_size(text).width() <= round(rect.width()):
        painter.drawText(words, side, text)
    else:
        painter.drawText(words, int(side) | WRAP.value, in_pieces(text))
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
        if index.column() == 0 and self._slot(row):
            inner.translate(theme().px(SLOT_WIDTH) + theme().px(2) - theme().pad, 0)
        if column.state is not None and (state := column.state(row)):
            self._state_cell(painter, inner, state, column.text(row))
            return
        plan = self.plan(row, column, inner.width())
        top = inner.center().y() + 1 - plan.height / 2
        for badge, place in plan.badges:
            paint_chip(painter, place.translated(inner.left(), top), theme().state(badge.state), badge.text)
        self._text(painter, QRectF(inner.left(), top, plan.width, plan.text_height), row, column)

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
        """Paint the slot in its colour with its digit: the same as in the banner and on the tab."""
        number = self._slot(row)
        if not number:
            return
        t, (fill, ink) = theme(), theme().slot(number)
        bar = QRect(rect.left(), rect.top(), t.px(SLOT_WIDTH), rect.height())
        painter.fillRect(bar, fill)
        painter.setFont(t.font("label", bold=True))
        painter.setPen(ink)
        painter.drawText(bar, AlignFlag.AlignCenter, str(number))

    def _slot(self, row: Any) -> int:
        return self.slot_of(row) if self.slot_of is not None else 0

    def _state_cell(self, painter: QPainter, inner: QRect, state: str, text: str) -> None:
        size = chip_size(text, inner.width())
        top = inner.center().y() + 1 - size.height() / 2
        paint_chip(
            painter, QRectF(inner.left(), top, size.width(), size.height()), theme().state(state), text
        )

    def _text(self, painter: QPainter, place: QRectF, row: Any, column: Column) -> None:
        painter.setPen(theme().color(column.color))
        if column.runs is not None:
            run_layout(column.runs(row), place.width()).draw(painter, place.topLeft())
            return
        font, text = cell_font(column), column.text(row)
        painter.setFont(font)
        side = int(AlignFlag.AlignRight if column.right else AlignFlag.AlignLeft) | int(
            AlignFlag.AlignVCenter
        )
        if QFontMetricsF(font).horizontalAdvance(text) <= place.width():
            painter.drawText(place, side, text)
        else:
            painter.drawText(place, side | WRAP.value, _breakable(column, text))

    # Sizes

    def plan(self, row: Any, column: Column, room: int) -> Plan:
        """Lay out text and badges in a width: beside each other where that costs no line, else the badges beneath."""
        badges = list(column.badges(row))
        if not badges:
            height = self._text_height(row, column, room)
            return Plan(room, height, height, ())
        gap, beside = theme().px(4), room - badges_width(badges)
        beneath = self._text_height(row, column, room)
        placed, bottom = _flow(badges, room, beneath + gap if beneath else 0)
        if not beneath:
            return Plan(room, 0, bottom, placed)
        if beside >= self._longest(row, column):
            text = self._text_height(row, column, beside)
            if text <= beneath:
                tall = max(text, *(chip_size(badge.text).height() for badge in badges))
                return Plan(beside, tall, tall, _at_the_right(badges, room, tall))
        return Plan(room, beneath, bottom, placed)

    def height(self, row: Any, column: Column, width: int) -> int:
        """Give the height a cell needs in a width: nothing is ever cut."""
        room = width - 2 * theme().pad
        if column.state is not None and column.state(row):
            return chip_size(column.text(row), max(room, 1)).height()
        return round(self.plan(row, column, room).height)

    def least_width(self, row: Any, column: Column) -> int:
        """Give the width of the longest piece that must not be parted."""
        pad = 2 * theme().pad + 2
        if column.state is not None and column.state(row):
            return least_chip_width(column.text(row)) + pad
        chips = [least_chip_width(badge.text) for badge in column.badges(row)]
        return max([round(self._longest(row, column)) + 1, *chips]) + pad

    def whole_width(self, row: Any, column: Column, badges: bool = True) -> int:
        """Give the width in which text, and its badges beside it, need no second line."""
        pad = 2 * theme().pad + 2
        if column.state is not None and column.state(row):
            return chip_size(column.text(row)).width() + pad
        text = QFontMetricsF(cell_font(column)).horizontalAdvance(column.text(row))
        return round(text) + 1 + (badges_width(column.badges(row)) if badges else 0) + pad

    def _text_height(self, row: Any, column: Column, room: float) -> float:
        if column.runs is not None:
            return run_layout(column.runs(row), room).boundingRect().height()
        font, text = cell_font(column), column.text(row)
        if not text:
            return 0
        metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(text) <= room and "\n" not in text:
            return metrics.height()
        return _wrapped_height(font, _breakable(column, text), room)

    def _longest(self, row: Any, column: Column) -> float:
        if column.runs is not None:
            text = "".join(run.text for run in column.runs(row))
            font = theme().font("body", bold=True)
        else:
            text, font = column.text(row), cell_font(column)
        if column.runs is None and not column.clinical:
            return _longest_piece(font, text)
        return QFontMetricsF(font).boundingRect(QRectF(0, 0, 1, TALL), WRAP.value, text).width()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give the row height of the density; growth is the table's business."""
        return QSize(theme().px(64), theme().row_height)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where things stand in a cell: the text's width and height, the badges' places, and the height of it all."""

    width: float
    text_height: float
    height: float
    badges: tuple[tuple[Badge, QRectF], ...]


def _breakable(column: Column, text: str) -> str:
    return text if column.clinical else in_pieces(text)


def _flow(badges: Sequence[Badge], room: int, top: float) -> tuple[tuple[tuple[Badge, QRectF], ...], float]:
    """Set badges in lines from the left; gives their places and the bottom."""
    gap, placed = theme().px(4), []
    x, bottom = 0, top
    for badge in badges:
        size = chip_size(badge.text, max(room, 1))
        if x and x + size.width() > room:
            x, top = 0, bottom + gap
        placed.append((badge, QRectF(x, top, size.width(), size.height())))
        x += size.width() + gap
        bottom = max(bottom, top + size.height())
    return tuple(placed), bottom


def _at_the_right(badges: Sequence[Badge], room: int, height: float) -> tuple[tuple[Badge, QRectF], ...]:
    placed, right = [], room
    for badge in reversed(badges):
        size = chip_size(badge.text)
        placed.append(
            (
                badge,
                QRectF(right - size.width(), (height - size.height()) / 2, size.width(), size.height()),
            )
        )
        right -= size.width() + theme().px(4)
    return tuple(placed)

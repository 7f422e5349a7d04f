"""How a round is painted: what is typed is bold, the last value beside it grey and slanting, what is due is framed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.pages.vitals_parts.columns import SignColumn
from ui.pages.vitals_parts.model import BED, NAME, SCORE, STATE, Index, RoundModel, score_text
from ui.style import focus_ring, panel
from ui.theme import theme
from ui.widgets.cells import badges_width, chip_size, paint_chip
from ui.widgets.table_model import Badge
from workstation.core.i18n import _
from workstation.vitals.model import RoundRow

ROW: Final = 26
LEVELS: Final = {"high": "stop", "medium": "warn", "low-medium": "caution", "low": "note", "none": "done"}
Flag = Qt.AlignmentFlag


def value_font() -> QFont:
    """Give the font of what is typed."""
    return theme().font("compact", bold=True)


def before_font() -> QFont:
    """Give the font of the last value: it must never look like something typed."""
    font = theme().font("label")
    font.setItalic(True)
    return font


class RoundDelegate(QStyledItemDelegate):
    """Paints the cells of a `RoundModel`."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        model = index.model()
        row = model.row_at(index.row()) if isinstance(model, RoundModel) else None
        if row is None or not isinstance(model, RoundModel):
            return
        rect: QRect = option.rect
        self._ground(painter, option, index)
        column = model.column(index.column())
        inner = rect.adjusted(theme().px(6), 0, -theme().px(6), 0)
        if column is not None:
            self._sign(painter, rect, model, row, column)
        elif index.column() == SCORE:
            self._score(painter, inner, model, row)
        elif index.column() == STATE:
            state, text = model.state_of(row)
            self._chip(painter, inner, state, text)
        else:
            self._who(painter, inner, row, index.column())
        if option.state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, QRectF(rect), 0, inset=True)

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, selected = theme(), bool(option.state & QStyle.StateFlag.State_Selected)
        ground = "selection" if selected else ("alt" if index.row() % 2 else "surface")
        painter.fillRect(option.rect, t.color(ground))
        line = QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1)
        painter.fillRect(line, t.color("border"))

    def _who(self, painter: QPainter, inner: QRect, row: RoundRow, number: int) -> None:
        t = theme()
        painter.setPen(t.color("text"))
        painter.setFont(t.font("compact", bold=True))
        painter.drawText(inner, Flag.AlignVCenter | Flag.AlignLeft, row.bed if number == BED else row.name)
        if number == NAME and row.alike:
            badge = alike_badge(row)
            size = chip_size(badge.text)
            top = inner.center().y() + 1 - size.height() / 2
            place = QRectF(inner.right() - size.width(), top, size.width(), size.height())
            paint_chip(painter, place, t.state(badge.state), badge.text)

    def _sign(
        self, painter: QPainter, rect: QRect, model: RoundModel, row: RoundRow, column: SignColumn
    ) -> None:
        t = theme()
        box = QRectF(rect).adjusted(2, 2, -2, -3)
        draft = model.drafts.get(row.patient)
        if draft is not None and column.id in draft.held:
            state = t.state("warn")
            panel(painter, box, state.tint, state.edge, t.px(3))
        elif column.field in row.due:
            panel(painter, box, t.color("surface"), t.color("control"), t.px(3))
        inner = rect.adjusted(t.px(6), 0, -t.px(6), 0)
        shown, before = model.shown(row, column), model.before(row, column)
        painter.setFont(value_font())
        painter.setPen(t.color("text"))
        painter.drawText(inner, Flag.AlignVCenter | Flag.AlignLeft, shown)
        font = before_font()
        metrics = QFontMetricsF(font)
        used = QFontMetricsF(value_font()).horizontalAdvance(shown) + t.px(4) if shown else 0
        if metrics.horizontalAdvance(before) <= inner.width() - used:
            painter.setFont(font)
            painter.setPen(t.color("label"))
            painter.drawText(inner, Flag.AlignVCenter | Flag.AlignRight, before)

    def _score(self, painter: QPainter, inner: QRect, model: RoundModel, row: RoundRow) -> None:
        found = model.early_warning(row)
        if found is not None:
            state = LEVELS[found.level.code]
            if not found.complete and state in ("done", "note"):
                state = "not_checked"
            self._chip(painter, inner, state, score_text(found))

    def _chip(self, painter: QPainter, inner: QRect, state: str, text: str) -> None:
        if not state or not text:
            return
        size = chip_size(text)
        place = QRectF(inner.left(), inner.center().y() + 1 - size.height() / 2, size.width(), size.height())
        paint_chip(painter, place, theme().state(state), text)

    def width(self, model: RoundModel, number: int) -> int:
        """Give the width a column needs for what stands in it now."""
        t, pad = theme(), theme().px(14)
        if number == NAME:
            metrics = QFontMetricsF(t.font("compact", bold=True))
            found = [
                metrics.horizontalAdvance(row.name) + (badges_width([alike_badge(row)]) if row.alike else 0)
                for row in model.rows()
            ]
            return max(t.px(84), round(max(found, default=0)) + pad)
        if number == STATE:
            found = [float(chip_size(text).width()) for r in model.rows() if (text := model.state_of(r)[1])]
            return max(t.px(72), round(max(found, default=0)) + pad)
        column = model.column(number)
        return t.px(column.width if column is not None else 72 if number == SCORE else 48)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give the height of a row."""
        return QSize(theme().px(64), theme().px(ROW))


def alike_badge(row: RoundRow) -> Badge:
    """Mark a name that can be mixed up with another on the ward."""
    return Badge("caution", _("same") if row.alike == "same-name" else _("alike"))

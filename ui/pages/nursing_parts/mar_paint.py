"""How the administration chart is painted: grounds of past and now, rows, marks, the head, what is out of sight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from ui.pages.nursing_parts.mar_glyphs import paint_glyph
from ui.pages.nursing_parts.mar_layout import GLYPH, PAD, Bin, Mark, Plan, RowPlan
from ui.style import focus_ring, panel
from ui.theme import theme
from ui.widgets.cells import WRAP, paint_chip
from workstation.core.days import written_date
from workstation.core.i18n import _, n_
from workstation.nursing.rows import CellState

HEAD: Final = 40


@dataclass(frozen=True, slots=True)
class Sight:
    """What is in sight: how far it is scrolled, the size of the viewport, the current cell, and what is hidden."""

    plan: Plan
    scroll: int
    width: int
    height: int
    order: str
    slot: str
    focused: bool
    hidden: tuple[list[str], list[str]]


def paint_chart(painter: QPainter, sight: Sight) -> None:
    """Paint all of it."""
    head = theme().px(HEAD)
    painter.save()
    painter.setClipRect(QRectF(0, head, sight.width, sight.height - head))
    _grounds(painter, sight)
    _now(painter, sight)
    offset = head - sight.scroll
    for row in sight.plan.rows:
        if row.bottom + offset > head and row.top + offset < sight.height:
            _row(painter, sight, row, offset)
    painter.restore()
    _head(painter, sight)
    _hidden(painter, sight)


def _grounds(painter: QPainter, sight: Sight) -> None:
    t, laid, height = theme(), sight.plan, sight.height
    x = laid.now_x()
    past = x if x is not None else (laid.width if laid.bins and laid.bins[-1].end <= laid.now else laid.left)
    painter.fillRect(QRectF(laid.left, 0, max(past - laid.left, 0), height), t.color("sunken"))
    current = next((b for b in laid.bins if b.start <= laid.now < b.end), None)
    if current is not None and x is not None:
        painter.fillRect(QRectF(x, 0, current.left + current.width - x, height), t.color("selection"))


def _row(painter: QPainter, sight: Sight, row: RowPlan, offset: float) -> None:
    t, laid, top = theme(), sight.plan, row.top + offset
    current = row.row.line.order == sight.order and sight.focused
    ground = t.color("selection" if current else "surface")
    painter.fillRect(QRectF(0, top, laid.left, row.height), ground)
    painter.fillRect(QRectF(0, top + row.height - 1, laid.width, 1), t.color("border"))
    painter.setPen(t.color("text"))
    row.text.draw(painter, QPointF(t.px(PAD) + t.px(12), top + t.px(PAD)))
    _bracket(painter, row, top)
    for badge, place in row.badges:
        paint_chip(painter, place.translated(0, top), t.state(badge.state), badge.text)
    for mark in row.marks:
        _mark(painter, mark, top)
    if current:
        chosen = next((m for m in row.marks if m.cell.slot == sight.slot), None)
        ring = (
            chosen.place.translated(0, top) if chosen is not None else QRectF(0, top, laid.left, row.height)
        )
        focus_ring(painter, ring, t.px(3), inset=True)


def _bracket(painter: QPainter, row: RowPlan, top: float) -> None:
    """Draw the group's bracket through the row."""
    if not row.bracket:
        return
    t = theme()
    x, middle = t.px(9), top + t.px(PAD + 9)
    painter.setPen(QPen(t.color("text2"), 1.5))
    if row.bracket != "└":
        painter.drawLine(QPointF(x, middle if row.bracket == "┌" else top), QPointF(x, top + row.height))
    if row.bracket != "┌":
        painter.drawLine(QPointF(x, top), QPointF(x, middle if row.bracket == "└" else top + row.height))
    if row.bracket != "│":
        painter.drawLine(QPointF(x, middle), QPointF(x + t.px(6), middle))


def _mark(painter: QPainter, mark: Mark, top: float) -> None:
    t = theme()
    place = mark.place.translated(0, top)
    if mark.cell.state is CellState.OVERDUE:
        panel(painter, place, t.state("warn").tint, t.state("warn").edge, t.px(3))
    elif mark.cell.state is CellState.TWICE:
        panel(painter, place, t.state("conflict").tint, t.state("conflict").edge, t.px(3))
    side = t.px(GLYPH)
    paint_glyph(painter, mark.cell.state, QRectF(place.left() + t.px(2), place.top() + t.px(3), side, side))
    painter.setPen(t.color("text"))
    mark.text.draw(painter, QPointF(place.left() + side + t.px(6), place.top() + t.px(2)))


def _now(painter: QPainter, sight: Sight) -> None:
    x = sight.plan.now_x()
    if x is not None:
        painter.setPen(QPen(theme().color("accent"), 2))
        painter.drawLine(QPointF(x, 0), QPointF(x, sight.height))


def _head(painter: QPainter, sight: Sight) -> None:
    t, laid, height = theme(), sight.plan, theme().px(HEAD)
    painter.fillRect(QRectF(0, 0, sight.width, height), t.color("sunken"))
    painter.setFont(t.font("label", bold=True))
    painter.setPen(t.color("text2"))
    half = height / 2
    painter.drawText(
        QRectF(t.px(PAD), 0, laid.left - t.px(PAD), height), Qt.AlignmentFlag.AlignVCenter, _("Order")
    )
    for number, column in enumerate(laid.bins):
        if not number or column.start.date() != laid.bins[number - 1].start.date():
            _day(painter, laid, column, half)
        painter.setFont(t.font("label"))
        place = QRectF(column.left + t.px(3), half, column.width, half)
        painter.setPen(t.color("label"))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, f"{column.start:%H:%M}")
    x = laid.now_x()
    if x is not None:
        _now_label(painter, x, half, laid)


def _day(painter: QPainter, laid: Plan, column: Bin, half: float) -> None:
    t = theme()
    painter.setPen(QPen(t.color("control"), 1))
    painter.drawLine(QPointF(column.left, 0), QPointF(column.left, half * 2))
    painter.setFont(t.font("label", bold=True))
    painter.setPen(t.color("text2"))
    today = column.start.date() == laid.now.date()
    day = written_date(column.start.date())
    text = _("Today {date}", date=day) if today else day
    same = [b for b in laid.bins if b.start.date() == column.start.date()]
    room = QRectF(column.left + t.px(3), 0, sum(b.width for b in same), half)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)


def _now_label(painter: QPainter, x: float, half: float, laid: Plan) -> None:
    t = theme()
    text = _("now {time}", time=f"{laid.now:%H:%M}")
    font = t.font("label", bold=True)
    width = QFontMetricsF(font).horizontalAdvance(text) + t.px(10)
    left = min(max(x - width / 2, laid.left), laid.width - width)
    painter.fillRect(QRectF(left, half, width, half), t.color("accent_solid"))
    painter.setFont(font)
    painter.setPen(t.color("accent_ink"))
    painter.drawText(QRectF(left, half, width, half), Qt.AlignmentFlag.AlignCenter, text)


def _hidden(painter: QPainter, sight: Sight) -> None:
    above, below = sight.hidden
    if above:
        text = n_("↑ {count} above: {names}", "↑ {count} above: {names}", len(above), names=", ".join(above))
        _strip(painter, sight, text, at_top=True)
    if below:
        text = n_("↓ {count} below: {names}", "↓ {count} below: {names}", len(below), names=", ".join(below))
        _strip(painter, sight, text, at_top=False)


def _strip(painter: QPainter, sight: Sight, text: str, at_top: bool) -> None:
    """Name what is out of sight in a strip at its edge, in as many lines as the names need."""
    t, font = theme(), theme().font("label", bold=True)
    room = sight.width - t.px(16)
    need = QFontMetricsF(font).boundingRect(QRectF(0, 0, room, 10_000), WRAP.value, text).height() + t.px(6)
    y = t.px(HEAD) if at_top else sight.height - need
    state = t.state("note")
    panel(painter, QRectF(0, y, sight.width, need), state.tint, state.edge, 0)
    painter.setFont(font)
    painter.setPen(state.tint_ink)
    painter.drawText(QRectF(t.px(8), y + t.px(3), room, need - t.px(6)), WRAP.value, text)

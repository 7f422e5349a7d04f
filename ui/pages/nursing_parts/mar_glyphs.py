"""The marks of the administration chart: recorded and not recorded differ by form, never by colour alone.

■ given, ▣ given late, a box with a cross not given, a half disc running, ◇ planned, ◆ due, ◆ with an edge overdue,
two boxes recorded twice (MEDa-0078).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.pages.nursing_parts import words
from ui.theme import theme
from ui.widgets.cells import chip_size
from workstation.nursing.rows import CellState


def ink(state: CellState) -> QColor:
    """Give the colour of a mark; its form alone already says the state."""
    t = theme()
    return {
        CellState.GIVEN: t.state("done").edge,
        CellState.LATE: t.state("done").edge,
        CellState.NOT_GIVEN: t.color("text"),
        CellState.RUNNING: t.state("note").edge,
        CellState.SCHEDULED: t.color("control"),
        CellState.DUE: t.color("accent"),
        CellState.OVERDUE: t.state("warn").edge,
        CellState.TWICE: t.state("conflict").edge,
    }[state]


def paint_glyph(painter: QPainter, state: CellState, box: QRectF) -> None:
    """Paint a mark into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = ink(state)
    painter.setPen(QPen(color, max(box.width() / 9, 1.4)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _FORMS[state](painter, box.adjusted(1, 1, -1, -1), color)
    painter.restore()


def _full(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.fillRect(box, color)


def _full_in_box(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.drawRect(box)
    inner = box.width() * 0.26
    painter.fillRect(box.adjusted(inner, inner, -inner, -inner), color)


def _crossed(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.drawRect(box)
    inner = box.adjusted(*(box.width() * 0.22 * s for s in (1, 1, -1, -1)))
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.topRight(), inner.bottomLeft())


def _half_disc(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.drawEllipse(box)
    painter.setBrush(QBrush(color))
    painter.drawPie(box, 90 * 16, -180 * 16)


def _diamond(box: QRectF) -> QPolygonF:
    c = box.center()
    return QPolygonF([
        QPointF(c.x(), box.top()), QPointF(box.right(), c.y()), QPointF(c.x(), box.bottom()), QPointF(box.left(), c.y())
    ])  # fmt: skip


def _planned(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.drawPolygon(_diamond(box))


def _due(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.setBrush(QBrush(color))
    painter.drawPolygon(_diamond(box))


def _overdue(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.setBrush(QBrush(theme().state("warn").fill))
    painter.drawPolygon(_diamond(box))
    painter.setPen(QPen(theme().state("warn").ink, max(box.width() / 8, 1.5)))
    c, reach = box.center(), box.height() * 0.2
    painter.drawLine(QPointF(c.x(), c.y() - reach * 1.1), QPointF(c.x(), c.y() + reach * 0.2))
    painter.drawPoint(QPointF(c.x(), c.y() + reach * 1.1))


def _twice(painter: QPainter, box: QRectF, color: QColor) -> None:
    side = box.width() * 0.66
    painter.drawRect(QRectF(box.right() - side, box.top(), side, side))
    painter.fillRect(QRectF(box.left(), box.bottom() - side, side, side), color)


_FORMS: Final[dict[CellState, Callable[[QPainter, QRectF, QColor], None]]] = {
    CellState.GIVEN: _full,
    CellState.LATE: _full_in_box,
    CellState.NOT_GIVEN: _crossed,
    CellState.RUNNING: _half_disc,
    CellState.SCHEDULED: _planned,
    CellState.DUE: _due,
    CellState.OVERDUE: _overdue,
    CellState.TWICE: _twice,
}


class LegendMark(QWidget):
    """One mark with its word, for the line that explains the chart."""

    def __init__(self, state: CellState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setAccessibleName(words.cell_word(state))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Give the room for mark and word."""
        return chip_size(words.cell_word(self._state))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint mark and word."""
        t, painter = theme(), QPainter(self)
        side = t.px(13)
        paint_glyph(painter, self._state, QRectF(0, (self.height() - side) / 2, side, side))
        painter.setFont(t.font("label"))
        painter.setPen(t.color("text2"))
        left = self.rect().adjusted(side + t.px(4), 0, 0, 0)
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, words.cell_word(self._state))

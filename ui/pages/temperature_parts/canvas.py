"""The temperature chart on the screen: the same shapes as on paper, in the inks of the theme, drawn once and kept."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.style import focus_ring
from ui.theme import theme, tokens
from workstation.printing.drawing import Area, Drawing, Ink, Line, Ring, Shape, Words

PT: Final = 25.4 / 72
WIDEST: Final = 5.6
NARROWEST: Final = 4.9
"""Pixels a millimetre at 100 %: below the smaller one the least text would be under 12 px."""

TOKENS: Final = {"black": "text", "label": "label", "grid": "border", "grid-strong": "control"}


def ink(name: Ink) -> QColor:
    """Give the colour of an ink in the theme in use."""
    if name in TOKENS:
        return theme().color(TOKENS[name])
    chart = tokens()["themes"][theme().mode]["chart"]
    return QColor(chart["temperature" if name == "blue" else "pulse"])


class ChartCanvas(QWidget):
    """One page, as wide as there is room, never so small that its text cannot be read."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._drawing: Drawing | None = None
        self._kept: QPixmap | None = None
        self._scale = theme().px(1) * NARROWEST
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def drawing(self) -> Drawing | None:
        """Give what is drawn."""
        return self._drawing

    def show_drawing(self, drawing: Drawing, spoken: str) -> None:
        """Draw a page; `spoken` says in words what stands in it."""
        self._drawing, self._kept = drawing, None
        self.setAccessibleDescription(spoken)
        self.setFixedSize(self.sizeHint())
        self.update()

    def fit(self, room: int) -> None:
        """Be as wide as the room allows."""
        width = self._drawing.width if self._drawing is not None else 210.0
        least, most = (theme().scale / 100 * limit for limit in (NARROWEST, WIDEST))
        scale = min(max(room / width, least), most)
        if abs(scale - self._scale) > 0.001:
            self._scale, self._kept = scale, None
            self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Give the size of the page at the present scale."""
        if self._drawing is None:
            return QSize(theme().px(600), theme().px(400))
        return QSize(round(self._drawing.width * self._scale), round(self._drawing.height * self._scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the page, and the focus ring where the keys go."""
        painter = QPainter(self)
        if self._drawing is not None:
            if self._kept is None:
                self._kept = self._draw(self._drawing)
            painter.drawPixmap(0, 0, self._kept)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), theme().px(3), inset=True)

    def _draw(self, drawing: Drawing) -> QPixmap:
        ratio = self.devicePixelRatioF()
        kept = QPixmap(self.size() * ratio)
        kept.setDevicePixelRatio(ratio)
        kept.fill(theme().color("surface"))
        painter = QPainter(kept)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for shape in drawing.shapes:
            self._shape(painter, shape)
        painter.end()
        return kept

    def _shape(self, painter: QPainter, shape: Shape) -> None:
        s = self._scale
        match shape:
            case Line():
                straight = shape.x1 == shape.x2 or shape.y1 == shape.y2
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, not straight or shape.dashed)
                painter.setPen(self._pen(shape.ink, shape.weight, shape.dashed))
                painter.drawLine(QPointF(shape.x1 * s, shape.y1 * s), QPointF(shape.x2 * s, shape.y2 * s))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            case Ring():
                self._fill(painter, shape.ink, shape.filled, shape.weight)
                painter.drawEllipse(QPointF(shape.x * s, shape.y * s), shape.radius * s, shape.radius * s)
            case Area():
                self._fill(painter, shape.ink, shape.filled, shape.weight)
                painter.drawPolygon(QPolygonF([QPointF(x * s, y * s) for x, y in shape.points]))
            case Words():
                self._words(painter, shape)

    def _pen(self, name: Ink, weight: float, dashed: bool = False) -> QPen:
        pen = QPen(ink(name), max(weight * self._scale, 1.0))
        if dashed:
            pen.setDashPattern([3.0, 2.0])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _fill(self, painter: QPainter, name: Ink, filled: bool, weight: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen if filled else self._pen(name, weight))
        painter.setBrush(ink(name) if filled else Qt.BrushStyle.NoBrush)

    def _words(self, painter: QPainter, shape: Words) -> None:
        font = QFont(theme().font("body", bold=shape.bold))
        font.setPixelSize(max(round(shape.size * PT * self._scale), 6))
        painter.setFont(font)
        painter.setPen(ink(shape.ink))
        x, y = shape.x * self._scale, shape.baseline * self._scale
        width = painter.fontMetrics().horizontalAdvance(shape.text)
        shift = {"left": 0.0, "right": float(width), "centre": width / 2}[shape.align]
        if not shape.upright:
            painter.drawText(QPointF(x - shift, y), shape.text)
            return
        painter.save()
        painter.translate(x, y)
        painter.rotate(-90)
        painter.drawText(QPointF(0, 0), shape.text)
        painter.restore()

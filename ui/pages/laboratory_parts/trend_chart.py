"""One test over time: a time axis in proportion, the reference band, the latest value large; the arrows read values."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.pages.laboratory_parts import words
from ui.style import focus_ring, panel
from ui.theme import theme
from workstation.core.clock import Clock
from workstation.core.i18n import _
from workstation.laboratory.rows import TrendPoint, TrendView

HEIGHT: Final = 210
LOW: Final = 132
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 34, 30
DOT: Final = 3.5
STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
TICKS: Final = 4


class TrendChart(QWidget):
    """See the module. Values that are no number are marked at the foot and read like the others."""

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.view: TrendView | None = None
        self.at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Trend"))
        self.setFixedHeight(theme().px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Want the width there is."""
        return QSize(theme().px(640), self.height())

    def fit(self, room: int) -> None:
        """Take less than half of the room there is, so that the table is still one."""
        self.setFixedHeight(min(theme().px(HEIGHT), max(room * 2 // 5, theme().px(LOW))))

    def show_trend(self, view: TrendView | None) -> None:
        """Show another test, reading its latest value."""
        self.view = view
        self.at = len(view.points) - 1 if view is not None else -1
        self._speak()
        self.update()

    def reading(self) -> str:
        """Give the value under the reading line, in words."""
        if self.view is None or not 0 <= self.at < len(self.view.points):
            return ""
        point = self.view.points[self.at]
        now = self._clock.now()
        parts = (
            words.value_text(point.value, self.view.unit),
            words.flag_text(point.flag),
            f"{words.day_text(point.at, now)} {words.clock_text(point.at, now)}".strip(),
        )
        return "  ".join(part for part in parts if part)

    def _speak(self) -> None:
        if self.view is None:
            self.setAccessibleDescription("")
            return
        reference = words.reference_text(self.view.reference, self.view.reference_by, self.view.unit)
        self.setAccessibleDescription(f"{self.view.name}: {self.reading()}. {reference}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the reading line."""
        count = len(self.view.points) if self.view is not None else 0
        moves = {
            Qt.Key.Key_Left: self.at - 1,
            Qt.Key.Key_Right: self.at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: count - 1,
        }
        key = Qt.Key(event.key())
        if key in moves and count:
            self.at = min(max(moves[key], 0), count - 1)
            self._speak()
            self.update()
            event.accept()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Read the value nearest to the pointer."""
        if self.view is not None and self.view.points:
            xs = [self._x(point) for point in self.view.points]
            self.at = min(range(len(xs)), key=lambda n: abs(xs[n] - event.position().x()))
            self._speak()
            self.update()
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    # Where things are

    def _frame(self) -> QRectF:
        t = theme()
        return QRectF(self.rect()).adjusted(t.px(LEFT), t.px(TOP), -t.px(RIGHT), -t.px(BOTTOM))

    def _span(self) -> tuple[float, float]:
        """Give the least and the greatest number to be shown, limits included, with a margin."""
        view = self.view
        numbers = [p.number for p in view.points if p.number is not None] if view is not None else []
        limits = [v for v in (view.low, view.high) if v is not None] if view is not None else []
        shown = [*numbers, *limits] or [0.0, 1.0]
        low, high = min(shown), max(shown)
        margin = (high - low) * 0.12 or max(abs(high) * 0.1, 0.5)
        return low - margin, high + margin

    def _times(self) -> tuple[float, float]:
        stamps = (
            [_stamp(p.at, self._clock.now()) for p in self.view.points] if self.view is not None else [0.0]
        )
        first, last = min(stamps), max(stamps)
        return (first, last) if last > first else (first - 43_200, last + 43_200)

    def _x(self, point: TrendPoint) -> float:
        frame, (first, last) = self._frame(), self._times()
        return frame.left() + frame.width() * (_stamp(point.at, self._clock.now()) - first) / (last - first)

    def _y(self, number: float) -> float:
        frame, (low, high) = self._frame(), self._span()
        return frame.bottom() - frame.height() * (number - low) / (high - low)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint panel, band, axes, line, reading line and the latest values."""
        t, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        panel(painter, QRectF(self.rect()), t.color("surface"), t.color("border"), t.px(6))
        if self.view is not None and self.view.points:
            self._head(painter)
            self._band(painter)
            self._scale(painter)
            self._line(painter)
            self._latest(painter)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), t.px(6), inset=True)

    def _head(self, painter: QPainter) -> None:
        t, view = theme(), self.view
        if view is None:
            return
        painter.setFont(t.font("body", bold=True))
        painter.setPen(t.color("text"))
        unit = words.unit_text(view.unit)
        title = f"{view.name} ({unit})" if unit else view.name
        painter.drawText(QPointF(t.px(12), t.px(20)), title)
        left = QFontMetricsF(painter.font()).horizontalAdvance(title) + t.px(24)
        painter.setFont(t.font("label"))
        painter.setPen(t.color("text2"))
        painter.drawText(QPointF(left, t.px(20)), self.reading())

    def _band(self, painter: QPainter) -> None:
        view, frame = self.view, self._frame()
        if view is None or (view.low is None and view.high is None):
            return
        top = self._y(view.high) if view.high is not None else frame.top()
        bottom = self._y(view.low) if view.low is not None else frame.bottom()
        fill = QColor(theme().state("done").tint)
        painter.fillRect(QRectF(frame.left(), top, frame.width(), bottom - top), fill)
        painter.setPen(QPen(theme().state("done").edge, 1, Qt.PenStyle.DashLine))
        for limit in (view.low, view.high):
            if limit is not None:
                painter.drawLine(
                    QPointF(frame.left(), self._y(limit)), QPointF(frame.right(), self._y(limit))
                )

    def _scale(self, painter: QPainter) -> None:
        t, frame, now = theme(), self._frame(), self._clock.now()
        painter.setPen(QPen(t.color("control"), 1))
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        painter.drawLine(frame.topLeft(), frame.bottomLeft())
        painter.setFont(t.font("hint"))
        painter.setPen(t.color("text2"))
        for number in ticks(*self._span()):
            y = self._y(number)
            place = QRectF(t.px(4), y - t.px(8), t.px(LEFT) - t.px(10), t.px(16))
            painter.drawText(
                place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), f"{number:g}"
            )
        ends = [self.view.points[0], self.view.points[-1]] if self.view is not None else []
        for place_, point in enumerate(ends[: 1 if len({p.at for p in ends}) == 1 else 2]):
            text = words.day_text(point.at, now)
            width = QFontMetricsF(painter.font()).horizontalAdvance(text)
            x = frame.left() if place_ == 0 else frame.right() - width
            painter.drawText(QPointF(x, frame.bottom() + t.px(18)), text)

    def _line(self, painter: QPainter) -> None:
        t, view, frame = theme(), self.view, self._frame()
        if view is None:
            return
        ink = t.color("accent")
        drawn = [(p, QPointF(self._x(p), self._y(p.number))) for p in view.points if p.number is not None]
        painter.setPen(QPen(ink, 2))
        painter.drawPolyline(QPolygonF([where for _p, where in drawn]))
        for point, where in drawn:
            self._dot(painter, point, where, ink)
        painter.setFont(t.font("hint", bold=True))
        painter.setPen(t.color("text"))
        for point in view.points:
            if point.number is None:
                painter.drawText(QPointF(self._x(point) - t.px(3), frame.bottom() - t.px(4)), "×")
        if 0 <= self.at < len(view.points):
            x = self._x(view.points[self.at])
            painter.setPen(QPen(t.color("focus"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))

    def _dot(self, painter: QPainter, point: TrendPoint, where: QPointF, ink: QColor) -> None:
        """Mark a value: round within the range, a triangle out of it, so that no colour is needed."""
        t = theme()
        size = t.px(1) * DOT
        if not point.flag:
            painter.setBrush(ink)
            painter.setPen(QPen(t.color("surface"), 1))
            painter.drawEllipse(where, size, size)
            return
        state = t.state("stop" if point.flag.startswith("critical") else "caution")
        up = -1 if "low" not in point.flag else 1
        corners = [
            QPointF(where.x(), where.y() + up * size * 1.8),
            QPointF(where.x() - size * 1.6, where.y() - up * size),
            QPointF(where.x() + size * 1.6, where.y() - up * size),
        ]
        painter.setBrush(state.edge)
        painter.setPen(QPen(t.color("surface"), 1))
        painter.drawPolygon(QPolygonF(corners))

    def _latest(self, painter: QPainter) -> None:
        """Write the latest value large, the one before, and the range; long words wrap, what has no room whole goes."""
        t, view, now = theme(), self.view, self._clock.now()
        if view is None:
            return
        last, x, y = view.points[-1], self.width() - t.px(RIGHT) + t.px(14), float(t.px(TOP))
        before = view.points[-2] if len(view.points) > 1 else None
        flagged = "  ".join(x for x in (words.unit_text(view.unit), words.flag_text(last.flag)) if x)
        said = [("digit", last.value), ("label", flagged), ("label", words.day_text(last.at, now))]
        if before is not None:
            said.append(("body", _("Before: {value}", value=words.value_text(before.value, view.unit))))
            said.append(("label", words.day_text(before.at, now)))
        said.append(("label", words.reference_text(view.reference, view.reference_by)))
        for kind, text in said:
            if text:
                painter.setFont(t.font(kind, bold=kind == "digit"))
                painter.setPen(t.color("text" if kind == "digit" else "text2"))
                room = QRectF(x, y, t.px(RIGHT) - t.px(22), t.px(HEIGHT))
                tall = painter.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height()
                if y + tall > self.height():
                    break
                painter.drawText(room, int(Qt.TextFlag.TextWordWrap), text)
                y += tall + t.px(2)


def _stamp(at: str, now: datetime) -> float:
    return (
        words.local(at, now).timestamp() if len(at) > 10 else words.local(f"{at}T00:00:00", now).timestamp()
    )


def ticks(low: float, high: float) -> list[float]:
    """Give round numbers between two numbers, about four of them."""
    rough = (high - low) / TICKS
    power = 10.0 ** _floor_log(rough)
    step = next((s * power for s in STEPS if s * power >= rough), 10 * power)
    first = int(low / step) * step
    found = [round(first + n * step, 10) for n in range(TICKS + 4)]
    return [number for number in found if low <= number <= high]


def _floor_log(number: float) -> int:
    exponent = 0
    while number >= 10:
        number, exponent = number / 10, exponent + 1
    while 0 < number < 1:
        number, exponent = number * 10, exponent - 1
    return exponent

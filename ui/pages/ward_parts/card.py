"""One bed card: laid out once, painted from a picture, taller rather than cut.

Fixed corners: bed top left, nursing level top right (band and character), next task bottom left, distance bottom
right. Nothing is elided: names part at their dots and blanks only, everything else wraps and the card grows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ui import icons
from ui.pages.queue_parts.words import name_kept
from ui.pages.ward_parts import words
from ui.pages.ward_parts.cells import Cell
from ui.style import focus_ring, panel
from ui.theme import theme, tokens
from ui.widgets.cells import TALL, WRAP, chip_size, paint_chip
from ui.widgets.chips import STATE_OF, Travelled
from ui.widgets.table_model import Badge
from workstation.core.i18n import _
from workstation.inpatient.rows import Occupant
from workstation.terminology.levels import NursingLevel

PAD: Final = 8
GAP: Final = 6  # between cards
BAND: Final = 9
BOX: Final = 22
KEPT: Final = 400  # plans and pictures: two wards in two sizes


@dataclass(frozen=True, slots=True)
class CardSize:
    """A size of card in pixels at 100 %; a small one leaves the diagnosis out, a large one names agents and staff."""

    id: str
    width: int
    height: int
    diagnosis: bool = True
    details: bool = False


SIZES: Final = {
    "small": CardSize("small", 132, 84, diagnosis=False),
    "medium": CardSize("medium", 168, 132),
    "large": CardSize("large", 248, 148, details=True),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One text or chip of a card at its place, measured from the top left corner."""

    place: QRectF
    text: str
    font: QFont
    color: str = "text"
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A card laid out in a width: what stands from the top, what stands at the bottom, and the height both need."""

    top: tuple[Piece, ...]
    bottom: tuple[Piece, ...]
    bottom_height: float
    height: float


class CardPainter:
    """Lays cards out and paints them. `levels` are the site's marks of nursing levels, `size` the size in use."""

    def __init__(self, levels: Mapping[str, NursingLevel], size: CardSize, now: datetime) -> None:
        self.levels, self.size, self.now = levels, size, now
        self._plans: dict[tuple[Cell, float], Plan] = {}

    # Layout

    def plan(self, cell: Cell, width: float) -> Plan:
        """Lay a card out, once for a width: measured first and painted later."""
        key = cell, width
        if key not in self._plans:
            if len(self._plans) >= KEPT:
                self._plans.clear()
            self._plans[key] = self._laid_out(cell, width)
        return self._plans[key]

    def _laid_out(self, cell: Cell, width: float) -> Plan:
        flow = _Flow(width - 2 * theme().px(PAD))
        self._head(flow, cell)
        if cell.who is None:
            flow.text(_("Empty bed") if cell.bed.open else _("Bed closed"), theme().font("body"), "text2")
            return flow.finish(_Flow(flow.room), theme().px(self.size.height))
        self._body(flow, cell, cell.who)
        foot = _Flow(flow.room - theme().px(20))
        self._foot(foot, cell)
        return flow.finish(foot, theme().px(self.size.height))

    def _head(self, flow: _Flow, cell: Cell) -> None:
        """Bed and name; the name goes below where it does not fit beside."""
        t, who = theme(), cell.who
        flow.beside(cell.bed.number or "–", t.font("name"), "text")
        flow.keep_right(t.px(BOX + BAND) if who is not None and who.nursing else 0)
        if who is not None:
            flow.beside(name_kept(who.name), t.font("section", bold=True), "text")
        flow.next_line(t.px(BOX))
        flow.keep_right(0)

    def _body(self, flow: _Flow, cell: Cell, who: Occupant) -> None:
        t = theme()
        said = f"{words.who_text(who, self.now)} · {words.day_text(who.day)}"
        if who.nursing and who.nursing not in self.levels:
            said += f" · {who.nursing_name or who.nursing}"
        flow.beside(said, t.font("label"), "text2")
        for badge in words.identity_badges(cell):
            flow.chip(badge)
        flow.next_line()
        if self.size.diagnosis and who.diagnosis:
            flow.text(who.diagnosis, t.font("compact"), "text")
        for badge in words.state_badges(who, agents=self.size.details):
            flow.chip(badge)
        flow.next_line()
        if self.size.details:
            people = " · ".join(part for part in (who.doctor, who.nurse) if part)
            if people:
                flow.text(people, t.font("label"), "text2")

    def _foot(self, flow: _Flow, cell: Cell) -> None:
        """The next task and what is overdue."""
        late = words.overdue_text(cell.due)
        said = words.due_text(cell.due, self.now)
        if said and not (late and self.size.id == "small"):
            flow.beside(said, theme().font("label"), "text")
        if late:
            flow.chip(Badge("warn", late))
        flow.next_line()

    # Painting

    def paint(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        """Paint a card into a rectangle that is at least as high as its plan."""
        t, plan = theme(), self.plan(cell, rect.width())
        self._ground(painter, rect, cell)
        pad = t.px(PAD)
        painter.save()
        painter.translate(rect.left() + pad, rect.top() + t.px(4))
        _paint(painter, plan.top)
        painter.translate(0, rect.height() - t.px(4) - plan.bottom_height - t.px(4))
        _paint(painter, plan.bottom)
        painter.restore()
        if cell.who is not None:
            self._level(painter, rect, cell.who)
            self._distance(painter, rect, words.journey_of(cell.who))

    def _ground(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        t = theme()
        taken = cell.who is not None
        panel(painter, rect, t.color("surface" if taken else "sunken"), None, t.px(6))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(t.state("conflict").edge if cell.shared else t.color("control"), 2 if cell.shared else 1)
        if not taken:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), t.px(6), t.px(6))
        painter.restore()

    def _level(self, painter: QPainter, rect: QRectF, who: Occupant) -> None:
        """The band down the corner and the character in its box; a level without a mark is said in words above."""
        level = self.levels.get(who.nursing)
        if level is None:
            return
        t, fill, ink = theme(), QColor(level.fill), QColor(level.ink)
        band, box = t.px(BAND), t.px(BOX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        edge = rect.right() - 1
        painter.drawRoundedRect(QRectF(edge - band, rect.top() + 1, band, box + t.px(20)), t.px(3), t.px(3))
        square = QRectF(edge - band - box + t.px(3), rect.top() + 1, box, box)
        painter.drawRoundedRect(square, t.px(3), t.px(3))
        painter.setPen(ink)
        painter.setFont(t.font("body", bold=True))
        painter.drawText(square, Qt.AlignmentFlag.AlignCenter, level.character)
        painter.restore()

    def _distance(self, painter: QPainter, rect: QRectF, how_far: Travelled) -> None:
        t = theme()
        quiet = how_far in (Travelled.LOCAL, Travelled.WAITING, Travelled.RECEIVED)
        ink = t.color("text2") if quiet else t.state(STATE_OF[how_far]).edge
        x, y = rect.right() - t.px(PAD + 16), rect.bottom() - t.px(6 + 16)
        icons.paint(painter, tokens()["distance"][how_far], x, y, ink)


def paint_focus(painter: QPainter, rect: QRectF) -> None:
    """Paint the ring of the card in focus."""
    focus_ring(painter, rect, theme().px(6), inset=True)


def _paint(painter: QPainter, pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        if piece.badge is not None:
            solid = piece.badge.state == "allergy"
            paint_chip(painter, piece.place, theme().state(piece.badge.state), piece.badge.text, solid)
            continue
        painter.setFont(piece.font)
        painter.setPen(theme().color(piece.color))
        painter.drawText(piece.place, WRAP.value, piece.text)


class _Flow:
    """Sets texts and chips beside each other as far as they fit, then below; gives their places."""

    def __init__(self, room: float) -> None:
        self.room = room
        self.pieces: list[Piece] = []
        self._x, self._y, self._line, self._right = 0.0, 0.0, 0.0, 0.0

    def keep_right(self, width: float) -> None:
        """Keep the right end of the line free for a mark."""
        self._right = width

    def beside(self, text: str, font: QFont, color: str) -> None:
        """Set a text beside what stands here if its longest piece fits, else below; it wraps where it must."""
        metrics = QFontMetricsF(font)
        whole = metrics.horizontalAdvance(text)
        if self._x and self._x + whole > self.room - self._right:
            self.next_line()
            self._right = 0.0
        width = self.room - self._right - self._x
        height = _height(metrics, text, width)
        taken = min(whole + 1, width)
        self._put(Piece(QRectF(self._x, self._y, taken, height), text, font, color), taken, height)

    def text(self, text: str, font: QFont, color: str) -> None:
        """Set a text in lines of its own."""
        self.next_line()
        height = _height(QFontMetricsF(font), text, self.room)
        self.pieces.append(Piece(QRectF(0, self._y, self.room, height), text, font, color))
        self._y += height + theme().px(2)

    def chip(self, badge: Badge) -> None:
        """Set a chip beside what stands here, or below; where it is too wide for a line its words wrap."""
        size = chip_size(badge.text, round(self.room))
        if self._x and self._x + size.width() > self.room - self._right:
            self.next_line()
        place = QRectF(self._x, self._y, size.width(), size.height())
        self._put(Piece(place, badge.text, theme().font("label"), badge=badge), size.width(), size.height())

    def _put(self, piece: Piece, width: float, height: float) -> None:
        self.pieces.append(piece)
        self._x += width + theme().px(5)
        self._line = max(self._line, height)

    def next_line(self, least: float = 0.0) -> None:
        """Go on below, if anything stands on this line."""
        if self._x:
            self._y += max(self._line, least) + theme().px(3)
        self._x, self._line = 0.0, 0.0

    @property
    def bottom(self) -> float:
        """How far down this reaches."""
        return self._y

    def finish(self, foot: _Flow, least: float) -> Plan:
        """Put a foot under it."""
        under = max(foot.bottom, theme().px(18))
        height = max(least, self.bottom + under + theme().px(4 + 4 + 4))
        return Plan(tuple(self.pieces), tuple(foot.pieces), under, height)


def _height(metrics: QFontMetricsF, text: str, width: float) -> float:
    """Give the height of a text in a width; Han characters are taller than the height of the Latin font says."""
    return metrics.boundingRect(QRectF(0, 0, max(width, 1.0), TALL), WRAP.value, text).height()

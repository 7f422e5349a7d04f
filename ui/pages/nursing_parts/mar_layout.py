"""Where everything on the administration chart stands: time columns, rows that grow, marks below each other.

Time runs to the right in columns of hours; what falls into the same column stands below each other, so that a dose and
its time always stand beside their mark and nothing is cut. The geometry is plain numbers, painted by `mar_view`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QTextLayout

from ui.pages.nursing_parts import words
from ui.theme import theme
from ui.widgets.cells import chip_size, in_pieces, run_layout
from ui.widgets.table_model import Badge, Run
from workstation.core.clock import parse_instant
from workstation.nursing.rows import Cell, CellState, MarRow, MarView
from workstation.terminology.doses import keep
from workstation.terminology.doses import plain as plain_text

DAY: Final = timedelta(days=1)
LEFT: Final = (300, 420)
LEFT_SHARE: Final = 0.32
COLUMN: Final = 84
GLYPH: Final = 14
PAD: Final = 6
STRIP: Final = 40
LEAST: Final = LEFT[0] + 6 * COLUMN  # below this width the columns are too narrow to be read
# columns of the days beside today, and of today; the first that fits is taken
SPLITS: Final = ((4, 12), (4, 8), (3, 8), (2, 8), (2, 6), (1, 6), (1, 4))
SPOKEN_STATES: Final = frozenset(
    {CellState.OVERDUE, CellState.LATE, CellState.NOT_GIVEN, CellState.RUNNING, CellState.TWICE}
)


@dataclass(frozen=True, slots=True)
class Bin:
    """One column of time and where it stands."""

    start: datetime
    end: datetime
    left: float
    width: float

    def x(self, moment: datetime) -> float:
        """Give where a moment of this column stands."""
        return self.left + self.width * ((moment - self.start) / (self.end - self.start))


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell of the chart at its place, measured from the top of its row."""

    cell: Cell
    place: QRectF
    text: QTextLayout


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row: its text and chips at the left, its marks, where it begins and how high it is."""

    row: MarRow
    top: float
    height: float
    text: QTextLayout
    badges: tuple[tuple[Badge, QRectF], ...]
    marks: tuple[Mark, ...]
    bracket: str

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


@dataclass(frozen=True)
class Plan:
    """The whole chart laid out in a width."""

    view: MarView
    now: datetime
    width: float
    left: float
    bins: tuple[Bin, ...]
    rows: tuple[RowPlan, ...]

    @cached_property
    def height(self) -> float:
        """How high all rows are together."""
        return self.rows[-1].bottom if self.rows else 0.0

    def now_x(self) -> float | None:
        """Give where the present moment stands, or None when the chart shows other days."""
        return next((b.x(self.now) for b in self.bins if b.start <= self.now < b.end), None)

    def hidden(self, top: float, bottom: float) -> tuple[list[str], list[str]]:
        """Name the medicines that lie above and below what is in sight, counted by their first line.

        The strip that names them covers a line itself.
        """
        reach, strip = theme().row_height / 2, theme().px(STRIP)
        above = [r.row.line.name for r in self.rows if r.top + reach < top]
        if above:
            above = [r.row.line.name for r in self.rows if r.top + reach < top + strip]
        below = [r.row.line.name for r in self.rows if r.top + reach > bottom]
        if below:
            below = [r.row.line.name for r in self.rows if r.top + reach > bottom - strip]
        return above, below


def plan(view: MarView, now: datetime, width: float) -> Plan:
    """Lay a chart out."""
    t = theme()
    left = min(max(width * LEFT_SHARE, t.px(LEFT[0])), t.px(LEFT[1]))
    bins = time_bins(view, now, left, width - left)
    brackets = words.group_marks([_group(row) for row in view.rows])
    rows: list[RowPlan] = []
    top = 0.0
    for row, bracket in zip(view.rows, brackets, strict=True):
        made = _row(row, bracket, top, left, bins, now)
        rows.append(made)
        top = made.bottom
    return Plan(view, now, width, left, bins, tuple(rows))


def _group(row: MarRow) -> int:
    """Give a number that is the same for the lines of one infusion group of one signature."""
    return hash(row.unit) or 1 if row.line.group else 0


def time_bins(view: MarView, now: datetime, left: float, room: float) -> tuple[Bin, ...]:
    """Give the columns of time: the day in the middle in more of them than the days beside it."""
    since = parse_instant(view.since).astimezone(now.tzinfo)
    until = parse_instant(view.until).astimezone(now.tzinfo)
    days = max(round((until - since) / DAY), 1)
    wanted = [(side, main) for side, main in SPLITS if main + side * (days - 1) <= room / theme().px(COLUMN)]
    side, main = wanted[0] if wanted else SPLITS[-1]
    parts = [main if place == days // 2 else side for place in range(days)]
    width = room / sum(parts)
    bins: list[Bin] = []
    for place, count in enumerate(parts):
        day = since + place * DAY
        for number in range(count):
            start = day + number * DAY / count
            bins.append(Bin(start, start + DAY / count, left + len(bins) * width, width))
    return tuple(bins)


def _row(row: MarRow, bracket: str, top: float, left: float, bins: Sequence[Bin], now: datetime) -> RowPlan:
    t = theme()
    pad, room = t.px(PAD), left - 2 * t.px(PAD) - t.px(12)
    text = run_layout(words.runs(row.line), room)
    badges, bottom = _badges(
        words.row_badges(row), t.px(PAD) + t.px(12), room, text.boundingRect().height() + pad
    )
    marks: list[Mark] = []
    for column in bins:
        y = float(pad)
        for cell in row.cells:
            at = parse_instant(cell.at).astimezone(now.tzinfo)
            if column.start <= at < column.end:
                made = _mark(cell, column, y, now)
                marks.append(made)
                y = made.place.bottom() + t.px(2)
    lowest = max([bottom, *(mark.place.bottom() for mark in marks)])
    return RowPlan(row, top, max(lowest + pad, t.row_height), text, badges, tuple(marks), bracket)


def _badges(
    badges: Sequence[Badge], x0: float, room: float, top: float
) -> tuple[tuple[tuple[Badge, QRectF], ...], float]:
    """Set chips below the line's text, in as many lines as they need."""
    gap, x, placed = theme().px(4), x0, []
    bottom = top
    if badges:
        top += gap
    for badge in badges:
        size = chip_size(badge.text, max(round(room), 1))
        if x > x0 and x + size.width() > x0 + room:
            x, top = x0, bottom + gap
        placed.append((badge, QRectF(x, top, size.width(), size.height())))
        x += size.width() + gap
        bottom = max(bottom, top + size.height())
    return tuple(placed), bottom


def _mark(cell: Cell, column: Bin, y: float, now: datetime) -> Mark:
    """Set one mark: its time, its dose, and the word or name that belongs to it, right of the glyph."""
    t = theme()
    x = column.left + t.px(3)
    width = column.width - t.px(6)
    room = width - t.px(GLYPH + 6)
    text = run_layout(mark_runs(cell, now, room), room, "label")
    height = max(text.boundingRect().height(), t.px(GLYPH)) + t.px(4)
    return Mark(cell, QRectF(x, y, width, height), text)


def mark_runs(cell: Cell, now: datetime, room: float) -> tuple[Run, ...]:
    """Give what stands beside a mark: when, how much, and who, why or how it stands.

    A dose that is wider than its column parts at its blanks, as the last resort.
    """
    fact = cell.facts[-1] if cell.facts else None
    planned = parse_instant(cell.at).astimezone(now.tzinfo)
    at = parse_instant(fact.at).astimezone(now.tzinfo) if fact is not None and fact.at else planned
    found = [Run(f"{at:%H:%M}" if at.date() == planned.date() else f"{at:%m-%d %H:%M}", bold=True)]
    if cell.state in SPOKEN_STATES:
        found.append(Run(f" {keep(words.cell_word(cell.state))}", bold=True))
    if cell.dose:
        wide = QFontMetricsF(theme().font("label")).horizontalAdvance(cell.dose) > room
        found.append(Run(f"\n{in_pieces(plain_text(cell.dose)) if wide else cell.dose}"))
    if fact is not None:
        told = fact.reason if cell.state is CellState.NOT_GIVEN else fact.by
        found.append(Run(f"\n{told}", color="text2"))
    return tuple(found)


def spoken(row: MarRow, cell: Cell | None, now: datetime) -> str:
    """Say a line, or one of its cells, as one sentence for the ear."""
    if cell is None:
        return ", ".join([row.line.spoken, *(badge.text for badge in words.row_badges(row))])
    parts = [words.cell_word(cell.state), words.clock(cell.at, now), row.line.spoken]
    for fact in cell.facts:
        parts += [words.clock(fact.at, now), fact.by, fact.reason, fact.late_reason]
    return ", ".join(part for part in parts if part)

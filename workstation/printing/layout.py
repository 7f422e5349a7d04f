"""Text into rows, rows onto pages: everything is measured before a page is begun, so page n of N is known.

All lengths are millimetres from the top left; type sizes are points. A `Row` has one baseline for all its pieces.
Nothing is ever elided: cells grow, type shrinks for a piece that is too wide, and rows flow to the next page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from workstation.printing import fonts
from workstation.printing.fonts import PT
from workstation.printing.line_break import break_lines, plain

Align = Literal["left", "right", "centre"]
Box = Literal["", "framed", "solid"]
BOX_PAD: Final = 0.8
"""Room at both ends of a text in a box."""

MIN_SIZE: Final = 6.0
ROUNDING: Final = 0.01


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set: size, weight, grey (0 black to 1 white) and line height as a multiple of the size.

    `ink` is a colour, `#RRGGBB`, in the place of a grey; what it means must be said by words as well.
    """

    size: float = 9.5
    bold: bool = False
    grey: float = 0.0
    leading: float = 1.42
    ink: str = ""

    @property
    def height(self) -> float:
        """Give the height of one line."""
        return self.size * PT * self.leading

    @property
    def baseline(self) -> float:
        """Give how far below a line's top its baseline lies: the em box (0.88 up, 0.12 down) is centred."""
        return (self.height - self.size * PT) / 2 + 0.88 * self.size * PT

    def width(self, text: str) -> float:
        """Measure a text."""
        return fonts.width(text, self.size, bold=self.bold)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text at a place in a row, `drop` below its baseline; `struck` draws a correction's double line through it.

    `box` draws a frame around it, or writes it white on black; the box reaches BOX_PAD beyond both ends of the text.
    """

    text: str
    x: float
    type: Type
    align: Align = "left"
    struck: bool = False
    drop: float = 0.0
    box: Box = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from (x1, y1) to (x2, y2), counted from the top left of its row."""

    x1: float
    y1: float
    x2: float
    y2: float
    weight: float = 0.15
    grey: float = 0.6


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a page."""

    height: float
    baseline: float
    pieces: tuple[Piece, ...] = ()
    strokes: tuple[Stroke, ...] = ()


Block = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A label and its value, side by side in a column `width` wide."""

    label: str
    value: str
    width: float
    type: Type = Type()


def space(height: float) -> Row:
    """Make an empty row."""
    return Row(height, height)


def total(rows: Sequence[Row]) -> float:
    """Give the height of rows one below the other."""
    return sum(row.height for row in rows)


def lines_of(text: str, width: float, type_: Type, first: float | None = None) -> tuple[list[str], Type]:
    """Break a text into lines no wider than `width`, and give the type they fit in.

    Type shrinks, down to MIN_SIZE, while a piece that must not be parted is too wide; only then is that piece cut.
    """
    while True:
        lines = [
            line
            for n, paragraph in enumerate(text.split("\n"))
            for line in break_lines(paragraph, type_.width, width, first if n == 0 else None)
        ]
        limits = [width if n or first is None else first for n in range(len(lines))]
        if all(_fits(line, type_, room) for line, room in zip(lines, limits, strict=True)):
            return [line.rstrip(" ") for line in lines], type_
        if type_.size <= MIN_SIZE:
            return [cut for line in lines for cut in _cut(line, type_, width)], type_
        type_ = replace(type_, size=max(MIN_SIZE, type_.size - 0.5))


def fitted(text: str, width: float, type_: Type) -> Type:
    """Shrink a type, down to MIN_SIZE, until the whole text fits on one line."""
    natural = type_.width(plain(text))
    if natural <= width:
        return type_
    return replace(type_, size=max(MIN_SIZE, type_.size * width / natural))


def paragraph(text: str, width: float, type_: Type, x: float = 0.0, *, struck: bool = False) -> list[Row]:
    """Set a text as rows, its left edge at `x`."""
    lines, fit = lines_of(text, width, type_)
    return [Row(fit.height, fit.baseline, (Piece(line, x, fit, struck=struck),)) for line in lines]


def boxed(text: str, width: float, type_: Type, x: float = 0.0, *, solid: bool = True) -> list[Row]:
    """Set a text as rows of white on black, or in frames, the box's left edge at `x`."""
    rows = paragraph(text, width - 2 * BOX_PAD, type_, x + BOX_PAD)
    box: Box = "solid" if solid else "framed"
    return [replace(row, pieces=tuple(replace(piece, box=box) for piece in row.pieces)) for row in rows]


def centred(text: str, width: float, type_: Type, middle: float) -> list[Row]:
    """Set a text as rows centred on `middle`."""
    lines, fit = lines_of(text, width, type_)
    return [Row(fit.height, fit.baseline, (Piece(line, middle, fit, "centre"),)) for line in lines]


def columns(cells: Sequence[Cell], label: Type, *, gap: float = 1.6, pad: float = 0.8) -> list[Row]:
    """Set cells side by side, closed by a hairline; the tallest makes the height.

    Several cells make one row, cell after cell, so that a wrapped name is copied and found whole; a single cell makes
    a row of each line, so that a page may end between them.
    """
    x, pieces, height, base = 0.0, [], 0.0, 0.0
    for cell in cells:
        indent = label.width(cell.label) + gap if cell.label else 0.0
        lines, fit = lines_of(cell.value, cell.width - indent - gap, cell.type)
        if len(cells) == 1:
            return _stack(Piece(cell.label, 0.0, label), indent, lines, fit, cell.width, pad)
        pieces.append(Piece(cell.label, x, label))
        pieces += [Piece(line, x + indent, fit, drop=n * fit.height) for n, line in enumerate(lines)]
        height = max(height, len(lines) * fit.height)
        base = max(base, fit.baseline)
        x += cell.width
    height += pad
    return [Row(height, base + pad / 2, tuple(pieces), (Stroke(0, height, x, height),))]


def _stack(label: Piece, indent: float, lines: list[str], type_: Type, width: float, pad: float) -> list[Row]:
    rows = [Row(type_.height, type_.baseline, (Piece(line, indent, type_),)) for line in lines]
    first = rows[0]
    rows[0] = Row(first.height + pad / 2, first.baseline + pad / 2, (label, *first.pieces))
    height = rows[-1].height + pad / 2
    rows[-1] = replace(rows[-1], height=height, strokes=(Stroke(0, height, width, height),))
    return rows


def breakable(rows: Sequence[Row], keep: int = 2) -> list[Block]:
    """Let a page end between rows, but leave neither fewer than `keep` at its foot nor at the next one's head."""
    if len(rows) < 2 * keep:
        return [tuple(rows)]
    middle = [(row,) for row in rows[keep:-keep]]
    return [tuple(rows[:keep]), *middle, tuple(rows[-keep:])]


def paginate(blocks: Sequence[Block], room: float, first: float | None = None) -> list[list[Row]]:
    """Spread blocks over pages of `room` (the first page: `first`); a block is parted only if no page could hold it."""
    pages: list[list[Row]] = [[]]
    left = room if first is None else first
    for block in blocks:
        height = total(block)
        whole = height <= room + ROUNDING
        if whole and height > left + ROUNDING and pages[-1]:
            pages.append([])
            left = room
        for row in block:
            if row.height > left + ROUNDING and pages[-1]:
                pages.append([])
                left = room
            pages[-1].append(row)
            left -= row.height
    return pages


def _fits(line: str, type_: Type, room: float) -> bool:
    return type_.width(line.rstrip(" ")) <= room + ROUNDING


def _cut(line: str, type_: Type, width: float) -> list[str]:
    parts, part = [], ""
    for character in line.rstrip(" "):
        if part and type_.width(part + character) > width + ROUNDING:
            parts.append(part)
            part = ""
        part += character
    return [*parts, part]

"""A drawing as plain shapes in millimetres from the top left: the paper and the screen draw the same ones.

Inks are names; a printer and a theme each give them their own colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from workstation.printing.layout import Align

Ink = Literal["black", "label", "grid", "grid-strong", "blue", "red"]
Point = tuple[float, float]
HATCH_STEP: Final = 0.9


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line `weight` thick."""

    x1: float
    y1: float
    x2: float
    y2: float
    ink: Ink = "black"
    weight: float = 0.1
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle, open or filled."""

    x: float
    y: float
    radius: float
    ink: Ink
    filled: bool = False
    weight: float = 0.25


@dataclass(frozen=True, slots=True)
class Area:
    """A closed shape, open or filled."""

    points: tuple[Point, ...]
    ink: Ink
    filled: bool = False
    weight: float = 0.25


@dataclass(frozen=True, slots=True)
class Words:
    """A text set at `size` points whose left end, right end or middle is at `x`; `upright` runs from below to above."""

    text: str
    x: float
    baseline: float
    size: float
    ink: Ink = "black"
    align: Align = "left"
    bold: bool = False
    upright: bool = False


Shape = Line | Ring | Area | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page of shapes, in the order they are drawn."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def hatch(points: Sequence[Point], ink: Ink, weight: float = 0.15) -> Iterator[Line]:
    """Fill a convex shape with slanting lines, which any printer and any eye can tell from a solid fill."""
    sums = [x + y for x, y in points]
    place = min(sums) + HATCH_STEP / 2
    while place < max(sums):
        crossing = sorted(_crossings(points, place))
        if len(crossing) >= 2:
            (x1, y1), (x2, y2) = crossing[0], crossing[-1]
            yield Line(x1, y1, x2, y2, ink, weight)
        place += HATCH_STEP


def _crossings(points: Sequence[Point], place: float) -> Iterator[Point]:
    """Give where the line x + y = place crosses the edges of a shape."""
    for (x1, y1), (x2, y2) in zip(points, (*points[1:], points[0]), strict=True):
        start, end = x1 + y1 - place, x2 + y2 - place
        if (start < 0) != (end < 0):
            part = start / (start - end)
            yield x1 + part * (x2 - x1), y1 + part * (y2 - y1)

"""Where everything stands on the temperature chart, in millimetres: columns, degrees, beats, and the rows around them.

Temperature runs from 34 to 42 °C in fifths of a degree, pulse from 20 to 180 in steps of four: 1 °C is 20 beats.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from workstation.chart.temperature import PAGE_DAYS, PAGE_SLOTS, ChartPage
from workstation.printing.forms import Form
from workstation.terminology.ward_signs import SLOTS

LOWEST: Final = 34
HIGHEST: Final = 42
FIFTHS: Final = 5
BEATS: Final = 20
LEAST_BEATS: Final = 20
MOST_BEATS: Final = 180
HEAD_ROWS: Final = ("date", "day", "operation", "time")
BLANK_ROWS: Final = 2


@dataclass(frozen=True)
class Plan:
    """The places of one page, from the lengths of its form; `stacked` writes upright words character by character."""

    page: ChartPage
    form: Form
    stacked: bool = True

    def size(self, name: str) -> float:
        """Give a length or type size of the form."""
        return self.form.sizes[name]

    @cached_property
    def left(self) -> float:
        """Give where the columns begin."""
        return self.size("left") + self.size("labels")

    @cached_property
    def right(self) -> float:
        """Give where the columns end."""
        return self.left + PAGE_SLOTS * self.size("column")

    @cached_property
    def head(self) -> float:
        """Give where the rows above the grid begin: below institution, title and two lines of header."""
        return self.size("top") + self.size("heading")

    @cached_property
    def top(self) -> float:
        """Give where 42 °C is."""
        return self.head + len(HEAD_ROWS) * self.size("head_row")

    @cached_property
    def bottom(self) -> float:
        """Give where 34 °C is."""
        return self.top + (HIGHEST - LOWEST) * FIFTHS * self.size("cell")

    @cached_property
    def rows(self) -> tuple[tuple[str, float, float], ...]:
        """Give the rows below the grid: name, top and height; pain has one where somebody was asked for it."""
        names = ["respiration", "pressure", "stool", "intake", "output", "urine", "weight", "height"]
        names += ["pain"] if self.page.pains else []
        names += ["allergy", *("" for _n in range(BLANK_ROWS))]
        placed, y = [], self.bottom
        for name in names:
            height = self.size("breath_row") if name == "respiration" else self.size("row")
            placed.append((name, y, height))
            y += height
        return tuple(placed)

    @cached_property
    def foot(self) -> float:
        """Give where the last row ends."""
        _name, y, height = self.rows[-1]
        return y + height

    def column(self, slot: int) -> float:
        """Give the middle of a column."""
        return self.left + (slot + 0.5) * self.size("column")

    def day(self, number: int) -> float:
        """Give where a day begins; 7 is where the last one ends."""
        return self.left + number * SLOTS * self.size("column")

    def degrees(self, value: Decimal) -> float:
        """Give the height of a temperature; what is off the chart stands at its edge."""
        held = min(max(float(value), LOWEST), HIGHEST)
        return self.top + (HIGHEST - held) * FIFTHS * self.size("cell")

    def beats(self, value: Decimal) -> float:
        """Give the height of a pulse; what is off the chart stands at its edge."""
        held = min(max(float(value), LEAST_BEATS), MOST_BEATS)
        return self.degrees(Decimal(str(LOWEST + (held - LEAST_BEATS) / BEATS)))


DAYS: Final = range(PAGE_DAYS)

"""The columns a host can show, and a signed row as the table shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

from ui.widgets.table_model import Run


class Cell(IntEnum):
    """Every column, in reading order; a host shows some of them."""

    NUMBER = 0
    GROUP = 1
    START = 2
    DRUG = 3
    DOSE = 4
    ROUTE = 5
    FREQUENCY = 6
    TIMES = 7
    FIRST_DAY = 8
    RATE = 9
    DAYS = 10
    TOTAL = 11
    SKIN_TEST = 12
    CHECK = 13
    AMOUNT = 14
    STATE = 15
    PEOPLE = 16


NOTE: Final = len(Cell)
"""The note has no column of its own: it is typed at the end of a line and stands under the name."""

RIGHT: Final = frozenset({Cell.DOSE, Cell.DAYS, Cell.FIRST_DAY, Cell.TOTAL, Cell.AMOUNT})
WIDTHS: Final = {
    Cell.NUMBER: 26,
    Cell.GROUP: 24,
    Cell.START: 48,
    Cell.DRUG: 190,
    Cell.DOSE: 64,
    Cell.ROUTE: 56,
    Cell.FREQUENCY: 72,
    Cell.TIMES: 48,
    Cell.FIRST_DAY: 32,
    Cell.RATE: 48,
    Cell.DAYS: 40,
    Cell.TOTAL: 84,
    Cell.SKIN_TEST: 40,
    Cell.CHECK: 72,
    Cell.AMOUNT: 64,
    Cell.STATE: 48,
    Cell.PEOPLE: 64,
}


@dataclass(frozen=True, slots=True)
class SignedRow:
    """A row that cannot be edited: its texts by cell, the rungs its cells are painted on, what it is.

    `group` is the key of the infusion it belongs to; `runs` the name in its weights; `struck` is crossed out.
    """

    key: str
    runs: tuple[Run, ...]
    texts: Mapping[Cell, str]
    spoken: str
    group: tuple[str, int] | None = None
    states: Mapping[Cell, str] = field(default_factory=dict)
    struck: bool = False
    data: Any = None

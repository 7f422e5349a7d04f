"""What is found while a line of medicine is written: products, with the ways they are usually ordered.

Amounts are decimal texts ("0.5"), so that every value survives JSON unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Regimen:
    """A way of giving one drug: dose text and unit, route, frequency and days, in codes, with its words."""

    dose: str
    unit: str
    route: str
    frequency: str
    days: int
    text: str
    uses: int = 0


@dataclass(frozen=True, slots=True)
class SearchDrugs:
    """Ask for the products that fit what was typed."""

    text: str
    limit: int = 9


@dataclass(frozen=True, slots=True)
class DrugRow:
    """One found product. `differs` are the character ranges of `name` that tell it from its look-alikes.

    `stock` counts smallest units on hand.
    """

    drug: str
    name: str
    form: str
    strength: str
    pack: str
    price: str
    stock: int
    stock_text: str
    essential: bool
    high_alert: bool
    control_class: str
    antibacterial_grade: str
    skin_test: bool
    look_alike: bool
    differs: tuple[tuple[int, int], ...]
    uses: int
    unit: str
    regimens: tuple[Regimen, ...]


@dataclass(frozen=True, slots=True)
class FoundDrugs:
    """The answer to a search: rows, how many there are, and whether the first may be highlighted by itself."""

    rows: tuple[DrugRow, ...]
    total: int
    preselect: bool

"""The early warning score of one set of vital signs, read from the table of resources/knowledge/early_warning.toml.

Source: National Early Warning Score (NEWS) 2, Royal College of Physicians, 2017. A score with signs missing says so and
counts as "at least": it never looks complete. It is not made for children under 16 or in pregnancy.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from workstation.terminology.ward_signs import Band, EarlyWarningTable, Level

PARAMETERS: Final = ("respiration", "spo2", "oxygen", "systolic", "pulse", "consciousness", "temperature")
TENTHS: Final = ("oxygen", "temperature")
"""Signs whose bands are written with one decimal; the others are whole numbers."""


@dataclass(frozen=True, slots=True)
class Readings:
    """One set of signs: /min, %, L/min of oxygen (0 for air), mmHg, /min, a letter of ACVPU, °C. None: not taken."""

    respiration: Decimal | None = None
    spo2: Decimal | None = None
    oxygen: Decimal | None = None
    systolic: Decimal | None = None
    pulse: Decimal | None = None
    consciousness: str = ""
    temperature: Decimal | None = None

    @property
    def empty(self) -> bool:
        """Say whether nothing was taken."""
        return not self.consciousness and all(
            getattr(self, p) is None for p in PARAMETERS[:5] + PARAMETERS[6:]
        )


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """A score: the total of what was taken, each sign's part, what is missing, and what the total means here."""

    total: int
    parts: tuple[tuple[str, int], ...]
    missing: tuple[str, ...]
    level: Level

    @property
    def complete(self) -> bool:
        """Say whether every sign was taken."""
        return not self.missing


def applies(table: EarlyWarningTable, age: int | None, pregnant: bool) -> bool:
    """Say whether the score is made for this patient; an unknown age counts as an adult's."""
    return not pregnant and (age is None or age >= table.minimum_age)


def score(readings: Readings, table: EarlyWarningTable, scale: int = 1) -> EarlyWarning:
    """Score what was taken. `scale` 2 is for hypercapnic respiratory failure with a prescribed target of 88-92 %."""
    parts = {p: s for p in PARAMETERS if (s := _part(p, readings, table, scale)) is not None}
    total = sum(parts.values())
    most = max(parts.values(), default=0)
    level = next(
        level for level in table.levels if total >= level.total and (not level.single or most >= level.single)
    )
    return EarlyWarning(total, tuple(parts.items()), tuple(p for p in PARAMETERS if p not in parts), level)


def _part(parameter: str, readings: Readings, table: EarlyWarningTable, scale: int) -> int | None:
    if parameter == "consciousness":
        state = readings.consciousness.upper()
        return next((c.score for c in table.consciousness if c.code == state), None)
    value = getattr(readings, parameter)
    if value is None:
        return None
    value = value.quantize(Decimal("0.1") if parameter in TENTHS else Decimal(1), ROUND_HALF_UP)
    breathing = "oxygen" if readings.oxygen else "air"
    return next(
        (
            b.score
            for b in table.bands
            if b.sign == parameter and b.scale in (0, scale) and _on(b, breathing) and b.holds(value)
        ),
        None,
    )


def _on(band: Band, breathing: str) -> bool:
    return band.on in ("", breathing)

"""What this hospital says about vital signs on a ward: rounds, reasons, the chart's looks, the early warning score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from workstation.core.i18n import pick

Table = Mapping[str, Any]
SLOTS: Final = 6
SLOT_HOURS: Final = 4


@dataclass(frozen=True, slots=True)
class ChartStyle:
    """How the temperature chart is drawn at this hospital; see resources/knowledge/vital_signs.toml."""

    first_hour: int = 2
    event_ink: str = "red"
    operation_days: int = 14
    operation_style: str = "restart"
    legend: bool = True

    @property
    def hours(self) -> tuple[int, ...]:
        """Give the hours of the six columns of a day."""
        return tuple(self.first_hour + SLOT_HOURS * place for place in range(SLOTS))


@dataclass(frozen=True, slots=True)
class RoundRule:
    """One reason to measure: for whom (see the file), in which columns of the day, and which signs."""

    code: str
    name_zh: str
    name_en: str
    slots: tuple[int, ...]
    signs: tuple[str, ...]
    days: int = 0
    temperature: Decimal | None = None
    order: str = ""

    @property
    def name(self) -> str:
        """The rule in the language of the screen."""
        return pick(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class Regular:
    """A sign that is due after so many days, in one column of the day."""

    sign: str
    days: int
    slot: int


@dataclass(frozen=True, slots=True)
class Ordered:
    """The signs that an order of the ward's catalogue asks for; `whole_day`: the day before's, once in the morning."""

    code: str
    signs: tuple[str, ...]
    whole_day: bool = False


@dataclass(frozen=True, slots=True)
class MissReason:
    """Why a sign was not taken. `band` writes it on the chart between 40 and 42; `sign` limits it to one sign."""

    code: str
    name_zh: str
    name_en: str
    key: str
    band: bool = False
    sign: str = ""

    @property
    def name(self) -> str:
        """The reason in the language of the screen."""
        return pick(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class WardSigns:
    """Everything in vital_signs.toml."""

    chart: ChartStyle
    rounds: tuple[RoundRule, ...]
    regular: tuple[Regular, ...]
    ordered: tuple[Ordered, ...]
    reasons: tuple[MissReason, ...]

    def reason(self, code: str) -> MissReason | None:
        """Give a reason by its code, or None."""
        return next((reason for reason in self.reasons if reason.code == code), None)


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of one sign's values and its score; limits are inclusive, None is open."""

    sign: str
    score: int
    low: Decimal | None
    high: Decimal | None
    scale: int = 0
    on: str = ""

    def holds(self, value: Decimal) -> bool:
        """Say whether a value lies in this stretch."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Conscious:
    """One state of ACVPU and its score."""

    code: str
    name_zh: str
    name_en: str
    score: int

    @property
    def name(self) -> str:
        """The state in the language of the screen."""
        return pick(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class Level:
    """What a total means here. `single` is the score of one sign that is enough by itself, 0 for none."""

    code: str
    name_zh: str
    name_en: str
    total: int
    single: int = 0

    @property
    def name(self) -> str:
        """The level and what to do, in the language of the screen."""
        return pick(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class EarlyWarningTable:
    """Everything in early_warning.toml."""

    code: str
    name_zh: str
    name_en: str
    minimum_age: int
    bands: tuple[Band, ...]
    consciousness: tuple[Conscious, ...]
    levels: tuple[Level, ...]


def ward_signs(table: Table) -> WardSigns:
    """Read vital_signs.toml. Raises KeyError, ValueError."""
    chart = table["chart"]
    return WardSigns(
        ChartStyle(
            int(chart["first_hour"]),
            _one_of(chart["event_ink"], ("red", "blue")),
            int(chart["operation_days"]),
            _one_of(chart["operation_style"], ("restart", "fraction")),
            bool(chart["legend"]),
        ),
        tuple(map(_round, table["round"])),
        tuple(Regular(t["sign"], t["days"], t["slot"]) for t in table["every"]),
        tuple(Ordered(t["code"], tuple(t["signs"]), t.get("whole_day", False)) for t in table["ordered"]),
        tuple(
            MissReason(t["code"], t["zh"], t["en"], t["key"], t.get("band", False), t.get("sign", ""))
            for t in table["reason"]
        ),
    )


def _round(table: Table) -> RoundRule:
    return RoundRule(
        table["code"],
        table["zh"],
        table["en"],
        tuple(table["slots"]),
        tuple(table["signs"]),
        table.get("days", 0),
        _amount(table, "temperature"),
        table.get("order", ""),
    )


def early_warning(table: Table) -> EarlyWarningTable:
    """Read early_warning.toml. Raises KeyError."""
    score = table["score"]
    return EarlyWarningTable(
        score["code"],
        score["zh"],
        score["en"],
        score["minimum_age"],
        tuple(_bands(table["band"])),
        tuple(Conscious(t["code"], t["zh"], t["en"], t["score"]) for t in table["consciousness"]),
        tuple(Level(t["code"], t["zh"], t["en"], t["total"], t.get("single", 0)) for t in table["level"]),
    )


def _bands(tables: Iterable[Table]) -> Iterable[Band]:
    for t in tables:
        low, high = _amount(t, "from"), _amount(t, "to")
        yield Band(t["sign"], t["score"], low, high, t.get("scale", 0), t.get("on", ""))


def _amount(table: Table, key: str) -> Decimal | None:
    return Decimal(table[key]) if key in table else None


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value

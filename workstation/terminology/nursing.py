"""What this hospital says about carrying orders out: time windows, reasons, infusion labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from workstation.core.i18n import pick
from workstation.terminology.model import Drug

Table = Mapping[str, Any]
SOLVENT: Final = "溶媒"


@dataclass(frozen=True, slots=True)
class Windows:
    """How near is near; see resources/knowledge/nursing.toml."""

    overdue_after: timedelta
    now_ahead: timedelta
    later: timedelta
    back: timedelta
    early: timedelta
    late_after: timedelta


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that can be chosen; `rank` 1 to 9 are offered by one key; `words` asks for words besides."""

    group: str
    code: str
    name_zh: str
    name_en: str
    initials: str = ""
    rank: int = 0
    words: bool = False

    @property
    def name(self) -> str:
        """The reason in the language of the screen."""
        return pick(self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class Batch:
    """One of the batches a day's infusions are prepared in, from an hour on."""

    code: str
    name_zh: str
    name_en: str
    start: time

    @property
    def name_here(self) -> str:
        """The batch in the language of the screen."""
        return pick(self.name_zh, self.name_en)

    def name(self, lang: str) -> str:
        """Give its name in a language."""
        return self.name_zh if lang.startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Nursing:
    """All of it."""

    windows: Windows
    reasons: tuple[Reason, ...]
    batches: tuple[Batch, ...]
    drop_factor: int
    light_atc: tuple[str, ...]
    label_routes: frozenset[str]
    label_ahead: timedelta

    def group(self, name: str) -> tuple[Reason, ...]:
        """Give the reasons of a group, those of the short list first."""
        found = (reason for reason in self.reasons if reason.group == name)
        return tuple(sorted(found, key=lambda reason: (reason.rank or 99, reason.code)))

    def reason(self, group: str, code: str) -> Reason | None:
        """Give one reason of a group, or None."""
        return next((r for r in self.reasons if (r.group, r.code) == (group, code)), None)

    def batch(self, at: datetime) -> Batch | None:
        """Give the batch a planned moment belongs to; before the first hour of a day it is the last one."""
        ordered = sorted(self.batches, key=lambda batch: batch.start)
        begun = [batch for batch in ordered if batch.start <= at.time().replace(tzinfo=None)]
        return begun[-1] if begun else next(reversed(ordered), None)

    def from_light(self, drug: Drug) -> bool:
        """Say whether a product is kept from the light while it runs."""
        return bool(self.light_atc) and drug.in_class(*self.light_atc)


def is_solvent(drug: Drug) -> bool:
    """Say whether a product is what others are dissolved in."""
    return drug.flagged(SOLVENT)


def read(table: Table) -> Nursing:
    """Read nursing.toml. Raises KeyError or ValueError on a broken file."""
    window, label = table["window"], table["label"]
    minutes = {name: timedelta(minutes=window[f"{name}_minutes"]) for name in _MINUTES}
    return Nursing(
        Windows(
            later=timedelta(hours=window["later_hours"]),
            back=timedelta(hours=window["back_hours"]),
            **minutes,
        ),
        tuple(map(_reason, table["reason"])),
        tuple(Batch(b["code"], b["zh"], b["en"], time.fromisoformat(b["from"])) for b in table["batch"]),
        label["drop_factor"],
        tuple(label["light_atc"]),
        frozenset(label["routes"]),
        timedelta(hours=label["ahead_hours"]),
    )


_MINUTES: Final = ("overdue_after", "now_ahead", "early", "late_after")


def _reason(row: Table) -> Reason:
    return Reason(
        row["group"],
        row["code"],
        row["zh"],
        row["en"],
        row.get("initials", ""),
        row.get("rank", 0),
        row.get("words", False),
    )

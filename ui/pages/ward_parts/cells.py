"""From a ward to the cells of its board, and which of them a filter shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workstation.core.i18n import _
from workstation.inpatient.model import FEVER_FROM
from workstation.inpatient.rows import BedRow, BoardView, DueRow, Occupant
from workstation.terminology.levels import NursingLevel

CRITICAL, SERIOUS = "critical", "serious"


@dataclass(frozen=True, slots=True)
class Cell:
    """One card: a bed, who is in it (None: nobody), what is due; `shared` when another patient is in the same bed."""

    bed: BedRow
    who: Occupant | None = None
    due: DueRow | None = None
    shared: bool = False

    @property
    def key(self) -> str:
        """What stays the same while its content changes."""
        return f"{self.bed.id}/{self.who.encounter if self.who is not None else ''}"


def cells_of(view: BoardView, due: Mapping[str, DueRow]) -> list[Cell]:
    """Give a card for every bed, two for a bed with two patients, and at the end those without a bed."""
    found: list[Cell] = []
    for bed in view.beds:
        shared = len(bed.occupants) > 1
        found += [Cell(bed, who, due.get(who.encounter), shared) for who in bed.occupants] or [Cell(bed)]
    nowhere = BedRow("", "")
    return found + [Cell(nowhere, who, due.get(who.encounter)) for who in view.without_bed]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its words, its test, and how many cards pass; `level` is the nursing level it is for."""

    id: str
    text: str
    test: Callable[[Cell], bool]
    level: str = ""


def filters(levels: Mapping[str, NursingLevel]) -> tuple[Filter, ...]:
    """Give the filters in their fixed order: all, empty, levels, condition, allergy, new, fever, overdue."""
    return (
        Filter("all", _("All beds"), lambda cell: True),
        Filter("empty", _("Empty beds"), lambda cell: cell.who is None and cell.bed.open),
        *(Filter(level.code, level.name, _has_level(level.code), level.code) for level in levels.values()),
        Filter(CRITICAL, _("Critically ill"), _of(lambda who: who.condition == CRITICAL)),
        Filter(SERIOUS, _("Seriously ill"), _of(lambda who: who.condition == SERIOUS)),
        Filter("allergy", _("Allergy"), _of(lambda who: who.allergy == "known")),
        Filter("new", _("New today"), _of(lambda who: who.new_today)),
        Filter("fever", _("Fever"), _of(has_fever)),
        Filter("overdue", _("Overdue"), lambda cell: cell.due is not None and cell.due.overdue > 0),
    )


def _has_level(code: str) -> Callable[[Cell], bool]:
    return _of(lambda who: who.nursing == code)


def _of(test: Callable[[Occupant], bool]) -> Callable[[Cell], bool]:
    return lambda cell: cell.who is not None and test(cell.who)


def has_fever(who: Occupant) -> bool:
    """Say whether somebody had a fever within the last 24 hours."""
    return who.temperature is not None and who.temperature >= FEVER_FROM


def counted(cells: Sequence[Cell], wanted: Sequence[Filter]) -> Iterator[tuple[Filter, int]]:
    """Give each filter with how many cards pass it."""
    for each in wanted:
        yield each, sum(1 for cell in cells if each.test(cell))


def finds(cell: Cell, typed: str) -> bool:
    """Say whether what was typed is the beginning of the bed's number, the name or its pinyin, or the stay's number."""
    who = cell.who
    keys = (cell.bed.number, *((who.name, who.stay_number, *who.readings) if who is not None else ()))
    return any(key.casefold().startswith(typed) for key in keys if key)

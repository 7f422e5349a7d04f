"""The ward as a table: the same facts as the cards, a line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from ui.pages.ward_parts import words
from ui.pages.ward_parts.cells import Cell
from ui.widgets.table_model import Badge, Column
from workstation.core.i18n import _
from workstation.inpatient.rows import Occupant
from workstation.terminology.levels import NursingLevel

Now = Callable[[], datetime]


def _of(say: Callable[[Occupant], str]) -> Callable[[Cell], str]:
    return lambda cell: say(cell.who) if cell.who is not None else ""


def _names(cell: Cell) -> str:
    if cell.who is not None:
        return cell.who.name
    return _("Empty bed") if cell.bed.open else _("Bed closed")


def _keys(cell: Cell) -> Sequence[str]:
    who = cell.who
    return (cell.bed.number, *((who.name, who.stay_number, *who.readings) if who is not None else ()))


def _states(cell: Cell) -> list[Badge]:
    return words.state_badges(cell.who, agents=True) if cell.who is not None else []


def _overdue(cell: Cell) -> list[Badge]:
    late = words.overdue_text(cell.due)
    return [Badge("warn", late)] if late else []


def ward_columns(now: Now, levels: Callable[[], Mapping[str, NursingLevel]]) -> list[Column]:
    """The columns of the table view."""
    return [
        Column("bed", "Bed", lambda c: c.bed.number or "–", width=44, whole=True, bold=True, find=_keys),
        Column("name", "Name", _names, width=84, whole=True, bold=True, badges=words.identity_badges),
        Column("who", "Sex, age", _of(lambda w: words.who_text(w, now())), width=72, whole=True),
        Column("day", "Day", _of(lambda w: words.day_text(w.day)), width=56, whole=True),
        Column(
            "level", "Nursing level", _of(lambda w: words.level_text(w, levels())), width=72, optional=True
        ),
        Column("diagnosis", "Diagnosis", _of(lambda w: w.diagnosis), width=120, clinical=True),
        Column("states", "What matters", lambda _cell: "", width=120, stretch=True, badges=_states),
        Column(
            "due",
            "Next task",
            lambda c: words.due_text(c.due, now()),
            width=100,
            badges=_overdue,
            optional=True,
        ),
        Column("doctor", "Doctor in charge", _of(lambda w: w.doctor), width=64, color="text2", optional=True),
        Column("nurse", "Primary nurse", _of(lambda w: w.nurse), width=64, color="text2", optional=True),
        Column("distance", "Sent", _of(words.distance_text), width=88, color="text2"),
    ]

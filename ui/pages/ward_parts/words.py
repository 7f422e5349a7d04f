"""What a bed card says, in words a glance can read; the same words in the table, the peek and for a screen reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from ui.pages.queue_parts.words import alike_text
from ui.pages.ward_parts.cells import CRITICAL, SERIOUS, Cell, has_fever
from ui.widgets.chips import Journey, Travelled
from ui.widgets.table_model import Badge
from workstation.chart.people import age_text
from workstation.core.clock import parse_instant
from workstation.core.i18n import _
from workstation.inpatient.rows import DueRow, Occupant
from workstation.registration.wording import sex_text
from workstation.terminology.doses import keep
from workstation.terminology.levels import NursingLevel

MOST_CHIPS: Final = 6
NOTHING_BY_MOUTH: Final = ("nil-by-mouth", "nil-by-mouth-water")
LONGEST_UNPARTED: Final = 12


def who_text(who: Occupant, now: datetime) -> str:
    """Give sex and age: `男 67岁`."""
    return " ".join(part for part in (sex_text(who.sex), keep(age_text(who.birth, now.date()))) if part)


def day_text(day: int) -> str:
    """Give the day of a stay: `第3天`."""
    return keep(_("day {day}", day=day))


def allergy_text(who: Occupant) -> str:
    """Say what is known of allergies, with the agents."""
    if who.allergy == "known":
        return f"{_('Allergy')} {'、'.join(who.allergies)}".strip()
    return {
        "none": _("No known allergy"),
        "unavailable": _("Allergies unavailable"),
    }.get(who.allergy, _("Allergies not recorded"))


def allergy_badge(who: Occupant, agents: bool = False) -> Badge | None:
    """Give the allergy chip of a card: none only where somebody said that there is no allergy."""
    if who.allergy == "known":
        return Badge("allergy", allergy_text(who) if agents else _("Allergy"))
    if who.allergy == "none":
        return Badge("done", _("No known allergy")) if agents else None
    return Badge("not_checked" if who.allergy == "unavailable" else "caution", allergy_text(who))


def condition_badge(who: Occupant) -> Badge | None:
    """Give the chip of who is critically or seriously ill."""
    if who.condition == CRITICAL:
        return Badge("stop", who.condition_name or _("Critically ill"))
    if who.condition == SERIOUS:
        return Badge("warn", who.condition_name or _("Seriously ill"))
    return Badge("caution", who.condition_name) if who.condition else None


def diet_badge(who: Occupant) -> Badge | None:
    """Give the diet; nothing by mouth stands out."""
    if not who.diet_name:
        return None
    return Badge("warn" if who.diet in NOTHING_BY_MOUTH else "note", who.diet_name)


def identity_badges(cell: Cell) -> list[Badge]:
    """Give what is about who this is: a bed with two patients, a name that can be mixed up, new today."""
    who, found = cell.who, []
    if cell.shared:
        found.append(Badge("conflict", _("2 patients, 1 bed")))
    if who is not None and who.alike:
        found.append(Badge("caution", alike_text(who.alike)))
    if who is not None and who.new_today:
        found.append(Badge("note", _("New stay")))
    return found


def state_badges(who: Occupant, agents: bool = False) -> list[Badge]:
    """Give the chips in their fixed order: allergy, condition, fever, diet; beyond six they are counted."""
    fever = Badge("caution", fever_text(who)) if has_fever(who) else None
    chips = (allergy_badge(who, agents), condition_badge(who), fever, diet_badge(who))
    return folded([chip for chip in chips if chip is not None])


def folded(chips: Sequence[Badge]) -> list[Badge]:
    """Keep six chips; what is beyond is counted in one more, never dropped silently."""
    if len(chips) <= MOST_CHIPS:
        return list(chips)
    return [*chips[:MOST_CHIPS], Badge("note", f"+{len(chips) - MOST_CHIPS}")]


def fever_text(who: Occupant) -> str:
    """Give the highest temperature of the last 24 hours."""
    return f"{who.temperature:.1f}\u00a0°C" if who.temperature is not None else ""


def level_text(who: Occupant, levels: Mapping[str, NursingLevel]) -> str:
    """Name the nursing level."""
    return levels[who.nursing].name if who.nursing in levels else who.nursing_name or who.nursing


def due_text(due: DueRow | None, now: datetime) -> str:
    """Say what comes next: `10:00 静脉滴注`; several at the same time are counted, what is long may wrap."""
    if due is None:
        return ""
    at = parse_instant(due.at, now.tzinfo).astimezone(now.tzinfo)
    more = f" +{due.count - 1}" if due.count > 1 else ""
    said = keep(due.text) if len(due.text) <= LONGEST_UNPARTED else due.text
    return f"{at:%H:%M} {said}{more}"


def overdue_text(due: DueRow | None) -> str:
    """Say how many tasks are overdue; empty where none is."""
    return _("overdue {count}", count=due.overdue) if due is not None and due.overdue else ""


def distance_text(who: Occupant) -> str:
    """Say how far the stay has travelled."""
    return Journey(journey_of(who)).words()


def journey_of(who: Occupant) -> Travelled:
    """Give how far the stay has travelled."""
    return Travelled(who.travelled.state) if who.travelled.state else Travelled.LOCAL


def sentence(cell: Cell, levels: Mapping[str, NursingLevel], now: datetime) -> str:
    """Read a card aloud: bed, name, and everything its marks mean."""
    who = cell.who
    bed = _("Bed {number}", number=cell.bed.number) if cell.bed.number else _("Without a bed")
    if who is None:
        return f"{bed}, {_('empty') if cell.bed.open else _('closed')}"
    parts = [
        bed,
        who.name,
        who_text(who, now),
        day_text(who.day),
        level_text(who, levels),
        who.diagnosis,
        *(badge.text for badge in (*identity_badges(cell), *state_badges(who, agents=True))),
        due_text(cell.due, now),
        overdue_text(cell.due),
        distance_text(who),
    ]
    return ", ".join(part for part in parts if part)

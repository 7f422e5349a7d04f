"""What the counter says in words a glance can read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from workstation.core.clock import parse_instant
from workstation.core.days import written_date
from workstation.core.i18n import _, pick
from workstation.pharmacy.model import SheetState
from workstation.pharmacy.rows import QueueRow, SheetView
from workstation.registration.wording import sex_text

LONG_WAIT: Final = 10
TOO_LONG: Final = 20
"""Minutes from which a waiting time is coloured (design 4.10: by wait, never by severity; the numbers are ours)."""

STATES: Final = {
    SheetState.TO_REVIEW: "note",
    SheetState.IN_REVIEW: "note",
    SheetState.QUERY: "caution",
    SheetState.REFUSED: "stop",
    SheetState.TO_DISPENSE: "note",
    SheetState.DISPENSING: "note",
    SheetState.PARTIAL: "caution",
    SheetState.DISPENSED: "done",
    SheetState.CANCELLED: "not_checked",
}
RX_TYPES: Final = {
    "emergency": ("急诊", "Emergency"),
    "paediatric": ("儿科", "Paediatric"),
    "narcotic": ("麻、精一", "Narcotic, psychotropic I"),
    "psychotropic-2": ("精二", "Psychotropic II"),
}


def rx_type_text(code: str) -> str:
    """Say the class at the top right of the paper; an ordinary sheet has none."""
    return pick(*RX_TYPES[code]) if code in RX_TYPES else ""


def who(row: QueueRow) -> str:
    """Give sex and age: `女 54岁`."""
    return " ".join(part for part in (sex_text(row.sex), row.age) if part)


def waited(row: QueueRow, now: datetime) -> int:
    """Give the minutes a sheet has waited."""
    if len(row.since) <= 10:
        return 0
    return max(int((now - parse_instant(row.since, now.tzinfo)).total_seconds() // 60), 0)


def wait_text(row: QueueRow, now: datetime) -> str:
    """Give how long a sheet has waited; for one that is out, when it went."""
    if row.state is SheetState.DISPENSED:
        return clock_time(row.at, now)
    minutes = waited(row, now)
    if minutes < 60:
        return _("{minutes} min", minutes=minutes)
    return _("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def wait_state(row: QueueRow, now: datetime) -> str:
    """Give the rung of the ladder for a waiting time."""
    if row.state in (SheetState.DISPENSED, SheetState.QUERY):
        return ""
    minutes = waited(row, now)
    return "warn" if minutes >= TOO_LONG else "caution" if minutes >= LONG_WAIT else ""


def clock_time(instant: str, now: datetime) -> str:
    """Give the time of day of an instant."""
    return parse_instant(instant, now.tzinfo).astimezone(now.tzinfo).strftime("%H:%M") if instant else ""


def moment(instant: str, now: datetime) -> str:
    """Give day and time of an instant; today only the time."""
    if len(instant) <= 10:
        return day(instant)
    when = parse_instant(instant, now.tzinfo).astimezone(now.tzinfo)
    time = when.strftime("%H:%M")
    return time if when.date() == now.date() else f"{written_date(when.date())} {time}"


def day(stamp: str) -> str:
    """Write the day of a stamp so that it cannot be misread."""
    text = stamp[:10]
    return written_date(date.fromisoformat(text)) if len(text) == 10 else text


def elapsed(seconds: int) -> str:
    """Write a running time: `1:42`."""
    return f"{seconds // 60}:{seconds % 60:02d}"


def short_number(number: str) -> str:
    """Give the part of a sheet's number that is called out."""
    return number[-4:]


def patient_name(view: SheetView | None) -> str:
    """Give the patient's name, or an empty text while nothing is open."""
    return view.summary.person.name if view is not None and view.summary is not None else ""

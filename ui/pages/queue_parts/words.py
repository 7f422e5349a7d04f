"""What the queue says about a visit, in words a glance can read."""

from __future__ import annotations

from datetime import datetime

from workstation.chart.people import age_text
from workstation.core.clock import parse_instant
from workstation.core.i18n import _
from workstation.queue.model import FeeType, Priority, QueueRow, State
from workstation.registration.wording import sex_text
from workstation.terminology.doses import keep
from workstation.terminology.names import masked


def who(row: QueueRow, now: datetime) -> str:
    """Give sex and age: `女 54岁`."""
    age = age_text(row.birth, now.date())
    return " ".join(part for part in (sex_text(row.sex), age) if part)


def who_kept(row: QueueRow, now: datetime) -> str:
    """Give the same for a narrow place: a line may end after the sex, but never inside the age."""
    age = age_text(row.birth, now.date())
    return " ".join(part for part in (sex_text(row.sex), keep(age)) if part)


def name_kept(name: str) -> str:
    """Give a name for a narrow place: a line may end after a middle dot or blank, but nowhere else."""
    return "\u00b7\u200b".join(keep(part) for part in name.split("\u00b7")) if "\u00b7" in name else name


def visit_type(row: QueueRow) -> str:
    """Give first or return visit, or emergency."""
    if row.emergency:
        return _("Emergency")
    return {"first": _("First visit"), "return": _("Return visit")}.get(row.visit_type, "")


def waits(row: QueueRow, now: datetime) -> str:
    """Give how long a patient has been waiting since the arrival."""
    minutes = max(int((now - parse_instant(row.arrived_at, now.tzinfo)).total_seconds() // 60), 0)
    if minutes < 60:
        return _("{minutes} min", minutes=minutes)
    return _("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def clock_time(instant: str, now: datetime) -> str:
    """Give the time of day of an instant."""
    return parse_instant(instant, now.tzinfo).astimezone(now.tzinfo).strftime("%H:%M") if instant else ""


def priority_text(code: str) -> str:
    """Say why a visit goes first."""
    return {
        Priority.URGENT.value: _("Urgent"),
        Priority.OVER_80.value: _("80 or older"),
        Priority.PREGNANT.value: _("Pregnant"),
        Priority.MILITARY.value: _("Military"),
        Priority.DISABLED.value: _("Disabled"),
        Priority.OTHER.value: _("Priority"),
    }.get(code, code)


def fee_text(fee: str) -> str:
    """Say who pays."""
    return {
        FeeType.SELF.value: _("Self-paid"),
        FeeType.EMPLOYEE.value: _("Employee insurance"),
        FeeType.RESIDENT.value: _("Resident insurance"),
        FeeType.OTHER.value: _("Other insurance"),
    }.get(fee, fee)


def state_text(row: QueueRow, now: datetime) -> str:
    """Give the state with the time it began."""
    time = clock_time(row.since, now)
    return {
        State.WAITING: _("Waiting"),
        State.CALLED: _("Called {time}", time=time),
        State.SEEING: _("Being seen since {time}", time=time),
        State.SKIPPED: _("Skipped {time}", time=time),
        State.PARKED: _("Out for tests since {time}", time=time),
        State.RESULTS: _("Back: {results}", results=", ".join(row.results)),
        State.DONE: _("Finished"),
        State.CANCELLED: _("Cancelled"),
    }[row.state]


def alike_text(alike: str) -> str:
    """Say how a name can be mixed up with another on the list."""
    return {"same-name": _("same name"), "same-sound": _("sounds alike")}.get(alike, "")


def place_text(row: QueueRow) -> str:
    """Give doctor and room."""
    return " · ".join(part for part in (row.doctor, row.room) if part)


def announcement(row: QueueRow) -> str:
    """Give what the public screen says: ticket, masked name, room."""
    shown = masked(row.name)
    if row.room:
        return _("{ticket} {name}, please come to {room}", ticket=row.ticket, name=shown, room=row.room)
    return _("{ticket} {name}, please come in", ticket=row.ticket, name=shown)

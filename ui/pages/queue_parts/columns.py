"""The columns of the queue's lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from ui.pages.queue_parts import words
from ui.widgets.table_model import Badge, Column, Run
from workstation.core.i18n import _
from workstation.queue.model import Priority, QueueRow, State
from workstation.terminology.doses import keep

Now = Callable[[], datetime]
SHORT_TICKET: Final = 3
STATE_OF: Final = {
    State.WAITING: "",
    State.CALLED: "caution",
    State.SEEING: "note",
    State.SKIPPED: "not_checked",
    State.PARKED: "not_checked",
    State.RESULTS: "done",
}


def alike_badges(row: QueueRow) -> Sequence[Badge]:
    """Mark a name that can be mixed up with another on the list."""
    return (Badge("caution", words.alike_text(row.alike)),) if row.alike else ()


def short_alike_badges(row: QueueRow) -> Sequence[Badge]:
    """Mark it in one word, for the narrow list beside the charts."""
    words_of = {"same-name": _("same"), "same-sound": _("alike")}
    return (Badge("caution", words_of[row.alike]),) if row.alike in words_of else ()


def priority_word(row: QueueRow) -> str:
    """Say why a visit goes first."""
    return words.priority_text(Priority.URGENT if row.emergency else row.priority)


def priority_state(row: QueueRow) -> str:
    """Give the rung of the ladder for it."""
    urgent = row.emergency or row.priority == Priority.URGENT
    return "warn" if urgent else "note" if row.priority else ""


def ticket_column() -> Column:
    """The ticket, found by typing its digits."""
    return Column(
        "ticket",
        "No.",
        lambda r: r.ticket,
        width=72,
        mono=True,
        whole=True,
        find=lambda r: (r.ticket, r.ticket[3:].lstrip("0")),
    )


def name_column(stretch: bool = False) -> Column:
    """The name, never cut, found by its readings."""
    return Column(
        "name",
        "Name",
        lambda r: r.name,
        width=96,
        whole=True,
        bold=True,
        stretch=stretch,
        badges=alike_badges,
        find=lambda r: (r.name, *r.readings),
    )


def waiting_columns(now: Now) -> list[Column]:
    """The list of who waits."""
    return [
        ticket_column(),
        name_column(),
        Column("who", "Sex, age", lambda r: words.who(r, now()), width=96, whole=True),
        Column("visit", "Kind of visit", words.visit_type, width=72, whole=True),
        Column("waits", "Waits", lambda r: words.waits(r, now()), width=64, right=True, whole=True),
        Column(
            "priority", "Priority", priority_word, width=72, whole=True, state=priority_state, optional=True
        ),
        Column("place", "Doctor, room", words.place_text, width=96, whole=True, color="text2", optional=True),
        Column(
            "complaint",
            "Reason for the visit",
            lambda r: r.complaint,
            width=96,
            clinical=True,
            stretch=True,
            color="text2",
        ),
    ]


def current_columns(now: Now) -> list[Column]:
    """Who is called or being seen."""
    return [
        ticket_column(),
        name_column(),
        Column("who", "Sex, age", lambda r: words.who(r, now()), width=88, whole=True),
        Column(
            "state",
            "State",
            lambda r: words.state_text(r, now()),
            width=120,
            stretch=True,
            state=lambda r: STATE_OF[r.state],
        ),
    ]


def aside_columns(now: Now) -> list[Column]:
    """Who was skipped or is out for tests."""
    return [
        ticket_column(),
        name_column(),
        Column(
            "state",
            "State",
            lambda r: words.state_text(r, now()),
            width=120,
            stretch=True,
            state=lambda r: STATE_OF[r.state],
        ),
    ]


def _ticket(number: str) -> tuple[Run, ...]:
    """Write a long ticket below its room's letters, a short one on one line."""
    if len(number) <= SHORT_TICKET:
        return (Run(number, bold=True),)
    return Run(f"{number[:3]}\n", color="text2"), Run(number[3:], bold=True)


def panel_columns(now: Now, narrow: bool) -> list[Column]:
    """The list beside the charts: two lines a patient, or the number alone where there is no room."""
    number = Column(
        "ticket",
        "No.",
        lambda r: r.ticket,
        width=40,
        stretch=narrow,
        runs=lambda r: _ticket(r.ticket),
        find=lambda r: (r.ticket, r.ticket[3:].lstrip("0")),
    )
    if narrow:
        return [number]
    name = Column(
        "name",
        "Name",
        lambda r: f"{r.name} {words.who(r, now())} {_line(r, now())}",
        width=96,
        clinical=True,
        stretch=True,
        runs=lambda r: (
            Run(words.name_kept(r.name), True),
            Run(f"  {words.who_kept(r, now())}"),
            Run(f"\n{_line(r, now())}", color="text2"),
        ),
        badges=short_alike_badges,
        find=lambda r: (r.name, *r.readings),
    )
    return [number, name]


def _line(row: QueueRow, now: datetime) -> str:
    """Give the second line: the state where it is not plain waiting, else kind of visit and time."""
    if row.state is not State.WAITING:
        return words.state_text(row, now)
    parts = (words.visit_type(row), words.waits(row, now), words.priority_text(row.priority))
    return " · ".join(keep(part) for part in parts if part)

"""What the sync centre says: sentences about distance and safety, and the columns of its lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ui.sync_port import ReceivedRow, Standing, SyncView, WorkRow
from ui.widgets.table_model import Badge, Column
from workstation.core.days import written_date
from workstation.core.events import Link, SyncState
from workstation.core.i18n import _, language, n_

SKEW_LIMIT_S = 60.0


def moment_words(at: datetime | None, now: datetime) -> str:
    """Write a moment: the time alone today, else with its day."""
    if at is None:
        return ""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{written_date(at.date())} {at:%H:%M}"


def headline(state: SyncState, view: SyncView | None, now: datetime) -> str:
    """Say in plain words how far the work has travelled and how the line is."""
    return _sentences(_work(state), _line(state, view, now))


def _sentences(*parts: str) -> str:
    """Put sentences after one another; a Chinese full stop needs no space behind it."""
    joined = ""
    for part in parts:
        gap = " " if joined and part and joined[-1].isascii() else ""
        joined += gap + part
    return joined


def _work(state: SyncState) -> str:
    apart = [
        n_("{count} waiting to send", "{count} waiting to send", state.waiting) if state.waiting else "",
        n_("{count} not sent", "{count} not sent", state.refused) if state.refused else "",
        n_("{count} conflict", "{count} conflicts", state.parked) if state.parked else "",
    ]
    named = (", " if language() == "en" else "、").join(part for part in apart if part)
    if not named and state.link is Link.UNPAIRED:
        return ""
    if not named:
        return _("Everything made on this PC is at the centre.")
    return _("{work}: all of it is safe on this PC.", work=named)


def _line(state: SyncState, view: SyncView | None, now: datetime) -> str:
    last = max((m for m in (state.last_pull, state.last_push) if m is not None), default=None)
    when = moment_words(last, now)
    match state.link:
        case Link.UNPAIRED:
            return _("This PC is not joined to a centre: nothing is sent anywhere.")
        case Link.SIGN_IN:
            return _("The centre asks this PC to sign in again; until then nothing is sent or received.")
        case Link.OFFLINE:
            words = _("The centre cannot be reached; work goes on and is sent later.")
            return _sentences(words, _("Last contact {time}.", time=when) if when else "")
        case Link.ONLINE:
            found = _("The centre answers.")
            received = moment_words(view.complete_as_of, now) if view is not None else ""
            whole = _("Records here are complete as of {time}.", time=received) if received else ""
            return _sentences(found, whole)


def switch_off(state: SyncState) -> tuple[str, str]:
    """Say whether this PC can be switched off: the rung of the status ladder and the words."""
    if state.busy and state.progress is not None:
        return "caution", _("Safe to switch off: yes, but the first download begins again where it stopped")
    if state.waiting or state.refused or state.parked:
        return (
            "caution",
            _("Safe to switch off: yes, nothing is lost; but the centre does not have everything yet"),
        )
    return "done", _("Safe to switch off: yes")


def standing_words(row: WorkRow, now: datetime) -> str:
    """Say where a unit stands and why."""
    if row.standing is Standing.POSTPONED and row.next_at is not None:
        when = moment_words(row.next_at, now)
        return _sentences(row.reason, _("Next try {time}.", time=when))
    if row.standing is Standing.WAITING and not row.reason:
        return _("Sent with the next contact")
    return row.reason


def size_words(count: int) -> str:
    """Write a number of bytes."""
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if count >= size:
            return f"{count / size:,.1f}\u00a0{unit}"
    return f"{count}\u00a0B"


def work_columns(now: Callable[[], datetime]) -> list[Column]:
    """Give the columns of a list of work."""
    return [
        Column("at", "Made", lambda row: moment_words(row.made_at, now()), width=64, whole=True),
        Column(
            "act",
            "What",
            lambda row: row.act,
            width=160,
            clinical=True,
            bold=True,
            stretch=True,
            badges=_safety,
            find=lambda row: (row.act,),
        ),
        Column("patient", "Patient", lambda row: row.patient, width=80, whole=True, find=_patient),
        Column("who", "By", lambda row: row.who, width=64, whole=True),
        Column("why", "State", lambda row: standing_words(row, now()), width=220, clinical=True),
    ]


def _patient(row: WorkRow) -> tuple[str, ...]:
    return (row.patient,)


def _safety(row: WorkRow) -> tuple[Badge, ...]:
    if row.standing is not Standing.PARKED or not row.safety:
        return ()
    return (Badge("conflict", _("both kept until a clinician decides")),)


def received_columns(now: Callable[[], datetime]) -> list[Column]:
    """Give the columns of what was exchanged lately."""

    def at(row: ReceivedRow) -> str:
        return moment_words(row.at, now())

    return [
        Column("at", "Time", at, width=56, whole=True),
        Column("what", "What", lambda row: row.what, width=110, stretch=True),
        Column("patient", "Patient", lambda row: row.patient, width=72, whole=True),
    ]

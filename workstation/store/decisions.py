"""What a person decides about a unit the centre did not take as it was.

The side that gives way is never lost: it is written to the log of decided units in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workstation.core.errors import Conflict, NotFound
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, patient_of
from workstation.store import outbox, schema
from workstation.store.bodies import pack, unpack
from workstation.store.index import Index
from workstation.store.outbox import PendingEntry, PendingUnit, Remote
from workstation.store.reader import utc
from workstation.store.schema import RowState, UnitState


class Choice(StrEnum):
    """What was decided. `MERGED` is the one that no person takes: both sides went into one record."""

    RETRY = "retry"
    MERGED = "merged"
    OURS = "keep-ours"
    THEIRS = "take-theirs"


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision with both sides as they stood; `theirs` holds only what the centre had differently."""

    unit: str
    action: str
    actor: str
    patient: str
    created_at: str
    choice: Choice
    decided_by: str
    decided_at: str
    ours: tuple[Resource, ...]
    theirs: tuple[Resource, ...]


def retry(connection: sa.Connection, seq: int, by: str, now: datetime) -> PendingUnit:
    """Send a refused unit, or one that waits for its next try, again at once.

    A refused record that was corrected since goes in its corrected form, for the refused form never reached the
    centre. Raises NotFound for a unit that has left the outbox, Conflict for a parked one.
    """
    unit = _pending(connection, seq)
    if unit.state is UnitState.PARKED:
        raise Conflict(
            _("The centre has a different version of this record."),
            _("Compare the two and choose one; nothing was sent or lost."),
        )
    if unit.state is UnitState.REFUSED:
        _log_both(connection, unit, Choice.RETRY, by, now)
        _take_corrections(connection, unit)
    _send_again(connection, unit)
    return unit


def keep_ours(connection: sa.Connection, seq: int, by: str, now: datetime) -> PendingUnit:
    """Decide a parked unit for this desk's version: it is sent again, on top of the centre's.

    Raises NotFound for a unit that has left the outbox, Conflict for one that is not parked.
    """
    unit = _parked(connection, seq)
    _log_both(connection, unit, Choice.OURS, by, now)
    record = schema.resource.c
    for remote in outbox.conflicts(connection, seq):
        body = pack(remote.body) if remote.body is not None else None
        connection.execute(
            sa.update(schema.resource)
            .where(record.type == remote.type, record.id == remote.id)
            .values(base_version=remote.version, base_body=body)
        )
    connection.execute(sa.delete(schema.conflict).where(schema.conflict.c.unit == seq))
    _send_again(connection, unit)
    return unit


def take_theirs(
    connection: sa.Connection, index: Index, seq: int, by: str, now: datetime
) -> tuple[PendingUnit, tuple[Ref, ...]]:
    """Decide a parked unit for the centre's version; gives the unit and what changed on this desk.

    A later unit that stands on the version given up is parked in its turn, for the same person to decide.
    Raises NotFound for a unit that has left the outbox, Conflict for one that is not parked.
    """
    unit = _parked(connection, seq)
    _log_both(connection, unit, Choice.THEIRS, by, now)
    remotes = {(r.type, r.id): r for r in outbox.conflicts(connection, seq)}
    outbox.remove(connection, seq)
    changed = []
    for entry in unit.entries:
        remote = remotes.get((entry.type, entry.id)) or _base(connection, entry)
        later = outbox.owner(connection, entry.type, entry.id)
        if later is None:
            changed.append(_adopt(connection, index, remote, now))
        else:
            _hand_on(connection, later, remote, now)
    return unit, tuple(changed)


def decided(connection: sa.Connection, patient: str = "", limit: int = 100) -> list[Decided]:
    """Give the decisions, newest first, about one patient or about all."""
    column = schema.decided.c
    query = sa.select(schema.decided).order_by(column.pk.desc()).limit(limit)
    if patient:
        query = query.where(column.patient == patient)
    return [_decided(row) for row in connection.execute(query)]


def _pending(connection: sa.Connection, seq: int) -> PendingUnit:
    unit = outbox.one(connection, seq)
    if unit is None:
        raise NotFound(
            _("This unit is no longer in the outbox."), _("It has been delivered or decided meanwhile.")
        )
    return unit


def _parked(connection: sa.Connection, seq: int) -> PendingUnit:
    unit = _pending(connection, seq)
    if unit.state is not UnitState.PARKED:
        raise Conflict(_("There is nothing to decide about this unit."), _("Nothing was changed."))
    return unit


def _send_again(connection: sa.Connection, unit: PendingUnit) -> None:
    """Make it due, as one whose parts may be at the centre already: the next run looks before it sends."""
    outbox.set_state(connection, unit, UnitState.WAITING, "")
    attempts = min(unit.attempts, 1)
    connection.execute(
        sa.update(schema.unit).where(schema.unit.c.seq == unit.seq).values(attempts=attempts, next_at="")
    )


def _take_corrections(connection: sa.Connection, unit: PendingUnit) -> None:
    entry, record = schema.unit_entry.c, schema.resource.c
    for one in unit.entries:
        if one.body is None or outbox.owner(connection, one.type, one.id, after=unit.seq) is None:
            continue
        body = connection.execute(
            sa.select(record.body).where(record.type == one.type, record.id == one.id)
        ).scalar()
        if body is not None:
            connection.execute(
                sa.update(schema.unit_entry)
                .where(entry.unit == unit.seq, entry.type == one.type, entry.id == one.id)
                .values(body=body)
            )


def _base(connection: sa.Connection, entry: PendingEntry) -> Remote:
    return Remote(entry.type, entry.id, entry.base_version, outbox.base(connection, entry.type, entry.id))


def _adopt(connection: sa.Connection, index: Index, remote: Remote, now: datetime) -> Ref:
    record = schema.resource.c
    here = sa.and_(record.type == remote.type, record.id == remote.id)
    row = connection.execute(sa.select(record.pk, record.patient).where(here)).one()
    patient = patient_of(remote.body) if remote.body is not None else row.patient
    connection.execute(
        sa.update(schema.resource)
        .where(here)
        .values(
            body=pack(remote.body) if remote.body is not None else None,
            base_body=None,
            base_version=remote.version,
            state=RowState.EQUAL,
            patient=patient,
            changed_at=utc(now),
            acked_at=utc(now),
        )
    )
    if remote.body is not None:
        index.write(connection, [(row.pk, remote.body)])
    else:
        index.remove(connection, [row.pk])
    return Ref(remote.type, remote.id, patient)


def _hand_on(connection: sa.Connection, later: int, remote: Remote, now: datetime) -> None:
    record = schema.resource.c
    connection.execute(
        sa.update(schema.resource)
        .where(record.type == remote.type, record.id == remote.id)
        .values(base_version=remote.version, base_body=pack(remote.body) if remote.body is not None else None)
    )
    outbox.park(connection, _pending(connection, later), [remote], now, outbox.GIVEN_UP)


def _log_both(connection: sa.Connection, unit: PendingUnit, choice: Choice, by: str, now: datetime) -> None:
    log(connection, unit, outbox.conflicts(connection, unit.seq), choice, by, now)


def log(
    connection: sa.Connection,
    unit: PendingUnit,
    remotes: Sequence[Remote],
    choice: Choice,
    by: str,
    now: datetime,
) -> None:
    """Keep both sides of a unit as they stand, with what was decided."""
    sides: Resource = {
        "ours": [entry.body for entry in unit.entries if entry.body is not None],
        "theirs": [remote.body for remote in remotes if remote.body is not None],
    }
    connection.execute(
        sa.insert(schema.decided).values(
            unit=unit.id,
            action=unit.action,
            actor=unit.actor,
            patient=unit.patient,
            created_at=unit.created_at,
            choice=choice,
            decided_by=by,
            decided_at=utc(now),
            sides=pack(sides),
        )
    )


def _decided(row: Any) -> Decided:
    sides = unpack(row.sides)
    return Decided(
        row.unit,
        row.action,
        row.actor,
        row.patient,
        row.created_at,
        Choice(row.choice),
        row.decided_by,
        row.decided_at,
        tuple(sides["ours"]),
        tuple(sides["theirs"]),
    )

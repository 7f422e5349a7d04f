"""Units on their way to the centre, in the order they were made. Nothing here is ever dropped: a unit leaves only
when the centre has it, or when a person decides between two versions (`workstation.store.decisions`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from workstation.fhir.resources import Resource
from workstation.store import schema
from workstation.store.bodies import pack, unpack
from workstation.store.reader import utc
from workstation.store.schema import RowState, UnitState

DIFFERENT: Final = "different"  # why a unit is parked: the centre has another version
GIVEN_UP: Final = "given-up"  # ... or what it builds on was given up for the centre's
ROW_STATES: Final = {
    UnitState.WAITING: RowState.WAITING,
    UnitState.REFUSED: RowState.REFUSED,
    UnitState.PARKED: RowState.PARKED,
}


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """One record of a unit as it was when the unit was made; `base_version` is the centre's version it stands on.

    `base_version` is empty while the centre does not have the record. `body` is None for a deletion.
    """

    type: str
    id: str
    op: str
    base_version: str
    body: Resource | None


@dataclass(frozen=True, slots=True)
class PendingUnit:
    """A unit in the outbox; `attempts` counts how often it was handed to the network."""

    seq: int
    id: str
    action: str
    actor: str
    patient: str
    created_at: str
    state: UnitState
    attempts: int
    next_at: str
    error: str
    entries: tuple[PendingEntry, ...]


@dataclass(frozen=True, slots=True)
class Remote:
    """What the centre has instead of our version; `body` is None where it was deleted there."""

    type: str
    id: str
    version: str
    body: Resource | None


def counts(connection: sa.Connection) -> dict[UnitState, int]:
    """Count the units by state."""
    column = schema.unit.c
    rows = connection.execute(sa.select(column.state, sa.func.count()).group_by(column.state))
    found = {UnitState(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in UnitState}


def units(
    connection: sa.Connection, *states: UnitState, limit: int = 100, after: int = 0
) -> list[PendingUnit]:
    """Give units of these states (all if none is named), oldest first, from beyond `after`."""
    column = schema.unit.c
    query = sa.select(schema.unit).where(column.seq > after).order_by(column.seq).limit(limit)
    if states:
        query = query.where(column.state.in_(states))
    return [_unit(connection, row) for row in connection.execute(query).all()]


def one(connection: sa.Connection, seq: int) -> PendingUnit | None:
    """Give one unit as it stands now, or None once it has left the outbox."""
    row = connection.execute(sa.select(schema.unit).where(schema.unit.c.seq == seq)).first()
    return _unit(connection, row) if row is not None else None


def next_due(connection: sa.Connection) -> str:
    """Give when the first postponed unit is to be tried again (UTC), or an empty text."""
    column = schema.unit.c
    query = sa.select(sa.func.min(column.next_at)).where(
        column.state == UnitState.WAITING, column.next_at != ""
    )
    return connection.execute(query).scalar() or ""


def owner(connection: sa.Connection, kind: str, id_: str, after: int = 0) -> int | None:
    """Give the oldest unit beyond `after` that holds this record, or None."""
    entry = schema.unit_entry.c
    query = sa.select(sa.func.min(entry.unit)).where(entry.type == kind, entry.id == id_, entry.unit > after)
    return connection.execute(query).scalar()


def _unit(connection: sa.Connection, row: Any) -> PendingUnit:
    entry, record = schema.unit_entry.c, schema.resource.c
    query = (
        sa.select(entry.type, entry.id, entry.op, record.base_version, entry.body)
        .join(schema.resource, sa.and_(record.type == entry.type, record.id == entry.id))
        .where(entry.unit == row.seq)
        .order_by(entry.ord)
    )
    entries = tuple(
        PendingEntry(kind, id_, op, base, unpack(body) if body is not None else None)
        for kind, id_, op, base, body in connection.execute(query)
    )
    return PendingUnit(
        row.seq,
        row.unit,
        row.action,
        row.actor,
        row.patient,
        row.created_at,
        UnitState(row.state),
        row.attempts,
        row.next_at,
        row.error,
        entries,
    )


def begin(connection: sa.Connection, seq: int) -> None:
    """Note, before a unit is sent, that it may be at the centre from now on: a lost answer is then recognised."""
    column = schema.unit.c
    connection.execute(sa.update(schema.unit).where(column.seq == seq).values(attempts=column.attempts + 1))


def ack(
    connection: sa.Connection, unit: PendingUnit, versions: Mapping[tuple[str, str], str], now: datetime
) -> None:
    """Take a unit out: the centre has it, under these versions."""
    column = schema.resource.c
    for entry in unit.entries:
        version = "" if entry.op == "delete" else versions.get((entry.type, entry.id), entry.base_version)
        values: dict[str, object] = {"base_version": version, "acked_at": utc(now)}
        if owner(connection, entry.type, entry.id, after=unit.seq) is not None:
            values |= {
                "state": RowState.WAITING,
                "base_body": pack(entry.body) if entry.body is not None else None,
            }
        else:
            values |= {"state": RowState.EQUAL, "base_body": None}
        connection.execute(
            sa.update(schema.resource)
            .where(column.type == entry.type, column.id == entry.id)
            .values(**values)
        )
    remove(connection, unit.seq)


def postpone(connection: sa.Connection, seq: int, next_at: datetime, error: str) -> None:
    """Leave a unit waiting until `next_at`, and remember why it did not go."""
    column = schema.unit.c
    connection.execute(
        sa.update(schema.unit).where(column.seq == seq).values(next_at=utc(next_at), error=error)
    )


def refuse(connection: sa.Connection, unit: PendingUnit, error: str) -> None:
    """The centre refused the unit: it stays, visible, until a person corrects or repeats it."""
    set_state(connection, unit, UnitState.REFUSED, error)


def park(
    connection: sa.Connection, unit: PendingUnit, remotes: Sequence[Remote], now: datetime, error: str
) -> None:
    """The centre has other versions: both sides are kept until a person decides."""
    set_state(connection, unit, UnitState.PARKED, error)
    lay_beside(connection, unit.seq, remotes, now)


def lay_beside(connection: sa.Connection, seq: int, remotes: Sequence[Remote], now: datetime) -> None:
    """Keep the centre's versions beside the work of a unit; a newer one replaces an older one."""
    for remote in remotes:
        connection.execute(
            sa.text(
                "INSERT OR REPLACE INTO conflict (unit, type, id, remote_version, remote_body, at)"
                " VALUES (:unit, :type, :id, :version, :body, :at)"
            ),
            {
                "unit": seq,
                "type": remote.type,
                "id": remote.id,
                "version": remote.version,
                "body": pack(remote.body) if remote.body is not None else None,
                "at": utc(now),
            },
        )


def conflicts(connection: sa.Connection, seq: int) -> list[Remote]:
    """Give the centre's versions that stand against a parked unit."""
    rows = connection.execute(sa.select(schema.conflict).where(schema.conflict.c.unit == seq))
    return [
        Remote(row.type, row.id, row.remote_version, unpack(row.remote_body) if row.remote_body else None)
        for row in rows
    ]


def base(connection: sa.Connection, kind: str, id_: str) -> Resource | None:
    """Give the centre's copy that unsent work on a record stands on, or None where the centre had none."""
    column = schema.resource.c
    query = sa.select(column.base_body).where(column.type == kind, column.id == id_)
    body = connection.execute(query).scalar()
    return unpack(body) if body is not None else None


def set_state(connection: sa.Connection, unit: PendingUnit, state: UnitState, error: str) -> None:
    """Put a unit and its records in a state together."""
    connection.execute(
        sa.update(schema.unit).where(schema.unit.c.seq == unit.seq).values(state=state, error=error)
    )
    column = schema.resource.c
    for entry in unit.entries:
        connection.execute(
            sa.update(schema.resource)
            .where(column.type == entry.type, column.id == entry.id)
            .values(state=ROW_STATES[state])
        )


def remove(connection: sa.Connection, seq: int) -> None:
    """Take a unit out of the outbox; only for a unit that is delivered or decided."""
    connection.execute(sa.delete(schema.unit_entry).where(schema.unit_entry.c.unit == seq))
    connection.execute(sa.delete(schema.conflict).where(schema.conflict.c.unit == seq))
    connection.execute(sa.delete(schema.unit).where(schema.unit.c.seq == seq))

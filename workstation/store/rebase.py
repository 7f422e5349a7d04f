"""Unsent work on a record that changed at the centre, put on top of the centre's version.

How two versions are merged, and whether they may be, is for the caller to say (`Merger`); here the result is stored:
every unit that holds the record, the record itself, its base and its index, in one transaction with the audit entry.
Both sides as they stood are kept in the log of decided units, so that a merge is never a loss.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workstation.audit import Entry
from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir.resources import Resource, patient_of
from workstation.security.permissions import Actor
from workstation.store import decisions, outbox, schema, trail
from workstation.store.bodies import pack, unpack
from workstation.store.decisions import Choice
from workstation.store.index import Index
from workstation.store.outbox import PendingUnit, Remote
from workstation.store.reader import utc
from workstation.store.schema import UnitState

MERGED = "sync.merge"


@dataclass(frozen=True, slots=True)
class Merger:
    """Who merges, and how: `merge(base, ours, theirs)` gives the merged record, or None where a person must decide.

    `allows` says whether a unit lets a record of its own be merged at all.
    """

    actor: Actor
    merge: Callable[[Resource, Resource, Resource], Resource | None]
    allows: Callable[[PendingUnit, str, str], bool] = lambda unit, kind, id_: True


@dataclass(frozen=True, slots=True)
class _Plan:
    """One record with its new bodies, by the number of the unit that holds each; the last one is the record's."""

    remote: Remote
    pk: int
    bodies: dict[int, Resource]

    @property
    def last(self) -> Resource:
        return self.bodies[max(self.bodies)]


def rebase(
    connection: sa.Connection,
    index: Index,
    remotes: Sequence[Remote],
    merger: Merger,
    now: datetime,
    *,
    untried: bool = False,
) -> tuple[Ref, ...] | None:
    """Put the unsent work on these records on top of the centre's versions; gives what changed on this desk.

    None, and nothing is changed, where one record of them does not merge, was deleted on either side, or is new on
    both. With `untried`, also where a unit was handed to the network before: only a look at what became of it tells.
    """
    held = {(r.type, r.id): _holders(connection, r) for r in remotes}
    plans = []
    for remote in remotes:
        units = held[remote.type, remote.id]
        if not units or any(u.state is not UnitState.WAITING or (untried and u.attempts) for u in units):
            return None
        plan = _plan(connection, remote, units, merger)
        if plan is None:
            return None
        plans.append(plan)
    concerned = {unit.seq: unit for units in held.values() for unit in units}
    for unit in concerned.values():
        _log(connection, unit, remotes, merger.actor, now)
    for plan in plans:
        _store(connection, index, plan, now)
    return tuple(Ref(p.remote.type, p.remote.id, patient_of(p.last)) for p in plans)


def _holders(connection: sa.Connection, remote: Remote) -> list[PendingUnit]:
    entry = schema.unit_entry.c
    query = sa.select(entry.unit).where(entry.type == remote.type, entry.id == remote.id).order_by(entry.unit)
    found = (outbox.one(connection, seq) for (seq,) in connection.execute(query).all())
    return [unit for unit in found if unit is not None]


def _plan(
    connection: sa.Connection, remote: Remote, units: Sequence[PendingUnit], merger: Merger
) -> _Plan | None:
    """Replay the work of each unit on top of the centre's version, in the order it was done."""
    record = schema.resource.c
    query = sa.select(record.pk, record.base_body).where(record.type == remote.type, record.id == remote.id)
    row = connection.execute(query).one()
    if row.base_body is None or remote.body is None:
        return None
    before, onto = unpack(row.base_body), remote.body
    bodies: dict[int, Resource] = {}
    for unit in units:
        ours = next(e.body for e in unit.entries if (e.type, e.id) == (remote.type, remote.id))
        if ours is None or not merger.allows(unit, remote.type, remote.id):
            return None
        merged = merger.merge(before, ours, onto)
        if merged is None:
            return None
        bodies[unit.seq] = merged
        before, onto = ours, merged
    return _Plan(remote, row.pk, bodies)


def _store(connection: sa.Connection, index: Index, plan: _Plan, now: datetime) -> None:
    kind, id_ = plan.remote.type, plan.remote.id
    entry, record, beside = schema.unit_entry.c, schema.resource.c, schema.conflict.c
    for seq, body in plan.bodies.items():
        connection.execute(
            sa.update(schema.unit_entry)
            .where(entry.unit == seq, entry.type == kind, entry.id == id_)
            .values(body=pack(body))
        )
    base: Any = plan.remote.body
    connection.execute(
        sa.update(schema.resource)
        .where(record.pk == plan.pk)
        .values(
            body=pack(plan.last),
            base_body=pack(base),
            base_version=plan.remote.version,
            patient=patient_of(plan.last),
            changed_at=utc(now),
        )
    )
    connection.execute(sa.delete(schema.conflict).where(beside.type == kind, beside.id == id_))
    index.write(connection, [(plan.pk, plan.last)])


def _log(
    connection: sa.Connection, unit: PendingUnit, remotes: Sequence[Remote], actor: Actor, now: datetime
) -> None:
    keys = {(entry.type, entry.id) for entry in unit.entries}
    theirs = [r for r in remotes if (r.type, r.id) in keys]
    decisions.log(connection, unit, theirs, Choice.MERGED, actor.user, now)
    detail = " ".join((f"unit {unit.id}", *(f"{r.type}/{r.id} version {r.version}" for r in theirs)))
    moment = instant(now)
    trail.append(
        connection, Entry(moment, actor.user, actor.role, actor.station, MERGED, unit.patient, detail)
    )

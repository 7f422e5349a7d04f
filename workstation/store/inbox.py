"""What comes from the centre: a page and its cursor are stored in one transaction, or neither is.

A record with unsent work on this desk is never overwritten: the centre's copy is laid beside it, and only when its
version is not the one our work stands on. Where the caller brings a `Merger` and the two merge, that work is put on
top of the centre's version instead. An older version than the one this desk has is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workstation.core.clock import parse_instant
from workstation.core.events import Ref
from workstation.fhir.resources import Resource, patient_of, ref_of, updated_of, version_of
from workstation.store import outbox, schema
from workstation.store.bodies import pack, unpack
from workstation.store.index import Index
from workstation.store.outbox import Remote
from workstation.store.reader import utc
from workstation.store.rebase import Merger, rebase
from workstation.store.schema import RowState


@dataclass(frozen=True, slots=True)
class Page:
    """One downloaded page: records, tombstones, and the cursor that follows it."""

    scope: str
    state: str
    resources: Sequence[Resource] = ()
    deleted: Sequence[Ref] = ()
    complete_at: datetime | None = None


@dataclass(slots=True)
class _Work:
    inserts: list[dict[str, object]] = field(default_factory=list)
    updates: list[dict[str, object]] = field(default_factory=list)
    fresh: list[tuple[int, Resource]] = field(default_factory=list)
    again: list[tuple[int, Resource]] = field(default_factory=list)
    beside: list[Remote] = field(default_factory=list)
    refs: list[Ref] = field(default_factory=list)


def apply(
    connection: sa.Connection, index: Index, page: Page, now: datetime, merger: Merger | None = None
) -> tuple[Ref, ...]:
    """Store a page with its cursor; gives what changed on this desk. Applying a page twice changes nothing more."""
    refs = take(connection, index, page.resources, page.deleted, now, merger)
    _move_cursor(connection, page)
    return refs


def take(
    connection: sa.Connection,
    index: Index,
    resources: Sequence[Resource],
    deleted: Sequence[Ref],
    now: datetime,
    merger: Merger | None = None,
) -> tuple[Ref, ...]:
    """Store what the centre has, without a cursor; gives what changed on this desk."""
    work = _Work()
    newest = {(r["resourceType"], r["id"]): r for r in resources}
    known = _known(connection, [*newest, *((ref.type, ref.id) for ref in deleted)])
    next_pk = (connection.execute(sa.select(sa.func.max(schema.resource.c.pk))).scalar() or 0) + 1
    for key, resource in newest.items():
        row = known.get(key)
        if row is None:
            _insert(work, next_pk, resource, now)
            next_pk += 1
        elif row.base_version == version_of(resource):
            continue
        elif row.state != RowState.EQUAL:
            work.beside.append(Remote(*key, version_of(resource), resource))
        elif not _older(connection, row, resource):
            _update(work, row.pk, resource, now)
    _flush(connection, index, work)
    _delete(connection, index, deleted, known, work, now)
    for remote in work.beside:
        unit = outbox.owner(connection, remote.type, remote.id)
        if unit is None:
            continue
        merged = _merge(connection, index, remote, known[remote.type, remote.id], merger, now)
        if merged is None:
            outbox.lay_beside(connection, unit, [remote], now)
        else:
            work.refs += merged
    return tuple(work.refs)


def _merge(
    connection: sa.Connection, index: Index, remote: Remote, row: Any, merger: Merger | None, now: datetime
) -> tuple[Ref, ...] | None:
    if merger is None or remote.body is None or _older(connection, row, remote.body):
        return None
    return rebase(connection, index, [remote], merger, now, untried=True)


def cursor(connection: sa.Connection, scope: str) -> tuple[str, str]:
    """Give (state, complete_at) of a scope; both empty before its first page."""
    column = schema.cursor.c
    row = connection.execute(sa.select(column.state, column.complete_at).where(column.scope == scope)).first()
    return (row.state, row.complete_at) if row else ("", "")


def cursors(connection: sa.Connection) -> dict[str, tuple[str, str]]:
    """Give (state, complete_at) of every scope."""
    return {row.scope: (row.state, row.complete_at) for row in connection.execute(sa.select(schema.cursor))}


def _known(connection: sa.Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    column = schema.resource.c
    wanted: dict[str, list[str]] = {}
    for kind, id_ in keys:
        wanted.setdefault(kind, []).append(id_)
    query = sa.select(column.pk, column.type, column.id, column.state, column.base_version, column.patient)
    return {
        (row.type, row.id): row
        for kind, ids in wanted.items()
        for row in connection.execute(query.where(column.type == kind, column.id.in_(ids)))
    }


def _older(connection: sa.Connection, row: Any, resource: Resource) -> bool:
    """Say whether the centre's copy is older than ours: numbered versions by number, others by `lastUpdated`."""
    ours, theirs = row.base_version, version_of(resource)
    if ours.isdecimal() and theirs.isdecimal():
        return int(theirs) < int(ours)
    body = connection.execute(
        sa.select(schema.resource.c.body).where(schema.resource.c.pk == row.pk)
    ).scalar()
    here, there = updated_of(unpack(body)) if body is not None else "", updated_of(resource)
    return bool(here and there) and parse_instant(there) < parse_instant(here)


def _insert(work: _Work, pk: int, resource: Resource, now: datetime) -> None:
    ref = ref_of(resource)
    work.inserts.append(
        {
            "pk": pk,
            "type": ref.type,
            "id": ref.id,
            "patient": ref.patient,
            "base_version": version_of(resource),
            "base_body": None,
            "body": pack(resource),
            "state": RowState.EQUAL,
            "changed_at": utc(now),
            "acked_at": utc(now),
        }
    )
    work.fresh.append((pk, resource))
    work.refs.append(ref)


def _update(work: _Work, pk: int, resource: Resource, now: datetime) -> None:
    work.updates.append(
        {
            "b_pk": pk,
            "patient": patient_of(resource),
            "base_version": version_of(resource),
            "body": pack(resource),
            "changed_at": utc(now),
            "acked_at": utc(now),
        }
    )
    work.again.append((pk, resource))
    work.refs.append(ref_of(resource))


def _flush(connection: sa.Connection, index: Index, work: _Work) -> None:
    if work.inserts:
        connection.execute(sa.insert(schema.resource), work.inserts)
        index.write(connection, work.fresh, fresh=True)
    if work.updates:
        update = sa.update(schema.resource).where(schema.resource.c.pk == sa.bindparam("b_pk"))
        connection.execute(update, work.updates)
        index.write(connection, work.again)


def _delete(
    connection: sa.Connection,
    index: Index,
    deleted: Iterable[Ref],
    known: dict[tuple[str, str], Any],
    work: _Work,
    now: datetime,
) -> None:
    for ref in deleted:
        row = known.get((ref.type, ref.id))
        if row is None or not row.base_version:
            continue
        if row.state != RowState.EQUAL:
            work.beside.append(Remote(ref.type, ref.id, "", None))
            continue
        connection.execute(
            sa.update(schema.resource)
            .where(schema.resource.c.pk == row.pk)
            .values(body=None, base_version="", changed_at=utc(now))
        )
        index.remove(connection, [row.pk])
        work.refs.append(Ref(ref.type, ref.id, str(row.patient)))


def _move_cursor(connection: sa.Connection, page: Page) -> None:
    complete = utc(page.complete_at) if page.complete_at else cursor(connection, page.scope)[1]
    connection.execute(
        sa.text("INSERT OR REPLACE INTO cursor VALUES (:scope, :state, :complete)"),
        {"scope": page.scope, "state": page.state, "complete": complete},
    )

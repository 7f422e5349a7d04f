"""Reading the hub: records, versions, history and what searches need, all from one consistent view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sync.hub.store import schema

if TYPE_CHECKING:
    from sync.hub.store.store import Store

_CURRENT = (
    "SELECT r.pk, r.version, r.deleted, v.updated, v.method, v.body, r.seq"
    " FROM resource r JOIN version v ON v.seq = r.seq WHERE r.kind = ? AND r.id = ?"
)
_STATED = (
    "SELECT r.pk, v.number, v.body IS NULL, v.updated, v.method, v.body, v.seq"
    " FROM resource r JOIN version v ON v.resource = r.pk WHERE r.kind = ? AND r.id = ? AND v.number = ?"
)


@dataclass(frozen=True, slots=True)
class Record:
    """One version of one resource; `body` is its JSON, empty for a tombstone. `updated` is in milliseconds."""

    type: str
    id: str
    pk: int
    number: int
    deleted: bool
    updated: int
    method: str
    body: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of the change log a history asks for."""

    types: tuple[str, ...] = ()
    id: str = ""
    since: int | None = None
    after: int | None = None
    oldest_first: bool = False
    count: int = 50


class Reader:
    """Questions to one open transaction."""

    def __init__(self, store: Store, connection: sa.Connection) -> None:
        self.store = store
        self.connection = connection
        self.raw: Any = connection.connection.driver_connection

    def current(self, kind: str, identity: str) -> Record | None:
        """Give the current version (or the tombstone) of a resource, or None if it never existed."""
        row = self.raw.execute(_CURRENT, (self.store.code(kind), identity)).fetchone()
        return self._record(kind, identity, row) if row else None

    def version(self, kind: str, identity: str, number: int) -> Record | None:
        """Give one stated version of a resource, or None."""
        row = self.raw.execute(_STATED, (self.store.code(kind), identity, number)).fetchone()
        return self._record(kind, identity, row) if row else None

    def exists(self, kind: str, identity: str) -> bool:
        """Say whether a resource was ever stored; a deleted one still has its history here."""
        found = self.raw.execute(
            "SELECT 1 FROM resource WHERE kind = ? AND id = ?", (self.store.code(kind), identity)
        )
        return found.fetchone() is not None

    def sequence(self) -> int:
        """Give the number of the latest change, 0 in an empty hub."""
        return self.raw.execute("SELECT max(seq) FROM version").fetchone()[0] or 0

    def sequence_since(self, moment: int) -> int:
        """Give the number of the first change at or after a moment (milliseconds)."""
        row = self.raw.execute(
            "SELECT seq FROM version WHERE updated >= ? ORDER BY updated LIMIT 1", (moment,)
        ).fetchone()
        return int(row[0]) if row else self.sequence() + 1

    def history(self, span: Span) -> list[Record]:
        """Give versions in the order of the change log, at most one more than `span.count`."""
        v, r = schema.version, schema.resource
        query = sa.select(
            v.c.kind,
            r.c.id,
            r.c.pk,
            v.c.number,
            v.c.body.is_(None),
            v.c.updated,
            v.c.method,
            v.c.body,
            v.c.seq,
        ).join_from(v, r, r.c.pk == v.c.resource)
        query = query.where(*self._within(span))
        if span.after is not None:
            query = query.where(v.c.seq > span.after if span.oldest_first else v.c.seq < span.after)
        query = query.order_by(v.c.seq if span.oldest_first else v.c.seq.desc()).limit(span.count + 1)
        return [
            self._record(self.store.name(row[0]), row[1], row[2:]) for row in self.connection.execute(query)
        ]

    def history_total(self, span: Span) -> int:
        """Count every version a history has, over all its pages."""
        query = sa.select(sa.func.count()).select_from(schema.version).where(*self._within(span))
        return int(self.connection.execute(query).scalar_one())

    def records(self, pks: Sequence[int]) -> list[Record]:
        """Give the current versions of these rows, in this order; deleted ones are left out."""
        r, v = schema.resource, schema.version
        query = sa.select(
            r.c.kind, r.c.id, r.c.pk, v.c.number, r.c.deleted, v.c.updated, v.c.method, v.c.body, v.c.seq
        ).join_from(r, v, v.c.seq == r.c.seq)
        found: dict[int, Record] = {}
        for part in _parts(pks):
            for row in self.connection.execute(query.where(r.c.pk.in_(part), r.c.deleted == sa.false())):
                found[row[2]] = self._record(self.store.name(row[0]), row[1], row[2:])
        return [found[pk] for pk in pks if pk in found]

    def batch(self, kind: str, after: int, count: int) -> list[Record]:
        """Give current resources of a type by row number, for walking over all of them."""
        r = schema.resource
        query = sa.select(r.c.pk).where(
            r.c.kind == self.store.code(kind), r.c.pk > after, r.c.deleted == sa.false()
        )
        return self.records(list(self.connection.execute(query.order_by(r.c.pk).limit(count)).scalars()))

    def counts(self) -> dict[str, int]:
        """Count the current resources of each type that has any."""
        r = schema.resource
        query = sa.select(r.c.kind, sa.func.count()).where(r.c.deleted == sa.false()).group_by(r.c.kind)
        rows = [(self.store.name(code), int(count)) for code, count in self.connection.execute(query)]
        return dict(sorted(rows))

    def _within(self, span: Span) -> list[sa.ColumnElement[bool]]:
        v, r = schema.version, schema.resource
        conditions: list[sa.ColumnElement[bool]] = []
        if span.id:
            one = sa.select(r.c.pk).where(r.c.kind == self.store.code(span.types[0]), r.c.id == span.id)
            conditions.append(v.c.resource == one.scalar_subquery())
        elif len(span.types) == 1:
            conditions.append(v.c.kind == self.store.code(span.types[0]))
        elif span.types:  # the unary plus keeps the log's own order, which several types of an index have not
            codes = [self.store.code(name) for name in span.types]
            conditions.append(sa.literal_column("+version.kind", sa.Integer).in_(codes))
        if span.since is not None:
            conditions.append(v.c.seq >= self.sequence_since(span.since))
        return conditions

    def _record(self, kind: str, identity: str, row: Sequence[Any]) -> Record:
        pk, number, deleted, updated, method, body, seq = row
        unpacked = self.store.codec.unpack(body) if body is not None else b""
        return Record(kind, identity, pk, number, bool(deleted), updated, method, unpacked, seq)


def _parts(items: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (items[start : start + size] for start in range(0, len(items), size))

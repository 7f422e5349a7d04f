"""Writing the hub: body, change log and index rows of a resource in one transaction.

The change number and `lastUpdated` are taken from the database under its write lock, never from this process, so
that they grow strictly even when a second process loads data at the same time.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sync.hub import wire
from sync.hub.store.reader import Reader, Record
from sync.hub.store.rows import rows_of
from workstation.fhir.resources import Resource

if TYPE_CHECKING:
    from sync.hub.store.store import Store

_INSERT_VERSION = (
    "INSERT INTO version (seq, resource, kind, number, updated, method, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_RESOURCE = "INSERT INTO resource (kind, id, version, seq, deleted) VALUES (?, ?, ?, ?, 0)"
_UPDATE_RESOURCE = "UPDATE resource SET version = ?, seq = ?, deleted = ? WHERE pk = ?"
_INSERT_ROW = "INSERT OR IGNORE INTO idx (param, value, system, high, resource) VALUES (?, ?, ?, ?, ?)"
_DELETE_ROW = "DELETE FROM idx WHERE param = ? AND value = ? AND system = ? AND high = ? AND resource = ?"

IndexKey = tuple[int, str, str, str, int]


class Writer(Reader):
    """The one open write transaction."""

    def __init__(self, store: Store, connection: sa.Connection) -> None:
        super().__init__(store, connection)
        self._seq, self._updated = self._latest()
        self.changed = False

    @property
    def latest(self) -> int:
        """The number of the latest change, this transaction's own included."""
        return self._seq

    def put(self, resource: Resource, method: str, before: Record | None) -> Record:
        """Store a new version; `before` is the current one (or tombstone) as read in this transaction.

        `meta.versionId` and `meta.lastUpdated` are set here, in `resource` itself.
        """
        kind, identity = resource["resourceType"], resource["id"]
        seq, updated, number = *self._next(), before.number + 1 if before else 1
        meta = resource["meta"] if isinstance(resource.get("meta"), dict) else {}
        resource["meta"] = {**meta, "versionId": str(number), "lastUpdated": wire.instant(updated)}
        body = wire.dump(resource)
        code = self.store.code(kind)
        if before is None:
            pk = int(self.raw.execute(_INSERT_RESOURCE, (code, identity, number, seq)).lastrowid)
        else:
            pk = before.pk
            self.raw.execute(_UPDATE_RESOURCE, (number, seq, 0, pk))
        packed = self.store.codec.pack(body)
        self.raw.execute(_INSERT_VERSION, (seq, pk, code, number, updated, method, packed))
        self._index(pk, resource, fresh=before is None)
        return Record(kind, identity, pk, number, False, updated, method, body, seq)

    def delete(self, before: Record) -> Record:
        """Put a tombstone in place of a resource; its versions stay."""
        seq, updated = self._next()
        number, code = before.number + 1, self.store.code(before.type)
        self.raw.execute(_UPDATE_RESOURCE, (number, seq, 1, before.pk))
        self.raw.execute(_INSERT_VERSION, (seq, before.pk, code, number, updated, "DELETE", None))
        self.raw.execute("DELETE FROM idx WHERE resource = ?", (before.pk,))
        return Record(before.type, before.id, before.pk, number, True, updated, "DELETE", b"", seq)

    def reindex(self) -> int:
        """Derive every index row anew from the current bodies; gives how many resources there were."""
        self.raw.execute("DELETE FROM idx")
        rows: Any = self.raw.execute(
            "SELECT r.pk, v.body FROM resource r JOIN version v ON v.seq = r.seq WHERE r.deleted = 0"
        )
        count = 0
        for pk, body in rows.fetchall():
            self._index(pk, wire.parse_object(self.store.codec.unpack(body)), fresh=True)
            count += 1
        return count

    def savepoint(self, name: str) -> None:
        """Open a part that can be undone alone."""
        self.raw.execute(f"SAVEPOINT {name}")

    def undo(self, name: str) -> None:
        """Undo everything since the savepoint and forget it."""
        self.raw.execute(f"ROLLBACK TO {name}")
        self.keep(name)
        self._seq, self._updated = self._latest()

    def keep(self, name: str) -> None:
        """Make the part since the savepoint part of the whole."""
        self.raw.execute(f"RELEASE {name}")

    def _latest(self) -> tuple[int, int]:
        row = self.raw.execute("SELECT seq, updated FROM version ORDER BY seq DESC LIMIT 1").fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def _next(self) -> tuple[int, int]:
        self._seq += 1
        self._updated = max(self._updated + 1, time.time_ns() // 1_000_000)
        self.changed = True
        return self._seq, self._updated

    def _index(self, pk: int, resource: Resource, fresh: bool) -> None:
        code, kind = self.store.param, resource["resourceType"]
        wanted = {
            (code(kind, name), value, system, high, pk) for name, value, system, high in rows_of(resource)
        }
        standing: set[IndexKey] = set()
        if not fresh:
            rows = self.raw.execute(
                "SELECT param, value, system, high, resource FROM idx WHERE resource = ?", (pk,)
            )
            standing = set(rows.fetchall())
        if gone := standing - wanted:
            self.raw.executemany(_DELETE_ROW, list(gone))
        if new := wanted - standing:
            self.raw.executemany(_INSERT_ROW, list(new))

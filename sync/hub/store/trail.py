"""The audit trail's rows: a chain that every writer, in whatever process, continues under the write lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields

import sqlalchemy as sa

from sync.hub.store import schema
from sync.hub.store.reader import Reader
from sync.hub.store.writer import Writer
from workstation.audit import GENESIS, Entry, link

trail = schema.trail
_FIELDS = tuple(field.name for field in fields(Entry))


def append(writer: Writer, entries: Iterable[Entry]) -> None:
    """Add entries to the chain, in the transaction that is open."""
    last = writer.raw.execute("SELECT number, hash FROM trail ORDER BY number DESC LIMIT 1").fetchone()
    number, previous = last or (0, GENESIS)
    rows = []
    for entry in entries:
        number, previous = number + 1, link(previous, entry)
        rows.append({"number": number, "hash": previous, **asdict(entry)})
    if rows:
        writer.connection.execute(sa.insert(trail), rows)


def chain(reader: Reader) -> Iterator[tuple[int, Entry, str]]:
    """Walk (number, entry, hash) from the first."""
    rows = reader.connection.execute(sa.select(trail).order_by(trail.c.number)).mappings()
    for row in rows:
        yield row["number"], Entry(**{name: row[name] for name in _FIELDS}), row["hash"]

"""The audit trail's rows: appended in the transaction of the act they tell of, read back to be verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

import sqlalchemy as sa

from workstation.audit import GENESIS, Entry, first_break, link
from workstation.store import schema

_LAST: Final = sa.select(schema.audit.c.seq, schema.audit.c.hash).order_by(schema.audit.c.seq.desc()).limit(1)
_APPEND: Final = sa.insert(schema.audit)


def append(connection: sa.Connection, entry: Entry) -> None:
    """Add one entry to the chain."""
    last = connection.execute(_LAST).first()
    number, previous = (last.seq, last.hash) if last else (0, GENESIS)
    connection.execute(_APPEND, {"seq": number + 1, "hash": link(previous, entry), **asdict(entry)})


def entries(
    connection: sa.Connection, patient: str = "", limit: int | None = None
) -> Iterator[tuple[int, Entry, str]]:
    """Walk the chain as (number, entry, hash), of one patient or of all, oldest first."""
    column = schema.audit.c
    query = sa.select(schema.audit).order_by(column.seq)
    if patient:
        query = query.where(column.patient == patient)
    if limit is not None:
        query = query.limit(limit)
    for row in connection.execute(query):
        entry = Entry(row.at, row.user, row.role, row.station, row.action, row.patient, row.detail)
        yield row.seq, entry, row.hash


def broken_at(connection: sa.Connection) -> int | None:
    """Give the number of the first entry where the chain breaks, or None."""
    return first_break(entries(connection))

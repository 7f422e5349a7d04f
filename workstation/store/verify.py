"""Checking a desk's own house: file, audit chain, and that the index still says what the records say."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from workstation.fhir.search import index_rows
from workstation.store import schema, trail
from workstation.store.bodies import unpack
from workstation.store.store import Store


@dataclass(frozen=True, slots=True)
class Findings:
    """What `verify` found. `records` and `audit_entries` count what was checked."""

    records: int
    audit_entries: int
    file_problems: tuple[str, ...]
    chain_broken_at: int | None
    index_differs: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Say whether everything is as it should be."""
        return not self.file_problems and self.chain_broken_at is None and not self.index_differs


def verify(store: Store) -> Findings:
    """Check everything; changes nothing."""
    problems = tuple(store.engine.integrity_problems())
    with store.engine.reading() as connection:
        records, differs = _compare_index(connection, store)
        entries = connection.execute(sa.select(sa.func.count()).select_from(schema.audit)).scalar_one()
        broken = trail.broken_at(connection)
    return Findings(records, entries, problems, broken, tuple(differs[:20]))


def _compare_index(connection: sa.Connection, store: Store) -> tuple[int, list[str]]:
    row, entry = schema.resource.c, schema.idx.c
    query = sa.select(row.pk, row.type, row.id, row.body).where(row.body.is_not(None))
    count, differs = 0, []
    for pk, kind, id_, body in connection.execute(query):
        count += 1
        derived = sorted(
            (store.index.params[kind, r.param], r.value, r.system, r.high) for r in index_rows(unpack(body))
        )
        stored = connection.execute(
            sa.select(entry.param, entry.value, entry.system, entry.high).where(entry.resource == pk)
        )
        if derived != sorted(tuple(line) for line in stored):
            differs.append(f"{kind}/{id_}")
    return count, differs


def figures(store: Store) -> dict[str, object]:
    """Count what a desk holds, by type; no content, no names. For a report to support."""
    row = schema.resource.c
    with store.engine.reading() as connection:
        counted = connection.execute(
            sa.select(row.type, sa.func.count())
            .where(row.body.is_not(None))
            .group_by(row.type)
            .order_by(row.type)
        )
        records: dict[str, int] = dict(counted.tuples().all())
        schema_version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        cipher = connection.exec_driver_sql("PRAGMA cipher_version").scalar()
        entries = connection.execute(sa.select(sa.func.count()).select_from(schema.audit)).scalar_one()
        drafts = connection.execute(sa.select(sa.func.count()).select_from(schema.draft)).scalar_one()
    size = store.engine.path.stat().st_size
    return {
        "records": records,
        "schema": schema_version,
        "sqlcipher": cipher,
        "audit_entries": entries,
        "drafts": drafts,
        "database_bytes": size,
    }

"""Tables of the hub's one database file.

`version` is the change log: `seq` counts every change of the whole hub without gaps and `updated` (milliseconds)
grows strictly with it, so "after this moment" and "after this number" mean the same. `resource` points at the
current version of each record. Rows are found by integers; only `idx`, whose rows are small, has no rowid.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

LATEST: Final = 1
metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
kind = sa.Table(
    "kind",
    metadata,
    sa.Column("code", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)
resource = sa.Table(
    "resource",
    metadata,
    sa.Column("pk", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.UniqueConstraint("kind", "id"),
)
version = sa.Table(
    "version",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("resource", sa.Integer, nullable=False),
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("updated", sa.Integer, nullable=False, unique=True),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary),
)
param = sa.Table(
    "param",
    metadata,
    sa.Column("code", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "name"),
)
idx = sa.Table(
    "idx",
    metadata,
    sa.Column("param", sa.Integer, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("system", sa.Text, primary_key=True),
    sa.Column("high", sa.Text, primary_key=True),
    sa.Column("resource", sa.Integer, primary_key=True),
    sqlite_with_rowid=False,
)
account = sa.Table(
    "account",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("display", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("practitioner", sa.Text, nullable=False),
    sa.Column("extra", sa.Text, nullable=False),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("created", sa.Integer, nullable=False),
)
attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("name", sa.LargeBinary, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("until", sa.Integer, nullable=False),
)
token = sa.Table(
    "token",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("use", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("family", sa.Text, nullable=False),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("expires", sa.Integer),
    sa.Column("spent", sa.Integer),
)
trail = sa.Table(
    "trail",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("patient", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)

sa.Index("resource_current", resource.c.kind, resource.c.seq, sqlite_where=resource.c.deleted == sa.false())
sa.Index("version_of_resource", version.c.resource, version.c.seq)
sa.Index("version_of_kind", version.c.kind, version.c.seq)
sa.Index("idx_of_resource", idx.c.resource)
sa.Index("token_family", token.c.family)
sa.Index("token_account", token.c.account)
sa.Index("trail_patient", trail.c.patient)

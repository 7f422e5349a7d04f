"""Tables of a desk, as numbered migrations; a migration once released is never edited.

`resource.body` is what screens read (NULL once deleted); `base_body` is the centre's last known copy, kept only
while the two differ; `base_version` is the centre's ETag value, opaque and returned verbatim.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

import sqlalchemy as sa


class RowState(IntEnum):
    """How a record on this desk stands to the centre."""

    EQUAL = 0
    WAITING = 1
    REFUSED = 2
    PARKED = 3


class UnitState(StrEnum):
    """How far a unit in the outbox has come. A delivered unit leaves the outbox."""

    WAITING = "waiting"
    REFUSED = "refused"
    PARKED = "parked"


MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
        """CREATE TABLE resource (
            pk INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, patient TEXT NOT NULL,
            base_version TEXT NOT NULL, base_body BLOB, body BLOB, state INTEGER NOT NULL,
            changed_at TEXT NOT NULL, acked_at TEXT NOT NULL)""",
        "CREATE UNIQUE INDEX resource_ref ON resource (type, id)",
        "CREATE INDEX resource_patient ON resource (patient, type) WHERE patient <> ''",
        "CREATE INDEX resource_state ON resource (state) WHERE state <> 0",
        "CREATE TABLE param (pk INTEGER PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (type, name))",
        """CREATE TABLE idx (
            resource INTEGER NOT NULL, param INTEGER NOT NULL, value TEXT NOT NULL,
            system TEXT NOT NULL, high TEXT NOT NULL)""",
        "CREATE INDEX idx_value ON idx (param, value, resource)",
        "CREATE INDEX idx_resource ON idx (resource, param, value)",
        """CREATE TABLE patient (
            resource INTEGER PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, sex TEXT NOT NULL,
            birth TEXT NOT NULL, number TEXT NOT NULL)""",
        """CREATE TABLE patient_key (
            key TEXT NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (key, resource)) WITHOUT ROWID""",
        "CREATE INDEX patient_key_resource ON patient_key (resource)",
        "CREATE VIRTUAL TABLE patient_text USING fts5 (name, content='', contentless_delete=1)",
        """CREATE TABLE unit (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, unit TEXT NOT NULL UNIQUE, action TEXT NOT NULL,
            actor TEXT NOT NULL, patient TEXT NOT NULL, created_at TEXT NOT NULL, state TEXT NOT NULL,
            attempts INTEGER NOT NULL, next_at TEXT NOT NULL, error TEXT NOT NULL, schema INTEGER NOT NULL)""",
        """CREATE TABLE unit_entry (
            unit INTEGER NOT NULL, ord INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
            op TEXT NOT NULL, body BLOB, PRIMARY KEY (unit, ord))""",
        "CREATE INDEX unit_entry_ref ON unit_entry (type, id)",
        """CREATE TABLE conflict (
            pk INTEGER PRIMARY KEY, unit INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
            remote_version TEXT NOT NULL, remote_body BLOB, at TEXT NOT NULL, UNIQUE (type, id))""",
        """CREATE TABLE decided (
            pk INTEGER PRIMARY KEY, unit TEXT NOT NULL, action TEXT NOT NULL, actor TEXT NOT NULL,
            patient TEXT NOT NULL, created_at TEXT NOT NULL, choice TEXT NOT NULL, decided_by TEXT NOT NULL,
            decided_at TEXT NOT NULL, sides BLOB NOT NULL)""",
        "CREATE INDEX decided_patient ON decided (patient, pk)",
        "CREATE TABLE cursor (scope TEXT PRIMARY KEY, state TEXT NOT NULL, complete_at TEXT NOT NULL)",
        """CREATE TABLE draft (
            author TEXT NOT NULL, kind TEXT NOT NULL, patient TEXT NOT NULL, encounter TEXT NOT NULL,
            saved_at TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (author, kind, patient, encounter))""",
        """CREATE TABLE audit (
            seq INTEGER PRIMARY KEY, at TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL,
            station TEXT NOT NULL, action TEXT NOT NULL, patient TEXT NOT NULL, detail TEXT NOT NULL,
            hash TEXT NOT NULL)""",
        "CREATE INDEX audit_patient ON audit (patient, seq)",
        """CREATE TABLE account (
            user TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, practitioner TEXT NOT NULL,
            extra TEXT NOT NULL, last_used TEXT NOT NULL)""",
    ),
    (
        """CREATE TABLE server_profile (
            url TEXT NOT NULL, server TEXT NOT NULL, probe INTEGER NOT NULL, probed_at TEXT NOT NULL,
            profile TEXT NOT NULL, consent_by TEXT NOT NULL, consent_at TEXT NOT NULL,
            consent_reason TEXT NOT NULL, PRIMARY KEY (url, server))""",
    ),
)

LATEST: Final = len(MIGRATIONS)
OUTBOX_SCHEMA: Final = 1

metadata = sa.MetaData()
meta = sa.Table("meta", metadata, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text))
resource = sa.Table(
    "resource",
    metadata,
    sa.Column("pk", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("type", "id", "patient", "base_version")),
    sa.Column("base_body", sa.LargeBinary),
    sa.Column("body", sa.LargeBinary),
    sa.Column("state", sa.Integer),
    sa.Column("changed_at", sa.Text),
    sa.Column("acked_at", sa.Text),
)
param = sa.Table(
    "param",
    metadata,
    sa.Column("pk", sa.Integer, primary_key=True),
    sa.Column("type", sa.Text),
    sa.Column("name", sa.Text),
)
idx = sa.Table(
    "idx",
    metadata,
    sa.Column("resource", sa.Integer),
    sa.Column("param", sa.Integer),
    *(sa.Column(name, sa.Text) for name in ("value", "system", "high")),
)
patient = sa.Table(
    "patient",
    metadata,
    sa.Column("resource", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("id", "name", "sex", "birth", "number")),
)
patient_key = sa.Table(
    "patient_key",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("resource", sa.Integer, primary_key=True),
)
unit = sa.Table(
    "unit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("unit", "action", "actor", "patient", "created_at", "state")),
    sa.Column("attempts", sa.Integer),
    *(sa.Column(name, sa.Text) for name in ("next_at", "error")),
    sa.Column("schema", sa.Integer),
)
unit_entry = sa.Table(
    "unit_entry",
    metadata,
    sa.Column("unit", sa.Integer, primary_key=True),
    sa.Column("ord", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("type", "id", "op")),
    sa.Column("body", sa.LargeBinary),
)
conflict = sa.Table(
    "conflict",
    metadata,
    sa.Column("pk", sa.Integer, primary_key=True),
    sa.Column("unit", sa.Integer),
    *(sa.Column(name, sa.Text) for name in ("type", "id", "remote_version")),
    sa.Column("remote_body", sa.LargeBinary),
    sa.Column("at", sa.Text),
)
decided = sa.Table(
    "decided",
    metadata,
    sa.Column("pk", sa.Integer, primary_key=True),
    *(
        sa.Column(name, sa.Text)
        for name in (
            "unit",
            "action",
            "actor",
            "patient",
            "created_at",
            "choice",
            "decided_by",
            "decided_at",
        )
    ),
    sa.Column("sides", sa.LargeBinary),
)
cursor = sa.Table(
    "cursor",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("state", sa.Text),
    sa.Column("complete_at", sa.Text),
)
draft = sa.Table(
    "draft",
    metadata,
    *(sa.Column(name, sa.Text, primary_key=True) for name in ("author", "kind", "patient", "encounter")),
    sa.Column("saved_at", sa.Text),
    sa.Column("body", sa.LargeBinary),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    *(
        sa.Column(name, sa.Text)
        for name in ("at", "user", "role", "station", "action", "patient", "detail", "hash")
    ),
)
account = sa.Table(
    "account",
    metadata,
    sa.Column("user", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("name", "role", "practitioner", "extra", "last_used")),
)
server_profile = sa.Table(
    "server_profile",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("server", sa.Text, primary_key=True),
    sa.Column("probe", sa.Integer),
    *(sa.Column(name, sa.Text) for name in ("probed_at", "profile")),
    *(sa.Column(name, sa.Text) for name in ("consent_by", "consent_at", "consent_reason")),
)

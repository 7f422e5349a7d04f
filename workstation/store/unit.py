"""The only way to write: record, index, outbox and audit entry commit together or not at all."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from workstation.audit import Entry
from workstation.core.clock import Clock, instant
from workstation.core.drafts import DraftKey
from workstation.core.errors import NotFound
from workstation.core.events import Changed, Origin, Ref
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, content, mark_synthetic, ref_of
from workstation.security.permissions import Actor
from workstation.store import accounts, schema, trail
from workstation.store.bodies import pack, unpack
from workstation.store.index import Index
from workstation.store.reader import Reader, utc
from workstation.store.schema import RowState, UnitState

FHIR_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")

# built once: building a statement costs as much as running it
_RECORD: Final = schema.resource.c
_ROW: Final = sa.select(_RECORD.pk, _RECORD.body, _RECORD.base_body, _RECORD.state).where(
    _RECORD.type == sa.bindparam("b_type"), _RECORD.id == sa.bindparam("b_id")
)
_INSERT: Final = sa.insert(schema.resource)
_REPLACE: Final = (
    sa.update(schema.resource)
    .where(_RECORD.pk == sa.bindparam("b_pk"))
    .values({name: sa.bindparam(name) for name in ("body", "base_body", "state", "patient", "changed_at")})
)
_QUEUE: Final = sa.insert(schema.unit)
_QUEUE_ENTRY: Final = sa.insert(schema.unit_entry)


class Unit:
    """One user action. Made by `Store.unit`; commands write through it and nothing else."""

    def __init__(
        self,
        connection: sa.Connection,
        index: Index,
        clock: Clock,
        actor: Actor,
        action: str,
        desk_code: str,
        *,
        practice: bool = False,
    ) -> None:
        self._connection = connection
        self._index = index
        self._clock = clock
        self._entries: dict[tuple[str, str], tuple[str, bytes | None]] = {}
        self._refs: dict[tuple[str, str], Ref] = {}
        self.actor = actor
        self.action = action
        self.desk_code = desk_code
        self._practice = practice
        self.id = clock.new_id()
        self.now: datetime = clock.now()
        self.reader = Reader(connection, index)
        self.patient = ""
        self.detail = ""

    def new_id(self) -> str:
        """Give an id for a new record."""
        return self._clock.new_id()

    def put(self, resource: Resource) -> Ref:
        """Create or replace one record; a missing id is given. Writing what is already there changes nothing.

        A new record of a desk for training is marked as synthetic.
        Raises ValueError for a record without a type or with an id FHIR does not allow.
        """
        resource.setdefault("id", self.new_id())
        if not resource.get("resourceType") or not FHIR_ID.fullmatch(str(resource["id"])):
            raise ValueError("a record needs a resourceType and a FHIR id")
        ref = ref_of(resource)
        row = self._row(ref)
        if row is None and self._practice:
            mark_synthetic(resource)
        body = pack(resource)
        if row is None:
            pk = self._insert(ref, body)
        else:
            if row.body is not None and content(unpack(row.body)) == content(resource):
                return ref
            pk = row.pk
            self._replace(row, ref, body)
        self._index.write(self._connection, [(pk, resource)], fresh=row is None)
        new = row is None or self._entries.get((ref.type, ref.id), ("",))[0] == "create"
        self._note(ref, "create" if new else "update", body)
        return ref

    def delete(self, ref: Ref) -> None:
        """Delete one record for good (for clinical records prefer a status). Raises NotFound."""
        row = self._row(ref)
        if row is None or row.body is None:
            raise NotFound(_("This record is not on this desk."))
        self._replace(row, ref, None)
        self._index.remove(self._connection, [row.pk])
        self._note(ref, "delete", None)

    def drop_draft(self, key: DraftKey) -> None:
        """Remove the author's draft that this unit turns into a record."""
        column = schema.draft.c
        self._connection.execute(
            sa.delete(schema.draft).where(
                column.author == self.actor.user,
                column.kind == key.kind,
                column.patient == key.patient,
                column.encounter == key.encounter,
            )
        )

    def colleague(self, user: str) -> Actor:
        """Give somebody else who works at this desk: who signs together with the one signed in. Raises NotFound."""
        account = accounts.get(self._connection, user)
        if account is None:
            raise NotFound(_("This person has no account on this desk."))
        return account.actor(self.actor.station)

    def next_number(self, series: str) -> int:
        """Give the next number of a series kept on this desk (tickets, prescription numbers)."""
        key = f"series:{series}"
        column = schema.meta.c
        last = self._connection.execute(sa.select(column.value).where(column.key == key)).scalar()
        number = int(last or 0) + 1
        self._connection.execute(
            sa.text("INSERT OR REPLACE INTO meta VALUES (:key, :value)"), {"key": key, "value": str(number)}
        )
        return number

    def finish(self, primary: Ref | None) -> Changed:
        """Write outbox and audit; called once by the store just before the commit."""
        refs = tuple(self._refs.values())
        patient = (
            self.patient
            or (primary.patient if primary else "")
            or next((r.patient for r in refs if r.patient), "")
        )
        if self._entries:
            self._write_outbox(patient)
        detail = self.detail or " ".join(str(ref) for ref in refs[:8])
        trail.append(self._connection, self._audit_entry(patient, detail))
        return Changed(
            refs, Origin.HERE, self.now, self.actor.name, self.id if self._entries else "", primary
        )

    def _audit_entry(self, patient: str, detail: str) -> Entry:
        actor = self.actor
        return Entry(instant(self.now), actor.user, actor.role, actor.station, self.action, patient, detail)

    def _row(self, ref: Ref) -> Any:
        return self._connection.execute(_ROW, {"b_type": ref.type, "b_id": ref.id}).first()

    def _insert(self, ref: Ref, body: bytes) -> int:
        result = self._connection.execute(
            _INSERT,
            {
                "type": ref.type,
                "id": ref.id,
                "patient": ref.patient,
                "base_version": "",
                "base_body": None,
                "body": body,
                "state": RowState.WAITING,
                "changed_at": utc(self.now),
                "acked_at": "",
            },
        )
        return int(result.inserted_primary_key[0])  # type: ignore[index]

    def _replace(self, row: Any, ref: Ref, body: bytes | None) -> None:
        base = row.body if row.state == RowState.EQUAL else row.base_body
        state = RowState.WAITING if row.state == RowState.EQUAL else row.state
        self._connection.execute(
            _REPLACE,
            {
                "b_pk": row.pk,
                "body": body,
                "base_body": base,
                "state": state,
                "patient": ref.patient,
                "changed_at": utc(self.now),
            },
        )

    def _note(self, ref: Ref, op: str, body: bytes | None) -> None:
        key = (ref.type, ref.id)
        self._entries[key] = (op, body)
        self._refs[key] = ref

    def _write_outbox(self, patient: str) -> None:
        result = self._connection.execute(
            _QUEUE,
            {
                "unit": self.id,
                "action": self.action,
                "actor": self.actor.user,
                "patient": patient,
                "created_at": utc(self.now),
                "state": UnitState.WAITING,
                "attempts": 0,
                "next_at": "",
                "error": "",
                "schema": schema.OUTBOX_SCHEMA,
            },
        )
        number = int(result.inserted_primary_key[0])  # type: ignore[index]
        self._connection.execute(
            _QUEUE_ENTRY,
            [
                {"unit": number, "ord": place, "type": kind, "id": id_, "op": op, "body": body}
                for place, ((kind, id_), (op, body)) in enumerate(self._entries.items())
            ],
        )

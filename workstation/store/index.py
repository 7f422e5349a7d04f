"""Index rows, derived from a record in the transaction that writes it; never the other way round."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, extension, identifier
from workstation.fhir.search import PARAMS, index_rows
from workstation.store import schema
from workstation.store.bodies import unpack
from workstation.store.engine import Engine, Readings

LONGEST_KEY: Final = 64
VERSION: Final = 1
_INSERT: Final = "INSERT INTO idx (resource, param, value, system, high) VALUES (?, ?, ?, ?, ?)"


class Index:
    """Writes and finds index rows; knows the number of every search parameter."""

    def __init__(self, engine: Engine, readings: Readings) -> None:
        self._readings = readings
        self.params: dict[tuple[str, str], int] = {}
        with engine.writing() as connection:
            self._number_params(connection)
            self._rebuild_if_stale(connection)

    def write(
        self, connection: sa.Connection, rows: Iterable[tuple[int, Resource]], fresh: bool = False
    ) -> None:
        """Put the index rows of records in place; `fresh` says that none of them was indexed before."""
        rows = list(rows)
        if not fresh:
            self.remove(connection, [pk for pk, _ in rows])
        entries = [
            (pk, self.params[resource["resourceType"], row.param], row.value, row.system, row.high)
            for pk, resource in rows
            for row in index_rows(resource)
        ]
        if entries:
            connection.exec_driver_sql(_INSERT, entries)
        patients = [(pk, resource) for pk, resource in rows if resource["resourceType"] == "Patient"]
        if patients:
            self._write_patients(connection, patients)

    def remove(self, connection: sa.Connection, pks: list[int]) -> None:
        """Take away every index row of these records."""
        if not pks:
            return
        numbers = [{"b_pk": pk} for pk in pks]
        for table in (schema.idx, schema.patient_key, schema.patient):
            connection.execute(sa.delete(table).where(table.c.resource == sa.bindparam("b_pk")), numbers)
        connection.execute(sa.text("DELETE FROM patient_text WHERE rowid = :b_pk"), numbers)

    def _write_patients(self, connection: sa.Connection, patients: list[tuple[int, Resource]]) -> None:
        summaries, keys, texts = [], set(), []
        for pk, resource in patients:
            name = patient_name(resource)
            number = identifier(resource, systems.PATIENT_NUMBER)
            summaries.append(
                {
                    "resource": pk,
                    "id": resource["id"],
                    "name": name,
                    "sex": resource.get("gender", ""),
                    "birth": resource.get("birthDate", ""),
                    "number": number,
                }
            )
            texts.append({"rowid": pk, "name": " ".join(name)})
            keys |= {(key, pk) for key in self._keys(resource, name)}
        connection.execute(sa.insert(schema.patient), summaries)
        connection.execute(sa.text("INSERT INTO patient_text (rowid, name) VALUES (:rowid, :name)"), texts)
        if keys:
            connection.execute(
                sa.insert(schema.patient_key), [{"key": key, "resource": pk} for key, pk in keys]
            )

    def _keys(self, resource: Resource, name: str) -> set[str]:
        keys = {name, *self._readings(name)}
        for human in as_list(resource.get("name")):
            confirmed = str(extension(human, systems.NAME_PINYIN) or "")
            keys |= {confirmed.replace(" ", ""), "".join(word[:1] for word in confirmed.split())}
        keys |= {str(i.get("value", "")) for i in as_list(resource.get("identifier"))}
        for telecom in as_list(resource.get("telecom")):
            digits = "".join(c for c in str(telecom.get("value", "")) if c.isdigit())
            keys |= {digits, digits[-4:]}
        return {key.casefold()[:LONGEST_KEY] for key in keys if key}

    def _number_params(self, connection: sa.Connection) -> None:
        wanted = [(kind, name) for kind, names in PARAMS.items() for name in names]
        known = {(row.type, row.name): row.pk for row in connection.execute(sa.select(schema.param))}
        missing = [{"type": kind, "name": name} for kind, name in wanted if (kind, name) not in known]
        if missing:
            connection.execute(sa.insert(schema.param), missing)
            known = {(row.type, row.name): row.pk for row in connection.execute(sa.select(schema.param))}
        self.params = known

    def _rebuild_if_stale(self, connection: sa.Connection) -> None:
        stamp = hashlib.sha256(repr((VERSION, PARAMS)).encode()).hexdigest()
        stored = connection.execute(
            sa.select(schema.meta.c.value).where(schema.meta.c.key == "index")
        ).scalar()
        if stored == stamp:
            return
        self.rebuild(connection)
        connection.execute(sa.text("INSERT OR REPLACE INTO meta VALUES ('index', :stamp)"), {"stamp": stamp})

    def rebuild(self, connection: sa.Connection) -> None:
        """Derive every index row anew from the records."""
        for table in ("idx", "patient_key", "patient"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - fixed names
        connection.exec_driver_sql("DROP TABLE patient_text")
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE patient_text USING fts5 (name, content='', contentless_delete=1)"
        )
        query = sa.select(schema.resource.c.pk, schema.resource.c.body).where(
            schema.resource.c.body.is_not(None)
        )
        for part in connection.execute(query).partitions(500):
            self.write(connection, ((pk, unpack(body)) for pk, body in part), fresh=True)


def patient_name(resource: Resource) -> str:
    """Give a patient's name as one line: Han names unspaced as on the document, Latin ones family first."""
    names = as_list(resource.get("name"))
    chosen = next((n for n in names if n.get("use") == "official"), names[0] if names else {})
    if chosen.get("text"):
        return str(chosen["text"])
    given = " ".join(str(g) for g in as_list(chosen.get("given")))
    family = str(chosen.get("family", ""))
    if family and given and family.isascii():
        return f"{family.upper()}, {given}"
    return f"{family}{given}"

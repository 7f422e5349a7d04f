"""Reading one desk: by reference, by search parameter, and patients by whatever the user typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from workstation.core.errors import NotFound
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir.resources import Resource
from workstation.fhir.search import ALIASES
from workstation.store import schema
from workstation.store.bodies import unpack
from workstation.store.index import Index
from workstation.store.schema import RowState

TO_END: Final = "9999"
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time for a date parameter; either end may be open. Both ends are included."""

    start: datetime | None = None
    end: datetime | None = None


Wanted = str | Sequence[str] | Span


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a record has travelled: `state` and, where the centre has it, since when (ISO instant)."""

    state: RowState
    at: str = ""
    local_only: bool = False


@dataclass(frozen=True, slots=True)
class PatientHit:
    """One row of a patient search; sex is FHIR's code, birth an ISO date that may be partial."""

    id: str
    name: str
    sex: str
    birth: str
    number: str


class Reader:
    """Reads through one connection, so that everything it gives belongs to the same moment."""

    def __init__(self, connection: sa.Connection, index: Index) -> None:
        self._connection = connection
        self._index = index

    def get(self, kind: str, id_: str) -> Resource:
        """Give one record. Raises NotFound when this desk does not have it."""
        found = self.peek(kind, id_)
        if found is None:
            raise NotFound(
                _("This record is not on this desk."),
                _("It may still be on its way from the centre; try again after the next sync."),
            )
        return found

    def peek(self, kind: str, id_: str) -> Resource | None:
        """Give one record, or None."""
        row = schema.resource.c
        body = self._connection.execute(sa.select(row.body).where(row.type == kind, row.id == id_)).scalar()
        return unpack(body) if body is not None else None

    def many(self, kind: str, ids: Iterable[str]) -> dict[str, Resource]:
        """Give many records of a type at once by their ids; what this desk does not have is left out."""
        row = schema.resource.c
        columns = (row.id, row.body)
        found = self._by_ids(columns, kind, ids, row.body.is_not(None))
        return {id_: unpack(body) for id_, body in found}

    def editions(self, kind: str, ids: Iterable[str]) -> dict[str, str]:
        """Name the edition of many records without opening one: it differs after each change, on this desk alone."""
        row = schema.resource.c
        columns = (row.id, row.changed_at, row.base_version, sa.func.length(row.body))
        found = self._by_ids(columns, kind, ids, row.body.is_not(None))
        return {id_: f"{at} {version} {length}" for id_, at, version, length in found}

    def _by_ids(
        self, columns: Sequence[sa.ColumnElement[Any]], kind: str, ids: Iterable[str], *more: Any
    ) -> Iterator[Any]:
        row, wanted = schema.resource.c, list(dict.fromkeys(ids))
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            yield from self._connection.execute(
                sa.select(*columns).where(row.type == kind, row.id.in_(part), *more)
            )

    def shelf(self) -> Shelf:
        """Give a reader of the same moment that remembers single records it gave."""
        return Shelf(self._connection, self._index)

    def find(
        self,
        kind: str,
        where: Mapping[str, Wanted] | None = None,
        *,
        sort: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[Resource]:
        """Give the records of a type that match every parameter of `where`.

        A value is matched exactly (`"system|code"` binds the system of a token), a sequence means any of them, a
        `Span` overlaps a date. `sort` names indexed parameters, `-` first for newest first.
        """
        query = self._select(kind, where or {}, (schema.resource.c.body,))
        query = self._sorted(query, kind, sort)
        if limit is not None:
            query = query.limit(limit)
        return [unpack(body) for (body,) in self._connection.execute(query)]

    def first(self, kind: str, where: Mapping[str, Wanted], *, sort: Sequence[str] = ()) -> Resource | None:
        """Give the first match of `find`, or None."""
        return next(iter(self.find(kind, where, sort=sort, limit=1)), None)

    def count(self, kind: str, where: Mapping[str, Wanted] | None = None) -> int:
        """Count the matches of `find`."""
        query = self._select(kind, where or {}, (schema.resource.c.pk,)).subquery()
        return self._connection.execute(sa.select(sa.func.count()).select_from(query)).scalar_one()

    def tally(self, kind: str, name: str, where: Mapping[str, Wanted]) -> list[tuple[str, int]]:
        """Give each value of an indexed parameter among the matches of `find`, with how often it stands there.

        `where` names one parameter at least. No record is opened, so that sums over a long ledger stay quick.
        """
        counted = schema.idx.alias()
        query = sa.select(counted.c.value, sa.func.count()).where(counted.c.param == self._param(kind, name))
        entry = schema.idx.c
        for other, wanted in where.items():
            pks = sa.select(entry.resource).where(entry.param == self._param(kind, other), _matches(wanted))
            query = query.where(counted.c.resource.in_(pks))
        return [(value, count) for value, count in self._connection.execute(query.group_by(counted.c.value))]

    def of_patient(self, patient: str, *kinds: str) -> list[Resource]:
        """Give every record of one patient, of the given types or of all."""
        row = schema.resource.c
        query = sa.select(row.body).where(row.patient == patient, row.body.is_not(None))
        if kinds:
            query = query.where(row.type.in_(kinds))
        return [unpack(body) for (body,) in self._connection.execute(query.order_by(row.pk))]

    def distance(self, ref: Ref) -> Distance:
        """Say how far one record has travelled. Raises NotFound when this desk does not have it."""
        row = schema.resource.c
        found = self._connection.execute(
            sa.select(row.state, row.acked_at, row.base_version).where(row.type == ref.type, row.id == ref.id)
        ).first()
        if found is None:
            raise NotFound(_("This record is not on this desk."))
        return Distance(RowState(found.state), found.acked_at, local_only=not found.base_version)

    def distances(self, kind: str, ids: Sequence[str]) -> dict[str, Distance]:
        """Say of many records at once how far each has travelled; what this desk does not have is left out."""
        row = schema.resource.c
        found = self._connection.execute(
            sa.select(row.id, row.state, row.acked_at, row.base_version).where(
                row.type == kind, row.id.in_(ids)
            )
        )
        return {
            r.id: Distance(RowState(r.state), r.acked_at, local_only=not r.base_version) for r in found.all()
        }

    def patients(self, text: str, limit: int = 9) -> tuple[list[PatientHit], int]:
        """Find patients by name, pinyin, initials, number, document or phone; gives rows and how many there are.

        The count stops at 1,000: nobody reads further.
        """
        wanted = "".join(text.split()).casefold()
        if not wanted:
            return [], 0
        key = schema.patient_key.c
        pks = (
            sa.select(key.resource)
            .where(key.key >= wanted, key.key < wanted + "\U0010ffff")
            .distinct()
            .limit(1000)
        )
        found = [pk for (pk,) in self._connection.execute(pks)]
        if not found and not wanted.isascii():
            found = self._containing(wanted)
        column = schema.patient.c
        rows = self._connection.execute(
            sa.select(column.id, column.name, column.sex, column.birth, column.number)
            .where(column.resource.in_(found[:200]))
            .order_by(sa.func.length(column.name), column.name, column.birth, column.number)
            .limit(limit)
        )
        return [PatientHit(*row) for row in rows], len(found)

    def _containing(self, wanted: str) -> list[int]:
        phrase = '"' + " ".join(c for c in wanted if c != '"') + '"'
        rows = self._connection.execute(
            sa.text("SELECT rowid FROM patient_text WHERE patient_text MATCH :phrase LIMIT 1000"),
            {"phrase": phrase},
        )
        return [pk for (pk,) in rows]

    def _select(
        self, kind: str, where: Mapping[str, Wanted], columns: Sequence[sa.ColumnElement[Any]]
    ) -> Any:
        row = schema.resource.c
        query = sa.select(*columns).select_from(schema.resource).where(row.body.is_not(None))
        if not where:
            return query.where(row.type == kind)
        for name, wanted in where.items():
            if name == "_id" and not isinstance(wanted, Span):
                ids = [wanted] if isinstance(wanted, str) else list(wanted)
                query = query.where(row.type == kind, row.id.in_(ids))
                continue
            entry = schema.idx.c
            pks = sa.select(entry.resource).where(entry.param == self._param(kind, name), _matches(wanted))
            query = query.where(row.pk.in_(pks))
        return query

    def _sorted(self, query: Any, kind: str, sort: Sequence[str]) -> Any:
        row = schema.resource.c
        for name in sort:
            entry = schema.idx.alias()
            value = (
                sa.select(sa.func.min(entry.c.value))
                .where(entry.c.resource == row.pk, entry.c.param == self._param(kind, name.lstrip("-")))
                .scalar_subquery()
            )
            query = query.order_by(value.desc() if name.startswith("-") else value.asc())
        return query.order_by(row.pk.desc() if sort and sort[0].startswith("-") else row.pk)

    def _param(self, kind: str, name: str) -> int:
        params = self._index.params
        number = params.get((kind, name)) or params.get((kind, ALIASES.get(name, name)))
        if number is None:
            raise ValueError(f"{kind} has no search parameter {name!r}")
        return number


class Shelf(Reader):
    """Remembers single records, for a question that meets the same ones again and again; `bring` fetches many ahead."""

    def __init__(self, connection: sa.Connection, index: Index) -> None:
        super().__init__(connection, index)
        self._held: dict[tuple[str, str], Resource | None] = {}

    def peek(self, kind: str, id_: str) -> Resource | None:
        """Give one record, or None."""
        key = (kind, id_)
        if key not in self._held:
            self._held[key] = super().peek(kind, id_)
        return self._held[key]

    def bring(self, kind: str, ids: Iterable[str]) -> None:
        """Fetch these records at once."""
        wanted = [id_ for id_ in dict.fromkeys(ids) if id_ and (kind, id_) not in self._held]
        found = self.many(kind, wanted)
        self._held |= {(kind, id_): found.get(id_) for id_ in wanted}


def _matches(wanted: Wanted) -> sa.ColumnElement[bool]:
    entry = schema.idx
    parts: list[sa.ColumnElement[bool]] = []
    if isinstance(wanted, Span):
        if wanted.start is not None:
            parts.append(entry.c.high >= utc(wanted.start))
        if wanted.end is not None:
            parts.append(entry.c.value <= utc(wanted.end))
        return sa.and_(sa.true(), *parts)
    values = [wanted] if isinstance(wanted, str) else list(wanted)
    bound = [v.split("|", 1) for v in values if "|" in v]
    plain = [v for v in values if "|" not in v]
    parts = [sa.and_(entry.c.value == code, entry.c.system == system) for system, code in bound]
    if plain:
        parts.append(entry.c.value.in_(plain) if len(plain) > 1 else entry.c.value == plain[0])
    return sa.or_(sa.false(), *parts)


def utc(moment: datetime) -> str:
    """Write a moment as the index does: UTC to the millisecond."""
    moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"

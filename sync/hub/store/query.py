"""From a `Query` to SQL, one page at a time, so that no row is lost while others change.

Pages are found by keys, never by offsets. In the order of the change log a row that changes while somebody pages
moves behind the cursor's future and is met again. In any other order the rows that changed since the first page
come once more at the end (the `rest` pass).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa

from sync.hub.search import Criterion, Query, Sort, Value
from sync.hub.store import schema
from sync.hub.store.reader import Reader
from sync.hub.wire import milliseconds

FEW: Final = 5000
LAST: Final = "\U0010ffff"

Condition = sa.ColumnElement[bool]
r, x = schema.resource, schema.idx


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: the sort keys and row of the last one seen; `start` is the log at page one."""

    after: tuple[str | int, ...] = ()
    start: int = 0
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Row numbers of one page, and where the next begins."""

    pks: tuple[int, ...]
    following: Cursor | None


def page(reader: Reader, query: Query, cursor: Cursor | None) -> Page:
    """Find one page. `cursor` is None for the first."""
    cursor = cursor or Cursor(start=reader.sequence())
    if query.by_change or cursor.rest:
        return _change_page(reader, query, cursor)
    keys = [_key(reader, query, sort) for sort in query.sort]
    named = [key.label(f"k{number}") for number, key in enumerate(keys)]
    inner = sa.select(r.c.pk, *named).where(*_where(reader, query)).subquery()
    columns = [*list(inner.c)[1:], inner.c.pk]
    order = [c.desc() if s.descending else c.asc() for c, s in zip(columns, query.sort, strict=False)]
    statement = sa.select(inner).order_by(*order, inner.c.pk).limit(query.count + 1)
    if cursor.after:
        statement = statement.where(_beyond(columns, query.sort, cursor.after))
    rows = reader.connection.execute(statement).all()
    pks = tuple(row[0] for row in rows[: query.count])
    if len(rows) > query.count:
        last = rows[query.count - 1]
        return Page(pks, Cursor((*last[1:], last[0]), cursor.start))
    rest = Cursor((cursor.start,), cursor.start, rest=True)
    again = _change_page(reader, replace(query, count=1), rest).pks
    return Page(pks, rest if again else None)


def matches(reader: Reader, query: Query, limit: int) -> tuple[int, ...]:
    """Give at most `limit` rows that match, for conditional interactions."""
    return _change_page(reader, replace(query, count=limit), Cursor()).pks


def total(reader: Reader, query: Query) -> int:
    """Count every row that matches."""
    statement = sa.select(sa.func.count()).select_from(r).where(*_where(reader, query))
    return int(reader.connection.execute(statement).scalar_one())


def pointed_at(reader: Reader, pks: tuple[int, ...], kind: str, name: str, target: str) -> list[int]:
    """Give the rows that the `name` references of these rows point at."""
    owner, goal = schema.idx.alias(), r.alias()
    statement = (
        sa.select(goal.c.pk)
        .distinct()
        .select_from(owner)
        .join(schema.kind, schema.kind.c.name == owner.c.system)
        .join(goal, sa.and_(goal.c.kind == schema.kind.c.code, goal.c.id == owner.c.value))
        .where(owner.c.resource.in_(pks), owner.c.param == reader.store.param(kind, name))
        .where(goal.c.deleted == sa.false())
    )
    if target:
        statement = statement.where(owner.c.system == target)
    return list(reader.connection.execute(statement).scalars())


def pointing_at(reader: Reader, pks: tuple[int, ...], kind: str, name: str, limit: int) -> list[int]:
    """Give the rows of type `kind` whose `name` references point at these rows, at most `limit`."""
    goals = sa.select(schema.kind.c.name, r.c.id).join_from(r, schema.kind, schema.kind.c.code == r.c.kind)
    goal = goals.where(r.c.pk.in_(pks)).subquery()
    statement = (
        sa.select(x.c.resource)
        .distinct()
        .join_from(goal, x, sa.and_(x.c.value == goal.c.id, x.c.system == goal.c.name))
        .where(x.c.param == reader.store.param(kind, name))
        .limit(limit)
    )
    return list(reader.connection.execute(statement).scalars())


def _change_page(reader: Reader, query: Query, cursor: Cursor) -> Page:
    few = _is_few(reader, query)
    order = sa.literal_column("+resource.seq") if few else r.c.seq
    statement = sa.select(r.c.pk, r.c.seq).where(*_where(reader, query, few)).order_by(order)
    if cursor.after:
        statement = statement.where(r.c.seq > cursor.after[0])
    rows = reader.connection.execute(statement.limit(query.count + 1)).all()
    more = len(rows) > query.count > 0
    following = Cursor((rows[query.count - 1].seq,), cursor.start, cursor.rest) if more else None
    return Page(tuple(row.pk for row in rows[: query.count]), following)


def _is_few(reader: Reader, query: Query) -> bool:
    """Say whether some criterion alone leaves few rows: then find those, else walk the log and test each row."""
    for criterion in query.criteria:
        if criterion.kind == "id":
            return True
        if criterion.kind == "updated" or criterion.modifier in ("not", "missing"):
            continue
        probe = sa.select(sa.literal(1)).where(_row(reader, query.type, criterion)).limit(FEW + 1).subquery()
        if reader.connection.execute(sa.select(sa.func.count()).select_from(probe)).scalar_one() <= FEW:
            return True
    return False


def _where(reader: Reader, query: Query, few: bool = True) -> list[Condition]:
    conditions: list[Condition] = [
        r.c.kind == reader.store.code(query.type),
        r.c.deleted == sa.false(),
    ]
    return conditions + [_condition(reader, query.type, c, few) for c in query.criteria]


def _condition(reader: Reader, kind: str, criterion: Criterion, few: bool) -> Condition:
    if criterion.kind == "id":
        return r.c.id.in_([value.text for value in criterion.values])
    if criterion.kind == "updated":
        return sa.or_(*(_updated(reader, value) for value in criterion.values))
    row = _row(reader, kind, criterion)
    if criterion.modifier == "missing":
        found = r.c.pk.in_(sa.select(x.c.resource).where(row).correlate(None))
        return sa.not_(found) if criterion.values[0].text == "true" else found
    if criterion.modifier == "not":
        return r.c.pk.not_in(sa.select(x.c.resource).where(row).correlate(None))
    if few:
        return r.c.pk.in_(sa.select(x.c.resource).where(row).correlate(None))
    return sa.exists().where(x.c.resource == r.c.pk, row)


def _row(reader: Reader, kind: str, criterion: Criterion) -> Condition:
    param = x.c.param == reader.store.param(kind, criterion.name)
    if criterion.inner is not None:
        return sa.and_(param, x.c.system == criterion.target, x.c.value.in_(_ids(reader, criterion)))
    if criterion.modifier == "missing":
        return param
    return sa.and_(param, sa.or_(*(_alternative(criterion, value) for value in criterion.values)))


def _ids(reader: Reader, criterion: Criterion) -> sa.Select[tuple[str]]:
    """Select the ids of the records a chain may lead to."""
    goals = [r.c.kind == reader.store.code(criterion.target), r.c.deleted == sa.false()]
    if criterion.inner is not None:
        goals.append(_condition(reader, criterion.target, criterion.inner, few=True))
    return sa.select(r.c.id).where(*goals).correlate(None)


def _alternative(criterion: Criterion, value: Value) -> Condition:
    if criterion.kind == "date":
        return _date(value)
    if criterion.kind == "string":
        return _string(criterion.modifier, value.text)
    conditions: list[Condition] = []
    if value.text or value.system is None:
        conditions.append(x.c.value == value.text)
    if value.system is not None:
        conditions.append(x.c.system == value.system)
    return sa.and_(*conditions)


def _string(modifier: str, text: str) -> Condition:
    folded = text.casefold()
    if modifier == "exact":
        return sa.and_(x.c.value == folded, x.c.system == text)
    if modifier == "contains":
        return sa.func.instr(x.c.value, folded) > 0
    return sa.and_(x.c.value >= folded, x.c.value < folded + LAST)


def _date(value: Value) -> Condition:
    """Compare intervals as R4 defines the prefixes: x is what the resource says, value what is asked for."""
    inside = sa.and_(x.c.value >= value.low, x.c.high <= value.high)
    table: dict[str, Condition] = {
        "eq": inside,
        "ne": sa.not_(inside),
        "gt": x.c.high > value.high,
        "lt": x.c.value < value.low,
        "ge": sa.or_(x.c.high > value.high, inside),
        "le": sa.or_(x.c.value < value.low, inside),
        "sa": x.c.value > value.high,
        "eb": x.c.high < value.low,
    }
    return table[value.prefix]


def _updated(reader: Reader, value: Value) -> Condition:
    first = reader.sequence_since(milliseconds(value.low))
    behind = reader.sequence_since(milliseconds(value.high) + 1)
    inside = sa.and_(r.c.seq >= first, r.c.seq < behind)
    table: dict[str, Condition] = {
        "eq": inside,
        "ne": sa.not_(inside),
        "gt": r.c.seq >= behind,
        "sa": r.c.seq >= behind,
        "ge": r.c.seq >= first,
        "lt": r.c.seq < first,
        "eb": r.c.seq < first,
        "le": r.c.seq < behind,
    }
    return table[value.prefix]


def _key(reader: Reader, query: Query, sort: Sort) -> sa.ColumnElement[Any]:
    if sort.name == "_lastUpdated":
        return sa.type_coerce(r.c.seq, sa.Integer)
    if sort.name == "_id":
        return sa.type_coerce(r.c.id, sa.Text)
    pick = sa.func.max if sort.descending else sa.func.min
    value = sa.select(pick(x.c.value)).where(
        x.c.resource == r.c.pk, x.c.param == reader.store.param(query.type, sort.name)
    )
    return sa.func.coalesce(value.scalar_subquery(), "" if sort.descending else LAST)


def _beyond(
    columns: Sequence[sa.ColumnElement[Any]], sorts: tuple[Sort, ...], after: tuple[str | int, ...]
) -> Condition:
    """Say "behind the last row" for several keys, each with its own direction; the row number breaks ties."""
    steps = [*(sort.descending for sort in sorts), False]
    alternatives: list[Condition] = []
    for place, descending in enumerate(steps):
        same = [columns[n] == after[n] for n in range(place)]
        step = columns[place] < after[place] if descending else columns[place] > after[place]
        alternatives.append(sa.and_(*same, step))
    return sa.or_(*alternatives)

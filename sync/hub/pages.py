"""Searches and histories as Bundles. Stored bodies are joined as they are, without being parsed again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from sync.hub import wire
from sync.hub.access import allowed_types
from sync.hub.cursor import Mark, seal, unseal
from sync.hub.errors import FhirError, bad_request
from sync.hub.requests import Answer, Call, Principal
from sync.hub.search import PRESENTATION, Include, Pairs, Query, page_size, parse, too_costly
from sync.hub.store import Reader, Record, Span
from sync.hub.store.query import Cursor, page, pointed_at, pointing_at, total
from sync.hub.store.rows import parameters
from sync.hub.validation import TYPES
from workstation.fhir.resources import Resource

CURSOR: Final = "_cursor"
MOST_INCLUDED: Final = 20_000
ROUNDS: Final = 8
STATUS: Final = {"POST": "201 Created", "DELETE": "204 No Content"}


def search(reader: Reader, call: Call, who: Principal) -> Answer:
    """Answer a type search, or the next page of one."""
    cursor, pairs = None, call.where
    key = reader.store.meta("cursor-key")
    if given := dict(call.where).get(CURSOR):
        mark = unseal(key, given, call.type)
        cursor, pairs = Cursor(mark.after, mark.start, mark.rest), mark.pairs
    query = parse(call.type, pairs, call.lenient)
    count = total(reader, query) if query.total or query.count_only else None
    links = [("self", _link(call.base, call.type, query.used))]
    if query.count_only:
        return Answer(200, _bundle("searchset", count, links, []), note=_note(query, 0))
    found = page(reader, query, cursor)
    if found.following:
        f = found.following
        sealed = seal(key, Mark(call.type, query.used, f.after, f.start, f.rest))
        links.append(("next", _link(call.base, call.type, ((CURSOR, sealed),))))
    records = reader.records(found.pks)
    entries = [_entry(call.base, record, query.elements, "match") for record in records]
    extra = _included(reader, query, found.pks, allowed_types(who))
    entries += [_entry(call.base, record, query.elements, "include") for record in extra]
    return Answer(200, _bundle("searchset", count, links, entries), note=_note(query, len(entries)))


def history(reader: Reader, call: Call, who: Principal) -> Answer:
    """Answer a history of one resource, a type or the whole hub; a page of it if it was cut."""
    path = "/".join(part for part in (call.type, call.id, "_history") if part)
    key, pairs, after = reader.store.meta("cursor-key"), call.where, None
    if given := dict(call.where).get(CURSOR):
        mark = unseal(key, given, path)
        pairs, after = mark.pairs, int(mark.after[0])
    span, want_total = _span(call, pairs, who)
    if call.id and not reader.exists(call.type, call.id):
        raise FhirError(404, "not-found", f"{call.type}/{call.id} is not known here.")
    records = reader.history(replace(span, after=after))
    links = [("self", _link(call.base, path, pairs))]
    if len(records) > span.count > 0:
        sealed = seal(key, Mark(path, pairs, (records[span.count - 1].seq,)))
        links.append(("next", _link(call.base, path, ((CURSOR, sealed),))))
    count = reader.history_total(span) if want_total or call.id or span.count == 0 else None
    entries = [_past(call.base, record) for record in records[: span.count]]
    return Answer(200, _bundle("history", count, links, entries), note=f"entries={len(entries)}")


def _span(call: Call, pairs: Pairs, who: Principal) -> tuple[Span, bool]:
    span, want_total = Span((call.type,) if call.type else (), call.id), False
    for name, value in pairs:
        if name == "_since":
            span = replace(span, since=_moment(value))
        elif name == "_count":
            span = replace(span, count=page_size(value))
        elif name == "_sort" and value in ("_lastUpdated", "-_lastUpdated"):
            span = replace(span, oldest_first=value == "_lastUpdated")
        elif name == "_type" and not call.type and TYPES.issuperset(value.split(",")):
            span = replace(span, types=tuple(value.split(",")))
        elif name == "_total" and value in ("none", "estimate", "accurate"):
            want_total = value != "none"
        elif name not in PRESENTATION and not call.lenient:
            raise bad_request(f"“{name}={value}” is not supported for a history.", "not-supported")
    if not call.type:
        allowed = allowed_types(who)
        types = tuple(t for t in span.types or sorted(allowed) if t in allowed)
        span = replace(span, types=() if allowed == TYPES and not span.types else types or ("",))
    return span, want_total


def _moment(text: str) -> int:
    try:
        return wire.milliseconds(text.replace(" ", "+"))
    except ValueError as error:
        raise bad_request("_since is an instant, such as 2026-01-31T08:00:00.000Z.") from error


def _included(reader: Reader, query: Query, pks: Sequence[int], allowed: frozenset[str]) -> list[Record]:
    seen, newest, found = set(pks), list(pks), []
    for turn in range(ROUNDS):
        wanted: list[int] = []
        for include in query.includes:
            if turn == 0 or include.iterate:
                wanted += [pk for pk in _follow(reader, include, newest) if pk not in seen]
        newest = sorted(set(wanted))
        if not newest:
            break
        seen.update(newest)
        found += newest
        if len(found) > MOST_INCLUDED:
            raise too_costly("Too many resources would be included.")
    return [record for record in reader.records(found) if record.type in allowed]


def _follow(reader: Reader, include: Include, pks: Sequence[int]) -> Iterable[int]:
    if include.param not in parameters(include.source):
        return
    for start in range(0, len(pks), 500):
        part = tuple(pks[start : start + 500])
        if include.reverse:
            yield from pointing_at(reader, part, include.source, include.param, MOST_INCLUDED + 1)
        else:
            yield from pointed_at(reader, part, include.source, include.param, include.target)


def _entry(base: str, record: Record, elements: Sequence[str], mode: str) -> bytes:
    body = _only(record.body, elements) if elements else record.body
    url = wire.dump(f"{base}/{record.type}/{record.id}")
    return b'{"fullUrl":%b,"resource":%b,"search":{"mode":"%b"}}' % (url, body, mode.encode())


def _past(base: str, record: Record) -> bytes:
    address = f"{record.type}/{record.id}"
    parts = [b'{"fullUrl":%b' % wire.dump(f"{base}/{address}")]
    if record.body:
        parts.append(b'"resource":%b' % record.body)
    url = record.type if record.method == "POST" else address
    parts.append(b'"request":%b' % wire.dump({"method": record.method, "url": url}))
    status = STATUS.get(record.method, "201 Created" if record.number == 1 else "200 OK")
    response = {
        "status": status,
        "etag": wire.etag(record.number),
        "lastModified": wire.instant(record.updated),
    }
    parts.append(b'"response":%b}' % wire.dump(response))
    return b",".join(parts)


def _only(body: bytes, elements: Sequence[str]) -> bytes:
    resource: Resource = wire.parse_object(body)
    keep = {"resourceType", "id", "meta", *elements}
    short = {key: value for key, value in resource.items() if key.lstrip("_") in keep}
    tags = [
        *short["meta"].get("tag", ()),
        {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"},
    ]
    short["meta"] = {**short["meta"], "tag": tags}
    return wire.dump(short)


def _bundle(
    kind: str, count: int | None, links: Sequence[tuple[str, str]], entries: Sequence[bytes]
) -> bytes:
    head = wire.dump({"link": [{"relation": name, "url": url} for name, url in links]})[1:-1]
    size = b"" if count is None else b',"total":%d' % count
    rows = b',"entry":[%b]' % b",".join(entries) if entries else b""
    return b'{"resourceType":"Bundle","type":"%b",%b%b%b}' % (kind.encode(), head, size, rows)


def _link(base: str, path: str, pairs: Pairs) -> str:
    return f"{base}/{path}" + (f"?{urlencode(pairs)}" if pairs else "")


def _note(query: Query, count: int) -> str:
    return f"{','.join(sorted({name for name, _ in query.used}))} entries={count}"

"""Transactions, which happen whole or not at all, and batches, whose entries stand alone."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from sync.hub import pages, references, wire
from sync.hub.access import require
from sync.hub.errors import FhirError, Issue, bad_request, outcome
from sync.hub.interactions import READS, WRITES, Rules, find
from sync.hub.requests import Answer, Call, Principal, locate
from sync.hub.store import Reader, Writer
from sync.hub.validation import TYPES
from workstation.fhir.resources import Resource

ORDER: Final = ("DELETE", "POST", "PUT", "PATCH", "GET", "HEAD")
STATUS: Final = {200: "200 OK", 201: "201 Created", 204: "204 No Content", 304: "304 Not Modified"}
PATCH_TYPE: Final = "application/json-patch+json"


@dataclass(slots=True)
class Entry:
    """One entry on its way.

    `address` is where its resource will be; `twin` is an earlier entry with the same condition.
    """

    number: int
    method: str
    call: Call
    full_url: str
    address: str = ""
    answer: Answer | None = None
    twin: Entry | None = None


@dataclass(slots=True)
class Unit:
    """What the entries of one Bundle share. `full` asks for the stored resources in the response."""

    who: Principal
    rules: Rules
    base: str
    full: bool = False
    entries: list[Entry] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)


def perform(writer: Writer, bundle: Resource, unit: Unit) -> Answer:
    """Carry out a transaction or batch; the answers of the single entries are left in `unit.entries`.

    Raises FhirError when a transaction (or the Bundle itself) fails; its issues name the entry, and the caller
    must roll the write transaction back.
    """
    kind, raw = bundle.get("type"), bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or kind not in ("transaction", "batch"):
        raise bad_request("Only a Bundle of type transaction or batch can be posted here.")
    if not isinstance(raw, list):
        raise bad_request("Bundle.entry is a list.", "structure")
    if kind == "transaction":
        _transaction(writer, unit, raw)
        rows = [
            _response(entry.answer or Answer(500), unit.full or entry.method == "GET")
            for entry in unit.entries
        ]
    else:
        rows = [_alone(writer, unit, number, item) for number, item in enumerate(raw)]
    return Answer(200, wire.dump({"resourceType": "Bundle", "type": f"{kind}-response", "entry": rows}))


def _transaction(writer: Writer, unit: Unit, raw: Sequence[Any]) -> None:
    table: dict[str, str] = {}
    conditions: dict[tuple[str, str], Entry] = {}
    for number, item in enumerate(raw):
        with _in_entry(number):
            entry = _read(number, item, unit.base)
            _settle(writer, entry, conditions)
            unit.entries.append(entry)
            table.update(_names(entry))
    _refuse_overlap(unit.entries)
    change = references.by_table(table)
    for entry in unit.entries:
        if entry.call.resource is not None and entry.answer is None:
            with _in_entry(entry.number):
                references.rewrite(entry.call.resource, lambda text: _conditional(writer, change(text)))
        if entry.method in ("POST", "PUT") and entry.address:
            unit.known.add((entry.call.type, entry.address.partition("/")[2]))
    for method in ORDER:
        for entry in unit.entries:
            if entry.method == method and entry.answer is None and entry.twin is None:
                with _in_entry(entry.number):
                    entry.answer = _run(writer, entry.call, unit)
    for entry in unit.entries:
        if entry.twin and entry.twin.answer:
            entry.answer = replace(entry.twin.answer, status=200)


def _alone(writer: Writer, unit: Unit, number: int, item: Any) -> dict[str, Any]:
    """Carry out one entry of a batch; what it did is undone if it fails."""
    writer.savepoint("entry")
    try:
        entry = _read(number, item, unit.base)
        entry.answer = _run(writer, entry.call, unit)
    except FhirError as error:
        writer.undo("entry")
        return {"response": {"status": str(error.status), "outcome": outcome(error.issues)}}
    writer.keep("entry")
    unit.entries.append(entry)
    return _response(entry.answer, unit.full or entry.method == "GET")


def _read(number: int, item: Any, base: str) -> Entry:
    request = item.get("request") if isinstance(item, dict) else None
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        raise bad_request("The entry has no request.", "required")
    method, url = str(request.get("method", "")), request["url"]
    call = locate(method, url.removeprefix(base) if base else url)
    resource = item.get("resource")
    if resource is not None and not isinstance(resource, dict):
        raise bad_request("The resource of the entry is no object.", "structure")
    call = replace(
        call,
        resource=None if method == "PATCH" else resource,
        patch=_patch(resource) if method == "PATCH" else None,
        if_match=str(request.get("ifMatch", "")),
        if_none_match=str(request.get("ifNoneMatch", "")),
        if_none_exist=request.get("ifNoneExist"),
        base=base,
    )
    address = f"{call.type}/{call.id}" if call.id else ""
    return Entry(number, method, call, str(item.get("fullUrl", "")), address)


def _settle(writer: Writer, entry: Entry, conditions: dict[tuple[str, str], Entry]) -> None:
    """Decide where the resource of an entry will be, before anything is written."""
    call = entry.call
    if call.interaction == "create":
        condition = call.if_none_exist
        found = find(writer, call.type, condition) if condition is not None else 0
        if found:
            record = writer.records([found])[0]
            entry.answer = Answer(
                200, record.body, f"{record.type}/{record.id}", record.number, record.updated
            )
            entry.address = entry.answer.ref
            return
        entry.twin = conditions.get((call.type, condition)) if condition is not None else None
        identity = entry.twin.call.id if entry.twin else str(uuid.uuid4())
        entry.call = replace(call, id=identity, if_none_exist=None)
        if condition is not None:
            conditions.setdefault((call.type, condition), entry)
    elif call.interaction == "conditional-update" and call.resource is not None:
        found = find(writer, call.type, call.where)
        stated = call.resource.get("id")
        identity = writer.records([found])[0].id if found else stated or str(uuid.uuid4())
        if stated not in (None, identity):
            raise bad_request("The resource carries another id than the one that matches.", "value")
        call.resource["id"] = identity
        entry.call = replace(call, interaction="update", id=identity)
    if entry.call.id:
        entry.address = f"{entry.call.type}/{entry.call.id}"


def _names(entry: Entry) -> Iterator[tuple[str, str]]:
    """Give the names other entries may use for this one's resource, with its final address."""
    if not entry.full_url or not entry.address:
        return
    yield entry.full_url, entry.address
    tail = "/".join(entry.full_url.split("/")[-2:])
    if "://" in entry.full_url and tail != entry.address and tail.partition("/")[0] in TYPES:
        yield tail, entry.address


def _refuse_overlap(entries: Sequence[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.method in ("GET", "HEAD") or entry.answer or entry.twin or not entry.address:
            continue
        if entry.address in seen:
            raise FhirError(
                400,
                "duplicate",
                f"{entry.address} stands in the transaction twice.",
                f"Bundle.entry[{entry.number}]",
            )
        seen.add(entry.address)


def _conditional(reader: Reader, address: str) -> str:
    kind, mark, condition = address.partition("?")
    if not mark or kind not in TYPES:
        return address
    found = find(reader, kind, condition)
    if not found:
        raise FhirError(412, "not-found", f"Nothing matches the conditional reference to a {kind}.")
    return f"{kind}/{reader.records([found])[0].id}"


def _run(writer: Writer, call: Call, unit: Unit) -> Answer:
    if call.type:
        require(unit.who, call)
    if call.interaction in WRITES:
        return WRITES[call.interaction](writer, call, unit.rules, unit.known)
    if call.interaction in READS:
        return READS[call.interaction](writer, call)
    if call.interaction == "search":
        return pages.search(writer, call, unit.who)
    if call.interaction == "history":
        return pages.history(writer, call, unit.who)
    raise bad_request("This cannot stand inside a Bundle.", "not-supported")


def _response(answer: Answer, full: bool) -> dict[str, Any]:
    response: dict[str, Any] = {"status": STATUS[answer.status]}
    if answer.version:
        response["location"] = f"{answer.ref}/_history/{answer.version}"
        response["etag"] = wire.etag(answer.version)
        response["lastModified"] = wire.instant(answer.updated)
    row: dict[str, Any] = {"response": response}
    if full and answer.body is not None:
        row["resource"] = orjson.Fragment(answer.body)
    return row


def _patch(resource: Any) -> Any:
    if not isinstance(resource, dict) or resource.get("contentType") != PATCH_TYPE:
        raise bad_request(f"A patch in a Bundle is a Binary of type {PATCH_TYPE}.")
    try:
        return wire.parse(base64.b64decode(str(resource.get("data", "")), validate=True))
    except binascii.Error as error:
        raise bad_request("The patch is not base64.") from error


@contextmanager
def _in_entry(number: int) -> Iterator[None]:
    """Make every refusal say which entry it is about."""
    try:
        yield
    except FhirError as error:
        place = f"Bundle.entry[{number}]"
        issues = [
            Issue(
                i.code,
                i.diagnostics,
                f"{place}.resource.{i.expression.partition('.')[2]}" if i.expression else place,
            )
            for i in error.issues
        ]
        raise FhirError.of(error.status, issues) from error

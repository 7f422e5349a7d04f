"""What a single interaction does to the store. Each takes an open transaction and a `Call`, and gives an `Answer`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from sync.hub import jsonpatch, references, validation, wire
from sync.hub.errors import FhirError, bad_request, precondition
from sync.hub.requests import Answer, Call
from sync.hub.search import parse
from sync.hub.store import Reader, Record, Writer
from sync.hub.store.query import matches
from workstation.fhir.resources import Resource, patient_of

UNCHANGEABLE: Final = "AuditEvent"


@dataclass(frozen=True, slots=True)
class Rules:
    """How strict the hub is about what it stores."""

    validate: bool = True
    referential_integrity: bool = True


def read(reader: Reader, call: Call) -> Answer:
    """Give the current version: 200, 304 for the version the caller has, 404, or 410 for a tombstone."""
    record = present(reader.current(call.type, call.id), call)
    if call.if_none_match and record.number in _versions(call.if_none_match):
        return _answer(304, record, body=None)
    return _answer(200, record, record.body)


def vread(reader: Reader, call: Call) -> Answer:
    """Give one stated version."""
    number = int(call.version) if re.fullmatch(r"[0-9]{1,15}", call.version) else 0
    record = present(reader.version(call.type, call.id, number), call)
    return _answer(200, record, record.body)


def create(writer: Writer, call: Call, rules: Rules, known: set[tuple[str, str]] | None = None) -> Answer:
    """Store a new resource under an id of our own; with If-None-Exist only if nothing matches it.

    A transaction has settled the id beforehand, in `call.id`.
    """
    resource = body_of(call)
    if call.if_none_exist is not None:
        found = find(writer, call.type, call.if_none_exist)
        if found:
            record = writer.records([found])[0]
            return _answer(200, record, record.body)
    resource["id"] = call.id or str(uuid.uuid4())
    return store(writer, resource, "POST", None, rules, known)


def update(writer: Writer, call: Call, rules: Rules, known: set[tuple[str, str]] | None = None) -> Answer:
    """Store a resource under its id, new or not, if its guards (If-Match, If-None-Match: *) hold."""
    resource = body_of(call)
    if resource.get("id") != call.id:
        raise bad_request(f"The resource must carry the id of its address, {call.id}.", "value")
    before = writer.current(call.type, call.id)
    guard(before, call)
    return store(writer, resource, "PUT", before, rules, known)


def conditional_update(
    writer: Writer, call: Call, rules: Rules, known: set[tuple[str, str]] | None = None
) -> Answer:
    """Update the one resource that matches, or create it when none does."""
    resource = body_of(call)
    if not call.where:
        raise bad_request("A conditional update needs search parameters.")
    found = find(writer, call.type, call.where)
    if found:
        identity = writer.records([found])[0].id
        if resource.get("id", identity) != identity:
            raise bad_request("The resource carries another id than the one that matches.", "value")
    else:
        identity = resource.get("id") or str(uuid.uuid4())
    resource["id"] = identity
    return update(writer, replace(call, id=identity), rules, known)


def patch(writer: Writer, call: Call, rules: Rules, known: set[tuple[str, str]] | None = None) -> Answer:
    """Apply a JSON Patch to the current version."""
    before = present(writer.current(call.type, call.id), call)
    guard(before, call)
    standing = wire.parse_object(before.body)
    resource = jsonpatch.apply(standing, call.patch)
    if not isinstance(resource, dict) or any(resource.get(k) != standing[k] for k in ("resourceType", "id")):
        raise FhirError(422, "processing", "A patch must leave type and id as they are.")
    return store(writer, resource, "PATCH", before, rules, known)


def delete(writer: Writer, call: Call) -> Answer:
    """Put a tombstone in place of a resource; deleting it again changes nothing."""
    before = writer.current(call.type, call.id)
    if before is None:
        raise FhirError(404, "not-found", f"{call.type}/{call.id} is not known here.")
    if before.deleted:
        return _answer(204, before, None)
    guard(before, call)
    if call.type == UNCHANGEABLE:
        raise FhirError(405, "business-rule", "The audit trail is never changed.")
    return _answer(204, writer.delete(before), None, patient_of(wire.parse_object(before.body)))


def store(
    writer: Writer,
    resource: Resource,
    method: str,
    before: Record | None,
    rules: Rules,
    known: set[tuple[str, str]] | None = None,
) -> Answer:
    """Check a resource and store it as the next version."""
    if rules.validate:
        validation.check(resource)
    if not isinstance(resource["id"], str) or not validation.ID.fullmatch(resource["id"]):
        raise bad_request("An id has 1 to 64 letters, digits, hyphens or dots.", "value")
    if rules.referential_integrity:
        references.check_integrity(writer, resource, known if known is not None else set())
    if before and resource["resourceType"] == UNCHANGEABLE:
        raise FhirError(405, "business-rule", "The audit trail is never changed.")
    record = writer.put(resource, method, before)
    return _answer(200 if before and not before.deleted else 201, record, record.body, patient_of(resource))


def body_of(call: Call) -> Resource:
    """Give the resource of a call, which must be of the type its address names."""
    if call.resource is None:
        raise bad_request("A resource is needed in the body.", "required")
    if call.resource.get("resourceType") != call.type:
        raise bad_request(f"The body is not a {call.type}.", "invalid")
    return call.resource


def find(reader: Reader, kind: str, condition: str | tuple[tuple[str, str], ...]) -> int:
    """Give the one row that matches a condition, 0 for none. Raises FhirError (412) when several do."""
    pairs = (
        parse_qsl(condition.lstrip("?"), keep_blank_values=True) if isinstance(condition, str) else condition
    )
    query = parse(kind, pairs)
    if not query.criteria:
        raise precondition("The condition names no search parameter.")
    found = matches(reader, query, 2)
    if len(found) > 1:
        raise FhirError(412, "multiple-matches", "The condition matches several resources.")
    return found[0] if found else 0


def guard(before: Record | None, call: Call) -> None:
    """Raise FhirError (412) unless the guards of a write hold.

    A deleted resource counts as existing for `If-None-Match: *`: what was removed does not come back by a retry.
    """
    if call.if_none_match == "*" and before is not None:
        raise precondition(f"{call.type}/{call.id} exists already.")
    if not call.if_match:
        return
    if before is None or (before.deleted and call.if_match.strip() == "*"):
        raise precondition(f"{call.type}/{call.id} does not exist.")
    if call.if_match.strip() != "*" and before.number not in _versions(call.if_match):
        raise precondition(f"{call.type}/{call.id} has changed: its version is now {before.number}.")


def present(record: Record | None, call: Call) -> Record:
    """Give the record, or raise FhirError: 404 for what was never here, 410 for a tombstone."""
    if record is None:
        raise FhirError(404, "not-found", f"{call.type}/{call.id} is not known here.")
    if record.deleted:
        raise FhirError(
            410, "deleted", f"{call.type}/{call.id} was deleted.", headers={"ETag": wire.etag(record.number)}
        )
    return record


def _versions(header: str) -> set[int]:
    return {int(number) for number in re.findall(r'(?:W/)?"?([0-9]{1,15})"?(?:,|$)', header.replace(" ", ""))}


def _answer(status: int, record: Record, body: bytes | None, patient: str | None = None) -> Answer:
    if patient is None:
        patient = patient_of(wire.parse_object(record.body)) if record.body else ""
    return Answer(status, body, f"{record.type}/{record.id}", record.number, record.updated, patient)


def _delete(writer: Writer, call: Call, _rules: Rules, _known: set[tuple[str, str]] | None = None) -> Answer:
    return delete(writer, call)


Write = Callable[[Writer, Call, Rules, set[tuple[str, str]] | None], Answer]
WRITES: Final[dict[str, Write]] = {
    "create": create,
    "update": update,
    "conditional-update": conditional_update,
    "patch": patch,
    "delete": _delete,
}
READS: Final[dict[str, Callable[[Reader, Call], Answer]]] = {"read": read, "vread": vread}

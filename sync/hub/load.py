"""Bulk loading: FHIR Bundles, NDJSON and single resources, thousands a second, ids kept where FHIR allows them.

What is already there with the same content is left alone, so that a load can be repeated. An invalid resource is
reported and the rest goes on.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sync.hub import audit, references, validation, wire
from sync.hub.auth import OWNER
from sync.hub.errors import FhirError, Issue
from sync.hub.interactions import UNCHANGEABLE, find
from sync.hub.store import Store, Writer
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, content, from_json

CHUNK: Final = 500
_UUID: Final = re.compile(r"urn:uuid:([0-9a-fA-F\-]{36})")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One resource that was not loaded: file, place in it (from 1), and why. No content of the record."""

    file: str
    place: int
    reason: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, in resources."""

    stored: int
    unchanged: int
    refused: tuple[Refusal, ...]


@dataclass(slots=True)
class _Item:
    file: str
    place: int
    resource: Resource
    full_url: str = ""


class Loader:
    """Loads files into one store."""

    def __init__(self, store: Store, validate: bool = True) -> None:
        self._store = store
        self._validate = validate
        self._stored = 0
        self._unchanged = 0
        self._refused: list[Refusal] = []

    def run(self, files: Iterable[Path]) -> Loaded:
        """Load every file. Raises Invalid for a file that cannot be read; the files before it are loaded."""
        for file in files:
            for unit in _units(file):
                self._unit(unit)
        return Loaded(self._stored, self._unchanged, tuple(self._refused))

    def _unit(self, items: list[_Item]) -> None:
        """Load what belongs together, a chunk at a time, so that a hub at work is never kept waiting long."""
        table: dict[str, str] = {}
        good = [item for item in items if self._named(item, table)]
        change = references.by_table(table)
        for start in range(0, len(good), CHUNK):
            with self._store.writing() as writer:
                before = self._stored
                for item in good[start : start + CHUNK]:
                    references.rewrite(item.resource, lambda text: _resolved(writer, change(text)))
                    self._put(writer, item)
                if self._stored > before:
                    detail = f"{items[0].file}: {self._stored - before}"
                    audit.record(writer, [audit.entry(OWNER, "hub.load", detail)])

    def _named(self, item: _Item, table: dict[str, str]) -> bool:
        """Give the resource its id, and remember the names others may use for it; False when it is refused."""
        resource = item.resource
        kind = resource.get("resourceType")
        if not isinstance(kind, str) or kind not in validation.TYPES:
            return self._refuse(item, (Issue("structure", _("This is no FHIR R4 resource.")),))
        found = _UUID.fullmatch(item.full_url)
        identity = resource.get("id")
        if not isinstance(identity, str) or not validation.ID.fullmatch(identity):
            identity = found[1].lower() if found else str(uuid.uuid4())
            resource["id"] = identity
        if item.full_url:
            table[item.full_url] = f"{kind}/{identity}"
        problems = validation.problems(resource) if self._validate else ()
        return self._refuse(item, problems) if problems else True

    def _refuse(self, item: _Item, problems: tuple[Issue, ...]) -> bool:
        reason = "; ".join(
            f"{p.expression}: {p.diagnostics}" if p.expression else p.diagnostics for p in problems
        )
        self._refused.append(Refusal(item.file, item.place, reason))
        return False

    def _put(self, writer: Writer, item: _Item) -> None:
        resource = item.resource
        before = writer.current(resource["resourceType"], resource["id"])
        if before and not before.deleted:
            if content(from_json(before.body)) == content(from_json(wire.dump(resource))):
                self._unchanged += 1
                return
            if resource["resourceType"] == UNCHANGEABLE:
                self._refuse(item, (Issue("business-rule", _("The audit trail is never changed.")),))
                return
        writer.put(resource, "PUT", before)
        self._stored += 1


def _resolved(writer: Writer, address: str) -> str:
    """Resolve a conditional reference where exactly one record matches; leave it as it stands otherwise."""
    kind, mark, condition = address.partition("?")
    if not mark or kind not in validation.TYPES:
        return address
    try:
        found = find(writer, kind, condition)
    except FhirError:
        return address
    return f"{kind}/{writer.records([found])[0].id}" if found else address


def _units(file: Path) -> Iterator[list[_Item]]:
    if file.suffix.lower() == ".ndjson":
        yield from _lines(file)
        return
    value = _parsed(file, file.read_bytes(), 1)
    if value.get("resourceType") == "Bundle" and isinstance(value.get("entry", []), list):
        yield list(_entries(file, value.get("entry", [])))
    else:
        yield [_Item(file.name, 1, value)]


def _entries(file: Path, entries: list[Any]) -> Iterator[_Item]:
    for place, entry in enumerate(entries, 1):
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
            yield _Item(file.name, place, entry["resource"], str(entry.get("fullUrl", "")))


def _lines(file: Path) -> Iterator[list[_Item]]:
    unit: list[_Item] = []
    with file.open("rb") as lines:
        for place, line in enumerate(lines, 1):
            if line.strip():
                unit.append(_Item(file.name, place, _parsed(file, line, place)))
            if len(unit) >= CHUNK:
                yield unit
                unit = []
    if unit:
        yield unit


def _parsed(file: Path, text: bytes, place: int) -> Resource:
    try:
        return wire.parse_object(text)
    except FhirError as error:
        raise Invalid(
            _("{name}, line {place}: this is no FHIR JSON.", name=file.name, place=place),
            _("What came before it is loaded; loading it again changes nothing. Correct the file."),
            "file",
        ) from error

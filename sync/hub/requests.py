"""One FHIR interaction asked for and answered, the same whether it came by itself or inside a Bundle."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from sync.hub.errors import FhirError
from sync.hub.search import Pairs
from sync.hub.validation import ID, TYPES
from workstation.fhir.resources import Resource

READS: Final = frozenset({"read", "vread", "search", "history"})


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: an account of the hub, or the machine's owner at its command line."""

    user: str
    role: str
    name: str = ""
    practitioner: str = ""
    extra: tuple[str, ...] = ()
    station: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked. `where` holds the query (search parameters or a condition)."""

    interaction: str
    type: str = ""
    id: str = ""
    version: str = ""
    where: Pairs = ()
    resource: Resource | None = None
    patch: Any = None
    if_match: str = ""
    if_none_match: str = ""
    if_none_exist: str | None = None
    lenient: bool = False
    base: str = ""


@dataclass(slots=True)
class Answer:
    """What is answered: `body` is JSON or None. `ref`, `version` and `updated` (ms) describe the resource, if one."""

    status: int
    body: bytes | None = None
    ref: str = ""
    version: int = 0
    updated: int = 0
    patient: str = ""
    note: str = ""
    headers: dict[str, str] = field(default_factory=dict)


_BY_METHOD: Final = {
    "type": {"GET": "search", "HEAD": "search", "POST": "create", "PUT": "conditional-update"},
    "instance": {"GET": "read", "HEAD": "read", "PUT": "update", "PATCH": "patch", "DELETE": "delete"},
    "version": {"GET": "vread", "HEAD": "vread"},
    "history": {"GET": "history", "HEAD": "history"},
    "_search": {"POST": "search", "GET": "search"},
    "system": {"POST": "bundle"},
    "metadata": {"GET": "metadata", "HEAD": "metadata"},
}


def locate(method: str, url: str) -> Call:
    """Read a relative FHIR address such as `Patient/1/_history/2?x=y`. Raises FhirError (404, 405)."""
    split = urlsplit(url)
    where = tuple(parse_qsl(split.query, keep_blank_values=True))
    parts = [part for part in split.path.split("/") if part]
    shape, call = _shape(parts)
    table = _BY_METHOD[shape]
    if method not in table:
        raise FhirError(
            405,
            "not-supported",
            f"{method} is not supported here.",
            headers={"Allow": ", ".join(sorted(table))},
        )
    return replace(call, interaction=table[method], where=where)


def _shape(parts: list[str]) -> tuple[str, Call]:
    if parts in ([], ["metadata"], ["_history"]):
        return {"": "system", "metadata": "metadata", "_history": "history"}["".join(parts)], Call("")
    kind, rest = parts[0], parts[1:]
    if kind not in TYPES:
        raise FhirError(404, "not-supported", f"“{kind}” is no resource type of FHIR R4.")
    if not rest:
        return "type", Call("", kind)
    if rest in (["_search"], ["_history"]):
        return ("_search" if rest == ["_search"] else "history"), Call("", kind)
    if rest[0].startswith(("_", "$")) or rest[1:2] not in ([], ["_history"]) or len(rest) > 3:
        raise FhirError(404, "not-supported", "This operation is not supported here.")
    if not ID.fullmatch(rest[0]):
        raise FhirError(400, "value", "An id has 1 to 64 letters, digits, hyphens or dots.")
    shape = ("instance", "history", "version")[len(rest) - 1]
    return shape, Call("", kind, rest[0], rest[2] if shape == "version" else "")

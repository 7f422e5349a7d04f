"""References inside resources: walking them, and giving those of a Bundle their final addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sync.hub.errors import FhirError, Issue
from sync.hub.store import Reader
from sync.hub.validation import ID, TYPES
from workstation.fhir.resources import Resource

_ADDRESSES: Final = frozenset({"reference", "url", "valueUri", "valueUrl", "valueUuid", "valueOid"})


def rewrite(node: Any, change: Callable[[str], str]) -> None:
    """Pass every reference (and every address that may be one) of a resource through `change`, in place."""
    if isinstance(node, list):
        for item in node:
            rewrite(item, change)
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str):
                if key in _ADDRESSES:
                    node[key] = change(value)
            else:
                rewrite(value, change)


def by_table(table: Mapping[str, str]) -> Callable[[str], str]:
    """Change the addresses in a table, leave all others."""

    def change(address: str) -> str:
        plain, version, number = address.partition("/_history/")
        found = table.get(address) or table.get(plain)
        return address if found is None else found + (version + number if address not in table else "")

    return change


def references(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Walk (element path, reference) of every Reference in a resource."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from references(item, f"{path}[{number}]")
    elif isinstance(node, dict):
        for key, value in node.items():
            here = f"{path}.{key}" if path else key
            if key == "reference" and isinstance(value, str):
                yield here, value
            elif isinstance(value, dict | list):
                yield from references(value, here)


def local(reference: str) -> tuple[str, str] | None:
    """Give (type, id) of a relative reference to a known type, or None for any other reference."""
    parts = reference.split("/_history/", maxsplit=1)[0].split("/")
    if len(parts) == 2 and parts[0] in TYPES and ID.fullmatch(parts[1]):
        return parts[0], parts[1]
    return None


def check_integrity(reader: Reader, resource: Resource, known: set[tuple[str, str]]) -> None:
    """Raise FhirError (422) naming every reference to a record that was never here.

    `known` are the records of the same bundle; those found in the store are added to it.
    """
    missing: list[Issue] = []
    kind = resource["resourceType"]
    for path, text in references(resource, kind):
        goal = local(text)
        if goal is None or goal in known or goal == (kind, resource.get("id")):
            continue
        if reader.exists(*goal):
            known.add(goal)
        else:
            missing.append(Issue("not-found", f"The reference {text} points at nothing known here.", path))
    if missing:
        raise FhirError.of(422, missing)

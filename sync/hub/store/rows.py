"""Index rows of the hub: the shared table of search parameters, more of its own, `_tag`, and exact strings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sync.hub.store.params import EXTRA
from workstation.fhir.resources import Resource
from workstation.fhir.search import PARAMS, elements, rows_by

COMMON: Final = {"_tag": ("token", "meta.tag")}
LONGEST: Final = 512

Row = tuple[str, str, str, str]


def parameters(kind: str) -> Mapping[str, tuple[str, str]]:
    """Give the indexed search parameters of a type: name -> (kind, paths)."""
    return {**COMMON, **PARAMS.get(kind, {}), **EXTRA.get(kind, {})}


def rows_of(resource: Resource) -> Iterator[Row]:
    """Give (parameter, value, system, high) of everything that can be searched in a resource.

    A string keeps its exact text in `system`, for `:exact`.
    """
    table = parameters(resource["resourceType"])
    strings = {name: paths for name, (kind, paths) in table.items() if kind == "string"}
    for row in rows_by(resource, {name: entry for name, entry in table.items() if name not in strings}):
        yield row.param, row.value[:LONGEST], row.system, row.high
    for name, paths in strings.items():
        for element in elements(resource, paths):
            text = str(element)[:LONGEST]
            yield name, text.casefold(), text, ""

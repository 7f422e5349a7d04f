"""Index rows of the hub: the shared table of search parameters, plus `_tag` and the exact text of strings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from workstation.fhir.resources import Resource, as_list
from workstation.fhir.search import PARAMS, elements, index_rows

COMMON: Final = {"_tag": ("token", "meta.tag")}
LONGEST: Final = 512

Row = tuple[str, str, str, str]


def parameters(kind: str) -> Mapping[str, tuple[str, str]]:
    """Give the indexed search parameters of a type: name -> (kind, paths)."""
    return {**COMMON, **PARAMS.get(kind, {})}


def rows_of(resource: Resource) -> Iterator[Row]:
    """Give (parameter, value, system, high) of everything that can be searched in a resource.

    A string keeps its exact text in `system`, for `:exact`.
    """
    strings = {name for name, (kind, _) in parameters(resource["resourceType"]).items() if kind == "string"}
    for row in index_rows(resource):
        if row.param not in strings:
            yield row.param, row.value[:LONGEST], row.system, row.high
    for name in strings:
        for element in elements(resource, parameters(resource["resourceType"])[name][1]):
            text = str(element)[:LONGEST]
            yield name, text.casefold(), text, ""
    for tag in as_list(resource.get("meta", {}).get("tag")):
        if isinstance(tag, dict) and tag.get("code"):
            yield "_tag", str(tag["code"]), str(tag.get("system", "")), ""

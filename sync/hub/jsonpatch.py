"""JSON Patch (RFC 6902), the only patch form the hub takes."""

from __future__ import annotations

import copy
from typing import Any, Final

from sync.hub.errors import FhirError, bad_request

_NEEDS_VALUE: Final = ("add", "replace", "test")


def apply(document: Any, patch: Any) -> Any:
    """Give a patched copy. Raises FhirError: 400 for what is no patch, 422 for one that does not fit."""
    if not isinstance(patch, list):
        raise bad_request("A JSON Patch is a list of operations.", "structure")
    result = copy.deepcopy(document)
    for position, operation in enumerate(patch):
        result = _step(result, operation, position)
    return result


def _step(document: Any, operation: Any, position: int) -> Any:
    if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
        raise bad_request(f"Operation {position} of the patch has no path.", "structure")
    kind, path = operation.get("op"), _tokens(operation["path"], position)
    if kind in _NEEDS_VALUE and "value" not in operation:
        raise bad_request(f"Operation {position} of the patch has no value.", "structure")
    if kind == "add":
        return _add(document, path, copy.deepcopy(operation["value"]), position)
    if kind == "remove":
        return _remove(document, path, position)
    if kind == "replace":
        _get(document, path, position)
        return _add(_remove(document, path, position), path, copy.deepcopy(operation["value"]), position)
    if kind == "test":
        if _get(document, path, position) != operation["value"]:
            raise _misfit(position, "the test does not hold")
        return document
    if kind in ("move", "copy"):
        return _transfer(document, operation, path, position)
    raise bad_request(f"Operation {position} of the patch is of no known kind.", "structure")


def _transfer(document: Any, operation: Any, path: list[str], position: int) -> Any:
    if not isinstance(operation.get("from"), str):
        raise bad_request(f"Operation {position} of the patch has no from.", "structure")
    source = _tokens(operation["from"], position)
    value = copy.deepcopy(_get(document, source, position))
    if operation["op"] == "move":
        if path[: len(source)] == source and path != source:
            raise _misfit(position, "a value cannot move into itself")
        document = _remove(document, source, position)
    return _add(document, path, value, position)


def _tokens(pointer: str, position: int) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise bad_request(
            f"Operation {position} of the patch has a path that is no JSON Pointer.", "structure"
        )
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _get(document: Any, path: list[str], position: int) -> Any:
    node = document
    for token in path:
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list):
            node = node[_place(node, token, position, len(node) - 1)]
        else:
            raise _misfit(position, "there is nothing at the path")
    return node


def _place(node: list[Any], token: str, position: int, last: int) -> int:
    if (
        not token.isascii()
        or not token.isdigit()
        or (len(token) > 1 and token[0] == "0")
        or int(token) > last
    ):
        raise _misfit(position, "there is nothing at the path")
    return int(token)


def _add(document: Any, path: list[str], value: Any, position: int) -> Any:
    if not path:
        return value
    parent, step = _get(document, path[:-1], position), path[-1]
    if isinstance(parent, dict):
        parent[step] = value
    elif isinstance(parent, list):
        place = len(parent) if step == "-" else _place(parent, step, position, len(parent))
        parent.insert(place, value)
    else:
        raise _misfit(position, "there is nothing at the path")
    return document


def _remove(document: Any, path: list[str], position: int) -> Any:
    _get(document, path, position)
    if not path:
        return None
    parent, step = _get(document, path[:-1], position), path[-1]
    if isinstance(parent, dict):
        del parent[step]
    else:
        del parent[int(step)]
    return document


def _misfit(position: int, why: str) -> FhirError:
    return FhirError(422, "processing", f"Operation {position} of the patch does not fit: {why}.")

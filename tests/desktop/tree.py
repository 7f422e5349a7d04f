"""Reads the accessibility tree of a running window from outside, as a screen reader does, and writes it as JSON lines.

Run by the system's Python, which has pyatspi: `/usr/bin/python3 tree.py PID`. Walks only what is on the screen.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pyatspi

MOST_CHILDREN = 400


def application(pid: int) -> Any:
    """Give the application of a process, or None while it is not on the bus yet."""
    desktop = pyatspi.Registry.getDesktop(0)
    found = [each for each in desktop if each is not None and each.get_process_id() == pid]
    return found[0] if found else None


def text_of(node: Any) -> str:
    """Give what stands in a text field; an empty text for everything else."""
    try:
        text = node.queryText()
    except NotImplementedError:
        return ""
    return str(text.getText(0, text.characterCount))


def labels_of(node: Any) -> list[str]:
    """Give the names of what labels a node."""
    found = [r for r in node.getRelationSet() if r.getRelationType() == pyatspi.RELATION_LABELLED_BY]
    return [r.getTarget(at).name for r in found for at in range(r.getNTargets())]


def described(node: Any, depth: int) -> dict[str, Any]:
    """Give one node: role, name, text, states and where it is."""
    states = node.getState()
    names = [pyatspi.stateToString(each) for each in states.getStates()]
    try:
        box = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        place = [box.x, box.y, box.width, box.height]
    except NotImplementedError:
        place = []
    return {
        "depth": depth,
        "role": node.getRoleName(),
        "name": node.name,
        "description": node.description,
        "text": text_of(node),
        "labels": labels_of(node),
        "states": names,
        "place": place,
    }


def walk(node: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Give a node and all that can be seen below it. What vanishes on the way is left out."""
    try:
        found = described(node, depth)
        children = [node[at] for at in range(min(node.childCount, MOST_CHILDREN))]
    except (LookupError, RuntimeError) as error:
        sys.stderr.write(f"a node vanished: {type(error).__name__}\n")
        return
    if depth > 1 and "showing" not in found["states"] and found["role"] != "application":
        return
    yield found
    for child in children:
        if child is not None:
            yield from walk(child, depth + 1)


def main() -> int:
    """Write the tree; 1 when the process has no tree."""
    found = application(int(sys.argv[1]))
    if found is None:
        return 1
    for node in walk(found):
        sys.stdout.write(json.dumps(node, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Grouping, moving, copying and removing lines: pure functions from lines to lines.

A group is one infusion: its lines stand together and have in common what `share` gives a line from another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from workstation.medication.model import MedicineLine

Lines = tuple[MedicineLine, ...]
Share = Callable[[MedicineLine, MedicineLine], MedicineLine]


def tidy(lines: Sequence[MedicineLine]) -> Lines:
    """Dissolve groups of which only one line is left."""
    sizes = Counter(line.group for line in lines)
    return tuple(replace(line, group=0) if line.group and sizes[line.group] < 2 else line for line in lines)


def group(lines: Sequence[MedicineLine], places: Collection[int], share: Share) -> Lines:
    """Group the lines at these places, together with the groups they belong to; one place means with the line above.

    Lines that are one whole group already are parted again. What the first line says stands for all.
    """
    chosen = set(places)
    if len(chosen) == 1:
        chosen.add(max(min(chosen) - 1, 0))
    groups = {lines[n].group for n in chosen}
    whole = {n for n, line in enumerate(lines) if line.group and line.group in groups}
    if len(groups) == 1 and 0 not in groups and chosen <= whole:
        return tuple(replace(line, group=0) if n in whole else line for n, line in enumerate(lines))
    members = sorted(chosen | whole)
    if len(members) < 2:
        return tuple(lines)
    number = max((line.group for line in lines), default=0) + 1
    first = lines[members[0]]
    joined = [replace(share(lines[n], first), group=number) for n in members]
    rest_before = [line for n, line in enumerate(lines) if n < members[0]]
    rest_after = [line for n, line in enumerate(lines) if n > members[0] and n not in members]
    return tidy([*rest_before, *joined, *rest_after])


def shared(lines: Sequence[MedicineLine], changed: MedicineLine, share: Share) -> Lines:
    """Give what a changed line has in common with its group to the rest of it."""
    return tuple(
        share(line, changed) if changed.group and line.group == changed.group else line for line in lines
    )


def remove(lines: Sequence[MedicineLine], places: Collection[int]) -> Lines:
    """Take lines out."""
    return tidy([line for n, line in enumerate(lines) if n not in places])


def copy(lines: Sequence[MedicineLine], place: int) -> Lines:
    """Copy a line below itself (below its group); the copy is a line of its own without a skin test."""
    _first, last = block(lines, place)
    twin = replace(lines[place], key="", group=0, skin_test=None)
    return (*lines[: last + 1], twin, *lines[last + 1 :])


def block(lines: Sequence[MedicineLine], place: int) -> tuple[int, int]:
    """Give the first and last place of the group a line stands in; of the line alone without a group."""
    number = lines[place].group
    if not number:
        return place, place
    members = [n for n, line in enumerate(lines) if line.group == number]
    return members[0], members[-1]


def move(lines: Sequence[MedicineLine], place: int, step: int) -> Lines:
    """Move a line, or its whole group, past the line or group above (-1) or below (+1)."""
    first, last = block(lines, place)
    beyond = first - 1 if step < 0 else last + 1
    if not 0 <= beyond < len(lines):
        return tuple(lines)
    other_first, other_last = block(lines, beyond)
    moving, passed = lines[first : last + 1], lines[other_first : other_last + 1]
    if step < 0:
        return (*lines[:other_first], *moving, *passed, *lines[last + 1 :])
    return (*lines[:first], *passed, *moving, *lines[other_last + 1 :])

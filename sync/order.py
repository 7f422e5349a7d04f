"""The order of a list that two sides changed: who moved something is followed, what was added stays where it was put.

Pure, and the same whichever side is called ours: additions of both sides at one place stand in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Sequence


def interleave(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    """Give the keys of both sides in one order, or None when both moved what they share, to different places."""
    common = set(ours) & set(theirs)
    frame = _frame(base, [k for k in ours if k in common], [k for k in theirs if k in common])
    if frame is None:
        return None
    runs = [_runs(side, common) for side in (ours, theirs)]
    order: list[str] = []
    for anchor in (None, *frame):
        order += [] if anchor is None else [anchor]
        for run in sorted(side[anchor] for side in runs if anchor in side):
            order += run
    return order


def _frame(base: Sequence[str], ours: list[str], theirs: list[str]) -> list[str] | None:
    """Give the order of the shared keys: of the side that changed it."""
    if ours == theirs:
        return ours
    before = [k for k in base if k in ours]
    moved_here, moved_there = ([k for k in side if k in before] != before for side in (ours, theirs))
    if moved_here and moved_there:
        return None
    if moved_here == moved_there:
        return min(ours, theirs)
    return ours if moved_here else theirs


def _runs(side: Sequence[str], common: set[str]) -> dict[str | None, list[str]]:
    """Give what one side has alone, by the shared key it stands behind (None: at the beginning)."""
    runs: dict[str | None, list[str]] = {}
    anchor: str | None = None
    for key in side:
        if key in common:
            anchor = key
        else:
            runs.setdefault(anchor, []).append(key)
    return runs

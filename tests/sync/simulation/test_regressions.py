"""What the simulation has found, each as the shortest story that led there. A story once here stays for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.sync.simulation.invariants import tell
from tests.sync.simulation.world import World

STORIES: Final[dict[str, tuple[str, int, list[tuple[Any, ...]]]]] = {
    "a history that was refused once is followed from where the types were read to, not from its end": (
        "hub",
        2,
        [
            ("sync", 0, True, ("413",)),
            ("other_edit", 0),
            ("register", 1),
            ("sync", 1, True),
            ("sync", 0, True),
        ],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_that_once_went_wrong_ends_well(name: str, make_world: Callable[..., World]) -> None:
    profile, desks, story = STORIES[name]
    tell(make_world(profile, desks), story)

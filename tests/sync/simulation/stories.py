"""Stories: which acts there are with what numbers, told by a seed; Hypothesis tells its own with the same words."""

from __future__ import annotations

import random
from typing import Any, Final

from tests.sync.simulation.network import FAULTS
from tests.sync.simulation.profiles import Profile

EVENTS: Final = ("edit here", "edit there", "others sync", "slow")
# Each act with how often a seed chooses it, and what it is told.
ACTS: Final[dict[str, tuple[int, tuple[str, ...]]]] = {
    "register": (4, ("desk",)),
    "visit": (5, ("desk", "which")),
    "family": (3, ("desk",)),
    "order": (4, ("desk", "which")),
    "publish": (2, ("desk",)),
    "edit": (14, ("desk", "which")),
    "delete": (3, ("desk", "which")),
    "poison": (2, ("desk", "which")),
    "sync": (22, ("desk", "pull", "plan")),
    "crash_sync": (6, ("desk", "end", "count", "plan")),
    "crash_edit": (3, ("desk", "end here", "count", "which")),
    "outage": (3, ("desk", "outage")),
    "arrive_late": (2, ("desk",)),
    "restart": (1, ("desk",)),
    "fill": (1, ("desk",)),
    "free": (2, ("desk",)),
    "jump": (2, ("desk", "hours")),
    "wait": (6, ("seconds",)),
    "other_edit": (5, ("which", "late")),
    "other_delete": (2, ("which",)),
    "bulk": (1, ("many", "late")),
    "expire": (1, ()),
    "decide": (6, ("desk", "which")),
}
VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "which": tuple(range(1000)),
    "pull": (True, True, True, True, False),
    "end": ("statement", "commit", "before send", "after response"),
    "end here": ("statement", "commit"),
    "count": tuple(range(30)),
    "outage": ("drop request", "drop answer", "portal", "401", "503", "429", ""),
    "hours": (-24, 24, -1, 1),
    "seconds": (1, 20, 61, 200, 4000),
    "late": (0, 0, 30, 119),
    "many": tuple(range(5, 40)),
}


def line_faults(profile: Profile) -> tuple[str, ...]:
    """Give what may happen to a request on the line to this server.

    Without a guard on creation, a creation that arrives long after its desk gave it up can lie over a later version;
    no client can prevent that, so there nothing is held up.
    """
    faults = tuple(name for name in FAULTS if profile.create_guard or name != "hold up")
    return faults + EVENTS + ("fine",) * len(faults)


def told(seed: int, profile: Profile, steps: int, desks: int) -> list[tuple[Any, ...]]:
    """Give the story of a seed."""
    dice = random.Random(seed)  # noqa: S311 - a seed that tells the same story again is the point
    names, weights = list(ACTS), [weight for weight, _values in ACTS.values()]
    faults = line_faults(profile)

    def choose(kind: str) -> Any:
        if kind == "desk":
            return dice.randrange(desks)
        if kind == "plan":
            return tuple(dice.choice(faults) for _ in range(dice.choice((0, 0, 1, 3, 6))))
        return dice.choice(VALUES[kind])

    chosen = (dice.choices(names, weights)[0] for _ in range(steps))
    return [(name, *(choose(kind) for kind in ACTS[name][1])) for name in chosen]

"""How long to wait before the next try; pure, with the dice as a port. Every wait ends: nothing stays unarmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol


class Dice(Protocol):
    """Randomness as a port: `random.Random` is one."""

    def random(self) -> float:
        """Give a number from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between runs: `poll_least`..`poll_most` without a change feed, `safety` with one, else back-off."""

    poll_least: float = 15
    poll_most: float = 30
    safety: float = 120
    first: float = 2
    longest: float = 300

    def poll(self, dice: Dice, *, fed: bool) -> timedelta:
        """Give the wait after a good run; `fed` says that a change feed will wake us sooner."""
        if fed:
            return timedelta(seconds=self.safety * (0.8 + 0.4 * dice.random()))
        return timedelta(seconds=self.poll_least + (self.poll_most - self.poll_least) * dice.random())

    def again(self, failures: int, dice: Dice, asked: timedelta | None = None) -> timedelta:
        """Give the wait after `failures` failures in a row; never less than the centre `asked` for."""
        step = min(self.longest, self.first * 2.0 ** min(max(failures, 1) - 1, 16))
        wait = timedelta(seconds=step * (0.5 + 0.5 * dice.random()))
        return max(wait, asked) if asked is not None else wait


DEFAULT: Final = Pace()

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
    """Seconds between runs: `poll_least`..`poll_most` without a change feed, about `safety` with one.

    After failures the wait doubles from `first` to `line_longest`, so that a line that is back is used within a poll;
    for one unit that the centre fails on it grows to `unit_longest`.
    """

    poll_least: float = 15
    poll_most: float = 30
    safety: float = 120
    first: float = 2
    line_longest: float = 30
    unit_longest: float = 300

    def poll(self, dice: Dice, *, fed: bool) -> timedelta:
        """Give the wait after a good run; `fed` says that a change feed will wake us sooner."""
        if fed:
            return timedelta(seconds=self.safety * (0.8 + 0.4 * dice.random()))
        return timedelta(seconds=self.poll_least + (self.poll_most - self.poll_least) * dice.random())

    def again(self, failures: int, dice: Dice, asked: timedelta | None = None) -> timedelta:
        """Give the wait after `failures` failed runs in a row; never less than the centre `asked` for."""
        return self._backoff(failures, dice, self.line_longest, asked)

    def unit_again(self, attempts: int, dice: Dice, asked: timedelta | None = None) -> timedelta:
        """Give the wait after `attempts` tries of one unit; never less than the centre `asked` for."""
        return self._backoff(attempts, dice, self.unit_longest, asked)

    def _backoff(self, tries: int, dice: Dice, longest: float, asked: timedelta | None) -> timedelta:
        step = min(longest, self.first * 2.0 ** min(max(tries, 1) - 1, 16))
        wait = timedelta(seconds=step * (0.5 + 0.5 * dice.random()))
        return max(wait, asked) if asked is not None else wait


DEFAULT: Final = Pace()

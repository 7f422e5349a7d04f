"""Waits at the centre's change feed and wakes the service when anything changed there. Never the truth, only a poke.

Where a centre offers no feed, or the feed is out of reach, the service's own timer does the same more slowly.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from sync.pace import Dice, Pace
from sync.pairing import Line
from workstation.core.errors import UserError

WAIT: Final = 25  # seconds the centre keeps a question open
PATIENCE: Final = 40.0  # seconds until the question is given up here
LEAST: Final = 0.5  # seconds: a feed that says nothing new sooner than this does not wait at all


class Poke:
    """One thread that asks the change feed of the line that `line` gives, and calls `wake`."""

    def __init__(
        self, line: Callable[[], Line | None], wake: Callable[[], None], dice: Dice, pace: Pace
    ) -> None:
        self._line = line
        self._wake = wake
        self._dice = dice
        self._pace = pace
        self._stopping = threading.Event()
        self._fed = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def fed(self) -> bool:
        """Say whether the feed answers at present."""
        return self._fed.is_set()

    def start(self) -> None:
        """Begin to wait."""
        self._thread = threading.Thread(target=self._loop, name="sync-poke", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; a question that is open ends when its line is closed."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _loop(self) -> None:
        after, failures = 0, 0
        while not self._stopping.is_set():
            try:
                latest = self._ask(after)
            except (UserError, ValueError):
                latest = None
            if latest is None:
                self._fed.clear()
                failures += 1
                self._stopping.wait(self._pace.again(failures, self._dice).total_seconds())
                continue
            self._fed.set()
            failures = 0
            if latest != after:
                after = latest
                self._wake()

    def _ask(self, after: int) -> int | None:
        """Give the feed's present number, or None where there is none to be had now."""
        line = self._line()
        if line is None or not line.profile.probe.change_feed:
            return None
        began = time.monotonic()
        params = {"after": str(after), "wait": str(WAIT)}
        latest = int(line.client.plain(line.profile.probe.change_feed, params, PATIENCE).get("sequence", -1))
        idle = latest == after and time.monotonic() - began < LEAST
        return None if latest < 0 or idle else latest

"""The poke: callers wait here until the change log grows, whichever process wrote to it.

The first change after a quiet moment wakes everybody at once; in a busy hour fifty desks are woken four times a
second and not with every commit, or answering them would be all the hub does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

LOOK: Final = 0.25
APART: Final = 0.25
LONGEST: Final = 60.0


class Feed:
    """Wakes waiting callers. Lives on one event loop; `poke` may be called from any thread."""

    def __init__(self, sequence: Callable[[], Awaitable[int]]) -> None:
        self._ask = sequence
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._sequence = 0
        self._looked = float("-inf")
        self._woke = float("-inf")
        self._due: asyncio.TimerHandle | None = None
        self._closed = False
        self.waiting = 0

    async def wait(self, after: int, seconds: float) -> int:
        """Give the latest change number: at once if it is not `after`, else when it moves or the time is over.

        A number smaller than `after` is an answer too: the hub was restored from a backup.
        """
        deadline = self._loop.time() + min(seconds, LONGEST)
        self.waiting += 1
        try:
            if self._loop.time() - self._looked >= LOOK:
                await self._look()
            while self._sequence == after and not self._closed:
                left = deadline - self._loop.time()
                if left <= 0:
                    break
                try:
                    await asyncio.wait_for(self._changed.wait(), left)
                except TimeoutError:
                    break
        finally:
            self.waiting -= 1
        return self._sequence

    def poke(self, sequence: int) -> None:
        """Say that something was committed, from any thread."""
        if not self._closed:
            self._loop.call_soon_threadsafe(self._move, sequence)

    async def watch(self) -> None:
        """Look now and then for what other processes wrote, while somebody waits."""
        while not self._closed:
            await asyncio.sleep(LOOK)
            if self.waiting:
                await self._look()

    def close(self) -> None:
        """Answer everybody now."""
        self._closed = True
        if self._due:
            self._due.cancel()
        self._wake()

    def close_soon(self) -> None:
        """Close from any thread."""
        self._loop.call_soon_threadsafe(self.close)

    async def _look(self) -> None:
        self._looked = self._loop.time()
        before = self._sequence
        latest = await self._ask()
        if self._sequence == before:  # else a commit of our own was announced meanwhile, and is newer
            self._move(latest)

    def _move(self, latest: int) -> None:
        if latest == self._sequence:
            return
        self._sequence = latest
        if self._due is None:
            self._due = self._loop.call_at(max(self._loop.time(), self._woke + APART), self._wake)

    def _wake(self) -> None:
        self._due = None
        self._woke = self._loop.time()
        self._changed.set()
        self._changed = asyncio.Event()

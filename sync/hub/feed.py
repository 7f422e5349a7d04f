"""The poke: callers wait here until the change log grows, whichever process wrote to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

LOOK: Final = 0.25
LONGEST: Final = 60.0


class Feed:
    """Wakes waiting callers. Lives on one event loop; `poke` may be called from any thread."""

    def __init__(self, sequence: Callable[[], Awaitable[int]]) -> None:
        self._ask = sequence
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._sequence = 0
        self.waiting = 0
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def wait(self, after: int, seconds: float) -> int:
        """Give the latest change number: at once if it is not `after`, else when it moves or the time is over.

        A number smaller than `after` is an answer too: the hub was restored from a backup.
        """
        deadline = self._loop.time() + min(seconds, LONGEST)
        self.waiting += 1
        try:
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

    def poke(self) -> None:
        """Say that something was committed."""
        if not self._closed:
            self._loop.call_soon_threadsafe(self._schedule)

    async def watch(self) -> None:
        """Look now and then for what other processes wrote, while somebody waits."""
        while not self._closed:
            await asyncio.sleep(LOOK)
            if self.waiting:
                await self._look()

    def close(self) -> None:
        """Answer everybody now."""
        self._closed = True
        self._wake()

    def close_soon(self) -> None:
        """Close from any thread."""
        self._loop.call_soon_threadsafe(self.close)

    def _schedule(self) -> None:
        if self.waiting:
            task = self._loop.create_task(self._look())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _look(self) -> None:
        latest = await self._ask()
        if latest != self._sequence:
            self._sequence = latest
            self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

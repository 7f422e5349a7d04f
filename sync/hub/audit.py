"""Who asked the centre for what, when, and with what result; never what the record said.

A write's entry commits with the write. The entries of reads are gathered for a fifth of a second and committed
together, so that fifty polling desks do not make fifty commits; a power cut can take that fifth of a second.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from datetime import UTC, datetime
from typing import Final

from sync.hub.requests import Principal
from sync.hub.store import Store, StoreBusy, Writer
from sync.hub.store import trail as rows
from workstation.audit import Entry, first_break

GATHER: Final = 0.2
log = logging.getLogger(__name__)


def entry(who: Principal, action: str, detail: str, patient: str = "") -> Entry:
    """Build an entry for this moment."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Entry(at, who.user, who.role, who.station, action, patient, detail)


class Trail:
    """Takes entries from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: deque[Entry] = deque()
        self._arrived = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hub-audit", daemon=True)

    def start(self) -> None:
        """Begin to write gathered entries."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is still waiting, then end."""
        self._stopping.set()
        self._arrived.set()
        self._thread.join()
        self._flush()

    def note(self, one: Entry) -> None:
        """Keep an entry for the next commit."""
        self._waiting.append(one)
        self._arrived.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._arrived.wait()
            self._stopping.wait(GATHER)
            self._arrived.clear()
            self._flush()

    def _flush(self) -> None:
        batch = []
        while self._waiting:
            batch.append(self._waiting.popleft())
        if not batch:
            return
        try:
            with self._store.writing() as writer:
                rows.append(writer, batch)
        except StoreBusy:
            log.exception("audit")
            self._waiting.extendleft(reversed(batch))


def record(writer: Writer, entries: list[Entry]) -> None:
    """Add entries to the trail in the transaction of the write they are about."""
    rows.append(writer, entries)


def verify(store: Store) -> int | None:
    """Give the number of the first entry where the chain breaks, or None when it is whole."""
    with store.reading() as reader:
        return first_break(rows.chain(reader))

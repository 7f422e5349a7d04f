"""Keeps what is being typed: 800 ms after the last key, at least every 5 s while typing, and at once on `flush`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ui.desk_port import DeskPort
from ui.tasks import Tasks
from workstation.core.drafts import Draft, DraftKey

REST_MS = 800
LONGEST_MS = 5000


class DraftKeeper(QObject):
    """Saves one page's draft. `body` is asked on the main thread, saving happens on the writer thread."""

    kept = Signal()
    failed = Signal(object)

    def __init__(
        self,
        desk: DeskPort,
        tasks: Tasks,
        key: Callable[[], DraftKey | None],
        body: Callable[[], dict[str, Any]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.closed = False
        self._desk, self._tasks, self._key, self._body = desk, tasks, key, body
        self.pending = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._longest = QTimer(self, singleShot=True, interval=LONGEST_MS)
        self._rest.timeout.connect(self.flush)
        self._longest.timeout.connect(self.flush)

    def touch(self) -> None:
        """Note that something was typed."""
        self.pending = True
        self._rest.start()
        if not self._longest.isActive():
            self._longest.start()

    @Slot()
    def flush(self) -> None:
        """Hand what was typed to the writer thread now; writes keep their order, so a lock given next comes after."""
        key = self._take()
        if key is not None:
            body = self._body()
            self._tasks.run(
                self, lambda: self._desk.save_draft(key, body), self._saved, self._not_saved, write=True
            )

    def flush_now(self) -> None:
        """Save on this thread and wait: only for a crash, when nothing may be left to a queue."""
        key = self._take()
        if key is not None:
            self._desk.save_draft(key, self._body())

    def _take(self) -> DraftKey | None:
        self._rest.stop()
        self._longest.stop()
        if not self.pending:
            return None
        self.pending = False
        return self._key()

    def _saved(self, _nothing: None) -> None:
        self.kept.emit()

    def _not_saved(self, error: Exception) -> None:
        self.pending = True
        self.failed.emit(error)

    def drop(self) -> None:
        """Forget the draft: its content was signed or let go."""
        self._rest.stop()
        self._longest.stop()
        self.pending = False
        key = self._key()
        if key is not None:
            self._tasks.run(
                self, lambda: self._desk.drop_draft(key), self._saved, self.failed.emit, write=True
            )

    def load(self, ok: Callable[[Draft | None], None]) -> None:
        """Look for a draft, after any saving that is still under way; `ok` gets it or None."""
        key = self._key()
        if key is not None:
            self._tasks.run(self, lambda: self._desk.load_draft(key), ok, self.failed.emit, write=True)

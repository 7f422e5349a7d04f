"""Python's cycle collector, on the main thread only.

It runs in whichever thread happens to allocate. When that is a worker, a widget in a cycle is freed there, and Qt takes
the program down. So automatic collection is switched off and a timer of the main thread collects instead.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS: Final = 500
WHOLE_AFTER: Final = (
    120  # times a young collection, about a minute of work: a whole one costs some milliseconds
)


class Collector(QObject):
    """Collects while it lives; `release` gives automatic collection back if it was on before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._rounds = 0
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect what is young, and now and then everything."""
        young = gc.get_count()[0] > gc.get_threshold()[0]
        if not young:
            return
        self._rounds += 1
        if self._rounds >= WHOLE_AFTER:
            self._rounds = 0
            gc.collect()
        else:
            gc.collect(1)

    def settle(self) -> None:
        """Leave out of every later collection what is loaded now: knowledge and modules live as long as the program."""
        gc.collect()
        gc.freeze()

    def release(self) -> None:
        """Stop collecting here."""
        self._timer.stop()
        if self._was_on:
            gc.enable()

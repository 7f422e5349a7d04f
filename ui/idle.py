"""Locks an unwatched desk: after some minutes without a key or pointer, with 30 s in which any key keeps it open."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QInputEvent, QInputMethodEvent
from PySide6.QtWidgets import QApplication

COUNTDOWN_S = 30
TICK_MS = 1000
ACTIVITY = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.InputMethod,
}


class IdleLock(QObject):
    """Emits `remaining` each second of the countdown (and -1 when it is called off), then `expired`."""

    remaining = Signal(int)
    expired = Signal()

    def __init__(self, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._minutes = max(1, minutes)
        self._since = QElapsedTimer()
        self._counting = False
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)

    def install(self, app: QApplication) -> None:
        """Start watching the whole program."""
        app.installEventFilter(self)

    def set_minutes(self, minutes: int) -> None:
        """Change the limit."""
        self._minutes = max(1, minutes)

    def start(self) -> None:
        """Begin to count: somebody has unlocked."""
        self._since.start()
        self._timer.start()

    def stop(self) -> None:
        """Stop counting: the desk is locked."""
        self._timer.stop()
        self._call_off()

    def _call_off(self) -> None:
        if self._counting:
            self._counting = False
            self.remaining.emit(-1)

    def touch(self) -> None:
        """Note that somebody is there."""
        if self._timer.isActive():
            self._since.restart()
            self._call_off()

    def tick(self) -> None:
        """Look at the time since the last activity."""
        self.look(self._since.elapsed() // 1000)

    def look(self, idle_seconds: int) -> None:
        """Act on so many seconds of idleness."""
        left = self._minutes * 60 - idle_seconds
        if left <= 0:
            self.stop()
            self.expired.emit()
        elif left <= COUNTDOWN_S:
            self._counting = True
            self.remaining.emit(left)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count keys, pointer and wheel as activity; take nothing. Every event comes by: its class is asked first."""
        if isinstance(event, QInputEvent | QInputMethodEvent) and event.type() in ACTIVITY:
            self.touch()
        return False

"""The desk's news on the main thread: a signal per kind, changes gathered for 100 ms so that a sync is one refresh."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from workstation.core.events import Bus, Changed, Locked, Notice, Origin, SyncState, Unsubscribe

GATHER_MS = 100


class Bridge(QObject):
    """Listens to the bus in any thread and speaks on the main thread."""

    changed = Signal(object)
    sync_state = Signal(object)
    noticed = Signal(object)
    locked = Signal(object)
    _arrived = Signal(object)

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Changed] = []
        self._timer = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._timer.timeout.connect(self.flush)
        self._arrived.connect(self._sort, Qt.ConnectionType.QueuedConnection)
        self._stops: list[Unsubscribe] = [
            bus.subscribe(Changed, self._arrived.emit),
            bus.subscribe(SyncState, self._arrived.emit),
            bus.subscribe(Notice, self._arrived.emit),
            bus.subscribe(Locked, self._arrived.emit),
        ]

    @Slot(object)
    def _sort(self, event: Changed | SyncState | Notice | Locked) -> None:
        match event:
            case Changed():
                self._waiting.append(event)
                if not self._timer.isActive():
                    self._timer.start()
            case SyncState():
                self.sync_state.emit(event)
            case Notice():
                self.noticed.emit(event)
            case Locked():
                self.locked.emit(event)

    @Slot()
    def flush(self) -> None:
        """Tell of everything gathered so far, one event per origin and author."""
        waiting, self._waiting = self._waiting, []
        groups: dict[tuple[Origin, str], list[Changed]] = {}
        for change in waiting:
            groups.setdefault((change.origin, change.actor), []).append(change)
        for (origin, actor), changes in groups.items():
            refs = tuple(dict.fromkeys(ref for change in changes for ref in change.refs))
            last = changes[-1]
            self.changed.emit(Changed(refs, origin, last.at, actor, last.unit, last.primary))

    def close(self) -> None:
        """Stop listening."""
        for stop in self._stops:
            stop()
        self._stops.clear()
        self._timer.stop()

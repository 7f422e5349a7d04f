"""The latest call as the public hears it, with the way back while there is one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.pages.queue_parts import words
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from workstation.core.clock import Clock, parse_instant
from workstation.core.i18n import _
from workstation.queue.model import UNDO_SECONDS, QueueRow, State

TICK_MS = 500


class CallLine(QWidget):
    """Hidden while nobody is called. Undo counts down from 10 s and then goes."""

    def __init__(
        self, clock: Clock, undo: Callable[[QueueRow], None], may_undo: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock, self._may_undo = clock, may_undo
        self._row: QueueRow | None = None
        self._text = label("", wrap=True)
        self.undo = button(_("Undo"), lambda: undo(self._row) if self._row else None, parent=self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, theme().px(2), 0, theme().px(2))
        line.addWidget(self._text, 1)
        line.addWidget(self.undo)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.hide()

    def show_latest(self, rows: tuple[QueueRow, ...]) -> None:
        """Show the latest call among the current visits, which come latest first."""
        self._row = next((row for row in rows if row.state is State.CALLED), None)
        self.setVisible(self._row is not None)
        if self._row is not None:
            self._text.setText(_("Public screen: {text}", text=words.announcement(self._row)))
            self._timer.start()
        self.tick()

    def seconds_left(self) -> int:
        """Give how long the call can still be taken back."""
        if self._row is None:
            return 0
        now = self._clock.now()
        passed = (now - parse_instant(self._row.since, now.tzinfo)).total_seconds()
        return max(0, UNDO_SECONDS - int(passed))

    def tick(self) -> None:
        """Count down."""
        left = self.seconds_left()
        self.undo.setVisible(self._may_undo and left > 0)
        self.undo.setText(_("Undo {seconds} s", seconds=left))
        if not left:
            self._timer.stop()

"""Checks while typing: asked after each finished cell, answered behind the hands, never silent when they fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from ui.context import Context
from ui.pages.line_editor.model import LineModel
from workstation.medication.judging import DraftCheck

SLOW_MS: Final = 400
GATHER_MS: Final = 20


class LiveCheck(QObject):
    """Asks a verb to check what stands in the model. `current` says whether the answer is of today's lines."""

    checked = Signal()

    def __init__(
        self, ctx: Context, model: LineModel, verb: str, request: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.closed = False
        self.check: DraftCheck | None = None
        self.error: Exception | None = None
        self.current = True
        self._ctx, self._model, self._verb, self._request = ctx, model, verb, request
        self._gather = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._gather.timeout.connect(self.ask)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(model.set_checking)

    def want(self) -> None:
        """Note that something changed: ask soon."""
        self.current = False
        self._gather.start()

    def ask(self) -> None:
        """Ask now."""
        self._gather.stop()
        if not self._model.lines:
            self._slow.stop()
            self.check, self.error, self.current = None, None, True
            self._model.set_checks(())
            self.checked.emit()
            return
        self._slow.start()
        self._ctx.tasks.ask(
            self, self._verb, self._request(), self._answered, self._failed, latest=self._verb
        )

    def _answered(self, check: DraftCheck) -> None:
        self._slow.stop()
        self.check, self.error, self.current = check, None, not self._gather.isActive()
        self._model.set_checks(check.lines)
        self.checked.emit()

    def _failed(self, error: Exception) -> None:
        """Show that nothing was checked: a failed check must never look like a passed one."""
        self._slow.stop()
        self.check, self.error, self.current = None, error, True
        self._model.forget_checks()
        self.checked.emit()

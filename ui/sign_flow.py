"""From F12 to a signature: the review sheet, the PIN, then what is to be signed, one after another.

The prescription goes first because its checks can still refuse; the note was checked before the sheet opened. Each is
one unit of its own, so that whatever was signed stays signed when the other one is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.guard import IdentityCheck
from ui.page import Page
from ui.widgets.review_sheet import ReviewSheet
from workstation.core.errors import UserError
from workstation.core.events import Changed


@dataclass(frozen=True, slots=True)
class Act:
    """One command to sign: its verb, its request and what to call it."""

    verb: str
    request: object


class SignFlow(QObject):
    """Runs one signature at a time. `signed` gives the verbs that were done with their `Changed`; `refused` why not."""

    signed = Signal(object)
    refused = Signal(str, object)

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.sheet: ReviewSheet | None = None
        self._acts: list[Act] = []
        self.done: dict[str, Changed] = {}

    def open(
        self,
        host: QWidget,
        title: str,
        lines: Sequence[str],
        sign_text: str,
        acts: Sequence[Act],
        *,
        warning: str = "",
        identity: IdentityCheck | None = None,
    ) -> None:
        """Show everything that will be signed; nothing happens before the PIN (and the identity question)."""
        if self.sheet is not None and self.sheet.isVisible():
            return
        self._acts, self.done = list(acts), {}
        ready = identity.ready if identity is not None else None
        self.sheet = ReviewSheet(
            host, title, lines, sign_text, warning=warning, extra=identity, extra_ready=ready
        )
        self.sheet.confirmed.connect(self._check)
        self.sheet.open()

    def _check(self, secret: str) -> None:
        desk = self._page.ctx.desk
        actor = desk.actor
        if actor is None:
            return
        self._page.ctx.tasks.run(
            self._page,
            lambda: desk.verify_secret(actor.user, secret),
            lambda _none: self._next(),
            self._wrong,
        )

    def _wrong(self, error: Exception) -> None:
        if self.sheet is None:
            return
        if isinstance(error, UserError):
            self.sheet.wrong(error.message, error.hint)
        else:
            self.sheet.dismiss()
            self._page.fail(error)

    def _next(self) -> None:
        if not self._acts:
            self._finish()
            return
        act = self._acts[0]
        self._page.ctx.tasks.do(
            self._page, act.verb, act.request, self._did, lambda error: self._refused(act, error)
        )

    def _did(self, changed: Changed) -> None:
        self.done[self._acts.pop(0).verb] = changed
        self._next()

    def _refused(self, act: Act, error: Exception) -> None:
        self._close()
        if self.done:
            self.signed.emit(self.done)
        self.refused.emit(act.verb, error)

    def _finish(self) -> None:
        self._close()
        self.signed.emit(self.done)

    def _close(self) -> None:
        if self.sheet is not None:
            self.sheet.dismiss()
            self.sheet.deleteLater()
            self.sheet = None

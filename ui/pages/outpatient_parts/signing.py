"""From F12 to a signature: what stands in the way, the review sheet, the PIN, then prescription and note in this order.

The prescription goes first because its checks can still refuse; the note was checked before the sheet opened. Each is
one unit of its own, so that whatever was signed stays signed when the other one is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.page import Page
from ui.widgets.review_sheet import ReviewSheet
from workstation.core.errors import Denied, UserError
from workstation.core.events import Changed


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that must be done before signing: the words beside the button, and where to go."""

    text: str
    region: int
    section: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One command to sign: its verb, its request and what to call it."""

    verb: str
    request: object


class Waiting(Protocol):
    """What a signature waits for."""

    def lines(self) -> Sequence[str]:
        """Give the lines of the review sheet, each whole."""


class SignFlow(QObject):
    """Runs one signature at a time. `signed` tells which verbs were done, `refused` which one was not and why."""

    signed = Signal(list)
    refused = Signal(str, object)

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.sheet: ReviewSheet | None = None
        self._acts: list[Act] = []
        self._done: list[str] = []

    def open(
        self,
        host: QWidget,
        title: str,
        lines: Sequence[str],
        sign_text: str,
        acts: Sequence[Act],
        *,
        warning: str = "",
    ) -> None:
        """Show everything that will be signed; nothing happens before the PIN."""
        if self.sheet is not None and self.sheet.isVisible():
            return
        self._acts, self._done = list(acts), []
        self.sheet = ReviewSheet(host, title, lines, sign_text, warning=warning)
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

    def _did(self, _changed: Changed) -> None:
        self._done.append(self._acts.pop(0).verb)
        self._next()

    def _refused(self, act: Act, error: Exception) -> None:
        self._close()
        if self._done:
            self.signed.emit(self._done)
        self.refused.emit(act.verb, error)

    def _finish(self) -> None:
        self._close()
        self.signed.emit(self._done)

    def _close(self) -> None:
        if self.sheet is not None:
            self.sheet.dismiss()
            self.sheet.deleteLater()
            self.sheet = None


def may_not(error: Exception) -> bool:
    """Say whether an error is about rights and not about content."""
    return isinstance(error, Denied)

"""What a reviewer decides: approve, ask the prescriber, refuse, put aside."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ui.pages.pharmacy_parts import words
from ui.widgets.chips import Journey, Travelled
from ui.widgets.reason_sheet import Answer
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.pharmacy.model import Approve, Query, Refuse, Release
from workstation.rules.alerts import Alert

if TYPE_CHECKING:
    from ui.pages.pharmacy_parts.counter import Counter


class Deciding:
    """The decisions about the open sheet."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def approve(self) -> None:
        """Approve with the four checks; a stop nobody has answered asks for a reason first."""
        if not self._counter.page.review.can_approve() or self._counter.view is None:
            return
        stops, task = self._counter.page.review.open_stops(), self._counter.view.task
        if stops:
            self._counter.asking.approve(stops, lambda answer: self._approve(task, answer.text))
        else:
            self._approve(task, "")

    def _approve(self, task: str, reason: str) -> None:
        self._counter.do("pharmacy.approve", Approve(task, reason=reason), self._approved)

    def _approved(self, changed: Changed) -> None:
        name = words.patient_name(self._counter.view)
        self._counter.page.ctx.notices.toast(
            _("Approved for {name} · {distance}", name=name, distance=distance())
        )
        self._counter.done(changed)
        self._counter.page.queue.focus()

    def ask_prescriber(self, alert: Alert | None = None) -> None:
        """Ask the prescriber."""
        view = self._counter.view
        if view is not None and self._counter.page.review.can_ask():
            self._counter.asking.query(view, alert, partial(self._query, view.task))

    def _query(self, task: str, answer: Answer) -> None:
        self._counter.do("pharmacy.query", Query(task, answer.reason, answer.text), self._sent)

    def _sent(self, changed: Changed) -> None:
        self._counter.page.ctx.notices.toast(_("Question sent · {distance}", distance=distance()))
        self._counter.done(changed)

    def refuse(self) -> None:
        """Refuse the sheet."""
        view = self._counter.view
        if view is not None and self._counter.page.review.can_ask():
            self._counter.asking.refuse(view, partial(self._refuse, view.task))

    def _refuse(self, task: str, answer: Answer) -> None:
        self._counter.do("pharmacy.refuse", Refuse(task, answer.reason, answer.text), self._counter.done)

    def park(self) -> None:
        """Put the sheet aside."""
        view = self._counter.view
        if view is not None:
            task = view.dispense_task or view.task
            self._counter.asking.park(view, partial(self._park, task))

    def _park(self, task: str, answer: Answer) -> None:
        self._counter.do("pharmacy.release", Release(task, answer.text), self._parked)

    def _parked(self, changed: Changed) -> None:
        self._counter.keep_picks()
        self._counter.leave()
        self._counter.done(changed)
        self._counter.page.queue.focus()


def distance() -> str:
    """Say how far what was just done has come: on this desk, waiting to be sent."""
    return Journey(Travelled.WAITING).words()

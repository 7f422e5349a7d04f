"""Stopping an order, taking it back, answering the nurse who sent it back: a sheet asks, the desk does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.pages.line_editor.ask_sheet import AskSheet, Question
from workstation.core.clock import instant
from workstation.core.errors import Invalid, UserError
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.orders.model import AnswerReturn, OrderRow, StopOrder, VoidOrder
from workstation.orders.timing import read_start

LEAST_REASON = 2


class Ending(QObject):
    """One sheet at a time; `done` is called after the desk did what was asked."""

    def __init__(
        self, ctx: Context, name: str, host: Callable[[], QWidget], done: Callable[[], None]
    ) -> None:
        super().__init__()
        self._name = name
        self.closed = False
        self.sheet: AskSheet | None = None
        self._ctx, self._host, self._done = ctx, host, done

    def stop(self, row: OrderRow, together: Sequence[OrderRow]) -> None:
        """Ask when and why an order stops; the lines of its infusion stop with it."""
        questions = [
            Question(_("Stops at (empty: now; 1430, +1 0800, 03-18 0800)"), 0),
            Question(_("Reason"), LEAST_REASON),
        ]

        def request(words: list[str]) -> StopOrder:
            at = read_start(words[0], self._ctx.clock.now())
            return StopOrder(row.id, words[1], instant(at) if at is not None else "")

        act = _("Stop the infusion group") if len(together) > 1 else _("Stop the order")
        self._ask(act, together, questions, "orders.stop", request)

    def void(self, row: OrderRow, together: Sequence[OrderRow]) -> None:
        """Ask why an order that nobody carried out is taken back."""
        self._ask(
            _("Void the order"),
            together,
            [Question(_("Reason"), LEAST_REASON)],
            "orders.void",
            lambda words: VoidOrder(row.id, words[0]),
        )

    def answer(self, row: OrderRow) -> None:
        """Ask for the answer to the nurse."""
        self._ask(
            _("Answer the nurse"),
            [row],
            [Question(_("Answer"), 1)],
            "orders.answer-return",
            lambda words: AnswerReturn(row.id, words[0]),
            row.returned,
        )

    def _ask(
        self,
        act: str,
        rows: Sequence[OrderRow],
        questions: Sequence[Question],
        verb: str,
        request: Callable[[list[str]], object],
        said: str = "",
    ) -> None:
        lines = [row.line for row in rows]
        title = f"{act}: {self._name}"
        sheet = AskSheet(self._host(), title, "\n".join([*lines, said] if said else lines), questions, act)
        self.sheet = sheet

        def go(words: list[str]) -> None:
            try:
                made = request(words)
            except Invalid as error:
                sheet.wrong(error.message, error.hint)
                return
            self._ctx.tasks.do(self, verb, made, did, failed)

        def did(_changed: Changed) -> None:
            self._close(sheet)
            self._done()

        def failed(error: Exception) -> None:
            if isinstance(error, UserError):
                sheet.wrong(error.message, error.hint)
            else:
                self._close(sheet)
                self._ctx.notices.show(error, self._host())

        sheet.answered.connect(go)
        sheet.open()

    def _close(self, sheet: AskSheet) -> None:
        sheet.dismiss()
        sheet.deleteLater()
        self.sheet = None

"""The weight that a dose goes by, asked for where the orders are written, so that nothing on the page is left."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.context import Context, PatientContext
from ui.pages.line_editor.ask_sheet import AskSheet, Question
from ui.widgets import sign_text
from workstation.core.errors import Invalid
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.emr.model import RecordVitals


class WeightQuestion:
    """Asks and records; an unusual weight counts once it was typed twice. `then` is called after it is kept."""

    def __init__(
        self, ctx: Context, patient: PatientContext, owner: QObject, then: Callable[[], None]
    ) -> None:
        self._ctx, self._patient, self._owner, self._then = ctx, patient, owner, then
        self._doubted: Decimal | None = None
        self._under_way = False
        self.sheet: AskSheet | None = None

    def ask(self, host: QWidget) -> None:
        """Open the sheet."""
        act = _("Record the weight")
        title = f"{act}: {self._patient.name}"
        sheet = AskSheet(host, title, "", [Question(_("Weight kg"))], act)
        self.sheet, self._doubted, self._under_way = sheet, None, False
        sheet.answered.connect(lambda words: self._record(sheet, words[0]))
        sheet.open()

    def _record(self, sheet: AskSheet, text: str) -> None:
        if self._under_way:
            return
        weight = sign_text.plain_number(text)
        if weight is None:
            sheet.wrong(_("“{text}” is not a value.", text=text))
            return
        confirmed = ("weight",) if weight == self._doubted else ()
        request = RecordVitals(self._patient.id, self._patient.encounter, weight=weight, confirmed=confirmed)

        def kept(_changed: Changed) -> None:
            self._close(sheet)
            self._then()

        def failed(error: Exception) -> None:
            self._under_way = False
            if isinstance(error, Invalid):
                self._doubted = weight
                sheet.fields[0].clear()
                sheet.wrong(error.message, error.hint)
            else:
                self._close(sheet)
                self._ctx.notices.show(error, sheet.parentWidget() or sheet)

        self._under_way = True
        self._ctx.tasks.do(self._owner, "emr.record-vitals", request, kept, failed)

    def _close(self, sheet: AskSheet) -> None:
        sheet.dismiss()
        sheet.deleteLater()
        self.sheet = None

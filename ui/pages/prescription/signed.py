"""The signed sheets of this visit above the lines being written: their state, stopping, questions about them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from ui.pages.line_editor.ask_sheet import Question
from ui.pages.line_editor.cells import Cell, SignedRow
from ui.pages.line_editor.strip import CardSpec
from ui.pages.line_editor.words import skin_test_text
from ui.pages.prescription.sheet_cards import sheet_cards
from ui.widgets.table_model import Run
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.prescribing.model import AnswerQuery, PrescriptionDraft, StopPrescription
from workstation.prescribing.rows import DraftFrom, Sheet, SheetLine, SheetsOf, SheetState
from workstation.terminology.quantity import yuan

if TYPE_CHECKING:
    from ui.pages.prescription.bench import RxBench
    from ui.pages.prescription.panel import RxPanel


STATE_WORDS: Final = {
    SheetState.WAITING: "Signed · waiting for review",
    SheetState.REVIEWING: "Signed · in review",
    SheetState.QUERIED: "Pharmacist asks",
    SheetState.APPROVED: "Approved",
    SheetState.DISPENSING: "Being handed out",
    SheetState.DISPENSED: "Handed out",
    SheetState.REFUSED: "Refused by the pharmacy",
    SheetState.STOPPED: "Stopped",
    SheetState.RECORDED: "From elsewhere",
}
SHEET_STATES: Final = {
    SheetState.QUERIED: "warn",
    SheetState.REFUSED: "stop",
    SheetState.APPROVED: "done",
    SheetState.DISPENSED: "done",
}


class SignedSheets(QObject):
    """Loads the sheets of the panel's visit into its model; `shown` says that they are there."""

    shown = Signal()

    def __init__(self, panel: RxPanel, bench: RxBench) -> None:
        super().__init__(panel)
        self.closed = False
        self.sheets: tuple[Sheet, ...] = ()
        self._panel, self._bench = panel, bench

    def load(self) -> None:
        """Ask for the sheets of this visit; without a visit there are none."""
        about = self._panel.patient
        if about.encounter:
            request = SheetsOf(about.id, about.encounter)
            self._panel.ctx.tasks.ask(self, "prescribing.sheets", request, self._loaded, latest="sheets")

    def _loaded(self, sheets: tuple[Sheet, ...]) -> None:
        self.sheets = sheets
        rows = [signed_row(sheet, line) for sheet in reversed(sheets) for line in sheet.lines]
        self._panel.model.set_signed(rows)
        self.shown.emit()

    def cards(self) -> list[CardSpec]:
        """Give a card for every sheet that waits for its prescriber."""
        return sheet_cards(self.sheets, self._answer, self._rewrite)

    def stop(self, row: int) -> None:
        """Ask for the reason and stop the sheet of a signed row."""
        signed = self._panel.model.signed(row)
        if signed is None:
            return
        sheet, line = signed.data
        title = _("Stop prescription {number}", number=sheet.number)
        self._bench.ask(
            title,
            "\n".join(each.line for each in sheet.lines),
            [Question(_("Reason"), 2)],
            lambda words: self._do("prescribing.stop", StopPrescription(line.id, words[0])),
        )

    def _answer(self, sheet: Sheet) -> None:
        asked = next((m.text for m in reversed(sheet.messages) if not m.mine), sheet.state_reason)
        self._bench.ask(
            _("Answer the pharmacist"),
            asked,
            [Question(_("Answer"), 1)],
            lambda words: self._do("prescribing.answer-query", AnswerQuery(sheet.task, words[0])),
        )

    def _rewrite(self, sheet: Sheet) -> None:
        def take(draft: PrescriptionDraft) -> None:
            self._bench.take_over(draft.lines, draft.kind)

        self._panel.ctx.tasks.ask(self, "prescribing.draft-from", DraftFrom(sheet.number), take)

    def _do(self, verb: str, request: object) -> None:
        self._panel.ctx.tasks.do(self, verb, request, self._done, self._failed)

    def _done(self, _changed: Changed) -> None:
        self.load()

    def _failed(self, error: Exception) -> None:
        self._panel.ctx.notices.show(error, self._panel.host())
        self.load()


def signed_row(sheet: Sheet, line: SheetLine) -> SignedRow:
    """Make the row of a signed line."""
    stopped = line.status == "stopped"
    state = SheetState.STOPPED if stopped else sheet.state
    return SignedRow(
        key=line.id,
        runs=(Run(line.name, bold=True), Run(f"  {line.strength}", color="text2")),
        texts={
            Cell.DRUG: f"{line.name}  {line.strength}".strip(),
            Cell.DOSE: line.dose,
            Cell.ROUTE: line.route,
            Cell.FREQUENCY: line.frequency,
            Cell.DAYS: str(line.days) if line.days else "",
            Cell.TOTAL: line.quantity,
            Cell.SKIN_TEST: skin_test_text(line.skin_test) if line.skin_test is not None else "—",
            Cell.AMOUNT: yuan(Decimal(line.price)),
            Cell.STATE: _(STATE_WORDS[state]),
        },
        spoken=line.spoken,
        group=(sheet.number, line.group) if line.group else None,
        states={} if stopped else {Cell.STATE: SHEET_STATES.get(sheet.state, "")},
        data=(sheet, line),
    )

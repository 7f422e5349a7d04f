"""Where remedies work: the lines, the options and the sheets of one prescription panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.pages.prescription.ask_sheet import AskSheet, Question
from ui.pages.prescription.grid import RxGrid
from ui.pages.prescription.model import Cell, RxModel
from ui.pages.prescription.options import RxOptions
from workstation.core.errors import UserError
from workstation.core.i18n import _
from workstation.medication.model import OverrideReason
from workstation.medication.reasons import LEAST_TEXT
from workstation.medication.rows import FoundDrugs, SearchDrugs
from workstation.prescribing.model import DraftLine, PrescriptionKind
from workstation.rules.alerts import Alert
from workstation.terminology.model import Drug


class RxBench(QObject):
    """Implements `remedies.Bench`. `options_changed` says that the draft is another one now."""

    options_changed = Signal()
    wanted = Signal(str)

    def __init__(self, ctx: Context, model: RxModel, grid: RxGrid, host: Callable[[], QWidget]) -> None:
        super().__init__(grid)
        self.closed = False
        self.options = RxOptions()
        self.sheet: AskSheet | None = None
        self._ctx, self._model, self._grid, self._host = ctx, model, grid, host

    def set_options(self, options: RxOptions) -> None:
        """Take changed options and check again."""
        if options != self.options:
            self.options = options
            self.options_changed.emit()

    def change_lines(self, keys: Sequence[str], change: Callable[[DraftLine], DraftLine]) -> None:
        """Change some lines as one step that can be undone."""
        self._model.change([change(line) if line.key in keys else line for line in self._model.lines])

    def drug(self, drug_id: str) -> Drug | None:
        """Give a product of the catalogue."""
        catalogue = self._ctx.desk.knowledge.drugs
        return catalogue.get(drug_id) if drug_id in catalogue else None

    def swap(self, key: str, drug: Drug) -> None:
        """Put another drug in a line's place; its regimen is still to be chosen."""
        row = self._model.row_of(key)
        if row < 0:
            return

        def found(answer: FoundDrugs) -> None:
            match = next((r for r in answer.rows if r.drug == drug.id), None)
            if match is not None:
                self._grid.editing.take_drug(row, match)

        self._ctx.tasks.ask(self, "prescribing.search-drugs", SearchDrugs(drug.id, 1), found)

    def open_skin_test(self, key: str) -> None:
        """Open the skin test cell of a line."""
        row = self._model.row_of(key)
        if row >= 0:
            self._grid.editing.open(row, Cell.SKIN_TEST)

    def want(self, what: str) -> None:
        """Ask the page for a `diagnosis` or a `weight`."""
        self.wanted.emit(what)

    def override(self, alert: Alert) -> None:
        """Ask for the reason to sign in spite of an alert, and for the PIN where the law wants a second signature."""
        before = self.options.overrides.get(alert.fingerprint, OverrideReason())
        questions = [Question(_("Reason"), LEAST_TEXT, initial=before.text)]
        if alert.needs_second_signature:
            questions.append(Question(_("PIN, as the second signature"), 4, secret=True))

        def take(words: list[str]) -> None:
            reason = OverrideReason(text=words[0], signed_again=alert.needs_second_signature)
            self.set_options(self.options.answered({alert.fingerprint: reason}))

        self.ask(alert.title, alert.message, questions, take)

    def ask(
        self, title: str, text: str, questions: Sequence[Question], then: Callable[[list[str]], None]
    ) -> None:
        """Ask for words in a sheet; a PIN among them is checked before they count."""
        sheet = AskSheet(self._host(), title, text, questions, _("Confirm"))
        self.sheet = sheet
        secret = next((n for n, question in enumerate(questions) if question.secret), None)

        def done(words: list[str]) -> None:
            sheet.dismiss()
            sheet.deleteLater()
            self.sheet = None
            then(words)

        def check(words: list[str]) -> None:
            actor = self._ctx.desk.actor
            if secret is None or actor is None:
                done(words)
                return
            pin = words[secret]
            self._ctx.tasks.run(
                self,
                lambda: self._ctx.desk.verify_secret(actor.user, pin),
                lambda _none: done([*words[:secret], *words[secret + 1 :]]),
                lambda error: self._wrong(sheet, error),
            )

        sheet.answered.connect(check)
        sheet.open()

    def _wrong(self, sheet: AskSheet, error: Exception) -> None:
        if isinstance(error, UserError):
            sheet.wrong(error.message, error.hint)
        else:
            sheet.dismiss()
            self._ctx.notices.show(error, self)

    def take_over(self, lines: Sequence[DraftLine], kind: PrescriptionKind) -> None:
        """Add lines written elsewhere, groups numbered anew; an empty prescription takes their kind."""
        if not self._model.lines and kind is not self.options.kind:
            self.set_options(self.options.other_kind())
        most = max((line.group for line in self._model.lines), default=0)
        fresh = [replace(line, key="", group=line.group + most if line.group else 0) for line in lines]
        self._model.change([*self._model.lines, *fresh])

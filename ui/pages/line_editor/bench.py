"""Where remedies work: the lines, the options and the sheets of one panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.pages.line_editor.ask_sheet import AskSheet, Question
from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.grid import LineGrid
from ui.pages.line_editor.model import LineModel
from ui.pages.line_editor.options import LineOptions
from ui.pages.line_editor.remedies import Remedy
from workstation.core.errors import UserError
from workstation.core.i18n import _
from workstation.medication.model import MedicineLine, OverrideReason
from workstation.medication.reasons import LEAST_TEXT
from workstation.rules.alerts import Alert
from workstation.terminology.model import Drug


class LineBench(QObject):
    """Implements `remedies.Bench`. `options_changed` says that the draft is another one now."""

    options_changed = Signal()
    wanted = Signal(str)

    def __init__(self, ctx: Context, model: LineModel, grid: LineGrid, host: Callable[[], QWidget]) -> None:
        super().__init__(grid)
        self.closed = False
        self._options = self.fresh_options()
        self.sheet: AskSheet | None = None
        self.ctx, self._model, self._grid, self._host = ctx, model, grid, host

    # What a host says

    def fresh_options(self) -> LineOptions:
        """Give the options of a new draft."""
        return LineOptions()

    def own_remedies(self) -> Mapping[str, Remedy]:
        """Give what only this host knows to do, by rule."""
        return {}

    def one_day(self, line: MedicineLine) -> MedicineLine:
        """Give a line as it is for one day only."""
        raise NotImplementedError

    def find_drug(self, drug: Drug, then: Callable[[object], None]) -> None:
        """Ask for a product as the list under the first cell gives it."""
        raise NotImplementedError

    def nothing_checked(self) -> str:
        """Say that the check failed."""
        raise NotImplementedError

    def still_checking(self) -> str:
        """Say that the check is not done yet."""
        raise NotImplementedError

    def review_remarks(self) -> list[str]:
        """Give what the review says besides the lines."""
        return []

    # What all hosts do alike

    @property
    def options(self) -> LineOptions:
        """Give what is said about the lines as a whole."""
        return self._options

    def put_options(self, options: LineOptions) -> None:
        """Take options without asking for a check, as when a draft is put back."""
        self._options = options

    def set_options(self, options: LineOptions) -> None:
        """Take changed options and check again."""
        if options != self._options:
            self._options = options
            self.options_changed.emit()

    def change_lines(self, keys: Sequence[str], change: Callable[[MedicineLine], MedicineLine]) -> None:
        """Change some lines as one step that can be undone."""
        self._model.change([change(line) if line.key in keys else line for line in self._model.lines])

    def drug(self, drug_id: str) -> Drug | None:
        """Give a product of the catalogue."""
        catalogue = self.ctx.desk.knowledge.drugs
        return catalogue.get(drug_id) if drug_id in catalogue else None

    def swap(self, key: str, drug: Drug) -> None:
        """Put another drug in a line's place; its regimen is still to be chosen."""
        row = self._model.row_of(key)
        if row >= 0:
            self.find_drug(drug, lambda match: self._grid.editing.take_drug(row, match))

    def open_cell(self, key: str, cell: Cell) -> None:
        """Open a cell of a line for writing."""
        row = self._model.row_of(key)
        if row >= 0:
            self._grid.editing.open(row, cell)

    def number(self, key: str) -> int:
        """Give the number a line is shown with; 0 for one that is gone."""
        return self._model.places().get(key, 0)

    def remove_line(self, key: str) -> None:
        """Take a line away as one step that can be undone."""
        row = self._model.row_of(key)
        if row >= 0:
            self._grid.setCurrentIndex(self._model.index(row, Cell.DRUG))
            self._grid.clearSelection()
            self._grid.remove()

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
            actor = self.ctx.desk.actor
            if secret is None or actor is None:
                done(words)
                return
            pin = words[secret]
            self.ctx.tasks.run(
                self,
                lambda: self.ctx.desk.verify_secret(actor.user, pin),
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
            self.ctx.notices.show(error, self)

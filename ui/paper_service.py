"""Puts papers before the user: the preview over the workspace, printing at once after a signature, and the trail.

A print is noted when the printer took the paper, never for a look at it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.notices import Notices
from ui.papers_port import Made, NoPapers, Offer, Papers, PaperSource
from ui.tasks import Tasks, alive
from ui.theme import theme
from ui.widgets.buttons import button, icon_button
from ui.widgets.flow import FlowRow
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.pdf_preview import Paper, PdfPreview
from ui.widgets.sheet import Card
from workstation.core.errors import UserError
from workstation.core.events import Level, Notice
from workstation.core.i18n import _
from workstation.prescribing.model import PrescriptionDraft


class PreviewSheet(Overlay):
    """One or more papers over the workspace: the paper itself, its printer, Enter to print, Esc to go back."""

    def __init__(self, host: QWidget, tasks: Tasks, offers: Sequence[Offer], service: PaperService) -> None:
        super().__init__(host)
        self.closed = False
        self.made: Made | None = None
        self._tasks, self._offers, self._service = tasks, list(offers), service
        self.setAccessibleName(_("Print preview"))
        t = theme()
        self._card = Card(self)
        self._card.rows.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        self.message = label("", wrap=True)
        self.message.setAccessibleName(_("Message"))
        self.message.hide()
        self.preview = PdfPreview(tasks)
        self.preview.printed.connect(self._printed)
        self.preview.failed.connect(self.say)
        self.preview.hide()
        self.choices: list[QPushButton] = []
        self._card.rows.addLayout(self._head())
        self._card.rows.addWidget(self.message)
        self._card.rows.addWidget(self.preview, 1)
        around = QVBoxLayout(self)
        around.setContentsMargins(t.px(24), t.px(12), t.px(24), t.px(12))
        around.addWidget(self._card)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(_("Print preview"), "section", bold=True))
        papers = FlowRow()
        if len(self._offers) > 1:
            for number, offer in enumerate(self._offers):
                made = button(offer.title, partial(self.choose, number), parent=self._card)
                made.setCheckable(True)
                self.choices.append(made)
                papers.add(made)
        row.addWidget(papers, 1)
        row.addWidget(label("Esc", "hint", color="label"))
        row.addWidget(icon_button("x", _("Close the preview"), self.cancel, self._card))
        return row

    def first_focus(self) -> QWidget | None:
        """Start on the first paper's button; the preview takes the focus once it is drawn."""
        return self.choices[0] if self.choices else super().first_focus()

    def choose(self, number: int) -> None:
        """Make one of the papers and show it."""
        for place, each in enumerate(self.choices):
            each.setChecked(place == number)
        self.say_text(_("The paper is being made."))
        self._tasks.run(self, self._offers[number].make, self._show, self.say)

    def _show(self, made: Made) -> None:
        self.made = made
        self.message.hide()
        self.preview.show()
        self.preview.show_paper(Paper(made.pdf, made.title, made.final, made.file_name))

    def _printed(self) -> None:
        if self.made is not None:
            self._service.printed(self.made)
            self.dismiss()

    def say(self, error: Exception) -> None:
        """Say what went wrong, here where the paper is."""
        notice = self._service.words(error)
        self.say_text(f"{notice.text} {notice.hint}".strip())

    def say_text(self, text: str) -> None:
        """Show a sentence above the paper."""
        self.message.setText(text)
        self.message.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc or with the key that opened it; digits choose a paper."""
        digit = event.key() - Qt.Key.Key_1
        if event.key() == Qt.Key.Key_P and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.cancel()
            event.accept()
        elif 0 <= digit < len(self.choices):
            self.choose(digit)
            event.accept()
        else:
            super().keyPressEvent(event)

    def dismiss(self) -> None:
        """Close; the paper leaves memory with the sheet."""
        super().dismiss()
        self.closed = self.preview.closed = True
        self.deleteLater()


class PaperService(QObject):
    """The papers of one window; see `ui.papers_port.Papers`."""

    def __init__(
        self, source: PaperSource, tasks: Tasks, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.closed = False
        self.sheet: PreviewSheet | None = None
        self._source, self._tasks, self._notices = source, tasks, notices

    def preview(self, *documents: str) -> None:
        """Show these documents, the first in front."""
        self.offer(*(self._offer(document) for document in documents))

    def _offer(self, document: str) -> Offer:
        return Offer(self._source.title(document), lambda: self._source.make(document))

    def preview_visit(self, patient: str, encounter: str, draft: PrescriptionDraft | None = None) -> None:
        """Show what is not signed yet, then the documents of a visit; says so where there is neither."""
        written = [self._draft(draft)] if draft is not None and draft.lines else []
        found = partial(self._preview_found, written)
        self._tasks.run(self, lambda: self._source.of_visit(patient, encounter), found)

    def _draft(self, draft: PrescriptionDraft) -> Offer:
        return Offer(_("Draft prescription"), lambda: self._source.make_draft(draft))

    def _preview_found(self, written: Sequence[Offer], documents: Sequence[str]) -> None:
        offers = [*written, *(self._offer(document) for document in documents)]
        if offers:
            self.offer(*offers)
        else:
            hint = _("Sign the note or the prescription first; what is signed can be printed.")
            text = _("There is nothing signed in this visit to print.")
            self._notices.show(Notice(text, Level.INFO, hint), name="nothing-to-print")

    def offer(self, *offers: Offer) -> None:
        """Show papers the caller makes itself."""
        if not offers:
            return
        if self.sheet is not None and alive(self.sheet):
            self.sheet.dismiss()
        self.sheet = PreviewSheet(self._notices.sheet_host(), self._tasks, offers, self)
        self.sheet.open()
        self.sheet.choose(0)

    def print_signed(self, *documents: str) -> None:
        """Print at once on the usual printer; without one, or when it refuses, show the preview instead."""
        from ui.printing import printer_names

        names = printer_names()
        if not names:
            self.preview(*documents)
            return
        for document in documents:
            make: Callable[[], Made] = partial(self._source.make, document)
            self._tasks.run(self, make, partial(self._print, names[0]), self._notices.show)

    def _print(self, printer: str, made: Made) -> None:
        from ui.printing import PrintJob

        def refused(error: Exception) -> None:
            self._notices.show(error)
            self.preview(made.document)

        PrintJob(self, partial(self.printed, made), refused).start(made.pdf, printer)

    def printed(self, made: Made) -> None:
        """Note that a paper left the printer, and say so."""
        self._tasks.run(self, lambda: self._source.printed(made), lambda _done: None, write=True)
        self._notices.toast(_("Printed: {title}", title=made.title))

    def words(self, error: Exception) -> Notice:
        """Put an error into words for the sheet; a defect goes to the one door that logs it."""
        if isinstance(error, UserError):
            return Notice(error.message, Level.ERROR, error.hint)
        self._notices.show(error)
        return Notice(_("The paper could not be made."), Level.ERROR, _("Nothing was lost."))


def papers_for(source: PaperSource | None, tasks: Tasks, notices: Notices, parent: QObject) -> Papers:
    """Make the papers of a window, or say honestly that it was composed without any."""
    return PaperService(source, tasks, notices, parent) if source is not None else NoPapers()

"""The note's region: the editor while it is written, the signed note afterwards, and the strip above with what helps.

The strip offers templates that fit the chief complaint (never inserted by themselves), the last note to copy forward,
and says when a value pulled from the record has changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from ui.context import PatientContext
from ui.page import Page
from ui.pages.outpatient_parts.note_editor import NoteEditor
from ui.pages.outpatient_parts.note_view import NoteView
from ui.pages.outpatient_parts.section_edit import SectionEdit
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.code_search import Choice, CodeLineEdit, Deliver
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow import FlowRow
from workstation.core.days import written_day
from workstation.core.events import Level, Notice
from workstation.core.i18n import _, n_
from workstation.emr.model import AskPhrases, AskTemplates
from workstation.emr.rows import NoteRow, PhraseChoice, TemplateChoice

OFFERED = 3


class NoteRegion(QWidget):
    """See the module. `edited` counts as typing of the page."""

    edited = Signal()
    left = Signal(bool)
    kind_changed = Signal()

    def __init__(self, page: Page, patient: PatientContext, may_write: bool, may_sign: bool) -> None:
        super().__init__(page)
        self._page, self._patient, self._may_write = page, patient, may_write
        self.visit = "first"
        self.signed: NoteRow | None = None
        self._previous: NoteRow | None = None
        self._templates: tuple[TemplateChoice, ...] = ()
        self._stale: list[str] = []
        self.editor = NoteEditor(self._find_phrase)
        self.view = NoteView()
        self.view.add_button.setEnabled(may_sign)
        self.picker = CodeLineEdit(_("Template"), self._search_templates)
        self.picker.picked.connect(self._take_template)
        self.picker.cancelled.connect(self._close_picker)
        self.picker.hide()
        self.strip = FlowRow()
        self._build()
        self.editor.edited.connect(self._typed)
        self.editor.complaint_changed.connect(self._suggest)
        self.editor.stale_changed.connect(self._show_stale)
        self.editor.left.connect(self.left)
        self.editor.tidied.connect(self._tidied)
        self.view.edited.connect(self.edited)

    def _build(self) -> None:
        t, writing = theme(), QWidget()
        rows = QVBoxLayout(writing)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(t.px(8), t.px(3), t.px(8), 0)
        top.setSpacing(t.px(3))
        top.addWidget(self.strip)
        top.addWidget(self.picker)
        rows.addLayout(top)
        rows.addWidget(self.editor, 1)
        self._writing = writing
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._nothing = EmptyState(_("No signed note in this visit."), "file-text")
        self._stack.addWidget(writing)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self.view)

    # What is shown

    def show_signed(self, note: NoteRow | None) -> None:
        """Show the signed note in place of the editor, or the editor while there is none."""
        self.signed = note
        if note is not None:
            zone = self._page.ctx.clock.now().tzinfo
            self.view.show_note(note, self._patient.id, zone)
        unwritten = self._writing if self._may_write else self._nothing
        self._stack.setCurrentWidget(self.view if note is not None else unwritten)

    def set_previous(self, note: NoteRow | None) -> None:
        """Take the last note before this visit: it can be copied forward."""
        self._previous = note
        self._fill_strip()

    def focus_writing(self) -> None:
        """Put the focus where writing goes on."""
        if self.signed is not None:
            self.view.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif not self._may_write:
            self._nothing.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.editor.focus_first()

    def summary(self) -> str:
        """Give the note in one line."""
        if self.signed is not None:
            return next((s.text for s in self.signed.sections if s.text), "").split("\n")[0]
        return next((t for t in self.editor.texts().values() if t.strip()), "").split("\n")[0]

    def _typed(self) -> None:
        if self.strip.isVisible() == self._may_offer():
            self.edited.emit()
            return
        self._fill_strip()
        self.edited.emit()

    def _may_offer(self) -> bool:
        """Offer templates and copying only while most of the note is still empty."""
        filled = sum(1 for text in self.editor.texts().values() if text.strip())
        return filled <= 1 or bool(self._stale)

    def _fill_strip(self) -> None:
        self.strip.clear()
        for name in self._stale:
            text = _("{name} has changed", name=name)
            self.strip.add(
                button(text, self.refresh_pulls, key="Alt+R", icon="refresh-cw", parent=self.strip)
            )
            break
        if self._few_filled():
            self._offer_templates()
        self.strip.setVisible(self._may_offer())

    def _few_filled(self) -> bool:
        return sum(1 for text in self.editor.texts().values() if text.strip()) <= 1

    def _offer_templates(self) -> None:
        self.strip.add(
            button(_("Template"), self.open_picker, key="Alt+T", icon="file-text", parent=self.strip)
        )
        if self._previous is not None:
            day = written_day(self._previous.at[:10])
            text = _("Copy the note of {date}", date=day)
            self.strip.add(button(text, self.copy_forward, key="Alt+C", icon="copy", parent=self.strip))
        for template in self._templates[:OFFERED]:
            self.strip.add(
                button(template.name, partial(self._insert, template), kind="quiet", parent=self.strip)
            )

    # Templates

    def _suggest(self, complaint: str) -> None:
        if complaint.strip() and self._few_filled():
            request = AskTemplates(chief_complaint=complaint, limit=OFFERED)
            self._ask_templates(request, self._suggested, "suggested")
        else:
            self._suggested(())

    def _suggested(self, templates: Sequence[TemplateChoice]) -> None:
        if tuple(templates) != self._templates:
            self._templates = tuple(templates)
            self._fill_strip()

    def _ask_templates(self, request: AskTemplates, ok: Callable[[Any], None], latest: str) -> None:
        self._page.ctx.tasks.ask(self._page, "emr.note-templates", request, ok, latest=latest)

    def open_picker(self) -> None:
        """Open the field that finds a template by a few letters."""
        if self.signed is None:
            self.picker.show()
            self.picker.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _search_templates(self, text: str, deliver: Deliver) -> None:
        def shown(found: Sequence[TemplateChoice]) -> None:
            deliver([Choice(t.id, t.name, right=t.diagnosis, data=t) for t in found], len(found))

        self._ask_templates(AskTemplates(text), shown, "templates")

    def _take_template(self, choice: Choice) -> None:
        self._close_picker()
        self._insert(choice.data)

    def _close_picker(self) -> None:
        self.picker.clear()
        self.picker.hide()
        self.editor.focus_first()

    def _insert(self, template: TemplateChoice) -> None:
        kept = self.editor.insert_template(template)
        if kept:
            text = n_(
                "{count} section had text already and was left as it is.",
                "{count} sections had text already and were left as they are.",
                kept,
            )
            self._page.ctx.notices.toast(text)

    # Copying, phrases, values

    def copy_forward(self) -> None:
        """Copy the last note into empty sections, without the signs that were found then."""
        if self._previous is None or self.signed is not None:
            return
        copied = self.editor.copy_forward(self._previous)
        if copied:
            text = _("Copied and marked. Examination and results are never copied.")
            self._page.ctx.notices.toast(text, undo=partial(self._take_back, copied))
        else:
            text = _("Nothing was copied: those sections have text already.")
            self._page.ctx.notices.show(Notice(text, Level.INFO), self._page, "copied")
        self.editor.focus_first()

    def _take_back(self, editors: Sequence[SectionEdit]) -> None:
        for editor in editors:
            editor.undo()

    def _find_phrase(self, mnemonic: str, section: str, deliver: Callable[[str], None]) -> None:
        def found(phrases: Sequence[PhraseChoice]) -> None:
            fitting = [p for p in phrases if p.mnemonic == mnemonic.lower()]
            deliver(fitting[0].text if fitting else "")

        self._page.ctx.tasks.ask(
            self._page, "emr.phrases", AskPhrases(mnemonic, section, 50), found, latest="phrase"
        )

    def refresh_pulls(self) -> None:
        """Write the values of now over those that have changed."""
        self.editor.refresh_pulls()

    def _show_stale(self, names: list[str]) -> None:
        if names != self._stale:
            self._stale = names
            self._fill_strip()

    def _tidied(self, count: int) -> None:
        text = n_(
            "{count} invisible control character was taken out of the pasted text.",
            "{count} invisible control characters were taken out of the pasted text.",
            count,
        )
        self._page.ctx.notices.show(Notice(text, Level.WARNING), self._page, "tidied")

    # Drafts

    def state(self) -> dict[str, Any]:
        """Give what is typed as plain JSON."""
        return {"note": self.editor.state(), "visit": self.visit, "addendum": self.view.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Put a kept state back."""
        self.visit = state.get("visit", self.visit)
        self.editor.restore(state.get("note", {}))
        self.view.restore(state.get("addendum", {}))
        self._fill_strip()
        self.kind_changed.emit()

    def has_typing(self) -> bool:
        """Say whether something is written that is not signed."""
        if self.signed is not None:
            return self.view.is_writing()
        return not self.editor.is_empty()

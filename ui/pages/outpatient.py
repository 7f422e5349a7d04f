"""The consultation on one screen: summary, note, diagnoses and prescription of one visit, signed with one key.

Each region writes its own records; this page keeps the note's draft, shows what is new without touching what is being
typed, and leads from F12 through the review sheet to the signatures.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.page import Page
from ui.pages.laboratory_parts.strip import LabStrip
from ui.pages.outpatient_parts.allergy_panel import AllergyPanel
from ui.pages.outpatient_parts.diagnoses_pane import DiagnosesPane
from ui.pages.outpatient_parts.found_drafts import FoundDrafts
from ui.pages.outpatient_parts.keys import DIAGNOSES, NOTE, PRESCRIPTION, ROWS, SUMMARY, actions_of
from ui.pages.outpatient_parts.lines import folded_line, journey_of
from ui.pages.outpatient_parts.note_region import NoteRegion
from ui.pages.outpatient_parts.prescriptions_view import PrescriptionsView
from ui.pages.outpatient_parts.pulls import pulls_of
from ui.pages.outpatient_parts.region import Region, RegionBoard
from ui.pages.outpatient_parts.signer import Signer
from ui.pages.outpatient_parts.summary_pane import SummaryPane
from ui.pages.outpatient_parts.vitals_row import VitalsRow
from ui.pages.prescription.panel import RxPanel
from ui.theme import theme
from ui.widgets.bottom_bar import BottomBar
from ui.widgets.buttons import button
from ui.widgets.chips import Journey, SyncBadge, Travelled
from ui.widgets.labels import label
from workstation.chart.summary import Summary
from workstation.core.drafts import Draft, DraftKey
from workstation.core.events import Changed, Level, Notice
from workstation.core.i18n import _, n_
from workstation.emr.model import NOTE_DRAFT, AskSummary, AskVisit
from workstation.emr.rows import VisitRecord
from workstation.security.permissions import Permission


class OutpatientPage(Page):
    """See the module."""

    id = "outpatient"
    icon = "stethoscope"
    draft_kind = NOTE_DRAFT

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.about = patient or PatientContext("", "")
        self.record: VisitRecord | None = None
        self.known: Summary | None = None
        self.allergies = AllergyPanel(self, self.about)
        self.summary = SummaryPane(self.allergies)
        may_write = self.may(Permission.NOTE_WRITE)
        self.note = NoteRegion(self, self.about, may_write, self.may(Permission.NOTE_SIGN))
        records = self.may(Permission.DIAGNOSIS_RECORD) and bool(self.about.encounter)
        self.diagnoses = DiagnosesPane(self, self.about, records)
        self.vitals = VitalsRow(self, self.about)
        self.lab = LabStrip(self, self.about)
        self.prescriptions = PrescriptionsView()
        self.rx = RxPanel(ctx, self.about, self) if self._prescribes() else None
        self.signer, self.found = Signer(self), FoundDrafts(self)
        self.bar = BottomBar(self.sign)
        self.kept = label("", "label", color="text2")
        self.kind = button("", self._turn_kind, kind="quiet", parent=self)
        self.distance = SyncBadge(Journey(Travelled.LOCAL))
        self.board = self._board()
        self.content.setSpacing(theme().px(6))
        self.content.addWidget(self.board, 1)
        self.content.addWidget(self.bar)
        self._connect()
        self._show_state()
        self._show_vitals()

    def _board(self) -> RegionBoard:
        side = QWidget()
        rows = QVBoxLayout(side)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.diagnoses, 1)
        rows.addWidget(self.vitals)
        self.regions = (
            Region(SUMMARY, _("Summary"), "activity", self.summary),
            Region(NOTE, _("Medical record"), "file-text", self.note),
            Region(DIAGNOSES, _("Diagnoses"), "clipboard-list", side),
            Region(PRESCRIPTION, _("Prescription"), "pill", self.rx or self.prescriptions),
        )
        for place, widget in enumerate(self.rx.header_widgets() if self.rx is not None else ()):
            self.regions[3].add_to_header(widget, beside_title=place < 3)
        if self.rx is not None:
            self.regions[3].yields(*self.rx.yielding_header())
        self.regions[2].add_to_header(self.lab)
        for widget in (self.kept, self.distance, self.kind):
            self.regions[1].add_to_header(widget)
        self.distance.hide()
        board = RegionBoard(self.regions, partial(folded_line, self))
        board.crowded_changed.connect(self._show_vitals)
        return board

    def _prescribes(self) -> bool:
        return self.may(Permission.PRESCRIPTION_WRITE) and bool(self.about.encounter)

    def _show_vitals(self, _crowded: bool = False) -> None:
        """Keep the row of vital signs out of the way where there is little room, unless something is typed in it."""
        room = not self.board.crowded or self.board.front() == DIAGNOSES or self.vitals.has_typing()
        self.vitals.setVisible(room and self.may(Permission.VITALS_RECORD) and bool(self.about.encounter))

    def _connect(self) -> None:
        self.note.edited.connect(self._typed)
        self.note.kind_changed.connect(self._show_state)
        self.note.left.connect(self._leave_note)
        self.note.view.form_shown.connect(self._give_room)
        self.vitals.edited.connect(self._typed)
        self.vitals.recorded.connect(self._vitals_recorded)
        self.drafts.kept.connect(self._show_kept)
        if self.rx is not None:
            self.rx.changed.connect(self._lines_changed)
            self.rx.sign_requested.connect(self.sign)
            self.rx.wanted.connect(self._fetch)
            self.rx.allergy_found.connect(self._allergy_found)

    def may(self, permission: Permission) -> bool:
        """Say whether the signed-in person has a right; the core checks it again."""
        actor = self.ctx.desk.actor
        return actor is not None and actor.may(permission)

    def draft_key(self) -> DraftKey | None:
        """Keep a draft only for whoever may write the note of a visit."""
        writes = self.may(Permission.NOTE_WRITE) and bool(self.about.encounter)
        return super().draft_key() if writes else None

    def title(self) -> str:
        """Give the page's name."""
        return _("Visit")

    # What is shown

    def load(self) -> None:
        """Ask for the summary and the visit."""
        self._ask()
        self.diagnoses.load()
        self.lab.load()
        if self.rx is not None:
            self.rx.load()

    def refresh(self) -> None:
        """Ask again: rows only, never the text being typed."""
        self._ask()
        self.lab.load()
        if self.rx is not None:
            self.rx.refresh()

    def _ask(self) -> None:
        about = self.about
        request = AskSummary(about.id, about.encounter)
        self.ctx.tasks.ask(self, "chart.summary", request, self._show_summary, latest="summary")
        if about.encounter:
            visit = AskVisit(about.id, about.encounter)
            self.ctx.tasks.ask(self, "emr.visit-record", visit, self._show_record, latest="record")
        else:
            text = _("This chart was opened without a visit. Register a visit to write here.")
            self.banners.show_notice("no-visit", Notice(text, Level.INFO))

    def _show_summary(self, summary: Summary) -> None:
        self.known = summary
        self.summary.show_summary(summary)
        self.allergies.show_allergies(summary.allergies)
        self.vitals.set_latest(summary.vitals)
        self.board.say_again()
        self._pull()

    def _show_record(self, record: VisitRecord) -> None:
        first, self.record = self.record is None, record
        if first:
            self.note.visit = record.visit
        self.diagnoses.set_rows(record.diagnoses)
        self.prescriptions.show_medicines(record.medicines)
        self.note.set_previous(record.previous)
        if record.note is not None and self.note.signed is None and self.note.has_typing():
            self.found.signed_elsewhere(record.note)
        self.note.show_signed(record.note)
        self.board.say_again()
        self._pull()
        self._show_state()

    def _pull(self) -> None:
        self.note.editor.set_pulls(pulls_of(self.known, self.record, self.ctx.clock.now()))

    def _show_state(self) -> None:
        """Show what F12 signs and what stands in its way, and what kind of visit is written."""
        signed = self.note.signed
        self.kind.setText(_("First visit") if self.note.visit == "first" else _("Return visit"))
        self.kind.setVisible(signed is None and self.may(Permission.NOTE_WRITE))
        self.kept.setVisible(signed is None or self.note.view.is_writing())
        self.distance.setVisible(signed is not None)
        if signed is not None:
            self.distance.set(journey_of(signed, self.ctx.desk.sync_state().link))
        blocker = next(iter(self.signer.blockers()), None)
        self.bar.show_state(self.signer.words(), blocker)

    def _show_kept(self) -> None:
        when = self.ctx.clock.now().strftime("%H:%M:%S")
        self.kept.setText(_("Draft kept on this PC {time}", time=when) if self.dirty else "")

    def _turn_kind(self) -> None:
        self.note.visit = "first" if self.note.visit == "return" else "return"
        self._typed()

    # News

    def shows(self, changed: Changed) -> bool:
        """Say whether something of this patient changed that is shown here."""
        return changed.touches(*ROWS, patient=self.about.id)

    def on_changed(self, changed: Changed) -> None:
        """Show new rows at once: they never touch what is being typed."""
        if self.closed or not self.shows(changed):
            return
        if self.isVisible():
            self.refresh()
        else:
            self.stale = True

    # Drafts

    def draft_body(self) -> dict[str, Any]:
        """Give everything typed, and a recovered draft that was not decided about yet."""
        body: dict[str, Any] = self.note.state() | {"vitals": self.vitals.typed()}
        if self.found.waiting is not None:
            body["undecided"] = self.found.waiting.body
        return body

    def restore_draft(self, draft: Draft) -> None:
        """Put what was typed back."""
        self.note.restore(draft.body)
        self.vitals.restore(draft.body.get("vitals", {}))
        self._pull()
        self._show_state()

    def _look_for_draft(self) -> None:
        """Look for the note's draft also where the prescription's own was found first."""
        if not self.note.has_typing():
            self.drafts.load(self._found_draft)

    def _restore_found(self, draft: Draft) -> None:
        if not self.closed:
            self.found.found(draft, lambda: self._restore_empty(draft))

    def _restore_empty(self, draft: Draft) -> None:
        self.restore_draft(draft)
        self._set_dirty(True)

    def put_back(self, draft: Draft) -> None:
        """Put typing back that was let go."""
        self._put_back(draft)

    def clear(self) -> None:
        """Start with an empty note."""
        self.note.restore({})
        self.vitals.restore({})
        self.committed()
        self._show_state()

    def _typed(self) -> None:
        self.touched()
        self._show_state()

    def _vitals_recorded(self) -> None:
        self.touched()

    def unsigned(self) -> list[str]:
        """Name what is typed here and not a record yet."""
        found = [_("Medical record")] if self.note.has_typing() else []
        found += [_("Vital signs")] if self.vitals.has_typing() else []
        found += [_("Allergy")] if self.allergies.has_typing() else []
        count = self.rx.draft_lines_count() if self.rx is not None else 0
        lines = n_("Prescription: {count} line", "Prescription: {count} lines", count)
        return [*found, lines] if count else found

    def flush(self) -> None:
        """Keep what is typed in the note and in the lines now."""
        super().flush()
        if self.rx is not None:
            self.rx.flush()

    def keep_now(self) -> None:
        """Keep both drafts on this thread: for a crash."""
        super().keep_now()
        if self.rx is not None:
            self.rx.drafts.flush_now()

    # What the lines ask for

    def _lines_changed(self) -> None:
        if self.rx is not None and self.rx.draft_lines_count():
            self._set_dirty(True)
        self._show_state()

    def _fetch(self, what: str) -> None:
        """Go where the prescription misses something: a diagnosis or the weight."""
        if what == "diagnosis":
            self.go(DIAGNOSES)
        elif what == "weight":
            self.enter_vitals("weight")

    def _allergy_found(self, drug: str) -> None:
        """Open the allergy panel on the product whose skin test was positive."""
        self.open_allergies()
        self.allergies.propose(self.ctx.desk.knowledge.drugs.get(drug))

    # Keys

    def page_actions(self) -> list[Action]:
        """Give what can be done in a consultation."""
        return [*actions_of(self), *(self.rx.page_actions() if self.rx is not None else ())]

    def focus_region(self, number: int) -> None:
        """Focus a region; the same key again gives it the whole room, and once more gives it back."""
        if not 1 <= number <= len(self.regions):
            return
        region = self.regions[number - 1]
        if self.board.maximised and self.board.maximised != number:
            self.board.restore()
        elif region.holds_focus() or (region.folded and not self.board.front()):
            self.board.toggle(number)
        self.go(number)

    def go(self, number: int) -> None:
        """Put the focus into a region, where work goes on."""
        self.board.work_in(number)
        match number:
            case 1:
                self.summary.setFocus(Qt.FocusReason.ShortcutFocusReason)
            case 2:
                self.note.focus_writing()
            case 3:
                self.diagnoses.focus_entry()
            case 4 if self.rx is not None:
                self.rx.focus_entry()
            case _:
                self.prescriptions.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _leave_note(self, forward: bool) -> None:
        self.go(DIAGNOSES if forward else SUMMARY)

    def enter_vitals(self, field: str = "") -> None:
        """Put the focus into the row of vital signs, and give it room where there is little."""
        self.board.work_in(DIAGNOSES)
        if self.board.crowded and not self.board.front():
            self.board.toggle(DIAGNOSES)
        self._show_vitals()
        self.vitals.focus_field(field)

    def open_allergies(self) -> None:
        """Open the allergy panel."""
        self.board.work_in(SUMMARY)
        if self.regions[0].folded:
            self.board.toggle(SUMMARY)
        self.summary.open_allergies()

    def _give_room(self, wanted: bool) -> None:
        """Give the note the whole room while an addendum is written."""
        if wanted != (self.board.maximised == NOTE):
            self.board.toggle(NOTE)
        self._show_state()

    def start_addendum(self) -> None:
        """Start an addendum, once the note is signed."""
        if self.note.signed is not None:
            self.note.view.start_addendum()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives a maximised region's room back."""
        if event.key() == Qt.Key.Key_Escape and self.board.restore():
            event.accept()
        else:
            super().keyPressEvent(event)

    def sign(self) -> None:
        """Sign what is written, or go to the first thing that stands in the way."""
        self.signer.sign()

    def preview(self) -> None:
        """Show what of this visit can be printed, what is still being written first."""
        draft = self.rx.as_written() if self.rx is not None else None
        self.ctx.papers.preview_visit(self.about.id, self.about.encounter, draft)

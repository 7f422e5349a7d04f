"""The consultation on one screen: summary, note, diagnoses and prescription of one visit, signed with one key.

Each region writes its own records; this page keeps the note's draft, shows what is new without touching what is being
typed, and leads from F12 through the review sheet to the signatures.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.notices import Choice
from ui.page import Page
from ui.pages.outpatient_parts import sign_check
from ui.pages.outpatient_parts.allergy_panel import AllergyPanel
from ui.pages.outpatient_parts.bottom_bar import BottomBar
from ui.pages.outpatient_parts.diagnoses_pane import DiagnosesPane
from ui.pages.outpatient_parts.draft_diff import DraftDiff
from ui.pages.outpatient_parts.note_region import NoteRegion
from ui.pages.outpatient_parts.prescriptions_view import PrescriptionsView
from ui.pages.outpatient_parts.pulls import pulls_of
from ui.pages.outpatient_parts.region import Region, RegionBoard
from ui.pages.outpatient_parts.signing import Act, Blocker, SignFlow
from ui.pages.outpatient_parts.summary_pane import SummaryPane
from ui.pages.outpatient_parts.vitals_row import VitalsRow
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import Journey, SyncBadge, Travelled
from ui.widgets.labels import label
from workstation.chart.summary import Summary
from workstation.core.clock import parse_instant
from workstation.core.drafts import Draft
from workstation.core.events import Changed, Level, Link, Notice
from workstation.core.i18n import _
from workstation.emr.model import NOTE_DRAFT, AddAddendum, AskSummary, AskVisit
from workstation.emr.rows import NoteRow, VisitRecord
from workstation.security.permissions import Permission

SUMMARY, NOTE, DIAGNOSES, PRESCRIPTION = 1, 2, 3, 4
ROWS: Final = (
    "Condition",
    "Observation",
    "AllergyIntolerance",
    "MedicationRequest",
    "Composition",
    "Encounter",
)


class OutpatientPage(Page):
    """See the module."""

    id = "outpatient"
    icon = "stethoscope"
    draft_kind = NOTE_DRAFT

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self._about = patient or PatientContext("", "")
        self.record: VisitRecord | None = None
        self._summary: Summary | None = None
        self._found: Draft | None = None
        self.allergies = AllergyPanel(self, self._about)
        self.summary = SummaryPane(self.allergies)
        self.note = NoteRegion(self, self._about)
        self.diagnoses = DiagnosesPane(self, self._about)
        self.vitals = VitalsRow(self, self._about)
        self.prescriptions = PrescriptionsView()
        self.flow = SignFlow(self)
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
            Region(PRESCRIPTION, _("Prescription"), "pill", self.prescriptions),
        )
        for widget in (self.kept, self.distance, self.kind):
            self.regions[1].add_to_header(widget)
        self.distance.hide()
        board = RegionBoard(self.regions, self._line)
        board.tight_changed.connect(self._show_vitals)
        return board

    def _show_vitals(self, _tight: bool = False) -> None:
        """Keep the row of vital signs out of the way where there is little room, unless something is typed in it."""
        room = not self.board.tight or self.board.maximised == DIAGNOSES
        self.vitals.setVisible(room or self.vitals.has_typing())

    def _connect(self) -> None:
        self.note.edited.connect(self._typed)
        self.note.kind_changed.connect(self._show_state)
        self.note.left.connect(self._leave_note)
        self.note.view.sign_addendum.connect(self._sign_addendum)
        self.vitals.edited.connect(self._typed)
        self.vitals.recorded.connect(self._vitals_recorded)
        self.drafts.kept.connect(self._show_kept)
        self.flow.signed.connect(self._signed)
        self.flow.refused.connect(self._refused)

    def title(self) -> str:
        """Give the page's name."""
        return _("Visit")

    # What is shown

    def load(self) -> None:
        """Ask for the summary and the visit."""
        self._ask()
        self.diagnoses.load()

    def refresh(self) -> None:
        """Ask again: rows only, never the text being typed."""
        self._ask()

    def _ask(self) -> None:
        about = self._about
        request = AskSummary(about.id, about.encounter)
        self.ctx.tasks.ask(self, "chart.summary", request, self._show_summary, latest="summary")
        if about.encounter:
            visit = AskVisit(about.id, about.encounter)
            self.ctx.tasks.ask(self, "emr.visit-record", visit, self._show_record, latest="record")
        else:
            self.note.setEnabled(False)
            text = _("This chart was opened without a visit. Register a visit to write here.")
            self.banners.show_notice("no-visit", Notice(text, Level.INFO))

    def _show_summary(self, summary: Summary) -> None:
        self._summary = summary
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
            self._signed_elsewhere(record.note)
        self.note.show_signed(record.note)
        self._pull()
        self._show_state()

    def _pull(self) -> None:
        self.note.editor.set_pulls(pulls_of(self._summary, self.record, self.ctx.clock.now()))

    def _line(self, number: int) -> str:
        """Give a folded region in one line."""
        if number == NOTE:
            return self.note.summary()
        if number == DIAGNOSES:
            return ", ".join(row.text for row in self.diagnoses.rows)
        if number == SUMMARY and self._summary is not None:
            running = sum(1 for m in self._summary.medicines if m.running)
            counts = (
                _("Medicines now: {count}", count=running),
                _("Problems: {count}", count=len(self._summary.problems)),
                _("Abnormal: {count}", count=len(self._summary.abnormal)),
            )
            return " · ".join(counts)
        return ""

    def _show_state(self) -> None:
        """Show what F12 signs and what stands in its way, and what kind of visit is written."""
        signed = self.note.signed
        self.kind.setText(_("First visit") if self.note.visit == "first" else _("Return visit"))
        self.kind.setVisible(signed is None)
        self.kept.setVisible(signed is None or self.note.view.is_writing())
        self.distance.setVisible(signed is not None)
        if signed is not None:
            self.distance.set(self._journey(signed))
        blocker = next(iter(self.blockers()), None)
        self.bar.show_state(self._sign_words(), blocker.text if blocker is not None else "")

    def _journey(self, note: NoteRow) -> Journey:
        state = note.travelled.state or "waiting"
        if state == "waiting" and self.ctx.desk.sync_state().link is Link.UNPAIRED:
            state = "local"
        return Journey(Travelled(state), at=parse_instant(note.travelled.at) if note.travelled.at else None)

    def _show_kept(self) -> None:
        when = self.ctx.clock.now().strftime("%H:%M:%S")
        self.kept.setText(_("Draft kept on this PC {time}", time=when) if self.dirty else "")

    def _turn_kind(self) -> None:
        self.note.visit = "first" if self.note.visit == "return" else "return"
        self._typed()

    # News

    def shows(self, changed: Changed) -> bool:
        """Say whether something of this patient changed that is shown here."""
        return changed.touches(*ROWS, patient=self._about.id)

    def on_changed(self, changed: Changed) -> None:
        """Show new rows at once: they never touch what is being typed."""
        if self.closed or not self.shows(changed):
            return
        if self.isVisible():
            self.refresh()
        else:
            self.stale = True

    def _signed_elsewhere(self, note: NoteRow) -> None:
        self._found = self.typed()
        text = _("The note of this visit was signed by {who}. Your text is kept as a draft.", who=note.author)
        choices = (
            Choice(_("Compare"), partial(self._compare_signed, note)),
            Choice(_("Let my text go"), self._let_go),
        )
        self.banners.show_notice("signed-elsewhere", Notice(text, Level.WARNING), choices)

    def _compare_signed(self, note: NoteRow) -> None:
        signed = {row.code: row.text for row in note.sections}
        DraftDiff(
            self.board,
            _("Signed note and your text"),
            signed,
            found_sections(self._found),
            self._as_addendum,
            self._kept,
        ).open()

    def _kept(self) -> None:
        """Leave everything as it is."""

    def _as_addendum(self) -> None:
        signed = {row.code: row.text for row in self.note.signed.sections} if self.note.signed else {}
        mine = found_sections(self._found)
        new = [
            text
            for code, text in mine.items()
            if text.strip() and text.strip() != signed.get(code, "").strip()
        ]
        self.note.view.start_addendum()
        self.note.view.addendum.setPlainText("\n".join(new))
        self.banners.remove("signed-elsewhere")

    def _let_go(self) -> None:
        self.banners.remove("signed-elsewhere")
        self._found = None
        self.committed()

    # Drafts

    def draft_body(self) -> dict[str, Any]:
        """Give everything typed, and a recovered draft that was not decided about yet."""
        body: dict[str, Any] = self.note.state() | {"vitals": self.vitals.typed()}
        if self._found is not None:
            body["undecided"] = self._found.body
        return body

    def restore_draft(self, draft: Draft) -> None:
        """Put what was typed back."""
        self.note.restore(draft.body)
        self.vitals.restore(draft.body.get("vitals", {}))
        self._pull()
        self._show_state()

    def _restore_found(self, draft: Draft) -> None:
        """Show a kept draft; one that does not fit what is on the screen is offered, never put over it."""
        if self.closed:
            return
        if self.note.signed is not None and not draft.body.get("addendum"):
            self._found = draft
            self._offer_found(draft, _("The note of this visit is signed. A draft of {time} was kept."))
        elif self.dirty or not self.note.editor.is_empty():
            self._found = draft
            self._offer_found(draft, _("A draft of {time} was found. It was not put over your text."))
        else:
            super()._restore_found(draft)
            if draft.recovered:
                self._announce_recovered(draft)

    def _announce_recovered(self, draft: Draft) -> None:
        text = _("Recovered after an interruption: the text as of {time}.", time=self._time_of(draft))
        choices = (Choice(_("Good"), self._seen), Choice(_("Start empty"), partial(self._start_empty, draft)))
        self.banners.show_notice("recovered", Notice(text, Level.INFO), choices)

    def _time_of(self, draft: Draft) -> str:
        return draft.saved_at.astimezone(self.ctx.clock.now().tzinfo).strftime("%m-%d %H:%M:%S")

    def _offer_found(self, draft: Draft, text: str) -> None:
        choices = (
            Choice(_("Compare"), partial(self._compare_found, draft)),
            Choice(_("Let it go"), self._forget_found),
        )
        notice = Notice(text.format(time=self._time_of(draft)), Level.WARNING)
        self.banners.show_notice("recovered", notice, choices)

    def _compare_found(self, draft: Draft) -> None:
        screen = self.note.editor.texts()
        if self.note.signed is not None:
            screen = {row.code: row.text for row in self.note.signed.sections}
        use = self._as_addendum if self.note.signed is not None else partial(self._use_found, draft)
        title = _("What is on the screen, and the draft of {time}", time=self._time_of(draft))
        DraftDiff(self.board, title, screen, found_sections(draft), use, self._kept).open()

    def _use_found(self, draft: Draft) -> None:
        before = self.typed()
        self._forget_found()
        self.restore_draft(draft)
        self.touched()
        if before is not None:
            self.ctx.notices.toast(_("Recovered text put in place"), undo=partial(self._put_back, before))

    def _forget_found(self) -> None:
        self._found = None
        self.banners.remove("recovered")
        if self.note.signed is not None:
            self.committed()

    def _start_empty(self, draft: Draft) -> None:
        self.banners.remove("recovered")
        self.note.restore({})
        self.vitals.restore({})
        self.committed()
        self._show_state()
        self.ctx.notices.toast(_("Recovered text let go"), undo=partial(self._put_back, draft))

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
        return found

    # Keys

    def page_actions(self) -> list[Action]:
        """Give what can be done in a consultation."""
        return [
            Action(
                "note.open",
                "Medical record",
                partial(self._go, NOTE),
                Permission.NOTE_WRITE,
                patient_bound=True,
            ),
            Action(
                "diagnosis.add",
                "Diagnosis",
                self._add_diagnosis,
                Permission.DIAGNOSIS_RECORD,
                patient_bound=True,
            ),
            Action("prescription.open", "Prescription", partial(self._go, PRESCRIPTION), patient_bound=True),
            Action("work.sign", "Sign", self.sign, Permission.NOTE_SIGN, patient_bound=True),
            Action(
                "vitals.enter",
                "Vital signs",
                self._enter_vitals,
                Permission.VITALS_RECORD,
                patient_bound=True,
            ),
            Action(
                "allergy.open",
                "Allergies",
                self._open_allergies,
                Permission.ALLERGY_RECORD,
                patient_bound=True,
            ),
            Action("note.template", "Template", self.note.open_picker, Permission.NOTE_WRITE, hint=False),
            Action(
                "note.copy-forward",
                "Copy the last note",
                self.note.copy_forward,
                Permission.NOTE_WRITE,
                hint=False,
            ),
            Action(
                "note.refresh-values",
                "Refresh values",
                self.note.refresh_pulls,
                Permission.NOTE_WRITE,
                hint=False,
            ),
            Action("note.addendum", "Addendum", self._start_addendum, Permission.NOTE_SIGN, hint=False),
        ]

    def focus_region(self, number: int) -> None:
        """Focus a region; the same key again gives it the whole room, and once more gives it back."""
        if not 1 <= number <= len(self.regions):
            return
        region = self.regions[number - 1]
        if self.board.maximised and self.board.maximised != number:
            self.board.restore()
        elif region.holds_focus() or region.folded:
            self.board.toggle(number)
        self._go(number)

    def _go(self, number: int) -> None:
        if self.board.maximised not in (0, number):
            self.board.restore()
        match number:
            case 1:
                self.summary.setFocus(Qt.FocusReason.ShortcutFocusReason)
            case 2:
                self.note.focus_writing()
            case 3:
                self.diagnoses.focus_entry()
            case 4:
                self.prescriptions.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _leave_note(self, forward: bool) -> None:
        self._go(DIAGNOSES if forward else SUMMARY)

    def _add_diagnosis(self) -> None:
        self._go(DIAGNOSES)

    def _enter_vitals(self) -> None:
        if self.board.maximised not in (0, DIAGNOSES):
            self.board.restore()
        if self.board.tight and not self.board.maximised:
            self.board.toggle(DIAGNOSES)
        self._show_vitals()
        self.vitals.focus_first()

    def _open_allergies(self) -> None:
        if self.board.maximised not in (0, SUMMARY):
            self.board.restore()
        if self.regions[0].folded:
            self.board.toggle(SUMMARY)
        self.summary.open_allergies()

    def _start_addendum(self) -> None:
        if self.note.signed is not None:
            self.note.view.start_addendum()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives a maximised region's room back."""
        if event.key() == Qt.Key.Key_Escape and self.board.restore():
            event.accept()
        else:
            super().keyPressEvent(event)

    # Signing

    def blockers(self) -> list[Blocker]:
        """Give what stands in the way of F12, the first thing first."""
        if not self._about.encounter:
            return [Blocker(_("This chart was opened without a visit."), NOTE)]
        if self.note.signed is not None:
            writing = self.note.view.is_writing()
            return [] if writing else [Blocker(_("The note is signed. Nothing new is written."), NOTE)]
        found = list(sign_check.note_blockers(self.note, self.diagnoses.rows))
        if self.vitals.has_typing():
            found.append(Blocker(_("Vital signs are typed but not recorded."), DIAGNOSES))
        return found

    def _sign_words(self) -> str:
        if self.note.signed is not None:
            return _("Sign the addendum for {name}", name=self._about.name)
        return _("Sign the note of {name}", name=self._about.name)

    def sign(self) -> None:
        """Go to the first thing that stands in the way, or show the review sheet."""
        blockers = self.blockers()
        if blockers:
            self._go_to(blockers[0])
            return
        if self.note.signed is not None:
            request = self.note.view.request()
            if request is not None:
                self._sign_addendum(request)
            return
        about = self._about
        acts = [Act("emr.sign-note", sign_check.note_request(self.note, about.id, about.encounter))]
        lines = sign_check.note_lines(self.note, self.diagnoses.rows)
        stale = self.note.editor.check_stale()
        warning = _("Changed since it was written: {names}", names=", ".join(stale)) if stale else ""
        title = _("Review before signing: {name}", name=about.name)
        self.flow.open(self.board, title, lines, self._sign_words(), acts, warning=warning)

    def _go_to(self, blocker: Blocker) -> None:
        self._go(blocker.region)
        if blocker.section:
            self.note.editor.focus_section(blocker.section)
        elif blocker.region == DIAGNOSES and self.vitals.has_typing() and self.diagnoses.rows:
            self.vitals.focus_first()

    def _sign_addendum(self, request: AddAddendum) -> None:
        name = self._about.name
        lines = [line for line in (request.original, request.text, request.reason) if line]
        title = _("Review before signing: {name}", name=name)
        words = _("Sign the addendum for {name}", name=name)
        self.flow.open(self.board, title, lines, words, [Act("emr.add-addendum", request)])

    def _signed(self, verbs: list[str]) -> None:
        if "emr.add-addendum" in verbs:
            self.note.view.stop_addendum()
        if "emr.sign-note" in verbs:
            self.note.editor.load({})
        self.committed()
        self.kept.setText("")
        self.refresh()

    def _refused(self, _verb: str, error: Exception) -> None:
        self.fail(error)
        self.refresh()


def found_sections(draft: Draft | None) -> dict[str, str]:
    """Give the sections of a kept draft."""
    note = draft.body.get("note", {}) if draft is not None else {}
    return {str(code): str(text) for code, text in dict(note.get("sections", {})).items()}

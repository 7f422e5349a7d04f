"""Registration: one form that searches while it is filled in, so that nobody is registered twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from ui.actions import Action
from ui.context import Context, PatientContext
from ui.pages.registration_parts.desk_work import DeskWork, changed_fields
from ui.pages.registration_parts.frame import RegistrationFrame
from ui.pages.registration_parts.sheets import NewbornSheet, UnknownSheet, patient_choices
from ui.widgets.code_search import Choice, Deliver
from ui.widgets.form_sheet import FormSheet
from ui.widgets.walking import EnterWalks
from workstation.core.drafts import Draft
from workstation.core.events import Changed
from workstation.core.i18n import _, n_
from workstation.queue.model import Places, VisitView
from workstation.registration.model import Answer, CandidateList, Candidates, Find, PatientView, Person
from workstation.security.permissions import Permission
from workstation.terminology.wording import Coded

REST_MS: Final = 150


class RegistrationPage(RegistrationFrame):
    """Who is this, are they here already, and where do they go."""

    id = "registration"
    icon = "user-plus"
    draft_kind = "registration"

    def __init__(
        self, ctx: Context, patient: PatientContext | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(ctx, patient, parent)
        self.known: PatientView | None = None
        self._departments: dict[str, Coded] = {}
        self._searching = False
        self._restoring: Draft | None = None
        self._last: QWidget | None = None
        self.work = DeskWork(self, self._show_known)
        self.walks = EnterWalks(self)
        self._make(self.walks)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._wire()
        self._follow()

    def title(self) -> str:
        """Give the page's name."""
        return _("Registration")

    def _wire(self) -> None:
        self.search.set_input_method(on=True)
        self.search.picked.connect(self._found)
        self.form.edited.connect(self._person_edited)
        self.visit.edited.connect(self._visit_edited)
        self.visit.department_chosen.connect(self._ask_places)
        self.candidates.used.connect(self._use_record)
        self.candidates.answered_one.connect(self._answered)
        self.candidates.left.connect(self._back_to_form)
        self.walks.down.connect(self._to_candidates)
        self._rest.timeout.connect(self._search)

    # Content

    def load(self) -> None:
        """Learn the lists of the site, then show again who was open."""
        desk = self.ctx.desk
        self.ctx.tasks.run(self, lambda: _lists(desk.knowledge), self._lists_known)
        if self.known is not None:
            self.work.open(self.known.id)

    def shows(self, changed: Changed) -> bool:
        """Follow the record that is open."""
        return self.known is not None and changed.touches("Patient", patient=self.known.id)

    def _lists_known(self, lists: tuple[tuple[Coded, ...], tuple[Coded, ...], tuple[Coded, ...]]) -> None:
        kinds, groups, departments = lists
        self._departments = {entry.code: entry for entry in departments}
        self.form.offer(kinds, groups)
        self.visit.offer(departments)

    def _show_known(self, view: PatientView) -> None:
        """Work with a record that exists."""
        self.known = view
        self.search.clear()
        self._rest.stop()
        self._searching = False
        self.candidates.clear()
        self.form.set_person(view.person, judged=bool(view.mismatches))
        if self._restoring is not None:
            self._put_back(self._restoring)
            self._restoring = None
        else:
            self._set_dirty(False)
        self._follow()
        self.visit.department.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_new(self) -> None:
        """Empty the form for the next patient; what was typed and not registered is gone only on purpose."""
        self.known = None
        self._rest.stop()
        self._searching = False
        self.candidates.clear()
        self.form.set_person(Person(), judged=False)
        self.visit.clear()
        self.search.clear()
        self.banners.remove("saved")
        self.committed()
        self._follow()
        self.form.number.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_again(self) -> None:
        """Start anew; typed text can be brought back by Undo."""
        body = self.draft_body() if self.dirty else None
        self.start_new()
        if body is not None:
            self.ctx.notices.toast(_("The form was emptied"), undo=partial(self._bring_back, body))

    def _bring_back(self, body: dict[str, Any]) -> None:
        key = self.draft_key()
        if key is not None:
            self.start_new()
            self.restore_draft(Draft(key, body, self.ctx.clock.now()))
            self.touched()

    # Searching

    def _find(self, text: str, deliver: Deliver) -> None:
        self.ctx.tasks.ask(
            self, "registration.find", Find(text), partial(patient_choices, deliver), latest="find"
        )

    def _found(self, choice: Choice) -> None:
        self.work.open(choice.key)

    def _use_record(self, patient: str) -> None:
        """Go on with a record that exists; what was typed can be brought back by Undo."""
        body = self.draft_body()
        self.work.open(patient)
        self.ctx.notices.toast(_("The stored record is shown"), undo=partial(self._bring_back, body))

    def show_patient(self, patient: PatientContext) -> None:
        """Show a registration; what was typed can be brought back by Undo."""
        if self.dirty:
            self._use_record(patient.id)
        else:
            self.work.open(patient.id)

    def _person_edited(self) -> None:
        self.touched()
        self._searching = True
        self._rest.start()
        self._follow()

    def _search(self) -> None:
        request = Candidates(self.form.person(), exclude=self.known.id if self.known is not None else "")
        self.ctx.tasks.ask(
            self, "registration.candidates", request, self._candidates_found, latest="candidates"
        )

    def _candidates_found(self, found: CandidateList) -> None:
        self._searching = self._rest.isActive()
        self.candidates.show_found(found)
        self._follow()

    def _to_candidates(self) -> None:
        focused = self.focusWidget()
        if self.candidates.take_focus():
            self._last = focused

    def _back_to_form(self) -> None:
        (self._last or self.form.number).setFocus(Qt.FocusReason.OtherFocusReason)

    def _answered(self) -> None:
        self.touched()
        self._follow()

    # Where to

    def _visit_edited(self) -> None:
        self.touched()
        self._follow()

    def _ask_places(self, department: str) -> None:
        self.ctx.tasks.ask(self, "queue.places", Places(department), self.visit.show_places, latest="places")

    # What is possible

    def blocker(self, enrol: bool) -> str:
        """Say what stands in the way first, or an empty text."""
        missing = self.form.blocker()
        if missing is not None:
            return missing[0]
        if self.known is not None and self.known.deceased:
            return _("This patient is recorded as deceased.") if enrol else ""
        open_ = self.candidates.unanswered()
        if self.known is None and open_:
            return n_(
                "Say of {count} candidate whether it is the same person.",
                "Say of {count} candidates whether they are the same person.",
                open_,
            )
        if self.known is None and self._searching:
            return _("Looking for the same person…")
        return _("The department is missing.") if enrol and not self.visit.code() else ""

    def _follow(self) -> None:
        """Let chip, buttons and reason follow what stands in the form."""
        person, hint = self.form.person(), self.hint
        self.visit.suit(person.sex, person.birth, self.ctx.clock.now().date())
        if self.known is None:
            self.status.set("note", _("New patient"))
            act, only = _("Register and enrol"), _("Register only")
        else:
            state = "not_checked" if self.known.deceased else "caution" if self.known.temporary else "done"
            self.status.set(state, f"{_('Registered')} {self.known.number}".strip())
            act = _("Enrol {name}", name=self.known.person.name)
            only = _("Keep the changes")
        for made, text, action in ((self.enrol, act, "work.sign"), (self.only, only, "registration.only")):
            key = hint(action)
            made.setText(f"{text}  {key}" if key else text)
            made.setAccessibleName(text)
        why = self.blocker(enrol=True)
        self.reason.setText(why)
        self.enrol.setEnabled(not why)
        self.only.setEnabled(self._can_save())

    def _can_save(self) -> bool:
        if self.blocker(enrol=False):
            return False
        return self.known is None or bool(changed_fields(self.known.person, self.form.person()))

    # Doing

    def save_and_enrol(self) -> None:
        """Register (or change) and enrol; without leave it goes to what is missing."""
        if self.blocker(enrol=True):
            self._go_to_blocker()
        else:
            self._save(self._enrol)

    def save_only(self) -> None:
        """Register or change without a visit."""
        if self.blocker(enrol=False):
            self._go_to_blocker()
        elif self._can_save():
            self._save(self._saved)

    def _go_to_blocker(self) -> None:
        missing = self.form.blocker()
        if missing is not None:
            missing[1].setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.candidates.unanswered() or not self.candidates.take_focus():
            self.visit.department.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self, then: Callable[[str], None]) -> None:
        if self.work.busy:
            return
        person, answers = self.form.person(), self.candidates.answers
        confirmed = self.form.confirm.isChecked()
        if self.known is None:
            self.work.register(person, answers, confirmed, then)
        else:
            self.work.update(self.known, person, answers, confirmed, then)

    def _saved(self, patient: str) -> None:
        self.committed()
        self.ctx.notices.toast(_("Registered on this PC: {name}", name=self.form.person().name))
        self.work.open(patient)

    def _enrol(self, patient: str) -> None:
        if self.known is None:
            self.known = PatientView(patient, "", self.form.person())
        self.work.enrol(self.visit.request(patient), self._enrolled)

    def _enrolled(self, view: VisitView) -> None:
        department = self._departments[self.visit.code()]
        text = _(
            "Ticket {ticket}: {name}, {department}, {count} before",
            ticket=view.row.ticket,
            name=view.row.name,
            department=department.name,
            count=view.ahead,
        )
        if self.print_ticket.isChecked():
            self.work.print_ticket(view, department)
        self.start_new()
        self.ctx.notices.toast(text, undo=partial(self.work.take_back, view.row.encounter))

    # Unknown and newborn

    def open_unknown(self) -> None:
        """Register somebody nobody can name."""
        self._open_sheet(UnknownSheet(self), "registration.register-unknown")

    def open_newborn(self) -> None:
        """Register a newborn; an open record of a woman is offered as the mother."""
        sheet = NewbornSheet(self, self.ctx.clock.now, self._find)
        if self.known is not None and self.known.person.sex == "female":
            sheet.set_mother(self.known.id, self.known.person.name)
        self._open_sheet(sheet, "registration.register-newborn")

    def _open_sheet(self, sheet: FormSheet, verb: str) -> None:
        sheet.accepted.connect(lambda request: self._send(sheet, verb, request))
        sheet.visibility_changed.connect(lambda shown: None if shown else sheet.deleteLater())
        sheet.open()

    def _send(self, sheet: FormSheet, verb: str, request: object) -> None:
        self.ctx.tasks.do(self, verb, request, partial(self._sheet_done, sheet), sheet.failed)

    def _sheet_done(self, sheet: FormSheet, changed: Changed) -> None:
        sheet.dismiss()
        self.start_new()
        if isinstance(sheet, UnknownSheet):
            self.visit.emergency.setChecked(True)
        if changed.primary is not None:
            self.work.open(changed.primary.id)

    # Drafts

    def draft_body(self) -> dict[str, Any]:
        """Give everything typed so far."""
        return {
            "person": asdict(self.form.person()),
            "visit": self.visit.body(),
            "known": self.known.id if self.known is not None else "",
            "answers": {id_: answer.value for id_, answer in self.candidates.answers.items()},
        }

    def restore_draft(self, draft: Draft) -> None:
        """Put everything back; a record that was open is read anew first."""
        if draft.body.get("known"):
            self._restoring = draft
            self.work.open(str(draft.body["known"]))
        else:
            self._put_back(draft)

    def _put_back(self, draft: Draft) -> None:
        self.form.set_person(Person(**draft.body["person"]), judged=False)
        self.visit.restore(draft.body["visit"])
        self.candidates.answers |= {id_: Answer(a) for id_, a in draft.body["answers"].items()}
        self._person_edited()

    # Keys

    def focus_region(self, number: int) -> None:
        """Focus the person, the candidates, the visit or the search."""
        stops: dict[int, QWidget] = {1: self.form.number, 3: self.visit.department, 4: self.search}
        if number == 2:
            self._to_candidates()
        elif number in stops:
            stops[number].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def page_actions(self) -> list[Action]:
        """Give what can be done here."""
        mine = Permission.PATIENT_REGISTER
        return [
            Action("patient.search", "Find a patient", partial(self.focus_region, 4), icon="search"),
            Action("patient.new", "New", self.start_again, mine, icon="user-plus"),
            Action("registration.unknown", "Unknown patient", self.open_unknown, mine),
            Action("registration.newborn", "Newborn", self.open_newborn, mine),
            Action(
                "registration.different",
                "Not the same person",
                self.candidates.mark_different,
                mine,
                self.candidates.in_hand,
                hint=False,
            ),
            Action("registration.only", "Register only", self.save_only, mine, self._can_save),
            Action("work.sign", "Register and enrol", self.save_and_enrol, Permission.QUEUE_ENROL),
        ]


def _lists(knowledge: Any) -> tuple[tuple[Coded, ...], tuple[Coded, ...], tuple[Coded, ...]]:
    """Read the coded lists off the main thread: the first read takes a moment."""
    return knowledge.document_types, knowledge.ethnic_groups, knowledge.departments

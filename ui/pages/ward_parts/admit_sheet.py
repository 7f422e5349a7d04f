"""Admitting, typed by hands alone: patient, bed, diagnosis, who is in charge. F12 admits, Esc admits nobody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit

from ui.context import Context
from ui.pages.registration_parts.sheets import patient_choices
from ui.pages.ward_parts.stay_lines import moment_text
from ui.pages.ward_parts.stay_sheet import StaySheet
from ui.widgets.code_search import ROWS, Choice, CodeLineEdit, Deliver
from ui.widgets.labels import label
from ui.widgets.walking import Radios
from workstation.core.i18n import _
from workstation.emr.model import SearchDiagnoses
from workstation.inpatient.model import Admit, AskVisits, Source
from workstation.inpatient.rows import Coming, VisitChoice
from workstation.registration.model import Find
from workstation.security.permissions import Permission


@dataclass(frozen=True, slots=True)
class Whom:
    """The patient who is to be admitted, and the outpatient visit in front, where there is one."""

    patient: str
    name: str
    visit: str = ""


class AdmitSheet(StaySheet):
    """Use: connect `accepted`, which gives an `Admit`; `bed` picks one beforehand."""

    def __init__(self, ctx: Context, whom: Whom | None = None, ward: str = "", bed: str = "") -> None:
        explain = _("The stay begins now. Down shows the list of a field, Enter goes on.")
        super().__init__(ctx, _("Admit a patient"), explain, _("Admit"), ward)
        self.whom, self._wanted_bed = whom, bed
        self.visit: VisitChoice | None = None
        self._diagnoses_typed = False
        self.patient = CodeLineEdit(_("Patient"), self._find_patient, digits_pick=False)
        self.patient.set_input_method(on=True)
        self.patient.picked.connect(self._patient_picked)
        self.patient.textEdited.connect(self._forget_patient)
        self.coming = label("", "label", color="text2", wrap=True)
        self.diagnosis = CodeLineEdit(_("Admission diagnosis"), self._find_diagnosis, digits_pick=False)
        self.diagnosis.set_input_method(on=True)
        self.diagnosis.textEdited.connect(self._diagnosis_edited)
        self.diagnosis.picked.connect(lambda _choice: self.go_on())
        self.source = Radios(_("Comes from"), [(code.value, source_text(code)) for code in Source])
        self.source.set_value(Source.OTHER.value)
        self.wristband = QCheckBox(_("Print the wristband"))
        self.wristband.setChecked(True)
        self._lay_out()
        self.ask_beds()
        if whom is not None:
            self.patient.setText(whom.name)
            self.patient.setReadOnly(True)
            self._ask_coming(whom)

    def _lay_out(self) -> None:
        self.form.field(_("Patient"), self.patient)
        self.form.addRow("", self.coming)
        self.form.field(_("Bed"), self.bed)
        self.form.field(_("Admission diagnosis"), self.diagnosis)
        self.form.field(_("Doctor in charge"), self.doctor)
        self.form.field(_("Primary nurse"), self.nurse)
        self.form.field(_("Comes from"), self.source)
        self.form.addRow("", self.wristband)
        self.coming.hide()
        first = () if self.whom is not None else (self.patient,)
        self.walk(
            *first,
            self.bed,
            self.diagnosis,
            self.doctor,
            self.nurse,
            *self.source.buttons.values(),
            self.wristband,
        )

    # Patient

    def _find_patient(self, text: str, deliver: Deliver) -> None:
        self.ctx.tasks.ask(
            self, "registration.find", Find(text, ROWS), partial(patient_choices, deliver), latest="find"
        )

    def _patient_picked(self, choice: Choice) -> None:
        self.whom = Whom(choice.key, choice.title)
        self._ask_coming(self.whom)
        self.go_on()

    def _forget_patient(self, _text: str) -> None:
        self.whom, self.visit = None, None
        self.coming.hide()

    def _ask_coming(self, whom: Whom) -> None:
        self.ctx.tasks.ask(
            self,
            "inpatient.coming",
            AskVisits(whom.patient),
            self._coming_known,
            self.failed,
            latest="coming",
        )

    def _coming_known(self, coming: Coming) -> None:
        """Take over from the visit in front, else from the latest open one; say so, or say what stands in the way."""
        wanted = self.whom.visit if self.whom is not None else ""
        self.visit = next((v for v in coming.visits if v.encounter == wanted), None) or next(
            iter(coming.visits), None
        )
        now = self.ctx.clock.now()
        if coming.place.encounter:
            bed = _("Bed {number}", number=coming.place.bed)
            self.refuse(_("Admitted already: {ward} {bed}.", ward=coming.place.ward_name, bed=bed))
        elif self.visit is not None:
            when = moment_text(self.visit.began, now)
            text = _("From the visit of {when}, {place}", when=when, place=self.visit.department)
            named = "、".join(self.visit.diagnoses)
            self.coming.setText(f"{text}: {named}" if named else text)
            self.source.set_value((Source.EMERGENCY if self.visit.emergency else Source.OUTPATIENT).value)
            if self.visit.diagnoses and not self._diagnoses_typed:
                self.diagnosis.setText(self.visit.diagnoses[0])
        self.coming.setVisible(self.visit is not None)

    # Diagnosis, people

    def _find_diagnosis(self, text: str, deliver: Deliver) -> None:
        actor = self.ctx.desk.actor
        if actor is None or not actor.may(Permission.KNOWLEDGE_READ):
            return

        def take(rows: Any) -> None:
            deliver([Choice(row.code, row.name, right=row.code) for row in rows], len(rows))

        request = SearchDiagnoses(text, limit=ROWS)
        self.ctx.tasks.ask(self, "emr.search-diagnoses", request, take, latest="diagnosis")

    def _diagnosis_edited(self, _text: str) -> None:
        self._diagnoses_typed = True

    def _beds_known(self, beds: Any) -> None:
        super()._beds_known(beds)
        if self._wanted_bed:
            self.choose_bed(self._wanted_bed)

    def staff_known(self) -> None:
        """A doctor who admits is in charge, where they work on this ward."""
        actor = self.ctx.desk.actor
        if actor is not None and actor.may(Permission.ORDER_WRITE) and not self.doctor.text():
            self.doctor.set_value(actor.practitioner)

    # Doing

    def first_field(self) -> QLineEdit:
        """Give the field hands begin in."""
        return self.bed if self.whom is not None else self.patient

    def first_focus(self) -> QLineEdit:
        """Begin where something is missing."""
        return self.first_field()

    def request(self) -> Admit | str:
        """Give the request, or what is missing."""
        if self.whom is None:
            return _("Choose the patient from the list.")
        if not self.bed.value():
            return _("Choose a free bed from the list.")
        if not self.diagnosis.text().strip():
            return _("Give the admission diagnosis.")
        unclear = self.missing((self.doctor, self.nurse))
        if unclear:
            return unclear
        return Admit(
            self.bed.value(),
            self.visit.encounter if self.visit is not None else "",
            self.whom.patient,
            self.doctor.value(),
            self.nurse.value(),
            self.source.value(),
            self.diagnosis.text().strip(),
        )


def source_text(source: Source) -> str:
    """Say where a patient comes from."""
    return {
        Source.OUTPATIENT: _("Outpatient clinic"),
        Source.EMERGENCY: _("Emergency"),
        Source.OTHER: _("Elsewhere"),
    }[source]

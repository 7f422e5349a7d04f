"""Moving to another bed, or with a reason to another ward; and naming who is in charge."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QLineEdit, QWidget

from ui.context import Context
from ui.pages.ward_parts.stay_sheet import StaySheet, show_staff
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.inpatient.model import Assign, Transfer
from workstation.inpatient.rows import StaffView


@dataclass(frozen=True, slots=True)
class Subject:
    """The stay a sheet is about, as it is on the screen that opened it."""

    encounter: str
    patient: str
    name: str
    ward: str
    ward_name: str
    bed: str
    doctor: str = ""
    nurse: str = ""

    def place(self) -> str:
        """Say where the patient lies."""
        bed = _("Bed {number}", number=self.bed) if self.bed else _("Without a bed")
        return f"{self.ward_name} {bed}".strip()


class TransferSheet(StaySheet):
    """Use: connect `accepted`, which gives a `Transfer`."""

    def __init__(self, ctx: Context, subject: Subject) -> None:
        title = _("Transfer {name}", name=subject.name)
        super().__init__(ctx, title, _("Now: {place}", place=subject.place()), title, subject.ward)
        self.subject = subject
        self.reason = QLineEdit()
        self.note = label("", "label", color="text2", wrap=True)
        self.form.field(_("Bed"), self.bed)
        self.form.addRow("", self.note)
        self._rows = [
            (self.form.field(_("Reason"), self.reason), self.reason),
            (self.form.field(_("Doctor in charge"), self.doctor), self.doctor),
            (self.form.field(_("Primary nurse"), self.nurse), self.nurse),
        ]
        self.walk(self.bed, self.reason, self.doctor, self.nurse)
        self._show_rows(False)
        self.ask_beds()

    def first_focus(self) -> QWidget | None:
        """Begin with the bed."""
        return self.bed

    def other_ward(self) -> bool:
        """Say whether the bed that is picked is on another ward."""
        bed = self.chosen_bed()
        return bed is not None and bed.ward != self.subject.ward

    def bed_chosen(self) -> None:
        """Ask for the reason and the people where the ward changes."""
        self._show_rows(self.other_ward())
        if self.other_ward():
            super().bed_chosen()

    def _show_rows(self, shown: bool) -> None:
        self.note.setText(
            _("Another ward: the long-term orders stay as they are until a doctor reviews them.")
        )
        self.note.setVisible(shown)
        for caption, field in self._rows:
            caption.setVisible(shown)
            field.setVisible(shown)

    def request(self) -> Transfer | str:
        """Give the request, or what is missing."""
        if not self.bed.value():
            return _("Choose a free bed from the list.")
        if self.other_ward() and not self.reason.text().strip():
            return _("Give the reason for moving to another ward.")
        unclear = self.missing((self.doctor, self.nurse))
        if unclear:
            return unclear
        return Transfer(
            self.subject.encounter,
            self.bed.value(),
            self.reason.text().strip(),
            self.doctor.value(),
            self.nurse.value(),
        )


class AssignSheet(StaySheet):
    """Use: connect `accepted`, which gives an `Assign`."""

    def __init__(self, ctx: Context, subject: Subject) -> None:
        title = _("In charge of {name}", name=subject.name)
        super().__init__(ctx, title, subject.place(), _("Put in charge"), subject.ward)
        self.subject = subject
        self.form.field(_("Doctor in charge"), self.doctor)
        self.form.field(_("Primary nurse"), self.nurse)
        self.walk(self.doctor, self.nurse)
        self.ask_staff(subject.ward, self._fill)

    def first_focus(self) -> QWidget | None:
        """Begin with the doctor."""
        return self.doctor

    def _fill(self, staff: StaffView) -> None:
        show_staff(staff, self.doctor, self.nurse)
        for field, name in ((self.doctor, self.subject.doctor), (self.nurse, self.subject.nurse)):
            field.set_value(next((option.id for option in field.options() if option.title == name), ""))

    def request(self) -> Assign | str:
        """Give the request: only what was changed is sent."""
        unclear = self.missing((self.doctor, self.nurse))
        if unclear:
            return unclear
        return Assign(
            self.subject.encounter,
            self.doctor.value() if self.doctor.text() != self.subject.doctor else None,
            self.nurse.value() if self.nurse.text() != self.subject.nurse else None,
        )

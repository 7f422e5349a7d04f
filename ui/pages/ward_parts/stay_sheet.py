"""What the sheets of a stay share: a bed that is free, who is in charge there, and fields that follow one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ui.context import Context
from ui.pages.ward_parts.pick_field import Option, PickField, person_option
from ui.widgets.form_sheet import FormSheet
from workstation.core.i18n import _, pick
from workstation.inpatient.model import AskBeds, AskStaff
from workstation.inpatient.rows import BedChoice, StaffView
from workstation.security.permissions import roles


class StaySheet(FormSheet):
    """A sheet that asks the desk what it offers. `first_ward` is the ward whose beds come first."""

    def __init__(self, ctx: Context, title: str, explain: str, act: str, first_ward: str = "") -> None:
        super().__init__(ctx.notices.sheet_host(), title, explain, act)
        self.ctx, self._first_ward = ctx, first_ward
        self.beds: tuple[BedChoice, ...] = ()
        self.bed = PickField(_("Bed"), self.go_on)
        self.doctor = PickField(_("Doctor in charge"), self.go_on)
        self.nurse = PickField(_("Primary nurse"), self.go_on)
        self.bed.picked.connect(lambda _choice: self.bed_chosen())
        self.walks.down.connect(self._show_all)
        self._staff_of = ""

    def go_on(self) -> None:
        """Go to the next field once a choice is made; the key that made it has been used up."""
        QTimer.singleShot(0, self, self._next_field)

    def _next_field(self) -> None:
        here = QApplication.focusWidget()
        if here is not None and self.isAncestorOf(here):
            self.focusNextPrevChild(True)

    def _show_all(self) -> None:
        here = QApplication.focusWidget()
        if isinstance(here, PickField):
            here.show_all()

    # Beds

    def ask_beds(self) -> None:
        """Ask which beds are free."""
        self.ctx.tasks.ask(self, "inpatient.beds", AskBeds(), self._beds_known, self.failed)

    def _beds_known(self, beds: tuple[BedChoice, ...]) -> None:
        self.beds = tuple(sorted(beds, key=lambda bed: bed.ward != self._first_ward))
        self.bed.set_options([bed_option(bed) for bed in self.beds])

    def chosen_bed(self) -> BedChoice | None:
        """Give the bed that is picked."""
        return next((bed for bed in self.beds if bed.id == self.bed.value()), None)

    def choose_bed(self, bed: str) -> None:
        """Pick a bed, as soon as it is known to be free."""
        self.bed.set_value(bed)
        self.bed_chosen()

    def bed_chosen(self) -> None:
        """Ask who can be in charge where the bed is."""
        bed = self.chosen_bed()
        if bed is not None and bed.ward != self._staff_of:
            self._staff_of = bed.ward
            self.ask_staff(bed.ward, self._staff_known)

    def ask_staff(self, ward: str, then: Callable[[StaffView], None]) -> None:
        """Ask who works on a ward."""
        self.ctx.tasks.ask(self, "inpatient.staff", AskStaff(ward), then, self.failed)

    def _staff_known(self, staff: StaffView) -> None:
        show_staff(staff, self.doctor, self.nurse)
        self.staff_known()

    def staff_known(self) -> None:
        """Fill in who is usually in charge; nobody, unless a sheet knows better."""

    def missing(self, fields: Sequence[PickField]) -> str:
        """Say which field holds something that picks nothing; empty where all are well."""
        bad = next((field for field in fields if field.unclear()), None)
        return _("Pick “{field}” from its list, or empty it.", field=bad.accessibleName()) if bad else ""

    def dismiss(self) -> None:
        """Close for good."""
        super().dismiss()
        self.deleteLater()


def bed_option(bed: BedChoice) -> Option:
    """Give a free bed as an option, found by its number or its ward."""
    title = f"{bed.ward_name} {_('Bed {number}', number=bed.number)}"
    return Option(bed.id, title, bed.room, (bed.number,))


def show_staff(staff: StaffView, doctor: PickField, nurse: PickField) -> None:
    """Offer doctors and nurses, each with the role."""
    known = roles()
    for field, rows in ((doctor, staff.doctors), (nurse, staff.nurses)):
        named = [(row, known.get(row.role)) for row in rows]
        field.set_options(
            [person_option(row.id, row.name, pick(role.zh, role.en) if role else "") for row, role in named]
        )

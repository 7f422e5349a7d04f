"""Where the patient goes: department, doctor, room, who pays, and whether they go first."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from ui.pages.queue_parts.words import fee_text, priority_text
from ui.pages.registration_parts.fields import Cells, choose, chosen, combo
from ui.widgets.code_search import Choice, CodeLineEdit, Deliver
from ui.widgets.labels import label
from ui.widgets.walking import EnterWalks
from workstation.chart.people import age_years
from workstation.core.i18n import _
from workstation.queue.model import Enrol, FeeType, Place, PlacesView, Priority
from workstation.terminology.wording import Coded

FIRST_FROM_YEARS = 80


class VisitForm(QWidget):
    """Gives an `Enrol`. `edited` follows every change by hand; `department_chosen` asks for doctors and rooms."""

    edited = Signal()
    department_chosen = Signal(str)

    def __init__(self, walks: EnterWalks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._departments: dict[str, Coded] = {}
        self._code = ""
        self._suggested = Priority.NONE
        self.department = CodeLineEdit(_("Department"), self._offer)
        self.doctor = combo(_("Doctor"), [("", _("Any doctor"))])
        self.room = combo(_("Room"), [("", _("Any room"))])
        self.fee = combo(_("Who pays"), [(fee.value, fee_text(fee.value)) for fee in FeeType])
        priorities = [(p.value, priority_text(p.value) or _("Waits in turn")) for p in Priority]
        self.priority = combo(_("Goes first"), priorities)
        self.emergency = QCheckBox(_("Emergency"))
        self.complaint = QLineEdit()
        self.waiting = label("", "label", color="text2")
        self.caution = label("", "label", color="text2")
        self._lay_out()
        walks.watch(*self.fields())
        self._wire()

    def _lay_out(self) -> None:
        cells = Cells()
        head = cells.put(0, 0, _("Department"), self.department)
        head.addWidget(self.caution)
        head.addWidget(self.waiting)
        cells.put(0, 1, _("Doctor and room"), self.doctor, self.room)
        cells.put(1, 0, _("Who pays"), self.fee)
        cells.put(1, 1, _("Goes first"), self.priority, self.emergency)
        cells.put(2, 0, _("Reason for the visit"), self.complaint, span=2)
        self.setLayout(cells)

    def fields(self) -> list[QWidget]:
        """Give every field in reading order."""
        return [
            self.department,
            self.doctor,
            self.room,
            self.fee,
            self.priority,
            self.emergency,
            self.complaint,
        ]

    def _wire(self) -> None:
        self.department.picked.connect(self._picked)
        self.department.textEdited.connect(self._department_edited)
        self.department.editingFinished.connect(self._complete)
        for made in (self.doctor, self.room, self.fee, self.priority):
            made.activated.connect(self._edited)
        self.emergency.clicked.connect(self._edited)
        self.complaint.textEdited.connect(self._edited)

    def _edited(self, *_args: Any) -> None:
        self.edited.emit()

    # Departments

    def offer(self, departments: tuple[Coded, ...]) -> None:
        """Take the departments of the site's knowledge."""
        self._departments = {entry.code: entry for entry in departments}

    def _matching(self, text: str) -> list[Coded]:
        wanted = text.strip().casefold()
        return [
            entry
            for entry in self._departments.values()
            if wanted
            and (
                entry.initials.casefold().startswith(wanted)
                or wanted in entry.name_zh
                or entry.name_en.casefold().startswith(wanted)
            )
        ]

    def _offer(self, text: str, deliver: Deliver) -> None:
        found = self._matching(text)
        deliver([Choice(entry.code, entry.name) for entry in found[:9]], len(found))

    def _picked(self, choice: Choice) -> None:
        self.set_department(choice.key)
        self.edited.emit()

    def _department_edited(self, _text: str) -> None:
        self._code = ""
        self.waiting.setText("")
        self.edited.emit()

    def _complete(self) -> None:
        """Take what was typed when it names one department only, so that leaving the field loses nothing."""
        found = self._matching(self.department.text())
        if not self._code and len(found) == 1:
            self.set_department(found[0].code)
            self.edited.emit()

    def set_department(self, code: str) -> None:
        """Choose a department."""
        entry = self._departments.get(code)
        self._code = entry.code if entry is not None else ""
        self.department.setText(entry.name if entry is not None else "")
        for made in (self.doctor, self.room):
            while made.count() > 1:
                made.removeItem(1)
        self.waiting.setText("")
        if self._code:
            self.department_chosen.emit(self._code)

    def code(self) -> str:
        """Give the chosen department."""
        return self._code

    def name(self) -> str:
        """Give its name."""
        entry = self._departments.get(self._code)
        return entry.name if entry is not None else ""

    def show_places(self, view: PlacesView) -> None:
        """Offer doctors and rooms with how many wait for each; what was chosen stays where it still is."""
        for made, places in ((self.doctor, view.doctors), (self.room, view.rooms)):
            before = chosen(made)
            while made.count() > 1:
                made.removeItem(1)
            for place in places:
                made.addItem(_place_text(place), place.id)
            choose(made, before if made.findData(before) >= 0 else "")
        self.waiting.setText(_("{count} waiting", count=view.waiting))

    # For whom

    def suit(self, sex: str, birth: str, today: date) -> None:
        """Suggest priority by age, and say when a department is meant for others."""
        years = age_years(birth, today)
        suggested = Priority.OVER_80 if years is not None and years >= FIRST_FROM_YEARS else Priority.NONE
        if suggested is not self._suggested and chosen(self.priority) in ("", self._suggested.value):
            choose(self.priority, suggested.value)
        self._suggested = suggested
        entry = self._departments.get(self._code)
        self.caution.setText(_unsuitable(entry, sex, years) if entry is not None else "")

    # What was chosen

    def request(self, patient: str) -> Enrol:
        """Give the enrolment of a patient."""
        return Enrol(
            patient,
            self._code,
            doctor=chosen(self.doctor),
            room=chosen(self.room),
            fee_type=FeeType(chosen(self.fee) or FeeType.SELF),
            priority=Priority(chosen(self.priority)),
            emergency=self.emergency.isChecked(),
            complaint=self.complaint.text().strip(),
        )

    def clear(self) -> None:
        """Make ready for the next patient; the department stays, because a counter mostly serves few."""
        code = self._code
        for made in (self.doctor, self.room, self.priority):
            choose(made, "")
        choose(self.fee, FeeType.SELF.value)
        self.emergency.setChecked(False)
        self.complaint.clear()
        self._suggested = Priority.NONE
        self.caution.setText("")
        self.set_department(code)

    def body(self) -> dict[str, Any]:
        """Give what stands here as a draft."""
        request = self.request("")
        return {
            "department": request.department,
            "fee": request.fee_type.value,
            "priority": request.priority.value,
            "emergency": request.emergency,
            "complaint": request.complaint,
        }

    def restore(self, body: dict[str, Any]) -> None:
        """Put a draft back."""
        self.set_department(str(body.get("department", "")))
        choose(self.fee, str(body.get("fee", "")) or FeeType.SELF.value)
        choose(self.priority, str(body.get("priority", "")))
        self.emergency.setChecked(bool(body.get("emergency")))
        self.complaint.setText(str(body.get("complaint", "")))


def _place_text(place: Place) -> str:
    return f"{place.name} · {place.waiting}" if place.waiting else place.name


def _unsuitable(department: Coded, sex: str, years: int | None) -> str:
    wanted, oldest = department.get("sex"), department.get("max_age_years")
    if wanted and sex in ("male", "female") and sex != wanted:
        return _("Not usual for this sex")
    if oldest and years is not None and years > int(oldest):
        return _("Not usual for this age")
    return ""

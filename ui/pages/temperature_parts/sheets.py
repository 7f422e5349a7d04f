"""Two forms of the chart: a wrong value corrected, an operation or delivery noted or taken back."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from ui.context import PatientContext
from ui.pages.temperature_parts.takings import named, when
from ui.pages.vitals_parts.head import TimeEdit
from ui.widgets.fields import DateEdit
from ui.widgets.form_sheet import FormSheet
from ui.widgets.input_method import set_input_method
from workstation.chart.temperature import Event, EventKind
from workstation.core.clock import instant
from workstation.core.i18n import _
from workstation.vitals.model import AddEvent, Correct, EventName, RemoveEvent, TakingRow

EVENT_NAMES = {EventKind.SURGERY: "Operation", EventKind.DELIVERY: "Delivery"}


class CorrectSheet(FormSheet):
    """Which value of a taking is wrong, what is right, and why. The same unusual value typed twice is taken."""

    def __init__(self, host: QWidget, patient: str, row: TakingRow, now: datetime) -> None:
        super().__init__(
            host,
            _("Correct a value of {time}", time=when(row, now)),
            _(
                "The wrong value stays on record with its reason. Leave the new value empty to only take it back."
            ),
            _("Correct"),
        )
        self._patient, self._row = patient, row
        self._asked = ""
        self.which = QComboBox()
        for reading in row.readings:
            self.which.addItem(named(reading), reading.id)
        self.value = QLineEdit()
        set_input_method(self.value, on=False)
        self.reason = QLineEdit()
        self.form.field(_("Wrong value"), self.which)
        self.form.field(_("Right value"), self.value)
        self.form.field(_("Reason"), self.reason)
        self.walk(self.which, self.value, self.reason)

    def first_focus(self) -> QWidget | None:
        """Start with the value where there is only one to correct."""
        return self.value if len(self._row.readings) == 1 else self.which

    def request(self) -> object | str:
        """Give the correction."""
        if not self.reason.text().strip():
            return _("Give the reason. Nothing was changed yet.")
        value = self.value.text().strip()
        again = bool(value) and value == self._asked
        self._asked = value
        return Correct(self._patient, str(self.which.currentData()), self.reason.text(), value, again)


class EventSheet(FormSheet):
    """An operation or delivery with its time, or one of those noted to take back."""

    def __init__(
        self, host: QWidget, patient: PatientContext, events: tuple[Event, ...], now: datetime
    ) -> None:
        super().__init__(
            host,
            _("Operation or delivery"),
            _("Admission, transfer and discharge stand on the chart by themselves."),
            _("Record"),
        )
        self._patient, self._now = patient, now
        self.kind = QComboBox()
        for kind, name in EVENT_NAMES.items():
            self.kind.addItem(_(name), kind.value)
        for event in events:
            if event.id and event.kind in EVENT_NAMES:
                what = _(EVENT_NAMES[EventKind(event.kind)])
                self.kind.addItem(_("take back: {what}", what=f"{what} {_written(event.at)}"), event.id)
        self.day = DateEdit(_("Date"), now.date, past=True)
        self.day.set_value(now.date())
        self.time = TimeEdit(_("Time (24 h)"))
        self.reason = QLineEdit()
        self.form.field(_("What"), self.kind)
        self.form.field(_("Date"), self.day)
        self.form.field(_("Time (24 h)"), self.time)
        self.form.field(_("Reason for taking it back"), self.reason)
        self.walk(self.kind, self.day, self.time, self.reason)
        self.kind.currentIndexChanged.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        adding = self._adding()
        for field, shown in ((self.day, adding), (self.time, adding), (self.reason, not adding)):
            self.form.setRowVisible(field, shown)

    def _adding(self) -> bool:
        return self.kind.currentIndex() < len(EVENT_NAMES)

    def first_focus(self) -> QWidget | None:
        """Start with what it was."""
        return self.kind

    def request(self) -> object | str:
        """Give what is to be noted or taken back."""
        code = str(self.kind.currentData())
        if not self._adding():
            if not self.reason.text().strip():
                return _("Give the reason. Nothing was changed yet.")
            return RemoveEvent(self._patient.id, code, self.reason.text())
        day: date | None = self.day.value()
        if day is None or self.time.invalid():
            return _("This is no day or no time.")
        chosen = self.time.value() or self._now.time()
        at = datetime.combine(day, chosen, self._now.tzinfo).replace(second=0, microsecond=0)
        kind: EventName = "surgery" if code == EventKind.SURGERY.value else "delivery"
        return AddEvent(self._patient.id, self._patient.encounter, kind, instant(at))


def _written(stamp: str) -> str:
    return stamp[:16].replace("T", " ")

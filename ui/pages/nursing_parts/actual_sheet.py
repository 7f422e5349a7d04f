"""What really happened: when a dose was given although its order does not stand, how much of it, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from ui.widgets.fields import half_width, parse_number
from ui.widgets.form_sheet import FormSheet
from ui.widgets.input_method import set_input_method
from workstation.core.clock import instant
from workstation.core.i18n import _
from workstation.nursing.model import ActualDose, RecordActual
from workstation.nursing.rows import Line, ReasonRow
from workstation.terminology.doses import plain


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sheet is about: one planned dose of one patient, named by `who`, with its lines."""

    slot: str
    encounter: str
    who: str
    lines: tuple[Line, ...]


class ActualSheet(FormSheet):
    """Asks for time, reason and amounts; an amount left empty is the one ordered."""

    def __init__(self, host: QWidget, asked: Asked, reasons: Sequence[ReasonRow], now: datetime) -> None:
        said = _(
            "Record a dose that was given, whatever became of its order. The order itself is not changed."
        )
        super().__init__(host, _("What really happened"), f"{asked.who}\n{said}", _("Record"))
        self._asked, self._now, self._lines = asked, now, asked.lines
        self.time = QLineEdit(f"{now:%H:%M}")
        set_input_method(self.time, on=False)
        self.reason = QComboBox()
        for row in reasons:
            self.reason.addItem(row.text, row.code)
        self.words = QLineEdit()
        self.amounts = [QLineEdit() for _line in self._lines]
        self.form.field(_("Time given"), self.time)
        self.form.field(_("Reason"), self.reason)
        self.form.field(_("In words"), self.words)
        for line, field in zip(self._lines, self.amounts, strict=True):
            field.setAccessibleName(_("Amount of {drug}", drug=line.name))
            field.setPlaceholderText(_("as ordered: {dose}", dose=plain(line.dose)))
            set_input_method(field, on=False)
            self.form.field(line.name, field)
        self.walk(self.time, self.reason, self.words, *self.amounts)

    def request(self) -> object | str:
        """Give the request, or what is missing."""
        at = self._at()
        if at is None:
            return _("Type the time as 24 hours, for example 14:05, for another day 03-16 14:05.")
        if at > self._now:
            return _("This moment lies ahead: nothing can be recorded before it happened.")
        doses = []
        for line, field in zip(self._lines, self.amounts, strict=True):
            amount = parse_number(field.text()) if field.text().strip() else None
            if field.text().strip() and not amount:
                return _("The amount given must be a number above zero.")
            if amount:
                doses.append(ActualDose(line.order, f"{amount:f}"))
        reason = str(self.reason.currentData() or "")
        return RecordActual(
            self._asked.slot,
            self._asked.encounter,
            instant(at),
            reason,
            self.words.text().strip(),
            tuple(doses),
        )

    def _at(self) -> datetime | None:
        """Read `HH:MM` or `HHMM` of today, with `MM-DD` before it of that day of the last year."""
        text = half_width(self.time.text()).replace("：", ":").strip()
        found = re.fullmatch(r"(?:(\d{1,2})-(\d{1,2})\s+)?(\d{1,2}):?(\d{2})", text)
        if found is None:
            return None
        month, day, hour, minute = found.groups()
        try:
            moment = self._now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
            if month is None:
                return moment
            moment = moment.replace(month=int(month), day=int(day))
            return moment if moment <= self._now else moment.replace(year=moment.year - 1)
        except ValueError:
            return None

"""What really happened: when a dose was given although its order does not stand, how much of it, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from ui.widgets.fields import half_width, parse_number
from ui.widgets.form_sheet import FormSheet
from ui.widgets.input_method import set_input_method
from workstation.core.clock import instant
from workstation.core.i18n import _
from workstation.nursing.model import ActualDose, RecordActual
from workstation.nursing.rows import Line, ReasonRow
from workstation.terminology.doses import plain


class ActualSheet(FormSheet):
    """Asks for time, reason and amounts; an amount left empty is the one ordered."""

    def __init__(
        self,
        host: QWidget,
        slot: str,
        encounter: str,
        lines: Sequence[Line],
        reasons: Sequence[ReasonRow],
        now: datetime,
    ) -> None:
        super().__init__(
            host,
            _("What really happened"),
            _("Record a dose that was given, whatever became of its order. The order itself is not changed."),
            _("Record"),
        )
        self._slot, self._encounter, self._now, self._lines = slot, encounter, now, tuple(lines)
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
            return _("Type the time as 24 hours, for example 14:05.")
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
            self._slot, self._encounter, instant(at), reason, self.words.text().strip(), tuple(doses)
        )

    def _at(self) -> datetime | None:
        """Read `HH:MM` or `HHMM` of today."""
        found = re.fullmatch(r"(\d{1,2})[:：]?(\d{2})", half_width(self.time.text()).strip())
        if found is None:
            return None
        try:
            moment = time(int(found[1]), int(found[2]))
        except ValueError:
            return None
        return datetime.combine(self._now.date(), moment, self._now.tzinfo)

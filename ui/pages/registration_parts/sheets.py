"""Two short forms for people who cannot be registered the usual way: nobody knows the name, or it has none yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from ui.pages.registration_parts.fields import birth_text
from ui.widgets.code_search import Choice, CodeLineEdit, Deliver, Provider
from ui.widgets.fields import DateEdit, parse_number, read_time
from ui.widgets.form_sheet import FormSheet
from ui.widgets.walking import Radios
from workstation.core.i18n import _
from workstation.registration.model import RegisterNewborn, RegisterUnknown
from workstation.registration.wording import sex_text


class UnknownSheet(FormSheet):
    """Somebody who cannot be named yet."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(
            host,
            _("Unknown patient"),
            _("A name of the day and a temporary number are given. Complete the record once the identity is known."),
            _("Register"),
        )  # fmt: skip
        self.sex = Radios(_("Sex"), [(code, sex_text(code)) for code in ("male", "female", "unknown")])
        self.sex.set_value("unknown")
        self.age = QLineEdit()
        self.found = QLineEdit()
        self.form.field(_("Sex"), self.sex)
        self.form.field(_("Estimated age in years"), self.age)
        self.form.field(_("Found where, brought by whom"), self.found)
        self.walk(*self.sex.buttons.values(), self.age, self.found)

    def request(self) -> RegisterUnknown | str:
        """Give the request."""
        typed = parse_number(self.age.text()) if self.age.text().strip() else None
        if self.age.text().strip() and (typed is None or typed != int(typed) or not 0 <= typed <= 120):
            return _("Give an age between 0 and 120 years, or none.")
        return RegisterUnknown(
            self.sex.value() or "unknown",
            int(typed) if typed is not None else None,
            self.found.text().strip(),
        )


class NewbornSheet(FormSheet):
    """A child of a registered mother. `find` offers patients for the mother's field."""

    def __init__(self, host: QWidget, now: Callable[[], datetime], find: Provider) -> None:
        super().__init__(
            host,
            _("Newborn"),
            _("The child is named after the mother until it has a name, and linked to her record."),
            _("Register"),
        )
        self._now, self._mother = now, ""
        self.mother = CodeLineEdit(_("Mother"), find, digits_pick=False)
        self.mother.set_input_method(on=True)
        self.mother.picked.connect(lambda choice: self.set_mother(choice.key, choice.title))
        self.mother.textEdited.connect(self._forget)
        self.sex = Radios(_("Sex"), [(code, sex_text(code)) for code in ("male", "female", "unknown")])
        self.day = DateEdit(_("Date of birth"), lambda: now().date(), past=True)
        self.day.set_value(now().date())
        self.time = QLineEdit()
        self.time.setPlaceholderText(_("0812"))
        self.count, self.order = QSpinBox(), QSpinBox()
        for box in (self.count, self.order):
            box.setRange(1, 6)
        self.form.field(_("Mother"), self.mother)
        self.form.field(_("Sex"), self.sex)
        self.form.field(_("Date of birth"), self.day)
        self.form.field(_("Time of birth (24 h)"), self.time)
        self.form.field(_("Children of this birth"), self.count)
        self.form.field(_("Which of them"), self.order)
        self.walk(self.mother, *self.sex.buttons.values(), self.day, self.time, self.count, self.order)

    def set_mother(self, id_: str, name: str) -> None:
        """Choose the mother."""
        self._mother = id_
        self.mother.setText(name)

    def _forget(self, _text: str) -> None:
        self._mother = ""

    def request(self) -> RegisterNewborn | str:
        """Give the request."""
        day, at = self.day.value(), read_time(self.time.text())
        if not self._mother:
            return _("Choose the mother from the list.")
        if not self.sex.value():
            return _("Choose the sex.")
        if day is None or at is None:
            return _("Type date and time of birth.")
        born = datetime.combine(day, at, self._now().tzinfo)
        return RegisterNewborn(
            self._mother,
            self.sex.value(),
            born.isoformat(timespec="seconds"),
            self.order.value(),
            self.count.value(),
        )


def patient_choices(deliver: Deliver, found: Any) -> None:
    """Give the rows of a patient search to a field."""
    rows = [
        Choice(row.id, row.name, f"{sex_text(row.sex)} {birth_text(row.birth)}", right=row.number)
        for row in found.rows
    ]
    deliver(rows, found.total)

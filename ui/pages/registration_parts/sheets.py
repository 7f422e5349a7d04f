"""Two short forms for people who cannot be registered the usual way: nobody knows the name, or it has none yet."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QRadioButton, QSpinBox, QVBoxLayout, QWidget

from ui.pages.registration_parts.fields import EnterWalks, Radios, birth_text
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.code_search import Choice, CodeLineEdit, Deliver, Provider
from ui.widgets.fields import DateEdit, Form, half_width, parse_number
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.errors import UserError
from workstation.core.i18n import _
from workstation.registration.model import RegisterNewborn, RegisterUnknown
from workstation.registration.wording import sex_text


class FormSheet(Overlay):
    """A card with a form; it stays, with the reason, until what it asks for is done or Esc leaves it."""

    accepted = Signal(object)

    def __init__(self, host: QWidget, title: str, explain: str, act: str) -> None:
        super().__init__(host)
        self.setAccessibleName(title)
        self.card = Card(self)
        self.card.setFixedWidth(min(theme().px(520), max(host.width() - theme().px(32), 320)))
        self.form = Form()
        self.walks = EnterWalks(self)
        self._fields: tuple[QWidget, ...] = ()
        self.error = label("", color="text", wrap=True)
        self.error.hide()
        self.ok = button(act, self._accept, kind="primary", key="F12")
        self.card.rows.addWidget(label(title, "section", bold=True))
        self.card.rows.addWidget(label(explain, color="text2", wrap=True))
        self.card.rows.addLayout(self.form)
        self.card.rows.addWidget(self.error)
        self.back = button(_("Back"), self.cancel, key="Esc")
        keys = QHBoxLayout()
        keys.addStretch(1)
        keys.addWidget(self.back)
        keys.addWidget(self.ok)
        self.card.rows.addLayout(keys)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.card)
        middle.addStretch(1)
        around = QVBoxLayout(self)
        around.addStretch(1)
        around.addLayout(middle)
        around.addStretch(1)

    def walk(self, *fields: QWidget) -> None:
        """Say in which order Enter and Tab go through the fields; the buttons come last."""
        self._fields = fields
        self.walks.watch(*fields)
        stops = [*fields, self.back, self.ok]
        for before, after in itertools.pairwise(stops):
            QWidget.setTabOrder(before, after)

    def first_focus(self) -> QWidget | None:
        """Start in the first field that is empty; of a choice already made, on what is chosen."""
        return next((field for field in self._fields if _starts(field)), self.ok)

    def request(self) -> object | str:
        """Give the request, or the sentence that says what is missing."""
        raise NotImplementedError

    def _accept(self) -> None:
        request = self.request()
        if isinstance(request, str):
            self.refuse(request)
        else:
            self.accepted.emit(request)

    def refuse(self, why: str) -> None:
        """Say why it cannot be done; what was typed stays."""
        self.error.setText(why)
        self.error.show()

    def failed(self, error: Exception) -> None:
        """Say why the desk refused."""
        if not isinstance(error, UserError):
            raise error
        self.refuse(" ".join(part for part in (error.message, error.hint) if part))

    def keyPressEvent(self, event: Any) -> None:
        """F12 does it, Esc goes back."""
        if event.key() == Qt.Key.Key_F12:
            self._accept()
            event.accept()
        else:
            super().keyPressEvent(event)


def _starts(field: QWidget) -> bool:
    """Say whether a sheet may start here: an empty field, what is chosen, or the first of a choice not made yet."""
    if isinstance(field, QLineEdit):
        return not field.text()
    if isinstance(field, QRadioButton):
        group = field.group()
        return field.isChecked() or group is None or group.checkedButton() is None
    return True


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


def read_time(text: str) -> time | None:
    """Read a time of day as typed: `0812`, `8:12`; None when it is none."""
    found = re.fullmatch(r"(\d{1,2})[:：]?(\d{2})", half_width(text))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def patient_choices(deliver: Deliver, found: Any) -> None:
    """Give the rows of a patient search to a field."""
    rows = [
        Choice(row.id, row.name, f"{sex_text(row.sex)} {birth_text(row.birth)}", right=row.number)
        for row in found.rows
    ]
    deliver(rows, found.total)

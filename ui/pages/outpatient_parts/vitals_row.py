"""Vital signs in one quick row: digits only, Enter goes on, Enter on the last one records what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.context import PatientContext
from ui.page import Page
from ui.theme import theme
from ui.widgets import sign_text
from ui.widgets.buttons import button
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label, set_color
from workstation.chart.measures import (
    DIASTOLIC,
    HEIGHT,
    PULSE,
    RESPIRATION,
    SPO2,
    SYSTOLIC,
    TEMPERATURE,
    WEIGHT,
    Measure,
)
from workstation.core.errors import Invalid
from workstation.core.events import Changed
from workstation.core.i18n import _
from workstation.emr.model import RecordVitals
from workstation.terminology.doses import number


@dataclass(frozen=True, slots=True)
class Sign:
    """One field of the row. `pressure` takes two values. `short` stands above the field, where room is scarce."""

    field: str
    title: str
    short: str
    unit: str
    code: str
    read: Callable[[str], Decimal | None] = sign_text.plain_number


SIGNS: Final = (
    Sign("temperature", "Temperature", "Temperature", "°C", TEMPERATURE, sign_text.temperature),
    Sign("pulse", "Pulse", "Pulse", "/min", PULSE),
    Sign("respiration", "Respiration", "Breaths", "/min", RESPIRATION),
    Sign("pressure", "Blood pressure", "BP", "mmHg", SYSTOLIC),
    Sign("spo2", "Oxygen saturation", "SpO₂", "%", SPO2),
    Sign("weight", "Weight", "Weight", "kg", WEIGHT),
    Sign("height", "Height", "Height", "cm", HEIGHT),
)


class SignEdit(QLineEdit):
    """One value; the last one measured stands behind it in grey, never as its content."""

    go_on = Signal()
    go_back = Signal()

    def __init__(self, sign: Sign) -> None:
        super().__init__()
        self.sign = sign
        self.setAccessibleName(f"{_(sign.title)} ({sign.unit})")
        set_input_method(self, on=False)
        self.setMinimumWidth(theme().px(44))
        self.editingFinished.connect(self.echo)

    def values(self) -> dict[str, Decimal] | None:
        """Give what is typed by field of the request; None when it is no value."""
        text = self.text().strip()
        if not text:
            return {}
        if self.sign.field == "pressure":
            both = sign_text.pressure(text)
            return {"systolic": both[0], "diastolic": both[1]} if both is not None else None
        value = self.sign.read(text)
        return {self.sign.field: value} if value is not None else None

    def echo(self) -> None:
        """Write the value as it is understood."""
        values = self.values()
        self.setProperty("invalid", values is None)
        if values:
            self.setText("/".join(number(v).replace(",", "") for v in values.values()))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the arrows walk the row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.echo()
            self.go_on.emit()
        elif event.key() == Qt.Key.Key_Up:
            self.go_back.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.go_on.emit()
        else:
            super().keyPressEvent(event)


class VitalsRow(QWidget):
    """See the module. Unusual values are recorded when the same value is typed a second time."""

    recorded = Signal()
    edited = Signal()

    def __init__(self, page: Page, patient: PatientContext) -> None:
        super().__init__(page)
        self._page, self._patient = page, patient
        self._asked_again: dict[str, Decimal] = {}
        self.fields = {sign.field: SignEdit(sign) for sign in SIGNS}
        t = theme()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(t.px(8), t.px(2), t.px(8), t.px(4))
        rows.setSpacing(t.px(2))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(t.px(6))
        self._grid.setVerticalSpacing(t.px(1))
        for place, sign in enumerate(SIGNS):
            self._add(place, sign)
        rows.addLayout(self._grid)
        line = QHBoxLayout()
        self.message = label("", "label", color="text", wrap=True)
        self.message.hide()
        line.addWidget(self.message, 1)
        self.record_button = button(_("Record vital signs"), self.record, key="Enter", parent=self)
        self.record_button.hide()
        line.addWidget(self.record_button)
        rows.addLayout(line)

    def _add(self, place: int, sign: Sign) -> None:
        field = self.fields[sign.field]
        caption = label(f"{_(sign.short)} {sign.unit}", "hint", color="label")
        caption.setBuddy(field)
        row, column = divmod(place, 4)
        self._grid.addWidget(caption, 2 * row, column)
        self._grid.addWidget(field, 2 * row + 1, column)
        self._grid.setColumnStretch(column, 1)
        field.textEdited.connect(self._typed)
        field.go_on.connect(lambda: self._walk(place + 1))
        field.go_back.connect(lambda: self._walk(place - 1))

    def set_latest(self, measures: Sequence[Measure]) -> None:
        """Show the last values in grey behind the empty fields."""
        latest = {m.code: m.value for m in measures}
        for sign in SIGNS:
            value = latest.get(sign.code, "")
            if sign.field == "pressure" and value:
                value = f"{value}/{latest.get(DIASTOLIC, '')}"
            self.fields[sign.field].setPlaceholderText(value)

    def focus_field(self, field: str = "") -> None:
        """Put the focus into a field, by default the first."""
        self.fields[field or SIGNS[0].field].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _walk(self, place: int) -> None:
        if place >= len(SIGNS):
            self.record()
        elif place >= 0:
            self.fields[SIGNS[place].field].setFocus(Qt.FocusReason.TabFocusReason)

    def _typed(self) -> None:
        self.record_button.setVisible(self.has_typing())
        self.edited.emit()

    def has_typing(self) -> bool:
        """Say whether something is typed and not recorded yet."""
        return any(field.text().strip() for field in self.fields.values())

    def typed(self) -> dict[str, str]:
        """Give the fields as typed, for a draft."""
        return {name: field.text() for name, field in self.fields.items() if field.text().strip()}

    def restore(self, typed: dict[str, Any]) -> None:
        """Put typed values back."""
        for name, text in typed.items():
            if name in self.fields:
                self.fields[name].setText(str(text))
        self.record_button.setVisible(self.has_typing())

    def record(self) -> None:
        """Record what is typed; an unreadable field is named and gets the focus."""
        values: dict[str, Decimal] = {}
        for field in self.fields.values():
            read = field.values()
            if read is None:
                self._refuse(_("“{text}” is not a value.", text=field.text()), field)
                return
            values |= read
        if not values:
            return
        again = tuple(name for name, value in self._asked_again.items() if values.get(name) == value)
        base = RecordVitals(self._patient.id, self._patient.encounter, confirmed=again)
        request = replace(base, **values)  # type: ignore[arg-type]
        self._page.ctx.tasks.do(
            self._page,
            "emr.record-vitals",
            request,
            self._recorded,
            lambda error: self._failed(error, values),
        )

    def _recorded(self, _changed: Changed) -> None:
        for field in self.fields.values():
            field.clear()
        self._asked_again.clear()
        self.message.hide()
        self.record_button.hide()
        self.recorded.emit()

    def _failed(self, error: Exception, values: dict[str, Decimal]) -> None:
        if not isinstance(error, Invalid):
            self._page.fail(error)
            return
        field = self.fields.get("pressure" if error.field in ("systolic", "diastolic") else error.field)
        if error.field in values and self._asked_again.get(error.field) != values[error.field]:
            self._asked_again[error.field] = values[error.field]
        if field is not None:
            field.clear()
        self._refuse(f"{error.message} {error.hint}".strip(), field)

    def _refuse(self, text: str, field: SignEdit | None) -> None:
        self.message.setText(text)
        set_color(self.message, "text")
        self.message.show()
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

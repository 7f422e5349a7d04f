"""The line above a round: ward, moment, and how Enter walks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.fields import DateEdit, half_width
from ui.widgets.flow import FlowRow
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label
from workstation.core.clock import instant
from workstation.core.i18n import _
from workstation.vitals.model import WardChoice


def read_time(text: str) -> time | None:
    """Read a time of the 24-hour clock as typed: `1400`, `14:00`, `6`, `630`."""
    plain = half_width(text).replace("：", ":")
    found = re.fullmatch(r"(\d{1,2}):?(\d{2})", plain) or re.fullmatch(r"(\d{1,2})()", plain)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


class TimeEdit(QLineEdit):
    """A time as hands type it; empty is now."""

    committed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(_("now"))
        self.setFixedWidth(theme().px(72))
        set_input_method(self, on=False)
        self.editingFinished.connect(self._commit)

    def value(self) -> time | None:
        """Give the time, or None for now and for what is none."""
        return read_time(self.text()) if self.text().strip() else None

    def invalid(self) -> bool:
        """Say whether something is typed that is no time."""
        return bool(self.text().strip()) and self.value() is None

    def _commit(self) -> None:
        self.setProperty("invalid", self.invalid())
        found = self.value()
        if found is not None:
            self.setText(f"{found:%H:%M}")
        self.update()
        self.committed.emit()


def _captioned(text: str, field: QWidget) -> QWidget:
    """Put a caption before a field."""
    both = QWidget()
    caption = label(text, "label", color="label")
    caption.setBuddy(field)
    line = QHBoxLayout(both)
    line.setContentsMargins(0, 0, theme().px(6), 0)
    line.setSpacing(theme().px(6))
    line.addWidget(caption)
    line.addWidget(field)
    return both


class RoundHead(QWidget):
    """Ward, day and time of the round, and the ways of Enter."""

    ward_chosen = Signal(str)
    moment_chosen = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self.wards = QComboBox()
        self.wards.setAccessibleName(_("Ward"))
        self.wards.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.wards.activated.connect(lambda n: self.ward_chosen.emit(str(self.wards.itemData(n) or "")))
        self.day = DateEdit(_("Day of the round"), lambda: now().date(), past=True)
        self.day.setFixedWidth(theme().px(112))
        self.day.set_value(now().date())
        self.day.committed.connect(lambda _day: self.moment_chosen.emit())
        self.time = TimeEdit(_("Time of the round (24 h)"))
        self.time.committed.connect(self.moment_chosen.emit)
        self.column = label("", color="text2")
        self.column.setMinimumHeight(theme().control_height)
        self._flow = FlowRow(self)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme().px(6))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme().px(8))
        line.addWidget(self._flow, 1)
        line.addLayout(self._buttons)
        line.setAlignment(self._buttons, Qt.AlignmentFlag.AlignTop)
        for text, field in ((_("Ward"), self.wards), (_("Date"), self.day), (_("Time (24 h)"), self.time)):
            self._flow.add(_captioned(text, field))
        self._flow.add(self.column)

    def add(self, text: str, run: Callable[[], object], key: str, *, checkable: bool = False) -> QPushButton:
        """Add a button at the right end."""
        made = button(text, run, key=key, parent=self)
        made.setCheckable(checkable)
        self._buttons.addWidget(made)
        return made

    def show_wards(self, choices: Sequence[WardChoice], chosen: str) -> None:
        """Show the wards to choose from; the list is filled once."""
        if [self.wards.itemData(n) for n in range(self.wards.count())] != [c.id for c in choices]:
            self.wards.clear()
            for choice in choices:
                self.wards.addItem(choice.name, choice.id)
        self.wards.setCurrentIndex(max(self.wards.findData(chosen), 0))

    def show_column(self, hour: int) -> None:
        """Say into which column of the temperature chart the round goes."""
        self.column.setText(_("column {hour}:00 of the chart", hour=f"{hour:02}"))

    def at(self) -> str:
        """Give the moment that was chosen as an instant, or an empty text for now."""
        chosen, day = self.time.value(), self.day.value()
        now = self._now()
        if chosen is None and day in (None, now.date()):
            return ""
        moment = datetime.combine(day or now.date(), chosen or now.time(), now.tzinfo)
        return instant(moment.replace(second=0, microsecond=0))

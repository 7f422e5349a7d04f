"""Fields of the registration form: a birth that may be only a year, cells with labels above, choices from lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ui.theme import theme
from ui.widgets.fields import half_width, parse_date
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label
from ui.widgets.prompts import fitting
from workstation.core.days import written_date
from workstation.core.i18n import _


class BirthEdit(QLineEdit):
    """A date of birth as hands type it (19580309, 1958-03-09), or a year or month alone where no more is known."""

    def __init__(self, name: str, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.setAccessibleName(name)
        set_input_method(self, on=False)
        self.editingFinished.connect(self._echo)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much of what can be typed as fits whole."""
        super().resizeEvent(event)
        self.setPlaceholderText(fitting(self, (_("19580309, or the year alone"), "19580309")))

    def value(self) -> str:
        """Give the date in ISO form, maybe partial; empty while there is none."""
        return self._read(self.text())

    def _read(self, text: str) -> str:
        plain = half_width(text)
        partial = re.fullmatch(r"(\d{4})(?:[-/.年](\d{1,2})?月?)?", plain)
        if partial and 1800 <= int(partial[1]) <= 2200:
            month = int(partial[2] or 0)
            return partial[1] + (f"-{month:02d}" if 1 <= month <= 12 else "")
        found = parse_date(plain, self._today(), past=True) if plain else []
        return found[0].isoformat() if len(found) == 1 else ""

    def set_value(self, value: str) -> None:
        """Show an ISO date, maybe partial."""
        self.setText(birth_text(value))
        self.setProperty("invalid", False)

    def _echo(self) -> None:
        """Write the date in full, so that a slip is seen; what cannot be read stays and is marked."""
        value = self.value()
        self.setProperty("invalid", bool(self.text().strip()) and not value)
        if value:
            self.set_value(value)
        self.update()


def birth_text(birth: str) -> str:
    """Write an ISO date of birth, maybe partial, so that it cannot be misread."""
    return written_date(date.fromisoformat(birth)) if len(birth) == 10 else birth


def missing_characters(name: str) -> tuple[str, ...]:
    """Give the characters of a name that the fonts of this program lack, as `U+31350`."""
    metrics = QFontMetrics(theme().font("body"))
    return tuple(
        f"U+{ord(char):X}" for char in name if not char.isspace() and not metrics.inFontUcs4(ord(char))
    )


class Cells(QGridLayout):
    """Fields in two columns, each with its label above, so that long labels of any language have room."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(theme().px(16))
        self.setVerticalSpacing(theme().px(6))
        self.setColumnStretch(0, 1)
        self.setColumnStretch(1, 1)

    def put(self, row: int, column: int, text: str, *fields: QWidget, span: int = 1) -> QHBoxLayout:
        """Put fields under one label; gives the label's line, where a chip may stand beside it."""
        caption = label(text, "label", color="label")
        caption.setBuddy(fields[0])
        for field in fields:
            if not field.accessibleName():
                field.setAccessibleName(text)
        head = QHBoxLayout()
        head.addWidget(caption)
        head.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(theme().px(8))
        for field in fields:
            line.addWidget(field, 0 if isinstance(field, (QLabel, QCheckBox)) else 1)
        cell = QVBoxLayout()
        cell.setSpacing(theme().px(2))
        cell.addLayout(head)
        cell.addLayout(line)
        self.addLayout(cell, row, column, 1, span)
        return head


def combo(name: str, rows: Sequence[tuple[str, str]], editable: bool = False) -> QComboBox:
    """Make a choice of `(code, text)`."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setEditable(editable)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(6)
    for code, text in rows:
        made.addItem(text, code)
    return made


def choose(made: QComboBox, code: str) -> None:
    """Choose a code; an unknown one chooses nothing."""
    made.setCurrentIndex(made.findData(code))


def chosen(made: QComboBox) -> str:
    """Give the chosen code, or an empty text."""
    return str(made.currentData() or "")

"""Fields for numbers and dates: they take what hands type (full-width digits, .5, 0417, +3d) and echo it in full."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import theme
from ui.widgets.code_search import Choice, ChoiceList, CodeLineEdit, Deliver
from ui.widgets.form import Form
from ui.widgets.input_method import set_input_method
from workstation.core.days import written_date
from workstation.core.i18n import _, language
from workstation.terminology.doses import number

__all__ = ["DateEdit", "DoseEdit", "Form", "half_width", "parse_date", "parse_number"]


def half_width(text: str) -> str:
    """Turn full-width digits, letters and signs into plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def parse_number(text: str) -> Decimal | None:
    """Read a number as typed: `.5`, `1,000`, `１０`; None when it is none."""
    plain = half_width(text).replace(",", "")
    if not re.fullmatch(r"\d*\.?\d+|\d+\.", plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def parse_date(text: str, today: date, past: bool = False) -> list[date]:
    """Read a date as typed and give its possible readings, at most two.

    `t` is today; `+3d`, `-2w`, `+1m`, `-1y` count from today; `0417` is the 17th of April of this year (of the latest
    past one with `past`); in English `0403` may also be the 4th of March. Full dates: `20250417`, `2025-04-17`,
    `17-Apr-2025`.
    """
    plain = half_width(text).lower()
    if plain in ("t", "今", "今天"):
        return [today]
    relative = re.fullmatch(r"([+-])(\d{1,3})([dwmy])", plain)
    if relative:
        return [_moved(today, int(relative[1] + relative[2]), relative[3])]
    full = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", plain)
    if full and (len(plain) >= 8 or not plain.isdigit()):
        return _dates([(int(full[1]), int(full[2]), int(full[3]))])
    named = re.fullmatch(r"(\d{1,2})-([a-z]{3})-(\d{4})", plain)
    if named and named[2] in _MONTHS:
        return _dates([(int(named[3]), _MONTHS.index(named[2]) + 1, int(named[1]))])
    short = re.fullmatch(r"(\d{1,2})[-/.]?(\d{2})", plain)
    return _short(int(short[1]), int(short[2]), today, past) if short else []


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _short(first: int, second: int, today: date, past: bool) -> list[date]:
    pairs = [(first, second)] + ([(second, first)] if language() == "en" and first != second else [])
    found = _dates([(today.year, month, day) for month, day in pairs])
    return [
        d.replace(year=d.year - 1) if past and d > today and (d.month, d.day) != (2, 29) else d for d in found
    ]


def _dates(parts: Sequence[tuple[int, int, int]]) -> list[date]:
    return [
        date(y, m, d)
        for y, m, d in parts
        if 1800 <= y <= 2200 and 1 <= m <= 12 and 1 <= d <= monthrange(y, m)[1]
    ]


def _moved(today: date, count: int, unit: str) -> date:
    if unit in "dw":
        return today + timedelta(days=count * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def read_time(text: str) -> time | None:
    """Read a time of day as typed: `0812`, `8:12`; None when it is none."""
    found = re.fullmatch(r"(\d{1,2})[:：]?(\d{2})", half_width(text))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


class DoseEdit(QLineEdit):
    """A number with the product's unit, which stands inside the field and never changes silently.

    Alt+Down offers other units; taking one empties the number, because 500 mg must not become 500 g.
    """

    committed = Signal(object)
    unit_changed = Signal(str)

    def __init__(
        self, name: str, unit: str = "", units: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        set_input_method(self, on=False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._unit, self._units = unit, tuple(units)
        self._list: ChoiceList | None = None
        self.editingFinished.connect(self.commit)
        self.set_unit(unit)

    def unit(self) -> str:
        """Give the unit."""
        return self._unit

    def set_unit(self, unit: str) -> None:
        """Show a unit behind the number."""
        self._unit = unit
        width = self.fontMetrics().horizontalAdvance(unit)
        self.setTextMargins(0, 0, width + theme().px(6) if unit else 0, 0)
        self.setAccessibleDescription(unit)
        self.update()

    def value(self) -> Decimal | None:
        """Give the number, or None while there is none."""
        return parse_number(self.text())

    def set_value(self, value: Decimal | None) -> None:
        """Show a number."""
        self.setText("" if value is None else number(value))

    def invalid(self) -> bool:
        """Say whether something is typed that is no number."""
        return bool(self.text().strip()) and self.value() is None

    def commit(self) -> None:
        """Write the number the one safe way (0.5, 1, 1,000) and tell."""
        self.setProperty("invalid", self.invalid())
        value = self.value()
        if value is not None:
            self.setText(number(value))
        self.update()
        self.committed.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Offer units with Alt+Down; pick by digit, arrows and Enter."""
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._offer_units()
        elif self._list is not None and self._list.isVisible():
            self._choose(event)
        else:
            super().keyPressEvent(event)

    def _offer_units(self) -> None:
        if len(self._units) > 1:
            self._list = self._list or ChoiceList(self)
            self._list.show_choices([Choice(unit, unit) for unit in self._units], len(self._units))

    def _choose(self, event: QKeyEvent) -> None:
        shown = self._list
        if shown is None:
            return
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            shown.move_by(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shown.highlighted >= 0:
            self._take_unit(shown.choices[shown.highlighted].key)
        shown.hide()

    def _take_unit(self, unit: str) -> None:
        if unit != self._unit:
            self.clear()
            self.set_unit(unit)
            self.unit_changed.emit(unit)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list of units."""
        super().focusOutEvent(event)
        if self._list is not None:
            self._list.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the unit behind the number."""
        super().paintEvent(event)
        if self._unit:
            painter = QPainter(self)
            painter.setFont(self.font())
            painter.setPen(theme().color("text2"))
            area = self.rect().adjusted(0, 0, -theme().px(8), 0)
            painter.drawText(
                area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._unit
            )


class DateEdit(CodeLineEdit):
    """A date as hands type it; each reading is shown in full before it counts."""

    committed = Signal(object)

    def __init__(
        self, name: str, today: Callable[[], date], past: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, self._readings, parent, digits_pick=False)
        self._today, self._past = today, past
        self._value: date | None = None
        self.set_prompts(_("0417, +3d, t"), "0417")
        self.picked.connect(self._take)
        self.editingFinished.connect(self._commit)

    def _readings(self, text: str, deliver: Deliver) -> None:
        found = parse_date(text, self._today(), self._past)
        one_of_two = len(found) > 1
        deliver([Choice(d.isoformat(), written_date(d), look_alike=one_of_two) for d in found], len(found))

    def value(self) -> date | None:
        """Give the date, or None while there is none."""
        return self._value

    def set_value(self, value: date | None) -> None:
        """Show a date."""
        self._value = value
        self.setText("" if value is None else written_date(value))
        self.setProperty("invalid", False)

    def _take(self, choice: Choice) -> None:
        self.set_value(date.fromisoformat(choice.key))
        self.committed.emit(self._value)

    def _commit(self) -> None:
        """Take the typed date when it has exactly one reading; else mark the field and keep the text."""
        found = parse_date(self.text(), self._today(), self._past) if self.text().strip() else []
        self.setProperty("invalid", bool(self.text().strip()) and len(found) != 1)
        before, self._value = self._value, found[0] if len(found) == 1 else None
        if self._value is not None:
            self.setText(written_date(self._value))
        self.update()
        if before != self._value:
            self.committed.emit(self._value)

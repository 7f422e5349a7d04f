"""One editor for each kind of cell. They lie over the cell, take what hands type, and say how they were left.

The grid owns them: an editor never touches the model. `left` carries the direction: 1 on, -1 back, 0 stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import theme
from ui.widgets.code_search import Choice, ChoiceList
from ui.widgets.fields import half_width
from ui.widgets.input_method import set_input_method
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.model import SkinTest, SkinTestState
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge

ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
SHIFT: Final = Qt.KeyboardModifier.ShiftModifier


def is_command(event: QKeyEvent) -> bool:
    """Say whether a key is a letter with Alt: a command for the panel, never text for a cell."""
    return (
        event.modifiers() == Qt.KeyboardModifier.AltModifier and Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z
    )


class CellLine(QLineEdit):
    """A plain cell: Enter and Tab go on, Shift+Tab back, Esc takes the old value back."""

    left = Signal(int)
    reverted = Signal()
    hinted = Signal(str, bool)

    def __init__(self, name: str, text: str, parent: QWidget, input_method: bool = False) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(name)
        set_input_method(self, on=input_method)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Take Tab before Qt moves the focus with it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Tab:
                self.leave(1)
                return True
            if event.key() == Qt.Key.Key_Backtab:
                self.leave(-1)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Enter and Esc; everything else is typing."""
        if is_command(event):
            event.ignore()
        elif event.key() in ENTER:
            self.leave(-1 if event.modifiers() & SHIFT else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.reverted.emit()
        else:
            super().keyPressEvent(event)

    def leave(self, direction: int) -> None:
        """Say that the cell is done."""
        self.left.emit(direction)


class NumberCell(CellLine):
    """A whole number: days, or an amount decided on."""

    def number(self) -> int | None:
        """Give the number; 0 for an empty cell, None for anything that is no whole number."""
        text = half_width(self.text())
        if not text:
            return 0
        return int(text) if text.isdecimal() and len(text) <= 4 else None


class DoseCell(CellLine):
    """A number with the product's unit, which changes only through Alt+Down: 500 mg never becomes 500 g by itself.

    `10/kg` works the dose out for the weight, shows how, and asks for Enter once more.
    """

    def __init__(
        self, text: str, unit: str, units: Sequence[str], knowledge: Knowledge, parent: QWidget
    ) -> None:
        super().__init__(_("Dose"), text, parent)
        self.unit = unit
        self._units, self._knowledge = tuple(units), knowledge
        self._list: ChoiceList | None = None
        self._proposed = ""
        self.weight: Callable[[], tuple[Decimal | None, str]] = lambda: (None, "")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.textEdited.connect(self._typed)
        self._show_unit()

    def _show_unit(self) -> None:
        width = self.fontMetrics().horizontalAdvance(self._unit_text())
        self.setTextMargins(0, 0, width + theme().px(4), 0)
        self.setAccessibleDescription(self._unit_text())
        self.update()

    def _unit_text(self) -> str:
        known = self._knowledge.units.parse(self.unit)
        return (
            doses.plain(doses.dose_text(Decimal(2), self.unit, self._knowledge.units)).split(" ", 1)[-1]
            if known
            else ""
        )

    def _typed(self, _text: str) -> None:
        self._proposed = ""
        self.hinted.emit("", False)

    def typed(self) -> doses.Typed | None:
        """Read the cell; None when it is empty. Raises Invalid, also for a unit that is not the cell's."""
        if not self.text().strip():
            return None
        typed = doses.parse_dose(self.text(), self._knowledge.units)
        if typed.unit and typed.unit != self.unit:
            raise Invalid(
                _("The unit of this cell is {unit}.", unit=self._unit_text()),
                _("Change it with Alt+↓."),
                "dose",
            )
        return typed

    def leave(self, direction: int) -> None:
        """Leave when the dose can be read; a dose by weight is worked out and shown first."""
        try:
            typed = self.typed()
        except Invalid as error:
            self.hinted.emit(f"{error.message} {error.hint}".strip(), True)
            return
        if typed is not None and typed.per_kg and not self._proposed:
            self._propose(typed)
            return
        super().leave(direction)

    def _propose(self, typed: doses.Typed) -> None:
        weight, when = self.weight()
        unit = self._unit_text()
        if weight is None:
            self.hinted.emit(when or _("There is no recent weight; measure it first."), True)
            return
        dose = doses.per_kg(typed.value, weight)
        self._proposed = doses.number(dose)
        text = _(
            "{dose} {unit}/kg × {weight} kg ({when}) = {result} {unit}. Enter takes it.",
            dose=doses.number(typed.value),
            unit=unit,
            weight=doses.number(weight),
            when=when,
            result=self._proposed,
        )
        self.setText(self._proposed)
        self.hinted.emit(text, False)

    def value(self) -> Decimal | None:
        """Give the dose, or None for an empty cell. Raises Invalid, also for a dose by weight not worked out yet."""
        typed = self.typed()
        if typed is not None and typed.per_kg:
            raise Invalid(_("The dose by weight was not taken."), field="dose")
        return typed.value if typed is not None else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Offer other units with Alt+Down."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_Down and alt and len(self._units) > 1:
            self._list = self._list or ChoiceList(self)
            shown = [Choice(u, self._name(u)) for u in self._units]
            self._list.show_choices(shown, len(shown))
        elif self._list is not None and self._list.isVisible():
            self._choose_unit(self._list, event)
        else:
            super().keyPressEvent(event)

    def _name(self, unit: str) -> str:
        known = self._knowledge.units.get(unit)
        return doses.plain(doses.dose_text(Decimal(2), known.code, self._knowledge.units)).split(" ", 1)[-1]

    def _choose_unit(self, shown: ChoiceList, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            shown.move_by(1 if key == Qt.Key.Key_Down else -1)
            return
        number = key - Qt.Key.Key_1 if Qt.Key.Key_1 <= key <= Qt.Key.Key_9 else shown.highlighted
        if (key in ENTER or Qt.Key.Key_1 <= key <= Qt.Key.Key_9) and 0 <= number < len(shown.choices):
            self._take_unit(shown.choices[number].key)
        shown.hide()

    def _take_unit(self, unit: str) -> None:
        if unit != self.unit:
            self.clear()
            self.unit = unit
            self._show_unit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the unit behind the number."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(theme().color("text2"))
        area = self.rect().adjusted(0, 0, -theme().px(6), 0)
        painter.drawText(
            area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._unit_text()
        )

    def hideEvent(self, event: QEvent) -> None:
        """Take the list of units along."""
        if self._list is not None:
            self._list.hide()


class SkinTestCell(CellLine):
    """What is known of the skin test: a digit says the state, then its reason or its lot is typed."""

    def __init__(self, now: str, test: SkinTest | None, parent: QWidget) -> None:
        super().__init__(_("Skin test"), "", parent)
        self._now, self._before = now, test
        self.state: SkinTestState | None = None
        self._list = ChoiceList(self)
        self._list.clicked.connect(self._take)

    @property
    def choice_list(self) -> ChoiceList:
        """Give the list."""
        return self._list

    def offer(self) -> None:
        """Show the states."""
        words = (_("Skin test needed"), _("Exempt"), _("Negative (−)"), _("Positive (+)"))
        self._list.show_choices(
            [Choice(str(n), w, look_alike=True) for n, w in enumerate(words, 1)], len(words)
        )

    def _take(self, number: int) -> None:
        self.state = tuple(SkinTestState)[number]
        self._list.hide()
        if self.state is SkinTestState.REQUIRED:
            super().leave(1)
            return
        asked = _("Reason for the exemption") if self.state is SkinTestState.EXEMPT else _("Lot tested")
        self.setPlaceholderText(asked)
        self.setAccessibleDescription(asked)
        before = self._before
        self.setText(
            (before.reason or before.lot) if before is not None and before.state is self.state else ""
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick the state first, then type."""
        if not self._list.isVisible():
            super().keyPressEvent(event)
            return
        key = event.key()
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_4:
            self._take(key - Qt.Key.Key_1)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._list.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in ENTER and self._list.highlighted >= 0:
            self._take(self._list.highlighted)
        elif key == Qt.Key.Key_Escape:
            self.reverted.emit()

    def leave(self, direction: int) -> None:
        """Leave with a state; an exemption without its reason stays open."""
        if self.state is SkinTestState.EXEMPT and not self.text().strip():
            self.hinted.emit(_("An exemption needs its reason."), True)
            return
        super().leave(direction)

    def value(self) -> SkinTest | None:
        """Give what was entered; without a state, what stood there before."""
        if self.state is None:
            return self._before
        if self.state is SkinTestState.EXEMPT:
            return SkinTest(self.state, reason=self.text().strip())
        if self.state is SkinTestState.REQUIRED:
            return SkinTest(self.state)
        return SkinTest(self.state, lot=self.text().strip(), at=self._now)

    def hideEvent(self, event: QEvent) -> None:
        """Take the list along."""
        self._list.hide()

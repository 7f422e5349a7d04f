"""One editor at a time over the grid: which cell comes next, what a finished cell changes, what Esc takes back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QTableView, QWidget

from ui.pages.prescription import arrange
from ui.pages.prescription.choices import frequency_choices, route_choices
from ui.pages.prescription.editors import CellLine, DoseCell, NumberCell, SkinTestCell
from ui.pages.prescription.hint import Hint
from ui.pages.prescription.model import Cell, RxModel
from ui.pages.prescription.search_cells import RegimenCell, SearchCell
from ui.theme import theme
from ui.widgets.code_search import Choice, Deliver
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.model import SkinTestState
from workstation.medication.rows import DrugRow, Regimen
from workstation.prescribing.model import DraftLine
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug

NOTE: Final = len(Cell)
"""The note has no column of its own: it is typed right of the days and stands under the drug's name."""

PATH: Final = (Cell.DRUG, Cell.DOSE, Cell.ROUTE, Cell.FREQUENCY, Cell.DAYS, NOTE)
EDITABLE: Final = frozenset({*PATH, Cell.TOTAL, Cell.SKIN_TEST})
SHARED: Final = frozenset({Cell.ROUTE, Cell.FREQUENCY, Cell.DAYS})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What editors need from outside: knowledge, the drug search, the moment, and the patient's weight with its day."""

    knowledge: Callable[[], Knowledge]
    search: Callable[[str, Deliver], None]
    now: Callable[[], str]
    weight: Callable[[], tuple[Decimal | None, str]]
    tested_positive: Callable[[Drug], None]


class CellEditing(QObject):
    """Opens and closes editors over one grid. The row that is being written can be taken back whole."""

    def __init__(self, grid: QTableView, model: RxModel, around: Surroundings) -> None:
        super().__init__(grid)
        self._grid, self._model, self._around = grid, model, around
        self.editor: QWidget | None = None
        self.row, self.place = -1, int(Cell.DRUG)
        self._entered: tuple[str, DraftLine | None] = ("", None)
        self._hint = Hint(grid.viewport())

    # Opening

    def open(self, row: int, place: int, typed: str = "") -> bool:
        """Put an editor over a cell; `typed` is what the hand has typed already. Signed rows have none."""
        self.close(keep=True)
        line = self._model.line(row)
        if self._model.signed(row) is not None or place not in EDITABLE:
            return False
        if line is None:
            row, place = self._model.empty_row, int(Cell.DRUG)
        self.row, self.place = row, place
        self._remember(line)
        column = self._note_from() if place == NOTE else place
        self._grid.setCurrentIndex(self._model.index(row, column))
        self._show(self._make(place, line), typed)
        return True

    def _remember(self, line: DraftLine | None) -> None:
        key = line.key if line is not None else ""
        if key != self._entered[0] or not key:
            self._entered = (key, line)

    def _make(self, place: int, line: DraftLine | None) -> QWidget:
        view = self._grid.viewport()
        if place == Cell.DRUG or line is None:
            editor = SearchCell(_("Drug"), self._around.search, view)
            editor.picked.connect(lambda choice: self._drug_picked(choice.data))
            return editor
        makers: dict[int, Callable[[DraftLine], QWidget]] = {
            Cell.DOSE: self._dose_editor,
            Cell.ROUTE: partial(self._coded_editor, _("Route"), route_choices, Cell.ROUTE),
            Cell.FREQUENCY: partial(self._coded_editor, _("Frequency"), frequency_choices, Cell.FREQUENCY),
            Cell.DAYS: lambda line: NumberCell(_("Days"), str(line.days or ""), view),
            Cell.TOTAL: lambda line: NumberCell(_("Total"), str(line.total or ""), view),
            Cell.SKIN_TEST: lambda line: SkinTestCell(self._around.now(), line.skin_test, view),
            NOTE: lambda line: CellLine(_("Note"), line.note, view, input_method=True),
        }
        return makers[place](line)

    def _dose_editor(self, line: DraftLine) -> QWidget:
        drug = self._model.words.drug(line)
        units = units_of(drug) if drug is not None else (line.unit,)
        unit = line.unit or units[0]
        editor = DoseCell(line.dose, unit, units, self._around.knowledge(), self._grid.viewport())
        editor.weight = self._around.weight
        return editor

    def _coded_editor(
        self, name: str, choices: Callable[[Knowledge, str], list[Choice]], cell: Cell, _line: DraftLine
    ) -> QWidget:
        def provide(text: str, deliver: Deliver) -> None:
            found = choices(self._around.knowledge(), text)
            deliver(found, len(found))

        editor = SearchCell(name, provide, self._grid.viewport(), digits_pick=False)
        editor.setPlaceholderText(name)
        editor.picked.connect(lambda choice: self._code_picked(cell, choice.key))
        return editor

    def _show(self, editor: QWidget, typed: str) -> None:
        self.editor = editor
        editor.setFont(theme().font("body"))
        editor.installEventFilter(self)
        for signal, slot in (("left", self._left), ("reverted", self._reverted), ("hinted", self._hinted)):
            if hasattr(editor, signal):
                getattr(editor, signal).connect(slot)
        self.follow()
        editor.show()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(editor, SearchCell) and typed:
            editor.setText(typed)
            editor.ask_again()
        elif isinstance(editor, CellLine) and typed:
            editor.setText(typed)
        if isinstance(editor, SkinTestCell | RegimenCell):
            editor.offer()
        elif isinstance(editor, CellLine) and self.place == NOTE:
            editor.setPlaceholderText(_("Note, or Enter for the next drug"))

    def follow(self) -> None:
        """Keep the editor over its cell when the grid scrolls or changes size."""
        editor = self.editor
        if editor is None:
            return
        editor.setGeometry(self._rect())
        shown = editor.choice_list if isinstance(editor, SearchCell | RegimenCell | SkinTestCell) else None
        if shown is not None and shown.isVisible():
            shown.place()

    def _rect(self) -> QRect:
        grid, model = self._grid, self._model
        if self.place == NOTE:
            first = grid.visualRect(model.index(self.row, self._note_from()))
            return first.united(grid.visualRect(model.index(self.row, Cell.CHECK)))
        rect = grid.visualRect(model.index(self.row, self.place))
        least = (
            theme().px(150) if self.place in (Cell.ROUTE, Cell.FREQUENCY, Cell.SKIN_TEST) else theme().px(96)
        )
        missing = least - rect.width()
        return rect.adjusted(0, 0, max(missing, 0), 0) if self.place != Cell.DRUG else rect

    def _note_from(self) -> int:
        return Cell.SKIN_TEST if self._grid.isColumnHidden(Cell.TOTAL) else Cell.TOTAL

    # What a finished cell changes

    def _drug_picked(self, row: DrugRow) -> None:
        old = self._model.line(self.row)
        line = DraftLine(
            row.drug, unit=row.unit, key=old.key if old else "", group=old.group if old is not None else 0
        )
        if old is not None and old.group:
            line = replace(line, route=old.route, frequency=old.frequency, days=old.days)
        placed = self._model.set_line(self.row, line)
        stored = self._model.line(placed)
        if old is None and stored is not None:
            self._entered = (stored.key, None)
        self.close(keep=False)
        self.row, self.place = placed, int(Cell.DRUG)
        if row.regimens:
            self._offer_regimens(row)
        else:
            self._one_by_one()

    def take_drug(self, row: int, drug: DrugRow) -> None:
        """Put a product into a row as if it had been picked there."""
        self.close(keep=True)
        self.row, self.place = row, int(Cell.DRUG)
        self._remember(self._model.line(row))
        self._drug_picked(drug)

    def _offer_regimens(self, row: DrugRow) -> None:
        editor = RegimenCell(row.name, row.regimens, self._grid.viewport())
        editor.picked.connect(self._regimen_picked)
        editor.one_by_one.connect(self._one_by_one)
        self._grid.setCurrentIndex(self._model.index(self.row, Cell.DRUG))
        self._show(editor, "")

    def _regimen_picked(self, regimen: Regimen) -> None:
        line = self._model.line(self.row)
        self.close(keep=False)
        if line is not None:
            filled = replace(
                line,
                dose=regimen.dose,
                unit=regimen.unit,
                route=regimen.route,
                frequency=regimen.frequency,
                days=regimen.days,
            )
            self._put(filled, shared=True)
        self.open(self._model.empty_row, Cell.DRUG)

    def _one_by_one(self) -> None:
        line = self._model.line(self.row)
        drug = self._model.words.drug(line) if line is not None else None
        if line is not None and drug is not None and not line.route:
            self._put(replace(line, route=drug.route), shared=False)
        self.open(self.row, Cell.DOSE)

    def _code_picked(self, cell: Cell, code: str) -> None:
        line = self._model.line(self.row)
        if line is not None:
            changed = replace(line, route=code) if cell is Cell.ROUTE else replace(line, frequency=code)
            self._put(changed, shared=True)
        self.close(keep=False)
        self._go(1)

    def _put(self, line: DraftLine, shared: bool) -> None:
        lines = [line if old.key == line.key else old for old in self._model.lines]
        self._model.change(arrange.shared(lines, line) if shared else lines)

    def _left(self, direction: int) -> None:
        if self._take():
            self.close(keep=False)
            self._go(direction)

    def _take(self) -> bool:
        """Take what stands in the editor into the line; says whether it can be left."""
        line, editor = self._model.line(self.row), self.editor
        if line is None or editor is None or isinstance(editor, SearchCell | RegimenCell):
            return True
        match editor:
            case DoseCell():
                value = editor.value()
                dose = f"{value:f}" if value is not None else ""
                changed = replace(line, dose=dose, unit=editor.unit)
            case NumberCell():
                number = editor.number()
                if number is None:
                    self._hinted(_("Type a whole number."), True)
                    return False
                changed = (
                    replace(line, total=number) if self.place == Cell.TOTAL else replace(line, days=number)
                )
            case SkinTestCell():
                changed = replace(line, skin_test=editor.value())
            case CellLine():
                changed = replace(line, note=editor.text().strip())
            case _:
                return True
        self._put(changed, shared=self.place in SHARED)
        self._tell_positive(changed)
        return True

    def _tell_positive(self, line: DraftLine) -> None:
        test, drug = line.skin_test, self._model.words.drug(line)
        if self.place != Cell.SKIN_TEST or drug is None or test is None:
            return
        if test.state is SkinTestState.POSITIVE:
            self._around.tested_positive(drug)

    def _go(self, direction: int) -> None:
        """Open the next or the previous cell of the path; after the note comes the next empty row."""
        if direction == 0 or self.place not in PATH:
            self._grid.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        at = PATH.index(self.place) + direction
        if at < 0 or self._model.line(self.row) is None:
            self._grid.setFocus(Qt.FocusReason.OtherFocusReason)
        elif at >= len(PATH):
            self.open(self._model.empty_row, Cell.DRUG)
        else:
            self.open(self.row, PATH[at])

    # Leaving

    def _reverted(self) -> None:
        self.close(keep=False)
        self._grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def revert_row(self) -> bool:
        """Take the row back to how it was when it was entered; says whether anything changed."""
        key, before = self._entered
        now = next((line for line in self._model.lines if line.key == key), None)
        if not key or now is None or now == before:
            return False
        if before is None:
            lines = [line for line in self._model.lines if line.key != key]
        else:
            lines = [before if line.key == key else line for line in self._model.lines]
        self._model.change(arrange.tidy(lines))
        self._entered = ("", None)
        return True

    def close(self, keep: bool) -> None:
        """Take the editor away; with `keep`, what stands in it is taken where it can be read."""
        editor = self.editor
        if editor is None:
            return
        if keep:
            with suppress(Invalid):
                self._take()
        self.editor = None
        self._hint.hide()
        editor.removeEventFilter(self)
        editor.hide()
        editor.deleteLater()

    def _hinted(self, text: str, wrong: bool) -> None:
        if self.editor is not None:
            self.editor.setProperty("invalid", wrong and bool(text))
            self.editor.update()
            self._hint.say(self.editor, text, wrong)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what was typed when the focus goes elsewhere in the window."""
        if watched is self.editor and event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            passing = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
            if event.reason() not in passing:
                self.close(keep=True)
        return False


def units_of(drug: Drug) -> tuple[str, ...]:
    """Give the units a product may be dosed in: what it holds, the smallest unit, and millilitres of a liquid."""
    units = [drug.strength_unit, drug.unit_zh]
    if drug.volume_ml is not None:
        units.append("ml")
    return tuple(dict.fromkeys(units))

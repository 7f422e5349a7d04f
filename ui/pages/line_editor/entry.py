"""How the lines of a host are written: which cells can be typed into, in which order, and what they change.

Every host has a product with dose, route, frequency, skin test and note alike; what else it writes it adds itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QWidget

from ui.pages.line_editor.cells import NOTE, Cell
from ui.pages.line_editor.choices import frequency_choices, route_choices
from ui.pages.line_editor.editors import CellLine, DoseCell, SkinTestCell
from ui.pages.line_editor.search_cells import CodeCell, SearchCell
from ui.pages.line_editor.words import Words
from ui.widgets.code_search import Choice, Deliver
from workstation.core.i18n import _
from workstation.medication.model import MedicineLine
from workstation.medication.rows import DrugRow, Regimen
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug

COMMON: Final = frozenset({Cell.DRUG, Cell.DOSE, Cell.ROUTE, Cell.FREQUENCY, Cell.SKIN_TEST, NOTE})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What editors need from outside: knowledge, the search, the moment, and the patient's weight with its day."""

    knowledge: Callable[[], Knowledge]
    search: Callable[[str, Deliver], None]
    now: Callable[[], str]
    weight: Callable[[], tuple[Decimal | None, str]]
    tested_positive: Callable[[Drug], None]


class Entry:
    """How one host's lines are written. `path` is the order of Enter, `shared` cells change a whole group.

    `aside` is a second path, for what is mostly left as it is.
    """

    path: ClassVar[tuple[int, ...]] = (Cell.DRUG, Cell.DOSE, Cell.ROUTE, Cell.FREQUENCY, NOTE)
    shared: ClassVar[frozenset[int]] = frozenset({Cell.ROUTE, Cell.FREQUENCY})
    own: ClassVar[frozenset[int]] = frozenset()
    aside: ClassVar[tuple[int, ...]] = ()

    def __init__(self, words: Words, around: Surroundings) -> None:
        self.words, self.around = words, around

    # What a host says

    def share(self, line: MedicineLine, first: MedicineLine) -> MedicineLine:
        """Give a line what it has in common with another one of its group."""
        return replace(line, route=first.route, frequency=first.frequency)

    def picked(self, data: Any, old: MedicineLine | None) -> MedicineLine:
        """Make a line of what was picked from the list; in place of another one it keeps its key and its group."""
        raise NotImplementedError

    def with_regimen(self, line: MedicineLine, regimen: Regimen) -> MedicineLine:
        """Fill a line with a regimen that was picked."""
        return replace(
            line,
            dose=regimen.dose,
            unit=regimen.unit,
            route=regimen.route,
            frequency=regimen.frequency,
        )

    def own_editor(self, place: int, line: MedicineLine, view: QWidget) -> QWidget:
        """Make the editor of a cell that only this host has."""
        raise NotImplementedError

    def own_change(self, place: int, line: MedicineLine, editor: QWidget) -> MedicineLine:
        """Give the line with what stands in the editor of an own cell. Raises Invalid."""
        raise NotImplementedError

    # What all hosts do alike

    def editable(self, line: MedicineLine | None) -> Collection[int]:
        """Give the cells of a line that can be typed into."""
        return COMMON | self.own

    def steps(self, line: MedicineLine | None) -> tuple[int, ...]:
        """Give the cells Enter walks through in a line."""
        return self.path

    def beside(self, line: MedicineLine | None) -> tuple[int, ...]:
        """Give the cells of the second path that a line has."""
        cells = self.editable(line)
        return tuple(place for place in self.aside if place in cells)

    def ways(self, data: Any) -> tuple[str, Sequence[Regimen]]:
        """Give the name of what was picked, and the regimens to choose from."""
        return (data.name, data.regimens) if isinstance(data, DrugRow) else ("", ())

    def by_fields(self, line: MedicineLine) -> tuple[MedicineLine, int]:
        """Give a line that was picked without a regimen, and the cell that is typed next; 0 is the next line."""
        drug = self.words.drug(line)
        if drug is not None and not line.route:
            line = replace(line, route=drug.route)
        return line, Cell.DOSE

    def editor(self, place: int, line: MedicineLine | None, view: QWidget) -> QWidget:
        """Make the editor of a cell."""
        if place == Cell.DRUG or line is None:
            return SearchCell(self.words.entry_prompt(), self.around.search, view)
        makers: dict[int, Callable[[MedicineLine, QWidget], QWidget]] = {
            Cell.DOSE: self._dose,
            Cell.ROUTE: partial(self._coded, Cell.ROUTE, _("Route"), route_choices),
            Cell.FREQUENCY: partial(self._coded, Cell.FREQUENCY, _("Frequency"), frequency_choices),
            Cell.SKIN_TEST: lambda line, view: SkinTestCell(self.around.now(), line.skin_test, view),
            NOTE: self.note,
        }
        return makers[place](line, view) if place in makers else self.own_editor(place, line, view)

    def note(self, line: MedicineLine, view: QWidget) -> QWidget:
        """Make the editor of the note."""
        editor = CellLine(_("Note"), line.note, view, input_method=True)
        editor.setPlaceholderText(_("Note, or Enter for the next drug"))
        return editor

    def _dose(self, line: MedicineLine, view: QWidget) -> QWidget:
        drug = self.words.drug(line)
        units = units_of(drug) if drug is not None else (line.unit,)
        editor = DoseCell(line.dose, line.unit or units[0], units, self.around.knowledge(), view)
        editor.weight = self.around.weight
        return editor

    def _coded(
        self,
        cell: Cell,
        name: str,
        choices: Callable[[Knowledge, str], list[Choice]],
        _line: MedicineLine,
        view: QWidget,
    ) -> QWidget:
        def provide(text: str, deliver: Deliver) -> None:
            found = choices(self.around.knowledge(), text)
            deliver(found, len(found))

        return CodeCell(cell, name, provide, view)

    def with_code(self, cell: Cell, line: MedicineLine, code: str) -> MedicineLine:
        """Give the line with a route or frequency that was picked."""
        return replace(line, route=code) if cell is Cell.ROUTE else replace(line, frequency=code)

    def change(self, place: int, line: MedicineLine, editor: QWidget) -> MedicineLine:
        """Give the line with what stands in an editor. Raises Invalid where it cannot be read."""
        match editor:
            case DoseCell():
                value = editor.value()
                return replace(line, dose=f"{value:f}" if value is not None else "", unit=editor.unit)
            case SkinTestCell():
                return replace(line, skin_test=editor.value())
            case CellLine() if place == NOTE:
                return self.with_note(line, editor.text().strip())
            case _:
                return self.own_change(place, line, editor)

    def with_note(self, line: MedicineLine, text: str) -> MedicineLine:
        """Give the line with a note."""
        return replace(line, note=text)


def units_of(drug: Drug) -> tuple[str, ...]:
    """Give the units a product may be dosed in: what it holds, the smallest unit, and millilitres of a liquid."""
    units = [drug.strength_unit, drug.unit_zh]
    if drug.volume_ml is not None:
        units.append("ml")
    return tuple(dict.fromkeys(units))

"""How orders are written: a medicine, an item of the ward or words in the first cell; begin, times and rate beside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QWidget

from ui.pages.line_editor.cells import NOTE, Cell
from ui.pages.line_editor.editors import CellLine, NumberCell
from ui.pages.line_editor.entry import Entry, Surroundings
from ui.pages.orders_parts.words import OrderWords
from workstation.core.clock import instant, parse_instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.model import MedicineLine
from workstation.medication.rows import DrugRow, Regimen
from workstation.orders.finding import ItemRow, OrderFound
from workstation.orders.model import OrderLine, OrderTerm
from workstation.orders.timing import read_rate, read_start, read_times, start_of, times_of

OWN: Final = frozenset({Cell.START, Cell.TIMES, Cell.FIRST_DAY, Cell.RATE})
OF_ITEMS: Final = frozenset({Cell.DRUG, Cell.FREQUENCY, Cell.START, Cell.TIMES, Cell.FIRST_DAY, NOTE})
ITEM_PATH: Final = (Cell.DRUG, Cell.FREQUENCY, NOTE)
DRIP: Final = "ivgtt"


class OrderEntry(Entry):
    """Writes `OrderLine`s of the term that `term` says."""

    path: ClassVar[tuple[int, ...]] = (Cell.DRUG, Cell.DOSE, Cell.ROUTE, Cell.FREQUENCY, NOTE)
    shared: ClassVar[frozenset[int]] = frozenset({Cell.ROUTE, Cell.FREQUENCY, *OWN})
    own: ClassVar[frozenset[int]] = OWN
    aside: ClassVar[tuple[int, ...]] = (Cell.START, Cell.TIMES, Cell.FIRST_DAY, Cell.RATE)

    def __init__(
        self,
        words: OrderWords,
        around: Surroundings,
        now: Callable[[], datetime],
        term: Callable[[], OrderTerm],
    ) -> None:
        super().__init__(words, around)
        self._own, self._now, self._term = words, now, term

    def share(self, line: MedicineLine, first: MedicineLine) -> MedicineLine:
        """Give a line what runs in one infusion: route, frequency, begin, times, doses of the first day, rate."""
        joined = super().share(line, first)
        if not isinstance(joined, OrderLine) or not isinstance(first, OrderLine):
            return joined
        return replace(
            joined,
            term=first.term,
            start=first.start,
            times=first.times,
            first_day=first.first_day,
            drip_rate=first.drip_rate,
        )

    def picked(self, data: Any, old: MedicineLine | None) -> MedicineLine:
        """Make an order of a medicine, of an item, or of the words themselves."""
        drug = data if isinstance(data, DrugRow) else data.drug if isinstance(data, OrderFound) else None
        item = data.item if isinstance(data, OrderFound) else None
        line = OrderLine(term=self._term())
        if drug is not None:
            line = OrderLine(drug.drug, unit=drug.unit, term=self._term())
        elif item is not None:
            line = self._of_item(item)
        elif isinstance(data, str):
            line = replace(line, text=data)
        if old is None:
            return line
        line = replace(line, key=old.key)
        if isinstance(old, OrderLine) and (item is None or not item.stat):
            line = replace(line, term=old.term)
        if not old.group or drug is None:
            return line
        return replace(self.share(line, old), group=old.group)

    def _of_item(self, item: ItemRow) -> OrderLine:
        term = OrderTerm.STAT if item.stat else self._term()
        repeats = term is OrderTerm.LONG_TERM or item.stat
        return OrderLine(item=item.item, term=term, frequency=item.frequency if repeats else "")

    def ways(self, data: Any) -> tuple[str, Sequence[Regimen]]:
        """Give the regimens of a medicine; other orders have none."""
        return super().ways(data.drug if isinstance(data, OrderFound) else data)

    def with_regimen(self, line: MedicineLine, regimen: Regimen) -> MedicineLine:
        """Fill a line; times and doses of the first day follow from the frequency again."""
        return _anew(super().with_regimen(line, regimen))

    def with_code(self, cell: Cell, line: MedicineLine, code: str) -> MedicineLine:
        """Take a route or a frequency; another frequency has other times."""
        changed = super().with_code(cell, line, code)
        return _anew(changed) if cell is Cell.FREQUENCY and code != line.frequency else changed

    def by_fields(self, line: MedicineLine) -> tuple[MedicineLine, int]:
        """Go on with the dose of a medicine, with the frequency of what is carried out often, else to the next line."""
        if line.drug:
            return super().by_fields(line)
        return line, Cell.FREQUENCY if line.frequency else 0

    def editable(self, line: MedicineLine | None) -> Collection[int]:
        """Leave out what only medicines have."""
        return super().editable(line) if line is None or line.drug else OF_ITEMS

    def steps(self, line: MedicineLine | None) -> tuple[int, ...]:
        """Ask for the rate of what drips into a vein."""
        if line is None or line.drug:
            drips = line is not None and line.route == DRIP
            return (*self.path[:-1], Cell.RATE, NOTE) if drips else self.path
        return ITEM_PATH

    def own_editor(self, place: int, line: MedicineLine, view: QWidget) -> QWidget:
        """Make the editor of begin, times, first day or rate."""
        order = line if isinstance(line, OrderLine) else OrderLine()
        if place == Cell.FIRST_DAY:
            return NumberCell(_("Doses on the first day"), self._own.first_day(order), view)
        name, text, prompt = {
            Cell.START: (_("Begin"), _start_text(order.start), _("now, 1430, +1 0800")),
            Cell.TIMES: (_("Times of day"), " ".join(self._own.times(order)), "0800 2000"),
            Cell.RATE: (_("Drip rate"), order.drip_rate, _("60 drops a minute, 40 ml/h")),
        }[Cell(place)]
        editor = CellLine(name, text, view)
        editor.setPlaceholderText(prompt)
        return editor

    def own_change(self, place: int, line: MedicineLine, editor: QWidget) -> MedicineLine:
        """Read begin, times, first day or rate. Raises Invalid where it cannot be read."""
        if not isinstance(line, OrderLine) or not isinstance(editor, CellLine):
            return line
        text = editor.text()
        match place:
            case Cell.START:
                return replace(line, start=self._start(text))
            case Cell.TIMES:
                return self._with_times(line, text)
            case Cell.RATE:
                return replace(line, drip_rate=read_rate(text))
            case _:
                return self._with_first_day(line, editor)

    def _start(self, text: str) -> str:
        start = read_start(text, self._now())
        return instant(start_of(instant(start), self._now())) if start is not None else ""

    def _with_times(self, line: OrderLine, text: str) -> OrderLine:
        times = read_times(text)
        often = self._own.often(line)
        times_of(times, often)
        usual = often is not None and times == often.times
        return replace(line, times=() if usual else times)

    def _with_first_day(self, line: OrderLine, editor: CellLine) -> OrderLine:
        if not isinstance(editor, NumberCell) or not editor.text().strip():
            return replace(line, first_day=None)
        number = editor.number()
        if number is None:
            raise Invalid(_("Type a whole number."))
        unchanged = editor.text().strip() == self._own.first_day(line)
        return line if unchanged else replace(line, first_day=number)

    def note(self, line: MedicineLine, view: QWidget) -> QWidget:
        """Make the editor of the note; what is no medicine has free words instead."""
        text = line.text if isinstance(line, OrderLine) and not line.drug else line.note
        editor = CellLine(_("Note"), text, view, input_method=True)
        editor.setPlaceholderText(_("Note, or Enter for the next order"))
        return editor

    def with_note(self, line: MedicineLine, text: str) -> MedicineLine:
        """Give the line with its note or its free words; words alone stay as they are when nothing is left."""
        if line.drug or not isinstance(line, OrderLine):
            return super().with_note(line, text)
        return replace(line, text=text) if text or line.item else line


def _anew(line: MedicineLine) -> MedicineLine:
    return replace(line, times=(), first_day=None) if isinstance(line, OrderLine) else line


def _start_text(start: str) -> str:
    return f"{parse_instant(start):%m-%d %H:%M}" if start else ""

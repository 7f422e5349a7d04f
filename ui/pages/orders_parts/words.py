"""What the cells of an order say: when it begins, its times of day, the doses of the first day, its drip rate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import ClassVar, Final

from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.words import Words
from ui.widgets.table_model import Run
from workstation.core.clock import parse_instant
from workstation.core.days import written_moment
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.lines import Line, resolve_order
from workstation.medication.model import MedicineLine
from workstation.orders import lines as orders
from workstation.orders.model import OrderLine, OrderTerm
from workstation.orders.timing import first_day_of, read_rate, start_of, times_of
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug, Frequency

OPTIONAL: Final = (
    Cell.GROUP,
    Cell.TIMES,
    Cell.FIRST_DAY,
    Cell.RATE,
    Cell.SKIN_TEST,
    Cell.CHECK,
    Cell.STATE,
    Cell.PEOPLE,
)
TERMS: Final = {OrderTerm.LONG_TERM: "Draft · long-term", OrderTerm.STAT: "Draft · stat"}


class OrderWords(Words):
    """Words for `OrderLine`s; `now` is the moment an order without a begin of its own begins."""

    cells: ClassVar[Sequence[Cell]] = (
        Cell.NUMBER,
        Cell.GROUP,
        Cell.START,
        Cell.DRUG,
        Cell.DOSE,
        Cell.ROUTE,
        Cell.FREQUENCY,
        Cell.TIMES,
        Cell.FIRST_DAY,
        Cell.RATE,
        Cell.SKIN_TEST,
        Cell.CHECK,
        Cell.STATE,
        Cell.PEOPLE,
    )
    beside: ClassVar[Sequence[Sequence[Cell]]] = (
        (Cell.FIRST_DAY, Cell.RATE),
        (Cell.START, Cell.TIMES, Cell.FIRST_DAY, Cell.RATE, Cell.PEOPLE),
    )
    drops: ClassVar[bool] = True

    def __init__(self, knowledge: Callable[[], Knowledge], now: Callable[[], datetime]) -> None:
        super().__init__(knowledge)
        self._now = now

    def resolved(self, line: MedicineLine) -> Line | None:
        """Give the complete medicine of a line; None for what is none, or while something is missing."""
        try:
            return resolve_order(line, self.knowledge()) if line.drug else None
        except Invalid:
            return None

    def ordered(self, line: MedicineLine) -> orders.Ordered | None:
        """Give the complete order, or None while something is missing or wrong."""
        if not isinstance(line, OrderLine):
            return None
        try:
            return orders.resolve(line, self.knowledge(), self._now())
        except Invalid:
            return None

    def often(self, line: MedicineLine) -> Frequency | None:
        """Give the frequency of a line."""
        return self.knowledge().frequencies.parse(line.frequency) if line.frequency else None

    def name_runs(self, line: MedicineLine) -> tuple[Run, ...]:
        """Give a medicine's name and strength, or the name of another order with its free words."""
        if line.drug or not isinstance(line, OrderLine):
            return super().name_runs(line)
        item = self.knowledge().ward_orders.get(line.item) if line.item else None
        if item is None:
            return (Run(line.text, bold=True),)
        runs = [Run(doses.keep(item.name), bold=True)]
        return (*runs, Run(f"  {line.text}", color="text2")) if line.text else tuple(runs)

    def strength(self, drug: Drug) -> str:
        """Give what one unit holds: on a ward nobody orders a pack."""
        return doses.keep(doses.strength_text(drug, self.knowledge().units))

    def own_text(self, line: MedicineLine, cell: Cell) -> str:
        """Give begin, times, first day and drip rate; a draft says which term it is of."""
        if not isinstance(line, OrderLine):
            return ""
        texts: dict[Cell, Callable[[], str]] = {
            Cell.START: lambda: moment_text(line.start) if line.start else _("now"),
            Cell.TIMES: lambda: times_text(self.times(line)),
            Cell.FIRST_DAY: lambda: self.first_day(line),
            Cell.RATE: lambda: doses.keep(_rate(line.drip_rate)),
            Cell.STATE: lambda: _(TERMS[self.term(line)]),
        }
        return texts[cell]() if cell in texts else ""

    def skin_test(self, line: MedicineLine) -> str:
        """Give the skin test of a medicine; other orders have none."""
        return super().skin_test(line) if line.drug else "—"

    def term(self, line: OrderLine) -> OrderTerm:
        """Give the term of a line: what is given once is stat."""
        try:
            return orders.term_of(line, self.often(line))
        except Invalid:
            return line.term

    def times(self, line: OrderLine) -> tuple[str, ...]:
        """Give the clock times: as typed, else as this site suggests."""
        try:
            return times_of(line.times, self.often(line))
        except Invalid:
            return line.times

    def first_day(self, line: OrderLine) -> str:
        """Give the doses of the first day: as typed, else what that day has room for."""
        try:
            start = start_of(line.start, self._now())
            if line.prn:
                return ""
            count = first_day_of(line.first_day, self.often(line), self.times(line), start)
        except Invalid:
            return "" if line.first_day is None else str(line.first_day)
        return "" if count is None else str(count)

    def sentence(self, line: MedicineLine) -> str:
        """Read the order aloud."""
        found = self.ordered(line)
        if found is not None:
            return orders.said(found, self.knowledge()).spoken
        return "".join(run.text for run in self.name_runs(line))

    def display(self, line: MedicineLine) -> str:
        """Write the full order for the review: its term, what, when it begins, times, and doses of the first day."""
        found = self.ordered(line)
        if found is None or not isinstance(line, OrderLine):
            return self.sentence(line)
        term = _("Stat order") if found.term is OrderTerm.STAT else _("Long-term order")
        times, more = times_text(found.times), []
        more += [_("at {times}", times=times)] if times else []
        if found.first_day is not None:
            more.append(_("first day {count}", count=found.first_day))
        if line.start:
            more.append(_("from {moment}", moment=moment_text(line.start)))
        if line.skin_test is not None or self.needs_skin_test(line):
            more.append(self.skin_test(line))
        said = orders.said(found, self.knowledge()).display
        return f" {doses.DASH} ".join([doses.keep(term), said, *(doses.keep(part) for part in more)])

    def needless(self, said: Callable[[Cell], bool], signed: bool) -> Collection[Cell]:
        """Give the columns without a word in any row."""
        return {cell for cell in OPTIONAL if not said(cell)}

    def labelled(self, cell: Cell, text: str) -> str:
        """Name begin, times and doses of the first day where their titles are not in sight."""
        words = {
            Cell.START: lambda: _("from {moment}", moment=text) if text != _("now") else text,
            Cell.TIMES: lambda: _("at {times}", times=text),
            Cell.FIRST_DAY: lambda: _("first day {count}", count=text),
        }
        return doses.keep(doses.plain(words[cell]())) if cell in words else text

    def own_titles(self) -> dict[Cell, str]:
        """Name the columns of orders."""
        return {
            Cell.DRUG: _("Order"),
            Cell.START: _("Begin"),
            Cell.TIMES: _("Times"),
            Cell.FIRST_DAY: _("First day"),
            Cell.RATE: _("Rate"),
            Cell.PEOPLE: _("By"),
        }

    def empty_row(self) -> str:
        """Say what the empty row is for."""
        return _("Empty line: type a drug, a nursing level, a diet")

    def entry_prompt(self) -> str:
        """Name the cell an order begins with."""
        return _("Order")


def _rate(text: str) -> str:
    try:
        return read_rate(text)
    except Invalid:
        return text


def moment_text(instant: str) -> str:
    """Write a moment: orders run over a new year, so none goes without its own."""
    return doses.keep(written_moment(parse_instant(instant))) if instant else ""


def times_text(times: Sequence[str]) -> str:
    """Write clock times: `08 20`, `08:30 20:30`."""
    whole = all(each.endswith(":00") for each in times)
    return " ".join(each[:2] if whole else each for each in times)

"""What the cells of a prescription say besides those of every line: days, what is handed out, what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.words import Words
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.lines import Line
from workstation.medication.model import MedicineLine
from workstation.prescribing.lines import resolve
from workstation.prescribing.model import DraftLine
from workstation.terminology import doses
from workstation.terminology.quantity import yuan


class RxWords(Words):
    """Words for `DraftLine`s."""

    cells: ClassVar[Sequence[Cell]] = (
        Cell.NUMBER,
        Cell.GROUP,
        Cell.DRUG,
        Cell.DOSE,
        Cell.ROUTE,
        Cell.FREQUENCY,
        Cell.DAYS,
        Cell.TOTAL,
        Cell.SKIN_TEST,
        Cell.CHECK,
        Cell.AMOUNT,
        Cell.STATE,
    )
    beside: ClassVar[Sequence[Sequence[Cell]]] = ((Cell.TOTAL, Cell.AMOUNT, Cell.STATE),)

    def resolved(self, line: MedicineLine) -> Line | None:
        """Give the complete line, or None while something is missing or wrong."""
        try:
            return resolve(line, self.knowledge()) if isinstance(line, DraftLine) else None
        except Invalid:
            return None

    def own_text(self, line: MedicineLine, cell: Cell) -> str:
        """Give days, total and amount; a draft says that it is one."""
        if cell is Cell.DAYS:
            return str(line.days) if isinstance(line, DraftLine) and line.days else ""
        if cell is Cell.TOTAL:
            return self.total(line)
        if cell is Cell.AMOUNT:
            price = self.price(line)
            return yuan(price) if price is not None else ""
        return _("Draft")

    def own_titles(self) -> dict[Cell, str]:
        """Name days, total and amount."""
        return {Cell.DAYS: _("Days"), Cell.TOTAL: _("Total"), Cell.AMOUNT: _("Amount")}

    def total(self, line: MedicineLine) -> str:
        """Give what is handed out: `3 盒 (72 粒, 用 63)`, to be parted before the bracket only."""
        found = self.resolved(line)
        return unparted(doses.supply_text(found.drug, found.supply)) if found is not None else ""

    def price(self, line: MedicineLine) -> Decimal | None:
        """Give the price in yuan, or None while the line is not complete."""
        found = self.resolved(line)
        return found.price if found is not None else None

    def extras(self, line: MedicineLine) -> list[str]:
        """Say in the review how much is handed out."""
        found = self.resolved(line)
        if found is None:
            return []
        return [_("total {amount}", amount=doses.keep(doses.supply_text(found.drug, found.supply)))]


def unparted(text: str) -> str:
    """Keep an amount together but for one place, before its bracket."""
    amount, bracket, rest = text.partition(" (")
    return f"{doses.keep(amount)} {doses.keep(f'({rest}')}" if bracket else doses.keep(amount)

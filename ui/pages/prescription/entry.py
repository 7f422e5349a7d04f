"""How the lines of a prescription are written: days after the frequency, an amount where somebody decides on one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QWidget

from ui.pages.line_editor.cells import NOTE, Cell
from ui.pages.line_editor.editors import NumberCell
from ui.pages.line_editor.entry import Entry
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.model import MedicineLine
from workstation.medication.rows import DrugRow, Regimen
from workstation.prescribing.model import DraftLine

NUMBERS: Final = frozenset({Cell.DAYS, Cell.TOTAL})


class RxEntry(Entry):
    """Writes `DraftLine`s."""

    path: ClassVar[tuple[int, ...]] = (
        Cell.DRUG,
        Cell.DOSE,
        Cell.ROUTE,
        Cell.FREQUENCY,
        Cell.DAYS,
        NOTE,
    )
    shared: ClassVar[frozenset[int]] = frozenset({Cell.ROUTE, Cell.FREQUENCY, Cell.DAYS})
    own: ClassVar[frozenset[int]] = NUMBERS

    def share(self, line: MedicineLine, first: MedicineLine) -> MedicineLine:
        """Give a line the route, the frequency and the days of its group."""
        joined = super().share(line, first)
        if isinstance(joined, DraftLine) and isinstance(first, DraftLine):
            return replace(joined, days=first.days)
        return joined

    def picked(self, data: Any, old: MedicineLine | None) -> MedicineLine:
        """Make a line of a product; in a group it takes over what the group has in common."""
        row: DrugRow = data
        line = DraftLine(row.drug, unit=row.unit)
        if old is None:
            return line
        line = replace(line, key=old.key, group=old.group)
        return self.share(line, old) if old.group else line

    def with_regimen(self, line: MedicineLine, regimen: Regimen) -> MedicineLine:
        """Fill a line with a regimen and its days."""
        filled = super().with_regimen(line, regimen)
        return replace(filled, days=regimen.days) if isinstance(filled, DraftLine) else filled

    def own_editor(self, place: int, line: MedicineLine, view: QWidget) -> QWidget:
        """Make the editor of days or total."""
        days = place == Cell.DAYS
        value = (line.days if days else line.total) if isinstance(line, DraftLine) else 0
        return NumberCell(_("Days") if days else _("Total"), str(value or ""), view)

    def own_change(self, place: int, line: MedicineLine, editor: QWidget) -> MedicineLine:
        """Give the line with its days or total. Raises Invalid for what is no whole number."""
        if not isinstance(editor, NumberCell) or not isinstance(line, DraftLine):
            return line
        number = editor.number()
        if number is None:
            raise Invalid(_("Type a whole number."))
        return replace(line, days=number) if place == Cell.DAYS else replace(line, total=number)

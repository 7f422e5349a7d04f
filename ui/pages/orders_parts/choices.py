"""The rows of the list under the first cell of an order: medicines, items of the ward, and the words themselves."""

from __future__ import annotations

from dataclasses import replace

from ui.pages.line_editor.choices import drug_choice
from ui.widgets.code_search import Choice
from ui.widgets.table_model import Badge, Run
from workstation.core.i18n import _
from workstation.orders.finding import FoundOrders, ItemRow, OrderFound


def choices_of(found: FoundOrders, typed: str) -> tuple[list[Choice], int]:
    """Give the rows and how many there are; what no catalogue holds can be ordered in words."""
    rows = [_choice(row) for row in found.rows]
    if typed.strip() and (not rows or not typed.strip().isascii()):
        words = Choice("words", typed.strip(), _("Order in these words"), data=typed.strip())
        return [*rows[:8], words], found.total + 1
    return rows, found.total


def _choice(row: OrderFound) -> Choice:
    made = item_choice(row.item) if row.item is not None else None
    made = drug_choice(row.drug) if row.drug is not None else made
    return replace(made, data=row) if made is not None else Choice("", "")


def item_choice(item: ItemRow) -> Choice:
    """Make the row of an item: its name in bold, its kind, how often it is usually carried out."""
    details = [item.kind_name, *([item.often] if item.often else [])]
    badges = (Badge("note", _("replaces the running one")),) if item.exclusive else ()
    return Choice(
        item.item,
        item.name,
        " · ".join(details),
        badges=badges,
        runs=(Run(item.name, bold=True),),
    )

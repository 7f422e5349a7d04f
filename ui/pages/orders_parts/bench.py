"""Where the remedies of orders work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.pages.line_editor.bench import LineBench
from workstation.core.i18n import _
from workstation.medication.model import MedicineLine
from workstation.orders.finding import AT_ONCE, FoundOrders, SearchOrders
from workstation.orders.model import OrderLine, OrderTerm
from workstation.terminology.model import Drug


class OrderBench(LineBench):
    """See `LineBench`."""

    def one_day(self, line: MedicineLine) -> MedicineLine:
        """Give a stat order: what is given once is for one day."""
        if not isinstance(line, OrderLine):
            return line
        return replace(line, term=OrderTerm.STAT, frequency=AT_ONCE, times=(), first_day=None)

    def find_drug(self, drug: Drug, then: Callable[[object], None]) -> None:
        """Ask for a product with its regimens."""

        def found(answer: FoundOrders) -> None:
            rows = (row for row in answer.rows if row.drug is not None and row.drug.drug == drug.id)
            match = next(rows, None)
            if match is not None:
                then(match)

        self.ctx.tasks.ask(self, "orders.search-items", SearchOrders(drug.id, limit=1), found)

    def nothing_checked(self) -> str:
        """Say that the check failed."""
        return _("Nothing in these orders was checked")

    def still_checking(self) -> str:
        """Say that the check is not done yet."""
        return _("The orders are still being checked.")

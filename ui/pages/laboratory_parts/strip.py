"""The laboratory in one line of the consultation: what is ordered and how far it has come, and the key that orders."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.context import PatientContext
from ui.page import Page
from ui.pages.laboratory_parts import words
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.flow import FlowRow
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.laboratory.model import OrdersOf, OrderState
from workstation.laboratory.rows import OrderRow

MOST = 6


class LabStrip(QWidget):
    """Chips of the visit's orders, the newest first. `opened` asks for the results."""

    opened = Signal()

    def __init__(self, page: Page, patient: PatientContext) -> None:
        super().__init__(page)
        self._page, self._patient = page, patient
        self.rows: tuple[OrderRow, ...] = ()
        self.setAccessibleName(_("Laboratory"))
        t, line = theme(), QHBoxLayout(self)
        line.setContentsMargins(t.px(8), t.px(2), t.px(8), t.px(2))
        line.setSpacing(t.px(6))
        self.order = button(
            _("Laboratory"), self._order, key=page.hint("lab.order"), kind="quiet", icon="flask-conical"
        )
        self.nothing = label(_("Nothing ordered."), "label", color="text2")
        self.chips = FlowRow()
        self.results = button(_("Results"), self.opened.emit, key=page.hint("results.open"), kind="quiet")
        line.addWidget(self.order)
        line.addWidget(self.nothing, 1)
        line.addWidget(self.chips, 1)
        line.addWidget(self.results)
        self.show_orders(())

    def _order(self) -> None:
        self._page.ctx.actions.trigger("lab.order")

    def load(self) -> None:
        """Ask for the orders of the visit."""
        if self._patient.encounter:
            request = OrdersOf(self._patient.id, self._patient.encounter)
            self._page.ctx.tasks.ask(self._page, "laboratory.orders", request, self.show_orders, latest="lab")

    def show_orders(self, rows: Sequence[OrderRow]) -> None:
        """Show what is ordered."""
        self.rows = tuple(row for row in rows if row.state is not OrderState.CANCELLED)
        self.chips.clear()
        for row in self.rows[:MOST]:
            self.chips.add(StatusChip(chip_state(row), chip_text(row)))
        if len(self.rows) > MOST:
            self.chips.add(label(f"+{len(self.rows) - MOST}", "label", color="text2"))
        self.chips.setVisible(bool(self.rows))
        self.nothing.setVisible(not self.rows)
        self.results.setVisible(bool(self.rows))

    def summary(self) -> str:
        """Give the orders in one line."""
        return ", ".join(chip_text(row) for row in self.rows)


def chip_state(row: OrderRow) -> str:
    """Give the rung of an order's chip; what is only on its way is quiet."""
    if row.critical:
        return "stop"
    return words.ORDER_STATES[row.state] or "not_checked"


def chip_text(row: OrderRow) -> str:
    """Name an order and say how far it has come."""
    state = _("Critical") if row.critical else words.state_text(row.state)
    return f"{row.name} · {state}"

"""The laboratory in the head of a region: the key that orders, and how far the orders have come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.context import PatientContext
from ui.page import Page
from ui.pages.laboratory_parts import words
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.laboratory.model import OrdersOf, OrderState
from workstation.laboratory.rows import OrderRow

URGENCY: Final = (
    OrderState.REPORTED,
    OrderState.PARTIAL,
    OrderState.COLLECTED,
    OrderState.LABELLED,
    OrderState.ORDERED,
    OrderState.READ,
)


class LabStrip(QWidget):
    """One chip with what matters most and how many others there are; each order stands on the page of results.

    Where there is little room the word on the button goes, then the number of the others, at last the chip.
    """

    def __init__(self, page: Page, patient: PatientContext) -> None:
        super().__init__(page)
        self._page, self._patient = page, patient
        self.rows: tuple[OrderRow, ...] = ()
        self.setAccessibleName(_("Laboratory"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        t = theme()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(t.px(2))
        key = page.hint("lab.order")
        self.order = button(_("Laboratory"), self._order, key=key, kind="quiet", icon="flask-conical")
        self._said = (self.order.text(), f" {key}".rstrip())
        self.chip = StatusChip("note", " ", parent=self)
        self.others = label("", "label", color="text2")
        for widget in (self.order, self.chip, self.others):
            self._line.addWidget(widget)
        self.show_orders(())

    # Room

    def sizeHint(self) -> QSize:
        """Want room for everything."""
        return QSize(self._widths()[0], self.order.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Need room for the button's key alone."""
        return QSize(self._widths()[-1], self.order.sizeHint().height())

    def _widths(self) -> tuple[int, int, int, int]:
        """Give the widths of everything, without the button's word, without the others, of the button alone."""
        gap, word = self._line.spacing(), self._button_width(self._said[0])
        chip = self.chip.sizeHint().width() + gap if self.rows else 0
        others = self.others.sizeHint().width() + gap if self.others.text() else 0
        key = self._button_width(self._said[1])
        return word + chip + others, key + chip + others, key + chip, key

    def _button_width(self, text: str) -> int:
        metrics = self.order.fontMetrics()
        written = metrics.horizontalAdvance(self.order.text())
        return self.order.sizeHint().width() - written + metrics.horizontalAdvance(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what fits whole."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        everything, without_word, without_others, _least = self._widths()
        self.order.setText(self._said[0 if self.width() >= everything else 1])
        self.chip.setVisible(bool(self.rows) and self.width() >= without_others)
        self.others.setVisible(bool(self.others.text()) and self.width() >= without_word)

    # Content

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
        found = summed(self.rows)
        if found:
            state, text, count = found[0]
            self.chip.set(state, text)
            more = len(self.rows) - count
            self.others.setText(f"+{more}" if more else "")
        else:
            self.others.setText("")
        self.updateGeometry()
        self._fit()
        self.setAccessibleDescription(self.summary())
        self.setToolTip(self.summary())

    def summary(self) -> str:
        """Give the orders one by one, in one line."""
        return ", ".join(f"{row.name} {words.state_text(row.state)}" for row in self.rows)


def summed(rows: Sequence[OrderRow]) -> list[tuple[str, str, int]]:
    """Give (rung, words, how many) of each state that occurs: critical first, what waits for the doctor next."""
    critical = sum(1 for row in rows if row.critical)
    counts = Counter(row.state for row in rows if not row.critical)
    found = [("stop", f"{_('Critical')} {critical}", critical)] if critical else []
    for state in URGENCY:
        if counts[state]:
            rung = words.ORDER_STATES[state] or "not_checked"
            said = _("not read") if state is OrderState.REPORTED else words.state_text(state)
            found.append((rung, f"{said} {counts[state]}", counts[state]))
    return found

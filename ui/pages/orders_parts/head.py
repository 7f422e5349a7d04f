"""What stands above the orders: tabs with their counts, what is left out of the list, the acts with their keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton

from ui.widgets.buttons import button
from ui.widgets.flow import FlowRow
from workstation.core.i18n import _
from workstation.orders.model import OrderList, OrderTab, OrderTerm

DRAFTS: Final = "drafts"
TABS: Final = (OrderTab.LONG_TERM.value, OrderTab.STAT.value, DRAFTS, OrderTab.ALL.value)


class OrdersHead(FlowRow):
    """`changed` says that another part of the list is wanted."""

    changed = Signal()

    def __init__(self, acts: dict[str, tuple[str, Callable[[], object], str]]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.tabs: list[QPushButton] = []
        for place, _tab in enumerate(TABS):
            made = self._turning("")
            self._group.addButton(made, place)
            self.tabs.append(made)
        self.tabs[0].setChecked(True)
        self.only_running = self._turning("")
        self.only_running.setChecked(True)
        self.acts: dict[str, QPushButton] = {}
        for name, (text, run, key) in acts.items():
            self.acts[name] = button(text, run, key=key, parent=self)
            self.add(self.acts[name])
        self._group.idClicked.connect(lambda _place: self.changed.emit())
        self.only_running.clicked.connect(lambda _on: self.changed.emit())
        self.show_counts(None, 0)

    def _turning(self, text: str) -> QPushButton:
        made = button(text, kind="quiet", parent=self)
        made.setCheckable(True)
        self.add(made)
        return made

    def tab(self) -> str:
        """Give the tab that is down: a value of `OrderTab`, or `drafts`."""
        return TABS[max(self._group.checkedId(), 0)]

    def term(self) -> OrderTerm:
        """Give the term a new line is written for."""
        return OrderTerm.STAT if self.tab() == OrderTab.STAT.value else OrderTerm.LONG_TERM

    def go(self, tab: str) -> None:
        """Show a tab."""
        self.tabs[TABS.index(tab)].click()

    def step(self, by: int) -> None:
        """Show the next tab, or the one before."""
        self.go(TABS[(TABS.index(self.tab()) + by) % len(TABS)])

    def show_counts(self, found: OrderList | None, drafts: int) -> None:
        """Show how many orders stand in each tab, and how many of this one are shown."""
        counts = (
            (found.long_term, found.stat, drafts, found.long_term + found.stat)
            if found
            else (0, 0, drafts, 0)
        )
        titles = (_("Long-term"), _("Stat"), _("Drafts"), _("All"))
        for made, title, count in zip(self.tabs, titles, counts, strict=True):
            made.setText(f"{title} {count}")
        running = found.running if found is not None else 0
        total = found.total if found is not None else 0
        words = _("Only running {running}/{total}", running=running, total=total)
        self.only_running.setText(words)
        self.only_running.setVisible(self.tab() != DRAFTS)

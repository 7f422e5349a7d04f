"""A table with what always goes with it: the bar for held-back news, and what stands there when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui.widgets.empty_state import EmptyState
from ui.widgets.freeze_bar import FreezeBar
from ui.widgets.table import Column, DenseTable


class TablePane(QWidget):
    """Use `table` as it is; give rows through `set_rows` and `offer` here, so that the empty state follows."""

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[Any], str],
        name: str,
        empty: EmptyState,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.table = DenseTable(columns, key, name)
        self.bar = FreezeBar()
        self.empty = empty
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.bar)
        rows.addWidget(self._stack, 1)
        self.table.held_back.connect(self.bar.hold)
        self.bar.refresh.connect(self.table.take_waiting)
        self._follow()

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show rows now."""
        self.table.set_rows(rows)
        self._follow()

    def offer(self, rows: Sequence[Any]) -> None:
        """Take rows from the background; see `DenseTable.offer`."""
        self.table.offer(rows)
        self._follow()

    def _follow(self) -> None:
        self._stack.setCurrentWidget(self.table if self.table.rows_model.rowCount() else self.empty)

"""Which part of the waiting list is shown: always in sight, with “n of N” and one way back to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.queue.model import QueueRow


def _first(row: QueueRow) -> bool:
    return row.visit_type == "first"


def _return(row: QueueRow) -> bool:
    return row.visit_type == "return"


def _priority(row: QueueRow) -> bool:
    return bool(row.priority) or row.emergency


def _everything(_row: QueueRow) -> bool:
    return True


class Filters(QWidget):
    """Four buttons of which one is down."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Filter"))
        self._tests: list[Callable[[QueueRow], bool]] = [_everything, _first, _return, _priority]
        self._group = QButtonGroup(self)
        self._count = label("", "label", color="text2")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme().px(4))
        titles = (_("All"), _("First visits"), _("Return visits"), _("Priority"))
        self.buttons: list[QPushButton] = []
        for number, title in enumerate(titles):
            made = button(title, kind="quiet", parent=self)
            made.setCheckable(True)
            self._group.addButton(made, number)
            self.buttons.append(made)
            line.addWidget(made)
        line.addWidget(self._count)
        self.buttons[0].setChecked(True)
        self._group.idClicked.connect(lambda _number: self.changed.emit())

    def shown(self, rows: Sequence[QueueRow]) -> list[QueueRow]:
        """Give the rows that pass, and say how many do."""
        number = max(self._group.checkedId(), 0)
        kept = [row for row in rows if self._tests[number](row)]
        self._count.setText(_("{shown} of {total}", shown=len(kept), total=len(rows)) if number else "")
        return kept

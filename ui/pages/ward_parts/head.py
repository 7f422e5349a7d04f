"""The line above the board: which ward, how full it is, how large the cards are, table or cards, and admission."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QComboBox, QHBoxLayout, QPushButton, QWidget

from ui.context import Context
from ui.pages.ward_parts.card import SIZES
from ui.theme import theme
from ui.ward_choice import WardChoice
from ui.widgets.buttons import button
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.inpatient.rows import BoardView


class WardHead(QWidget):
    """`hint` gives the key of an action; `manages` says that there may be an admission."""

    size_chosen = Signal(str)
    turned = Signal()
    admit_wanted = Signal()

    def __init__(
        self, ctx: Context, hint: Callable[[str], str], manages: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._hint = hint
        self.choice = WardChoice(ctx)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.counts = label("", color="text2")
        self.as_of = label("", "label", color="text2")
        self._sizes = QButtonGroup(self)
        self.as_table = button(_("Table"), kind="quiet", key=hint("ward.table"), parent=self)
        self.as_table.setCheckable(True)
        self.as_table.clicked.connect(lambda _on: self.turned.emit())
        self._lines = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(theme().px(4))
        self._lay_out(manages)

    def _lay_out(self, manages: bool) -> None:
        gap = theme().px(8)
        self._left, self._right = QHBoxLayout(), QHBoxLayout()
        for widget in (self.choice, self.counts, self.as_of):
            self._left.addWidget(widget)
        self._left.addStretch(1)
        self._right.addStretch(1)
        for size in SIZES:
            self._right.addWidget(self._size_button(size))
        self._right.addWidget(self.as_table)
        if manages:
            admit = button(
                _("Admit a patient"), self.admit_wanted.emit, kind="primary", key=self._hint("stay.admit")
            )
            self._right.addWidget(admit)
        for line in (self._left, self._right):
            line.setSpacing(gap)
            self._lines.addLayout(line)

    def _size_button(self, size: str) -> QPushButton:
        names = {"small": _("Small"), "medium": _("Medium"), "large": _("Large")}
        made = button(names[size], kind="quiet", key=self._hint(f"ward.{size}"), parent=self)
        made.setCheckable(True)
        made.setProperty("cards", size)
        made.clicked.connect(lambda _on: self.size_chosen.emit(size))
        self._sizes.addButton(made)
        return made

    def arrange(self, room: int) -> None:
        """Stand in one line where there is room, else in two."""
        needed = self._left.sizeHint().width() + self._right.sizeHint().width() + theme().px(16)
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._lines.setDirection(beside if needed <= room else below)

    def mark_size(self, size: str) -> None:
        """Show which size is in use."""
        for made in self._sizes.buttons():
            made.setChecked(made.property("cards") == size)

    def say_counts(self, view: BoardView, time: str) -> None:
        """Say how full the ward is, and as of when."""
        beds = [bed for bed in view.beds if bed.open or bed.occupants]
        used = sum(1 for bed in beds if bed.occupants)
        self.counts.setText(
            _("{beds} beds · {used} in use · {free} free", beds=len(beds), used=used, free=len(beds) - used)
        )
        self.as_of.setText(_("as of {time} (24 h)", time=time))

"""Why signs were not taken: one key a reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.context import Context
from ui.pages.vitals_parts.columns import COLUMNS
from ui.pages.vitals_parts.grid import RoundGrid
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.i18n import _
from workstation.terminology.ward_signs import MissReason, WardSigns

USUAL: Final = ("temperature", "pulse", "respiration")
MORE: Final = ("systolic", "spo2")


class MissSheet(Overlay):
    """A card with the reasons; a digit picks one, Esc leaves everything as it was."""

    chosen = Signal(object)

    def __init__(self, host: QWidget, who: str, what: str, reasons: Sequence[MissReason]) -> None:
        super().__init__(host)
        self._reasons = tuple(reasons)
        title = _("Not measured: {who}", who=who)
        self.setAccessibleName(title)
        card = Card(self)
        card.setFixedWidth(theme().px(420))
        card.rows.addWidget(label(title, "section", bold=True, wrap=True))
        card.rows.addWidget(label(what, color="text2", wrap=True))
        for reason in self._reasons:
            card.rows.addWidget(button(reason.name, partial(self._pick, reason), key=reason.key, parent=card))
        card.rows.addWidget(button(_("Back"), self.cancel, key="Esc", kind="quiet", parent=card))
        around = QVBoxLayout(self)
        around.addStretch(1)
        around.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        around.addStretch(1)

    def _pick(self, reason: MissReason) -> None:
        self.dismiss()
        self.chosen.emit(reason)
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick by the key that stands on the button."""
        found = next((r for r in self._reasons if event.text() == r.key), None)
        if found is not None:
            self._pick(found)
            event.accept()
        else:
            super().keyPressEvent(event)


def ask_why(ctx: Context, grid: RoundGrid, rules: WardSigns) -> None:
    """Ask why the signs of the patient in focus were not taken: all that were to be taken, or the weight alone."""
    row, column = grid.current(), grid.current_column()
    if row is None or not grid.finish():
        return
    weight = column is not None and column.field == "weight"
    reasons = [r for r in rules.reasons if not r.sign or weight or "weight" in row.due]
    fields = ("weight",) if weight else tuple(f for f in (*USUAL, *MORE) if f in USUAL or f in row.due)
    named = ", ".join(_(column.name) for column in COLUMNS if column.field in fields)
    sheet = MissSheet(ctx.notices.sheet_host(), f"{row.bed} {row.name}", named, reasons)

    def chosen(reason: MissReason) -> None:
        number = grid.round.number_of(row.patient)
        if number >= 0:
            grid.round.miss(number, (reason.sign,) if reason.sign else fields, reason.code)

    sheet.chosen.connect(chosen)
    sheet.open()

"""One patient's vital signs from the chart: the same row as on the ward's round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.context import Context, PatientContext
from ui.pages.vitals_parts import words
from ui.pages.vitals_parts.delegate import ROW
from ui.pages.vitals_parts.grid import RoundGrid
from ui.pages.vitals_parts.head import TimeEdit
from ui.pages.vitals_parts.keeping import Keeper
from ui.pages.vitals_parts.miss_sheet import ask_why
from ui.pages.vitals_parts.model import FIRST, RoundModel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.clock import instant
from workstation.core.i18n import _
from workstation.vitals.model import AskRow, RoundRow


class EntryRow(QWidget):
    """Hidden until somebody measures; gone again when the row is recorded."""

    recorded = Signal()
    edited = Signal()

    def __init__(self, ctx: Context, patient: PatientContext, owner: QWidget) -> None:
        super().__init__(owner)
        self._ctx, self._patient, self._owner = ctx, patient, owner
        self.model = RoundModel(lambda: ctx.desk.knowledge.early_warning, self)
        self.model.edited.connect(self._edited)
        self.time = TimeEdit(_("Time of the round (24 h)"))
        self.keeper = Keeper(ctx, self.model, owner, self._at)
        self.keeper.recorded.connect(self._done)
        self.keeper.refused.connect(lambda _row, why: self._say(why, True))
        self.grid = RoundGrid(self.model, self._today, _("Vital signs of this patient"), self)
        self.grid.leaving.connect(self.keeper.record)
        self.grid.said.connect(self._say)
        self.chip = StatusChip("caution", _("Type again"))
        self.message = label("", bold=True, wrap=True)
        self.due = label("", color="text2", wrap=True)
        self._lay_out()
        self._say("", False)
        self.hide()

    def _lay_out(self) -> None:
        t = theme()
        line = QHBoxLayout()
        line.setSpacing(t.px(8))
        caption = label(_("Time (24 h)"), "label", color="label")
        caption.setBuddy(self.time)
        line.addWidget(caption)
        line.addWidget(self.time)
        line.addWidget(self.due, 1)
        line.addWidget(button(_("Record"), self.record, kind="primary", key="F12", parent=self))
        said = QHBoxLayout()
        said.addWidget(self.chip)
        said.addWidget(self.message, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(t.px(4))
        rows.addLayout(line)
        rows.addWidget(self.grid)
        rows.addLayout(said)
        self._be_low()

    def _be_low(self) -> None:
        """Be as high as the titles and one row."""
        self.grid.setFixedHeight(self.grid.horizontalHeader().height() + theme().px(ROW) + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the titles, which may need a second line."""
        super().resizeEvent(event)
        self._be_low()

    def open(self) -> None:
        """Show the row with what is due now, the focus in its first cell."""
        self.show()
        request = AskRow(self._patient.id, self._patient.encounter)
        self._ctx.tasks.ask(self._owner, "vitals.row", request, self._show, latest="row")

    def not_measured(self) -> None:
        """Ask why the signs were not taken."""
        ask_why(self._ctx, self.grid, self._ctx.desk.knowledge.ward_signs)

    def _show(self, row: RoundRow) -> None:
        self.model.set_rows([row])
        self._describe()
        self.grid.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.grid.setCurrentIndex(self.model.index(0, FIRST))

    def record(self) -> None:
        """Record what is typed."""
        if self.grid.finish():
            for row in self.model.typed_rows():
                self.keeper.record(row)

    def retype(self, kept: Mapping[str, Any]) -> None:
        """Type again what was kept as a draft."""
        if self.model.row_at(0) is not None:
            for why in self.model.retype(0, kept, self._today()):
                self._say(why, True)

    def _done(self, _patient: str) -> None:
        self._say("", False)
        self.model.going.clear()
        self.hide()
        self.recorded.emit()

    def _edited(self) -> None:
        self._describe()
        self.edited.emit()

    def _describe(self) -> None:
        row = self.model.row_at(0)
        self._be_low()
        if row is not None:
            parts = (words.due_text(row), words.score_sentence(row, self.model.early_warning(row)))
            self.due.setText("   ".join(part for part in parts if part))

    def _say(self, text: str, loud: bool) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self.chip.setVisible(loud and bool(text))

    def _at(self) -> str:
        chosen, now = self.time.value(), self._ctx.clock.now()
        if chosen is None:
            return ""
        return instant(now.replace(hour=chosen.hour, minute=chosen.minute, second=0, microsecond=0))

    def _today(self) -> date:
        return self._ctx.clock.now().date()

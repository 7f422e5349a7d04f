"""The prescriptions of this visit, read-only: for those who may read them but not write them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.pages.outpatient_parts.rich_lines import LineList
from ui.pages.outpatient_parts.summary_pane import medicine_runs
from ui.widgets.table_model import Run
from workstation.chart.medications import Medicine
from workstation.core.i18n import _


class PrescriptionsView(QWidget):
    """Signed lines by prescription number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = LineList(_("Prescriptions of this visit"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.lines)
        self.setFocusProxy(self.lines)

    def show_medicines(self, medicines: Sequence[Medicine]) -> None:
        """Show the lines under their prescription numbers."""
        self.lines.clear()
        for number in dict.fromkeys(m.number for m in medicines):
            self.lines.heading(_("Prescription {number}", number=number) if number else _("Prescription"))
            for medicine in (m for m in medicines if m.number == number):
                self.lines.line(medicine_runs(medicine))
        if not medicines:
            self.lines.line((Run(_("No prescription in this visit."), color="text2"),))

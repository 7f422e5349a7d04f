"""One entry in full: labels and texts that wrap, read by keyboard and by a screen reader as one text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui.pages.knowledge_parts.facts import Fact
from ui.style import focus_ring, panel
from ui.theme import theme
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.i18n import _


class _Sheet(QWidget):
    """The panel the facts stand on; it shows the focus of the area around it."""

    def __init__(self) -> None:
        super().__init__()
        self.focused = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel."""
        t, painter = theme(), QPainter(self)
        panel(painter, QRectF(self.rect()), t.color("surface"), t.color("border"), t.px(6))
        if self.focused:
            focus_ring(painter, QRectF(self.rect()), t.px(6), inset=True)


class EntryDetail(QScrollArea):
    """Shows facts; the arrows scroll it while it has the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Details"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sheet = _Sheet()

    def show_facts(self, title: str, facts: Sequence[Fact]) -> None:
        """Show an entry from its top."""
        t, sheet = theme(), _Sheet()
        rows, grid = QVBoxLayout(sheet), QGridLayout()
        rows.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        rows.addWidget(label(title, "section", bold=True, wrap=True))
        grid.setHorizontalSpacing(t.px(12))
        grid.setVerticalSpacing(t.px(4))
        grid.setColumnStretch(1, 1)
        for row, fact in enumerate(facts):
            name = label(fact.label, "label", color="label")
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            if fact.state:
                grid.addWidget(StatusChip(fact.state, fact.text), row, 1, Qt.AlignmentFlag.AlignLeft)
            else:
                grid.addWidget(label(fact.text, wrap=True), row, 1)
        rows.addLayout(grid)
        rows.addStretch(1)
        self._sheet = sheet
        self.setWidget(sheet)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleDescription("; ".join([title, *(f"{f.label}: {f.text}" for f in facts)]))

    def _mark(self, focused: bool) -> None:
        self._sheet.focused = focused
        self._sheet.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self._mark(focused=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus."""
        super().focusOutEvent(event)
        self._mark(focused=False)

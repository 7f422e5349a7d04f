"""Both versions of a conflict side by side, and the decision with its reason. Nothing is chosen beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from ui.sync_port import Compared, WorkRow
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.days import written_date
from workstation.core.i18n import _


class DecideSheet(Overlay):
    """`ours` and `theirs` carry the typed reason. Without the right to decide only the comparison is shown."""

    ours = Signal(str)
    theirs = Signal(str)

    def __init__(self, host: QWidget, row: WorkRow, sides: Sequence[Compared]) -> None:
        super().__init__(host)
        self.closed = False
        self._may = row.may_decide
        self.setAccessibleName(_("Compare both versions"))
        self.reason = QLineEdit()
        self.reason.setAccessibleName(_("Reason"))
        self.reason.setPlaceholderText(_("Give a reason first."))
        self.reason.textChanged.connect(self._typed)
        self.reason.installEventFilter(self)
        self._buttons: list[QWidget] = []
        t = theme()
        card = Card(self)
        title = f"{row.act}  {row.patient}".strip()
        card.rows.addWidget(label(title, "section", bold=True, wrap=True))
        if row.safety:
            text = _("Safety data: both versions stay until a clinician decides.")
            card.rows.addWidget(StatusChip("conflict", text, parent=card), 0, Qt.AlignmentFlag.AlignLeft)
        card.rows.addWidget(self._sides(row, sides), 1)
        card.rows.addLayout(self._decision(card))
        around = QVBoxLayout(self)
        around.setContentsMargins(t.px(32), t.px(16), t.px(32), t.px(16))
        around.addWidget(card)

    def _sides(self, row: WorkRow, sides: Sequence[Compared]) -> QScrollArea:
        area = QScrollArea()
        area.setAccessibleName(_("Both versions"))
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setHorizontalSpacing(theme().px(16))
        grid.setVerticalSpacing(theme().px(6))
        grid.setColumnMinimumWidth(0, theme().px(96))
        for column in (1, 2, 3):
            grid.setColumnStretch(column, 1)
        heads = ("", _("Before"), _("This PC"), _("The centre"))
        for column, text in enumerate(heads):
            grid.addWidget(label(text, "label", color="label"), 0, column)
        line = 1
        for side in sides:
            line = self._side(grid, line, side, _who_when(row.who, row.made_at))
        if not sides:
            grid.addWidget(label(_("Both versions say the same now."), wrap=True), line, 0, 1, 4)
        grid.setRowStretch(line + 1, 1)
        area.setWidget(inner)
        return area

    def _side(self, grid: QGridLayout, line: int, side: Compared, here: str) -> int:
        there = _who_when(side.theirs_by, side.theirs_at)
        grid.addWidget(label(side.what, bold=True), line, 0, 1, 2)
        for column, who in ((2, here), (3, there)):
            grid.addWidget(label(who, "label", color="text2", wrap=True), line, column)
        line += 1
        if side.ours_deleted or side.theirs_deleted:
            gone, kept = _("deleted"), _("kept")
            grid.addWidget(label(gone if side.ours_deleted else kept, bold=True), line, 2)
            grid.addWidget(label(gone if side.theirs_deleted else kept, bold=True), line, 3)
            return line + 1
        for part in side.parts:
            grid.addWidget(label(part.name, "label", color="label", wrap=True), line, 0)
            texts = (part.base, part.ours, part.theirs)
            for column, text in enumerate(texts, 1):
                changed = column > 1 and text != part.base
                shown = label(text or "—", wrap=True, bold=changed, color="text" if changed else "text2")
                shown.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(shown, line, column)
            line += 1
        return line

    def _decision(self, card: QWidget) -> QVBoxLayout:
        rows = QVBoxLayout()
        row = QHBoxLayout()
        self.back = button(_("Decide later"), self.cancel, key="Esc", kind="primary", parent=card)
        if self._may:
            asked = QHBoxLayout()
            asked.addWidget(label(_("Reason"), "label", color="label"))
            asked.addWidget(self.reason, 1)
            rows.addLayout(asked)
            keep = button(_("Keep the version of this PC"), self._ours, key="Alt+1", parent=card)
            take = button(_("Take the version of the centre"), self._theirs, key="Alt+2", parent=card)
            self._buttons = [keep, take]
        else:
            self.reason.hide()
            text = _("You may compare but not decide. Ask a clinician to open the sync centre on this PC.")
            rows.addWidget(label(text, color="text2", wrap=True))
        row.addStretch(1)
        for each in (*self._buttons, self.back):
            row.addWidget(each)
        rows.addLayout(row)
        self._typed("")
        return rows

    def _typed(self, _text: str) -> None:
        given = bool(self.reason.text().strip())
        for each in self._buttons:
            each.setEnabled(given)
            each.setAccessibleDescription("" if given else _("Give a reason first."))

    def first_focus(self) -> QWidget | None:
        """Start in the reason, or on the way back."""
        return self.reason if self._may else self.back

    def _ours(self) -> None:
        self._decide(self.ours.emit)

    def _theirs(self) -> None:
        self._decide(self.theirs.emit)

    def _decide(self, say: Callable[[str], None]) -> None:
        reason = self.reason.text().strip()
        if reason:
            self.dismiss()
            say(reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Alt+1 and Alt+2 also from the reason, which would write the digit."""
        if watched is self.reason and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._chosen(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Decide with Alt+1 and Alt+2; Esc leaves it open."""
        if self._chosen(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _chosen(self, event: QKeyEvent) -> bool:
        chosen = {Qt.Key.Key_1: self._ours, Qt.Key.Key_2: self._theirs}.get(Qt.Key(event.key()))
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if not alt or chosen is None or not self._may:
            return False
        chosen()
        return True

    def dismiss(self) -> None:
        """Close and forget what was compared."""
        super().dismiss()
        self.closed = True
        self.deleteLater()


def _who_when(who: str, at: datetime | None) -> str:
    """Say whose version it is, and from when."""
    return f"{who} {written_date(at.date())} {at:%H:%M}".strip() if at is not None else who

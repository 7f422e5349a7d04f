"""Lines to take over, each ticked by its digit: of the last prescription, or of a set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui import icons
from ui.pages.line_editor.editors import ENTER
from ui.style import focus_ring, panel
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.cells import run_layout
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from ui.widgets.table_model import Run
from workstation.core.i18n import _, n_
from workstation.prescribing.rows import LineToRepeat


class TickRow(QWidget):
    """One line that can be kept: its number is its key, what changed stands beside it."""

    toggled = Signal()

    def __init__(self, number: int, line: LineToRepeat) -> None:
        super().__init__()
        self.line, self.number, self.ticked = line, number, False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{number}. {line.spoken} {'; '.join(line.remarks)}")

    def toggle(self) -> None:
        """Tick or untick; a line that cannot be taken over stays unticked."""
        if self.line.available:
            self.ticked = not self.ticked
            self.setAccessibleDescription(_("kept") if self.ticked else "")
            self.update()
            self.toggled.emit()

    def _layout(self, width: int) -> QTextLayout:
        remarks = "  ".join(self.line.remarks)
        runs = [Run(self.line.text, color="" if self.line.available else "text2")]
        if remarks:
            runs.append(Run(f"  {remarks}", bold=True, color="text2"))
        return run_layout(runs, width - theme().px(64))

    def sizeHint(self) -> QSize:
        """Give the room the line needs at the width it has."""
        return QSize(theme().px(400), self.heightForWidth(max(self.width(), theme().px(400))))

    def hasHeightForWidth(self) -> bool:
        """Say that a narrow line is a high one."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Give the height at a width."""
        text = self._layout(width).boundingRect().height()
        return max(theme().row_height, round(text) + theme().px(8))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with the arrows, before the area around the lines would scroll instead."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tick with the pointer."""
        self.toggle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint number, box and line."""
        t, painter = theme(), QPainter(self)
        painter.fillRect(self.rect(), t.color("selection" if self.ticked else "surface"))
        painter.setFont(t.font("hint"))
        painter.setPen(t.color("label"))
        middle = self.height() / 2
        painter.drawText(
            QRectF(t.px(6), 0, t.px(16), self.height()), Qt.AlignmentFlag.AlignVCenter, str(self.number)
        )
        box = QRectF(t.px(26), middle - t.px(8), t.px(16), t.px(16))
        fill = t.color("accent_solid") if self.ticked else t.color("surface")
        panel(painter, box, fill, t.color("control" if self.line.available else "disabled"), t.px(3))
        if self.ticked:
            icons.paint(
                painter, "check", box.left() + t.px(2), box.top() + t.px(2), t.color("accent_ink"), 12
            )
        layout = self._layout(self.width())
        layout.draw(painter, QPointF(t.px(54), middle - layout.boundingRect().height() / 2))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), t.px(3), inset=True)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where lines come from: a title, the source, and whether this site has confirmed it."""

    title: str
    source: str
    confirmed: bool = True


class LinesSheet(Overlay):
    """Lines to take over, every one unticked: a digit keeps one, Enter takes what was kept."""

    taken = Signal(list)

    def __init__(self, host: QWidget, origin: Origin, lines: Sequence[LineToRepeat]) -> None:
        super().__init__(host)
        self.setAccessibleName(origin.title)
        self.card = Card(self)
        self.card.rows.addLayout(self._head(origin))
        self.rows = [TickRow(n, line) for n, line in enumerate(lines, 1)]
        self.card.rows.addWidget(self._area(), 1)
        self.take = button("", self._take, key="Enter", kind="primary", parent=self.card)
        row = QHBoxLayout()
        row.addWidget(label(_("Digits keep a line"), "hint", color="label"))
        row.addStretch(1)
        row.addWidget(button(_("Back"), self.cancel, key="Esc", parent=self.card))
        row.addWidget(self.take)
        self.card.rows.addLayout(row)
        around = QVBoxLayout(self)
        margin = theme().px(12)
        around.setContentsMargins(margin, margin, margin, margin)
        around.addWidget(self.card)
        self._count()

    def _head(self, origin: Origin) -> QVBoxLayout:
        title, rows = QHBoxLayout(), QVBoxLayout()
        title.addWidget(label(origin.title, "section", bold=True))
        if not origin.confirmed:
            title.addWidget(StatusChip("caution", _("needs local confirmation"), parent=self.card))
        title.addStretch(1)
        rows.addLayout(title)
        rows.addWidget(label(origin.source, "label", color="text2", wrap=True))
        return rows

    def _area(self) -> QScrollArea:
        inner = QWidget()
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme().px(2))
        for row in self.rows:
            row.toggled.connect(self._count)
            rows.addWidget(row)
        rows.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        for part in (area.viewport(), inner):
            part.setAutoFillBackground(False)
        return area

    def first_focus(self) -> QWidget | None:
        """Start on the first line."""
        return self.rows[0] if self.rows else self.take

    def _count(self) -> None:
        count = sum(1 for row in self.rows if row.ticked)
        self.take.setText(n_("Take {count} line", "Take {count} lines", count) + "  Enter")
        self.take.setEnabled(count > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and Space tick, Enter takes."""
        number, key = event.key() - Qt.Key.Key_1, event.key()
        here = next((row for row in self.rows if row.hasFocus()), None)
        if 0 <= number < min(len(self.rows), 9):
            self.rows[number].toggle()
        elif key == Qt.Key.Key_Space and here is not None:
            here.toggle()
        elif key in ENTER:
            self._take()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _take(self) -> None:
        kept = [row.line for row in self.rows if row.ticked]
        if kept:
            self.dismiss()
            self.taken.emit(kept)

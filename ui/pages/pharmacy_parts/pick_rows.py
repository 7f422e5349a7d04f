"""The lines at the counter, one below the other: scanned or to scan, from which lots, what to look at twice."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.pages.pharmacy_parts import words
from ui.pages.pharmacy_parts.picks import PickLine, PickList
from ui.style import focus_ring, panel
from ui.theme import theme
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.terminology.doses import DASH, keep


class PickRow(QWidget):
    """One line. Enter opens the way by hand; the arrows walk."""

    by_hand = Signal(str)
    step = Signal(int)

    def __init__(self, line: PickLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        t = theme()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(t.px(8), t.px(6), t.px(8), t.px(6))
        rows.setSpacing(t.px(2))
        head = QHBoxLayout()
        head.setSpacing(t.px(6))
        state, word = mark(line)
        self.chip = StatusChip(state, word)
        head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(label(keep(line.row.name), bold=True, wrap=True), 1)
        rows.addLayout(head)
        rows.addWidget(label(product_text(line), wrap=True))
        for text in lot_texts(line):
            rows.addWidget(label(text, "label", color="text2", wrap=True))
        for rung, text in notes(line):
            rows.addWidget(StatusChip(rung, text), 0, Qt.AlignmentFlag.AlignLeft)
        parts = [word, line.row.name, product_text(line), *lot_texts(line), *(n for _rung, n in notes(line))]
        self.setAccessibleName(", ".join(parts))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows; Enter and Space pick by hand."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() in steps:
            self.step.emit(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.by_hand.emit(self.line.row.line)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the focus."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel and the ring."""
        t, painter = theme(), QPainter(self)
        ground = "surface" if not self.line.done else "alt"
        panel(painter, QRectF(self.rect()), t.color(ground), t.color("border"), t.px(4))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), t.px(4), inset=True)


def mark(line: PickLine) -> tuple[str, str]:
    """Give rung and word of a line."""
    if not line.taken and not line.done:
        return "not_checked", _("Nothing goes out")
    if line.scanned:
        return "done", _("Scanned")
    return ("note", _("By hand")) if line.reason else ("caution", _("To scan"))


def product_text(line: PickLine) -> str:
    """Give strength and amount: all of it, or what of it goes out now."""
    row = line.row
    amount = row.quantity_text
    if line.quantity != Decimal(row.quantity):
        amount = _(
            "{now} of {all} {unit}",
            now=_number(line.quantity),
            all=_number(Decimal(row.quantity)),
            unit=row.unit,
        )
    strength = _("strength {strength}", strength=row.specification) if row.specification else ""
    return f" {DASH} ".join(keep(part) for part in (strength, amount) if part)


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")


def lot_texts(line: PickLine) -> list[str]:
    """Give lot, last usable day and amount of each lot it comes from."""
    lots = line.lots()
    texts = []
    for lot in lots:
        text = _("Lot {lot} · expires {date}", lot=lot.number, date=words.day(lot.expires))
        if len(lots) > 1:
            text += f" · {lot.suggested} {line.row.unit}"
        texts.append(keep(text) if len(text) < 24 else text)
    if line.codes:
        texts.append(_("Trace codes {count}", count=len(line.codes)))
    if line.reason_text:
        texts.append(_("Not scanned: {reason}", reason=line.reason_text))
    return texts


def notes(line: PickLine) -> list[tuple[str, str]]:
    """Give what must not be overlooked: not enough, near expiry, an earlier lot left behind, high alert."""
    found = []
    if not line.row.lots:
        found.append(("warn", _("Nothing on the shelf")))
    elif line.quantity < line.left:
        owed = f"{_number(line.left - line.quantity)} {line.row.unit}"
        found.append(("caution", _("Stays owed {amount}", amount=owed)))
    if any(lot.near_expiry for lot in line.lots()):
        found.append(("caution", _("Near expiry")))
    earlier = line.skips_earlier
    if earlier is not None:
        text = _("Lot {lot} expires earlier: {date}", lot=earlier.number, date=words.day(earlier.expires))
        found.append(("caution", text))
    if line.row.high_alert:
        found.append(("warn", _("High alert")))
    return found


class PickRows(QWidget):
    """All lines; made anew after each scan, the focus staying on its line."""

    by_hand = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[PickRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme().px(4))
        self._layout.addStretch(1)
        self.setAccessibleName(_("Medicines to hand out"))

    def show_picks(self, picks: PickList | None) -> None:
        """Show the lines as they stand."""
        focused = next((r.line.row.line for r in self.rows if r.hasFocus()), "")
        for row in self.rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [PickRow(line, self) for line in picks.lines] if picks is not None else []
        for place, row in enumerate(self.rows):
            row.by_hand.connect(self.by_hand.emit)
            row.step.connect(self._stepper(place))
            self._layout.insertWidget(place, row)
            row.show()
            if row.line.row.line == focused:
                row.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stepper(self, place: int) -> Callable[[int], None]:
        def step(by: int) -> None:
            wanted = place + by
            if 0 <= wanted < len(self.rows):
                self.rows[wanted].setFocus(Qt.FocusReason.TabFocusReason)

        return step

    def focused_line(self) -> str:
        """Give the line in focus, else the first one still open."""
        here = next((r for r in self.rows if r.hasFocus()), None)
        waiting = here or next((r for r in self.rows if not r.line.done), None)
        return waiting.line.row.line if waiting is not None else ""

    def focus_open(self) -> None:
        """Put the focus on the first line still open."""
        row = next((r for r in self.rows if not r.line.done), self.rows[0] if self.rows else None)
        if row is not None:
            row.setFocus(Qt.FocusReason.ShortcutFocusReason)

"""The five rights of one dose, beside the chart: each holds or does not, and what differs stands large.

Enter gives only where everything holds. What stands in the way is a stop card without a way past it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui import icons
from ui.pages.nursing_parts import words
from ui.style import focus_ring, panel
from ui.theme import theme
from ui.widgets.alerts import AlertCard, AlertView
from ui.widgets.areas import reading_area
from ui.widgets.buttons import button
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.nursing.rows import Barrier, Line, Right, RightRow, RightsView
from workstation.terminology.doses import DASH, keep

WIDTH = 372


@dataclass(frozen=True)
class StopView(AlertView):
    """A stop at the bedside: its word says what not to do."""

    def heading(self) -> str:
        """Give the word and what stands in the way."""
        return f"{_('Do not give')} · {self.title}"


class RightsPanel(QWidget):
    """Use: `show_view(...)`, `say(...)` while it is refused, `clear()` when it is done."""

    def __init__(self, hint: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        self.view: RightsView | None = None
        self.setAccessibleName(_("Five rights"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._run: Callable[[], None] | None = None
        self._rows = QVBoxLayout(self)
        m = theme().px(12)
        self._rows.setContentsMargins(m, m, m, m)
        self._rows.setSpacing(theme().px(8))
        self._body: QScrollArea | None = None
        self._inside: QVBoxLayout | None = None
        self._foot: list[QWidget] = []
        self.hide()

    def clear(self) -> None:
        """Show nothing."""
        self.view, self._run = None, None
        self._empty()
        self.hide()

    def take_room(self, whole: bool) -> None:
        """Stand beside the chart, or take the whole page where there is no room for both."""
        self.setMinimumWidth(0 if whole else theme().px(WIDTH))
        self.setMaximumWidth(16_777_215 if whole else theme().px(WIDTH))

    def _empty(self) -> None:
        for widget in (self._body, *self._foot):
            if widget is not None:
                widget.hide()
                self._rows.removeWidget(widget)
                widget.deleteLater()
        self._body, self._inside, self._foot = None, None, []

    def show_view(
        self,
        view: RightsView,
        missing: Sequence[str],
        act: str,
        run: Callable[[], None],
        close: Callable[[], None],
    ) -> None:
        """Show a dose. `missing` names what was not scanned; `act` is what Enter does, empty where it does nothing."""
        self._empty()
        self.view, self._run = view, run if act else None
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme().px(8))
        rows.addWidget(label(words.named(view.who), "name", wrap=True))
        for line in view.lines:
            rows.addWidget(_line(line))
        for card in self._cards(view, missing):
            rows.addWidget(card)
        rows.addWidget(_grid(view.rights))
        rows.addStretch(1)
        self._inside = rows
        self._body = reading_area(inside, _("Five rights"))
        self._rows.addWidget(self._body, 1)
        self._add_foot(view, act, run, close)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._announce(view)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter gives, where everything holds."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._run is not None:
                self._run()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _add_foot(
        self, view: RightsView, act: str, run: Callable[[], None], close: Callable[[], None]
    ) -> None:
        if act:
            self._foot.append(button(act, run, key="Enter", kind="primary"))
        else:
            self._foot.append(
                label(_("Enter does nothing here: resolve it first."), color="text2", wrap=True)
            )
        self._foot.append(button(_("Back"), close, key="Esc"))
        for widget in self._foot:
            self._rows.addWidget(widget)

    def _cards(self, view: RightsView, missing: Sequence[str]) -> list[QWidget]:
        """Give the cards: what stops it, then what Enter will still ask."""
        made: list[QWidget] = []
        for bar in view.bars:
            recorded = bar.barrier is Barrier.RECORDED
            view_of = AlertView(4, bar.message, bar.hint) if recorded else StopView(1, bar.message, bar.hint)
            made.append(AlertCard(view_of))
        if made:
            return made[:2]
        if missing:
            text = _("Not scanned: {what}. Enter asks why.", what=", ".join(missing))
            made.append(AlertCard(AlertView(3, _("Compare by hand"), text)))
        if view.needs_late:
            made.append(AlertCard(AlertView(3, _("After its time"), _("Enter asks for the reason."))))
        if view.needs_second:
            made.append(AlertCard(AlertView(2, _("High-alert drug"), _("Enter asks for a second person."))))
        return made

    def _announce(self, view: RightsView) -> None:
        """Speak a stop once, with a low tone where the computer has one."""
        if view.ok or all(bar.barrier is Barrier.RECORDED for bar in view.bars):
            return
        QApplication.beep()
        for card in self.findChildren(AlertCard):
            card.announce()

    def say(self, error: Exception) -> None:
        """Say on the panel why the desk refused."""
        text = getattr(error, "message", "")
        hint = getattr(error, "hint", "")
        if self._inside is not None:
            self._inside.insertWidget(1, AlertCard(StopView(1, text, hint)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the panel's ground and edge."""
        t = theme()
        painter = QPainter(self)
        panel(painter, QRectF(self.rect()), t.color("surface"), t.color("border"), t.px(6))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), t.px(6), inset=True)


def _line(line: Line) -> QLabel:
    """Give a whole medication line with its name bold."""
    made = label("", wrap=True)
    head, *rest = map(escape, line.parts or (line.name,))
    made.setTextFormat(Qt.TextFormat.RichText)
    made.setText(f" {DASH} ".join((f"<b>{head}</b>", *rest)))
    made.setAccessibleName(line.spoken)
    return made


def _grid(rights: Sequence[RightRow]) -> QWidget:
    """Give the five rows: a tick or a cross, what it is about, what was expected and, where it differs, found."""
    t = theme()
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(t.px(8))
    grid.setVerticalSpacing(t.px(6))
    grid.setColumnStretch(2, 1)
    for place, row in enumerate(rights):
        grid.addWidget(_sign(row.ok), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(words.right(row.right), color="label"), place, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_same(row) if row.ok else _Differs(row), place, 2)
    return made


def _sign(ok: bool) -> QLabel:
    made = label("")
    state = theme().state("done" if ok else "stop")
    made.setPixmap(icons.pixmap("check" if ok else "x", state.edge, 16))
    made.setAccessibleName(_("holds") if ok else _("does not hold"))
    return made


def _same(row: RightRow) -> QLabel:
    if row.right is Right.TIME:
        return label(_("planned {planned}, now {now}", planned=row.expected, now=row.found), wrap=True)
    return label(_pieces(row.expected), wrap=True)


def _pieces(text: str) -> str:
    return " · ".join(keep(part) for part in text.split(" · "))


class _Differs(QWidget):
    """What differs, large: expected above, found below."""

    def __init__(self, row: RightRow) -> None:
        super().__init__()
        t = theme()
        rows = QVBoxLayout(self)
        m = t.px(8)
        rows.setContentsMargins(m, m, m, m)
        rows.setSpacing(t.px(2))
        found = _("Now") if row.right is Right.TIME else _("Scanned")
        for title, text in ((_("Expected"), row.expected), (found, row.found)):
            rows.addWidget(self._tinted(label(title, "label")))
            rows.addWidget(self._tinted(label(text or _("nothing"), "name", wrap=True)))
        self.setAccessibleName(
            _("{right} differs: expected {expected}, scanned {found}", right=words.right(row.right),
              expected=row.expected, found=row.found)
        )  # fmt: skip

    @staticmethod
    def _tinted(made: QLabel) -> QLabel:
        palette = QPalette(made.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme().state("stop").tint_ink)
        made.setPalette(palette)
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the stop tint."""
        state = theme().state("stop")
        panel(QPainter(self), QRectF(self.rect()), state.tint, state.edge, theme().px(4))

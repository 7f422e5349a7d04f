"""The regions of the consultation: each a titled panel that can be maximised while the others become one line each.

Alt+number puts the focus into a region; the same key again gives it the whole room, and once more gives it back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import icons
from ui.style import panel
from ui.theme import theme
from ui.widgets.labels import label


class Region(QWidget):
    """A panel with a header; `number` is the digit of its key. `wanted` gives it when the panel is clicked."""

    wanted = Signal(int)

    def __init__(
        self, number: int, title: str, icon: str, body: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.number, self.body, self._beside = number, body, 0
        self._yielding: list[QWidget] = []
        self.setAccessibleName(title)
        t = theme()
        self._title = label(title, bold=True)
        self._summary = label("", "label", color="text2")
        self._summary.hide()
        self.header = QHBoxLayout()
        self.header.setContentsMargins(t.px(8), t.px(2), t.px(8), t.px(2))
        self.header.setSpacing(t.px(6))
        picture = QLabel(self)
        picture.setPixmap(icons.pixmap(icon, t.color("text2"), 16))
        self.header.addWidget(picture)
        self.header.addWidget(self._title)
        self.header.addWidget(self._summary)
        self.header.addStretch(1)
        self.header.addWidget(label(f"Alt+{number}", "hint", color="label"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(1, 0, 1, 1)
        rows.setSpacing(0)
        self._head = QWidget(self)
        self._head.setLayout(self.header)
        self._head.setFixedHeight(max(t.px(28), t.control_height))
        rows.addWidget(self._head)
        rows.addWidget(body, 1)
        self.folded = False

    def set_title(self, text: str) -> None:
        """Show another title."""
        self._title.setText(text)
        self.setAccessibleName(text)

    def add_to_header(self, widget: QWidget, beside_title: bool = False) -> None:
        """Put a widget before the key, or behind the title."""
        place = 3 + self._beside if beside_title else self.header.count() - 1
        self._beside += beside_title
        self.header.insertWidget(place, widget)

    def yields(self, *widgets: QWidget) -> None:
        """Say which parts of the header go, the last one first, where there is no room for all."""
        self._yielding = list(widgets)

    def _make_room(self) -> None:
        """Show of the header what fits whole."""
        for widget in self._yielding:
            widget.show()
        for widget in reversed(self._yielding):
            if self.header.minimumSize().width() <= self.width():
                break
            widget.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room in the header."""
        super().resizeEvent(event)
        self._make_room()

    def fold(self, folded: bool, summary: str = "") -> None:
        """Become one line that says what is inside, or whole again."""
        self.folded = folded
        self.body.setVisible(not folded)
        self._summary.setText(summary)
        self._summary.setVisible(folded and bool(summary))
        self._make_room()

    def line_height(self) -> int:
        """Give the height of a folded region."""
        return self._head.height()

    def wanted_height(self) -> int:
        """Give the height in which the body shows all it has now; a layout's own figure lags behind."""
        return self._head.height() + self.body.sizeHint().height() + 1

    def holds_focus(self) -> bool:
        """Say whether the focus is in here."""
        here = QApplication.focusWidget()
        return here is not None and (here is self or self.isAncestorOf(here))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the focus here."""
        self.wanted.emit(self.number)
        self.body.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint panel and the line under the header."""
        t, painter = theme(), QPainter(self)
        panel(painter, QRectF(self.rect()), t.color("surface"), t.color("border"), t.px(6))
        if not self.folded:
            y = self._head.geometry().bottom()
            painter.fillRect(1, y, self.width() - 2, 1, t.color("border"))


class RegionBoard(QWidget):
    """Three regions side by side over a fourth; where that is too narrow or too low, the first becomes one line.

    The fourth, whose lines are many, takes up to a part of the upper room where its lines and alerts need it.
    Where not even two rows of regions fit, the one worked in has the room and the others are one line each.
    `summary` gives the one line of a folded region. `tight` says that there is little room; `crowded` also that the
    fourth has taken much of the upper room: what can wait is not shown there then.
    """

    crowded_changed = Signal(bool)

    SHARES: Final = (26, 43, 31)
    NARROW: Final = 880
    LOW: Final = 400
    CRAMPED: Final = 320
    TOP: Final = 0.42
    LEAST_TOP: Final = 0.30
    SHORT_TOP: Final = 0.38

    def __init__(
        self, regions: Sequence[Region], summary: Callable[[int], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._regions, self._summary = tuple(regions), summary
        self.maximised, self.tight, self.crowded = 0, False, False
        self._worked_in = 2
        for region in self._regions:
            region.setParent(self)
            region.wanted.connect(self.work_in)

    def front(self) -> int:
        """Give the region that has the room of the others: the maximised one, or where all is cramped the used one."""
        cramped = 0 < self.height() < theme().px(self.CRAMPED)
        return self.maximised or (self._worked_in if cramped else 0)

    def work_in(self, number: int) -> None:
        """Hear which region is worked in now; another one that was maximised gives its room back."""
        if self.maximised not in (0, number):
            self.restore()
        if number != self._worked_in:
            self._worked_in = number
            self._place()

    def toggle(self, number: int) -> None:
        """Maximise a region, or give the room back."""
        self.maximised = 0 if self.maximised == number else number
        self._place()

    def say_again(self) -> None:
        """Write the lines of folded regions anew: what they sum up has changed."""
        for region in self._regions:
            front = self.front()
            folded = front not in (0, region.number) or (
                self.tight and not front and region is self._regions[0]
            )
            region.fold(folded, self._summary(region.number) if folded else "")

    def restore(self) -> bool:
        """Give the room back; says whether a region had it."""
        had = self.maximised != 0
        if had:
            self.toggle(self.maximised)
        return had

    def sizeHint(self) -> QSize:
        """Want all there is."""
        return QSize(theme().px(900), theme().px(480))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the regions anew."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Place the regions anew when one of them wants another height."""
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._place()
        return super().event(event)

    def _place(self) -> None:
        t = theme()
        self.tight = self.width() < t.px(self.NARROW) or self.height() < t.px(self.LOW)
        crowded = self.tight or self._top_share() < self.SHORT_TOP
        if crowded != self.crowded:
            self.crowded = crowded
            self.crowded_changed.emit(crowded)
        self.say_again()
        places = self._stacked() if self.front() else self._spread()
        for region, place in zip(self._regions, places, strict=True):
            region.setGeometry(place)

    def _stacked(self) -> list[QRect]:
        gap, line = theme().px(4), self._regions[0].line_height()
        whole = self.height() - (line + gap) * (len(self._regions) - 1)
        places, y = [], 0
        for region in self._regions:
            height = whole if region.number == self.front() else line
            places.append(QRect(0, y, self.width(), height))
            y += height + gap
        return places

    def _top_share(self) -> float:
        """Give the upper row's share of the height: the less, the more the fourth region needs."""
        gap = theme().px(6)
        line = self._regions[0].line_height() + gap if self.tight else 0
        room = max(self.height() - line - gap, 1)
        left = (room - self._regions[3].wanted_height()) / room
        return max(self.LEAST_TOP, min(self.TOP, left))

    def _spread(self) -> list[QRect]:
        gap, width = theme().px(6), self.width()
        line = self._regions[0].line_height() + gap if self.tight else 0
        top = line + round((self.height() - line - gap) * self._top_share())
        bottom = QRect(0, top + gap, width, self.height() - top - gap)
        if self.tight:
            note = round((width - gap) * 0.56)
            first = QRect(0, 0, width, line - gap)
            second, third = (
                QRect(0, line, note, top - line),
                QRect(note + gap, line, width - note - gap, top - line),
            )
            return [first, second, third, bottom]
        room = width - 2 * gap
        widths = [round(room * share / 100) for share in self.SHARES]
        places, x = [], 0
        for share in widths:
            places.append(QRect(x, 0, share, top))
            x += share + gap
        places[2].setRight(width - 1)
        return [*places, bottom]

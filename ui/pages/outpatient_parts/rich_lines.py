"""Short texts of mixed weight that wrap and grow: medication lines, results, problems. Nothing is ever cut."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.cells import chip_size, paint_chip, run_layout
from ui.widgets.labels import label
from ui.widgets.table_model import Badge, Run
from workstation.terminology.doses import plain


class RichLine(QWidget):
    """One text of runs, with chips after it; it asks for the height it needs in its width."""

    def __init__(
        self, runs: Sequence[Run], badges: Sequence[Badge] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._runs, self._badges = tuple(runs), tuple(badges)
        self._heights: dict[tuple[int, int], int] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        words = "".join(run.text for run in runs) + "".join(f" {badge.text}" for badge in badges)
        self.setAccessibleName(plain(words).strip())

    def text(self) -> str:
        """Give what the line says, chips included, without joiners."""
        return self.accessibleName()

    def hasHeightForWidth(self) -> bool:
        """Wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Give the height of the text and its chips; layouts ask again and again."""
        key = width, theme().scale
        if key not in self._heights:
            self._heights[key] = self._height(width)
        return self._heights[key]

    def _height(self, width: int) -> int:
        text, places = self._text_height(width), self._place_chips(width)
        return round(max([text, *(place.bottom() for place, _badge in places)]) + theme().px(2))

    def sizeHint(self) -> QSize:
        """Give a narrow size: the layout decides the width."""
        width = self.width() if self.width() > 1 else theme().px(200)
        return QSize(theme().px(120), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Never be lower than the text in the present width."""
        return QSize(theme().px(60), self.heightForWidth(max(self.width(), theme().px(60))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask again for height when the width changed."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _text_height(self, width: int) -> float:
        return run_layout(self._runs, width).boundingRect().height() if self._runs else 0.0

    def _place_chips(self, width: int) -> list[tuple[QRectF, Badge]]:
        """Give the place of each chip: after the last words where there is room, else below."""
        gap, x, y = theme().px(4), 0.0, 0.0
        if self._runs:
            layout = run_layout(self._runs, width)
            last = layout.lineAt(layout.lineCount() - 1)
            x, y = last.naturalTextWidth() + gap, last.y()
        places: list[tuple[QRectF, Badge]] = []
        for badge in self._badges:
            size = chip_size(badge.text, max(width, 1))
            if x and x + size.width() > width:
                x, y = 0.0, y + size.height() + gap / 2
            places.append((QRectF(x, y, size.width(), size.height()), badge))
            x += size.width() + gap
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, then the chips after it."""
        painter = QPainter(self)
        painter.setPen(theme().color("text"))
        run_layout(self._runs, self.width()).draw(painter, QPointF(0, 0))
        for place, badge in self._place_chips(self.width()):
            paint_chip(painter, place, theme().state(badge.state), badge.text, solid=badge.state == "allergy")


def sheet() -> QWidget:
    """Make an empty widget on the ground of a panel, for the inside of a scroll area."""
    made = QWidget()
    made.setBackgroundRole(QPalette.ColorRole.Base)
    made.setAutoFillBackground(True)
    return made


class LineList(QScrollArea):
    """A column of headings and lines that scrolls with the arrow keys; the focus ring shows where the keys go."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._box, self._rows = QWidget(), QVBoxLayout()
        self.clear()

    def clear(self) -> None:
        """Take every line away."""
        self._box = sheet()
        self._rows = QVBoxLayout(self._box)
        t = theme()
        self._rows.setContentsMargins(t.px(8), t.px(2), t.px(8), t.px(6))
        self._rows.setSpacing(t.px(1))
        self._rows.addStretch(1)
        self.setWidget(self._box)

    def heading(self, text: str) -> None:
        """Add a heading."""
        made = label(text, "label", color="label")
        made.setContentsMargins(0, theme().px(5), 0, 0)
        self.add(made)

    def line(self, runs: Sequence[Run], badges: Sequence[Badge] = ()) -> None:
        """Add a line."""
        self.add(RichLine(runs, badges))

    def add(self, widget: QWidget) -> None:
        """Add any widget."""
        self._rows.insertWidget(self._rows.count() - 1, widget)

    def texts(self) -> list[str]:
        """Give what the lines say."""
        return [line.text() for line in self._box.findChildren(RichLine)]

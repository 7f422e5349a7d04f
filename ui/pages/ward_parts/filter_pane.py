"""The filters at the left of the board: always in sight with their counts, one of them down, arrows walk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.pages.ward_parts.cells import Cell, Filter, counted, filters
from ui.style import focus_ring, panel
from ui.theme import theme
from ui.widgets.labels import label
from workstation.core.i18n import _
from workstation.terminology.levels import NursingLevel

BOX = 20


class FilterButton(QAbstractButton):
    """One filter: the mark of a nursing level, words, and the count at the right end."""

    walked = Signal(int)
    entered = Signal()

    def __init__(self, shown: Filter, level: NursingLevel | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter, self._level, self._count = shown, level, 0
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.set_count(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows; Enter goes to the beds."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step:
            self.walked.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def set_count(self, count: int) -> None:
        """Say how many cards pass."""
        self._count = count
        self.setText(self.filter.text)
        self.setAccessibleName(f"{self.filter.text} {count}")
        self.update()

    def sizeHint(self) -> QSize:
        """Give the room words and count need."""
        t = theme()
        words = QFontMetricsF(t.font("body", bold=True)).horizontalAdvance(self.filter.text)
        return QSize(round(words) + t.px(8 + BOX + 6 + 12 + 28), max(t.control_height, t.px(26)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint mark, words and count; the one that is down stands out."""
        t, painter, on = theme(), QPainter(self), self.isChecked()
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if on or self.underMouse():
            panel(painter, rect, t.color("selection"), t.color("accent") if on else None, t.px(4))
        self._mark(painter, rect)
        painter.setFont(t.font("body", bold=on))
        painter.setPen(t.color("text"))
        words = rect.adjusted(t.px(8 + BOX + 6), 0, -t.px(36), 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.filter.text)
        painter.setPen(t.color("text" if self._count else "text2"))
        painter.drawText(
            rect.adjusted(0, 0, -t.px(8), 0),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
            str(self._count),
        )
        if self.hasFocus():
            focus_ring(painter, rect, t.px(4), inset=True)

    def _mark(self, painter: QPainter, rect: QRectF) -> None:
        if self._level is None:
            return
        t = theme()
        side = t.px(BOX)
        box = QRectF(rect.left() + t.px(6), rect.center().y() - side / 2, side, side)
        panel(painter, box, QColor(self._level.fill), None, t.px(3))
        painter.setFont(t.font("label", bold=True))
        painter.setPen(QColor(self._level.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._level.character)


class FilterPane(QWidget):
    """A column of filters of which one is down; beneath them “n of N” while not everything is shown."""

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Filter"))
        self._group = QButtonGroup(self)
        self._levels: Mapping[str, NursingLevel] = {}
        self.buttons: list[FilterButton] = []
        self._count = label("", "label", color="text2", wrap=True)
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme().px(2))
        self._rows.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._area = area
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(area, 1)
        rows.addWidget(self._count)
        self._build()
        self._group.idClicked.connect(lambda _number: self.changed.emit())

    def set_levels(self, levels: Mapping[str, NursingLevel]) -> None:
        """Offer the nursing levels of this site."""
        if dict(levels) != dict(self._levels):
            self._levels = levels
            self._build()

    def _build(self) -> None:
        chosen = self.chosen().id if self.buttons else "all"
        for button in self.buttons:
            self._group.removeButton(button)
            button.deleteLater()
        self.buttons = [FilterButton(each, self._levels.get(each.level)) for each in filters(self._levels)]
        for place, button in enumerate(self.buttons):
            button.walked.connect(self._walk)
            button.entered.connect(self.left)
            self._group.addButton(button, place)
            self._rows.insertWidget(place, button)
            button.setChecked(button.filter.id == chosen)
        if self._group.checkedButton() is None:
            self.buttons[0].setChecked(True)
        self._fit()

    def _fit(self) -> None:
        widest = max(button.sizeHint().width() for button in self.buttons)
        self.setFixedWidth(widest + theme().px(14))

    def chosen(self) -> Filter:
        """Give the filter that is down."""
        return self.buttons[max(self._group.checkedId(), 0)].filter

    def reset(self) -> bool:
        """Show all beds again; says whether anything was hidden."""
        hidden = self._group.checkedId() > 0
        if hidden:
            self.buttons[0].setChecked(True)
            self.changed.emit()
        return hidden

    def shown(self, cells: Sequence[Cell]) -> list[Cell]:
        """Give the cards that pass, and count all filters anew."""
        for (_each, count), button in zip(
            counted(cells, [b.filter for b in self.buttons]), self.buttons, strict=True
        ):
            button.set_count(count)
        wanted = self.chosen()
        kept = [cell for cell in cells if wanted.test(cell)]
        everything = wanted.id == "all"
        self._count.setText(
            "" if everything else _("{shown} of {total} beds. All: Esc", shown=len(kept), total=len(cells))
        )
        return kept

    def _walk(self, step: int) -> None:
        here = next((n for n, b in enumerate(self.buttons) if b.hasFocus()), self._group.checkedId())
        to = self.buttons[(here + step) % len(self.buttons)]
        to.setFocus(Qt.FocusReason.TabFocusReason)
        to.click()
        self._area.ensureWidgetVisible(to)

    def take_focus(self) -> None:
        """Put the focus on the filter that is down."""
        button = self.buttons[max(self._group.checkedId(), 0)]
        button.setFocus(Qt.FocusReason.ShortcutFocusReason)

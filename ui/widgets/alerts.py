"""Alerts where the work is: four tiers by fill, glyph and word, each with its source, and the way out as a button.

What was not checked has its own card, so that silence never looks like a pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui import icons
from ui.style import hatch, panel
from ui.theme import theme
from ui.widgets.banner_strip import Choice
from ui.widgets.buttons import button
from ui.widgets.flow import FlowRow
from ui.widgets.labels import label
from workstation.core.i18n import _

TIERS: Final = {1: "stop", 2: "warn", 3: "caution", 4: "note"}


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert, ready to show.

    `tier` is 1 (stop) to 4 (note), or 0 for “not checked”. `where` names the line, `text` the reason, `source` the
    rule's source with its date.
    """

    tier: int
    title: str
    text: str
    where: str = ""
    source: str = ""
    key: str = ""

    @property
    def state(self) -> str:
        """Give the rung of the status ladder."""
        return TIERS.get(self.tier, "not_checked")

    def heading(self) -> str:
        """Give word, title and line in one text."""
        return " · ".join(part for part in (theme().state(self.state).word, self.title, self.where) if part)


class AlertCard(QWidget):
    """One alert with the buttons that resolve it; the first button is the safe way out."""

    def __init__(
        self, alert: AlertView, choices: Sequence[Choice] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.alert = alert
        self._state = alert.state
        self._fill(choices)
        self.setAccessibleName(f"{alert.heading()}. {alert.text}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def _fill(self, choices: Sequence[Choice]) -> None:
        """Put words and buttons below each other."""
        t, alert = theme(), self.alert
        rows = QVBoxLayout(self)
        rows.setContentsMargins(t.px(34), t.px(6), t.px(10), t.px(6))
        rows.setSpacing(t.px(4))
        rows.addWidget(self._words(alert.heading(), bold=True))
        if alert.text:
            rows.addWidget(self._words(alert.text))
        if alert.source:
            rows.addWidget(self._words(_("Source: {source}", source=alert.source), kind="label"))
        if choices:
            rows.addWidget(self._row(choices))

    def _row(self, choices: Sequence[Choice]) -> FlowRow:
        row = FlowRow()
        for choice in choices:
            kind = "primary" if choice.primary else ""
            row.add(button(choice.text, choice.run, key=choice.key, kind=kind))
        return row

    def _words(self, text: str, kind: str = "body", bold: bool = False) -> QLabel:
        made = label(text, kind, bold=bold, wrap=True, parent=self)
        palette = QPalette(made.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme().state(self._state).tint_ink)
        made.setPalette(palette)
        return made

    def buttons(self) -> list[QPushButton]:
        """Give the card's buttons."""
        return self.findChildren(QPushButton)

    def announce(self) -> None:
        """Speak a stop alert once, when it first appears."""
        if self.alert.tier == 1:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card; a stop alert has a heavy left edge."""
        t, painter, rect = theme(), QPainter(self), QRectF(self.rect())
        state = t.state(self._state)
        if state.hatched:
            hatch(painter, rect, t.px(4))
        else:
            panel(painter, rect, state.tint, state.edge, t.px(4))
        if self.alert.tier == 1:
            painter.fillRect(QRectF(0, t.px(2), t.px(4), self.height() - t.px(4)), state.fill)
        icons.paint(painter, state.icon, t.px(11), t.px(8), state.tint_ink, 16)


class NotChecked(AlertCard):
    """Says which check did not run, and why."""

    def __init__(self, what: str, why: str, parent: QWidget | None = None) -> None:
        super().__init__(AlertView(0, what, why), (), parent)


class AlertList(QScrollArea):
    """The alerts of one page: cards below each other, the heaviest first; what was not checked is never left out.

    It scrolls where there are more than fit; no card is ever squeezed.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = QWidget()
        self.setWidget(self._inner)
        self._rows = QVBoxLayout(self._inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme().px(6))
        self._rows.addStretch(1)
        self._spoken: set[str] = set()

    def minimumSizeHint(self) -> QSize:
        """Be wide enough for the widest button of a card and the scroll bar."""
        inner = self._inner.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(inner, super().minimumSizeHint().height())

    def set_cards(self, cards: Sequence[AlertCard]) -> None:
        """Replace the cards."""
        while self._rows.count() > 1:
            item = self._rows.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        ordered = sorted(cards, key=lambda card: card.alert.tier or 9)
        for place, card in enumerate(ordered):
            self._rows.insertWidget(place, card)
            card.show()
            key = card.alert.key or card.accessibleName()
            if key not in self._spoken:
                self._spoken.add(key)
                card.announce()
        self.updateGeometry()

    def cards(self) -> list[AlertCard]:
        """Give the cards from the heaviest on."""
        items = (self._rows.itemAt(place) for place in range(self._rows.count() - 1))
        return [w for item in items if item is not None and isinstance(w := item.widget(), AlertCard)]

"""Where the alerts stand: a low strip under the lines, or a column beside them where the window is wide.

In the strip each alert is one row, its buttons right of its words, and only whole rows are shown: what has no room is
named in the line below, and Alt+D turns to it. So no warning is ever cut in the middle of its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.alerts import AlertCard, AlertView
from ui.widgets.banner_strip import Choice
from ui.widgets.buttons import button
from ui.widgets.labels import label
from workstation.core.i18n import _, pick

WORDS_SHARE: Final = 0.55
"""The part of a row that words keep; buttons that need more stand below each other."""

UNBOUND: Final = 16777215
NOT_CHECKED_PLACE: Final = 2.5
"""Between warnings and cautions."""


@dataclass(frozen=True, slots=True)
class CardSpec:
    """One card to show; two of the same words are the same card."""

    view: AlertView
    choices: tuple[Choice, ...] = ()

    @property
    def words(self) -> tuple[object, ...]:
        """Give everything that is read on the card."""
        return (self.view, *(choice.text for choice in self.choices))


class SideCard(AlertCard):
    """A card in one row: heading and text in one paragraph, the buttons right of it."""

    def _fill(self, choices: Sequence[Choice]) -> None:
        heading, text = escape(self.alert.heading()), escape(self.alert.text)
        self._paragraph = self._words(f"<b>{heading}</b> &nbsp;{text}")
        self._paragraph.setTextFormat(Qt.TextFormat.RichText)
        self._paragraph.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._side = [
            button(c.text, c.run, key=c.key, kind="primary" if c.primary else "", parent=self)
            for c in choices
        ]

    def _in_line(self, width: int) -> bool:
        """Say whether the buttons stand side by side in this width."""
        needed = sum(b.sizeHint().width() + theme().px(6) for b in self._side)
        return needed <= width * (1 - WORDS_SHARE)

    def _side_size(self, width: int) -> QSize:
        """Give the room of the buttons."""
        if not self._side:
            return QSize(0, 0)
        gap, hints = theme().px(6), [b.sizeHint() for b in self._side]
        if self._in_line(width):
            return QSize(sum(h.width() + gap for h in hints), max(h.height() for h in hints))
        return QSize(max(h.width() for h in hints) + gap, sum(h.height() + gap for h in hints) - gap)

    def _words_width(self, width: int) -> int:
        return max(width - theme().px(34 + 10) - self._side_size(width).width(), 1)

    def heightForWidth(self, width: int) -> int:
        """Give the height of the words, or of the buttons where they are higher."""
        words = self._paragraph.heightForWidth(self._words_width(width))
        return max(words, self._side_size(width).height()) + 2 * theme().px(5)

    def sizeHint(self) -> QSize:
        """Give the height at the present width."""
        return QSize(theme().px(320), self.heightForWidth(max(self.width(), theme().px(320))))

    def minimumSizeHint(self) -> QSize:
        """Hold the buttons and a few words."""
        return QSize(theme().px(200), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the words at the left, the buttons at the right."""
        super().resizeEvent(event)
        t, width = theme(), self.width()
        self._paragraph.setGeometry(t.px(34), t.px(5), self._words_width(width), self.height() - 2 * t.px(5))
        side, along = self._side_size(width), self._in_line(width)
        x, y = width - t.px(10) - side.width() + t.px(6), t.px(5)
        for made in self._side:
            hint = made.sizeHint()
            made.setGeometry(x, y, hint.width() if along else side.width() - t.px(6), hint.height())
            x += hint.width() + t.px(6) if along else 0
            y += 0 if along else hint.height() + t.px(6)

    def buttons(self) -> list[QPushButton]:
        """Give the card's buttons."""
        return list(self._side)


class AlertStrip(QWidget):
    """Rows below each other (a strip) or cards (`beside` the lines), the heaviest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Alerts of the prescription"))
        self._specs: list[CardSpec] = []
        self._cards: list[AlertCard] = []
        self._spoken: set[str] = set()
        self._first = self._shown = 0
        self._room = (0, 0, 0, 0)
        self._opened = False
        self.beside = False
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        t = theme()
        self._column.setContentsMargins(t.px(6), t.px(4), t.px(6), t.px(4))
        self._column.setSpacing(t.px(4))
        self._column.addStretch(1)
        self._area.setWidget(self._inner)
        for part in (self._area.viewport(), self._inner):
            part.setAutoFillBackground(False)
        self._rest = label("", "label", color="text2", wrap=True)
        self._rest.setContentsMargins(t.px(8), 0, t.px(8), t.px(2))
        self._rest.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._area, 1)
        rows.addWidget(self._rest)

    def set_beside(self, beside: bool) -> None:
        """Stand beside the lines, or lie under them."""
        if beside != self.beside:
            self.beside = beside
            self._make()

    def set_cards(self, specs: Sequence[CardSpec]) -> None:
        """Show cards; those that say the same as before stay as they are."""
        ordered = sorted(specs, key=lambda spec: spec.view.tier or NOT_CHECKED_PLACE)
        same = [spec.words for spec in ordered] == [spec.words for spec in self._specs]
        self._specs = ordered
        if not same:
            self._make()

    def _make(self) -> None:
        for card in self._cards:
            card.hide()
            self._column.removeWidget(card)
            card.deleteLater()
        make = AlertCard if self.beside else SideCard
        self._cards = [make(spec.view, spec.choices) for spec in self._specs]
        for place, card in enumerate(self._cards):
            self._column.insertWidget(place, card)
            if card.alert.key not in self._spoken:
                self._spoken.add(card.alert.key)
                card.announce()
        self.setVisible(bool(self._cards))
        self._first, self._opened = 0, False
        self._arrange()

    def cards(self) -> list[AlertCard]:
        """Give the cards, the heaviest first."""
        return list(self._cards)

    def widest(self) -> int:
        """Give the width that the widest button of a card needs, with the scroll bar."""
        bar = self._area.verticalScrollBar().sizeHint().width()
        needs = [card.minimumSizeHint().width() for card in self._cards]
        return max(needs, default=0) + bar + 2 * theme().px(6)

    def rest(self) -> str:
        """Give the line that names the alerts without room, or an empty text."""
        return self._rest.text() if not self._rest.isHidden() else ""

    # Under the lines

    def fit_into(self, width: int, most: int, spare: int, whole: int) -> None:
        """Take a width and at most `most` of the height, under the lines: as many whole rows as fit.

        Only the first may take from the lines' room; the others have what is `spare` when all lines are in sight.
        Where not even one fits, all are named, and Alt+D gives them the `whole` height until they have been seen.
        """
        self._room = (width, most, min(spare, most), whole)
        self._arrange()

    def first_height(self, width: int) -> int:
        """Give the height that the heaviest alert needs in a width, with the line that names the others."""
        if not self._cards:
            return 0
        card, rest = self._cards[0].heightForWidth(width - 2 * theme().px(6)), self._rest_height(width)
        return card + 2 * theme().px(4) + rest

    def turn(self) -> None:
        """Show the alerts that had no room (Alt+D), and after the last the first again."""
        after = self._first + self._shown
        more = after < len(self._cards)
        self._opened = more and (self._opened or not self._shown)
        self._first = after if more else 0
        self._arrange()

    def _arrange(self) -> None:
        if self.beside:
            self.setMinimumHeight(0)
            self.setMaximumHeight(UNBOUND)
            for card in self._cards:
                card.setMaximumHeight(UNBOUND)
                card.show()
            self._rest.hide()
            self._area.show()
            return
        width, most, spare, whole = self._room
        inner = width - 2 * theme().px(6)
        heights = [card.heightForWidth(inner) for card in self._cards]
        self._name_rest(heights, *((whole, whole) if self._opened else (most, spare)))
        for place, (card, height) in enumerate(zip(self._cards, heights, strict=True)):
            card.setFixedHeight(height)
            card.setVisible(self._first <= place < self._first + self._shown)
        shown = heights[self._first : self._first + self._shown]
        rows = sum(shown) + theme().px(4) * (len(shown) + 1) if shown else 0
        self._area.setVisible(bool(shown))
        self.setFixedHeight(rows + self._rest_height(width))

    def _name_rest(self, heights: Sequence[int], most: int, spare: int) -> None:
        """Count the rows that fit, and name the others."""
        gap = theme().px(4)
        if sum(heights) + gap * (len(heights) + 1) <= (spare if len(heights) > 1 else most):
            self._first, self._shown = 0, len(heights)
            self._rest.hide()
            return
        used = gap + round(self._rest.fontMetrics().height() + theme().px(4))
        self._shown = 0
        for height in heights[self._first :]:
            used += height + gap
            room = spare if self._shown else most
            if used > room and (self._shown or not self._opened):
                break
            self._shown += 1
        hidden = [c for n, c in enumerate(self._cards) if not self._first <= n < self._first + self._shown]
        names = pick("；", "; ").join(card.alert.heading() for card in hidden)
        words = _("{count} more: {names}  Alt+D", count=len(hidden), names=names)
        self._rest.setText(words if self._shown else f"{names}  Alt+D")
        self._ink_rest(stops=any(card.alert.tier == 1 for card in hidden))
        self._rest.setVisible(bool(hidden))

    def _rest_height(self, width: int) -> int:
        return self._rest.heightForWidth(width) if not self._rest.isHidden() else 0

    def _ink_rest(self, stops: bool) -> None:
        """Write the line heavier where it stands for a stop."""
        t, palette = theme(), QPalette(self._rest.palette())
        ink = t.state("stop").tint_ink if stops else t.color("text2")
        palette.setColor(QPalette.ColorRole.WindowText, ink)
        self._rest.setPalette(palette)
        self._rest.setFont(t.font("label", bold=stops))

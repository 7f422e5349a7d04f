"""Where the alerts stand: a low strip under the lines, or a column beside them where the window is wide.

In the strip the buttons stand right of the text, so that six lines and their alerts fit a small screen together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.alerts import AlertCard, AlertView
from ui.widgets.banner_strip import Choice
from ui.widgets.buttons import button
from workstation.core.i18n import _

NARROWEST: Final = 300
MOST_HEIGHT: Final = 92
MOST_FOR_STOPS: Final = 122
LEAST_LETTERS: Final = 36
HALF_LETTER: Final = 4
"""Half the width of a Latin letter, in pixels: words stand in two lines."""

HAN: Final = 0x2E80
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
    """A card whose buttons stand right of its text."""

    def __init__(self, view: AlertView, choices: Sequence[Choice]) -> None:
        super().__init__(view)
        self._side = [
            button(c.text, c.run, key=c.key, kind="primary" if c.primary else "", parent=self)
            for c in choices
        ]
        lay = self.layout()
        if lay is not None and self._side:
            margins = lay.contentsMargins()
            margins.setRight(margins.right() + self.side_width() + theme().px(8))
            lay.setContentsMargins(margins)

    def side_width(self) -> int:
        """Give the width of the buttons."""
        return max((b.sizeHint().width() for b in self._side), default=0)

    def _side_height(self) -> int:
        gap = theme().px(4)
        return sum(b.sizeHint().height() + gap for b in self._side) + gap

    def heightForWidth(self, width: int) -> int:
        """Give the height of the text, or of the buttons where they are higher."""
        return max(super().heightForWidth(width), self._side_height())

    def minimumSizeHint(self) -> QSize:
        """Hold all buttons."""
        return super().minimumSizeHint().expandedTo(QSize(0, self._side_height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons at the right edge."""
        super().resizeEvent(event)
        t, width = theme(), self.side_width()
        y = t.px(6)
        for made in self._side:
            made.setGeometry(self.width() - width - t.px(10), y, width, made.sizeHint().height())
            y += made.height() + t.px(4)

    def buttons(self) -> list[QPushButton]:
        """Give the card's buttons."""
        return list(self._side)


class AlertStrip(QScrollArea):
    """Cards side by side (a strip) or below each other (`beside`), the heaviest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Alerts of the prescription"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._specs: list[CardSpec] = []
        self._cards: list[AlertCard] = []
        self._spoken: set[str] = set()
        self.beside = False
        self._inner = QWidget()
        self._inner.installEventFilter(self)
        self.setWidget(self._inner)
        for part in (self.viewport(), self._inner):
            part.setAutoFillBackground(False)
        self._lay()

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
            card.deleteLater()
        make = AlertCard if self.beside else SideCard
        self._cards = [make(spec.view, spec.choices) for spec in self._specs]
        self._lay()
        for card in self._cards:
            card.show()
            if card.alert.key not in self._spoken:
                self._spoken.add(card.alert.key)
                card.announce()
        self.setVisible(bool(self._cards))
        self._size_inner()
        self.updateGeometry()

    def _lay(self) -> None:
        old = self._inner.layout()
        if old is not None:
            while old.count():
                old.takeAt(0)
            QWidget().setLayout(old)
        t = theme()
        made = QVBoxLayout(self._inner) if self.beside else QHBoxLayout(self._inner)
        made.setContentsMargins(t.px(6), t.px(4), t.px(6), t.px(4))
        made.setSpacing(t.px(6))
        for card in self._cards:
            if isinstance(made, QVBoxLayout):
                made.addWidget(card)
            else:
                made.addWidget(card, 0, Qt.AlignmentFlag.AlignTop)
        made.addStretch(1)

    def cards(self) -> list[AlertCard]:
        """Give the cards, the heaviest first."""
        return list(self._cards)

    def widest(self) -> int:
        """Give the width that the widest button of a card needs, with the scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        needs = [card.minimumSizeHint().width() for card in self._cards]
        return max(needs, default=0) + bar + 2 * theme().px(6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the strip's cards as high as their words need at this width."""
        super().resizeEvent(event)
        self._size_inner()

    def _size_inner(self) -> None:
        if self.beside:
            self._inner.setMinimumHeight(0)
            self._inner.setMaximumHeight(UNBOUND)
            return
        self._inner.setFixedHeight(self._cards_height())
        for card, width in zip(self._cards, self._widths(), strict=True):
            card.setFixedWidth(width)

    def _widths(self) -> list[int]:
        """Share the width out by what each card says, none below the narrowest."""
        t, count = theme(), len(self._cards)
        bar = self.verticalScrollBar().sizeHint().width()
        room = self.width() - bar - 2 * t.px(6) - (count - 1) * t.px(6)
        shares = [_share(card) for card in self._cards]
        widths = [max(room * share // max(sum(shares), 1), t.px(NARROWEST)) for share in shares]
        over = sum(widths) - room
        roomy = [n for n, width in enumerate(widths) if width > t.px(NARROWEST)]
        for n in roomy:
            widths[n] = max(widths[n] - over // len(roomy), t.px(NARROWEST)) if over > 0 else widths[n]
        return widths

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another height when the cards are laid out anew."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.updateGeometry()
        return False

    def sizeHint(self) -> QSize:
        """Give the room the cards need; beyond a few lines they scroll."""
        if self.beside:
            return QSize(theme().px(320), theme().px(200))
        stops = any(card.alert.tier == 1 for card in self._cards)
        most = theme().px(MOST_FOR_STOPS if stops else MOST_HEIGHT)
        return QSize(theme().px(NARROWEST), min(self._strip_height(), most))

    def _strip_height(self) -> int:
        wide = len(self._cards) * theme().px(NARROWEST) > self.width()
        return self._cards_height() + (theme().px(12) if wide else 0)

    def _cards_height(self) -> int:
        """Give the height of the highest card at the width it gets."""
        if not self._cards:
            return 0
        heights = [c.heightForWidth(w) for c, w in zip(self._cards, self._widths(), strict=True)]
        return max(heights) + 2 * theme().px(4)

    def minimumSizeHint(self) -> QSize:
        """Leave the lines the larger part where there is little room for both."""
        if self.beside:
            return QSize(0, 0)
        return QSize(0, min(self.sizeHint().height(), theme().px(40)))


def _share(card: AlertCard) -> int:
    """Give how much of the strip a card gets: its words in two lines beside its buttons, so that all are as high."""
    letters = sum(2 if ord(letter) > HAN else 1 for letter in card.alert.text)
    beside = card.side_width() if isinstance(card, SideCard) else 0
    return max(letters, LEAST_LETTERS) * HALF_LETTER + beside

"""The alerts of a prescription: a strip under the lines, or a column beside them where the window is wide.

Stops and warnings always show, cautions too; notes wait behind a count. What was not checked has its own card.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.pages.prescription.remedies import Bench, choices_for
from ui.theme import theme
from ui.widgets.alerts import AlertCard, AlertView, NotChecked
from ui.widgets.banner_strip import Choice
from workstation.core.i18n import _
from workstation.prescribing.check import Check
from workstation.prescribing.reasons import reason_text
from workstation.rules.alerts import Alert, Tier

NARROWEST: Final = 300
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_HEIGHT: Final = 150
STOP_SHARE: Final = 3
SHARE: Final = 2


class AlertStrip(QScrollArea):
    """Cards side by side (a strip) or below each other (`beside`), the heaviest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Alerts of the prescription"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cards: list[AlertCard] = []
        self._spoken: set[str] = set()
        self.beside = False
        self.viewport().setAutoFillBackground(False)
        self._inner = QWidget()
        self._inner.setAutoFillBackground(False)
        self._inner.installEventFilter(self)
        self.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)
        self._lay()

    def _lay(self) -> None:
        old = self._inner.layout()
        if old is not None:
            while old.count():
                old.takeAt(0)
            QWidget().setLayout(old)
        made = QVBoxLayout(self._inner) if self.beside else QHBoxLayout(self._inner)
        t = theme()
        made.setContentsMargins(t.px(6), t.px(4), t.px(6), t.px(4))
        made.setSpacing(t.px(6))
        for card in self._cards:
            self._add(card)
        if self.beside:
            made.addStretch(1)

    def _add(self, card: AlertCard) -> None:
        lay = self._inner.layout()
        card.setMinimumWidth(theme().px(NARROWEST if not self.beside else 120))
        if isinstance(lay, QHBoxLayout):
            lay.addWidget(
                card, STOP_SHARE if card.alert.tier == Tier.STOP else SHARE, Qt.AlignmentFlag.AlignTop
            )
        elif lay is not None:
            lay.addWidget(card)

    def set_beside(self, beside: bool) -> None:
        """Stand beside the lines, or lie under them."""
        if beside != self.beside:
            self.beside = beside
            self._lay()

    def set_cards(self, cards: Sequence[AlertCard]) -> None:
        """Replace the cards."""
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = sorted(cards, key=lambda card: card.alert.tier or 2.5)
        self._lay()
        for card in self._cards:
            card.show()
            if card.alert.key not in self._spoken:
                self._spoken.add(card.alert.key)
                card.announce()
        self.setVisible(bool(self._cards))
        self.updateGeometry()

    def widest(self) -> int:
        """Give the width that the widest button of a card needs, with the scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        needs = [card.minimumSizeHint().width() for card in self._cards]
        return max(needs, default=0) + bar + 2 * theme().px(6)

    def cards(self) -> list[AlertCard]:
        """Give the cards, the heaviest first."""
        return list(self._cards)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another height when the cards are laid out anew."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.updateGeometry()
        return False

    def sizeHint(self) -> QSize:
        """Give the room the cards need; beyond two or three lines they scroll."""
        if self.beside:
            return QSize(theme().px(320), theme().px(200))
        return QSize(theme().px(NARROWEST), min(self._strip_height(), theme().px(MOST_HEIGHT)))

    def _strip_height(self) -> int:
        """Give the height of the highest card at the width it gets."""
        if not self._cards:
            return 0
        t, count = theme(), len(self._cards)
        room = self.width() - 2 * t.px(6) - (count - 1) * t.px(6) - t.px(14)
        shares = [STOP_SHARE if card.alert.tier == Tier.STOP else SHARE for card in self._cards]
        heights = []
        for card, share in zip(self._cards, shares, strict=True):
            width = max(round(room * share / sum(shares)), t.px(NARROWEST))
            heights.append(max(card.heightForWidth(width), card.minimumSizeHint().height()))
        bar = t.px(12) if count * t.px(NARROWEST) > room else 0
        return max(heights) + 2 * t.px(4) + bar

    def minimumSizeHint(self) -> QSize:
        """Never be squeezed below the cards' own height."""
        return QSize(0, 0) if self.beside else QSize(0, self.sizeHint().height())


def cards_for(bench: Bench, check: Check, places: dict[str, int], roomy: bool) -> list[AlertCard]:
    """Make the cards of a check; `places` numbers the lines by key; a `roomy` card offers a second way out."""
    shown = [a for a in check.alerts if a.tier <= Tier.CAUTION]
    cards = [_card(bench, alert, places, first=n == 0, roomy=roomy) for n, alert in enumerate(shown)]
    gaps: dict[tuple[str, str], list[int]] = {}
    for gap in check.not_run:
        numbers = gaps.setdefault((gap.rule_id, gap.reason), [])
        numbers += [places[key] for key in gap.line_ids if key in places]
    by_reason: dict[str, set[int]] = {}
    for (_rule, reason), numbers in gaps.items():
        by_reason.setdefault(reason, set()).update(numbers)
    cards += [NotChecked(where_text(sorted(numbers)), reason) for reason, numbers in by_reason.items()]
    return cards


def where_text(numbers: Sequence[int]) -> str:
    """Name lines: `line 2`, `lines 1, 3`; all of them by nothing."""
    if not numbers:
        return ""
    listed = ", ".join(str(n) for n in numbers)
    return _("line {number}", number=listed) if len(numbers) == 1 else _("lines {numbers}", numbers=listed)


def _card(bench: Bench, alert: Alert, places: dict[str, int], first: bool, roomy: bool) -> AlertCard:
    numbers = sorted(places[key] for key in alert.line_ids if key in places)
    reason = bench.options.overrides.get(alert.fingerprint)
    text = alert.message
    if reason is not None:
        given = "；".join(part for part in (reason_text(reason.code), reason.text) if part)
        text = f"{text} {_('Reason given: {reason}', reason=given)}"
    text = f"{text} ({_source(alert)})"
    view = AlertView(int(alert.tier), alert.title, text, where_text(numbers), key=alert.fingerprint)
    return AlertCard(view, choices_for(bench, alert, first, 2 if roomy else 1))


def _source(alert: Alert) -> str:
    """Give the law or label behind a rule, and the day of the knowledge that holds it."""
    day = DAY.search(alert.version)
    return " · ".join(part for part in (alert.basis, day[0] if day else alert.version) if part)


def failed_card(again: Choice, why: str) -> AlertCard:
    """Say that nothing at all was checked, with the way to try again."""
    view = AlertView(0, _("Nothing on this prescription was checked"), why, key="failed")
    return AlertCard(view, (again,))

"""Chips: a state is always fill, glyph and word together. How far a record has travelled is said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import icons
from ui.theme import theme, tokens
from ui.widgets.cells import chip_size, paint_chip
from workstation.core.i18n import _


class StatusChip(QWidget):
    """One state with its glyph and words; `solid` for what must stand out (critical values, allergies)."""

    def __init__(
        self, state: str, text: str = "", solid: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._solid = solid
        self._state, self._text = state, text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(state, text)

    def set(self, state: str, text: str = "") -> None:
        """Show another state; without a text its own word."""
        self._state, self._text = state, text or theme().state(state).word
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Give the words on the chip."""
        return self._text

    def sizeHint(self) -> QSize:
        """Give the room that glyph and words need."""
        return chip_size(self._text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip."""
        paint_chip(QPainter(self), QRectF(self.rect()), theme().state(self._state), self._text, self._solid)


class Travelled(StrEnum):
    """How far a record has come."""

    LOCAL = "local"
    WAITING = "waiting"
    RECEIVED = "received"
    FAILED = "failed"
    CONFLICT = "conflict"
    OFFLINE = "offline"


STATE_OF: Final = {
    Travelled.LOCAL: "note",
    Travelled.WAITING: "note",
    Travelled.RECEIVED: "done",
    Travelled.FAILED: "stop",
    Travelled.CONFLICT: "conflict",
    Travelled.OFFLINE: "caution",
}


@dataclass(frozen=True, slots=True)
class Journey:
    """How far one record, or all that waits, has come: `count` of waiting units, `at` when the centre took it."""

    travelled: Travelled
    count: int = 0
    at: datetime | None = None
    reason: str = ""

    def words(self) -> str:
        """Say it; never just “saved”."""
        match self.travelled:
            case Travelled.LOCAL:
                return _("On this PC only")
            case Travelled.WAITING:
                return (
                    _("Waiting to send: {count}", count=self.count)
                    if self.count > 1
                    else _("Waiting to send")
                )
            case Travelled.RECEIVED:
                return (
                    _("At the centre {time}", time=self.at.strftime("%H:%M"))
                    if self.at
                    else _("At the centre")
                )
            case Travelled.FAILED:
                return _("Not sent: {reason}", reason=self.reason) if self.reason else _("Not sent")
            case Travelled.CONFLICT:
                return _("Conflict: {count}", count=self.count) if self.count > 1 else _("Conflict")
            case Travelled.OFFLINE:
                return _("Offline")


class SyncBadge(QWidget):
    """How far one record has travelled: glyph and words, quiet."""

    def __init__(self, journey: Journey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._journey = journey
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(journey)

    def set(self, journey: Journey) -> None:
        """Show another distance."""
        self._journey = journey
        self.setAccessibleName(journey.words())
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Give the words."""
        return self._journey.words()

    def sizeHint(self) -> QSize:
        """Give the room that glyph and words need."""
        t = theme()
        metrics = QFontMetricsF(t.font("label"))
        return QSize(
            round(metrics.horizontalAdvance(self.text())) + t.px(24), max(round(metrics.height()), t.px(18))
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint glyph and words in the state's ink."""
        t, painter = theme(), QPainter(self)
        state = t.state(STATE_OF[self._journey.travelled])
        quiet = self._journey.travelled in (Travelled.LOCAL, Travelled.WAITING)
        ink = t.color("text2") if quiet else state.edge if state.name == "done" else state.tint_ink
        icons.paint(
            painter, tokens()["distance"][self._journey.travelled], 0, (self.height() - t.px(16)) / 2, ink
        )
        painter.setFont(t.font("label"))
        painter.setPen(t.color("text2") if quiet else ink)
        painter.drawText(self.rect().adjusted(t.px(21), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class KeyHint(QWidget):
    """A key and what it does, for the status bar."""

    def __init__(self, key: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key, self.text = key, text
        self.setAccessibleName(f"{key} {text}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Give the room both need."""
        bold, plain = QFontMetricsF(theme().font("hint", bold=True)), QFontMetricsF(theme().font("label"))
        width = bold.horizontalAdvance(self.key) + plain.horizontalAdvance(self.text) + theme().px(4)
        return QSize(round(width) + 2, theme().px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the key stronger than the word."""
        t, painter = theme(), QPainter(self)
        painter.setFont(t.font("hint", bold=True))
        painter.setPen(t.color("text2"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.key)
        left = round(QFontMetricsF(painter.font()).horizontalAdvance(self.key)) + t.px(4)
        painter.setFont(t.font("label"))
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text)

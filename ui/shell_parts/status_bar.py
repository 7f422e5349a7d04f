"""The status bar: the keys of this screen, how old the knowledge is, how far the work has travelled, language, time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.chips import Journey, KeyHint, SyncBadge, Travelled
from ui.widgets.labels import label
from workstation.core.clock import Clock
from workstation.core.days import written_date, written_day
from workstation.core.events import Link, SyncState
from workstation.core.i18n import _, language, n_

TICK_MS = 5000


def sync_sentence(state: SyncState) -> str:
    """Say in one sentence how far this desk's work has travelled; counts are always there, so is the last contact."""
    parts = []
    if state.link is Link.UNPAIRED:
        parts.append(_("Not joined to a centre"))
    elif state.link is Link.OFFLINE:
        parts.append(_("Offline"))
    elif state.link is Link.SIGN_IN:
        parts.append(_("The centre asks to sign in"))
    if state.refused:
        parts.append(n_("{count} not sent", "{count} not sent", state.refused))
    if state.parked:
        parts.append(n_("{count} conflict", "{count} conflicts", state.parked))
    if state.waiting or state.link is not Link.UNPAIRED:
        parts.append(n_("{count} waiting to send", "{count} waiting to send", state.waiting))
    last = max((moment for moment in (state.last_pull, state.last_push) if moment is not None), default=None)
    if last is not None:
        parts.append(_("last contact {time}", time=last.strftime("%H:%M")))
    if state.progress is not None:
        parts.append(f"{round(state.progress * 100)}\u00a0%")
    return " · ".join(parts)


def journey_of(state: SyncState) -> Travelled:
    """Give the glyph that goes with the sentence: the worst first."""
    if state.refused:
        return Travelled.FAILED
    if state.parked:
        return Travelled.CONFLICT
    if state.link in (Link.OFFLINE, Link.SIGN_IN):
        return Travelled.OFFLINE
    if state.link is Link.UNPAIRED:
        return Travelled.LOCAL
    return Travelled.WAITING if state.waiting else Travelled.RECEIVED


class SyncButton(QPushButton):
    """The sync sentence; pressing it opens the sync centre."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "quiet")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.badge = _SentenceBadge()
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(self.badge)

    def show_state(self, state: SyncState) -> None:
        """Say how it stands."""
        self.badge.sentence = sync_sentence(state)
        self.badge.set(Journey(journey_of(state)))
        self.setAccessibleName(self.badge.sentence)
        self.setFixedSize(self.badge.sizeHint().width() + 8, theme().size("status_bar"))


class _SentenceBadge(SyncBadge):
    """A sync badge whose words are the sentence."""

    def __init__(self) -> None:
        self.sentence = ""
        super().__init__(Journey(Travelled.LOCAL))

    def text(self) -> str:
        return self.sentence


class StatusBar(QWidget):
    """24 px at the bottom."""

    language_chosen = Signal(str)
    sync_opened = Signal()
    knowledge_opened = Signal()

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        t = theme()
        self._clock = clock
        self._key_hints: list[KeyHint] = []
        self.setFixedHeight(t.size("status_bar"))
        row = QHBoxLayout(self)
        row.setContentsMargins(t.px(8), 0, t.px(8), 0)
        row.setSpacing(t.px(12))
        self._hints = QHBoxLayout()
        self._hints.setSpacing(t.px(10))
        row.addLayout(self._hints)
        row.addStretch(1)
        self._countdown = label("", "label", bold=True)
        self._knowledge = button("", self.knowledge_opened.emit, kind="quiet", parent=self)
        self._knowledge.setFont(t.font("label"))
        self._knowledge.setFixedHeight(t.size("status_bar"))
        self.sync = SyncButton()
        self.sync.clicked.connect(self.sync_opened)
        self._time = label("", "label", color="text2")
        self._fixed: list[QWidget] = [
            self._countdown,
            self._knowledge,
            self.sync,
            *self._languages(),
            self._time,
        ]
        for widget in self._fixed:
            row.addWidget(widget)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self.tick()

    def _languages(self) -> list[QPushButton]:
        group = QButtonGroup(self)
        made = []
        for code, text, name in (("en", "EN", "English"), ("zh_CN", "中", "简体中文")):
            each = button(text, partial(self.language_chosen.emit, code), kind="quiet")
            each.setFont(theme().font("label", bold=code == language()))
            each.setAccessibleName(name)
            each.setCheckable(True)
            each.setChecked(code == language())
            each.setFixedHeight(theme().size("status_bar"))
            each.setMinimumWidth(theme().size("hit_target"))
            group.addButton(each)
            made.append(each)
        return made

    def show_hints(self, hints: Sequence[tuple[str, str]]) -> None:
        """Show (key, words) of this screen; the same ones stay as they are."""
        if [(hint.key, hint.text) for hint in self._key_hints] == list(hints):
            return
        while self._hints.count():
            item = self._hints.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self._key_hints = [KeyHint(key, text, self) for key, text in hints]
        for hint in self._key_hints:
            self._hints.addWidget(hint)
        self._make_room()

    def hints(self) -> list[tuple[str, str]]:
        """Give the hints on show."""
        return [(hint.key, hint.text) for hint in self._key_hints if not hint.isHidden()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many hints as fit whole."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        gap = theme().px(12)
        used = sum(max(widget.sizeHint().width(), widget.minimumWidth()) + gap for widget in self._fixed)
        room = self.width() - used - 4 * gap
        for hint in self._key_hints:
            room -= hint.sizeHint().width() + theme().px(10)
            hint.setVisible(room > 0)

    def show_sync(self, state: SyncState) -> None:
        """Say how far the work has travelled."""
        self.sync.show_state(state)
        self._make_room()

    def show_knowledge(self, edition: str) -> None:
        """Say how old the knowledge base is; without one, that checks cannot run."""
        text = (
            _("Knowledge {date}", date=written_day(edition))
            if edition
            else _("No knowledge base: not checked")
        )
        self._knowledge.setText(text)
        self._knowledge.setAccessibleName(text)
        self._make_room()

    def show_countdown(self, seconds: int) -> None:
        """Say when the desk will lock itself; -1 takes the words away."""
        self._countdown.setText(_("Locks in {seconds} s", seconds=seconds) if seconds >= 0 else "")

    def tick(self) -> None:
        """Show the time."""
        self._time.setText(written_time(self._clock.now()))

    def time_text(self) -> str:
        """Give the time on show."""
        return self._time.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        QPainter(self).fillRect(event.rect(), theme().color("sunken"))


def written_time(moment: datetime) -> str:
    """Write date and time of day, and say that it is the 24-hour clock."""
    return f"{written_date(moment.date())} {moment:%H:%M} (24h)"

"""The top bar: where this desk stands, the one search box, what needs attention, who works here, and the lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui import icons
from ui.theme import theme
from ui.widgets.buttons import button, icon_button
from ui.widgets.chips import StatusChip
from ui.widgets.labels import label
from workstation.core.i18n import _, pick
from workstation.security.permissions import Actor, roles

NARROW: Final = 1100


@dataclass(frozen=True, slots=True)
class TopBadge:
    """Something that waits: its words, its state (`stop` is for critical values alone) and what opens it.

    `short` stands in their place in a narrow window; what is spoken is always the whole.
    """

    id: str
    text: str
    state: str
    run: Callable[[], object]
    short: str = ""


class SearchBox(QPushButton):
    """Looks like a field and opens the palette, in which one types."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self.setAccessibleName(_("Search or command"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(theme().px(560))

    def sizeHint(self) -> QSize:
        """Be as wide as there is room for."""
        return QSize(theme().px(320), theme().px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field with its hint and key."""
        super().paintEvent(event)
        t, painter = theme(), QPainter(self)
        icons.paint(painter, "search", t.px(8), (self.height() - t.px(16)) / 2, t.color("text2"))
        inner = self.rect().adjusted(t.px(30), 0, -t.px(10), 0)
        painter.setFont(t.font("hint"))
        painter.setPen(t.color("text2"))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._key)
        room = inner.width() - painter.fontMetrics().horizontalAdvance(self._key) - t.px(12)
        painter.setFont(t.font("body"))
        painter.setPen(t.color("label"))
        text = _("Find patients, drugs, commands")
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, shown)


class TopBar(QWidget):
    """40 px at the top."""

    search = Signal()
    lock = Signal()
    switch_user = Signal()
    settings = Signal()

    def __init__(self, site: str, room: str, actor: Actor, hints: Callable[[str], str]) -> None:
        super().__init__()
        t = theme()
        self.setFixedHeight(t.size("top_bar"))
        row = QHBoxLayout(self)
        row.setContentsMargins(t.px(12), 0, t.px(8), 0)
        row.setSpacing(t.px(8))
        row.addWidget(self._picture("hospital"))
        row.addWidget(label(room or site or _("This desk"), bold=True))
        if room and site:
            row.addWidget(label(site, "label", color="text2"))
        row.addStretch(1)
        self.search_box = SearchBox(hints("palette.open"))
        self.search_box.clicked.connect(self.search)
        row.addWidget(self.search_box, 3)
        row.addStretch(1)
        self._badges, self._waiting = QHBoxLayout(), list[TopBadge]()
        self._badges.setSpacing(t.px(6))
        row.addLayout(self._badges)
        role = roles()[actor.role]
        person = button(
            f"{actor.name}  {pick(role.zh, role.en)}", self.switch_user.emit, kind="quiet", icon="circle-user"
        )
        person.setAccessibleName(_("Signed in: {name}. Switch user", name=actor.name))
        person.setToolTip(f"{_('Switch user')} {hints('desk.switch-user')}")
        row.addWidget(person)
        row.addWidget(icon_button("settings", _("Settings"), self.settings.emit))
        lock = icon_button("lock", _("Lock"), self.lock.emit)
        lock.setToolTip(f"{_('Lock')} {hints('desk.lock')}")
        row.addWidget(lock)

    def _picture(self, name: str) -> QWidget:
        picture = label("")
        picture.setPixmap(icons.pixmap(name, theme().color("accent"), 16))
        picture.setAccessibleName(_("Station"))
        return picture

    def set_badges(self, badges: list[TopBadge]) -> None:
        """Show what waits; critical values first and solid."""
        self._waiting = badges
        while self._badges.count():
            item = self._badges.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.deleteLater()
        for badge in sorted(badges, key=lambda b: b.state != "stop"):
            self._badges.addWidget(_BadgeButton(badge, self._narrow()))

    def _narrow(self) -> bool:
        return self.width() < theme().px(NARROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say it shorter in a narrow window."""
        super().resizeEvent(event)
        limit = theme().px(NARROW)
        if (event.oldSize().width() < limit) != (event.size().width() < limit):
            self.set_badges(self._waiting)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        QPainter(self).fillRect(event.rect(), theme().color("bg"))


class _BadgeButton(QPushButton):
    """A chip that can be pressed."""

    def __init__(self, badge: TopBadge, narrow: bool = False) -> None:
        super().__init__()
        said = badge.short if narrow and badge.short else badge.text
        self._chip = StatusChip(badge.state, said, solid=badge.state == "stop")
        self.setToolTip(badge.text)
        self.setAccessibleName(badge.text)
        self.setProperty("kind", "quiet")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.addWidget(self._chip)
        self._chip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda _checked=False: badge.run())

    def sizeHint(self) -> QSize:
        """Give the chip's size and a rim for the focus ring."""
        return self._chip.sizeHint() + QSize(6, 6)

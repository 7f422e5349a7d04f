"""Unlock, lock and fast user switch: one screen that lies over everything and is ready before it is needed.

It shows no patient data. A bar-code scanner that fires into it is ignored: it types faster than any hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from workstation.core.i18n import _, language, n_, pick
from workstation.security.role_names import role_name

if TYPE_CHECKING:
    from ui.desk_port import UserCard
    from workstation.core.events import SyncState

RECENT = 6
SCAN_LENGTH = 7
SCAN_GAP_MS = 12


@dataclass(frozen=True, slots=True)
class LockState:
    """What the lock screen says about this desk: nothing that belongs to a patient."""

    users: Sequence[UserCard] = ()
    drafts: int = 0
    sync: SyncState | None = None
    site: str = ""
    room: str = ""
    locked_by: str = ""
    reason: str = ""
    note: str = ""


class ScanGuard(QObject):
    """Empties a field into which a scanner fired: seven keys or more, each within 12 ms of the one before."""

    def __init__(self, field: QLineEdit, elapsed: Callable[[], int] | None = None) -> None:
        super().__init__(field)
        self._field, self._burst = field, 0
        self._clock = QElapsedTimer()
        self._clock.start()
        self._elapsed = elapsed or self._clock.restart
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count fast keys; swallow the Enter that ends a scan."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        fast = self._elapsed() <= SCAN_GAP_MS
        if event.text().isprintable() and event.text():
            self._burst = self._burst + 1 if fast else 1
        elif not fast:
            self._burst = 0
        if self._burst < SCAN_LENGTH:
            return False
        self._field.clear()
        return True


class LockScreen(Overlay):
    """See the module. `unlock_requested` carries user number and secret; the shell answers `entered` or `refuse`."""

    unlock_requested = Signal(str, str)
    language_chosen = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, scrim=False)
        self.setAccessibleName(_("Unlock"))
        self._state: LockState | None = None
        self.user, self.secret = QLineEdit(), QLineEdit()
        self._message = label("", wrap=True)
        self._message.setAccessibleName(_("Message"))
        self.enter = button(_("Unlock"), self._ask, key="Enter", kind="primary")
        self._recent = QVBoxLayout()
        row = QHBoxLayout(self)
        row.addStretch(2)
        row.addWidget(self._desk_card(), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(theme().px(32))
        row.addWidget(self._form_card(), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(3)
        for field in (self.user, self.secret):
            ScanGuard(field)

    def _desk_card(self) -> QWidget:
        box = QWidget()
        box.setFixedWidth(theme().px(320))
        rows = QVBoxLayout(box)
        rows.setSpacing(theme().px(10))
        rows.addWidget(label(pick("青囊", "Qingnang"), "digit", bold=True))
        self._place = label("", "section", wrap=True)
        self._who = label("", color="text2", wrap=True)
        self._drafts = label("", color="text2", wrap=True)
        self._sync = label("", color="text2", wrap=True)
        self._note = label("", "label", color="text2", wrap=True)
        self._note.hide()
        for each in (self._place, self._who, self._drafts, self._sync, self._note):
            rows.addWidget(each)
        languages = QHBoxLayout()
        for code, text, name in (("en", "EN", "English"), ("zh_CN", "中", "简体中文")):
            each_button = button(text, partial(self.language_chosen.emit, code), kind="quiet")
            each_button.setAccessibleName(name)
            each_button.setCheckable(True)
            each_button.setChecked(code == language())
            languages.addWidget(each_button)
        languages.addStretch(1)
        rows.addLayout(languages)
        return box

    def _form_card(self) -> QWidget:
        card = Card(self)
        card.setFixedWidth(theme().px(380))
        self.user.setAccessibleName(_("User number"))
        self.secret.setAccessibleName(_("PIN or password"))
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        for field in (self.user, self.secret):
            set_input_method(field, on=False)
        self.user.returnPressed.connect(self.secret.setFocus)
        self.secret.returnPressed.connect(self._ask)
        form = Form()
        form.field(_("User number"), self.user)
        form.field(_("PIN or password"), self.secret)
        card.rows.addLayout(form)
        card.rows.addWidget(self._message)
        self._message.hide()
        card.rows.addWidget(self.enter)
        card.rows.addWidget(label(_("Recently here"), "label", color="label"))
        self._recent.setSpacing(theme().px(4))
        card.rows.addLayout(self._recent)
        return card

    def show_state(self, state: LockState) -> None:
        """Say how this desk stands, and offer who worked here; what is on show already stays untouched."""
        if state == self._state:
            return
        before, self._state = self._state, state
        self._place.setText(" · ".join(part for part in (state.site, state.room) if part) or _("This desk"))
        reason = _("locked because nobody was here") if state.reason == "idle" else _("locked")
        self._who.setText(f"{state.locked_by} · {reason}" if state.locked_by else "")
        self._who.setVisible(bool(state.locked_by))
        safe = n_("{count} draft is safe on this PC", "{count} drafts are safe on this PC", state.drafts)
        self._drafts.setText(safe if state.drafts else "")
        self._drafts.setVisible(bool(state.drafts))
        self._show_sync(state.sync)
        self._note.setText(state.note)
        self._note.setVisible(bool(state.note))
        if before is None or before.users != state.users:
            self._offer(state.users)

    def _show_sync(self, state: SyncState | None) -> None:
        """Say how far the work has travelled; a desk that is not open yet, or stands alone, says nothing."""
        self._sync.hide()
        if state is None:
            return
        from workstation.core.events import Link

        if state.link is Link.UNPAIRED:
            return
        from ui.shell_parts.status_bar import journey_of, sync_sentence
        from ui.widgets.chips import Journey

        self._sync.setText(sync_sentence(state))
        self._sync.setAccessibleDescription(Journey(journey_of(state)).words())
        self._sync.show()

    def _offer(self, users: Sequence[UserCard]) -> None:
        while self._recent.count():
            item = self._recent.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for card in users[:RECENT]:
            words = f"{card.name}  {role_name(card.role)}".strip()
            made = button(words, partial(self.choose, card.user), kind="quiet", icon="circle-user")
            self._recent.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        if users and not self.user.text():
            self.user.setText(users[0].user)

    def choose(self, user: str) -> None:
        """Take a user number and ask for the PIN."""
        self.user.setText(user)
        self.secret.clear()
        self.secret.setFocus(Qt.FocusReason.OtherFocusReason)

    def cover(self) -> None:
        """Hide everything below at once; the caller locks the desk afterwards."""
        self.secret.clear()
        self.open()
        self.repaint()

    def first_focus(self) -> QWidget | None:
        """Start in the PIN when the user is known."""
        return self.secret if self.user.text() else self.user

    def _ask(self) -> None:
        if self.user.text() and self.secret.text():
            self.enter.setEnabled(False)
            self.say("")
            secret = self.secret.text()
            self.secret.clear()
            self.unlock_requested.emit(self.user.text().strip(), secret)

    def entered(self) -> None:
        """Let the person in."""
        self.enter.setEnabled(True)
        self.secret.clear()
        self.say("")
        self.dismiss()

    def refuse(self, error: Exception) -> None:
        """Say why not, and how long to wait where the desk says so."""
        from workstation.core.errors import UserError

        self.enter.setEnabled(True)
        if isinstance(error, UserError):
            self.say(f"{error.message} {error.hint}".strip())
        else:
            self.say(_("Something went wrong. Nothing you typed was lost."))
        self.secret.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, text: str) -> None:
        """Show a message under the fields."""
        self._message.setText(text)
        self._message.setVisible(bool(text))

    def message(self) -> str:
        """Give the message on show."""
        return self._message.text()

    def cancel(self) -> None:
        """Stay: Esc does not open a lock."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint an opaque ground: nothing below shines through."""
        QPainter(self).fillRect(event.rect(), theme().color("bg"))

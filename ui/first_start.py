"""The first screen of a new PC: joins it to its centre and makes the PIN that unlocks it without the network.

The same form lets a colleague work on a PC that is joined already. Nothing is kept when joining fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.tasks import Tasks
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.fields import Form, half_width
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.errors import Invalid, UserError
from workstation.core.i18n import _, language, pick


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """What was typed: the centre and the account there, and the new PIN for this PC, twice."""

    url: str
    user: str
    password: str
    pin: str
    again: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Who may unlock this PC now."""

    user: str
    name: str


Join = Callable[[JoinRequest], Joined]


class JoinForm(QWidget):
    """The fields and their button. `joined` carries what came of it and the PIN, for going on without typing again."""

    joined = Signal(object, str)

    def __init__(self, tasks: Tasks, join: Join, *, asks_url: bool, action: str) -> None:
        super().__init__()
        self.closed = False
        self._tasks, self._join = tasks, join
        self.url, self.user, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.pin, self.again = QLineEdit(), QLineEdit()
        self.url.setPlaceholderText("https://")
        for secret in (self.password, self.pin, self.again):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        for field in (self.url, self.user, self.password, self.pin, self.again):
            set_input_method(field, on=False)
        self.message = label("", wrap=True)
        self.message.setAccessibleName(_("Message"))
        self.message.hide()
        self.go = button(action, self.submit, key="Enter", kind="primary", parent=self)
        self._fields = [self.url] if asks_url else []
        self._fields += [self.user, self.password, self.pin, self.again]
        self._lay_out(asks_url)
        for field, after in zip(self._fields, self._fields[1:], strict=False):
            field.returnPressed.connect(after.setFocus)
        self.again.returnPressed.connect(self.submit)

    def _lay_out(self, asks_url: bool) -> None:
        form = Form()
        if asks_url:
            form.field(_("Address of the centre"), self.url)
        form.field(_("User number at the centre"), self.user)
        form.field(_("Password at the centre"), self.password)
        form.field(_("New PIN for this PC"), self.pin)
        form.field(_("The new PIN again"), self.again)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme().px(12))
        rows.addLayout(form)
        hint = _("The PIN has six digits or more and unlocks this PC without the network.")
        rows.addWidget(label(hint, "label", color="text2", wrap=True))
        rows.addWidget(self.message)
        rows.addWidget(self.go)

    def first_field(self) -> QLineEdit:
        """Give the field to start in."""
        return next((field for field in self._fields if not field.text()), self._fields[0])

    def submit(self) -> None:
        """Join; every error is shown here, next to what was typed."""
        if not self.go.isEnabled():
            return
        url = half_width(self.url.text()).strip()
        user = half_width(self.user.text()).strip()
        request = JoinRequest(url, user, self.password.text(), self.pin.text(), self.again.text())
        self.go.setEnabled(False)
        self.say(_("Asking the centre."))
        self._tasks.run(self, lambda: self._join(request), self._joined, self._failed, write=True)

    def _joined(self, joined: Joined) -> None:
        pin = self.pin.text()
        for secret in (self.password, self.pin, self.again):
            secret.clear()
        self.joined.emit(joined, pin)

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        if isinstance(error, UserError):
            self.say(f"{error.message} {error.hint}".strip())
        else:
            self.say(_("Something went wrong. Nothing you typed was lost."))
        wrong = {"user": self.user, "secret": self.pin, "pin": self.pin, "again": self.again}
        named = error.field if isinstance(error, Invalid) else ""
        field = wrong.get(named, self.password)
        field.selectAll()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, text: str) -> None:
        """Show a message under the fields."""
        self.message.setText(text)
        self.message.setVisible(bool(text))


class FirstStart(QWidget):
    """The whole window of a PC that is not joined yet."""

    language_chosen = Signal(str)

    def __init__(self, tasks: Tasks, join: Join) -> None:
        super().__init__()
        self.setWindowTitle("Qingnang 青囊")
        self.setMinimumSize(1024, 600)
        self._tasks, self._join = tasks, join
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self.form: JoinForm
        self._inner: QWidget | None = None
        self.build()

    def build(self) -> None:
        """Build it in the language of the screen, keeping what was typed."""
        typed = [field.text() for field in self._typed()] if self._inner is not None else []
        if self._inner is not None:
            self._inner.hide()
            self._inner.deleteLater()
        self.form = JoinForm(self._tasks, self._join, asks_url=True, action=_("Join this PC to the centre"))
        for field, text in zip(self._typed(), typed, strict=False):
            field.setText(text)
        self._inner = QWidget(self)
        row = QHBoxLayout(self._inner)
        row.addStretch(2)
        row.addWidget(self._words(), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(theme().px(32))
        card = Card(self._inner)
        card.setFixedWidth(theme().px(460))
        card.rows.addWidget(label(_("Join this PC to a centre"), "section", bold=True))
        card.rows.addWidget(self.form)
        row.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(3)
        self._rows.addWidget(self._inner)
        self.form.first_field().setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self) -> list[QLineEdit]:
        form = self.form
        return [form.url, form.user, form.password, form.pin, form.again]

    def _words(self) -> QWidget:
        box = QWidget()
        box.setFixedWidth(theme().px(340))
        rows = QVBoxLayout(box)
        rows.setSpacing(theme().px(10))
        rows.addWidget(label(pick("青囊", "Qingnang"), "digit", bold=True))
        texts = (
            _("This PC does not belong to a centre yet."),
            _("Ask whoever runs the centre for its address and for your user number and password there."),
            _("Afterwards everything works without the network; your work is sent when it is back."),
            _("For a FHIR server with another kind of sign-in, use the command qingnang pair."),
        )
        for text in texts:
            rows.addWidget(label(text, color="text2", wrap=True))
        languages = QHBoxLayout()
        for code, text, name in (("en", "EN", "English"), ("zh_CN", "中", "简体中文")):
            each = button(text, partial(self.language_chosen.emit, code), kind="quiet")
            each.setAccessibleName(name)
            each.setCheckable(True)
            each.setChecked(code == language())
            languages.addWidget(each)
        languages.addStretch(1)
        rows.addLayout(languages)
        return box

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        QPainter(self).fillRect(event.rect(), theme().color("bg"))


class ColleagueSheet(Overlay):
    """Lets one more person work on this PC."""

    joined = Signal(object)

    def __init__(self, host: QWidget, tasks: Tasks, join: Join) -> None:
        super().__init__(host)
        self.setAccessibleName(_("Let a colleague use this PC"))
        self.form = JoinForm(tasks, join, asks_url=False, action=_("Let this person use this PC"))
        self.form.joined.connect(self._joined)
        card = Card(self)
        card.setFixedWidth(theme().px(460))
        card.rows.addWidget(label(_("Let a colleague use this PC"), "section", bold=True))
        text = _("Your colleague types the user number and password of the centre and a new PIN.")
        card.rows.addWidget(label(text, color="text2", wrap=True))
        card.rows.addWidget(self.form)
        card.rows.addWidget(button(_("Back"), self.cancel, key="Esc", parent=card))
        around = QVBoxLayout(self)
        around.addStretch(1)
        around.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        around.addStretch(1)

    def first_focus(self) -> QWidget | None:
        """Start in the first field."""
        return self.form.first_field()

    def _joined(self, joined: Joined, _pin: str) -> None:
        self.dismiss()
        self.joined.emit(joined)

    def dismiss(self) -> None:
        """Close and forget what was typed."""
        super().dismiss()
        self.form.closed = True
        self.deleteLater()

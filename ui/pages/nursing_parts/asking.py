"""The sheets of the nurse's pages: reasons by one key, a second person's PIN, and what really happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.context import Context
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.reason_sheet import Answer, Question, ReasonSheet
from ui.widgets.sheet import Card
from workstation.core.errors import UserError
from workstation.core.i18n import _
from workstation.nursing.model import AskReasons
from workstation.nursing.rows import ReasonRow

Done = Callable[[Answer], None]
GROUPS = ("not-given", "late", "by-hand", "return", "actual", "correct", "end")


@dataclass(slots=True)
class Asking:
    """Opens one sheet at a time over `host`; `reasons` are the lists by group, once they are known."""

    ctx: Context
    owner: QWidget
    host: Callable[[], QWidget]
    reasons: dict[str, tuple[ReasonRow, ...]] = field(default_factory=dict)
    sheet: ReasonSheet | None = None

    def load(self) -> None:
        """Ask for the reasons, once."""
        if self.reasons:
            return
        desk = self.ctx.desk
        self.ctx.tasks.run(
            self.owner,
            lambda: {group: desk.ask("nursing.reasons", AskReasons(group)) for group in GROUPS},
            self.reasons.update,
        )

    def ask(self, group: str, title: str, explain: str, act: str, done: Done) -> None:
        """Ask for a reason of a group; one that needs words is not taken without them."""
        if self.sheet is not None:
            self.sheet.dismiss()
        rows = self.reasons.get(group, ())
        sheet = ReasonSheet(self.host(), Question(title, explain, act, rows))
        needs = {row.code for row in rows if row.words}

        def answered(answer: Answer) -> None:
            if answer.reason in needs and len(answer.text) < 2:
                sheet.refuse(_("It must be said in words as well."))
                sheet.words.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                done(answer)

        sheet.answered.connect(answered)
        sheet.visibility_changed.connect(lambda shown: None if shown else self._closed(sheet))
        self.sheet = sheet
        sheet.open()

    def _closed(self, sheet: ReasonSheet) -> None:
        if self.sheet is sheet:
            self.sheet = None

    def close(self) -> None:
        """Close the sheet that is open."""
        if self.sheet is not None:
            self.sheet.dismiss()

    def failed(self, error: Exception) -> bool:
        """Show a refusal on the open sheet; says whether there is one."""
        if self.sheet is None or not isinstance(error, UserError):
            return False
        self.sheet.failed(error)
        return True


class SecondPerson(Overlay):
    """Asks a colleague to compare a high-alert drug and to enter a PIN; `given` carries the user and the PIN."""

    given = Signal(str, str)

    def __init__(self, host: QWidget, lines: Sequence[str], people: Sequence[tuple[str, str]]) -> None:
        super().__init__(host)
        title = _("A second person compares")
        self.setAccessibleName(title)
        self.card = Card(self)
        self.card.setFixedWidth(min(theme().px(560), max(host.width() - theme().px(32), 320)))
        self.card.rows.addWidget(label(title, "section", bold=True, wrap=True))
        for line in lines:
            self.card.rows.addWidget(label(line, wrap=True))
        text = _("Patient, drug, dose, route and time were compared by two people.")
        self.card.rows.addWidget(label(text, color="text2", wrap=True))
        self.people = QComboBox()
        self.people.setAccessibleName(_("Second person"))
        for user, name in people:
            self.people.addItem(name, user)
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName(_("PIN of the second person"))
        self.pin.setPlaceholderText(_("PIN of the second person, then Enter"))
        set_input_method(self.pin, on=False)
        self.pin.returnPressed.connect(self._confirm)
        self.error = label("", wrap=True)
        self.error.hide()
        for widget in (self.people, self.pin, self.error):
            self.card.rows.addWidget(widget)
        line_of_keys = QHBoxLayout()
        line_of_keys.addStretch(1)
        line_of_keys.addWidget(button(_("Back"), self.cancel, key="Esc", parent=self.card))
        line_of_keys.addWidget(
            button(_("Confirm"), self._confirm, key="Enter", kind="primary", parent=self.card)
        )
        self.card.rows.addLayout(line_of_keys)
        self.card.setMinimumHeight(self.card.rows.totalHeightForWidth(self.card.width()))
        around = QVBoxLayout(self)
        around.addStretch(1)
        around.addWidget(self.card, 0, Qt.AlignmentFlag.AlignHCenter)
        around.addStretch(1)

    def first_focus(self) -> QWidget | None:
        """Start where there is something to do: with one colleague at the PIN."""
        return self.pin if self.people.count() == 1 else self.people

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on from the name to the PIN."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.people.hasFocus():
            self.pin.setFocus(Qt.FocusReason.TabFocusReason)
            event.accept()
        else:
            super().keyPressEvent(event)

    def _confirm(self) -> None:
        if self.people.currentIndex() < 0:
            self.wrong(_("Nobody else works at this PC who may give drugs."))
        elif self.pin.text():
            self.error.hide()
            self.given.emit(str(self.people.currentData()), self.pin.text())
        else:
            self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def wrong(self, message: str, hint: str = "") -> None:
        """Say why it does not count; the PIN is asked again."""
        self.pin.clear()
        self.error.setText(f"{message} {hint}".strip())
        self.error.show()
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

"""A small sheet that asks for words, and for the PIN where the law wants a second signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.i18n import _


@dataclass(frozen=True, slots=True)
class Question:
    """One field: `least` is the shortest text that counts, `secret` hides it."""

    text: str
    least: int = 1
    secret: bool = False
    initial: str = ""


def centre(sheet: QWidget, card: QWidget, width: int) -> None:
    """Put a card of a fixed width into the middle; its texts then know how high they are."""
    card.setFixedWidth(width)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(card)
    row.addStretch(1)
    around = QVBoxLayout(sheet)
    around.setContentsMargins(0, 0, 0, 0)
    around.addStretch(1)
    around.addLayout(row)
    around.addStretch(1)


class AskSheet(Overlay):
    """Enter goes on and, in the last field, answers; Esc leaves everything as it was. `wrong` asks once more."""

    answered = Signal(list)

    def __init__(
        self, host: QWidget, title: str, text: str, questions: Sequence[Question], confirm: str
    ) -> None:
        super().__init__(host)
        self.setAccessibleName(title)
        self._questions = tuple(questions)
        self.card = Card(self)
        self.card.rows.addWidget(label(title, "section", bold=True, wrap=True))
        if text:
            self.card.rows.addWidget(label(text, wrap=True))
        self.fields = [self._field(question) for question in questions]
        self._message = label("", wrap=True)
        self._message.hide()
        self.card.rows.addWidget(self._message)
        self.confirm = button(confirm, self._answer, key="Enter", kind="primary", parent=self.card)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(_("Back"), self.cancel, key="Esc", parent=self.card))
        row.addWidget(self.confirm)
        self.card.rows.addLayout(row)
        centre(self, self.card, min(theme().px(560), max(host.width() - theme().px(16), theme().px(280))))

    def _field(self, question: Question) -> QLineEdit:
        field = QLineEdit(question.initial)
        field.setAccessibleName(question.text)
        if question.secret:
            field.setEchoMode(QLineEdit.EchoMode.Password)
        set_input_method(field, on=not question.secret)
        field.returnPressed.connect(self._next_or_answer)
        self.card.rows.addWidget(label(question.text, "label", color="label"))
        self.card.rows.addWidget(field)
        return field

    def first_focus(self) -> QWidget | None:
        """Start in the first field."""
        return self.fields[0] if self.fields else self.confirm

    def _next_or_answer(self) -> None:
        here = next((n for n, field in enumerate(self.fields) if field.hasFocus()), len(self.fields) - 1)
        if here + 1 < len(self.fields):
            self.fields[here + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._answer()

    def _answer(self) -> None:
        for field, question in zip(self.fields, self._questions, strict=True):
            if len(field.text().strip()) < question.least:
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                self.say(
                    _("{field}: at least {count} characters.", field=question.text, count=question.least)
                )
                return
        self._message.hide()
        self.answered.emit([field.text().strip() for field in self.fields])

    def say(self, text: str) -> None:
        """Say what is still missing."""
        self._message.setText(text)
        self._message.show()

    def wrong(self, message: str, hint: str = "") -> None:
        """Say why the answer did not count; secrets are asked again."""
        for field, question in zip(self.fields, self._questions, strict=True):
            if question.secret:
                field.clear()
                field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.say(f"{message} {hint}".strip())


def ask_words(
    host: QWidget,
    title: str,
    text: str,
    questions: Sequence[Question],
    confirm: str,
    then: Callable[[list[str]], None],
) -> AskSheet:
    """Open a sheet whose answer needs no further check."""
    sheet = AskSheet(host, title, text, questions, confirm)

    def take(answers: list[str]) -> None:
        sheet.dismiss()
        sheet.deleteLater()
        then(answers)

    sheet.answered.connect(take)
    sheet.open()
    return sheet

"""A sheet that asks why: nine reasons by one key each, all others by typing, words where they are needed.

F8, a digit, Enter: three keys send a question. The first Enter on a chosen reason sends; Esc leaves, nothing is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import theme
from ui.widgets.areas import reading_area
from ui.widgets.buttons import button
from ui.widgets.code_search import Choice, CodeLineEdit, Deliver
from ui.widgets.fields import half_width
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.errors import UserError
from workstation.core.i18n import _

OFFERED = 9


class ReasonRow(Protocol):
    """A reason that can be given; `rank` 1 to 9 are offered by one key, 0 is found by typing."""

    @property
    def code(self) -> str:
        """Give its code."""

    @property
    def text(self) -> str:
        """Give its words."""

    @property
    def initials(self) -> str:
        """Give the letters it is found by."""

    @property
    def rank(self) -> int:
        """Give its place in the short list."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a sheet asks. `words_needed` wants words besides the reason; `amount` adds a field for a quantity.

    `act` stands on the button; `text` is what the words field starts with.
    """

    title: str
    explain: str
    act: str
    reasons: tuple[ReasonRow, ...] = ()
    words_needed: bool = False
    words: bool = True
    text: str = ""
    amount: str = ""
    amount_label: str = ""
    switch: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen and typed."""

    reason: str = ""
    reason_text: str = ""
    text: str = ""
    amount: str = ""
    switched: bool = field(default=True)


class ReasonSheet(Overlay):
    """Use: connect `answered`; call `refuse(...)` when the desk says no, `dismiss()` when it is done."""

    answered = Signal(object)

    def __init__(self, host: QWidget, question: Question) -> None:
        super().__init__(host)
        self.question = question
        self.setAccessibleName(question.title)
        t = theme()
        self.card = Card(self)
        self.card.setFixedWidth(min(t.px(560), max(host.width() - t.px(32), 280)))
        self.card.rows.setSpacing(t.px(6))
        self._group = QButtonGroup(self)
        self._reason: ReasonRow | None = None
        self._area: QScrollArea | None = None
        self.card.rows.addWidget(label(question.title, "section", bold=True, wrap=True))
        if question.explain:
            self.card.rows.addWidget(label(question.explain, color="text2", wrap=True))
        self.offered = self._offered(question.reasons)
        self.others = CodeLineEdit(_("Another reason: code or initials"), self._search, digits_pick=False)
        self.others.picked.connect(self._picked)
        self.card.rows.addWidget(self.others)
        self.others.setVisible(any(not r.rank for r in question.reasons))
        self.amount = self._line(question.amount, question.amount_label, bool(question.amount_label))
        self.words = self._line(question.text, _("In words"), question.words)
        self.switch = QCheckBox(question.switch)
        self.switch.setChecked(True)
        self.switch.setVisible(bool(question.switch))
        self.card.rows.addWidget(self.switch)
        self.error = label("", wrap=True)
        self.error.hide()
        self.card.rows.addWidget(self.error)
        self._keys(question.act)
        self._fit_heights()
        around = QVBoxLayout(self)
        around.setContentsMargins(0, t.px(4), 0, t.px(4))
        around.addStretch(1)
        around.addWidget(self.card, 100, Qt.AlignmentFlag.AlignHCenter)
        around.addStretch(1)

    def _fit_heights(self) -> None:
        """Only the reasons may scroll: fields and buttons keep their height however little room there is."""
        self.card.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        for each in (self.others, self.amount, self.words, self.back, self.ok):
            each.setMinimumHeight(each.sizeHint().height())

    def _offered(self, reasons: Sequence[ReasonRow]) -> list[QRadioButton]:
        inside, made = QWidget(), []
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme().px(4))
        for place, reason in enumerate([r for r in reasons if r.rank][:OFFERED]):
            choice = QRadioButton(f"{place + 1}  {reason.text}  {reason.code}")
            choice.setAccessibleName(reason.text)
            choice.setProperty("reason", reason.code)
            choice.clicked.connect(lambda _checked=False, r=reason: self._take(r))
            self._group.addButton(choice)
            rows.addWidget(choice)
            made.append(choice)
        if made:
            self._area = reading_area(inside, _("Reasons"))
            self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._area.setMaximumHeight(inside.sizeHint().height())
            self._area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            self.card.rows.addWidget(self._area, 1)
        return made

    def _line(self, text: str, name: str, shown: bool) -> QLineEdit:
        field_ = QLineEdit(text)
        field_.setAccessibleName(name)
        caption = label(name, "label", color="label")
        caption.setBuddy(field_)
        for widget in (caption, field_):
            self.card.rows.addWidget(widget)
            widget.setVisible(shown)
        field_.returnPressed.connect(self.send)
        return field_

    def _keys(self, act: str) -> None:
        self.back = button(_("Back"), self.cancel, key="Esc", parent=self.card)
        self.ok = button(act, self.send, key="Enter", kind="primary", parent=self.card)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.back)
        line.addWidget(self.ok)
        self.card.rows.addLayout(line)

    # Reasons

    def _search(self, text: str, deliver: Deliver) -> None:
        wanted = half_width(text).casefold()
        found = [
            r
            for r in self.question.reasons
            if r.code.startswith(wanted)
            or r.initials.casefold().startswith(wanted)
            or wanted in r.text.casefold()
        ]
        deliver([Choice(r.code, r.text, right=r.code, data=r) for r in found], len(found))

    def _picked(self, choice: Choice) -> None:
        self._group.setExclusive(False)
        for each in self.offered:
            each.setChecked(False)
        self._group.setExclusive(True)
        self._take(choice.data)

    def _take(self, reason: ReasonRow) -> None:
        self._reason = reason
        self.error.hide()
        target = self.words if self.question.words else self.ok
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self, number: int) -> bool:
        """Choose one of the offered reasons by its key; says whether there is one."""
        if not 0 <= number < len(self.offered):
            return False
        self.offered[number].click()
        if self._area is not None:
            self._area.ensureWidgetVisible(self.offered[number])
        return True

    def send(self) -> None:
        """Give the answer, or say what is missing."""
        words = self.words.text().strip()
        if self.question.reasons and self._reason is None:
            self.refuse(_("Choose a reason first."))
        elif self.question.words_needed and len(words) < 2:
            self.refuse(_("It must be said in words as well."))
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            reason = self._reason
            self.answered.emit(
                Answer(
                    reason.code if reason else "",
                    reason.text if reason else "",
                    words,
                    half_width(self.amount.text()),
                    self.switch.isChecked(),
                )
            )

    def refuse(self, why: str) -> None:
        """Say why it cannot be done; what was typed stays."""
        self.error.setText(why)
        self.error.show()

    def failed(self, error: Exception) -> None:
        """Say why the desk refused."""
        if not isinstance(error, UserError):
            raise error
        self.refuse(" ".join(part for part in (error.message, error.hint) if part))

    def first_focus(self) -> QWidget | None:
        """Start where the first key goes: a reason, else the amount, else the words."""
        if self.offered:
            return self.offered[0]
        return self.amount if self.question.amount_label else self.words

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses, Enter sends, Esc leaves."""
        number = event.key() - Qt.Key.Key_1
        if 0 <= number < OFFERED and self.choose(number):
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.send()
            event.accept()
        else:
            super().keyPressEvent(event)

    def dismiss(self) -> None:
        """Close for good."""
        super().dismiss()
        self.deleteLater()

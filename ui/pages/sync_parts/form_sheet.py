"""A sheet with a few fields that stays open, with what was typed, until what it asks for has worked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.tasks import Tasks
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.fields import Form as FieldRows
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.errors import UserError
from workstation.core.i18n import _


@dataclass(frozen=True, slots=True)
class Ask:
    """One field; `secret` hides what is typed, `text` stands in it from the start."""

    name: str
    secret: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What a sheet says and asks; `action` is the words on its button."""

    title: str
    text: str
    asks: Sequence[Ask]
    action: str


class FormSheet(Overlay):
    """`work` gets what was typed, off the main thread; when it has worked the sheet closes and calls `done`."""

    def __init__(
        self,
        host: QWidget,
        tasks: Tasks,
        form: Form,
        work: Callable[[list[str]], None],
        done: Callable[[], None],
    ) -> None:
        super().__init__(host)
        self.closed = False
        self._tasks, self._work, self._done = tasks, work, done
        self.setAccessibleName(form.title)
        card = Card(self)
        card.setFixedWidth(theme().px(480))
        card.rows.addWidget(label(form.title, "section", bold=True, wrap=True))
        card.rows.addWidget(label(form.text, color="text2", wrap=True))
        self.fields = [self._field(ask) for ask in form.asks]
        rows = FieldRows()
        for ask, field in zip(form.asks, self.fields, strict=True):
            rows.field(ask.name, field)
        card.rows.addLayout(rows)
        self.message = label("", wrap=True)
        self.message.setAccessibleName(_("Message"))
        self.message.hide()
        card.rows.addWidget(self.message)
        self.go = button(form.action, self.submit, key="Enter", kind="primary", parent=card)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(_("Back"), self.cancel, key="Esc", parent=card))
        row.addWidget(self.go)
        card.rows.addLayout(row)
        around = QVBoxLayout(self)
        around.addStretch(1)
        around.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        around.addStretch(1)
        for field, after in zip(self.fields, self.fields[1:], strict=False):
            field.returnPressed.connect(after.setFocus)
        self.fields[-1].returnPressed.connect(self.submit)

    def _field(self, ask: Ask) -> QLineEdit:
        field = QLineEdit(ask.text)
        field.setAccessibleName(ask.name)
        set_input_method(field, on=False)
        if ask.secret:
            field.setEchoMode(QLineEdit.EchoMode.Password)
        return field

    def first_focus(self) -> QWidget | None:
        """Start in the first field that is still empty."""
        return next((field for field in self.fields if not field.text()), self.fields[-1])

    def submit(self) -> None:
        """Do it."""
        if self.go.isEnabled():
            typed = [field.text() for field in self.fields]
            self.go.setEnabled(False)
            self._tasks.run(self, lambda: self._work(typed), self._worked, self._failed, write=True)

    def _worked(self, _nothing: None) -> None:
        self.dismiss()
        self._done()

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        known = isinstance(error, UserError)
        text = _("Something went wrong. Nothing you typed was lost.")
        self.message.setText(f"{error.message} {error.hint}".strip() if known else text)  # type: ignore[attr-defined]
        self.message.show()
        self.fields[-1].selectAll()
        self.fields[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Close and forget what was typed."""
        for field in self.fields:
            field.clear()
        super().dismiss()
        self.closed = True
        self.deleteLater()

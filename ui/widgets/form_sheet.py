"""A card with a form that is typed through: Enter walks, F12 does it, Esc goes back, a refusal keeps what was typed."""

from __future__ import annotations

import itertools
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.walking import EnterWalks
from workstation.core.errors import UserError
from workstation.core.i18n import _


class FormSheet(Overlay):
    """A card with a form; it stays, with the reason, until what it asks for is done or Esc leaves it."""

    accepted = Signal(object)

    def __init__(self, host: QWidget, title: str, explain: str, act: str) -> None:
        super().__init__(host)
        self.setAccessibleName(title)
        self.card = Card(self)
        self.card.setFixedWidth(min(theme().px(520), max(host.width() - theme().px(32), 320)))
        self.form = Form()
        self.walks = EnterWalks(self)
        self._fields: tuple[QWidget, ...] = ()
        self.error = label("", color="text", wrap=True)
        self.error.hide()
        self.ok = button(act, self._accept, kind="primary", key="F12")
        self.card.rows.addWidget(label(title, "section", bold=True))
        self.card.rows.addWidget(label(explain, color="text2", wrap=True))
        self.card.rows.addLayout(self.form)
        self.card.rows.addWidget(self.error)
        self.back = button(_("Back"), self.cancel, key="Esc")
        keys = QHBoxLayout()
        keys.addStretch(1)
        keys.addWidget(self.back)
        keys.addWidget(self.ok)
        self.card.rows.addLayout(keys)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.card)
        middle.addStretch(1)
        around = QVBoxLayout(self)
        around.addStretch(1)
        around.addLayout(middle)
        around.addStretch(1)

    def walk(self, *fields: QWidget) -> None:
        """Say in which order Enter and Tab go through the fields; the buttons come last."""
        self._fields = fields
        self.walks.watch(*fields)
        stops = [*fields, self.back, self.ok]
        for before, after in itertools.pairwise(stops):
            QWidget.setTabOrder(before, after)

    def first_focus(self) -> QWidget | None:
        """Start in the first field that is empty; of a choice already made, on what is chosen."""
        return next((field for field in self._fields if _starts(field)), self.ok)

    def request(self) -> object | str:
        """Give the request, or the sentence that says what is missing."""
        raise NotImplementedError

    def _accept(self) -> None:
        request = self.request()
        if isinstance(request, str):
            self.refuse(request)
        else:
            self.accepted.emit(request)

    def refuse(self, why: str) -> None:
        """Say why it cannot be done; what was typed stays."""
        self.error.setText(why)
        self.error.show()

    def failed(self, error: Exception) -> None:
        """Say why the desk refused."""
        if not isinstance(error, UserError):
            raise error
        self.refuse(" ".join(part for part in (error.message, error.hint) if part))

    def keyPressEvent(self, event: Any) -> None:
        """F12 does it, Esc goes back."""
        if event.key() == Qt.Key.Key_F12:
            self._accept()
            event.accept()
        else:
            super().keyPressEvent(event)


def _starts(field: QWidget) -> bool:
    """Say whether a sheet may start here: an empty field, what is chosen, or the first of a choice not made yet."""
    if isinstance(field, QLineEdit):
        return not field.text()
    if isinstance(field, QRadioButton):
        group = field.group()
        return field.isChecked() or group is None or group.checkedButton() is None
    return True

"""The sheet before a signature: every line in full, focus on Back; the key again, then the PIN, then Enter signs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.input_method import set_input_method
from ui.widgets.labels import label, set_color
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.i18n import _

LOW: Final = 440
"""Below this height, in pixels at 100 %, the sheet gives its margins to the lines."""


class MedicationText(str):
    """A full medication line; what stands before its first dash, the generic name, is shown bold."""

    __slots__ = ()

    def rich(self) -> str:
        """Give the line as rich text."""
        name, dash, rest = self.partition(" — ")
        return f"<b>{escape(name)}</b>{dash}{escape(rest)}"


class ReviewSheet(Overlay):
    """Use: connect `confirmed` (gives the PIN), check it with the desk, then call `wrong(...)` or `dismiss()`.

    `sign_text` holds the patient's name, as in “Sign the prescription of 欧阳建国”. `lines` are full medication lines.
    `warning` names what still needs an answer; `extra` is a widget such as the identity question.
    """

    confirmed = Signal(str)

    def __init__(
        self,
        host: QWidget,
        title: str,
        lines: Sequence[str],
        sign_text: str,
        *,
        key: str = "F12",
        warning: str = "",
        extra: QWidget | None = None,
        extra_ready: Callable[[], bool] | None = None,
    ) -> None:
        super().__init__(host)
        self.setAccessibleName(title)
        self._key, self._ready = key, extra_ready
        self.card = Card(self)
        self.card.rows.addWidget(label(title, "section", bold=True, wrap=True))
        self.card.rows.addWidget(self._lines(lines), 1)
        if warning:
            self.card.rows.addWidget(label(warning, wrap=True))
        if extra is not None:
            self.card.rows.addWidget(extra)
        self.pin = self._pin_field()
        self._message = label("", wrap=True)
        self._message.hide()
        self.card.rows.addWidget(self.pin)
        self.card.rows.addWidget(self._message)
        self.back = button(_("Back"), self.cancel, key="Esc", parent=self.card)
        self.sign = button(sign_text, self._ask_pin, key=key, kind="primary", parent=self.card)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.sign)
        self.card.rows.addLayout(row)
        for control in (self.pin, self.back, self.sign):
            control.setMinimumHeight(control.sizeHint().height())
        self._around = QVBoxLayout(self)
        self._around.addWidget(self.card)
        self._take_room(host.height())

    def _take_room(self, height: int) -> None:
        """Leave as little as can be around the lines where the window is low."""
        t = theme()
        outside, inside = (24, 24) if height >= t.px(LOW) else (4, 12)
        self._around.setContentsMargins(*(t.px(outside),) * 4)
        self.card.rows.setContentsMargins(*(t.px(inside),) * 4)
        self.card.rows.setSpacing(t.px(inside // 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the room there is."""
        super().resizeEvent(event)
        self._take_room(self.height())

    def _lines(self, lines: Sequence[str]) -> QWidget:
        box = QWidget()
        rows = QVBoxLayout(box)
        t = theme()
        rows.setContentsMargins(t.px(12), t.px(8), t.px(12), t.px(8))
        rows.setSpacing(t.px(8))
        for number, text in enumerate(lines, 1):
            made = label(f"{number}. {text}", wrap=True)
            if isinstance(text, MedicationText):
                made.setTextFormat(Qt.TextFormat.RichText)
                made.setText(f"{number}. {text.rich()}")
            rows.addWidget(made)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(_("Lines to sign"))
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        area.setWidget(box)
        return area

    def _pin_field(self) -> QLineEdit:
        pin = QLineEdit()
        pin.setEchoMode(QLineEdit.EchoMode.Password)
        pin.setAccessibleName(_("PIN"))
        pin.setPlaceholderText(_("PIN, then Enter signs"))
        set_input_method(pin, on=False)
        pin.returnPressed.connect(self._confirm)
        pin.hide()
        return pin

    def first_focus(self) -> QWidget | None:
        """Start on Back: signing is always a second, deliberate key."""
        return self.back

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The signing key again asks for the PIN."""
        if event.key() == Qt.Key.Key_F12:
            self._ask_pin()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _ask_pin(self) -> None:
        if self._ready is not None and not self._ready():
            self.wrong(_("Answer the identity question first."))
            return
        self.pin.show()
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _confirm(self) -> None:
        if self.pin.text():
            self._message.hide()
            self.confirmed.emit(self.pin.text())

    def wrong(self, message: str, hint: str = "") -> None:
        """Say why nothing was signed; the PIN is asked again."""
        self.pin.clear()
        self._message.setText(f"{message} {hint}".strip())
        set_color(self._message, "text")
        self._message.show()

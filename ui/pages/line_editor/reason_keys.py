"""The reasons for warnings, asked at the signature: one key each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.pages.line_editor.ask_sheet import centre
from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.labels import label
from ui.widgets.overlay import Overlay
from ui.widgets.sheet import Card
from workstation.core.i18n import _
from workstation.medication.model import OverrideReason
from workstation.medication.reasons import REASONS, reason_text
from workstation.rules.alerts import Alert


class ReasonKeys(Overlay):
    """Asks each warning for its reason, one after another; six keys, then the signature goes on."""

    answered = Signal(dict)

    def __init__(self, host: QWidget, alerts: Sequence[tuple[str, Alert]]) -> None:
        super().__init__(host)
        self.setAccessibleName(_("Reasons for warnings"))
        self._alerts = list(alerts)
        self._given: dict[str, OverrideReason] = {}
        self.card = Card(self)
        self._count = label("", "label", color="label")
        self._title = label("", bold=True, wrap=True)
        self._text = label("", wrap=True)
        for part in (self._count, self._title, self._text):
            self.card.rows.addWidget(part)
        for number, code in enumerate(REASONS, 1):
            made = button(reason_text(code), partial(self._take, code), key=str(number), parent=self.card)
            self.card.rows.addWidget(made)
        self.back = button(_("Back"), self.cancel, key="Esc", kind="quiet", parent=self.card)
        self.card.rows.addWidget(self.back)
        centre(self, self.card, min(theme().px(560), max(host.width() - theme().px(16), theme().px(280))))
        self._show()

    def first_focus(self) -> QWidget | None:
        """Start on Back: a reason is a deliberate key."""
        return self.back

    def _show(self) -> None:
        where, alert = self._alerts[len(self._given)]
        self._count.setText(
            _("Warning {number} of {count}", number=len(self._given) + 1, count=len(self._alerts))
        )
        self._title.setText(" · ".join(part for part in (alert.title, where) if part))
        self._text.setText(alert.message)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a reason by its digit."""
        number = event.key() - Qt.Key.Key_1
        if 0 <= number < len(REASONS):
            self._take(tuple(REASONS)[number])
            event.accept()
        else:
            super().keyPressEvent(event)

    def _take(self, code: str) -> None:
        _where, alert = self._alerts[len(self._given)]
        self._given[alert.fingerprint] = OverrideReason(code)
        if len(self._given) < len(self._alerts):
            self._show()
        else:
            self.dismiss()
            self.answered.emit(self._given)

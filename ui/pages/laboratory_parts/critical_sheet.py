"""What was done about a critical value: the answer that takes it off every screen."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.theme import theme
from ui.widgets.buttons import button
from ui.widgets.form_sheet import FormSheet
from workstation.core.i18n import _
from workstation.laboratory.model import HandleCritical

OTHERS, LEAST = 300, 2


class CriticalSheet(FormSheet):
    """Asks what was done and whom one told. `accepted` gives the request; its moment of receipt is the opening."""

    def __init__(
        self, host: QWidget, what: str, *, patient: str, report: str, name: str, received_at: str
    ) -> None:
        super().__init__(
            host, _("Critical value: {name}", name=name), what, _("Record for {name}", name=name)
        )
        self._patient, self._report, self._received = patient, report, received_at
        self.action, self.told = QLineEdit(), QLineEdit()
        self.form.field(_("What was done"), self.action)
        self.form.field(_("Who was told"), self.told)
        self.offers = QVBoxLayout()
        self.offers.setSpacing(theme().px(4))
        high = theme().control_height + theme().px(4)
        self.offered = self.usual()[: max((host.height() - theme().px(OTHERS)) // high, LEAST)]
        for number, text in enumerate(self.offered, 1):
            made = button(text, partial(self._take, text), key=f"Alt+{number}", parent=self.card)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.offers.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        for field in (self.action, self.told):
            field.installEventFilter(self)
        self.card.rows.insertLayout(2, self.offers)
        self.walk(self.action, self.told)

    @staticmethod
    def usual() -> tuple[str, ...]:
        """Give what is offered, in the language of the screen."""
        return (
            _("Treated at once, will be measured again"),
            _("Patient called back for treatment"),
            _("Measured again to confirm"),
            _("Told the doctor, orders follow"),
            _("Known and expected, no change"),
        )

    def _take(self, text: str) -> None:
        self.action.setText(text)
        self.told.setFocus(Qt.FocusReason.OtherFocusReason)

    def request(self) -> object | str:
        """Give the request, or say what is missing."""
        done = self.action.text().strip()
        if not done:
            return _("Write what was done.")
        return HandleCritical(self._patient, self._report, done, self.told.text().strip(), self._received)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Alt and a digit before the fields do, which would write the digit."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._offer(event):
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and a digit take what is usually done."""
        if self._offer(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _offer(self, event: QKeyEvent) -> bool:
        number = event.key() - Qt.Key.Key_1
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if not alt or not 0 <= number < len(self.offered):
            return False
        self._take(self.offered[number])
        return True

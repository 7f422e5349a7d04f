"""Where an input method may compose and where letters stay letters.

`WA_InputMethodEnabled` alone does not keep an input method out: a QLineEdit answers Qt's question whether it wants one
with yes whatever the attribute says (seen with fcitx5 and ibus on Qt 6.11), so drug codes and PINs were composed.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodQueryEvent
from PySide6.QtWidgets import QWidget

ENABLED = Qt.WidgetAttribute.WA_InputMethodEnabled
REFUSAL = "input-method-refusal"


class _Refusal(QObject):
    """Answers for one field that it wants no input method while the attribute is off."""

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self.setObjectName(REFUSAL)
        self._field = field
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say no before the field says yes."""
        if not isinstance(event, QInputMethodQueryEvent) or self._field.testAttribute(ENABLED):
            return False
        event.setValue(Qt.InputMethodQuery.ImEnabled, False)
        event.accept()
        return True


def set_input_method(field: QWidget, on: bool) -> None:
    """Let an input method compose in a field, or take every letter as it is typed."""
    if not on and field.findChild(_Refusal, REFUSAL, Qt.FindChildOption.FindDirectChildrenOnly) is None:
        _Refusal(field)
    field.setAttribute(ENABLED, on)

"""A sheet over part of the window: a child widget, because Chinese input methods fail in pop-up windows."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme import theme


class Overlay(QWidget):
    """Covers its host, keeps the focus inside, closes with Esc and gives the focus back."""

    closed_by_user = Signal()
    visibility_changed = Signal(bool)

    def __init__(self, host: QWidget, scrim: bool = True) -> None:
        super().__init__(host)
        self._host, self._scrim = host, scrim
        self._before: QWidget | None = None
        self.setProperty("overlay", True)
        host.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show over the host and take the focus."""
        self._before = QApplication.focusWidget()
        self.setGeometry(self.covered())
        self.show()
        self.raise_()
        first = self.first_focus()
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)
        self.visibility_changed.emit(True)

    def dismiss(self) -> None:
        """Hide and give the focus back to where it was."""
        if self.isHidden():
            return
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            focused.clearFocus()
        self.hide()
        if self._before is not None and shiboken6.isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None
        self.visibility_changed.emit(False)

    def covered(self) -> QRect:
        """Give the part of the host that is covered."""
        return self._host.rect()

    def first_focus(self) -> QWidget | None:
        """Give the widget that gets the focus when this opens."""
        stops = focus_stops(self)
        return stops[0] if stops else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host's size."""
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self.covered())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what lies below."""
        if self._scrim:
            QPainter(self).fillRect(event.rect(), theme().color("scrim"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc; every other key ends here, so that nothing below reacts."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        event.accept()

    def cancel(self) -> None:
        """Close without doing anything."""
        self.dismiss()
        self.closed_by_user.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Walk the focus in a circle inside this overlay."""
        stops = focus_stops(self)
        if not stops:
            return True
        here = QApplication.focusWidget()
        at = stops.index(here) if here in stops else -1
        step = 1 if forward else -1
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(at + step) % len(stops)].setFocus(reason)
        return True


def focus_stops(root: QWidget) -> list[QWidget]:
    """Give the controls below a widget that Tab reaches, in their order."""
    found: list[QWidget] = []
    widget = root.nextInFocusChain()
    while widget is not None and widget is not root:
        tab = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        if tab and root.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled():
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found

"""A scanner that types: its codes reach the page whatever has the focus, and what a hand types is never taken.

In a field the keys go through at once, and are taken out again when Enter shows that they were a scan. Elsewhere (a
list, a button) they wait a moment, because there a single letter may be a command; a hand's keys are then passed on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from ui.actions import COMMAND_MODIFIERS, is_editor
from ui.widgets.burst import LONGEST_GAP_MS, Burst, Verdict

HOLD_MS: Final = LONGEST_GAP_MS + 15
ENDS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
MODIFIERS: Final = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)


@dataclass(slots=True)
class _Before:
    """A field as it was before a burst reached it."""

    field: QWidget
    text: str
    cursor: int
    anchor: int

    def restore(self) -> None:
        """Put the field back."""
        if not shiboken6.isValid(self.field):
            return
        if isinstance(self.field, QLineEdit):
            self.field.setText(self.text)
            self.field.setSelection(self.anchor, self.cursor - self.anchor)
            if self.anchor == self.cursor:
                self.field.setCursorPosition(self.cursor)
        elif isinstance(self.field, QPlainTextEdit | QTextEdit):
            self._restore_document(self.field)

    def _restore_document(self, field: QPlainTextEdit | QTextEdit) -> None:
        """Take out what came in since, as one step of undo, so that earlier typing stays undoable."""
        start = min(self.anchor, self.cursor)
        added = len(field.toPlainText()) - len(self.text) + abs(self.cursor - self.anchor)
        cursor = field.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(start + max(added, 0), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(self.text[start : max(self.anchor, self.cursor)])
        field.setTextCursor(cursor)


class Wedge(QObject):
    """Watches the program's keys while its page is in sight. `scanned` gives each code.

    `free` says whether scans are wanted now (not while locked). `now_ms` is the clock used for keys without a time.
    """

    scanned = Signal(str)

    def __init__(self, page: QWidget, free: Callable[[], bool]) -> None:
        super().__init__(page)
        self._page, self._free = page, free
        self.now_ms: Callable[[], float] = lambda: time.monotonic() * 1000
        self._burst = Burst()
        self._before: _Before | None = None
        self._held: list[tuple[QWidget, QKeyEvent]] = []
        self._passing = False
        self._timer = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._timer.timeout.connect(self.pass_on)

    def watch(self) -> None:
        """Begin to watch."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
            app.installEventFilter(self)

    def rest(self) -> None:
        """Stop watching; what is held goes where it was meant to."""
        self.pass_on()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at each key once, where it arrives first."""
        if (
            event.type() != QEvent.Type.KeyPress
            or self._passing
            or not isinstance(event, QKeyEvent)
            or not isinstance(watched, QWidget)
            or watched is not (QApplication.focusWidget() or watched)
            or not self._wanted(watched)
        ):
            return False
        return self._key(watched, event)

    def _wanted(self, watched: QWidget) -> bool:
        return self._free() and self._page.isVisible() and watched.window() is self._page.window()

    def _key(self, watched: QWidget, event: QKeyEvent) -> bool:
        if event.key() in MODIFIERS:
            return False
        at = float(event.timestamp()) or self.now_ms()
        if event.key() in ENDS:
            return self._ended(at)
        char = event.text()
        command = event.modifiers() & COMMAND_MODIFIERS and char != "\x1d"
        if event.isAutoRepeat() or command or len(char) != 1 or not (char.isprintable() or char == "\x1d"):
            self._forget()
            return False
        return self._character(watched, event, char, at)

    def _character(self, watched: QWidget, event: QKeyEvent, char: str, at: float) -> bool:
        if self._burst.late(at):
            self._forget()
        if not self._burst.text:
            self._before = _before(watched)
        self._burst.character(char, at)
        if is_editor(watched):
            return False
        self._held.append((watched, event.clone()))
        self._timer.start()
        return True

    def _ended(self, at: float) -> bool:
        if self._burst.end(at) is not Verdict.SCAN:
            self._forget()
            return False
        code = self._burst.clear()
        self._timer.stop()
        self._held.clear()
        if self._before is not None:
            self._before.restore()
            self._before = None
        self.scanned.emit(code)
        return True

    def _forget(self) -> None:
        """It was a hand: pass on what was held."""
        self.pass_on()
        self._burst.clear()
        self._before = None

    def pass_on(self) -> None:
        """Give held keys to the widgets they were meant for."""
        self._timer.stop()
        held, self._held = self._held, []
        self._passing = True
        for widget, event in held:
            if shiboken6.isValid(widget):
                QApplication.sendEvent(widget, event)
        self._passing = False


def _before(field: QWidget) -> _Before | None:
    if isinstance(field, QLineEdit):
        cursor = field.cursorPosition()
        anchor = cursor
        if field.hasSelectedText():
            start = field.selectionStart()
            anchor = start if cursor != start else start + len(field.selectedText())
        return _Before(field, field.text(), cursor, anchor)
    if isinstance(field, QPlainTextEdit | QTextEdit):
        where = field.textCursor()
        return _Before(field, field.toPlainText(), where.position(), where.anchor())
    return None

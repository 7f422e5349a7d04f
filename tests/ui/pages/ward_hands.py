"""Hands that type into the ward and count their keys, and a printer that remembers what it was asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.pages.ward import WardPage
from ui.papers_port import NoPapers
from ui.shell import Shell
from ui.widgets.burst import LONGEST_GAP_MS
from ui.widgets.code_search import CodeLineEdit

Key = Qt.Key
Open = Callable[..., tuple[WardPage, Shell]]


class Printer(NoPapers):
    """Remembers what was asked for instead of making papers, which are other tests' business."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def preview(self, *documents: str) -> None:
        self.asked.append(("preview", *documents))

    def print_signed(self, *documents: str) -> None:
        self.asked.append(("print", *documents))


class Hands:
    """Type into whatever has the focus, wait for its list, and count the keys."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot, self.count = qtbot, 0

    def press(self, key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.count += 1
        QTest.keyClick(QApplication.focusWidget(), key, modifier)
        QApplication.processEvents()

    def write(self, text: str) -> None:
        self.count += len(text)
        if text.isascii():
            QTest.keyClicks(QApplication.focusWidget(), text)
        else:
            composed = QInputMethodEvent()
            composed.setCommitString(text)
            QApplication.sendEvent(QApplication.focusWidget(), composed)
        QApplication.processEvents()

    def pick(self, text: str) -> None:
        """Type, wait until something is highlighted, take it: no sooner than a hand, or it passes for a scanner."""
        field = QApplication.focusWidget()
        assert isinstance(field, CodeLineEdit)
        self.write(text)
        self._qtbot.waitUntil(lambda: field.highlighted() is not None)
        QTest.qWait(LONGEST_GAP_MS + 1)
        self.press(Key.Key_Return)
        self._qtbot.waitUntil(lambda: not field.hasFocus())

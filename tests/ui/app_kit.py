"""The whole window on a real desk folder, and hands that count their keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import CHEAP, PIN
from ui.app import Setup, Window
from ui.pages.outpatient import OutpatientPage
from ui.shell import Shell
from workstation.core.clock import FixedClock
from workstation.security.station import FileSecret

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SLOW_MS = 30_000


@dataclass
class Hands:
    """Types into whatever has the focus and counts the keys."""

    count: int = 0
    pressed: list[str] = field(default_factory=list)

    def press(self, key: Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.count += 1
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)
        QApplication.processEvents()

    def write(self, text: str) -> None:
        self.count += len(text)
        QTest.keyClicks(QApplication.focusWidget(), text)
        QApplication.processEvents()


def setup_of(folder: Path, clock: FixedClock, **more: object) -> Setup:
    """The same desk as `make_desk` makes, for the window."""
    secret = FileSecret(folder.with_name(f"{folder.name}.secret"))
    return Setup(folder, secret, clock=clock, cost=CHEAP, **{"syncs": False, **more})  # type: ignore[arg-type]


def shell_of(window: Window) -> Shell:
    assert window.shell is not None
    return window.shell


def unlock(window: Window, qtbot: QtBot, user: str = "doc") -> Hands:
    """Unlock by typing; the user's number stands there already or is picked first."""
    shell, hands = shell_of(window), Hands()
    qtbot.waitUntil(lambda: bool(shell.lock_screen.user.text()), timeout=SLOW_MS)
    shell.lock_screen.choose(user)
    qtbot.waitUntil(shell.lock_screen.secret.hasFocus, timeout=SLOW_MS)
    for digit in PIN:
        QTest.qWait(15)  # a scanner types faster than this and is ignored
        hands.write(digit)
    hands.press(Key.Key_Return)
    qtbot.waitUntil(lambda: not shell.locked or bool(shell.lock_screen.message()), timeout=SLOW_MS)
    assert shell.lock_screen.message() == ""
    return hands


def front(window: Window) -> OutpatientPage:
    """The consultation in front."""
    shell = shell_of(window)
    assert shell.frame is not None
    page = shell.frame.workspace.front_page()
    assert isinstance(page, OutpatientPage)
    return page


def until(qtbot: QtBot, ready: Callable[[], bool]) -> None:
    qtbot.waitUntil(ready, timeout=SLOW_MS)

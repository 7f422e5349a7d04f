"""The bench's morning on a real desk, and windows on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages import laboratory_kit as kit
from tests.workstation.laboratory.bench import Bench
from ui.shell import Shell
from workstation.core.clock import FixedClock
from workstation.desk import Desk


@pytest.fixture
def lab(make_desk: Callable[..., Desk], clock: FixedClock) -> Bench:
    """The people of the bench; nothing is ordered yet."""
    return kit.bench_on(make_desk("doc"), clock)


@pytest.fixture
def morning(lab: Bench) -> Bench:
    """Reports of the last days, a critical potassium, and tubes in every state."""
    return kit.morning(lab)


@pytest.fixture
def open_window(app: QApplication, lab: Bench, qtbot: QtBot) -> Iterator[Callable[..., Shell]]:
    """Open the window for somebody."""
    made: list[Shell] = []

    def make(user: str = "doc", language: str = "en") -> Shell:
        shell = kit.window(lab.desk, app, user, language)
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        return shell

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

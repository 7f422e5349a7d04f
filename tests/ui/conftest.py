"""A themed application, the sample desk, and an unlocked window on it that runs its tasks at once."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.sample_desk import PIN, SPEC, SampleDesk, sample_desk
from ui.compose import compose
from ui.shell import Shell
from ui.theme import theme


@pytest.fixture(autouse=True)
def _cycles_are_freed_on_the_main_thread() -> Iterator[None]:
    """A widget that a worker's cycle collector frees takes Qt down, so nothing is collected but here."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    theme().apply(qapp, "light", "comfortable", 100)
    return qapp


@pytest.fixture
def desk() -> SampleDesk:
    made = sample_desk()
    made.values["language"] = "en"
    return made


@pytest.fixture
def make_shell(app: QApplication, desk: SampleDesk, qtbot: QtBot) -> Iterator[Callable[..., Shell]]:
    """Open the window; `user` unlocks it."""
    made: list[Shell] = []

    def make(user: str = "1001") -> Shell:
        shell, _tasks = compose(app, desk, desk.clock, SPEC, inline=True)
        made.append(shell)
        shell.resize(1366, 768)
        with qtbot.waitActive(shell):
            shell.show()
            shell.activateWindow()
        if user:
            shell.lock_screen.unlock_requested.emit(user, PIN)
        return shell

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def shell(make_shell: Callable[..., Shell]) -> Shell:
    return make_shell()


@pytest.fixture
def pdf(tmp_path: Path) -> bytes:
    """A one-page A5 paper."""
    from reportlab.lib.pagesizes import A5
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "paper.pdf"
    canvas = Canvas(str(path), pagesize=A5)
    canvas.drawString(72, 400, "Prescription")
    canvas.showPage()
    canvas.save()
    return path.read_bytes()

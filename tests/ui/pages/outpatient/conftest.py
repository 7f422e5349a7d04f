"""The consultation page in a window on a real desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import PIN
from tests.ui.pages import outpatient_kit as kit
from ui.compose import compose
from ui.context import PatientContext
from ui.pages.outpatient import OutpatientPage
from ui.theme import theme
from workstation.core.settings import LANGUAGE
from workstation.desk import Desk


@pytest.fixture
def open_page(qapp: QApplication, make_desk: Callable[..., Desk], qtbot: QtBot) -> Iterator[kit.Open]:
    """Open the patient's consultation; `kind` is the kind of visit, `rich` gives the patient a history."""
    made = []

    def opened(
        desk: Desk | None = None,
        kind: str = "first",
        rich: bool = False,
        about: PatientContext = kit.ABOUT,
        user: str = "doc",
    ) -> OutpatientPage:
        theme().apply(qapp, "light", "comfortable", 100)
        if desk is None:
            desk = make_desk("doc")
            kit.furnish(desk, kind, rich)
        desk.unlock(user, PIN)
        desk.set_setting(LANGUAGE, "en")
        shell, _tasks = compose(qapp, desk, desk.clock, kit.SPEC, inline=True)
        made.append(shell)
        shell.resize(1366, 768)
        with qtbot.waitActive(shell):
            shell.show()
            shell.activateWindow()
        shell.lock_screen.unlock_requested.emit(user, PIN)
        shell.open_chart(about)
        return shell.findChildren(OutpatientPage)[-1]

    yield opened
    for shell in made:
        shell.close()
        shell.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)

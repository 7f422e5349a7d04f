"""A ward in the middle of its morning, the window on it, hands that type, and a printer that remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages import ward_scene
from tests.ui.pages.ward_hands import Hands, Open, Printer
from tests.ui.screens import settle
from tests.workstation.inpatient.ward_kit import put
from ui.pages.ward import WardPage
from ui.shell import Shell
from workstation.core.clock import FixedClock
from workstation.desk import Desk


@pytest.fixture
def stays(make_desk: Callable[..., Desk], clock: FixedClock) -> tuple[Desk, dict[str, str]]:
    """The desk, and the stays by patient; 郑海涛 is at home."""
    desk = make_desk("doc")
    found = ward_scene.fill(desk, clock)
    put(desk, {**ward_scene.person(0), "id": "w90", "name": [{"use": "official", "text": "郑海涛"}]})
    return desk, found


@pytest.fixture
def hospital(stays: tuple[Desk, dict[str, str]]) -> Desk:
    return stays[0]


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def open_ward(app: QApplication, hospital: Desk, qtbot: QtBot, printer: Printer) -> Iterator[Open]:
    made: list[Shell] = []

    def make(user: str = "nurse", language: str = "en") -> tuple[WardPage, Shell]:
        shell = ward_scene.window(hospital, app, user, language)
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        page = ward_scene.ward_page(shell)
        for ctx in (shell.ctx, page.ctx):
            object.__setattr__(ctx, "papers", printer)
        page.focus_region(1)
        settle(shell)
        return page, shell

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def hands(qtbot: QtBot) -> Hands:
    return Hands(qtbot)

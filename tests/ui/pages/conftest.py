"""The counter: a hospital with a shelf, and the window on the pharmacist's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages import counter_kit
from tests.ui.pages.counter_kit import Hospital
from ui.pages.pharmacy import PharmacyPage
from ui.shell import Shell
from workstation.core.clock import FixedClock
from workstation.desk import Desk


@pytest.fixture
def pharmacy(make_desk: Callable[..., Desk], clock: FixedClock) -> Hospital:
    """Patients and a shelf; nothing is prescribed yet."""
    return counter_kit.hospital(make_desk("doc"), clock)


@pytest.fixture
def open_counter(
    app: QApplication, pharmacy: Hospital, qtbot: QtBot
) -> Iterator[Callable[..., PharmacyPage]]:
    """Open the window for a pharmacist, the focus in the queue."""
    made: list[Shell] = []

    def make(user: str = "pharm") -> PharmacyPage:
        shell = counter_kit.window(pharmacy.desk, app, user)
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        page = shell.frame.front_page()
        assert isinstance(page, PharmacyPage)
        page.queue.focus()
        return page

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

"""A registrar's desk and its window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages import reception
from tests.ui.pages.registration.keyboard import MakeDesk, Open
from ui.pages.registration import RegistrationPage
from ui.shell import Shell
from workstation.desk import Desk
from workstation.registration.model import Person, Register


@pytest.fixture
def counter(make_desk: MakeDesk) -> Desk:
    """A registrar's desk with the hospital's departments and one patient."""
    made = make_desk("reg")
    reception.furnish(made)
    made.do("registration.register", Register(Person("欧阳建国", "male", "1958-03-09", phone="13800138000")))
    return made


@pytest.fixture
def open_page(app: QApplication, counter: Desk, qtbot: QtBot) -> Iterator[Open]:
    made: list[Shell] = []

    def make() -> tuple[RegistrationPage, Shell]:
        shell = reception.window(counter, app, "reg", "registration")
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        page = shell.frame.front_page()
        assert isinstance(page, RegistrationPage)
        page.focus_region(1)
        return page, shell

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

"""Typing at the registrar's window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.pages.registration import RegistrationPage
from ui.shell import Shell
from workstation.desk import Desk
from workstation.queue.model import QueueView, Waiting
from workstation.registration.identity import check_digit

MakeDesk = Callable[..., Desk]
Open = Callable[[], tuple[RegistrationPage, Shell]]


def number(body: str) -> str:
    return body + check_digit(body)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def keys(*typed: str | Qt.Key) -> None:
    """Type texts and keys into whatever has the focus."""
    for one in typed:
        if isinstance(one, str):
            QTest.keyClicks(focused(), one)
        else:
            QTest.keyClick(focused(), one)


def put(field: QLineEdit, text: str) -> None:
    """Type a text that an input method would compose."""
    field.setFocus()
    field.setText(text)
    field.setModified(True)
    field.textEdited.emit(text)


def settled(page: RegistrationPage, qtbot: QtBot) -> None:
    """Wait until the page has looked for candidates."""
    qtbot.waitUntil(lambda: not page._searching)


def waiting(desk: Desk) -> QueueView:
    found = desk.ask("queue.waiting", Waiting())
    assert isinstance(found, QueueView)
    return found


def fill(page: RegistrationPage, name: str = "李秀英", born: str = "19710502", sequence: str = "002") -> None:
    """Fill what must be filled, by keyboard."""
    keys(number(f"310104{born}{sequence}"), Qt.Key.Key_Return)
    put(page.form.name, name)
    page.visit.department.setFocus()
    keys("nk")


def type_double(page: RegistrationPage, qtbot: QtBot) -> None:
    put(page.form.name, "欧阳建国")
    page.form.sex.buttons["male"].click()
    put(page.form.birth, "19580903")
    page.visit.set_department("internal")
    settled(page, qtbot)


def open_known(page: RegistrationPage, qtbot: QtBot) -> str:
    keys(Qt.Key.Key_F2, "oyj")
    qtbot.waitUntil(lambda: page.search.highlighted() is not None)
    keys(Qt.Key.Key_Return)
    assert page.known is not None
    return page.known.id

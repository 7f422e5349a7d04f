"""A window on a furnished ward, with a nurse's pages, and a scanner that types."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.conftest import PIN
from tests.plugins.floor import Ward
from tests.ui.sample_desk import NotePage
from ui.compose import compose
from ui.pages.administration import AdministrationPage
from ui.pages.tasks import TasksPage
from ui.pages.verify import VerifyPage
from ui.shell import Shell
from ui.shell_parts.specs import PageSpec, Setting, WindowSpec
from ui.theme import theme
from ui.widgets.banner import BannerData
from ui.widgets.wedge import Wedge
from workstation.core.i18n import set_language
from workstation.core.settings import LANGUAGE, ROOM, SCALE, SITE_NAME, THEME
from workstation.security.permissions import Permission

Key = Qt.Key
SPEC = WindowSpec(
    pages=(
        PageSpec("note", "Visit", "file-text", NotePage, Permission.NOTE_WRITE, bound=True),
        PageSpec("tasks", "Tasks", "list-checks", TasksPage, Permission.ORDER_EXECUTE, action="tasks.open"),
        PageSpec(
            "verify",
            "Verify orders",
            "clipboard-check",
            VerifyPage,
            Permission.ORDER_VERIFY,
            action="orders.verify",
        ),
        PageSpec(
            "administration",
            "Administration",
            "pill",
            AdministrationPage,
            Permission.ORDER_READ,
            bound=True,
            action="administration.open",
            setting=Setting.STAY,
        ),
    ),
    banner=lambda _desk, patient: BannerData(patient.id, patient.name, "", "", "", ""),
)


def window(
    floor: Ward, app: QApplication, page: str = "tasks", user: str = "nurse", language: str = "en"
) -> Shell:
    """Open the window for somebody on a page, everything running inline."""
    desk = floor.as_(user)
    desk.set_setting(LANGUAGE, language)
    desk.set_setting(SITE_NAME, "青囊示范医院")
    desk.set_setting(ROOM, "呼吸内科护士站")
    desk.set_setting(THEME, theme().mode)
    desk.set_setting(SCALE, theme().scale)
    set_language(language)
    shell, _tasks = compose(app, desk, desk.clock, SPEC, inline=True)
    shell.resize(1366, 768)
    shell.show()
    shell.activateWindow()
    shell._unlock(user, PIN)
    shell.open_page(page)
    QApplication.processEvents()
    return shell


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget: QWidget | None = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, modifier)


@dataclass
class Bedside:
    """Hands and a scanner at one window; counts keys and scans apart."""

    shell: Shell
    at: float = 1000.0
    keys: int = 0
    scans: int = 0

    def scan(self, code: str) -> None:
        """Type a code as a scanner does: 4 ms a key, then Enter."""
        self.scans += 1
        self._listen()
        self.at += 1000
        for char in code:
            self.at += 4
            widget = QApplication.focusWidget()
            assert widget is not None
            QTest.keyClicks(widget, char)
        self.at += 4
        press(Key.Key_Return)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key as a hand does."""
        self.keys += 1
        self._listen()
        self.at += 1000
        press(key, modifier)
        for wedge in self.shell.findChildren(Wedge):
            wedge.pass_on()

    def _listen(self) -> None:
        for wedge in self.shell.findChildren(Wedge):
            wedge.now_ms = lambda: self.at

    def write(self, text: str) -> None:
        """Type letters as a hand does."""
        for char in text:
            self.keys += 1
            self.at += 120
            widget = QApplication.focusWidget()
            assert widget is not None
            QTest.keyClicks(widget, char)

    def page(self) -> QWidget:
        """Give the page in front."""
        assert self.shell.frame is not None
        front = self.shell.frame.front_page()
        assert front is not None
        return front

    def chart(self) -> AdministrationPage:
        """Give the administration chart in front."""
        front = self.page()
        assert isinstance(front, AdministrationPage)
        return front

    def tasks(self) -> TasksPage:
        front = self.page()
        assert isinstance(front, TasksPage)
        return front

    def verify(self) -> VerifyPage:
        front = self.page()
        assert isinstance(front, VerifyPage)
        return front

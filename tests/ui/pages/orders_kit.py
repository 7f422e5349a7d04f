"""The orders page in a window on a real desk: for its tests and for looking at it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.conftest import PIN
from tests.ui.pages.prescription_kit import split
from tests.workstation.orders.bedside import Bedside
from ui.compose import compose
from ui.context import PatientContext
from ui.pages.orders import OrdersPage
from ui.shell import Shell
from ui.shell_parts.specs import PageSpec, Setting, WindowSpec
from ui.widgets.banner import BannerData
from workstation.core.settings import LANGUAGE, SCALE, THEME
from workstation.security.permissions import Permission
from workstation.terminology.doses import plain

ABOUT = PatientContext("p1", "欧阳建国", "e1", stay=True)
LOOK = ("zh_CN", "light", 100)
SPEC = WindowSpec(
    (
        PageSpec(
            "orders",
            "Orders",
            "clipboard-list",
            OrdersPage,
            Permission.ORDER_READ,
            bound=True,
            action="prescription.open",
            setting=Setting.STAY,
        ),
    ),
    lambda _desk, about: BannerData(about.id, "欧阳建国", "male", "1958-03-09", "68岁", "M2025 0417 0032"),
)


class Ward:
    """A window for one person in front of a bedside."""

    def __init__(
        self, app: QApplication, bedside: Bedside, user: str = "doc", look: tuple[str, str, int] = LOOK
    ) -> None:
        self.bedside = bedside
        desk = bedside.desk
        desk.unlock(user, PIN)
        for setting, value in zip((LANGUAGE, THEME, SCALE), look, strict=True):
            desk.set_setting(setting, value)
        self.shell: Shell
        self.shell, self.tasks = compose(app, desk, desk.clock, SPEC, inline=True)
        self.shell.resize(1366, 768)
        self.user, self._closed = user, False

    def open(self) -> OrdersPage:
        """Show the window, unlock it and open the patient's orders."""
        self.shell.show()
        self.shell.activateWindow()
        QTest.qWaitForWindowActive(self.shell)
        self.shell.lock_screen.unlock_requested.emit(self.user, PIN)
        self.shell.open_chart(ABOUT)
        self.page = self.shell.findChildren(OrdersPage)[-1]
        self.panel = self.page.panel
        return self.page

    def type(self, text: str) -> int:
        """Type letters, digits and {Named} keys into whatever has the focus; gives how many keys that was."""
        keys = 0
        for piece in split(text):
            target = QApplication.focusWidget()
            if len(piece) == 1:
                QTest.keyClick(target, piece)
            else:
                *modifiers, name = piece[1:-1].split("+")
                mods = Qt.KeyboardModifier.NoModifier
                for modifier in modifiers:
                    mods |= getattr(Qt.KeyboardModifier, f"{modifier}Modifier")
                QTest.keyClick(target, getattr(Qt.Key, f"Key_{name}"), mods)
            keys += 1
            self.settle()
        return keys

    def settle(self) -> None:
        """Let the timers that gather typing run out, and the check that follows answer."""
        QTest.qWait(40)
        for _turn in range(200):
            if self.panel.live.current:
                return
            QTest.qWait(10)

    def row(self, number: int) -> dict[str, str]:
        """Give the texts of a row by the names of its cells, without joiners."""
        model: Any = self.panel.model
        return {cell.name: plain(model.text(number, cell)) for cell in model.words.cells}

    def sign(self) -> None:
        """Sign with F12 and the PIN."""
        self.type("{F12}")
        sheet = self.page.flow.sheet
        assert sheet is not None, self.panel.blockers()
        sheet.confirmed.emit(PIN)
        self.settle()

    def close(self) -> None:
        """Close the window, once."""
        if not self._closed:
            self._closed = True
            self.shell.close()
            self.shell.deleteLater()

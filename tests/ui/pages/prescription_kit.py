"""A prescription panel on a real desk, alone in a window: for its tests and for looking at it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from tests.workstation.prescribing.room import Room
from ui.actions import Actions
from ui.context import Context, PatientContext
from ui.keymap import load_keymap
from ui.notices import BannerStrip, Notices
from ui.pages.prescription.panel import RxPanel
from ui.tasks import InlineTasks


class Nowhere:
    """An opener that opens nothing."""

    def open_chart(self, patient: PatientContext, page: str = "") -> None:
        """Stay here."""

    def open_page(self, page: str) -> None:
        """Stay here."""

    def front_patient(self) -> PatientContext | None:
        """Give nobody."""
        return None


class Bench(QWidget):
    """A page's worth of room around a panel, with the page's banners."""

    def __init__(self, room: Room, size: tuple[int, int] = (1088, 312), tasks: Any = None) -> None:
        super().__init__()
        self.room = room
        notices = Notices()
        self.banners = BannerStrip(self)
        notices.attach(lambda: self, self.banners, self)
        self.tasks = tasks or InlineTasks(room.desk, notices.show)
        self.ctx = Context(room.desk, self.tasks, notices, Nowhere(), Actions(load_keymap()), room.desk.clock)
        self.panel = RxPanel(self.ctx, PatientContext("p1", "欧阳建国", "e1"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.banners)
        rows.addWidget(self.panel, 1)
        self.resize(*size)

    def open(self) -> RxPanel:
        """Show, load and start at the empty row."""
        self.show()
        self.activateWindow()
        QTest.qWaitForWindowActive(self)
        self.panel.load()
        self.panel.focus_entry()
        return self.panel

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
        """Let the timers that gather typing run out, and the check that follows answer, however busy the PC is."""
        QTest.qWait(40)
        for _turn in range(200):
            if self.panel.live.current or not isinstance(self.tasks, InlineTasks):
                return
            QTest.qWait(10)

    def row(self, number: int) -> list[str]:
        """Give the texts of a row without joiners, from the drug on."""
        from workstation.terminology.doses import plain

        return [plain(self.panel.model.text(number, cell)) for cell in self.panel.model.words.cells[2:]]


def split(text: str) -> list[str]:
    """Split `amxl{Return}1` into its keys."""
    pieces, at = [], 0
    while at < len(text):
        end = text.find("}", at) + 1 if text[at] == "{" else at + 1
        pieces.append(text[at:end])
        at = end
    return pieces

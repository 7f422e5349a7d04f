"""Renders the ward board and a stay for looking at: python -m tests.ui.pages.render_ward FOLDER [quick]."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize

from tests.conftest import CHEAP, MORNING, PIN, STAFF
from tests.ui.pages import ward_scene
from tests.ui.screens import application, grab, settle
from ui.context import PatientContext
from ui.shell import Shell
from ui.theme import theme
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.security.station import FileSecret

SIZES = {"1366": QSize(1366, 768), "1920": QSize(1920, 1080)}


def stage(folder: Path) -> tuple[Desk, dict[str, str]]:
    """A desk with its ward."""
    clock = FixedClock(MORNING)
    desk = Desk(folder / "desk", station=FileSecret(folder / "secret"), clock=clock, cost=CHEAP)
    desk.create(STAFF["doc"], PIN)
    desk.unlock("doc", PIN)
    for account in STAFF.values():
        if account.user != "doc":
            desk.add_user(account, PIN)
    return desk, ward_scene.fill(desk, clock)


def main(folder: Path, quick: bool) -> None:
    """Render every combination, or the first of each."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        desk, stays = stage(Path(place))
        for language in ("zh_CN",) if quick else ("zh_CN", "en"):
            for mode in ("light",) if quick else ("light", "dark"):
                for name, size in list(SIZES.items())[: 1 if quick else 2]:
                    for scale in (100,) if quick else (100, 150):
                        theme().apply(application(), mode, "comfortable", scale)
                        look = f"{language}-{mode}-{name}-{scale}"
                        board(desk, folder, size, language, look)
                        stay(desk, stays, folder, size, language, look)
        theme().apply(application(), "light", "comfortable", 100)
        sheets(desk, stays, folder, "zh_CN")
        desk.close()


def board(desk: Desk, folder: Path, size: QSize, language: str, look: str) -> None:
    """The board in its views."""
    shell = ward_scene.window(desk, application(), "nurse", language)
    grab(shell, size)
    page = ward_scene.ward_page(shell)
    page.board.setFocus()
    grab(shell, size).save(str(folder / f"ward-{look}.png"))
    page.turn()
    grab(shell, size).save(str(folder / f"ward-table-{look}.png"))
    page.turn()
    if look.endswith("100"):
        for cards in ("small", "large"):
            page.set_size(cards)
            grab(shell, size).save(str(folder / f"ward-{cards}-{look}.png"))
        page.set_size("medium")
    shell.close()


def stay(desk: Desk, stays: dict[str, str], folder: Path, size: QSize, language: str, look: str) -> None:
    """The first page of a stay."""
    shell = ward_scene.window(desk, application(), "doc", language)
    shell.open_chart(PatientContext("w0", "欧阳建国", stays["w0"], stay=True))
    grab(shell, size).save(str(folder / f"stay-{look}.png"))
    shell.close()


def sheets(desk: Desk, stays: dict[str, str], folder: Path, language: str) -> None:
    """Peek, admission, transfer, discharge."""
    size = SIZES["1366"]
    shell = ward_scene.window(desk, application(), "doc", language)
    grab(shell, size)
    page = ward_scene.ward_page(shell)
    page.board.setFocus()
    page.board.select(page.board.cells[0].key)
    page.peek(page.board.cells[0])
    shot(shell, folder / "ward-peek.png")
    escape(shell)
    page.admit()
    shot(shell, folder / "ward-admit.png")
    page.acts.sheet.dismiss()
    for name in ("transfer", "discharge", "assign"):
        shell.ctx.actions.trigger(f"stay.{name}")
        shot(shell, folder / f"ward-{name}.png")
        page.acts.sheet.dismiss()
    shell.close()


def shot(shell: Shell, path: Path) -> None:
    """Take a picture of what is open."""
    settle(shell)
    shell.grab().save(str(path))


def escape(shell: Shell) -> None:
    """Close what is open."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    QTest.keyClick(application().focusWidget(), Qt.Key.Key_Escape)
    settle(shell)


if __name__ == "__main__":
    application()
    main(Path(sys.argv[1]), "quick" in sys.argv[2:])

"""Renders vital signs and temperature chart: python -m tests.ui.pages.render_bedside FOLDER [LOOK...]."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest

from tests.conftest import CHEAP, MORNING, STAFF
from tests.ui.pages import bedside_kit
from tests.ui.pages.bedside_kit import PIN
from tests.ui.screens import application, grab
from ui.theme import theme
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.security.station import FileSecret

SIZES = {"1366": QSize(1366, 768), "1920": QSize(1920, 1080)}


def stage(folder: Path) -> tuple[Desk, FixedClock]:
    clock = FixedClock(MORNING)
    desk = Desk(folder / "desk", station=FileSecret(folder / "secret"), clock=clock, cost=CHEAP)
    desk.create(STAFF["admin"], PIN)
    desk.unlock("admin", PIN)
    for account in STAFF.values():
        if account.user != "admin":
            desk.add_user(account, PIN)
    desk.unlock("nurse", PIN)
    bedside_kit.furnish(desk)
    bedside_kit.full_ward(desk)
    bedside_kit.measured(desk, clock)
    return desk, clock


def round_pictures(desk: Desk, folder: Path, looks: list[tuple[str, str, str, int]]) -> None:
    for language, mode, name, scale in looks:
        theme().apply(application(), mode, "comfortable", scale)
        shell = bedside_kit.window(desk, application(), language=language)
        page = shell.frame.front_page()
        grab(shell, SIZES[name])
        page.grid.setFocus()
        for text in ("382", "88/110", "22", "15294", "95", "368k", "25"):
            for character in text:
                QTest.keyClicks(application().focusWidget(), character)
            QTest.keyClick(application().focusWidget(), Qt.Key.Key_Return)
        grab(shell, SIZES[name]).save(str(folder / f"vitals-{language}-{mode}-{name}-{scale}.png"))
        page.grid._close()
        page.model.drafts.clear()
        page.committed()
        shell.close()


def chart_pictures(desk: Desk, folder: Path, looks: list[tuple[str, str, str, int]]) -> None:
    for language, mode, name, scale in looks:
        theme().apply(application(), mode, "comfortable", scale)
        shell = bedside_kit.window(desk, application(), language=language, page="")
        page = bedside_kit.open_chart(shell)
        page.turn(-1)
        grab(shell, SIZES[name]).save(str(folder / f"chart-{language}-{mode}-{name}-{scale}.png"))
        page.toggle()
        grab(shell, SIZES[name]).save(str(folder / f"table-{language}-{mode}-{name}-{scale}.png"))
        if scale == 100 and name == "1366":
            page.measure()
            grab(shell, SIZES[name]).save(str(folder / f"measure-{language}-{mode}.png"))
        shell.close()


def main(folder: Path, which: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    every = [
        (language, mode, name, scale)
        for language in ("zh_CN", "en")
        for mode in ("light", "dark")
        for name in SIZES
        for scale in (100, 150)
    ]
    wanted = [look for look in every if not which or "-".join(map(str, look)) in which]
    with tempfile.TemporaryDirectory() as place:
        desk, clock = stage(Path(place))
        round_pictures(desk, folder, wanted)
        bedside_kit.story(desk, clock)
        chart_pictures(desk, folder, wanted)
        desk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

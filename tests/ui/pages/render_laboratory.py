"""Renders the laboratory's screens for looking at: python -m tests.ui.pages.render_laboratory FOLDER [NAME...]."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest

from tests.conftest import CHEAP, MORNING, STAFF
from tests.ui.pages import laboratory_kit as kit
from tests.ui.screens import application, grab, settle
from tests.workstation.laboratory.bench import BAND, OTHER_BAND, Bench, number_of
from ui.pages.results import ResultsPage
from ui.pages.specimens import SpecimensPage
from ui.shell import Shell
from ui.theme import theme
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.security.station import FileSecret

SIZES = {"1366": QSize(1366, 768), "1920": QSize(1920, 1080)}
Scene = tuple[str, Callable[[Shell, Bench], None]]


def stage(folder: Path) -> Bench:
    """A desk in the middle of its morning."""
    clock = FixedClock(MORNING)
    desk = Desk(folder / "desk", station=FileSecret(folder / "secret"), clock=clock, cost=CHEAP)
    desk.create(STAFF["admin"], kit.PIN)
    desk.unlock("admin", kit.PIN)
    for account in STAFF.values():
        if account.user != "admin":
            desk.add_user(account, kit.PIN)
    made = kit.morning(kit.bench_on(desk, clock))
    made.later(minutes=12)
    return made


def page_of(shell: Shell) -> object:
    assert shell.frame is not None
    return shell.frame.front_page()


def results(shell: Shell, _bench: Bench) -> None:
    shell.open_chart(kit.ABOUT, "results")


def trend(shell: Shell, bench: Bench) -> None:
    results(shell, bench)
    page = page_of(shell)
    assert isinstance(page, ResultsPage)
    page.focus_region(2)
    page.table.select_first()
    page.focus_region(3)


def everything(shell: Shell, bench: Bench) -> None:
    results(shell, bench)
    page = page_of(shell)
    assert isinstance(page, ResultsPage)
    page.list.select("everything")
    page.focus_region(1)


def critical(shell: Shell, bench: Bench) -> None:
    results(shell, bench)
    page = page_of(shell)
    assert isinstance(page, ResultsPage)
    page.answer()


def inbox(shell: Shell, _bench: Bench) -> None:
    shell.open_page("inbox")


def sets(shell: Shell, _bench: Bench) -> None:
    shell.open_chart(kit.OUT)
    shell.ctx.actions.trigger("lab.order")
    QTest.qWait(120)


def ordering(shell: Shell, bench: Bench) -> None:
    sets(shell, bench)
    kit.press(Qt.Key.Key_5)
    QTest.keyClicks(application().focusWidget(), "xc")
    QTest.qWait(120)
    settle(shell)


def picked(shell: Shell, bench: Bench) -> None:
    sets(shell, bench)
    kit.press(Qt.Key.Key_3)
    kit.press(Qt.Key.Key_Return)


def visit(shell: Shell, _bench: Bench) -> None:
    shell.open_chart(kit.OUT)


def worklist(shell: Shell, _bench: Bench) -> None:
    shell.open_page("specimens")


def mismatch(shell: Shell, bench: Bench) -> None:
    worklist(shell, bench)
    page = page_of(shell)
    assert isinstance(page, SpecimensPage)
    page.scan(OTHER_BAND)
    page.scan(number_of(next(s for s in bench.find("Specimen") if s["status"] == "unavailable")))


def worn(shell: Shell, bench: Bench) -> None:
    worklist(shell, bench)
    page = page_of(shell)
    assert isinstance(page, SpecimensPage)
    page.scan(BAND)


SCENES: dict[str, Scene] = {
    "results": ("doc", results),
    "trend": ("doc", trend),
    "everything": ("doc", everything),
    "critical": ("doc", critical),
    "inbox": ("doc", inbox),
    "sets": ("doc", sets),
    "ordering": ("doc", ordering),
    "picked": ("doc", picked),
    "visit": ("doc", visit),
    "worklist": ("nurse", worklist),
    "mismatch": ("nurse", mismatch),
    "worn": ("nurse", worn),
}


def main(folder: Path, names: list[str], looks: list[str]) -> None:
    """Render the scenes in the wanted looks (`zh_CN-light-1366-100`), or in all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    every = [f"{language}-{mode}-{size}-{scale}" for language in ("zh_CN", "en") for mode in ("light", "dark")
             for size in SIZES for scale in (100, 150)]  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        bench = stage(Path(place))
        for look in looks or every:
            language, mode, size, scale = look.split("-")
            theme().apply(application(), mode, "comfortable", int(scale))
            for name in names:
                user, scene = SCENES[name]
                shell = kit.window(bench.desk, application(), user, language)
                shell.resize(SIZES[size])
                grab(shell, SIZES[size])
                scene(shell, bench)
                grab(shell, SIZES[size]).save(str(folder / f"{name}-{look}.png"))
                shell.close()
        bench.desk.close()


if __name__ == "__main__":
    wanted = [a for a in sys.argv[2:] if "-" not in a]
    main(Path(sys.argv[1]), wanted or list(SCENES), [a for a in sys.argv[2:] if "-" in a])

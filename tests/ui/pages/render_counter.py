"""Renders the pharmacist's page for looking at: python -m tests.ui.pages.render_counter FOLDER [NAME...]."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize

from tests.conftest import CHEAP, MORNING, STAFF
from tests.ui.pages import counter_kit
from tests.ui.pages.counter_kit import AMLODIPINE, Hand, Hospital, trace
from tests.ui.screens import application, grab
from ui.pages.pharmacy import PharmacyPage
from ui.theme import theme
from workstation.core.clock import FixedClock
from workstation.core.events import Link
from workstation.desk import Desk
from workstation.pharmacy.model import Queue
from workstation.security.station import FileSecret

SIZES = {"1366": QSize(1366, 768), "1920": QSize(1920, 1080)}
Scene = Callable[[PharmacyPage, Hospital], None]


def stage(folder: Path) -> Hospital:
    """A desk in the middle of its morning."""
    clock = FixedClock(MORNING)
    desk = Desk(folder / "desk", station=FileSecret(folder / "secret"), clock=clock, cost=CHEAP)
    desk.create(STAFF["admin"], counter_kit.PIN)
    desk.unlock("admin", counter_kit.PIN)
    for account in STAFF.values():
        if account.user != "admin":
            desk.add_user(account, counter_kit.PIN)
    return counter_kit.morning(counter_kit.hospital(desk, clock))


def open_sheet(page: PharmacyPage, number_of: str, hospital: Hospital, part: str = "review") -> None:
    """Open a patient's sheet from a part of the queue."""
    page.queue.choose(part)
    rows = hospital.desk.ask("pharmacy.queue", Queue(part)).rows
    page.counter.open_row(next(row for row in rows if row.patient == number_of))


def review(page: PharmacyPage, hospital: Hospital) -> None:
    """A sheet under review."""
    open_sheet(page, "p1", hospital)


def dispense(page: PharmacyPage, hospital: Hospital) -> None:
    """Scanning: one right, one wrong."""
    open_sheet(page, "p5", hospital, "dispense")
    hand = Hand(page)
    page.queue.focus()
    hand.scan(trace(hospital.drug(AMLODIPINE), 1))


def mismatch(page: PharmacyPage, hospital: Hospital) -> None:
    """A wrong pack, without a line to the centre."""
    dispense(page, hospital)
    page.dispense.set_link(Link.OFFLINE)
    Hand(page).scan("2409M")


def alerts(page: PharmacyPage, hospital: Hospital) -> None:
    """A sheet the prescriber signed against warnings, and an allergy that was recorded since."""
    page.counter.open(hospital.tasks["alerts"], "p3")


def asking(page: PharmacyPage, hospital: Hospital) -> None:
    """The question to the prescriber."""
    review(page, hospital)
    page.counter.deciding.ask_prescriber()


def done(page: PharmacyPage, hospital: Hospital) -> None:
    """What went out today."""
    open_sheet(page, "p2", hospital, "done")


SCENES: dict[str, Scene] = {
    "review": review,
    "alerts": alerts,
    "dispense": dispense,
    "mismatch": mismatch,
    "asking": asking,
    "done": done,
}


def main(folder: Path, names: list[str]) -> None:
    """Render every combination."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        hospital = stage(Path(place))
        hospital.approve(hospital.tasks["p5"])
        _hand_out(hospital, "p2")
        for language in ("zh_CN", "en"):
            for mode in ("light", "dark"):
                for name, size in SIZES.items():
                    for scale in (100, 150):
                        _render(hospital, names, (language, mode, name, scale), size, folder)
        hospital.desk.close()


def _render(
    hospital: Hospital, names: list[str], look: tuple[str, str, str, int], size: QSize, folder: Path
) -> None:
    language, mode, name, scale = look
    theme().apply(application(), mode, "comfortable", scale)
    for scene in names:
        shell = counter_kit.window(hospital.desk, application(), "pharm2", language)
        shell.resize(size)
        grab(shell, size)
        page = shell.frame.front_page()
        SCENES[scene](page, hospital)
        grab(shell, size).save(str(folder / f"{scene}-{language}-{mode}-{name}-{scale}.png"))
        page.counter.asking.close()
        page.counter.close()
        shell.close()


def _hand_out(hospital: Hospital, patient: str) -> None:
    from workstation.pharmacy.model import Dispense, Pick, SheetByTask

    task = hospital.approve(hospital.tasks[patient])
    desk = hospital.as_("pharm2")
    view = desk.ask("pharmacy.sheet", SheetByTask(task, patient))
    picks = tuple(Pick(x.line, x.lots[0].lot, x.lots[0].suggested, scanned=True) for x in view.lines)
    desk.do("pharmacy.dispense", Dispense(task, picks))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(SCENES))

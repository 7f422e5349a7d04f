"""What is photographed on the ward: the doctor's and the nurse's screens, each with a patient who has much to show."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from ui.cli.demo.ward_steps import worst_off
from workstation.core.settings import WARD
from workstation.inpatient.model import AskBoard
from workstation.nursing.model import AskTasks, ToVerify
from workstation.nursing.rows import Lane, TasksView, VerifyView

if TYPE_CHECKING:
    from ui.app import Window
    from ui.cli.demo.pictures import Camera
    from ui.context import PatientContext
    from ui.shell import Shell

SIZES: Final = ((1366, 768), (1920, 1080))


def at_the_ward_doctor(camera: Camera, window: Window, shell: Shell) -> None:
    """The board, what waits to be read, and one stay with its orders and results."""
    for page in ("ward", "inbox"):
        _place(camera, shell, page)
    for page in ("stay", "orders", "results"):
        _tab(camera, shell, page, grave(window))


def at_the_ward_nurse(camera: Camera, window: Window, shell: Shell) -> None:
    """What is due, what is to be verified, a round, tubes to take, and two charts."""
    for page in ("tasks", "vitals", "specimens"):
        _place(camera, shell, page)
    _place(camera, shell, "verify", downs=_fullest(window))
    _tab(camera, shell, "administration", busy(window))
    _tab(camera, shell, "temperature-chart", grave(window))


def _place(camera: Camera, shell: Shell, page: str, downs: int = 0) -> None:
    shell.open_page(page)
    camera.settle()
    for _down in range(downs):
        camera.press(shell, "Down")
    camera.take(page, shell, SIZES)


def _tab(camera: Camera, shell: Shell, page: str, who: PatientContext) -> None:
    shell.open_chart(who, page)
    camera.settle()
    camera.take(page, shell, SIZES)


def grave(window: Window) -> PatientContext:
    """Give the patient of this desk's ward who is worst off."""
    desk = window.late
    who = worst_off(desk.ask("inpatient.board", AskBoard(desk.setting(WARD))))
    return _context(window, who.patient, who.name, who.encounter)


def busy(window: Window) -> PatientContext:
    """Give the patient for whom something is due or running just now, and of those the one with the shortest list."""
    view: TasksView = window.late.ask("nursing.tasks", AskTasks(window.late.setting(WARD)))
    lengths = Counter(row.who for row in view.rows)
    now = [row.who for row in view.rows if row.lane is not Lane.LATER] or list(lengths)
    who = min(now, key=lambda each: lengths[each])
    return _context(window, who.patient, who.name, who.encounter)


def _context(window: Window, patient: str, name: str, encounter: str) -> PatientContext:
    from ui.context import PatientContext

    return PatientContext(patient, name, encounter, opened_at=window.late.clock.now(), stay=True)


def _fullest(window: Window) -> int:
    """Say how far down the list the patient stands who has most orders to verify."""
    view: VerifyView = window.late.ask("nursing.to-verify", ToVerify(window.late.setting(WARD)))
    counts = [len(patient.new) for patient in view.patients]
    return counts.index(max(counts)) if counts else 0

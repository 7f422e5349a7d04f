"""What is photographed on the ward: the doctor's and the nurse's screens, each with a patient who has much to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.cli.demo.ward_steps import worst_off
from workstation.core.settings import WARD
from workstation.inpatient.model import AskBoard

if TYPE_CHECKING:
    from ui.app import Window
    from ui.cli.demo.pictures import Camera
    from ui.context import PatientContext
    from ui.shell import Shell

SIZES: Final = ((1366, 768), (1920, 1080))


def at_the_ward_doctor(camera: Camera, window: Window, shell: Shell) -> None:
    """The board, one stay with its orders, chart and results, and what waits to be read."""
    _places(camera, shell, ("ward", "inbox"))
    _tabs(camera, shell, patient(window), ("stay", "orders", "results"))


def at_the_ward_nurse(camera: Camera, window: Window, shell: Shell) -> None:
    """What is due, what is to be verified, a round, tubes to take, and the charts of one patient."""
    _places(camera, shell, ("tasks", "verify", "vitals", "specimens"))
    _tabs(camera, shell, patient(window), ("administration", "temperature-chart"))


def _places(camera: Camera, shell: Shell, pages: tuple[str, ...]) -> None:
    for page in pages:
        shell.open_page(page)
        camera.settle()
        camera.take(page, shell, SIZES)


def _tabs(camera: Camera, shell: Shell, who: PatientContext, pages: tuple[str, ...]) -> None:
    for page in pages:
        shell.open_chart(who, page)
        camera.settle()
        camera.take(page, shell, SIZES)


def patient(window: Window) -> PatientContext:
    """Give the patient of this desk's ward who is worst off, and of those the one who is there longest."""
    from ui.context import PatientContext

    desk = window.late
    who = worst_off(desk.ask("inpatient.board", AskBoard(desk.setting(WARD))))
    return PatientContext(who.patient, who.name, who.encounter, opened_at=desk.clock.now(), stay=True)

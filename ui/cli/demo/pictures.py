"""Pictures of the main screens, taken from copies of the demo's own desks, in both languages and both themes.

The pictures are taken in a process of their own, without a display; the hub may be stopped and no desk is changed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ui.cli.demo.ward_pictures import at_the_ward_doctor, at_the_ward_nurse
from ui.cli.demo.world import DEMO_COST
from ui.cli.place import DEMO_SECRET
from workstation.core.i18n import set_language
from workstation.core.settings import DENSITY, LANGUAGE, THEME

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.app import Window
    from ui.cli.demo.world import World
    from ui.context import PatientContext
    from ui.shell import Shell

SECONDS: Final = 900
SMALL: Final = (1366, 768)
LARGE: Final = (1920, 1080)
LOOKS: Final = [(language, mode) for language in ("zh_CN", "en") for mode in ("light", "dark")]
NAME: Final = "欧阳建国"
NOTE: Final = {
    "chief-complaint": "咳嗽、咳黄痰 5 天",
    "present-illness": "5 天前受凉后出现咳嗽，咳黄脓痰，无胸痛、咯血，自测体温最高 38.2 ℃。",
    "past-history": "高血压、2 型糖尿病、心房颤动，长期口服华法林。",
    "examination": "T 37.6 ℃，双肺呼吸音粗，右下肺可闻及湿啰音。",
}


def take_pictures(world: World, folder: Path) -> list[str]:
    """Take every picture into `folder`; gives the names of the files. Raises RuntimeError when that fails."""
    with tempfile.TemporaryDirectory(prefix="qingnang-screen-") as made:
        environment = os.environ | {
            "QT_QPA_PLATFORM": f"offscreen:configfile={small_screen(Path(made))}",
            "QT_LOGGING_RULES": "qt.qpa.*=false",
        }
        done = subprocess.run(  # noqa: S603 - our own program
            [
                sys.executable,
                "-m",
                "ui.cli.demo.pictures",
                str(world.folder),
                str(folder),
                world.hospital.pin,
            ],
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(f"the pictures could not be taken: {done.stderr[-2000:]}")
    return done.stdout.split()


def small_screen(folder: Path) -> Path:
    """Describe a screen of the small size to Qt, so that a window starts as it would on one; gives the file."""
    width, height = SMALL
    screen = {"name": "small", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96}
    file = folder / "screen.json"
    file.write_text(json.dumps({"screens": [screen]}), "utf-8")
    return file


@dataclass(frozen=True, slots=True)
class Station:
    """One desk of the demo, who works there, and what is photographed of its window."""

    desk: str
    user: str
    scenes: Callable[[Camera, Window, Shell], None]


class Camera:
    """Opens windows on copies of desks and takes their pictures in one look after the other."""

    def __init__(self, data: Path, copies: Path, folder: Path, pin: str) -> None:
        self._data, self._copies, self._folder, self._pin = data, copies, folder, pin
        self.taken: list[str] = []
        self.language, self.mode = LOOKS[0]

    def visit(self, station: Station) -> None:
        """Photograph one station in every look."""
        copied = self._copies / station.desk
        shutil.copytree(self._data / station.desk, copied)
        if station.desk == "doctor":
            prepare_consultation(copied, station.user, self._pin)
        for self.language, self.mode in LOOKS:
            window = self._open(copied, station.user)
            shell = window.shell
            if shell is None:
                raise RuntimeError("the desk of the demo is gone")
            try:
                if station.desk == "doctor":
                    self.take("lock", shell)
                shell.lock_screen.unlock_requested.emit(station.user, self._pin)
                self.settle()
                if shell.locked:
                    raise RuntimeError(shell.lock_screen.message() or "the desk stayed locked")
                station.scenes(self, window, shell)
            finally:
                window.close()
                shell.deleteLater()
                self.settle()

    def _open(self, folder: Path, user: str) -> Window:
        from ui.app import Setup, Window, make_application
        from workstation.desk import Desk
        from workstation.security.station import FileSecret

        secret = FileSecret(folder / DEMO_SECRET)
        desk = Desk(folder, station=secret, cost=DEMO_COST)
        desk.unlock(user, self._pin)
        desk.set_setting(LANGUAGE, self.language)
        desk.set_setting(THEME, self.mode)
        desk.close()
        set_language(self.language)
        window = Window(
            make_application(),
            Setup(folder, secret, cost=DEMO_COST, station_name=folder.name, user=user, syncs=False),
            inline=True,
        )
        look = window.remembered.look()
        window.remembered.keep_look(_with(look, self.language, self.mode))
        window.show()
        return window

    def first_start(self) -> None:
        """Photograph the screen that joins a new PC."""
        from ui.app import Setup, Window, make_application
        from workstation.security.station import NoSecret

        for self.language, self.mode in LOOKS:
            set_language(self.language)
            window = Window(
                make_application(), Setup(self._copies / "new", NoSecret(), syncs=False), inline=True
            )
            window.remembered.keep_look(_with(window.remembered.look(), self.language, self.mode))
            window.show()
            if window.first is not None:
                self.take("first-start", window.first)
            window.close()

    def settle(self) -> None:
        """Let layouts, queued calls and short timers come to rest."""
        from PySide6.QtCore import QEventLoop, QTimer
        from PySide6.QtWidgets import QApplication

        loop = QEventLoop()
        QTimer.singleShot(350, loop.quit)
        loop.exec()
        QApplication.sendPostedEvents(None, 0)

    def press(self, shell: Shell, key: str) -> None:
        """Press a key where the focus is."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        QTest.keyClick(QApplication.focusWidget() or shell, getattr(Qt.Key, f"Key_{key}"))

    def take(self, name: str, widget: QWidget, sizes: Sequence[tuple[int, int]] = (SMALL,)) -> None:
        """Take one picture of a window at each size."""
        for width, height in sizes:
            widget.resize(width, height)
            self.settle()
            file = f"{name}-{self.language}-{self.mode}-{width}x{height}.png"
            if not widget.grab().save(str(self._folder / file)):
                raise RuntimeError(f"{file} could not be written")
            self.taken.append(file)
        widget.resize(*SMALL)


def _with(look: Any, language: str, mode: str) -> Any:
    from dataclasses import replace

    return replace(look, language=language, mode=mode)


def prepare_consultation(folder: Path, user: str, pin: str) -> None:
    """Write, in the copy of the doctor's desk, a consultation that is not signed yet, with lines that raise alerts."""
    from ui.pages.prescription.options import DRAFT_KIND, RxOptions, to_body
    from workstation.core.drafts import DraftKey
    from workstation.desk import Desk
    from workstation.emr.model import NOTE_DRAFT, AddDiagnosis
    from workstation.medication.model import SkinTest, SkinTestState
    from workstation.prescribing.model import DraftLine
    from workstation.security.station import FileSecret

    desk = Desk(folder, station=FileSecret(folder / DEMO_SECRET), cost=DEMO_COST)
    desk.unlock(user, pin)
    try:
        row = waiting_row(desk)
        desk.do("emr.add-diagnosis", AddDiagnosis(row.patient, row.encounter, "J18.9", primary=True))
        note = DraftKey(NOTE_DRAFT, row.patient, row.encounter)
        desk.save_draft(note, {"note": {"sections": NOTE}, "visit": "return"})
        exempt = SkinTest(SkinTestState.EXEMPT, reason="说明书不要求")
        lines = (
            DraftLine("D002", "0.375", "g", "po", "tid", 5, key="rx-1"),
            DraftLine("D107", "30", "mg", "po", "tid", 5, key="rx-2"),
            DraftLine("D024", "0.5", "g", "po", "qd", 3, key="rx-3"),
            DraftLine("D174", "100", "ml", "ivgtt", "bid", 3, group=1, key="rx-4"),
            DraftLine("D014", "1", "g", "ivgtt", "bid", 3, group=1, skin_test=exempt, key="rx-5"),
        )
        kept = DraftKey(DRAFT_KIND, row.patient, row.encounter)
        desk.save_draft(kept, to_body(lines, RxOptions()))
    finally:
        desk.close()


def waiting_row(desk: Any) -> Any:
    """Give the waiting patient whose chart is photographed; without him the first who waits."""
    from workstation.queue.model import Waiting

    waiting = desk.ask("queue.waiting", Waiting()).waiting
    return next((row for row in waiting if row.name == NAME), waiting[0])


def at_the_registrar(camera: Camera, _window: Window, shell: Shell) -> None:
    """Registration."""
    camera.take("registration", shell)


def at_the_doctor(camera: Camera, window: Window, shell: Shell) -> None:
    """Queue, preview of a signed prescription, consultation, search box, sync centre."""
    from ui.context import PatientContext
    from ui.theme import density_for

    shell.open_page("queue")
    camera.take("queue", shell)
    signed = signed_visit(window)
    if signed is not None:
        shell.open_chart(signed)
        camera.settle()
        shell.ctx.papers.preview_visit(signed.id, signed.encounter)
        camera.settle()
        camera.take("preview", shell)
        camera.press(shell, "Escape")
        shell.ctx.actions.trigger("chart.close")
    row = waiting_row(window.late)
    shell.open_chart(PatientContext(row.patient, row.name, row.encounter, opened_at=window.late.clock.now()))
    camera.settle()
    page = shell.frame.front_page() if shell.frame is not None else None
    if page is not None:
        page.banners.remove("recovered")
    camera.take("outpatient", shell)
    shell.change(DENSITY, density_for(LARGE[1]))
    camera.settle()
    camera.take("outpatient", shell, (LARGE,))
    shell.change(DENSITY, DENSITY.default)
    camera.settle()
    search(camera, shell)
    shell.open_page("sync")
    camera.take("sync-centre", shell)


def search(camera: Camera, shell: Shell) -> None:
    """Type into the search box what finds patients who can be mixed up."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    shell.open_palette()
    camera.settle()
    box = QApplication.focusWidget()
    if box is not None:
        QTest.keyClicks(box, "zw")
    camera.settle()
    camera.take("palette", shell)
    camera.press(shell, "Escape")
    camera.press(shell, "Escape")


def signed_visit(window: Window) -> PatientContext | None:
    """Give the visit in which a prescription was signed last on this desk, or None."""
    from ui.context import PatientContext
    from workstation.chart.people import display_name
    from workstation.fhir.resources import target

    with window.late.real.store.reader() as reader:
        newest = reader.find("MedicationRequest", {}, sort=("-authoredon",), limit=1)
        for request in newest:
            patient, visit = (
                target(request.get("subject"), "Patient"),
                target(request.get("encounter"), "Encounter"),
            )
            return PatientContext(patient, display_name(reader.get("Patient", patient)), visit)
    return None


def at_the_pharmacy(camera: Camera, window: Window, shell: Shell) -> None:
    """The counter with a prescription under review."""
    camera.settle()
    page = shell.frame.front_page() if shell.frame is not None else None
    if page is not None:
        page.focus_region(1)
        camera.settle()
        camera.press(shell, "Return")
        camera.settle()
    camera.take("pharmacy", shell)


STATIONS: Final = (
    Station("doctor", "2001", at_the_doctor),
    Station("registrar", "1001", at_the_registrar),
    Station("pharmacist", "4001", at_the_pharmacy),
    Station("ward-doctor", "2009", at_the_ward_doctor),
    Station("ward-nurse", "3001", at_the_ward_nurse),
)


def main(data: Path, folder: Path, pin: str) -> None:
    """Take all pictures and print their names."""
    with tempfile.TemporaryDirectory(prefix="qingnang-pictures-") as copies:
        camera = Camera(data, Path(copies), folder, pin)
        camera.first_start()
        for station in STATIONS:
            camera.visit(station)
        sys.stdout.write("\n".join(camera.taken) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])

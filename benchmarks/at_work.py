"""The process whose window is measured: `python -m benchmarks.at_work hands|memory|sync DESK PIN`, figures as JSON on stdout.

Offscreen, with the threads, the service and the database that a user has.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.hospital import DEPARTMENT, DOCTOR
from benchmarks.measure import Figure, percentile, spread
from ui.app import Setup, Window, make_application
from ui.cli.demo.world import DEMO_COST
from ui.cli.place import DEMO_SECRET
from ui.context import PatientContext
from ui.pages.outpatient import OutpatientPage
from ui.pages.queue import QueuePage
from ui.shell import Shell
from ui.widgets.banner import BannerData, PatientBanner
from workstation.core import i18n
from workstation.core.events import Changed, Origin
from workstation.emr import sections
from workstation.queue.model import Waiting
from workstation.registration.model import Find
from workstation.security.station import FileSecret

Key = Qt.Key
KEYS = "ke sou fa re 3 tian " * 10
MOVES = 100
LISTS = 20
CHARTS = 30
PATIENCE = 120.0
SYNCED = 20_000
BEAT_MS = 2
WAKE_MS = 5


class AtWork:
    """One window on a desk, somebody's hands, and a clock."""

    def __init__(self, folder: Path, pin: str, syncs: bool) -> None:
        i18n.set_language("zh_CN")
        self.app = make_application()
        setup = Setup(folder, FileSecret(folder / DEMO_SECRET), cost=DEMO_COST, user=DOCTOR, syncs=syncs)
        self.window, self.pin = Window(self.app, setup), pin
        self._waker = QTimer(interval=WAKE_MS)
        self._waker.start()
        self.window.show()
        assert self.window.shell is not None
        self.shell: Shell = self.window.shell
        self.until(lambda: self.window._loader is not None and not self.window._loader.is_alive())

    def until(self, ready: Callable[[], object]) -> float:
        """Let the window live until something is so; gives how long that took, in milliseconds.

        The loop sleeps between events as a running one does: a busy wait would keep the workers from their answers.
        """
        started = time.perf_counter()
        while not ready():
            if time.perf_counter() - started > PATIENCE:
                raise RuntimeError("the window did not get there")
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        self.app.processEvents()
        return (time.perf_counter() - started) * 1000

    def rest(self) -> None:
        """Let everything that is under way come to its end."""
        quiet = time.perf_counter()
        while time.perf_counter() - quiet < 0.5:
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as a running loop would

    def unlock(self) -> float:
        """Enter the PIN; gives how long it takes until the doctor's list can be worked with."""
        self.shell.lock_screen.unlock_requested.emit(DOCTOR, self.pin)
        return self.until(
            lambda: not self.shell.locked and self.frame.list_page.tables()[0].rows_model.rowCount()
        )

    @property
    def frame(self) -> Any:
        """Give the frame of who works here."""
        return self.shell.frame

    def press(self, widget: QWidget, key: Key | str) -> float:
        """Press a key; gives how long it takes until what it changed is painted, in milliseconds."""
        started = time.perf_counter()
        QTest.keyClick(widget, key)
        self.app.processEvents()
        return (time.perf_counter() - started) * 1000

    def open_chart(self, patient: PatientContext) -> tuple[float, float]:
        """Open a chart; gives how long it takes until the banner and until the content is painted."""
        started = time.perf_counter()
        painted = BannerPainted(self.frame.workspace.banner, patient)
        self.shell.open_chart(patient)
        self.until(self.useful)
        useful = (time.perf_counter() - started) * 1000
        self.until(lambda: painted.at)
        return (painted.at - started) * 1000, useful

    def useful(self) -> bool:
        """Say whether summary and visit of the front chart are on the screen."""
        page = self.frame.workspace.front_page()
        if not isinstance(page, OutpatientPage) or page.known is None:
            return False
        return page.record is not None or not page.about.encounter

    def patients(self) -> list[PatientContext]:
        """Name people with histories, those who wait first."""
        desk = self.window.late
        rows = desk.ask("queue.waiting", Waiting(department=DEPARTMENT)).waiting
        found = [PatientContext(row.patient, row.name, row.encounter) for row in rows]
        for surname in "王李张刘陈":
            known = {each.id for each in found}
            rows = desk.ask("registration.find", Find(surname)).rows
            found += [PatientContext(row.id, row.name) for row in rows if row.id not in known]
        return found[:CHARTS]


class BannerPainted(QObject):
    """Notes when a banner has first been painted with what is known of a patient; before the page below it is made."""

    def __init__(self, banner: PatientBanner, patient: PatientContext) -> None:
        super().__init__(banner)
        self.at = 0.0
        self._banner, self._patient = banner, patient
        banner.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the banner paint, then look at the clock."""
        if event.type() != QEvent.Type.Paint or self.at or not shows(self._banner.data(), self._patient):
            return False
        self._banner.removeEventFilter(self)
        self._banner.event(event)
        self.at = time.perf_counter()
        return True


def shows(data: BannerData | None, patient: PatientContext) -> bool:
    """Say whether the banner tells who this is."""
    return data is not None and data.patient == patient.id and bool(data.birth_date)


def echo(work: AtWork) -> list[Figure]:
    """How soon a letter stands in the note, and how soon the focus is in another cell."""
    page = work.frame.workspace.front_page()
    page.note.editor.focus_section(sections.CHIEF_COMPLAINT)
    editor = page.note.editor.editors[sections.CHIEF_COMPLAINT]
    work.rest()
    typed = sorted(work.press(editor, letter) for letter in KEYS)
    editor.clear()
    table = work.frame.list_page.tables()[0]
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    steps = [Key.Key_Down, Key.Key_Up, Key.Key_Down, Key.Key_Down, Key.Key_Up] * (MOVES // 5)
    rows = sorted(work.press(table, step) for step in steps)
    work.rest()
    return [
        judged("key echo in the note", 16, typed),
        judged("cell move in a list", 50, rows),
    ]


def grid(work: AtWork) -> list[Figure]:
    """How soon the focus is in another cell of the prescription."""
    page = work.frame.workspace.front_page()
    rx = page.rx.grid
    rx.start()
    for letter in "amxl":
        work.press(QApplication.focusWidget(), letter)
    field = QApplication.focusWidget()
    work.until(lambda: field.choice_list is not None and field.choice_list.isVisible())
    work.press(field, "1")
    work.press(QApplication.focusWidget(), "1")
    work.rest()
    rx.editing.close(keep=True)
    rx.setFocus()
    rx.setCurrentIndex(rx.model().index(0, 2))
    steps = [Key.Key_Right, Key.Key_Right, Key.Key_Down, Key.Key_Left, Key.Key_Up] * (MOVES // 5)
    moved = sorted(work.press(rx, step) for step in steps)
    page.rx.grid.remove()
    work.rest()
    return [judged("cell move in the prescription", 50, moved)]


def lists(work: AtWork) -> list[Figure]:
    """How soon a new queue page shows its rows."""
    took = []
    for _turn in range(LISTS + 1):
        started = time.perf_counter()
        page = QueuePage(work.shell.ctx, None)
        page.resize(work.shell.size())
        page.show()
        work.until(lambda page=page: any(table.rows_model.rowCount() for table in page.tables()))
        took.append((time.perf_counter() - started) * 1000)
        page.shut()
        page.hide()
        page.deleteLater()
        work.rest()
    return [
        judged("list first paint", 80, sorted(took[1:]), "a new page: widgets, query, rows on the screen")
    ]


def charts(work: AtWork) -> list[Figure]:
    """How soon a patient who is on this desk can be recognised and read."""
    banners, useful = [], []
    for number, patient in enumerate(work.patients()):
        named, read = work.open_chart(patient)
        if number:
            banners.append(named)
            useful.append(read)
        work.rest()
        work.frame.workspace.close_chart()
        work.rest()
    note = f"{len(banners)} charts"
    return [
        judged("open a cached patient: banner", 100, sorted(banners), note),
        judged("open a cached patient: useful", 300, sorted(useful), note),
    ]


def held() -> float:
    """Give what this process holds in memory, in megabytes."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def memory(folder: Path, pin: str) -> list[Figure]:
    """What the process holds with five pages open, and what stays of charts that were closed."""
    work = AtWork(folder, pin, syncs=False)
    work.unlock()
    work.rest()
    people = work.patients()
    for patient in people[:2]:
        work.open_chart(patient)
        work.rest()
    for page in ("queue", "knowledge", "sync"):
        work.shell.open_page(page)
        work.rest()
    five = held()
    work.frame.workspace.close_chart()
    work.frame.workspace.close_chart()
    rounds = [_open_and_close(work, people[2:22]) for _turn in range(2)]
    each = (rounds[1] - rounds[0]) / len(people[2:22]) * 1024
    note = "two charts, queue, knowledge, sync; everything loaded"
    return [
        Figure("memory with five pages open", "<= 350 MB RSS", f"{five:.0f} MB", five <= 350, note),
        Figure("memory kept of a chart that was closed", "for information", f"{each:.0f} kB a chart"),
    ]


def _open_and_close(work: AtWork, patients: list[PatientContext]) -> float:
    for patient in patients:
        work.open_chart(patient)
        work.frame.workspace.close_chart()
        work.rest()
    gc.collect()
    work.rest()
    return held()


def judged(budget: str, bound: float, sorted_ms: list[float], note: str = "") -> Figure:
    """Judge durations by their 95th percentile."""
    return Figure(
        budget, f"p95 <= {bound:g} ms", spread(sorted_ms), percentile(sorted_ms, 0.95) <= bound, note
    )


def hands(folder: Path, pin: str) -> list[Figure]:
    """Everything one person's hands can feel."""
    work = AtWork(folder, pin, syncs=False)
    took = work.unlock()
    note = "the doctor's waiting list is painted; the key is stretched as the demo does (a real desk: about 0.1 s more)"
    figures = [Figure("unlock to work", "<= 1 s", f"{took:.0f} ms", took <= 1000, note)]
    work.rest()
    figures += charts(work)
    work.open_chart(work.patients()[0])
    work.rest()
    figures += echo(work) + grid(work)
    work.frame.workspace.close_chart()
    return figures + lists(work)


def sync(folder: Path, pin: str) -> list[Figure]:
    """The longest time in which the window did nothing while the service fetched 20,000 records."""
    work = AtWork(folder, pin, syncs=True)
    arrived = [0]

    def count(changed: Changed) -> None:
        if changed.origin is Origin.SYNC:
            arrived[0] += len(changed.refs)

    work.window.late.bus.subscribe(Changed, count)
    beats: list[float] = []
    timer = QTimer(interval=BEAT_MS)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    work.unlock()
    timer.start()
    took = work.until(lambda: arrived[0] >= SYNCED)
    timer.stop()
    gaps = sorted((after - before) * 1000 for before, after in zip(beats, beats[1:], strict=False))
    note = (
        f"{arrived[0]:,} records in {took / 1000:.1f} s, the waiting list open; {spread(gaps)} between beats"
    )
    return [
        Figure(
            "UI thread, longest block during a 20k sync",
            "<= 50 ms",
            f"{gaps[-1]:.0f} ms",
            gaps[-1] <= 50,
            note,
        )
    ]


def main() -> None:
    """Measure and write."""
    what, folder, pin = sys.argv[1:4]
    figures = {"hands": hands, "memory": memory, "sync": sync}[what](Path(folder), pin)
    sys.stdout.write(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

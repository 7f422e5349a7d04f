"""From the start of the process to the painted unlock screen, beside a bare PySide6 window with the same widgets."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measure import Figure

RUNS = 9
WARM_UP = 2
BARE = """
import os, time
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QFormLayout, QLineEdit, QPushButton, QWidget
def painted():
    print(time.monotonic(), flush=True)
    os._exit(0)
class Window(QWidget):
    seen = False
    def event(self, event):
        if event.type() == QEvent.Type.Paint and not self.seen:
            self.seen = True
            QTimer.singleShot(0, painted)
        return super().event(event)
app = QApplication([])
window = Window()
form = QFormLayout(window)
form.addRow("User number", QLineEdit())
form.addRow("PIN", QLineEdit())
form.addRow(QPushButton("Unlock"))
window.resize(1366, 768)
window.show()
app.exec()
"""
OURS = """
import os, sys, time
from ui.cli import place, start
asked = place.system_language
def painted(window):
    print(time.monotonic(), flush=True)
    os._exit(0)
def system_language():
    from ui.app.window import Window  # loaded by now, as for every user
    Window.preload = painted
    return asked()
place.system_language = system_language
sys.argv = ["qingnang", "--data", sys.argv[1]]
start.main()
"""


def start(folder: Path) -> list[Figure]:
    """Start both by turns, so that what else the machine does hits both alike."""
    desk = make_desk(folder / "desk")
    bare, ours = [], []
    for run in range(WARM_UP + RUNS):
        took = _once(BARE), _once(OURS, str(desk))
        if run >= WARM_UP:
            bare.append(took[0])
            ours.append(took[1])
    ratio = statistics.median(ours) / statistics.median(bare)
    return [
        Figure(
            "start to unlock screen, beside a bare PySide6 window",
            "<= 1.5 x",
            f"{ratio:.2f} x ({statistics.median(ours):.0f} ms; bare {statistics.median(bare):.0f} ms)",
            ratio <= 1.5,
            f"medians of {RUNS} starts by turns; fastest {min(ours):.0f} and {min(bare):.0f} ms",
        )
    ]


def make_desk(folder: Path) -> Path:
    """Make a desk with one account: nothing more is read before the unlock screen is painted."""
    from ui.cli.place import DEMO_SECRET
    from workstation.desk import Desk
    from workstation.security.station import FileSecret
    from workstation.security.vault import Cost
    from workstation.store.accounts import Account

    folder.mkdir(parents=True)
    desk = Desk(folder, station=FileSecret(folder / DEMO_SECRET), cost=Cost(1024, 1, 1))
    desk.create(Account("2001", "王敏", "doctor-attending", "p"), "246810")
    desk.close()
    return folder


def _once(script: str, *arguments: str) -> float:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=Path(__file__).parent.parent,
    )
    return (float(done.stdout.strip().splitlines()[-1]) - started) * 1000

"""Gives one dose in process after process and kills each with SIGKILL right after it said that the dose was recorded.

Run by test_dose_killed.py: `python -m tests.journeys.dose_giver DESK SECRET TIMES SLOT WRISTBAND`. What was found in
each desk when it was opened again goes to stdout, one line of JSON a kill.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.conftest import CHEAP, MORNING, PIN
from workstation.core.clock import FixedClock
from workstation.core.errors import Conflict
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.nursing.model import Give
from workstation.security.station import FileSecret
from workstation.store import outbox


def opened(folder: Path, secret: Path, seed: int) -> Desk:
    """Open a desk as the nurse."""
    desk = Desk(folder, station=FileSecret(secret), clock=FixedClock(MORNING, seed), cost=CHEAP)
    desk.unlock("nurse", PIN)
    return desk


def give(desk: Desk, slot: str, wristband: str) -> None:
    desk.do("nursing.give", Give(slot, "s1", wristband, slot))


def child(folder: Path, secret: Path, slot: str, wristband: str, say: int) -> None:
    """Give, say so, and wait for the end."""
    give(opened(folder, secret, 1_000_000), slot, wristband)
    os.write(say, b"given\n")
    signal.pause()


def killed(folder: Path, secret: Path, slot: str, wristband: str) -> None:
    """Let a process give the dose and kill it the moment it has said so."""
    hear, say = os.pipe()
    pid = os.fork()
    if pid == 0:
        child(folder, secret, slot, wristband, say)
    os.close(say)
    with os.fdopen(hear) as line:
        said = line.readline()
        os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    assert said == "given\n", "the process ended before it had given the dose"
    assert os.WTERMSIG(status) == signal.SIGKILL


def found(folder: Path, secret: Path, slot: str, wristband: str) -> dict[str, Any]:
    """Open the desk again and say what is there; giving once more must write nothing."""
    desk = opened(folder, secret, 2_000_000)
    try:
        give(desk, slot, wristband)
        again = "written twice"
    except Conflict as error:
        again = error.message
    with desk.store.reader() as reader:
        doses = reader.count("MedicationAdministration", {"identifier": f"{systems.DOSE_SLOT}|{slot}"})
    sound = desk.store.look(lambda connection: connection.execute(sa.text("PRAGMA integrity_check")).scalar())
    waiting = [unit for unit in desk.store.look(outbox.units) if unit.action == "nursing.give"]
    desk.close()
    return {"doses": doses, "units": len(waiting), "again": again, "sound": sound}


def main(folder: Path, secret: Path, times: int, slot: str, wristband: str) -> None:
    for _number in range(times):
        copy = folder.with_name("killed")
        shutil.copytree(folder, copy)
        killed(copy, secret, slot, wristband)
        sys.stdout.write(json.dumps(found(copy, secret, slot, wristband)) + "\n")
        shutil.rmtree(copy)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5])

"""A dose that a nurse saw recorded is there after SIGKILL, once: never lost, never twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.floor import DOSE, STAY, furnish
from workstation.core.clock import FixedClock
from workstation.desk import Desk

ROOT = Path(__file__).parents[2]
TIMES = 50


@pytest.mark.slow
def test_confirmed_dose_survives_fifty_kills_exactly_once(
    make_desk: Callable[..., Desk], clock: FixedClock, tmp_path: Path
) -> None:
    furnish(make_desk("nurse"), clock).desk.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.dose_giver", str(tmp_path / "desk"), str(tmp_path / "desk.secret"),
         str(TIMES), DOSE, STAY],
        cwd=ROOT, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    expected = {"doses": 1, "units": 1, "again": "陈洁 已于 09:00 给药。", "sound": "ok"}
    assert found == [expected] * TIMES

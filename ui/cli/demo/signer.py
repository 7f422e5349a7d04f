"""Signs one prescription at a desk of the demo, says its number and waits to be killed."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from resources.demo.tables import table
from ui.cli.demo import steps
from ui.cli.demo.world import DEMO_COST
from ui.cli.place import DEMO_SECRET
from workstation.desk import Desk
from workstation.security.station import FileSecret

DOCTOR = "2001"


def main(folder: Path, patient: str, visit: str) -> None:
    """Sign and wait."""
    desk = Desk(folder, station=FileSecret(folder / DEMO_SECRET), cost=DEMO_COST)
    desk.unlock(DOCTOR, table("hospital")["pin"])
    number = steps.sign(desk, steps.draft(desk, patient, visit))
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])

"""The demo hospital the window is measured with: built once, copied for each measurement."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sync.pairing import AuthKind, SignIn, pair
from ui.cli.demo.window import feed, first_of
from ui.cli.demo.world import DEMO_COST, HubProcess, World
from ui.cli.line import DeskBox
from ui.cli.place import DEMO_SECRET
from workstation.desk import Desk
from workstation.security.station import FileSecret

DOCTOR = "2001"
DEPARTMENT = "internal"


@dataclass(frozen=True, slots=True)
class Demo:
    """A hub at rest and a desk that is joined to it, fed and closed; `url` is where the hub listens when it runs."""

    folder: Path
    url: str
    pin: str

    @property
    def desk(self) -> Path:
        """Give the desk's folder."""
        return self.folder / "desk"

    @property
    def hub(self) -> HubProcess:
        """Give the hub as a process that can be started."""
        found = HubProcess(self.folder / "hub")
        found.url = self.url
        return found

    def copied(self, folder: Path) -> Demo:
        """Copy everything, so that a measurement leaves nothing behind."""
        return Demo(Path(shutil.copytree(self.folder, folder)), self.url, self.pin)

    def open(self, user: str = DOCTOR) -> Desk:
        """Open the desk for somebody."""
        desk = Desk(self.desk, station=FileSecret(self.desk / DEMO_SECRET), cost=DEMO_COST)
        desk.unlock(user, self.pin)
        return desk


def build(folder: Path) -> Demo:
    """Build the demo hospital; takes half a minute."""
    world = World(folder)
    world.fill_hub()
    world.hub.start()
    try:
        made = Demo(folder, world.hub.url, world.hospital.pin)
        feed(world, first_of(world, "doctor-attending"))
        desk = made.open()
        pair(
            made.url, SignIn(AuthKind.HUB, DOCTOR, made.pin, "bench"), DeskBox(desk), desk.store, world.clock
        )
        desk.close()
    finally:
        world.hub.stop()
    return made

"""A demo hospital on disk: a hub with its hospital loaded, and desks beside it that know the staff."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from resources.demo.build import Hospital, build
from sync.auth import MemoryBox
from sync.hub import admin
from sync.pairing import AuthKind, SignIn, pair
from ui.cli.place import DEMO_SECRET
from workstation.core.clock import SystemClock
from workstation.core.settings import ROOM, SITE_NAME
from workstation.desk import Desk
from workstation.fhir.resources import to_json
from workstation.security.station import FileSecret
from workstation.security.vault import Cost
from workstation.store.accounts import Account
from workstation.terminology.knowledge import load

DEMO_COST = Cost(memory=19456, passes=2, lanes=1)
STOP_SECONDS = 20


class HubProcess:
    """The hub as its own process, which can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    @property
    def key_file(self) -> Path:
        """Give where the hub's key lies: beside, not inside, its data."""
        return self.folder.with_name(self.folder.name + ".key")

    def start(self) -> None:
        """Start it and wait until it listens. Raises RuntimeError when it does not."""
        port = self.url.rpartition(":")[2].partition("/")[0] or "0"
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [
                sys.executable,
                "-m",
                "ui.cli",
                "hub",
                "serve",
                "--data",
                str(self.folder),
                "--key-file",
                str(self.key_file),
                "--port",
                port,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not line.startswith("http"):
            raise RuntimeError("the demo hub did not start")
        self.url = line

    def stop(self) -> None:
        """Stop it as a service manager would, and wait until it is gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(STOP_SECONDS)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None


class World:
    """One demo hospital in one folder."""

    def __init__(self, folder: Path, *, patients: int | None = None) -> None:
        self.folder = folder
        self.clock = SystemClock()
        self.knowledge = load()
        self.hub = HubProcess(folder / "hub")
        self.hospital = self._build(patients)
        self.box = MemoryBox()

    def _build(self, patients: int | None) -> Hospital:
        now = self.clock.now()
        if patients is None:
            return build(now, self.knowledge)
        return build(now, self.knowledge, patients=patients)

    def fill_hub(self) -> int:
        """Load the hospital into the hub and give its staff accounts; gives the number of resources."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as part:
            file = Path(part) / "hospital.ndjson"
            file.write_bytes(b"\n".join(to_json(resource) for resource in self.hospital.resources))
            loaded = admin.load(self.hub.folder, [file], self.hub.key_file)
        if loaded.refused:
            raise RuntimeError(f"the demo hospital was refused: {loaded.refused[0]}")
        for account in self.hospital.accounts:
            admin.user_add(
                self.hub.folder,
                account.user,
                account.role,
                self.hospital.pin,
                display=account.name,
                practitioner=account.practitioner,
                extra=account.extra,
                key_file=self.hub.key_file,
            )
        return loaded.stored

    def account(self, user: str) -> Account:
        """Give one member of the staff."""
        return next(account for account in self.hospital.accounts if account.user == user)

    def make_desk(self, name: str, user: str, station: str, room: str = "") -> Desk:
        """Make a desk that every member of the staff can unlock, join it to the hub, and unlock it for `user`."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        desk = Desk(folder, station=FileSecret(folder / DEMO_SECRET), cost=DEMO_COST, station_name=station)
        enrol(desk, self.hospital.accounts, self.hospital.pin)
        desk.unlock(user, self.hospital.pin)
        desk.set_setting(SITE_NAME, self.hospital.name)
        desk.set_setting(ROOM, room)
        self.join(desk, user)
        return desk

    def open_desk(self, name: str, user: str, station: str) -> Desk:
        """Open a desk again, as after a crash."""
        folder = self.folder / name
        desk = Desk(folder, station=FileSecret(folder / DEMO_SECRET), cost=DEMO_COST, station_name=station)
        desk.unlock(user, self.hospital.pin)
        return desk

    def join(self, desk: Desk, user: str) -> None:
        """Pair a desk with the hub as `user`."""
        sign_in = SignIn(AuthKind.HUB, user, self.hospital.pin, desk.station_name)
        pair(self.hub.url, sign_in, self.box, desk.store, self.clock)


def enrol(desk: Desk, accounts: Sequence[Account], pin: str) -> None:
    """Make a desk with its first account and add the others."""
    desk.create(accounts[0], pin)
    desk.unlock(accounts[0].user, pin)
    for account in accounts[1:]:
        desk.add_user(account, pin)

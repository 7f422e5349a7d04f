"""A demo hospital on disk: a hub with its hospital loaded, and desks beside it that know the staff."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from resources.demo.build import Hospital, build
from resources.demo.resources_of import stable_id
from resources.demo.tables import table
from sync.auth import MemoryBox
from sync.hub import admin
from sync.pairing import AuthKind, SignIn, pair
from ui.cli.place import DEMO_SECRET
from workstation.core.clock import SystemClock
from workstation.core.settings import PRACTICE, ROOM, SITE_NAME, WARD
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


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody works: who, at which desk, in which room or (by its code) on which ward."""

    user: str
    station: str
    room: str = ""
    ward: str = ""


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
        for system in table("hospital")["system"]:
            admin.user_add(
                self.hub.folder,
                system["user"],
                system["role"],
                secrets.token_urlsafe(),
                display=system["name"],
                key_file=self.hub.key_file,
            )
        return loaded.stored

    def laboratory_token(self) -> str:
        """Give a token with which a laboratory's system signs in at the hub."""
        user = next(s["user"] for s in table("hospital")["system"] if s["role"] == "laboratory")
        return admin.token_create(self.hub.folder, user, self.hub.key_file)

    def account(self, user: str) -> Account:
        """Give one member of the staff."""
        return next(account for account in self.hospital.accounts if account.user == user)

    def make_desk(self, name: str, post: Post) -> Desk:
        """Make a desk that every member of the staff can unlock, join it to the hub, and unlock it for its post.

        It is a desk for training: whatever is written there is marked as synthetic, like the hospital itself.
        """
        (self.folder / name).mkdir(parents=True)
        desk = self._desk(name, post)
        enrol(desk, self.hospital.accounts, self.hospital.pin)
        desk.unlock(post.user, self.hospital.pin)
        desk.set_setting(SITE_NAME, self.hospital.name)
        desk.set_setting(ROOM, post.room)
        desk.set_setting(WARD, stable_id("ward", post.ward) if post.ward else "")
        desk.set_setting(PRACTICE, True)
        self.join(desk, post.user)
        return desk

    def open_desk(self, name: str, post: Post) -> Desk:
        """Open a desk again, as after a crash."""
        desk = self._desk(name, post)
        desk.unlock(post.user, self.hospital.pin)
        return desk

    def _desk(self, name: str, post: Post) -> Desk:
        folder = self.folder / name
        secret = FileSecret(folder / DEMO_SECRET)
        return Desk(folder, station=secret, cost=DEMO_COST, station_name=post.station)

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

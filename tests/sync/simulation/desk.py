"""One simulated desk: the real store in a file, the real sync service, and everything that can happen to a computer.

It may end at any statement, commit, request or answer; what it left on the disk is then all there is. Its clock may
jump, its disk may be full. Everything the user was told is saved is remembered as a promise.
"""

from __future__ import annotations

import random
import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from sync.address import Address
from sync.auth import NoAuth
from sync.centre import Centre
from sync.client import Client
from sync.pairing import Line, recall
from sync.pull import Inline
from sync.service import SyncReport, SyncService
from sync.wants import Wants
from tests.sync.simulation.ledger import Key
from tests.sync.simulation.lists import BASE
from tests.sync.simulation.network import Network
from tests.sync.simulation.server import Server, Time
from workstation.core.events import Bus, Ref, SyncState
from workstation.fhir.resources import Resource
from workstation.security.permissions import Actor
from workstation.store import outbox
from workstation.store.outbox import PendingUnit
from workstation.store.store import Store
from workstation.store.unit import Unit

KEY: Final = b"k" * 32
DOCTOR: Final = Actor("doc", "王敏", "doctor-attending", "practitioner-doc", "room-1")
WANTED: Final = ("Patient", "Encounter", "Observation", "MedicationRequest", "CodeSystem")
HERE: Final = timezone(timedelta(hours=8))
NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
ROOM: Final = 2**30


class Crash(BaseException):
    """The power went."""


DiskFull = sa.exc.OperationalError


@dataclass
class DeskClock:
    """The clock of one computer: the true time, and how wrong it is. Ids count up and are never given twice."""

    time: Time
    number: int
    wrong: timedelta = timedelta(0)
    given: int = 0

    def now(self) -> datetime:
        return (self.time.now + self.wrong).astimezone(HERE)

    def new_id(self) -> str:
        self.given += 1
        return str(UUID(int=(self.number << 64) + self.given, version=4))


@dataclass(frozen=True, slots=True)
class Promise:
    """A unit the user was told is saved: what it put, by the mark each record carries; None for a deletion."""

    unit: str
    marks: dict[Key, str | None]
    poison: bool = False


@dataclass
class Desk:
    """One desk.

    `fuse` ends it at the n-th occasion of a kind: `statement`, `commit`, `before send`, `after response`.
    """

    folder: Path
    name: str
    number: int
    server: Server
    template: Path
    seed: int
    note: Callable[[str], None] = lambda text: None
    fuse: tuple[str, int] | None = None
    generation: int = 0
    crashes: int = 0
    promises: list[Promise] = field(default_factory=list)
    shown: SyncState | None = None

    def __post_init__(self) -> None:
        self.clock = DeskClock(self.server.time, self.number)
        self.network = Network(self.server, self.name, self.note, cut=self._burn)
        self.dice = random.Random(self.seed)  # noqa: S311 - loaded on purpose
        shutil.copyfile(self.template, self.path)
        self._open()

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}-{self.generation}.db"

    # --- work ----------------------------------------------------------------------------------------------------

    def write(
        self, act: Callable[[Unit], Ref | None], marks: dict[Key, str | None], *, poison: bool = False
    ) -> bool:
        """Run a user's action; says whether the user was told that it is saved."""
        try:
            changed = self.store.write(DOCTOR, "test.act", act)
        except DiskFull:
            self.note(f"{self.name} disk full")
            return False
        if changed.unit:
            self.promises.append(Promise(changed.unit, marks, poison))
        self.bus.publish(changed)
        return True

    def put(self, *resources: Resource, mark: str = "", poison: bool = False) -> bool:
        """Write records in one unit; each carries the mark."""

        def act(unit: Unit) -> Ref | None:
            refs = [unit.put(dict(resource)) for resource in resources]
            return refs[0]

        return self.write(act, {(r["resourceType"], r["id"]): mark for r in resources}, poison=poison)

    def delete(self, kind: str, id_: str) -> bool:
        return self.write(lambda unit: unit.delete(Ref(kind, id_)), {(kind, id_): None})

    def run(self, *, pull: bool = True) -> SyncReport | None:
        """Run once as the service's thread would; None where the disk was full."""
        try:
            report = self.service.run_once(pull=pull)
        except DiskFull:
            self.note(f"{self.name} disk full")
            return None
        self.note(f"{self.name} {report}")
        return report

    # --- what it has ---------------------------------------------------------------------------------------------

    def get(self, kind: str, id_: str) -> Resource | None:
        with self.store.reader() as reader:
            return reader.peek(kind, id_)

    def have(self, kind: str) -> dict[str, Resource]:
        with self.store.reader() as reader:
            return {r["id"]: r for r in reader.find(kind)}

    def units(self) -> list[PendingUnit]:
        return self.store.look(lambda c: outbox.units(c, limit=10_000))

    # --- what happens to a computer ------------------------------------------------------------------------------

    @contextmanager
    def surviving(self) -> Iterator[None]:
        """Whatever ends the program inside: it is started again from what lies on the disk."""
        try:
            yield
        except Crash:
            self.fuse = None
            self.crashes += 1
            self.note(f"{self.name} crashed")
            self._abandon()
            self.generation += 1
            self._open()
        finally:
            self.fuse = None

    def restart(self) -> None:
        """End and start again in good order."""
        self.close()
        self._open()

    def fill_disk(self) -> None:
        self._room(0)

    def free_disk(self) -> None:
        self._room(ROOM)

    def close(self) -> None:
        self.service.stop()
        self.store.close()

    def _room(self, pages: int) -> None:
        def limit() -> None:
            with self.store.engine._writer.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages or 1}")

        self.store.engine.run(limit)

    def _open(self) -> None:
        self.store = Store.open(self.path, KEY, self.clock, lambda text: ())
        self.bus = Bus()
        self.bus.subscribe(SyncState, self._see)
        wants = Wants(WANTED)
        self.service = SyncService(
            self.store, self._connect, self.clock, self.bus, wants=wants, dice=self.dice
        )
        self.service._ahead = Inline()
        self.centre = Centre(self.store, self.bus, wants)
        writer = self.store.engine._writer
        sa.event.listen(writer, "before_cursor_execute", self._at_statement)
        sa.event.listen(writer, "commit", lambda connection: self._burn("commit"))

    def _connect(self) -> Line | None:
        profile = recall(self.store)
        assert profile is not None
        client = Client(Address(BASE), NoAuth(), transport=self.network, verify=NO_TLS)
        return Line(profile, client)

    def _see(self, state: SyncState) -> None:
        self.shown = state

    def _at_statement(self, _connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        self._burn("statement", text)

    def _burn(self, kind: str, _text: str = "") -> None:
        if self.fuse is None or self.fuse[0] != kind:
            return
        if self.fuse[1] > 0:
            self.fuse = kind, self.fuse[1] - 1
            return
        self.fuse = None
        self._leave_on_disk()
        raise Crash

    def _leave_on_disk(self) -> None:
        """Copy what a power cut would leave: database and log as they are at this moment, nothing folded or undone."""
        target = self.folder / f"{self.name}-{self.generation + 1}.db"
        for suffix in ("", "-wal"):
            source = Path(f"{self.path}{suffix}")
            if source.exists():
                shutil.copyfile(source, f"{target}{suffix}")

    def _abandon(self) -> None:
        self.store.engine._dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

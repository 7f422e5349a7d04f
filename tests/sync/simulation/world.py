"""A hospital in one process: a server, desks, lines between them, and everything that may be done to them, as acts.

An act is a name with numbers, so that a story is a list that can be kept, shrunk and played again. Nothing in here
asks for the time, for randomness or for a thread of its own: the same story leaves the same trace.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from sync.address import Address
from sync.admission import learn
from sync.auth import NoAuth
from sync.client import Client
from sync.pairing import SETTING, AuthKind, CentreProfile, promises
from tests.sync.simulation import work
from tests.sync.simulation.desk import DOCTOR, KEY, NO_TLS, WANTED, Desk, DeskClock
from tests.sync.simulation.ledger import Key, Write
from tests.sync.simulation.lists import BASE
from tests.sync.simulation.network import Network
from tests.sync.simulation.profiles import Profile
from tests.sync.simulation.server import Server, Time
from workstation.store.schema import UnitState
from workstation.store.store import Store

Story = Sequence[tuple[Any, ...]]
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
FINE: Final = 40  # runs within which everything has arrived once nothing goes wrong any more
HOUR: Final = 3600


@contextmanager
def room(otherwise: Path) -> Iterator[Path]:
    """Give a folder in memory where the system has such a place, else `otherwise`."""
    if not MEMORY.is_dir():
        yield otherwise
        return
    with TemporaryDirectory(prefix="simulation-", dir=MEMORY) as name:
        yield Path(name)


def template(profile: Profile, folder: Path) -> Path:
    """Make, once for a profile, the file of a desk that has joined such a server: everything it learnt is real."""
    path = folder / f"{profile.name}.db"
    if path.exists():
        return path
    time = Time()
    server, clock = Server(profile, time), DeskClock(time, 1 << 20)
    making = folder / f"{profile.name}.making"
    store = Store.create(making, KEY, clock, lambda text: ())
    client = Client(Address(BASE), NoAuth(), transport=Network(server, "probe"), verify=NO_TLS)
    statement = client.capabilities()
    learn(store, client, clock, statement)
    joined = CentreProfile(BASE, AuthKind.NONE, "", "", promises(client, statement))
    store.keep_setting(SETTING, msgspec.json.encode(joined).decode())
    store.keep_setting("desk-code", "SIM")
    store.close()
    making.rename(path)
    return path


@dataclass
class World:
    """One hospital. `touched` are the desks that did something since the invariants were last read."""

    profile: Profile
    folder: Path
    desk_count: int = 2
    seed: int = 0
    story: list[tuple[Any, ...]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    resurrected: set[Key] = field(default_factory=set)
    marks: int = 0

    def __post_init__(self) -> None:
        self._trace = hashlib.sha256()
        self.time = Time()
        self.server = Server(self.profile, self.time)
        self.dice = random.Random(self.seed)  # noqa: S311 - loaded on purpose
        source = template(self.profile, self.folder)
        self.desks = [
            Desk(self.folder, f"d{n}", n + 1, self.server, source, self.seed + n, self.note)
            for n in range(self.desk_count)
        ]
        for number, desk in enumerate(self.desks):
            desk.network.events = {
                "edit here": partial(self._edit_here, number),
                "edit there": partial(self._edit_there, number),
                "others sync": partial(self._others_sync, number),
                "slow": self._slow,
            }

    def note(self, text: str) -> None:
        """Add to the trace."""
        self._trace.update(text.encode() + b"\n")

    @property
    def trace(self) -> str:
        """Give the hash of everything that happened."""
        return self._trace.hexdigest()

    def play(self, *acts: tuple[Any, ...]) -> None:
        """Do acts, one after the other."""
        for name, *values in acts:
            self.story.append((name, *values))
            self.note(f"{self.time.now} {name} {values}")
            ACTS[name](self, *values)

    def close(self) -> None:
        for desk in self.desks:
            desk.close()
            for left in self.folder.glob(f"{desk.name}-*"):
                left.unlink()

    # --- work at a desk ------------------------------------------------------------------------------------------

    def register(self, number: int) -> None:
        """A new patient."""
        desk, mark = self._at(number), self._mark()
        desk.put(work.patient(desk.clock.new_id(), mark), mark=mark)

    def visit(self, number: int, which: int) -> None:
        """A new visit and a change of its patient, in one unit."""
        desk, mark = self._at(number), self._mark()
        of = self._one(desk, which, "Patient")
        if of is not None:
            made = work.visit(desk.clock.new_id(), of["id"], mark)
            desk.put(made, work.edited(of, which, mark), mark=mark)

    def family(self, number: int) -> None:
        """A patient, a visit and an observation that refer to each other, in one unit and in the wrong order."""
        desk, mark = self._at(number), self._mark()
        ids = [desk.clock.new_id() for _ in range(3)]
        seen = work.observation(ids[2], ids[0], ids[1], mark)
        came = work.visit(ids[1], ids[0], mark)
        came["reasonReference"] = [{"reference": f"Observation/{ids[2]}"}]
        desk.put(seen, came, work.patient(ids[0], mark), mark=mark)

    def order(self, number: int, which: int) -> None:
        """A prescription and an observation for a patient."""
        desk, mark = self._at(number), self._mark()
        of = self._one(desk, which, "Patient")
        if of is not None:
            ids = [desk.clock.new_id() for _ in range(2)]
            desk.put(
                work.prescription(ids[0], of["id"], mark),
                work.observation(ids[1], of["id"], "", mark),
                mark=mark,
            )

    def publish(self, number: int) -> None:
        """A change of what the centre alone publishes."""
        desk, mark = self._at(number), self._mark()
        if self.profile.create_guard:
            desk.put(work.codes("codes-1", mark), mark=mark)

    def edit(self, number: int, which: int) -> None:
        """A change of one element of one record."""
        desk = self._at(number)
        record = self._one(desk, which, *WANTED)
        if record is not None:
            mark = self._mark()
            desk.put(work.edited(record, which // 7, mark), mark=mark)

    def delete(self, number: int, which: int) -> None:
        """A deletion of an observation that nothing refers to."""
        desk = self._at(number)
        records = [r for r in self._all(desk, "Observation") if "encounter" not in r]
        if records and self.profile.deletions_show:
            desk.delete("Observation", records[which % len(records)]["id"])

    def poison(self, number: int, which: int) -> None:
        """A change that no server takes."""
        desk = self._at(number)
        record = self._one(desk, which, "Patient", "MedicationRequest")
        if record is not None:
            mark = self._mark()
            desk.put({**work.edited(record, which, mark), "language": "bad"}, mark=mark, poison=True)

    # --- the line ------------------------------------------------------------------------------------------------

    def sync(self, number: int, pull: bool = True, plan: Sequence[str] = ()) -> None:
        """A run, with what happens to its requests."""
        desk = self._at(number)
        desk.network.plan = list(plan)
        with desk.surviving():
            desk.run(pull=pull)
        desk.network.plan = []

    def crash_sync(self, number: int, kind: str, count: int, plan: Sequence[str] = ()) -> None:
        """A run in which the program ends at the n-th occasion of a kind."""
        self._at(number).fuse = kind, count
        self.sync(number, True, plan)

    def crash_edit(self, number: int, kind: str, count: int, which: int) -> None:
        """A change during which the program ends."""
        desk = self._at(number)
        desk.fuse = kind, count
        with desk.surviving():
            self.edit(number, which)

    def outage(self, number: int, fault: str) -> None:
        """From now on every request of a desk meets the same; an empty name ends it."""
        self._at(number).network.always = fault

    def arrive_late(self, number: int) -> None:
        """What was held up on its way arrives."""
        self._at(number).network.deliver_late()

    # --- the computers, and time -----------------------------------------------------------------------------------

    def restart(self, number: int) -> None:
        self._at(number).restart()

    def fill(self, number: int) -> None:
        self._at(number).fill_disk()

    def free(self, number: int) -> None:
        self._at(number).free_disk()

    def jump(self, number: int, hours: int) -> None:
        """The clock of a computer jumps."""
        self._at(number).clock.wrong += timedelta(hours=hours)

    def wait(self, seconds: int) -> None:
        self.time.pass_(seconds)
        self.server.settle()

    # --- others at the server ------------------------------------------------------------------------------------

    def other_edit(self, which: int, late: int = 0) -> None:
        """Somebody without a simulated desk changes a record, or makes one; `late` is its commit after its stamp."""
        rows = [
            v
            for kind in ("Patient", "Encounter", "MedicationRequest")
            for v in self.server.ledger.living(kind)
        ]
        mark = self._mark()
        if rows and which % 3:
            record = rows[which % len(rows)].body
            assert record is not None
            self.server.put(work.edited(record, which, mark), late=self._late(late))
        else:
            self.server.put(work.patient(f"other-{mark}", mark), late=self._late(late))

    def other_delete(self, which: int) -> None:
        """Somebody deletes an observation."""
        rows = [v for v in self.server.ledger.living("Observation") if v.body and "encounter" not in v.body]
        if rows and self.profile.deletions_show:
            self.server.delete("Observation", rows[which % len(rows)].id)

    def bulk(self, count: int, late: int) -> None:
        """Somebody loads many records in one transaction, all with one stamp."""
        writes = [
            Write("PUT", "Patient", f"bulk-{m}", work.patient(f"bulk-{m}", m)) for m in self._many(count)
        ]
        self.server.write(*writes, late=self._late(late))

    def expire(self) -> None:
        self.server.lists.expire()

    # --- people who decide ---------------------------------------------------------------------------------------

    def decide(self, number: int, which: int) -> None:
        """A person settles one unit that cannot go by itself."""
        desk = self._at(number)
        stuck = [u for u in desk.units() if u.state is not UnitState.WAITING]
        if not stuck:
            return
        unit = stuck[which % len(stuck)]
        if unit.state is UnitState.REFUSED:
            self._correct(desk, unit.seq)
            desk.centre.retry(DOCTOR, unit.seq)
        elif which % 2:
            self.resurrected |= {(e.type, e.id) for e in unit.entries}
            desk.centre.keep_ours(DOCTOR, unit.seq)
        else:
            desk.centre.take_theirs(DOCTOR, unit.seq)

    def settle(self) -> int:
        """Nothing goes wrong any more: run, decide and wait until all is quiet. Gives how many rounds it took."""
        for desk in self.desks:
            self.touched.add(desk.number - 1)
            desk.network.always, desk.network.plan = "", []
            desk.free_disk()
            desk.network.deliver_late()
        for round_ in range(FINE):
            self.wait(HOUR)
            for number in range(len(self.desks)):
                self.sync(number)
            left = [n for n, desk in enumerate(self.desks) if desk.units()]
            if not left:
                self._last_look()
                return round_ + 1
            for number in left:
                self.decide(number, self.dice.randrange(100))
        return FINE

    def _last_look(self) -> None:
        self.wait(HOUR)
        for number in range(len(self.desks)):
            self.sync(number)

    # --- what acts are made of -----------------------------------------------------------------------------------

    def _at(self, number: int) -> Desk:
        self.touched.add(number % len(self.desks))
        return self.desks[number % len(self.desks)]

    def _mark(self) -> str:
        self.marks += 1
        return f"mark-{self.marks}"

    def _many(self, count: int) -> list[str]:
        return [self._mark() for _ in range(count)]

    def _late(self, seconds: int) -> int:
        return seconds if self.profile.stamps_at_start else 0

    def _all(self, desk: Desk, *kinds: str) -> list[dict[str, Any]]:
        return [record for kind in kinds for _id, record in sorted(desk.have(kind).items())]

    def _one(self, desk: Desk, which: int, *kinds: str) -> dict[str, Any] | None:
        records = self._all(desk, *kinds)
        return records[which % len(records)] if records else None

    def _correct(self, desk: Desk, seq: int) -> None:
        unit = next(u for u in desk.units() if u.seq == seq)
        for entry in unit.entries:
            record = desk.get(entry.type, entry.id)
            if record is not None and record.get("language") == "bad":
                mark = self._mark()
                corrected = work.edited({k: v for k, v in record.items() if k != "language"}, 0, mark)
                desk.put(corrected, mark=mark)

    def _edit_here(self, number: int) -> None:
        self.edit(number, self.dice.randrange(1000))

    def _edit_there(self, number: int) -> None:
        others = [n for n in range(len(self.desks)) if n != number]
        if not others:
            self.other_edit(self.dice.randrange(1000))
            return
        there = self.dice.choice(others)
        self.edit(there, self.dice.randrange(1000))
        self.sync(there, False)

    def _others_sync(self, number: int) -> None:
        for other in range(len(self.desks)):
            if other != number:
                self.sync(other)

    def _slow(self) -> None:
        def meanwhile() -> None:
            self.time.pass_(self.dice.randrange(1, 119))
            self.server.settle()

        self.server.between = meanwhile


def _names() -> Iterator[str]:
    return (name for name, value in vars(World).items() if not name.startswith("_") and callable(value))


ACTS: Final = {name: getattr(World, name) for name in _names() if name not in ("note", "play", "close")}

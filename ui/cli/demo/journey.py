"""The demo's journey without a display: three desks and a hub, the hub away in the middle, one desk killed.

Leaves `journey.json` with every step, what waited while the hub was away, and whether all desks equal the hub.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson

from sync.pairing import open_line
from ui.cli.demo import compare, steps
from ui.cli.demo.world import World
from ui.cli.line import sync_now
from workstation import papers
from workstation.desk import Desk
from workstation.prescribing.rows import OneSheet

T = TypeVar("T")
DESKS: Final = {
    "registrar": ("1001", "挂号一窗", ""),
    "doctor": ("2001", "内科二诊室", "内科二诊室"),
    "pharmacist": ("4001", "药房一窗", ""),
    "dispenser": ("4002", "药房二窗", ""),
}
KILL_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the journey; `ms` is how long it took on this computer."""

    name: str
    desk: str
    ok: bool
    ms: float
    error: str = ""


@dataclass(slots=True)
class Journey:
    """What is written to journey.json."""

    steps: list[Step] = field(default_factory=list)
    offline: dict[str, int] = field(default_factory=lambda: {"queued": 0, "delivered": 0})
    killed: dict[str, Any] = field(default_factory=dict)
    equal: bool = False
    differences: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Say whether every step went well and everything is equal."""
        return self.equal and all(step.ok for step in self.steps)


class Runner:
    """Walks through the journey in one folder."""

    def __init__(self, folder: Path, tell: Callable[[str], None], patients: int | None = None) -> None:
        self.folder = folder
        self.tell = tell
        self.world = World(folder / "data", patients=patients)
        self.journey = Journey()
        self.desks: dict[str, Desk] = {}

    def run(self) -> Journey:
        """Run all of it; the hub and the desks are closed whatever happens."""
        try:
            self._open()
            patient, visit = self._arrive()
            number = self._consult(patient, visit)
            self._dispense(number)
            self._killed(patient, visit)
            self._compare()
        finally:
            for desk in self.desks.values():
                desk.close()
            self.world.hub.stop()
        return self.journey

    def write(self) -> Path:
        """Write journey.json; gives where it is."""
        target = self.folder / "journey.json"
        target.write_bytes(orjson.dumps(asdict(self.journey), option=orjson.OPT_INDENT_2))
        return target

    def _open(self) -> None:
        world = self.world
        self._step("load the demo hospital", "hub", world.fill_hub)
        self._step("start the hub", "hub", world.hub.start)
        for name, (user, station, room) in DESKS.items():
            self._step("join a desk", name, partial(self._join, name, user, station, room))
            self._step("first sync", name, partial(self._sync, name))

    def _join(self, name: str, user: str, station: str, room: str) -> None:
        self.desks[name] = self.world.make_desk(name, user, station, room)

    def _arrive(self) -> tuple[str, str]:
        registrar = self.desks["registrar"]
        patient = self._step("register the patient", "registrar", lambda: steps.register(registrar))
        visit = self._step(
            "put the patient into the queue", "registrar", lambda: steps.enrol(registrar, patient)
        )
        self._sync_all("registrar", "doctor")
        return patient, visit

    def _consult(self, patient: str, visit: str) -> str:
        doctor = self.desks["doctor"]
        self._step("call the patient", "doctor", lambda: steps.call(doctor, visit))
        self._step("stop the hub", "hub", self.world.hub.stop)
        note = self._step(
            "examine, diagnose, sign the note", "doctor", lambda: steps.consult(doctor, patient, visit)
        )
        number = self._step(
            "prescribe and sign", "doctor", lambda: steps.sign(doctor, steps.draft(doctor, patient, visit))
        )
        self._step("print the prescription", "doctor", lambda: self._print(doctor, number, "prescription"))
        self._step("print the record", "doctor", lambda: self._print(doctor, f"Composition/{note}", "record"))
        self._step("try to send without the hub", "doctor", lambda: self._queue("doctor"))
        if self._step("the pharmacy does not have it yet", "pharmacist", lambda: self._absent(number)):
            self._step("start the hub again", "hub", self.world.hub.start)
        self._step("deliver what waited", "doctor", lambda: self._deliver("doctor"))
        return number

    def _dispense(self, number: str) -> None:
        pharmacist, dispenser = self.desks["pharmacist"], self.desks["dispenser"]
        self._sync_all("pharmacist")
        self._step("review and approve", "pharmacist", lambda: steps.review(pharmacist, number))
        self._sync_all("pharmacist", "dispenser")
        self._step("dispense", "dispenser", lambda: steps.dispense(dispenser, number))
        self._step(
            "print with the pharmacists' names",
            "dispenser",
            lambda: self._print(dispenser, number, "dispensed"),
        )
        self._sync_all("dispenser", "doctor", "pharmacist")

    def _killed(self, patient: str, visit: str) -> None:
        """Sign in a process of its own and kill it the moment it says so; nothing signed may be missing."""
        self.desks.pop("doctor").close()
        self._step("stop the hub", "hub", self.world.hub.stop)
        number = self._step("sign, then SIGKILL", "doctor", lambda: self._sign_and_kill(patient, visit))
        user, station, _room = DESKS["doctor"]
        self.desks["doctor"] = self._step(
            "open the killed desk", "doctor", lambda: self.world.open_desk("doctor", user, station)
        )
        self._step("the signed prescription is there", "doctor", lambda: self._present(number))
        self._step("start the hub again", "hub", self.world.hub.start)
        self._step("deliver what the kill left", "doctor", lambda: self._deliver("doctor"))
        self._sync_all("pharmacist")
        self._step("the pharmacy has it", "pharmacist", lambda: self._arrived(number))

    def _sign_and_kill(self, patient: str, visit: str) -> str:
        child = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "ui.cli.demo.signer", str(self.world.folder / "doctor"), patient, visit],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = child.stdout.readline().strip() if child.stdout else ""
        child.kill()
        child.wait(KILL_SECONDS)
        if child.stdout is not None:
            child.stdout.close()
        if not line:
            raise RuntimeError("the signing process ended before it had signed")
        self.journey.killed = {"prescription": line, "exit": child.returncode}
        return line

    def _present(self, number: str) -> None:
        sheet = self.desks["doctor"].ask("prescribing.sheet", OneSheet(number=number))
        if len(sheet.lines) != 2 or not sheet.intact:
            raise RuntimeError("the killed desk lost a part of the prescription")

    def _absent(self, number: str) -> bool:
        if steps.find_sheet(self.desks["pharmacist"], number) is not None:
            raise RuntimeError("the pharmacy has a prescription that was never sent")
        return True

    def _arrived(self, number: str) -> None:
        if steps.find_sheet(self.desks["pharmacist"], number) is None:
            raise RuntimeError("the prescription has not reached the pharmacy")

    def _queue(self, name: str) -> None:
        report = sync_now(self.desks[name], self.world.box)
        if not report.failed or not report.waiting:
            raise RuntimeError("the units should be waiting while the hub is away")
        self.journey.offline["queued"] += report.waiting

    def _deliver(self, name: str) -> None:
        report = sync_now(self.desks[name], self.world.box)
        if report.failed or report.waiting or report.refused or report.parked:
            raise RuntimeError(f"not everything was delivered: {report.message or report}")
        self.journey.offline["delivered"] += report.sent

    def _sync(self, name: str) -> None:
        report = sync_now(self.desks[name], self.world.box)
        if report.failed:
            raise RuntimeError(report.message)

    def _sync_all(self, *names: str) -> None:
        for name in names:
            self._step("sync", name, partial(self._sync, name))

    def _print(self, desk: Desk, document: str, name: str) -> None:
        (self.folder / f"{name}.pdf").write_bytes(papers.pdf_of(desk, document))

    def _compare(self) -> None:
        for name in self.desks:
            self._sync(name)
        for name, desk in self.desks.items():
            line = open_line(desk.store, self.world.box)
            if line is None:
                raise RuntimeError("a desk has lost its centre")
            self.journey.differences += compare.differences(name, desk, line.client)
            line.client.close()
        self.journey.equal = not self.journey.differences

    def _step(self, name: str, desk: str, act: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            result = act()
        except Exception as error:
            self._note(name, desk, started, str(error) or type(error).__name__)
            raise
        self._note(name, desk, started)
        return result

    def _note(self, name: str, desk: str, started: float, error: str = "") -> None:
        ms = round((time.perf_counter() - started) * 1000, 1)
        self.journey.steps.append(Step(name, desk, not error, ms, error))
        self.tell(f"{'ok ' if not error else 'NOT'} {desk:11} {name}  {ms:.0f} ms {error}")

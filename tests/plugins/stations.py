"""Desks without a screen, for tests of the line between them and their centre: a real store, a line that can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync.address import Address
from sync.auth import Auth, Bearer, MemoryBox, NoAuth
from sync.centre import Centre
from sync.client import Client
from sync.pairing import AuthKind, CentreProfile, Line, Probe
from sync.pairing import probe as read_probe
from sync.service import SyncReport, SyncService
from sync.wants import Wants
from tests.plugins.odd_centre import OddCentre
from workstation.core.clock import FixedClock
from workstation.core.events import Bus, Changed, Ref, SyncState
from workstation.fhir.resources import Resource, content
from workstation.security.permissions import Actor
from workstation.store import outbox
from workstation.store.outbox import PendingUnit
from workstation.store.store import Store
from workstation.store.unit import Unit

DOCTOR = Actor("doc", "王敏", "doctor-attending", "practitioner-doc", "room-1")
CLERK = Actor("admin", "何伟", "administrator", "practitioner-admin", "office")
Send = Callable[[httpx.Request], httpx.Response]
Fault = Callable[[httpx.Request, Send], httpx.Response]
KINDS = ("Patient", "Encounter", "Condition", "Observation", "CodeSystem")


class Wire(httpx.BaseTransport):
    """A transport that can be made to fail: each fault serves one request, then the line is whole again."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.faults: list[Fault] = []
        self.always: Fault | None = None
        self.seen: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.seen.append(request)
        fault = self.faults.pop(0) if self.faults else self.always
        return fault(request, self.inner.handle_request) if fault else self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()

    def posts(self) -> int:
        return sum(request.method == "POST" for request in self.seen)


def no_line(request: httpx.Request, send: Send) -> httpx.Response:
    """The request never arrives."""
    raise httpx.ConnectError("no route", request=request)


def lost_answer(request: httpx.Request, send: Send) -> httpx.Response:
    """The centre commits, the answer is lost."""
    send(request).read()
    raise httpx.ReadError("connection reset", request=request)


def answer(status: int, body: Any = None, **headers: str) -> Fault:
    """Answer this instead; the request never arrives."""

    def fault(request: httpx.Request, send: Send) -> httpx.Response:
        if isinstance(body, str | bytes):
            return httpx.Response(status, content=body, headers=headers)
        return httpx.Response(status, json=body, headers=headers)

    return fault


def refusal(text: str) -> Resource:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": text}]}


def bare_probe(**known: Any) -> Probe:
    """What a plain server promises: transactions and update as create, no history, no feed."""
    facts: dict[str, Any] = {
        "software": "test",
        "fhir_version": "4.0.1",
        "transaction": True,
        "update_create": True,
        "history_all": False,
        "history_types": (),
        "types": KINDS,
    }
    return Probe(**(facts | known))


@dataclass
class Station:
    """One desk's store with its service, run in the test's own thread."""

    store: Store
    clock: FixedClock
    wire: Wire
    line: Line
    service: SyncService
    bus: Bus
    centre: Centre
    states: list[SyncState] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)

    def put(self, *resources: Resource, action: str = "test.put", actor: Actor = DOCTOR) -> Changed:
        """Write records in one unit."""

        def act(unit: Unit) -> Ref | None:
            refs = [unit.put(dict(resource)) for resource in resources]
            return refs[0]

        changed = self.store.write(actor, action, act)
        self.bus.publish(changed)
        return changed

    def edit(self, kind: str, id_: str, **values: Any) -> Changed:
        """Change elements of one record."""
        return self.put({**self.get(kind, id_), **values})

    def delete(self, kind: str, id_: str) -> None:
        def act(unit: Unit) -> None:
            unit.delete(Ref(kind, id_))

        self.bus.publish(self.store.write(DOCTOR, "test.delete", act))

    def get(self, kind: str, id_: str) -> Resource:
        with self.store.reader() as reader:
            return reader.get(kind, id_)

    def has(self, kind: str, id_: str) -> bool:
        with self.store.reader() as reader:
            return reader.peek(kind, id_) is not None

    def units(self) -> list[PendingUnit]:
        return self.store.look(outbox.units)

    def run(self, *, pull: bool = True) -> SyncReport:
        return self.service.run_once(pull=pull)


def patient(id_: str, family: str = "张", **more: Any) -> Resource:
    return {"resourceType": "Patient", "id": id_, "name": [{"family": family}], **more}


def visit(id_: str, of: str, status: str = "planned") -> Resource:
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": status,
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{of}"},
    }


def bodies(station: Station, kind: str) -> dict[str, bytes]:
    """Give what a desk has of a type, ready to be compared."""
    with station.store.reader() as reader:
        return {r["id"]: content(r) for r in reader.find(kind)}


def at_centre(centre: OddCentre, kind: str) -> dict[str, bytes]:
    """Give what the centre has of a type, ready to be compared."""
    return {id_: content(body) for id_, body in centre.bodies(kind).items()}


@pytest.fixture
def make_station(tmp_path: Path) -> Iterator[Callable[..., Station]]:
    """Make a desk on the line to a centre at `url`; without `probe` the centre itself is asked."""
    made: list[Station] = []

    def make(
        url: str,
        name: str = "desk",
        *,
        token: str = "",
        inner: httpx.BaseTransport | None = None,
        probe: Probe | None = None,
        wants: Wants | None = None,
        auth: Auth | None = None,
    ) -> Station:
        clock = FixedClock(datetime.now(UTC), seed=len(made) * 1_000_000)
        store = Store.create(tmp_path / f"{name}.db", b"k" * 32, clock, lambda text: ())
        box = MemoryBox()
        box.put("token", token)
        wire = Wire(inner or httpx.HTTPTransport())
        client = Client(Address(url), auth or (Bearer(box, "token") if token else NoAuth()), transport=wire)
        profile = CentreProfile(url, AuthKind.BEARER, "", "", probe or read_probe(client))
        line, bus, scope = Line(profile, client), Bus(), wants or Wants(KINDS)
        service = SyncService(store, lambda: line, clock, bus, wants=scope)
        station = Station(store, clock, wire, line, service, bus, Centre(store, bus, scope))
        bus.subscribe(SyncState, station.states.append)
        bus.subscribe(Changed, station.changed.append)
        made.append(station)
        return station

    yield make
    for station in made:
        station.service.stop()
        station.line.client.close()
        station.store.close()

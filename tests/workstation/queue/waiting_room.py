"""What the tests of the queue share: people, enrolling, and reading the queue back."""

from __future__ import annotations

from collections.abc import Callable

from workstation.core.events import Ref
from workstation.desk import Desk
from workstation.fhir.resources import Resource
from workstation.queue.model import (
    Cancel,
    Enrol,
    QueueView,
    State,
    Visit,
    Waiting,
)
from workstation.store.unit import Unit

PIN = "246810"
MakeDesk = Callable[..., Desk]


def put(desk: Desk, *resources: Resource) -> None:
    def run(unit: Unit) -> Ref | None:
        ref = None
        for resource in resources:
            ref = unit.put(resource)
        return ref

    assert desk.actor is not None
    desk.store.write(desk.actor, "test.put", run)


def person(id_: str, name: str, birth: str = "1980-01-01") -> Resource:
    return {
        "resourceType": "Patient",
        "id": id_,
        "name": [{"use": "official", "text": name}],
        "gender": "female",
        "birthDate": birth,
    }


def enrol(desk: Desk, patient: str, department: str = "internal", **more: object) -> str:
    if desk.actor is None or desk.actor.user != "reg":
        desk.unlock("reg", PIN)
    changed = desk.do("queue.enrol", Enrol(patient, department, **more))
    assert changed.primary is not None
    return changed.primary.id


def stored(desk: Desk, encounter: str) -> Resource:
    with desk.store.reader() as reader:
        return reader.get("Encounter", encounter)


def queue(desk: Desk, **more: str) -> QueueView:
    answer = desk.ask("queue.waiting", Waiting(**more))
    assert isinstance(answer, QueueView)
    return answer


def tickets(desk: Desk, part: str = "waiting") -> list[str]:
    return [row.ticket[-3:] for row in getattr(queue(desk), part)]


def at(desk: Desk, state: State) -> str:
    """Bring p1's visit into a state, as a doctor."""
    encounter = enrol(desk, "p1")
    desk.unlock("doc", PIN)
    steps = {
        State.WAITING: [],
        State.CALLED: ["call"],
        State.SEEING: ["call", "start"],
        State.SKIPPED: ["call", "skip"],
        State.PARKED: ["call", "start", "park"],
        State.DONE: ["call", "start", "finish"],
    }
    for step in steps.get(state, []):
        desk.do(f"queue.{step}", Visit(encounter))
    if state is State.CANCELLED:
        desk.unlock("reg", PIN)
        desk.do("queue.cancel", Cancel(encounter, "不看了"))
    return encounter

"""The states of a waiting visit, and what the queue is asked and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

UNDO_SECONDS: Final = 10


class State(StrEnum):
    """Where a visit stands (extension QUEUE_STATE); `RESULTS` is a parked visit whose results have come."""

    WAITING = "waiting"
    CALLED = "called"
    SEEING = "seeing"
    SKIPPED = "skipped"
    PARKED = "parked"
    RESULTS = "results"
    DONE = "done"
    CANCELLED = "cancelled"


STATUS: Final = {
    State.WAITING: "arrived",
    State.CALLED: "triaged",
    State.SEEING: "in-progress",
    State.SKIPPED: "arrived",
    State.PARKED: "onleave",
    State.RESULTS: "onleave",
    State.DONE: "finished",
    State.CANCELLED: "cancelled",
}
OPEN: Final = ("arrived", "triaged", "in-progress", "onleave")


class Step(StrEnum):
    """What can be done to a visit in the queue."""

    CALL = "call"
    RECALL = "recall"
    UNDO_CALL = "undo-call"
    SKIP = "skip"
    REQUEUE = "requeue"
    START = "start"
    PARK = "park"
    RESUME = "resume"
    FINISH = "finish"
    CANCEL = "cancel"


# From which states each step may be taken, and where it leads; UNDO_CALL leads back to where the call came from.
STEPS: Final[dict[Step, tuple[frozenset[State], State | None]]] = {
    Step.CALL: (frozenset({State.WAITING, State.SKIPPED, State.PARKED, State.RESULTS}), State.CALLED),
    Step.RECALL: (frozenset({State.CALLED}), State.CALLED),
    Step.UNDO_CALL: (frozenset({State.CALLED}), None),
    Step.SKIP: (frozenset({State.CALLED}), State.SKIPPED),
    Step.REQUEUE: (frozenset({State.SKIPPED}), State.WAITING),
    Step.START: (frozenset({State.CALLED, State.WAITING, State.SKIPPED}), State.SEEING),
    Step.PARK: (frozenset({State.SEEING}), State.PARKED),
    Step.RESUME: (frozenset({State.PARKED, State.RESULTS, State.CALLED}), State.SEEING),
    Step.FINISH: (frozenset({State.SEEING, State.PARKED, State.RESULTS}), State.DONE),
    Step.CANCEL: (frozenset({State.WAITING, State.CALLED, State.SKIPPED}), State.CANCELLED),
}


class FeeType(StrEnum):
    """Who pays."""

    SELF = "self-paid"
    EMPLOYEE = "employee"
    RESIDENT = "resident"
    OTHER = "other"


class Priority(StrEnum):
    """Why a visit goes first; `NONE` waits its turn."""

    NONE = ""
    URGENT = "urgent"
    OVER_80 = "80+"
    PREGNANT = "pregnant"
    MILITARY = "military"
    DISABLED = "disabled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Enrol:
    """Put a patient into a department's queue.

    `department` of departments.toml; `doctor` a Practitioner id; `room` a Location id or a room's name; `visit_type`
    `first` or `return`, empty to derive it from earlier visits to the department; `complaint` why they came.
    """

    patient: str
    department: str
    doctor: str = ""
    room: str = ""
    fee_type: FeeType = FeeType.SELF
    priority: Priority = Priority.NONE
    visit_type: str = ""
    emergency: bool = False
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class CallNext:
    """Call who is next for this place. Empty `department`: that of the caller, else any."""

    department: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """Names one visit; `room` is where it is called to, where that matters."""

    encounter: str
    room: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Take a visit out of the queue, with the reason."""

    encounter: str
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Ask for a queue: of a department (empty: that of the asker, else all), a doctor, a room."""

    department: str = ""
    doctor: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One visit in the queue.

    Times are ISO instants: `arrived_at` when enrolled, `since` when the present state began. `wait_minutes` counts
    from the arrival. `alike` is `same-name` or `same-sound` when another row can be mixed up. `results` names what
    came back for a parked visit.
    """

    encounter: str
    patient: str
    ticket: str
    name: str
    sex: str
    birth: str
    number: str
    state: State
    visit_type: str
    department: str
    priority: str
    fee_type: str
    doctor: str
    room: str
    arrived_at: str
    since: str
    emergency: bool = False
    complaint: str = ""
    alike: str = ""
    results: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    wait_minutes: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue at one moment (`as_of`), each part in its order: who is next stands first in `waiting`."""

    waiting: tuple[QueueRow, ...] = ()
    current: tuple[QueueRow, ...] = ()
    skipped: tuple[QueueRow, ...] = ()
    parked: tuple[QueueRow, ...] = ()
    department: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Display:
    """Ask for what the public screen of a department shows."""

    department: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class DisplayRow:
    """One line of the public screen: a ticket, a masked name, a room; `state` called, seeing or waiting."""

    ticket: str
    masked_name: str
    room: str
    state: State
    since: str


@dataclass(frozen=True, slots=True)
class DisplayView:
    """The public screen: who is called or seen, latest call first, then who waits, next first."""

    calls: tuple[DisplayRow, ...] = ()
    waiting: tuple[DisplayRow, ...] = ()


@dataclass(frozen=True, slots=True)
class GetVisit:
    """Ask for one visit."""

    encounter: str


@dataclass(frozen=True, slots=True)
class Passed:
    """One state a visit has been through; ISO instants."""

    state: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit with its number and the states it has been through.

    `ahead` counts who waits before it in its department; `synthetic` marks demo data.
    """

    row: QueueRow
    visit_number: str
    started_at: str
    ended_at: str
    passed: tuple[Passed, ...]
    ahead: int = 0
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Ask where a patient can be sent in a department."""

    department: str


@dataclass(frozen=True, slots=True)
class Place:
    """A doctor or a room, with how many wait for them now."""

    id: str
    name: str
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class PlacesView:
    """The doctors and rooms of a department; `waiting` counts who waits in it at all."""

    doctors: tuple[Place, ...] = ()
    rooms: tuple[Place, ...] = ()
    waiting: int = 0

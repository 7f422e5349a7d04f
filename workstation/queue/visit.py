"""Reading and changing one Encounter of the queue; every change of state leaves its trace in `statusHistory`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from workstation.core.clock import instant, parse_instant
from workstation.core.errors import Conflict
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, set_extension, target
from workstation.queue.model import STATUS, STEPS, UNDO_SECONDS, State, Step

OF_STATUS: Final = {
    "planned": State.WAITING,
    "arrived": State.WAITING,
    "triaged": State.CALLED,
    "in-progress": State.SEEING,
    "onleave": State.PARKED,
    "finished": State.DONE,
}


def state_of(encounter: Resource) -> State:
    """Give where a visit stands; the status decides where extension and status disagree (another system wrote)."""
    status = str(encounter.get("status", ""))
    said = str(extension(encounter, systems.QUEUE_STATE) or "")
    if said in set(State) and STATUS[State(said)] == status:
        return State(said)
    return OF_STATUS.get(status, State.CANCELLED)


def since(encounter: Resource) -> str:
    """Give the instant the present state began: when the last one ended, or the start of the visit."""
    history = as_list(encounter.get("statusHistory"))
    ended = str(history[-1].get("period", {}).get("end", "")) if history else ""
    return ended or started(encounter)


def started(encounter: Resource) -> str:
    """Give the instant of arrival."""
    return str(encounter.get("period", {}).get("start", ""))


def department(encounter: Resource) -> str:
    """Give the code of the department."""
    return code_of(encounter.get("serviceType"), systems.DEPARTMENT)


def doctor(encounter: Resource) -> str:
    """Give the id of the Practitioner the visit is with, or an empty text."""
    people = (target(p.get("individual"), "Practitioner") for p in as_list(encounter.get("participant")))
    return next((id_ for id_ in people if id_), "")


def room(encounter: Resource) -> str:
    """Give what names the room: a Location id, or the room's name where it is no Location."""
    place = first_place(encounter)
    return target(place, "Location") or str(place.get("display", ""))


def room_names(encounter: Resource) -> frozenset[str]:
    """Give everything that names the room: its id and its name; empty where no room is set."""
    place = first_place(encounter)
    return frozenset(name for name in (target(place, "Location"), str(place.get("display", ""))) if name)


def first_place(encounter: Resource) -> Resource:
    """Give the Reference element of the room, or an empty one."""
    for entry in as_list(encounter.get("location")):
        return dict(entry.get("location") or {})
    return {}


def take(encounter: Resource, step: Step, now: datetime) -> None:
    """Take one step. Raises Conflict when the visit is no longer where the step can be taken."""
    here = state_of(encounter)
    allowed, leads_to = STEPS[step]
    if here not in allowed:
        raise _refusal(here)
    if leads_to is None:
        _undo_call(encounter, now)
    else:
        _move(encounter, here, leads_to, now)


def _refusal(here: State) -> Conflict:
    said = {
        State.CALLED: _("This patient has been called already."),
        State.SEEING: _("This patient is being seen already."),
        State.DONE: _("This visit is finished."),
        State.CANCELLED: _("This visit was cancelled."),
    }.get(here, _("The visit is no longer where it was on this screen."))
    return Conflict(said, _("Nothing was changed. The list shows the present state."))


def _move(encounter: Resource, here: State, there: State, now: datetime) -> None:
    passed: dict[str, Any] = {
        "status": encounter.get("status", "arrived"),
        "period": {"start": since(encounter), "end": instant(now)},
        "extension": [{"url": systems.QUEUE_STATE, "valueCode": here.value}],
    }
    if not passed["period"]["start"]:
        del passed["period"]["start"]
    encounter["statusHistory"] = [*as_list(encounter.get("statusHistory")), passed]
    _stand(encounter, there)
    if there in (State.DONE, State.CANCELLED):
        encounter["period"] = {**encounter.get("period", {}), "end": instant(now)}


def _stand(encounter: Resource, there: State) -> None:
    encounter["status"] = STATUS[there]
    if there is State.CANCELLED:
        set_extension(encounter, systems.QUEUE_STATE)
    else:
        set_extension(encounter, systems.QUEUE_STATE, valueCode=there.value)


def _undo_call(encounter: Resource, now: datetime) -> None:
    """Go back to before the call (and its recalls), with the old place in the queue."""
    if now - parse_instant(since(encounter)) > timedelta(seconds=UNDO_SECONDS):
        raise Conflict(
            _("A call can be taken back for 10 seconds only."),
            _("Skip the patient instead; the place in the queue is kept on the list of skipped patients."),
        )
    history = as_list(encounter.get("statusHistory"))
    before = State.CALLED
    while history and before is State.CALLED:
        last = history.pop()
        said = str(extension(last, systems.QUEUE_STATE) or "")
        before = State(said) if said in set(State) else OF_STATUS.get(str(last.get("status")), State.WAITING)
    encounter["statusHistory"] = history
    if not history:
        del encounter["statusHistory"]
    leave_room(encounter)
    _stand(encounter, State.WAITING if before is State.CALLED else before)


def enter_room(encounter: Resource, place: Resource | None, person: Resource | None, now: datetime) -> None:
    """Note where and by whom the patient is called or seen, before what was planned at enrolment."""
    places = as_list(encounter.get("location"))
    if place and not (places and places[0].get("status") == "active" and places[0].get("location") == place):
        leaving = [entry for entry in places if entry.get("status") != "active"]
        encounter["location"] = [{"location": place, "status": "active"}, *leaving]
    people = as_list(encounter.get("participant"))
    if person and not (people and people[0].get("individual", {}).get("reference") == person["reference"]):
        entry = {"individual": person, "period": {"start": instant(now)}}
        encounter["participant"] = [entry, *(p for p in people if "period" not in p)]


def leave_room(encounter: Resource) -> None:
    """Forget who called the patient where: anybody the enrolment allows may call again."""
    for key, kept in (
        ("location", [e for e in as_list(encounter.get("location")) if e.get("status") != "active"]),
        ("participant", [e for e in as_list(encounter.get("participant")) if "period" not in e]),
    ):
        if kept:
            encounter[key] = kept
        else:
            encounter.pop(key, None)

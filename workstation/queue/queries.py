"""What is shown of the queue: to staff whole, to the public masked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from workstation.chart.people import display_name
from workstation.core.clock import instant
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, extension, identifier, target
from workstation.queue import listing, places, visit
from workstation.queue.model import (
    Display,
    DisplayRow,
    DisplayView,
    GetVisit,
    Passed,
    Place,
    Places,
    PlacesView,
    QueueRow,
    QueueView,
    State,
    VisitView,
    Waiting,
)
from workstation.security.permissions import Actor, Permission
from workstation.store.reader import Reader
from workstation.terminology import names
from workstation.verbs import query

SHOWN_CALLS: Final = 6
SHOWN_WAITING: Final = 12


@query("queue.waiting", permission=Permission.QUEUE_READ, help="The queue of a department, doctor or room")
def waiting(reader: Reader, request: Waiting, *, now: datetime, actor: Actor) -> QueueView:
    """Give who waits, is called or seen, was skipped or is parked."""
    scope = places.scope(reader, actor, request.department, request.doctor, request.room)
    encounters = [e for e in listing.open_visits(reader, now) if scope.holds(e)]
    listed = listing.rows(reader, sorted(encounters, key=listing.order), now)
    return QueueView(
        waiting=_in(listed, State.WAITING),
        current=tuple(sorted(_in(listed, State.CALLED, State.SEEING), key=lambda r: r.since, reverse=True)),
        skipped=_in(listed, State.SKIPPED),
        parked=tuple(
            sorted(
                _in(listed, State.PARKED, State.RESULTS),
                key=lambda r: (r.state is not State.RESULTS, r.since),
            )
        ),
        department=request.department
        or (next(iter(scope.departments)) if len(scope.departments) == 1 else ""),
        as_of=instant(now),
    )


@query("queue.display", permission=Permission.QUEUE_READ, help="The public screen: tickets and masked names")
def display(reader: Reader, request: Display, *, now: datetime) -> DisplayView:
    """Give what the public may read; no full name and no identity leaves here."""
    departments = frozenset({request.department}) if request.department else places.EVERYWHERE
    scope = places.Scope(departments, room=request.room)
    encounters = [e for e in listing.open_visits(reader, now) if scope.holds(e)]
    listed = listing.rows(reader, sorted(encounters, key=listing.order), now)
    calls = sorted(_in(listed, State.CALLED, State.SEEING), key=lambda r: r.since, reverse=True)
    calls.sort(key=lambda r: r.state is not State.CALLED)
    return DisplayView(
        calls=tuple(map(_public, calls[:SHOWN_CALLS])),
        waiting=tuple(map(_public, _in(listed, State.WAITING)[:SHOWN_WAITING])),
    )


@query("queue.visit", permission=Permission.QUEUE_READ, help="One visit with the states it has been through")
def one_visit(reader: Reader, request: GetVisit, *, now: datetime) -> VisitView:
    """Give one visit. Raises NotFound."""
    encounter = reader.get("Encounter", request.encounter)
    return VisitView(
        row=listing.rows(reader, [encounter], now)[0],
        visit_number=identifier(encounter, systems.VISIT_NUMBER),
        started_at=visit.started(encounter),
        ended_at=str(encounter.get("period", {}).get("end", "")),
        passed=tuple(_passed(entry) for entry in as_list(encounter.get("statusHistory"))),
        ahead=_ahead(reader, encounter, now),
        synthetic=any(tag.get("system") == systems.SYNTHETIC for tag in _tags(reader, encounter)),
    )


@query(
    "queue.places", permission=Permission.QUEUE_READ, help="Doctors and rooms of a department, and who waits"
)
def department_places(reader: Reader, request: Places, *, now: datetime) -> PlacesView:
    """Give where a patient can be sent; both empty when this desk does not know the department's staff."""
    waiting_now = [
        e
        for e in listing.open_visits(reader, now)
        if visit.state_of(e) is State.WAITING and visit.department(e) == request.department
    ]
    organization = places.organisation(reader, request.department)
    if organization is None:
        return PlacesView(waiting=len(waiting_now))
    doctors = [
        Place(d["id"], display_name(d), _count(visit.doctor(e) == d["id"] for e in waiting_now))
        for d in places.doctors(reader, organization["id"])
    ]
    rooms = [
        Place(r["id"], str(r.get("name", "")), _count(visit.room(e) == r["id"] for e in waiting_now))
        for r in places.rooms(reader, organization["id"])
    ]
    return PlacesView(tuple(doctors), tuple(rooms), len(waiting_now))


def _ahead(reader: Reader, encounter: Resource, now: datetime) -> int:
    """Count who waits in the same department and will be called before."""
    if visit.state_of(encounter) is not State.WAITING:
        return 0
    department, place = visit.department(encounter), listing.order(encounter)
    others = (e for e in listing.open_visits(reader, now) if visit.department(e) == department)
    return _count(visit.state_of(e) is State.WAITING and listing.order(e) < place for e in others)


def _tags(reader: Reader, encounter: Resource) -> list[Resource]:
    patient = reader.peek("Patient", target(encounter.get("subject"), "Patient")) or {}
    return [tag for record in (encounter, patient) for tag in as_list(record.get("meta", {}).get("tag"))]


def _in(listed: Iterable[QueueRow], *states: State) -> tuple[QueueRow, ...]:
    return tuple(row for row in listed if row.state in states)


def _count(facts: Iterable[bool]) -> int:
    return sum(facts)


def _public(row: QueueRow) -> DisplayRow:
    return DisplayRow(row.ticket, names.masked(row.name), row.room, row.state, row.since)


def _passed(entry: Resource) -> Passed:
    period = entry.get("period", {})
    state = str(extension(entry, systems.QUEUE_STATE) or entry.get("status", ""))
    return Passed(state, str(period.get("start", "")), str(period.get("end", "")))

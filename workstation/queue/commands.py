"""Moving visits through the queue. Every step is checked against what the record says now, not against the screen."""

from __future__ import annotations

from typing import Any, Final

from workstation.chart.people import display_name
from workstation.core.clock import instant
from workstation.core.errors import Conflict, Invalid, NotFound
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, ref_of, reference, set_extension
from workstation.queue import listing, places, visit
from workstation.queue.model import OPEN, CallNext, Cancel, Enrol, Priority, State, Step, Visit
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command

CLASSES: Final = {False: ("AMB", "ambulatory"), True: ("EMER", "emergency")}
VISIT_TYPES: Final = {"first": "初诊", "return": "复诊"}


@command("queue.enrol", permission=Permission.QUEUE_ENROL, help="Put a patient into a department's queue")
def enrol(unit: Unit, request: Enrol, *, knowledge: Knowledge) -> Ref:
    """Create the visit with its ticket and visit number.

    Raises NotFound for the patient, Invalid for what cannot be right, Conflict when the patient waits there already.
    """
    patient = unit.reader.get("Patient", request.patient)
    named = {entry.code: entry for entry in knowledge.departments}.get(request.department)
    if named is None:
        raise Invalid(_("Choose a department from the list."), field="department")
    if request.visit_type not in ("", *VISIT_TYPES):
        raise Invalid(_("A visit is a first or a return visit."), field="visit_type")
    _check_patient(unit, patient, request.department)
    encounter: Resource = {
        "resourceType": "Encounter",
        "id": unit.new_id(),
        "status": "arrived",
        "class": _class(request),
        "identifier": _numbers(unit),
        "type": [_visit_type(unit, request)],
        "serviceType": concept(systems.DEPARTMENT, named.code, named.name_zh),
        "subject": reference(ref_of(patient), display_name(patient)),
        "period": {"start": instant(unit.now)},
    }
    encounter |= _destination(unit, request)
    if request.complaint.strip():
        encounter["reasonCode"] = [{"text": request.complaint.strip()}]
    set_extension(encounter, systems.QUEUE_STATE, valueCode=State.WAITING.value)
    set_extension(encounter, systems.FEE_TYPE, valueCode=request.fee_type.value)
    if request.priority is not Priority.NONE:
        set_extension(encounter, systems.PRIORITY_REASON, valueString=request.priority.value)
    return unit.put(encounter)


@command("queue.call-next", permission=Permission.QUEUE_CALL, help="Call the next waiting patient")
def call_next(unit: Unit, request: CallNext) -> Ref:
    """Call who stands first for the caller's department. Raises NotFound when nobody waits.

    A doctor calls the own and the unassigned visits of the own room; a nurse calls anybody's, to the room given.
    """
    room = request.room if places.sees_patients(unit.actor) else ""
    scope = places.scope(unit.reader, unit.actor, request.department, room=room)
    encounters = [
        e
        for e in listing.open_visits(unit.reader, unit.now)
        if visit.state_of(e) is State.WAITING and scope.holds(e)
    ]
    if not encounters:
        raise NotFound(_("Nobody is waiting."), _("Skipped and parked patients stand in their own lists."))
    return _call(unit, min(encounters, key=listing.order), request.room)


@command("queue.call", permission=Permission.QUEUE_CALL, help="Call one particular patient")
def call(unit: Unit, request: Visit) -> Ref:
    """Call a waiting, skipped or parked visit. Raises Conflict when somebody else has called it."""
    return _call(unit, _encounter(unit, request.encounter), request.room)


@command("queue.recall", permission=Permission.QUEUE_CALL, help="Call a called patient once more")
def recall(unit: Unit, request: Visit) -> Ref:
    """Show and sound the call again. Raises Conflict when the visit is not called."""
    return _step(unit, request, Step.RECALL)


@command("queue.undo-call", permission=Permission.QUEUE_CALL, help="Take a call back within 10 seconds")
def undo_call(unit: Unit, request: Visit) -> Ref:
    """Give the visit its old place back. Raises Conflict after 10 seconds or when it is not called."""
    return _step(unit, request, Step.UNDO_CALL)


@command("queue.skip", permission=Permission.QUEUE_CALL, help="Skip a called patient who did not come")
def skip(unit: Unit, request: Visit) -> Ref:
    """Move a called visit to the skipped. Raises Conflict."""
    return _step(unit, request, Step.SKIP)


@command(
    "queue.requeue", permission=Permission.QUEUE_CALL, help="Put a skipped patient at the end of the queue"
)
def requeue(unit: Unit, request: Visit) -> Ref:
    """Let a skipped visit wait again, behind all who wait now. Raises Conflict."""
    encounter = _encounter(unit, request.encounter)
    visit.take(encounter, Step.REQUEUE, unit.now)
    visit.leave_room(encounter)
    return unit.put(encounter)


@command("queue.start", permission=Permission.QUEUE_CALL, help="Begin to see a patient")
def start(unit: Unit, request: Visit) -> Ref:
    """Note that the patient is being seen, by whom and where. Raises Conflict when somebody else sees them."""
    return _see(unit, request, Step.START)


@command(
    "queue.park", permission=Permission.QUEUE_CALL, help="Send a patient for tests and keep the visit open"
)
def park(unit: Unit, request: Visit) -> Ref:
    """Keep the visit open until results are there. Raises Conflict."""
    return _step(unit, request, Step.PARK)


@command("queue.resume", permission=Permission.QUEUE_CALL, help="Go on with a parked patient")
def resume(unit: Unit, request: Visit) -> Ref:
    """Go on with a parked visit. Raises Conflict."""
    return _see(unit, request, Step.RESUME)


@command("queue.finish", permission=Permission.QUEUE_CALL, help="Finish a visit")
def finish(unit: Unit, request: Visit) -> Ref:
    """End the visit. Raises Conflict when it has not begun or is over."""
    return _step(unit, request, Step.FINISH)


@command("queue.cancel", permission=Permission.QUEUE_ENROL, help="Take a visit out of the queue")
def cancel(unit: Unit, request: Cancel) -> Ref:
    """Cancel a visit that has not begun; the reason stands in the trail. Raises Invalid, Conflict."""
    reason = request.reason.strip()
    if not reason:
        raise Invalid(_("Give the reason for cancelling."), field="reason")
    unit.detail = f"Encounter/{request.encounter} {reason}"
    return _step(unit, Visit(request.encounter), Step.CANCEL)


def _encounter(unit: Unit, id_: str) -> Resource:
    return unit.reader.get("Encounter", id_)


def _step(unit: Unit, request: Visit, step: Step) -> Ref:
    encounter = _encounter(unit, request.encounter)
    visit.take(encounter, step, unit.now)
    return unit.put(encounter)


def _call(unit: Unit, encounter: Resource, room: str) -> Ref:
    visit.take(encounter, Step.CALL, unit.now)
    _enter(unit, encounter, room)
    return unit.put(encounter)


def _see(unit: Unit, request: Visit, step: Step) -> Ref:
    encounter = _encounter(unit, request.encounter)
    visit.take(encounter, step, unit.now)
    _enter(unit, encounter, request.room)
    return unit.put(encounter)


def _enter(unit: Unit, encounter: Resource, room: str) -> None:
    place = places.room_element(unit.reader, room) if room else None
    actor = unit.actor
    person = None
    if places.sees_patients(actor):
        person = places.doctor_element(unit.reader, actor.practitioner, actor.name)
    visit.enter_room(encounter, place, person, unit.now)


def _check_patient(unit: Unit, patient: Resource, department: str) -> None:
    if patient.get("deceasedBoolean") is True or patient.get("deceasedDateTime"):
        raise Invalid(_("This patient is recorded as deceased."), _("Check that this is the right record."))
    if patient.get("active") is False:
        raise Invalid(_("This record is no longer in use."), _("Find the patient's present record."))
    where = {"patient": patient["id"], "status": OPEN}
    for other in unit.reader.find("Encounter", where):
        if visit.department(other) == department and listing.is_recent(other, unit.now):
            raise Conflict(
                _(
                    "This patient is in this queue already, with ticket {ticket}.",
                    ticket=listing.ticket(other),
                ),
                _("Nothing was changed."),
            )


def _class(request: Enrol) -> Resource:
    code, display = CLASSES[request.emergency]
    return {"system": systems.ENCOUNTER_CLASS, "code": code, "display": display}


def _numbers(unit: Unit) -> list[Resource]:
    """Give visit number (V, year, desk, number) and ticket (desk, number of the day)."""
    code, year, day = unit.desk_code, unit.now.strftime("%y"), unit.now.strftime("%Y%m%d")
    number = f"V{year}{code}{unit.next_number(f'visit-{year}'):06d}"
    ticket = f"{code}{unit.next_number(f'ticket-{day}'):03d}"
    period = {"start": unit.now.date().isoformat(), "end": unit.now.date().isoformat()}
    return [
        {"use": "official", "system": systems.VISIT_NUMBER, "value": number},
        {"use": "temp", "system": systems.TICKET, "value": ticket, "period": period},
    ]


def _visit_type(unit: Unit, request: Enrol) -> Resource:
    code = request.visit_type or _derived_type(unit, request)
    return concept(systems.VISIT_TYPE, code, VISIT_TYPES[code])


def _derived_type(unit: Unit, request: Enrol) -> str:
    """A return visit is one of a patient this department has seen before."""
    earlier = unit.reader.find("Encounter", {"patient": request.patient})
    seen = (e for e in earlier if e.get("status") not in ("cancelled", "entered-in-error"))
    return "return" if any(visit.department(e) == request.department for e in seen) else "first"


def _destination(unit: Unit, request: Enrol) -> dict[str, Any]:
    found: dict[str, Any] = {}
    organization = places.organisation(unit.reader, request.department)
    if organization is not None:
        found["serviceProvider"] = reference(ref_of(organization), str(organization.get("name", "")))
    if request.doctor:
        found["participant"] = [{"individual": places.doctor_element(unit.reader, request.doctor)}]
    if request.room:
        found["location"] = [
            {"location": places.room_element(unit.reader, request.room), "status": "planned"}
        ]
    return found

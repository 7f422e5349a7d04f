"""Admitting, moving, discharging. Each act is checked against what the record says now, not against the screen."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from workstation.core.clock import instant, parse_instant
from workstation.core.errors import Conflict, Denied, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, concept, reference, set_extension, target
from workstation.inpatient import admission, checklist, places, stays
from workstation.inpatient.model import Admit, Assign, Discharge, Disposition, PassedItem, Transfer
from workstation.inpatient.rows import CheckItem
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command

DISPOSITION: Final = "http://terminology.hl7.org/CodeSystem/discharge-disposition"


@command("inpatient.admit", permission=Permission.STAY_MANAGE, help="Admit a patient to a bed")
def admit(unit: Unit, request: Admit, *, knowledge: Knowledge) -> Ref:
    """Begin a stay, from an outpatient visit or directly.

    Raises Conflict when the patient is admitted already, the bed is in use here or the visit is closed; Invalid for
    what cannot be right, NotFound.
    """
    who = admission.coming(unit.reader, request)
    bed = admission.free_bed(unit.reader, request.bed)
    return unit.put(admission.make_stay(unit, request, who, bed, knowledge))


@command(
    "inpatient.transfer", permission=Permission.STAY_MANAGE, help="Move a patient to another bed or ward"
)
def transfer(unit: Unit, request: Transfer, *, knowledge: Knowledge) -> Ref:
    """End one place and begin another; to another ward only with the reason. Raises Invalid, Conflict, NotFound."""
    encounter = stays.running_stay(unit.reader, request.encounter)
    if stays.bed(encounter) == request.bed:
        raise Invalid(_("The patient is in this bed already."), field="bed")
    bed = admission.free_bed(unit.reader, request.bed, besides=str(encounter["id"]))
    leaving = stays.place(encounter)
    if _ward_of(unit, leaving) != bed.ward:
        reason = request.reason.strip()
        if not reason:
            raise Invalid(
                _("Give the reason for moving to another ward."), _("Nobody was moved yet."), "reason"
            )
        set_extension(leaving, systems.STATUS_REASON, valueString=reason)
        encounter |= admission.department(unit.reader, bed.ward, knowledge)
        admission.people_in_charge(unit, encounter, request.doctor or None, request.nurse)
    else:
        admission.people_in_charge(unit, encounter, request.doctor or None, request.nurse or None)
    _leave(encounter, unit.now)
    entering = {
        "location": places.bed_element(bed),
        "status": "active",
        "period": {"start": instant(unit.now)},
    }
    encounter["location"] = [*as_list(encounter.get("location")), entering]
    return unit.put(encounter)


def _ward_of(unit: Unit, entry: Resource) -> str:
    place = unit.reader.peek("Location", target(entry.get("location"), "Location"))
    above = places.ward_above(unit.reader, place) if place is not None else None
    return str(above["id"]) if above is not None else ""


def _leave(encounter: Resource, at: datetime) -> None:
    """End every place the patient is in."""
    for entry in as_list(encounter.get("location")):
        if entry.get("status") == "active":
            entry["status"] = "completed"
            entry["period"] = {**entry.get("period", {}), "end": instant(at)}


@command(
    "inpatient.assign", permission=Permission.STAY_MANAGE, help="Name doctor in charge and primary nurse"
)
def assign(unit: Unit, request: Assign) -> Ref:
    """Put doctor and nurse in charge from now on; who was stays on the record. Raises Conflict, NotFound."""
    encounter = stays.running_stay(unit.reader, request.encounter)
    for id_ in (request.doctor, request.nurse):
        if id_:
            unit.reader.get("Practitioner", id_)
    admission.people_in_charge(unit, encounter, request.doctor, request.nurse)
    return unit.put(encounter)


@command("inpatient.discharge", permission=Permission.STAY_MANAGE, help="Discharge a patient")
def discharge(unit: Unit, request: Discharge, *, knowledge: Knowledge) -> Ref:
    """End a stay and free its bed.

    Raises Conflict while something blocking is open, Invalid while an open item has no reason or the time cannot be
    right, Denied for a death that is not recorded by a doctor.
    """
    encounter = stays.running_stay(unit.reader, request.encounter)
    at = _moment(unit, encounter, request.at)
    _check_death(unit, request)
    open_items = checklist.checklist(unit.reader, encounter, unit.now, knowledge).items
    _check_blocking([item for item in open_items if item.blocking])
    answers = {answer.item: answer for answer in request.passed if answer.reason.strip()}
    for item in open_items:
        _pass(unit, encounter, item, answers.get(item.item))
    _leave(encounter, at)
    encounter["status"] = "finished"
    encounter["period"] = {**encounter.get("period", {}), "end": instant(at)}
    encounter["hospitalization"] = {
        **stays.hospitalization(encounter),
        "dischargeDisposition": concept(DISPOSITION, request.disposition.value),
    }
    if request.disposition is Disposition.DIED:
        _record_death(unit, encounter, at)
    return unit.put(encounter)


def _moment(unit: Unit, encounter: Resource, stamp: str) -> datetime:
    if not stamp:
        return unit.now
    try:
        at = parse_instant(stamp, unit.now.tzinfo).astimezone(unit.now.tzinfo)
    except ValueError as error:
        raise Invalid(_("When was the patient discharged?"), _("Give day and time."), "at") from error
    began = stays.moment(stays.start(encounter), unit.now)
    if at > unit.now:
        raise Invalid(_("The discharge cannot lie in the future."), _("Nobody was discharged."), "at")
    if began is not None and at < began:
        raise Invalid(_("The discharge cannot lie before the admission."), _("Nobody was discharged."), "at")
    return at


def _check_death(unit: Unit, request: Discharge) -> None:
    if request.disposition is Disposition.DIED and not unit.actor.may(Permission.ORDER_SIGN):
        raise Denied(
            _("A death is recorded by a doctor."), _("Nothing was changed. Ask the doctor in charge.")
        )


def _check_blocking(items: list[CheckItem]) -> None:
    if not items:
        return
    named = "; ".join(f"{checklist.name(item.item)} {item.count}" for item in items)
    todo = " ".join(checklist.what_to_do(item.item) for item in items)
    raise Conflict(_("Not yet: {items}.", items=named), f"{_('Nobody was discharged.')} {todo}")


def _pass(unit: Unit, encounter: Resource, item: CheckItem, answer: PassedItem | None) -> None:
    """Keep why an open item is not waited for, in the shape of an overridden alert."""
    if answer is None:
        raise Invalid(
            _(
                "Say why nobody waits for this: {item} {count}.",
                item=checklist.name(item.item),
                count=item.count,
            ),
            f"{_('Nobody was discharged.')} {checklist.what_to_do(item.item)}",
            f"passed.{item.item.value}",
        )
    issue: dict[str, Any] = {
        "resourceType": "DetectedIssue",
        "id": unit.new_id(),
        "status": "final",
        "code": concept(systems.RULE, f"discharge-{item.item.value}"),
        "severity": "moderate",
        "patient": encounter["subject"],
        "identifiedDateTime": instant(unit.now),
        "author": admission.recorder(unit),
        "implicated": [
            reference(Ref("Encounter", str(encounter["id"]))),
            *({"reference": record} for record in item.records),
        ],
        "mitigation": [
            {
                "action": {"text": answer.reason.strip()},
                "date": instant(unit.now),
                "author": admission.recorder(unit),
            }
        ],
    }
    unit.put(issue)


def _record_death(unit: Unit, encounter: Resource, at: datetime) -> None:
    patient = unit.reader.get("Patient", target(encounter.get("subject"), "Patient"))
    patient.pop("deceasedBoolean", None)
    patient["deceasedDateTime"] = instant(at)
    unit.put(patient)

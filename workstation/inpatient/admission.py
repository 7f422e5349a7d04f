"""From an outpatient visit, or from nothing, to a stay: what is checked, and what the new Encounter says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workstation.chart.in_bed import STAY
from workstation.chart.people import display_name
from workstation.core.clock import instant
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import (
    Resource,
    as_list,
    code_of,
    concept,
    extension,
    identifier,
    ref_of,
    reference,
    set_extension,
    target,
    text_of,
)
from workstation.inpatient import places, stays
from workstation.inpatient.model import Admit, Source
from workstation.security.permissions import Permission
from workstation.store.reader import Reader
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge

ADMIT_SOURCE: Final = "http://terminology.hl7.org/CodeSystem/admit-source"
DIAGNOSIS_ROLE: Final = "http://terminology.hl7.org/CodeSystem/diagnosis-role"
ADMISSION: Final = "AD"
_VOID: Final = frozenset({"entered-in-error", "refuted"})
_CLOSED: Final = frozenset({"finished", "cancelled", "entered-in-error"})
SOURCES: Final = {"AMB": Source.OUTPATIENT, "EMER": Source.EMERGENCY}


@dataclass(frozen=True, slots=True)
class Coming:
    """Who is to be admitted: the patient, and the outpatient visit with its standing diagnoses, where there is one."""

    patient: Resource
    visit: Resource | None = None
    diagnoses: tuple[Resource, ...] = ()


def coming(reader: Reader, request: Admit) -> Coming:
    """Find who is to be admitted. Raises Invalid, Conflict, NotFound."""
    if not request.visit and not request.patient:
        raise Invalid(_("Which patient? Nobody was admitted."), field="patient")
    visit = _visit(reader, request) if request.visit else None
    id_ = target(visit.get("subject"), "Patient") if visit is not None else request.patient
    patient = reader.get("Patient", id_)
    _check_patient(reader, patient)
    return Coming(patient, visit, diagnoses_of(reader, visit) if visit is not None else ())


def _visit(reader: Reader, request: Admit) -> Resource:
    visit = reader.get("Encounter", request.visit)
    if stays.class_of(visit) == STAY:
        raise Invalid(_("This is a stay already and no outpatient visit."), field="visit")
    if request.patient and target(visit.get("subject"), "Patient") != request.patient:
        raise Invalid(_("This visit belongs to another patient. Nobody was admitted."), field="visit")
    if visit.get("status") in _CLOSED:
        raise Conflict(
            _("This visit is closed."),
            _("Nobody was admitted. Admit the patient directly, with the diagnosis in words."),
        )
    return visit


def _check_patient(reader: Reader, patient: Resource) -> None:
    if patient.get("deceasedBoolean") is True or patient.get("deceasedDateTime"):
        raise Invalid(_("This patient is recorded as deceased."), _("Check that this is the right record."))
    merged = any(link.get("type") == "replaced-by" for link in as_list(patient.get("link")))
    if patient.get("active") is False or merged:
        raise Invalid(_("This record is no longer in use."), _("Find the patient's present record."))
    other = stays.stay_of(reader, str(patient["id"]))
    if other is not None:
        where = str((stays.place(other).get("location") or {}).get("display", ""))
        raise Conflict(
            _("This patient is admitted already: {place}.", place=where or stays.number(other)),
            _("Nothing was changed. Transfer the patient to another bed, or discharge that stay first."),
        )


def diagnoses_of(reader: Reader, visit: Resource) -> tuple[Resource, ...]:
    """Give the standing diagnoses of a visit, the main one first."""
    ranks = {
        target(d.get("condition"), "Condition"): int(d.get("rank", 98))
        for d in as_list(visit.get("diagnosis"))
    }
    found = reader.find("Condition", {"encounter": str(visit["id"])})
    standing = [c for c in found if code_of(c.get("verificationStatus")) not in _VOID]
    return tuple(sorted(standing, key=lambda c: ranks.get(str(c["id"]), 99)))


def free_bed(reader: Reader, id_: str, besides: str = "") -> places.Bed:
    """Give a bed nobody is in. Raises Invalid for a closed one, Conflict for one in use here, NotFound."""
    found = places.bed(reader, id_)
    if not found.open:
        raise Invalid(
            _("Bed {number} is closed.", number=found.number),
            _("Choose another bed. Nothing was changed."),
            "bed",
        )
    if stays.in_bed(stays.running(reader), found.id, besides):
        raise Conflict(
            _("Bed {number} is in use.", number=found.number),
            _("Nothing was changed. The list shows the beds that are free now."),
        )
    return found


def stay_number(unit: Unit) -> str:
    """Give the next stay number: ZY, day, desk, number of the day."""
    day = unit.now.strftime("%y%m%d")
    return f"ZY{day}{unit.desk_code}{unit.next_number(f'stay-{day}'):03d}"


def make_stay(unit: Unit, request: Admit, who: Coming, bed: places.Bed, knowledge: Knowledge) -> Resource:
    """Build the Encounter of a stay, and put its diagnoses beside it."""
    began = {"start": instant(unit.now)}
    encounter: Resource = {
        "resourceType": "Encounter",
        "id": unit.new_id(),
        "status": "in-progress",
        "class": {"system": systems.ENCOUNTER_CLASS, "code": STAY, "display": "inpatient encounter"},
        "identifier": [{"use": "official", "system": systems.VISIT_NUMBER, "value": stay_number(unit)}],
        "subject": reference(ref_of(who.patient), display_name(who.patient)),
        "period": began,
        "location": [{"location": places.bed_element(bed), "status": "active", "period": dict(began)}],
        "hospitalization": _hospitalization(request, who.visit),
    }
    encounter |= department(unit.reader, bed.ward, knowledge)
    _copy_fee(encounter, who.visit)
    people_in_charge(unit, encounter, request.doctor or _self_in_charge(unit), request.nurse)
    _diagnose(unit, encounter, request, who)
    return encounter


def _hospitalization(request: Admit, visit: Resource | None) -> Resource:
    source = request.source or (SOURCES.get(stays.class_of(visit), Source.OTHER) if visit else Source.OTHER)
    if source not in set(Source):
        raise Invalid(_("Where does the patient come from?"), field="source")
    made: Resource = {"admitSource": concept(ADMIT_SOURCE, str(source))}
    number = identifier(visit, systems.VISIT_NUMBER) if visit is not None else ""
    if number:
        made["preAdmissionIdentifier"] = {"system": systems.VISIT_NUMBER, "value": number}
    return made


def department(reader: Reader, ward: str, knowledge: Knowledge) -> Resource:
    """Give the elements that say which department a stay on a ward belongs to."""
    code, owner = places.department_of(reader, places.ward(reader, ward))
    named = next((entry for entry in knowledge.departments if entry.code == code), None)
    made: Resource = {}
    if code:
        made["serviceType"] = concept(systems.DEPARTMENT, code, named.name_zh if named is not None else "")
    if owner is not None:
        made["serviceProvider"] = reference(ref_of(owner), str(owner.get("name", "")))
    return made


def _copy_fee(encounter: Resource, visit: Resource | None) -> None:
    fee = extension(visit, systems.FEE_TYPE) if visit is not None else None
    if fee:
        set_extension(encounter, systems.FEE_TYPE, valueCode=str(fee))


def _self_in_charge(unit: Unit) -> str:
    return unit.actor.practitioner if unit.actor.may(Permission.ORDER_WRITE) else ""


def people_in_charge(unit: Unit, encounter: Resource, doctor: str | None, nurse: str | None) -> None:
    """Put doctor and nurse in charge; None leaves who is, an empty text takes them away."""
    for role, id_ in ((stays.DOCTOR, doctor), (stays.NURSE, nurse)):
        if id_ is None:
            continue
        name = unit.actor.name if id_ == unit.actor.practitioner else ""
        person = places.person_element(unit.reader, id_, name) if id_ else None
        stays.put_in_charge(encounter, role, person, unit.now)


def _diagnose(unit: Unit, encounter: Resource, request: Admit, who: Coming) -> None:
    """Take the visit's diagnoses over as the stay's own, and word the admission diagnosis."""
    entries = []
    for rank, of_visit in enumerate(who.diagnoses, 1):
        made: Resource = {
            "resourceType": "Condition",
            "id": unit.new_id(),
            "clinicalStatus": concept(systems.CONDITION_CLINICAL, "active"),
            "verificationStatus": of_visit.get("verificationStatus")
            or concept(systems.CONDITION_VERIFICATION, "confirmed"),
            "category": [concept(systems.CONDITION_CATEGORY, "encounter-diagnosis")],
            "code": of_visit.get("code") or {},
            "subject": encounter["subject"],
            "encounter": reference(Ref("Encounter", encounter["id"])),
            "recordedDate": instant(unit.now),
            "recorder": recorder(unit),
        }
        entries.append(
            {
                "condition": reference(unit.put(made)),
                "use": concept(DIAGNOSIS_ROLE, ADMISSION),
                "rank": rank,
            }
        )
    if entries:
        encounter["diagnosis"] = entries
    words = request.diagnosis.strip() or next((text_of(c.get("code")) for c in who.diagnoses), "")
    if not words:
        raise Invalid(_("Give the admission diagnosis."), _("Nobody was admitted yet."), "diagnosis")
    encounter["reasonCode"] = [{"text": words}]


def recorder(unit: Unit) -> Resource:
    """Give the Reference to the person who acts."""
    if unit.actor.practitioner:
        return reference(Ref("Practitioner", unit.actor.practitioner), unit.actor.name)
    return {"display": unit.actor.name}

"""Prescription sheets in FHIR: one MedicationRequest a line, a common number, a review Task, overridden alerts.

Stored texts are Chinese whatever the screen's language is: a signed text never changes with a reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, reference, set_extension
from workstation.medication.lines import Line
from workstation.medication.to_fhir import REQUEST_CATEGORY, dosage, extend, medicine, notes
from workstation.prescribing.model import Collector
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import FrequencyKind

REVIEW: Final = "prescription-review"
COURSE: Final = "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy"


@dataclass(frozen=True, slots=True)
class Head:
    """What all lines of one sheet have in common; `reasons` are the diagnoses as CodeableConcepts.

    `emergency_reason` says why an antibacterial above the prescriber's right is given for one day (84号令 article 28).
    """

    number: str
    type: str
    patient: Resource
    encounter: str
    authored_on: datetime
    valid_until: datetime
    requester: Resource
    reasons: tuple[Resource, ...]
    long_term: bool = False
    extension_reason: str = ""
    collector: Collector | None = None
    emergency: bool = False
    emergency_reason: str = ""


def request_of(line: Line, head: Head, place: int, group: int, id_: str, knowledge: Knowledge) -> Resource:
    """Build the MedicationRequest of one line; `place` counts from 1 on its sheet, `group` 0 is none."""
    drug = line.drug
    made: Resource = {
        "resourceType": "MedicationRequest",
        "id": id_,
        "groupIdentifier": {"system": systems.PRESCRIPTION_NUMBER, "value": head.number},
        "status": "active",
        "intent": "order",
        "category": [concept(REQUEST_CATEGORY, "outpatient"), concept(systems.RX_TYPE, head.type)],
        "medicationCodeableConcept": medicine(line),
        "subject": head.patient,
        "encounter": reference(Ref("Encounter", head.encounter)),
        "authoredOn": instant(head.authored_on),
        "requester": head.requester,
        "dosageInstruction": [dosage(line, _bounds(line), knowledge)],
        "dispenseRequest": {
            "validityPeriod": {"start": instant(head.authored_on), "end": instant(head.valid_until)},
            "quantity": {"value": line.supply.handed_out, "unit": drug.unit_zh},
            "expectedSupplyDuration": _days(line.supply.days),
        },
    }
    if head.reasons:
        made["reasonCode"] = list(head.reasons)
    if head.long_term:
        made["courseOfTherapyType"] = concept(COURSE, "continuous")
    if head.collector is not None:
        _name_collector(made, head.collector)
    reasons = notes(line, head.emergency_reason, head.requester, head.authored_on)
    if reasons:
        made["note"] = reasons
    _extend(made, line, head, place, group)
    return made


def _days(days: int) -> Resource:
    return {"value": days, "unit": "d", "system": systems.UCUM, "code": "d"}


def _bounds(line: Line) -> Resource:
    single = line.frequency.kind is FrequencyKind.SINGLE
    return {} if single else {"boundsDuration": _days(line.days)}


def _extend(made: Resource, line: Line, head: Head, place: int, group: int) -> None:
    extend(made, line, place, group)
    packs = line.supply.packs + (1 if line.supply.loose else 0)
    set_extension(made, systems.TOTAL_QUANTITY_PACKS, valueUnsignedInt=packs)
    if head.extension_reason:
        set_extension(made, systems.EXTENSION_REASON, valueString=head.extension_reason)


def _name_collector(made: Resource, collector: Collector) -> None:
    person: dict[str, Any] = {"resourceType": "RelatedPerson", "id": "collector", "patient": made["subject"]}
    person["name"] = [{"text": collector.name}]
    if collector.document:
        person["identifier"] = [{"system": systems.RESIDENT_ID, "value": collector.document}]
    made["contained"] = [person]
    made["supportingInformation"] = [{"reference": "#collector"}]


def review_task(head: Head, first: Ref, id_: str) -> Resource:
    """Build the Task that asks the pharmacy to review a sheet."""
    return {
        "resourceType": "Task",
        "id": id_,
        "groupIdentifier": {"system": systems.PRESCRIPTION_NUMBER, "value": head.number},
        "status": "requested",
        "intent": "order",
        "priority": "urgent" if head.emergency else "routine",
        "code": concept(systems.TASK_CODE, REVIEW),
        "focus": reference(first),
        "for": head.patient,
        "encounter": reference(Ref("Encounter", head.encounter)),
        "authoredOn": instant(head.authored_on),
        "lastModified": instant(head.authored_on),
        "requester": head.requester,
    }


def as_signed(requests: Sequence[Resource]) -> list[Resource]:
    """Give the lines as they were when signed: what happened to them later moves their status only."""
    return [{k: v for k, v in r.items() if k != "statusReason"} | {"status": "active"} for r in requests]

"""Inpatient orders in FHIR: a medicine is a MedicationRequest, all else a ServiceRequest, each with a Task.

Stored texts are Chinese whatever the screen's language is: a signed text never changes with a reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, ref_of, reference, set_extension
from workstation.medication.lines import Line
from workstation.medication.to_fhir import REQUEST_CATEGORY, dosage, extend, medicine, notes
from workstation.orderbook.book import INPATIENT, VERIFY
from workstation.orderbook.order import ONCE_IF_NEEDED
from workstation.orders.lines import Ordered
from workstation.orders.model import OrderTerm
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Frequency, FrequencyKind

DATA_OPERATION: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"


@dataclass(frozen=True, slots=True)
class Head:
    """What all orders signed at once have in common; `reasons` are the diagnoses as CodeableConcepts."""

    number: str
    patient: Resource
    encounter: str
    authored_on: datetime
    requester: Resource
    reasons: tuple[Resource, ...] = ()
    emergency_reason: str = ""


def request_of(line: Ordered, head: Head, place: int, group: int, id_: str, knowledge: Knowledge) -> Resource:
    """Build the request of one order; `place` counts from 1 through all that is signed at once, `group` 0 is none."""
    if line.medicine is not None:
        made = _medication_request(line, line.medicine, head, knowledge)
        extend(made, line.medicine, place, group)
    else:
        made = _service_request(line, head, place)
    if line.first_day is not None:
        set_extension(made, systems.FIRST_DAY_DOSES, valueUnsignedInt=line.first_day)
    return made | {"id": id_}


def _common(line: Ordered, head: Head) -> Resource:
    made: Resource = {
        "status": "active",
        "intent": "order",
        "subject": head.patient,
        "encounter": reference(Ref("Encounter", head.encounter)),
        "authoredOn": instant(head.authored_on),
        "requester": head.requester,
    }
    if line.term is OrderTerm.STAT:
        made["priority"] = "stat"
    if head.reasons:
        made["reasonCode"] = list(head.reasons)
    return made


def _medication_request(line: Ordered, taken: Line, head: Head, knowledge: Knowledge) -> Resource:
    given = dosage(taken, _bounds(line), knowledge)
    if line.times:
        given["timing"]["repeat"]["timeOfDay"] = _clock(line)
    if taken.frequency.code == ONCE_IF_NEEDED:
        given["asNeededBoolean"] = True
    made = _common(line, head) | {
        "resourceType": "MedicationRequest",
        "groupIdentifier": {"system": systems.ORDER_NUMBER, "value": head.number},
        "category": [concept(REQUEST_CATEGORY, INPATIENT), concept(systems.ORDER_TERM, line.term.value)],
        "medicationCodeableConcept": medicine(taken),
        "dosageInstruction": [given],
    }
    reasons = notes(taken, head.emergency_reason, head.requester, head.authored_on)
    if reasons:
        made["note"] = reasons
    if line.drip_rate:
        set_extension(made, systems.DRIP_RATE, valueString=line.drip_rate)
    return made


def _service_request(line: Ordered, head: Head, place: int) -> Resource:
    words = line.draft.text.strip()
    code: Resource = {"text": words}
    if line.item is not None:
        code = concept(systems.WARD_ORDER, line.item.code, line.item.name_zh)
    made = _common(line, head) | {
        "resourceType": "ServiceRequest",
        "requisition": {"system": systems.ORDER_NUMBER, "value": head.number},
        "category": [concept(systems.ORDER_KIND, line.kind), concept(systems.ORDER_TERM, line.term.value)],
        "code": code,
        "occurrenceTiming": _timing(line),
    }
    if words:
        made["orderDetail"] = [{"text": words}]
    if line.frequency is not None and line.frequency.kind is FrequencyKind.WHEN_NEEDED:
        made["asNeededBoolean"] = True
    set_extension(made, systems.LINE_NUMBER, valuePositiveInt=place)
    return made


def _bounds(line: Ordered) -> Resource:
    return {"boundsPeriod": {"start": instant(line.start)}}


def _clock(line: Ordered) -> list[str]:
    return [f"{each}:00" for each in line.times]


def _timing(line: Ordered) -> Resource:
    repeat: dict[str, Any] = _bounds(line) | _repeated(line.frequency)
    if line.term is OrderTerm.STAT:
        repeat["count"] = 1
    if line.times:
        repeat["timeOfDay"] = _clock(line)
    made: Resource = {"repeat": repeat}
    if line.frequency is not None:
        made["code"] = concept(systems.FREQUENCY, line.frequency.code, line.frequency.name_zh)
    return made


def _repeated(frequency: Frequency | None) -> Resource:
    if frequency is None or frequency.kind is not FrequencyKind.REGULAR:
        return {}
    return {"frequency": frequency.count, "period": frequency.period, "periodUnit": frequency.unit}


def task_of(request: Resource, code: str, now: datetime, requester: Resource) -> Resource:
    """Build the Task that asks a nurse to look at an order or at its stop; two desks make the same one."""
    suffix = "verify" if code == VERIFY else "verify-stop"
    return {
        "resourceType": "Task",
        "id": f"{request['id']}-{suffix}",
        "groupIdentifier": request.get("groupIdentifier") or request.get("requisition"),
        "status": "requested",
        "intent": "order",
        "priority": "stat" if request.get("priority") == "stat" else "routine",
        "code": concept(systems.TASK_CODE, code),
        "focus": reference(ref_of(request)),
        "for": request["subject"],
        "encounter": request["encounter"],
        "authoredOn": instant(now),
        "lastModified": instant(now),
        "requester": requester,
    }


def stopped(request: Resource, end: datetime, reason: str, now: datetime) -> Resource:
    """Give an order as it is after a stop: over at once, or in force until an end that lies ahead."""
    made = dict(request)
    drug = request["resourceType"] == "MedicationRequest"
    if drug:
        first, *rest = request.get("dosageInstruction") or [{}]
        made["dosageInstruction"] = [first | {"timing": _ended(first.get("timing") or {}, end)}, *rest]
        made["statusReason"] = {"text": reason}
    else:
        made["occurrenceTiming"] = _ended(request.get("occurrenceTiming") or {}, end)
        made["extension"] = [dict(e) for e in request.get("extension", ())]
        set_extension(made, systems.STATUS_REASON, valueString=reason)
    if end <= now:
        made["status"] = "stopped" if drug else "revoked"
    return made


def _ended(timing: Resource, end: datetime) -> Resource:
    repeat = timing.get("repeat") or {}
    bounds = (repeat.get("boundsPeriod") or {}) | {"end": instant(end)}
    return timing | {"repeat": repeat | {"boundsPeriod": bounds}}


def voided(request: Resource, reason: str) -> Resource:
    """Give an order as it is once it was taken back."""
    made = dict(request)
    if request["resourceType"] == "MedicationRequest":
        return made | {"status": "cancelled", "statusReason": {"text": reason}}
    made["extension"] = [dict(e) for e in request.get("extension", ())]
    set_extension(made, systems.STATUS_REASON, valueString=reason)
    return made | {"status": "entered-in-error"}

"""A ward in FHIR for tests of what nurses do: beds, stays, signed orders with their verification (docs/fhir.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from workstation.core.clock import instant
from workstation.fhir import systems
from workstation.terminology.knowledge import load
from workstation.terminology.model import Frequency

Record = dict[str, Any]
CATEGORY = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"
LOCATION_TYPE = "http://terminology.hl7.org/CodeSystem/location-physical-type"
DOCTOR = {"reference": "Practitioner/practitioner-doc", "display": "王敏"}
NUMBER = "YZ26AAA000001"


def place(id_: str, name: str, kind: str = "bd", part_of: str = "") -> Record:
    made: Record = {
        "resourceType": "Location",
        "id": id_,
        "status": "active",
        "name": name,
        "physicalType": {"coding": [{"system": LOCATION_TYPE, "code": kind}]},
    }
    if part_of:
        made["partOf"] = {"reference": f"Location/{part_of}"}
    if kind == "wa":
        made["managingOrganization"] = {"reference": "Organization/dept", "display": "内科"}
    return made


def patient(id_: str, name: str, number: str, sex: str = "male", birth: str = "1958-03-09") -> Record:
    return {
        "resourceType": "Patient",
        "id": id_,
        "name": [{"use": "official", "text": name}],
        "birthDate": birth,
        "gender": sex,
        "identifier": [{"system": systems.PATIENT_NUMBER, "value": number}],
    }


def stay(id_: str, who: str, number: str, bed: str, since: datetime) -> Record:
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": "in-progress",
        "class": {"system": systems.ENCOUNTER_CLASS, "code": "IMP"},
        "identifier": [{"system": systems.VISIT_NUMBER, "value": number}],
        "subject": {"reference": f"Patient/{who}"},
        "period": {"start": instant(since)},
        "location": [
            {
                "location": {"reference": f"Location/{bed}"},
                "status": "active",
                "period": {"start": instant(since)},
            }
        ],
    }


def drug_order(
    id_: str,
    who: str,
    encounter: str,
    drug: str,
    how: str,
    start: datetime,
    *,
    number: str = NUMBER,
    line: int = 1,
    group: int = 0,
    **more: Any,
) -> Record:
    """Make a drug order; `how` is `dose unit route frequency`. `more`: end, first_day, drip, skin_test, times..."""
    knowledge = load()
    product = next(d for d in knowledge.drugs if d.name_zh == drug)
    value, unit, route, code = how.split()
    frequency, way = knowledge.frequencies.get(code), knowledge.routes.get(route)
    single = frequency.kind.value == "single"
    timed = {"coding": [{"system": systems.FREQUENCY, "code": code}], "text": frequency.name_zh}
    dosage = {
        "timing": {"code": timed, "repeat": _repeat(frequency, start, more)},
        "route": {"coding": [{"system": systems.ROUTE, "code": way.code}], "text": way.name_zh},
        "doseAndRate": [{"doseQuantity": {"value": _number(value), "unit": unit}}],
        **({"asNeededBoolean": True} if code in ("prn", "sos") else {}),
    }
    return {
        "resourceType": "MedicationRequest",
        "id": id_,
        "groupIdentifier": {"system": systems.ORDER_NUMBER, "value": number},
        "status": more.get("status", "active"),
        "intent": "order",
        "category": [
            {"coding": [{"system": CATEGORY, "code": "inpatient"}]},
            {"coding": [{"system": systems.ORDER_TERM, "code": "stat" if single else "long-term"}]},
        ],
        "medicationCodeableConcept": {
            "coding": [{"system": systems.DRUG, "code": product.id, "display": product.name_zh}],
            "text": product.name_zh,
        },
        **_about(who, encounter, start),
        "dosageInstruction": [dosage],
        "extension": _extensions(line, group, more),
    }


def _about(who: str, encounter: str, start: datetime) -> Record:
    return {
        "subject": {"reference": f"Patient/{who}"},
        "encounter": {"reference": f"Encounter/{encounter}"},
        "authoredOn": instant(start),
        "requester": DOCTOR,
    }


def _repeat(frequency: Frequency, start: datetime, more: Record) -> Record:
    repeat: Record = {"boundsPeriod": {"start": instant(start)}}
    if "end" in more:
        repeat["boundsPeriod"]["end"] = instant(more["end"])
    if frequency.kind.value == "single":
        repeat["count"] = 1
    elif frequency.kind.value == "regular":
        repeat |= {"frequency": frequency.count, "period": frequency.period, "periodUnit": frequency.unit}
        repeat["timeOfDay"] = [f"{t}:00" for t in more.get("times", frequency.times)]
    return repeat


def _extensions(line: int, group: int, more: Record) -> list[Record]:
    found: list[Record] = [{"url": systems.LINE_NUMBER, "valuePositiveInt": line}]
    if group:
        found.append({"url": systems.GROUP_NUMBER, "valuePositiveInt": group})
    if "first_day" in more:
        found.append({"url": systems.FIRST_DAY_DOSES, "valueUnsignedInt": more["first_day"]})
    if "drip" in more:
        found.append({"url": systems.DRIP_RATE, "valueString": more["drip"]})
    if "skin_test" in more:
        parts = [{"url": "state", "valueCode": more["skin_test"]}]
        found.append({"url": systems.SKIN_TEST, "extension": parts})
    return found


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def other_order(
    id_: str, who: str, encounter: str, kind: str, text: str, start: datetime, *, line: int = 9, **more: Any
) -> Record:
    """Make an order that is no medicine; `more`: number, frequency, term, status, end."""
    repeat: Record = {"boundsPeriod": {"start": instant(start)}}
    if "end" in more:
        repeat["boundsPeriod"]["end"] = instant(more["end"])
    timing: Record = {"repeat": repeat}
    if "frequency" in more:
        frequency = load().frequencies.get(more["frequency"])
        timing["code"] = {"coding": [{"system": systems.FREQUENCY, "code": frequency.code}]}
        repeat |= {"frequency": frequency.count, "period": frequency.period, "periodUnit": frequency.unit}
        repeat["timeOfDay"] = [f"{t}:00" for t in frequency.times]
    return {
        "resourceType": "ServiceRequest",
        "id": id_,
        "requisition": {"system": systems.ORDER_NUMBER, "value": more.get("number", NUMBER)},
        "status": more.get("status", "active"),
        "intent": "order",
        "category": [
            {"coding": [{"system": systems.ORDER_KIND, "code": kind}]},
            {"coding": [{"system": systems.ORDER_TERM, "code": more.get("term", "long-term")}]},
        ],
        "code": {"coding": [{"system": systems.WARD_ORDER, "code": more.get("code", kind)}], "text": text},
        **_about(who, encounter, start),
        "occurrenceTiming": timing,
        "extension": [{"url": systems.LINE_NUMBER, "valuePositiveInt": line}],
    }


def verification(order: Record, status: str = "requested", stop: bool = False, **more: Any) -> Record:
    """Make the Task that asks a nurse to look at an order, or at its stop."""
    number = order.get("groupIdentifier") or order["requisition"]
    made = {
        "resourceType": "Task",
        "id": f"{order['id']}-verify{'-stop' if stop else ''}",
        "status": status,
        "intent": "order",
        "code": {
            "coding": [{"system": systems.TASK_CODE, "code": f"order-{'stop-' if stop else ''}verification"}]
        },
        "groupIdentifier": number,
        "focus": {"reference": f"{order['resourceType']}/{order['id']}"},
        "for": order["subject"],
        "encounter": order["encounter"],
        "authoredOn": order["authoredOn"],
        "lastModified": order["authoredOn"],
        "requester": DOCTOR,
        **more,
    }
    if status == "completed":
        made |= {
            "owner": {"reference": "Practitioner/practitioner-nurse", "display": "陈洁"},
            "executionPeriod": {"end": order["authoredOn"]},
        }
    return made


def stopped(order: Record, at: datetime, reason: str = "病情变化") -> Record:
    """Give the order as it is after a stop."""
    made: Record = {**order, "dosageInstruction": [dict(order["dosageInstruction"][0])]}
    timing = dict(made["dosageInstruction"][0]["timing"])
    bounds = {**timing["repeat"]["boundsPeriod"], "end": instant(at)}
    timing["repeat"] = {**timing["repeat"], "boundsPeriod": bounds}
    made["dosageInstruction"][0]["timing"] = timing
    return {**made, "status": "stopped", "statusReason": {"text": reason}}


def earlier(moment: datetime, **span: float) -> datetime:
    return moment - timedelta(**span)

"""What people write in a simulated hospital: records with references, and edits that can be told apart for ever.

Every write carries a mark that is written nowhere else, so that whoever looks can say where it has come to.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from workstation.fhir.resources import Resource

MARK: Final = re.compile(rb"mark-\d+")
Edit = Callable[[Resource, str], None]


def patient(id_: str, mark: str) -> Resource:
    return {
        "resourceType": "Patient",
        "id": id_,
        "name": [{"use": "official", "text": mark, "family": "张"}],
        "telecom": [{"system": "phone", "value": "138"}],
        "address": [{"text": "北京"}],
        "gender": "female",
        "birthDate": "1980-02-03",
    }


def visit(id_: str, of: str, mark: str) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{of}"},
        "reasonCode": [{"text": mark}],
    }


def observation(id_: str, of: str, visit_id: str, mark: str) -> Resource:
    made: Resource = {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": {"text": "体温"},
        "subject": {"reference": f"Patient/{of}"},
        "valueString": mark,
    }
    return made | ({"encounter": {"reference": f"Encounter/{visit_id}"}} if visit_id else {})


def prescription(id_: str, of: str, mark: str) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "id": id_,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "阿莫西林"},
        "subject": {"reference": f"Patient/{of}"},
        "dosageInstruction": [{"text": mark}],
    }


def codes(id_: str, mark: str) -> Resource:
    return {"resourceType": "CodeSystem", "id": id_, "status": "active", "content": "complete", "title": mark}


def _name(record: Resource, mark: str) -> None:
    record["name"] = [{**record["name"][0], "text": mark}]


def _telephone(record: Resource, mark: str) -> None:
    record["telecom"] = [{"system": "phone", "value": mark}]


def _address(record: Resource, mark: str) -> None:
    record["address"] = [{"text": mark}]


def _reason(record: Resource, mark: str) -> None:
    record["reasonCode"] = [{"text": mark}]


def _kind(record: Resource, mark: str) -> None:
    record["type"] = [{"text": mark}]


def _value(record: Resource, mark: str) -> None:
    record["valueString"] = mark


def _note(record: Resource, mark: str) -> None:
    record["note"] = [{"text": mark}]


def _dose(record: Resource, mark: str) -> None:
    record["dosageInstruction"] = [{"text": mark}]


def _title(record: Resource, mark: str) -> None:
    record["title"] = mark


EDITS: Final[dict[str, tuple[Edit, ...]]] = {
    "Patient": (_name, _telephone, _address),
    "Encounter": (_reason, _kind),
    "Observation": (_value, _note),
    "MedicationRequest": (_dose, _note),
    "CodeSystem": (_title,),
}


def edited(record: Resource, which: int, mark: str) -> Resource:
    """Give a copy with one element changed."""
    copy = dict(record)
    edits = EDITS[record["resourceType"]]
    edits[which % len(edits)](copy, mark)
    return copy

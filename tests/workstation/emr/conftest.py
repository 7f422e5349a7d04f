"""A desk with one patient in a consultation, in the shapes of docs/fhir.md."""

from __future__ import annotations

import pytest

from workstation.fhir import systems
from workstation.fhir.resources import concept

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": systems.PATIENT_NUMBER, "value": "M20260001"}],
    "name": [{"use": "official", "text": "欧阳建国"}],
    "gender": "male",
    "birthDate": "1958-03-09",
}
OTHER = {
    "resourceType": "Patient",
    "id": "p2",
    "name": [{"use": "official", "text": "李秀英"}],
    "gender": "female",
}


def visit(id_="v1", patient="p1", kind="first", **more):
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": "in-progress",
        "class": {"system": systems.ENCOUNTER_CLASS, "code": "AMB"},
        "type": [concept(systems.VISIT_TYPE, kind)],
        "serviceType": concept(systems.DEPARTMENT, "internal", "", "内科"),
        "subject": {"reference": f"Patient/{patient}"},
        "participant": [{"individual": {"reference": "Practitioner/practitioner-doc", "display": "王敏"}}],
        "period": {"start": "2026-03-17T08:55:00+08:00"},
    } | more


def put(desk, *resources):
    """Write resources as a unit of the signed-in person."""
    desk.store.write(desk.actor, "test.seed", lambda unit: [unit.put(dict(r)) for r in resources][-1])


def stored(desk, kind, id_):
    with desk.store.reader() as reader:
        return reader.get(kind, id_)


@pytest.fixture
def desk(make_desk):
    made = make_desk("doc")
    put(made, PATIENT, OTHER, visit(), visit("v2", "p2"))
    return made

"""What the tests of the ward share: two wards with beds and staff, people, admitting, and reading back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from workstation.core.events import Ref
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept
from workstation.inpatient.model import Admit, AskBoard
from workstation.inpatient.rows import BedRow, BoardView, Occupant
from workstation.store.unit import Unit

PIN = "246810"
PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type"
MakeDesk = Callable[..., Desk]
PEOPLE = {
    "p1": ("李秀英", "1971-05-02", "female"),
    "p2": ("张伟", "1988-02-03", "male"),
    "p3": ("张玮", "1990-11-05", "male"),
    "p4": ("欧阳建国", "1940-03-09", "male"),
    "p5": ("王芳", "1999-09-09", "female"),
}
STAFF = {"doc": ("王敏", "doctor-attending"), "nurse": ("陈洁", "nurse"), "chief": ("周济", "doctor-chief")}
WARDS = {"internal": ("内科", "内科病区"), "surgery": ("外科", "外科病区")}


def put(desk: Desk, *resources: Resource) -> None:
    def run(unit: Unit) -> Ref | None:
        ref = None
        for resource in resources:
            ref = unit.put(resource)
        return ref

    assert desk.actor is not None
    desk.store.write(desk.actor, "test.put", run)


def patient(id_: str) -> Resource:
    name, birth, sex = PEOPLE[id_]
    return {
        "resourceType": "Patient",
        "id": id_,
        "identifier": [{"system": systems.PATIENT_NUMBER, "value": f"M{id_[1:]:0>8}"}],
        "name": [{"use": "official", "text": name}],
        "gender": sex,
        "birthDate": birth,
    }


def place(id_: str, kind: str, name: str, within: str = "", owner: str = "", **more: Any) -> Resource:
    made = {
        "resourceType": "Location",
        "id": id_,
        "status": "active",
        "name": name,
        "physicalType": concept(PHYSICAL, kind),
        **more,
    }
    if within:
        made["partOf"] = {"reference": f"Location/{within}"}
    if owner:
        made["managingOrganization"] = {"reference": f"Organization/{owner}"}
    return made


def hospital(beds: int = 4) -> Iterator[Resource]:
    for code, (department, ward) in WARDS.items():
        yield {
            "resourceType": "Organization",
            "id": f"org-{code}",
            "name": department,
            "identifier": [{"system": systems.DEPARTMENT, "value": code}],
        }
        yield place(f"ward-{code}", "wa", ward, owner=f"org-{code}")
        for number in range(1, beds + 1):
            yield place(bed_id(number, code), "bd", str(number), within=f"ward-{code}")
    for user, (name, role) in STAFF.items():
        of = "surgery" if user == "chief" else "internal"
        yield {
            "resourceType": "Practitioner",
            "id": f"practitioner-{user}",
            "name": [{"text": name}],
        }
        yield {
            "resourceType": "PractitionerRole",
            "id": f"role-{user}",
            "practitioner": {"reference": f"Practitioner/practitioner-{user}"},
            "organization": {"reference": f"Organization/org-{of}"},
            "code": [concept(systems.ROLE, role)],
        }


def bed_id(number: int, ward: str = "internal") -> str:
    return f"bed-{ward}-{number}"


def visit(id_: str, of: str, status: str = "in-progress", kind: str = "AMB") -> Resource:
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": status,
        "class": {"system": systems.ENCOUNTER_CLASS, "code": kind},
        "identifier": [{"system": systems.VISIT_NUMBER, "value": f"V26QNG{id_}"}],
        "subject": {"reference": f"Patient/{of}"},
        "period": {"start": "2026-03-17T08:10:00.000+08:00"},
        "extension": [{"url": systems.FEE_TYPE, "valueCode": "employee"}],
    }


def diagnosis(
    id_: str, of: str, encounter: str, code: str, name: str, certain: str = "confirmed"
) -> Resource:
    return {
        "resourceType": "Condition",
        "id": id_,
        "clinicalStatus": concept(systems.CONDITION_CLINICAL, "active"),
        "verificationStatus": concept(systems.CONDITION_VERIFICATION, certain),
        "category": [concept(systems.CONDITION_CATEGORY, "encounter-diagnosis")],
        "code": concept(systems.ICD10, code, name),
        "subject": {"reference": f"Patient/{of}"},
        "encounter": {"reference": f"Encounter/{encounter}"},
        "recordedDate": "2026-03-17T08:20:00.000+08:00",
    }


def admit(desk: Desk, who: str = "p1", bed: int = 1, **more: Any) -> str:
    request = Admit(bed_id(bed), **{"patient": who, "diagnosis": "肺炎", **more})
    changed = desk.do("inpatient.admit", request)
    assert changed.primary is not None
    return changed.primary.id


def stored(desk: Desk, encounter: str, kind: str = "Encounter") -> Resource:
    with desk.store.reader() as reader:
        return reader.get(kind, encounter)


def found(desk: Desk, kind: str, **where: str) -> list[Resource]:
    with desk.store.reader() as reader:
        return reader.find(kind, where)


def board(desk: Desk, ward: str = "internal") -> BoardView:
    answer = desk.ask("inpatient.board", AskBoard(f"ward-{ward}"))
    assert isinstance(answer, BoardView)
    return answer


def bed(desk: Desk, number: int, ward: str = "internal") -> BedRow:
    return next(row for row in board(desk, ward).beds if row.number == str(number))


def occupant(desk: Desk, number: int, ward: str = "internal") -> Occupant:
    (one,) = bed(desk, number, ward).occupants
    return one

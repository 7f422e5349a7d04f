"""A consultation room: one patient, one visit with a diagnosis, and what a test adds to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from workstation.desk import Desk
from workstation.fhir import systems
from workstation.medication.model import SkinTest, SkinTestState
from workstation.prescribing.model import DraftLine, PrescriptionDraft

NOW = "2026-03-17T09:00:00.000+08:00"
NEGATIVE = SkinTest(SkinTestState.NEGATIVE, lot="2407A", at="2026-03-17T08:40:00+08:00")


@dataclass
class Room:
    """A desk with patient `p1` in visit `e1`."""

    desk: Desk
    lines: list[DraftLine] = field(default_factory=list)

    def put(self, *records: dict[str, Any]) -> None:
        def seed(unit: Any) -> Any:
            return [unit.put(dict(record)) for record in records][-1]

        self.desk.store.write(self.desk.actor, "test.seed", seed)

    def read(self, kind: str, **where: str) -> list[dict[str, Any]]:
        with self.desk.store.reader() as reader:
            return reader.find(kind, {k.replace("_", "-"): v for k, v in where.items()})

    def drug(self, name: str) -> str:
        return next(d.id for d in self.desk.knowledge.drugs if d.name_zh == name)

    def line(self, name: str, dose: str, frequency: str, days: int, **more: Any) -> DraftLine:
        """Write a line as `line("氨氯地平片", "5 mg po", "qd", 7)`: dose, unit and route in one text."""
        value, unit, route = dose.split()
        return DraftLine(self.drug(name), value, unit, route, frequency, days, **more)

    def draft(self, *lines: DraftLine, **more: Any) -> PrescriptionDraft:
        keyed = tuple(replace(line, key=line.key or f"k{n}") for n, line in enumerate(lines, 1))
        return PrescriptionDraft("p1", "e1", keyed, **more)

    def sign(self, *lines: DraftLine, **more: Any) -> Any:
        return self.desk.do("prescribing.sign", self.draft(*lines, **more))

    def check(self, *lines: DraftLine, **more: Any) -> Any:
        return self.desk.ask("prescribing.check", self.draft(*lines, **more))


def patient(birth: str = "1958-03-09", sex: str = "male", **more: Any) -> dict[str, Any]:
    name = [{"use": "official", "text": "欧阳建国"}]
    identity = [{"system": systems.RESIDENT_ID, "value": "310101195803091210"}]
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": name,
        "birthDate": birth,
        "gender": sex,
        "identifier": identity,
    } | more


def visit(place: str = "AMB", status: str = "in-progress") -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": status,
        "class": {"system": systems.ENCOUNTER_CLASS, "code": place},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": NOW},
        "serviceType": {"coding": [{"system": systems.DEPARTMENT, "code": "0301"}], "text": "内科"},
    }


def diagnosis(code: str = "I10", text: str = "高血压") -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": f"c-{code.lower().replace('.', '-')}",
        "clinicalStatus": {"coding": [{"system": systems.CONDITION_CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": systems.CONDITION_VERIFICATION, "code": "confirmed"}]},
        "category": [{"coding": [{"system": systems.CONDITION_CATEGORY, "code": "encounter-diagnosis"}]}],
        "code": {"coding": [{"system": systems.ICD10, "code": code}], "text": text},
        "subject": {"reference": "Patient/p1"},
        "encounter": {"reference": "Encounter/e1"},
        "recordedDate": NOW,
    }


def no_known_allergy() -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": "nka",
        "clinicalStatus": {"coding": [{"system": systems.ALLERGY_CLINICAL, "code": "active"}]},
        "code": {"coding": [{"system": systems.SNOMED, "code": "716186003"}]},
        "patient": {"reference": "Patient/p1"},
        "recordedDate": NOW,
        "recorder": {"reference": "Practitioner/practitioner-doc", "display": "王敏"},
    }


def weight(kg: float, on: str = "2026-03-17T08:30:00+08:00") -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "w1",
        "status": "final",
        "category": [{"coding": [{"system": systems.OBSERVATION_CATEGORY, "code": "vital-signs"}]}],
        "code": {"coding": [{"system": systems.LOINC, "code": "29463-7"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": on,
        "valueQuantity": {"value": kg, "unit": "kg", "system": systems.UCUM, "code": "kg"},
    }


def egfr(value: float) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "egfr",
        "status": "final",
        "category": [{"coding": [{"system": systems.OBSERVATION_CATEGORY, "code": "laboratory"}]}],
        "code": {"coding": [{"system": systems.LOINC, "code": "98979-8"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-03-10T08:00:00+08:00",
        "valueQuantity": {"value": value, "unit": "mL/min", "system": systems.UCUM, "code": "mL/min"},
    }


def furnish(desk: Desk, **given: Any) -> Room:
    """Put a patient, a visit and a diagnosis into a desk: `furnish(desk, patient=..., diagnoses=[...], also=[...])`."""
    room = Room(desk)
    room.put(
        given.get("patient", patient()),
        given.get("visit", visit()),
        no_known_allergy(),
        *given.get("diagnoses", [diagnosis()]),
        *given.get("also", []),
    )
    return room

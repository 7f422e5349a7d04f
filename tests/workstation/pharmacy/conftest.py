"""A counter: a patient with a signed prescription, lots on the shelf, a reviewer and a colleague who hands out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from workstation.core.clock import FixedClock
from workstation.core.events import Ref
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.pharmacy.model import (
    Approve,
    Dispense,
    Pick,
    Queue,
    ReceiveStock,
    SheetByTask,
    StartReview,
)
from workstation.pharmacy.rows import SheetView
from workstation.prescribing.model import DraftLine, PrescriptionDraft

PIN = "246810"
NOW = "2026-03-17T09:00:00.000+08:00"
RECORD: list[dict[str, Any]] = [
    {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"use": "official", "text": "欧阳建国"}],
        "birthDate": "1958-03-09",
        "gender": "male",
        "identifier": [{"system": systems.PATIENT_NUMBER, "value": "M00032"}],
    },
    {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "in-progress",
        "class": {"system": systems.ENCOUNTER_CLASS, "code": "AMB"},
        "subject": {"reference": "Patient/p1"},
        "period": {"start": NOW},
        "serviceType": {"coding": [{"system": systems.DEPARTMENT, "code": "0301"}], "text": "内科"},
    },
    {
        "resourceType": "Condition",
        "id": "c1",
        "clinicalStatus": {"coding": [{"system": systems.CONDITION_CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": systems.CONDITION_VERIFICATION, "code": "confirmed"}]},
        "category": [{"coding": [{"system": systems.CONDITION_CATEGORY, "code": "encounter-diagnosis"}]}],
        "code": {"coding": [{"system": systems.ICD10, "code": "I10"}], "text": "高血压"},
        "subject": {"reference": "Patient/p1"},
        "encounter": {"reference": "Encounter/e1"},
        "recordedDate": NOW,
    },
    {
        "resourceType": "AllergyIntolerance",
        "id": "nka",
        "clinicalStatus": {"coding": [{"system": systems.ALLERGY_CLINICAL, "code": "active"}]},
        "code": {"coding": [{"system": systems.SNOMED, "code": "716186003"}]},
        "patient": {"reference": "Patient/p1"},
        "recordedDate": NOW,
        "recorder": {"reference": "Practitioner/practitioner-doc", "display": "王敏"},
    },
    {
        "resourceType": "PractitionerRole",
        "id": "r-doc",
        "active": True,
        "practitioner": {"reference": "Practitioner/practitioner-doc", "display": "王敏"},
        "code": [{"coding": [{"system": systems.ROLE, "code": "doctor-attending"}]}],
    },
]


@dataclass
class Counter:
    """One desk that everybody takes turns at; `pharm` reviews, `pharm2` hands out."""

    desk: Desk
    clock: FixedClock

    def as_(self, user: str) -> Desk:
        self.desk.unlock(user, PIN)
        return self.desk

    def put(self, *records: dict[str, Any]) -> None:
        def seed(unit: Any) -> Any:
            return [unit.put(dict(record)) for record in records][-1]

        self.desk.store.write(self.desk.actor, "test.seed", seed)

    def read(self, kind: str, **where: str) -> list[dict[str, Any]]:
        with self.desk.store.reader() as reader:
            return reader.find(kind, {k.replace("_", "-"): v for k, v in where.items()})

    def get(self, kind: str, id_: str) -> dict[str, Any]:
        with self.desk.store.reader() as reader:
            return reader.get(kind, id_)

    def drug(self, name: str) -> str:
        return next(d.id for d in self.desk.knowledge.drugs if d.name_zh == name)

    def line(self, name: str, dose: str, frequency: str, days: int, **more: Any) -> DraftLine:
        value, unit, route = dose.split()
        return DraftLine(self.drug(name), value, unit, route, frequency, days, **more)

    def sign(self, *lines: DraftLine, **more: Any) -> str:
        """Sign a sheet as the doctor; gives its review Task."""
        desk = self.as_("doc")
        before = {t["id"] for t in self.read("Task")}
        lines = lines or (self.line("苯磺酸氨氯地平片", "5 mg po", "qd", 7),)
        keyed = tuple(replace(line, key=f"k{n}") for n, line in enumerate(lines))
        desk.do("prescribing.sign", PrescriptionDraft("p1", "e1", keyed, **more))
        return next(t["id"] for t in self.read("Task") if t["id"] not in before)

    def stock(self, name: str, lot: str, quantity: str, expires: str = "2027-08-31") -> str:
        """Receive a lot as the manager; gives its Medication."""
        self.as_("pharm2").do("pharmacy.receive-stock", ReceiveStock(self.drug(name), lot, expires, quantity))
        return next(
            m["id"]
            for m in self.read("Medication", identifier=f"{systems.LOT_NUMBER}|{lot}")
            if m["code"]["coding"][0]["code"] == self.drug(name)
        )

    def approve(self, task: str, user: str = "pharm") -> str:
        """Review and approve; gives the dispensing Task."""
        desk = self.as_(user)
        desk.do("pharmacy.start-review", StartReview(task))
        changed = desk.do("pharmacy.approve", Approve(task))
        assert changed.primary is not None
        return changed.primary.id

    def view(self, task: str, user: str = "pharm2") -> SheetView:
        view: SheetView = self.as_(user).ask("pharmacy.sheet", SheetByTask(task, "p1"))
        return view

    def picks(self, task: str, **more: Any) -> tuple[Pick, ...]:
        """Pick what the counter suggests for every line, scanned."""
        more = {"scanned": True} | more
        return tuple(
            Pick(line.line, lot.lot, lot.suggested, **more)
            for line in self.view(task).lines
            for lot in line.lots
            if lot.suggested != "0"
        )

    def hand_out(self, task: str, *picks: Pick, user: str = "pharm2", **more: Any) -> Ref:
        chosen = picks or self.picks(task)
        changed = self.as_(user).do("pharmacy.dispense", Dispense(task, chosen, **more))
        assert changed.primary is not None
        return changed.primary

    def queue(self, part: str) -> Any:
        return self.as_("pharm").ask("pharmacy.queue", Queue(part))

    def later(self, **delta: float) -> None:
        self.clock.advance(timedelta(**delta))


@pytest.fixture
def counter(make_desk: Callable[..., Desk], clock: FixedClock) -> Counter:
    made = Counter(make_desk("doc"), clock)
    made.put(*RECORD)
    made.stock("苯磺酸氨氯地平片", "2407A", "140")
    return made

"""The people of the bench, and reports as a laboratory that is not ours writes them: plain FHIR, its own codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from workstation.core.clock import FixedClock, instant
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource
from workstation.laboratory.model import (
    Acknowledge,
    Collect,
    Collections,
    Criticals,
    HandleCritical,
    LabelOrders,
    OrdersOf,
    OrderTests,
    Results,
    Unread,
)
from workstation.laboratory.rows import CriticalRow, OrderRow, ResultsView, UnreadRow

PIN = "246810"
NOW = "2026-03-17T08:40:00+08:00"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type"
BAND = "ZY260316ABC001"
OTHER_BAND = "ZY260316ABC002"


def person(id_: str, name: str, sex: str, birth: str) -> Resource:
    return {
        "resourceType": "Patient",
        "id": id_,
        "name": [{"use": "official", "text": name}],
        "gender": sex,
        "birthDate": birth,
        "identifier": [{"system": systems.PATIENT_NUMBER, "value": f"M2026{id_[1:]:>04}"}],
    }


def stay(id_: str, patient: str, bed: str, number: str) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": "in-progress",
        "class": {"system": systems.ENCOUNTER_CLASS, "code": "IMP"},
        "subject": {"reference": f"Patient/{patient}"},
        "identifier": [{"system": systems.VISIT_NUMBER, "value": number}],
        "period": {"start": "2026-03-16T10:00:00+08:00"},
        "serviceType": {"coding": [{"system": systems.DEPARTMENT, "code": "internal"}], "text": "内科"},
        "participant": [
            {
                "type": [{"coding": [{"code": "ATND"}]}],
                "individual": {"reference": "Practitioner/practitioner-doc", "display": "王敏"},
            }
        ],
        "location": [{"location": {"reference": f"Location/{bed}"}, "status": "active"}],
    }


def place(id_: str, kind: str, name: str, part_of: str = "", owner: str = "o-internal") -> Resource:
    made: Resource = {
        "resourceType": "Location",
        "id": id_,
        "name": name,
        "physicalType": {"coding": [{"system": PHYSICAL, "code": kind}]},
        "managingOrganization": {"reference": f"Organization/{owner}"},
    }
    return made | ({"partOf": {"reference": f"Location/{part_of}"}} if part_of else {})


def works_at(user: str, organization: str) -> Resource:
    return {
        "resourceType": "PractitionerRole",
        "id": f"r-{user}",
        "active": True,
        "practitioner": {"reference": f"Practitioner/practitioner-{user}"},
        "organization": {"reference": f"Organization/{organization}"},
    }


STAFF = {"doc": "王敏", "nurse": "陈洁", "chief": "周济", "res": "李强"}
RECORD: list[Resource] = [
    *(
        {"resourceType": "Practitioner", "id": f"practitioner-{u}", "name": [{"text": n}]}
        for u, n in STAFF.items()
    ),
    person("p1", "欧阳建国", "male", "1958-03-09"),
    person("p2", "李秀英", "female", "1971-05-02"),
    person("p3", "张伟", "male", "1988-02-03"),
    {"resourceType": "Organization", "id": "o-internal", "name": "内科"},
    {"resourceType": "Organization", "id": "o-surgery", "name": "外科"},
    place("w1", "wa", "内科病区"),
    place("w2", "wa", "外科病区", owner="o-surgery"),
    place("b12", "bd", "12", "w1"),
    place("b3", "bd", "3", "w1"),
    stay("s1", "p1", "b12", BAND),
    stay("s2", "p2", "b3", OTHER_BAND),
    {
        "resourceType": "Encounter",
        "id": "e3",
        "status": "in-progress",
        "class": {"system": systems.ENCOUNTER_CLASS, "code": "AMB"},
        "subject": {"reference": "Patient/p3"},
        "period": {"start": NOW},
        "serviceType": {"coding": [{"system": systems.DEPARTMENT, "code": "internal"}], "text": "内科"},
    },
    {
        "resourceType": "Condition",
        "id": "c1",
        "clinicalStatus": {"coding": [{"system": systems.CONDITION_CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": systems.CONDITION_VERIFICATION, "code": "confirmed"}]},
        "code": {"coding": [{"system": systems.ICD10, "code": "N18.9"}], "text": "慢性肾脏病"},
        "subject": {"reference": "Patient/p1"},
        "encounter": {"reference": "Encounter/s1"},
        "recordedDate": NOW,
    },
    works_at("nurse", "o-internal"),
    works_at("doc", "o-internal"),
]


def value(
    code: str,
    number: float | str,
    unit: str = "",
    flag: str = "",
    *,
    id_: str = "",
    patient: str = "p1",
    **more: Any,
) -> Resource:
    """One Observation: a LOINC code, a number (or a text), what the laboratory thinks of it."""
    made: Resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": systems.LOINC, "code": code}]},
        "subject": {"reference": f"Patient/{patient}"},
        "category": [{"coding": [{"system": systems.OBSERVATION_CATEGORY, "code": "laboratory"}]}],
    }
    if id_:
        made["id"] = id_
    if isinstance(number, str):
        made |= {"valueString": number} if number else {}
    else:
        made["valueQuantity"] = {"value": number, "unit": unit}
    if flag:
        made["interpretation"] = [{"coding": [{"system": INTERPRETATION, "code": flag}]}]
    return made | more


def ranged(low: float | None = None, high: float | None = None, text: str = "") -> dict[str, Any]:
    ends = {"low": low, "high": high}
    limits: dict[str, Any] = {end: {"value": v} for end, v in ends.items() if v is not None}
    return {"referenceRange": [limits | ({"text": text} if text else {})]}


@dataclass
class Bench:
    """One desk that everybody takes turns at."""

    desk: Desk
    clock: FixedClock
    made: int = 0

    def as_(self, user: str) -> Desk:
        self.desk.unlock(user, PIN)
        return self.desk

    def put(self, *records: Resource) -> None:
        def seed(unit: Any) -> Any:
            return [unit.put(dict(record)) for record in records][-1]

        assert self.desk.actor is not None
        self.desk.store.write(self.desk.actor, "test.seed", seed)

    def get(self, kind: str, id_: str) -> Resource:
        with self.desk.store.reader() as reader:
            return reader.get(kind, id_)

    def find(self, kind: str, **where: str) -> list[Resource]:
        with self.desk.store.reader() as reader:
            return reader.find(kind, {k.replace("_", "-"): v for k, v in where.items()})

    def later(self, **delta: float) -> None:
        self.clock.advance(timedelta(**delta))

    # What people do

    def order(
        self, *items: str, patient: str = "p1", visit: str = "s1", user: str = "doc", **more: Any
    ) -> list[Resource]:
        """Order as the doctor; gives the new orders in the order of the items."""
        before = {r["id"] for r in self.find("ServiceRequest")}
        self.as_(user).do("laboratory.order", OrderTests(patient, visit, items, **more))
        new = {
            r["code"]["coding"][0]["code"]: r for r in self.find("ServiceRequest") if r["id"] not in before
        }
        return [new[code] for code in items]

    def label(self, *orders: Resource, patient: str = "p1") -> list[Resource]:
        """Label as the nurse; gives the new specimens by number."""
        before = {s["id"] for s in self.find("Specimen")}
        self.as_("nurse").do("laboratory.label", LabelOrders(patient, tuple(o["id"] for o in orders)))
        new = [s for s in self.find("Specimen") if s["id"] not in before]
        return sorted(new, key=number_of)

    def collect(self, specimen: Resource, band: str = BAND, **more: Any) -> None:
        self.as_("nurse").do("laboratory.collect", Collect(number_of(specimen), band, **more))

    def taken(self, *items: str, **more: Any) -> list[Resource]:
        """Order, label and collect; gives the orders."""
        orders = self.order(*items, **more)
        for specimen in self.label(*orders):
            self.collect(specimen)
        return orders

    def report(
        self,
        *values: Resource,
        id_: str = "",
        patient: str = "p1",
        contained: bool = False,
        dated: bool = True,
        status: str = "final",
        **more: Any,
    ) -> str:
        """Have the foreign laboratory's report arrive; gives its id."""
        self.made += 1
        name = id_ or f"rep{self.made}"
        when = {"effectiveDateTime": instant(self.clock.now() - timedelta(minutes=40))} if dated else {}
        named = [when | {"id": f"{name}-{n}"} | v for n, v in enumerate(values)]
        report: Resource = {
            "resourceType": "DiagnosticReport",
            "id": name,
            "status": status,
            "category": [
                {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}
            ],
            "code": {"coding": [{"system": systems.LOINC, "code": "11502-2"}], "text": "Laboratory report"},
            "subject": {"reference": f"Patient/{patient}"},
            "effectiveDateTime": instant(self.clock.now() - timedelta(minutes=40)),
            "issued": instant(self.clock.now()),
        }
        report |= more
        if contained:
            report["contained"] = named
            report["result"] = [{"reference": f"#{v['id']}"} for v in named]
            self.put(report)
        else:
            report["result"] = [{"reference": f"Observation/{v['id']}"} for v in named]
            self.put(*named, report)
        return name

    # What they see

    def orders(self, patient: str = "p1", encounter: str = "s1") -> tuple[OrderRow, ...]:
        rows: tuple[OrderRow, ...] = self.as_("doc").ask("laboratory.orders", OrdersOf(patient, encounter))
        return rows

    def states(self, patient: str = "p1", encounter: str = "s1") -> dict[str, str]:
        return {row.code: row.state.value for row in self.orders(patient, encounter)}

    def unread(self, user: str = "doc", scope: Any = "mine") -> tuple[UnreadRow, ...]:
        rows: tuple[UnreadRow, ...] = self.as_(user).ask("laboratory.unread", Unread(scope))
        return rows

    def criticals(self, user: str = "doc") -> tuple[CriticalRow, ...]:
        rows: tuple[CriticalRow, ...] = self.as_(user).ask("laboratory.criticals", Criticals())
        return rows

    def results(self, patient: str = "p1") -> ResultsView:
        view: ResultsView = self.as_("doc").ask("laboratory.results", Results(patient))
        return view

    def worklist(self, user: str = "nurse", **more: Any) -> Any:
        return self.as_(user).ask("laboratory.collections", Collections(**more))

    def read(self, *reports: str, patient: str = "p1", user: str = "doc") -> None:
        self.as_(user).do("laboratory.acknowledge", Acknowledge(patient, reports))

    def handle(
        self, report: str, action: str = "已予葡萄糖酸钙静推，复查血钾", user: str = "doc", **more: Any
    ) -> None:
        self.as_(user).do("laboratory.handle-critical", HandleCritical("p1", report, action, **more))


def number_of(specimen: Resource) -> str:
    return str(specimen["accessionIdentifier"]["value"])


def based_on(*orders: Resource) -> dict[str, Any]:
    return {"basedOn": [{"reference": f"ServiceRequest/{o['id']}"} for o in orders]}


def cell(view: ResultsView, short: str, column: int = 0) -> Any:
    row = next(r for r in view.rows if short in (r.short, r.name))
    return row.cells[column]

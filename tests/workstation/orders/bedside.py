"""A bed: one patient in a stay, a doctor who writes orders, a nurse who verifies and carries them out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.plugins import ward
from tests.workstation.prescribing.room import diagnosis, no_known_allergy, patient
from workstation.core.clock import FixedClock, instant
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.orders.model import (
    OrderLine,
    OrderList,
    OrdersDraft,
    OrdersOf,
    OrderTerm,
)


@dataclass
class Bedside:
    """A desk with patient `p1` in stay `e1`, in bed 12 of ward `w1`."""

    desk: Desk
    clock: FixedClock

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

    def line(self, name: str, how: str, **more: Any) -> OrderLine:
        """Write `line("苯磺酸氨氯地平片", "5 mg po qd")`: dose, unit, route and frequency in one text."""
        dose, unit, route, frequency = how.split()
        return OrderLine(self.drug(name), dose, unit, route, frequency, **more)

    def item(self, code: str, **more: Any) -> OrderLine:
        return OrderLine(item=code, **more)

    def draft(self, *lines: OrderLine, **more: Any) -> OrdersDraft:
        keyed = tuple(replace(line, key=line.key or f"k{n}") for n, line in enumerate(lines, 1))
        return OrdersDraft("p1", "e1", keyed, **more)

    def sign(self, *lines: OrderLine, **more: Any) -> list[dict[str, Any]]:
        """Sign and give the requests that were made, in their order."""
        changed = self.desk.do("orders.sign", self.draft(*lines, **more))
        kinds = ("MedicationRequest", "ServiceRequest")
        made = [self.get(ref.type, ref.id) for ref in changed.refs if ref.type in kinds]
        fresh = [r for r in made if r["authoredOn"] == instant(self.clock.now()) and r["status"] == "active"]
        return sorted(fresh, key=_place)

    def check(self, *lines: OrderLine, **more: Any) -> Any:
        return self.desk.ask("orders.check", self.draft(*lines, **more))

    def list(self, **more: Any) -> OrderList:
        return self.desk.ask("orders.list", OrdersOf("e1", **more))

    def verify(self, order: dict[str, Any], status: str = "completed", **more: Any) -> None:
        """Do what a nurse does with a Task, straight in the record."""
        task = self.get("Task", f"{order['id']}-verify")
        nurse = {"reference": "Practitioner/practitioner-nurse", "display": "陈洁"}
        done = {"owner": nurse, "executionPeriod": {"end": instant(self.clock.now())}}
        self.put(task | {"status": status} | done | more)

    def give(self, order: dict[str, Any], slot: str = "") -> None:
        self.put(
            {
                "resourceType": "MedicationAdministration",
                "status": "completed",
                "identifier": [{"system": systems.DOSE_SLOT, "value": slot or f"{order['id']}-slot"}],
                "medicationCodeableConcept": order["medicationCodeableConcept"],
                "subject": {"reference": "Patient/p1"},
                "context": {"reference": "Encounter/e1"},
                "request": {"reference": f"MedicationRequest/{order['id']}"},
                "effectiveDateTime": instant(self.clock.now()),
                "performer": [{"actor": {"reference": "Practitioner/n", "display": "陈洁"}}],
            }
        )


def _place(request: dict[str, Any]) -> int:
    found = (e for e in request["extension"] if e["url"] == systems.LINE_NUMBER)
    return int(next(found)["valuePositiveInt"])


STAT = OrderTerm.STAT


def furnish(desk: Desk, clock: FixedClock, *also: dict[str, Any]) -> Bedside:
    """Put the patient, the ward and the stay into a desk."""
    made = Bedside(desk, clock)
    made.put(
        patient(),
        ward.place("w1", "内科一病区", "wa"),
        ward.place("b12", "12", part_of="w1"),
        ward.stay("e1", "p1", "ZY260317AAA001", "b12", clock.now()),
        no_known_allergy(),
        diagnosis("J18.9", "肺炎"),
        *also,
    )
    return made

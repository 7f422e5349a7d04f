"""A dose between two desks and a real hub: seen elsewhere, given against a stop, recorded at both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from sync.wants import Wants
from tests.plugins import ward
from tests.plugins.hub import RunningHub
from tests.plugins.stations import Station, no_line
from workstation.core.clock import instant
from workstation.fhir.resources import content
from workstation.nursing import chart, giving, model, tasks, verifying
from workstation.nursing.rows import CellState, MarRow
from workstation.orderbook.plan import slot_key
from workstation.security.permissions import Actor
from workstation.terminology.knowledge import load

KNOWLEDGE = load()
NURSE = Actor("nurse", "陈洁", "nurse", "practitioner-nurse", "ward")
DOCTOR = Actor("doc", "王敏", "doctor-attending", "practitioner-doc", "room")
STAY = "ZY260316AAA001"


def person(actor: Actor) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": actor.practitioner, "name": [{"text": actor.name}]}


class Two:
    """The doctor's desk and the nurse's, with one patient on the ward and one dose due."""

    def __init__(self, doctor: Station, nurse: Station) -> None:
        self.doctor, self.nurse = doctor, nurse
        now = self.now = doctor.clock.now().replace(second=0, microsecond=0)
        due = now - timedelta(minutes=10)
        self.order = ward.drug_order(
            "o1",
            "p1",
            "s1",
            "苯磺酸氨氯地平片",
            "5 mg po qd",
            now - timedelta(days=2),
            times=(f"{due:%H:%M}",),
        )
        self.slot = slot_key(ward.NUMBER, "L1", due)
        self.due = due
        doctor.put(
            *(
                {"resourceType": "Practitioner", "id": a.practitioner, "name": [{"text": a.name}]}
                for a in (NURSE, DOCTOR)
            ),
            {"resourceType": "Organization", "id": "dept", "name": "内科"},
            ward.place("w", "呼吸内科病区", "wa"),
            ward.place("b12", "12", part_of="w"),
            ward.patient("p1", "张伟", "M00032"),
            ward.stay("s1", "p1", STAY, "b12", now - timedelta(days=2)),
            self.order,
            ward.verification(self.order),
        )
        self.meet()

    def meet(self) -> None:
        """Let both desks and the centre agree."""
        for desk in (self.doctor, self.nurse, self.doctor):
            desk.run()

    def act(self, desk: Station, actor: Actor, verb: Callable[..., Any], request: Any) -> None:
        desk.store.write(actor, "test", lambda unit: verb(unit, request, KNOWLEDGE))

    def verify(self) -> None:
        self.act(self.nurse, NURSE, verifying.verify, model.Verify("o1"))

    def give(self, desk: Station | None = None) -> None:
        self.act(desk or self.nurse, NURSE, giving.give, model.Give(self.slot, "s1", STAY, self.slot))

    def row(self, desk: Station) -> MarRow:
        with desk.store.reader() as reader:
            view = chart.administration(reader, model.AskAdministration("p1", "s1"), KNOWLEDGE, self.now)
        return view.rows[0]

    def state(self, desk: Station) -> CellState:
        return next(c.state for c in self.row(desk).cells if c.slot == self.slot)

    def due_slots(self, desk: Station) -> list[str]:
        with desk.store.reader() as reader:
            return [r.slot for r in tasks.tasks(reader, model.AskTasks("w"), KNOWLEDGE, self.now).rows]


@pytest.fixture
def two(hub: RunningHub, make_station: Callable[..., Station]) -> Two:
    return Two(
        make_station(hub.url, "doctor", token=hub.token("doc"), wants=Wants()),
        make_station(hub.url, "nurse", token=hub.token("nurse"), wants=Wants()),
    )


def test_dose_given_on_the_ward_shows_at_the_doctors_desk(two: Two) -> None:
    two.verify()
    two.give()
    two.meet()
    assert two.state(two.doctor) is CellState.GIVEN
    assert two.slot not in two.due_slots(two.doctor)


def test_ward_without_a_line_verifies_and_gives_and_everything_arrives_later(two: Two) -> None:
    two.nurse.wire.always = no_line
    two.verify()
    two.give()
    two.nurse.run()
    two.doctor.run()
    assert two.row(two.doctor).state == "waiting"
    two.nurse.wire.always = None
    two.meet()
    assert two.state(two.doctor) is CellState.GIVEN
    assert two.nurse.units() == []
    assert [content(x) for x in facts(two.nurse)] == [content(x) for x in facts(two.doctor)]


def test_dose_given_while_the_doctor_stopped_the_order_stays_and_so_does_the_stop(two: Two) -> None:
    two.verify()
    two.meet()
    two.nurse.wire.always = no_line
    two.doctor.put(ward.stopped(two.order, two.due + timedelta(minutes=5)))
    two.doctor.run()
    two.give()
    two.nurse.run()
    two.nurse.wire.always = None
    two.meet()
    for desk in (two.doctor, two.nurse):
        assert (two.row(desk).state, two.state(desk)) == ("stopped", CellState.GIVEN)


def test_dose_recorded_at_two_desks_is_found_as_two_facts_of_one_slot(two: Two) -> None:
    two.verify()
    two.meet()
    two.nurse.wire.always = two.doctor.wire.always = no_line
    two.give()
    two.give(two.doctor)
    two.nurse.wire.always = two.doctor.wire.always = None
    two.meet()
    for desk in (two.doctor, two.nurse):
        assert two.state(desk) is CellState.TWICE
        assert len(facts(desk)) == 2


def facts(desk: Station) -> list[dict[str, Any]]:
    with desk.store.reader() as reader:
        return sorted(reader.find("MedicationAdministration"), key=lambda r: r["id"])


def test_slot_is_written_on_the_clock_of_the_ward(two: Two) -> None:
    two.verify()
    two.give()
    (fact,) = facts(two.nurse)
    planned = next(e["valueDateTime"] for e in fact["extension"] if e["url"].endswith("scheduled-for"))
    assert datetime.fromisoformat(planned) == two.due
    assert fact["effectiveDateTime"] == instant(two.nurse.clock.now())

"""Departments, doctors and rooms; and what the public may read."""

from __future__ import annotations

import pytest

from tests.workstation.queue.waiting_room import PIN, at, enrol, put, queue, stored
from workstation.core.errors import NotFound
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import concept
from workstation.queue.model import (
    CallNext,
    Display,
    Places,
    State,
)


def test_a_doctor_calls_only_the_own_department_and_nobody_elses_patients(clinic: Desk) -> None:
    enrol(clinic, "p1", "surgery")
    enrol(clinic, "p2", doctor="practitioner-res")
    enrol(clinic, "p3", doctor="practitioner-doc")
    enrol(clinic, "p4")
    clinic.unlock("doc", PIN)
    assert [row.name for row in queue(clinic).waiting] == ["张玮", "欧阳建国"]
    called = [clinic.do("queue.call-next", CallNext()).primary.patient for _ in range(2)]
    assert called == ["p3", "p4"]
    with pytest.raises(NotFound):
        clinic.do("queue.call-next", CallNext())


@pytest.mark.parametrize("room", ["room-2", "内科二诊室"])
def test_a_doctor_calls_who_is_meant_for_the_own_room_by_its_id_or_name(clinic: Desk, room: str) -> None:
    enrol(clinic, "p1", room="room-2")
    clinic.unlock("doc", PIN)
    with pytest.raises(NotFound):
        clinic.do("queue.call-next", CallNext("internal", "内科一诊室"))
    clinic.do("queue.call-next", CallNext("internal", room))
    assert queue(clinic).current[0].room == "内科二诊室"


def test_a_nurse_calls_for_any_room(clinic: Desk) -> None:
    enrol(clinic, "p1", room="room-2")
    clinic.unlock("nurse", PIN)
    encounter = clinic.do("queue.call-next", CallNext("internal", "分诊台")).primary.id
    assert stored(clinic, encounter)["location"][0]["location"] == {"display": "分诊台"}


def test_the_enrolment_names_organisation_doctor_and_room(clinic: Desk) -> None:
    encounter = stored(clinic, enrol(clinic, "p1", doctor="practitioner-doc", room="room-2"))
    assert encounter["serviceProvider"] == {"reference": "Organization/org-internal", "display": "内科"}
    assert encounter["participant"] == [
        {"individual": {"reference": "Practitioner/practitioner-doc", "display": "王敏"}}
    ]
    assert encounter["location"][0]["location"] == {"reference": "Location/room-2", "display": "内科二诊室"}


def test_the_desk_shows_where_a_patient_can_be_sent_and_how_many_wait(clinic: Desk) -> None:
    enrol(clinic, "p1", doctor="practitioner-doc")
    enrol(clinic, "p2", room="room-2")
    found = clinic.ask("queue.places", Places("internal"))
    assert [(p.name, p.waiting) for p in found.doctors] == [("王敏", 1), ("李强", 0)]
    assert [(p.name, p.waiting) for p in found.rooms] == [("内科二诊室", 1)]
    assert found.waiting == 2


def test_an_unknown_department_still_says_how_many_wait(desk: Desk) -> None:
    enrol(desk, "p1", "eye")
    found = desk.ask("queue.places", Places("eye"))
    assert (found.doctors, found.rooms, found.waiting) == ((), (), 1)


def test_the_public_screen_shows_tickets_and_masked_names_only(desk: Desk) -> None:
    for patient in ("p4", "p2", "p1"):
        enrol(desk, patient)
    desk.unlock("doc", PIN)
    desk.do("queue.call-next", CallNext(room="内科二诊室"))
    shown = desk.ask("queue.display", Display("internal"))
    code = desk.store.desk_code
    assert [(r.ticket, r.masked_name, r.room, r.state) for r in shown.calls] == [
        (f"{code}001", "欧阳*国", "内科二诊室", State.CALLED)
    ]
    assert [r.masked_name for r in shown.waiting] == ["张*", "李*英"]
    assert "欧阳建国" not in repr(shown)


def test_a_recorded_laboratory_value_counts_as_a_result_too(desk: Desk) -> None:
    encounter = at(desk, State.PARKED)
    category = [concept(systems.OBSERVATION_CATEGORY, "laboratory")]
    put(
        desk,
        {
            "resourceType": "Observation",
            "id": "o1",
            "status": "final",
            "category": category,
            "code": {"text": "C 反应蛋白"},
            "subject": {"reference": "Patient/p1"},
            "encounter": {"reference": f"Encounter/{encounter}"},
        },
    )
    assert queue(desk).parked[0].results == ("C 反应蛋白",)

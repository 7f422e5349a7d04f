"""Who gets into the queue, and in which order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.workstation.queue.waiting_room import PIN, MakeDesk, enrol, person, put, queue, stored, tickets
from workstation.core.clock import FixedClock
from workstation.core.errors import Conflict, Invalid, NotFound, UserError
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import extension, identifier
from workstation.queue.model import (
    CallNext,
    Cancel,
    FeeType,
    Priority,
    Visit,
)


def test_a_visit_carries_everything_the_queue_needs(desk: Desk) -> None:
    encounter = stored(
        desk, enrol(desk, "p4", fee_type=FeeType.EMPLOYEE, priority=Priority.OVER_80, complaint="咳嗽 5 天")
    )
    code = desk.store.desk_code
    assert encounter["status"] == "arrived"
    assert encounter["class"]["code"] == "AMB"
    assert identifier(encounter, systems.TICKET) == f"{code}001"
    assert identifier(encounter, systems.VISIT_NUMBER) == f"V26{code}000001"
    assert encounter["subject"] == {"reference": "Patient/p4", "display": "欧阳建国"}
    assert encounter["serviceType"]["coding"][0]["code"] == "internal"
    assert encounter["period"] == {"start": "2026-03-17T09:00:00.000+08:00"}
    assert encounter["reasonCode"] == [{"text": "咳嗽 5 天"}]
    assert extension(encounter, systems.QUEUE_STATE) == "waiting"
    assert extension(encounter, systems.FEE_TYPE) == "employee"
    assert extension(encounter, systems.PRIORITY_REASON) == "80+"


def test_a_first_visit_becomes_a_return_visit_in_the_same_department_only(
    desk: Desk, clock: FixedClock
) -> None:
    first = enrol(desk, "p1")
    desk.do("queue.cancel", Cancel(first, "不看了"))
    again = enrol(desk, "p1")
    desk.unlock("doc", PIN)
    desk.do("queue.start", Visit(again))
    desk.do("queue.finish", Visit(again))
    clock.advance(timedelta(days=7))
    kinds = [
        stored(desk, id_)["type"][0]["coding"][0]["code"]
        for id_ in (first, again, enrol(desk, "p1"), enrol(desk, "p1", "surgery"))
    ]
    assert kinds == ["first", "first", "return", "first"]


def test_tickets_of_two_desks_never_meet(make_desk: MakeDesk, tmp_path: Path) -> None:
    numbers = []
    for name in ("one", "two"):
        desk = make_desk("reg", name)
        put(desk, person("p1", "李秀英"))
        numbers.append(identifier(stored(desk, enrol(desk, "p1")), systems.TICKET))
    assert numbers[0] != numbers[1]


def test_tickets_begin_anew_each_day(desk: Desk, clock: FixedClock) -> None:
    enrol(desk, "p1")
    clock.advance(timedelta(days=1))
    enrol(desk, "p2")
    assert tickets(desk) == ["001"]


@pytest.mark.parametrize(
    ("patient", "department", "visit_type", "error"),
    [
        ("nobody", "internal", "", NotFound),
        ("p1", "astrology", "", Invalid),
        ("p1", "internal", "second", Invalid),
        ("dead", "internal", "", Invalid),
        ("gone", "internal", "", Invalid),
    ],
)
def test_who_cannot_be_enrolled_is_refused(
    desk: Desk, patient: str, department: str, visit_type: str, error: type[UserError]
) -> None:
    put(
        desk,
        person("dead", "某") | {"deceasedDateTime": "2025-01-01"},
        person("gone", "某") | {"active": False},
    )
    with pytest.raises(error):
        enrol(desk, patient, department, visit_type=visit_type)


def test_nobody_waits_twice_in_one_department(desk: Desk) -> None:
    enrol(desk, "p1")
    with pytest.raises(Conflict):
        enrol(desk, "p1")
    enrol(desk, "p1", "surgery")


def test_priority_goes_first_then_who_came_first(desk: Desk, clock: FixedClock) -> None:
    for patient, more in (
        ("p1", {}),
        ("p2", {}),
        ("p3", {"priority": Priority.PREGNANT}),
        ("p4", {"priority": Priority.OVER_80}),
        ("p5", {"emergency": True}),
    ):
        enrol(desk, patient, **more)
        clock.advance(timedelta(minutes=1))
    assert tickets(desk) == ["005", "003", "004", "001", "002"]


def test_waiting_is_counted_in_minutes_from_the_arrival(desk: Desk, clock: FixedClock) -> None:
    enrol(desk, "p1")
    clock.advance(timedelta(minutes=22, seconds=50))
    assert [row.wait_minutes for row in queue(desk).waiting] == [22]


def test_time_passing_alone_changes_no_row(desk: Desk, clock: FixedClock) -> None:
    enrol(desk, "p1")
    before = queue(desk).waiting
    clock.advance(timedelta(minutes=5))
    assert queue(desk).waiting == before


def test_same_sounding_names_are_marked_on_both_rows_in_whatever_part_they_stand(desk: Desk) -> None:
    enrol(desk, "p2")
    enrol(desk, "p3")
    enrol(desk, "p1")
    desk.unlock("doc", PIN)
    desk.do("queue.call-next", CallNext(room="内科二诊室"))
    view = queue(desk)
    assert [(row.name, row.alike) for row in (*view.current, *view.waiting)] == [
        ("张伟", "same-sound"),
        ("张玮", "same-sound"),
        ("李秀英", ""),
    ]

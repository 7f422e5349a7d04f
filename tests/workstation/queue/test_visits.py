"""What the queue keeps and says of a visit, and who may do what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workstation.queue.waiting_room import PIN, at, enrol, person, put, queue, stored, tickets
from workstation.core.clock import FixedClock
from workstation.core.errors import Denied, Invalid, NotFound
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.queue.model import (
    CallNext,
    Cancel,
    Enrol,
    GetVisit,
    Priority,
    QueueView,
    State,
    Visit,
)


def test_the_path_of_a_visit_is_kept(desk: Desk, clock: FixedClock) -> None:
    encounter = enrol(desk, "p1")
    desk.unlock("doc", PIN)
    for step in ("call", "start", "park", "resume", "finish"):
        clock.advance(timedelta(minutes=1))
        desk.do(f"queue.{step}", Visit(encounter))
    found = desk.ask("queue.visit", GetVisit(encounter))
    assert [passed.state for passed in found.passed] == ["waiting", "called", "seeing", "parked", "seeing"]
    assert found.ended_at == "2026-03-17T09:05:00.000+08:00"
    assert found.passed[0].start == found.started_at


def test_a_visit_knows_how_many_are_called_before_it(desk: Desk) -> None:
    enrol(desk, "p1")
    enrol(desk, "p2", "surgery")
    last = enrol(desk, "p3")
    enrol(desk, "p4", priority=Priority.OVER_80)
    assert desk.ask("queue.visit", GetVisit(last)).ahead == 2


def test_a_visit_of_demo_data_says_so(desk: Desk) -> None:
    tag = {"meta": {"tag": [{"system": systems.SYNTHETIC, "code": "synthetic"}]}}
    put(desk, person("demo", "某") | tag)
    seen = {id_: desk.ask("queue.visit", GetVisit(enrol(desk, id_))).synthetic for id_ in ("demo", "p1")}
    assert seen == {"demo": True, "p1": False}


def test_a_parked_patient_whose_results_are_back_stands_first_with_their_names(desk: Desk) -> None:
    waiting_still = at(desk, State.PARKED)
    back = enrol(desk, "p2")
    desk.unlock("doc", PIN)
    for step in ("start", "park"):
        desk.do(f"queue.{step}", Visit(back))
    put(
        desk,
        {
            "resourceType": "DiagnosticReport",
            "id": "r1",
            "status": "final",
            "code": {"text": "血常规"},
            "subject": {"reference": "Patient/p2"},
            "encounter": {"reference": f"Encounter/{back}"},
        },
    )
    parked = queue(desk).parked
    assert [(row.encounter, row.state, row.results) for row in parked] == [
        (back, State.RESULTS, ("血常规",)),
        (waiting_still, State.PARKED, ()),
    ]
    desk.do("queue.resume", Visit(back))
    assert queue(desk).current[0].encounter == back


def test_cancelling_wants_a_reason_and_the_trail_keeps_it(desk: Desk) -> None:
    encounter = enrol(desk, "p1")
    with pytest.raises(Invalid):
        desk.do("queue.cancel", Cancel(encounter, "  "))
    desk.do("queue.cancel", Cancel(encounter, "挂错科"))
    assert desk.store.count_acts("queue.cancel", f"Encounter/{encounter} 挂错科") == 1
    assert queue(desk) == QueueView(as_of=queue(desk).as_of)


def test_a_registrar_does_not_call_and_a_doctor_does_not_enrol(desk: Desk) -> None:
    enrol(desk, "p1")
    with pytest.raises(Denied):
        desk.do("queue.call-next", CallNext())
    desk.unlock("doc", PIN)
    with pytest.raises(Denied):
        desk.do("queue.enrol", Enrol("p2", "internal"))


def test_nobody_waiting_is_said_plainly(desk: Desk) -> None:
    desk.unlock("doc", PIN)
    with pytest.raises(NotFound):
        desk.do("queue.call-next", CallNext())


def test_what_was_left_open_yesterday_is_no_queue(desk: Desk, clock: FixedClock) -> None:
    enrol(desk, "p1")
    clock.advance(timedelta(days=1))
    assert queue(desk).waiting == ()
    enrol(desk, "p1")


def test_a_night_visit_stays_in_the_queue_past_midnight(desk: Desk, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=14))
    enrol(desk, "p1", "emergency", emergency=True)
    clock.advance(timedelta(hours=2))
    assert tickets(desk) == ["001"]


def test_a_state_another_system_wrote_is_read_by_its_status(desk: Desk) -> None:
    encounter = stored(desk, enrol(desk, "p1"))
    put(desk, encounter | {"status": "in-progress"})
    assert [row.state for row in queue(desk).current] == [State.SEEING]


def test_elements_this_product_does_not_know_survive_every_step(desk: Desk) -> None:
    encounter = stored(desk, enrol(desk, "p1"))
    put(desk, encounter | {"hospitalization": {"origin": {"display": "120"}}, "length": {"value": 5}})
    desk.unlock("doc", PIN)
    for step in ("call", "start", "finish"):
        desk.do(f"queue.{step}", Visit(encounter["id"]))
    after = stored(desk, encounter["id"])
    assert after["hospitalization"] == {"origin": {"display": "120"}}
    assert after["length"] == {"value": 5}

"""Calling, skipping, parking, finishing: each step from where it may be taken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workstation.queue.waiting_room import PIN, at, enrol, queue, stored, tickets
from workstation.core.clock import FixedClock
from workstation.core.errors import Conflict, NotFound
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import extension
from workstation.queue.model import (
    STATUS,
    STEPS,
    CallNext,
    Cancel,
    State,
    Step,
    Visit,
)


def take(desk: Desk, step: Step, encounter: str) -> None:
    desk.unlock("reg" if step is Step.CANCEL else "doc", PIN)
    request = Cancel(encounter, "不看了") if step is Step.CANCEL else Visit(encounter)
    desk.do(f"queue.{step.value}", request)


STATES = [state for state in State if state is not State.RESULTS]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", list(Step))
def test_a_step_is_taken_from_where_the_table_allows_it_and_nowhere_else(
    desk: Desk, step: Step, state: State
) -> None:
    encounter = at(desk, state)
    allowed, leads_to = STEPS[step]
    before = stored(desk, encounter)
    if state in allowed:
        take(desk, step, encounter)
        there = leads_to or State.WAITING
        after = stored(desk, encounter)
        assert after["status"] == STATUS[there]
        assert extension(after, systems.QUEUE_STATE) == (None if there is State.CANCELLED else there.value)
    else:
        with pytest.raises(Conflict):
            take(desk, step, encounter)
        assert stored(desk, encounter) == before


def test_two_rooms_cannot_call_one_patient(desk: Desk) -> None:
    encounter = enrol(desk, "p1")
    desk.unlock("doc", PIN)
    desk.do("queue.call-next", CallNext(room="内科一诊室"))
    desk.unlock("res", PIN)
    with pytest.raises(Conflict):
        desk.do("queue.call", Visit(encounter, "内科二诊室"))
    with pytest.raises(NotFound):
        desk.do("queue.call-next", CallNext(room="内科二诊室"))


def test_a_call_taken_back_within_ten_seconds_leaves_no_trace_and_no_lost_place(
    desk: Desk, clock: FixedClock
) -> None:
    encounter = enrol(desk, "p1")
    clock.advance(timedelta(minutes=1))
    enrol(desk, "p2")
    before = stored(desk, encounter)
    desk.unlock("doc", PIN)
    desk.do("queue.call-next", CallNext(room="内科一诊室"))
    clock.advance(timedelta(seconds=10))
    desk.do("queue.undo-call", Visit(encounter))
    assert stored(desk, encounter) == before
    assert tickets(desk) == ["001", "002"]


def test_a_call_is_not_taken_back_after_ten_seconds(desk: Desk, clock: FixedClock) -> None:
    encounter = at(desk, State.CALLED)
    clock.advance(timedelta(seconds=11))
    with pytest.raises(Conflict):
        desk.do("queue.undo-call", Visit(encounter))


def test_a_call_of_a_skipped_patient_goes_back_to_the_skipped(desk: Desk) -> None:
    encounter = at(desk, State.SKIPPED)
    desk.do("queue.call", Visit(encounter))
    desk.do("queue.recall", Visit(encounter))
    desk.do("queue.undo-call", Visit(encounter))
    assert tickets(desk, "skipped") == ["001"]


def test_a_skipped_patient_who_comes_back_waits_at_the_end(desk: Desk, clock: FixedClock) -> None:
    encounter = at(desk, State.SKIPPED)
    clock.advance(timedelta(minutes=1))
    enrol(desk, "p2")
    clock.advance(timedelta(minutes=1))
    desk.unlock("doc", PIN)
    desk.do("queue.requeue", Visit(encounter))
    assert tickets(desk) == ["002", "001"]
    assert "participant" not in stored(desk, encounter)


def test_calling_again_moves_the_call_to_now(desk: Desk, clock: FixedClock) -> None:
    encounter = at(desk, State.CALLED)
    clock.advance(timedelta(minutes=2))
    desk.do("queue.recall", Visit(encounter))
    assert queue(desk).current[0].since == "2026-03-17T09:02:00.000+08:00"


def test_who_sees_a_patient_is_on_the_visit_and_a_nurse_is_not(desk: Desk) -> None:
    encounter = enrol(desk, "p1")
    desk.unlock("nurse", PIN)
    desk.do("queue.call", Visit(encounter, "内科二诊室"))
    assert "participant" not in stored(desk, encounter)
    desk.unlock("doc", PIN)
    desk.do("queue.start", Visit(encounter, "内科二诊室"))
    row = queue(desk).current[0]
    assert (row.state, row.doctor, row.room) == (State.SEEING, "王敏", "内科二诊室")

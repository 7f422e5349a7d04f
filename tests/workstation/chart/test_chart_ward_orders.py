"""What a patient takes on a ward: an order runs by its own begin and end, and not by a supply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.plugins import ward
from workstation.chart.facts import facts_of
from workstation.chart.medications import medicines_of
from workstation.core.clock import FixedClock
from workstation.desk import Desk


@pytest.fixture
def stored(make_desk: Callable[..., Desk], clock: FixedClock) -> Callable[..., Desk]:
    desk = make_desk()

    def put(*records):
        def seed(unit):
            return [unit.put(dict(record)) for record in records][-1]

        desk.store.write(desk.actor, "test.seed", seed)
        return desk

    put(ward.patient("p1", "欧阳建国", "1"), ward.stay("e1", "p1", "ZY1", "b1", clock.now()))
    return put


def order(clock, how="5 mg po qd", **more):
    return ward.drug_order("o1", "p1", "e1", "苯磺酸氨氯地平片", how, clock.now(), **more)


def medicines(desk, clock):
    with desk.store.reader() as reader:
        return medicines_of(reader, "p1", clock.now(), desk.knowledge)


def taken(desk, clock):
    with desk.store.reader() as reader:
        return facts_of(reader, "p1", "e1", clock.now(), desk.actor).active_medications


def test_an_order_without_an_end_runs_and_is_given_whatever_the_patient_does(stored, clock):
    desk = stored(order(clock))
    clock.advance(timedelta(days=60))
    assert [m.running for m in medicines(desk, clock)] == [True]
    [active] = taken(desk, clock)
    assert (active.ordered, active.end) == (True, None)


def test_an_order_with_an_end_ahead_runs_until_that_moment(stored, clock):
    end = clock.now() + timedelta(hours=5)
    desk = stored(order(clock, end=end))
    clock.advance(timedelta(hours=4))
    assert medicines(desk, clock)[0].running
    clock.advance(timedelta(hours=2))
    assert not medicines(desk, clock)[0].running
    assert not taken(desk, clock)[0].ordered


def test_a_stopped_order_was_given_until_it_stopped_and_is_listed_for_a_month(stored, clock):
    desk = stored(ward.stopped(order(clock), clock.now() + timedelta(days=1)))
    clock.advance(timedelta(days=2))
    [medicine] = medicines(desk, clock)
    assert (medicine.running, medicine.until) == (False, "2026-03-18")
    clock.advance(timedelta(days=40))
    assert medicines(desk, clock) == ()


def test_a_single_dose_is_taken_on_its_day(stored, clock):
    desk = stored(order(clock, "5 mg po st"))
    assert medicines(desk, clock)[0].running
    clock.advance(timedelta(days=1))
    assert not medicines(desk, clock)[0].running


def test_an_order_taken_back_was_never_given(stored, clock):
    desk = stored(order(clock, status="cancelled"))
    assert medicines(desk, clock) == ()
    assert taken(desk, clock) == ()

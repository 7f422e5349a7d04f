"""A round: my ward's patients by bed, the value before, and what is due by the usual frequencies and orders."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.plugins.ward import other_order
from tests.workstation.vitals.bedside import ADMITTED, CHINA, D, at, put, record, row
from workstation.core.clock import FixedClock
from workstation.core.errors import Denied, Invalid
from workstation.desk import Desk
from workstation.vitals.model import AddEvent, AskRound, NotMeasured, RecordCooling

BASIC = ("temperature", "pulse", "respiration")


def goto(clock: FixedClock, day: int, hour: int, minute: int = 0) -> None:
    clock.advance(datetime(2026, 3, day, hour, minute, tzinfo=CHINA) - clock.now())


def test_my_ward_is_shown_by_bed_with_the_other_wards_to_choose(desk: Desk) -> None:
    view = desk.ask("vitals.round", AskRound())
    assert (view.ward, view.ward_name, view.column) == ("w1", "内科病区", 10)
    assert [(r.bed, r.name, r.day) for r in view.rows] == [
        ("1", "欧阳建国", 3), ("2", "李秀英", 3), ("10", "陈静怡", 3),
    ]  # fmt: skip
    assert [(w.name, w.mine) for w in view.wards] == [("内科病区", True), ("骨科病区", False)]
    assert desk.ask("vitals.round", AskRound("w2")).rows == ()
    with pytest.raises(Invalid):
        desk.ask("vitals.round", AskRound("b1"))


def test_each_sign_shows_its_value_before_and_where_the_temperature_was_taken(desk: Desk) -> None:
    record(desk, at(16, 14), temperature="37.9", site="oral", pulse="88", systolic="152", diastolic="94")
    record(desk, at(17, 6), pulse="80", weight="62")
    found = row(desk)
    assert {b.field: (b.text, b.abnormal) for b in found.before} == {
        "temperature": ("37.9", True), "systolic": ("152/94", True), "pulse": ("80", False), "weight": ("62", False),
    }  # fmt: skip
    assert found.site == "oral"
    assert (found.weight_kg, found.months) == ("62", 816)
    assert row(desk, 2).before == ()


@pytest.mark.parametrize(
    ("day", "hour", "due"),
    [
        (15, 12, {*BASIC, "weight", "systolic", "stool"}),  # the day of admission
        (16, 10, set(BASIC)), (16, 2, set()), (16, 14, {*BASIC, "systolic", "stool"}),
        (20, 10, set()), (20, 14, {*BASIC, "systolic", "stool"}), (20, 6, {"weight"}),
    ],
)  # fmt: skip
def test_new_patients_are_measured_four_times_a_day_for_three_days_and_stable_ones_at_14(
    desk: Desk, clock: FixedClock, day: int, hour: int, due: set[str]
) -> None:
    goto(clock, day, hour)
    assert set(row(desk).due) == due


def test_the_day_of_admission_asks_once_for_weight_and_pressure(desk: Desk, clock: FixedClock) -> None:
    goto(clock, 15, 12)
    record(desk, weight="62", systolic="130", diastolic="80")
    goto(clock, 15, 18)
    assert set(row(desk).due) == set(BASIC)


@pytest.mark.parametrize(
    ("temperature", "hour", "why"),
    [
        ("38.5", 2, "38.5 °C or more: every 4 hours"),
        ("37.5", 18, "37.5 °C or more: 4 times a day for 3 days"),
    ],
)
def test_fever_is_measured_more_often(
    desk: Desk, clock: FixedClock, temperature: str, hour: int, why: str
) -> None:
    goto(clock, 20, 12)
    record(desk, temperature=temperature)
    goto(clock, 21, hour) if hour < 12 else goto(clock, 20, hour)
    found = row(desk)
    assert set(BASIC) <= set(found.due)
    assert found.why == (why,)


def test_fever_of_the_day_before_yesterday_no_longer_asks_for_the_night(
    desk: Desk, clock: FixedClock
) -> None:
    goto(clock, 20, 12)
    record(desk, temperature="38.8")
    goto(clock, 22, 2)
    assert row(desk).due == ()
    goto(clock, 22, 10)
    assert set(row(desk).due) == set(BASIC)
    goto(clock, 24, 10)
    assert row(desk).due == ()


def test_three_days_after_an_operation_are_four_times_a_day(desk: Desk, clock: FixedClock) -> None:
    goto(clock, 22, 8)
    desk.do("vitals.add-event", AddEvent("p1", "s1", "surgery", at(22, 8)))
    goto(clock, 24, 18)
    assert set(BASIC) <= set(row(desk).due)
    goto(clock, 25, 18)
    assert row(desk).due == ()


def test_the_critically_ill_are_measured_every_four_hours_with_pressure_and_oxygen(
    desk: Desk, clock: FixedClock
) -> None:
    put(desk, other_order("o1", "p1", "s1", "condition", "病危", ADMITTED, code="critical"))
    goto(clock, 20, 2)
    assert set(row(desk).due) == {*BASIC, "systolic", "spo2"}
    assert row(desk, 2).due == ()


def test_orders_ask_for_their_signs_at_their_times(desk: Desk, clock: FixedClock) -> None:
    put(
        desk,
        other_order(
            "o1", "p1", "s1", "monitoring", "测血压", ADMITTED, code="blood-pressure", frequency="bid"
        ),
        other_order(
            "o2", "p1", "s1", "monitoring", "记出入量", ADMITTED, code="intake-output", frequency="qd"
        ),
        other_order(
            "o3",
            "p1",
            "s1",
            "monitoring",
            "血氧",
            ADMITTED,
            code="oximetry",
            end=ADMITTED + timedelta(days=4),
        ),
    )
    goto(clock, 19, 2)
    assert set(row(desk).due) == {"spo2"}
    goto(clock, 20, 9)  # 08:00 and 20:00: the columns of 10 and 22
    assert set(row(desk).due) == {"systolic", "intake", "output", "urine"}
    record(desk, intake="2100", output="1800", urine="1500")
    goto(clock, 20, 20)
    assert set(row(desk).due) == {"systolic"}


def test_what_was_taken_or_refused_in_this_column_is_no_longer_due(desk: Desk) -> None:
    record(desk, temperature="36.8", pulse="80")
    found = row(desk)
    assert found.due == ("respiration",)
    assert found.taken == ("pulse", "temperature")
    desk.do("vitals.not-measured", NotMeasured("p2", "s2", "refused"))
    assert row(desk, 2).due == ()


def test_a_fever_waits_to_be_measured_again_after_cooling(desk: Desk, clock: FixedClock) -> None:
    hot = record(desk, at(17, 8), temperature="39")
    assert row(desk).hot == hot
    desk.do("vitals.record-cooling", RecordCooling("p1", "s1", hot, D("38"), at(17, 8, 30)))
    assert row(desk).hot == ""
    record(desk, at(17, 8), 2, temperature="39")
    clock.advance(timedelta(hours=4))
    assert row(desk, 2).hot == ""


def test_the_score_is_not_offered_for_a_child_or_in_pregnancy(desk: Desk) -> None:
    put(
        desk,
        {
            "resourceType": "Observation",
            "id": "pregnant",
            "status": "final",
            "category": [{"coding": [{"code": "social-history"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]},
            "subject": {"reference": "Patient/p2"},
            "effectiveDateTime": at(1, 9),
            "valueCodeableConcept": {"coding": [{"code": "LA15173-0"}]},
        },
    )
    assert [row(desk, n).early_warning for n in (1, 2, 3)] == [True, False, False]


def test_a_round_that_was_yesterday_looks_from_there(desk: Desk) -> None:
    record(desk, at(16, 18), temperature="38.9")
    found = desk.ask("vitals.round", AskRound("w1", at(16, 14)))
    assert (found.column, found.rows[0].before) == (14, ())
    with pytest.raises(Invalid):
        desk.ask("vitals.round", AskRound("w1", at(18, 14)))


def test_a_registrar_sees_no_round(desk: Desk) -> None:
    desk.unlock("reg", "246810")
    with pytest.raises(Denied):
        desk.ask("vitals.round", AskRound())

"""One page of the temperature chart, by the rules of cn_rules 3.1: what stands where, and what breaks a line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.plugins.ward import place
from tests.workstation.vitals.bedside import ADMITTED, CHINA, D, at, chart, put, record
from workstation.chart.temperature import EventKind, Site
from workstation.core.clock import FixedClock, instant
from workstation.core.errors import Conflict, Invalid
from workstation.desk import Desk
from workstation.vitals.model import AddEvent, NotMeasured, RecordCooling, RemoveEvent

SLOT_17_AT_10 = 2 * 6 + 2


def goto(clock: FixedClock, day: int, hour: int = 23) -> None:
    clock.advance(datetime(2026, 3, day, hour, tzinfo=CHINA) - clock.now())


def change(desk: Desk, encounter: str, **more: Any) -> None:
    with desk.store.reader() as reader:
        found = reader.get("Encounter", encounter)
    put(desk, {**found, **more})


def test_a_fever_of_ten_oclock_stands_in_its_column_with_what_was_measured_after_cooling(
    desk: Desk, clock: FixedClock
) -> None:
    goto(clock, 17, 12)
    hot = record(desk, at(17, 10), temperature="38.6")
    desk.do("vitals.record-cooling", RecordCooling("p1", "s1", hot, D("37.8"), at(17, 10, 30)))
    (mark,) = chart(desk).temperatures
    assert (mark.slot, mark.value, mark.site, mark.cooled) == (
        SLOT_17_AT_10,
        D("38.6"),
        Site.AXILLARY,
        (D("37.8"),),
    )


def test_a_cooling_measured_in_the_next_column_still_belongs_to_the_temperature_before(
    desk: Desk, clock: FixedClock
) -> None:
    goto(clock, 17, 14)
    hot = record(desk, at(17, 11, 50), temperature="39.6")
    desk.do("vitals.record-cooling", RecordCooling("p1", "s1", hot, D("38.4"), at(17, 12, 20)))
    assert [(t.slot, t.cooled) for t in chart(desk).temperatures] == [(SLOT_17_AT_10, (D("38.4"),))]


def test_pulse_and_heart_rate_of_one_moment_stand_in_one_column(desk: Desk) -> None:
    record(desk, at(17, 8), pulse="88", heart_rate="110")
    page = chart(desk)
    assert [(m.slot, m.value) for m in page.pulses] == [(14, D(88))]
    assert [(m.slot, m.value) for m in page.hearts] == [(14, D(110))]


def test_a_temperature_below_35_has_not_risen(desk: Desk) -> None:
    record(desk, temperature="34.5")
    record(desk, at(17, 6), temperature="35")
    assert [(t.value, t.risen) for t in chart(desk).temperatures] == [(D("35"), True), (D("34.5"), False)]


def test_a_refusal_breaks_the_lines_and_is_written_between_40_and_42(desk: Desk) -> None:
    desk.do("vitals.not-measured", NotMeasured("p1", "s1", "refused", at=at(16, 14)))
    desk.do("vitals.not-measured", NotMeasured("p1", "s1", "other-place", at=at(16, 18)))
    page = chart(desk, language="zh_CN")
    assert [(b.slot, b.sign, b.reason) for b in page.breaks] == [
        (9, "temperature", "拒测"), (9, "pulse", "拒测"),
        (10, "temperature", "检查治疗未归"), (10, "pulse", "检查治疗未归"),
    ]  # fmt: skip
    assert [(e.slot, e.words) for e in page.events if e.kind is EventKind.REASON] == [(9, "拒测")]


def test_the_eighth_day_opens_page_two(desk: Desk, clock: FixedClock) -> None:
    goto(clock, 21)
    assert (chart(desk).number, chart(desk).pages) == (1, 1)
    assert [d.day for d in chart(desk).days] == [1, 2, 3, 4, 5, 6, 7]
    goto(clock, 22, 8)
    record(desk, temperature="36.9")
    page = chart(desk)
    assert (page.number, page.pages) == (2, 2)
    assert [(d.date, d.day, d.shown) for d in page.days[:2]] == [
        ("2026-03-22", 8, True),
        ("2026-03-23", 0, False),
    ]
    assert [t.slot for t in page.temperatures] == [2]
    assert chart(desk, 1).temperatures == ()
    with pytest.raises(Invalid):
        chart(desk, 3)


def test_the_third_day_after_an_operation_shows_three_and_a_second_one_starts_again(
    desk: Desk, clock: FixedClock
) -> None:
    desk.do("vitals.add-event", AddEvent("p1", "s1", "surgery", at(16, 8)))
    goto(clock, 20)
    desk.do("vitals.add-event", AddEvent("p1", "s1", "delivery", at(20, 9)))
    goto(clock, 21)
    page = chart(desk)
    assert [d.operation for d in page.days] == ["", "", "1", "2", "3", "II-0", "II-1"]
    assert [(e.slot, e.kind) for e in page.events] == [
        (2, EventKind.ADMISSION),
        (8, EventKind.SURGERY),
        (32, EventKind.DELIVERY),
    ]


def test_a_wrongly_noted_operation_is_taken_back_with_its_reason(desk: Desk) -> None:
    noted = desk.do("vitals.add-event", AddEvent("p1", "s1", "surgery", at(16, 8))).primary
    assert noted is not None
    with pytest.raises(Invalid):
        desk.do("vitals.remove-event", RemoveEvent("p1", noted.id, ""))
    desk.do("vitals.remove-event", RemoveEvent("p1", noted.id, "看错人"))
    assert [d.operation for d in chart(desk).days[:3]] == ["", "", ""]
    assert [e.kind for e in chart(desk).events] == [EventKind.ADMISSION]
    with pytest.raises(Conflict):
        desk.do("vitals.remove-event", RemoveEvent("p1", noted.id, "看错人"))


def test_admission_transfer_and_discharge_come_from_the_stay(desk: Desk, clock: FixedClock) -> None:
    goto(clock, 19)
    moves = [
        ("b1", ADMITTED, "completed"),
        ("b2", ADMITTED + timedelta(hours=5), "completed"),
        ("c1", ADMITTED + timedelta(days=1), "completed"),
    ]
    change(
        desk,
        "s1",
        status="finished",
        period={"start": instant(ADMITTED), "end": at(18, 16, 5)},
        location=[
            {
                "location": {"reference": f"Location/{bed}"},
                "status": state,
                "period": {"start": instant(since)},
            }
            for bed, since, state in moves
        ],
    )
    page = chart(desk)
    assert [(e.kind, e.slot, e.hour, e.minute, e.place) for e in page.events] == [
        (EventKind.ADMISSION, 2, 10, 20, ""),
        (EventKind.TRANSFER, 8, 10, 20, "骨科病区"),
        (EventKind.DISCHARGE, 22, 16, 5, ""),
    ]
    assert (page.header.ward, page.header.bed) == ("骨科病区", "1")
    assert [d.shown for d in page.days] == [True] * 4 + [False] * 3


def test_who_died_was_not_discharged(desk: Desk, clock: FixedClock) -> None:
    goto(clock, 19)
    change(
        desk,
        "s1",
        status="finished",
        period={"start": instant(ADMITTED), "end": at(18, 16, 5)},
        hospitalization={"dischargeDisposition": {"coding": [{"code": "exp"}]}},
    )
    assert chart(desk).events[-1].kind is EventKind.DEATH


def test_the_rows_below_hold_what_belongs_to_each_day(desk: Desk) -> None:
    record(desk, at(16, 6), respiration="20", pain="2", systolic="130", diastolic="80", stool="1")
    record(desk, at(16, 14), respiration="22", systolic="128", diastolic="78", weight="62.5", height="170")
    record(desk, at(16, 18), respiration="14", ventilated=True, systolic="90", diastolic="60", stool="2/e")
    record(desk, at(17, 7), intake="2100", output="1800", urine="1500/c")
    page = chart(desk)
    day = page.days[1]
    assert day.pressures == ("130/80", "128/78")
    assert (day.stool, day.weight, day.height) == ("2/E", "62.5", "170")
    assert (day.intake, day.output, day.urine) == ("2100", "1800", "1500/C")
    assert page.days[2].intake == ""
    assert [(b.slot, b.text, b.ventilated) for b in page.breaths] == [
        (7, "20", False), (9, "22", False), (10, "14", True),
    ]  # fmt: skip
    assert [(p.slot, p.text) for p in page.pains] == [(7, "2")]


def test_the_header_says_whose_chart_it_is(desk: Desk) -> None:
    put(
        desk,
        {
            "resourceType": "AllergyIntolerance",
            "id": "a1",
            "patient": {"reference": "Patient/p1"},
            "code": {"text": "青霉素类"},
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "confirmed"}]},
        },
    )
    page = chart(desk, language="zh_CN")
    header = page.header
    assert (header.name, header.sex, header.age, header.bed, header.ward) == (
        "欧阳建国", "male", "68岁", "1", "内科病区",
    )  # fmt: skip
    assert (header.admitted, header.number, header.diagnosis, header.department) == (
        "2026-03-15", "ZY260315AAA001", "社区获得性肺炎", "内科",
    )  # fmt: skip
    assert page.allergies == ("青霉素类",)


def test_the_sign_of_another_stay_or_visit_is_not_on_this_chart(desk: Desk) -> None:
    record(desk, at(16, 10), temperature="36.8")
    base = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8310-5"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": at(16, 14),
        "valueQuantity": {"value": 38.8},
    }
    put(desk, {**base, "id": "elsewhere", "encounter": {"reference": "Encounter/other"}})
    assert [t.value for t in chart(desk).temperatures] == [D("36.8")]
    put(desk, {**base, "id": "of-no-visit"}, {**base, "id": "before", "effectiveDateTime": at(15, 9)})
    assert [t.id for t in chart(desk).temperatures][1:] == ["of-no-visit"]


def test_another_patients_stay_has_no_chart_here(desk: Desk) -> None:
    put(desk, place("b99", "99", part_of="w1"))
    with pytest.raises(Invalid):
        desk.ask("vitals.chart", _other())


def _other() -> Any:
    from workstation.vitals.model import AskChart

    return AskChart("p2", "s1")

"""Recording on a ward: the shapes of docs/fhir.md, unusual values twice, reasons, corrections that keep both sides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workstation.vitals.bedside import D, at, chart, observation, record, stored
from workstation.core.clock import FixedClock
from workstation.core.errors import Conflict, Invalid
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import code_of, extension
from workstation.vitals.model import (
    AskChart,
    AskTrend,
    Correct,
    Missed,
    NotMeasured,
    RecordCooling,
    RecordRound,
)

ROW = {
    "temperature": "38.6",
    "pulse": "88",
    "heart_rate": "110",
    "respiration": "22",
    "systolic": "152",
    "diastolic": "94",
    "spo2": "96",
    "oxygen": "2",
    "consciousness": "a",
    "pain": "3",
    "stool": "1 2/e",
    "intake": "2100",
    "output": "1800",
    "urine": "1500/c",
    "weight": "62.5",
    "height": "170",
}


def test_a_whole_row_is_one_unit_of_one_observation_a_sign(desk: Desk) -> None:
    changed = desk.do(
        "vitals.record-round",
        RecordRound(
            "p1",
            "s1",
            **{k: v if k in ("consciousness", "stool", "urine") else D(v) for k, v in ROW.items() if k},
        ),
    )
    found = stored(desk)
    assert len(changed.refs) == len(found) == 15
    assert {o["encounter"]["reference"] for o in found.values()} == {"Encounter/s1"}
    assert {o["performer"][0]["display"] for o in found.values()} == {"陈洁"}
    amounts = {c: (q["value"], q["code"]) for c, o in found.items() if (q := o.get("valueQuantity"))}
    assert amounts == {
        "8310-5": (38.6, "Cel"), "8867-4": (88, "/min"), "apical-heart-rate": (110, "/min"), "9279-1": (22, "/min"),
        "59408-5": (96, "%"), "3151-8": (2, "L/min"), "72514-3": (3, "{score}"), "9108-2": (2100, "mL"),
        "9262-7": (1800, "mL"), "9192-6": (1500, "mL"), "29463-7": (62.5, "kg"), "8302-2": (170, "cm"),
    }  # fmt: skip
    assert found["stool-count"]["valueString"] == "1 2/E"
    assert code_of(found["consciousness"]["valueCodeableConcept"], systems.OBSERVATION) == "A"
    assert code_of(found["8310-5"]["method"], systems.TEMPERATURE_SITE) == "axillary"
    assert code_of(found["9192-6"]["method"], systems.OBSERVATION) == "catheter"


def test_intake_and_output_belong_to_the_day_before_unless_the_day_is_named(desk: Desk) -> None:
    record(desk, intake="2100", urine="*", temperature="36.8")
    found = stored(desk)
    assert {found[c]["effectiveDateTime"] for c in ("9108-2", "9192-6")} == {"2026-03-16"}
    assert found["9192-6"]["valueString"] == "*"
    assert found["8310-5"]["effectiveDateTime"].startswith("2026-03-17T09:00")
    record(desk, intake="1900", day="2026-03-15")
    assert [d.intake for d in chart(desk).days[:3]] == ["1900", "2100", ""]
    with pytest.raises(Invalid) as caught:
        record(desk, intake="1900", day="2026-03-18")
    assert caught.value.field == "day"


@pytest.mark.parametrize(
    ("signs", "field"),
    [
        ({"temperature": "46"}, "temperature"), ({"heart_rate": "400"}, "heart_rate"), ({"pain": "11"}, "pain"),
        ({"intake": "40000"}, "intake"), ({"stool": "9/x"}, "stool"), ({"urine": "many"}, "urine"),
        ({"systolic": "120"}, "diastolic"), ({"consciousness": "X"}, "consciousness"), ({}, "temperature"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_and_nothing_of_the_row_is_kept(
    desk: Desk, signs: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        record(desk, **signs, **({"spo2": "97"} if signs else {}))
    assert caught.value.field == field
    assert stored(desk) == {}


def test_an_unusual_value_is_recorded_when_typed_a_second_time(desk: Desk) -> None:
    with pytest.raises(Invalid) as caught:
        record(desk, pulse="25", temperature="36.8")
    assert caught.value.field == "pulse"
    record(desk, pulse="25", temperature="36.8", confirmed=("pulse",))
    assert stored(desk)["8867-4"]["valueQuantity"]["value"] == 25


def test_a_weight_far_from_the_last_one_is_asked_for_twice(desk: Desk) -> None:
    record(desk, weight="62")
    with pytest.raises(Invalid, match="62 kg"):
        record(desk, weight="26")


@pytest.mark.parametrize("when", [at(15, 8), at(17, 12)])
def test_nothing_is_recorded_before_the_stay_or_for_the_future(desk: Desk, when: str) -> None:
    with pytest.raises(Invalid) as caught:
        record(desk, when, temperature="36.8")
    assert caught.value.field == "at"


def test_another_patients_stay_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid):
        desk.do("vitals.record-round", RecordRound("p2", "s1", temperature=D("36.8")))


def test_a_machine_that_breathes_or_paces_is_named_with_the_value(desk: Desk) -> None:
    record(desk, respiration="14", ventilated=True, heart_rate="72", paced=True)
    found = stored(desk)
    assert code_of(found["9279-1"]["method"]) == "ventilator"
    assert code_of(found["apical-heart-rate"]["method"]) == "pacemaker"


# Not measured


def test_what_was_not_taken_is_recorded_with_its_reason(desk: Desk) -> None:
    desk.do("vitals.not-measured", NotMeasured("p1", "s1", "out"))
    found = stored(desk)
    assert set(found) == {"8310-5", "8867-4", "9279-1"}
    assert {o["dataAbsentReason"]["text"] for o in found.values()} == {"外出"}
    assert not any(key.startswith("value") for o in found.values() for key in o)


def test_a_patient_who_cannot_be_weighed_is_bedridden_in_the_same_row(desk: Desk) -> None:
    record(desk, temperature="36.8", missed=(Missed("weight", "bedridden"),))
    assert stored(desk)["29463-7"]["dataAbsentReason"]["text"] == "卧床"
    assert chart(desk).days[2].weight == "bedridden"
    assert chart(desk, language="zh_CN").days[2].weight == "卧床"
    desk.do("vitals.not-measured", NotMeasured("p2", "s2", "bedridden"))
    assert set(stored(desk, "p2")) == {"29463-7"}


@pytest.mark.parametrize(("sign", "reason"), [("pulse", "bedridden"), ("pulse", "no such"), ("moon", "out")])
def test_a_reason_must_be_known_and_go_with_its_sign(desk: Desk, sign: str, reason: str) -> None:
    with pytest.raises(Invalid):
        desk.do("vitals.not-measured", NotMeasured("p1", "s1", reason, (sign,)))
    assert stored(desk) == {}


# After cooling


def test_a_temperature_after_cooling_points_at_the_one_before_and_keeps_its_site(desk: Desk) -> None:
    hot = record(desk, at(17, 8, 20), temperature="39.2", site="rectal")
    changed = desk.do("vitals.record-cooling", RecordCooling("p1", "s1", hot, D("38.1"), at(17, 8, 50)))
    assert changed.primary is not None
    made = observation(desk, changed.primary.id)
    assert made["derivedFrom"] == [{"reference": f"Observation/{hot}"}]
    assert code_of(made["method"]) == "rectal"


def test_after_cooling_needs_a_temperature_of_this_patient_at_most_four_hours_before(desk: Desk) -> None:
    hot = record(desk, at(17, 4), temperature="39.2")
    pulse = record(desk, at(17, 8), pulse="90")
    cooled = desk.do("vitals.record-cooling", RecordCooling("p1", "s1", hot, D("38"), at(17, 5))).primary
    assert cooled is not None
    for patient, stay, of, when in (
        ("p1", "s1", hot, at(17, 8, 30)),
        ("p1", "s1", hot, at(17, 3, 30)),
        ("p1", "s1", pulse, at(17, 8, 30)),
        ("p1", "s1", cooled.id, at(17, 5, 30)),
        ("p2", "s2", hot, at(17, 4, 30)),
    ):
        with pytest.raises(Invalid):
            desk.do("vitals.record-cooling", RecordCooling(patient, stay, of, D("38"), when))


# Corrections


def test_a_correction_keeps_the_wrong_value_with_its_reason_and_puts_the_right_one_at_its_moment(
    desk: Desk, clock: FixedClock
) -> None:
    wrong = record(desk, temperature="38.6", site="oral")
    clock.advance(timedelta(hours=1))
    put = desk.do("vitals.correct", Correct("p1", wrong, "看错床", "36.8")).primary
    assert put is not None
    old, new = observation(desk, wrong), observation(desk, put.id)
    assert (old["status"], extension(old, systems.STATUS_REASON)) == ("entered-in-error", "看错床")
    assert (old["valueQuantity"]["value"], new["valueQuantity"]["value"]) == (38.6, 36.8)
    assert new["effectiveDateTime"] == old["effectiveDateTime"]
    assert code_of(new["method"]) == "oral"
    assert [t.value for t in chart(desk).temperatures] == [D("36.8")]
    taking = desk.ask("vitals.takings", AskChart("p1", "s1"))[0]
    assert taking.struck == ("Temperature 38.6 (看错床)",)
    assert taking.text("temperature") == "36.8 oral"


@pytest.mark.parametrize(
    ("signs", "value", "code", "now"),
    [
        ({"systolic": "152", "diastolic": "94"}, "125/94", "85354-9", "125/94"),
        ({"stool": "1"}, "1/e", "stool-count", "1/E"),
        ({"urine": "1500"}, "1500/C", "9192-6", "1500/C"),
        ({"consciousness": "A"}, "v", "consciousness", "V"),
        ({"weight": "62"}, "62.5", "29463-7", "62.5"),
    ],
)
def test_every_sign_is_corrected_as_it_is_typed(
    desk: Desk, signs: dict[str, str], value: str, code: str, now: str
) -> None:
    desk.do("vitals.correct", Correct("p1", record(desk, **signs), "录错", value))
    rows = desk.ask("vitals.takings", AskChart("p1", "s1"))
    assert [r.text for row in rows for r in row.readings] == [now]


def test_a_value_may_be_taken_back_without_another_in_its_place_but_only_once(desk: Desk) -> None:
    wrong = record(desk, temperature="38.6")
    with pytest.raises(Invalid):
        desk.do("vitals.correct", Correct("p1", wrong, " "))
    desk.do("vitals.correct", Correct("p1", wrong, "看错床"))
    assert chart(desk).temperatures == ()
    with pytest.raises(Conflict):
        desk.do("vitals.correct", Correct("p1", wrong, "看错床", "36.8"))


def test_a_correction_is_checked_like_any_other_value(desk: Desk) -> None:
    wrong = record(desk, temperature="38.6")
    for value in ("368", "33.1", "warm"):
        with pytest.raises(Invalid):
            desk.do("vitals.correct", Correct("p1", wrong, "录错", value))
    desk.do("vitals.correct", Correct("p1", wrong, "录错", "33.1", confirmed=True))
    assert [t.value for t in chart(desk).temperatures] == [D("33.1")]


def test_what_was_measured_after_cooling_stands_beside_the_corrected_temperature(desk: Desk) -> None:
    hot = record(desk, at(17, 8), temperature="39.8")
    desk.do("vitals.record-cooling", RecordCooling("p1", "s1", hot, D("38.1"), at(17, 8, 30)))
    desk.do("vitals.correct", Correct("p1", hot, "录错", "39.2"))
    assert [(t.value, t.cooled) for t in chart(desk).temperatures] == [(D("39.2"), (D("38.1"),))]


def test_a_trend_gives_one_sign_from_the_oldest_to_the_newest(desk: Desk) -> None:
    record(desk, at(16, 10), systolic="150", diastolic="90")
    record(desk, at(17, 8), systolic="140", diastolic="85")
    low = desk.ask("vitals.trend", AskTrend("p1", "diastolic"))
    assert [(p.value, p.text) for p in low] == [(D("90"), "150/90"), (D("85"), "140/85")]
    with pytest.raises(Invalid):
        desk.ask("vitals.trend", AskTrend("p1", "stool"))

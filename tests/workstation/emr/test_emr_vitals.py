"""Vital signs: codes and units as docs/fhir.md says, impossible values refused, unusual ones asked for twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.conftest import MORNING
from workstation.core.errors import Invalid
from workstation.emr.model import AskSummary, AskVisit, RecordPregnancy, RecordVitals
from workstation.fhir.resources import code_of


def D(text):  # noqa: N802
    return Decimal(text)


FULL = RecordVitals("p1", "v1", D("36.8"), D("84"), D("20"), D("152"), D("94"), D("98"), D("62.5"), D("170"))


def observations(desk, patient="p1"):
    with desk.store.reader() as reader:
        return {code_of(o["code"]): o for o in reader.find("Observation", {"patient": patient})}


def test_every_sign_has_its_loinc_code_and_ucum_unit(desk):
    desk.do("emr.record-vitals", FULL)
    found = observations(desk)
    assert {
        c: (o["valueQuantity"]["value"], o["valueQuantity"]["code"])
        for c, o in found.items()
        if c != "85354-9"
    } == {
        "8310-5": (36.8, "Cel"),
        "8867-4": (84, "/min"),
        "9279-1": (20, "/min"),
        "59408-5": (98, "%"),
        "29463-7": (62.5, "kg"),
        "8302-2": (170, "cm"),
    }
    parts = {code_of(p["code"]): p["valueQuantity"] for p in found["85354-9"]["component"]}
    assert {c: (q["value"], q["code"]) for c, q in parts.items()} == {
        "8480-6": (152, "mm[Hg]"),
        "8462-4": (94, "mm[Hg]"),
    }


def test_the_visit_shows_its_signs_and_marks_a_high_pressure(desk):
    desk.do("emr.record-vitals", FULL)
    seen = {m.code: (m.value, m.flag) for m in desk.ask("emr.visit-record", AskVisit("p1", "v1")).vitals}
    assert seen["8480-6"] == ("152", "high")
    assert seen["8310-5"] == ("36.8", "")
    summary = desk.ask("chart.summary", AskSummary("p1"))
    assert (summary.weight.value, summary.weight.unit, summary.weight.at[:10]) == ("62.5", "kg", "2026-03-17")


@pytest.mark.parametrize(
    ("field", "value"),
    [("temperature", "368"), ("pulse", "-3"), ("spo2", "101"), ("weight", "0"), ("height", "3")],
)
def test_an_impossible_value_is_refused_even_when_confirmed(desk, field, value):
    with pytest.raises(Invalid) as caught:
        desk.do("emr.record-vitals", RecordVitals("p1", "v1", **{field: D(value)}, confirmed=(field,)))
    assert caught.value.field == field
    assert observations(desk) == {}


@pytest.mark.parametrize(
    ("field", "value"), [("temperature", "42.5"), ("pulse", "25"), ("weight", "12"), ("height", "90")]
)
def test_an_unusual_value_is_recorded_when_typed_a_second_time(desk, field, value):
    with pytest.raises(Invalid) as caught:
        desk.do("emr.record-vitals", RecordVitals("p1", "v1", **{field: D(value)}))
    assert caught.value.field == field
    desk.do("emr.record-vitals", RecordVitals("p1", "v1", **{field: D(value)}, confirmed=(field,)))
    assert len(observations(desk)) == 1


def test_a_weight_a_fifth_off_the_last_one_is_asked_for_twice_and_names_the_last(desk, clock):
    desk.do("emr.record-vitals", RecordVitals("p1", "v1", weight=D("62")))
    clock.advance(timedelta(days=30))
    with pytest.raises(Invalid) as caught:
        desk.do("emr.record-vitals", RecordVitals("p1", "v1", weight=D("26")))
    assert "62" in caught.value.message
    assert "17-Mar-2026" in caught.value.message
    clock.advance(timedelta(days=90))
    desk.do("emr.record-vitals", RecordVitals("p1", "v1", weight=D("48")))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"systolic": D("120")}, "diastolic"),
        ({"systolic": D("80"), "diastolic": D("120")}, "diastolic"),
        ({}, "temperature"),
        ({"pulse": D("80"), "at": "yesterday"}, "at"),
        ({"pulse": D("80"), "at": (MORNING + timedelta(hours=1)).isoformat()}, "at"),
    ],
)
def test_half_reversed_or_future_values_are_refused(desk, values, field):
    with pytest.raises(Invalid) as caught:
        desk.do("emr.record-vitals", RecordVitals("p1", "v1", **values))
    assert caught.value.field == field


def test_a_nurse_records_vital_signs(desk):
    desk.unlock("nurse", "246810")
    desk.do("emr.record-vitals", FULL)
    assert observations(desk)["8867-4"]["performer"][0]["display"] == "陈洁"


def test_pregnancy_and_breastfeeding_are_known_from_the_newest_entry(desk, clock):
    desk.do("emr.record-pregnancy", RecordPregnancy("p2", "v2", pregnant=True))
    clock.advance(timedelta(minutes=1))
    desk.do("emr.record-pregnancy", RecordPregnancy("p2", "v2", pregnant=False, breastfeeding=True))
    summary = desk.ask("chart.summary", AskSummary("p2"))
    assert (summary.pregnancy.state, summary.breastfeeding.state) == ("no", "yes")
    with pytest.raises(Invalid):
        desk.do("emr.record-pregnancy", RecordPregnancy("p2", "v2"))

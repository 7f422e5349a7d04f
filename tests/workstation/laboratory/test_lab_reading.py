"""Reading and answering: whose a report is, what stays unread, and a critical value until it is answered."""

from __future__ import annotations

import pytest

from tests.workstation.laboratory.bench import based_on, ranged, value
from workstation.core.errors import Conflict, Denied, Invalid

HIGH = value("2823-3", 6.8, "mmol/L", "HH", **ranged(3.5, 5.3))
GOOD = value("2823-3", 4.4, "mmol/L", "N", **ranged(3.5, 5.3))


def test_a_report_waits_for_the_doctor_who_ordered_it_until_it_is_read(bench):
    (salts,) = bench.taken("LYTES")
    bench.report(GOOD, **based_on(salts))
    (row,) = bench.unread()
    assert (row.name, row.place, row.title, row.abnormal) == ("欧阳建国", "内科病区 12", "Electrolytes", 0)
    assert bench.unread("chief") == ()
    assert [r.report for r in bench.unread("chief", "all")] == ["rep1"]
    assert [r.report for r in bench.unread("nurse", "ward")] == ["rep1"]
    bench.read("rep1")
    assert bench.unread() == ()
    (report,) = bench.results().reports
    assert (report.unread, report.read_by, report.read_at[:16]) == (False, "王敏", "2026-03-17T09:00")


def test_a_report_nobody_ordered_goes_to_the_doctor_in_charge(bench):
    bench.report(GOOD, encounter={"reference": "Encounter/s1"})
    assert [r.report for r in bench.unread()] == ["rep1"]


def test_normal_reports_are_read_together_an_abnormal_one_never(bench):
    for _time in range(2):
        bench.report(GOOD)
    bench.report(value("2823-3", 5.6, "mmol/L", "H"))
    with pytest.raises(Invalid):
        bench.read("rep1", "rep3")
    bench.read("rep1", "rep2")
    assert [r.report for r in bench.unread("doc", "all")] == ["rep3"]
    bench.read("rep3")
    assert bench.unread("doc", "all") == ()


def test_a_report_is_read_once(bench):
    bench.report(GOOD)
    bench.read("rep1")
    with pytest.raises(Conflict):
        bench.read("rep1")


def test_a_nurse_does_not_acknowledge_and_another_patients_report_is_refused(bench):
    bench.report(GOOD)
    with pytest.raises(Denied):
        bench.read("rep1", user="nurse")
    with pytest.raises(Invalid):
        bench.read("rep1", patient="p2")


@pytest.mark.parametrize("how", ["report", "observation"])
def test_a_correction_makes_it_unread_again_and_shows_the_new_value(bench, how):
    bench.report(GOOD, id_="r")
    bench.read("r")
    bench.later(hours=1)
    corrected = GOOD | {"id": "r-0", "status": "corrected", "valueQuantity": {"value": 5.9, "unit": "mmol/L"}}
    corrected["interpretation"] = []
    if how == "report":
        bench.report(corrected, id_="r", status="corrected")
    else:
        bench.put(corrected | {"effectiveDateTime": "2026-03-17T08:20:00+08:00"})
    (row,) = bench.unread("doc", "all")
    assert [(v.value, v.flag) for v in row.values] == [("5.9", "high")]
    assert row.state == ("corrected" if how == "report" else "final")
    bench.read("r")
    assert bench.unread("doc", "all") == ()


def test_a_report_taken_back_shows_no_value_and_is_news_to_who_had_read_it(bench):
    bench.report(HIGH, id_="seen")
    bench.handle("seen")
    bench.report(GOOD, id_="never-seen")
    for id_ in ("seen", "never-seen"):
        bench.put(bench.get("DiagnosticReport", id_) | {"status": "entered-in-error"})
    assert [(r.report, r.state, r.values) for r in bench.unread("doc", "all")] == [("seen", "withdrawn", ())]
    assert bench.criticals() == ()
    assert [r.state for r in bench.results().reports] == ["withdrawn", "withdrawn"]


def test_values_still_on_their_way_are_counted_and_the_report_stays_unread(bench):
    bench.report(GOOD, id_="r")
    bench.put(
        bench.get("DiagnosticReport", "r")
        | {"result": [{"reference": "Observation/r-0"}, {"reference": "Observation/later"}]}
    )
    (row,) = bench.unread("doc", "all")
    assert row.missing == 1
    with pytest.raises(Conflict, match="not arrived"):
        bench.read("r")
    bench.put(GOOD | {"id": "later"})
    bench.read("r")


def test_critical_reports_stand_first(bench):
    bench.report(HIGH, id_="old")
    bench.later(minutes=5)
    bench.report(GOOD, id_="new")
    assert [(r.report, r.open) for r in bench.unread("doc", "all")] == [("old", True), ("new", False)]


def test_a_critical_value_concerns_its_doctor_and_the_nurses_of_the_ward_until_one_says_what_was_done(bench):
    (salts,) = bench.taken("LYTES")
    bench.report(HIGH, **based_on(salts))
    bench.later(minutes=7)
    for user in ("doc", "nurse"):
        (row,) = bench.criticals(user)
        assert (row.name, row.place, row.minutes, row.stay) == ("欧阳建国", "内科病区 12", 7, True)
        assert [(v.short, v.value) for v in row.values] == [("K", "6.8")]
    assert bench.criticals("chief") == ()
    bench.handle("rep1", user="nurse", told="值班医师李强", received_at="2026-03-17T09:03:00+08:00")
    assert (bench.criticals(), bench.criticals("nurse")) == ((), ())
    (report,) = bench.results().reports
    assert (report.open, report.handled_by, report.told) == (False, "陈洁", "值班医师李强")
    assert report.unread


def test_a_doctor_who_answers_has_read_it(bench):
    bench.report(HIGH)
    bench.handle("rep1")
    (report,) = bench.results().reports
    assert (report.unread, report.open, report.handled_at[:16]) == (False, False, "2026-03-17T09:00")
    (task,) = [t for t in bench.find("Task") if t["code"]["coding"][0]["code"] == "critical-value"]
    assert task["executionPeriod"]["start"] == task["executionPeriod"]["end"]


def test_it_is_answered_once_and_in_words(bench):
    bench.report(HIGH)
    with pytest.raises(Invalid):
        bench.handle("rep1", " ")
    bench.handle("rep1")
    with pytest.raises(Conflict, match="王敏"):
        bench.handle("rep1", user="nurse")


def test_a_report_without_a_critical_value_is_not_answered(bench):
    bench.report(GOOD)
    with pytest.raises(Invalid):
        bench.handle("rep1")


def test_reading_alone_does_not_answer_it(bench):
    (salts,) = bench.taken("LYTES")
    bench.report(HIGH, **based_on(salts))
    bench.read("rep1")
    assert len(bench.criticals()) == 1


def test_a_corrected_critical_value_is_open_again_and_a_harmless_correction_closes_it(bench):
    (salts,) = bench.taken("LYTES")
    bench.report(HIGH, id_="r", **based_on(salts))
    bench.handle("r")
    worse = HIGH | {"valueQuantity": {"value": 7.2, "unit": "mmol/L"}}
    bench.report(worse, id_="r", status="corrected", **based_on(salts))
    assert [r.values[0].value for r in bench.criticals()] == ["7.2"]
    bench.report(GOOD, id_="r", status="corrected", **based_on(salts))
    assert bench.criticals() == ()


def test_one_without_a_doctor_is_every_doctors_and_after_half_an_hour_so_is_any(bench):
    bench.report(HIGH, patient="p3")
    assert [len(bench.criticals(u)) for u in ("doc", "chief", "nurse")] == [1, 1, 0]
    (salts,) = bench.taken("LYTES")
    bench.report(HIGH, **based_on(salts))
    assert len(bench.criticals("chief")) == 1
    bench.later(minutes=30)
    assert len(bench.criticals("chief")) == 2


def test_a_positive_blood_culture_is_critical(bench):
    bench.report(value("600-7", "革兰阴性杆菌", "", "A"))
    assert [r.values[0].name for r in bench.criticals()] == ["Blood culture"]


def test_a_critical_potassium_reaches_the_rules_whether_contained_or_not(bench):
    from workstation.chart.facts import facts_of

    for patient, contained in (("p1", False), ("p2", True)):
        when = "2026-03-17T08:20:00+08:00"
        bench.report(
            value("2823-3", 6.8, "mmol/L", "HH", patient=patient, effectiveDateTime=when),
            patient=patient,
            contained=contained,
        )
        with bench.desk.store.reader() as reader:
            facts = facts_of(reader, patient, "", bench.clock.now(), bench.desk.actor)
        assert facts.labs.potassium is not None, contained
        assert str(facts.labs.potassium.value) == "6.8"

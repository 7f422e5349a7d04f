"""Specimens: one label for each tube, drawn from the right patient, thrown away with a reason."""

from __future__ import annotations

import pytest

from tests.workstation.laboratory.bench import BAND, OTHER_BAND, based_on, number_of, value
from workstation.core.errors import Conflict, Invalid, NotFound
from workstation.laboratory.model import (
    CancelOrder,
    CheckCollection,
    Collect,
    LabelOrders,
    OrderState,
    RejectSpecimen,
    SlipOf,
)


def test_orders_of_one_tube_share_a_label_and_each_tube_has_its_own(bench):
    orders = bench.order("CBC", "LYTES", "LFT", "COAG")
    blue, yellow, purple = bench.label(*orders)
    assert [len(s["request"]) for s in (blue, yellow, purple)] == [1, 2, 1]
    assert [s["container"][0]["type"]["text"][:2] for s in (blue, yellow, purple)] == ["蓝帽", "黄帽", "紫帽"]
    assert all(s["status"] == "unavailable" for s in (blue, yellow, purple))
    assert number_of(blue).startswith("BB26")
    assert bench.states() == dict.fromkeys(("CBC", "LYTES", "LFT", "COAG"), "labelled")


def test_the_order_itself_is_not_changed_by_its_label(bench):
    (salts,) = bench.order("LYTES")
    bench.label(salts)
    assert bench.get("ServiceRequest", salts["id"]) == salts


def test_labelling_again_makes_nothing_new(bench):
    (salts,) = bench.order("LYTES")
    bench.label(salts)
    assert bench.label(salts) == []


def test_a_blood_culture_has_two_bottles_and_urgent_tubes_travel_alone(bench):
    (culture,) = bench.order("BC")
    assert len(bench.label(culture)) == 2
    (routine,), (urgent,) = bench.order("LFT"), bench.order("LYTES", priority="stat")
    assert len(bench.label(routine, urgent)) == 2


def test_a_specimen_is_taken_by_two_scans_and_says_by_whom_and_when(bench):
    (salts,) = bench.order("LYTES")
    (tube,) = bench.label(salts)
    bench.later(minutes=20)
    bench.collect(tube)
    taken = bench.get("Specimen", tube["id"])
    assert taken["status"] == "available"
    assert taken["collection"]["collectedDateTime"] == "2026-03-17T09:20:00.000+08:00"
    assert taken["collection"]["collector"]["display"] == "陈洁"
    (row,) = bench.orders()
    assert (row.state, row.collected_by, row.specimens) == (OrderState.COLLECTED, "陈洁", (number_of(tube),))


def test_the_patient_number_does_instead_of_a_wristband(bench):
    (salts,) = bench.order("LYTES", patient="p3", visit="e3")
    (tube,) = bench.label(salts, patient="p3")
    bench.collect(tube, "M20260003")
    assert bench.get("Specimen", tube["id"])["status"] == "available"


def test_the_wrong_wristband_is_refused_and_both_patients_are_shown(bench):
    (salts,) = bench.order("LYTES")
    (tube,) = bench.label(salts)
    request = CheckCollection(OTHER_BAND, number_of(tube))
    shown = bench.desk.ask("laboratory.check-collection", request)
    assert not shown.agrees
    assert (shown.wristband.name, shown.specimen.name) == ("李秀英", "欧阳建国")
    assert (shown.wristband.bed, shown.specimen.bed) == ("内科病区 3", "内科病区 12")
    with pytest.raises(Conflict, match="two patients"):
        bench.collect(tube, OTHER_BAND)
    assert bench.get("Specimen", tube["id"])["status"] == "unavailable"


def test_the_right_wristband_agrees_before_and_the_tube_is_taken_after(bench):
    (salts,) = bench.order("LYTES")
    (tube,) = bench.label(salts)
    ask = CheckCollection(BAND, number_of(tube))
    shown = bench.desk.ask("laboratory.check-collection", ask)
    assert (shown.agrees, shown.tests, shown.problem) == (True, ("Electrolytes",), "")
    bench.collect(tube)
    assert bench.desk.ask("laboratory.check-collection", ask).problem == "This specimen was taken already."


@pytest.mark.parametrize(
    ("band", "specimen", "problem"),
    [
        ("ZY000000XXX999", "", "Nobody on this desk has this wristband."),
        (BAND, "BB99XXX000001", "No specimen with this number is on this desk."),
    ],
)
def test_an_unknown_code_is_named(bench, band, specimen, problem):
    shown = bench.as_("nurse").ask("laboratory.check-collection", CheckCollection(band, specimen))
    assert (shown.agrees, shown.problem) == (False, problem)


def test_without_a_wristband_it_is_taken_only_with_the_reason(bench):
    (salts,) = bench.order("LYTES")
    (tube,) = bench.label(salts)
    with pytest.raises(Invalid):
        bench.collect(tube, "", patient="p1")
    with pytest.raises(Conflict):
        bench.collect(tube, "", patient="p2", unscanned="腕带破损")
    bench.collect(tube, "", patient="p1", unscanned="腕带破损")
    assert "腕带破损" in bench.get("Specimen", tube["id"])["note"][-1]["text"]


def test_a_specimen_is_taken_once(bench):
    (salts,) = bench.order("LYTES")
    (tube,) = bench.label(salts)
    bench.collect(tube)
    with pytest.raises(Conflict, match="taken already"):
        bench.collect(tube)


def test_a_tube_whose_orders_were_all_taken_back_is_not_drawn(bench):
    (salts,) = bench.order("LYTES")
    (tube,) = bench.label(salts)
    bench.as_("doc").do("laboratory.cancel", CancelOrder("p1", salts["id"], "开错"))
    with pytest.raises(Conflict):
        bench.collect(tube)


def test_a_number_nobody_printed_is_not_found(bench):
    with pytest.raises(NotFound):
        bench.as_("nurse").do("laboratory.collect", Collect("BB26XXX000001", BAND))


def test_a_rejected_specimen_goes_back_to_the_worklist_with_its_reason(bench):
    (salts,) = bench.taken("LYTES")
    number = number_of(bench.find("Specimen")[0])
    assert bench.worklist() == ()
    bench.desk.do("laboratory.reject", RejectSpecimen(number, "溶血"))
    (row,) = bench.worklist()
    assert (row.state, row.bed) == (OrderState.ORDERED, "12")
    assert "溶血" in row.rejected
    assert bench.states() == {"LYTES": "ordered"}
    (again,) = bench.label(salts)
    assert number_of(again) != number


def test_a_wards_worklist_begins_with_who_has_an_urgent_tube_then_bed_by_bed_without_other_wards(bench):
    bench.order("CBC", "LYTES")
    bench.order("K", patient="p2", visit="s2")
    bench.order("ABG", priority="stat")
    bench.order("CBC", patient="p3", visit="e3")
    rows = bench.worklist()
    assert [(r.bed, r.tests) for r in rows] == [
        ("12", ("Electrolytes",)),
        ("12", ("Complete blood count with differential",)),
        ("12", ("Arterial blood gas",)),
        ("3", ("Potassium",)),
    ]
    assert bench.worklist(ward="w2") == ()
    assert [r.name for r in bench.worklist(outpatients=True)] == ["张伟"]


def test_what_was_reported_needs_no_tube_any_more(bench):
    (salts,) = bench.order("LYTES")
    bench.report(value("2823-3", 4.1, "mmol/L"), **based_on(salts))
    assert bench.worklist() == ()


def test_orders_of_another_patient_are_not_labelled(bench):
    (salts,) = bench.order("LYTES")
    with pytest.raises(Invalid):
        bench.as_("nurse").do("laboratory.label", LabelOrders("p2", (salts["id"],)))


def test_the_slip_says_what_the_law_wants_and_the_labels_name_each_tube(bench):
    orders = bench.order("CBC", "LFT", priority="urgent", note="空腹")
    number = orders[0]["requisition"]["value"]
    slip = bench.desk.ask("laboratory.request-slip", SlipOf(number))
    assert (slip.name, slip.bed, slip.department, slip.visit_number) == ("欧阳建国", "12", "内科病区", BAND)
    assert (slip.diagnoses, slip.requester, slip.priority) == (("慢性肾脏病",), "王敏", "urgent")
    assert [(x.name, x.fasting) for x in slip.lines] == [
        ("Complete blood count with differential", False),
        ("Liver function", True),
    ]
    assert bench.as_("nurse").ask("laboratory.labels", SlipOf(number)) == ()
    tubes = bench.label(*orders)
    labels = bench.desk.ask("laboratory.labels", SlipOf(number))
    assert [x.number for x in labels] == [number_of(s) for s in tubes]
    assert [x.tests for x in labels] == [("LFT",), ("CBC",)]
    assert {(x.name, x.patient_number, x.place) for x in labels} == {("欧阳建国", "M20260001", "内科病区 12")}
    with pytest.raises(NotFound):
        bench.desk.ask("laboratory.labels", SlipOf("JY26XXX999999"))

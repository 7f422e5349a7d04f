"""Ordering: one number for what is ordered at once, signed; a repeat only when it is meant."""

from __future__ import annotations

import pytest

from tests.workstation.laboratory.bench import based_on, value
from workstation.core.errors import Conflict, Denied, Invalid, NeedsReason
from workstation.fhir import systems
from workstation.fhir.resources import code_of
from workstation.laboratory.model import CancelOrder, CheckOrder, OrderTests, SearchTests
from workstation.security import signing


def test_what_is_ordered_at_once_has_one_number_and_one_signature(bench):
    blood, salts = bench.order("CBC", "LYTES", priority="urgent", note="晨起空腹")
    assert blood["requisition"] == salts["requisition"]
    assert blood["requisition"]["system"] == systems.REQUEST_NUMBER
    assert blood["requisition"]["value"].startswith("JY26")
    assert code_of(blood["code"], systems.LOINC) == "57021-8"
    assert (blood["priority"], blood["note"][0]["text"]) == ("urgent", "晨起空腹")
    assert blood["reasonCode"][0]["text"] == "慢性肾脏病"
    assert blood["requester"]["display"] == "王敏"
    signed = bench.find("Provenance", target=blood["id"])[0]
    assert signing.holds(signed, [blood, salts])


def test_an_inpatients_order_is_a_stat_order_an_outpatients_is_not(bench):
    (inside,) = bench.order("K")
    (outside,) = bench.order("K", patient="p3", visit="e3")
    terms = [[code_of(c, systems.ORDER_TERM) for c in o["category"]] for o in (inside, outside)]
    assert terms == [["", "stat"], [""]]


def test_the_next_request_has_the_next_number(bench):
    first, second = bench.order("CBC")[0], bench.order("LFT")[0]
    one, two = (o["requisition"]["value"] for o in (first, second))
    assert int(two[-6:]) == int(one[-6:]) + 1


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (OrderTests("p1", "s1", ()), Invalid),
        (OrderTests("p1", "s1", ("WBC",)), Invalid),
        (OrderTests("p1", "s1", ("XYZ",)), Invalid),
        (OrderTests("p1", "s2", ("CBC",)), Invalid),
        (OrderTests("p1", "s1", ("CBC",), priority="soon"), Invalid),
    ],
    ids=["nothing", "part of a panel", "unknown", "another patient's stay", "unknown priority"],
)
def test_what_cannot_be_ordered_is_refused_and_leaves_nothing(bench, request_, error):
    with pytest.raises(error):
        bench.desk.do("laboratory.order", request_)
    assert bench.find("ServiceRequest") == []


def test_nothing_is_ordered_for_a_visit_that_is_over(bench):
    bench.put(bench.get("Encounter", "e3") | {"status": "finished"})
    with pytest.raises(Conflict):
        bench.order("CBC", patient="p3", visit="e3")


def test_a_nurse_orders_nothing(bench):
    with pytest.raises(Denied):
        bench.order("CBC", user="nurse")


def test_the_same_panel_still_open_must_be_confirmed_and_then_is_ordered(bench):
    bench.order("LYTES")
    with pytest.raises(NeedsReason) as stopped:
        bench.order("LYTES")
    (repeat,) = stopped.value.alerts
    assert (repeat.code, repeat.open) == ("LYTES", True)
    assert "not reported yet" in repeat.message
    bench.order("LYTES", confirmed=("LYTES",))
    assert len(bench.find("ServiceRequest")) == 2


def test_a_test_that_is_part_of_an_open_panel_repeats_it_but_not_the_other_way_round(bench):
    bench.order("LYTES")
    with pytest.raises(NeedsReason) as stopped:
        bench.order("K")
    assert "part of Electrolytes" in stopped.value.alerts[0].message
    bench.order("K", confirmed=("K",))
    bench.order("CREA")
    assert bench.desk.ask("laboratory.check-order", CheckOrder("p1", ("RFT",))) == ()


def test_a_value_reported_within_the_interval_is_a_repeat_and_later_is_none(bench):
    bench.report(value("2823-3", 4.1, "mmol/L"), patient="p1")
    (repeat,) = bench.desk.ask("laboratory.check-order", CheckOrder("p1", ("K",)))
    assert (repeat.open, repeat.value) == (False, "4.1\u00a0mmol/L")
    bench.later(hours=6)
    assert bench.desk.ask("laboratory.check-order", CheckOrder("p1", ("K",))) == ()


def test_an_order_taken_back_is_no_repeat(bench):
    (salts,) = bench.order("LYTES")
    bench.desk.do("laboratory.cancel", CancelOrder("p1", salts["id"], "开错"))
    bench.order("LYTES")
    closed = bench.get("ServiceRequest", salts["id"])
    assert closed["status"] == "revoked"
    assert len(bench.find("Provenance", target=salts["id"])) == 2
    assert [row.state.value for row in bench.orders()] == ["ordered", "cancelled"]


def test_an_order_is_taken_back_with_a_reason_and_its_label_is_void(bench):
    (salts,) = bench.order("LYTES")
    (tube,) = bench.label(salts)
    with pytest.raises(Invalid):
        bench.as_("doc").do("laboratory.cancel", CancelOrder("p1", salts["id"], " "))
    bench.desk.do("laboratory.cancel", CancelOrder("p1", salts["id"], "患者拒绝"))
    assert bench.get("Specimen", tube["id"])["status"] == "entered-in-error"


def test_what_was_taken_is_not_taken_back(bench):
    (salts,) = bench.taken("LYTES")
    with pytest.raises(Conflict, match="taken already"):
        bench.as_("doc").do("laboratory.cancel", CancelOrder("p1", salts["id"], "开错"))


def test_a_reported_order_is_not_taken_back(bench):
    (salts,) = bench.order("LYTES")
    bench.report(value("2823-3", 4.1, "mmol/L"), **based_on(salts))
    with pytest.raises(Conflict):
        bench.desk.do("laboratory.cancel", CancelOrder("p1", salts["id"], "开错"))


def test_an_order_of_another_patient_is_not_touched(bench):
    (salts,) = bench.order("LYTES")
    with pytest.raises(Invalid, match="another patient"):
        bench.desk.do("laboratory.cancel", CancelOrder("p2", salts["id"], "开错"))


def test_the_search_begins_with_the_sets_and_learns_what_one_orders(bench):
    sets = bench.desk.ask("laboratory.search", SearchTests(""))
    assert [row.kind for row in sets] == ["set"] * 6
    held = bench.desk.ask("laboratory.set", SearchTests("fever"))
    assert [row.code for row in held] == ["CBC", "CRP", "PCT"]
    assert bench.desk.ask("laboratory.search", SearchTests("x"))[0].code == "CBC"
    for _time in range(3):
        bench.order("LIPID", confirmed=("LIPID",))
    assert bench.desk.ask("laboratory.search", SearchTests("x"))[0].code == "LIPID"
    assert bench.desk.ask("laboratory.search", SearchTests("fr"))[-1].code == "fever"

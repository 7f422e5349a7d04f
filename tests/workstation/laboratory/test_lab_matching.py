"""Which report answers which order: by order, by number, by specimen, and only then by patient and test."""

from __future__ import annotations

import pytest

from tests.workstation.laboratory.bench import based_on, number_of, value
from workstation.fhir import systems

K = value("2823-3", 4.1, "mmol/L")


def test_a_report_based_on_an_order_answers_it(bench):
    (salts,) = bench.taken("LYTES")
    bench.report(K, **based_on(salts))
    (row,) = bench.orders()
    assert (row.state, row.reports) == ("reported", ("rep1",))


@pytest.mark.parametrize("system", [systems.REQUEST_NUMBER, ""])
@pytest.mark.parametrize("where", ["identifier", "basedOn"])
def test_a_report_that_carries_the_request_number_answers_it(bench, where, system):
    (salts,) = bench.order("LYTES")
    entry = {"value": salts["requisition"]["value"]} | ({"system": system} if system else {})
    more = {"identifier": [entry]} if where == "identifier" else {"basedOn": [{"identifier": entry}]}
    bench.report(value("0-0", 1, "x"), **more)
    assert bench.states() == {"LYTES": "reported"}


@pytest.mark.parametrize("how", ["reference", "logical", "identifier"])
def test_a_report_of_a_specimen_answers_the_order_in_it_that_asks_for_this(bench, how):
    salts, liver = bench.order("LYTES", "LFT")
    (tube,) = bench.label(salts, liver)
    bench.collect(tube)
    entry = {"system": systems.SPECIMEN_NUMBER, "value": number_of(tube)}
    more = {
        "reference": {"specimen": [{"reference": f"Specimen/{tube['id']}"}]},
        "logical": {"specimen": [{"identifier": entry}]},
        "identifier": {"identifier": [entry]},
    }[how]
    bench.report(K, **more)
    assert bench.states() == {"LYTES": "reported", "LFT": "collected"}


def test_a_report_that_names_nothing_answers_the_open_order_of_this_patient_for_this_test(bench):
    bench.order("LYTES", "LFT")
    bench.later(minutes=50)
    bench.report(K)
    assert bench.states() == {"LYTES": "reported", "LFT": "ordered"}


def test_it_is_never_the_order_of_another_patient_nor_one_written_later(bench):
    bench.report(K)
    bench.later(minutes=1)
    bench.order("LYTES", confirmed=("LYTES",))
    bench.order("LYTES", patient="p2", visit="s2")
    assert bench.states() == {"LYTES": "ordered"}
    assert bench.states("p2", "s2") == {"LYTES": "ordered"}


def test_a_report_on_another_patients_order_is_linked_to_nothing_and_says_so(bench):
    (strange,) = bench.order("LYTES", patient="p2", visit="s2")
    bench.report(K, **based_on(strange))
    (report,) = bench.results().reports
    assert (report.stranger, report.requests) == (True, ())
    assert bench.states("p2", "s2") == {"LYTES": "ordered"}


def test_a_report_without_a_subject_belongs_to_the_patient_of_its_order(bench):
    (salts,) = bench.order("LYTES")
    bench.report(K, subject={"display": "欧阳建国"}, **based_on(salts))
    assert [r.id for r in bench.results().reports] == ["rep1"]
    assert [r.patient for r in bench.unread()] == ["p1"]


def test_a_partial_report_leaves_the_order_open_and_the_final_one_closes_it(bench):
    (salts,) = bench.taken("LYTES")
    bench.report(K, id_="r", status="partial", **based_on(salts))
    assert bench.states() == {"LYTES": "partial"}
    bench.later(minutes=10)
    bench.report(K, id_="r", status="final", **based_on(salts))
    bench.read("r")
    assert bench.states() == {"LYTES": "read"}


def test_imaging_is_no_laboratory_report(bench):
    bench.report(value("30746-2", "未见异常"), category=[{"coding": [{"code": "RAD"}]}])
    assert bench.results().reports == ()


def test_one_report_may_answer_two_orders(bench):
    salts, liver = bench.order("LYTES", "LFT")
    bench.report(K, value("1742-6", 30, "U/L"), **based_on(salts, liver))
    assert bench.states() == {"LYTES": "reported", "LFT": "reported"}
    assert bench.results().reports[0].name == "Electrolytes, Liver function"

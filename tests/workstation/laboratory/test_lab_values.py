"""Values as reported: foreign codes and units, comparators, words, missing ranges; nothing is converted or guessed."""

from __future__ import annotations

import pytest

from tests.workstation.laboratory.bench import based_on, cell, ranged, value
from workstation.core.errors import NotFound
from workstation.laboratory.model import Trend


def row_of(bench, name, patient="p1"):
    return next(r for r in bench.results(patient).rows if name in (r.short, r.name))


@pytest.mark.parametrize("contained", [True, False], ids=["contained", "separate"])
def test_a_value_inside_the_report_and_one_beside_it_read_the_same(bench, contained):
    (salts,) = bench.order("LYTES")
    limits = ranged(3.5, 5.3)
    bench.report(value("2823-3", 6.8, "mmol/L", "HH", **limits), contained=contained, **based_on(salts))
    shown = cell(bench.results(), "K")
    assert (shown.value, shown.flag, shown.flag_by) == ("6.8", "critical-high", "report")
    row = row_of(bench, "K")
    assert (row.unit, row.reference, row.reference_by) == ("mmol/L", "3.5–5.3", "report")


@pytest.mark.parametrize(
    ("observation", "shown", "flag"),
    [
        (value("2823-3", 3.0, "mmol/L", **ranged(3.5, 5.3)), "3.0", "low"),
        (value("2823-3", 5.0, "mmol/L", **ranged(3.5, 5.3)), "5.0", ""),
        (value("2823-3", 5.6, "mmol/L", "N", **ranged(3.5, 5.3)), "5.6", ""),
        (value("2823-3", 5.0, "mmol/L", "H", **ranged(3.5, 5.3)), "5.0", "high"),
        (value("5196-1", "阳性", **ranged(text="阴性")), "阳性", ""),
        (value("5196-1", "阳性", "", "A", **ranged(text="阴性")), "阳性", "abnormal"),
    ],
    ids=["below its range", "within", "called normal", "called high", "a word with a range", "a word called abnormal"],
)  # fmt: skip
def test_the_laboratorys_flag_counts_then_its_range(bench, observation, shown, flag):
    number = observation.get("valueQuantity", {}).get("value")
    if isinstance(number, float):
        observation["valueQuantity"]["value"] = number
    bench.report(observation)
    (row,) = bench.results().rows
    assert row.cells[0].value in (shown, shown.removesuffix(".0"))
    assert (row.cells[0].flag, row.reference_by) == (flag, "report")


def test_without_a_range_the_catalogues_is_shown_and_marked_as_the_catalogues(bench):
    bench.report(value("718-7", 98, "g/L"), value("5196-1", "阳性"))
    hgb, hbsag = row_of(bench, "HGB"), row_of(bench, "HBsAg")
    assert (hgb.reference, hgb.reference_by) == ("130–175", "catalogue")
    assert (hgb.cells[0].flag, hgb.cells[0].flag_by) == ("low", "catalogue")
    assert (hbsag.reference, hbsag.reference_by) == ("negative", "catalogue")
    assert (hbsag.cells[0].flag, hbsag.cells[0].flag_by) == ("abnormal", "catalogue")


def test_the_catalogues_range_follows_sex_and_age(bench):
    bench.report(value("718-7", 118, "g/L", patient="p2"), patient="p2")
    assert row_of(bench, "HGB", "p2").reference == "115–150"


def test_a_foreign_unit_is_shown_as_it_is_and_never_judged_by_our_range(bench):
    bench.report(value("2160-0", 1.4, "mg/dL"))
    row = row_of(bench, "CREA")
    assert (row.unit, row.reference, row.cells[0].value, row.cells[0].flag) == ("mg/dL", "", "1.4", "")


def test_two_units_of_one_test_are_two_rows_and_two_spellings_of_one_unit_are_one(bench):
    bench.report(value("2160-0", 1.4, "mg/dL"))
    bench.later(days=1)
    bench.report(value("14682-9", 124, "μmol/L"))
    bench.later(days=1)
    bench.report(value("14682-9", 131, "umol/L"))
    rows = [r for r in bench.results().rows if r.short == "CREA"]
    shown = {r.unit: [c.value for c in r.cells if c is not None] for r in rows}
    assert shown == {"umol/L": ["131", "124"], "mg/dL": ["1.4"]}


def test_a_foreign_code_is_shown_by_its_own_words(bench):
    own = {"coding": [{"system": "urn:oid:1.2.3", "code": "X77"}], "text": "抗 Xyz 抗体"}
    bench.report(value("0-0", 12.5, "AU/mL") | {"code": own})
    row = row_of(bench, "抗 Xyz 抗体")
    assert (row.unit, row.cells[0].value, row.cells[0].flag) == ("AU/mL", "12.5", "")


@pytest.mark.parametrize(
    ("comparator", "number", "shown", "flag"),
    [
        ("<", 0.5, "<0.5", ""),
        ("<", 3.5, "<3.5", "low"),
        (">", 5.3, ">5.3", "high"),
        (">", 9.0, ">9", "critical-high"),
        ("<", 2.8, "<2.8", "critical-low"),
    ],
)
def test_a_comparator_stays_and_says_only_what_it_can(bench, comparator, number, shown, flag):
    code = "33959-8" if number == 0.5 else "2823-3"
    unit = "ng/mL" if number == 0.5 else "mmol/L"
    observation = value(code, number, unit)
    observation["valueQuantity"]["comparator"] = comparator
    bench.report(observation)
    (row,) = bench.results().rows
    assert (row.cells[0].value, row.cells[0].flag) == (shown, flag)


def test_words_codes_ratios_and_missing_values_are_said(bench):
    coded = {
        "coding": [{"system": "http://snomed.info/sct", "code": "112283007", "display": "Escherichia coli"}]
    }
    bench.report(
        value("600-7", "", flag="A") | {"valueCodeableConcept": coded},
        value("5778-6", "琥珀色"),
        value("8061-4", "") | {"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 320}}},
        value("2823-3", "") | {"dataAbsentReason": {"text": "标本溶血"}},
    )  # fmt: skip
    view = bench.results()
    assert (cell(view, "BC").value, cell(view, "BC").flag) == ("Escherichia coli", "critical")
    assert (cell(view, "COL").value, cell(view, "ANA").value) == ("琥珀色", "1:320")
    assert (cell(view, "K").value, cell(view, "K").note) == ("", "标本溶血")


def test_components_and_members_of_a_group_are_rows_of_their_own(bench):
    head = {"resourceType": "Observation", "id": "g1", "status": "final", "code": {"text": "血气"},
            "subject": {"reference": "Patient/p1"}, "hasMember": [{"reference": "Observation/m1"}]}  # fmt: skip
    sensitivity = value("600-7", "大肠埃希菌", "", "A", id_="m2") | {
        "component": [{"code": {"text": "头孢曲松"}, "valueString": "耐药"}]
    }
    bench.put(value("2744-1", 7.1, "", "LL", id_="m1"))
    bench.report(head, sensitivity)
    names = {r.name: (r.cells[0].value, r.group) for r in bench.results().rows}
    assert names == {
        "pH": ("7.1", ""),
        "Blood culture": ("大肠埃希菌", ""),
        "头孢曲松": ("耐药", "Blood culture"),
    }


def test_precision_stays_as_reported(bench):
    from workstation.fhir.resources import Written

    bench.report(value("6301-6", Written("1.50"), ""))
    assert cell(bench.results(), "INR").value == "1.50"


def test_critical_limits_of_the_catalogue_count_where_the_laboratory_flagged_only_high(bench):
    bench.report(value("2823-3", 6.8, "mmol/L", "H", **ranged(3.5, 5.3)))
    shown = cell(bench.results(), "K")
    assert (shown.flag, shown.flag_by) == ("critical-high", "catalogue")


def test_the_newest_time_stands_left_and_the_value_before_beside_it(bench):
    for day, number in enumerate((4.4, 5.1, 6.8)):
        bench.later(days=1)
        bench.report(value("2823-3", number, "mmol/L"), id_=f"r{day}")
    view = bench.results()
    assert [c.value for c in row_of(bench, "K").cells] == ["6.8", "5.1", "4.4"]
    assert list(view.times) == sorted(view.times, reverse=True)
    assert [r.id for r in view.reports] == ["r2", "r1", "r0"]


def test_a_value_without_a_report_is_shown_too(bench):
    bench.put(value("2823-3", 4.2, "mmol/L", id_="lone", effectiveDateTime="2026-03-10T08:00:00+08:00"))
    assert (cell(bench.results(), "K").value, cell(bench.results(), "K").report) == ("4.2", "")


def test_a_trend_is_oldest_first_in_one_unit_with_its_band(bench):
    for number in (4.4, 5.1, 6.8):
        bench.later(days=1)
        bench.report(value("2823-3", number, "mmol/L"))
    key = row_of(bench, "K").key
    trend = bench.desk.ask("laboratory.trend", Trend("p1", key))
    assert [p.number for p in trend.points] == [4.4, 5.1, 6.8]
    assert (trend.low, trend.high, trend.reference_by) == (3.5, 5.3, "catalogue")
    with pytest.raises(NotFound):
        bench.desk.ask("laboratory.trend", Trend("p1", "K|mg/dL"))

"""Many reports at once: each is read once and remembered, and whatever changes under it is noticed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workstation.laboratory.bench import Bench, based_on, ranged, value
from workstation.laboratory import judging, waiting
from workstation.laboratory.model import Unread
from workstation.laboratory.results import Read, read_report


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reports whose values are read to judge them."""
    seen: list[str] = []

    def counted(reader: Any, report: Any, *more: Any) -> Read:
        seen.append(report["id"])
        return read_report(reader, report, *more)

    monkeypatch.setattr(judging, "read_report", counted)
    return seen


def potassium(number: float, **more: Any) -> Any:
    return value("2823-3", number, "mmol/L", "HH" if number > 6 else "N", **ranged(3.5, 5.3)) | more


def test_a_report_is_judged_once_until_it_changes(bench: Bench, reads: list[str]) -> None:
    (order,) = bench.taken("K")
    report = bench.report(potassium(6.8), **based_on(order))
    for _time in range(3):
        assert [row.report for row in bench.criticals()] == [report]
    assert reads == [report]
    bench.later(minutes=5)
    bench.report(potassium(4.2), id_=report, status="corrected", **based_on(order))
    assert bench.criticals() == ()
    assert reads == [report, report]


@pytest.mark.parametrize("dated", [True, False])
def test_a_value_that_changes_without_its_report_is_noticed_by_who_ordered_it(
    bench: Bench, dated: bool
) -> None:
    (order,) = bench.taken("K")
    report = bench.report(potassium(4.2), dated=dated, **based_on(order))
    assert bench.criticals() == ()
    bench.later(seconds=1)
    bench.put(bench.get("Observation", f"{report}-0") | potassium(6.8))
    assert [row.report for row in bench.criticals()] == [report]


def test_a_value_that_arrives_after_its_report_is_judged_then(bench: Bench) -> None:
    (order,) = bench.taken("K")
    late = potassium(6.8, id="late", effectiveDateTime="2026-03-17T08:50:00+08:00")
    report = bench.report(potassium(4.2), **based_on(order))
    stored = bench.get("DiagnosticReport", report)
    bench.put(stored | {"result": [*stored["result"], {"reference": "Observation/late"}]})
    assert bench.criticals() == ()
    assert [row.missing for row in bench.unread()] == [1]
    bench.put(late)
    assert [row.report for row in bench.criticals()] == [report]
    assert [row.missing for row in bench.unread()] == [0]


def test_a_member_of_a_group_is_judged_like_any_value(bench: Bench) -> None:
    (order,) = bench.taken("K")
    bench.put(potassium(6.8, id="member", effectiveDateTime="2026-03-17T08:50:00+08:00"))
    head = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "电解质组"},
        "subject": {"reference": "Patient/p1"},
        "hasMember": [{"reference": "Observation/member"}],
    }
    report = bench.report(head, **based_on(order))
    assert [row.report for row in bench.criticals()] == [report]
    bench.later(seconds=1)
    bench.put(bench.get("Observation", "member") | potassium(4.4))
    assert bench.criticals() == ()


def test_a_corrected_sex_judges_again(bench: Bench, reads: list[str]) -> None:
    (order,) = bench.taken("CBC")
    report = bench.report(value("718-7", 125, "g/L"), **based_on(order))
    assert [(row.abnormal, row.values[0].flag) for row in bench.unread()] == [(1, "low")]
    bench.put(bench.get("Patient", "p1") | {"gender": "female"})
    assert [(row.abnormal, row.values[0].flag) for row in bench.unread()] == [(0, "")]
    assert reads == [report, report]


def test_a_report_without_an_order_is_matched_only_where_the_patient_has_orders(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    books: list[str] = []
    made = waiting.book_of
    monkeypatch.setattr(waiting, "book_of", lambda *a: books.append(a[1]) or made(*a))
    for _report in range(3):
        bench.report(potassium(4.2, subject={"reference": "Patient/p2"}), patient="p2")
    bench.taken("K")
    for _report in range(3):
        bench.report(potassium(4.2))
    bench.unread(scope="all")
    assert books == ["p1"]


def test_only_the_most_urgent_are_listed_when_there_are_more_than_can_be_read(bench: Bench) -> None:
    (order,) = bench.taken("K")
    urgent = bench.report(potassium(6.8), **based_on(order))
    for _report in range(5):
        bench.later(minutes=1)
        bench.report(potassium(4.2), **based_on(order))
    rows = bench.as_("doc").ask("laboratory.unread", Unread("mine", limit=3))
    assert [row.report for row in rows] == [urgent, "rep6", "rep5"]


def test_after_two_days_a_value_is_its_own_doctors_alone(bench: Bench) -> None:
    (order,) = bench.taken("K")
    report = bench.report(potassium(6.8), **based_on(order))
    assert bench.criticals("chief") == ()
    bench.later(hours=47)
    assert [row.report for row in bench.criticals("chief")] == [report]
    bench.later(hours=2)
    assert bench.criticals("chief") == ()
    assert [row.report for row in bench.criticals("doc")] == [report]

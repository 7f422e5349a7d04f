"""One stay on one page, and what a banner says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.plugins.ward import drug_order, other_order, verification
from tests.workstation.inpatient.ward_kit import PIN, admit, diagnosis, put, visit
from workstation.core import i18n
from workstation.core.clock import FixedClock
from workstation.core.errors import Denied
from workstation.desk import Desk
from workstation.fhir.resources import Resource, concept
from workstation.inpatient.model import AskPlace, AskStay, Discharge, Disposition
from workstation.inpatient.rows import PlaceView, StayView
from workstation.terminology.doses import plain


def view(desk: Desk, stay: str) -> StayView:
    answer = desk.ask("inpatient.stay", AskStay("p1", stay))
    assert isinstance(answer, StayView)
    return answer


def report(stay: str, flag: str) -> list[Resource]:
    flags = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    about = {"subject": {"reference": "Patient/p1"}, "encounter": {"reference": f"Encounter/{stay}"}}
    return [
        {
            "resourceType": "Observation",
            "id": "o1",
            "status": "final",
            "code": {"text": "钾"},
            "interpretation": [concept(flags, flag)],
            "valueQuantity": {"value": 6.8, "unit": "mmol/L"},
            **about,
        },
        {
            "resourceType": "DiagnosticReport",
            "id": "r1",
            "status": "final",
            "code": {"text": "急诊生化"},
            "issued": "2026-03-17T08:30:00.000+08:00",
            "result": [{"reference": "Observation/o1"}],
            **about,
        },
    ]


def test_a_stay_from_a_visit_names_both_numbers_and_where_its_diagnoses_came_from(desk: Desk) -> None:
    put(desk, visit("v1", "p1"), diagnosis("c1", "p1", "v1", "J18.9", "肺炎"))
    stay = admit(desk, "", visit="v1", diagnosis="")
    put(desk, diagnosis("c9", "p1", stay, "I10", "高血压", "provisional"))
    i18n.set_language("zh_CN")
    found = view(desk, stay)
    assert (found.row.from_visit, found.row.source) == ("V26QNGv1", "outp")
    assert (found.row.department, found.row.doctor, found.row.status) == ("内科", "王敏", "in-progress")
    assert [(d.code, d.confirmed, d.at_admission) for d in found.diagnoses] == [
        ("J18.9", True, True),
        ("I10", False, False),
    ]


def test_running_orders_stand_by_kind_with_medicines_last_and_say_whether_a_nurse_has_seen_them(
    desk: Desk, clock: FixedClock
) -> None:
    i18n.set_language("zh_CN")
    stay = admit(desk)
    start = clock.now() - timedelta(hours=3)
    medicine = drug_order("m1", "p1", stay, "盐酸氨溴索片", "30 mg po tid", start, times=("06:30", "12:00"))
    put(
        desk,
        medicine,
        verification(medicine),
        other_order("o1", "p1", stay, "diet", "低盐饮食", start, code="diet-low-salt"),
        other_order("o2", "p1", stay, "nursing-level", "一级护理", start, code="nursing-1"),
        other_order(
            "o3", "p1", stay, "diet", "禁食", start, code="nil-by-mouth", status="revoked", end=start
        ),
    )
    found = view(desk, stay)
    assert [(o.kind, o.kind_name, o.verified) for o in found.orders] == [
        ("nursing-level", "护理级别", True),
        ("diet", "饮食", True),
        ("drug", "药品", False),
    ]
    assert "30 mg" in plain(found.orders[2].text)
    assert [(d.at[11:16], d.late) for d in found.due] == [("06:30", True), ("12:00", False)]


def test_results_say_unread_and_critical_until_somebody_answers(desk: Desk) -> None:
    stay = admit(desk)
    put(desk, *report(stay, "HH"))
    (result,) = view(desk, stay).results
    assert (result.name, result.unread, result.critical) == ("急诊生化", True, True)


def test_nothing_is_due_any_more_after_a_discharge(desk: Desk, clock: FixedClock) -> None:
    stay = admit(desk)
    start = clock.now() - timedelta(hours=3)
    put(
        desk,
        drug_order(
            "m1", "p1", stay, "盐酸氨溴索片", "30 mg po tid", start, times=("08:00",), end=clock.now()
        ),
    )
    assert view(desk, stay).due
    desk.do("inpatient.discharge", Discharge(stay, Disposition.HOME))
    found = view(desk, stay)
    assert (found.due, found.row.status) == ((), "finished")


def test_a_banner_learns_ward_bed_day_and_who_can_be_mixed_up_on_the_ward(
    desk: Desk, clock: FixedClock
) -> None:
    stay = admit(desk, "p2", 1)
    assert desk.ask("inpatient.place", AskPlace("p2")) == desk.ask("inpatient.place", AskPlace("p2", stay))
    clock.advance(timedelta(days=1))
    admit(desk, "p3", 2)
    found = desk.ask("inpatient.place", AskPlace("p2", stay))
    assert (found.ward_name, found.bed, found.day, found.alike) == ("内科病区", "1", 2, "same-sound")


def test_who_is_not_admitted_lies_nowhere(desk: Desk) -> None:
    assert desk.ask("inpatient.place", AskPlace("p1")) == PlaceView()


def test_a_stay_is_read_only_by_who_may_read_charts_and_each_look_is_in_the_trail(desk: Desk) -> None:
    stay = admit(desk)
    before = desk.store.count_acts("inpatient.stay", "")
    view(desk, stay)
    assert desk.store.count_acts("inpatient.stay", "") == before + 1
    desk.unlock("reg", PIN)
    with pytest.raises(Denied):
        view(desk, stay)

"""The ward board: every bed, who is in it, and what matters of them at a glance."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.conftest import MORNING
from tests.plugins.ward import drug_order, other_order
from tests.workstation.inpatient.ward_kit import (
    PEOPLE,
    PIN,
    MakeDesk,
    admit,
    bed,
    board,
    diagnosis,
    found,
    hospital,
    occupant,
    patient,
    put,
    stored,
)
from workstation.core import i18n
from workstation.core.clock import FixedClock, instant
from workstation.core.errors import Denied, Invalid
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept
from workstation.inpatient.model import AskBoard, AskDue, AskStay
from workstation.inpatient.rows import DueRow


def test_empty_beds_stand_on_the_board_too_in_the_order_of_their_numbers(desk: Desk) -> None:
    admit(desk, "p4", 3)
    view = board(desk)
    assert (view.name, view.department) == ("内科病区", "internal")
    assert [(row.number, [o.name for o in row.occupants]) for row in view.beds] == [
        ("1", []),
        ("2", []),
        ("3", ["欧阳建国"]),
        ("4", []),
    ]


def test_the_day_of_the_stay_counts_from_one_and_new_today_ends_at_midnight(
    desk: Desk, clock: FixedClock
) -> None:
    admit(desk)
    assert (occupant(desk, 1).day, occupant(desk, 1).new_today) == (1, True)
    clock.advance(timedelta(hours=14, minutes=59))
    assert (occupant(desk, 1).day, occupant(desk, 1).new_today) == (1, True)
    clock.advance(timedelta(minutes=1))
    assert (occupant(desk, 1).day, occupant(desk, 1).new_today) == (2, False)


def test_level_condition_and_diet_are_those_of_the_orders_that_run_now(desk: Desk, clock: FixedClock) -> None:
    stay = admit(desk)
    now = clock.now()
    past, soon = now - timedelta(hours=5), now + timedelta(hours=1)

    def order(id_: str, kind: str, code: str, text: str, start: datetime, **more: object) -> Resource:
        return other_order(id_, "p1", stay, kind, text, start, code=code, **more)

    put(
        desk,
        order("o1", "nursing-level", "nursing-2", "二级护理", past),
        order("o2", "nursing-level", "nursing-1", "一级护理", now),
        order("o3", "condition", "critical", "病危", past, end=soon),
        order("o4", "diet", "diet-low-salt", "低盐饮食", past),
        order("o5", "diet", "nil-by-mouth", "禁食", soon),
        order("o6", "monitoring", "x", "测血压", past),
        order("o7", "nursing-level", "nursing-special", "特级护理", now, status="entered-in-error"),
    )
    row = occupant(desk, 1)
    assert (row.nursing, row.condition, row.diet) == ("nursing-1", "critical", "diet-low-salt")
    i18n.set_language("zh_CN")
    row = occupant(desk, 1)
    assert (row.nursing_name, row.condition_name, row.diet_name) == ("一级护理", "病危", "低盐饮食")
    clock.advance(timedelta(hours=1))
    row = occupant(desk, 1)
    assert (row.condition, row.diet_name) == ("", "禁食")


def allergy(id_: str, of: str, **more: object) -> Resource:
    return {
        "resourceType": "AllergyIntolerance",
        "id": id_,
        "patient": {"reference": f"Patient/{of}"},
        **more,
    }


def test_allergy_state_is_one_of_those_that_are_never_mistaken(desk: Desk) -> None:
    for number, who in enumerate(("p1", "p2", "p3", "p4"), 1):
        admit(desk, who, number)
    none = {"code": concept(systems.SNOMED, "716186003"), "recordedDate": "2026-03-01"}
    put(
        desk,
        allergy("a1", "p1", code={"text": "青霉素"}, criticality="high"),
        allergy("a2", "p2", **none, recorder={"display": "王敏"}),
        allergy("a3", "p3", **none),
    )
    rows = [occupant(desk, n) for n in (1, 2, 3, 4)]
    assert [(r.allergy, r.allergies) for r in rows] == [
        ("known", ("青霉素",)),
        ("none", ()),
        ("unrecorded", ()),
        ("unrecorded", ()),
    ]


def test_names_that_can_be_mixed_up_are_marked_on_both(desk: Desk) -> None:
    for number, who in enumerate(("p2", "p3", "p5"), 1):
        admit(desk, who, number)
    assert [occupant(desk, n).alike for n in (1, 2, 3)] == ["same-sound", "same-sound", ""]


def test_two_patients_in_one_bed_are_both_shown(desk: Desk) -> None:
    admit(desk, "p1", 1)
    other = stored(desk, admit(desk, "p2", 2))
    other["location"][0]["location"] = {"reference": "Location/bed-internal-1"}
    put(desk, other)
    assert sorted(o.name for o in bed(desk, 1).occupants) == ["张伟", "李秀英"]


def test_who_is_on_the_ward_without_a_bed_is_not_forgotten(desk: Desk) -> None:
    stay = stored(desk, admit(desk))
    stay["location"][0]["location"] = {"reference": "Location/ward-internal"}
    put(desk, stay)
    view = board(desk)
    assert [o.name for o in view.without_bed] == ["李秀英"]
    assert all(not row.occupants for row in view.beds)


def test_the_diagnosis_is_the_first_standing_one_in_the_language_of_the_screen(desk: Desk) -> None:
    stay = admit(desk, diagnosis="发热待查")
    assert occupant(desk, 1).diagnosis == "发热待查"
    put(
        desk,
        diagnosis("c1", "p1", stay, "I10", "高血压", "entered-in-error"),
        diagnosis("c2", "p1", stay, "J18.9", "肺炎"),
    )
    known = desk.knowledge.diagnoses.get("J18.9")
    assert known is not None
    put(desk, {**diagnosis("c2", "p1", stay, "J18.9", known.name_zh)})
    assert occupant(desk, 1).diagnosis == known.name_en
    i18n.set_language("zh_CN")
    assert occupant(desk, 1).diagnosis == known.name_zh


def temperature(id_: str, value: float, at: str, status: str = "final") -> Resource:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": status,
        "code": concept(systems.LOINC, "8310-5"),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": at,
        "valueQuantity": {"value": value},
    }


def test_the_temperature_is_the_highest_of_the_last_24_hours(desk: Desk) -> None:
    admit(desk)
    put(
        desk,
        temperature("t1", 39.4, "2026-03-16T08:50:00+08:00"),
        temperature("t2", 38.2, "2026-03-16T18:00:00+08:00"),
        temperature("t3", 36.9, "2026-03-17T08:00:00+08:00"),
        temperature("t4", 41.0, "2026-03-17T08:30:00+08:00", "entered-in-error"),
    )
    assert occupant(desk, 1).temperature == 38.2


def test_a_stay_that_has_not_left_this_pc_says_so(desk: Desk) -> None:
    admit(desk)
    assert occupant(desk, 1).travelled.state == "waiting"


def test_who_may_not_read_the_ward_sees_no_board_and_a_bed_is_no_ward(desk: Desk) -> None:
    with pytest.raises(Invalid, match="not a ward"):
        desk.ask("inpatient.board", AskBoard("bed-internal-1"))
    desk.unlock("reg", PIN)
    with pytest.raises(Denied):
        desk.ask("inpatient.board", AskBoard("ward-internal"))


def statements(desk: Desk) -> int:
    """Count what is asked of the database for one board."""
    seen: list[str] = []

    def count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    try:
        board(desk)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", count)
    return len(seen)


def test_a_full_ward_asks_no_more_of_the_database_than_one_with_a_single_patient(make_desk: MakeDesk) -> None:
    desk = make_desk("doc")
    put(desk, *hospital(80), *(patient(id_) for id_ in PEOPLE))
    admit(desk, "p1", 1)
    alone = statements(desk)
    put(desk, *({**patient("p1"), "id": f"q{n}"} for n in range(2, 81)))
    for number in range(2, 81):
        admit(desk, f"q{number}", number)
    assert len(found(desk, "Encounter")) == 80
    assert statements(desk) == alone


def test_the_wristband_names_two_identifiers_bed_allergies_and_blood_group(desk: Desk) -> None:
    stay = admit(desk, "p4", 3)
    put(
        desk,
        allergy("a1", "p4", code={"text": "青霉素"}),
        {
            "resourceType": "Observation",
            "id": "b1",
            "status": "final",
            "code": concept(systems.LOINC, "882-1"),
            "subject": {"reference": "Patient/p4"},
            "effectiveDateTime": "2025-01-02",
            "valueCodeableConcept": {"text": "B 型 RhD 阳性"},
        },
    )
    band = desk.ask("inpatient.wristband", AskStay("p4", stay))
    assert (band.name, band.sex, band.birth, band.age) == ("欧阳建国", "male", "1940-03-09", "86 y")
    assert band.stay_number.startswith("ZY260317")
    assert (band.patient_number, band.ward, band.bed) == ("M00000004", "内科病区", "3")
    assert (band.allergy, band.allergies, band.blood_type) == ("known", ("青霉素",), "B 型 RhD 阳性")


def test_a_wristband_is_never_made_from_another_patients_stay(desk: Desk) -> None:
    stay = admit(desk, "p4", 3)
    with pytest.raises(Invalid, match="another patient"):
        desk.ask("inpatient.wristband", AskStay("p1", stay))


def due(desk: Desk) -> tuple[DueRow, ...]:
    answer = desk.ask("inpatient.due", AskDue("ward-internal"))
    assert isinstance(answer, tuple)
    return answer


def given(slot: str, order: str, stay: str) -> Resource:
    return {
        "resourceType": "MedicationAdministration",
        "id": f"given-{slot}",
        "status": "completed",
        "identifier": [{"system": systems.DOSE_SLOT, "value": slot}],
        "subject": {"reference": "Patient/p1"},
        "context": {"reference": f"Encounter/{stay}"},
        "request": {"reference": f"MedicationRequest/{order}"},
        "effectiveDateTime": instant(MORNING),
    }


def test_what_comes_next_and_what_is_overdue_follow_from_the_orders_and_what_was_given(
    desk: Desk, clock: FixedClock
) -> None:
    i18n.set_language("zh_CN")
    stay = admit(desk)
    admit(desk, "p2", 2)
    assert due(desk) == ()
    start = clock.now() - timedelta(hours=3)
    times = {"times": ("06:30", "08:00", "09:30", "12:00")}
    put(
        desk,
        drug_order("m1", "p1", stay, "盐酸氨溴索片", "30 mg po tid", start, number="YZ26AAA000001", **times),
        other_order("o1", "p1", stay, "monitoring", "测血压", start, frequency="qid", line=2),
    )
    (row,) = due(desk)
    assert (row.encounter, row.at[11:16], row.text, row.overdue) == (stay, "09:30", "口服", 3)
    put(
        desk,
        given("YZ26AAA000001.L1.2603170630", "m1", stay),
        given("YZ26AAA000001.L1.2603170800", "m1", stay),
    )
    (row,) = due(desk)
    assert (row.at[11:16], row.overdue) == ("09:30", 1)

"""Admitting: from a visit or directly, to a bed nobody is in, a patient who is not here yet."""

from __future__ import annotations

import re

import pytest

from tests.workstation.inpatient.ward_kit import (
    PIN,
    admit,
    bed_id,
    diagnosis,
    found,
    hospital,
    patient,
    place,
    put,
    stored,
    visit,
)
from workstation.core.errors import Conflict, Denied, Invalid, NotFound
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import code_of, extension, identifier, target, text_of
from workstation.inpatient.model import Admit, AskBeds, AskStaff, AskWards, Discharge, Disposition


def test_a_direct_admission_is_a_stay_in_progress_in_its_bed_with_doctor_nurse_and_number(desk: Desk) -> None:
    stay = stored(desk, admit(desk, nurse="practitioner-nurse"))
    assert (stay["status"], stay["class"]["code"]) == ("in-progress", "IMP")
    assert re.fullmatch(r"ZY260317[A-Z0-9]{3}001", identifier(stay, systems.VISIT_NUMBER))
    assert code_of(stay["serviceType"], systems.DEPARTMENT) == "internal"
    assert stay["serviceProvider"]["reference"] == "Organization/org-internal"
    (entry,) = stay["location"]
    assert (target(entry["location"]), entry["status"]) == (bed_id(1), "active")
    assert entry["location"]["display"] == "内科病区 1床"
    roles = {code_of(p["type"]): p["individual"]["display"] for p in stay["participant"]}
    assert roles == {"ATND": "王敏", "PPRF": "陈洁"}
    assert stay["reasonCode"] == [{"text": "肺炎"}]
    assert code_of(stay["hospitalization"]["admitSource"]) == "other"


def test_numbers_of_one_day_count_up_and_name_the_desk(desk: Desk) -> None:
    first, second = (identifier(stored(desk, admit(desk, who, bed)), systems.VISIT_NUMBER)
                     for who, bed in (("p1", 1), ("p2", 2)))  # fmt: skip
    assert (first[-3:], second[-3:]) == ("001", "002")
    assert first[:-3] == second[:-3]


def test_an_admission_from_a_visit_takes_over_patient_diagnoses_fee_and_visit_number(desk: Desk) -> None:
    put(
        desk,
        visit("v1", "p1"),
        diagnosis("c1", "p1", "v1", "J18.9", "肺炎"),
        diagnosis("c2", "p1", "v1", "I10", "高血压", "provisional"),
        diagnosis("c3", "p1", "v1", "K29.7", "胃炎", "entered-in-error"),
    )
    stay = stored(desk, admit(desk, "", visit="v1", diagnosis=""))
    assert target(stay["subject"]) == "p1"
    assert extension(stay, systems.FEE_TYPE) == "employee"
    about = stay["hospitalization"]
    assert about["preAdmissionIdentifier"] == {"system": systems.VISIT_NUMBER, "value": "V26QNGv1"}
    assert code_of(about["admitSource"]) == "outp"
    assert stay["reasonCode"] == [{"text": "肺炎"}]
    ids = [target(entry["condition"]) for entry in stay["diagnosis"]]
    taken = [stored(desk, id_, "Condition") for id_ in ids]
    assert [text_of(c["code"]) for c in taken] == ["肺炎", "高血压"]
    assert [code_of(c["verificationStatus"]) for c in taken] == ["confirmed", "provisional"]
    assert {target(c["encounter"]) for c in taken} == {stay["id"]}
    assert [e["rank"] for e in stay["diagnosis"]] == [1, 2]
    assert len(found(desk, "Condition", encounter="v1")) == 3


def test_an_emergency_visit_says_so_and_the_words_given_win_over_the_visits_diagnosis(desk: Desk) -> None:
    put(desk, visit("v1", "p1", kind="EMER"), diagnosis("c1", "p1", "v1", "J18.9", "肺炎"))
    stay = stored(desk, admit(desk, "", visit="v1", diagnosis="重症肺炎"))
    assert code_of(stay["hospitalization"]["admitSource"]) == "emd"
    assert stay["reasonCode"] == [{"text": "重症肺炎"}]


def test_a_nurse_who_admits_is_not_the_doctor_in_charge(desk: Desk) -> None:
    desk.unlock("nurse", PIN)
    assert "participant" not in stored(desk, admit(desk))


def test_a_patient_who_is_here_already_is_not_admitted_twice_and_the_place_is_named(desk: Desk) -> None:
    admit(desk, "p1", 1)
    with pytest.raises(Conflict) as caught:
        admit(desk, "p1", 2)
    assert "内科病区 1床" in caught.value.message
    assert "Transfer" in caught.value.hint


def test_after_a_discharge_the_same_patient_may_come_again(desk: Desk) -> None:
    desk.do("inpatient.discharge", Discharge(admit(desk), Disposition.HOME))
    assert stored(desk, admit(desk, "p1", 2))["status"] == "in-progress"


def test_a_bed_in_use_here_is_refused(desk: Desk) -> None:
    admit(desk, "p1", 1)
    with pytest.raises(Conflict, match="Bed 1 is in use"):
        admit(desk, "p2", 1)


@pytest.mark.parametrize("status", ["finished", "cancelled", "entered-in-error"])
def test_a_closed_visit_is_refused_with_another_way(desk: Desk, status: str) -> None:
    put(desk, visit("v1", "p1", status), diagnosis("c1", "p1", "v1", "J18.9", "肺炎"))
    with pytest.raises(Conflict, match="closed") as caught:
        admit(desk, "", visit="v1")
    assert "directly" in caught.value.hint
    assert found(desk, "Condition", encounter="v1") == [stored(desk, "c1", "Condition")]


REFUSED = [
    ({"patient": ""}, Invalid, "patient"),
    ({"diagnosis": " "}, Invalid, "diagnosis"),
    ({"bed": ""}, Invalid, "bed"),
    ({"bed": "ward-internal"}, Invalid, "bed"),
    ({"bed": "bed-closed"}, Invalid, "bed"),
    ({"bed": "bed-lost"}, Invalid, "bed"),
    ({"bed": "nowhere"}, NotFound, ""),
    ({"source": "moon"}, Invalid, "source"),
    ({"patient": "p5", "visit": "v1"}, Invalid, "visit"),
    ({"patient": "dead"}, Invalid, ""),
    ({"patient": "old"}, Invalid, ""),
    ({"patient": "nobody"}, NotFound, ""),
]


@pytest.mark.parametrize(("changed", "error", "field"), REFUSED)
def test_what_cannot_be_right_is_refused_and_names_the_field(
    desk: Desk, changed: dict[str, str], error: type[Exception], field: str
) -> None:
    put(
        desk,
        place("bed-closed", "bd", "9", within="ward-internal", status="suspended"),
        place("bed-lost", "bd", "10"),
        visit("v1", "p1"),
        {**patient("p2"), "id": "dead", "deceasedBoolean": True},
        {**patient("p2"), "id": "old", "active": False},
    )
    before = len(found(desk, "Encounter"))
    request = {"bed": bed_id(1), "patient": "p1", "diagnosis": "肺炎", **changed}
    with pytest.raises(error) as caught:
        desk.do("inpatient.admit", Admit(**request))
    assert getattr(caught.value, "field", "") == field
    assert len(found(desk, "Encounter")) == before


def test_a_stay_is_no_visit_to_be_admitted_from(desk: Desk) -> None:
    stay = admit(desk)
    with pytest.raises(Invalid, match="stay already"):
        admit(desk, "", 2, visit=stay)


def test_who_may_not_manage_stays_admits_nobody(desk: Desk) -> None:
    desk.unlock("pharm", PIN)
    with pytest.raises(Denied):
        admit(desk)


def test_the_free_beds_of_a_ward_stand_in_the_order_of_their_numbers(desk: Desk) -> None:
    put(
        desk,
        place("room-1", "ro", "抢救室", within="ward-internal"),
        place("bed-10", "bd", "10", within="room-1"),
        place("bed-10a", "bd", "10A", within="ward-internal"),
        place("bed-shut", "bd", "11", within="ward-internal", status="suspended"),
        place("bed-gone", "bd", "12", within="ward-internal", status="inactive"),
    )
    admit(desk, "p1", 2)
    free = desk.ask("inpatient.beds", AskBeds("ward-internal"))
    assert [(bed.number, bed.room) for bed in free] == [
        ("1", ""), ("3", ""), ("4", ""), ("10", "抢救室"), ("10A", "")
    ]  # fmt: skip
    assert {bed.ward_name for bed in desk.ask("inpatient.beds", AskBeds())} == {"内科病区", "外科病区"}


def test_the_own_ward_comes_first_with_its_beds_in_use(desk: Desk) -> None:
    admit(desk, "p1", 2)
    desk.unlock("chief", PIN)
    rows = desk.ask("inpatient.wards", AskWards())
    assert [(r.name, r.department, r.beds, r.occupied, r.mine) for r in rows] == [
        ("外科病区", "surgery", 4, 0, True),
        ("内科病区", "internal", 4, 1, False),
    ]


def test_who_can_be_in_charge_are_the_doctors_and_nurses_of_the_wards_department(desk: Desk) -> None:
    staff = desk.ask("inpatient.staff", AskStaff("ward-internal"))
    assert [row.name for row in staff.doctors] == ["王敏"]
    assert [row.name for row in staff.nurses] == ["陈洁"]


def test_the_hospital_of_these_tests_has_eight_beds() -> None:
    kinds = [code_of(r["physicalType"]) for r in hospital() if r["resourceType"] == "Location"]
    assert kinds.count("bd") == 8

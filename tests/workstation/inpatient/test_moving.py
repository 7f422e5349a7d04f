"""Moving to another bed or ward, and who is in charge."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workstation.inpatient.ward_kit import PIN, admit, bed, bed_id, board, occupant, place, put, stored
from workstation.core.clock import FixedClock
from workstation.core.errors import Conflict, Denied, Invalid, NotFound
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.fhir.resources import code_of, extension, target
from workstation.inpatient.model import Admit, AskStay, Assign, Discharge, Disposition, Transfer


def test_a_transfer_ends_one_bed_and_begins_another(desk: Desk, clock: FixedClock) -> None:
    stay = admit(desk, bed=1)
    clock.advance(timedelta(hours=2))
    desk.do("inpatient.transfer", Transfer(stay, bed_id(3)))
    first, second = stored(desk, stay)["location"]
    assert (target(first["location"]), first["status"]) == (bed_id(1), "completed")
    assert first["period"]["end"] == second["period"]["start"] == "2026-03-17T11:00:00.000+08:00"
    assert (target(second["location"]), second["status"]) == (bed_id(3), "active")
    assert bed(desk, 1).occupants == ()
    assert occupant(desk, 3).encounter == stay


def test_another_ward_needs_the_reason_and_becomes_the_stays_department(desk: Desk) -> None:
    stay = admit(desk, bed=1, nurse="practitioner-nurse")
    there = bed_id(2, "surgery")
    with pytest.raises(Invalid) as caught:
        desk.do("inpatient.transfer", Transfer(stay, there))
    assert caught.value.field == "reason"
    desk.do("inpatient.transfer", Transfer(stay, there, "需手术治疗", doctor="practitioner-chief"))
    after = stored(desk, stay)
    assert extension(after["location"][0], systems.STATUS_REASON) == "需手术治疗"
    assert code_of(after["serviceType"], systems.DEPARTMENT) == "surgery"
    assert after["serviceProvider"]["reference"] == "Organization/org-surgery"
    row = desk.ask("inpatient.stay", AskStay("p1", stay)).row
    assert (row.doctor, row.nurse, row.ward_name, row.bed_number) == ("周济", "", "外科病区", "2")
    assert [(p.ward, p.bed, p.reason) for p in row.places] == [
        ("内科病区", "1", "需手术治疗"),
        ("外科病区", "2", ""),
    ]
    assert all(not b.occupants for b in board(desk).beds)


REFUSED = [
    (bed_id(1), Invalid, "in this bed already"),
    (bed_id(2), Conflict, "Bed 2 is in use"),
    ("bed-shut", Invalid, "Bed 9 is closed"),
    ("", Invalid, "Choose a bed"),
    ("nowhere", NotFound, "not on this desk"),
]


@pytest.mark.parametrize(("there", "error", "words"), REFUSED)
def test_a_bed_that_cannot_be_moved_to_is_refused(
    desk: Desk, there: str, error: type[Exception], words: str
) -> None:
    put(desk, place("bed-shut", "bd", "9", within="ward-internal", status="suspended"))
    stay = admit(desk, bed=1)
    admit(desk, "p2", 2)
    before = stored(desk, stay)
    with pytest.raises(error, match=words):
        desk.do("inpatient.transfer", Transfer(stay, there))
    assert stored(desk, stay) == before


def test_who_has_gone_home_is_moved_and_assigned_no_more(desk: Desk) -> None:
    stay = admit(desk)
    desk.do("inpatient.discharge", Discharge(stay, Disposition.HOME))
    for name, request in (
        ("transfer", Transfer(stay, bed_id(2))),
        ("assign", Assign(stay, nurse="practitioner-nurse")),
        ("discharge", Discharge(stay, Disposition.HOME)),
    ):
        with pytest.raises(Conflict, match="discharged already"):
            desk.do(f"inpatient.{name}", request)


def test_a_new_doctor_in_charge_leaves_the_former_one_on_the_record(desk: Desk, clock: FixedClock) -> None:
    stay = admit(desk)
    clock.advance(timedelta(days=1))
    desk.do("inpatient.assign", Assign(stay, doctor="practitioner-chief"))
    people = stored(desk, stay)["participant"]
    assert [(p["individual"]["display"], "end" in p["period"]) for p in people] == [
        ("周济", False),
        ("王敏", True),
    ]
    assert occupant(desk, 1).doctor == "周济"


def test_assigning_leaves_whom_it_does_not_name_and_takes_away_whom_it_names_empty(desk: Desk) -> None:
    stay = admit(desk, nurse="practitioner-nurse")
    desk.do("inpatient.assign", Assign(stay, nurse=""))
    assert (occupant(desk, 1).doctor, occupant(desk, 1).nurse) == ("王敏", "")
    before = stored(desk, stay)
    desk.do("inpatient.assign", Assign(stay, doctor="practitioner-doc"))
    assert stored(desk, stay) == before


def test_nobody_unknown_is_put_in_charge(desk: Desk) -> None:
    stay = admit(desk)
    with pytest.raises(NotFound):
        desk.do("inpatient.assign", Assign(stay, doctor="nobody"))


def test_who_may_not_manage_stays_moves_nobody(desk: Desk) -> None:
    stay = admit(desk)
    desk.unlock("pharm", PIN)
    with pytest.raises(Denied):
        desk.do("inpatient.transfer", Transfer(stay, bed_id(2)))


def test_an_outpatient_visit_is_no_stay(desk: Desk) -> None:
    put(desk, {"resourceType": "Encounter", "id": "v9", "status": "in-progress", "class": {"code": "AMB"},
               "subject": {"reference": "Patient/p1"}})  # fmt: skip
    with pytest.raises(Invalid, match="no stay"):
        desk.do("inpatient.transfer", Transfer("v9", bed_id(2)))
    with pytest.raises(Invalid, match="another patient"):
        desk.ask("inpatient.stay", AskStay("p2", desk.do("inpatient.admit", Admit(bed_id(1), patient="p1",
                 diagnosis="肺炎")).primary.id))  # fmt: skip

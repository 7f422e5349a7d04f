"""What a code is, and the five rights of a dose against the open chart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.plugins import ward
from tests.plugins.floor import BAG, DOSE, INSULIN, NUMBER, OTHER, OTHERS, STAY, Ward
from workstation.nursing import model
from workstation.nursing.rows import Barrier, Right, ScanKind, Scanned
from workstation.terminology.doses import plain


def scan(floor: Ward, code: str) -> Scanned:
    return floor.desk.ask("nursing.scan", model.Scan(code))


CODES = {
    STAY: (ScanKind.WRISTBAND, True, "s1"),
    "ZY260101AAA009": (ScanKind.WRISTBAND, False, ""),
    DOSE: (ScanKind.LABEL, True, "s1"),
    f"{NUMBER}9.L3.2603170800": (ScanKind.LABEL, False, ""),
    "BB26AAA000001": (ScanKind.SPECIMEN, True, ""),
    "6901234567892": (ScanKind.PACK, False, ""),
    "hello": (ScanKind.UNKNOWN, False, ""),
}


@pytest.mark.parametrize(("code", "meaning"), CODES.items(), ids=CODES)
def test_code_is_told_apart(floor: Ward, code: str, meaning: tuple[ScanKind, bool, str]) -> None:
    found = scan(floor, code)
    assert (found.kind, found.known, found.encounter) == meaning


def test_wristband_of_somebody_discharged_says_so(floor: Ward) -> None:
    with floor.desk.store.reader() as reader:
        over = {**reader.get("Encounter", "s1"), "status": "finished"}
    floor.put(over)
    assert scan(floor, STAY).over
    assert Barrier.OVER in {bar.barrier for bar in floor.rights(DOSE).bars}


def test_right_label_at_the_right_patient_holds_all_five(floor: Ward) -> None:
    view = floor.rights(DOSE, wristband=STAY)
    assert view.ok
    assert [row.right for row in view.rights] == list(Right)
    assert all(row.expected == row.found for row in view.rights[:4])
    assert (plain(view.rights[2].found), view.rights[4].expected, view.rights[4].found) == (
        "5 mg",
        "08:00",
        "09:00",
    )


def wrong(floor: Ward, code: str, **more: str) -> dict[Right, tuple[str, str]]:
    view = floor.rights(code, **more)
    assert not view.ok
    return {row.right: (plain(row.expected), plain(row.found)) for row in view.rights if not row.ok}


def test_label_of_another_patient_shows_both_names(floor: Ward) -> None:
    found = wrong(floor, OTHERS)
    assert found[Right.PATIENT] == ("bed 12  张伟  ZY260316AAA001", "bed 13  张薇  ZY260316AAA002")


def test_wristband_of_another_patient_is_the_wrong_patient(floor: Ward) -> None:
    found = wrong(floor, DOSE, wristband=OTHER)
    assert found == {Right.PATIENT: ("bed 12  张伟  ZY260316AAA001", OTHER)}


def test_old_label_after_a_change_shows_the_dose_that_differs(floor: Ward) -> None:
    with floor.desk.store.reader() as reader:
        line = reader.get("MedicationRequest", "aml")
    floor.put(ward.stopped(line, floor.today("08:30")))
    floor.order(
        ward.drug_order(
            "new", "p1", "s1", "苯磺酸氨氯地平片", "10 mg po qd", floor.today("08:30"), number="YZ26AAA000003"
        )
    )
    assert wrong(floor, DOSE) == {Right.DOSE: ("10 mg", "5 mg")}


def test_label_of_a_stopped_drug_says_that_nothing_replaces_it(floor: Ward) -> None:
    with floor.desk.store.reader() as reader:
        line = reader.get("MedicationRequest", "aml")
    floor.put(ward.stopped(line, floor.today("08:30")))
    found = wrong(floor, DOSE)
    assert found[Right.DRUG] == ("nothing: it was stopped", "amlodipine 5 mg")


def test_label_of_tomorrow_is_the_wrong_time(floor: Ward) -> None:
    found = wrong(floor, f"{NUMBER}.L3.2603180800")
    assert found == {Right.TIME: ("18-Mar-2026 08:00", "09:00")}


def test_dose_given_already_holds_all_rights_but_is_barred(floor: Ward) -> None:
    floor.give()
    view = floor.rights(DOSE)
    assert all(row.ok for row in view.rights)
    assert [bar.barrier for bar in view.bars] == [Barrier.RECORDED]


def test_late_high_alert_dose_asks_for_a_reason_and_a_second_person(floor: Ward) -> None:
    floor.clock.advance(timedelta(minutes=1))
    view = floor.rights(INSULIN)
    assert (view.needs_late, view.needs_second, view.infusion, view.ok) == (True, True, False, True)
    assert floor.rights(BAG).infusion


def test_pack_finds_the_dose_of_its_product_that_is_due(floor: Ward) -> None:
    code = next(k for k, drug in floor.desk.knowledge.pack_codes.items() if drug == "D051" and len(k) == 14)
    view = floor.rights(code)
    assert (view.slot, view.ok) == (DOSE, True)
    floor.give(label=code)
    assert len(floor.facts()) == 1


def test_pack_of_a_drug_that_is_not_due_is_the_wrong_drug(floor: Ward) -> None:
    code = next(k for k, drug in floor.desk.knowledge.pack_codes.items() if drug == "D001" and len(k) == 14)
    expected, found = wrong(floor, code)[Right.DRUG]
    assert expected == "sodium chloride 0.9% 2.25 g in 250 mL · ceftriaxone 1 g · amlodipine 5 mg · +1"
    assert found.startswith("Amoxicillin")


def test_bag_that_was_mixed_is_known_by_its_label_alone(floor: Ward) -> None:
    code = next(k for k, drug in floor.desk.knowledge.pack_codes.items() if drug == "D014" and len(k) == 14)
    assert [bar.barrier for bar in floor.rights(code).bars] == [Barrier.WRONG_DRUG]


def test_dose_chosen_by_hand_is_compared_without_a_code(floor: Ward) -> None:
    assert floor.rights(slot=DOSE).ok

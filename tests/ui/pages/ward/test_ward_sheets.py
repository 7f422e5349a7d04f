"""Admission, transfer, discharge: typed by hands alone, refused with the reason, nothing typed lost."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages import ward_scene
from tests.ui.pages.ward_hands import Hands, Key, Open, Printer
from tests.ui.screens import settle
from tests.workstation.inpatient.ward_kit import admit, bed_id, found, put, stored
from ui.context import PatientContext
from ui.pages.outpatient import OutpatientPage
from ui.pages.stay import StayPage
from ui.pages.ward import WardPage
from ui.pages.ward_parts.admit_sheet import AdmitSheet
from ui.pages.ward_parts.discharge_sheet import DischargeSheet
from ui.pages.ward_parts.transfer_sheet import AssignSheet, TransferSheet
from ui.widgets.code_search import CodeLineEdit
from workstation.desk import Desk
from workstation.fhir.resources import code_of, target, text_of
from workstation.inpatient.model import Disposition, Item, Transfer


def sheet_of(page: WardPage | StayPage, kind: type) -> Any:
    assert isinstance(page.acts.sheet, kind)
    return page.acts.sheet


def stay_of(desk: Desk, patient: str) -> dict[str, Any]:
    (stay,) = found(desk, "Encounter", patient=patient, **{"class": "IMP"})
    return stay


def test_a_patient_is_admitted_by_keys_alone_and_the_wristband_is_printed(
    open_ward: Open, hospital: Desk, hands: Hands, printer: Printer
) -> None:
    page, _shell = open_ward("doc")
    hands.press(Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    hands.pick("zht")
    hands.pick("20")
    hands.write("腹痛待查")
    hands.press(Key.Key_F12)
    stay = stay_of(hospital, "w90")
    assert target(stay["location"][0]["location"]) == bed_id(20)
    assert stay["reasonCode"] == [{"text": "腹痛待查"}]
    assert stay["participant"][0]["individual"]["display"] == "王敏"
    assert printer.asked == [("print", f"Encounter/{stay['id']}/wristband")]
    cell = page.current()
    assert cell is not None
    assert (cell.bed.number, cell.who.name if cell.who else "") == ("20", "郑海涛")
    assert hands.count <= 16


def test_enter_on_an_empty_bed_admits_to_it_and_comes_from_the_open_visit_with_its_diagnosis(
    open_ward: Open, hospital: Desk, hands: Hands
) -> None:
    visit = ward_scene.outpatient(hospital)
    page, _shell = open_ward("doc")
    hands.write("5")
    hands.press(Key.Key_Return)
    sheet = sheet_of(page, AdmitSheet)
    assert sheet.bed.text() == "内科病区 Bed 5"
    hands.pick("zht")
    assert "肺炎" in sheet.coming.text() or "neumonia" in sheet.coming.text()
    assert sheet.source.value() == "outp"
    hands.press(Key.Key_F12)
    stay = stay_of(hospital, "w90")
    assert stay["hospitalization"]["preAdmissionIdentifier"]["value"].endswith(visit)
    assert [
        text_of(stored(hospital, target(d["condition"]), "Condition")["code"]) for d in stay["diagnosis"]
    ] == ["肺炎"]


def test_a_doctor_admits_the_patient_in_front_from_the_consultation(
    open_ward: Open, hospital: Desk, hands: Hands, qtbot: QtBot
) -> None:
    visit = ward_scene.outpatient(hospital)
    _page, shell = open_ward("doc")
    shell.open_chart(PatientContext("w90", "郑海涛", visit))
    settle(shell)
    assert isinstance(shell.frame.front_page(), OutpatientPage)
    shell.frame.front_page().setFocus()
    hands.press(Key.Key_I, Qt.KeyboardModifier.AltModifier)
    assert isinstance(QApplication.focusWidget(), CodeLineEdit)
    hands.pick("21")
    hands.press(Key.Key_F12)
    assert target(stay_of(hospital, "w90")["location"][0]["location"]) == bed_id(21)


def test_what_is_missing_is_said_and_what_was_typed_stays(open_ward: Open, hands: Hands) -> None:
    page, _shell = open_ward("doc")
    page.admit()
    sheet = sheet_of(page, AdmitSheet)
    hands.press(Key.Key_F12)
    assert sheet.error.text() == "Choose the patient from the list."
    hands.pick("zht")
    hands.press(Key.Key_F12)
    assert sheet.error.text() == "Choose a free bed from the list."
    hands.pick("20")
    sheet.diagnosis.setText("")
    hands.press(Key.Key_F12)
    assert sheet.error.text() == "Give the admission diagnosis."
    sheet.diagnosis.setText("肺炎")
    sheet.doctor.setFocus()
    sheet.doctor.selectAll()
    hands.write("somebody")
    hands.press(Key.Key_F12)
    assert "Doctor in charge" in sheet.error.text()
    assert sheet.patient.text() == "郑海涛"
    assert sheet.isVisible()
    hands.press(Key.Key_Escape)
    assert not sheet.isVisible()


def test_who_is_admitted_already_is_told_at_once_and_refused_by_the_desk(
    open_ward: Open, hospital: Desk, hands: Hands
) -> None:
    page, _shell = open_ward("doc")
    page.admit()
    sheet = sheet_of(page, AdmitSheet)
    hands.pick("oyjg")
    assert "Admitted already: 内科病区 Bed 1." in sheet.error.text()
    hands.pick("20")
    sheet.diagnosis.setText("肺炎")
    hands.press(Key.Key_F12)
    assert "admitted already" in sheet.error.text()
    assert len(found(hospital, "Encounter", patient="w0")) == 1


def test_a_bed_taken_meanwhile_is_refused_and_the_sheet_stays(
    open_ward: Open, hospital: Desk, hands: Hands, stays: tuple[Desk, dict[str, str]]
) -> None:
    page, _shell = open_ward("doc")
    page.admit()
    sheet = sheet_of(page, AdmitSheet)
    hands.pick("zht")
    hands.pick("20")
    hospital.do("inpatient.transfer", Transfer(stays[1]["w1"], bed_id(20)))
    sheet.diagnosis.setText("肺炎")
    hands.press(Key.Key_F12)
    assert "Bed 20 is in use." in sheet.error.text()
    assert sheet.isVisible()


def test_down_shows_all_free_beds_of_the_ward_in_front_first(
    open_ward: Open, hands: Hands, qtbot: QtBot
) -> None:
    page, _shell = open_ward("doc")
    page.admit()
    sheet = sheet_of(page, AdmitSheet)
    sheet.bed.setFocus()
    hands.press(Key.Key_Down)
    qtbot.waitUntil(lambda: sheet.bed.choice_list is not None and sheet.bed.choice_list.isVisible())
    assert [choice.title for choice in sheet.bed.choice_list.choices[:2]] == [
        "内科病区 Bed 5",
        "内科病区 Bed 8",
    ]


def test_a_transfer_in_the_ward_takes_a_bed_and_nothing_else(
    open_ward: Open, hospital: Desk, hands: Hands, stays: tuple[Desk, dict[str, str]]
) -> None:
    page, _shell = open_ward("nurse")
    hands.press(Key.Key_T, Qt.KeyboardModifier.AltModifier)
    sheet = sheet_of(page, TransferSheet)
    assert "欧阳建国" in sheet.ok.text()
    assert sheet.reason.isHidden()
    hands.pick("30")
    hands.press(Key.Key_F12)
    places = stored(hospital, stays[1]["w0"])["location"]
    assert [target(p["location"]) for p in places] == [bed_id(1), bed_id(30)]
    assert hands.count <= 6


def test_another_ward_asks_for_the_reason_and_who_is_in_charge_there(
    open_ward: Open, hospital: Desk, hands: Hands, stays: tuple[Desk, dict[str, str]]
) -> None:
    page, shell = open_ward("nurse")
    hands.press(Key.Key_T, Qt.KeyboardModifier.AltModifier)
    sheet = sheet_of(page, TransferSheet)
    sheet.choose_bed(bed_id(3, "surgery"))
    settle(shell)
    assert not sheet.reason.isHidden()
    hands.press(Key.Key_F12)
    assert sheet.error.text() == "Give the reason for moving to another ward."
    sheet.reason.setFocus()
    hands.write("转外科手术")
    hands.press(Key.Key_Return)
    hands.pick("zhouji")
    hands.press(Key.Key_F12)
    stay = stored(hospital, stays[1]["w0"])
    assert target(stay["location"][-1]["location"]) == bed_id(3, "surgery")
    assert stay["participant"][0]["individual"]["display"] == "周济"
    assert page.board.cells[0].who is None


def test_who_is_in_charge_is_changed_by_keys(
    open_ward: Open, hospital: Desk, hands: Hands, stays: tuple[Desk, dict[str, str]]
) -> None:
    page, _shell = open_ward("doc")
    hands.press(Key.Key_G, Qt.KeyboardModifier.AltModifier)
    sheet = sheet_of(page, AssignSheet)
    assert (sheet.doctor.text(), sheet.nurse.text()) == ("王敏", "陈洁")
    sheet.nurse.selectAll()
    sheet.nurse.setFocus()
    hands.press(Key.Key_Delete)
    hands.press(Key.Key_F12)
    stay = stored(hospital, stays[1]["w0"])
    assert [("end" in p["period"]) for p in stay["participant"] if code_of(p["type"]) == "PPRF"] == [True]
    cell = page.board.cells[0]
    assert cell.who is not None
    assert (cell.who.doctor, cell.who.nurse) == ("王敏", "")


def test_a_discharge_is_held_up_by_what_must_be_settled_and_says_it_beside_the_button(
    open_ward: Open, hospital: Desk, hands: Hands, stays: tuple[Desk, dict[str, str]]
) -> None:
    page, _shell = open_ward("doc")
    hands.press(Key.Key_D, Qt.KeyboardModifier.AltModifier)
    sheet = sheet_of(page, DischargeSheet)
    assert not sheet.ok.isEnabled()
    assert "欧阳建国" in sheet.ok.text()
    assert sheet.error.text() == sheet.not_yet()
    assert sheet.back.hasFocus()
    hands.press(Key.Key_F12)
    assert stored(hospital, stays[1]["w0"])["status"] == "in-progress"


def test_a_patient_without_open_things_goes_home_by_keys(
    open_ward: Open, hospital: Desk, hands: Hands
) -> None:
    put(hospital, {**ward_scene.person(0), "id": "w91", "name": [{"use": "official", "text": "何平"}]})
    stay = admit(hospital, "w91", 22)
    page, _shell = open_ward("doc")
    hands.write("22")
    hands.press(Key.Key_D, Qt.KeyboardModifier.AltModifier)
    sheet = sheet_of(page, DischargeSheet)
    assert sheet.ok.isEnabled()
    hands.press(Key.Key_F12)
    after = stored(hospital, stay)
    assert after["status"] == "finished"
    assert code_of(after["hospitalization"]["dischargeDisposition"]) == Disposition.HOME.value
    assert page.board.cells[21].who is None
    assert hands.count <= 4


def test_an_open_test_is_passed_with_a_reason_typed_into_its_field(
    open_ward: Open, hospital: Desk, hands: Hands
) -> None:
    put(hospital, {**ward_scene.person(0), "id": "w91", "name": [{"use": "official", "text": "何平"}]})
    stay = admit(hospital, "w91", 22)
    put(
        hospital,
        {
            "resourceType": "ServiceRequest",
            "id": "lab-1",
            "status": "active",
            "intent": "order",
            "category": [{"coding": [{"system": "http://snomed.info/sct", "code": "108252007"}]}],
            "code": {"text": "血常规"},
            "subject": {"reference": "Patient/w91"},
            "encounter": {"reference": f"Encounter/{stay}"},
        },
    )
    page, _shell = open_ward("doc")
    hands.write("22")
    hands.press(Key.Key_D, Qt.KeyboardModifier.AltModifier)
    sheet = sheet_of(page, DischargeSheet)
    assert sheet.reasons[Item.LABORATORY].hasFocus()
    hands.press(Key.Key_F12)
    assert "Laboratory tests not finished" in sheet.error.text()
    hands.write("门诊复查")
    hands.press(Key.Key_F12)
    assert stored(hospital, stay)["status"] == "finished"
    (issue,) = found(hospital, "DetectedIssue", patient="w91")
    assert text_of(issue["mitigation"][0]["action"]) == "门诊复查"


def test_only_a_doctor_is_offered_to_record_a_death(open_ward: Open) -> None:
    page, _shell = open_ward("nurse")
    subject_action = next(a for a in page.page_actions() if a.id == "stay.discharge")
    subject_action.run()
    assert "exp" not in sheet_of(page, DischargeSheet).how.buttons


def test_the_wristband_of_the_bed_in_focus_is_shown(
    open_ward: Open, hands: Hands, printer: Printer, stays: tuple[Desk, dict[str, str]]
) -> None:
    _page, _shell = open_ward("nurse")
    hands.press(Key.Key_W, Qt.KeyboardModifier.AltModifier)
    assert printer.asked == [("preview", f"Encounter/{stays[1]['w0']}/wristband")]

"""Admission, transfer, discharge: typed by hands alone, refused with the reason, nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages import ward_scene
from tests.ui.screens import settle
from tests.workstation.inpatient.ward_kit import admit, bed_id, found, put, stored
from ui.context import PatientContext
from ui.pages.outpatient import OutpatientPage
from ui.pages.stay import StayPage
from ui.pages.ward import WardPage
from ui.pages.ward_parts.admit_sheet import AdmitSheet
from ui.pages.ward_parts.discharge_sheet import DischargeSheet
from ui.pages.ward_parts.transfer_sheet import AssignSheet, TransferSheet
from ui.papers_port import NoPapers
from ui.shell import Shell
from ui.widgets.code_search import CodeLineEdit
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.fhir.resources import code_of, target, text_of
from workstation.inpatient.model import Disposition, Item, Transfer

Key = Qt.Key
Open = Callable[..., tuple[WardPage, Shell]]


class Printer(NoPapers):
    """Remembers what was asked for instead of making papers, which are other tests' business."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def preview(self, *documents: str) -> None:
        self.asked.append(("preview", *documents))

    def print_signed(self, *documents: str) -> None:
        self.asked.append(("print", *documents))


@pytest.fixture
def stays(make_desk: Callable[..., Desk], clock: FixedClock) -> tuple[Desk, dict[str, str]]:
    desk = make_desk("doc")
    return desk, ward_scene.fill(desk, clock)


@pytest.fixture
def hospital(stays: tuple[Desk, dict[str, str]]) -> Desk:
    put(stays[0], {**ward_scene.person(0), "id": "w90", "name": [{"use": "official", "text": "郑海涛"}]})
    return stays[0]


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def open_ward(app: QApplication, hospital: Desk, qtbot: QtBot, printer: Printer) -> Iterator[Open]:
    made: list[Shell] = []

    def make(user: str = "doc") -> tuple[WardPage, Shell]:
        shell = ward_scene.window(hospital, app, user)
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        object.__setattr__(shell.ctx, "papers", printer)
        page = ward_scene.ward_page(shell)
        object.__setattr__(page.ctx, "papers", printer)
        page.focus_region(1)
        settle(shell)
        return page, shell

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Hands:
    """Type into whatever has the focus, wait for its list, and count the keys."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot, self.count = qtbot, 0

    def press(self, key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.count += 1
        QTest.keyClick(QApplication.focusWidget(), key, modifier)
        QApplication.processEvents()

    def write(self, text: str) -> None:
        self.count += len(text)
        if text.isascii():
            QTest.keyClicks(QApplication.focusWidget(), text)
        else:
            composed = QInputMethodEvent()
            composed.setCommitString(text)
            QApplication.sendEvent(QApplication.focusWidget(), composed)
        QApplication.processEvents()

    def pick(self, text: str) -> None:
        """Type, wait until something is highlighted, take it."""
        field = QApplication.focusWidget()
        assert isinstance(field, CodeLineEdit)
        self.write(text)
        self._qtbot.waitUntil(lambda: field.highlighted() is not None)
        self.press(Key.Key_Return)
        self._qtbot.waitUntil(lambda: not field.hasFocus())


@pytest.fixture
def hands(qtbot: QtBot) -> Hands:
    return Hands(qtbot)


def sheet_of(page: WardPage | StayPage, kind: type) -> Any:
    assert isinstance(page.acts.sheet, kind)
    return page.acts.sheet


def stay_of(desk: Desk, patient: str) -> dict[str, Any]:
    (stay,) = found(desk, "Encounter", patient=patient, **{"class": "IMP"})
    return stay


def test_a_patient_is_admitted_by_keys_alone_and_the_wristband_is_printed(
    open_ward: Open, hospital: Desk, hands: Hands, printer: Printer
) -> None:
    page, _shell = open_ward()
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
    page, _shell = open_ward()
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
    _page, shell = open_ward()
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
    page, _shell = open_ward()
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
    page, _shell = open_ward()
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
    page, _shell = open_ward()
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
    page, _shell = open_ward()
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
    page, _shell = open_ward()
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
    page, _shell = open_ward()
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
    page, _shell = open_ward()
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
    page, _shell = open_ward()
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


def open_stay(shell: Shell, patient: str, name: str, encounter: str) -> StayPage:
    shell.open_chart(PatientContext(patient, name, encounter, stay=True))
    settle(shell)
    assert shell.frame is not None
    page = shell.frame.front_page()
    assert isinstance(page, StayPage)
    return page


def test_a_stays_page_says_where_who_what_is_ordered_and_due(
    open_ward: Open, stays: tuple[Desk, dict[str, str]]
) -> None:
    _page, shell = open_ward()
    page = open_stay(shell, "w0", "欧阳建国", stays[1]["w0"])
    said = "\n".join(page.stay.texts())
    for part in ("内科病区 Bed 1", "Internal medicine", "王敏", "陈洁", "day 1", "社区获得性肺炎"):
        assert part in said
    assert any("30 mg" in line and "Not verified" in line for line in page.orders.texts())
    assert any("08:20" in line and "Overdue" in line for line in page.tasks.texts())
    assert any("38.6" in line for line in page.clinical.texts())


def test_a_stay_is_ended_from_its_page_and_then_offers_no_more_moves(
    open_ward: Open, hospital: Desk, hands: Hands
) -> None:
    put(hospital, {**ward_scene.person(0), "id": "w91", "name": [{"use": "official", "text": "何平"}]})
    encounter = admit(hospital, "w91", 22)
    _page, shell = open_ward()
    page = open_stay(shell, "w91", "何平", encounter)
    page.focus_region(1)
    hands.press(Key.Key_D, Qt.KeyboardModifier.AltModifier)
    hands.press(Key.Key_F12)
    assert stored(hospital, encounter)["status"] == "finished"
    assert page.subject() is None
    assert not any(button.isEnabled() for button in page.moving)
    assert any("Discharged" in line for line in page.stay.texts())


def test_another_patients_stay_is_never_shown(open_ward: Open, stays: tuple[Desk, dict[str, str]]) -> None:
    _page, shell = open_ward()
    shell.open_chart(PatientContext("w1", "李秀英", stays[1]["w0"], stay=True))
    settle(shell)
    assert shell.frame is not None
    page = shell.frame.front_page()
    assert isinstance(page, StayPage)
    assert page.view is None
    assert page.banners.names()

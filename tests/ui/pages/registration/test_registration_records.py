"""Candidates, and records that exist already."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.pages.registration.keyboard import Open, focused, keys, open_known, put, type_double, waiting
from workstation.desk import Desk
from workstation.registration.model import Find, GetPatient


def test_somebody_very_like_must_be_answered_before_registering(
    open_page: Open, counter: Desk, qtbot: QtBot
) -> None:
    page, _shell = open_page()
    type_double(page, qtbot)
    assert page.candidates.unanswered() == 1
    assert page.reason.text() == "Say of 1 candidate whether it is the same person."
    assert not page.enrol.isEnabled()
    keys(Qt.Key.Key_F12)
    assert page.candidates.in_hand()
    keys("n")
    assert page.reason.text() == ""
    keys(Qt.Key.Key_F12)
    assert waiting(counter).waiting[0].birth == "1958-09-03"
    assert counter.ask("registration.find", Find("欧阳建国")).total == 2


def test_down_and_enter_use_the_record_that_was_found(open_page: Open, counter: Desk, qtbot: QtBot) -> None:
    page, _shell = open_page()
    type_double(page, qtbot)
    page.form.birth.setFocus()
    keys(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert page.known is not None
    assert page.form.birth.value() == "1958-03-09"
    assert page.status.text().startswith("Registered M26")
    keys(Qt.Key.Key_F12)
    assert [row.birth for row in waiting(counter).waiting] == ["1958-03-09"]
    assert counter.ask("registration.find", Find("欧阳建国")).total == 1


def test_what_was_typed_comes_back_when_the_found_record_was_the_wrong_one(
    open_page: Open, qtbot: QtBot
) -> None:
    page, shell = open_page()
    type_double(page, qtbot)
    page.form.birth.setFocus()
    keys(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert shell.ctx.notices.undo_last()
    assert page.known is None
    assert page.form.birth.value() == "1958-09-03"


def test_esc_in_the_candidates_goes_back_to_the_field(open_page: Open, qtbot: QtBot) -> None:
    page, _shell = open_page()
    type_double(page, qtbot)
    page.form.phone.setFocus()
    keys(Qt.Key.Key_Down)
    assert page.candidates.in_hand()
    keys(Qt.Key.Key_Escape)
    assert focused() is page.form.phone


def test_the_letter_n_is_a_letter_while_a_field_has_the_focus(open_page: Open, qtbot: QtBot) -> None:
    page, _shell = open_page()
    type_double(page, qtbot)
    page.form.address.setFocus()
    keys("n")
    assert page.form.address.text() == "n"
    assert page.candidates.unanswered() == 1


def test_three_initials_and_enter_open_a_record(open_page: Open, qtbot: QtBot) -> None:
    page, _shell = open_page()
    keys(Qt.Key.Key_F2)
    assert focused() is page.search
    keys("oyj")
    qtbot.waitUntil(lambda: page.search.highlighted() is not None)
    keys(Qt.Key.Key_Return)
    assert page.known is not None
    assert page.form.person().name == "欧阳建国"
    assert focused() is page.visit.department


def test_only_what_was_changed_is_written(open_page: Open, counter: Desk, qtbot: QtBot) -> None:
    page, _shell = open_page()
    patient = open_known(page, qtbot)
    assert not page.only.isEnabled()
    put(page.form.phone, "13700137000")
    assert page.only.isEnabled()
    QTest.keyClick(focused(), Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    person = counter.ask("registration.patient", GetPatient(patient)).person
    assert (person.phone, person.name, person.birth) == ("13700137000", "欧阳建国", "1958-03-09")
    assert not page.dirty


def test_enrolling_twice_is_refused_on_the_page_and_nothing_is_lost(
    open_page: Open, counter: Desk, qtbot: QtBot
) -> None:
    page, _shell = open_page()
    for _time in range(2):
        open_known(page, qtbot)
        page.visit.set_department("internal")
        page.visit.edited.emit()
        keys(Qt.Key.Key_F12)
    assert len(waiting(counter).waiting) == 1
    assert any("already" in text for text in page.banners.texts())
    assert page.known is not None


def test_an_enrolment_is_taken_back_by_undo(open_page: Open, counter: Desk, qtbot: QtBot) -> None:
    page, shell = open_page()
    open_known(page, qtbot)
    page.visit.set_department("internal")
    page.visit.edited.emit()
    keys(Qt.Key.Key_F12)
    assert len(waiting(counter).waiting) == 1
    assert shell.ctx.notices.undo_last()
    assert waiting(counter).waiting == ()


def test_age_suggests_priority_and_a_department_for_others_is_questioned(
    open_page: Open, qtbot: QtBot
) -> None:
    page, _shell = open_page()
    put(page.form.name, "钱老")
    page.form.sex.buttons["male"].click()
    put(page.form.birth, "19400101")
    assert page.visit.request("x").priority.value == "80+"
    page.visit.set_department("obgyn")
    page.visit.edited.emit()
    assert page.visit.caution.text() == "Not usual for this sex"
    put(page.form.birth, "19800101")
    assert page.visit.request("x").priority.value == ""
    page.visit.set_department("paediatrics")
    page.visit.edited.emit()
    assert page.visit.caution.text() == "Not usual for this age"


def test_doctors_and_rooms_of_the_department_are_offered(open_page: Open, counter: Desk) -> None:
    page, _shell = open_page()
    page.visit.set_department("internal")
    offered = [page.visit.doctor.itemText(n) for n in range(page.visit.doctor.count())]
    assert offered == ["Any doctor", "王敏", "李强"]
    assert page.visit.room.count() == 3

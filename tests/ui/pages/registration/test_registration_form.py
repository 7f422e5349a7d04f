"""The form: what it fills, checks and says, by keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.pages.registration.keyboard import Open, fill, focused, keys, number, put, settled, waiting
from ui.pages.registration_parts.fields import missing_characters
from workstation.desk import Desk
from workstation.registration.model import Find, Person


def test_a_new_patient_is_registered_and_enrolled_by_keyboard_alone(
    open_page: Open, counter: Desk, qtbot: QtBot
) -> None:
    page, _shell = open_page()
    fill(page)
    qtbot.waitUntil(lambda: page.visit.department.highlighted() is not None)
    keys(Qt.Key.Key_Return)
    settled(page, qtbot)
    keys(Qt.Key.Key_F12)
    rows = waiting(counter).waiting
    assert [(row.name, row.sex, row.birth, row.department) for row in rows] == [
        ("李秀英", "female", "1971-05-02", "internal")
    ]
    assert page.form.person() == Person()
    assert focused() is page.form.number
    assert page.visit.code() == "internal"


def test_a_sound_number_fills_sex_and_birth_and_says_so(open_page: Open) -> None:
    page, _shell = open_page()
    keys(number("31010419710502002"))
    assert (page.form.sex.value(), page.form.birth.value()) == ("female", "1971-05-02")
    assert page.form.chip.text() == "Check digit fits"
    assert page.form.age.text() == "54 y"


def test_a_wrong_check_digit_is_said_beside_the_number_and_blocks(open_page: Open) -> None:
    page, _shell = open_page()
    keys("310104197105020021")
    assert page.form.chip.text() == "Not right"
    assert "check digit" in page.form.said.text()
    assert page.reason.text() == "The document number is not right."
    assert not page.enrol.isEnabled()


def test_full_width_digits_and_a_small_x_are_read(open_page: Open) -> None:
    page, _shell = open_page()
    put(page.form.number, "１１０１０５１９４９１２３１００２ｘ")
    assert page.form.document().number == "11010519491231002X"
    assert page.form.chip.text() == "Check digit fits"


def test_a_contradiction_must_be_confirmed(open_page: Open) -> None:
    page, _shell = open_page()
    keys(number("31010419710502002"))
    page.form.sex.buttons["male"].click()
    put(page.form.name, "李秀英")
    assert page.form.confirm.isVisible()
    assert page.reason.text() == "Confirm that the document differs."
    page.form.confirm.click()
    assert page.reason.text() != "Confirm that the document differs."


def test_the_reason_why_not_follows_what_is_still_missing(open_page: Open, qtbot: QtBot) -> None:
    page, _shell = open_page()
    assert page.reason.text() == "The name is missing."
    put(page.form.name, "李秀英")
    assert page.reason.text() == "The sex is missing."
    page.form.sex.buttons["female"].click()
    assert page.reason.text() == "The date of birth is missing."
    put(page.form.birth, "20270101")
    assert page.reason.text() == "The date of birth is not right."
    put(page.form.birth, "1971")
    settled(page, qtbot)
    assert page.reason.text() == "The department is missing."
    assert page.only.isEnabled()
    page.visit.set_department("internal")
    page.visit.edited.emit()
    assert page.reason.text() == ""
    assert page.enrol.isEnabled()


def test_enter_walks_through_the_form_and_registers_nothing(open_page: Open, counter: Desk) -> None:
    page, _shell = open_page()
    walked = []
    for _step in range(9):
        keys(Qt.Key.Key_Return)
        walked.append(focused())
    form = page.form
    expected = [form.name, form.pinyin, form.sex.buttons["male"], form.birth, form.phone, form.group]
    assert [w for w in walked if w in expected] == expected
    assert counter.ask("registration.find", Find("M26")).total == 1


def test_the_reading_of_a_name_is_offered_and_what_the_registrar_chose_is_kept(
    open_page: Open, counter: Desk, qtbot: QtBot
) -> None:
    page, _shell = open_page()
    put(page.form.name, "单雄信")
    assert page.form.pinyin.currentText() == "shan xiong xin"
    page.form.pinyin.setCurrentIndex(1)
    page.form.sex.buttons["male"].click()
    put(page.form.birth, "19800101")
    settled(page, qtbot)
    keys(Qt.Key.Key_Tab)
    QTest.keyClick(focused(), Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    assert counter.ask("registration.find", Find("danxiongxin")).total == 1


def test_a_rare_character_raises_its_chip_with_the_code(open_page: Open) -> None:
    page, _shell = open_page()
    put(page.form.name, "王\U00031350")
    assert page.form.rare.isVisible()
    assert page.form.rare.text() == "Rare character U+31350"
    put(page.form.name, "王芳")
    assert not page.form.rare.isVisible()
    assert missing_characters("阿依古丽·吐尔逊 SMITH") == ()

"""The registrar's day, typed into the named fields of the real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.pages import reception
from ui.pages.registration import RegistrationPage
from ui.pages.registration_parts.fields import BirthEdit, missing_characters
from ui.pages.registration_parts.sheets import FormSheet, NewbornSheet, UnknownSheet, read_time
from ui.shell import Shell
from workstation.core.clock import FixedClock
from workstation.core.drafts import DraftKey
from workstation.desk import Desk
from workstation.queue.model import QueueView, Waiting
from workstation.registration.identity import check_digit
from workstation.registration.model import Find, GetPatient, Person, Register

MakeDesk = Callable[..., Desk]
Open = Callable[[], tuple[RegistrationPage, Shell]]


def number(body: str) -> str:
    return body + check_digit(body)


@pytest.fixture
def counter(make_desk: MakeDesk) -> Desk:
    """A registrar's desk with the hospital's departments and one patient."""
    made = make_desk("reg")
    reception.furnish(made)
    made.do("registration.register", Register(Person("欧阳建国", "male", "1958-03-09", phone="13800138000")))
    return made


@pytest.fixture
def open_page(app: QApplication, counter: Desk, qtbot: QtBot) -> Iterator[Open]:
    made: list[Shell] = []

    def make() -> tuple[RegistrationPage, Shell]:
        shell = reception.window(counter, app, "reg", "registration")
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        page = shell.frame.front_page()
        assert isinstance(page, RegistrationPage)
        page.focus_region(1)
        return page, shell

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def keys(*typed: str | Qt.Key) -> None:
    """Type texts and keys into whatever has the focus."""
    for one in typed:
        if isinstance(one, str):
            QTest.keyClicks(focused(), one)
        else:
            QTest.keyClick(focused(), one)


def put(field: QLineEdit, text: str) -> None:
    """Type a text that an input method would compose."""
    field.setFocus()
    field.setText(text)
    field.setModified(True)
    field.textEdited.emit(text)


def settled(page: RegistrationPage, qtbot: QtBot) -> None:
    """Wait until the page has looked for candidates."""
    qtbot.waitUntil(lambda: not page._searching)


def waiting(desk: Desk) -> QueueView:
    found = desk.ask("queue.waiting", Waiting())
    assert isinstance(found, QueueView)
    return found


def fill(page: RegistrationPage, name: str = "李秀英", born: str = "19710502", sequence: str = "002") -> None:
    """Fill what must be filled, by keyboard."""
    keys(number(f"310104{born}{sequence}"), Qt.Key.Key_Return)
    put(page.form.name, name)
    page.visit.department.setFocus()
    keys("nk")


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


# Candidates


def type_double(page: RegistrationPage, qtbot: QtBot) -> None:
    put(page.form.name, "欧阳建国")
    page.form.sex.buttons["male"].click()
    put(page.form.birth, "19580903")
    page.visit.set_department("internal")
    settled(page, qtbot)


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


# Records that exist


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


def open_known(page: RegistrationPage, qtbot: QtBot) -> str:
    keys(Qt.Key.Key_F2, "oyj")
    qtbot.waitUntil(lambda: page.search.highlighted() is not None)
    keys(Qt.Key.Key_Return)
    assert page.known is not None
    return page.known.id


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


# Unknown and newborn


def sheet_of(page: RegistrationPage, kind: type[FormSheet]) -> Any:
    return page.findChild(kind)


def test_an_unknown_patient_is_two_keys_away_and_ready_for_the_emergency_room(
    open_page: Open, counter: Desk
) -> None:
    page, _shell = open_page()
    keys(Qt.Key.Key_F6)
    sheet = sheet_of(page, UnknownSheet)
    put(sheet.age, "４０")
    keys(Qt.Key.Key_F12)
    assert page.known is not None
    assert page.known.temporary
    assert page.form.person().birth == "1986"
    assert page.visit.emergency.isChecked()


def test_an_age_nobody_has_is_refused_on_the_sheet(open_page: Open) -> None:
    page, _shell = open_page()
    keys(Qt.Key.Key_F6)
    sheet = sheet_of(page, UnknownSheet)
    put(sheet.age, "400")
    keys(Qt.Key.Key_F12)
    assert sheet.isVisible()
    assert "between 0 and 120" in sheet.error.text()
    keys(Qt.Key.Key_Escape)
    assert page.known is None


def test_a_newborn_is_registered_from_the_mothers_record(
    open_page: Open, counter: Desk, qtbot: QtBot, clock: FixedClock
) -> None:
    counter.do("registration.register", Register(Person("李秀英", "female", "1996-05-02")))
    page, _shell = open_page()
    keys(Qt.Key.Key_F2, "lxy")
    qtbot.waitUntil(lambda: page.search.highlighted() is not None)
    keys(Qt.Key.Key_Return, Qt.Key.Key_F7)
    sheet = sheet_of(page, NewbornSheet)
    assert sheet.mother.text() == "李秀英"
    sheet.sex.buttons["female"].click()
    sheet.time.setFocus()
    keys("0812", Qt.Key.Key_F12)
    assert page.known is not None
    assert page.known.person.name == "李秀英之女"
    assert page.known.birth_time == "2026-03-17T08:12:00+08:00"


def test_a_newborn_without_mother_sex_or_time_is_not_sent(open_page: Open) -> None:
    page, _shell = open_page()
    keys(Qt.Key.Key_F7)
    sheet = sheet_of(page, NewbornSheet)
    asked = []
    for fix in (lambda: sheet.set_mother("m", "某"), sheet.sex.buttons["male"].click, lambda: None):
        keys(Qt.Key.Key_F12)
        asked.append(sheet.error.text())
        fix()
    assert asked == ["Choose the mother from the list.", "Choose the sex.", "Type date and time of birth."]


# Drafts


def test_what_was_typed_comes_back_after_the_window_was_closed(
    open_page: Open, counter: Desk, qtbot: QtBot
) -> None:
    page, shell = open_page()
    type_double(page, qtbot)
    keys(Qt.Key.Key_F12)
    keys("n")
    put(page.visit.complaint, "咳嗽")
    shell.close()
    page, _shell = open_page()
    settled(page, qtbot)
    assert page.form.person().birth == "1958-09-03"
    assert page.visit.complaint.text() == "咳嗽"
    assert page.visit.code() == "internal"
    assert page.candidates.unanswered() == 0


def test_a_registered_patient_leaves_no_draft(open_page: Open, counter: Desk, qtbot: QtBot) -> None:
    page, _shell = open_page()
    put(page.form.name, "李秀英")
    page.flush()
    assert counter.load_draft(DraftKey("registration")) is not None
    page.form.sex.buttons["female"].click()
    put(page.form.birth, "19710502")
    page.visit.set_department("internal")
    settled(page, qtbot)
    keys(Qt.Key.Key_F12)
    assert counter.load_draft(DraftKey("registration")) is None


def test_a_new_form_can_be_taken_back(open_page: Open, qtbot: QtBot) -> None:
    page, shell = open_page()
    put(page.form.name, "李秀英")
    keys(Qt.Key.Key_F3)
    assert page.form.name.text() == ""
    assert shell.ctx.notices.undo_last()
    assert page.form.name.text() == "李秀英"


# Fields


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("19580309", "1958-03-09"),
        ("1958-03-09", "1958-03-09"),
        ("１９５８０３０９", "1958-03-09"),
        ("09-Mar-1958", "1958-03-09"),
        ("1958", "1958"),
        ("1958-03", "1958-03"),
        ("1958年3月", "1958-03"),
        ("19580230", ""),
        ("abc", ""),
        ("", ""),
    ],
)
def test_a_birth_is_read_as_typed(app: QApplication, clock: FixedClock, typed: str, value: str) -> None:
    field = BirthEdit("Date of birth", lambda: clock.now().date())
    field.setText(typed)
    assert field.value() == value


@pytest.mark.parametrize(
    ("typed", "hour", "minute"), [("0812", 8, 12), ("8:12", 8, 12), ("２３：５９", 23, 59), ("812", 8, 12)]
)
def test_a_time_of_day_is_read_as_typed(typed: str, hour: int, minute: int) -> None:
    found = read_time(typed)
    assert found is not None
    assert (found.hour, found.minute) == (hour, minute)


@pytest.mark.parametrize("typed", ["2400", "0860", "8", "", "noon"])
def test_what_is_no_time_of_day_is_none(typed: str) -> None:
    assert read_time(typed) is None


def test_every_control_of_the_form_has_a_name(open_page: Open) -> None:
    page, _shell = open_page()
    controls = [*page.form.fields(), *page.visit.fields(), page.search, page.only, page.enrol]
    assert [
        type(c).__name__ for c in controls if not c.accessibleName() and not getattr(c, "text", str)()
    ] == []

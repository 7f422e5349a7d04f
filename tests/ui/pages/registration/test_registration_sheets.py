"""Unknown patients, newborns, and what was typed before an interruption."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QStyle
from pytestqt.qtbot import QtBot

from tests.ui.pages.registration.keyboard import Open, focused, keys, put, settled, type_double
from ui.pages.registration import RegistrationPage
from ui.pages.registration_parts.sheets import NewbornSheet, UnknownSheet
from ui.theme import theme
from ui.widgets.form_sheet import FormSheet
from workstation.core.clock import FixedClock
from workstation.core.drafts import DraftKey
from workstation.core.i18n import set_language
from workstation.desk import Desk
from workstation.registration.model import Person, Register


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


def test_a_sheet_begins_in_its_first_empty_field(open_page: Open, counter: Desk, qtbot: QtBot) -> None:
    counter.do("registration.register", Register(Person("李秀英", "female", "1996-05-02")))
    page, _shell = open_page()
    keys(Qt.Key.Key_F7)
    assert focused() is sheet_of(page, NewbornSheet).mother
    keys(Qt.Key.Key_Escape, Qt.Key.Key_F2, "lxy")
    qtbot.waitUntil(lambda: page.search.highlighted() is not None)
    keys(Qt.Key.Key_Return, Qt.Key.Key_F7)
    sheet = next(s for s in page.findChildren(NewbornSheet) if s.isVisible())
    assert focused() is sheet.sex.buttons["male"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_sheet_of_an_unknown_patient_starts_on_what_is_chosen_with_a_ring_and_whole_fields(
    open_page: Open, mode: str, language: str
) -> None:
    set_language(language)
    theme().apply(QApplication.instance(), mode, "comfortable", 100)
    page, _shell = open_page()
    keys(Qt.Key.Key_F6)
    sheet = sheet_of(page, UnknownSheet)
    chosen = sheet.sex.buttons["unknown"]
    assert focused() is chosen
    assert sheet.age.height() >= theme().control_height
    side = chosen.style().pixelMetric(QStyle.PixelMetric.PM_ExclusiveIndicatorWidth)
    image = chosen.grab().toImage()
    assert image.pixelColor(1, image.height() // 2) == theme().color("focus"), "round the mark"
    ring = {image.pixelColor(x, image.height() // 2).name() for x in range(side, image.width())}
    assert theme().color("focus").name() in ring, "round the words"
    other = sheet.sex.buttons["male"].grab().toImage()
    assert theme().color("focus").name() not in {
        other.pixelColor(x, other.height() // 2).name() for x in range(other.width())
    }


def test_the_prompt_of_the_date_of_birth_fits_whole(open_page: Open) -> None:
    page, _shell = open_page()
    birth = page.form.birth
    for width in (400, 200, 120):
        birth.setFixedWidth(theme().px(width))
        QApplication.processEvents()
        room = birth.width() - theme().px(20)
        assert QFontMetricsF(theme().font("body")).horizontalAdvance(birth.placeholderText()) <= room

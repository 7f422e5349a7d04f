"""F12 signs note and prescription together, names the patient, and says what stands in its way."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication

from tests.conftest import MORNING, PIN
from tests.ui.pages import outpatient_kit as kit
from tests.ui.pages.outpatient_kit import (
    Key,
    add_diagnosis,
    asked,
    fill,
    press,
    ready,
    record,
    sheets,
    signed,
    type_text,
    write_line,
)
from ui.guard import IdentityCheck
from ui.widgets.code_search import CodeLineEdit
from workstation.core.drafts import DraftKey
from workstation.emr import sections as s
from workstation.emr.model import (
    NOTE_DRAFT,
    AskNotes,
)

KEY = DraftKey(NOTE_DRAFT, "p1", "v1")


def test_the_button_names_the_patient_and_says_what_stands_in_the_way(open_page, qtbot):
    page = open_page()
    button, reason = page.bar.sign_button, page.bar.reason
    assert button.accessibleName() == "Sign the note of 欧阳建国"
    assert (button.isEnabled(), reason.text()) == (False, "The note is still empty.")
    fill(page, kit.NOTE | {s.PLAN: "{复诊时间} 复查"})
    assert "{复诊时间}" in reason.text()
    press(Key.Key_F12)
    assert QApplication.focusWidget() is page.note.editor.editors[s.PLAN]
    type_text("3")
    assert reason.text() == "The visit has no diagnosis yet."
    press(Key.Key_F12)
    assert QApplication.focusWidget() is page.diagnoses.entry
    add_diagnosis(page, qtbot)
    assert (button.isEnabled(), reason.text()) == (True, "")


def test_f12_shows_everything_starts_on_back_and_the_pin_signs(open_page, qtbot):
    page = open_page()
    ready(page, qtbot)
    page.flush()
    press(Key.Key_F12)
    sheet = page.signer.flow.sheet
    assert QApplication.focusWidget() is sheet.back
    press(Key.Key_F12)
    type_text("000000")
    press(Key.Key_Return)
    assert asked(page, "emr.notes", AskNotes("p1")) == ()
    type_text(PIN)
    press(Key.Key_Return)
    (note,) = asked(page, "emr.notes", AskNotes("p1"))
    assert {x.code: x.text for x in note.sections}[s.PLAN] == kit.NOTE[s.PLAN]
    assert note.intact
    assert page.ctx.desk.load_draft(KEY) is None
    assert (page.dirty, page.unsigned()) == (False, [])
    assert page.note.view.isVisible()
    assert page.distance.text() == "On this PC only"


def test_note_and_prescription_are_signed_by_one_f12(open_page, qtbot):
    page = open_page(rich=True)
    ready(page, qtbot)
    write_line(page, qtbot)
    assert page.bar.sign_button.accessibleName() == "Sign the note and prescription of 欧阳建国"
    press(Key.Key_F12)
    press(Key.Key_F12)
    type_text(PIN)
    press(Key.Key_Return)
    (sheet,) = sheets(page)
    assert [line.name for line in sheet.lines] == ["Ambroxol tablet"]
    assert record(page).note.intact
    assert (page.unsigned(), page.dirty) == ([], False)
    assert page.rx.draft_lines_count() == 0


def test_a_prescription_can_follow_a_signed_note_but_not_an_empty_one(open_page, qtbot):
    page = open_page(rich=True)
    add_diagnosis(page, qtbot)
    write_line(page, qtbot)
    assert page.bar.reason.text() == "The note is still empty."
    fill(page)
    press(Key.Key_F12)
    press(Key.Key_F12)
    type_text(PIN)
    press(Key.Key_Return)
    write_line(page, qtbot, "lltd")
    assert page.bar.sign_button.accessibleName() == "Sign the prescription of 欧阳建国"
    press(Key.Key_F12)
    press(Key.Key_F12)
    type_text(PIN)
    press(Key.Key_Return)
    assert len(sheets(page)) == 2
    assert len(asked(page, "emr.notes", AskNotes("p1", "v1"))) == 1


def test_a_stop_on_a_line_stands_in_the_way_of_both(open_page, qtbot):
    page = open_page(rich=True)
    ready(page, qtbot)
    press(Key.Key_4, alt=True)
    type_text("amxl")
    qtbot.waitUntil(lambda: page.rx.findChild(CodeLineEdit).highlighted() is not None)
    press(Key.Key_Return)
    press(Key.Key_1)
    qtbot.waitUntil(lambda: "stop" in page.bar.reason.text())
    assert not page.bar.sign_button.isEnabled()
    press(Key.Key_F12)
    assert page.signer.flow.sheet is None
    assert asked(page, "emr.notes", AskNotes("p1", "v1")) == ()


def test_a_chart_opened_a_moment_ago_asks_who_the_patient_is(open_page, qtbot):
    page = open_page(about=replace(kit.ABOUT, opened_at=MORNING))
    ready(page, qtbot)
    press(Key.Key_F12)
    press(Key.Key_F12)
    sheet = page.signer.flow.sheet
    assert not sheet.pin.isVisible()
    question = sheet.findChild(IdentityCheck)
    question.answer.setText("68")
    sheet.back.setFocus()
    press(Key.Key_F12)
    assert sheet.pin.isVisible()


def test_esc_on_the_review_sheet_signs_nothing_and_keeps_the_text(open_page, qtbot):
    page = open_page()
    ready(page, qtbot)
    press(Key.Key_F12)
    press(Key.Key_Escape)
    assert asked(page, "emr.notes", AskNotes("p1")) == ()
    assert page.note.editor.texts()[s.PLAN] == kit.NOTE[s.PLAN]


def test_vital_signs_that_are_only_typed_stand_in_the_way(open_page, qtbot):
    page = open_page()
    ready(page, qtbot)
    page.vitals.fields["pulse"].setFocus()
    type_text("84")
    assert page.bar.reason.text() == "Vital signs are typed but not recorded."
    press(Key.Key_F12)
    assert page.vitals.isAncestorOf(QApplication.focusWidget())


def test_a_signed_note_takes_addenda_and_corrections_and_shows_the_original_struck(open_page, qtbot):
    page = open_page()
    signed(page, qtbot)
    view = page.note.view
    cursor = view.text.document().find("右下肺")
    view.text.setTextCursor(cursor)
    press(Key.Key_N, alt=True)
    assert "右下肺" in view.what.text()
    view.addendum.setPlainText("左下肺")
    view.reason.setText("wrong side")
    press(Key.Key_F12)
    press(Key.Key_F12)
    type_text(PIN)
    press(Key.Key_Return)
    (note,) = asked(page, "emr.notes", AskNotes("p1"))
    (addendum,) = note.addenda
    qtbot.waitUntil(lambda: not view.text.document().find("Addendum").isNull())
    assert (addendum.sections[0].original, addendum.sections[0].text) == ("右下肺", "左下肺")
    shown = view.text.document().find("右下肺", view.text.document().find("Addendum"))
    assert shown.charFormat().fontStrikeOut()
    assert not view.is_writing()

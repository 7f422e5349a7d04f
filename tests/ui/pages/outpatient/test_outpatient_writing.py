"""A note is written by keys: sections, phrases, wildcards, templates, copying, values, pasting."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QPushButton

from tests.ui.pages import outpatient_kit as kit
from tests.ui.pages.outpatient_kit import Key, press, type_text
from workstation.emr import sections as s


def test_f2_starts_at_the_first_section_and_tab_walks_through_them(open_page):
    page = open_page()
    press(Key.Key_F2)
    walked = []
    for _step in range(len(s.WRITTEN)):
        walked.append(QApplication.focusWidget().code)
        press(Key.Key_Tab)
    assert walked == list(s.WRITTEN)
    assert QApplication.focusWidget() is page.diagnoses.entry


def test_shift_tab_walks_back_and_out_to_the_summary(open_page):
    page = open_page()
    press(Key.Key_F2)
    press(Key.Key_Tab)
    press(Key.Key_Backtab, shift=True)
    assert QApplication.focusWidget().code == s.CHIEF_COMPLAINT
    press(Key.Key_Backtab, shift=True)
    assert QApplication.focusWidget() is page.summary.lines


def test_a_phrase_is_written_out_with_tab(open_page):
    page = open_page()
    phrase = next(p for p in page.ctx.desk.knowledge.phrases if p.mnemonic == "sfq")
    editor = page.note.editor.editors[s.EXAMINATION]
    editor.setFocus()
    type_text("Alert. .sfq")
    press(Key.Key_Tab)
    assert editor.text() == f"Alert. {phrase.text_en}"
    assert QApplication.focusWidget() is editor


def test_an_unknown_mnemonic_is_left_alone_and_tab_goes_on(open_page):
    page = open_page()
    editor = page.note.editor.editors[s.EXAMINATION]
    editor.setFocus()
    type_text(".zzzz")
    press(Key.Key_Tab)
    assert editor.text() == ".zzzz"
    assert QApplication.focusWidget() is page.note.editor.editors[s.INVESTIGATIONS]


def test_tab_walks_the_wildcards_and_typing_fills_them(open_page):
    page = open_page()
    editor = page.note.editor.editors[s.PLAN]
    editor.insert_text("Return in {days} days, {with/without} blood count.")
    page.note.focus_writing()
    assert editor.textCursor().selectedText() == "{days}"
    type_text("3")
    press(Key.Key_Tab)
    assert editor.textCursor().selectedText() == "{with/without}"
    press(Key.Key_Down)
    press(Key.Key_2)
    assert editor.text() == "Return in 3 days, without blood count."


def test_a_template_fills_only_empty_sections_and_starts_at_its_first_wildcard(open_page, qtbot):
    page = open_page()
    editors = page.note.editor.editors
    editors[s.PAST_HISTORY].insert_text("Asthma.")
    press(Key.Key_F2)
    press(Key.Key_T, alt=True)
    type_text("sqhd")
    picker = page.note.picker
    qtbot.waitUntil(lambda: picker.choice_list is not None and picker.choice_list.isVisible())
    press(Key.Key_Return)
    assert editors[s.PAST_HISTORY].text() == "Asthma."
    assert editors[s.CHIEF_COMPLAINT].text().startswith("Fever and cough")
    assert QApplication.focusWidget() is editors[s.CHIEF_COMPLAINT]
    assert editors[s.CHIEF_COMPLAINT].textCursor().selectedText().startswith("{")


def test_the_chief_complaint_suggests_templates_but_inserts_none(open_page, qtbot):
    page = open_page()
    page.note.editor.editors[s.CHIEF_COMPLAINT].insert_text("鼻塞、流涕 2 天")
    name = "Upper respiratory infection"
    qtbot.waitUntil(
        lambda: any(b.accessibleName() == name for b in page.note.strip.findChildren(QPushButton))
    )
    assert page.note.editor.texts()[s.PRESENT_ILLNESS] == ""


def test_the_last_note_is_copied_forward_marked_and_without_its_signs(open_page):
    page = open_page(rich=True)
    press(Key.Key_F2)
    press(Key.Key_C, alt=True)
    editors = page.note.editor.editors
    assert editors[s.PRESENT_ILLNESS].text() == kit.NOTE[s.PRESENT_ILLNESS]
    assert editors[s.EXAMINATION].text() == ""
    assert editors[s.PRESENT_ILLNESS].copied() == [kit.NOTE[s.PRESENT_ILLNESS]]
    assert editors[s.PRESENT_ILLNESS].copied_from == "2026-03-10"
    editors[s.PRESENT_ILLNESS].insert_text("现好转。")
    assert editors[s.PRESENT_ILLNESS].copied() == []


def test_a_value_is_pulled_with_its_time_and_never_refreshed_by_itself(open_page, qtbot):
    page = open_page(rich=True)
    editor = page.note.editor.editors[s.EXAMINATION]
    editor.setFocus()
    type_text("T {{temperature}}")
    assert editor.text() == "T 36.8 °C (09:00)"
    page.vitals.fields["temperature"].setFocus()
    type_text("385")
    page.vitals.record()
    qtbot.waitUntil(lambda: editor.marks.stale == [(2, 17)])
    assert editor.text() == "T 36.8 °C (09:00)"
    press(Key.Key_R, alt=True)
    assert editor.text() == "T 38.5 °C (09:00)"
    assert editor.marks.stale == []


def test_pasted_control_characters_are_taken_out_and_the_page_says_so(open_page):
    page = open_page()
    editor = page.note.editor.editors[s.PLAN]
    editor.setFocus()
    QApplication.clipboard().setText("Rest\x00 and\u2060 fluids\u202e")
    editor.paste()
    assert editor.text() == "Rest and fluids"
    assert any("2 invisible control characters" in text for text in page.banners.texts())

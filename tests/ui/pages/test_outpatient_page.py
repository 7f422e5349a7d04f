"""A consultation typed by keys: note, diagnoses, vital signs, allergies, signature; and what happens to drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.conftest import MORNING, PIN
from tests.ui.accessibility import nameless, too_small
from tests.ui.pages import outpatient_kit as kit
from ui.compose import compose
from ui.context import PatientContext
from ui.guard import IdentityCheck
from ui.pages.outpatient import OutpatientPage
from ui.theme import theme
from ui.widgets.code_search import CodeLineEdit
from workstation.chart.allergies import AllergyState
from workstation.core.drafts import DraftKey
from workstation.core.events import Changed, Origin
from workstation.core.settings import LANGUAGE
from workstation.desk import Desk
from workstation.emr import sections as s
from workstation.emr.model import (
    NOTE_DRAFT,
    AddDiagnosis,
    AskNotes,
    AskSummary,
    AskVisit,
    SectionText,
    SignNote,
)
from workstation.prescribing.rows import SheetsOf

KEY = DraftKey(NOTE_DRAFT, "p1", "v1")
Key = Qt.Key
Open = Callable[..., OutpatientPage]


@pytest.fixture
def open_page(qapp: QApplication, make_desk: Callable[..., Desk], qtbot: QtBot) -> Iterator[Open]:
    """Open the patient's consultation; `kind` is the kind of visit, `rich` gives the patient a history."""
    made = []

    def opened(
        desk: Desk | None = None,
        kind: str = "first",
        rich: bool = False,
        about: PatientContext = kit.ABOUT,
    ) -> OutpatientPage:
        theme().apply(qapp, "light", "comfortable", 100)
        if desk is None:
            desk = make_desk("doc")
            kit.furnish(desk, kind, rich)
        desk.set_setting(LANGUAGE, "en")
        shell, _tasks = compose(qapp, desk, desk.clock, kit.SPEC, inline=True)
        made.append(shell)
        shell.resize(1366, 768)
        with qtbot.waitActive(shell):
            shell.show()
            shell.activateWindow()
        shell.lock_screen.unlock_requested.emit("doc", PIN)
        shell.open_chart(about)
        return shell.findChildren(OutpatientPage)[-1]

    yield opened
    for shell in made:
        shell.close()
        shell.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def press(key: Key, *, alt: bool = False, shift: bool = False) -> None:
    modifiers = Qt.KeyboardModifier.NoModifier
    modifiers |= Qt.KeyboardModifier.AltModifier if alt else modifiers
    modifiers |= Qt.KeyboardModifier.ShiftModifier if shift else modifiers
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)
    QApplication.processEvents()


def type_text(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)


def fill(page: OutpatientPage, texts: dict[str, str] | None = None) -> None:
    for code, text in (texts or kit.NOTE).items():
        page.note.editor.editors[code].insert_text(text)


def asked(page: OutpatientPage, name: str, request: object) -> object:
    return page.ctx.desk.ask(name, request)


def record(page: OutpatientPage):
    return asked(page, "emr.visit-record", AskVisit("p1", "v1"))


def add_diagnosis(page: OutpatientPage, qtbot: QtBot, letters: str = "gxy") -> None:
    press(Key.Key_F3)
    type_text(letters)
    entry = page.diagnoses.entry
    before = len(page.diagnoses.rows)
    qtbot.waitUntil(lambda: entry.choice_list is not None and entry.choice_list.isVisible())
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.diagnoses.rows) > before)


# Writing


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


# Diagnoses, vital signs, allergies


def test_a_diagnosis_takes_f3_a_few_letters_and_enter(open_page, qtbot):
    page = open_page()
    add_diagnosis(page, qtbot)
    assert [(d.code, d.rank, d.certainty) for d in record(page).diagnoses] == [("I10", 1, "confirmed")]
    assert [row.code for row in page.diagnoses.rows] == ["I10"]
    assert page.diagnoses.entry.text() == ""


def test_a_question_mark_makes_a_diagnosis_provisional_and_own_words_are_kept(open_page, qtbot):
    page = open_page()
    press(Key.Key_F3)
    type_text("zzqq?")
    entry = page.diagnoses.entry
    qtbot.waitUntil(lambda: entry.choice_list is not None and entry.choice_list.isVisible())
    press(Key.Key_Return)
    (row,) = record(page).diagnoses
    assert (row.text, row.code, row.certainty) == ("zzqq", "", "provisional")


def test_the_list_changes_certainty_and_order_and_takes_back_with_a_reason(open_page, qtbot):
    page = open_page()
    add_diagnosis(page, qtbot, "gxy")
    add_diagnosis(page, qtbot, "ptgm")
    first, second = (row.text for row in page.diagnoses.rows)
    page.diagnoses.table.select(page.diagnoses.rows[1].id)
    page.diagnoses.table.setFocus()
    press(Key.Key_Space)
    qtbot.waitUntil(lambda: page.diagnoses.rows[1].certainty == "provisional")
    press(Key.Key_Up, alt=True)
    qtbot.waitUntil(lambda: [row.text for row in page.diagnoses.rows] == [second, first])
    page.diagnoses.table.select(page.diagnoses.rows[0].id)
    page.diagnoses.table.setFocus()
    press(Key.Key_Delete)
    assert QApplication.focusWidget().accessibleName() == "Keep it"
    press(Key.Key_Tab)
    press(Key.Key_Space)
    qtbot.waitUntil(lambda: [row.text for row in page.diagnoses.rows] == [first])


def test_vital_signs_are_typed_as_digits_and_recorded_with_enter(open_page, qtbot):
    page = open_page()
    press(Key.Key_F2)
    press(Key.Key_V, alt=True)
    for digits in ("368", "84", "20", "15294", "98", "62", "170"):
        type_text(digits)
        press(Key.Key_Return)
    values = {m.code: m.value for m in record(page).vitals}
    assert values == {
        "8310-5": "36.8", "8867-4": "84", "9279-1": "20", "8480-6": "152", "8462-4": "94", "59408-5": "98",
        "29463-7": "62", "8302-2": "170",
    }  # fmt: skip
    assert not page.vitals.has_typing()
    qtbot.waitUntil(lambda: page.vitals.fields["pressure"].placeholderText() == "152/94")


def test_an_unusual_value_is_recorded_when_typed_again(open_page):
    page = open_page()
    page.vitals.fields["pulse"].setFocus()
    type_text("25")
    page.vitals.record()
    assert record(page).vitals == ()
    assert "very unusual" in page.vitals.message.text()
    assert QApplication.focusWidget() is page.vitals.fields["pulse"]
    type_text("25")
    page.vitals.record()
    assert [m.value for m in record(page).vitals] == ["25"]


def test_an_allergy_is_recorded_by_keys_and_shows_at_once(open_page, qtbot):
    page = open_page()
    press(Key.Key_F2)
    press(Key.Key_G, alt=True)
    assert page.allergies.chip.text() == "Allergies not recorded"
    type_text("qms")
    agent = page.allergies.agent
    qtbot.waitUntil(lambda: agent.choice_list is not None and agent.choice_list.isVisible())
    press(Key.Key_Return)
    type_text("shock")
    press(Key.Key_Return)
    known = asked(page, "chart.summary", AskSummary("p1")).allergies
    assert (known.state, known.known[0].code, known.known[0].reaction) == (
        AllergyState.KNOWN,
        "penicillins",
        "shock",
    )
    qtbot.waitUntil(lambda: page.allergies.chip.text() == "Known allergies: 1")
    assert not page.allergies.none_button.isEnabled()
    press(Key.Key_Escape)
    assert not page.summary.panel_open()
    assert any("penicillins — shock" in text for text in page.summary.lines.texts())


def test_no_known_allergy_is_a_statement_with_name_and_date(open_page, qtbot):
    page = open_page()
    page.open_allergies()
    page.allergies.none_button.click()
    qtbot.waitUntil(lambda: "No known allergy 17-Mar-2026 王敏" in page.summary.lines.texts())


# Regions


def test_a_region_gets_the_focus_then_the_whole_room_then_gives_it_back(open_page):
    page = open_page(rich=True)
    press(Key.Key_2, alt=True)
    assert page.regions[1].holds_focus()
    press(Key.Key_2, alt=True)
    assert [r.folded for r in page.regions] == [True, False, True, True]
    assert page.regions[1].height() > page.board.height() / 2
    press(Key.Key_2, alt=True)
    assert not any(r.folded for r in page.regions)
    press(Key.Key_2, alt=True)
    press(Key.Key_1, alt=True)
    assert not any(r.folded for r in page.regions)
    assert page.regions[0].holds_focus()


def test_everything_known_is_seen_without_a_click(open_page):
    page = open_page(rich=True)
    said = " | ".join(page.summary.lines.texts())
    for part in ("penicillins", "INR 3.8", "Amlodipine", "Type 2 diabetes", "10-Mar-2026", "152/94"):
        assert part in said


# Signing


def ready(page: OutpatientPage, qtbot: QtBot) -> None:
    fill(page)
    add_diagnosis(page, qtbot)


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


def write_line(page: OutpatientPage, qtbot: QtBot, letters: str = "axs") -> None:
    """Write one prescription line by its letters, Enter, and the first regimen."""
    press(Key.Key_4, alt=True)
    lines = page.rx.draft_lines_count()
    type_text(letters)
    qtbot.waitUntil(lambda: page.rx.findChild(CodeLineEdit).choice_list is not None)
    qtbot.waitUntil(lambda: page.rx.findChild(CodeLineEdit).highlighted() is not None)
    press(Key.Key_Return)
    press(Key.Key_1)
    qtbot.waitUntil(lambda: page.rx.draft_lines_count() > lines and not page.rx.blockers())


def sheets(page: OutpatientPage):
    return asked(page, "prescribing.sheets", SheetsOf("p1", "v1"))


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


def signed(page: OutpatientPage, qtbot: QtBot) -> None:
    ready(page, qtbot)
    press(Key.Key_F12)
    press(Key.Key_F12)
    type_text(PIN)
    press(Key.Key_Return)


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


# Drafts


def reopen(page: OutpatientPage, open_page: Open) -> OutpatientPage:
    desk = page.ctx.desk
    page.flush()
    page.window().close()
    return open_page(desk)


def test_what_is_typed_is_kept_and_said_with_its_time(open_page):
    page = open_page()
    fill(page, {s.PLAN: "Rest."})
    page.flush()
    assert page.ctx.desk.load_draft(KEY).body["note"]["sections"][s.PLAN] == "Rest."
    assert page.kept.text() == "Draft kept on this PC 09:00:00"
    assert page.unsigned() == ["Medical record"]


def test_a_draft_comes_back_with_its_marks_and_values(open_page):
    page = open_page(rich=True)
    page.note.copy_forward()
    page.note.editor.editors[s.EXAMINATION].insert_text("T {{temperature}}")
    page.vitals.fields["weight"].setFocus()
    type_text("62")
    again = reopen(page, open_page)
    editors = again.note.editor.editors
    assert editors[s.PRESENT_ILLNESS].copied() == [kit.NOTE[s.PRESENT_ILLNESS]]
    assert editors[s.EXAMINATION].text() == "T 36.8 °C (09:00)"
    assert again.vitals.fields["weight"].text() == "62"
    assert again.dirty


def test_a_draft_after_a_crash_is_shown_as_recovered_and_can_be_let_go(open_page):
    page = open_page()
    fill(page, {s.PLAN: "Rest."})
    page.flush()
    page.window().close()
    desk = page.ctx.desk
    desk.clock.advance(kit.timedelta(minutes=2))
    desk.started = desk.clock.now()
    again = open_page(desk)
    assert again.note.editor.texts()[s.PLAN] == "Rest."
    assert any("Recovered after an interruption" in text for text in again.banners.texts())
    start_empty = next(
        b for b in again.banners.findChildren(QPushButton) if b.accessibleName() == "Start empty"
    )
    start_empty.click()
    assert again.note.editor.is_empty()
    assert desk.load_draft(KEY) is None
    press(Key.Key_Z)
    again.ctx.notices.undo_last()
    assert again.note.editor.texts()[s.PLAN] == "Rest."


def test_a_draft_is_never_put_over_what_was_typed_meanwhile(open_page):
    page = open_page()
    fill(page, {s.PLAN: "Rest."})
    page.flush()
    kept = page.ctx.desk.load_draft(KEY)
    page.note.editor.load({s.PLAN: "Something newer."})
    page._restore_found(kept)
    assert page.note.editor.texts()[s.PLAN] == "Something newer."
    assert any("was not put over your text" in text for text in page.banners.texts())
    page.touched()
    page.flush()
    assert page.ctx.desk.load_draft(KEY).body["undecided"]["note"]["sections"][s.PLAN] == "Rest."
    compare = next(b for b in page.banners.findChildren(QPushButton) if b.accessibleName() == "Compare")
    compare.click()
    press(Key.Key_R)
    assert page.note.editor.texts()[s.PLAN] == "Rest."


def test_a_note_signed_elsewhere_keeps_my_text_and_offers_it_as_an_addendum(open_page):
    page = open_page()
    desk = page.ctx.desk
    fill(page, {s.PLAN: "My plan."})
    desk.do("emr.add-diagnosis", AddDiagnosis("p1", "v1", "I10"))
    parts = tuple(SectionText(code, text) for code, text in kit.NOTE.items())
    changed = desk.do("emr.sign-note", SignNote("p1", "v1", parts))
    page.on_changed(Changed(changed.refs, Origin.SYNC, changed.at, "李强"))
    assert page.note.view.isVisible()
    assert any("Your text is kept as a draft" in text for text in page.banners.texts())
    compare = next(b for b in page.banners.findChildren(QPushButton) if b.accessibleName() == "Compare")
    compare.click()
    press(Key.Key_R)
    assert page.note.view.addendum.toPlainText() == "My plan."


def test_news_never_touches_what_is_being_typed(open_page):
    page = open_page()
    press(Key.Key_F2)
    type_text("Cough")
    page.ctx.desk.do("emr.add-diagnosis", AddDiagnosis("p1", "v1", "I10"))
    page.on_changed(Changed((), Origin.SYNC, page.ctx.clock.now()))
    page.refresh()
    assert page.note.editor.texts()[s.CHIEF_COMPLAINT] == "Cough"
    assert [row.code for row in page.diagnoses.rows] == ["I10"]
    assert QApplication.focusWidget().code == s.CHIEF_COMPLAINT


def test_every_control_has_a_name_and_can_be_hit(open_page):
    page = open_page(rich=True)
    assert nameless(page) == []
    assert too_small(page) == []

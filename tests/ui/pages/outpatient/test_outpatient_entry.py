"""Diagnoses, vital signs and allergies are typed in a few keys; regions give each other room."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from tests.ui.pages.outpatient_kit import Key, add_diagnosis, asked, press, record, type_text
from ui.pages.outpatient_parts.summary_pane import SummaryPane
from workstation.chart.allergies import AllergyState
from workstation.emr.model import (
    AskSummary,
)


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


def test_where_all_is_cramped_the_region_worked_in_has_the_room(open_page, qtbot):
    page = open_page(rich=True)
    page.board.setFixedHeight(240)
    qtbot.waitUntil(lambda: page.board.front() > 0)
    for number in (1, 2, 3, 4):
        press(getattr(Key, f"Key_{number}"), alt=True)
        assert [r.number for r in page.regions if not r.folded] == [number]
        assert page.regions[number - 1].holds_focus()


def test_everything_known_is_seen_without_a_click(open_page):
    page = open_page(rich=True)
    said = " | ".join(page.summary.lines.texts())
    for part in ("penicillins", "INR 3.8", "Amlodipine", "Type 2 diabetes", "10-Mar-2026", "152/94"):
        assert part in said


def test_a_nurse_records_vital_signs_and_allergies_but_writes_and_signs_nothing(open_page, qtbot):
    page = open_page(user="nurse", rich=True)
    assert (page.diagnoses.entry.isVisible(), page.vitals.isVisible()) == (False, True)
    assert not any(editor.isVisible() for editor in page.note.editor.editors.values())
    assert (page.bar.sign_button.isEnabled(), page.bar.reason.text()) == (
        False,
        "Reading only: signing is for doctors.",
    )
    press(Key.Key_4, alt=True)
    assert page.rx is None
    press(Key.Key_1, alt=True)
    live = {action.id for action in page.ctx.actions.live()}
    assert {"vitals.enter", "allergy.open"} <= live
    assert not live & {"work.sign", "note.template", "diagnosis.add"}


def test_a_pharmacist_reads_and_changes_nothing(open_page):
    page = open_page(user="pharm", rich=True)
    assert not page.vitals.isVisible()
    assert not page.diagnoses.entry.isVisible()
    assert page.draft_key() is None
    assert any("penicillins" in text for text in page.summary.lines.texts())


def test_a_summary_that_was_not_read_says_that_allergies_are_unavailable(open_page, qtbot):
    page = open_page()
    unread = SummaryPane(page.allergies)
    qtbot.addWidget(unread)
    assert unread.lines.texts() == ["Allergies unavailable"]

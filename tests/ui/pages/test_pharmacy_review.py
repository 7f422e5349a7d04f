"""Queue and review, typed into the real window on a real desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import nameless, too_small
from tests.ui.pages.counter_kit import (
    AMBROXOL,
    AMLODIPINE,
    ONE,
    TWO,
    VALPROATE,
    Hand,
    Hospital,
    hands_off,
    observation,
    press,
    sheet_of,
)
from tests.ui.screens import settle
from ui.pages.pharmacy import PharmacyPage
from workstation.core.events import Changed, Origin, Ref
from workstation.pharmacy.model import (
    Query,
    SheetState,
    StartReview,
)
from workstation.prescribing.model import AnswerQuery
from workstation.store import trail

Open = Callable[..., PharmacyPage]


def test_enter_opens_and_one_key_approves(open_counter: Open, pharmacy: Hospital) -> None:
    task = pharmacy.sign("p2", ONE)
    page = open_counter()
    press(Qt.Key.Key_Return)
    assert page.counter.view.state is SheetState.IN_REVIEW
    assert page.review.approve_button.text() == "Approve 李秀英  F7"
    press(Qt.Key.Key_F7)
    assert page.counter.view.state is SheetState.TO_DISPENSE
    assert pharmacy.get("Task", task)["status"] == "completed"


def test_a_question_is_three_keys_and_waits_for_the_prescriber(
    open_counter: Open, pharmacy: Hospital
) -> None:
    task = pharmacy.sign("p2", ONE)
    page = open_counter()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F8)
    press(Qt.Key.Key_3)
    hands_off(page)
    press(Qt.Key.Key_Return)
    assert page.counter.view.state is SheetState.QUERY
    (sent,) = pharmacy.find("Communication", based_on=task)
    assert sent["reasonCode"][0]["coding"][0]["code"] == "2-8"


def test_the_answer_of_the_prescriber_appears_and_the_sheet_can_be_approved(
    open_counter: Open, pharmacy: Hospital
) -> None:
    task = pharmacy.sign("p2", ONE)
    pharmacy.as_("pharm").do("pharmacy.query", Query(task, "2-5", "qd?"))
    page = open_counter()
    press(Qt.Key.Key_Return)
    assert not page.review.can_approve()
    pharmacy.as_("doc").do("prescribing.answer-query", AnswerQuery(task, "每日一次，确认"))
    pharmacy.as_("pharm")
    page.refresh()
    assert "王敏 answers 每日一次，确认" in page.review.messages.text()
    assert page.counter.view.state is SheetState.TO_REVIEW
    page.counter.open_row(page.queue.rows()[0])
    press(Qt.Key.Key_F7)
    assert page.counter.view.state is SheetState.TO_DISPENSE


def test_a_refusal_needs_reason_and_words(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.sign("p2", ONE)
    page = open_counter()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    sheet = sheet_of(page)
    sheet.send()
    assert sheet.error.text() == "Choose a reason first."
    sheet.choose(1)
    sheet.send()
    assert sheet.error.text() == "It must be said in words as well."
    sheet.words.setText("无适应证")
    sheet.send()
    assert page.counter.view.state is SheetState.REFUSED
    assert page.counter.asking.open_sheet is None


def test_a_scan_while_a_question_is_open_neither_chooses_nor_sends(
    open_counter: Open, pharmacy: Hospital
) -> None:
    pharmacy.sign("p2", ONE)
    page = open_counter()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F8)
    sheet = sheet_of(page)
    Hand(page).scan(pharmacy.codes(AMLODIPINE)[0])
    assert pharmacy.find("Communication") == []
    assert not any(choice.isChecked() for choice in sheet.offered)


def test_a_scanned_prescription_opens_wherever_the_focus_is(open_counter: Open, pharmacy: Hospital) -> None:
    task = pharmacy.sign("p3", (AMBROXOL, "30 mg po", "tid", 5))
    pharmacy.sign("p2", ONE)
    number = pharmacy.get("Task", task)["groupIdentifier"]["value"]
    page = open_counter()
    page.queue.search.setFocus()
    hand = Hand(page)
    hand.type("ab")
    hand.scan(number)
    assert page.counter.view.number == number
    assert page.queue.search.text() == "ab"
    assert page.banner.data().name == "张伟"


def test_a_paper_whose_prescription_has_not_arrived_is_told_honestly(
    open_counter: Open, pharmacy: Hospital
) -> None:
    page = open_counter()
    Hand(page).scan("QNRX1:RX26ZZZ000009:M1:" + "A" * 64)
    assert any("has not been received at this counter" in text for text in page.banners.texts())


def test_a_sheet_in_a_colleagues_hands_can_be_taken_over(open_counter: Open, pharmacy: Hospital) -> None:
    task = pharmacy.sign("p2", ONE)
    pharmacy.as_("pharm2").do("pharmacy.start-review", StartReview(task))
    page = open_counter("pharm")
    press(Qt.Key.Key_Return)
    assert not page.review.can_approve()
    assert page.review.why.text() == "林芳 is reviewing this prescription."
    assert any("in review · 林芳" in text for text in page.banners.texts())
    page.counter._take(page.counter.view, take_over=True)
    assert page.counter.view.mine
    assert "taken" not in page.banners.names()


def test_opening_the_next_sheet_gives_the_first_one_back(open_counter: Open, pharmacy: Hospital) -> None:
    first = pharmacy.sign("p2", ONE)
    pharmacy.clock.advance(timedelta(minutes=1))
    pharmacy.sign("p3", (AMBROXOL, "30 mg po", "tid", 5))
    page = open_counter()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert page.counter.view.patient == "p3"
    assert pharmacy.get("Task", first)["status"] == "requested"


def test_f2_walks_the_parts_and_each_says_its_count(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.sign("p2", ONE)
    pharmacy.approve(pharmacy.sign("p3", (AMBROXOL, "30 mg po", "tid", 5)))
    page = open_counter()
    assert [b.text() for b in page.queue.filters] == ["Review 1", "Hand out 1", "Done 0"]
    press(Qt.Key.Key_F2)
    assert (page.queue.part, [r.patient for r in page.queue.rows()]) == ("dispense", ["p3"])
    press(Qt.Key.Key_F2)
    assert page.queue.part == "done"


def test_f3_finds_by_initials(open_counter: Open, pharmacy: Hospital, qtbot: QtBot) -> None:
    pharmacy.sign("p1", ONE)
    page = open_counter()
    press(Qt.Key.Key_F3)
    Hand(page).type("oyjg")
    qtbot.waitUntil(lambda: page.queue.search.highlighted() is not None)
    press(Qt.Key.Key_Return)
    assert page.counter.view.patient == "p1"


def test_waiting_times_tone_the_queue_and_nothing_else_does(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.sign("p4", (AMBROXOL, "30 mg po", "tid", 3))
    pharmacy.clock.advance(timedelta(minutes=11))
    pharmacy.sign("p2", ONE)
    page = open_counter()
    wait = page.queue.table.rows_model.columns[-1]
    rows = {row.patient: row for row in page.queue.rows()}
    assert (wait.state(rows["p4"]), wait.state(rows["p2"])) == ("caution", "")
    pharmacy.clock.advance(timedelta(minutes=9))
    assert wait.state(rows["p4"]) == "warn"


def test_news_in_the_queue_waits_while_a_hand_is_in_the_list(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.sign("p2", ONE)
    page = open_counter()
    pharmacy.sign("p3", (AMBROXOL, "30 mg po", "tid", 5))
    pharmacy.as_("pharm")
    page.refresh()
    assert len(page.queue.rows()) == 1
    assert page.queue.pane.bar.text() == "1 new or changed"
    press(Qt.Key.Key_F5)
    assert len(page.queue.rows()) == 2


def test_the_review_shows_diagnosis_kidneys_and_the_four_checks(
    open_counter: Open, pharmacy: Hospital
) -> None:
    pharmacy.sign("p1", ONE, TWO)
    page = open_counter()
    press(Qt.Key.Key_Return)
    assert "Diagnosis 原发性高血压" in page.review.facts.text()
    assert "eGFR 48 mL/min 10-Mar-2026" in page.review.facts.text()
    found = {name: check.chip.text() for name, check in page.review.checks.checks.items()}
    assert (found["incompatibility"], found["rationality"]) == ("No issue found", "Not checked")
    assert "penicillins" in page.banner.sentence()


def test_a_dose_by_weight_shows_the_weight_with_its_day_or_says_that_it_is_missing(
    open_counter: Open, pharmacy: Hospital
) -> None:
    pharmacy.sign("p2", VALPROATE, ONE)
    page = open_counter()
    press(Qt.Key.Key_Return)
    assert page.review.weight.isVisible()
    assert page.review.weight.text() == "Weight not recorded; the dose goes by it: line 1"
    assert "Weight not on record" in page.review.facts.text()
    pharmacy.put(observation("w2", "p2", "29463-7", 56.5, "kg", "2026-03-17"))
    press(Qt.Key.Key_F5)
    assert "Weight 56.5 kg 17-Mar-2026" in page.review.facts.text()
    assert page.review.weight.isHidden()


def test_an_adult_dose_that_no_weight_changes_asks_for_none(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.sign("p2", ONE)
    page = open_counter()
    press(Qt.Key.Key_Return)
    assert page.review.weight.isHidden()


def test_a_check_that_did_not_run_is_never_called_passed(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.sign("p2", TWO)
    page = open_counter()
    press(Qt.Key.Key_Return)
    model = page.review.lines.table.rows_model
    check = next(c for c in model.columns if c.id == "check")
    assert [check.text(row) for row in model.rows()] == ["Not checked"]


def test_a_screen_without_a_sheet_says_what_to_do(open_counter: Open, pharmacy: Hospital) -> None:
    page = open_counter()
    settle(page)
    assert page.nothing.isVisible()
    assert not page.banner.isVisible()
    assert page.queue.pane.empty.isVisible()


def test_every_control_of_the_counter_has_a_name_and_a_size_for_a_finger(
    open_counter: Open, pharmacy: Hospital
) -> None:
    pharmacy.sign("p2", ONE, TWO)
    page = open_counter()
    press(Qt.Key.Key_Return)
    settle(page)
    assert nameless(page) == []
    assert too_small(page) == []


def test_news_about_others_asks_for_the_queue_alone(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.sign("p2", ONE)
    page = open_counter()
    press(Qt.Key.Key_Return)
    before = audit_of(pharmacy, "pharmacy.sheet")
    news = Changed((Ref("Task", "t", "p3"),), Origin.SYNC, pharmacy.clock.now())
    page.on_changed(news)
    assert audit_of(pharmacy, "pharmacy.sheet") == before
    page.on_changed(Changed((Ref("Task", "t", "p2"),), Origin.SYNC, pharmacy.clock.now()))
    assert audit_of(pharmacy, "pharmacy.sheet") == before + 1


def audit_of(pharmacy: Hospital, action: str) -> int:
    found = pharmacy.desk.store.look(lambda connection: list(trail.entries(connection)))
    return sum(1 for _number, entry, _hash in found if entry.action == action)

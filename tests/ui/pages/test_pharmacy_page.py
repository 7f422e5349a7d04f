"""A morning at the counter, typed and scanned into the real window on a real desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pypdfium2
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages import counter_kit
from tests.ui.pages.counter_kit import (
    AMBROXOL,
    AMLODIPINE,
    ATORVASTATIN,
    IBUPROFEN,
    METFORMIN,
    PIN,
    Hand,
    Hospital,
    press,
    trace,
)
from tests.ui.screens import settle
from ui.pages.pharmacy import PharmacyPage
from ui.pages.pharmacy_parts.labels import labels_pdf
from ui.pages.pharmacy_parts.reason_sheet import ReasonSheet
from ui.shell import Shell
from ui.widgets.review_sheet import ReviewSheet
from workstation.core.clock import FixedClock
from workstation.core.events import Link, SyncState
from workstation.core.i18n import set_language
from workstation.desk import Desk
from workstation.pharmacy.model import (
    Basis,
    Claim,
    Dispense,
    Pick,
    Query,
    SheetByTask,
    SheetState,
    StartReview,
)
from workstation.prescribing.model import AnswerQuery, StopPrescription
from workstation.printing.preview import page_count, page_size

Open = Callable[..., PharmacyPage]
ONE = (AMLODIPINE, "5 mg po", "qd", 7)
TWO = (ATORVASTATIN, "20 mg po", "qn", 7)


@pytest.fixture
def hospital(make_desk: Callable[..., Desk], clock: FixedClock) -> Hospital:
    return counter_kit.hospital(make_desk("doc"), clock)


@pytest.fixture
def open_page(app: QApplication, hospital: Hospital, qtbot: QtBot) -> Iterator[Open]:
    made: list[Shell] = []

    def make(user: str = "pharm") -> PharmacyPage:
        shell = counter_kit.window(hospital.desk, app, user)
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        page = shell.frame.front_page()
        assert isinstance(page, PharmacyPage)
        page.queue.focus()
        return page

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def sheet_of(page: PharmacyPage) -> ReasonSheet:
    sheet = page.counter.asking.open_sheet
    assert sheet is not None
    return sheet


def scan_codes(hospital: Hospital, *names: str) -> list[str]:
    return [trace(hospital.drug(name), n) for n, name in enumerate(names, 1)]


def test_enter_opens_and_one_key_approves(open_page: Open, hospital: Hospital) -> None:
    task = hospital.sign("p2", ONE)
    page = open_page()
    press(Qt.Key.Key_Return)
    assert page.counter.view.state is SheetState.IN_REVIEW
    assert page.review.approve_button.text() == "Approve 李秀英  F7"
    press(Qt.Key.Key_F7)
    assert page.counter.view.state is SheetState.TO_DISPENSE
    assert hospital.get("Task", task)["status"] == "completed"


def test_three_lines_go_out_with_three_scans_and_one_key(open_page: Open, hospital: Hospital) -> None:
    task = hospital.sign("p1", ONE, TWO, (METFORMIN, "0.5 g po", "bid", 7))
    hospital.approve(task)
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    hand = Hand(page)
    for done, code in enumerate(scan_codes(hospital, AMLODIPINE, ATORVASTATIN, METFORMIN), 1):
        assert not page.dispense.go.isEnabled()
        hand.scan(code)
        assert page.dispense.title.text() == f"Scan and compare {done}/3"
    assert page.dispense.go.text() == "Hand out to 欧阳建国  F12"
    press(Qt.Key.Key_F12)
    assert page.counter.view.state is SheetState.DISPENSED
    given = hospital.find("MedicationDispense")
    assert len(given) == 3
    assert all(any(i["system"].endswith("trace-code") for i in d["identifier"]) for d in given)


def test_f12_does_nothing_before_everything_is_scanned(open_page: Open, hospital: Hospital) -> None:
    hospital.approve(hospital.sign("p2", ONE, TWO))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    Hand(page).scan(scan_codes(hospital, AMLODIPINE)[0])
    press(Qt.Key.Key_F12)
    assert hospital.find("MedicationDispense") == []
    assert page.dispense.why.text() == "Still to scan: 1. Without a code, give a reason."


def test_a_question_is_three_keys_and_waits_for_the_prescriber(open_page: Open, hospital: Hospital) -> None:
    task = hospital.sign("p2", ONE)
    page = open_page()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F8)
    press(Qt.Key.Key_3)
    _held(page)
    press(Qt.Key.Key_Return)
    assert page.counter.view.state is SheetState.QUERY
    (sent,) = hospital.find("Communication", based_on=task)
    assert sent["reasonCode"][0]["coding"][0]["code"] == "2-8"


def _held(page: PharmacyPage) -> None:
    """Let a key that waits for a scan go on: a hand's next key comes much later."""
    page.wedge.pass_on()


def test_the_answer_of_the_prescriber_appears_and_the_sheet_can_be_approved(
    open_page: Open, hospital: Hospital
) -> None:
    task = hospital.sign("p2", ONE)
    hospital.as_("pharm").do("pharmacy.query", Query(task, "2-5", "qd?"))
    page = open_page()
    press(Qt.Key.Key_Return)
    assert not page.review.can_approve()
    hospital.as_("doc").do("prescribing.answer-query", AnswerQuery(task, "每日一次，确认"))
    hospital.as_("pharm")
    page.refresh()
    assert "王敏 answers 每日一次，确认" in page.review.messages.text()
    assert page.counter.view.state is SheetState.TO_REVIEW
    page.counter.open_row(page.queue.rows()[0])
    press(Qt.Key.Key_F7)
    assert page.counter.view.state is SheetState.TO_DISPENSE


def test_a_refusal_needs_reason_and_words(open_page: Open, hospital: Hospital) -> None:
    hospital.sign("p2", ONE)
    page = open_page()
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
    open_page: Open, hospital: Hospital
) -> None:
    hospital.sign("p2", ONE)
    page = open_page()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F8)
    sheet = sheet_of(page)
    Hand(page).scan(scan_codes(hospital, AMLODIPINE)[0])
    assert hospital.find("Communication") == []
    assert not any(choice.isChecked() for choice in sheet.offered)


def test_a_wrong_pack_stands_beside_the_ordered_one_with_the_difference_heavy(
    open_page: Open, hospital: Hospital
) -> None:
    hospital.approve(hospital.sign("p2", TWO))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    hand = Hand(page)
    hand.scan("2409M")
    assert page.dispense.compare.isVisible()
    heavy = [text.replace("\u00a0", " ").replace("\u2060", "") for text in page.dispense.compare.heavy()]
    assert heavy == ["Atorvastatin tablet", "Metformin tablet", "20 mg", "0.5 g"]
    assert "wrong pack" in page.dispense.why.text()
    hand.scan(scan_codes(hospital, ATORVASTATIN)[0])
    assert not page.dispense.compare.isVisible()
    assert page.dispense.go.isEnabled()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("(01)02000000000510(17)260101(10)OLD", "This pack has expired"),
        ("(01)02000000000510(17)280101(10)NEW", "This lot is not on the shelf of this desk"),
        ("HELLO-WORLD", "Nobody knows this code"),
    ],
)
def test_a_pack_that_cannot_go_out_says_why(
    open_page: Open, hospital: Hospital, code: str, said: str
) -> None:
    hospital.approve(hospital.sign("p2", ONE))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    Hand(page).scan(code)
    assert said in page.dispense.message_text()
    assert not page.dispense.go.isEnabled()


def test_a_scanned_prescription_opens_wherever_the_focus_is(open_page: Open, hospital: Hospital) -> None:
    task = hospital.sign("p3", (AMBROXOL, "30 mg po", "tid", 5))
    hospital.sign("p2", ONE)
    number = hospital.get("Task", task)["groupIdentifier"]["value"]
    page = open_page()
    page.queue.search.setFocus()
    hand = Hand(page)
    hand.type("ab")
    hand.scan(number)
    assert page.counter.view.number == number
    assert page.queue.search.text() == "ab"
    assert page.banner.data().name == "张伟"


def test_a_paper_whose_prescription_has_not_arrived_is_told_honestly(
    open_page: Open, hospital: Hospital
) -> None:
    page = open_page()
    Hand(page).scan("QNRX1:RX26ZZZ000009:M1:" + "A" * 64)
    assert any("has not been received at this counter" in text for text in page.banners.texts())


def test_without_a_line_the_signed_paper_is_needed_and_scanning_it_is_enough(
    open_page: Open, hospital: Hospital
) -> None:
    task = hospital.sign("p2", ONE)
    dispensing = hospital.approve(task)
    number = hospital.get("Task", task)["groupIdentifier"]["value"]
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    page.news.sync_state.emit(SyncState(Link.OFFLINE))
    hand = Hand(page)
    hand.scan(scan_codes(hospital, AMLODIPINE)[0])
    assert page.dispense.why.text() == "See the signed paper first."
    hand.scan(number)
    assert page.dispense.basis() is Basis.PAPER
    press(Qt.Key.Key_F12)
    assert hospital.get("Task", dispensing)["note"][0]["text"] == "离线发药：凭签名纸质处方"


def test_a_line_without_a_code_is_picked_by_hand_with_a_reason(open_page: Open, hospital: Hospital) -> None:
    hospital.approve(hospital.sign("p2", ONE))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    press(Qt.Key.Key_3)
    _held(page)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F12)
    assert hospital.find("MedicationDispense")[0]["note"][0]["text"] == "包装码破损，无法识读"


def test_what_the_shelf_lacks_stays_owed_with_a_reason(open_page: Open, hospital: Hospital) -> None:
    hospital.approve(hospital.sign("p3", (IBUPROFEN, "0.3 g po", "bid", 5)))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    Hand(page).scan("2412D")
    assert "stay owed" in page.dispense.why.text()
    press(Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    press(Qt.Key.Key_1)
    _held(page)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F12)
    assert page.counter.view.state is SheetState.PARTIAL
    assert hospital.find("MedicationDispense")[0]["quantity"]["value"] == 10


def test_who_reviewed_alone_signs_twice_with_the_pin(open_page: Open, hospital: Hospital) -> None:
    hospital.sign("p2", ONE)
    page = open_page("pharm")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F7)
    Hand(page).scan(scan_codes(hospital, AMLODIPINE)[0])
    press(Qt.Key.Key_F12)
    (sheet,) = [s for s in page.body.findChildren(ReviewSheet) if s.isVisible()]
    press(Qt.Key.Key_F12)
    sheet.pin.setText("000000")
    press(Qt.Key.Key_Return)
    assert hospital.find("MedicationDispense") == []
    sheet.pin.setText(PIN)
    press(Qt.Key.Key_Return)
    (given,) = hospital.find("MedicationDispense")
    assert len(given["performer"]) == 2


def test_a_line_stopped_while_in_hand_waits_behind_a_bar_and_blocks_the_key(
    open_page: Open, hospital: Hospital
) -> None:
    hospital.approve(hospital.sign("p2", ONE, TWO))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    hand = Hand(page)
    for code in scan_codes(hospital, AMLODIPINE, ATORVASTATIN):
        hand.scan(code)
    line = page.counter.view.lines[1].line
    hospital.as_("doc").do("prescribing.stop", StopPrescription(line, "肌痛", whole_sheet=False))
    hospital.as_("pharm2")
    page.refresh()
    assert page.review.bar.text() == "line 2 was stopped"
    assert not page.dispense.can_dispense()
    press(Qt.Key.Key_F5)
    assert page.review.bar.text() == ""
    assert page.dispense.title.text() == "Scan and compare 1/1"
    press(Qt.Key.Key_F12)
    assert len(hospital.find("MedicationDispense")) == 1


def test_a_sheet_in_a_colleagues_hands_can_be_taken_over(open_page: Open, hospital: Hospital) -> None:
    task = hospital.sign("p2", ONE)
    hospital.as_("pharm2").do("pharmacy.start-review", StartReview(task))
    page = open_page("pharm")
    press(Qt.Key.Key_Return)
    assert not page.review.can_approve()
    assert page.review.why.text() == "林芳 is reviewing this prescription."
    assert any("in review · 林芳" in text for text in page.banners.texts())
    page.counter._take(page.counter.view, take_over=True)
    assert page.counter.view.mine
    assert "taken" not in page.banners.names()


def test_opening_the_next_sheet_gives_the_first_one_back(open_page: Open, hospital: Hospital) -> None:
    first = hospital.sign("p2", ONE)
    hospital.clock.advance(timedelta(minutes=1))
    hospital.sign("p3", (AMBROXOL, "30 mg po", "tid", 5))
    page = open_page()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert page.counter.view.patient == "p3"
    assert hospital.get("Task", first)["status"] == "requested"


def test_a_parked_sheet_keeps_its_scans_for_later(open_page: Open, hospital: Hospital) -> None:
    hospital.approve(hospital.sign("p2", ONE, TWO))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    Hand(page).scan(scan_codes(hospital, AMLODIPINE)[0])
    press(Qt.Key.Key_F10)
    press(Qt.Key.Key_Return)
    assert page.counter.view is None
    assert page.queue.rows()[0].parked == "patient not here"
    page.queue.focus()
    press(Qt.Key.Key_Return)
    assert page.dispense.title.text() == "Scan and compare 1/2"


def test_a_return_nets_out_from_the_done_list(open_page: Open, hospital: Hospital) -> None:
    hospital.approve(hospital.sign("p2", ONE))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    Hand(page).scan(scan_codes(hospital, AMLODIPINE)[0])
    press(Qt.Key.Key_F12)
    page.dispense.give_back.emit(page.counter.view.handed[0].dispense)
    sheet = sheet_of(page)
    sheet.amount.setText("14")
    sheet.choose(2)
    sheet.send()
    assert page.counter.view.handed[0].returned == "14"


def test_f2_walks_the_parts_and_each_says_its_count(open_page: Open, hospital: Hospital) -> None:
    hospital.sign("p2", ONE)
    hospital.approve(hospital.sign("p3", (AMBROXOL, "30 mg po", "tid", 5)))
    page = open_page()
    assert [b.text() for b in page.queue.filters] == ["Review 1", "Hand out 1", "Done 0"]
    press(Qt.Key.Key_F2)
    assert (page.queue.part, [r.patient for r in page.queue.rows()]) == ("dispense", ["p3"])
    press(Qt.Key.Key_F2)
    assert page.queue.part == "done"


def test_f3_finds_by_initials(open_page: Open, hospital: Hospital, qtbot: QtBot) -> None:
    hospital.sign("p1", ONE)
    page = open_page()
    press(Qt.Key.Key_F3)
    Hand(page).type("oyjg")
    qtbot.waitUntil(lambda: page.queue.search.highlighted() is not None)
    press(Qt.Key.Key_Return)
    assert page.counter.view.patient == "p1"


def test_waiting_times_tone_the_queue_and_nothing_else_does(open_page: Open, hospital: Hospital) -> None:
    hospital.sign("p4", (AMBROXOL, "30 mg po", "tid", 3))
    hospital.clock.advance(timedelta(minutes=11))
    hospital.sign("p2", ONE)
    page = open_page()
    wait = page.queue.table.rows_model.columns[-1]
    rows = {row.patient: row for row in page.queue.rows()}
    assert (wait.state(rows["p4"]), wait.state(rows["p2"])) == ("caution", "")
    hospital.clock.advance(timedelta(minutes=9))
    assert wait.state(rows["p4"]) == "warn"


def test_news_in_the_queue_waits_while_a_hand_is_in_the_list(open_page: Open, hospital: Hospital) -> None:
    hospital.sign("p2", ONE)
    page = open_page()
    hospital.sign("p3", (AMBROXOL, "30 mg po", "tid", 5))
    hospital.as_("pharm")
    page.refresh()
    assert len(page.queue.rows()) == 1
    assert page.queue.pane.bar.text() == "1 new or changed"
    press(Qt.Key.Key_F5)
    assert len(page.queue.rows()) == 2


def test_the_review_shows_diagnosis_kidneys_and_the_four_checks(open_page: Open, hospital: Hospital) -> None:
    hospital.sign("p1", ONE, TWO)
    page = open_page()
    press(Qt.Key.Key_Return)
    assert "Diagnosis 原发性高血压" in page.review.facts.text()
    assert "eGFR 48 mL/min 10-Mar-2026" in page.review.facts.text()
    found = {name: check.chip.text() for name, check in page.review.checks.checks.items()}
    assert (found["incompatibility"], found["rationality"]) == ("No issue found", "Not checked")
    assert "penicillins" in page.banner.sentence()


def test_a_check_that_did_not_run_is_never_called_passed(open_page: Open, hospital: Hospital) -> None:
    hospital.sign("p2", TWO)
    page = open_page()
    press(Qt.Key.Key_Return)
    model = page.review.lines.table.rows_model
    check = next(c for c in model.columns if c.id == "check")
    assert [check.text(row) for row in model.rows()] == ["Not checked"]


def test_near_expiry_is_said_on_the_line(open_page: Open, hospital: Hospital) -> None:
    hospital.approve(hospital.sign("p2", TWO))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    assert "Near expiry" in page.dispense.rows.rows[0].accessibleName()


def test_a_sheet_claimed_at_another_counter_is_not_handed_out_here(
    open_page: Open, hospital: Hospital
) -> None:
    dispensing = hospital.approve(hospital.sign("p2", ONE), user="pharm2")
    hospital.as_("pharm2").do("pharmacy.claim", Claim(dispensing))
    page = open_page("pharm")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    assert page.dispense.why.text() == "林芳 is handing out this prescription."


def test_a_screen_without_a_sheet_says_what_to_do(open_page: Open, hospital: Hospital) -> None:
    page = open_page()
    settle(page)
    assert page.nothing.isVisible()
    assert not page.banner.isVisible()
    assert page.queue.pane.empty.isVisible()


def test_labels_are_one_paper_with_a_page_for_each_line(open_page: Open, hospital: Hospital) -> None:
    hospital.approve(hospital.sign("p2", ONE, TWO))
    page = open_page("pharm2")
    page.queue.choose("dispense")
    page.queue.focus()
    press(Qt.Key.Key_Return)
    hand = Hand(page)
    for code in scan_codes(hospital, AMLODIPINE, ATORVASTATIN):
        hand.scan(code)
    press(Qt.Key.Key_F12)
    press(Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    sheet = page.ctx.papers.sheet
    assert page_count(sheet.made.pdf) == 2
    assert page_size(sheet.made.pdf) == pytest.approx((70, 50), abs=0.1)
    assert sheet.made.file_name == "labels.pdf"
    sheet.dismiss()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_label_is_printed_in_the_language_of_the_counter(hospital: Hospital, language: str) -> None:
    dispensing = hospital.approve(hospital.sign("p2", ONE))
    desk = hospital.as_("pharm2")
    view = desk.ask("pharmacy.sheet", SheetByTask(dispensing, "p2"))
    desk.do(
        "pharmacy.dispense",
        Dispense(dispensing, (Pick(view.lines[0].line, view.lines[0].lots[0].lot, "28", True),)),
    )
    set_language(language)
    text = text_of_page(labels_pdf(desk, view).pdf)
    assert "李秀英" in text
    assert ("苯磺酸氨氯地平片" in text) is (language == "zh_CN")
    assert ("Amlodipine tablet" in text) is (language == "en")


def text_of_page(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(document[0].get_textpage().get_text_bounded().split("\n")).replace("\r", "")
    finally:
        document.close()

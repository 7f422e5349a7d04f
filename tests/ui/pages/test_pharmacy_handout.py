"""Handing out, scanned and typed into the real window on a real desk."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from tests.ui.pages.counter_kit import (
    AMLODIPINE,
    ATORVASTATIN,
    IBUPROFEN,
    METFORMIN,
    ONE,
    PIN,
    TWO,
    Hand,
    Hospital,
    at_the_counter,
    hands_off,
    press,
    sheet_of,
)
from ui.pages.pharmacy import PharmacyPage
from ui.pages.pharmacy_parts.labels import labels_pdf
from ui.widgets.review_sheet import ReviewSheet
from workstation.core.events import Link, SyncState
from workstation.core.i18n import set_language
from workstation.pharmacy.model import (
    Basis,
    Claim,
    Dispense,
    Pick,
    SheetByTask,
    SheetState,
)
from workstation.prescribing.model import StopPrescription
from workstation.printing.preview import page_count, page_size

Open = Callable[..., PharmacyPage]


def test_three_lines_go_out_with_three_scans_and_one_key(open_counter: Open, pharmacy: Hospital) -> None:
    task = pharmacy.sign("p1", ONE, TWO, (METFORMIN, "0.5 g po", "bid", 7))
    pharmacy.approve(task)
    page = at_the_counter(open_counter)
    hand = Hand(page)
    for done, code in enumerate(pharmacy.codes(AMLODIPINE, ATORVASTATIN, METFORMIN), 1):
        assert not page.dispense.go.isEnabled()
        hand.scan(code)
        assert page.dispense.title.text() == f"Scan and compare {done}/3"
    assert page.dispense.go.text() == "Hand out to 欧阳建国  F12"
    press(Qt.Key.Key_F12)
    assert page.counter.view.state is SheetState.DISPENSED
    given = pharmacy.find("MedicationDispense")
    assert len(given) == 3
    assert all(any(i["system"].endswith("trace-code") for i in d["identifier"]) for d in given)


def test_f12_does_nothing_before_everything_is_scanned(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.approve(pharmacy.sign("p2", ONE, TWO))
    page = at_the_counter(open_counter)
    Hand(page).scan(pharmacy.codes(AMLODIPINE)[0])
    press(Qt.Key.Key_F12)
    assert pharmacy.find("MedicationDispense") == []
    assert page.dispense.why.text() == "Still to scan: 1. Without a code, give a reason."


def test_a_wrong_pack_stands_beside_the_ordered_one_with_the_difference_heavy(
    open_counter: Open, pharmacy: Hospital
) -> None:
    pharmacy.approve(pharmacy.sign("p2", TWO))
    page = at_the_counter(open_counter)
    hand = Hand(page)
    hand.scan("2409M")
    assert page.dispense.compare.isVisible()
    heavy = [text.replace("\u00a0", " ").replace("\u2060", "") for text in page.dispense.compare.heavy()]
    assert heavy == ["Atorvastatin tablet", "Metformin tablet", "20 mg", "0.5 g"]
    assert "wrong pack" in page.dispense.why.text()
    hand.scan(pharmacy.codes(ATORVASTATIN)[0])
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
    open_counter: Open, pharmacy: Hospital, code: str, said: str
) -> None:
    pharmacy.approve(pharmacy.sign("p2", ONE))
    page = at_the_counter(open_counter)
    Hand(page).scan(code)
    assert said in page.dispense.message_text()
    assert not page.dispense.go.isEnabled()


def test_without_a_line_the_signed_paper_is_needed_and_scanning_it_is_enough(
    open_counter: Open, pharmacy: Hospital
) -> None:
    task = pharmacy.sign("p2", ONE)
    dispensing = pharmacy.approve(task)
    number = pharmacy.get("Task", task)["groupIdentifier"]["value"]
    page = at_the_counter(open_counter)
    page.news.sync_state.emit(SyncState(Link.OFFLINE))
    hand = Hand(page)
    hand.scan(pharmacy.codes(AMLODIPINE)[0])
    assert page.dispense.why.text() == "See the signed paper first."
    hand.scan(number)
    assert page.dispense.basis() is Basis.PAPER
    press(Qt.Key.Key_F12)
    assert pharmacy.get("Task", dispensing)["note"][0]["text"] == "离线发药：凭签名纸质处方"


def test_a_line_without_a_code_is_picked_by_hand_with_a_reason(
    open_counter: Open, pharmacy: Hospital
) -> None:
    pharmacy.approve(pharmacy.sign("p2", ONE))
    page = at_the_counter(open_counter)
    press(Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    press(Qt.Key.Key_3)
    hands_off(page)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F12)
    assert pharmacy.find("MedicationDispense")[0]["note"][0]["text"] == "包装码破损，无法识读"


def test_what_the_shelf_lacks_stays_owed_with_a_reason(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.approve(pharmacy.sign("p3", (IBUPROFEN, "0.3 g po", "bid", 5)))
    page = at_the_counter(open_counter)
    Hand(page).scan("2412D")
    assert "stay owed" in page.dispense.why.text()
    press(Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    press(Qt.Key.Key_1)
    hands_off(page)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F12)
    assert page.counter.view.state is SheetState.PARTIAL
    assert pharmacy.find("MedicationDispense")[0]["quantity"]["value"] == 10


def test_who_reviewed_alone_signs_twice_with_the_pin(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.sign("p2", ONE)
    page = open_counter("pharm")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F7)
    Hand(page).scan(pharmacy.codes(AMLODIPINE)[0])
    press(Qt.Key.Key_F12)
    (sheet,) = [s for s in page.body.findChildren(ReviewSheet) if s.isVisible()]
    press(Qt.Key.Key_F12)
    sheet.pin.setText("000000")
    press(Qt.Key.Key_Return)
    assert pharmacy.find("MedicationDispense") == []
    sheet.pin.setText(PIN)
    press(Qt.Key.Key_Return)
    (given,) = pharmacy.find("MedicationDispense")
    assert len(given["performer"]) == 2


def test_a_line_stopped_while_in_hand_waits_behind_a_bar_and_blocks_the_key(
    open_counter: Open, pharmacy: Hospital
) -> None:
    pharmacy.approve(pharmacy.sign("p2", ONE, TWO))
    page = at_the_counter(open_counter)
    hand = Hand(page)
    for code in pharmacy.codes(AMLODIPINE, ATORVASTATIN):
        hand.scan(code)
    line = page.counter.view.lines[1].line
    pharmacy.as_("doc").do("prescribing.stop", StopPrescription(line, "肌痛", whole_sheet=False))
    pharmacy.as_("pharm2")
    page.refresh()
    assert page.review.bar.text() == "line 2 was stopped"
    assert not page.dispense.can_dispense()
    press(Qt.Key.Key_F5)
    assert page.review.bar.text() == ""
    assert page.dispense.title.text() == "Scan and compare 1/1"
    press(Qt.Key.Key_F12)
    assert len(pharmacy.find("MedicationDispense")) == 1


def test_a_parked_sheet_keeps_its_scans_for_later(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.approve(pharmacy.sign("p2", ONE, TWO))
    page = at_the_counter(open_counter)
    Hand(page).scan(pharmacy.codes(AMLODIPINE)[0])
    press(Qt.Key.Key_F10)
    press(Qt.Key.Key_Return)
    assert page.counter.view is None
    assert page.queue.rows()[0].parked == "patient not here"
    page.queue.focus()
    press(Qt.Key.Key_Return)
    assert page.dispense.title.text() == "Scan and compare 1/2"


def test_a_return_nets_out_from_the_done_list(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.approve(pharmacy.sign("p2", ONE))
    page = at_the_counter(open_counter)
    Hand(page).scan(pharmacy.codes(AMLODIPINE)[0])
    press(Qt.Key.Key_F12)
    (handed,) = page.dispense.handed.rows
    assert [b.text() for b in handed.findChildren(QPushButton)] == ["Take back…  Alt+B"]
    press(Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    sheet = sheet_of(page)
    sheet.amount.setText("14")
    sheet.choose(2)
    sheet.send()
    assert page.counter.view.handed[0].returned == "14"


def test_near_expiry_is_said_on_the_line(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.approve(pharmacy.sign("p2", TWO))
    page = at_the_counter(open_counter)
    assert "Near expiry" in page.dispense.rows.rows[0].accessibleName()


def test_a_sheet_claimed_at_another_counter_is_not_handed_out_here(
    open_counter: Open, pharmacy: Hospital
) -> None:
    dispensing = pharmacy.approve(pharmacy.sign("p2", ONE), user="pharm2")
    pharmacy.as_("pharm2").do("pharmacy.claim", Claim(dispensing))
    page = at_the_counter(open_counter, "pharm")
    assert page.dispense.why.text() == "林芳 is handing out this prescription."


def test_labels_are_one_paper_with_a_page_for_each_line(open_counter: Open, pharmacy: Hospital) -> None:
    pharmacy.approve(pharmacy.sign("p2", ONE, TWO))
    page = at_the_counter(open_counter)
    hand = Hand(page)
    for code in pharmacy.codes(AMLODIPINE, ATORVASTATIN):
        hand.scan(code)
    press(Qt.Key.Key_F12)
    press(Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    sheet = page.ctx.papers.sheet
    assert page_count(sheet.made.pdf) == 2
    assert page_size(sheet.made.pdf) == pytest.approx((70, 50), abs=0.1)
    assert sheet.made.file_name == "labels.pdf"
    sheet.dismiss()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_label_is_printed_in_the_language_of_the_counter(pharmacy: Hospital, language: str) -> None:
    dispensing = pharmacy.approve(pharmacy.sign("p2", ONE))
    desk = pharmacy.as_("pharm2")
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

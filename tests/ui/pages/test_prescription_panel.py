"""The prescription region as its page uses it: live checks, alerts with their way out, the draft, the signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages.prescription_kit import Bench
from tests.workstation.prescribing.room import diagnosis, furnish, patient
from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.strip import AlertStrip
from ui.theme import theme
from workstation.core.drafts import DraftKey
from workstation.core.errors import Unavailable
from workstation.core.i18n import set_language
from workstation.desk import Desk
from workstation.fhir import systems
from workstation.medication.model import SkinTestState
from workstation.prescribing.model import PrescriptionKind

PNEUMONIA = [diagnosis("J18.9", "肺炎")]
KEY = DraftKey("prescription", "p1", "e1")


@pytest.fixture
def open_bench(
    make_desk: Callable[..., Desk], qapp: QApplication, qtbot: QtBot
) -> Iterator[Callable[..., Bench]]:
    theme().apply(qapp, "light", "compact", 100)
    set_language("en")

    def make(desk: Desk | None = None, size: tuple[int, int] = (1088, 312), **given: object) -> Bench:
        given.setdefault("diagnoses", PNEUMONIA)
        bench = Bench(furnish(desk or make_desk(), **given), size)
        qtbot.addWidget(bench)
        bench.open()
        return bench

    return make


@pytest.fixture
def bench(open_bench: Callable[..., Bench]) -> Bench:
    return open_bench()


def write(bench: Bench, *lines: object) -> None:
    bench.panel.grid.editing.close(keep=False)
    bench.panel.model.change([*bench.panel.model.lines, *lines])
    bench.settle()


def check_text(bench: Bench, row: int) -> str:
    return bench.panel.model.text(row, Cell.CHECK)


def press(bench: Bench, text: str) -> None:
    for card in bench.panel.strip.cards():
        for made in card.buttons():
            if made.accessibleName() == text:
                made.click()
                bench.settle()
                return
    raise AssertionError(
        f"no button {text!r} in {[b.text() for c in bench.panel.strip.cards() for b in c.buttons()]}"
    )


def test_a_line_is_checked_as_soon_as_it_is_written(bench):
    write(bench, bench.room.line("盐酸氨溴索片", "30 mg po", "tid", 5))
    assert check_text(bench, 0) == "Passed"
    assert bench.panel.blocking_reason() == ""


def test_what_could_not_be_checked_never_reads_as_passed(bench):
    write(bench, bench.room.line("盐酸二甲双胍片", "0.5 g po", "bid", 7))
    assert check_text(bench, 0) == "Not checked 1"
    (card,) = bench.panel.strip.cards()
    assert card.alert.state == "not_checked"


def test_a_failed_check_is_loud_and_blocks_the_signature(bench, monkeypatch):
    def broken(*_args: object) -> None:
        raise Unavailable("The knowledge file cannot be read.")

    monkeypatch.setattr(bench.room.desk, "ask", broken)
    write(bench, bench.room.line("盐酸氨溴索片", "30 mg po", "tid", 5))
    assert check_text(bench, 0) == "Not checked"
    assert bench.panel.blocking_reason() == "Nothing on this prescription was checked"
    monkeypatch.undo()
    press(bench, "Check again")
    assert check_text(bench, 0) == "Passed"


def test_an_incomplete_line_says_what_it_lacks(bench):
    bench.type("amxl{Return}0")
    bench.panel.grid.editing.close(keep=False)
    assert check_text(bench, 0) == "Incomplete"
    assert bench.panel.blocking_reason() == "Line 1: The dose is missing."


def allergy():
    return {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "clinicalStatus": {"coding": [{"system": systems.ALLERGY_CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": systems.ALLERGY_VERIFICATION, "code": "confirmed"}]},
        "code": {"coding": [{"system": systems.ALLERGEN, "code": "penicillins"}], "text": "青霉素类"},
        "criticality": "high",
        "patient": {"reference": "Patient/p1"},
    }


def test_a_stop_names_its_line_and_blocks_until_it_is_dealt_with(open_bench):
    bench = open_bench(also=[allergy()])
    bench.type("amxl{Return}1")
    assert check_text(bench, 0).startswith("Stop")
    assert "stops before signing" in bench.panel.blocking_reason()
    stop = next(c for c in bench.panel.strip.cards() if "allergy" in c.alert.title.lower())
    assert "line 1" in stop.alert.heading()


def test_alt_a_swaps_the_drug_and_asks_for_its_regimen(open_bench):
    bench = open_bench(also=[allergy()])
    bench.type("amxl{Return}1")
    alert = next(a for a in bench.panel.live.check.alerts if a.alternatives)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    bench.settle()
    line = bench.panel.model.lines[0]
    assert (line.drug, line.dose) == (alert.alternatives[0], "")
    bench.type("1")
    assert bench.panel.model.lines[0].dose


def test_a_stop_is_kept_only_with_words_and_the_right_pin(open_bench):
    bench = open_bench(also=[allergy()])
    bench.type("amxl{Return}1")
    press(bench, "Order the skin test")
    press(bench, "Keep it and give the reason…")
    sheet = bench.panel.bench.sheet
    sheet.fields[0].setText("no")
    sheet.confirm.click()
    assert sheet.isVisible()
    sheet.fields[0].setText("life-saving, no alternative")
    sheet.fields[1].setText("000000")
    sheet.confirm.click()
    assert sheet.isVisible()
    assert sheet.fields[1].text() == ""
    sheet.fields[1].setText("246810")
    sheet.confirm.click()
    bench.settle()
    (reason,) = bench.panel.bench.options.overrides.values()
    assert (reason.text, reason.signed_again) == ("life-saving, no alternative", True)
    assert bench.panel.blocking_reason() == ""


def test_ordering_the_skin_test_turns_the_stop_into_a_caution(bench):
    bench.type("amxl{Return}1")
    assert check_text(bench, 0) == "Stop 1"
    press(bench, "Order the skin test")
    assert bench.panel.model.lines[0].skin_test.state is SkinTestState.REQUIRED
    assert check_text(bench, 0) == "Caution 1"


def test_more_days_ask_for_the_reason_the_paper_carries(bench):
    write(bench, bench.room.line("苯磺酸氨氯地平片", "5 mg po", "qd", 14))
    assert check_text(bench, 0) == "Stop 1"
    press(bench, "Give the reason for more days…")
    sheet = bench.panel.bench.sheet
    sheet.fields[0].setText("stable hypertension, lives far away")
    sheet.confirm.click()
    bench.settle()
    assert check_text(bench, 0) == "Passed"
    assert bench.panel.review_lines()[-1] == "Reason for more days: stable hypertension, lives far away"


def test_a_long_term_prescription_is_one_button_away(bench):
    write(bench, bench.room.line("苯磺酸氨氯地平片", "5 mg po", "qd", 28))
    press(bench, "Make it a long-term prescription")
    assert bench.panel.bench.options.kind is PrescriptionKind.LONG_TERM
    assert check_text(bench, 0) == "Passed"


def test_a_missing_diagnosis_is_asked_of_the_page(open_bench):
    bench = open_bench(diagnoses=[])
    wanted = []
    bench.panel.wanted.connect(wanted.append)
    write(bench, bench.room.line("盐酸氨溴索片", "30 mg po", "tid", 5))
    press(bench, "Add a diagnosis")
    assert wanted == ["diagnosis"]


def test_a_warning_is_asked_once_at_the_signature_with_one_key(open_bench):
    bench = open_bench(diagnoses=[diagnosis()])
    write(bench, bench.room.line("头孢呋辛酯片", "0.25 g po", "bid", 3))
    assert check_text(bench, 0).startswith("Warning")
    assert bench.panel.blocking_reason() == ""
    again = []
    assert not bench.panel.ready(lambda: again.append(True))
    bench.type("2")
    assert again == [True]
    assert bench.panel.ready(lambda: again.append(True))
    bench.room.desk.do("prescribing.sign", bench.panel.sign_request())
    reasons = {i["mitigation"][0]["action"]["text"] for i in bench.room.read("DetectedIssue", patient="p1")}
    assert reasons == {"已监测或将监测"}


def test_a_signed_prescription_stands_above_and_the_draft_is_gone(bench):
    write(bench, bench.room.line("盐酸氨溴索片", "30 mg po", "tid", 5))
    bench.panel.flush()
    assert bench.room.desk.load_draft(KEY) is not None
    bench.room.desk.do("prescribing.sign", bench.panel.sign_request())
    bench.panel.signed()
    assert bench.panel.draft_lines_count() == 0
    assert bench.room.desk.load_draft(KEY) is None
    assert bench.panel.model.text(0, Cell.STATE) == "Signed · waiting for review"
    assert bench.panel.model.empty_row == 1


def test_a_draft_comes_back_as_it_was_left(open_bench, make_desk):
    desk = make_desk()
    first = open_bench(desk)
    write(first, first.room.line("苯磺酸氨氯地平片", "5 mg po", "qd", 14))
    press(first, "Give the reason for more days…")
    first.panel.bench.sheet.fields[0].setText("stable, lives far away")
    first.panel.bench.sheet.confirm.click()
    first.panel.flush()
    lines = first.panel.model.lines
    second = Bench(first.room)
    second.open()
    assert second.panel.model.lines == lines
    assert second.panel.bench.options.extension_reason == "stable, lives far away"
    second.close()


def test_what_stands_in_an_open_cell_is_kept_too(bench):
    bench.type("amxl{Return}1")
    bench.panel.grid.editing.open(0, Cell.DAYS)
    QApplication.focusWidget().setText("5")
    bench.panel.flush()
    assert bench.room.desk.load_draft(KEY).body["lines"][0]["days"] == 5


def test_a_signed_sheet_is_stopped_with_a_reason(bench):
    write(bench, bench.room.line("盐酸氨溴索片", "30 mg po", "tid", 5))
    bench.room.desk.do("prescribing.sign", bench.panel.sign_request())
    bench.panel.signed()
    bench.panel.grid.setCurrentIndex(bench.panel.model.index(0, Cell.DRUG))
    bench.panel.grid.setFocus()
    bench.type("{Control+E}")
    sheet = bench.panel.bench.sheet
    sheet.fields[0].setText("patient declines")
    sheet.confirm.click()
    bench.settle()
    assert bench.panel.model.text(0, Cell.STATE) == "Stopped"


def test_the_pharmacists_question_is_answered_in_place(bench):
    write(bench, bench.room.line("盐酸氨溴索片", "30 mg po", "tid", 5))
    room = bench.room
    room.desk.do("prescribing.sign", bench.panel.sign_request())
    bench.panel.signed()
    task = room.read("Task", patient="p1")[0]
    room.put(
        task | {"status": "on-hold"},
        {
            "resourceType": "Communication",
            "status": "completed",
            "basedOn": [{"reference": f"Task/{task['id']}"}],
            "subject": {"reference": "Patient/p1"},
            "sent": "2026-03-17T08:59:00+08:00",
            "sender": {"display": "孙悦"},
            "payload": [{"contentString": "30 mg?"}],
        },
    )
    bench.panel.refresh()
    assert "30 mg?" in bench.panel.strip.cards()[0].alert.text
    press(bench, "Answer…")
    bench.panel.bench.sheet.fields[0].setText("yes")
    bench.panel.bench.sheet.confirm.click()
    assert room.read("Task", patient="p1")[0]["status"] == "requested"


def test_a_refused_sheet_is_written_anew(bench):
    write(bench, bench.room.line("盐酸氨溴索片", "30 mg po", "tid", 5))
    room = bench.room
    room.desk.do("prescribing.sign", bench.panel.sign_request())
    bench.panel.signed()
    room.put(
        room.read("Task", patient="p1")[0] | {"status": "rejected", "statusReason": {"text": "wrong dose"}}
    )
    bench.panel.refresh()
    press(bench, "Write it anew")
    assert [line.drug for line in bench.panel.model.lines] == [room.drug("盐酸氨溴索片")]


def test_refusal_at_the_signature_shows_the_line_it_is_about(bench):
    bench.type("amxl{Return}0")
    bench.panel.grid.editing.close(keep=False)
    with pytest.raises(Exception, match="Line 1") as caught:
        bench.room.desk.do("prescribing.sign", bench.panel.sign_request())
    bench.panel.refused(caught.value)
    assert bench.panel.grid.currentIndex().row() == 0
    assert any("Line 1" in text for text in bench.banners.texts())


def test_every_line_of_the_review_is_whole(bench):
    from workstation.terminology.doses import plain

    bench.type("amxl{Return}1")
    (line,) = bench.panel.review_lines()
    assert plain(line) == (
        "amoxicillin — strength 0.25 g — capsule — DOSE 0.5 g — by mouth — three times a day — for 3 days"
        " — total 1 box (24 capsules, 18 needed) — Skin test needed"
    )


@pytest.mark.parametrize(("width", "beside"), [(1088, False), (1640, True)])
def test_alerts_stand_beside_the_lines_where_there_is_room(open_bench, width, beside):
    bench = open_bench(size=(width, 312))
    assert isinstance(bench.panel.strip, AlertStrip)
    assert bench.panel.strip.beside is beside
    write(bench, bench.room.line("盐酸二甲双胍片", "0.5 g po", "bid", 7))
    (card,) = bench.panel.strip.cards()
    assert card.isVisible()
    assert card.width() > 100


def test_under_the_lines_alerts_show_whole_and_the_rest_is_named(open_bench):
    bench = open_bench(size=(900, 260), also=[allergy()])
    bench.type("amxl{Return}1")
    strip = bench.panel.strip
    seen: list[str] = []
    for _turn in strip.cards():
        shown = [card for card in strip.cards() if card.isVisibleTo(strip)]
        assert all(card.height() >= card.heightForWidth(card.width()) for card in shown)
        hidden = [card for card in strip.cards() if card not in shown]
        assert all(card.alert.heading() in strip.rest() for card in hidden)
        seen += [card.alert.key for card in shown if card.alert.key not in seen]
        QTest.keyClick(bench.panel, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
        bench.settle()
    assert len(strip.cards()) > 1
    assert seen == [card.alert.key for card in strip.cards()]


def test_a_drug_name_is_never_cut(open_bench):
    bench = open_bench(size=(700, 312))
    write(bench, bench.room.line("左氧氟沙星氯化钠注射液", "0.5 g ivgtt", "qd", 3))
    grid = bench.panel.grid
    grid.fit()
    need = grid.cells.height(bench.panel.model, 0, Cell.DRUG, grid.columnWidth(Cell.DRUG))
    assert grid.rowHeight(0) >= need > 0


def test_an_infant_is_weighed_before_anything_is_signed(open_bench):
    bench = open_bench(patient=patient(birth="2026-01-31"))
    wanted = []
    bench.panel.wanted.connect(wanted.append)
    write(bench, bench.room.line("蒙脱石散", "1 g po", "tid", 3))
    press(bench, "Record the weight")
    assert wanted == ["weight"]


def test_rows_are_read_as_sentences(bench):
    bench.type("amxl{Return}1")
    sentence = bench.panel.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert sentence.startswith("amoxicillin, strength 0.25 grams, capsule, dose 0.5 grams, by mouth")
    assert sentence.endswith("Stop 1, Draft")

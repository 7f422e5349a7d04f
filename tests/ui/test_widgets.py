"""The parts every screen uses: banner, chips, alerts, notices, sheets, preview."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.sample_desk import MORNING, SampleDesk, banner
from ui import printing
from ui.context import PatientContext
from ui.guard import IdentityCheck, identity_reasons
from ui.notices import Notices, as_notice
from ui.tasks import InlineTasks
from ui.theme import theme
from ui.widgets.alerts import AlertCard, AlertList, AlertView, NotChecked
from ui.widgets.banner import AllergyState, BannerData, PatientBanner, allergy_chips
from ui.widgets.banner_strip import BannerStrip, Choice
from ui.widgets.buttons import button
from ui.widgets.chips import Journey, StatusChip, SyncBadge, Travelled
from ui.widgets.flow import FlowRow
from ui.widgets.pdf_preview import Paper, PdfPreview
from ui.widgets.review_sheet import ReviewSheet
from ui.widgets.toast import Toast
from workstation.core.errors import Unavailable, UserError
from workstation.core.events import Level, Notice
from workstation.core.i18n import set_language

PATIENT = PatientContext("p1", "欧阳建国")


@pytest.fixture
def data(app: QApplication, desk: SampleDesk) -> BannerData:
    set_language("en")
    return banner(desk, PATIENT)


@pytest.fixture
def host(app: QApplication, qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(900, 600)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_the_banner_names_the_patient_in_the_fixed_order_and_allergies_first(
    data: BannerData, qtbot: QtBot
) -> None:
    made = PatientBanner()
    qtbot.addWidget(made)
    made.show_patient(data, 1)
    assert made.sentence() == (
        "欧阳建国, Sex Male, Born 09-Mar-1958 (67 y), Visit no. M2025 0417 0032, ID 3101••••••••0917, "
        "Allergy penicillins — anaphylaxis (2019), Weight 62\u00a0kg 17-Apr-2025, "
        "eGFR 48\u00a0mL/min 10-Apr-2025, BP 152/94 mmHg, high, Employee insurance"
    )
    assert ":" not in made.sentence()


@pytest.mark.parametrize(
    ("state", "look"),
    [
        (AllergyState.KNOWN, ("allergy", True)),
        (AllergyState.NONE_KNOWN, ("done", False)),
        (AllergyState.NOT_RECORDED, ("caution", False)),
        (AllergyState.UNAVAILABLE, ("not_checked", False)),
    ],
)
def test_allergies_are_always_one_of_four_states(
    data: BannerData, state: AllergyState, look: tuple[str, bool]
) -> None:
    chips = allergy_chips(replace(data, allergy=state))
    assert [(name, solid) for name, _text, solid in chips] == [look]
    assert all(text for _name, text, _solid in chips)


def test_a_role_without_clinical_rights_sees_nothing_about_allergies(data: BannerData) -> None:
    assert allergy_chips(replace(data, allergy=None)) == []


def test_the_dead_are_named_so_with_their_age_unbracketed(data: BannerData, qtbot: QtBot) -> None:
    made = PatientBanner()
    qtbot.addWidget(made)
    made.show_patient(replace(data, deceased="01-Mar-2025"), 1)
    assert "Died 01-Mar-2025" in made.sentence()
    assert "(67 y)" not in made.sentence()


def test_a_narrow_banner_grows_by_rows_and_cuts_nothing(data: BannerData, qtbot: QtBot) -> None:
    made = PatientBanner()
    qtbot.addWidget(made)
    made.show_patient(data, 1)
    assert made.heightForWidth(1300) == 56
    assert made.heightForWidth(500) > 56
    for width in (500, 800, 1300):
        room = width - made._left()
        for row in made._rows(width):
            assert sum(piece.width() for piece in row) <= room


def test_who_pays_joins_the_first_row_rather_than_open_a_third(data: BannerData, qtbot: QtBot) -> None:
    made = PatientBanner()
    qtbot.addWidget(made)
    made.show_patient(data, 1)
    widths = [width for width in range(700, 1300, 4) if data.insurance in _labels(made, width, 0)]
    assert widths, "there is a width at which who pays has no room in the second row"
    assert all(len(made._rows(width)) == 2 for width in widths)


def _labels(banner: PatientBanner, width: int, row: int) -> list[str]:
    return [piece.label for piece in banner._rows(width)[row]]


def test_before_the_record_is_read_the_banner_knows_only_the_name(data: BannerData, qtbot: QtBot) -> None:
    made = PatientBanner()
    qtbot.addWidget(made)
    made.show_patient(data, 1)
    made.show_name("张玮", 2)
    assert made.sentence() == "张玮, Allergies unavailable"
    made.clear()
    assert made.data() is None


@pytest.mark.parametrize(
    ("journey", "words"),
    [
        (Journey(Travelled.LOCAL), "On this PC only"),
        (Journey(Travelled.WAITING, 3), "Waiting to send: 3"),
        (Journey(Travelled.RECEIVED, at=MORNING), "At the centre 09:14"),
        (Journey(Travelled.FAILED, reason="refused"), "Not sent: refused"),
        (Journey(Travelled.CONFLICT, 2), "Conflict: 2"),
        (Journey(Travelled.OFFLINE), "Offline"),
    ],
)
def test_how_far_a_record_travelled_is_said_in_words(
    app: QApplication, qtbot: QtBot, journey: Journey, words: str
) -> None:
    badge = SyncBadge(journey)
    qtbot.addWidget(badge)
    assert badge.text() == badge.accessibleName() == words
    assert "saved" not in words.casefold()


def test_a_chip_says_its_word_when_it_has_no_text(app: QApplication, qtbot: QtBot) -> None:
    chip = StatusChip("not_checked")
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "Not checked"
    chip.set("stop", "Critical 1")
    assert chip.text() == "Critical 1"


def test_an_alert_names_word_reason_line_and_source_and_its_way_out_runs(
    app: QApplication, qtbot: QtBot
) -> None:
    ran: list[str] = []
    view = AlertView(1, "penicillin allergy", "anaphylaxis 2019", "line 2", "A-01 · 2025-04-01")
    card = AlertCard(view, (Choice("Use doxycycline", lambda: ran.append("other"), "Alt+A", primary=True),))
    qtbot.addWidget(card)
    assert card.accessibleName() == "Stop · penicillin allergy · line 2. anaphylaxis 2019"
    card.buttons()[0].click()
    assert ran == ["other"]


def test_alerts_stand_by_weight_and_what_was_not_checked_is_never_left_out(
    app: QApplication, qtbot: QtBot
) -> None:
    cards = [
        NotChecked("pregnancy", "no rule"),
        AlertCard(AlertView(3, "c", "")),
        AlertCard(AlertView(1, "a", "")),
    ]
    made = AlertList("Alerts")
    qtbot.addWidget(made)
    made.set_cards(cards)
    assert [card.alert.tier for card in made.cards()] == [1, 3, 0]
    assert made.cards()[-1].alert.state == "not_checked"


def test_buttons_flow_to_the_next_row_instead_of_being_cut(app: QApplication, qtbot: QtBot) -> None:
    row = FlowRow()
    qtbot.addWidget(row)
    for text in ("Use doxycycline", "Keep, with a reason…", "Details"):
        row.add(button(text))
    one = row.heightForWidth(1000)
    assert row.heightForWidth(row.minimumSizeHint().width()) > 2 * one
    row.resize(220, 200)
    assert all(b.width() >= b.sizeHint().width() for b in row.findChildren(QWidget))


def test_a_banner_stays_until_it_is_answered(app: QApplication, qtbot: QtBot) -> None:
    strip = BannerStrip()
    qtbot.addWidget(strip)
    strip.show_notice("a", Notice("One", Level.WARNING))
    strip.show_notice("a", Notice("Two", Level.WARNING, "Do this."))
    assert strip.texts() == ["Two Do this."]
    strip.remove("a")
    assert not strip.isVisible()


def test_each_kind_of_message_goes_through_one_door() -> None:
    set_language("en")
    assert as_notice(Notice("x")).text == "x"
    assert as_notice(UserError("m", "h")) == Notice("m", Level.ERROR, "h")


def test_a_toast_never_lies_over_the_buttons_of_a_sheet(host: QWidget, qtbot: QtBot) -> None:
    toast = Toast(host)
    sheet = ReviewSheet(host, "Review", ["Chief complaint"], "Sign")
    toast.show_text("Line removed", lambda: None)
    sheet.open()
    qtbot.waitUntil(lambda: not _over(toast, sheet.sign))
    assert not _over(toast, sheet.back)


def _over(one: QWidget, other: QWidget) -> bool:
    places = [QRect(each.mapToGlobal(QPoint(0, 0)), each.size()) for each in (one, other)]
    return places[0].intersects(places[1])


def test_a_toast_offers_undo_even_after_it_has_gone(host: QWidget) -> None:
    notices, undone = Notices(), []
    strip = BannerStrip(host)
    notices.attach(lambda: host, strip, host)
    notices.toast("Called 07", undo=lambda: undone.append(7))
    assert notices.undo_last()
    assert undone == [7]
    assert not notices.undo_last()


def test_nothing_pops_up_while_the_desk_is_locked(host: QWidget) -> None:
    notices = Notices()
    notices.attach(lambda: host, BannerStrip(host), host)
    notices.locked = True
    notices.toast("Called 07", undo=lambda: None)
    assert not notices.undo_last()


def test_a_review_starts_on_back_and_signs_only_with_key_pin_and_enter(host: QWidget) -> None:
    sheet = ReviewSheet(host, "Sign", ["阿莫西林胶囊 — 剂量 0.5 g — 口服 — 每日 3 次"], "Sign for 欧阳建国")
    pins: list[str] = []
    sheet.confirmed.connect(pins.append)
    sheet.open()
    assert sheet.back.hasFocus()
    QTest.keyClick(sheet.back, Qt.Key.Key_Return)
    assert pins == []
    sheet.open()
    QTest.keyClick(sheet.back, Qt.Key.Key_F12)
    assert sheet.pin.hasFocus()
    QTest.keyClicks(sheet.pin, "246810")
    QTest.keyClick(sheet.pin, Qt.Key.Key_Return)
    assert pins == ["246810"]
    sheet.wrong("Wrong PIN.")
    assert sheet.pin.text() == ""
    assert sheet.isVisible()


def test_a_review_waits_for_the_identity_answer(host: QWidget, data: BannerData) -> None:
    check = IdentityCheck(data, ["several charts are open"])
    sheet = ReviewSheet(host, "Sign", ["x"], "Sign for 欧阳建国", extra=check, extra_ready=check.ready)
    sheet.open()
    QTest.keyClick(sheet.back, Qt.Key.Key_F12)
    assert not sheet.pin.isVisible()
    check.answer.setText("６７")
    QTest.keyClick(sheet.back, Qt.Key.Key_F12)
    assert sheet.pin.isVisible()


@pytest.mark.parametrize(
    ("charts", "same_name", "alert", "age", "opened_from", "count"),
    [
        (1, False, False, timedelta(minutes=5), "", 0),
        (2, False, False, timedelta(minutes=5), "", 1),
        (1, True, False, timedelta(minutes=5), "", 1),
        (1, False, True, timedelta(minutes=5), "", 1),
        (1, False, False, timedelta(seconds=59), "", 1),
        (1, False, False, timedelta(minutes=5), "result", 1),
        (3, True, True, timedelta(seconds=5), "notification", 5),
    ],
)
def test_identity_is_asked_again_only_where_a_mix_up_is_likely(
    charts: int, same_name: bool, alert: bool, age: timedelta, opened_from: str, count: int
) -> None:
    now: datetime = MORNING
    patient = PatientContext("p1", "欧阳建国", opened_from=opened_from, opened_at=now - age)
    assert len(identity_reasons(patient, charts, same_name, alert, now)) == count


@pytest.mark.parametrize(("typed", "right"), [("67", True), ("32", True), ("68", False), ("", False)])
def test_the_identity_question_takes_age_or_the_last_two(
    host: QWidget, data: BannerData, typed: str, right: bool
) -> None:
    check = IdentityCheck(data, ["x"], host)
    check.answer.setText(typed)
    assert check.ready() is right


@pytest.fixture
def preview(host: QWidget, desk: SampleDesk) -> PdfPreview:
    made = PdfPreview(InlineTasks(desk, lambda _e, _o: None), host)
    QVBoxLayout(host).addWidget(made)
    made.show()
    QApplication.processEvents()
    return made


def test_the_preview_shows_the_paper_at_the_pixels_of_the_screen(preview: PdfPreview, pdf: bytes) -> None:
    preview.show_paper(Paper(pdf, "Prescription"))
    picture = preview.page.pixmap()
    assert not picture.isNull()
    assert preview.thumbs.count() == 1
    preview.set_zoom(1.0)
    true_size = preview.page.pixmap()
    assert true_size.width() / true_size.devicePixelRatio() == pytest.approx(148 / 25.4 * 96, abs=2)


def test_a_computer_without_a_printer_can_still_save_the_paper(
    preview: PdfPreview, pdf: bytes, tmp_path: Path
) -> None:
    preview.show_paper(Paper(pdf, "Prescription"))
    preview.save_to(tmp_path / "rx.pdf")
    assert (tmp_path / "rx.pdf").read_bytes() == pdf
    failures: list[Exception] = []
    preview.failed.connect(failures.append)
    preview.save_to(tmp_path / "missing" / "rx.pdf")
    assert isinstance(failures[0], Unavailable)


def test_a_draft_does_not_start_on_print(preview: PdfPreview, pdf: bytes) -> None:
    preview.show_paper(Paper(pdf, "Draft", final=False))
    assert not preview.print_button.hasFocus()
    assert preview.print_button.text().startswith("Print the draft")


def test_the_paper_size_is_told_to_the_printer(pdf: bytes) -> None:
    assert printing.media(pdf) == "Custom.148x210mm"


def test_printing_without_a_printer_says_what_to_do(app: QApplication, pdf: bytes) -> None:
    failures: list[Exception] = []
    printing.PrintJob(app, lambda: None, failures.append).start(pdf, "")
    assert "no printer" in str(failures[0])


@pytest.mark.parametrize("code", [0, 1])
def test_cups_gets_the_pdf_through_a_pipe(
    host: QWidget, qtbot: QtBot, pdf: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    lp = tmp_path / "lp"
    lp.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/args\ncat > {tmp_path}/got\nexit {code}\n')
    lp.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    told: list[object] = []
    printing.PrintJob(host, lambda: told.append("ok"), told.append).start(pdf, "WardA5", 2)
    qtbot.waitUntil(lambda: bool(told))
    assert (told == ["ok"]) is (code == 0)
    assert (tmp_path / "got").read_bytes() == pdf
    assert (tmp_path / "args").read_text().strip() == "-d WardA5 -n 2 -o media=Custom.148x210mm -"


def test_a_chip_is_painted_in_the_colour_of_its_state(app: QApplication, qtbot: QtBot) -> None:
    chip = StatusChip("stop", solid=True)
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    picture = chip.grab().toImage()
    assert picture.pixelColor(picture.width() // 2, 3) == theme().state("stop").fill

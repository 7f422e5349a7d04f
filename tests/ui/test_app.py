"""The composed window on a real, encrypted desk: keys counted, drafts kept, errors survived, one window a folder."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import PIN
from tests.ui.app_kit import CTRL, Hands, Key, front, setup_of, shell_of, unlock, until
from tests.ui.pages import outpatient_kit as kit
from ui.app import Window
from ui.app.remembered import Remembered
from ui.context import PatientContext
from ui.paper_service import PaperService
from ui.single_instance import SingleInstance
from workstation.core.clock import FixedClock
from workstation.core.settings import LANGUAGE, ROOM
from workstation.desk import Desk
from workstation.emr import sections as s
from workstation.printing.preview import page_text
from workstation.queue.model import Enrol, Waiting

HEAVY = ("reportlab", "pyqtgraph", "sqlalchemy", "httpx", "keyring", "pypinyin", "numpy")
OpenWindow = Callable[..., Window]


@pytest.fixture
def folder(make_desk: Callable[..., Desk], tmp_path: Path) -> Path:
    """A desk with one patient in a visit and a second one waiting, closed again."""
    desk = make_desk("doc")
    kit.furnish(desk, rich=True)
    kit.put(
        desk,
        {
            "resourceType": "Patient",
            "id": "p2",
            "name": [{"use": "official", "text": "李秀英"}],
            "gender": "female",
            "birthDate": "1944-07-28",
        },
    )
    desk.unlock("reg", PIN)
    desk.do("queue.enrol", Enrol("p2", "internal", complaint="头晕 3 天"))
    for user in ("doc", "nurse"):
        desk.unlock(user, PIN)
        desk.set_setting(LANGUAGE, "en")
    desk.set_setting(ROOM, "")
    desk.close()
    return tmp_path / "desk"


@pytest.fixture
def open_window(qapp: QApplication, folder: Path, clock: FixedClock, qtbot: QtBot) -> Iterator[OpenWindow]:
    made: list[Window] = []

    def opened(user: str = "doc", **more: object) -> Window:
        window = Window(qapp, setup_of(folder, clock, **more))
        made.append(window)
        window.show()
        shell = shell_of(window)
        with qtbot.waitActive(shell):
            shell.activateWindow()
        if user:
            unlock(window, qtbot, user)
        return window

    yield opened
    for window in made:
        window.close()
        if window.shell is not None:
            window.shell.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def open_chart(window: Window, qtbot: QtBot) -> None:
    shell_of(window).open_chart(PatientContext("p1", "欧阳建国", "v1"))
    until(qtbot, lambda: front(window).record is not None)
    until(qtbot, lambda: shell_of(window).frame.workspace.banner.data().birth_date != "")


# Start


def test_the_first_paint_needs_no_heavy_library(folder: Path) -> None:
    script = f"""
import os, sys
import ui.app.window as app
from ui.cli.start import main
def painted(window):
    print([name for name in {HEAVY!r} if name in sys.modules], flush=True)
    os._exit(0)
app.Window.preload = painted
sys.argv = ["qingnang", "--data", {str(folder)!r}]
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_unlocking_takes_the_six_digits_and_enter(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(user="")
    assert unlock(window, qtbot).count == 7
    assert shell_of(window).frame.place == "charts"


def test_the_unlock_screen_remembers_who_came_last(
    open_window: OpenWindow, folder: Path, qtbot: QtBot
) -> None:
    open_window("nurse").close()
    window = open_window(user="")
    until(qtbot, lambda: shell_of(window).lock_screen.user.text() == "nurse")
    assert Remembered(folder, "en").recent[0] == "nurse"


@pytest.mark.qt_log_ignore("This plugin does not support raise")  # said by the offscreen plugin
def test_a_second_start_raises_the_first_window(open_window: OpenWindow, folder: Path, qtbot: QtBot) -> None:
    window = open_window()
    first = SingleInstance(folder)
    assert first.claim()
    first.listen()
    first.raised.connect(window.raise_up)
    shell_of(window).showMinimized()
    with qtbot.waitSignal(first.raised):
        assert not SingleInstance(folder).claim()
    assert not shell_of(window).isMinimized()
    first.release()


def test_a_desk_that_another_program_has_is_told_at_the_unlock(
    open_window: OpenWindow, folder: Path, clock: FixedClock, qtbot: QtBot
) -> None:
    from workstation.security.station import FileSecret

    other = Desk(folder, station=FileSecret(folder.with_name("desk.secret")), clock=clock)
    window = open_window(user="")
    shell = shell_of(window)
    shell.lock_screen.unlock_requested.emit("doc", PIN)
    until(qtbot, lambda: "open in another window" in shell.lock_screen.message())
    other.close()


# Keys


def test_a_patient_opens_with_five_keys(open_window: OpenWindow, qtbot: QtBot) -> None:
    window, hands = open_window(), Hands()
    hands.press(Key.Key_K, CTRL)
    box = QApplication.focusWidget()
    hands.write("oyj")
    until(qtbot, lambda: box.highlighted() is not None)
    assert "1958" in box.highlighted().title
    hands.press(Key.Key_Return)
    assert hands.count == 5
    until(qtbot, lambda: shell_of(window).front_patient() is not None)
    assert shell_of(window).front_patient().id == "p1"
    until(qtbot, lambda: shell_of(window).frame.front_page() is not None)
    assert front(window).about.encounter == "v1"


def test_who_has_no_charts_finds_the_patients_record(open_window: OpenWindow, qtbot: QtBot) -> None:
    window, hands = open_window("reg"), Hands()
    hands.press(Key.Key_K, CTRL)
    box = QApplication.focusWidget()
    hands.write("oyj")
    until(qtbot, lambda: box.highlighted() is not None)
    hands.press(Key.Key_Return)
    page = shell_of(window).frame.rail_pages["registration"]
    until(qtbot, lambda: page.known is not None and page.known.id == "p1")


def test_the_next_patient_is_called_with_one_key(open_window: OpenWindow, qtbot: QtBot) -> None:
    window, hands = open_window(), Hands()
    frame = shell_of(window).frame
    until(qtbot, lambda: len(frame.list_page.acts.view.waiting) == 1)
    hands.press(Key.Key_F9)
    until(qtbot, lambda: any(r.patient == "p2" for r in frame.list_page.acts.view.current))
    assert hands.count == 1
    view = window.late.ask("queue.waiting", Waiting())
    assert [row.name for row in view.waiting] == []


def test_signing_and_printing_takes_nine_keys(
    open_window: OpenWindow, qtbot: QtBot, clock: FixedClock
) -> None:
    window = open_window()
    open_chart(window, qtbot)
    page = front(window)
    kit.ready(page, qtbot)
    kit.write_line(page, qtbot)
    shell_of(window).bridge.flush()  # the diagnosis is news too, and has the lines checked once more
    until(qtbot, lambda: page.bar.sign_button.isEnabled() and page.rx.live.current)
    hands = Hands()
    hands.press(Key.Key_F12)
    hands.press(Key.Key_F12)
    hands.write(PIN)
    hands.press(Key.Key_Return)
    assert hands.count == 9
    papers = shell_of(window).ctx.papers
    assert isinstance(papers, PaperService)
    until(qtbot, lambda: papers.sheet is not None and papers.sheet.made is not None)
    made = papers.sheet.made
    assert made.pdf.startswith(b"%PDF")
    assert made.final
    assert "68岁" in page_text(made.pdf).replace(" ", ""), "a paper speaks its own language"
    assert page.unsigned() == []
    assert window.late.real.printed_before(made.document) == 0, "without a printer it is only shown"
    papers.sheet.preview.printed.emit()
    until(qtbot, lambda: window.late.real.printed_before(made.document) == 1)


def test_the_preview_key_shows_what_is_signed_in_this_visit(open_window: OpenWindow, qtbot: QtBot) -> None:
    window, hands = open_window(), Hands()
    open_chart(window, qtbot)
    shell = shell_of(window)
    hands.press(Key.Key_P, CTRL)
    until(qtbot, lambda: any("nothing signed" in text for text in shell.frame.banners.texts()))
    shell.open_chart(PatientContext("p1", "欧阳建国", "v0"))
    shell.ctx.papers.preview_visit("p1", "v0")
    papers = shell.ctx.papers
    until(qtbot, lambda: papers.sheet is not None and papers.sheet.made is not None)
    assert papers.sheet.made.document == "Encounter/v0"


def test_the_preview_key_shows_what_is_not_signed_as_a_draft(open_window: OpenWindow, qtbot: QtBot) -> None:
    window, hands = open_window(), Hands()
    open_chart(window, qtbot)
    kit.ready(front(window), qtbot)
    kit.write_line(front(window), qtbot)
    hands.press(Key.Key_P, CTRL)
    papers = shell_of(window).ctx.papers
    until(qtbot, lambda: papers.sheet is not None and papers.sheet.made is not None)
    made = papers.sheet.made
    assert not made.final
    assert "不可调配" in page_text(made.pdf)
    assert "draft" in papers.sheet.preview.print_button.text()
    assert window.late.real.store.count_acts("prescribing.sign", "") == 0
    assert front(window).rx.draft_lines_count() == 1


# Drafts, lock, language, errors


def type_complaint(window: Window, qtbot: QtBot, text: str = "头痛 3 天") -> None:
    page = front(window)
    page.go(2)
    page.note.editor.editors[s.CHIEF_COMPLAINT].insert_text(text)
    until(qtbot, lambda: page.dirty)


def complaint(window: Window) -> str:
    return front(window).note.editor.texts()[s.CHIEF_COMPLAINT]


def test_locking_hides_the_patient_at_once_and_keeps_what_was_typed(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    open_chart(window, qtbot)
    type_complaint(window, qtbot)
    shell = shell_of(window)
    Hands().press(Key.Key_L, CTRL)
    assert shell.locked, "before any thread has answered"
    assert shell.lock_screen.geometry() == shell.rect()
    assert shell.childAt(shell.rect().center()) is not shell.frame
    until(qtbot, lambda: window.late.actor is None)
    unlock(window, qtbot)
    assert complaint(window) == "头痛 3 天"


def test_a_draft_is_there_again_after_the_program_was_closed(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    open_chart(window, qtbot)
    type_complaint(window, qtbot)
    kit.add_diagnosis(front(window), qtbot)
    kit.write_line(front(window), qtbot)
    window.close()
    again = open_window()
    open_chart(again, qtbot)
    until(qtbot, lambda: complaint(again) == "头痛 3 天")
    until(qtbot, lambda: front(again).rx.draft_lines_count() == 1)


def test_another_language_keeps_the_chart_and_what_is_typed(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    open_chart(window, qtbot)
    type_complaint(window, qtbot)
    shell = shell_of(window)
    assert front(window).bar.sign_button.accessibleName().startswith("Sign")
    shell.change(LANGUAGE, "zh_CN")
    until(qtbot, lambda: front(window).bar.sign_button.accessibleName().startswith("签署"))
    assert shell.front_patient().id == "p1"
    until(qtbot, lambda: complaint(window) == "头痛 3 天")


def test_an_error_nobody_caught_keeps_drafts_logs_no_patient_and_work_goes_on(
    open_window: OpenWindow, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    window = open_window()
    open_chart(window, qtbot)
    type_complaint(window, qtbot)
    try:
        raise KeyError("欧阳建国 1958-03-09")
    except KeyError as error:
        with caplog.at_level(logging.DEBUG):
            window.guard.caught(type(error), error, error.__traceback__)
            shell = shell_of(window)
            until(qtbot, lambda: any("went wrong" in text for text in shell.frame.banners.texts()))
    assert "欧阳" not in caplog.text
    assert "Defect" in caplog.text
    key = front(window).draft_key()
    assert window.late.load_draft(key).body["note"]["sections"][s.CHIEF_COMPLAINT] == "头痛 3 天"
    type_complaint(window, qtbot, "，伴恶心")
    assert complaint(window) == "头痛 3 天，伴恶心"


def test_the_banner_says_allergy_weight_and_kidneys_with_their_dates(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    open_chart(window, qtbot)
    said = shell_of(window).frame.workspace.banner.sentence()
    assert said.startswith("欧阳建国")
    assert "过敏性休克 (2019)" in said
    assert "eGFR 48" in said
    assert "09-Mar-1958" in said


def test_whoever_has_no_charts_starts_where_the_work_is(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window("reg")
    frame = shell_of(window).frame
    assert frame.place == "registration"
    assert "charts" not in frame.rail.places()
    window.close()
    window = open_window("pharm")
    assert shell_of(window).frame.place == "pharmacy"

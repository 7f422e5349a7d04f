"""The window as one works with it: unlock, charts in slots, the guard, lock, user switch, live language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.sample_desk import NotePage, SampleDesk
from ui.context import PatientContext
from ui.shell import Shell
from ui.shell_parts.slot_bar import TabButton
from ui.shell_parts.top_bar import TopBadge
from ui.theme import theme
from ui.widgets.sheet import Sheet
from ui.widgets.table import DenseTable
from workstation.core.drafts import DraftKey
from workstation.core.events import Changed, Link, Origin, Ref, SyncState
from workstation.core.i18n import language
from workstation.core.settings import LANGUAGE, SCALE, THEME

OUYANG = PatientContext("p1", "欧阳建国")
ZHANG = PatientContext("p4", "张玮")
LI = PatientContext("p2", "李秀英")
FOURTH = PatientContext("p5", "WANG, Ming")


def note(shell: Shell, slot: int) -> NotePage:
    assert shell.frame is not None
    page = next(c for c in shell.frame.workspace.charts() if c.slot == slot).pages["note"]
    assert isinstance(page, NotePage)
    return page


def press(shell: Shell, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or shell, key, modifiers)


def sheet(shell: Shell) -> Sheet:
    return next(each for each in shell.findChildren(Sheet) if each.isVisible())


def button(root: QWidget, start: str) -> QPushButton:
    return next(b for b in root.findChildren(QPushButton) if b.accessibleName().startswith(start))


def test_the_window_starts_locked_and_shows_no_page(make_shell: Callable[..., Shell]) -> None:
    shell = make_shell(user="")
    assert shell.locked
    assert shell.frame is None
    assert shell.windowTitle() == "Qingnang 青囊"


def test_a_role_sees_its_own_places_and_tabs(make_shell: Callable[..., Shell]) -> None:
    doctor = make_shell("1001")
    assert doctor.frame.rail.places() == ["charts", "board", "pharmacy"]
    doctor.open_chart(OUYANG)
    assert doctor.frame.bound_ids() == ["note", "history"]
    admin = make_shell("1003")
    assert admin.frame.rail.places() == ["board", "pharmacy"]


def test_the_status_bar_shows_only_keys_that_work_here(shell: Shell) -> None:
    assert ("F9", "Call next") in shell.frame.status.hints()
    assert "F12" not in dict(shell.frame.status.hints())
    shell.open_chart(OUYANG)
    assert dict(shell.frame.status.hints())["F12"] == "Sign"


def test_opening_a_patient_shows_the_banner_in_slot_one_and_focuses_it(shell: Shell) -> None:
    shell.open_chart(OUYANG)
    workspace = shell.frame.workspace
    assert workspace.banner.data().name == "欧阳建国"
    assert workspace.banner.hasFocus()
    assert shell.slot_of("p1") == 1
    assert shell.front_patient() == OUYANG


def test_the_same_patient_is_never_open_twice(shell: Shell) -> None:
    shell.open_chart(OUYANG)
    shell.open_chart(ZHANG)
    shell.open_chart(OUYANG)
    assert [chart.patient.id for chart in shell.frame.workspace.charts()] == ["p1", "p4"]
    assert shell.front_patient() == OUYANG


def test_switching_charts_by_key_keeps_what_was_typed(shell: Shell, desk: SampleDesk) -> None:
    shell.open_chart(OUYANG)
    shell.open_chart(ZHANG)
    editor = note(shell, 2).editor
    editor.setFocus()
    QTest.keyClicks(editor, "fever")
    press(shell, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert shell.front_patient() == OUYANG
    assert "fever" in desk.kept["1001", DraftKey("note", "p4")].body["text"]
    press(shell, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert "fever" in note(shell, 2).editor.toPlainText()
    assert "fever" not in note(shell, 1).editor.toPlainText()


def test_unsigned_orders_stop_a_switch_and_the_safe_choice_is_first(shell: Shell) -> None:
    shell.open_chart(OUYANG)
    note(shell, 1).orders = ["阿莫西林胶囊 — 剂量 0.5 g"]
    shell.open_chart(ZHANG)
    asked = sheet(shell)
    assert shell.front_patient() == OUYANG
    assert button(asked, "Park the draft").hasFocus()
    press(shell, Qt.Key.Key_Escape)
    assert shell.front_patient() == OUYANG
    shell.open_chart(ZHANG)
    press(shell, Qt.Key.Key_P)
    assert shell.front_patient() == ZHANG


def test_a_discarded_draft_comes_back_with_undo(shell: Shell, desk: SampleDesk) -> None:
    shell.open_chart(OUYANG)
    editor = note(shell, 1).editor
    editor.setFocus()
    QTest.keyClicks(editor, "fever")
    note(shell, 1).orders = ["one line"]
    shell.open_chart(ZHANG)
    press(shell, Qt.Key.Key_D)
    assert shell.front_patient() == ZHANG
    assert ("1001", DraftKey("note", "p1")) not in desk.kept
    assert shell.ctx.notices.undo_last()
    assert "fever" in note(shell, 1).editor.toPlainText()
    assert note(shell, 1).dirty


def test_a_fourth_chart_asks_which_one_to_close(shell: Shell) -> None:
    for patient in (OUYANG, ZHANG, LI, FOURTH):
        shell.open_chart(patient)
    assert shell.front_patient() == LI
    button(sheet(shell), "Close 2 张玮").click()
    assert shell.front_patient() == FOURTH
    assert shell.slot_of("p5") == 2


def test_closing_a_chart_keeps_its_draft_and_shows_the_next(shell: Shell, desk: SampleDesk) -> None:
    shell.open_chart(OUYANG)
    shell.open_chart(ZHANG)
    editor = note(shell, 2).editor
    editor.setFocus()
    QTest.keyClicks(editor, "fever")
    press(shell, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert shell.front_patient() == OUYANG
    assert ("1001", DraftKey("note", "p4")) in desk.kept
    press(shell, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert shell.front_patient() is None
    assert shell.frame.workspace.banner.data() is None


def test_sheets_leave_the_patient_banner_free(shell: Shell) -> None:
    shell.open_chart(OUYANG)
    shell.open_settings()
    banner = shell.frame.workspace.banner
    host = shell.frame.sheet_host()
    assert host.mapTo(shell, host.rect().topLeft()).y() >= banner.mapTo(shell, banner.rect().bottomLeft()).y()


def test_locking_hides_everything_keeps_drafts_and_signs_out(shell: Shell, desk: SampleDesk) -> None:
    shell.open_chart(OUYANG)
    editor = note(shell, 1).editor
    editor.setFocus()
    QTest.keyClicks(editor, "fever")
    press(shell, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert shell.locked
    assert desk.actor is None
    assert shell.lock_screen.geometry() == shell.rect()
    assert "fever" in desk.kept["1001", DraftKey("note", "p1")].body["text"]
    picture = shell.grab().toImage()
    assert picture.pixelColor(700, 80) == theme().color("bg")


def test_no_key_reaches_the_pages_while_locked(shell: Shell, desk: SampleDesk) -> None:
    shell.open_chart(OUYANG)
    shell.lock()
    press(shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    press(shell, Qt.Key.Key_Escape)
    assert shell.locked
    assert shell.ctx.actions.blocked


def test_the_same_person_finds_charts_and_typing_as_they_were(shell: Shell, qtbot: QtBot) -> None:
    shell.open_chart(OUYANG)
    editor = note(shell, 1).editor
    editor.setFocus()
    QTest.keyClicks(editor, "fever")
    frame = shell.frame
    shell.lock()
    QTest.keyClicks(shell.lock_screen.secret, "246810")
    QTest.keyClick(shell.lock_screen.secret, Qt.Key.Key_Return)
    assert not shell.locked
    assert shell.frame is frame
    assert "fever" in note(shell, 1).editor.toPlainText()


def test_another_person_finds_no_chart_and_their_own_drafts_only(shell: Shell, desk: SampleDesk) -> None:
    shell.open_chart(OUYANG)
    editor = note(shell, 1).editor
    editor.setFocus()
    QTest.keyClicks(editor, "fever")
    shell.lock("switch")
    shell.lock_screen.choose("1002")
    QTest.keyClicks(shell.lock_screen.secret, "246810")
    QTest.keyClick(shell.lock_screen.secret, Qt.Key.Key_Return)
    assert not shell.locked
    assert shell.frame.workspace.charts() == []
    assert desk.actor.user == "1002"
    assert ("1001", DraftKey("note", "p1")) in desk.kept


def test_a_wrong_pin_says_why_and_lets_nobody_in(make_shell: Callable[..., Shell], desk: SampleDesk) -> None:
    shell = make_shell(user="")
    for _try in range(5):
        shell.lock_screen.unlock_requested.emit("1001", "000000")
    assert shell.locked
    assert "Wait 30 s" in shell.lock_screen.message()
    assert shell.lock_screen.secret.text() == ""


def test_a_scanner_firing_into_the_lock_screen_is_ignored(
    make_shell: Callable[..., Shell], desk: SampleDesk
) -> None:
    shell = make_shell(user="")
    QTest.keyClicks(shell.lock_screen.secret, "69012345678901234")
    QTest.keyClick(shell.lock_screen.secret, Qt.Key.Key_Return)
    assert shell.lock_screen.secret.text() == ""
    assert desk.wrong == 0


def test_the_lock_screen_tells_of_drafts_and_of_who_locked(shell: Shell, desk: SampleDesk) -> None:
    shell.open_chart(OUYANG)
    note(shell, 1).touched()
    shell.lock("idle")
    texts = shell.lock_screen._drafts.text(), shell.lock_screen._who.text()
    assert texts == ("1 draft is safe on this PC", "王敏 · locked because nobody was here")


def test_the_lock_screen_speaks_the_language_of_who_locked_it(
    make_shell: Callable[..., Shell], desk: SampleDesk
) -> None:
    desk.values["language"] = "zh_CN"
    shell = make_shell()
    shell.lock()
    assert shell.lock_screen.enter.accessibleName() == "解锁"


def test_a_language_switch_keeps_charts_and_typing(shell: Shell) -> None:
    shell.open_chart(ZHANG)
    shell.open_chart(OUYANG)
    editor = note(shell, 2).editor
    editor.setFocus()
    QTest.keyClicks(editor, "fever")
    shell.change(LANGUAGE, "zh_CN")
    assert language() == "zh_CN"
    assert shell.front_patient() == OUYANG
    assert shell.slot_of("p4") == 1
    assert "fever" in note(shell, 2).editor.toPlainText()
    assert "已打开" not in shell.windowTitle()
    assert shell.frame.workspace.banner.sentence().startswith("欧阳建国, 性别 男")


@pytest.mark.parametrize(("setting", "value"), [(THEME, "dark"), (SCALE, 150)])
def test_theme_and_text_size_change_while_one_works(shell: Shell, setting: object, value: object) -> None:
    shell.open_chart(OUYANG)
    shell.change(setting, value)  # type: ignore[arg-type]
    assert (theme().mode if setting is THEME else theme().scale) == value
    assert shell.front_patient() == OUYANG


def test_the_list_folds_to_numbers_at_large_text(shell: Shell) -> None:
    assert shell.frame.list_page.width() == 208
    shell.change(SCALE, 150)
    QApplication.processEvents()
    assert shell.frame.list_page.width() == 90


def test_the_palette_finds_a_command_and_runs_it(shell: Shell, qtbot: QtBot) -> None:
    shell.open_chart(OUYANG)
    press(shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, ">Results")
    qtbot.waitUntil(lambda: field.highlighted() is not None)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert shell.frame.place == "board"


def test_commands_for_a_patient_are_absent_without_a_chart(shell: Shell) -> None:
    assert "chart.close" not in [action.id for action in shell.ctx.actions.live()]


def test_f1_lists_the_keys_of_this_screen(shell: Shell) -> None:
    press(shell, Qt.Key.Key_F1)
    from ui.key_overlay import KeyOverlay

    overlay = next(o for o in shell.findChildren(KeyOverlay) if o.isVisible())
    assert ("F9", "Call next") in overlay.rows()
    press(shell, Qt.Key.Key_F1)
    assert not overlay.isVisible()


def test_news_reaches_a_page_in_sight_only(shell: Shell, desk: SampleDesk) -> None:
    shell.open_page("board")
    board = shell.frame.rail_pages["board"]
    news = Changed((Ref("Composition", "c9", "p9"),), Origin.SYNC, desk.clock.now(), "1002")
    before = board.loads
    shell.bridge.changed.emit(news)
    assert board.loads == before + 1
    shell.open_page("charts")
    shell.bridge.changed.emit(news)
    assert (board.loads, board.stale) == (before + 1, True)
    assert shell.frame.rail.findChildren(QAbstractButton)[1].accessibleDescription() == "1"
    shell.open_page("board")
    assert board.loads == before + 2
    assert shell.frame.rail.findChildren(QAbstractButton)[1].accessibleDescription() == ""


def test_what_waits_stands_in_the_top_bar_until_its_source_takes_it_away(shell: Shell) -> None:
    opened: list[str] = []
    badge = TopBadge("critical", "Critical 1", "stop", lambda: opened.append("critical"))
    shell.show_badges("results", [badge])
    button(shell.frame.top, "Critical 1").click()
    assert opened == ["critical"]
    shell.show_badges("results", [])
    shell.frame.top.layout().activate()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [b for b in shell.frame.top.findChildren(QPushButton) if b.accessibleName() == "Critical 1"] == []


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (SyncState(Link.UNPAIRED), "Not joined to a centre"),
        (SyncState(Link.ONLINE, waiting=3), "3 waiting to send"),
        (SyncState(Link.OFFLINE, waiting=1, refused=2), "Offline · 2 not sent · 1 waiting to send"),
        (SyncState(Link.SIGN_IN, parked=1), "The centre asks to sign in · 1 conflict · 0 waiting to send"),
    ],
)
def test_the_sync_sentence_says_how_far_the_work_has_travelled(
    shell: Shell, state: SyncState, sentence: str
) -> None:
    shell.bridge.sync_state.emit(state)
    assert shell.frame.status.sync.accessibleName() == sentence


def test_the_status_bar_shows_a_24_hour_clock_and_the_age_of_the_knowledge(shell: Shell) -> None:
    assert shell.frame.status.time_text() == "17-Apr-2025 09:14 (24h)"
    assert shell.frame.status._knowledge.text() == "Knowledge 01-Apr-2025"


def test_a_crash_keeps_every_draft_at_once(shell: Shell, desk: SampleDesk) -> None:
    shell.open_chart(OUYANG)
    editor = note(shell, 1).editor
    editor.setFocus()
    QTest.keyClicks(editor, "fever")
    shell.keep_everything_now()
    assert "fever" in desk.kept["1001", DraftKey("note", "p1")].body["text"]


def test_undo_in_a_field_comes_before_undo_of_an_act(shell: Shell) -> None:
    shell.open_chart(OUYANG)
    undone: list[str] = []
    shell.ctx.notices.toast("Called", undo=lambda: undone.append("call"))
    editor = note(shell, 1).editor
    editor.setFocus()
    QTest.keyClicks(editor, "x")
    press(shell, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == []
    press(shell, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["call"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_banner_tab_and_list_row_carry_the_same_slot(shell: Shell, mode: str) -> None:
    theme().apply(QApplication.instance(), mode, "comfortable", 100)
    shell.open_chart(ZHANG)
    shell.open_chart(OUYANG)
    QApplication.processEvents()
    fill = theme().slot(2)[0]
    assert fill != theme().slot(1)[0]
    tab = next(t for t in shell.findChildren(TabButton) if t.isChecked() and t.isVisible())
    assert tab.slot == 2
    assert tab.grab().toImage().pixelColor(theme().px(8) + 2, (tab.height() - 3) // 2) == fill
    banner = shell.frame.workspace.banner
    assert banner.grab().toImage().pixelColor(2, banner.height() // 2) == fill
    table = next(t for t in shell.frame.findChildren(DenseTable) if t.isVisible() and t.cells.slot_of)
    place = table.visualRect(table.rows_model.index(0, 0))
    row = table.viewport().grab(place).toImage()
    assert row.pixelColor(1, row.height() // 2) == fill
    inside = {row.pixelColor(x, y).name() for x in range(theme().px(12)) for y in range(row.height())}
    assert len(inside) > 1, "the digit"

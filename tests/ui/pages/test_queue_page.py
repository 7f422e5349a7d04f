"""Calling, skipping, opening: a morning at the queue, typed into the real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.pages import reception
from tests.ui.screens import settle
from ui.pages.queue import QueuePage, QueuePanel
from ui.pages.queue_parts.words import name_kept
from ui.shell import Shell
from ui.widgets.sheet import Sheet
from ui.widgets.table import DenseTable
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.queue.model import QueueRow, State, Visit
from workstation.registration.model import Person, Register

Open = Callable[..., tuple[QueuePage, Shell]]


@pytest.fixture
def visits(make_desk: Callable[..., Desk], clock: FixedClock) -> tuple[Desk, dict[str, str]]:
    """A desk where nine patients wait; the visits by name."""
    desk = make_desk("reg")
    return desk, reception.fill(desk, clock)


@pytest.fixture
def hospital(visits: tuple[Desk, dict[str, str]]) -> Desk:
    return visits[0]


@pytest.fixture
def open_page(app: QApplication, hospital: Desk, qtbot: QtBot) -> Iterator[Open]:
    made: list[Shell] = []

    def make(user: str = "doc") -> tuple[QueuePage, Shell]:
        shell = reception.window(hospital, app, user, "queue")
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        page = shell.frame.front_page()
        assert isinstance(page, QueuePage)
        page.focus_region(1)
        return page, shell

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget: QWidget | None = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, modifier)


def names(table: DenseTable) -> list[str]:
    return [row.name for row in table.rows_model.rows()]


def row_of(page: QueuePage, name: str) -> QueueRow:
    found = next(row for table in page.tables() for row in table.rows_model.rows() if row.name == name)
    assert isinstance(found, QueueRow)
    return found


def call(page: QueuePage, times: int = 1) -> list[str]:
    """Press F9, and give who was called, in order."""
    called = []
    for _time in range(times):
        before = set(names(page.current.table))
        press(Qt.Key.Key_F9)
        called += [name for name in names(page.current.table) if name not in before]
    return called


def test_one_key_calls_the_next_patient(open_page: Open, hospital: Desk) -> None:
    page, _shell = open_page()
    assert call(page) == ["陈静怡"]
    assert "陈静怡" not in names(page.waiting.table)
    row = row_of(page, "陈静怡")
    assert (row.state, row.room, row.doctor) == (State.CALLED, "内科二诊室", "王敏")


def test_the_call_is_shown_as_the_public_hears_it_and_can_be_taken_back(open_page: Open) -> None:
    page, _shell = open_page()
    before = names(page.waiting.table)
    call(page)
    ticket = row_of(page, "陈静怡").ticket
    assert page.call_line._text.text() == f"Public screen: {ticket} 陈*怡, please come to 内科二诊室"
    assert page.call_line.undo.text() == "Undo 10 s"
    page.call_line.undo.click()
    assert names(page.waiting.table) == before
    assert not page.call_line.isVisible()


def test_undo_is_gone_after_ten_seconds(open_page: Open, clock: FixedClock) -> None:
    page, _shell = open_page()
    call(page)
    clock.advance(timedelta(seconds=8))
    page.call_line.tick()
    assert page.call_line.undo.text() == "Undo 2 s"
    clock.advance(timedelta(seconds=3))
    page.call_line.tick()
    assert not page.call_line.undo.isVisible()
    assert page.call_line.isVisible()


def test_ctrl_z_takes_the_call_back_too(open_page: Open) -> None:
    page, _shell = open_page()
    call(page)
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert names(page.current.table) == []


def test_who_does_not_come_is_skipped_and_waits_again_at_the_end(open_page: Open, clock: FixedClock) -> None:
    page, _shell = open_page()
    call(page)
    press(Qt.Key.Key_F10)
    assert names(page.skipped.table) == ["陈静怡"]
    clock.advance(timedelta(minutes=1))
    page.skipped.table.setFocus()
    press(Qt.Key.Key_R)
    assert names(page.skipped.table) == []
    assert "陈静怡" in names(page.waiting.table)


def test_the_letter_r_finds_names_in_the_waiting_list(open_page: Open, hospital: Desk) -> None:
    page, _shell = open_page()
    page.waiting.table.setFocus()
    QTest.keyClicks(page.waiting.table, "zhangw")
    assert page.waiting.table.current().name == "张伟"
    press(Qt.Key.Key_R)
    assert names(page.skipped.table) == []


def test_a_second_call_renews_the_announcement(open_page: Open, clock: FixedClock) -> None:
    page, _shell = open_page()
    call(page)
    first = row_of(page, "陈静怡").since
    clock.advance(timedelta(minutes=2))
    press(Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    assert row_of(page, "陈静怡").since > first


def test_enter_opens_the_called_patients_chart_and_begins_the_visit(open_page: Open, hospital: Desk) -> None:
    page, shell = open_page()
    call(page)
    page.focus_region(2)
    press(Qt.Key.Key_Return)
    chart = shell.frame.workspace.front()
    row = row_of(page, "陈静怡")
    assert (chart.patient.id, chart.patient.encounter, chart.patient.name) == (
        row.patient,
        row.encounter,
        "陈静怡",
    )
    assert row.state is State.SEEING


def test_enter_on_a_waiting_patient_opens_the_chart_and_calls_nobody(open_page: Open) -> None:
    page, shell = open_page()
    page.waiting.table.select(row_of(page, "张伟").encounter)
    press(Qt.Key.Key_Return)
    assert shell.front_patient().name == "张伟"
    assert row_of(page, "张伟").state is State.WAITING


def test_out_for_tests_and_back(open_page: Open, hospital: Desk) -> None:
    page, shell = open_page()
    call(page)
    page.focus_region(2)
    press(Qt.Key.Key_Return)
    shell.open_page("queue")
    page.focus_region(2)
    press(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert names(page.parked.table) == ["陈静怡"]
    page.parked.table.setFocus()
    press(Qt.Key.Key_Return)
    assert row_of(page, "陈静怡").state is State.SEEING
    shell.open_page("queue")
    page.focus_region(2)
    press(Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    assert names(page.current.table) == []


def test_news_waits_behind_the_bar_while_somebody_is_in_the_list(
    open_page: Open, visits: tuple[Desk, dict[str, str]], clock: FixedClock
) -> None:
    desk, listed = visits
    page, _shell = open_page()
    before = names(page.waiting.table)
    page.waiting.table.select_first()
    desk.do("queue.call", Visit(listed["张伟"]))
    page.refresh()
    assert names(page.waiting.table) == before
    assert page.waiting.bar.text() == "1 new or changed"
    press(Qt.Key.Key_F5)
    assert names(page.waiting.table) == [name for name in before if name != "张伟"]
    assert page.waiting.bar.text() == ""


def test_time_passing_alone_holds_nothing_back(open_page: Open, clock: FixedClock) -> None:
    page, _shell = open_page()
    page.waiting.table.select_first()
    clock.advance(timedelta(minutes=10))
    page.refresh()
    assert page.waiting.bar.text() == ""
    waits = next(c for c in page.waiting.table.rows_model.columns if c.id == "waits")
    assert waits.text(row_of(page, "张伟")) == "31 min"


def test_a_patient_somebody_else_called_is_refused_and_the_list_is_renewed(
    open_page: Open, visits: tuple[Desk, dict[str, str]]
) -> None:
    desk, listed = visits
    page, _shell = open_page()
    row = row_of(page, "张伟")
    desk.do("queue.call", Visit(listed["张伟"]))
    page.acts.call(row)
    assert any("called already" in text for text in page.banners.texts())
    assert "张伟" in names(page.current.table)


def test_same_sounding_names_carry_a_badge_on_both_rows(open_page: Open) -> None:
    page, _shell = open_page()
    column = next(c for c in page.waiting.table.rows_model.columns if c.id == "name")
    badges = {row.name: [b.text for b in column.badges(row)] for row in page.waiting.table.rows_model.rows()}
    assert badges["张伟"] == badges["张玮"] == ["sounds alike"]
    assert badges["李秀英"] == []


def test_a_filter_says_how_much_it_shows(open_page: Open) -> None:
    page, _shell = open_page()
    page.filters.buttons[3].click()
    assert names(page.waiting.table) == ["陈静怡", "阿不都热合曼·买买提", "王芳"]
    assert page.filters._count.text() == "3 of 9"
    page.filters.buttons[0].click()
    assert len(names(page.waiting.table)) == 9


def test_a_registrar_sees_the_queue_and_cancels_with_a_reason_but_cannot_call(
    open_page: Open, hospital: Desk
) -> None:
    page, shell = open_page("reg")
    before = names(page.waiting.table)
    press(Qt.Key.Key_F9)
    assert names(page.waiting.table) == before
    page.waiting.table.select(row_of(page, "张伟").encounter)
    press(Qt.Key.Key_Delete)
    sheet = shell.findChild(Sheet)
    assert sheet is not None
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_W)
    assert "张伟" not in names(page.waiting.table)


def test_choosing_a_department_shows_its_queue(open_page: Open) -> None:
    page, _shell = open_page("reg")
    surgery = page.departments.findData("surgery")
    page.departments.setCurrentIndex(surgery)
    page.departments.activated.emit(surgery)
    assert names(page.waiting.table) == []
    assert page.waiting.empty.isVisible()


def test_where_there_is_little_room_one_list_holds_all_who_do_not_wait(
    open_page: Open, visits: tuple[Desk, dict[str, str]], clock: FixedClock
) -> None:
    desk, listed = visits
    reception.work_a_while(desk, clock, listed)
    page, shell = open_page()
    assert page.current.isVisible()
    assert not page.others.isVisible()
    shell.resize(QSize(1024, 700))
    settle(shell)
    assert not page.current.isVisible()
    assert names(page.others.table) == ["欧阳建国", "李秀英", "刘洋", "SMITH, John"]


# Beside the charts


def panel_of(shell: Shell) -> QueuePanel:
    shell.frame.go("charts")
    panel = shell.frame.list_page
    assert isinstance(panel, QueuePanel)
    return panel


def test_f9_calls_from_beside_the_charts_too(open_page: Open) -> None:
    _page, shell = open_page()
    panel = panel_of(shell)
    panel.focus_region(1)
    press(Qt.Key.Key_F9)
    rows = panel.pane.table.rows_model.rows()
    assert (rows[0].name, rows[0].state) == ("陈静怡", State.CALLED)


def test_the_list_beside_the_charts_begins_with_who_is_here_and_who_is_back(
    open_page: Open, visits: tuple[Desk, dict[str, str]], clock: FixedClock
) -> None:
    desk, listed = visits
    reception.work_a_while(desk, clock, listed)
    _page, shell = open_page()
    panel = panel_of(shell)
    listed_names = [(row.name, row.state) for row in panel.pane.table.rows_model.rows()]
    assert listed_names[:3] == [
        ("欧阳建国", State.SEEING),
        ("李秀英", State.RESULTS),
        ("刘洋", State.PARKED),
    ]
    assert listed_names[-1] == ("SMITH, John", State.SKIPPED)


def test_the_narrow_list_shows_numbers_and_still_opens(open_page: Open) -> None:
    _page, shell = open_page()
    panel = panel_of(shell)
    panel.set_narrow(True)
    assert [column.id for column in panel.pane.table.rows_model.columns] == ["ticket"]
    panel.pane.table.setFocus()
    press(Qt.Key.Key_Return)
    assert shell.front_patient().name == "陈静怡"


def test_a_new_arrival_reaches_the_screen_by_itself(
    open_page: Open, hospital: Desk, qtbot: QtBot, clock: FixedClock
) -> None:
    page, _shell = open_page("reg")
    patient = hospital.do("registration.register", Register(Person("何来", "male", "1980-01-01"))).primary.id
    page.departments.setFocus()
    hospital.do("queue.enrol", reception.Enrol(patient, "internal"))
    qtbot.waitUntil(lambda: "何来" in names(page.waiting.table))


def test_news_beside_the_charts_is_taken_with_f5(
    open_page: Open, visits: tuple[Desk, dict[str, str]]
) -> None:
    desk, listed = visits
    _page, shell = open_page()
    panel = panel_of(shell)
    panel.focus_region(1)
    desk.do("queue.call", Visit(listed["张伟"]))
    panel.refresh()
    assert panel.pane.bar.text() == "1 new or changed"
    press(Qt.Key.Key_F5)
    assert panel.pane.table.rows_model.rows()[0].name == "张伟"


def test_a_name_breaks_after_its_middle_dot_and_nowhere_else() -> None:
    kept = name_kept("阿不都热合曼·买买提")
    assert [part.replace("\u2060", "") for part in kept.split("\u200b")] == ["阿不都热合曼·", "买买提"]
    assert "\u2060" in kept

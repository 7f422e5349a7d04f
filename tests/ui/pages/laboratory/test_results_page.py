"""Results: what cannot wait stands in front, Enter reads and goes on, A acts, and the trend is read with arrows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.accessibility import nameless, too_small
from tests.ui.pages.laboratory_kit import ABOUT, press, write
from tests.workstation.laboratory.bench import Bench, ranged, value
from ui.pages.inbox import InboxPage
from ui.pages.laboratory_parts import words
from ui.pages.laboratory_parts.critical_sheet import CriticalSheet
from ui.pages.results import ResultsPage
from ui.shell import Shell

Key, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier
Open = Callable[..., ResultsPage]
P = TypeVar("P")


@pytest.fixture
def results(open_window: Callable[..., Shell]) -> Open:
    def make(user: str = "doc", language: str = "en") -> ResultsPage:
        shell = open_window(user, language)
        shell.open_chart(ABOUT, "results")
        return front(shell, ResultsPage)

    return make


def front(shell: Shell, kind: type[P]) -> P:
    QApplication.processEvents()
    assert shell.frame is not None
    page = shell.frame.front_page()
    assert isinstance(page, kind), page
    return page


def sheet_of(page: ResultsPage) -> CriticalSheet:
    (found,) = [s for s in page.window().findChildren(CriticalSheet) if s.isVisible()]
    return found


def line(page: ResultsPage, short: str) -> object:
    return next(r for r in page.table.rows_model.rows() if short in (r.row.short, r.row.name))


def test_it_begins_with_the_critical_report_and_enter_asks_what_was_done(
    results: Open, morning: Bench
) -> None:
    page = results()
    report = page.report()
    assert report is not None
    assert report.open
    assert "Nobody has recorded yet" in " ".join(page.banners.texts())
    page.focus_region(1)
    press(Key.Key_Return)
    sheet = sheet_of(page)
    assert "Potassium" in " ".join(w.text() for w in sheet.card.findChildren(type(sheet.error)))
    press(Key.Key_F12)
    assert sheet.error.text() == "Write what was done."
    assert morning.criticals()
    press(Key.Key_1, ALT)
    write("Chen Jie")
    press(Key.Key_F12)
    assert not sheet.isVisible()
    assert morning.criticals() == ()
    after = next(r for r in page.view.reports if r.id == report.id)
    assert (after.open, after.handled, after.told, after.handled_by) == (
        False,
        "Treated at once, will be measured again",
        "Chen Jie",
        "王敏",
    )
    assert not after.unread, "a doctor who answered has read the report by that"
    assert "Treated at once" in page.about_report.text()


def test_a_answers_as_well_and_esc_records_nothing(results: Open, morning: Bench) -> None:
    page = results()
    page.focus_region(1)
    press(Key.Key_A)
    sheet = sheet_of(page)
    press(Key.Key_Escape)
    assert not sheet.isVisible()
    assert len(morning.criticals()) == 1


def test_one_key_reads_a_report_and_goes_to_the_next(results: Open, lab: Bench) -> None:
    for days in range(3):
        lab.report(value("718-7", 140 + days, "g/L", "N", **ranged(130, 175)))
        lab.later(hours=1)
    page = results()
    page.focus_region(1)
    unread = [r.id for r in page.view.reports if r.unread]
    assert len(unread) == 3
    for done in range(1, 4):
        assert page.report() is not None
        press(Key.Key_Return)
        assert sum(1 for r in page.view.reports if r.unread) == 3 - done
    assert not page.read.isVisible()
    press(Key.Key_Return)
    assert lab.unread() == ()


def test_every_value_shows_its_range_and_the_one_before(results: Open, morning: Bench) -> None:
    page = results()
    potassium = line(page, "K")
    assert potassium.row.reference == "3.5–5.3"  # type: ignore[attr-defined]
    assert potassium.before.value == "5.9"  # type: ignore[attr-defined]
    speak = page.table.rows_model.speak
    assert speak is not None
    high = words.flag_text("critical-high")
    assert speak(potassium).startswith(f"Potassium, 6.8\u00a0mmol/L, {high}, reference 3.5–5.3, before 5.9")


def test_a_range_the_laboratory_did_not_give_is_marked_as_the_catalogues(
    results: Open, morning: Bench
) -> None:
    page = results()
    blood = next(r for r in page.view.reports if "blood count" in r.name.lower())
    page.list.select(blood.id)
    haemoglobin, odd = line(page, "HGB"), line(page, "白细胞形态")
    speak = page.table.rows_model.speak
    assert speak is not None
    assert "(catalogue)" in speak(haemoglobin)
    assert "no range given" in speak(odd)


def test_the_trend_comes_with_space_and_is_read_with_arrows(results: Open, morning: Bench) -> None:
    page = results()
    page.focus_region(2)
    page.table.select_first()
    press(Key.Key_Space)
    assert page.chart.isVisible()
    page.focus_region(3)
    assert page.chart.view is not None
    values = [p.value for p in page.chart.view.points]
    assert values == ["4.4", "4.9", "5.4", "5.9", "6.8"]
    assert page.chart.reading().startswith("6.8")
    press(Key.Key_Left)
    assert page.chart.reading().startswith("5.9")
    press(Key.Key_Home)
    assert page.chart.reading().startswith("4.4")
    assert "4.4" in page.chart.accessibleDescription()
    press(Key.Key_Right)
    assert page.chart.reading().startswith("4.9")
    page.focus_region(2)
    press(Key.Key_Space)
    assert not page.chart.isVisible()


def test_all_values_stand_side_by_side_newest_left(results: Open, morning: Bench) -> None:
    page = results()
    page.list.select("everything")
    names = [page.table.rows_model.headerData(n, Qt.Orientation.Horizontal) for n in range(5)]
    assert names[0] == "Test"
    assert any("17-Mar-2026" in str(n) for n in names)
    assert page.heading.text() == "All values, newest first"


def test_a_nurse_sees_the_values_but_reads_nothing_away(results: Open, morning: Bench) -> None:
    page = results("nurse")
    blood = next(r for r in page.view.reports if "blood count" in r.name.lower())
    page.list.select(blood.id)
    assert not page.read.isVisible()
    page.focus_region(1)
    press(Key.Key_Return)
    assert page.report() != blood, "Enter goes on to what waits for her as well: the critical value"
    assert {r.report for r in morning.unread("doc")} >= {blood.id}


def test_a_corrected_report_waits_again(results: Open, lab: Bench) -> None:
    report = lab.report(value("718-7", 140, "g/L", **ranged(130, 175)), id_="blood")
    lab.read(report)
    lab.later(hours=1)
    lab.report(value("718-7", 104, "g/L", "L", **ranged(130, 175)), id_="blood", status="corrected")
    page = results()
    row = page.report()
    assert row is not None
    assert (row.unread, row.state) == (True, "corrected")
    assert [b.text for b in words.report_badges(row)] == ["1 abnormal", "Corrected", "not read"]


def test_the_inbox_lists_the_critical_one_first_and_enter_opens_its_chart(
    open_window: Callable[..., Shell], morning: Bench
) -> None:
    shell = open_window("doc")
    shell.open_page("inbox")
    page = front(shell, InboxPage)
    assert page.headline.text() == "3 results to be read · 1 critical"
    rows = page.pane.table.rows_model.rows()
    assert [w.row.open for w in rows] == [True, False, False]
    assert [w.day for w in rows] == ["Critical", "17-Mar-2026", ""]
    page.focus_region(1)
    page.pane.table.select_first()
    press(Key.Key_Return)
    opened = front(shell, ResultsPage)
    press(Key.Key_Return)
    assert sheet_of(opened).isVisible(), "Enter works at once, before anything on the page has the focus"
    press(Key.Key_Escape)
    about = shell.ctx.opener.front_patient()
    assert about is not None
    assert (about.id, about.opened_from) == ("p1", "result")


def test_two_quick_enters_open_a_report_and_do_not_read_it(
    open_window: Callable[..., Shell], lab: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.taken("CBC")
    report = lab.report(value("718-7", 140, "g/L", "N", **ranged(130, 175)))
    shell = open_window("doc")
    shell.open_page("inbox")
    page = front(shell, InboxPage)
    page.focus_region(1)
    page.pane.table.select_first()
    press(Key.Key_Return)
    opened = front(shell, ResultsPage)
    press(Key.Key_Return)
    assert [row.report for row in lab.unread()] == [report]
    monkeypatch.setattr("ui.pages.results.SEEN_MS", -1)
    press(Key.Key_Return)
    assert lab.unread() == ()
    assert not opened.read.isVisible()


def test_what_is_read_leaves_the_inbox(open_window: Callable[..., Shell], lab: Bench) -> None:
    report = lab.report(value("718-7", 140, "g/L", "N", **ranged(130, 175)))
    lab.taken("CBC")
    shell = open_window("doc")
    shell.open_page("inbox")
    page = front(shell, InboxPage)
    page.scopes.buttons[1].click()
    assert [w.row.report for w in page.pane.table.rows_model.rows()] == [report]
    lab.read(report)
    page.renew()
    assert page.pane.table.rows_model.rows() == []


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_results_and_inbox_can_be_used_without_eyes(
    open_window: Callable[..., Shell], morning: Bench, language: str
) -> None:
    shell = open_window("doc", language)
    shell.open_page("inbox")
    inbox = front(shell, InboxPage)
    assert nameless(inbox) == []
    assert too_small(inbox) == []
    shell.open_chart(ABOUT, "results")
    page = front(shell, ResultsPage)
    page.focus_region(3)
    assert nameless(page) == []
    assert too_small(page) == []
    page.answer()
    assert nameless(sheet_of(page)) == []
    assert too_small(sheet_of(page)) == []

"""A critical value stands in the top bar of every page, for whom it concerns, until somebody said what was done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import MORNING
from tests.ui.pages.laboratory_kit import ABOUT, OUT, PIN, badges, press
from tests.workstation.laboratory.bench import Bench, based_on, ranged, value
from ui.app.laboratory import LOOK_EVERY, CriticalWatch
from ui.pages.results import ResultsPage
from ui.shell import Shell
from workstation.core.errors import Unavailable
from workstation.core.events import Changed, Origin, Ref
from workstation.laboratory.model import HandleCritical

Key, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier
ONE = "Critical 欧阳建国 K 6.8\u00a0mmol/L · {minutes} min"


def critical(lab: Bench, patient: str = "p1", visit: str = "s1", id_: str = "kalium") -> str:
    (order,) = (
        lab.taken("K", patient=patient, visit=visit)
        if patient == "p1"
        else lab.order("K", patient=patient, visit=visit)
    )
    return lab.report(
        value("2823-3", 6.8, "mmol/L", "HH", patient=patient, **ranged(3.5, 5.3)),
        id_=id_,
        patient=patient,
        **based_on(order),
    )


def arrived(shell: Shell, *kinds: str) -> None:
    """What the window hears when records came from the centre."""
    refs = tuple(Ref(kind, "x", "p1") for kind in kinds)
    shell.bridge.changed.emit(Changed(refs, Origin.SYNC, MORNING))
    QApplication.processEvents()


def watch(shell: Shell) -> CriticalWatch:
    made = shell.property("watch")
    assert isinstance(made, CriticalWatch)
    return made


def test_it_stands_on_every_page_with_its_minutes(open_window: Callable[..., Shell], lab: Bench) -> None:
    critical(lab)
    lab.later(minutes=7)
    shell = open_window("doc")
    assert badges(shell) == [ONE.format(minutes=7)]
    for page in ("knowledge", "inbox", "charts"):
        shell.open_page(page)
        assert badges(shell) == [ONE.format(minutes=7)]
    shell.open_chart(OUT)
    assert badges(shell) == [ONE.format(minutes=7)]
    lab.later(minutes=5)
    watch(shell).show()
    assert badges(shell) == [ONE.format(minutes=12)]
    lab.later(minutes=60)
    watch(shell).show()
    assert badges(shell) == ["Critical 欧阳建国 K 6.8\u00a0mmol/L · 1 h 12 min"]


def test_it_comes_up_by_itself_when_the_report_arrives(open_window: Callable[..., Shell], lab: Bench) -> None:
    shell = open_window("doc")
    shell.open_page("knowledge")
    assert badges(shell) == []
    critical(lab)
    lab.as_("doc")
    arrived(shell, "DiagnosticReport", "Observation")
    assert badges(shell) == [ONE.format(minutes=0)]


def test_an_answer_given_elsewhere_takes_it_away(open_window: Callable[..., Shell], lab: Bench) -> None:
    report = critical(lab)
    shell = open_window("doc")
    assert badges(shell)
    lab.desk.do("laboratory.handle-critical", HandleCritical("p1", report, "已处理", ""))
    arrived(shell, "Task")
    assert badges(shell) == []


def test_reading_the_report_does_not_take_it_away(open_window: Callable[..., Shell], lab: Bench) -> None:
    report = critical(lab)
    lab.read(report)
    shell = open_window("doc")
    assert badges(shell) == [ONE.format(minutes=0)]


def test_a_nurse_of_the_ward_sees_it_and_a_pharmacist_does_not(
    open_window: Callable[..., Shell], lab: Bench
) -> None:
    critical(lab)
    assert badges(open_window("nurse")) == [ONE.format(minutes=0)]
    assert badges(open_window("pharm")) == []


def test_another_doctor_is_asked_only_when_nobody_has_answered_for_long(
    open_window: Callable[..., Shell], lab: Bench
) -> None:
    critical(lab)
    lab.later(minutes=10)
    assert badges(open_window("chief")) == []
    lab.later(minutes=21)
    assert badges(open_window("chief")) == [ONE.format(minutes=31)]


def test_a_window_that_hears_nothing_learns_each_minute_what_has_become_everybodys(
    open_window: Callable[..., Shell], lab: Bench
) -> None:
    critical(lab)
    shell = open_window("chief")
    assert badges(shell) == []
    lab.later(minutes=31)
    for _tick in range(LOOK_EVERY):
        watch(shell).tick()
    assert badges(shell) == [ONE.format(minutes=31)]


def test_a_question_that_fails_takes_no_chip_away(
    open_window: Callable[..., Shell], lab: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    critical(lab)
    shell = open_window("doc")
    before = badges(shell)

    def broken(*_args: object) -> object:
        raise Unavailable("no", "no")

    with monkeypatch.context() as patch:
        patch.setattr(lab.desk, "ask", broken)
        watch(shell).look()
    assert badges(shell) == before
    watch(shell).tick()
    assert badges(shell) == before


def test_locking_hides_it_and_unlocking_brings_it_back(open_window: Callable[..., Shell], lab: Bench) -> None:
    critical(lab)
    shell = open_window("doc")
    shell.ctx.actions.trigger("desk.lock")
    QApplication.processEvents()
    assert shell.locked
    lab.desk.unlock("doc", PIN)
    shell._unlock("doc", PIN)
    QApplication.processEvents()
    assert badges(shell) == [ONE.format(minutes=0)]


def test_its_key_opens_the_chart_on_it_from_anywhere(open_window: Callable[..., Shell], lab: Bench) -> None:
    critical(lab)
    shell = open_window("doc")
    shell.open_page("knowledge")
    press(Key.Key_0, ALT)
    assert shell.frame is not None
    page = shell.frame.front_page()
    assert isinstance(page, ResultsPage)
    report = page.report()
    assert report is not None
    assert report.open
    about = shell.ctx.opener.front_patient()
    assert about is not None
    assert (about.id, about.opened_from, about.stay) == (ABOUT.id, "notification", True)


def test_several_are_counted_and_the_key_opens_the_list(
    open_window: Callable[..., Shell], lab: Bench
) -> None:
    critical(lab)
    critical(lab, "p2", "s2", "other")
    shell = open_window("doc")
    assert badges(shell) == ["2 critical values · 0 min"]
    shell.open_page("knowledge")
    press(Key.Key_0, ALT)
    assert shell.frame is not None
    assert shell.frame.front_page().id == "inbox"


def test_a_narrow_window_says_it_shorter_and_speaks_it_whole(
    open_window: Callable[..., Shell], lab: Bench
) -> None:
    critical(lab)
    shell = open_window("doc")
    assert shell.frame is not None
    shell.resize(1000, 768)
    QApplication.processEvents()
    made = shell.frame.top._badges.itemAt(0).widget()
    assert made._chip.text() == "Critical K 6.8 · 0 min"
    assert made.accessibleName() == ONE.format(minutes=0)


def test_answering_on_the_page_takes_it_away(
    open_window: Callable[..., Shell], lab: Bench, qtbot: QtBot
) -> None:
    critical(lab)
    shell = open_window("doc")
    shell.open_chart(ABOUT, "results")
    assert shell.frame is not None
    page = shell.frame.front_page()
    assert isinstance(page, ResultsPage)
    page.focus_region(1)
    press(Key.Key_Return)
    press(Key.Key_1, ALT)
    press(Key.Key_F12)
    qtbot.waitUntil(lambda: badges(shell) == [])

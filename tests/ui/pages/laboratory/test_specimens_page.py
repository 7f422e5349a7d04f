"""At the bedside: labels by one key, two scans take a tube, and the wrong patient is shown and nothing taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import nameless, too_small
from tests.ui.pages.laboratory_kit import press
from tests.workstation.laboratory.bench import BAND, OTHER_BAND, Bench, number_of
from ui.pages.specimens import SpecimensPage
from ui.shell import Shell
from ui.widgets.reason_sheet import ReasonSheet
from workstation.core.i18n import set_language

Key, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def bedside(open_window: Callable[..., Shell]) -> Callable[..., SpecimensPage]:
    def make(user: str = "nurse", language: str = "en") -> SpecimensPage:
        shell = open_window(user, language)
        shell.open_page("specimens")
        QApplication.processEvents()
        assert shell.frame is not None
        page = shell.frame.front_page()
        assert isinstance(page, SpecimensPage)
        page.focus_region(1)
        return page

    return make


def scan(code: str) -> None:
    """A scanner: a burst of keys and Enter."""
    QTest.keyClicks(QApplication.focusWidget(), code)
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)
    QApplication.processEvents()


def said(page: SpecimensPage) -> str:
    return " ".join(w.text() for w in page.card.findChildren(QLabel) if w.isVisible())


def taken(lab: Bench) -> list[str]:
    return [number_of(s) for s in lab.find("Specimen") if s["status"] == "available"]


def test_two_scans_take_a_tube(bedside: Callable[..., SpecimensPage], lab: Bench) -> None:
    (tube,) = lab.label(*lab.order("CBC"))
    page = bedside()
    assert page.headline.text() == "1 tube to be drawn · 1 patient"
    scan(BAND)
    assert "Now scan the tube of 欧阳建国." in said(page)
    scan(number_of(tube))
    assert page.card.state == "done"
    assert taken(lab) == [number_of(tube)]
    assert page.pane.table.rows_model.rows() == []
    assert lab.get("Specimen", tube["id"])["collection"]["collector"]["reference"] == (
        "Practitioner/practitioner-nurse"
    )


def test_the_tube_alone_takes_nothing(bedside: Callable[..., SpecimensPage], lab: Bench) -> None:
    (tube,) = lab.label(*lab.order("CBC"))
    page = bedside()
    scan(number_of(tube))
    assert "Scan the wristband first" in said(page)
    assert taken(lab) == []


def test_another_patients_wristband_stops_and_shows_both(
    bedside: Callable[..., SpecimensPage], lab: Bench
) -> None:
    (tube,) = lab.label(*lab.order("CBC"))
    page = bedside()
    scan(OTHER_BAND)
    scan(number_of(tube))
    assert page.card.state == "stop"
    for name in ("欧阳建国", "李秀英"):
        assert name in said(page)
    assert taken(lab) == []
    assert "欧阳建国" in page.card.accessibleDescription()


def test_l_numbers_the_tubes_of_the_patient_in_front_and_prints_their_labels(
    bedside: Callable[..., SpecimensPage], lab: Bench, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    orders = lab.order("CBC", "LYTES")
    lab.order("K", patient="p2", visit="s2")
    page = bedside()
    printed: list[str] = []
    monkeypatch.setattr(page.ctx.papers, "print_signed", lambda *ids: printed.extend(ids))
    page.pane.table.select_first()
    first = page.current()
    assert first is not None
    press(Key.Key_L)
    qtbot.waitUntil(lambda: bool(printed))
    labelled = [s["subject"]["reference"] for s in lab.find("Specimen")]
    assert set(labelled) == {f"Patient/{first.patient}"}
    assert printed == [f"laboratory/{number}/labels" for number in first.requests]
    if first.patient == "p1":
        assert len(labelled) == len({o["id"] for o in orders})


def test_without_a_wristband_a_reason_is_kept(bedside: Callable[..., SpecimensPage], lab: Bench) -> None:
    (tube,) = lab.label(*lab.order("CBC"))
    page = bedside()
    page.pane.table.select_first()
    press(Key.Key_M, ALT)
    (sheet,) = [s for s in page.window().findChildren(ReasonSheet) if s.isVisible()]
    assert nameless(sheet) == []
    press(Key.Key_2)
    press(Key.Key_Return)
    assert taken(lab) == [number_of(tube)]
    stored = lab.get("Specimen", tube["id"])
    assert "scanner" in str(stored)


def test_a_tube_that_is_useless_comes_back_to_be_drawn_again(
    bedside: Callable[..., SpecimensPage], lab: Bench
) -> None:
    (tube,) = lab.label(*lab.order("CBC"))
    lab.collect(tube)
    page = bedside()
    press(Key.Key_R, ALT)
    (sheet,) = [s for s in page.window().findChildren(ReasonSheet) if s.isVisible()]
    sheet.amount.setText(number_of(tube))
    press(Key.Key_1)
    press(Key.Key_Return)
    assert lab.get("Specimen", tube["id"])["status"] == "unsatisfactory"
    (row,) = page.pane.table.rows_model.rows()
    assert "Haemolysed" in row.rejected


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_can_be_used_without_eyes(
    bedside: Callable[..., SpecimensPage], morning: Bench, language: str
) -> None:
    page = bedside(language=language)
    set_language(language)
    assert nameless(page) == []
    assert too_small(page) == []
    page.scan(OTHER_BAND)
    assert nameless(page) == []

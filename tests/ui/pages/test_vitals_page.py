"""A round typed by hand: digits and Enter, unusual values twice, what was not measured, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import nameless, too_small
from tests.ui.app_kit import Hands
from tests.ui.pages import bedside_kit
from tests.workstation.vitals.bedside import MakeDesk, chart, furnish, put, record, stored
from ui.pages.temperature_chart import TemperatureChartPage
from ui.pages.vitals import VitalsPage
from ui.pages.vitals_parts.model import FIRST, SCORE, STATE
from ui.shell import Shell
from workstation.core.clock import FixedClock
from workstation.core.drafts import DraftKey
from workstation.desk import Desk
from workstation.fhir.resources import code_of

Key = Qt.Key


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    made = make_desk("nurse")
    furnish(made)
    return made


@pytest.fixture
def open_round(app: QApplication, desk: Desk, qtbot: QtBot) -> Iterator[Callable[..., VitalsPage]]:
    """Open the window on the round, the focus in the first cell of the first bed."""
    made: list[Shell] = []

    def make(language: str = "en") -> VitalsPage:
        shell = bedside_kit.window(desk, app, language=language)
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        assert shell.frame is not None
        page = shell.frame.front_page()
        assert isinstance(page, VitalsPage)
        page.grid.setFocus()
        return page

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def page(open_round: Callable[..., VitalsPage]) -> VitalsPage:
    return open_round()


def enter(hands: Hands, *values: str) -> None:
    """Type values, each followed by Enter; every character goes where the focus is."""
    for value in values:
        for character in value:
            hands.write(character)
        hands.press(Key.Key_Return)


def values(desk: Desk, patient: str = "p1") -> dict[str, Any]:
    return {c: o["valueQuantity"]["value"] for c, o in stored(desk, patient).items() if "valueQuantity" in o}


def at(page: VitalsPage) -> tuple[str, int]:
    row = page.grid.current()
    assert row is not None
    return row.bed, page.grid.currentIndex().column() - FIRST


def state(page: VitalsPage, patient: str = "p1") -> str:
    number = page.model.number_of(patient)
    return str(page.model.data(page.model.index(number, STATE)))


def test_one_patients_signs_are_twenty_keys_at_most_and_the_next_patient_is_there(
    page: VitalsPage, desk: Desk
) -> None:
    hands = Hands()
    enter(hands, "368", "84", "20", "15294", "98")
    assert hands.count <= 20
    assert values(desk) == {"8310-5": 36.8, "8867-4": 84, "9279-1": 20, "59408-5": 98}
    pressure = stored(desk)["85354-9"]["component"]
    assert [part["valueQuantity"]["value"] for part in pressure] == [152, 94]
    assert at(page) == ("2", 0)
    assert state(page) == "Waiting to send"


def test_each_value_is_echoed_as_it_is_understood_and_the_one_before_stands_beside_it(
    page: VitalsPage, desk: Desk
) -> None:
    record(desk, temperature="37.9", site="oral")
    page.renew()
    hands = Hands()
    row = page.model.row_at(0)
    assert row is not None
    column = page.model.column(FIRST)
    assert column is not None
    assert (page.model.shown(row, column), page.model.before(row, column)) == ("", "37.9")
    enter(hands, "368", "88/110")
    row = page.model.row_at(0)
    assert row is not None
    assert page.model.shown(row, column) == "36.8 oral"
    assert page.model.sentence(row, FIRST) == "Bed 1, 欧阳建国, Temperature, 36.8 oral, last 37.9"
    assert values(desk) == {"8310-5": 37.9}


def test_an_unusual_value_holds_its_cell_until_the_same_one_is_typed_again(
    page: VitalsPage, desk: Desk
) -> None:
    hands = Hands()
    enter(hands, "368", "25")
    assert at(page) == ("1", 1)
    assert "very unusual" in page.message.text()
    enter(hands, "26")
    assert at(page) == ("1", 1)
    enter(hands, "26")
    assert at(page) == ("1", 2)
    assert page.message.text() == ""
    page.record()
    assert values(desk) == {"8310-5": 36.8, "8867-4": 26}


@pytest.mark.parametrize("typed", ["600", "3x6", "99"])
def test_what_cannot_be_right_is_never_taken(page: VitalsPage, desk: Desk, typed: str) -> None:
    hands = Hands()
    enter(hands, typed, typed)
    assert at(page) == ("1", 0)
    page.grid.editor.clear()  # type: ignore[union-attr]
    hands.press(Key.Key_Escape)
    page.record()
    assert stored(desk) == {}


def test_who_waits_in_the_grid_for_the_rows_types_into_the_first_cell(page: VitalsPage, desk: Desk) -> None:
    rows = page.model.rows()
    page.model.set_rows([])
    page.grid.setFocus()
    page.model.set_rows(rows)
    enter(Hands(), "368")
    assert page.model.drafts["p1"].texts == {"temperature": "368"}
    page.grid.setCurrentIndex(page.model.index(1, 1))
    enter(Hands(), "371")
    assert page.model.drafts["p2"].texts == {"temperature": "371"}
    assert values(desk) == {"8310-5": 36.8}


def test_enter_can_go_down_instead_and_each_row_is_recorded_when_it_is_left(
    page: VitalsPage, desk: Desk
) -> None:
    hands = Hands()
    hands.press(Key.Key_E, Qt.KeyboardModifier.AltModifier)
    enter(hands, "368", "371")
    assert at(page) == ("10", 0)
    assert (values(desk), values(desk, "p2")) == ({"8310-5": 36.8}, {"8310-5": 37.1})


def test_enter_goes_through_what_is_due_beside_the_usual_signs(page: VitalsPage, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=5))  # the column of 14: stools and pressure are due
    page.renew()
    hands = Hands()
    enter(hands, "368", "84", "20", "15294", "98")
    bed, column = at(page)
    assert bed == "1"
    assert page.model.column(FIRST + column).id == "stool"  # type: ignore[union-attr]
    enter(hands, "1")
    assert at(page)[0] == "2"


def test_a_letter_says_the_site_the_machine_or_that_it_is_after_cooling(
    page: VitalsPage, desk: Desk, clock: FixedClock
) -> None:
    hands = Hands()
    enter(hands, "392g", "h72", "14r")
    page.record()
    found = stored(desk)
    assert code_of(found["8310-5"]["method"]) == "rectal"
    assert code_of(found["apical-heart-rate"]["method"]) == "pacemaker"
    assert code_of(found["9279-1"]["method"]) == "ventilator"
    clock.advance(timedelta(minutes=30))
    page.renew()
    page.grid.go("p1")
    enter(hands, "381c")
    page.record()
    assert [(str(t.value), [str(c) for c in t.cooled]) for t in chart(desk).temperatures] == [
        ("39.2", ["38.1"])
    ]


def test_after_cooling_needs_a_fever_before(page: VitalsPage, desk: Desk) -> None:
    enter(Hands(), "378c")
    assert "no fever" in page.message.text()
    assert stored(desk) == {}


def test_not_measured_is_two_keys_and_its_reason_stands_in_the_row(page: VitalsPage, desk: Desk) -> None:
    hands = Hands()
    hands.press(Key.Key_N)
    hands.press(Key.Key_3)
    assert hands.count == 2
    row = page.model.row_at(0)
    column = page.model.column(FIRST)
    assert row is not None
    assert column is not None
    assert page.model.shown(row, column) == "refused"
    hands.press(Key.Key_Down)
    found = stored(desk)
    assert {o["dataAbsentReason"]["text"] for o in found.values()} == {"拒测"}
    assert {"8310-5", "8867-4", "9279-1"} <= set(found)


def test_a_refusal_by_the_desk_puts_the_row_back_and_says_why(page: VitalsPage, desk: Desk) -> None:
    with desk.store.reader() as reader:
        put(desk, {**reader.get("Encounter", "s1"), "status": "cancelled"})
    hands = Hands()
    enter(hands, "368")
    page.record()
    assert "cancelled" in page.message.text()
    assert page.model.drafts["p1"].texts == {"temperature": "368"}
    assert stored(desk) == {}


def test_what_is_typed_is_a_draft_until_it_is_recorded_and_comes_back(
    open_round: Callable[..., VitalsPage], desk: Desk
) -> None:
    first = open_round()
    hands = Hands()
    enter(hands, "368", "84")
    hands.write("2")
    first.flush()
    kept = desk.load_draft(DraftKey("vitals-round"))
    assert kept is not None
    assert kept.body["rows"]["p1"]["texts"] == {"temperature": "368", "pulse": "84", "respiration": "2"}
    first.closed = True
    second = open_round()
    assert second.model.drafts["p1"].texts["pulse"] == "84"
    second.model.clear(0, second.model.column(FIRST + 2))  # type: ignore[arg-type]
    second.record()
    assert values(desk) == {"8310-5": 36.8, "8867-4": 84}
    assert desk.load_draft(DraftKey("vitals-round")) is None


def test_news_from_elsewhere_neither_moves_the_rows_nor_touches_what_is_typed(
    page: VitalsPage, desk: Desk
) -> None:
    enter(Hands(), "368")
    with desk.store.reader() as reader:
        gone = {**reader.get("Encounter", "s2"), "status": "finished"}
    put(desk, gone)
    page.refresh()
    assert [r.patient for r in page.model.rows()] == ["p1", "p2", "p3"]
    assert page.bar.text() == "1 new or changed"
    assert page.model.drafts["p1"].texts == {"temperature": "368"}
    page.renew()
    assert [r.patient for r in page.model.rows()] == ["p1", "p3"]
    assert page.model.drafts["p1"].texts == {"temperature": "368"}


def test_the_score_stands_beside_what_is_typed_and_says_what_is_missing(page: VitalsPage) -> None:
    enter(Hands(), "385", "115", "22")
    assert page.model.data(page.model.index(0, SCORE)) == "≥5"
    assert "NEWS2 at least 5" in page.due.text()
    assert "Oxygen saturation" in page.due.text()
    page.grid.go("p3")
    assert "not made for children" in page.due.text()


def test_another_time_of_the_round_is_where_the_values_are_recorded(page: VitalsPage, desk: Desk) -> None:
    page.head.time.setText("600")
    page.head.time.editingFinished.emit()
    assert page.head.column.text() == "column 06:00 of the chart"
    page.grid.setFocus()
    enter(Hands(), "368")
    page.record()
    assert stored(desk)["8310-5"]["effectiveDateTime"].startswith("2026-03-17T06:00")
    page.head.time.setText("2300")
    page.head.time.editingFinished.emit()
    assert "future" in page.message.text()


def test_f6_opens_the_temperature_chart_of_the_patient_in_focus(page: VitalsPage) -> None:
    hands = Hands()
    hands.press(Key.Key_Down)
    hands.press(Key.Key_F6)
    shell = page.window()
    assert isinstance(shell, Shell)
    assert shell.frame is not None
    opened = shell.frame.workspace.front_page()
    assert isinstance(opened, TemperatureChartPage)
    assert opened.patient is not None
    assert opened.patient.id == "p2"


def test_columns_appear_when_they_are_due_and_all_of_them_on_a_key(page: VitalsPage) -> None:
    def shown() -> set[str]:
        return {
            column.id
            for n in range(FIRST, SCORE)
            if (column := page.model.column(n)) is not None and not page.grid.isColumnHidden(n)
        }

    assert "weight" not in shown()
    Hands().press(Key.Key_D, Qt.KeyboardModifier.AltModifier)
    assert {"weight", "stool", "intake", "output", "urine", "height"} <= shown()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_everything_has_a_name_and_can_be_hit(open_round: Callable[..., VitalsPage], language: str) -> None:
    page = open_round(language)
    assert nameless(page) == []
    assert too_small(page) == []

"""The temperature chart on the screen: pages, the table, measuring, correcting, operations and the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import nameless, too_small
from tests.ui.app_kit import Hands
from tests.ui.pages import bedside_kit
from tests.ui.pages.test_vitals_page import enter, values
from tests.workstation.vitals.bedside import MakeDesk, at, chart, furnish, record
from ui.pages.temperature_chart import TemperatureChartPage
from ui.pages.temperature_parts.canvas import NARROWEST
from ui.pages.temperature_parts.sheets import CorrectSheet, EventSheet
from ui.shell import Shell
from workstation.chart.temperature import EventKind
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.printing.drawing import Line, Ring, Words

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    made = make_desk("nurse")
    furnish(made)
    return made


@pytest.fixture
def open_page(app: QApplication, desk: Desk, qtbot: QtBot) -> Iterator[Callable[..., TemperatureChartPage]]:
    """Open the chart of the first patient."""
    made: list[Shell] = []

    def make(language: str = "en", user: str = "nurse") -> TemperatureChartPage:
        shell = bedside_kit.window(desk, app, user, language, page="")
        made.append(shell)
        qtbot.waitUntil(shell.isActiveWindow)
        return bedside_kit.open_chart(shell)

    yield make
    for shell in made:
        shell.close()
        shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def sheet(page: TemperatureChartPage, kind: type) -> CorrectSheet | EventSheet:
    found = [each for each in page.window().findChildren(kind) if each.isVisible()]
    assert len(found) == 1
    return found[0]  # type: ignore[no-any-return]


def test_the_screen_draws_the_same_shapes_as_the_paper(
    open_page: Callable[..., TemperatureChartPage], desk: Desk
) -> None:
    record(desk, temperature="38.6", pulse="96")
    drawn = open_page("zh_CN").canvas.drawing
    assert drawn is not None
    kinds = {type(shape) for shape in drawn.shapes}
    assert {Line, Ring, Words} <= kinds
    upright = [
        s for s in drawn.shapes if isinstance(s, Words) and s.text in "入院十时二十分" and s.ink == "red"
    ]
    assert "".join(s.text for s in upright) == "入院十时二十分"


def test_the_page_is_never_smaller_than_its_text_can_be_read(
    open_page: Callable[..., TemperatureChartPage],
) -> None:
    page = open_page()
    page.window().resize(1024, 600)
    assert page.canvas.drawing is not None
    assert page.canvas.width() >= round(page.canvas.drawing.width * NARROWEST) - 1


def test_pages_are_turned_by_key_and_say_which_of_how_many(
    open_page: Callable[..., TemperatureChartPage], desk: Desk, clock: FixedClock
) -> None:
    bedside_kit.story(desk, clock)
    page = open_page()
    assert page.place.text() == "Page 2 of 2"
    assert not page.later.isEnabled()
    page.canvas.setFocus()
    Hands().press(Key.Key_Left, ALT)
    assert page.place.text() == "Page 1 of 2"
    assert not page.earlier.isEnabled()
    assert "from 2026-03-15 to 2026-03-21" in page.canvas.accessibleDescription()


def test_the_table_has_every_value_for_the_keyboard(
    open_page: Callable[..., TemperatureChartPage], desk: Desk
) -> None:
    record(desk, at(17, 6), temperature="36.8", pulse="80", systolic="130", diastolic="80")
    record(desk, at(17, 8), temperature="37.2", stool="1/e")
    page = open_page()
    hands = Hands()
    page.canvas.setFocus()
    hands.press(Key.Key_T, ALT)
    model = page.pane.table.rows_model
    assert [model.sentence(row) for row in model.rows()] == [
        "17-Mar-2026 08:00, 37.2 ax., Stools 1/E, 陈洁",
        "17-Mar-2026 06:00, 36.8 ax., 80, 130/80, 陈洁",
    ]
    assert page.pane.table.hasFocus()


def test_one_patient_is_measured_from_the_chart_in_twenty_keys(
    open_page: Callable[..., TemperatureChartPage], desk: Desk
) -> None:
    page = open_page()
    page.canvas.setFocus()
    hands = Hands()
    hands.press(Key.Key_V, ALT)
    enter(hands, "368", "84", "20", "15294", "98")
    assert hands.count <= 20
    assert values(desk) == {"8310-5": 36.8, "8867-4": 84, "9279-1": 20, "59408-5": 98}
    assert not page.entry.isVisible()
    assert not page.dirty
    assert page.canvas.drawing is not None


def test_a_wrong_value_is_corrected_with_its_reason_and_stays_in_the_table(
    open_page: Callable[..., TemperatureChartPage], desk: Desk
) -> None:
    record(desk, temperature="38.6")
    page = open_page()
    page.canvas.setFocus()
    hands = Hands()
    hands.press(Key.Key_C, ALT)
    hands.press(Key.Key_Return)
    form = sheet(page, CorrectSheet)
    assert form.value.hasFocus()
    hands.write("36.8")
    hands.press(Key.Key_Return)
    hands.press(Key.Key_F12)
    assert form.isVisible()
    assert "reason" in form.error.text()
    form.reason.setFocus()
    hands.write("wrong bed")
    hands.press(Key.Key_F12)
    assert [str(t.value) for t in chart(desk).temperatures] == ["36.8"]
    row = page.pane.table.rows_model.row_at(0)
    assert row is not None
    assert row.struck == ("Temperature 38.6 (wrong bed)",)


def test_an_unusual_correction_is_typed_twice(
    open_page: Callable[..., TemperatureChartPage], desk: Desk
) -> None:
    record(desk, temperature="38.6")
    page = open_page()
    page.toggle()
    page.pane.table.select_first()
    page.correct()
    form = sheet(page, CorrectSheet)
    form.value.setText("33.2")
    form.reason.setText("录错")
    form._accept()
    assert "very unusual" in form.error.text()
    form._accept()
    assert [str(t.value) for t in chart(desk).temperatures] == ["33.2"]


def test_an_operation_is_noted_and_taken_back(
    open_page: Callable[..., TemperatureChartPage], desk: Desk
) -> None:
    page = open_page()
    page.note_event()
    form = sheet(page, EventSheet)
    form.time.setText("0800")
    form._accept()
    assert [e.kind for e in chart(desk).events] == [EventKind.ADMISSION, EventKind.SURGERY]
    page.note_event()
    again = sheet(page, EventSheet)
    again.kind.setCurrentIndex(2)
    assert not again.time.isVisible()
    again._accept()
    assert "reason" in again.error.text()
    again.reason.setText("看错人")
    again._accept()
    assert [e.kind for e in chart(desk).events] == [EventKind.ADMISSION]


def test_who_may_not_record_only_looks(open_page: Callable[..., TemperatureChartPage]) -> None:
    page = open_page(user="pharm")
    offered = {action.id for action in page.page_actions()}
    assert "temperature-chart.table" in offered
    assert not offered & {"vitals.enter", "temperature-chart.correct", "temperature-chart.event"}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_everything_has_a_name_and_can_be_hit(
    open_page: Callable[..., TemperatureChartPage], desk: Desk, language: str
) -> None:
    record(desk, temperature="38.6")
    page = open_page(language)
    page.measure()
    assert nameless(page) == []
    assert too_small(page) == []

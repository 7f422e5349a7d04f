"""A consultation on a small screen: the five lines of a sheet and the empty one are in sight beside their alerts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages import outpatient_kit as kit
from ui.pages.line_editor.cells import Cell
from ui.pages.outpatient import OutpatientPage
from ui.pages.prescription.options import DRAFT_KIND, RxOptions, to_body
from ui.theme import density_for, theme
from workstation.core.drafts import DraftKey
from workstation.core.settings import DENSITY, LANGUAGE
from workstation.desk import Desk
from workstation.emr.model import AddDiagnosis
from workstation.medication.model import SkinTest, SkinTestState
from workstation.prescribing.model import DraftLine

LEAST_ROWS = 6
TESTED = SkinTest(SkinTestState.NEGATIVE, lot="2407A", at="2026-03-17T08:40:00+08:00")
LINES = (
    ("0.9%氯化钠注射液", "100", "ml", "ivgtt", "bid", 1, None),
    ("注射用青霉素钠", "160", "万U", "ivgtt", "bid", 1, TESTED),
    ("盐酸氨溴索片", "30", "mg", "po", "tid", 0, None),
    ("苯磺酸氨氯地平片", "5", "mg", "po", "qd", 0, None),
    ("盐酸二甲双胍片", "0.5", "g", "po", "bid", 0, None),
)


def bottom(page: OutpatientPage, row: int) -> int:
    grid = page.rx.grid
    return grid.visualRect(grid.model().index(row, Cell.DRUG)).bottom()


def write(desk: Desk, count: int) -> None:
    drugs = {drug.name_zh: drug.id for drug in desk.knowledge.drugs}
    lines = tuple(
        DraftLine(drugs[name], dose, unit, route, often, 3, group=group, skin_test=test, key=f"rx-{n}")
        for n, (name, dose, unit, route, often, group, test) in enumerate(LINES[:count], 1)
    )
    desk.save_draft(DraftKey(DRAFT_KIND, "p1", "v1"), to_body(lines, RxOptions()))


@pytest.fixture
def small_screen(
    qapp: QApplication, open_page: kit.Open, make_desk: Callable[..., Desk], qtbot: QtBot
) -> Callable[..., OutpatientPage]:
    """A rich patient's visit with some lines, one of them stopped by an allergy, as a low screen starts."""

    def opened(language: str, count: int = len(LINES)) -> OutpatientPage:
        desk = make_desk("doc", f"desk-{count}")
        kit.furnish(desk, "return", rich=True)
        desk.do("emr.add-diagnosis", AddDiagnosis("p1", "v1", "J18.9", primary=True))
        desk.set_setting(DENSITY, density_for(768))
        write(desk, count)
        page = open_page(desk)
        page.window().change(LANGUAGE, language)
        page = page.window().findChildren(OutpatientPage)[-1]
        qtbot.waitUntil(lambda: page.rx.live.current and bool(page.rx.strip.cards()))
        qapp.processEvents()
        return page

    return opened


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_six_rows_are_in_sight_with_the_heaviest_alert(
    small_screen: Callable[[str], OutpatientPage], language: str, qtbot: QtBot
) -> None:
    page = small_screen(language)
    grid, strip = page.rx.grid, page.rx.strip
    assert theme().density == "compact"
    assert any(card.alert.tier == 1 and card.isVisible() for card in strip.cards())
    qtbot.waitUntil(lambda: 0 < bottom(page, len(LINES)) <= grid.viewport().height())
    assert grid.visualRect(grid.model().index(0, Cell.DRUG)).top() == 0
    assert grid.model().rowCount() == LEAST_ROWS


def test_a_short_prescription_leaves_the_note_its_room(
    small_screen: Callable[..., OutpatientPage], qtbot: QtBot
) -> None:
    page = small_screen("en", 2)
    board, note = page.board, page.regions[1]
    assert note.height() == pytest.approx(board.height() * board.TOP, abs=6)


def test_a_long_prescription_leaves_the_note_its_least(
    small_screen: Callable[..., OutpatientPage], qtbot: QtBot
) -> None:
    page = small_screen("en")
    for _copy in range(4):
        page.rx.model.change((*page.rx.model.lines, *page.rx.model.lines))
    board, note = page.board, page.regions[1]
    qtbot.waitUntil(lambda: note.height() < board.height() * board.TOP - 20)
    assert note.height() >= board.height() * board.LEAST_TOP - 6

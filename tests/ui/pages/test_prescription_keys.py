"""Writing a prescription by keyboard: every key of the contract, typed into the widgets, on a real desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages.prescription_kit import Bench
from tests.workstation.prescribing.room import diagnosis, furnish, patient, weight
from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.editors import DoseCell, SkinTestCell
from ui.pages.line_editor.search_cells import RegimenCell, SearchCell
from ui.theme import theme
from workstation.core.i18n import set_language
from workstation.desk import Desk
from workstation.medication.model import SkinTestState


@pytest.fixture
def open_bench(
    make_desk: Callable[..., Desk], qapp: QApplication, qtbot: QtBot
) -> Iterator[Callable[..., Bench]]:
    theme().apply(qapp, "light", "compact", 100)
    set_language("zh_CN")

    def make(**given: object) -> Bench:
        given.setdefault("diagnoses", [diagnosis("J18.9", "肺炎")])
        bench = Bench(furnish(make_desk(), **given))
        qtbot.addWidget(bench)
        bench.open()
        return bench

    return make


@pytest.fixture
def bench(open_bench: Callable[..., Bench]) -> Bench:
    return open_bench()


def texts(bench: Bench, number: int) -> list[str]:
    return bench.row(number)[:6]


def test_amoxicillin_takes_six_keys_and_the_next_drug_waits_for_letters(bench):
    assert bench.type("amxl{Return}1") == 6
    assert texts(bench, 0) == [
        "阿莫西林胶囊  0.25 g × 24 粒",
        "0.5 g",
        "口服",
        "每日 3 次",
        "3",
        "1 盒 (24 粒, 用 18)",
    ]
    editor = QApplication.focusWidget()
    assert isinstance(editor, SearchCell)
    assert bench.panel.grid.editing.row == 1


def test_a_favourite_line_takes_at_most_eight_keys(bench):
    room = bench.room
    room.sign(room.line("盐酸氨溴索片", "30 mg po", "bid", 4))
    keys = bench.type("axs{Return}1")
    assert keys <= 8
    assert texts(bench, 0)[1:5] == ["30 mg", "口服", "每日 2 次", "4"]


def test_enter_before_the_list_has_caught_up_picks_from_the_list_that_belongs_to_the_text(bench):
    from PySide6.QtTest import QTest

    target = QApplication.focusWidget()
    QTest.keyClicks(target, "amxl")
    QTest.keyClick(target, Qt.Key.Key_Return)
    assert isinstance(QApplication.focusWidget(), RegimenCell)
    assert texts(bench, 0)[0].startswith("阿莫西林胶囊")


def test_every_price_in_the_list_of_drugs_has_two_places(bench):
    bench.type("a")
    choices = QApplication.focusWidget().choice_list.choices
    assert choices
    for choice in choices:
        assert re.search(r"¥[\d,]+\.\d\d(?!\d)", choice.detail), choice.detail


def test_the_box_never_completes_by_itself(bench):
    bench.type("amx")
    assert QApplication.focusWidget().text() == "amx"


def test_a_high_alert_drug_is_never_highlighted_by_itself(bench):
    bench.type("hfl")
    editor = QApplication.focusWidget()
    assert editor.choice_list.isVisible()
    assert editor.highlighted() is None
    bench.type("{Return}")
    assert bench.panel.model.lines == ()
    bench.type("1")
    assert texts(bench, 0)[0].startswith("华法林钠片")


def test_a_leading_digit_is_text_and_finds_saline(bench):
    bench.type("0.9")
    editor = QApplication.focusWidget()
    assert editor.text() == "0.9"
    assert any("0.9%" in choice.title for choice in editor.choice_list.choices)


def test_no_dose_is_set_without_a_pick(bench):
    bench.type("amxl{Return}{Return}")
    assert bench.panel.model.lines[0].dose == ""
    assert bench.panel.model.lines[0].frequency == ""


def test_zero_goes_field_by_field_and_aliases_are_expanded(bench):
    bench.type("amxl{Return}0")
    assert isinstance(QApplication.focusWidget(), DoseCell)
    bench.type(".5{Return}")
    bench.type("po{Return}tid")
    assert QApplication.focusWidget().choice_list.choices[0].title == "每日 3 次"
    bench.type("{Return}7{Return}{Return}")
    assert texts(bench, 0)[1:] == ["0.5 g", "口服", "每日 3 次", "7", "2 盒 (48 粒, 用 42)"]
    assert bench.panel.grid.editing.row == 1


@pytest.mark.parametrize(
    ("typed", "shown"), [("1.0", "1 g"), (".25", "0.25 g"), ("０．５", "0.5 g"), ("0.50", "0.5 g")]
)
def test_doses_are_written_the_one_safe_way(bench, typed, shown):
    bench.type("amxl{Return}0")
    editor = QApplication.focusWidget()
    editor.setText(typed)
    bench.type("{Return}")
    assert texts(bench, 0)[1] == shown


def test_another_unit_is_refused_and_changes_only_with_alt_down(bench):
    bench.type("amxl{Return}0")
    bench.type("500mg{Return}")
    editor = QApplication.focusWidget()
    assert isinstance(editor, DoseCell)
    assert editor.property("invalid")
    bench.type("{Alt+Down}2")
    assert (editor.unit, editor.text()) == ("粒", "")
    bench.type("2{Return}")
    assert texts(bench, 0)[1] == "2 粒"


def test_a_dose_by_weight_is_worked_out_shown_and_asks_once_more(open_bench):
    bench = open_bench(also=[weight(20)], patient=furnish_child())
    bench.panel.model.change([bench.room.line("布洛芬混悬液", "100 mg po", "tid", 3)])
    bench.panel.grid.editing.open(0, Cell.DOSE)
    editor = QApplication.focusWidget()
    editor.setText("10/kg")
    bench.type("{Return}")
    assert editor.text() == "200"
    assert bench.panel.model.lines[0].dose == "100"
    bench.type("{Return}")
    assert bench.panel.model.lines[0].dose == "200"


def furnish_child():
    return patient(birth="2019-03-09")


def test_an_old_weight_is_refused_not_used(open_bench):
    bench = open_bench(also=[weight(20, "2025-11-02T08:00:00+08:00")], patient=furnish_child())
    bench.panel.model.change([bench.room.line("布洛芬混悬液", "100 mg po", "tid", 3)])
    bench.panel.grid.editing.open(0, Cell.DOSE)
    editor = QApplication.focusWidget()
    editor.setText("10/kg")
    bench.type("{Return}")
    assert QApplication.focusWidget() is editor
    assert editor.property("invalid")
    bench.panel.flush()
    assert bench.panel.model.lines[0].dose == "100"


def test_escape_takes_back_the_cell_and_twice_the_row(bench):
    bench.type("amxl{Return}1{Escape}")
    bench.panel.grid.editing.open(0, Cell.DAYS)
    editor = QApplication.focusWidget()
    editor.setText("9")
    bench.type("{Escape}")
    assert bench.panel.model.lines[0].days == 3
    bench.panel.grid.editing.open(0, Cell.DAYS)
    QApplication.focusWidget().setText("5")
    bench.type("{Return}{Escape}")
    assert bench.panel.model.lines[0].days == 5
    bench.type("{Escape}")
    assert bench.panel.model.lines[0].days == 3


def test_escape_twice_takes_a_new_row_away(bench):
    bench.type("amxl{Return}0{Escape}{Escape}")
    assert bench.panel.model.lines == ()


def test_the_skin_test_cell_takes_its_result_with_lot_and_time(bench):
    bench.type("amxl{Return}1{Escape}")
    bench.panel.grid.editing.open(0, Cell.SKIN_TEST)
    assert isinstance(QApplication.focusWidget(), SkinTestCell)
    bench.type("3")
    QApplication.focusWidget().setText("2407A")
    bench.type("{Return}")
    test = bench.panel.model.lines[0].skin_test
    assert (test.state, test.lot, test.at[:16]) == (SkinTestState.NEGATIVE, "2407A", "2026-03-17T09:00")


def test_an_exemption_without_its_reason_stays_open(bench):
    bench.type("amxl{Return}1{Escape}")
    bench.panel.grid.editing.open(0, Cell.SKIN_TEST)
    bench.type("2{Return}")
    assert isinstance(QApplication.focusWidget(), SkinTestCell)
    assert bench.panel.model.lines[0].skin_test is None


def test_a_positive_test_asks_for_the_allergy_to_be_recorded(bench):
    heard = []
    bench.panel.allergy_found.connect(heard.append)
    bench.type("amxl{Return}1{Escape}")
    bench.panel.grid.editing.open(0, Cell.SKIN_TEST)
    bench.type("4{Return}")
    assert heard == [bench.room.drug("阿莫西林胶囊")]


def three_lines(bench):
    room = bench.room
    bench.panel.model.change(
        [
            room.line("0.9%氯化钠注射液", "100 ml ivgtt", "qd", 3),
            room.line("注射用泮托拉唑钠", "40 mg ivgtt", "bid", 5),
            room.line("盐酸氨溴索片", "30 mg po", "tid", 5),
        ]
    )
    bench.panel.grid.editing.close(keep=False)
    bench.panel.grid.setFocus()
    bench.panel.grid.setCurrentIndex(bench.panel.model.index(1, Cell.DRUG))


def names(bench):
    return [bench.panel.model.words.drug(line).name_zh for line in bench.panel.model.lines]


def test_ctrl_g_groups_with_the_line_above_and_shares_route_and_frequency(bench):
    three_lines(bench)
    bench.type("{Control+G}")
    first, second, third = bench.panel.model.lines
    assert first.group == second.group != 0
    assert third.group == 0
    assert (second.route, second.frequency, second.days) == ("ivgtt", "qd", 3)
    assert [bench.panel.model.group_mark(row) for row in range(3)] == ["┌", "└", ""]
    assert "组 1，2 之 2" in bench.panel.model.sentence(1)
    bench.type("{Control+G}")
    assert [line.group for line in bench.panel.model.lines] == [0, 0, 0]


def test_a_group_moves_whole(bench):
    three_lines(bench)
    bench.type("{Control+G}{Alt+Down}")
    assert names(bench) == ["盐酸氨溴索片", "0.9%氯化钠注射液", "注射用泮托拉唑钠"]


def test_delete_removes_and_ctrl_z_brings_back(bench):
    three_lines(bench)
    bench.type("{Delete}")
    assert names(bench) == ["0.9%氯化钠注射液", "盐酸氨溴索片"]
    bench.type("{Control+Z}")
    assert names(bench) == ["0.9%氯化钠注射液", "注射用泮托拉唑钠", "盐酸氨溴索片"]
    bench.type("{Control+Y}")
    assert names(bench) == ["0.9%氯化钠注射液", "盐酸氨溴索片"]


def test_ctrl_d_copies_a_line(bench):
    three_lines(bench)
    bench.type("{Control+D}")
    assert names(bench) == ["0.9%氯化钠注射液", "注射用泮托拉唑钠", "注射用泮托拉唑钠", "盐酸氨溴索片"]
    keys = [line.key for line in bench.panel.model.lines]
    assert len(set(keys)) == 4


def test_repeating_the_last_prescription_takes_two_keys_and_one_a_line(open_bench):
    bench = open_bench()
    room = bench.room
    room.put(
        {
            "resourceType": "Encounter",
            "id": "e0",
            "status": "finished",
            "class": {"code": "AMB"},
            "subject": {"reference": "Patient/p1"},
        },
        {**diagnosis(), "id": "c-old", "encounter": {"reference": "Encounter/e0"}},
    )
    draft = room.draft(
        room.line("盐酸氨溴索片", "30 mg po", "tid", 5), room.line("蒙脱石散", "3 g po", "tid", 3)
    )
    room.desk.do("prescribing.sign", type(draft)("p1", "e0", draft.lines))
    bench.panel.grid.editing.close(keep=False)
    bench.panel.grid.setFocus()
    bench.type("{Control+R}")
    assert [row.ticked for row in bench.panel.offers.lines.rows] == [False, False]
    bench.type("2{Return}")
    assert names(bench) == ["蒙脱石散"]


def test_typing_on_a_cell_starts_writing_there(bench):
    three_lines(bench)
    bench.panel.grid.setCurrentIndex(bench.panel.model.index(2, Cell.DAYS))
    bench.type("7{Return}")
    assert bench.panel.model.lines[2].days == 7


def test_a_drug_cell_takes_raw_letters(bench):
    editor = QApplication.focusWidget()
    assert not editor.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_another_drug_in_a_line_forgets_the_old_dose(bench):
    bench.type("amxl{Return}1")
    bench.panel.grid.editing.open(0, Cell.DRUG)
    bench.type("axs{Return}")
    line = bench.panel.model.lines[0]
    assert (line.drug, line.dose, line.frequency) == (bench.room.drug("盐酸氨溴索片"), "", "")

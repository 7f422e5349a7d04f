"""Prescription sets by keyboard: F6, initials, Enter, ticks, Enter; nothing is written that was not ticked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import nameless, too_small
from tests.ui.pages.prescription_kit import Bench
from tests.workstation.prescribing.room import diagnosis, furnish, patient, weight
from ui.pages.line_editor.search_cells import SearchCell
from ui.theme import theme
from workstation.core.i18n import set_language
from workstation.desk import Desk
from workstation.medication.judging import CheckState
from workstation.prescribing.model import PrescriptionKind


@pytest.fixture
def open_bench(
    make_desk: Callable[..., Desk], qapp: QApplication, qtbot: QtBot
) -> Iterator[Callable[..., Bench]]:
    theme().apply(qapp, "light", "compact", 100)
    set_language("zh_CN")

    def make(**given: object) -> Bench:
        bench = Bench(furnish(make_desk(), **given), (1088, 700))
        qtbot.addWidget(bench)
        bench.open()
        return bench

    return make


@pytest.fixture
def bench(open_bench: Callable[..., Bench]) -> Bench:
    return open_bench(diagnoses=[diagnosis("J06.9", "急性上呼吸道感染")])


def drugs(bench: Bench) -> list[str]:
    lines = bench.panel.model.lines
    return [bench.room.desk.knowledge.drugs.get(line.drug).name_zh for line in lines]


def shown(bench: Bench) -> list[str]:
    return [choice.title for choice in bench.panel.offers.sets.field.choice_list.choices]


def test_f6_lists_nine_sets_at_most_with_the_one_for_the_diagnosis_first(bench):
    bench.type("{F6}")
    assert shown(bench)[0] == "急性上呼吸道感染"
    assert len(shown(bench)) == 9
    assert bench.panel.model.lines == ()


def test_initials_enter_ticks_and_enter_write_only_what_was_ticked(bench):
    keys = bench.type("{F6}wcy{Return}")
    rows = bench.panel.offers.lines.rows
    assert [row.ticked for row in rows] == [False, False, False]
    assert bench.panel.model.lines == ()
    keys += bench.type("1{Down}{Space}{Return}")
    assert keys == 9
    assert drugs(bench) == ["口服补液盐散(III)", "蒙脱石散"]
    assert bench.row(1)[1:5] == ["3 g", "口服", "每日 3 次", "3"]
    assert isinstance(QApplication.focusWidget(), SearchCell)
    assert bench.panel.grid.editing.row == 2


def test_the_lines_of_a_set_are_checked_like_typed_ones(bench):
    bench.type("{F6}{Return}123{Return}")
    bench.settle()
    check = bench.panel.live.check
    assert len(check.lines) == 3
    assert CheckState.INCOMPLETE not in {line.state for line in check.lines}
    assert check.unanswered == ()


def test_a_digit_chooses_before_anything_is_typed(bench):
    bench.type("{F6}2")
    assert bench.panel.offers.lines.isVisible()
    bench.type("{Escape}")
    assert bench.panel.model.lines == ()


def test_enter_without_a_tick_writes_nothing(bench):
    bench.type("{F6}gxy{Return}{Return}")
    assert bench.panel.model.lines == ()
    assert bench.panel.offers.lines.isVisible()


def test_esc_gives_the_hands_back_to_the_cell_they_were_in(bench):
    before = QApplication.focusWidget()
    bench.type("{F6}{Escape}")
    assert not bench.panel.offers.sets.isVisible()
    assert QApplication.focusWidget() is before


def test_a_long_term_set_makes_an_empty_prescription_a_long_term_one_and_leaves_a_begun_one(bench):
    bench.type("{F6}gxy{Return}12{Return}")
    assert bench.panel.bench.options.kind is PrescriptionKind.LONG_TERM
    assert bench.panel.live.check.unanswered == ()
    bench.type("{F6}wy{Return}1{Return}")
    assert bench.panel.bench.options.kind is PrescriptionKind.LONG_TERM
    assert len(bench.panel.model.lines) == 3


def test_taking_a_set_is_one_step_that_can_be_undone(bench):
    bench.type("{F6}wcy{Return}12{Return}")
    bench.panel.grid.editing.close(keep=False)
    bench.panel.grid.setFocus()
    bench.type("{Control+Z}")
    assert bench.panel.model.lines == ()


def test_a_childs_dose_without_a_weight_cannot_be_ticked(open_bench):
    child = {"patient": patient("2021-03-09"), "diagnoses": [diagnosis("R50.9", "发热")]}
    bench = open_bench(**child)
    bench.type("{F6}{Return}1{Return}")
    assert bench.panel.model.lines == ()
    assert "请先测量体重" in bench.panel.offers.lines.rows[0].accessibleName()


def test_a_childs_dose_is_written_for_its_weight(open_bench):
    bench = open_bench(
        patient=patient("2021-03-09"), diagnoses=[diagnosis("R50.9", "发热")], also=[weight(18)]
    )
    bench.type("{F6}{Return}1{Return}")
    assert bench.row(0)[1] == "7 mL"
    assert bench.panel.live.check.unanswered == ()


def test_both_sheets_have_names_for_everything_and_say_that_nobody_confirmed_the_set(bench):
    bench.type("{F6}")
    assert nameless(bench) == []
    assert too_small(bench.panel.offers.sets) == []
    bench.type("gxy{Return}")
    sheet = bench.panel.offers.lines
    assert nameless(sheet) == []
    assert too_small(sheet) == []
    names = [child.accessibleName() for child in sheet.card.children() if hasattr(child, "accessibleName")]
    assert "须本院药师确认" in names

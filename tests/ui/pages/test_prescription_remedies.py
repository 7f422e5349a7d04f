"""Every alert card carries a way to deal with it, by button and by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.pages.prescription_kit import Bench
from tests.workstation.prescribing.room import diagnosis, furnish
from ui.pages.line_editor.cells import Cell
from ui.pages.line_editor.editors import SkinTestCell
from ui.pages.line_editor.remedies import choices_for
from ui.theme import theme
from workstation.core.i18n import set_language
from workstation.desk import Desk
from workstation.medication.model import SkinTestState
from workstation.rules.alerts import Alert, Tier
from workstation.terminology.knowledge import load

ALT = Qt.KeyboardModifier.AltModifier
RULES = [rule for rule in load().rules.values() if rule.tier <= Tier.CAUTION]


@pytest.fixture
def bench(make_desk: Callable[..., Desk], qapp: QApplication, qtbot: QtBot) -> Iterator[Bench]:
    theme().apply(qapp, "light", "compact", 100)
    set_language("en")
    made = Bench(furnish(make_desk(), diagnoses=[diagnosis("J18.9", "肺炎")]))
    qtbot.addWidget(made)
    made.open()
    return made


def alert(rule: str, tier: Tier, *lines: str) -> Alert:
    return Alert(
        rule, tier, lines, "标题", "title", "文", "text", "", "", "rules", "1", overridable=tier > Tier.STOP
    )


@pytest.mark.parametrize("tier", [Tier.STOP, Tier.WARNING, Tier.CAUTION])
def test_no_alert_about_a_line_is_without_a_button(bench: Bench, tier: Tier) -> None:
    for rule in RULES:
        found = choices_for(bench.panel.bench, alert(rule.id, tier, "rx-1"), first=False, roomy=False)
        assert found, rule.id


def test_a_caution_opens_the_cell_whose_change_answers_it(bench: Bench) -> None:
    bench.type("axs{Return}1")
    key = bench.panel.model.lines[0].key
    for rule, words, cell in (
        ("REN-14", "Change the dose", Cell.DOSE),
        ("IV-02", "Change the route", Cell.ROUTE),
        ("CTRL-04", "Change the days", Cell.DAYS),
        ("DDI", "Choose another drug", Cell.DRUG),
    ):
        (choice,) = choices_for(bench.panel.bench, alert(rule, Tier.CAUTION, key), False, False)
        assert choice.text == words
        choice.run()
        editing = bench.panel.grid.editing
        assert (editing.row, editing.place) == (0, cell)
        editing.close(keep=False)


def test_a_double_line_is_removed_and_comes_back_with_undo(bench: Bench) -> None:
    bench.type("axs{Return}1")
    key = bench.panel.model.lines[0].key
    (choice,) = choices_for(bench.panel.bench, alert("DUP-01", Tier.CAUTION, key), False, False)
    assert choice.text == "Remove line 1"
    choice.run()
    assert not bench.panel.model.lines
    bench.panel.model.undo()
    assert [line.key for line in bench.panel.model.lines] == [key]


def test_the_skin_test_is_ordered_and_entered_by_key_as_the_buttons_say(bench: Bench) -> None:
    bench.type("amxl{Return}1")
    shown = [b.text() for card in bench.panel.strip.cards() for b in card.buttons()]
    assert {"Order the skin test  Alt+S", "Enter the result  Alt+E"} <= set(shown)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, ALT)
    bench.settle()
    assert bench.panel.model.lines[0].skin_test.state is SkinTestState.REQUIRED
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_E, ALT)
    assert isinstance(QApplication.focusWidget(), SkinTestCell)


def test_what_could_not_be_checked_leads_to_its_line(bench: Bench) -> None:
    bench.type("axs{Return}1")
    gaps = [card for card in bench.panel.strip.cards() if card.alert.tier == 0 and card.alert.where]
    assert all(b.accessibleName() == "Go to the line" for card in gaps for b in card.buttons())
    assert all(card.buttons() for card in gaps)

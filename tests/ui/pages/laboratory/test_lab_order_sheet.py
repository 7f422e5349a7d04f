"""F4 orders: a panel in four keys, a set by one digit, a repeat only when it is meant, and undo takes it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.accessibility import nameless, too_small
from tests.ui.pages import laboratory_kit as kit
from tests.ui.pages.laboratory_kit import ABOUT, OUT, press, write
from tests.workstation.laboratory.bench import Bench
from ui.pages.laboratory_parts.order_sheet import OrderSheet
from ui.pages.laboratory_parts.strip import LabStrip
from ui.shell import Shell

Key = Qt.Key


class Typist:
    """Somebody whose hands stay on the keys: every key goes where the focus is."""

    def __init__(self, shell: Shell, lab: Bench) -> None:
        self.shell, self.lab, self.keys = shell, lab, 0

    @property
    def sheet(self) -> OrderSheet:
        (found,) = [s for s in self.shell.findChildren(OrderSheet) if s.isVisible()]
        return found

    @property
    def open(self) -> bool:
        return any(s.isVisible() for s in self.shell.findChildren(OrderSheet))

    def key(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.keys += 1
            press(key)
            QTest.qWait(1)
            QApplication.processEvents()

    def type(self, text: str) -> None:
        self.keys += len(text)
        write(text)
        QTest.qWait(60)
        QApplication.processEvents()

    def ordered(self) -> dict[str, tuple[str, str]]:
        """What stands on the desk: (status, priority) of each order by its code."""
        return {
            r["code"]["coding"][0]["code"]: (r["status"], r.get("priority", ""))
            for r in self.lab.find("ServiceRequest")
        }

    def picked(self) -> list[str]:
        return [row.code for row in self.sheet.table.rows_model.rows()]


@pytest.fixture
def hands(open_window: Callable[..., Shell], lab: Bench) -> Callable[..., Typist]:
    def make(about: object = ABOUT, page: str = "results", user: str = "doc") -> Typist:
        shell = open_window(user)
        shell.open_chart(about, page)  # type: ignore[arg-type]
        QApplication.processEvents()
        return Typist(shell, lab)

    return make


def test_a_panel_is_ordered_by_four_keys_after_f4(hands: Callable[..., Typist]) -> None:
    me = hands()
    me.key(Key.Key_F4)
    me.keys = 0
    me.type("xc")
    me.key(Key.Key_Return, Key.Key_Return)
    assert me.keys == 4
    assert not me.open
    assert me.ordered() == {"CBC": ("active", "routine")}


def test_the_same_four_keys_order_at_a_visit_and_its_strip_says_so(
    hands: Callable[..., Typist], qtbot: QtBot
) -> None:
    me = hands(OUT, "outpatient")
    me.key(Key.Key_F4)
    me.type("xc")
    me.key(Key.Key_Return, Key.Key_Return)
    assert me.ordered() == {"CBC": ("active", "routine")}
    (strip,) = me.shell.findChildren(LabStrip)
    qtbot.waitUntil(lambda: bool(strip.rows))
    assert strip.summary() == "Complete blood count with differential Requested"
    qtbot.waitUntil(strip.chip.isVisible)
    assert strip.chip.text() == "Requested 1"


def test_a_set_is_one_digit_and_then_enter(hands: Callable[..., Typist]) -> None:
    me = hands()
    me.key(Key.Key_F4)
    me.keys = 0
    me.key(Key.Key_1)
    QTest.qWait(60)
    assert len(me.picked()) > 2
    codes = me.picked()
    me.key(Key.Key_Return)
    assert me.keys == 2
    assert set(me.ordered()) == set(codes)
    numbers = {r["requisition"]["value"] for r in me.lab.find("ServiceRequest")}
    assert len(numbers) == 1


def test_enter_never_picks_a_set_that_is_still_listed_for_an_older_text(hands: Callable[..., Typist]) -> None:
    me = hands()
    me.key(Key.Key_F4)
    QTest.keyClicks(QApplication.focusWidget(), "xc")
    press(Key.Key_Return)
    QTest.qWait(80)
    assert me.picked() in ([], ["CBC"])


def test_exclamation_marks_go_through_how_soon_it_is_wanted(hands: Callable[..., Typist]) -> None:
    me = hands()
    me.key(Key.Key_F4)
    me.type("!")
    assert me.sheet.priority() == "urgent"
    me.type("!")
    assert me.sheet.priority() == "stat"
    me.type("!!")
    me.type("xc")
    me.key(Key.Key_Return, Key.Key_Return)
    assert me.ordered() == {"CBC": ("active", "urgent")}


def test_backspace_in_the_empty_box_takes_the_last_one_out_and_esc_orders_nothing(
    hands: Callable[..., Typist],
) -> None:
    me = hands()
    me.key(Key.Key_F4)
    for text in ("xc", "gn"):
        me.type(text)
        me.key(Key.Key_Return)
    before = me.picked()
    assert len(before) == 2
    me.key(Key.Key_Backspace)
    assert me.picked() == before[:1]
    me.key(Key.Key_Escape)
    assert not me.open
    assert me.ordered() == {}


def test_nothing_picked_is_said_and_nothing_ordered(hands: Callable[..., Typist]) -> None:
    me = hands()
    me.key(Key.Key_F4, Key.Key_Return)
    assert me.sheet.message.text() == "Type a test first, or take a set by its digit."


def test_a_repeat_is_named_and_wants_one_more_enter(hands: Callable[..., Typist], lab: Bench) -> None:
    lab.taken("CBC")
    me = hands()
    me.key(Key.Key_F4)
    me.type("xc")
    me.key(Key.Key_Return, Key.Key_Return)
    assert me.open
    assert "not reported yet" in me.sheet.message.text()
    assert me.sheet.send.accessibleName() == "Order again for 欧阳建国"
    assert len(lab.find("ServiceRequest")) == 1
    me.key(Key.Key_Return)
    assert not me.open
    assert len(lab.find("ServiceRequest")) == 2


def test_undo_takes_everything_back_that_was_ordered_at_once(hands: Callable[..., Typist]) -> None:
    me = hands()
    me.key(Key.Key_F4)
    me.type("xc")
    me.key(Key.Key_Return)
    me.type("gn")
    me.key(Key.Key_Return, Key.Key_Return)
    assert {state for state, _priority in me.ordered().values()} == {"active"}
    me.shell.ctx.notices.undo_last()
    assert {state for state, _priority in me.ordered().values()} == {"revoked"}


def test_a_nurse_is_not_offered_to_order(hands: Callable[..., Typist]) -> None:
    me = hands(user="nurse")
    me.shell.ctx.actions.trigger("lab.order")
    assert not me.open


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_box_can_be_used_without_eyes(
    open_window: Callable[..., Shell], lab: Bench, language: str
) -> None:
    shell = open_window("doc", language)
    shell.open_chart(ABOUT, "results")
    me = Typist(shell, lab)
    me.key(Key.Key_F4)
    me.type("xc")
    me.key(Key.Key_Return)
    assert nameless(me.sheet) == []
    assert too_small(me.sheet) == []
    assert kit.badges(shell) == []

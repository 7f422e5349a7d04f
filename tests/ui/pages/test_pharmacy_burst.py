"""Scanner or hand: told apart by numbers, and in fields and lists by keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.burst import Burst, Verdict
from ui.widgets.wedge import Wedge

CODE = "89900510000000000001"


def verdict(text: str, gap: float, end_gap: float | None = None) -> Verdict:
    burst, at = Burst(), 1000.0
    for char in text:
        at += gap
        burst.character(char, at)
    return burst.end(at + (gap if end_gap is None else end_gap))


@pytest.mark.parametrize(
    ("text", "gap", "end_gap", "expected"),
    [
        (CODE, 4, None, Verdict.SCAN),
        (CODE, 30, None, Verdict.SCAN),
        ("2407A", 8, None, Verdict.SCAN),
        (CODE, 60, None, Verdict.HAND),
        ("oyjg", 20, None, Verdict.HAND),
        (CODE, 4, 300, Verdict.HAND),
        ("0000000000", 30, None, Verdict.HAND),
        ("", 4, None, Verdict.HAND),
    ],
)
def test_only_a_long_quick_burst_that_ends_at_once_is_a_scan(text, gap, end_gap, expected):
    assert verdict(text, gap, end_gap) is expected


def test_what_a_hand_typed_before_is_not_part_of_the_scan():
    burst = Burst()
    burst.character("x", 1000)
    for n, char in enumerate(CODE):
        burst.character(char, 1200 + 4 * n)
    assert burst.end(1200 + 4 * len(CODE)) is Verdict.SCAN
    assert burst.clear() == CODE


class Screen(QWidget):
    """A page with every kind of thing that can have the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.field, self.text, self.list = QLineEdit(), QPlainTextEdit(), QListWidget()
        self.list.addItems(["alpha", "beta", "8gamma"])
        rows = QVBoxLayout(self)
        for each in (self.field, self.text, self.list):
            rows.addWidget(each)
        self.resize(QSize(400, 300))
        self.locked = False
        self.at = 1000.0
        self.codes: list[str] = []
        self.wedge = Wedge(self, lambda: not self.locked)
        self.wedge.now_ms = lambda: self.at
        self.wedge.scanned.connect(self.codes.append)

    def keys(self, widget: QWidget, text: str, gap: float) -> None:
        widget.setFocus()
        self.at += 1000
        for char in text:
            self.at += gap
            QTest.keyClicks(widget, char)

    def scan(self, widget: QWidget, code: str = CODE) -> None:
        self.keys(widget, code, 4)
        self.at += 4
        QTest.keyClick(widget, Qt.Key.Key_Return)


@pytest.fixture
def screen(qtbot: QtBot) -> Iterator[Screen]:
    made = Screen()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.wedge.watch()
    yield made
    made.wedge.rest()


def test_a_scan_into_a_field_leaves_what_was_typed_there(screen):
    screen.keys(screen.field, "oyj", 120)
    screen.scan(screen.field)
    assert (screen.codes, screen.field.text(), screen.field.cursorPosition()) == ([CODE], "oyj", 3)
    screen.keys(screen.field, "g", 120)
    assert screen.field.text() == "oyjg"


def test_a_scan_over_a_selection_gives_the_selection_back(screen):
    screen.field.setText("abcdef")
    screen.field.setFocus()
    screen.field.setSelection(1, 3)
    screen.scan(screen.field)
    assert (screen.field.text(), screen.field.selectedText()) == ("abcdef", "bcd")


def test_a_scan_into_a_long_text_leaves_it_and_its_undo(screen):
    screen.keys(screen.text, "first", 120)
    screen.scan(screen.text)
    assert screen.text.toPlainText() == "first"
    screen.keys(screen.text, " next", 120)
    assert screen.text.toPlainText() == "first next"


def test_a_scan_over_a_list_moves_nothing(screen):
    screen.list.setFocus()
    screen.list.setCurrentRow(0)
    screen.scan(screen.list)
    assert (screen.codes, screen.list.currentRow()) == ([CODE], 0)


def test_a_hand_in_a_list_still_finds_by_letters(screen, qtbot):
    screen.list.setCurrentRow(0)
    screen.keys(screen.list, "b", 120)
    qtbot.waitUntil(lambda: screen.list.currentRow() == 1)
    assert screen.codes == []


def test_a_hand_that_types_digits_and_enter_is_not_a_scan(screen):
    entered: list[str] = []
    screen.field.returnPressed.connect(lambda: entered.append(screen.field.text()))
    screen.keys(screen.field, "12345678", 90)
    screen.at += 90
    QTest.keyClick(screen.field, Qt.Key.Key_Return)
    assert (screen.codes, entered) == ([], ["12345678"])


def test_while_locked_keys_go_where_they_are_meant_to(screen):
    screen.locked = True
    screen.scan(screen.field)
    assert (screen.codes, screen.field.text()) == ([], CODE)


def test_out_of_sight_nothing_is_taken(screen):
    screen.wedge.rest()
    screen.scan(screen.field)
    assert (screen.codes, screen.field.text()) == ([], CODE)


def test_two_scans_in_a_row_are_two(screen):
    screen.scan(screen.list)
    screen.scan(screen.list, "2407A")
    assert screen.codes == [CODE, "2407A"]


def test_a_command_key_in_between_is_not_swallowed(screen):
    screen.keys(screen.field, "8990051", 4)
    QTest.keyClick(screen.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    screen.at += 4
    QTest.keyClick(screen.field, Qt.Key.Key_Return)
    assert (screen.codes, screen.field.selectedText()) == ([], "8990051")

"""Code entry: raw letters, at most nine rows, nothing picked that the user did not pick."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.code_search import Choice, CodeLineEdit, Deliver

DRUGS = {
    "amxl": [Choice("1", "阿莫西林胶囊", "0.25 g"), Choice("2", "阿莫西林颗粒", "0.125 g")],
    "abt": [
        Choice("3", "阿糖胞苷", look_alike=True),
        Choice("4", "阿糖腺苷", look_alike=True),
    ],
    "a": [Choice(str(n), f"药{n}") for n in range(9)],
}


class Field:
    """A code field in a window, with the answers held back when told so."""

    def __init__(self) -> None:
        self.window = QWidget()
        self.hold = False
        self.held: list[tuple[str, Deliver]] = []
        self.picked: list[Choice] = []
        rows = QVBoxLayout(self.window)
        self.edit = CodeLineEdit("Drug", self._provide)
        self.other = QLineEdit()
        rows.addWidget(self.edit)
        rows.addWidget(self.other)
        rows.addStretch(1)
        self.edit.picked.connect(self.picked.append)

    def _provide(self, text: str, deliver: Deliver) -> None:
        if self.hold:
            self.held.append((text, deliver))
        else:
            deliver(DRUGS.get(text, []), 40 if text == "a" else len(DRUGS.get(text, [])))

    def type(self, text: str) -> None:
        self.edit.setFocus()
        QTest.keyClicks(self.edit, text)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.edit, key)

    def listed(self) -> bool:
        return self.edit.choice_list is not None and self.edit.choice_list.isVisible()


@pytest.fixture
def field(app: QApplication, qtbot: QtBot) -> Field:
    made = Field()
    qtbot.addWidget(made.window)
    made.window.resize(600, 500)
    with qtbot.waitActive(made.window):
        made.window.show()
        made.window.activateWindow()
    return made


def test_amoxicillin_takes_four_letters_and_enter(field: Field, qtbot: QtBot) -> None:
    field.type("amxl")
    qtbot.waitUntil(field.listed)
    field.key(Qt.Key.Key_Return)
    assert [choice.key for choice in field.picked] == ["1"]
    assert not field.listed()


def test_a_digit_picks_once_a_letter_is_typed(field: Field, qtbot: QtBot) -> None:
    field.type("amxl")
    qtbot.waitUntil(field.listed)
    field.key(Qt.Key.Key_2)
    assert [choice.key for choice in field.picked] == ["2"]


def test_a_leading_digit_is_text(field: Field) -> None:
    field.type("0.9")
    assert field.edit.text() == "0.9"
    assert field.picked == []


def test_look_alikes_are_never_highlighted_by_themselves(field: Field, qtbot: QtBot) -> None:
    field.type("abt")
    qtbot.waitUntil(field.listed)
    assert field.edit.highlighted() is None
    field.key(Qt.Key.Key_Return)
    assert field.picked == []
    field.key(Qt.Key.Key_Down)
    field.key(Qt.Key.Key_Return)
    assert [choice.key for choice in field.picked] == ["3"]


def test_arrows_walk_in_a_circle(field: Field, qtbot: QtBot) -> None:
    field.type("amxl")
    qtbot.waitUntil(field.listed)
    field.key(Qt.Key.Key_Up)
    assert field.edit.highlighted().key == "2"  # type: ignore[union-attr]
    field.key(Qt.Key.Key_Down)
    assert field.edit.highlighted().key == "1"  # type: ignore[union-attr]


def test_the_list_says_how_many_there_are(field: Field, qtbot: QtBot) -> None:
    field.type("a")
    qtbot.waitUntil(field.listed)
    assert field.edit.choice_list.footer() == "9/40 shown"  # type: ignore[union-attr]


def test_nothing_found_is_said(field: Field, qtbot: QtBot) -> None:
    field.type("zz")
    qtbot.waitUntil(field.listed)
    assert field.edit.choice_list.footer() == "Nothing found"  # type: ignore[union-attr]
    field.key(Qt.Key.Key_Return)
    assert field.picked == []


def test_enter_never_picks_from_a_list_older_than_the_text(field: Field, qtbot: QtBot) -> None:
    field.type("amxl")
    qtbot.waitUntil(field.listed)
    field.hold = True
    field.type("x")
    field.key(Qt.Key.Key_Return)
    assert field.picked == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_2])
def test_no_key_picks_while_the_answer_to_the_text_is_still_under_way(
    field: Field, qtbot: QtBot, key: Qt.Key
) -> None:
    field.type("amx")
    qtbot.waitUntil(field.listed)
    field.hold = True
    field.type("l")
    qtbot.waitUntil(lambda: bool(field.held))
    field.edit.choice_list.show_choices(DRUGS["a"], 9)  # type: ignore[union-attr]
    assert field.edit.highlighted() is None
    field.key(key)
    assert field.picked == []
    field.held[0][1](DRUGS["amxl"], 2)
    field.key(key)
    assert [choice.key for choice in field.picked] == ["2" if key == Qt.Key.Key_2 else "1"]


def test_a_late_answer_to_an_older_text_is_dropped(field: Field, qtbot: QtBot) -> None:
    field.hold = True
    field.type("amxl")
    qtbot.waitUntil(lambda: bool(field.held))
    field.type("x")
    field.held[0][1](DRUGS["amxl"], 2)
    assert not field.listed()


def test_escape_closes_the_list_and_keeps_the_text(field: Field, qtbot: QtBot) -> None:
    field.type("amxl")
    qtbot.waitUntil(field.listed)
    field.key(Qt.Key.Key_Escape)
    assert not field.listed()
    assert field.edit.text() == "amxl"


def test_the_list_goes_with_the_focus(field: Field, qtbot: QtBot) -> None:
    field.type("amxl")
    qtbot.waitUntil(field.listed)
    field.other.setFocus()
    assert not field.listed()


def test_the_input_method_is_off_until_control_i(field: Field) -> None:
    attribute = Qt.WidgetAttribute.WA_InputMethodEnabled
    assert not field.edit.testAttribute(attribute)
    QTest.keyClick(field.edit, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert field.edit.testAttribute(attribute)
    QTest.keyClick(field.edit, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert not field.edit.testAttribute(attribute)


def test_the_list_is_a_child_of_the_window_and_no_popup(field: Field, qtbot: QtBot) -> None:
    field.type("amxl")
    qtbot.waitUntil(field.listed)
    shown = field.edit.choice_list
    assert shown is not None
    assert not shown.isWindow()
    assert field.edit.hasFocus()


def test_a_click_picks_a_row(field: Field, qtbot: QtBot) -> None:
    field.type("amxl")
    qtbot.waitUntil(field.listed)
    field.edit.choice_list.clicked.emit(1)  # type: ignore[union-attr]
    assert [choice.key for choice in field.picked] == ["2"]

"""Keys are data without conflicts, and a key is never taken from hands that type."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.actions import Action, Actions, KeyDispatcher
from ui.keymap import Clash, load_keymap, read_keymap
from workstation.security.permissions import Actor, Permission, roles

DOCTOR = Actor("1001", "王敏", "doctor-attending")
NURSE = Actor("1002", "陈洁", "nurse")

KEYS = """
[groups]
doctor-attending = "doctor"
nurse = "nurse"
[global]
"palette.open" = "Ctrl+K"
[role.doctor]
"imaging.order" = "F5"
"work.sign" = "F12"
[role.nurse]
"dose.give" = "Space"
[page.queue]
"list.refresh" = "F5"
"""


def test_no_key_of_the_shipped_keymap_does_two_things_or_belongs_to_an_input_method() -> None:
    assert load_keymap().clashes() == []


def test_every_role_has_a_group_of_keys() -> None:
    assert set(load_keymap().groups) == set(roles())


@pytest.mark.parametrize(
    ("text", "clash"),
    [
        ('[global]\n"a.b" = "F2"\n"c.d" = "F2"\n', Clash("global", "F2", ("a.b", "c.d"))),
        ('[global]\n"a.b" = "Ctrl+Space"\n', Clash("global", "Ctrl+Space", ("a.b",))),
        ('[global]\n"a.b" = "Ctrl+Alt+Q"\n', Clash("global", "Ctrl+Alt+Q", ("a.b",))),
        ('[global]\n"a.b" = "F1"\n[page.queue]\n"c.d" = "F1"\n', Clash("page.queue", "F1", ("c.d", "a.b"))),
    ],
)
def test_a_double_reserved_or_shadowed_key_is_found(text: str, clash: Clash) -> None:
    assert read_keymap(text).clashes() == [clash]


def test_a_key_that_no_keyboard_has_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a key"):
        read_keymap('[global]\n"a.b" = ""\n')


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def actions(app: QApplication, ran: list[str]) -> Actions:
    made = Actions(read_keymap(KEYS))

    def named(name: str, permission: Permission | None = None) -> Action:
        return Action(name, name, lambda: ran.append(name), permission)

    made.provide(
        lambda: [
            named("palette.open"),
            named("imaging.order", Permission.NOTE_WRITE),
            named("work.sign", Permission.NOTE_SIGN),
            named("dose.give"),
            named("list.refresh"),
        ]
    )
    made.at(DOCTOR, "")
    return made


@pytest.fixture
def window(app: QApplication, actions: Actions, qtbot: QtBot) -> QWidget:
    dispatcher = KeyDispatcher(actions, app)
    dispatcher.install(app)
    made = QWidget()
    rows = QVBoxLayout(made)
    for widget in (QLineEdit(), QPlainTextEdit()):
        rows.addWidget(widget)
    qtbot.addWidget(made, before_close_func=lambda _w: app.removeEventFilter(dispatcher))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_the_page_in_front_decides_what_a_key_means(actions: Actions) -> None:
    assert actions.for_key("F5").id == "imaging.order"  # type: ignore[union-attr]
    actions.at(DOCTOR, "queue")
    assert actions.for_key("F5").id == "list.refresh"  # type: ignore[union-attr]


def test_what_a_role_may_not_do_has_no_key_and_is_not_listed(actions: Actions) -> None:
    actions.at(NURSE, "")
    assert actions.for_key("F12") is None
    assert "work.sign" not in [action.id for action in actions.live()]


@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_a_command_key_works_while_typing(window: QWidget, ran: list[str], kind: type[QWidget]) -> None:
    editor = window.findChild(kind)
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(editor, Qt.Key.Key_F12)
    assert ran == ["palette.open", "work.sign"]


def test_a_bare_letter_or_space_goes_to_the_text_being_typed(
    window: QWidget, ran: list[str], actions: Actions
) -> None:
    actions.at(NURSE, "")
    line = window.findChild(QLineEdit)
    line.setFocus()
    QTest.keyClicks(line, "a b")
    assert line.text() == "a b"
    assert ran == []
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert ran == ["dose.give"]


def test_no_plain_key_is_taken_while_an_input_method_composes(
    window: QWidget, ran: list[str], actions: Actions, app: QApplication
) -> None:
    actions.at(NURSE, "")
    app.sendEvent(window, QInputMethodEvent("ni", []))
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert ran == []
    app.sendEvent(window, QInputMethodEvent("", []))
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert ran == ["dose.give"]


def test_an_overlay_has_all_keys_while_the_focus_is_in_it(window: QWidget, ran: list[str]) -> None:
    line = window.findChild(QLineEdit)
    window.setProperty("overlay", True)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_F12)
    assert ran == []


def test_a_disabled_action_leaves_its_key_to_the_field(
    app: QApplication, window: QWidget, actions: Actions
) -> None:
    actions.clear()
    actions.provide(lambda: [Action("palette.open", "", lambda: None, enabled=lambda: False)])
    line = window.findChild(QLineEdit)
    line.setText("abc")
    line.setFocus()
    line.setCursorPosition(0)
    QTest.keyClick(line, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert line.text() in ("", "abc")


def test_an_action_can_be_run_by_name(actions: Actions, ran: list[str]) -> None:
    run: Callable[[str], bool] = actions.trigger
    assert run("palette.open")
    assert not run("nothing.known")
    assert ran == ["palette.open"]

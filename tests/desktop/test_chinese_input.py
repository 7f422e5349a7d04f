"""Chinese typed as people type it: pinyin into an input method, from it into the note, and never into a code field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desktop.people import call_next, start, unlock
from tests.desktop.screen import Program, Screen, until

FCITX_PROFILE = """[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=keyboard-us

[Groups/0/Items/1]
Name=pinyin

[GroupOrder]
0=Default
"""


def fcitx(screen: Screen) -> None:
    """Start fcitx5 with pinyin, switched on as its user left it."""
    profile = screen.home / ".config/fcitx5/profile"
    profile.parent.mkdir(parents=True)
    profile.write_text(FCITX_PROFILE, "utf-8")
    screen.spawn("fcitx5", "--disable", "wayland,clipboard,cloudpinyin")
    until(lambda: screen.ask("fcitx5-remote"), "fcitx5")


def ibus(screen: Screen) -> None:
    """Start ibus with libpinyin."""
    screen.spawn("ibus-daemon", "--panel", "disable", "--emoji-extension", "disable")
    until(lambda: libpinyin(screen), "ibus with libpinyin")


def libpinyin(screen: Screen) -> bool:
    """Switch ibus to Chinese and say whether it is."""
    screen.ask("ibus", "engine", "libpinyin")  # may say 1 although it did
    return (screen.ask("ibus", "engine") or "").strip() == "libpinyin"


def switch_on(screen: Screen, method: str) -> None:
    """Switch to Chinese where the keyboard is now."""
    if method == "fcitx":
        screen.run("fcitx5-remote", "-o")
    else:
        assert libpinyin(screen)


METHODS: dict[str, Callable[[Screen], None]] = {"fcitx": fcitx, "ibus": ibus}


@pytest.mark.parametrize("method", sorted(METHODS))
def test_pinyin_becomes_chinese_in_the_note_and_stays_letters_where_codes_are_typed(
    make_screen: Callable[..., Screen], desk_folder: Path, method: str
) -> None:
    screen = make_screen(QT_IM_MODULE=method, XMODIFIERS=f"@im={method}", GTK_IM_MODULE=method)
    METHODS[method](screen)
    program = start(screen, desk_folder)
    unlock(program, "2001")
    call_next(program)
    screen.keys("F2")
    until(lambda: in_field(program, "主诉"), "the keyboard in the chief complaint")
    switch_on(screen, method)
    until(lambda: composed(program, "kesou", "主诉") == "咳嗽", "咳嗽 in the chief complaint")
    screen.keys("F3")
    until(lambda: in_field(program, "诊断"), "the keyboard in the diagnosis field")
    screen.type("gxy")
    until(lambda: text(program, "诊断") == "gxy", "the letters in the diagnosis field")
    screen.keys("Escape", "F7")
    until(lambda: not in_field(program, "诊断"), "the keyboard to leave for the drug cell")
    screen.type("amxl1")
    until(
        lambda: [n for n in program.nodes() if n.role == "table cell" and "阿莫西林" in n.name], "amoxicillin"
    )
    assert text(program, "主诉") == "咳嗽"


def composed(program: Program, letters: str, field: str) -> str:
    """Type into a field anew and take the first candidate; gives what arrived, letters while the engine only starts."""
    program.screen.keys("ctrl+a")
    program.screen.type(letters)
    program.screen.keys("space")
    return until(lambda: text(program, field), f"anything in {field}")


def in_field(program: Program, name: str) -> bool:
    """Say whether the keyboard is in the text field of this name."""
    node = program.focused()
    return node is not None and node.role == "text" and node.name == name


def text(program: Program, name: str) -> str:
    """Give what stands in a text field."""
    return next((n.text for n in program.nodes() if n.name == name and n.role == "text"), "")

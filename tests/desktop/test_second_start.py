"""Starting the program twice on one desk: the first window comes to the front, the second start ends well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desktop.people import start
from tests.desktop.screen import Program, Screen, end, until

STEP = 120


def in_front(screen: Screen) -> str:
    """Give the number of the window that has the keyboard, or an empty text."""
    return (screen.ask("xdotool", "getactivewindow") or "").strip()


def start_again(screen: Screen, folder: Path) -> int:
    """Start the program a second time on a desk; gives its exit code."""
    second = screen.spawn(Program.command(), "--data", str(folder))
    try:
        return second.wait(STEP)
    finally:
        end(second)


@pytest.mark.parametrize("hidden", ["behind another window", "minimised"])
def test_a_second_start_brings_the_first_window_to_the_front(
    make_screen: Callable[..., Screen], desk_folder: Path, tmp_path: Path, hidden: str
) -> None:
    screen = make_screen("1920x1080")
    program = start(screen, desk_folder)
    first = program.window()
    if hidden == "minimised":
        screen.run("xdotool", "windowminimize", first)
    else:
        Program.start(screen, "--data", str(tmp_path / "another desk"))
    until(lambda: in_front(screen) != first, f"the window to be {hidden}")
    assert start_again(screen, desk_folder) == 0
    until(lambda: in_front(screen) == first, "the first window in front")
    program.gone()

"""The window itself on a screen of its own, photographed where people work: it fits, and nothing is cut off.

The pictures stay in the folder that `--pictures` names, to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desktop.conftest import open_desk
from tests.desktop.people import open_visit, sign_a_visit, start, switch_to, unlock
from tests.desktop.screen import Node, Program, Screen, until

SIZES = ("1366x768", "1920x1080")


@pytest.mark.parametrize("size", SIZES)
def test_every_control_lies_inside_the_screen(
    make_screen: Callable[..., Screen], desk_folder: Path, pictures: Path, size: str
) -> None:
    desk = open_desk(desk_folder, "2001")
    name = sign_a_visit(desk)
    desk.close()
    screen = make_screen(size)
    program = start(screen, desk_folder)
    fill(screen, program)
    outside = {}

    def look(what: str) -> None:
        screen.picture(pictures / f"{what}-zh_CN-light-{size}.png")
        outside[what] = cut_off(program.nodes(), size)

    look("unlock")
    unlock(program, "2001")
    screen.click(program.wait_for("队列", "check box"))
    until(lambda: [n for n in program.nodes() if n.role == "table cell"], "the queue")
    look("queue")
    screen.click(program.wait_for("接诊", "check box"))
    open_visit(program, name)
    look("outpatient")
    switch_to(program, "4001")
    screen.click(program.wait_for("药房", "check box"))
    until(lambda: [n for n in program.nodes() if name in n.name], "the sheet at the counter")
    look("pharmacy")
    assert {what: found for what, found in outside.items() if found} == {}


def fill(screen: Screen, program: Program) -> None:
    """Make the window as large as the screen, as people do."""
    screen.run("wmctrl", "-i", "-r", program.window(), "-b", "add,maximized_vert,maximized_horz")
    width = int(screen.size.partition("x")[0])
    until(
        lambda: [n for n in program.nodes() if n.place and n.place[2] >= width - 2],
        "the window to fill the screen",
    )


def cut_off(nodes: list[Node], size: str) -> list[str]:
    """Name the controls of which a part lies outside the screen."""
    right, bottom = (int(side) for side in size.split("x"))
    return [
        f"{n.role} {n.name} {n.place}"
        for n in nodes
        if n.role in ("push button", "check box", "text", "combo box", "radio button")
        and (
            n.place[0] < 0
            or n.place[1] < 0
            or n.place[0] + n.place[2] > right
            or n.place[1] + n.place[3] > bottom
        )
    ]

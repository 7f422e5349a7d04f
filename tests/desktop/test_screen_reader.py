"""Every page read from outside, as a screen reader reads it: no control may be met without a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.desktop.conftest import open_desk
from tests.desktop.people import call_next, open_visit, sign_a_visit, start, switch_to, unlock
from tests.desktop.screen import Node, Program, Screen, until

CONTROLS = frozenset(
    {
        "check box",
        "combo box",
        "list",
        "list item",
        "page tab",
        "password text",
        "push button",
        "radio button",
        "slider",
        "spin button",
        "table",
        "table cell",
        "table column header",
        "text",
        "toggle button",
    }
)
LEAST = 10
PAGES = {"2001": ("队列", "知识库", "同步"), "1001": ("挂号",), "4001": ("药房",)}


def unnamed(nodes: list[Node]) -> list[str]:
    """Describe the controls that have neither a name nor a label."""
    return [
        f"{node.role} at {node.place}"
        for node in nodes
        if node.role in CONTROLS and not node.name.strip() and not any(node.labels)
    ]


def surfaces(program: Program) -> Iterator[tuple[str, list[Node]]]:
    """Walk through every surface of the program as three people; gives each with what can be read on it."""
    screen = program.screen
    yield "unlock", program.nodes()
    for user, pages in PAGES.items():
        switch_to(program, user)
        for page in pages:
            screen.click(program.wait_for(page, "check box"))
            yield page, settled(program)
    switch_to(program, "2001")
    screen.click(program.wait_for("接诊", "check box"))
    call_next(program)
    yield "outpatient", settled(program)
    screen.keys("ctrl+comma")
    yield "preferences", settled(program)
    screen.keys("Escape", "ctrl+k")
    yield "palette", settled(program)
    screen.keys("Escape", "F1")
    yield "keys", settled(program)


def settled(program: Program) -> list[Node]:
    """Give what can be read once it has stopped changing."""
    last: list[list[Node]] = [[]]

    def still() -> list[Node]:
        before, last[0] = last[0], program.nodes()
        return last[0] if [n.name for n in before] == [n.name for n in last[0]] else []

    return until(still, "the page to come to rest")


def test_no_control_of_any_page_is_met_without_a_name(
    make_screen: Callable[..., Screen], desk_folder: Path
) -> None:
    desk = open_desk(desk_folder, "2001")
    sign_a_visit(desk)
    desk.close()
    program = start(make_screen(), desk_folder)
    met, missing = {}, {}
    for name, nodes in surfaces(program):
        met[name] = sum(node.role in CONTROLS for node in nodes)
        if unnamed(nodes):
            missing[name] = unnamed(nodes)
    assert min(met.values()) > LEAST
    assert missing == {}


def test_the_print_preview_names_its_pages_its_printer_and_its_keys(
    make_screen: Callable[..., Screen], desk_folder: Path
) -> None:
    desk = open_desk(desk_folder, "2001")
    name = sign_a_visit(desk)
    desk.close()
    program = start(make_screen(), desk_folder)
    unlock(program, "2001")
    open_visit(program, name)
    program.screen.keys("ctrl+p")
    program.wait_for("页", "list")
    nodes = settled(program)
    assert unnamed(nodes) == []

"""What a person at the demo hospital does with the keyboard and the mouse, the same in every test."""

from __future__ import annotations

from pathlib import Path

from tests.desktop.screen import Node, Program, Screen, until

PIN = "246810"
UNLOCK = {"zh_CN": "解锁", "en": "Unlock"}


def start(screen: Screen, folder: Path, language: str = "zh_CN") -> Program:
    """Start the program on a desk and wait for its unlock screen."""
    program = Program.start(screen, "--lang", language, "--data", str(folder))
    program.wait_for(UNLOCK[language], "push button")
    until(program.focused, "the keyboard on the unlock screen")
    return program


def unlock(program: Program, user: str) -> None:
    """Type number and PIN, and wait until work can begin."""
    screen = program.screen
    screen.click(program.wait_for("工号", "text"))
    screen.keys("ctrl+a")
    screen.type(user)
    screen.keys("Return")
    screen.type(PIN)
    screen.keys("Return")
    until(lambda: program.find("锁定", "push button"), f"{user} to be at work")


def call_next(program: Program) -> str:
    """Call the next patient with F9, take the called row and open the chart with Enter; gives the patient's name."""
    program.wait_for("候诊", "table")
    program.screen.keys("F9")
    program.screen.click(until(lambda: called(program), "somebody to be called"))
    program.screen.keys("Return")
    return until(lambda: patient_of(program.nodes()), "the chart to open")


def called(program: Program) -> Node | None:
    """Give the row of who was called, or None."""
    return next((n for n in program.nodes() if n.role == "table cell" and "已呼叫" in n.name), None)


def patient_of(nodes: list[Node]) -> str:
    """Give the name of the patient in the banner, or an empty text."""
    banner = next((node for node in nodes if "性别" in node.name and "就诊卡号" in node.name), None)
    return banner.name.split(",")[0] if banner else ""


def open_chart(program: Program, name: str) -> None:
    """Find a patient by name in the palette and open the chart."""
    screen = program.screen
    screen.keys("ctrl+k")
    program.wait_for("搜索或命令")
    screen.type(name)
    until(
        lambda: [n for n in program.nodes() if n.role == "list item" and name in n.name],
        f"{name} to be found",
    )
    screen.keys("Return")
    until(lambda: patient_of(program.nodes()) == name, f"the chart of {name}")

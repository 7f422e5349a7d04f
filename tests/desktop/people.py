"""What a person at the demo hospital does with the keyboard and the mouse, the same in every test."""

from __future__ import annotations

from pathlib import Path

from tests.desktop.screen import Node, Program, Screen, until
from ui.cli.demo import steps
from workstation.desk import Desk
from workstation.queue.model import Waiting

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


def switch_to(program: Program, user: str) -> None:
    """Hand the window over to somebody else."""
    if program.find("锁定", "push button"):
        program.screen.keys("ctrl+u")
        program.wait_for("解锁", "push button")
    unlock(program, user)


def sign_a_visit(desk: Desk) -> str:
    """Examine, diagnose, prescribe and sign for the first who waits; gives the patient's name."""
    row = desk.ask("queue.waiting", Waiting(department="internal")).waiting[0]
    steps.call(desk, row.encounter)
    steps.consult(desk, row.patient, row.encounter)
    steps.sign(desk, steps.draft(desk, row.patient, row.encounter))
    return str(row.name)


def call_next(program: Program) -> str:
    """Call the next patient with F9, take the called row and open the chart with Enter; gives the patient's name."""
    program.wait_for("候诊", "table")
    program.screen.keys("F9")
    program.screen.click(until(lambda: called(program), "somebody to be called"))
    program.screen.keys("Return")
    return until(lambda: patient_of(program.nodes()), "the chart to open")


def open_visit(program: Program, name: str) -> None:
    """Open the chart of somebody in the waiting list."""
    row = until(
        lambda: next((n for n in program.nodes() if n.role == "table cell" and name in n.name), None),
        f"{name} in the list",
    )
    program.screen.click(row)
    program.screen.keys("Return")
    until(lambda: patient_of(program.nodes()) == name, f"the chart of {name}")
    program.wait_for("处方药品", "table")


def called(program: Program) -> Node | None:
    """Give the row of who was called, or None."""
    return next((n for n in program.nodes() if n.role == "table cell" and "已呼叫" in n.name), None)


def patient_of(nodes: list[Node]) -> str:
    """Give the name of the patient in the banner, or an empty text."""
    banner = next((node for node in nodes if "性别" in node.name and "就诊卡号" in node.name), None)
    return banner.name.split(",")[0] if banner else ""

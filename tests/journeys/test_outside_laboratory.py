"""A laboratory this product did not write, over real HTTP: from an order to a critical value answered on both desks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sync.auth import MemoryBox
from sync.pairing import AuthKind, SignIn, pair
from tests.conftest import PIN
from tests.plugins.hub import PASSWORD, RunningHub
from tests.ui.pages import laboratory_kit as kit
from tests.workstation.laboratory.bench import BAND, RECORD
from ui.cli.demo.outside_lab import OutsideLaboratory
from ui.cli.line import sync_now
from ui.theme import theme
from workstation.core.clock import SystemClock
from workstation.desk import Desk
from workstation.laboratory.model import (
    Acknowledge,
    Collect,
    Criticals,
    HandleCritical,
    LabelOrders,
    OrdersOf,
    OrderTests,
    Results,
    Unread,
)

POTASSIUM = {"2823-3": 6.8}


@dataclass
class House:
    """A doctor's desk and a nurse's desk at one hub."""

    hub: RunningHub
    desks: dict[str, Desk] = field(default_factory=dict)
    box: MemoryBox = field(default_factory=MemoryBox)

    def sync(self, *names: str) -> None:
        for name in names or tuple(self.desks):
            report = sync_now(self.desks[name], self.box)
            assert not any((report.failed, report.parked, report.refused)), report

    def laboratory(self, **more: Any) -> OutsideLaboratory:
        return OutsideLaboratory(self.hub.url, self.hub.token("lab"), **more)


@pytest.fixture
def house(hub: RunningHub, make_desk: Callable[..., Desk]) -> House:
    made = House(hub)
    client = hub.client("doc")
    for resource in RECORD:
        client.put(f"{resource['resourceType']}/{resource['id']}", json=resource).raise_for_status()
    for user in ("doc", "nurse"):
        desk = make_desk(user, f"desk-{user}", SystemClock())
        made.desks[user] = desk
        pair(hub.url, SignIn(AuthKind.HUB, user, PASSWORD, user), made.box, desk.store, desk.clock)
    made.sync()
    return made


def drawn(house: House, *items: str) -> None:
    """Order at the doctor's desk, label and draw at the nurse's, and let both travel."""
    doctor, nurse = house.desks["doc"], house.desks["nurse"]
    doctor.do("laboratory.order", OrderTests("p1", "s1", items))
    house.sync("doc", "nurse")
    orders = tuple(row.id for row in nurse.ask("laboratory.orders", OrdersOf("p1", "s1")))
    nurse.do("laboratory.label", LabelOrders("p1", orders))
    for row in nurse.ask("laboratory.orders", OrdersOf("p1", "s1")):
        for number in row.specimens:
            if row.state.value == "labelled":
                nurse.do("laboratory.collect", Collect(number, BAND))
    house.sync("nurse")


@pytest.mark.parametrize(
    "contained", [False, True], ids=["values beside the report", "values inside the report"]
)
def test_a_critical_potassium_is_up_on_both_desks_until_one_says_what_was_done(
    house: House, contained: bool
) -> None:
    drawn(house, "LYTES")
    laboratory = house.laboratory(values=POTASSIUM, contained=contained)
    (report,) = laboratory.answer_all()
    assert laboratory.answer_all() == []
    laboratory.close()
    house.sync()
    doctor, nurse = house.desks["doc"], house.desks["nurse"]
    for desk in (doctor, nurse):
        (row,) = desk.ask("laboratory.criticals", Criticals())
        assert (row.name, [(v.value, v.unit, v.flag_by) for v in row.values]) == (
            "欧阳建国",
            [("6.8", "mmol/L", "report")],
        )
    assert [r.report for r in doctor.ask("laboratory.unread", Unread("mine"))] == [report]
    nurse.do("laboratory.handle-critical", HandleCritical("p1", report, "已报告医生，心电监护", "王敏"))
    house.sync("nurse", "doc")
    assert [d.ask("laboratory.criticals", Criticals()) for d in (doctor, nurse)] == [(), ()]
    doctor.do("laboratory.acknowledge", Acknowledge("p1", (report,)))
    house.sync("doc", "nurse")
    (order,) = nurse.ask("laboratory.orders", OrdersOf("p1", "s1"))
    assert order.state.value == "read"


def test_the_chip_is_on_both_screens_until_one_types_what_was_done(
    house: House, qapp: QApplication, qtbot: QtBot
) -> None:
    theme().apply(qapp, "light", "comfortable", 100)
    drawn(house, "K")
    doctor = kit.window(house.desks["doc"], qapp, "doc")
    nurse = kit.window(house.desks["nurse"], qapp, "nurse")
    assert [kit.badges(s) for s in (doctor, nurse)] == [[], []]
    laboratory = house.laboratory(values=POTASSIUM)
    laboratory.answer_all()
    laboratory.close()
    house.sync()
    for shell in (doctor, nurse):
        qtbot.waitUntil(
            lambda s=shell: [b.startswith("Critical 欧阳建国 K 6.8") for b in kit.badges(s)] == [True]
        )
    nurse.activateWindow()
    qtbot.waitUntil(nurse.isActiveWindow)
    kit.press(Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    kit.press(Qt.Key.Key_Return)
    kit.press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    kit.press(Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: kit.badges(nurse) == [])
    assert kit.badges(doctor) != []
    house.sync("nurse", "doc")
    qtbot.waitUntil(lambda: kit.badges(doctor) == [])
    for shell in (doctor, nurse):
        shell.close()
        shell.deleteLater()


@pytest.mark.parametrize("contained", [False, True])
def test_a_correction_over_the_wire_is_unread_again_with_the_new_value(house: House, contained: bool) -> None:
    drawn(house, "RFT")
    laboratory = house.laboratory(contained=contained)
    (report,) = laboratory.answer_all()
    house.sync("doc")
    doctor = house.desks["doc"]
    doctor.do("laboratory.acknowledge", Acknowledge("p1", (report,)))
    laboratory.correct(report, {"14682-9": 178.0})
    laboratory.close()
    house.sync("doc")
    (row,) = doctor.ask("laboratory.unread", Unread("mine"))
    assert (row.state, [(v.short, v.value, v.flag) for v in row.values]) == (
        "corrected",
        [("CREA", "178", "high")],
    )


def test_what_the_laboratory_calls_by_its_own_code_is_shown_in_its_words(house: House) -> None:
    drawn(house, "UBT")
    laboratory = house.laboratory()
    laboratory.answer_all()
    laboratory.close()
    house.sync("doc")
    view = house.desks["doc"].ask("laboratory.results", Results("p1"))
    assert [(r.name, r.cells[0].value) for r in view.rows] == [
        ("碳呼气试验（本中心项目）", "已检，详见纸质报告")
    ]


def test_the_laboratory_runs_as_a_program_of_its_own(house: House) -> None:
    drawn(house, "K")
    root = Path(__file__).parents[2]
    program = [sys.executable, "-m", "ui.cli.demo.outside_lab", house.hub.url, "--set", "2823-3=6.8"]
    token = f"{house.hub.token('lab')}\n"
    ran = subprocess.run(
        program, input=token, capture_output=True, text=True, cwd=root, timeout=60, check=True
    )
    house.sync("doc")
    (row,) = house.desks["doc"].ask("laboratory.criticals", Criticals())
    assert ran.stdout.split() == [row.report]


def test_it_is_told_when_the_centre_does_not_let_it_in(house: House) -> None:
    root = Path(__file__).parents[2]
    program = [sys.executable, "-m", "ui.cli.demo.outside_lab", house.hub.url]
    ran = subprocess.run(
        program, input="wrong\n", capture_output=True, text=True, cwd=root, timeout=60, check=False
    )
    assert ran.returncode == 1
    assert "did not take the report" in ran.stderr


def test_the_token_of_a_desk_is_never_needed(house: House) -> None:
    imported = (Path(__file__).parents[2] / "ui/cli/demo/outside_lab.py").read_text("utf-8")
    assert not [
        line
        for line in imported.splitlines()
        if line.startswith(("from workstation", "from sync", "from ui"))
    ]
    assert PIN not in imported

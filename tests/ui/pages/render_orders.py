"""Renders the orders page for looking at: python -m tests.ui.pages.render_orders FOLDER [quick]."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize
from PySide6.QtTest import QTest

from tests.conftest import CHEAP, MORNING, PIN, STAFF
from tests.ui.pages.orders_kit import Ward
from tests.ui.screens import application, grab
from tests.workstation.orders.bedside import STAT, Bedside, furnish
from ui.pages.line_editor.cells import Cell
from ui.theme import theme
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.orders.model import OrderLine, StopOrder, VoidOrder
from workstation.security.station import FileSecret

SIZES = {"1366": QSize(1366, 768), "1920": QSize(1920, 1080)}


def stage(folder: Path) -> Bedside:
    """A stay with orders in every state."""
    clock = FixedClock(MORNING - timedelta(days=2))
    desk = Desk(folder / "desk", station=FileSecret(folder / "secret"), clock=clock, cost=CHEAP)
    desk.create(STAFF["doc"], PIN)
    desk.unlock("doc", PIN)
    for account in STAFF.values():
        if account.user != "doc":
            desk.add_user(account, PIN)
    bedside = furnish(desk, clock)
    line = bedside.line
    first = bedside.sign(
        bedside.item("routine-respiratory"),
        bedside.item("nursing-1"),
        bedside.item("diet-low-salt"),
        bedside.item("blood-pressure", frequency="q6h"),
        bedside.item("oxygen-low"),
        line("0.9%氯化钠注射液", "100 ml ivgtt bid", group=1, drip_rate="60"),
        line("注射用泮托拉唑钠", "40 mg ivgtt bid", group=1, drip_rate="60"),
        line("盐酸氨溴索片", "30 mg po tid"),
        line("苯磺酸氨氯地平片", "5 mg po qd"),
    )
    for order in first:
        bedside.verify(order)
    clock.advance(timedelta(days=2))
    bedside.give(first[7], "today")
    bedside.desk.do("orders.stop", StopOrder(first[8]["id"], "血压偏低"))
    bedside.desk.do("orders.stop", StopOrder(first[4]["id"], "血氧正常", "2026-03-17T18:00:00+08:00"))
    new = bedside.sign(
        line("蒙脱石散", "3 g po tid"),
        line("呋塞米注射液", "20 mg iv st", term=STAT),
        bedside.item("serious"),
    )
    bedside.desk.do("orders.void", VoidOrder(new[0]["id"], "开错患者"))
    bedside.verify(new[2], "rejected", statusReason={"text": "病重医嘱请补充说明"})
    return bedside


def drafts(bedside: Bedside) -> list[OrderLine]:
    """Lines being written: an infusion with an alert, monitoring, a stat order."""
    line = bedside.line
    return [
        line("0.9%氯化钠注射液", "100 ml ivgtt bid", group=1, drip_rate="60 gtt/min", key="or-1"),
        line("注射用头孢曲松钠", "1 g ivgtt bid", group=1, drip_rate="60 gtt/min", key="or-2"),
        bedside.item("nursing-2", key="or-3"),
        bedside.item("glucose-point", frequency="qid", text="餐前及睡前", key="or-4"),
        line("地西泮注射液", "10 mg im st", term=STAT, key="or-5"),
    ]


def main(folder: Path, quick: bool) -> None:
    """Render every combination, or the first of each."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        bedside = stage(Path(place))
        for language in ("zh_CN",) if quick else ("zh_CN", "en"):
            for mode in ("light",) if quick else ("light", "dark"):
                for name in list(SIZES)[: 1 if quick else 2]:
                    for scale in (100,) if quick else (100, 150):
                        page(bedside, folder, name, (language, mode, scale))
        theme().apply(application(), "light", "comfortable", 100)
        bedside.desk.close()


def page(bedside: Bedside, folder: Path, name: str, worn: tuple[str, str, int]) -> None:
    """The list with its filter off, lines being written, the list under a cell, the sheet that stops."""
    size, look = SIZES[name], f"{worn[0]}-{worn[1]}-{name}-{worn[2]}"
    ward = Ward(application(), bedside, look=worn)
    ward.open()
    ward.panel.head.go("all")
    ward.panel.head.only_running.click()
    ward.settle()
    ward.panel.grid.editing.close(keep=False)
    ward.panel.grid.setCurrentIndex(ward.panel.model.index(5, Cell.DRUG))
    grab(ward.shell, size).save(str(folder / f"orders-{look}.png"))
    ward.panel.head.go("long-term")
    ward.panel.head.only_running.click()
    ward.panel.model.change(drafts(bedside))
    ward.settle()
    ward.panel.grid.scrollToBottom()
    grab(ward.shell, size).save(str(folder / f"orders-writing-{look}.png"))
    ward.panel.focus_entry()
    ward.type("xy")
    grab(ward.shell, size).save(str(folder / f"orders-search-{look}.png"))
    ward.panel.grid.editing.close(keep=False)
    ward.panel.grid.setCurrentIndex(ward.panel.model.index(5, Cell.DRUG))
    ward.panel.stop_current()
    QTest.qWait(50)
    grab(ward.shell, size).save(str(folder / f"orders-stop-{look}.png"))
    ward.panel.clear()
    ward.page.committed()
    ward.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), "quick" in sys.argv[2:])

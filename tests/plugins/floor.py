"""A ward of two patients with sound-alike names, their orders verified, and a nurse with a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.conftest import PIN
from tests.plugins import ward
from workstation.core.clock import FixedClock, instant
from workstation.core.events import Ref
from workstation.desk import Desk
from workstation.nursing import model
from workstation.nursing.rows import Cell, MarRow, RightsView, TasksView
from workstation.store.accounts import Account

STAY, OTHER = "ZY260316AAA001", "ZY260316AAA002"
NUMBER = "YZ26AAA000001"
COLLEAGUE = Account("nurse2", "赵敏", "nurse", "practitioner-nurse2")
DOSE = f"{NUMBER}.L3.2603170800"  # amlodipine of 08:00
BAG = f"{NUMBER}.G1.2603170800"  # ceftriaxone in saline of 08:00
INSULIN = f"{NUMBER}.L4.2603170800"
OTHERS = "YZ26AAA000002.L1.2603170800"


@dataclass
class Ward:
    """One desk on a ward; it is nine in the morning and everything of eight o'clock is still open."""

    desk: Desk
    clock: FixedClock

    def put(self, *records: dict[str, Any]) -> None:
        def seed(unit: Any) -> Ref:
            return [unit.put(dict(record)) for record in records][-1]

        self.desk.store.write(self.desk.actor, "test.seed", seed)

    def order(self, record: dict[str, Any], verified: bool = True) -> dict[str, Any]:
        self.put(record, ward.verification(record, "completed" if verified else "requested"))
        return record

    def as_(self, user: str) -> Desk:
        self.desk.unlock(user, PIN)
        return self.desk

    def give(self, slot: str = DOSE, encounter: str = "s1", **more: Any) -> Ref:
        scans = {"wristband": STAY, "label": slot, "late": "L1"} | more
        changed = self.desk.do("nursing.give", model.Give(slot, encounter, **scans))
        assert changed.primary is not None
        return changed.primary

    def facts(self, kind: str = "MedicationAdministration") -> list[dict[str, Any]]:
        with self.desk.store.reader() as reader:
            return reader.find(kind)

    def tasks(self) -> TasksView:
        return self.desk.ask("nursing.tasks", model.AskTasks("w"))

    def rights(self, code: str = "", encounter: str = "s1", **more: str) -> RightsView:
        return self.desk.ask("nursing.five-rights", model.FiveRights(encounter, code, **more))

    def rows(self, encounter: str = "s1", who: str = "p1") -> dict[str, MarRow]:
        view = self.desk.ask("nursing.administration", model.AskAdministration(who, encounter))
        return {row.line.order: row for row in view.rows}

    def cell(self, order: str, at: str) -> Cell:
        return next(c for c in self.rows()[order].cells if c.at == at)

    def today(self, text: str) -> datetime:
        hour, minute = map(int, text.split(":"))
        return self.clock.now().replace(hour=hour, minute=minute, second=0, microsecond=0)

    def at(self, text: str) -> str:
        return instant(self.today(text))


def furnish(desk: Desk, clock: FixedClock) -> Ward:
    """Fill a desk, unlocked by the nurse, with the ward."""
    desk.add_user(COLLEAGUE, PIN)
    made = Ward(desk, clock)
    yesterday = clock.now() - timedelta(days=1)
    made.put(
        ward.place("w", "呼吸内科病区", "wa"),
        *(ward.place(f"b{n}", str(n), part_of="w") for n in (11, 12, 13)),
        ward.patient("p1", "张伟", "M00032"),
        ward.patient("p2", "张薇", "M00033", "female", "1990-05-01"),
        ward.stay("s1", "p1", STAY, "b12", yesterday),
        ward.stay("s2", "p2", OTHER, "b13", yesterday),
    )
    for id_, drug, how, line, more in (
        ("fluid", "0.9%氯化钠注射液", "100 ml ivgtt bid", 1, {"group": 1, "drip": "60 gtt/min"}),
        ("cef", "注射用头孢曲松钠", "1 g ivgtt bid", 2, {"group": 1, "skin_test": "negative"}),
        ("aml", "苯磺酸氨氯地平片", "5 mg po qd", 3, {}),
        ("ins", "人胰岛素注射液", "6 U sc qd", 4, {}),
        ("prn", "布洛芬缓释胶囊", "0.3 g po prn", 6, {}),
    ):
        made.order(ward.drug_order(id_, "p1", "s1", drug, how, yesterday, line=line, **more))
    made.order(ward.other_order("bp", "p1", "s1", "monitoring", "测血压", yesterday, line=5, frequency="q6h"))
    drug, number = "苯磺酸氨氯地平片", "YZ26AAA000002"
    made.order(ward.drug_order("other", "p2", "s2", drug, "5 mg po qd", yesterday, number=number))
    return made

"""The steps of the demo's day on a ward, each one a person would take, through the desk's two verbs alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from workstation.core.clock import instant
from workstation.core.errors import NeedsReason
from workstation.core.settings import WARD
from workstation.desk import Desk
from workstation.inpatient.model import Admit, AskBeds, AskStay
from workstation.inpatient.rows import BoardView, Occupant
from workstation.laboratory.model import (
    CheckCollection,
    Collect,
    Criticals,
    HandleCritical,
    LabelOrders,
    OrderTests,
)
from workstation.laboratory.model import OrdersOf as LaboratoryOrdersOf
from workstation.laboratory.rows import OrderRow as LaboratoryRow
from workstation.medication.model import OverrideReason, SkinTest, SkinTestState
from workstation.nursing.model import (
    AskTasks,
    EndInfusion,
    FiveRights,
    Give,
    LabelsDue,
    Scan,
    ToVerify,
    Verify,
)
from workstation.nursing.rows import RightsView, ScanKind
from workstation.orders.model import OrderLine, OrdersDraft, OrdersOf, OrderTerm
from workstation.vitals.model import RecordRound

PENICILLIN: Final = "D003"
SALINE: Final = "D174"
PARACETAMOL: Final = "D129"
PARACETAMOL_PACK: Final = "89901290000000012345"
"""A trace code as it stands on a pack: its first seven digits name the product."""

GRAVE: Final = ("critical", "serious", "")
"""How a patient is, by the running order of this kind; the worst first."""

WEIGHED: Final = "已评估，利大于弊，密切观察"
DONE: Final = "已电话通知护士停用含钾液体，急查心电图，静脉推注葡萄糖酸钙 10 mL，1 小时后复查血钾"


def ward_of(desk: Desk) -> str:
    """Give the ward this desk stands on."""
    return desk.setting(WARD)


def admit(desk: Desk, visit: str) -> str:
    """Admit a patient from a visit to the first free bed of this ward; gives the stay's id."""
    beds = desk.ask("inpatient.beds", AskBeds(ward_of(desk)))
    changed = desk.do("inpatient.admit", Admit(beds[0].id, visit=visit, diagnosis="急性化脓性扁桃体炎"))
    assert changed.primary is not None  # noqa: S101 - the command always names the stay
    return changed.primary.id


def worst_off(board: BoardView) -> Occupant:
    """Give who is worst off on a ward, and of those who is there longest: their chart has most to show."""
    found = [who for bed in board.beds for who in bed.occupants]
    return min(found, key=lambda who: (GRAVE.index(who.condition), -who.day, who.name))


def wristband(desk: Desk, patient: str, stay: str) -> str:
    """Give what a scanner reads from the wristband."""
    return str(desk.ask("inpatient.wristband", AskStay(patient, stay)).stay_number)


def orders(desk: Desk, patient: str, stay: str) -> OrdersDraft:
    """Write the orders of an admission: an infusion of penicillin every 12 hours from now, nursing, a tablet."""
    now = desk.clock.now().replace(second=0, microsecond=0)
    times = tuple(sorted((f"{now:%H:%M}", f"{now + timedelta(hours=12):%H:%M}")))
    tested = SkinTest(SkinTestState.NEGATIVE, lot="2407A", at=instant(now - timedelta(minutes=40)))
    penicillin = OrderLine(
        PENICILLIN, "400", "万U", "ivgtt", "q12h", group=1, skin_test=tested, start=instant(now), times=times,
        drip_rate="60 gtt/min", minutes=60,
    )  # fmt: skip
    lines = (
        OrderLine(item="nursing-1"),
        OrderLine(item="diet-semiliquid"),
        OrderLine(item="temperature", frequency="qid"),
        penicillin,
        replace(penicillin, drug=SALINE, dose="100", unit="ml", skin_test=None),
        OrderLine(PARACETAMOL, "0.5", "g", "po", "st", term=OrderTerm.STAT),
    )
    return OrdersDraft(patient, stay, lines)


def sign(desk: Desk, written: OrdersDraft) -> None:
    """Sign; alerts that stand in the way are answered with a reason once."""
    try:
        desk.do("orders.sign", written)
    except NeedsReason as stopped:
        reasons = {a.fingerprint: OverrideReason(text=WEIGHED) for a in stopped.alerts}  # type: ignore[attr-defined]
        desk.do("orders.sign", replace(written, overrides=reasons))


def verify(desk: Desk, stay: str) -> None:
    """Look at every new order of a stay, one after the other."""
    found = [line for p in desk.ask("nursing.to-verify", ToVerify(encounter=stay)).patients for line in p.new]
    if len(found) != 6:
        raise RuntimeError(f"{len(found)} of 6 orders have reached the nurse")
    for line in found:
        desk.do("nursing.verify", Verify(line.line.order))


def begin_infusion(desk: Desk, patient: str, stay: str) -> str:
    """Scan the wristband and the label of the infusion that is due, and begin it; gives the label's code."""
    now = desk.clock.now()
    due = LabelsDue(ward_of(desk), instant(now - timedelta(hours=1)), instant(now + timedelta(hours=1)), stay)
    (label,) = desk.ask("nursing.labels-due", due)
    given = _scanned(desk, patient, stay, label.barcode)
    desk.do("nursing.start-infusion", given)
    return given.slot


def give_tablet(desk: Desk, patient: str, stay: str) -> None:
    """Scan the wristband and the pack of the tablet that is due at once, and give it."""
    desk.do("nursing.give", _scanned(desk, patient, stay, PARACETAMOL_PACK))


def _scanned(desk: Desk, patient: str, stay: str, code: str) -> Give:
    """Scan a wristband and a label or pack as a nurse does; gives the dose both agree on."""
    band = wristband(desk, patient, stay)
    read = desk.ask("nursing.scan", Scan(band))
    if read.kind is not ScanKind.WRISTBAND or read.encounter != stay:
        raise RuntimeError("the wristband is not this patient's")
    rights: RightsView = desk.ask("nursing.five-rights", FiveRights(stay, code=code, wristband=band))
    if not rights.ok:
        raise RuntimeError(f"the dose was refused: {[bar.message for bar in rights.bars]}")
    return Give(rights.slot, stay, wristband=band, label=code)


def end_infusion(desk: Desk, stay: str, slot: str) -> None:
    """End the running infusion."""
    running = [row for row in desk.ask("nursing.tasks", AskTasks(ward_of(desk))).rows if row.slot == slot]
    if not running:
        raise RuntimeError("the infusion is not on the list of what runs")
    desk.do("nursing.end-infusion", EndInfusion(slot, stay))


def expect_doses(desk: Desk, stay: str, count: int) -> None:
    """Want a number of units of the stay that were carried out today. Raises RuntimeError for another one."""
    rows = desk.ask("orders.list", OrdersOf(stay)).rows
    units = {(row.number, row.group or row.id) for row in rows if row.drug and row.done}
    if len(units) != count:
        raise RuntimeError(f"{len(units)} doses are shown instead of {count}")


def measure(desk: Desk, patient: str, stay: str) -> None:
    """Record one row of a round."""
    signs = RecordRound(
        patient,
        stay,
        temperature=Decimal("38.7"),
        pulse=Decimal(102),
        respiration=Decimal(20),
        systolic=Decimal(116),
        diastolic=Decimal(74),
        spo2=Decimal(97),
        pain=Decimal(4),
        stool="1",
        weight=Decimal("56.5"),
        height=Decimal(162),
    )
    desk.do("vitals.record-round", signs)


def order_blood(desk: Desk, patient: str, stay: str) -> str:
    """Order electrolytes; gives the number of the request."""
    desk.do("laboratory.order", OrderTests(patient, stay, ("LYTES",), "urgent"))
    return _blood(desk, patient, stay).number


def _blood(desk: Desk, patient: str, stay: str) -> LaboratoryRow:
    rows = desk.ask("laboratory.orders", LaboratoryOrdersOf(patient, stay))
    row: LaboratoryRow = next(row for row in rows if row.code == "LYTES")
    return row


def label_tube(desk: Desk, patient: str, stay: str) -> str:
    """Label the tube of the request; gives its number."""
    desk.do("laboratory.label", LabelOrders(patient, (_blood(desk, patient, stay).id,)))
    return _blood(desk, patient, stay).specimens[0]


def draw(desk: Desk, patient: str, stay: str, tube: str) -> None:
    """Scan wristband and tube, see that both are of one patient, and draw."""
    band = wristband(desk, patient, stay)
    check = desk.ask("laboratory.check-collection", CheckCollection(band, tube))
    if not check.agrees:
        raise RuntimeError(check.problem)
    desk.do("laboratory.collect", Collect(tube, band))


def expect_critical(desk: Desk, report: str, is_open: bool) -> None:
    """Want a report to stand among the open critical values, or not. Raises RuntimeError."""
    found = any(row.report == report for row in desk.ask("laboratory.criticals", Criticals(ward_of(desk))))
    if found is not is_open:
        raise RuntimeError("the critical value is not shown" if is_open else "it is still shown as open")


def answer_critical(desk: Desk, patient: str, report: str) -> None:
    """Say what was done about a critical value."""
    desk.do("laboratory.handle-critical", HandleCritical(patient, report, DONE, "陈洁"))

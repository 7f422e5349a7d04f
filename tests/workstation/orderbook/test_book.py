"""Inpatient orders read back: medicines and all else, who did what to them, many stays at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import MORNING
from tests.plugins.ward import drug_order, other_order, patient, stay, stopped, verification
from workstation.core import i18n
from workstation.desk import Desk
from workstation.orderbook.book import one_order, orders_of, orders_of_many, orders_signed
from workstation.orderbook.given import Done, given_of
from workstation.orderbook.order import Order, Verified, running
from workstation.terminology.doses import plain

START = MORNING - timedelta(hours=1)
FLUID = drug_order(
    "o1", "p1", "s1", "0.9%氯化钠注射液", "100 ml ivgtt bid", START, line=1, group=1, drip="60 gtt/min"
)
DRUG = drug_order(
    "o2", "p1", "s1", "注射用头孢曲松钠", "1 g ivgtt bid", START, line=2, group=1, skin_test="negative"
)
LEVEL = other_order("o3", "p1", "s1", "nursing-level", "一级护理", START, line=3)
STOPPED = stopped(drug_order("o4", "p1", "s1", "苯磺酸氨氯地平片", "5 mg po qd", START, line=4), MORNING)
LABORATORY = {
    **other_order("o5", "p1", "s1", "x", "血常规", START),
    "category": [{"coding": [{"system": "http://snomed.info/sct", "code": "108252007"}]}],
}
OUTPATIENT = {**drug_order("o6", "p1", "s1", "苯磺酸氨氯地平片", "5 mg po qd", START), "category": []}


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    made = make_desk("nurse")
    put(
        made,
        patient("p1", "欧阳建国", "M00032"),
        stay("s1", "p1", "ZY260317AAA001", "b12", START),
        *(FLUID, DRUG, LEVEL, STOPPED, LABORATORY, OUTPATIENT),
        verification(FLUID, "completed"),
        verification(DRUG),
        verification(STOPPED, "completed"),
        verification(STOPPED, stop=True),
        verification(LEVEL, "rejected", statusReason={"text": "级别有疑问"}),
    )
    return made


def put(desk: Desk, *records: dict[str, Any]) -> None:
    desk.store.write(desk.actor, "test.seed", lambda unit: [unit.put(dict(r)) for r in records][-1])


def book(desk: Desk) -> dict[str, Order]:
    with desk.store.reader() as reader:
        return {order.id: order for order in orders_of(reader, "s1", desk.knowledge)}


def test_book_holds_medicines_and_other_orders_of_the_stay_and_nothing_else(desk: Desk) -> None:
    assert list(book(desk)) == ["o1", "o2", "o3", "o4"]


def test_line_of_medicine_is_worded_and_keeps_its_codes(desk: Desk) -> None:
    i18n.set_language("zh_CN")
    fluid = book(desk)["o1"]
    assert plain(fluid.display).endswith("剂量 100 mL — 静脉滴注 — 每日 2 次 — 60 gtt/min")
    assert (fluid.unit, fluid.dose, fluid.dose_unit, fluid.route) == ("G1", "100", "ml", "ivgtt")
    assert (fluid.timing.frequency, fluid.timing.times) == ("bid", ("08:00", "20:00"))
    assert fluid.infusion
    assert book(desk)["o2"].skin_test.state == "negative"


def test_verification_says_who_saw_it_and_why_it_went_back(desk: Desk) -> None:
    found = book(desk)
    assert (found["o1"].verification.state, found["o1"].verification.by) == (Verified.DONE, "陈洁")
    assert (found["o2"].verification.state, found["o2"].verification.by) == (Verified.WAITING, "")
    assert (found["o3"].verification.state, found["o3"].verification.reason) == (
        Verified.RETURNED,
        "级别有疑问",
    )


def test_stop_says_who_why_and_whether_a_nurse_has_seen_it(desk: Desk) -> None:
    stop = book(desk)["o4"].stop
    assert stop is not None
    assert (stop.by, stop.reason, stop.verification.state) == ("王敏", "病情变化", Verified.WAITING)
    assert not running(book(desk)["o4"], MORNING)


def test_order_is_found_by_its_number_and_by_itself(desk: Desk) -> None:
    with desk.store.reader() as reader:
        assert [o.id for o in orders_signed(reader, "YZ26AAA000001", desk.knowledge)] == [
            "o1",
            "o2",
            "o3",
            "o4",
        ]
        one = one_order(reader, "MedicationRequest", "o1", desk.knowledge)
        assert one is not None
        assert one.verification.state is Verified.DONE
        assert one_order(reader, "MedicationRequest", "unknown", desk.knowledge) is None


def test_eighty_stays_take_as_many_queries_as_one(desk: Desk) -> None:
    put(
        desk,
        *(stay(f"t{n}", "p1", f"ZY260317AAA{n:03}", f"b{n}", START) for n in range(80)),
        *(drug_order(f"t{n}-o", "p1", f"t{n}", "苯磺酸氨氯地平片", "5 mg po qd", START) for n in range(80)),
    )
    with desk.store.reader() as reader:
        counted: list[str] = []
        sa.event.listen(reader._connection.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
        found = orders_of_many(reader, [f"t{n}" for n in range(80)], desk.knowledge)
    assert sum(len(lines) for lines in found.values()) == 80
    assert len(counted) == 3


def test_facts_are_read_with_who_gave_and_who_checked(desk: Desk) -> None:
    put(
        desk,
        {
            "resourceType": "MedicationAdministration",
            "id": "a1",
            "status": "not-done",
            "statusReason": {"text": "患者拒绝"},
            "medicationCodeableConcept": {"text": "头孢曲松"},
            "subject": {"reference": "Patient/p1"},
            "context": {"reference": "Encounter/s1"},
            "request": {"reference": "MedicationRequest/o2"},
            "effectiveDateTime": "2026-03-17T08:05:00.000+08:00",
            "performer": [{"actor": {"display": "陈洁"}}],
        },
        {**verification(LEVEL, "completed"), "id": "done-1", "code": {
            "coding": [{"system": "https://qingnang.example/fhir/CodeSystem/task", "code": "order-execution"}]
        }},
    )  # fmt: skip
    with desk.store.reader() as reader:
        done, refused = given_of(reader, "s1")
    assert (refused.state, refused.text, refused.by, refused.order) == (
        Done.NOT_GIVEN,
        "患者拒绝",
        "陈洁",
        "o2",
    )
    assert (done.state, done.order, done.by) == (Done.GIVEN, "o3", "陈洁")

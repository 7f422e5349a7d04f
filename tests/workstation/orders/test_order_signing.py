"""Signing inpatient orders: exactly what docs/fhir.md says, judged again, verified by nurses, or nothing at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workstation.orders.bedside import STAT
from workstation.core.clock import instant
from workstation.core.errors import Conflict, Denied, Invalid, NeedsReason, NotFound
from workstation.fhir import systems
from workstation.fhir.resources import code_of, extension
from workstation.medication.model import OverrideReason
from workstation.orders.model import OrderLine
from workstation.rules.alerts import Tier
from workstation.security import signing

NINE = "2026-03-17T09:00:00.000+08:00"


def amlodipine(bedside, how="5 mg po qd", **more):
    return bedside.line("苯磺酸氨氯地平片", how, **more)


def saline(bedside, **more):
    return bedside.line("0.9%氯化钠注射液", "100 ml ivgtt bid", **more)


def pantoprazole(bedside, **more):
    return bedside.line("注射用泮托拉唑钠", "40 mg ivgtt bid", **more)


def test_a_long_term_medicine_says_when_it_begins_its_times_and_the_doses_of_its_first_day(bedside):
    [order] = bedside.sign(bedside.line("盐酸氨溴索片", "30 mg po tid"))
    repeat = order["dosageInstruction"][0]["timing"]["repeat"]
    assert order["resourceType"] == "MedicationRequest"
    assert (order["status"], order["intent"]) == ("active", "order")
    assert [c["coding"][0]["code"] for c in order["category"]] == ["inpatient", "long-term"]
    assert repeat == {
        "boundsPeriod": {"start": NINE},
        "frequency": 3,
        "period": 1,
        "periodUnit": "d",
        "timeOfDay": ["08:00:00", "12:00:00", "16:00:00"],
    }
    assert extension(order, systems.FIRST_DAY_DOSES) == 2
    assert extension(order, systems.LINE_NUMBER) == 1
    assert extension(order, systems.PRICE)["currency"] == "CNY"
    assert order["groupIdentifier"]["value"].startswith("YZ26")
    assert "dispenseRequest" not in order


def test_the_doctor_changes_begin_times_first_day_and_rate(bedside):
    [order] = bedside.sign(
        saline(
            bedside,
            start="2026-03-17T14:00:00+08:00",
            times=("9:00", "21"),
            first_day=1,
            drip_rate="60",
        )
    )
    repeat = order["dosageInstruction"][0]["timing"]["repeat"]
    assert repeat["boundsPeriod"]["start"] == "2026-03-17T14:00:00.000+08:00"
    assert repeat["timeOfDay"] == ["09:00:00", "21:00:00"]
    assert extension(order, systems.FIRST_DAY_DOSES) == 1
    assert extension(order, systems.DRIP_RATE) == "60 gtt/min"


def test_a_stat_medicine_is_given_once(bedside):
    [order] = bedside.sign(bedside.line("呋塞米注射液", "20 mg iv st", term=STAT))
    repeat = order["dosageInstruction"][0]["timing"]["repeat"]
    assert repeat == {"boundsPeriod": {"start": NINE}, "count": 1}
    assert code_of(order["category"], systems.ORDER_TERM) == "stat"
    assert extension(order, systems.FIRST_DAY_DOSES) is None


def test_what_is_given_once_is_stat_wherever_it_was_written(bedside):
    [order] = bedside.sign(bedside.line("呋塞米注射液", "20 mg iv st"))
    assert code_of(order["category"], systems.ORDER_TERM) == "stat"


def test_a_stat_order_that_repeats_is_refused(bedside):
    with pytest.raises(Invalid) as refused:
        bedside.sign(amlodipine(bedside, term=STAT))
    assert refused.value.field == "k1.frequency"


def test_the_lines_of_an_infusion_are_one_group_and_counted_through(bedside):
    orders = bedside.sign(
        bedside.item("nursing-1"),
        saline(bedside, group=7, drip_rate="40 ml/h"),
        pantoprazole(bedside, group=7, drip_rate="40 ml/h"),
    )
    assert [extension(o, systems.LINE_NUMBER) for o in orders] == [1, 2, 3]
    assert [extension(o, systems.GROUP_NUMBER) for o in orders] == [None, 1, 1]
    assert {extension(o, systems.DRIP_RATE) for o in orders[1:]} == {"40 mL/h"}
    numbers = {(o.get("groupIdentifier") or o["requisition"])["value"] for o in orders}
    assert len(numbers) == 1


def test_the_lines_of_a_group_must_be_given_together(bedside):
    with pytest.raises(Invalid) as refused:
        bedside.sign(saline(bedside, group=1, drip_rate="60"), pantoprazole(bedside, group=1))
    assert refused.value.field == "k2.frequency"


def test_a_nursing_level_is_a_service_request(bedside):
    [order] = bedside.sign(bedside.item("nursing-1"))
    assert order["resourceType"] == "ServiceRequest"
    assert code_of(order["category"], systems.ORDER_KIND) == "nursing-level"
    assert code_of(order["category"], systems.ORDER_TERM) == "long-term"
    assert order["code"]["text"] == "一级护理"
    assert code_of(order["code"], systems.WARD_ORDER) == "nursing-1"
    assert order["requisition"]["system"] == systems.ORDER_NUMBER
    assert order["occurrenceTiming"] == {"repeat": {"boundsPeriod": {"start": NINE}}}


def test_monitoring_has_the_frequency_that_was_written(bedside):
    [order] = bedside.sign(bedside.item("blood-pressure", frequency="q6h", text="双上肢"))
    timing = order["occurrenceTiming"]
    assert code_of(timing["code"], systems.FREQUENCY) == "q6h"
    assert timing["repeat"]["timeOfDay"] == ["02:00:00", "08:00:00", "14:00:00", "20:00:00"]
    assert extension(order, systems.FIRST_DAY_DOSES) == 2
    assert order["orderDetail"] == [{"text": "双上肢"}]


def test_words_alone_are_an_order_too(bedside):
    [order] = bedside.sign(OrderLine(text="家属留陪护"))
    assert order["code"] == {"text": "家属留陪护"}
    assert code_of(order["category"], systems.ORDER_KIND) == "other"


def test_a_new_nursing_level_stops_the_old_one_in_the_same_unit(bedside):
    [old] = bedside.sign(bedside.item("nursing-1"))
    bedside.clock.advance(timedelta(hours=1))
    assert bedside.check(bedside.item("nursing-2")).replaced[0].order == old["id"]
    [new] = bedside.sign(bedside.item("nursing-2"))
    ended = bedside.get("ServiceRequest", old["id"])
    assert ended["status"] == "revoked"
    assert ended["occurrenceTiming"]["repeat"]["boundsPeriod"]["end"] == instant(bedside.clock.now())
    assert extension(ended, systems.STATUS_REASON) == "由“二级护理”取代"
    assert bedside.get("ServiceRequest", new["id"])["status"] == "active"
    assert bedside.get("Task", f"{old['id']}-verify")["status"] == "cancelled"
    assert bedside.get("Task", f"{old['id']}-verify-stop")["status"] == "requested"


def test_a_level_that_begins_later_lets_the_old_one_run_until_then(bedside):
    [old] = bedside.sign(bedside.item("nursing-1"))
    bedside.sign(bedside.item("nursing-2", start="2026-03-18T08:00:00+08:00"))
    still = bedside.get("ServiceRequest", old["id"])
    assert still["status"] == "active"
    assert still["occurrenceTiming"]["repeat"]["boundsPeriod"]["end"] == "2026-03-18T08:00:00.000+08:00"
    assert bedside.get("Task", f"{old['id']}-verify")["status"] == "requested"


def test_a_diet_does_not_stop_a_nursing_level(bedside):
    [level] = bedside.sign(bedside.item("nursing-1"))
    bedside.sign(bedside.item("diet-low-salt"))
    assert bedside.get("ServiceRequest", level["id"])["status"] == "active"


def test_two_levels_at_once_are_refused(bedside):
    with pytest.raises(Invalid) as refused:
        bedside.sign(bedside.item("nursing-1"), bedside.item("nursing-2"))
    assert refused.value.field == "k2.drug"
    assert bedside.read("ServiceRequest") == []


def test_every_order_waits_for_a_nurse_by_a_task_two_desks_would_make_alike(bedside):
    orders = bedside.sign(amlodipine(bedside), bedside.item("nursing-1"))
    for order in orders:
        task = bedside.get("Task", f"{order['id']}-verify")
        assert task["status"] == "requested"
        assert code_of(task["code"], systems.TASK_CODE) == "order-verification"
        assert task["focus"]["reference"] == f"{order['resourceType']}/{order['id']}"
        assert task["groupIdentifier"] == order.get("groupIdentifier", order.get("requisition"))


def test_one_signature_covers_all_orders(bedside):
    orders = bedside.sign(amlodipine(bedside), bedside.item("nursing-1"))
    [provenance] = bedside.read("Provenance")
    assert signing.holds(provenance, orders)


def test_an_alert_that_stands_stops_everything_and_its_reason_is_kept(bedside):
    lines = (amlodipine(bedside), bedside.line("硝苯地平控释片", "30 mg po qd"))
    with pytest.raises(NeedsReason) as refused:
        bedside.sign(*lines)
    assert bedside.read("Task") == []
    answers = {a.fingerprint: OverrideReason("benefit") for a in refused.value.alerts}
    bedside.sign(*lines, overrides=answers)
    issues = bedside.read("DetectedIssue")
    assert {code_of(i["code"], systems.RULE) for i in issues} == {a.rule_id for a in refused.value.alerts}


def test_a_running_order_counts_when_the_same_drug_is_ordered_again(bedside):
    bedside.sign(amlodipine(bedside))
    found = bedside.check(amlodipine(bedside))
    assert [(a.rule_id, a.tier) for a in found.alerts if a.rule_id == "DUP-01"] == [("DUP-01", Tier.WARNING)]


def test_a_stopped_order_is_no_duplicate(bedside):
    from workstation.orders.model import StopOrder

    [order] = bedside.sign(amlodipine(bedside))
    bedside.desk.do("orders.stop", StopOrder(order["id"], "改药"))
    assert not [a for a in bedside.check(amlodipine(bedside)).alerts if a.rule_id == "DUP-01"]


def test_what_the_law_asks_of_a_prescription_sheet_is_not_asked_of_orders(bedside):
    lines = [
        bedside.line(name, how)
        for name, how in (
            ("盐酸氨溴索片", "30 mg po tid"),
            ("苯磺酸氨氯地平片", "5 mg po qd"),
            ("蒙脱石散", "3 g po tid"),
            ("阿托伐他汀钙片", "20 mg po qn"),
            ("阿司匹林肠溶片", "100 mg po qd"),
            ("单硝酸异山梨酯缓释片", "40 mg po qd"),
        )
    ]
    found = bedside.check(*lines)
    assert not [a for a in found.alerts if a.rule_id.startswith("LEGAL")]


def test_an_emergency_exception_is_for_a_stat_order_only(bedside):
    """An antibacterial above the right may be given for one day; an order without an end is no day."""
    bedside.desk.unlock("res", "246810")
    drug = "盐酸莫西沙星片"
    long = bedside.check(bedside.line(drug, "0.4 g po qd"), emergency_reason="夜间重症感染")
    once = bedside.check(bedside.line(drug, "0.4 g po st", term=STAT), emergency_reason="夜间重症感染")
    assert "ABX-01" in {a.rule_id for a in long.alerts}
    assert "ABX-01" not in {a.rule_id for a in once.alerts}


def test_an_item_is_not_said_to_be_passed_but_to_need_no_check(bedside):
    found = bedside.check(bedside.item("nursing-1"), amlodipine(bedside))
    assert found.lines[0].state == "not-needed"
    assert found.lines[1].state != "not-needed"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (OrderLine(), "drug"),
        (OrderLine(item="no-such"), "drug"),
        (OrderLine(text="家"), "drug"),
        (OrderLine(item="blood-pressure", frequency="often"), "frequency"),
        (OrderLine(item="blood-pressure", frequency="bid", times=("08:00",)), "times"),
        (OrderLine(item="blood-pressure", frequency="bid", times=("25", "8")), "times"),
        (OrderLine(item="nursing-1", start="2026-03-16T09:00:00+08:00"), "start"),
        (OrderLine(item="nursing-1", start="tomorrow"), "start"),
        (OrderLine(item="blood-pressure", frequency="bid", first_day=25), "first_day"),
        (OrderLine(item="oxygen-low", drip_rate="fast"), "drip_rate"),
    ],
)
def test_what_is_wrong_with_a_line_is_named(bedside, line, field):
    with pytest.raises(Invalid) as refused:
        bedside.sign(line)
    assert refused.value.field == f"k1.{field}"
    assert bedside.check(line).lines[0].problem.field == field


def test_what_was_said_in_a_rescue_may_be_written_six_hours_later(bedside):
    start = instant(bedside.clock.now() - timedelta(hours=5))
    [order] = bedside.sign(bedside.line("呋塞米注射液", "20 mg iv st", term=STAT, start=start))
    assert order["dosageInstruction"][0]["timing"]["repeat"]["boundsPeriod"]["start"] == start


def test_orders_need_a_stay_under_way(bedside):
    stay = bedside.get("Encounter", "e1")
    bedside.put(stay | {"status": "finished"})
    with pytest.raises(Conflict):
        bedside.sign(amlodipine(bedside))
    bedside.put(stay | {"class": {"code": "AMB"}})
    with pytest.raises(Invalid):
        bedside.sign(amlodipine(bedside))
    bedside.put(stay | {"subject": {"reference": "Patient/p2"}})
    with pytest.raises(Invalid):
        bedside.sign(amlodipine(bedside))


def test_nothing_to_sign_is_refused(bedside):
    with pytest.raises(Invalid):
        bedside.sign()


def test_a_nurse_signs_no_orders(bedside):
    bedside.desk.unlock("nurse", "246810")
    with pytest.raises(Denied):
        bedside.sign(amlodipine(bedside))


def test_an_unknown_stay_is_not_found(bedside):
    from dataclasses import replace

    draft = replace(bedside.draft(amlodipine(bedside)), encounter="nowhere")
    with pytest.raises(NotFound):
        bedside.desk.do("orders.sign", draft)

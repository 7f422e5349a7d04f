"""Orders stopped, taken back, or sent back by a nurse: signed, told to the nurses, never deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workstation.core.clock import instant
from workstation.core.errors import Conflict, Denied, Invalid, NotFound
from workstation.fhir import systems
from workstation.fhir.resources import code_of, extension
from workstation.orders.model import AnswerReturn, StopOrder, VoidOrder

LATER = "2026-03-18T08:00:00.000+08:00"


@pytest.fixture
def order(bedside):
    return bedside.sign(bedside.line("苯磺酸氨氯地平片", "5 mg po qd"))[0]


@pytest.fixture
def infusion(bedside):
    return bedside.sign(
        bedside.line("0.9%氯化钠注射液", "100 ml ivgtt bid", group=1),
        bedside.line("注射用泮托拉唑钠", "40 mg ivgtt bid", group=1),
    )


def end_of(order):
    return order["dosageInstruction"][0]["timing"]["repeat"]["boundsPeriod"].get("end", "")


def stop(bedside, order, at="", reason="病情好转", **more):
    return bedside.desk.do("orders.stop", StopOrder(order["id"], reason, at, **more))


def void(bedside, order, reason="开错"):
    return bedside.desk.do("orders.void", VoidOrder(order["id"], reason))


def test_a_stop_now_ends_the_order_and_says_who_and_why(bedside, order):
    bedside.clock.advance(timedelta(hours=2))
    stop(bedside, order)
    after = bedside.get("MedicationRequest", order["id"])
    assert after["status"] == "stopped"
    assert end_of(after) == instant(bedside.clock.now())
    assert after["statusReason"] == {"text": "病情好转"}
    acts = {code_of(p["activity"]) for p in bedside.read("Provenance", target=order["id"])}
    assert acts == {"", "ABORT"}


def test_a_stop_ahead_keeps_the_order_active_until_then(bedside, order):
    stop(bedside, order, LATER)
    after = bedside.get("MedicationRequest", order["id"])
    assert (after["status"], end_of(after)) == ("active", LATER)


def test_a_stop_asks_a_nurse_and_what_was_not_verified_yet_need_not_be(bedside, order):
    stop(bedside, order)
    assert bedside.get("Task", f"{order['id']}-verify")["status"] == "cancelled"
    told = bedside.get("Task", f"{order['id']}-verify-stop")
    assert (told["status"], code_of(told["code"], systems.TASK_CODE)) == (
        "requested",
        "order-stop-verification",
    )


def test_an_order_that_was_verified_stays_so_when_it_stops(bedside, order):
    bedside.verify(order)
    stop(bedside, order)
    assert bedside.get("Task", f"{order['id']}-verify")["status"] == "completed"


def test_an_infusion_stops_whole(bedside, infusion):
    stop(bedside, infusion[1])
    assert {bedside.get("MedicationRequest", o["id"])["status"] for o in infusion} == {"stopped"}


def test_one_line_of_an_infusion_can_be_stopped_alone(bedside, infusion):
    stop(bedside, infusion[1], alone=True)
    states = [bedside.get("MedicationRequest", o["id"])["status"] for o in infusion]
    assert states == ["active", "stopped"]


def test_a_later_stop_may_be_brought_forward_and_the_nurse_is_asked_anew(bedside, order):
    stop(bedside, order, LATER)
    told = bedside.get("Task", f"{order['id']}-verify-stop")
    bedside.put(told | {"status": "completed", "owner": {"display": "陈洁"}})
    stop(bedside, order)
    assert bedside.get("MedicationRequest", order["id"])["status"] == "stopped"
    again = bedside.get("Task", f"{order['id']}-verify-stop")
    assert (again["status"], "owner" in again) == ("requested", False)


def test_an_order_stops_once(bedside, order):
    stop(bedside, order)
    with pytest.raises(Conflict):
        stop(bedside, order)


@pytest.mark.parametrize(
    ("reason", "at", "field"),
    [("", "", "reason"), ("病情", "2026-03-17T08:00:00+08:00", "at"), ("病情", "soon", "at")],
)
def test_a_stop_needs_a_reason_and_a_moment_not_past(bedside, order, reason, at, field):
    with pytest.raises(Invalid) as refused:
        stop(bedside, order, at, reason)
    assert refused.value.field == field
    assert bedside.get("MedicationRequest", order["id"])["status"] == "active"


def test_what_has_not_begun_is_taken_back_and_not_stopped(bedside):
    [order] = bedside.sign(bedside.line("苯磺酸氨氯地平片", "5 mg po qd", start=LATER))
    with pytest.raises(Invalid):
        stop(bedside, order)
    void(bedside, order)
    assert bedside.get("MedicationRequest", order["id"])["status"] == "cancelled"


def test_an_order_nobody_carried_out_is_taken_back(bedside, order):
    void(bedside, order)
    after = bedside.get("MedicationRequest", order["id"])
    assert (after["status"], after["statusReason"]) == ("cancelled", {"text": "开错"})
    assert bedside.get("Task", f"{order['id']}-verify")["status"] == "cancelled"
    assert bedside.read("Task", code=f"{systems.TASK_CODE}|order-stop-verification") == []
    acts = {code_of(p["activity"]) for p in bedside.read("Provenance", target=order["id"])}
    assert "NULLIFY" in acts


def test_a_nurse_who_verified_an_order_hears_that_it_was_taken_back(bedside, order):
    bedside.verify(order)
    void(bedside, order)
    assert bedside.get("Task", f"{order['id']}-verify-stop")["status"] == "requested"


def test_another_order_taken_back_was_entered_in_error(bedside):
    [level] = bedside.sign(bedside.item("nursing-1"))
    void(bedside, level)
    after = bedside.get("ServiceRequest", level["id"])
    assert (after["status"], extension(after, systems.STATUS_REASON)) == ("entered-in-error", "开错")


def test_an_infusion_is_taken_back_whole(bedside, infusion):
    void(bedside, infusion[0])
    assert {bedside.get("MedicationRequest", o["id"])["status"] for o in infusion} == {"cancelled"}


def test_what_was_given_cannot_be_taken_back_only_stopped(bedside, infusion):
    bedside.give(infusion[0])
    with pytest.raises(Conflict) as refused:
        void(bedside, infusion[1])
    assert "Stop it" in refused.value.hint
    assert bedside.get("MedicationRequest", infusion[1]["id"])["status"] == "active"
    stop(bedside, infusion[1])


def test_a_dose_entered_in_error_does_not_keep_an_order_from_being_taken_back(bedside, order):
    bedside.give(order)
    [given] = bedside.read("MedicationAdministration")
    bedside.put(given | {"status": "entered-in-error"})
    void(bedside, order)
    assert bedside.get("MedicationRequest", order["id"])["status"] == "cancelled"


def test_a_stopped_order_cannot_be_taken_back(bedside, order):
    stop(bedside, order)
    with pytest.raises(Conflict):
        void(bedside, order)


def test_the_answer_to_a_nurse_asks_for_verification_again(bedside, order):
    bedside.verify(order, "rejected", statusReason={"text": "剂量请核对"})
    assert bedside.list().rows[0].returned == "剂量请核对"
    bedside.desk.do("orders.answer-return", AnswerReturn(order["id"], "剂量正确"))
    task = bedside.get("Task", f"{order['id']}-verify")
    assert (task["status"], "statusReason" in task, "owner" in task) == ("requested", False, False)
    assert task["note"][0]["text"] == "剂量正确"
    assert bedside.list().rows[0].state == "signed"


def test_nothing_is_answered_that_was_not_sent_back(bedside, order):
    with pytest.raises(Conflict):
        bedside.desk.do("orders.answer-return", AnswerReturn(order["id"], "剂量正确"))
    bedside.verify(order, "rejected")
    with pytest.raises(Invalid):
        bedside.desk.do("orders.answer-return", AnswerReturn(order["id"], "  "))


def test_a_nurse_stops_nothing(bedside, order):
    bedside.desk.unlock("nurse", "246810")
    with pytest.raises(Denied):
        stop(bedside, order)


def test_an_unknown_order_is_not_found(bedside):
    with pytest.raises(NotFound):
        stop(bedside, {"id": "no-such"})

"""From the doctor's signature through the nurse's eyes and back: both modules read the same record."""

from __future__ import annotations

import pytest

from tests.conftest import PIN
from workstation.nursing.model import ReturnOrder, ToVerify, Verify, VerifyStop
from workstation.orders.model import AnswerReturn, OrderState, StopOrder


@pytest.fixture
def order(bedside):
    return bedside.sign(bedside.line("盐酸氨溴索片", "30 mg po tid"))[0]


def as_nurse(bedside, verb, request):
    bedside.desk.unlock("nurse", PIN)
    bedside.desk.do(verb, request)
    bedside.desk.unlock("doc", PIN)


def test_a_verified_order_is_verified_on_the_doctors_list(bedside, order):
    as_nurse(bedside, "nursing.verify", Verify(order["id"]))
    [row] = bedside.list().rows
    assert (row.state, row.verified_by) == (OrderState.VERIFIED, "陈洁")


def test_what_a_nurse_sends_back_is_answered_and_verified_after_all(bedside, order):
    as_nurse(bedside, "nursing.return-order", ReturnOrder(order["id"], "R1", "请核对"))
    assert "请核对" in bedside.list().rows[0].returned
    bedside.desk.do("orders.answer-return", AnswerReturn(order["id"], "剂量正确"))
    [waiting] = bedside.desk.ask("nursing.to-verify", ToVerify("w1")).patients
    assert waiting.new[0].answer == "剂量正确"
    as_nurse(bedside, "nursing.verify", Verify(order["id"]))
    assert bedside.list().rows[0].state == OrderState.VERIFIED


def test_a_nurse_sees_the_stop_and_the_doctor_that_she_did(bedside, order):
    as_nurse(bedside, "nursing.verify", Verify(order["id"]))
    bedside.desk.do("orders.stop", StopOrder(order["id"], "好转"))
    as_nurse(bedside, "nursing.verify-stop", VerifyStop(order["id"]))
    assert bedside.list().rows[0].stop_verified_by == "陈洁"

"""The orders of a stay as the doctor reads them: tabs, what runs, how far each has come, sheets, and the search."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workstation.orders.bedside import STAT
from workstation.core.i18n import set_language
from workstation.orders.finding import SearchOrders
from workstation.orders.model import (
    AskSheet,
    OrderState,
    OrderTab,
    OrderTerm,
    StopOrder,
    VoidOrder,
)
from workstation.orders.timing import read_rate, read_start, read_times
from workstation.terminology.doses import plain


def ambroxol(bedside, **more):
    return bedside.line("盐酸氨溴索片", "30 mg po tid", **more)


def furosemide(bedside, **more):
    return bedside.line("呋塞米注射液", "20 mg iv st", term=STAT, **more)


def states(bedside, **more):
    return [row.state for row in bedside.list(**more).rows]


def test_tabs_count_and_only_running_leaves_the_rest_out(bedside):
    kept, stopped = bedside.sign(ambroxol(bedside), bedside.item("nursing-1"))
    bedside.sign(furosemide(bedside))
    bedside.clock.advance(timedelta(minutes=1))
    bedside.desk.do("orders.stop", StopOrder(stopped["id"], "病情变化"))
    found = bedside.list(tab=OrderTab.LONG_TERM)
    assert (found.running, found.total, found.long_term, found.stat) == (1, 2, 2, 1)
    running = bedside.list(tab=OrderTab.LONG_TERM, only_running=True)
    assert [row.id for row in running.rows] == [kept["id"]]
    assert len(bedside.list().rows) == 3
    assert [row.term for row in bedside.list(tab=OrderTab.STAT).rows] == ["stat"]


def test_an_order_goes_from_signed_to_verified_to_carried_out_today(bedside):
    [order] = bedside.sign(ambroxol(bedside))
    assert states(bedside) == [OrderState.SIGNED]
    bedside.verify(order)
    [row] = bedside.list().rows
    assert (row.state, row.done, row.planned, row.verified_by) == (OrderState.VERIFIED, 0, 2, "陈洁")
    bedside.clock.advance(timedelta(hours=3))
    bedside.give(order)
    [row] = bedside.list().rows
    assert (row.state, row.done, row.planned) == (OrderState.RUNNING, 1, 2)


def test_what_holds_runs_from_its_verification_on(bedside):
    [level] = bedside.sign(bedside.item("nursing-1"))
    bedside.verify(level)
    assert states(bedside) == [OrderState.RUNNING]


def test_an_order_sent_back_says_why(bedside):
    [order] = bedside.sign(ambroxol(bedside))
    bedside.verify(order, "rejected", statusReason={"text": "已过敏"})
    found = bedside.list()
    assert (found.rows[0].state, found.rows[0].returned, found.returned) == (
        OrderState.RETURNED,
        "已过敏",
        1,
    )


def test_a_stop_ahead_and_a_stop_that_came(bedside):
    [order] = bedside.sign(ambroxol(bedside))
    bedside.verify(order)
    bedside.desk.do("orders.stop", StopOrder(order["id"], "疗程结束", "2026-03-17T18:00:00+08:00"))
    [row] = bedside.list().rows
    assert (row.state, row.running, row.stopped_by, row.stop_reason) == (
        OrderState.STOPPING,
        True,
        "王敏",
        "疗程结束",
    )
    bedside.clock.advance(timedelta(hours=10))
    [row] = bedside.list().rows
    assert (row.state, row.running) == (OrderState.STOPPED, False)


def test_a_stat_order_is_done_once_given(bedside):
    [order] = bedside.sign(furosemide(bedside))
    bedside.verify(order)
    assert states(bedside) == [OrderState.VERIFIED]
    bedside.give(order)
    assert states(bedside) == [OrderState.DONE]


def test_once_if_needed_counts_as_unused_after_twelve_hours(bedside):
    [order] = bedside.sign(bedside.line("对乙酰氨基酚片", "0.5 g po sos", term=STAT))
    bedside.verify(order)
    bedside.clock.advance(timedelta(hours=13))
    assert states(bedside) == [OrderState.UNUSED]


def test_a_void_order_stays_in_sight(bedside):
    [order] = bedside.sign(ambroxol(bedside))
    bedside.desk.do("orders.void", VoidOrder(order["id"], "开错"))
    assert states(bedside) == [OrderState.VOID]
    assert states(bedside, only_running=True) == []


def test_the_long_term_sheet_holds_what_the_rule_for_records_asks(bedside):
    set_language("zh_CN")
    level, first, second = bedside.sign(
        bedside.item("nursing-1"),
        bedside.line("0.9%氯化钠注射液", "100 ml ivgtt bid", group=1, drip_rate="60"),
        bedside.line("注射用泮托拉唑钠", "40 mg ivgtt bid", group=1, drip_rate="60"),
    )
    bedside.sign(furosemide(bedside))
    bedside.verify(level)
    bedside.clock.advance(timedelta(hours=1))
    bedside.desk.do("orders.stop", StopOrder(level["id"], "病情好转"))
    bedside.desk.do("orders.void", VoidOrder(first["id"], "开错"))
    sheet = bedside.desk.ask("orders.sheet-data", AskSheet("e1", OrderTerm.LONG_TERM, "zh_CN"))
    assert (sheet.person.name, sheet.bed, sheet.ward, sheet.number) == (
        "欧阳建国",
        "12",
        "内科一病区",
        "ZY260317AAA001",
    )
    assert [row.order for row in sheet.rows] == [level["id"], first["id"], second["id"]]
    nursing, saline, drug = sheet.rows
    assert (nursing.content, nursing.doctor, nursing.nurse, nursing.stop_doctor) == (
        "一级护理",
        "王敏",
        "陈洁",
        "王敏",
    )
    assert nursing.stop.startswith("2026-03-17T10:00")
    assert (saline.group, drug.group) == ("┌", "└")
    assert "剂量 40 mg" in drug.content
    assert drug.content.endswith("60 gtt/min")
    assert (saline.void, saline.void_by, saline.void_at[:16]) == (True, "王敏", "2026-03-17T10:00")


def test_the_stat_sheet_says_who_carried_it_out(bedside):
    [order] = bedside.sign(furosemide(bedside))
    bedside.clock.advance(timedelta(minutes=10))
    bedside.give(order)
    sheet = bedside.desk.ask("orders.sheet-data", AskSheet("e1", OrderTerm.STAT, "en"))
    [row] = sheet.rows
    assert (row.executed_at[:16], row.nurse) == ("2026-03-17T09:10", "陈洁")
    assert "furosemide" in row.content.lower()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("yjhl", "一级护理"),
        ("dyys", "低盐饮食"),
        ("cxy", "测血压"),
        ("bw", "病危"),
        ("一级", "一级护理"),
        ("low-salt", "低盐饮食"),
        ("nursing-2", "二级护理"),
        ("axs", "盐酸氨溴索片"),
    ],
)
def test_medicines_and_other_orders_are_found_in_one_list(bedside, typed, first):
    set_language("zh_CN")
    found = bedside.desk.ask("orders.search-items", SearchOrders(typed))
    row = found.rows[0]
    name = row.item.name if row.item is not None else row.drug.name
    assert first in name


def test_regimens_on_a_ward_have_no_days_and_a_stat_order_is_given_at_once(bedside):
    long = bedside.desk.ask("orders.search-items", SearchOrders("axs")).rows[0].drug
    assert {regimen.days for regimen in long.regimens} == {0}
    assert not [r.text for r in long.regimens if plain(r.text).endswith(("days", "for 1 day"))]
    stat = bedside.desk.ask("orders.search-items", SearchOrders("axs", OrderTerm.STAT)).rows[0].drug
    assert {regimen.frequency for regimen in stat.regimens} == {"st"}
    keys = [(r.dose, r.unit, r.route) for r in stat.regimens]
    assert len(keys) == len(set(keys))


def test_what_this_doctor_orders_comes_first(bedside):
    bedside.sign(bedside.line("盐酸氨溴索片", "15 mg po qn"))
    row = bedside.desk.ask("orders.search-items", SearchOrders("axs")).rows[0].drug
    assert (row.regimens[0].dose, row.regimens[0].frequency, row.regimens[0].uses) == ("15", "qn", 1)


def test_the_catalogue_holds_what_a_ward_needs(bedside):
    orders = bedside.desk.knowledge.ward_orders
    assert len(orders) >= 50
    frequencies = bedside.desk.knowledge.frequencies
    for order in orders:
        assert order.kind in orders.kinds
        assert all((order.name_zh, order.name_en, order.initials))
        assert not order.frequency or frequencies.get(order.frequency)
    exclusive = {code for code, kind in orders.kinds.items() if kind.exclusive}
    assert {"nursing-level", "condition", "diet"} <= exclusive


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("60", "60 gtt/min"),
        ("60滴", "60 gtt/min"),
        ("40ml/h", "40 mL/h"),
        ("４０ ML/H", "40 mL/h"),
        ("5 ug/min", "5 μg/min"),
        ("", ""),
    ],
)
def test_drip_rates_are_written_one_way(typed, read):
    assert read_rate(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"), [("8 20", ("08:00", "20:00")), ("2000,0830", ("08:30", "20:00")), ("", ())]
)
def test_times_are_read_as_typed(typed, read):
    assert read_times(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1430", "2026-03-17 14:30"),
        ("8", "2026-03-17 08:00"),
        ("+1 0800", "2026-03-18 08:00"),
        ("+1", "2026-03-18 09:00"),
        ("03-20 1600", "2026-03-20 16:00"),
    ],
)
def test_a_begin_is_read_as_typed(clock, typed, read):
    assert f"{read_start(typed, clock.now()):%Y-%m-%d %H:%M}" == read

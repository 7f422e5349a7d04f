"""When doses are due: every frequency of the list, first days, stops, groups, and no two doses at one moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.orderbook import plan
from workstation.orderbook.given import Done, Given
from workstation.orderbook.order import Order, Timing, Verification, Verified, running
from workstation.terminology.knowledge import load
from workstation.terminology.model import FrequencyKind

CHINA = timezone(timedelta(hours=8))
WINDOWS = load().nursing.windows
TIMINGS = {
    f.code: Timing(f.code, f.name_en, f.count, f.period, f.unit, f.times)
    for f in load().frequencies
    if f.kind is FrequencyKind.REGULAR
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def order(timing: Timing, start: datetime, **more: object) -> Order:
    made = Order(
        "o-1", "MedicationRequest", "p", "e", "drug", "long-term", "YZ26AAA000001", 1, 0, "active",
        "drug", ("drug",), "drug", "drug", start, None, timing, "", "王敏",
    )  # fmt: skip
    return replace(made, **more)


def days(text: str, start: str, since: str, until: str, **more: object) -> list[str]:
    """Give the planned moments of a frequency as `MM-dd HH:mm`."""
    timing = replace(TIMINGS[text], **more)
    return [f"{m:%m-%d %H:%M}" for m in plan.slots(order(timing, at(start)), at(since), at(until))]


PLANS = {
    "tid begins with the doses the day still has": (
        ("tid", "2026-03-17 09:00", "2026-03-17", "2026-03-19"),
        ["03-17 12:00", "03-17 16:00", "03-18 08:00", "03-18 12:00", "03-18 16:00"],
    ),
    "q8h goes round midnight": (
        ("q8h", "2026-03-17 09:00", "2026-03-17", "2026-03-19 09:00"),
        ["03-17 16:00", "03-18 00:00", "03-18 08:00", "03-18 16:00", "03-19 00:00", "03-19 08:00"],
    ),
    "every other day counts from the first dose, not from a day without one": (
        ("qod", "2026-02-27 10:00", "2026-02-27", "2026-03-07"),
        ["02-28 08:00", "03-02 08:00", "03-04 08:00", "03-06 08:00"],
    ),
    "once a week": (
        ("qw", "2026-03-17 07:00", "2026-03-17", "2026-04-08"),
        ["03-17 08:00", "03-24 08:00", "03-31 08:00", "04-07 08:00"],
    ),
    "three times a week spreads over the week": (
        ("tiw", "2026-03-16 07:00", "2026-03-16", "2026-03-26"),
        ["03-16 08:00", "03-18 08:00", "03-20 08:00", "03-23 08:00", "03-25 08:00"],
    ),
    "every 72 hours counts from the start": (
        ("q72h", "2026-03-17 09:30", "2026-03-18", "2026-03-28"),
        ["03-20 09:30", "03-23 09:30", "03-26 09:30"],
    ),
    "every hour counts from the start": (
        ("q1h", "2026-03-17 22:20", "2026-03-17 23:00", "2026-03-18 02:00"),
        ["03-17 23:20", "03-18 00:20", "03-18 01:20"],
    ),
    "a leap day has its doses": (
        ("bid", "2028-02-28 21:00", "2028-02-28", "2028-03-02"),
        ["02-29 08:00", "02-29 20:00", "03-01 08:00", "03-01 20:00"],
    ),
    "the turn of the year": (
        ("qn", "2026-12-31 20:00", "2026-12-31", "2027-01-02"),
        ["12-31 20:00", "01-01 20:00"],
    ),
}


@pytest.mark.parametrize(("asked", "planned"), PLANS.values(), ids=PLANS)
def test_plan_of_a_frequency(asked: tuple[str, str, str, str], planned: list[str]) -> None:
    assert days(*asked) == planned


FIRST_DAYS = {
    "none": (0, "09:00", []),
    "the last of those left": (1, "09:00", ["16:00"]),
    "all that are left": (2, "09:00", ["12:00", "16:00"]),
    "one more begins at once": (3, "09:00", ["09:00", "12:00", "16:00"]),
    "two more are spread until the next": (3, "13:00", ["13:00", "14:30", "16:00"]),
    "the evening spreads until midnight": (2, "20:00", ["20:00", "22:00"]),
}


@pytest.mark.parametrize(("first", "start", "planned"), FIRST_DAYS.values(), ids=FIRST_DAYS)
def test_doses_of_the_first_day(first: int, start: str, planned: list[str]) -> None:
    found = days("tid", f"2026-03-17 {start}", "2026-03-17", "2026-03-18", first_day=first)
    assert [moment[6:] for moment in found] == planned


def test_weekdays_are_kept_whatever_day_the_order_begins() -> None:
    found = days("qw", "2026-03-17 09:00", "2026-03-17", "2026-03-31", weekdays=(0, 3))
    assert found == ["03-19 08:00", "03-23 08:00", "03-26 08:00", "03-30 08:00"]


def test_single_dose_is_due_at_its_minute_and_needed_ones_never() -> None:
    start = at("2026-03-17 09:10:42")
    window = (at("2026-03-17"), at("2026-03-19"))
    assert plan.slots(order(Timing("st", once=True), start), *window) == (at("2026-03-17 09:10"),)
    assert plan.slots(order(Timing("prn", as_needed=True), start), *window) == ()
    assert plan.slots(order(Timing(), start), *window) == ()


def test_once_if_needed_runs_for_twelve_hours() -> None:
    needed = order(Timing("sos", as_needed=True), at("2026-03-17 09:00"))
    assert running(needed, at("2026-03-17 20:59"))
    assert not running(needed, at("2026-03-17 21:00"))


def test_stop_ends_the_plan_and_a_void_order_has_none() -> None:
    tid = TIMINGS["tid"]
    stopped = order(tid, at("2026-03-17 07:00"), end=at("2026-03-18 12:00"))
    found = plan.slots(stopped, at("2026-03-17"), at("2026-03-20"))
    assert [f"{m:%d %H}" for m in found] == ["17 08", "17 12", "17 16", "18 08"]
    assert running(stopped, at("2026-03-18 11:59"))
    assert not running(stopped, at("2026-03-18 12:00"))
    assert plan.slots(replace(stopped, status="cancelled"), at("2026-03-17"), at("2026-03-20")) == ()


def test_lines_of_a_group_are_one_dose_and_a_stopped_line_falls_out() -> None:
    bid = TIMINGS["bid"]
    fluid = order(bid, at("2026-03-17 07:00"), id="fluid", group=2, line=1)
    drug = order(bid, at("2026-03-17 07:00"), id="drug", group=2, line=2, end=at("2026-03-17 12:00"))
    other = order(bid, at("2026-03-17 07:00"), id="other", line=3)
    found = plan.planned([fluid, drug, other], at("2026-03-17"), at("2026-03-18"))
    assert [(s.key, [o.id for o in s.orders]) for s in found] == [
        ("YZ26AAA000001.G2.2603170800", ["fluid", "drug"]),
        ("YZ26AAA000001.L3.2603170800", ["other"]),
        ("YZ26AAA000001.G2.2603172000", ["fluid"]),
        ("YZ26AAA000001.L3.2603172000", ["other"]),
    ]
    assert plan.parse_key(found[0].key) == plan.SlotKey("YZ26AAA000001", "G2", "2603170800")
    assert plan.parse_key("ZY260317AAA001") is None


def fact(slot: str, line: str, state: Done = Done.GIVEN) -> Given:
    return Given("f", line, slot, state, "e", "p", "2026-03-17T08:05:00.000+08:00")


def test_due_doses_lie_in_three_lanes_until_somebody_recorded_them() -> None:
    now, hourly = at("2026-03-17 12:00"), replace(TIMINGS["q1h"], first_day=None)
    line = order(hourly, at("2026-03-17 09:00"))
    recorded = [
        fact("YZ26AAA000001.L1.2603170900", "o-1"),
        fact("YZ26AAA000001.L1.2603171400", "o-1", Done.ERROR),
    ]
    found = plan.due([line], recorded, now, WINDOWS)
    assert [f"{s.at:%H:%M}" for s in found.overdue] == ["10:00", "11:00"]
    assert [f"{s.at:%H:%M}" for s in found.now] == ["12:00", "13:00"]
    assert [f"{s.at:%H:%M}" for s in found.later] == ["14:00", "15:00", "16:00"]


def test_dose_at_the_edge_of_now_is_not_overdue() -> None:
    now = at("2026-03-17 08:15")
    assert plan.due([order(TIMINGS["qd"], at("2026-03-17 07:00"))], [], now, WINDOWS).now
    later = now + timedelta(minutes=1)
    assert plan.due([order(TIMINGS["qd"], at("2026-03-17 07:00"))], [], later, WINDOWS).overdue


def test_group_stays_due_with_the_lines_nobody_recorded() -> None:
    bid = TIMINGS["bid"]
    lines = [order(bid, at("2026-03-17 07:00"), id=i, group=1) for i in ("a", "b")]
    found = plan.due(lines, [fact("YZ26AAA000001.G1.2603170800", "a")], at("2026-03-17 08:00"), WINDOWS)
    assert [[o.id for o in s.orders] for s in found.now] == [["b"]]


def test_order_sent_back_to_the_doctor_is_not_due() -> None:
    back = order(TIMINGS["qd"], at("2026-03-17 07:00"), verification=Verification(Verified.RETURNED))
    assert plan.due([back], [], at("2026-03-17 08:00"), WINDOWS) == plan.Due()


def test_moments_of_another_zone_are_planned_on_the_clock_of_the_ward() -> None:
    abroad = order(TIMINGS["qd"], at("2026-03-17 07:00").astimezone(UTC))
    found = plan.slots(abroad, at("2026-03-17"), at("2026-03-18"))
    assert [m.isoformat() for m in found] == ["2026-03-17T08:00:00+08:00"]


STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31)).map(lambda d: d.replace(tzinfo=CHINA))
CODES = st.sampled_from(sorted(TIMINGS))
FIRST = st.none() | st.integers(0, 6)


@given(CODES, STARTS, FIRST, st.integers(0, 40), st.integers(1, 20))
def test_no_two_doses_at_one_moment_none_before_the_start_and_none_outside(
    code: str, start: datetime, first: int | None, ahead: int, span: int
) -> None:
    since = start.replace(hour=0) + timedelta(days=ahead)
    until = since + timedelta(days=span)
    found = plan.slots(order(replace(TIMINGS[code], first_day=first), start), since, until)
    assert list(found) == sorted(set(found))
    begun = start.replace(second=0, microsecond=0)
    assert all(since <= m < until and m >= begun and not (m.second or m.microsecond) for m in found)


@given(CODES, STARTS, FIRST, st.integers(1, 200))
def test_plan_does_not_depend_on_how_it_is_cut(
    code: str, start: datetime, first: int | None, hours: int
) -> None:
    line = order(replace(TIMINGS[code], first_day=first), start)
    since, middle, until = start, start + timedelta(hours=hours), start + timedelta(hours=400)
    since = since.replace(second=0, microsecond=0)
    whole = plan.slots(line, since, until)
    assert whole == plan.slots(line, since, middle) + plan.slots(line, middle, until)


@given(CODES, STARTS, st.integers(0, 6))
def test_first_day_has_as_many_doses_as_were_asked_for(code: str, start: datetime, first: int) -> None:
    timing = replace(TIMINGS[code], first_day=first)
    if not timing.times:
        return
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    room = 24 * 60 - start.hour * 60 - start.minute
    left = [t for t in timing.times if int(t[:2]) * 60 + int(t[3:]) >= start.hour * 60 + start.minute]
    gap = (int(left[0][:2]) * 60 + int(left[0][3:]) if left else 24 * 60) - (24 * 60 - room)
    found = plan.slots(order(timing, start), midnight, midnight + timedelta(days=1))
    assert len(found) == min(first, max(len(left), len(left) + gap) if first > len(left) else first)


@given(CODES, STARTS, st.integers(0, 300))
def test_nothing_is_planned_from_the_stop_on(code: str, start: datetime, hours: int) -> None:
    stop = start + timedelta(hours=hours)
    line = order(TIMINGS[code], start, end=stop)
    free = order(TIMINGS[code], start)
    span = (start.replace(second=0, microsecond=0), start + timedelta(days=30))
    assert plan.slots(line, *span) == tuple(m for m in plan.slots(free, *span) if m < stop)

"""The columns of a temperature chart: where a moment stands, how pages, days and days after operations are counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from workstation.chart.temperature import (
    Event,
    EventKind,
    operation_day,
    page_count,
    slot_of,
    spread,
    stay_day,
)
from workstation.terminology.ward_signs import ChartStyle

CHINA = timezone(timedelta(hours=8))
DAY = date(2026, 3, 17)
TWO, FOUR = ChartStyle(first_hour=2), ChartStyle(first_hour=4)


def at(hour: int, minute: int = 0, day: int = 17) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("moment", "style", "slot"),
    [
        (at(0), TWO, 0), (at(2), TWO, 0), (at(3, 59), TWO, 0), (at(4), TWO, 1), (at(10, 20), TWO, 2),
        (at(14), TWO, 3), (at(16), TWO, 4), (at(23, 59), TWO, 5), (at(0, 0, 18), TWO, 6), (at(10, 0, 23), TWO, 38),
        (at(23, 0, 16), TWO, -1), (at(4), FOUR, 0), (at(2), FOUR, 0), (at(23, 30), FOUR, 5), (at(1, 30, 18), FOUR, 5),
        (at(2, 0, 18), FOUR, 6),
    ],
)  # fmt: skip
def test_a_moment_stands_in_the_column_of_the_nearest_hour(
    moment: datetime, style: ChartStyle, slot: int
) -> None:
    assert slot_of(moment, DAY, style) == slot


def test_the_hours_of_a_day_follow_the_site() -> None:
    assert TWO.hours == (2, 6, 10, 14, 18, 22)
    assert FOUR.hours == (4, 8, 12, 16, 20, 24)


@pytest.mark.parametrize(("days", "pages"), [(0, 1), (6, 1), (7, 2), (13, 2), (14, 3)])
def test_the_eighth_day_opens_page_two(days: int, pages: int) -> None:
    assert page_count(DAY, DAY + timedelta(days)) == pages
    assert stay_day(DAY, DAY + timedelta(days)) == days + 1


def counted(style: ChartStyle, *operations: int, days: int = 20) -> list[str]:
    dates = [DAY + timedelta(d) for d in operations]
    return [operation_day(DAY + timedelta(d), dates, style) for d in range(days)]


def test_the_day_after_an_operation_is_the_first_and_the_fourteenth_the_last() -> None:
    found = counted(TWO, 2)
    assert found[:6] == ["", "", "", "1", "2", "3"]
    assert found[15:18] == ["13", "14", ""]


def test_a_second_operation_starts_again_with_its_number() -> None:
    assert counted(TWO, 0, 5)[:8] == ["", "1", "2", "3", "4", "II-0", "II-1", "II-2"]
    assert counted(TWO, 0, 5, 7)[6:9] == ["II-1", "III-0", "III-1"]


def test_or_it_stands_over_the_first_where_that_is_the_custom() -> None:
    assert counted(ChartStyle(operation_style="fraction"), 0, 5)[4:8] == ["4", "5", "1/6", "2/7"]


def test_an_operation_after_the_counted_days_is_a_first_one_again() -> None:
    assert counted(ChartStyle(operation_days=7), 0, 9, days=12) == [
        "", "1", "2", "3", "4", "5", "6", "7", "", "", "1", "2",
    ]  # fmt: skip


def test_two_operations_on_one_day_count_once() -> None:
    assert counted(TWO, 0, 0)[:3] == ["", "1", "2"]


def event(slot: int, kind: EventKind, hour: int, day: int = 17) -> Event:
    return Event(slot, kind, at(hour, 0, day).isoformat(), hour, 0)


def test_events_of_one_column_stand_side_by_side_in_their_order() -> None:
    found = spread(
        [
            event(2, EventKind.SURGERY, 11),
            event(2, EventKind.ADMISSION, 10),
            event(3, EventKind.TRANSFER, 14),
        ]
    )
    assert [(e.slot, e.kind) for e in found] == [
        (2, EventKind.ADMISSION),
        (3, EventKind.SURGERY),
        (4, EventKind.TRANSFER),
    ]


def test_at_the_end_of_a_page_they_move_back() -> None:
    found = spread([event(41, EventKind.TRANSFER, 22, 23), event(41, EventKind.DISCHARGE, 23, 23)])
    assert [(e.slot, e.kind) for e in found] == [(40, EventKind.DISCHARGE), (41, EventKind.TRANSFER)]

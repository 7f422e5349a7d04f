"""When orders are due: pure arithmetic from the timing of an order to planned moments, never stored.

A moment is a minute on the wall clock of the ward. Sources: cn_rules 3.2 (long-term, stat, when needed) and the
frequencies of resources/knowledge/frequencies.toml; how doses of the first day are placed is this product's own rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from workstation.orderbook.given import Given, by_slot
from workstation.orderbook.order import Order, Timing, Verified
from workstation.terminology.nursing import Windows

DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
_LENGTHS: Final = {"min": MINUTE, "h": timedelta(hours=1), "d": DAY, "wk": 7 * DAY, "mo": 30 * DAY}
_KEY: Final = re.compile(r"(?P<number>[A-Za-z0-9-]+)\.(?P<unit>[GLO][0-9A-Za-z-]+)\.(?P<at>\d{10})")


@dataclass(frozen=True, slots=True)
class ExecutionUnit:
    """What is carried out together: one line, or all lines of an infusion group."""

    number: str
    key: str
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned dose: `key` is the barcode of its label, `orders` the lines that run at that moment."""

    key: str
    at: datetime
    orders: tuple[Order, ...]

    @property
    def unit(self) -> str:
        """The execution unit's key."""
        return self.orders[0].unit


@dataclass(frozen=True, slots=True)
class SlotKey:
    """A slot key taken apart; `at` as it is written, `yymmddHHMM`."""

    number: str
    unit: str
    at: str


@dataclass(frozen=True, slots=True)
class Due:
    """Planned doses that nobody has recorded yet, by how near they are."""

    overdue: tuple[Slot, ...] = ()
    now: tuple[Slot, ...] = ()
    later: tuple[Slot, ...] = ()


def slot_key(number: str, unit: str, at: datetime) -> str:
    """Write the key of a planned dose, also the barcode of its label; `at` on the ward's clock."""
    return f"{number}.{unit}.{at:%y%m%d%H%M}"


def parse_key(text: str) -> SlotKey | None:
    """Take a slot key apart, or None when the text is none."""
    match = _KEY.fullmatch(text)
    return SlotKey(match["number"], match["unit"], match["at"]) if match else None


def units(orders: Iterable[Order]) -> tuple[ExecutionUnit, ...]:
    """Put orders together as they are carried out, in the order given."""
    found: dict[tuple[str, str], list[Order]] = {}
    for order in orders:
        found.setdefault((order.number, order.unit), []).append(order)
    return tuple(ExecutionUnit(n, key, tuple(lines)) for (n, key), lines in found.items())


def slots(order: Order, since: datetime, until: datetime) -> tuple[datetime, ...]:
    """Give the planned moments of an order from `since` up to but not including `until`, in the zone of `since`.

    When needed there are none; a single dose is due at the start; a stop ends the plan at its minute.
    """
    start = _minute(order.start.astimezone(since.tzinfo))
    end = until.astimezone(since.tzinfo)
    if order.ends is not None:
        end = min(end, order.ends.astimezone(since.tzinfo))
    if order.void or order.timing.as_needed or end <= since:
        return ()
    if order.timing.once:
        found: Iterable[datetime] = (start,)
    elif order.timing.repeats:
        found = _repeated(order.timing, start, since, end)
    else:
        found = ()
    return tuple(sorted({moment for moment in found if since <= moment < end}))


def on_first_day(timing: Timing, start: datetime) -> tuple[datetime, ...]:
    """Give the moments that the day a repeated order begins still has room for, by the clock of `start`."""
    start = _minute(start)
    midnight = datetime.combine(start.date() + DAY, time(), start.tzinfo)
    found = _repeated(timing, start, start, midnight) if timing.repeats else ()
    return tuple(sorted({moment for moment in found if start <= moment < midnight}))


def planned(orders: Iterable[Order], since: datetime, until: datetime) -> tuple[Slot, ...]:
    """Give the planned doses of many orders in order of time, the lines of a group together."""
    found: list[Slot] = []
    for unit in units(orders):
        at: dict[datetime, list[Order]] = {}
        for order in unit.orders:
            for moment in slots(order, since, until):
                at.setdefault(moment, []).append(order)
        found += [Slot(slot_key(unit.number, unit.key, m), m, tuple(lines)) for m, lines in at.items()]
    return tuple(sorted(found, key=lambda slot: (slot.at, slot.key)))


def due(orders: Iterable[Order], given: Iterable[Given], now: datetime, windows: Windows) -> Due:
    """Give the planned doses without a fact: overdue, now, and later. Lines sent back to the doctor are not due.

    A group with a fact for some lines only stays due with the others.
    """
    recorded = by_slot(given)
    wanted = [order for order in orders if order.verification.state is not Verified.RETURNED]
    lanes: tuple[list[Slot], list[Slot], list[Slot]] = ([], [], [])
    for slot in planned(wanted, now - windows.back, now + windows.later + MINUTE):
        open_ = unrecorded(slot, recorded)
        if open_:
            late = slot.at < now - windows.overdue_after
            place = 0 if late else 1 if slot.at <= now + windows.now_ahead else 2
            lanes[place].append(Slot(slot.key, slot.at, open_))
    return Due(*(tuple(lane) for lane in lanes))


def unrecorded(slot: Slot, recorded: Mapping[str, Sequence[Given]]) -> tuple[Order, ...]:
    """Give the lines of a planned dose that no fact speaks about."""
    spoken = {fact.order for fact in recorded.get(slot.key, ())}
    return tuple(order for order in slot.orders if order.id not in spoken)


def _repeated(timing: Timing, start: datetime, since: datetime, end: datetime) -> Iterator[datetime]:
    """Walk at least the moments between `since` and `end`."""
    days = _days(timing)
    if days and timing.times:
        yield from _by_clock(timing, days, start, since, end)
    else:
        yield from _by_interval(timing, start, since, end)


def _days(timing: Timing) -> int:
    """Give after how many days clock times come round again, 0 where they do not: every 5 hours has no clock times."""
    if not timing.period or timing.unit in ("d", "wk", "mo"):
        return (timing.period or 1) * {"wk": 7, "mo": 30}.get(timing.unit, 1)
    if timing.unit == "h" and 24 % timing.period == 0:
        return 1
    return timing.period // 24 if timing.unit == "h" and timing.period % 24 == 0 else 0


def _by_clock(
    timing: Timing, days: int, start: datetime, since: datetime, end: datetime
) -> Iterator[datetime]:
    clock = sorted(
        {time.fromisoformat(t).replace(second=0, microsecond=0, tzinfo=None) for t in timing.times}
    )
    first = _first_day(timing, clock, start)
    yield from first
    anchor = start.date() if first else start.date() + DAY
    offsets = _dose_days(timing, days, len(clock))
    day = max(start.date() + DAY, since.date())
    while day <= end.date():
        if _is_dose_day(timing, day, (day - anchor).days % days, offsets):
            yield from (datetime.combine(day, moment, start.tzinfo) for moment in clock)
        day += DAY


def _dose_days(timing: Timing, days: int, a_day: int) -> frozenset[int]:
    """Spread the doses of a longer period over its days: three times a week are days 0, 2 and 4."""
    wanted = max(1, -(-timing.count // a_day)) if days > 1 else 1
    return frozenset(place * days // wanted for place in range(wanted))


def _is_dose_day(timing: Timing, day: date, place: int, offsets: frozenset[int]) -> bool:
    return day.weekday() in timing.weekdays if timing.weekdays else place in offsets


def _first_day(timing: Timing, clock: Sequence[time], start: datetime) -> list[datetime]:
    """Place the doses of the day the order begins: the last ones of that day, and what is asked beyond from now on.

    Doses that the clock no longer has room for begin at once and are spread evenly until the next clock time.
    """
    left = [m for t in clock if (m := datetime.combine(start.date(), t, start.tzinfo)) >= start]
    wanted = timing.first_day
    if wanted is None:
        off_day = timing.weekdays and start.weekday() not in timing.weekdays
        return [] if off_day else left
    if wanted <= len(left):
        return left[len(left) - wanted :]
    until = left[0] if left else datetime.combine(start.date() + DAY, time(), start.tzinfo)
    extra = min(wanted - len(left), int((until - start) / MINUTE))
    step = (until - start) / extra if extra else MINUTE
    return [*(_minute(start + place * step) for place in range(extra)), *left]


def _by_interval(timing: Timing, start: datetime, since: datetime, end: datetime) -> Iterator[datetime]:
    """Count on from the start: every hour, every five hours, or a frequency without clock times."""
    if not timing.period:
        return
    whole = _LENGTHS.get(timing.unit, DAY) * timing.period
    step = max(whole // timing.count // MINUTE * MINUTE, MINUTE)
    today = int((datetime.combine(start.date() + DAY, time(), start.tzinfo) - start - MINUTE) / step) + 1
    skipped = max(today - timing.first_day, 0) if timing.first_day is not None else 0
    place = max(skipped, -((start - since) // step))
    while start + place * step < end:
        yield start + place * step
        place += 1


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)

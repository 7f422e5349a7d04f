"""The temperature chart 体温单 as data: what stands in one page of seven days, and the arithmetic of its columns.

One page serves screen, table, speech and paper alike. Rules: cn_rules 3.1 (national sample of the temperature chart).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from workstation.terminology.ward_signs import SLOT_HOURS, SLOTS, ChartStyle

PAGE_DAYS: Final = 7
PAGE_SLOTS: Final = PAGE_DAYS * SLOTS
NOT_RISEN: Final = Decimal(35)
"""Below this temperature in °C the chart says 不升 instead of a mark."""

_ROMAN: Final = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


class Site(StrEnum):
    """Where a temperature was taken."""

    AXILLARY = "axillary"
    ORAL = "oral"
    RECTAL = "rectal"
    EAR = "ear"
    FOREHEAD = "forehead"


class EventKind(StrEnum):
    """What is written between 40 and 42 °C. `REASON` is why nothing was measured."""

    ADMISSION = "admission"
    TRANSFER = "transfer"
    SURGERY = "surgery"
    DELIVERY = "delivery"
    DISCHARGE = "discharge"
    DEATH = "death"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class TemperatureMark:
    """One temperature in °C as measured, in column `slot` of the page; `cooled` what was measured after cooling it."""

    slot: int
    value: Decimal
    site: Site
    at: str
    id: str = ""
    cooled: tuple[Decimal, ...] = ()

    @property
    def risen(self) -> bool:
        """Whether it is drawn as a mark; below 35 °C it is written 不升."""
        return self.value >= NOT_RISEN


@dataclass(frozen=True, slots=True)
class RateMark:
    """One pulse or heart rate per minute; `paced` by a pacemaker."""

    slot: int
    value: Decimal
    at: str
    id: str = ""
    paced: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """That a sign was not measured here, and why: its line is not drawn across. `sign` temperature or pulse."""

    slot: int
    sign: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class SlotText:
    """A number or word under one column; `ventilated` for a breath the machine made."""

    slot: int
    text: str
    ventilated: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something written upright between 40 and 42 °C. `at` an instant; `place` the ward somebody came to."""

    slot: int
    kind: EventKind
    at: str
    hour: int
    minute: int
    place: str = ""
    words: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One day: what stands above and below its six columns. Texts as on the chart; empty where nothing is known.

    `pressures` are those of the morning and of the afternoon. `operation` is the count since an operation or delivery.
    """

    date: str
    shown: bool
    day: int = 0
    operation: str = ""
    pressures: tuple[str, str] = ("", "")
    stool: str = ""
    intake: str = ""
    output: str = ""
    urine: str = ""
    weight: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True)
class ChartHeader:
    """Whose chart it is. `sex` is FHIR's code, `admitted` an ISO date."""

    patient: str
    encounter: str
    name: str
    sex: str
    age: str
    department: str
    ward: str
    bed: str
    admitted: str
    number: str
    diagnosis: str = ""
    birth: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class ChartPage:
    """One page: seven days of six columns, numbered 0 to 41. `allergies` are printed red with a plus sign."""

    header: ChartHeader
    number: int
    pages: int
    style: ChartStyle
    days: tuple[DayColumn, ...]
    temperatures: tuple[TemperatureMark, ...] = ()
    pulses: tuple[RateMark, ...] = ()
    hearts: tuple[RateMark, ...] = ()
    breaks: tuple[Break, ...] = ()
    breaths: tuple[SlotText, ...] = ()
    pains: tuple[SlotText, ...] = ()
    events: tuple[Event, ...] = ()
    allergies: tuple[str, ...] = field(default=())


# Columns


def slot_of(at: datetime, first: date, style: ChartStyle) -> int:
    """Give the column of a moment, counted from midnight of the page's first day: the nearest of the site's hours.

    Exactly between two columns the later one counts. Negative before the page, 42 and more after it.
    """
    start = datetime(first.year, first.month, first.day, tzinfo=at.tzinfo)
    since = at.replace(tzinfo=None) - start.replace(tzinfo=None)
    return (since - timedelta(hours=style.first_hour - SLOT_HOURS / 2)) // timedelta(hours=SLOT_HOURS)


def page_count(admitted: date, until: date) -> int:
    """Give how many pages a stay fills: one for each seven days begun."""
    return max((until - admitted).days // PAGE_DAYS + 1, 1)


def stay_day(admitted: date, day: date) -> int:
    """Give the day of a stay: 1 on the day of admission."""
    return (day - admitted).days + 1


def operation_day(day: date, operations: Iterable[date], style: ChartStyle) -> str:
    """Write the days since an operation or delivery: 1 on the next day, for as long as the style says.

    A second one within that time starts again as II-0, II-1 or stands over the first as 1/5, by the site's custom.
    """
    done = sorted({each for each in operations if each <= day})
    if not done:
        return ""
    since = (day - done[-1]).days
    if since > style.operation_days:
        return ""
    number = _in_a_row(done, style)
    if number == 1:
        return str(since) if since else ""
    if style.operation_style == "fraction":
        before = (day - done[-2]).days
        return f"{since}/{before}" if since else str(before)
    return f"{_ROMAN[min(number, len(_ROMAN) - 1)]}-{since}"


def _in_a_row(done: Sequence[date], style: ChartStyle) -> int:
    """Count the operations that followed each other within the days that are counted."""
    number = 1
    for earlier, later in zip(reversed(done[:-1]), reversed(done[1:]), strict=True):
        if (later - earlier).days > style.operation_days:
            break
        number += 1
    return number


def spread(events: Sequence[Event]) -> tuple[Event, ...]:
    """Give each event a column of its own: one that is taken already moves to the next free one, else back."""
    taken: dict[int, Event] = {}
    for event in sorted(events, key=lambda e: (e.at, e.kind)):
        ways = (*range(event.slot, PAGE_SLOTS), *range(event.slot - 1, -1, -1))
        free = next((slot for slot in ways if slot not in taken), event.slot)
        taken[free] = Event(
            free, event.kind, event.at, event.hour, event.minute, event.place, event.words, event.id
        )
    return tuple(taken[slot] for slot in sorted(taken))

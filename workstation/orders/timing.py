"""When an order is carried out, as doctors type it: clock times, begin, doses of the first day, drip rate."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta
from typing import Final

from workstation.core.clock import parse_instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.orderbook.order import ONCE_IF_NEEDED, Timing
from workstation.orderbook.plan import on_first_day
from workstation.terminology.model import Frequency, FrequencyKind

BACKDATED: Final = timedelta(hours=6)
"""How far back an order may begin: spoken in a rescue, written within six hours (病历书写基本规范, article 28)."""

MOST_FIRST_DAY: Final = 24
_CLOCK: Final = re.compile(r"(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?")
_START: Final = re.compile(
    r"(?:(?:(?P<month>\d{1,2})-(?P<day>\d{1,2})|\+(?P<days>\d{1,2}))\s*)?(?P<clock>\d{1,2}(?::?\d{2})?)?"
)
_RATE: Final = re.compile(r"(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>[a-zμ滴毫升/\s]*)", re.IGNORECASE)
_RATES: Final = {
    "gtt/min": ("", "gtt/min", "gtt", "d", "滴", "滴/分", "滴/min"),
    "mL/h": ("ml/h", "ml", "mlh", "毫升/小时", "毫升"),
    "mL/min": ("ml/min",),
    "mg/h": ("mg/h",),
    "μg/min": ("μg/min", "ug/min"),
}


def read_clock(text: str) -> str:
    """Read `8`, `0830`, `8:30` as `08:30`. Raises Invalid."""
    match = _CLOCK.fullmatch(_plain(text))
    if match is not None:
        hours, minutes = int(match["h"]), int(match["m"] or 0)
        if hours < 24 and minutes < 60:
            return f"{hours:02}:{minutes:02}"
    raise Invalid(_("“{text}” is no time of day.", text=text), _("Type it, for example 0830."), "times")


def read_times(text: str) -> tuple[str, ...]:
    """Read `8 20`, `0800, 2000` as clock times in their order; empty for an empty text. Raises Invalid."""
    parts = [part for part in re.split(r"[\s,;，；、]+", _plain(text)) if part]
    return tuple(sorted(dict.fromkeys(read_clock(part) for part in parts)))


def read_start(text: str, now: datetime) -> datetime | None:
    """Read when an order begins: `1430` today, `+1 8` tomorrow, `03-18 0800`; None where empty. Raises Invalid."""
    plain = _plain(text)
    if not plain:
        return None
    match = _START.fullmatch(plain)
    if match is None or not (match["clock"] or match["days"]):
        raise _no_start(text)
    clock = time.fromisoformat(read_clock(match["clock"])) if match["clock"] else now.time()
    day = now.date() + timedelta(days=int(match["days"] or 0))
    try:
        if match["month"]:
            day = day.replace(month=int(match["month"]), day=int(match["day"]))
    except ValueError:
        raise _no_start(text) from None
    if match["month"] and day < now.date() - timedelta(days=180):
        day = day.replace(year=day.year + 1)
    return datetime.combine(day, clock.replace(second=0, microsecond=0), now.tzinfo)


def _no_start(text: str) -> Invalid:
    hint = _("Type it, for example 1430, +1 0800 for tomorrow, or 03-18 0800.")
    return Invalid(_("“{text}” is no moment.", text=text), hint, "start")


def start_of(text: str, now: datetime) -> datetime:
    """Give the moment an order begins: its instant, else now, to the minute. Raises Invalid for one long past."""
    try:
        start = parse_instant(text, now.tzinfo) if text else now
    except ValueError:
        raise _no_start(text) from None
    if start < now - BACKDATED:
        raise Invalid(
            _("An order cannot begin more than six hours ago."),
            _("What was ordered in a rescue is written within six hours; begin it now."),
            "start",
        )
    return start.astimezone(now.tzinfo).replace(second=0, microsecond=0)


def read_rate(text: str) -> str:
    """Read a drip rate: `60` as `60 gtt/min`, `40ml/h` as `40 mL/h`; empty for an empty text. Raises Invalid."""
    plain = _plain(text)
    if not plain:
        return ""
    match = _RATE.fullmatch(plain)
    unit = re.sub(r"\s", "", match["unit"]).casefold() if match is not None else ""
    known = next((name for name, typed in _RATES.items() if unit in typed), "")
    if match is None or not known or float(match["value"]) <= 0:
        hint = _("Type it, for example 60 for 60 drops a minute, or 40 ml/h.")
        raise Invalid(_("“{text}” is no drip rate.", text=text), hint, "drip_rate")
    return f"{match['value'].removesuffix('.0')} {known}"


def times_of(typed: tuple[str, ...], frequency: Frequency | None) -> tuple[str, ...]:
    """Give the clock times of an order: as typed, else as this site suggests. Raises Invalid where they do not fit."""
    suggested = frequency.times if frequency is not None else ()
    times = tuple(sorted(dict.fromkeys(read_clock(t) for t in typed)))
    if times and len(times) != len(suggested):
        if not suggested:
            raise Invalid(_("This frequency has no times of day."), field="times")
        text = _("{frequency} needs {count} times of day.", frequency=_name(frequency), count=len(suggested))
        raise Invalid(text, _("Type them, for example 0800 2000."), "times")
    return times or suggested


def _name(frequency: Frequency | None) -> str:
    return frequency.display() if frequency is not None else ""


def timing_of(frequency: Frequency | None, times: tuple[str, ...], first_day: int | None) -> Timing:
    """Give the timing of an order being written, as it will be read back."""
    if frequency is None:
        return Timing(once=False)
    as_needed = frequency.kind is FrequencyKind.WHEN_NEEDED or frequency.code == ONCE_IF_NEEDED
    regular = frequency.kind is FrequencyKind.REGULAR
    return Timing(
        frequency.code,
        frequency.display(),
        frequency.count if regular else 0,
        frequency.period if regular else 0,
        frequency.unit if regular else "",
        times,
        once=frequency.kind is FrequencyKind.SINGLE and not as_needed,
        as_needed=as_needed,
        first_day=first_day,
    )


def first_day_of(
    typed: int | None, frequency: Frequency | None, times: tuple[str, ...], start: datetime
) -> int | None:
    """Give how many doses the first day has: as typed, else what it has room for; None for what does not repeat.

    Raises Invalid for a number no day has room for.
    """
    timing = timing_of(frequency, times, None)
    if not timing.repeats:
        return None
    if typed is None:
        return len(on_first_day(timing, start))
    if not 0 <= typed <= MOST_FIRST_DAY:
        raise Invalid(_("The doses of the first day must be between 0 and 24."), field="first_day")
    return typed


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()

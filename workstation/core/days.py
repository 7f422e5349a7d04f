"""Days as every screen and message writes them: a day that can be read in one way only (design rule S10)."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from workstation.core.i18n import language

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STAMP: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)[\d:.]*(?:Z|[+-]\d\d:\d\d)?)?")


def written_date(day: date) -> str:
    """Write a date that cannot be misread: 2025-04-17 in Chinese, 17-Apr-2025 in English."""
    return day.isoformat() if language().startswith("zh") else english_date(day)


def english_date(day: date) -> str:
    """Write a date in English, whatever the language of the screen."""
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"


def written_day(day: str) -> str:
    """Write a day of a record (2025-04-17) as `written_date` does; a year or a month alone stays as it is."""
    return written_date(date.fromisoformat(day)) if len(day) == 10 else day


def written_moment(moment: datetime) -> str:
    """Write day and time of day, 24 h."""
    return f"{written_date(moment.date())} {moment:%H:%M}"


def with_written_days(text: str) -> str:
    """Write every ISO day or instant inside a text as `written_date` does; what is no real day stays."""
    return _STAMP.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return found[0]
    return f"{written_date(day)} {found[2]}" if found[2] else written_date(day)

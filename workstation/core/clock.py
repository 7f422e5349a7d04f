"""Time and identity as ports: tests and simulations own both."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Tells the time and makes new ids."""

    def now(self) -> datetime:
        """Give the present moment, always with a time zone."""

    def new_id(self) -> str:
        """Give a new random UUID (version 4), as FHIR wants ids: lower case."""


class SystemClock:
    """The computer's own clock in the local time zone."""

    def now(self) -> datetime:
        """Give the present moment in the local time zone."""
        return datetime.now(UTC).astimezone()

    def new_id(self) -> str:
        """Give a new random UUID."""
        from uuid import uuid4  # here: the unlock screen needs none

        return str(uuid4())


class FixedClock:
    """A clock that stands still until moved; ids count up. For tests and simulations."""

    def __init__(self, start: datetime, seed: int = 0) -> None:
        self._now = start
        self._next = seed

    def now(self) -> datetime:
        """Give the moment the clock was set to."""
        return self._now

    def new_id(self) -> str:
        """Give the next id of a fixed series."""
        from uuid import UUID

        self._next += 1
        return str(UUID(int=self._next, version=4))

    def advance(self, step: timedelta) -> None:
        """Move the clock forward (or back) by `step`."""
        self._now += step


def today(clock: Clock) -> date:
    """Give the calendar day where the clock is."""
    return clock.now().date()


def instant(moment: datetime) -> str:
    """Write a moment as a FHIR instant with offset, to the millisecond."""
    return moment.isoformat(timespec="milliseconds")


def parse_instant(text: str, zone: tzinfo | None = None) -> datetime:
    """Read a FHIR dateTime or instant; a time without zone is taken in `zone` (UTC if none)."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone or UTC)

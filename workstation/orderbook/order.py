"""One inpatient order as every screen reads it, whichever resource it is kept in; whether it runs, and until when.

Nothing here reads a store: what may be computed is computed from the order itself (docs/fhir.md, the ward).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from workstation.medication.model import SkinTest, SkinTestState

DRUG: Final = "drug"
LONG_TERM: Final = "long-term"
STAT: Final = "stat"
NURSING_LEVEL: Final = "nursing-level"
CONDITION: Final = "condition"
ONCE_IF_NEEDED: Final = "sos"  # 临时备用: for twelve hours, then it counts as unused (cn_rules 3.2)
ONCE_IF_NEEDED_FOR: Final = timedelta(hours=12)
DRIPS: Final = frozenset({"ivgtt", "pump"})  # routes of resources/knowledge/routes.toml that take their time
VOID: Final = frozenset({"cancelled", "entered-in-error", "draft"})
SKIN_TEST_BARS: Final = frozenset({SkinTestState.POSITIVE, SkinTestState.REQUIRED})


class Verified(StrEnum):
    """How far an order, or its stop, has come with the nurses; `NONE` where nobody was asked."""

    NONE = ""
    WAITING = "waiting"
    DONE = "verified"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Verification:
    """A nurse's look at an order: by whom, when (FHIR instant), why it went back, and what the doctor answered."""

    state: Verified = Verified.NONE
    task: str = ""
    by: str = ""
    at: str = ""
    reason: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """That an order was stopped: who signed it when, why, and whether a nurse has seen it."""

    by: str = ""
    at: str = ""
    reason: str = ""
    verification: Verification = Verification()


@dataclass(frozen=True, slots=True)
class Timing:
    """When an order is carried out: `count` times in `period` of `unit` (min, h, d), at `times` (`HH:MM`).

    `once` is a single dose at the start; `as_needed` has no planned moments; `weekdays` count from Monday 0.
    `first_day` is how many doses the day the order begins still has, None where nobody said.
    """

    frequency: str = ""
    words: str = ""
    count: int = 0
    period: int = 0
    unit: str = ""
    times: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    once: bool = False
    as_needed: bool = False
    first_day: int | None = None

    @property
    def repeats(self) -> bool:
        """Whether it is carried out again and again."""
        return (
            not self.once
            and not self.as_needed
            and ((self.count > 0 and self.period > 0) or bool(self.times))
        )


@dataclass(frozen=True, slots=True)
class Order:
    """One line of inpatient orders.

    `kind` is `drug` or a code of ORDER_KIND; `term` long-term or stat; `display` is the whole line with unbreakable
    attributes, `parts` its attributes, `spoken` for the ear. `dose` is a decimal text with `dose_unit`, `dose_text` in
    words. `code` is the ward catalogue's for other orders. Moments carry their time zone; `end` None: not stopped.
    """

    id: str
    type: str
    patient: str
    encounter: str
    kind: str
    term: str
    number: str
    line: int
    group: int
    status: str
    name: str
    parts: tuple[str, ...]
    display: str
    spoken: str
    start: datetime
    end: datetime | None
    timing: Timing
    authored_on: str
    prescriber: str
    prescriber_id: str = ""
    drug: str = ""
    code: str = ""
    strength: str = ""
    form: str = ""
    dose: str = ""
    dose_unit: str = ""
    dose_text: str = ""
    route: str = ""
    route_text: str = ""
    drip_rate: str = ""
    minutes: int = 0
    note: str = ""
    high_alert: bool = False
    skin_test: SkinTest | None = None
    verification: Verification = Verification()
    stop: Stop | None = None

    @property
    def unit(self) -> str:
        """The key of what is carried out together: `G2` an infusion group, `L5` a line by itself."""
        if self.group:
            return f"G{self.group}"
        return f"L{self.line}" if self.line else f"O{self.id[:8]}"

    @property
    def is_drug(self) -> bool:
        """Whether it is a medicine."""
        return self.kind == DRUG

    @property
    def infusion(self) -> bool:
        """Whether it runs for a while: it drips or is pumped in, its rate or duration is ordered, or it is a group."""
        lasts = self.route in DRIPS or self.drip_rate or self.minutes or self.group
        return self.is_drug and bool(lasts)

    @property
    def void(self) -> bool:
        """Whether it never counted: taken back before anything was carried out."""
        return self.status in VOID

    @property
    def ends(self) -> datetime | None:
        """When it stops by itself or was stopped, None while it goes on."""
        if self.timing.frequency == ONCE_IF_NEEDED:
            limit = self.start + ONCE_IF_NEEDED_FOR
            return min(self.end, limit) if self.end else limit
        return self.end

    @property
    def skin_test_bars(self) -> bool:
        """Whether the skin test forbids giving it: it was positive, or nobody has read it yet."""
        return self.skin_test is not None and self.skin_test.state in SKIN_TEST_BARS


def running(order: Order, at: datetime) -> bool:
    """Say whether an order is in force at a moment: begun, not void, not completed, not stopped."""
    if order.void or order.status == "completed" or order.start > at:
        return False
    return order.ends is None or at < order.ends


def in_line_order(order: Order) -> tuple[str, str, int, str]:
    """Give the key that puts orders as they were signed: by start, number and line."""
    return (order.start.isoformat(), order.number, order.line, order.id)

"""What the laboratory module is asked: to order, label, collect, reject, read and answer; plain frozen requests."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

LABORATORY: Final = "108252007"
"""SNOMED CT: laboratory procedure, the category of a laboratory order."""

REVIEW: Final = "result-review"
CRITICAL: Final = "critical-value"

Priority = Literal["routine", "urgent", "stat"]
Scope = Literal["mine", "ward", "all"]


class OrderState(StrEnum):
    """How far an order has come. A rejected specimen takes it back to ordered."""

    ORDERED = "ordered"
    LABELLED = "labelled"
    COLLECTED = "collected"
    PARTIAL = "partial"
    REPORTED = "reported"
    READ = "read"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OrderTests:
    """Order panels or tests by their codes. `confirmed` names those that are meant although they repeat another.

    `diagnosis` is written where the visit has none yet.
    """

    patient: str
    encounter: str
    items: tuple[str, ...]
    priority: Priority = "routine"
    note: str = ""
    diagnosis: str = ""
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Take one order back before its specimen was taken."""

    patient: str
    order: str
    reason: str


@dataclass(frozen=True, slots=True)
class LabelOrders:
    """Make the specimens of orders, one for each tube; orders that have theirs are left alone."""

    patient: str
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collect:
    """Say that a specimen was taken. `wristband` and `specimen` are what was scanned.

    Without a wristband, `unscanned` says why and `patient` whom the screen showed.
    """

    specimen: str
    wristband: str = ""
    patient: str = ""
    unscanned: str = ""


@dataclass(frozen=True, slots=True)
class RejectSpecimen:
    """Say that a specimen cannot be used, by its number, and why; its orders wait for another one."""

    specimen: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Say that reports were read. More than one at once only where nothing in them is abnormal."""

    patient: str
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandleCritical:
    """Record what was done about a critical value, and who was told; `received_at` is when it was first seen (ISO)."""

    patient: str
    report: str
    action: str
    told: str = ""
    received_at: str = ""


@dataclass(frozen=True, slots=True)
class SearchTests:
    """What was typed into the order field."""

    text: str
    limit: int = 9


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """Which of these orders would repeat another one."""

    patient: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrdersOf:
    """The orders of a visit or stay; without one, all open orders of the patient."""

    patient: str
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class Collections:
    """What has to be taken: in one ward, or (without a ward) in those of the person who asks, or from outpatients."""

    ward: str = ""
    outpatients: bool = False
    limit: int = 400


@dataclass(frozen=True, slots=True)
class CheckCollection:
    """Compare a wristband with a specimen before it is taken; either may still be missing."""

    wristband: str = ""
    specimen: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Reports nobody has read: mine, my wards', or all."""

    scope: Scope = "mine"
    ward: str = ""
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one patient, at most `columns` times of collection."""

    patient: str
    columns: int = 24


@dataclass(frozen=True, slots=True)
class Trend:
    """All values of one test in one unit: `key` as `laboratory.results` gives it."""

    patient: str
    key: str


@dataclass(frozen=True, slots=True)
class Criticals:
    """Critical values nobody has answered, for the person who asks."""

    ward: str = ""


@dataclass(frozen=True, slots=True)
class SlipOf:
    """The request slip, or the labels, of a request number."""

    number: str

"""The counter's requests and rows.

A sheet is known by its review Task; its path is requested -> accepted -> completed, and then the dispensing Task.
Quantities are decimal texts in the drug's smallest unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

REVIEW: Final = "prescription-review"
DISPENSE: Final = "prescription-dispense"
FOUR_CHECKS: Final = (
    "prescription",
    "drug",
    "incompatibility",
    "rationality",
)  # 四查 (处方管理办法 article 37)


class SheetState(StrEnum):
    """Where a sheet stands on its way over the counter."""

    TO_REVIEW = "to-review"
    IN_REVIEW = "in-review"
    QUERY = "query"
    REFUSED = "refused"
    TO_DISPENSE = "to-dispense"
    DISPENSING = "dispensing"
    DISPENSED = "dispensed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StartReview:
    """Take a sheet into review; `task` is its review Task."""

    task: str


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve a sheet after the four checks (四查十对), each confirmed by the reviewer."""

    task: str
    checks: tuple[str, ...] = FOUR_CHECKS


@dataclass(frozen=True, slots=True)
class Query:
    """Ask the prescriber to confirm or rewrite; `reason` is a code of knowledge, `text` the pharmacist's words."""

    task: str
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse a sheet for good (处方管理办法 article 36)."""

    task: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Pick:
    """One amount of one lot for one line; `scanned` says that the pack's code was read, else `reason` is needed."""

    line: str
    lot: str
    quantity: str
    scanned: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dispense:
    """Hand out; `task` is the dispensing Task. `double_sign` is the second signature of a pharmacist alone."""

    task: str
    picks: tuple[Pick, ...]
    double_sign: bool = False


@dataclass(frozen=True, slots=True)
class ReceiveStock:
    """Put a lot on the shelf."""

    drug: str
    lot: str
    expires: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Which part of the queue: `review`, `dispense`, or `done` today."""

    part: str = "review"
    limit: int = 200


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One sheet in the queue."""

    task: str
    number: str
    patient: str
    name: str
    sex: str
    birth_date: str
    state: SheetState
    waiting_minutes: int
    urgent: bool
    rx_type: str
    lines: int
    department: str
    same_name: bool = False


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue with how many there are in all."""

    rows: tuple[QueueRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SheetByTask:
    """Open one sheet; `patient` is named so that the look is audited and can be checked against the task."""

    task: str
    patient: str


@dataclass(frozen=True, slots=True)
class LotChoice:
    """A lot that may be picked; suggested first-expired first."""

    lot: str
    number: str
    expires: str
    on_hand: str
    suggested: str = "0"
    near_expiry: bool = False


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of the sheet as the counter sees it."""

    line: str
    drug: str
    name: str
    specification: str
    text: str
    quantity: str
    unit: str
    packs: str
    days: int
    status: str
    skin_test: str
    handed_out: str
    overrides: tuple[str, ...] = ()
    lots: tuple[LotChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One query or answer between counter and prescriber."""

    at: str
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetView:
    """Everything the counter needs of one sheet."""

    task: str
    dispense_task: str
    number: str
    patient: str
    encounter: str
    state: SheetState
    rx_type: str
    diagnoses: tuple[str, ...]
    prescriber: str
    signed_at: str
    valid_until: str
    reviewer: str
    reviewed_at: str
    lines: tuple[LineRow, ...]
    messages: tuple[Message, ...] = ()
    total_price: str = ""


@dataclass(frozen=True, slots=True)
class StockOf:
    """The stock of one drug, or of all that match a typed text."""

    text: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class StockRow:
    """One lot on the shelf."""

    drug: str
    name: str
    specification: str
    lot: str
    number: str
    expires: str
    on_hand: str
    unit: str
    expired: bool
    near_expiry: bool


@dataclass(frozen=True, slots=True)
class FindByCode:
    """Find a sheet by the code printed on it."""

    number: str


@dataclass(frozen=True, slots=True)
class ScannedPack:
    """What a scanned pack code means: the drug and lot it names, if the shelf knows it."""

    drug: str
    lot: str
    name: str
    specification: str
    form: str = ""
    known: bool = True
    candidates: tuple[str, ...] = field(default=())

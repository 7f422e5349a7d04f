"""What the counter asks for: review, question, refusal, handing out, returns, stock.

A sheet is known by its review Task; once approved, handing it out is known by the dispensing Task. Quantities are
decimal texts in the drug's smallest unit; reasons are codes of resources/knowledge/intervention_reasons.toml.
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
    PARTIAL = "partial"
    DISPENSED = "dispensed"
    CANCELLED = "cancelled"


class Basis(StrEnum):
    """What a counter without a line hands out upon: a claim the centre knows of, or the signed paper itself."""

    LINE = ""
    CLAIM = "claim"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class StartReview:
    """Take a sheet into review; `task` is its review Task. `take_over` takes it from a colleague, on record."""

    task: str
    take_over: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Take an approved sheet to this counter, so that no other hands it out too; `task` is the dispensing Task."""

    task: str
    take_over: bool = False


@dataclass(frozen=True, slots=True)
class Release:
    """Give a sheet in one's own hands back to the queue; `park` says why it waits there (“patient not here”)."""

    task: str
    park: str = ""


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve a sheet after the four checks (四查十对), each confirmed by the reviewer.

    `reason` answers a stop of the automatic check that the prescriber has not answered.
    """

    task: str
    checks: tuple[str, ...] = FOUR_CHECKS
    reason: str = ""


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
    """One amount of one lot for one line; `scanned` says that the pack's code was read, else `reason` is needed.

    `codes` are the trace codes (追溯码) of the packs, each of which can be handed out once.
    """

    line: str
    lot: str
    quantity: str
    scanned: bool = False
    reason: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispense:
    """Hand out; `task` is the dispensing Task. `double_sign` is the second signature of a pharmacist alone.

    `partial` is the reason why something stays owed; `basis` what a counter without a line goes by.
    """

    task: str
    picks: tuple[Pick, ...]
    double_sign: bool = False
    partial: str = ""
    basis: Basis = Basis.LINE


@dataclass(frozen=True, slots=True)
class ReturnGoods:
    """Take back what was handed out; `dispense` is the MedicationDispense.

    `restock` puts it back on the shelf: only for intact packs that never left the pharmacy.
    """

    dispense: str
    quantity: str
    reason: str
    restock: bool = True
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiveStock:
    """Put a lot on the shelf; `drug` is the catalogue's id, `expires` its last usable day (ISO)."""

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
class SheetByTask:
    """Open one sheet; `patient` is named so that the look is audited and can be checked against the task."""

    task: str
    patient: str


@dataclass(frozen=True, slots=True)
class StockOf:
    """The stock of one drug, or of all that match a typed text."""

    text: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class FindByCode:
    """Find a sheet by the code printed on it."""

    number: str


@dataclass(frozen=True, slots=True)
class SearchSheets:
    """Find sheets by number, or by whatever finds their patient: name, pinyin initials, number, phone."""

    text: str
    limit: int = 9


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner read."""

    code: str


@dataclass(frozen=True, slots=True)
class LabelsOf:
    """The labels of what was handed out on a sheet; `task` is either of its Tasks.

    `language` is `zh` or `en`. `since` (an instant) leaves out earlier parts; `pharmacy` and `phone` are printed.
    """

    task: str
    patient: str
    language: str = "zh"
    since: str = ""
    pharmacy: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Which reasons: `review`, `manual`, `partial` or `return`."""

    group: str = field(default="review")

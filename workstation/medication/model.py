"""One line of medicine as typed, whoever writes it, and what is said about it.

Amounts are decimal texts ("0.5"), moments FHIR instants, so that every value survives JSON unchanged.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum


class SkinTestState(StrEnum):
    """What is known about the skin test a line needs."""

    REQUIRED = "required"
    EXEMPT = "exempt"
    NEGATIVE = "negative"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class SkinTest:
    """A skin test of a line: exempt needs a reason; a result needs its moment and the lot that was tested."""

    state: SkinTestState = SkinTestState.REQUIRED
    reason: str = ""
    lot: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class MedicineLine:
    """One line of medicine as typed; how long it is taken is said by whoever writes it. `group` 0 is no group.

    `key` is the screen's own name for the line; answers carry it back, so that a line that moved is still found.
    """

    drug: str = ""
    dose: str = ""
    unit: str = ""
    route: str = ""
    frequency: str = ""
    _: KW_ONLY
    group: int = 0
    skin_test: SkinTest | None = None
    note: str = ""
    prn: bool = False
    minutes: int = 0
    crushed: bool = False
    overdose_reason: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class OverrideReason:
    """Why an alert was overridden: a code of `reasons.REASONS`, a text, or both.

    `signed_again` says that the prescriber signed once more for it, as some rules ask.
    """

    code: str = ""
    text: str = ""
    signed_again: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a line from being complete; `field` is the cell to correct."""

    field: str
    message: str
    hint: str = ""

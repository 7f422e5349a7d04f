"""What the sync centre shows and asks, in plain rows: the page knows neither the line nor the store.

Every method blocks: call it through `ctx.tasks`. Times are instants with a zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Standing(StrEnum):
    """Where a unit of work stands."""

    WAITING = "waiting"
    HELD = "held"
    POSTPONED = "postponed"
    REFUSED = "refused"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One unit of work that is not at the centre yet.

    `act` is what was done, in words; `patient` a name, empty for who may not read patients; `safety` says that it
    holds allergies, medication, results or signed documents, which only a clinician decides. `role` is that of `who`
    in words, `device` the station it was made on.
    """

    seq: int
    act: str
    who: str
    patient: str
    made_at: datetime
    standing: Standing
    reason: str = ""
    next_at: datetime | None = None
    safety: bool = False
    may_decide: bool = False
    role: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """One record that came from the centre; `what` is its kind in words."""

    key: str
    what: str
    patient: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fresh:
    """How fresh one domain is; None where it has not been downloaded whole yet."""

    domain: str
    as_of: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SyncView:
    """The whole picture."""

    centre: str
    software: str
    rows: tuple[WorkRow, ...]
    received: tuple[ReceivedRow, ...]
    fresh: tuple[Fresh, ...]
    complete_as_of: datetime | None
    all_delivered: bool
    database_bytes: int
    free_bytes: int
    clock_skew: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a record, in the three versions; equal elements are left out. Empty text: not there."""

    name: str
    base: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One record of a conflict. Who changed it at the centre, in which role, is empty where no record says so."""

    what: str
    ours_deleted: bool
    theirs_deleted: bool
    parts: tuple[Part, ...]
    theirs_at: datetime | None = None
    theirs_by: str = ""
    theirs_role: str = ""
    base_at: datetime | None = None


class SyncPort(Protocol):
    """See the module. Methods raise UserError."""

    def view(self) -> SyncView:
        """Give the whole picture."""

    def compare(self, seq: int) -> Sequence[Compared]:
        """Give both sides of a conflict."""

    def retry(self, seq: int) -> None:
        """Send refused or postponed work again."""

    def keep_ours(self, seq: int, reason: str) -> None:
        """Decide for this desk's version."""

    def take_theirs(self, seq: int, reason: str) -> None:
        """Decide for the centre's version; ours stays readable in the log of decisions."""

    def sync_now(self) -> None:
        """Send and fetch now."""

    def sign_in(self, user: str, password: str) -> None:
        """Sign this desk in at its centre again."""

    def join(self, url: str, user: str, password: str) -> None:
        """Join this desk to a centre."""

    def export(self, target: Path, passphrase: str) -> None:
        """Write this desk, unsent work included, into one encrypted file."""

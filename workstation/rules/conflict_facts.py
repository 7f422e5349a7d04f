"""What the conflict rules look at: plain records of what was done, and what they answer. Times carry their zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from workstation.rules.alerts import Text
from workstation.rules.facts import Allergy

Value = Text | datetime | str


@dataclass(frozen=True, slots=True)
class Clash:
    """Two facts that do not go together. `subjects` are the records (`Type/id`), the first one the main one.

    `since` is when the later fact happened; `marks` tell this clash from an earlier one between the same records;
    `severity` 0 takes that of the rule; `others` are further patients it is about.
    """

    rule: str
    patient: str
    subjects: tuple[str, ...]
    since: datetime
    values: Mapping[str, Value] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    severity: int = 0
    others: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The same for the same clash on every desk that has the same records."""
        return (self.rule, *self.subjects, *self.marks)


@dataclass(frozen=True, slots=True)
class Dose:
    """One recorded administration that took place. `slot` names the planned dose it carried out (empty: none)."""

    id: str
    patient: str
    order: str
    drug: Text
    start: datetime
    slot: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class StoppedOrder:
    """An order that is over. `void` says that it was never to be carried out; then `stopped` may be unknown."""

    id: str
    stopped: datetime | None
    void: bool = False


@dataclass(frozen=True, slots=True)
class Handout:
    """One hand-over of one lot; amounts are in the drug's smallest unit."""

    id: str
    quantity: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class HandedOut:
    """One prescription line with everything that left a counter for it and what came back."""

    line: str
    patient: str
    drug: Text
    ordered: Decimal
    unit: Text
    handouts: tuple[Handout, ...]
    returned: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class InBed:
    """A stay under way, in a bed, since a moment."""

    stay: str
    patient: str
    name: str
    bed: str
    bed_name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SignedLine:
    """A signed line that still counts. `sheet` is what it was signed with; `until` the last day of its supply.

    `answered` are the alerts somebody answered when signing it, as (rule, the words of the alert).
    """

    id: str
    patient: str
    sheet: str
    drug_id: str
    atc: str
    drug: Text
    signed: datetime
    by: str = ""
    until: date | None = None
    answered: tuple[tuple[str, str], ...] = ()

    def was_asked(self, rule: str, *names: str) -> bool:
        """Say whether whoever signed was asked by a rule (or rules of that beginning) about one of these names."""
        return any(r.startswith(rule) and any(n and n in words for n in names) for r, words in self.answered)


@dataclass(frozen=True, slots=True)
class RecordedAllergy:
    """An allergy that stands, and when it was recorded (None: nobody said)."""

    id: str
    allergy: Allergy
    recorded: datetime | None = None


@dataclass(frozen=True, slots=True)
class MergedPatient:
    """A patient's record that was replaced by another, with the work that is still open under it."""

    id: str
    kept: str
    kept_name: str
    since: datetime
    work: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosedVisit:
    """A visit closed elsewhere, with what was added to it here afterwards; `cancelled`: it never took place."""

    id: str
    patient: str
    closed: datetime
    cancelled: bool
    work: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class TwoVersions:
    """One order in the version of this desk, which was not sent, and in that of the centre."""

    ref: str
    patient: str
    drug: Text
    ours: str
    theirs: str
    since: datetime

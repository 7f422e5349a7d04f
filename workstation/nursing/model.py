"""What nurses ask for and record: verifying orders, giving doses, carrying other orders out, correcting.

A planned dose is named by its slot key (docs/fhir.md, dose due). Moments are FHIR instants, empty for now; reasons are
codes of resources/knowledge/nursing.toml with words where the reason asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scans(StrEnum):
    """What was scanned before a dose was given."""

    BOTH = "both"
    WRISTBAND = "wristband"
    LABEL = "label"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verify:
    """Say that one order line was looked at against the running ones; `order` is its id. One line at a time."""

    order: str


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """Send one order line back to its doctor with a reason."""

    order: str
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class VerifyStop:
    """Say that the stop of one order line was seen."""

    order: str


@dataclass(frozen=True, slots=True)
class Give:
    """Give one planned dose, or begin one infusion: all lines of the unit at once.

    `wristband` and `label` are the codes as they were scanned; where one is missing `by_hand` says why. `late` is the
    reason for a dose after its time, `second` the user who checked a high-alert drug and gave a PIN on this desk.
    """

    slot: str
    encounter: str
    wristband: str = ""
    label: str = ""
    by_hand: str = ""
    by_hand_text: str = ""
    late: str = ""
    late_text: str = ""
    second: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class NotGiven:
    """Record that a planned dose, or another order, was not carried out, and why."""

    slot: str
    encounter: str
    reason: str
    text: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class EndInfusion:
    """End a running infusion; `reason` only where it ended before it was empty."""

    slot: str
    encounter: str
    at: str = ""
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Record that an order other than a medicine was carried out."""

    slot: str
    encounter: str
    note: str = ""
    late: str = ""
    late_text: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class ActualDose:
    """What was given of one line where it was not what was ordered; `dose` is a decimal text in the line's unit."""

    order: str
    dose: str


@dataclass(frozen=True, slots=True)
class RecordActual:
    """Record a dose that was really given although its order did not stand, was not verified, or had changed.

    What happened can always be recorded: `at` (an instant, not in the future) is when, `reason` why.
    """

    slot: str
    encounter: str
    at: str
    reason: str
    text: str = ""
    doses: tuple[ActualDose, ...] = ()
    second: str = ""


@dataclass(frozen=True, slots=True)
class Correct:
    """Mark facts as entered in error; nothing is deleted. `facts` are ids of one stay."""

    facts: tuple[str, ...]
    encounter: str
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ToVerify:
    """What is to be verified on a ward, or in one stay."""

    ward: str = ""
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class AskTasks:
    """What is due on a ward."""

    ward: str


@dataclass(frozen=True, slots=True)
class AskAdministration:
    """The administration chart of one stay; `day` (ISO date, empty for today) stands in the middle."""

    patient: str
    encounter: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner read on a ward."""

    code: str


@dataclass(frozen=True, slots=True)
class FiveRights:
    """Compare what was scanned with the patient whose chart is open: `code` a label or a pack, `encounter` the stay.

    `wristband` is the code of the wristband, empty where it was not scanned; `slot` a dose chosen by hand.
    """

    encounter: str
    code: str = ""
    wristband: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class LabelsDue:
    """Infusion labels to print for a ward from one instant up to another; `encounter` for one stay only."""

    ward: str
    since: str
    until: str
    encounter: str = ""
    language: str = "zh_CN"


@dataclass(frozen=True, slots=True)
class AskReasons:
    """Reasons of one group of resources/knowledge/nursing.toml."""

    group: str

"""What the ward is asked: requests of the commands and queries, and the codes they use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FEVER_FROM: Final = (
    37.5  # °C; from here a ward measures more often (cn_rules 3.1, usual frequency of measuring)
)


class Source(StrEnum):
    """Where a patient was admitted from (FHIR admit-source)."""

    OUTPATIENT = "outp"
    EMERGENCY = "emd"
    OTHER = "other"


class Disposition(StrEnum):
    """How a stay ended (FHIR discharge-disposition); `ADVICE` is against medical advice."""

    HOME = "home"
    OTHER_HOSPITAL = "other-hcf"
    ADVICE = "aadvice"
    DIED = "exp"


class Item(StrEnum):
    """What may still be open when somebody is to go home."""

    RUNNING_ORDERS = "running-orders"
    UNVERIFIED = "unverified-orders"
    INFUSIONS = "running-infusions"
    CRITICAL = "critical-value"
    LABORATORY = "laboratory-open"
    UNREAD = "unread-results"


BLOCKING: Final = frozenset({Item.RUNNING_ORDERS, Item.UNVERIFIED, Item.INFUSIONS, Item.CRITICAL})


@dataclass(frozen=True, slots=True)
class Admit:
    """Admit a patient to a bed.

    `visit` is the outpatient visit the patient comes from (its patient and diagnoses are taken over), else name the
    `patient`. `bed` a Location; `doctor` and `nurse` Practitioners: a doctor who admits is the doctor in charge unless
    another is named. `source` empty: by the visit's class. `diagnosis` the admission diagnosis in words; empty: the
    visit's main diagnosis.
    """

    bed: str
    visit: str = ""
    patient: str = ""
    doctor: str = ""
    nurse: str = ""
    source: str = ""
    diagnosis: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Move a patient to another bed; to another ward with the `reason`, and the doctor and nurse in charge there."""

    encounter: str
    bed: str
    reason: str = ""
    doctor: str = ""
    nurse: str = ""


@dataclass(frozen=True, slots=True)
class PassedItem:
    """An open item that does not hold up a discharge, with the reason why nobody waits for it."""

    item: Item
    reason: str


@dataclass(frozen=True, slots=True)
class Discharge:
    """End a stay. `at` is an ISO instant, empty for now; `passed` answers the items that need not be settled."""

    encounter: str
    disposition: Disposition
    at: str = ""
    passed: tuple[PassedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Assign:
    """Name the doctor in charge and the primary nurse; None leaves one as it is, an empty text takes it away."""

    encounter: str
    doctor: str | None = None
    nurse: str | None = None


@dataclass(frozen=True, slots=True)
class AskWards:
    """Ask for every ward; those of the asker's departments come first."""


@dataclass(frozen=True, slots=True)
class AskBeds:
    """Ask for the free beds of a ward (empty: of every ward)."""

    ward: str = ""


@dataclass(frozen=True, slots=True)
class AskStaff:
    """Ask who can be in charge on a ward."""

    ward: str


@dataclass(frozen=True, slots=True)
class AskBoard:
    """Ask for a ward board."""

    ward: str


@dataclass(frozen=True, slots=True)
class AskDue:
    """Ask what is due next on a ward."""

    ward: str


@dataclass(frozen=True, slots=True)
class AskStay:
    """Name one stay of a patient."""

    patient: str
    encounter: str


@dataclass(frozen=True, slots=True)
class AskPlace:
    """Ask where a patient lies: in a stay, or (empty) in the one that is running."""

    patient: str
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class AskVisits:
    """Ask from which outpatient visits a patient can be admitted."""

    patient: str

"""What the ward is asked and answers: stays, beds, the ward board, the checklist before a discharge."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from workstation.chart.travel import NOT_KNOWN, Travelled

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
class WardRow:
    """A ward. `beds` counts those in use or free, not the closed ones; `mine`: of the asker's departments."""

    id: str
    name: str
    department: str
    beds: int
    occupied: int
    mine: bool = False


@dataclass(frozen=True, slots=True)
class AskBeds:
    """Ask for the free beds of a ward (empty: of every ward)."""

    ward: str = ""


@dataclass(frozen=True, slots=True)
class BedChoice:
    """One free bed."""

    id: str
    number: str
    room: str
    ward: str
    ward_name: str


@dataclass(frozen=True, slots=True)
class AskStaff:
    """Ask who can be in charge on a ward."""

    ward: str


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A doctor or nurse of the ward's department."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class StaffView:
    """Who can be in charge."""

    doctors: tuple[StaffRow, ...] = ()
    nurses: tuple[StaffRow, ...] = ()


@dataclass(frozen=True, slots=True)
class AskBoard:
    """Ask for a ward board."""

    ward: str


@dataclass(frozen=True, slots=True)
class Occupant:
    """One patient in a bed, as the board shows it.

    `day` counts from 1 on the day of admission. `allergy` is known, none or unrecorded, `allergies` the agents.
    `nursing`, `condition` and `diet` are the running orders of these kinds, by code of the ward's catalogue and name.
    `temperature` is the highest of the last 24 hours. `alike` is `same-name` or `same-sound` with somebody on the ward.
    """

    encounter: str
    patient: str
    name: str
    sex: str
    birth: str
    number: str
    stay_number: str
    since: str
    day: int
    diagnosis: str = ""
    allergy: str = "unrecorded"
    allergies: tuple[str, ...] = ()
    nursing: str = ""
    nursing_name: str = ""
    condition: str = ""
    condition_name: str = ""
    diet: str = ""
    diet_name: str = ""
    temperature: float | None = None
    new_today: bool = False
    alike: str = ""
    doctor: str = ""
    nurse: str = ""
    readings: tuple[str, ...] = ()
    travelled: Travelled = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class BedRow:
    """One bed; more than one occupant is a conflict that people must settle. `open` is false for a closed bed."""

    id: str
    number: str
    room: str = ""
    open: bool = True
    occupants: tuple[Occupant, ...] = ()


@dataclass(frozen=True, slots=True)
class AskDue:
    """Ask what is due next on a ward."""

    ward: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """What comes next for one stay: when (ISO instant), in words, how many at that moment; and how many are overdue.

    Where nothing but overdue doses is left, `at` and `text` are those of the oldest.
    """

    encounter: str
    at: str
    text: str
    count: int
    overdue: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """A ward at one moment (`as_of`, ISO instant): its beds in order, and who is on it without a bed we know."""

    ward: str
    name: str
    department: str
    beds: tuple[BedRow, ...] = ()
    without_bed: tuple[Occupant, ...] = ()
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class AskStay:
    """Name one stay of a patient."""

    patient: str
    encounter: str


@dataclass(frozen=True, slots=True)
class Place:
    """One bed of a stay, from when to when; `reason` where the patient went to another ward after it."""

    bed: str
    ward: str
    start: str
    end: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StayRow:
    """One stay. `status` is FHIR's; `start` and `end` ISO instants; `from_visit` the number of the outpatient visit."""

    encounter: str
    patient: str
    number: str
    status: str
    start: str
    end: str
    day: int
    department: str
    ward: str
    ward_name: str
    bed: str
    bed_number: str
    doctor: str = ""
    nurse: str = ""
    source: str = ""
    from_visit: str = ""
    diagnosis: str = ""
    disposition: str = ""
    places: tuple[Place, ...] = ()
    travelled: Travelled = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One open thing before a discharge: what it is about (`lines`), and whether the discharge must wait for it."""

    item: Item
    blocking: bool
    lines: tuple[str, ...]
    records: tuple[str, ...] = field(default=())

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is open before a discharge; the blocking items first."""

    items: tuple[CheckItem, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether something must be settled first."""
        return any(item.blocking for item in self.items)


@dataclass(frozen=True, slots=True)
class Wristband:
    """What is printed on a wristband. `stay_number` is its barcode; `allergy` known, none, unrecorded."""

    patient: str
    encounter: str
    name: str
    sex: str
    birth: str
    age: str
    stay_number: str
    patient_number: str
    department: str
    ward: str
    bed: str
    since: str
    allergy: str
    allergies: tuple[str, ...] = ()
    blood_type: str = ""

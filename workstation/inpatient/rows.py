"""What the ward answers: its beds and who is in them, one stay on one page, what is open, the wristband."""

from __future__ import annotations

from dataclasses import dataclass, field

from workstation.chart.allergies import Allergies
from workstation.chart.measures import Measure
from workstation.chart.stay_laboratory import ReportLine
from workstation.chart.travel import NOT_KNOWN, Travelled
from workstation.inpatient.model import Item


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
class BedChoice:
    """One free bed."""

    id: str
    number: str
    room: str
    ward: str
    ward_name: str


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
class DiagnosisLine:
    """One standing diagnosis of a stay."""

    id: str
    name: str
    code: str
    confirmed: bool
    at_admission: bool


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One running order, worded. `kind` is drug or a code of ORDER_KIND; `verified` once a nurse has seen it."""

    id: str
    type: str
    kind: str
    kind_name: str
    text: str
    spoken: str
    since: str
    long_term: bool
    verified: bool
    high_alert: bool = False


@dataclass(frozen=True, slots=True)
class DueLine:
    """One planned task that nobody has recorded: when, in words; `late` where it is overdue."""

    at: str
    text: str
    late: bool


@dataclass(frozen=True, slots=True)
class StayView:
    """One stay on one page; diagnoses main first, reports newest first, tasks in order of time."""

    row: StayRow
    diagnoses: tuple[DiagnosisLine, ...]
    allergies: Allergies
    vitals: tuple[Measure, ...] = ()
    orders: tuple[OrderLine, ...] = ()
    results: tuple[ReportLine, ...] = ()
    due: tuple[DueLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceView:
    """What a banner says of a stay; all empty where the patient is not admitted. `alike`: as on the board."""

    encounter: str = ""
    number: str = ""
    ward: str = ""
    ward_name: str = ""
    bed: str = ""
    day: int = 0
    status: str = ""
    alike: str = ""


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


@dataclass(frozen=True, slots=True)
class VisitChoice:
    """One open outpatient visit: its number, department, when it began (ISO instant), its standing diagnoses."""

    encounter: str
    number: str
    department: str
    began: str
    emergency: bool
    diagnoses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """Whether a patient can be admitted now: where the patient lies already, and the open visits, latest first."""

    place: PlaceView
    visits: tuple[VisitChoice, ...]

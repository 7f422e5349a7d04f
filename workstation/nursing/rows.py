"""What nurses are shown. Moments are FHIR instants; doses are worded in the language of the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from workstation.chart.travel import NOT_KNOWN, Travelled


@dataclass(frozen=True, slots=True)
class Who:
    """One patient of a ward. `alike` says that another on the list can be mixed up; `allergy` as the chart says."""

    encounter: str
    patient: str
    name: str
    sex: str
    birth: str
    age: str
    number: str
    stay_number: str
    bed: str
    alike: str = ""
    allergy: str = "unrecorded"
    allergies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One order line. `dose` and `route` in words, `frequency` too; `verified` as the orderbook says it."""

    order: str
    name: str
    parts: tuple[str, ...]
    display: str
    spoken: str
    dose: str = ""
    route: str = ""
    frequency: str = ""
    strength: str = ""
    form: str = ""
    drug: str = ""
    group: int = 0
    high_alert: bool = False
    skin_test: str = ""
    drip_rate: str = ""
    verified: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """An alert the doctor went past when signing; `tier` as in the rules."""

    rule: str
    tier: int
    title: str
    reason: str


class Difference(StrEnum):
    """How a line to verify differs from what runs."""

    NEW = "new"
    CHANGED = "changed"
    TWICE = "twice"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line to verify. `against` are the running lines it must be compared with, `was` what changes in words.

    `at` is when it was signed; `start` when it begins, for a stop when it ends. `stop_reason` is the doctor's, `answer`
    what the doctor said when the line had been sent back.
    """

    line: Line
    difference: Difference
    prescriber: str
    at: str
    start: str
    term: str
    against: tuple[str, ...] = ()
    was: str = ""
    becomes: str = ""
    first_day: int | None = None
    times: tuple[str, ...] = ()
    stop_reason: str = ""
    answer: str = ""
    overrides: tuple[Override, ...] = ()
    urgent: bool = False
    travelled: Travelled = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class RunningLine:
    """One line that runs; `since` it began, `ends` where a stop was signed."""

    line: Line
    term: str
    since: str
    ends: str = ""
    kind: str = "drug"


@dataclass(frozen=True, slots=True)
class PatientToVerify:
    """One patient with lines to verify and all that runs."""

    who: Who
    new: tuple[NewLine, ...]
    running: tuple[RunningLine, ...]


@dataclass(frozen=True, slots=True)
class VerifyView:
    """What a ward has to verify, by bed."""

    patients: tuple[PatientToVerify, ...]
    as_of: str

    @property
    def count(self) -> int:
        """How many lines wait."""
        return sum(len(patient.new) for patient in self.patients)


class Lane(StrEnum):
    """How near a task is."""

    OVERDUE = "overdue"
    NOW = "now"
    LATER = "later"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One planned dose, other order, or running infusion. `minutes` from now, negative when it should have been done.

    `verified` is waiting, verified or empty; `drug` is false for other orders; `ends` is when an infusion should end.
    """

    slot: str
    lane: Lane
    planned: str
    minutes: int = field(compare=False)
    who: Who
    lines: tuple[Line, ...]
    drug: bool = True
    infusion: bool = False
    high_alert: bool = False
    verified: str = ""
    skin_test_bars: bool = False
    ends: str = ""


@dataclass(frozen=True, slots=True)
class TasksView:
    """The tasks of a ward in order of time, how many lines wait to be verified, and the moment of the answer."""

    rows: tuple[TaskRow, ...]
    to_verify: int
    as_of: str


class CellState(StrEnum):
    """What one cell of the administration chart shows; each has a form of its own."""

    GIVEN = "given"
    LATE = "late"
    NOT_GIVEN = "not-given"
    RUNNING = "running"
    SCHEDULED = "scheduled"
    DUE = "due"
    OVERDUE = "overdue"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded fact behind a cell. `scanned` is both, wristband, label or none."""

    id: str
    at: str
    by: str
    second: str = ""
    dose: str = ""
    reason: str = ""
    late_reason: str = ""
    scanned: str = ""
    end: str = ""
    state: str = ""
    travelled: Travelled = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Cell:
    """One planned dose, or one that was recorded without a plan. `at` is where it stands on the time line."""

    slot: str
    at: str
    state: CellState
    dose: str = ""
    facts: tuple[Fact, ...] = ()
    errors: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class MarRow:
    """One line of the administration chart. `unit` is what is carried out together: number and group or line.

    `state` is running, stopped, future, waiting (to be verified), returned or ended; `barred` says why no dose of it
    can be given now.
    """

    line: Line
    unit: str
    kind: str
    term: str
    state: str
    start: str
    ends: str
    cells: tuple[Cell, ...]
    as_needed: bool = False
    infusion: bool = False
    barred: str = ""
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class MarView:
    """The administration chart of one stay from `since` to `until`, every current medicine on it."""

    who: Who
    since: str
    until: str
    as_of: str
    rows: tuple[MarRow, ...]


class ScanKind(StrEnum):
    """What a scanned code is."""

    WRISTBAND = "wristband"
    LABEL = "label"
    PACK = "pack"
    SPECIMEN = "specimen"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code means. `known` is false where this desk has no such stay, dose or product; `over`: discharged."""

    kind: ScanKind
    code: str
    known: bool = True
    encounter: str = ""
    patient: str = ""
    who: Who | None = None
    slot: str = ""
    drug: str = ""
    name: str = ""
    over: bool = False


class Right(StrEnum):
    """The five rights of a dose (三查八对: 床号姓名, 药名, 剂量浓度, 用法, 时间)."""

    PATIENT = "patient"
    DRUG = "drug"
    DOSE = "dose"
    ROUTE = "route"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class RightRow:
    """One right: whether it holds, what was expected, and what was found."""

    right: Right
    ok: bool
    expected: str
    found: str


class Barrier(StrEnum):
    """Why a dose cannot be given."""

    OTHER_PATIENT = "other-patient"
    WRONG_DRUG = "wrong-drug"
    STOPPED = "stopped"
    VOID = "void"
    NOT_VERIFIED = "not-verified"
    RETURNED = "returned"
    TOO_EARLY = "too-early"
    UNPLANNED = "unplanned"
    SKIN_TEST = "skin-test"
    RECORDED = "recorded"
    OVER = "over"
    NOT_BEGUN = "not-begun"


@dataclass(frozen=True, slots=True)
class Bar:
    """One barrier with what happened, and what is safe and to do next."""

    barrier: Barrier
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RightsView:
    """The five rights of one dose. It may be given when there are no `bars`."""

    slot: str
    who: Who
    lines: tuple[Line, ...]
    planned: str
    rights: tuple[RightRow, ...]
    bars: tuple[Bar, ...] = ()
    needs_second: bool = False
    needs_late: bool = False
    infusion: bool = False
    running: bool = False
    drug: bool = True

    @property
    def ok(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.bars and all(row.ok for row in self.rights)


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One line of an infusion label; `quantity` of the product; `solvent` is what the rest is dissolved in."""

    name: str
    strength: str
    dose: str
    quantity: str
    solvent: bool = False
    high_alert: bool = False


@dataclass(frozen=True, slots=True)
class InfusionLabel:
    """One infusion label (cn_rules 3.3), worded in the paper's language. `barcode` is the slot key.

    `place` of `places` is which infusion of this patient's day it is; `batch` the batch it is prepared in; `minutes`
    about how long it runs, 0 where the rate does not say. `synthetic` marks demonstration data.
    """

    barcode: str
    ward: str
    bed: str
    name: str
    sex: str
    age: str
    stay_number: str
    planned: str
    place: int
    places: int
    batch: str
    lines: tuple[LabelLine, ...]
    route: str
    frequency: str
    drip_rate: str = ""
    minutes: int = 0
    from_light: bool = False
    high_alert: bool = False
    skin_test: str = ""
    allergies: str = ""
    allergies_known: bool = False
    note: str = ""
    patient: str = ""
    language: str = "zh_CN"
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason that can be chosen; `rank` 1 to 9 are offered by one key; `words` asks for words besides."""

    code: str
    text: str
    initials: str = ""
    rank: int = 0
    words: bool = False

"""What the laboratory module answers: rows for one screen each. Texts are in the language of the screen."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.chart.travel import NOT_KNOWN, Travelled
from workstation.laboratory.model import OrderState


@dataclass(frozen=True, slots=True)
class ItemRow:
    """Something that can be ordered. `tests` counts what it holds; `kind` is panel, test or set."""

    code: str
    name: str
    short: str
    kind: str
    specimen: str
    tube: str
    tests: int = 1
    holds: str = ""
    fasting: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """An order that repeats another: `at` when that was ordered (`open`) or reported, `value` where it is one value."""

    code: str
    name: str
    at: str
    open: bool
    value: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order. `specimens` are the numbers of its tubes, `reports` the ids of what came back.

    `rejected` says why the last specimen could not be used.
    """

    id: str
    number: str
    code: str
    name: str
    short: str
    state: OrderState
    priority: str
    ordered_at: str
    ordered_by: str
    specimen: str
    tube: str
    encounter: str = ""
    note: str = ""
    specimens: tuple[str, ...] = ()
    collected_at: str = ""
    collected_by: str = ""
    reports: tuple[str, ...] = ()
    rejected: str = ""
    cancelled: str = ""
    critical: bool = False
    travelled: Travelled = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """One tube still to be taken, or (without a number) orders that still have no label.

    `orders` are the ids, `tests` their names; `bed` is the department for outpatients; `draw` the order of draw.
    """

    key: str
    patient: str
    name: str
    sex: str
    birth: str
    age: str
    number: str
    encounter: str
    ward: str
    bed: str
    specimen: str
    tube: str
    volume: str
    tests: tuple[str, ...]
    orders: tuple[str, ...]
    requests: tuple[str, ...]
    priority: str
    ordered_at: str
    state: OrderState
    fasting: bool = False
    note: str = ""
    rejected: str = ""
    same_name: bool = False
    draw: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """Two identifiers of a patient, for comparing."""

    patient: str
    name: str
    sex: str
    birth: str
    number: str
    bed: str = ""


@dataclass(frozen=True, slots=True)
class CollectionCheck:
    """What two scans say: `agrees` only where both are of one patient; `problem` in words otherwise."""

    wristband: Identity | None = None
    specimen: Identity | None = None
    number: str = ""
    tests: tuple[str, ...] = ()
    tube: str = ""
    agrees: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value as it was reported. `flag`: high, low, critical-high, critical-low, critical, abnormal, withdrawn.

    `flag_by` and `reference_by` are `report` or `catalogue`. `key` joins the values of one test in one unit; `number`
    is empty where the value is no number.
    """

    key: str
    code: str
    name: str
    short: str
    value: str
    unit: str
    flag: str = ""
    flag_by: str = ""
    reference: str = ""
    reference_by: str = ""
    at: str = ""
    number: str = ""
    low: str = ""
    high: str = ""
    note: str = ""
    group: str = ""

    @property
    def critical(self) -> bool:
        """Say whether the value may cost a life."""
        return self.flag.startswith("critical")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report. `state`: final, partial, corrected or withdrawn; `keys` are the rows it fills, in its order.

    `missing` counts values that have not arrived; `stranger` says that it names an order of another patient.
    """

    id: str
    name: str
    at: str
    issued: str
    state: str
    unread: bool
    abnormal: int
    critical: bool
    open: bool
    keys: tuple[str, ...] = ()
    laboratory: str = ""
    requester: str = ""
    requests: tuple[str, ...] = ()
    conclusion: str = ""
    read_by: str = ""
    read_at: str = ""
    handled: str = ""
    handled_by: str = ""
    handled_at: str = ""
    told: str = ""
    missing: int = 0
    stranger: bool = False


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell of the table of results; `report` is empty for a value that came without a report."""

    value: str
    flag: str = ""
    flag_by: str = ""
    report: str = ""
    at: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One test in one unit over time; `cells` stand under the times of `ResultsView.times`."""

    key: str
    name: str
    short: str
    unit: str
    reference: str
    reference_by: str
    cells: tuple[CellRow | None, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class ResultsView:
    """Results of one patient: tests × times, the newest left, and the reports they came in, newest first."""

    times: tuple[str, ...]
    rows: tuple[ResultRow, ...]
    reports: tuple[ReportRow, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One value in time; `number` is None where it is no number."""

    at: str
    value: str
    number: float | None
    flag: str = ""


@dataclass(frozen=True, slots=True)
class TrendView:
    """One test in one unit, oldest first; `low` and `high` are the latest known limits."""

    key: str
    name: str
    unit: str
    points: tuple[TrendPoint, ...]
    low: float | None = None
    high: float | None = None
    reference: str = ""
    reference_by: str = ""


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """One report that waits to be read; `values` are its flagged values, or some of it where nothing is."""

    report: str
    patient: str
    name: str
    sex: str
    birth: str
    age: str
    number: str
    encounter: str
    stay: bool
    place: str
    title: str
    at: str
    state: str
    values: tuple[ValueRow, ...]
    abnormal: int
    critical: bool
    open: bool
    requester: str = ""
    missing: int = 0
    readings: tuple[str, ...] = ()
    same_name: bool = False


@dataclass(frozen=True, slots=True)
class CriticalRow:
    """One report with a critical value nobody has answered, and for how many minutes."""

    report: str
    patient: str
    name: str
    encounter: str
    stay: bool
    place: str
    values: tuple[ValueRow, ...]
    at: str
    minutes: int
    requester: str = ""


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One order on a request slip."""

    name: str
    specimen: str
    tube: str
    priority: str
    fasting: bool = False
    note: str = ""
    specimens: tuple[str, ...] = ()
    collected_at: str = ""
    collected_by: str = ""


@dataclass(frozen=True, slots=True)
class RequestSlip:
    """A request slip (检验申请单): who, where, why, what, by whom and when. Dates and times are ISO."""

    number: str
    patient: str
    name: str
    sex: str
    birth: str
    age: str
    patient_number: str
    visit_number: str
    department: str
    bed: str
    diagnoses: tuple[str, ...]
    lines: tuple[SlipLine, ...]
    priority: str
    requester: str
    ordered_at: str
    note: str = ""
    allergies: str = ""
    allergies_known: bool = False
    digest: str = ""
    synthetic: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class SpecimenLabel:
    """The label of one tube; `number` is its barcode."""

    number: str
    patient: str
    name: str
    sex: str
    age: str
    patient_number: str
    place: str
    specimen: str
    tube: str
    tests: tuple[str, ...]
    priority: str
    labelled_at: str
    requester: str = ""
    synthetic: bool = False

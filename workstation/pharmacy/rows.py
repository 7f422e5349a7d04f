"""What the counter is shown. Quantities are decimal texts in the drug's smallest unit; times are FHIR instants."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from workstation.chart.summary import Summary
from workstation.chart.travel import NOT_KNOWN, Travelled
from workstation.pharmacy.model import SheetState
from workstation.rules.alerts import Alert, NotChecked


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One sheet in the queue. It waits `since` it was signed, or approved once it is to be handed out.

    `answered`: the prescriber has answered a question; `parked`: why it was put aside. `initials` are for finding.
    """

    task: str
    number: str
    patient: str
    name: str
    sex: str
    birth_date: str
    state: SheetState
    waiting_minutes: int = field(compare=False)
    urgent: bool
    rx_type: str
    lines: int
    department: str
    same_name: bool = False
    sounds_alike: bool = False
    age: str = ""
    holder: str = ""
    answered: bool = False
    parked: str = ""
    initials: tuple[str, ...] = ()
    at: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class QueueView:
    """One part of the queue, how many there are of it in all, and how many wait in every part."""

    rows: tuple[QueueRow, ...]
    total: int
    to_review: int = 0
    to_dispense: int = 0
    done_today: int = 0
    urgent: int = 0


@dataclass(frozen=True, slots=True)
class LotChoice:
    """A lot that may be picked; suggested first-expired first."""

    lot: str
    number: str
    expires: str
    on_hand: str
    suggested: str = "0"
    near_expiry: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """An alert the prescriber went past, with the reason given and who gave it when; `tier` as in the rules."""

    rule: str
    tier: int
    title: str
    reason: str
    author: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of the sheet as the counter sees it.

    `left` is still to be handed out. `over` says that more than ordered left the counters: two of them without a line
    handed out the same. `high_alert` and `skin_test` are the catalogue's and the prescriber's; `by_weight`: the label
    gives the dose per kilogram at this patient's age.
    """

    line: str
    drug: str
    name: str
    specification: str
    text: str
    quantity: str
    unit: str
    packs: str
    days: int
    status: str
    skin_test: str
    handed_out: str
    overrides: tuple[Override, ...] = ()
    lots: tuple[LotChoice, ...] = ()
    number: int = 0
    ingredient: str = ""
    form: str = ""
    dose: str = ""
    route: str = ""
    frequency: str = ""
    quantity_text: str = ""
    left: str = "0"
    pack_size: int = 1
    over: bool = False
    high_alert: bool = False
    control_class: str = ""
    group: int = 0
    by_weight: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One query or answer between counter and prescriber; `answer` says which of the two."""

    at: str
    sender: str
    text: str
    answer: bool = False


@dataclass(frozen=True, slots=True)
class HandedOut:
    """One amount that left the counter, and how much of it came back."""

    dispense: str
    line: str
    name: str
    lot: str
    quantity: str
    unit: str
    at: str
    by: str
    returned: str = "0"
    codes: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prescreen:
    """What the rules say about the sheet with the patient's record as it is now.

    `ran` False: the rules could not be asked, `why` says so; nothing of it counts as passed. `open` are the
    fingerprints of stops that nobody has answered: the approval then needs a reason.
    """

    ran: bool
    passed: bool = False
    alerts: tuple[Alert, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    knowledge: str = ""
    open: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class SheetView:
    """Everything the counter needs of one sheet, the patient's summary and the automatic check included."""

    task: str
    dispense_task: str
    number: str
    patient: str
    encounter: str
    state: SheetState
    rx_type: str
    diagnoses: tuple[str, ...]
    prescriber: str
    signed_at: str
    valid_until: str
    reviewer: str
    reviewed_at: str
    lines: tuple[LineRow, ...]
    messages: tuple[Message, ...] = ()
    total_price: str = ""
    expired: bool = False
    holder: str = ""
    mine: bool = False
    own_review: bool = False
    state_reason: str = ""
    department: str = ""
    long_term: bool = False
    limit_reason: str = ""
    handed: tuple[HandedOut, ...] = ()
    summary: Summary | None = None
    prescreen: Prescreen = field(default_factory=lambda: Prescreen(False))
    travelled: Travelled = NOT_KNOWN
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class StockRow:
    """One lot on the shelf."""

    drug: str
    name: str
    specification: str
    lot: str
    number: str
    expires: str
    on_hand: str
    unit: str
    expired: bool
    near_expiry: bool


class ScanKind(StrEnum):
    """What a scanned code is."""

    SHEET = "sheet"
    PACK = "pack"
    UNKNOWN = "unknown"


class Paper(StrEnum):
    """Whether the square code of a signed paper agrees with the record on this desk."""

    NOT_CHECKED = ""
    AGREES = "agrees"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class ScannedPack:
    """What a scanned code means: a sheet (`number`, and its tasks where this desk has it), or a pack.

    Of a pack `drug` is known for a code of the list, `lot` where the code names one or one is all there is; `expires`
    is the pack's own where the code says it. `trace` is its trace code, `used` says it was handed out before.
    `known` False: this desk does not know the sheet, or the product. `candidates` are the lots that may be meant.
    """

    drug: str
    lot: str
    name: str
    specification: str
    form: str = ""
    known: bool = True
    candidates: tuple[str, ...] = field(default=())
    kind: ScanKind = ScanKind.PACK
    number: str = ""
    task: str = ""
    patient: str = ""
    paper: Paper = Paper.NOT_CHECKED
    ingredient: str = ""
    lot_number: str = ""
    expires: str = ""
    expired: bool = False
    trace: str = ""
    used: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """The fields of a dispensing label (处方管理办法 article 33), in the language asked for."""

    drug: str
    strength: str
    quantity: str
    directions: str
    dispensed_on: str
    name: str
    sex: str
    age: str
    number: str
    language: str = "zh"
    timing: str = ""
    cautions: tuple[str, ...] = ()
    use_before: str = ""
    allergies: str = ""
    allergies_known: bool = False
    weight: str = ""
    sheet: str = ""
    pharmacy: str = ""
    phone: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason that can be given at the counter; `rank` 1 to 9 are offered by one key, 0 is found by typing."""

    code: str
    text: str
    group: str
    initials: str = ""
    rank: int = 0
    source: str = ""

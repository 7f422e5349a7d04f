"""What prescribing shows: sheets, running medication, favourites, search results, and the questions for them.

Amounts are decimal texts ("0.5"), moments FHIR instants, so that every value survives JSON unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workstation.chart.people import Person
from workstation.chart.travel import Travelled
from workstation.medication.model import SkinTest
from workstation.medication.rows import Regimen
from workstation.prescribing.model import Collector, DraftLine, PrescriptionDraft, PrescriptionKind


class SheetState(StrEnum):
    """How far a prescription sheet has come."""

    WAITING = "waiting"
    REVIEWING = "reviewing"
    QUERIED = "queried"
    APPROVED = "approved"
    DISPENSING = "dispensing"
    DISPENSED = "dispensed"
    REFUSED = "refused"
    STOPPED = "stopped"
    RECORDED = "recorded"  # from elsewhere, without a review here


@dataclass(frozen=True, slots=True)
class Message:
    """One question of the pharmacy or one answer to it."""

    author: str
    at: str
    text: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Override:
    """An alert that was overridden at signing, with its reason."""

    rule: str
    tier: int
    title: str
    reason: str
    author: str
    at: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One signed line, worded in the language asked for. `drug` is empty for a product this catalogue lacks."""

    id: str
    number: int
    drug: str
    name: str
    form: str
    strength: str
    dose: str
    route: str
    frequency: str
    duration: str
    quantity: str
    days: int
    units: str
    price: str
    line: str
    spoken: str
    status: str
    group: int = 0
    skin_test: SkinTest | None = None
    note: str = ""
    overdose_reason: str = ""
    minutes: int = 0
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetSubject:
    """The patient as a sheet names them; `identity` is the number of the identity document."""

    person: Person
    identity: str = ""
    weight_kg: str = ""
    weight_at: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A prescription sheet with all that its paper and its screens show.

    `digest` is the signed content's hash in hexadecimal; `intact` says whether the content still is what was signed.
    """

    number: str
    type: str
    label: str
    state: SheetState
    state_reason: str
    subject: SheetSubject
    encounter: str
    visit_number: str
    department: str
    fee_type: str
    diagnoses: tuple[str, ...]
    lines: tuple[SheetLine, ...]
    authored_on: str
    valid_until: str
    prescriber: str
    prescriber_id: str
    total: str
    long_term: bool
    extension_reason: str
    collector: Collector | None
    task: str
    messages: tuple[Message, ...]
    digest: str
    check_code: str
    intact: bool
    synthetic: bool
    travelled: Travelled
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetsOf:
    """Ask for the sheets of a patient, of one visit when `encounter` is given, newest first."""

    patient: str
    encounter: str = ""
    limit: int = 50
    language: str = ""


@dataclass(frozen=True, slots=True)
class OneSheet:
    """Ask for one sheet, by its number or by any of its lines; `language` is the document's."""

    number: str = ""
    line: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class SheetsOfDraft:
    """Ask for the sheets that a draft would become; `language` is the document's."""

    draft: PrescriptionDraft
    language: str = ""


@dataclass(frozen=True, slots=True)
class OfPatient:
    """Ask about one patient's medication; `encounter` leaves that visit's own prescriptions out."""

    patient: str
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class Favourites:
    """Ask for what the signed-in prescriber uses most."""

    limit: int = 9


@dataclass(frozen=True, slots=True)
class FavouriteDrug:
    """A drug the prescriber uses, how often in the period looked at, and the regimens used with it."""

    drug: str
    name: str
    strength: str
    uses: int
    regimens: tuple[Regimen, ...]


@dataclass(frozen=True, slots=True)
class LineToRepeat:
    """A line of an earlier prescription, ready to be taken over; `remarks` say what is different today.

    `stock` counts smallest units on hand; an `available` line can be ticked, any other has a remark that says why not.
    """

    line: DraftLine
    text: str
    spoken: str
    remarks: tuple[str, ...] = ()
    available: bool = True
    stock: int = 0


@dataclass(frozen=True, slots=True)
class LastPrescription:
    """What the patient got last, for repeating; without lines where there is none."""

    authored_on: str = ""
    prescriber: str = ""
    numbers: tuple[str, ...] = ()
    lines: tuple[LineToRepeat, ...] = ()
    kind: PrescriptionKind = PrescriptionKind.ORDINARY


@dataclass(frozen=True, slots=True)
class SearchSets:
    """Ask for the prescription sets that fit a patient of a visit, by initials or name; without a text, for all."""

    patient: str
    encounter: str = ""
    text: str = ""
    limit: int = 9


@dataclass(frozen=True, slots=True)
class SetRow:
    """One prescription set with its lines as they would be taken over.

    `fits` says that a diagnosis of the visit is among those it is for; `confirmed` that this site confirmed its sets.
    """

    code: str
    name: str
    drugs: str
    fits: bool
    kind: PrescriptionKind
    source: str
    confirmed: bool
    lines: tuple[LineToRepeat, ...]


@dataclass(frozen=True, slots=True)
class FoundSets:
    """The answer to a search for sets: rows, and how many there are."""

    rows: tuple[SetRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class DraftFrom:
    """Ask for a new draft made of a signed sheet, such as one that the pharmacy refused."""

    number: str

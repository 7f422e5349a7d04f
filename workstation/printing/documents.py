"""What each paper says, as plain text: the modules fill these in, so that printing knows no FHIR and no rules.

Every text is ready to print in the document's own language; dates are ISO (`2026-01-17`, `2026-01-17 09:25`).
Doses, frequencies and lines carry U+00A0 and U+2060 where they must not be parted (see `line_break`).
An empty text means "left blank on the paper", which leaves room for handwriting where a signature belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workstation.chart.temperature import ChartPage

Language = Literal["zh", "en"]
Status = Literal["draft", "signed"]
RxType = Literal["ordinary", "emergency", "paediatric", "narcotic", "psychotropic-2"]
GroupMark = Literal["", "first", "middle", "last"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who printed the paper, when and at which station."""

    at: str
    by: str
    station: str


@dataclass(frozen=True, slots=True)
class Signer:
    """A name and the moment of signing; both blank where the person signs by hand."""

    name: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Allergies:
    """The allergy state as one sentence; an empty text prints as "not recorded", never as "none"."""

    text: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """The patient a paper is about. `number` is the outpatient or inpatient number; both identify on every page."""

    name: str
    sex: str
    age: str
    number: str
    weight: str = ""
    inpatient: bool = False
    allergies: Allergies = Allergies()


@dataclass(frozen=True, slots=True)
class Agent:
    """The person who collects narcotics, and the identity numbers that such a prescription must show."""

    patient_id: str = ""
    name: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class PrescriptionLine:
    """One drug: name, form, strength and quantity on its first row, directions below.

    `skin_test` is None where none is needed, an empty text where the result is still to be written by hand.
    `group` ties the lines of one infusion with a bracket.
    """

    name: str
    form: str
    strength: str
    quantity: str
    dose: str
    route: str
    frequency: str
    duration: str = ""
    skin_test: str | None = None
    group: GroupMark = ""
    note: str = ""
    overdose_reason: str = ""
    overdose_signature: str = ""


@dataclass(frozen=True, slots=True)
class PrescriptionSigners:
    """Everyone who answers for a prescription, each in a separate place (Prescription Standard, annex 1)."""

    prescriber: Signer = Signer()
    countersigner: Signer | None = None
    reviewer: Signer = Signer()
    preparer: Signer = Signer()
    checker: Signer = Signer()
    dispenser: Signer = Signer()


@dataclass(frozen=True, slots=True)
class PrescriptionPaper:
    """A prescription form on A5 as the Prescription Standard lays it out: header, body after Rp, footer.

    `place` is the department, or ward and bed of an inpatient. `reasons` are sentences the law wants printed, such as
    why the days exceed the usual limit (Prescription Administration Measures, section 19). `digest` is the signed
    content's hash in hexadecimal, `check_code` its short form that a person can compare. `reprint` counts copies
    after the first. Unless `reliable_signature` is set, the paper asks for a signature by hand.
    """

    language: Language
    institution: str
    rx_type: RxType
    number: str
    date: str
    valid_until: str
    fee_type: str
    subject: Subject
    place: str
    diagnoses: tuple[str, ...]
    lines: tuple[PrescriptionLine, ...]
    stamp: Stamp
    amount: str = ""
    reasons: tuple[str, ...] = ()
    agent: Agent = Agent()
    signers: PrescriptionSigners = PrescriptionSigners()
    status: Status = "draft"
    reprint: int = 0
    long_term: bool = False
    reliable_signature: bool = False
    digest: str = ""
    check_code: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One titled part of a record, in reading order; line breaks in the text are kept."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Addendum:
    """A later correction: the original stays readable under a double line (Record Writing Norm, section 7)."""

    section: str
    text: str
    author: str
    time: str
    original: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the first page of an outpatient record says about the person beyond name and number."""

    birth_date: str = ""
    ethnicity: str = ""
    marital_status: str = ""
    occupation: str = ""
    employer: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class OutpatientRecordPaper:
    """One visit of an outpatient or emergency record on A4 (Record Writing Norm, 2010), any number of pages.

    `copy` marks a copy handed out, with room for the seal "agrees with the original". `cosigner` is the senior who
    reviewed a trainee's record.
    """

    language: Language
    institution: str
    visit: Literal["first", "follow-up"]
    visit_time: str
    department: str
    subject: Subject
    sections: tuple[Section, ...]
    diagnoses: tuple[str, ...]
    stamp: Stamp
    front: FrontPage = FrontPage()
    emergency: bool = False
    orders: tuple[str, ...] = ()
    author: Signer = Signer()
    cosigner: Signer | None = None
    addenda: tuple[Addendum, ...] = ()
    status: Status = "draft"
    reprint: int = 0
    copy: bool = False
    reliable_signature: bool = False
    digest: str = ""
    check_code: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class DispensingLabel:
    """What the pharmacy writes on the bag or pack (Prescription Administration Measures, section 33).

    `directions` says dose, route and frequency; `timing` when to take it, such as after meals; `use_before` is needed
    only for packs that were opened to count out the contents.
    """

    language: Language
    subject: Subject
    drug: str
    strength: str
    quantity: str
    directions: str
    dispensed_on: str
    pharmacy: str
    phone: str
    timing: str = ""
    cautions: tuple[str, ...] = ()
    use_before: str = ""
    number: str = ""
    size: Literal["60x40", "70x50"] = "70x50"
    reprint: int = 0
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class QueueTicket:
    """The slip a patient waits with; it lies about in public, so the name comes already masked."""

    language: Language
    institution: str
    ticket: str
    masked_name: str
    department: str
    room: str
    doctor: str
    ahead: str
    date: str
    stamp: Stamp
    period: str = ""
    visit_number: str = ""
    notice: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class TemperatureChart:
    """One page of the temperature chart on A4; `page` holds everything that stands in it."""

    language: Language
    institution: str
    page: ChartPage
    stamp: Stamp | None = None
    reprint: int = 0


OutpatientPaper = PrescriptionPaper | OutpatientRecordPaper | DispensingLabel | QueueTicket

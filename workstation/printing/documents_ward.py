"""What the papers of ward and laboratory say, as plain text; the rules of `documents` hold here too.

`barcode` texts are what a scanner gives back: the stay's number, the key of a dose, the number of a specimen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workstation.printing.documents import GroupMark, Language, Signer, Stamp, Subject

Band = Literal["adult", "infant"]
Urgency = Literal["routine", "urgent", "stat"]
SkinTestMark = Literal["", "required", "exempt", "negative", "positive"]
OrderTermName = Literal["long-term", "stat"]


@dataclass(frozen=True, slots=True)
class WristbandPaper:
    """A wristband. `subject.number` is the stay's, which is also its barcode; `agents` are the known allergens.

    Without agents `subject.allergies` says whether anybody was asked. `since` is the day of admission.
    """

    language: Language
    institution: str
    subject: Subject
    birth: str
    patient_number: str
    department: str
    ward: str
    bed: str
    since: str
    agents: tuple[str, ...] = ()
    blood_type: str = ""
    band: Band = "adult"
    reprint: int = 0
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class BottleLine:
    """One drug of an infusion: what is ordered (`dose`) and how much of the product is taken (`quantity`)."""

    name: str
    strength: str
    dose: str
    quantity: str
    solvent: bool = False
    high_alert: bool = False


@dataclass(frozen=True, slots=True)
class BottleLabel:
    """One bottle or bag (瓶签): whose, when, what, how fast. `subject.number` is the stay's number.

    `place` of `places` is which infusion of the patient's day it is; `minutes` about how long it runs, empty where
    nobody can say.
    """

    barcode: str
    subject: Subject
    ward: str
    bed: str
    planned: str
    place: int
    places: int
    batch: str
    lines: tuple[BottleLine, ...]
    route: str
    frequency: str
    drip_rate: str = ""
    minutes: str = ""
    from_light: bool = False
    high_alert: bool = False
    skin_test: SkinTestMark = ""
    note: str = ""
    reprint: int = 0
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class BottleLabels:
    """The infusion labels of one run of the printer, in the order they are pasted."""

    language: Language
    institution: str
    labels: tuple[BottleLabel, ...]


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """One order on an order sheet (Record Writing Norm, section 28); times to the minute.

    `void` is who took it back and when; `remark` what became of an order that was not carried out; `skin_test` is
    `(+)`, `(-)` or words.
    """

    start: str
    content: str
    group: GroupMark = ""
    doctor: str = ""
    executed_at: str = ""
    nurse: str = ""
    stop: str = ""
    stop_doctor: str = ""
    stop_nurse: str = ""
    void: Signer | None = None
    skin_test: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class OrderSheetPaper:
    """The long-term or stat order sheet of a stay on A4, any number of pages."""

    language: Language
    institution: str
    term: OrderTermName
    subject: Subject
    department: str
    ward: str
    bed: str
    admitted_on: str
    entries: tuple[OrderEntry, ...]
    stamp: Stamp
    reprint: int = 0
    reliable_signature: bool = False
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One test or panel on a request slip; `specimens` are the numbers of its tubes."""

    name: str
    specimen: str
    tube: str
    urgency: Urgency = "routine"
    fasting: bool = False
    note: str = ""
    specimens: tuple[str, ...] = ()
    collected_by: str = ""
    collected_at: str = ""


@dataclass(frozen=True, slots=True)
class RequestSlipPaper:
    """A laboratory request (检验申请单) on A5. `subject.number` is the patient's number, `visit_number` the visit's."""

    language: Language
    institution: str
    number: str
    subject: Subject
    birth: str
    visit_number: str
    department: str
    bed: str
    diagnoses: tuple[str, ...]
    tests: tuple[RequestLine, ...]
    requester: Signer
    stamp: Stamp
    urgency: Urgency = "routine"
    note: str = ""
    check_code: str = ""
    cancelled: bool = False
    reprint: int = 0
    reliable_signature: bool = False
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class TubeLabel:
    """The label of one tube; `barcode` is the number of the specimen, `subject.number` the patient's.

    `agents` are the known allergens; without them `subject.allergies` says whether anybody was asked.
    """

    barcode: str
    subject: Subject
    place: str
    specimen: str
    tube: str
    tests: tuple[str, ...]
    labelled_at: str
    agents: tuple[str, ...] = ()
    urgency: Urgency = "routine"
    reprint: int = 0
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class TubeLabels:
    """The labels of the tubes of one request, in the order of draw."""

    language: Language
    labels: tuple[TubeLabel, ...]


WardPaper = WristbandPaper | BottleLabels | OrderSheetPaper | RequestSlipPaper | TubeLabels

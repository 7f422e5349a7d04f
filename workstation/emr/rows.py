"""What the medical record answers: the frozen rows of its queries. Moments are FHIR instants or dates as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workstation.chart.allergies import Allergies
from workstation.chart.measures import Measure
from workstation.chart.medications import Medicine
from workstation.chart.people import Person
from workstation.chart.travel import NOT_KNOWN, Travelled
from workstation.emr.model import Language, SectionText

VisitKind = Literal["first", "return"]


@dataclass(frozen=True, slots=True)
class DiagnosisRow:
    """A diagnosis of a visit; rank 1 is the main one."""

    id: str
    code: str
    text: str
    certainty: str
    rank: int
    recorded_by: str = ""
    recorded_on: str = ""
    notifiable: str = ""
    travelled: Travelled = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of a signed note. `original` is the wording an addendum corrects."""

    code: str
    title: str
    text: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A signed note or an addendum; `intact` says whether its signature still fits its content.

    `intact` is None where no signature is on this desk.
    """

    id: str
    encounter: str
    title: str
    at: str
    author: str
    visit: str
    sections: tuple[SectionRow, ...]
    addenda: tuple[NoteRow, ...] = ()
    intact: bool | None = None
    digest: str = ""
    travelled: Travelled = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """Everything of one visit. `state` is the FHIR status of the Encounter, `previous` the last note before it."""

    person: Person
    encounter: str
    visit: str
    emergency: bool
    department: str
    doctor: str
    room: str
    began: str
    state: str
    reason: str
    diagnoses: tuple[DiagnosisRow, ...]
    vitals: tuple[Measure, ...]
    medicines: tuple[Medicine, ...]
    note: NoteRow | None
    previous: NoteRow | None
    allergies: Allergies


@dataclass(frozen=True, slots=True)
class DiagnosisChoice:
    """A diagnosis found by a search."""

    code: str
    name: str
    name_zh: str
    name_en: str
    notifiable: str = ""
    uses: int = 0


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """A note template with its texts in the language of the screen."""

    id: str
    name: str
    diagnosis: str
    sections: tuple[SectionText, ...]


@dataclass(frozen=True, slots=True)
class PhraseChoice:
    """A phrase with its text in the language of the screen."""

    mnemonic: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class AllergenChoice:
    """An allergen found by a search; `checked` says whether prescribing checks against it."""

    code: str
    name: str
    kind: str
    checked: bool


@dataclass(frozen=True, slots=True)
class PaperAddendum:
    """An addendum as the paper shows it."""

    section: str
    text: str
    author: str
    at: str
    original: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordPaper:
    """Every field of the printed outpatient record but the institution and the printer's stamp.

    Texts are in the document's language; dates ISO; an unsigned visit has no author and status `draft`.
    """

    language: Language
    visit: VisitKind
    emergency: bool
    visit_time: str
    department: str
    name: str
    sex: str
    age: str
    number: str
    weight: str
    allergies: str
    allergies_known: bool
    birth_date: str
    ethnicity: str
    marital_status: str
    address: str
    sections: tuple[SectionRow, ...]
    diagnoses: tuple[str, ...]
    orders: tuple[str, ...]
    addenda: tuple[PaperAddendum, ...]
    author: str = ""
    signed_at: str = ""
    status: Literal["draft", "signed"] = "draft"
    digest: str = ""
    synthetic: bool = False

"""What registration is asked and what it answers: plain, frozen, the same for a form, a script and a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

SEXES = ("male", "female", "other", "unknown")


class Reason(StrEnum):
    """Why two registrations may be one person, or may not."""

    DOCUMENT_SAME = "document-same"
    DOCUMENT_DIFFERENT = "document-different"
    NAME_SAME = "name-same"
    NAME_SOUND = "name-same-sound"
    BIRTH_SAME = "birth-same"
    BIRTH_SWAPPED = "birth-day-month-swapped"
    BIRTH_NEAR = "birth-near"
    PHONE_SAME = "phone-same"
    PHONE_DIFFERENT = "phone-different"
    ADDRESS_SAME = "address-same"
    SEX_DIFFERENT = "sex-different"


class Answer(StrEnum):
    """What the registrar decided about a candidate."""

    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, as typed at the desk.

    `sex` is FHIR's code; `birth` an ISO date that may be partial (`1958`, `1958-03`); `document_type` of CV02.01.101;
    `ethnic_group` of GB/T 3304; `pinyin` the reading the registrar confirmed, syllables apart.
    """

    name: str = ""
    sex: str = ""
    birth: str = ""
    document_type: str = "01"
    document_number: str = ""
    pinyin: str = ""
    phone: str = ""
    address: str = ""
    ethnic_group: str = ""
    contact_name: str = ""
    contact_relationship: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """Make a new patient. `answered` says of every likely duplicate (id) that it is `same` or `different`.

    `mismatch_confirmed`: the registrar saw that sex or birth differ from what the document number says.
    """

    person: Person
    answered: dict[str, Answer] = field(default_factory=dict)
    mismatch_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """Change what is given; None leaves an element as it is, an empty text takes it away."""

    patient: str
    name: str | None = None
    sex: str | None = None
    birth: str | None = None
    document_type: str | None = None
    document_number: str | None = None
    pinyin: str | None = None
    phone: str | None = None
    address: str | None = None
    ethnic_group: str | None = None
    contact_name: str | None = None
    contact_relationship: str | None = None
    contact_phone: str | None = None
    answered: dict[str, Answer] = field(default_factory=dict)
    mismatch_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class RegisterUnknown:
    """Make a patient nobody can name yet. `estimated_age` in years; `found` where and by whom, as free text."""

    sex: str = "unknown"
    estimated_age: int | None = None
    found: str = ""


@dataclass(frozen=True, slots=True)
class RegisterNewborn:
    """Make the child of a registered mother. `born` is a FHIR dateTime; `order` of `count` children of this birth."""

    mother: str
    sex: str
    born: str
    order: int = 1
    count: int = 1


@dataclass(frozen=True, slots=True)
class Candidates:
    """Ask who this may be already. `exclude` leaves out the patient who is being edited."""

    person: Person
    exclude: str = ""
    limit: int = 9


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody already registered who may be the same person; `score` 0 to 100, from 80 on it must be answered."""

    id: str
    name: str
    sex: str
    birth: str
    number: str
    score: int
    reasons: tuple[Reason, ...]
    must_answer: bool


@dataclass(frozen=True, slots=True)
class CandidateList:
    """The likeliest candidates first; `total` counts those left out too."""

    rows: tuple[Candidate, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Find:
    """Find patients by name, pinyin, initials, number, document or phone."""

    text: str
    limit: int = 9


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient in a list; `alike` is `same-name` or `same-sound` when another row can be mixed up with it."""

    id: str
    name: str
    sex: str
    birth: str
    number: str
    alike: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The first rows of a search and how many there are (counted to 1,000)."""

    rows: tuple[PatientRow, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class GetPatient:
    """Ask for one patient's registration."""

    patient: str


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody related who is registered here too: a newborn's mother, a mother's newborn."""

    patient: str
    name: str
    relationship: str


@dataclass(frozen=True, slots=True)
class PatientView:
    """One patient's whole registration. `masked`: the document number is shortened for lack of a right.

    `mismatches` names what the document contradicts (`sex`, `birth`); `state` and `state_at` say how far the record
    has travelled (`equal`, `waiting`, `refused`, `parked`; ISO instant).
    """

    id: str
    number: str
    person: Person
    masked: bool = False
    temporary: bool = False
    mismatches: tuple[str, ...] = ()
    birth_time: str = ""
    birth_order: int = 0
    deceased: str = ""
    relatives: tuple[Relative, ...] = ()
    state: str = ""
    state_at: str = ""


@dataclass(frozen=True, slots=True)
class SameSounding:
    """Ask which of these patients, shown together, can be mixed up by name."""

    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SoundAlike:
    """One patient to be marked: `same-name` or `same-sound`."""

    patient: str
    alike: str


@dataclass(frozen=True, slots=True)
class CheckDocument:
    """Ask what a document number says, while it is typed."""

    document_type: str
    number: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """What a number says: `problem` a code (empty when sound), birth ISO date and sex where it holds them."""

    number: str
    problem: str
    birth: str
    sex: str
    legacy: bool

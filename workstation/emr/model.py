"""What the medical record is asked to do and to say: the frozen requests of its commands and queries.

Moments are FHIR instants or dates as text; amounts are decimals in the unit the field names.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

NOTE_DRAFT: Final = "outpatient"
Certainty = Literal["confirmed", "provisional"]
Language = Literal["zh", "en"]


# Allergies


@dataclass(frozen=True, slots=True)
class RecordAllergy:
    """Record an allergy: `code` of an allergen of the knowledge (group or ATC), or `text` alone.

    `severity` is mild, moderate, severe or empty; `since` a year or date or empty; `confirmed` false where the
    patient only suspects it.
    """

    patient: str
    code: str = ""
    text: str = ""
    reaction: str = ""
    severity: Literal["", "mild", "moderate", "severe"] = ""
    since: str = ""
    confirmed: bool = True
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class AssertNoKnownAllergy:
    """State that the patient was asked and knows of no allergy."""

    patient: str
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class RefuteAllergy:
    """Take an allergy (or the statement that there is none) out of force, with the reason."""

    patient: str
    allergy: str
    reason: str


# Vital signs and body states


@dataclass(frozen=True, slots=True)
class RecordVitals:
    """Vital signs of one moment: °C, /min, mmHg, %, kg, cm. What is None was not measured.

    `confirmed` names fields whose unusual value was typed a second time; `at` is an instant, empty for now.
    """

    patient: str
    encounter: str = ""
    temperature: Decimal | None = None
    pulse: Decimal | None = None
    respiration: Decimal | None = None
    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    spo2: Decimal | None = None
    weight: Decimal | None = None
    height: Decimal | None = None
    at: str = ""
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordPregnancy:
    """Record whether the patient is pregnant and whether she is breastfeeding; None leaves a state as it is."""

    patient: str
    encounter: str = ""
    pregnant: bool | None = None
    breastfeeding: bool | None = None


# Diagnoses


@dataclass(frozen=True, slots=True)
class AddDiagnosis:
    """Add a diagnosis to a visit: an ICD-10 `code` of the knowledge, its own `text`, or both."""

    patient: str
    encounter: str
    code: str = ""
    text: str = ""
    certainty: Certainty = "confirmed"
    primary: bool = False


@dataclass(frozen=True, slots=True)
class SetCertainty:
    """Change whether a diagnosis of a visit is confirmed or provisional."""

    patient: str
    condition: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class RemoveDiagnosis:
    """Take a diagnosis back as entered in error, with the reason."""

    patient: str
    encounter: str
    condition: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReorderDiagnoses:
    """Put the diagnoses of a visit in order; the first is the main one. All of them must be named."""

    patient: str
    encounter: str
    conditions: tuple[str, ...]


# Notes


@dataclass(frozen=True, slots=True)
class SectionText:
    """What was written in one section (`code` as in `sections`)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class SignNote:
    """Sign the note of a visit. `visit` empty takes first or return from the visit itself.

    The section of diagnoses is made from the visit's diagnoses.
    """

    patient: str
    encounter: str
    sections: tuple[SectionText, ...]
    visit: Literal["", "first", "return"] = ""
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class AddAddendum:
    """Add to or correct a signed note. `original` is the wording that is corrected, exactly as signed."""

    patient: str
    note: str
    text: str
    section: str = ""
    original: str = ""
    reason: str = ""


# Questions


@dataclass(frozen=True, slots=True)
class AskSummary:
    """Ask for a patient's summary; `encounter` is the visit under way."""

    patient: str
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class AskNotes:
    """Ask for the signed notes of a patient, newest first; of one visit where `encounter` is given."""

    patient: str
    encounter: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class AskNote:
    """Ask for one signed note."""

    patient: str
    note: str


@dataclass(frozen=True, slots=True)
class AskVisit:
    """Ask for everything recorded in one visit."""

    patient: str
    encounter: str


@dataclass(frozen=True, slots=True)
class AskPaper:
    """Ask for what the printed record of a visit says, in the language of the document."""

    patient: str
    encounter: str
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class SearchDiagnoses:
    """Search diagnoses by name, pinyin initials or code; an empty text gives the most usual ones.

    `favourites` are codes this doctor uses, as (code, count).
    """

    text: str = ""
    limit: int = 9
    favourites: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class AskFavourites:
    """Ask which diagnoses the signed-in doctor records most."""

    limit: int = 20


@dataclass(frozen=True, slots=True)
class AskTemplates:
    """Ask for note templates: by initials or name, else those that fit a chief complaint or diagnosis code."""

    text: str = ""
    chief_complaint: str = ""
    diagnosis: str = ""
    limit: int = 9


@dataclass(frozen=True, slots=True)
class AskPhrases:
    """Ask for phrases by mnemonic or text, those of the section first."""

    text: str = ""
    section: str = ""
    limit: int = 9


@dataclass(frozen=True, slots=True)
class SearchAllergens:
    """Search what a patient can be allergic to."""

    text: str
    limit: int = 9

"""The sections of an outpatient note and which of them a first and a return visit must fill.

Source: 病历书写基本规范 (卫医政发〔2010〕11号), outpatient and emergency records. A first visit names chief complaint,
present illness, past history, signs, investigations, diagnosis and plan; a return visit may be shorter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workstation.core.i18n import pick
from workstation.fhir import systems
from workstation.fhir.resources import code_of

CHIEF_COMPLAINT: Final = "chief-complaint"
PRESENT_ILLNESS: Final = "present-illness"
PAST_HISTORY: Final = "past-history"
EXAMINATION: Final = "examination"
INVESTIGATIONS: Final = "auxiliary"
DIAGNOSIS: Final = "diagnosis"
PLAN: Final = "plan"
AMENDMENT_REASON: Final = "amendment-reason"


@dataclass(frozen=True, slots=True)
class NoteSection:
    """One section; `loinc` is its document section code where LOINC has one."""

    code: str
    name_zh: str
    name_en: str
    loinc: str

    @property
    def name(self) -> str:
        """The heading in the language of the screen."""
        return pick(self.name_zh, self.name_en)

    def name_of(self, lang: str) -> str:
        """The heading in the language (`zh`, `en`) of a document."""
        return self.name_zh if lang == "zh" else self.name_en


SECTIONS: Final = (
    NoteSection(CHIEF_COMPLAINT, "主诉", "Chief complaint", "10154-3"),
    NoteSection(PRESENT_ILLNESS, "现病史", "Present illness", "10164-2"),
    NoteSection(PAST_HISTORY, "既往史", "Past history", "11348-0"),
    NoteSection(EXAMINATION, "体格检查", "Examination", "29545-1"),
    NoteSection(INVESTIGATIONS, "辅助检查", "Investigations", "30954-2"),
    NoteSection(DIAGNOSIS, "诊断", "Diagnosis", "29548-5"),
    NoteSection(PLAN, "处理意见", "Plan", "18776-5"),
)
BY_CODE: Final = {section.code: section for section in SECTIONS}
WRITTEN: Final = tuple(section.code for section in SECTIONS if section.code != DIAGNOSIS)

FIRST_VISIT: Final = "first"
RETURN_VISIT: Final = "return"
_ALL: Final = tuple((code,) for code in WRITTEN)
REQUIRED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    FIRST_VISIT: _ALL,
    RETURN_VISIT: ((CHIEF_COMPLAINT,), (PRESENT_ILLNESS,), (EXAMINATION, INVESTIGATIONS), (PLAN,)),
}


def missing(visit: str, filled: set[str]) -> list[tuple[str, ...]]:
    """Give what a note still lacks: each entry is the sections of which at least one must be filled."""
    return [wanted for wanted in REQUIRED.get(visit, _ALL) if not filled.intersection(wanted)]


def known_code(concept: object, title: str = "") -> str:
    """Give our code for a section that says what it is by our code, by LOINC or by its heading; empty otherwise.

    Notes from elsewhere are shown with their own headings, and copied forward where they mean the same section.
    """
    own = code_of(concept, systems.NOTE_SECTION)
    if own in BY_CODE or own == AMENDMENT_REASON:
        return own
    loinc = code_of(concept, systems.LOINC)
    heading = title.strip().casefold()
    for section in SECTIONS:
        if (loinc and loinc == section.loinc) or heading in (section.name_zh, section.name_en.casefold()):
            return section.code
    return ""

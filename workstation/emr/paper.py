"""What the printed outpatient record of one visit says, in the document's language; printing lays it out.

A signed visit is printed as it was signed; before that the paper is a draft without author.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from workstation.chart.allergies import Allergies, AllergyState
from workstation.chart.people import author_name
from workstation.chart.summary import department_of
from workstation.core.clock import parse_instant
from workstation.emr import sections
from workstation.emr.diagnoses import conditions_of_visit
from workstation.emr.model import AskPaper
from workstation.emr.notes import diagnosis_lines
from workstation.emr.rows import NoteRow, PaperAddendum, RecordPaper, SectionRow, VisitRecord
from workstation.emr.visits import visit_kind, visit_of
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, extension, synthetic, text_of
from workstation.store.reader import Reader

_SEX: Final = {
    "zh": {"male": "男", "female": "女", "other": "其他", "unknown": "未知", "": "未知"},
    "en": {"male": "Male", "female": "Female", "other": "Other", "unknown": "Not known", "": "Not known"},
}
_NONE: Final = {"zh": "无已知过敏", "en": "No known allergies"}


def record_paper(reader: Reader, request: AskPaper, record: VisitRecord, now: datetime) -> RecordPaper:
    """Fill the paper from the visit's record (asked in the document's language)."""
    patient = reader.get("Patient", request.patient)
    encounter = visit_of(reader, request.patient, request.encounter)
    note, lang = record.note, request.language
    weight = next((m for m in record.vitals if m.code == "29463-7"), None)
    return RecordPaper(
        language=lang,
        visit="return" if (note.visit if note else visit_kind(encounter)) == "return" else "first",
        emergency=record.emergency,
        visit_time=_minute(record.began, now),
        department=department_of(encounter),
        name=record.person.name,
        sex=_SEX[lang].get(record.person.sex, record.person.sex),
        age=record.person.age,
        number=record.person.number,
        weight=f"{weight.value} {weight.unit}" if weight else "",
        allergies=allergy_text(record.allergies, lang),
        allergies_known=record.allergies.state is AllergyState.KNOWN,
        birth_date=record.person.birth,
        ethnicity=str(extension(patient, systems.ETHNIC_GROUP) or ""),
        marital_status=text_of(patient.get("maritalStatus")),
        address=_address(patient),
        sections=_sections(note),
        diagnoses=_diagnoses(note, diagnosis_lines(conditions_of_visit(reader, encounter), lang)),
        orders=tuple(m.text for m in record.medicines),
        addenda=tuple(_addendum(a, now, lang) for a in note.addenda) if note else (),
        author=note.author if note else "",
        signed_at=_minute(note.at, now) if note else "",
        status="signed" if note else "draft",
        digest=note.digest if note else "",
        synthetic=synthetic(patient),
    )


def _minute(text: str, now: datetime) -> str:
    """Write a moment as the local minute, or its date where no time is known."""
    if len(text) <= 10:
        return text
    return parse_instant(text).astimezone(now.tzinfo).strftime("%Y-%m-%d %H:%M")


def allergy_text(allergies: Allergies, lang: str) -> str:
    """Write the allergy state as one sentence for paper; empty where it is not recorded."""
    if allergies.state is AllergyState.NONE:
        return _NONE[lang]
    mark = "；" if lang == "zh" else "; "
    return mark.join(_one(a.agent, a.reaction, a.since[:4], lang) for a in allergies.known)


def _one(agent: str, reaction: str, year: str, lang: str) -> str:
    inside = [part for part in (reaction, year) if part]
    if not inside:
        return agent
    return f"{agent}（{'，'.join(inside)}）" if lang == "zh" else f"{agent} ({', '.join(inside)})"


def _address(patient: Resource) -> str:
    for entry in as_list(patient.get("address")):
        lines = [str(line) for line in as_list(entry.get("line"))]
        parts = [
            *lines,
            str(entry.get("district", "")),
            str(entry.get("city", "")),
            str(entry.get("state", "")),
        ]
        return str(entry.get("text", "")) or ", ".join(part for part in parts if part)
    return ""


def _sections(note: NoteRow | None) -> tuple[SectionRow, ...]:
    return tuple(s for s in note.sections if s.code != sections.DIAGNOSIS) if note else ()


def _diagnoses(note: NoteRow | None, standing: list[str]) -> tuple[str, ...]:
    """Give the diagnoses as they were signed; before signing, those that stand."""
    signed = next((s.text for s in note.sections if s.code == sections.DIAGNOSIS), "") if note else ""
    return tuple(line for line in (signed.split("\n") if signed else standing) if line)


def _addendum(row: NoteRow, now: datetime, lang: str) -> PaperAddendum:
    reason = next((s.text for s in row.sections if s.code == sections.AMENDMENT_REASON), "")
    main = next(s for s in row.sections if s.code != sections.AMENDMENT_REASON)
    title = sections.BY_CODE.get(main.code)
    section = title.name_of(lang) if title else main.title
    return PaperAddendum(section, main.text, row.author, _minute(row.at, now), main.original, reason)


def doctor_of(reader: Reader, encounter: Resource) -> str:
    """Give the doctor of a visit."""
    people = [p.get("individual") for p in as_list(encounter.get("participant"))]
    return next((name for p in people if (name := author_name(reader, p))), "")

"""From stored resources to the rows of this module: notes with their addenda and signatures, diagnoses of a visit."""

from __future__ import annotations

from workstation.chart.people import author_name
from workstation.chart.travel import travelled
from workstation.emr import sections
from workstation.emr.diagnoses import conditions_of_visit
from workstation.emr.narrative import from_xhtml, struck_in
from workstation.emr.notes import is_note, original_of
from workstation.emr.rows import DiagnosisRow, NoteRow, SectionRow
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, target, text_of
from workstation.security.signing import digest, holds
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge


def notes_of(reader: Reader, patient: str, encounter: str = "", limit: int = 50) -> tuple[NoteRow, ...]:
    """Give the signed notes of a patient, newest first, each with its addenda in the order they were added."""
    where = {"patient": patient} | ({"encounter": encounter} if encounter else {})
    found = reader.find("Composition", where, sort=("-date",))
    notes = [c for c in found if is_note(c)][:limit]
    return tuple(note_row(reader, note) for note in notes)


def note_row(reader: Reader, composition: Resource, with_addenda: bool = True) -> NoteRow:
    """Give one Composition as a row; whether its signature still holds is checked against its Provenance."""
    id_ = str(composition["id"])
    signatures = reader.find("Provenance", {"target": id_})
    return NoteRow(
        id_,
        target(composition.get("encounter"), "Encounter"),
        str(composition.get("title", "")) or text_of(composition.get("type")),
        str(composition.get("date", "")),
        next((n for a in as_list(composition.get("author")) if (n := author_name(reader, a))), ""),
        code_of(composition.get("category"), systems.VISIT_TYPE),
        tuple(section_rows(composition)),
        _addenda(reader, id_) if with_addenda else (),
        any(holds(p, [composition]) for p in signatures) if signatures else None,
        digest([composition]),
        travelled(reader, "Composition", id_),
    )


def _addenda(reader: Reader, note: str) -> tuple[NoteRow, ...]:
    found = reader.find("Composition", {"related-ref": note}, sort=("date",))
    mine = [c for c in found if original_of(c) == note and c.get("status") != "entered-in-error"]
    return tuple(note_row(reader, addendum, with_addenda=False) for addendum in mine)


def section_rows(composition: Resource) -> list[SectionRow]:
    """Give the sections of a Composition as plain text, nested ones after their parent."""
    rows: list[SectionRow] = []
    waiting = list(as_list(composition.get("section")))
    while waiting:
        part = waiting.pop(0)
        div = str((part.get("text") or {}).get("div", ""))
        title = str(part.get("title", "")) or text_of(part.get("code"))
        code = sections.known_code(part.get("code"), title)
        if code in sections.BY_CODE and not title:
            title = sections.BY_CODE[code].name
        rows.append(SectionRow(code, title, from_xhtml(div), struck_in(div)))
        waiting[:0] = as_list(part.get("section"))
    return rows


def diagnosis_rows(
    reader: Reader, encounter: Resource, knowledge: Knowledge | None = None
) -> tuple[DiagnosisRow, ...]:
    """Give the standing diagnoses of a visit by rank."""
    return tuple(
        _diagnosis_row(reader, condition, rank, knowledge)
        for rank, condition in enumerate(conditions_of_visit(reader, encounter), 1)
    )


def _diagnosis_row(
    reader: Reader, condition: Resource, rank: int, knowledge: Knowledge | None
) -> DiagnosisRow:
    code = code_of(condition.get("code"), systems.ICD10) or code_of(condition.get("code"))
    known = knowledge.diagnoses.get(code) if knowledge is not None and code else None
    return DiagnosisRow(
        str(condition["id"]),
        code,
        text_of(condition.get("code")),
        code_of(condition.get("verificationStatus")) or "confirmed",
        rank,
        author_name(reader, condition.get("recorder")),
        str(condition.get("recordedDate", "")),
        known.notifiable if known is not None else "",
        travelled(reader, "Condition", str(condition["id"])),
    )

"""What the screens and papers of the medical record ask. Importing this file registers the queries.

Whatever opens a patient's chart is audited before its rows leave the desk.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from workstation.chart.allergies import allergies_of
from workstation.chart.measures import Measure, measures_in, moment_of
from workstation.chart.measures import is_valid as valid_observation
from workstation.chart.medications import medicine
from workstation.chart.people import age_years, person_of
from workstation.chart.summary import ADULT_YEARS, Summary, department_of, summary_of
from workstation.core.errors import NotFound
from workstation.core.i18n import _, pick
from workstation.emr import model, paper, rows, suggest
from workstation.emr.notes import is_note
from workstation.emr.reading import diagnosis_rows, note_row, notes_of
from workstation.emr.visits import visit_kind, visit_of
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, target, text_of
from workstation.security.permissions import Actor, Permission
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge, search_phrases
from workstation.terminology.model import Diagnosis
from workstation.verbs import query

RECENT = 300


@query("chart.summary", permission=Permission.CHART_READ, help="One patient on one page", audited=True)
def summary(reader: Reader, request: model.AskSummary, *, knowledge: Knowledge, now: datetime) -> Summary:
    """Give identity, allergies, problems, medicines, abnormal results, vitals and last visits. Raises NotFound."""
    return summary_of(reader, request.patient, now, knowledge, request.encounter)


@query("emr.notes", permission=Permission.CHART_READ, help="The signed notes of a patient", audited=True)
def notes(reader: Reader, request: model.AskNotes) -> tuple[rows.NoteRow, ...]:
    """Give signed notes, newest first, with their addenda."""
    return notes_of(reader, request.patient, request.encounter, request.limit)


@query("emr.note", permission=Permission.CHART_READ, help="One signed note of a patient", audited=True)
def note(reader: Reader, request: model.AskNote) -> rows.NoteRow:
    """Give one note. Raises NotFound when it is not this patient's."""
    found = reader.get("Composition", request.note)
    if target(found.get("subject"), "Patient") != request.patient:
        raise NotFound(_("This patient has no such note on this desk."))
    return note_row(reader, found)


@query(
    "emr.visit-record",
    permission=Permission.CHART_READ,
    help="Everything recorded in one visit",
    audited=True,
)
def visit_record(
    reader: Reader, request: model.AskVisit, *, knowledge: Knowledge, now: datetime
) -> rows.VisitRecord:
    """Give the visit with diagnoses, vital signs, prescribed lines and its note. Raises NotFound, Invalid."""
    return _visit_record(reader, request.patient, request.encounter, knowledge, now)


def _visit_record(
    reader: Reader, patient_id: str, visit: str, knowledge: Knowledge, now: datetime, lang: str = ""
) -> rows.VisitRecord:
    patient = reader.get("Patient", patient_id)
    encounter = visit_of(reader, patient_id, visit)
    earlier = notes_of(reader, patient_id, limit=5)
    mine = [n for n in earlier if n.encounter == visit]
    others = [n for n in earlier if n.encounter != visit]
    lines = reader.find("MedicationRequest", {"encounter": visit}, sort=("authoredon",))
    live = [r for r in lines if r.get("status") in ("active", "completed", "on-hold")]
    return rows.VisitRecord(
        person=person_of(patient, now, lang),
        encounter=visit,
        visit=visit_kind(encounter),
        emergency=str((encounter.get("class") or {}).get("code", "")) == "EMER",
        department=department_of(encounter),
        doctor=paper.doctor_of(reader, encounter),
        room=_room(encounter),
        began=str((encounter.get("period") or {}).get("start", "")),
        state=str(encounter.get("status", "")),
        reason=next((text_of(r) for r in as_list(encounter.get("reasonCode"))), ""),
        diagnoses=diagnosis_rows(reader, encounter, knowledge),
        vitals=_vitals(reader, visit, patient, now),
        medicines=tuple(medicine(reader, r, now, knowledge, lang) for r in live),
        note=mine[-1] if mine else _note_of(reader, visit),
        previous=others[0] if others else None,
        allergies=allergies_of(reader, patient_id, knowledge, lang),
    )


def _note_of(reader: Reader, encounter: str) -> rows.NoteRow | None:
    found = next((c for c in reader.find("Composition", {"encounter": encounter}) if is_note(c)), None)
    return note_row(reader, found) if found is not None else None


def _room(encounter: Resource) -> str:
    places = [entry.get("location") or {} for entry in as_list(encounter.get("location"))]
    return next((str(place["display"]) for place in places if place.get("display")), "")


def _vitals(reader: Reader, encounter: str, patient: Resource, now: datetime) -> tuple[Measure, ...]:
    """Give the vital signs measured in this visit, the latest of each sign."""
    found = reader.find("Observation", {"encounter": encounter, "category": "vital-signs"})
    years = age_years(str(patient.get("birthDate", "")), now.date())
    latest: dict[str, Measure] = {}
    for resource in sorted(filter(valid_observation, found), key=moment_of):
        for measure in measures_in(resource, adult=years is None or years >= ADULT_YEARS):
            latest[measure.code or measure.name] = measure
    return tuple(latest.values())


@query(
    "emr.record-paper",
    permission=Permission.DOCUMENT_PRINT,
    help="What the printed record of a visit says",
    audited=True,
)
def record_paper(
    reader: Reader, request: model.AskPaper, *, knowledge: Knowledge, now: datetime
) -> rows.RecordPaper:
    """Give every field of the printed outpatient record; see `paper`."""
    lang = {"zh": "zh_CN", "en": "en"}[request.language]
    record = _visit_record(reader, request.patient, request.encounter, knowledge, now, lang)
    return paper.record_paper(reader, request, record, now)


@query(
    "emr.search-diagnoses",
    permission=Permission.KNOWLEDGE_READ,
    help="Find diagnoses by name, pinyin or code",
)
def search_diagnoses(
    reader: Reader, request: model.SearchDiagnoses, *, knowledge: Knowledge
) -> tuple[rows.DiagnosisChoice, ...]:
    """Give diagnoses that fit, this doctor's own first; without a text the most usual ones."""
    uses = dict(request.favourites)
    catalogue = knowledge.diagnoses
    if not request.text.strip():
        own = [d for code in uses if (d := catalogue.get(code)) is not None]
        usual = [d for d in catalogue if d.code not in uses]
        return tuple(_choice(d, uses.get(d.code, 0)) for d in (own + usual)[: request.limit])
    hits = catalogue.search(request.text, request.limit, uses)
    return tuple(_choice(hit.diagnosis, hit.uses) for hit in hits)


def _choice(found: Diagnosis, uses: int) -> rows.DiagnosisChoice:
    return rows.DiagnosisChoice(found.code, found.name, found.name_zh, found.name_en, found.notifiable, uses)


@query(
    "emr.favourite-diagnoses",
    permission=Permission.CHART_READ,
    help="The diagnoses the signed-in doctor records most",
)
def favourite_diagnoses(
    reader: Reader, request: model.AskFavourites, *, actor: Actor
) -> tuple[tuple[str, int], ...]:
    """Give (code, count) over the latest diagnoses on this desk that this doctor recorded, most used first."""
    recent = reader.find(
        "Condition", {"category": "encounter-diagnosis"}, sort=("-recorded-date",), limit=RECENT
    )
    mine = Counter(
        code_of(c.get("code"), systems.ICD10)
        for c in recent
        if target(c.get("recorder"), "Practitioner") == actor.practitioner
    )
    mine.pop("", None)
    return tuple(mine.most_common(request.limit))


@query("emr.note-templates", permission=Permission.KNOWLEDGE_READ, help="Note templates that fit")
def note_templates(
    reader: Reader, request: model.AskTemplates, *, knowledge: Knowledge
) -> tuple[rows.TemplateChoice, ...]:
    """Give templates by initials or name, else by how well they fit chief complaint and diagnosis."""
    found = suggest.templates(
        knowledge.note_templates, request.text, request.chief_complaint, request.diagnosis
    )
    return tuple(
        rows.TemplateChoice(
            t.id, t.name, t.diagnosis, tuple(model.SectionText(code, text) for code, text in t.sections)
        )
        for t in found[: request.limit]
    )


@query("emr.phrases", permission=Permission.KNOWLEDGE_READ, help="Phrases for notes, by mnemonic or text")
def phrases(
    reader: Reader, request: model.AskPhrases, *, knowledge: Knowledge
) -> tuple[rows.PhraseChoice, ...]:
    """Give phrases that fit, those of the section first."""
    found = search_phrases(knowledge, request.text, len(knowledge.phrases))
    found.sort(key=lambda p: p.section != request.section)
    return tuple(
        rows.PhraseChoice(p.mnemonic, p.section, pick(p.text_zh, p.text_en)) for p in found[: request.limit]
    )


@query(
    "emr.search-allergens", permission=Permission.KNOWLEDGE_READ, help="Find what a patient is allergic to"
)
def search_allergens(
    reader: Reader, request: model.SearchAllergens, *, knowledge: Knowledge
) -> tuple[rows.AllergenChoice, ...]:
    """Give allergens by initials, name or code; drug groups first."""
    found = knowledge.allergens.search(request.text, request.limit)
    return tuple(rows.AllergenChoice(a.code, a.name, a.kind, a.checked) for a in found)

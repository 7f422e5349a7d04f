"""The ward board: every bed of a ward with who is in it, from a handful of questions whatever the number of beds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from workstation.chart.allergies import in_brief
from workstation.chart.measures import SAME_AS, TEMPERATURE, is_valid
from workstation.chart.people import display_name
from workstation.chart.travel import NOT_KNOWN, travelled_all
from workstation.core.clock import instant
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, identifier, target, text_of
from workstation.inpatient import places, standing, stays
from workstation.inpatient.rows import BedRow, BoardView, Occupant
from workstation.store.reader import Reader, Span
from workstation.terminology import names
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.pinyin import readings

FEVER_HOURS: Final = 24
VOID: Final = frozenset({"entered-in-error", "refuted"})


def board(reader: Reader, ward_id: str, now: datetime, knowledge: Knowledge) -> BoardView:
    """Give a ward as it is now. Raises NotFound, Invalid when it is no ward."""
    ward = places.ward(reader, ward_id)
    beds = places.beds_of(reader, ward)
    known = {bed.id for bed in beds}
    here = [e for e in stays.running(reader) if stays.bed(e) in known or stays.bed(e) == ward_id]
    listed = dict(zip((str(e["id"]) for e in here), occupants(reader, here, now, knowledge), strict=True))
    by_bed: dict[str, list[Occupant]] = defaultdict(list)
    for encounter in here:
        by_bed[stays.bed(encounter)].append(listed[str(encounter["id"])])
    code, _owner = places.department_of(reader, ward)
    return BoardView(
        ward_id,
        str(ward.get("name", "")),
        code,
        tuple(BedRow(b.id, b.number, b.room, b.open, tuple(by_bed.get(b.id, ()))) for b in beds),
        tuple(by_bed.get(ward_id, ())),
        instant(now),
    )


def occupants(
    reader: Reader, encounters: Sequence[Resource], now: datetime, knowledge: Knowledge
) -> list[Occupant]:
    """Give what the board says of each of these stays, in their order."""
    ids = [str(e["id"]) for e in encounters]
    people = list({target(e.get("subject"), "Patient") for e in encounters})
    facts = _Facts(
        {str(p["id"]): p for p in reader.find("Patient", {"_id": people})} if people else {},
        _by(reader.find("AllergyIntolerance", {"patient": people}) if people else (), "patient", "Patient"),
        _by(reader.find("Condition", {"encounter": ids}) if ids else (), "encounter", "Encounter"),
        standing.marks_of(reader, ids, now, knowledge),
        _temperatures(reader, people, now),
    )
    distances = travelled_all(reader, "Encounter", ids) if ids else {}
    made = [
        replace(
            _occupant(encounter, facts, now, knowledge),
            travelled=distances.get(str(encounter["id"]), NOT_KNOWN),
        )
        for encounter in encounters
    ]
    marks = names.alike((row.patient, row.name) for row in made)
    return [replace(row, alike=marks[row.patient].value) if row.patient in marks else row for row in made]


class _Facts:
    """What was read for all stays together."""

    def __init__(
        self,
        patients: Mapping[str, Resource],
        allergies: Mapping[str, list[Resource]],
        conditions: Mapping[str, list[Resource]],
        marks: Mapping[str, standing.Marks],
        temperatures: Mapping[str, float],
    ) -> None:
        self.patients, self.allergies, self.conditions = patients, allergies, conditions
        self.marks, self.temperatures = marks, temperatures


def _by(records: Iterable[Resource], element: str, kind: str) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = defaultdict(list)
    for record in records:
        found[target(record.get(element), kind)].append(record)
    return found


def _temperatures(reader: Reader, people: Sequence[str], now: datetime) -> dict[str, float]:
    """Give the highest temperature of each patient in the last 24 hours."""
    if not people:
        return {}
    where: dict[str, Any] = {
        "patient": people,
        "code": [f"{systems.LOINC}|{code}" for code in SAME_AS[TEMPERATURE]],
        "date": Span(start=now - timedelta(hours=FEVER_HOURS), end=now),
    }
    found: dict[str, float] = {}
    for record in reader.find("Observation", where):
        value = (record.get("valueQuantity") or {}).get("value")
        if is_valid(record) and isinstance(value, int | float):
            patient = target(record.get("subject"), "Patient")
            found[patient] = max(found.get(patient, 0.0), float(value))
    return found


def _occupant(encounter: Resource, facts: _Facts, now: datetime, knowledge: Knowledge) -> Occupant:
    id_, patient_id = str(encounter["id"]), target(encounter.get("subject"), "Patient")
    patient = facts.patients.get(patient_id, {})
    name = display_name(patient) if patient else str((encounter.get("subject") or {}).get("display", ""))
    allergy, agents = in_brief(facts.allergies.get(patient_id, ()), knowledge)
    marks, began = facts.marks.get(id_, standing.NO_MARKS), stays.moment(stays.start(encounter), now)
    read = readings(name)
    return Occupant(
        encounter=id_,
        patient=patient_id,
        name=name,
        sex=str(patient.get("gender", "")),
        birth=str(patient.get("birthDate", "")),
        number=identifier(patient, systems.PATIENT_NUMBER),
        stay_number=stays.number(encounter),
        since=stays.start(encounter),
        day=stays.day(encounter, now),
        diagnosis=main_diagnosis(encounter, facts.conditions.get(id_, ()), knowledge),
        allergy=allergy.value if patient else "unavailable",
        allergies=agents,
        nursing=marks.nursing,
        nursing_name=marks.nursing_name,
        condition=marks.condition,
        condition_name=marks.condition_name,
        diet=marks.diet,
        diet_name=marks.diet_name,
        temperature=facts.temperatures.get(patient_id),
        new_today=began is not None and began.date() == now.date(),
        doctor=str(stays.in_charge(encounter, stays.DOCTOR).get("display", "")),
        nurse=str(stays.in_charge(encounter, stays.NURSE).get("display", "")),
        readings=read.full + read.initials,
    )


def main_diagnosis(encounter: Resource, conditions: Sequence[Resource], knowledge: Knowledge) -> str:
    """Give the first standing diagnosis of a stay in the language of the screen, else the words at admission."""
    ranks = {
        target(d.get("condition"), "Condition"): int(d.get("rank", 98))
        for d in as_list(encounter.get("diagnosis"))
    }
    live = [c for c in conditions if code_of(c.get("verificationStatus")) not in VOID]
    first = min(live, key=lambda c: ranks.get(str(c["id"]), 99), default=None)
    if first is None:
        return stays.reason(encounter)
    return diagnosis_name(first, knowledge)


def diagnosis_name(condition: Resource, knowledge: Knowledge) -> str:
    """Give a diagnosis in the language of the screen where the knowledge names it, else as it was worded."""
    code = code_of(condition.get("code"), systems.ICD10) or code_of(condition.get("code"), systems.ICD10_CN)
    known = knowledge.diagnoses.get(code) if code else None
    words = text_of(condition.get("code"))
    return known.name if known is not None and words in ("", known.name_zh, known.name_en) else words or code

"""What a desk may ask about who its patients are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, target, text_of
from workstation.registration import duplicates, identity, person
from workstation.registration.model import (
    CandidateList,
    Candidates,
    CheckDocument,
    DocumentView,
    Find,
    Found,
    GetPatient,
    PatientRow,
    PatientView,
    Relative,
    SameSounding,
    SoundAlike,
)
from workstation.security.permissions import Actor, Permission
from workstation.store.index import patient_name
from workstation.store.reader import Reader
from workstation.terminology import names
from workstation.terminology.pinyin import readings
from workstation.verbs import query


@query(
    "registration.check-document",
    permission=Permission.PATIENT_REGISTER,
    help="Say what a document number tells, and whether it can be right",
)
def check_document(reader: Reader, request: CheckDocument, *, now: datetime) -> DocumentView:
    """Read a document number while it is typed; nothing is looked up."""
    read = identity.check(request.document_type, request.number, now.date())
    birth = read.birth.isoformat() if read.birth else ""
    return DocumentView(read.number, read.problem.value, birth, read.sex, read.legacy)


@query(
    "registration.candidates",
    permission=Permission.PATIENT_READ,
    help="Who a newcomer may be already, with score and reasons",
)
def candidates(reader: Reader, request: Candidates) -> CandidateList:
    """Score everybody who shares a document, phone, date of birth or the sound of the name."""
    return duplicates.candidates(reader, request.person, request.exclude, request.limit)


@query(
    "registration.find",
    permission=Permission.PATIENT_READ,
    help="Find patients by name, pinyin, initials, number, document or phone",
)
def find(reader: Reader, request: Find) -> Found:
    """Give the first rows and the count; rows that can be mixed up by name are marked."""
    hits, total = reader.patients(_searched(request.text), request.limit)
    marks = names.alike((hit.id, hit.name) for hit in hits)
    rows = (
        PatientRow(hit.id, hit.name, hit.sex, hit.birth, hit.number, _mark(marks, hit.id)) for hit in hits
    )
    return Found(tuple(rows), total)


@query(
    "registration.patient",
    permission=Permission.PATIENT_READ,
    help="One patient's registration",
    audited=True,
)
def patient(reader: Reader, request: GetPatient, *, now: datetime, actor: Actor) -> PatientView:
    """Give one patient whole; the document number only to who may see it. Raises NotFound."""
    stored = reader.get("Patient", request.patient)
    known = person.read(stored)
    read = person.checked_document(known, now.date())
    open_eyes = actor.may(Permission.PATIENT_SHOW_IDENTITY)
    shown = (
        known if open_eyes else replace(known, document_number=identity.masked_number(known.document_number))
    )
    distance = reader.distance(Ref("Patient", request.patient, request.patient))
    order = stored.get("multipleBirthInteger", 0)
    return PatientView(
        id=request.patient,
        number=person.number_of(stored),
        person=shown,
        masked=not open_eyes and bool(known.document_number),
        temporary=person.is_temporary(stored),
        mismatches=identity.mismatches(read, known.sex, known.birth),
        birth_time=_birth_time(stored),
        birth_order=order if isinstance(order, int) else 0,
        deceased=_deceased(stored),
        relatives=_relatives(reader, stored),
        state=distance.state.name.lower(),
        state_at=distance.at,
    )


@query(
    "registration.same-sounding",
    permission=Permission.PATIENT_READ,
    help="Which patients of a list can be mixed up by name",
)
def same_sounding(reader: Reader, request: SameSounding) -> tuple[SoundAlike, ...]:
    """Mark same and same-sounding names among the patients given; unknown ids are passed over."""
    found = reader.find("Patient", {"_id": list(request.patients)}) if request.patients else []
    marks = names.alike((p["id"], patient_name(p)) for p in found)
    return tuple(SoundAlike(id_, marks[id_].value) for id_ in request.patients if id_ in marks)


def _mark(marks: Mapping[str, names.Alike], id_: str) -> str:
    return marks[id_].value if id_ in marks else ""


def _searched(text: str) -> str:
    """Fold what was typed as the index does: Han names as on the document, numbers plain, Latin names as read."""
    if re.search(f"[{identity.HAN}]", text):
        return identity.clean_name(text)
    if any(char.isdigit() for char in text):
        return identity.normalise_number(text)
    return next(iter(readings(text).full), text)


def _birth_time(stored: Resource) -> str:
    extensions = as_list(stored.get("_birthDate", {}).get("extension"))
    return next((str(e["valueDateTime"]) for e in extensions if e.get("url") == person.BIRTH_TIME), "")


def _deceased(stored: Resource) -> str:
    """Give the date of death, or `yes` when only the fact is known."""
    return str(stored.get("deceasedDateTime", "")) or ("yes" if stored.get("deceasedBoolean") is True else "")


def _relatives(reader: Reader, stored: Resource) -> tuple[Relative, ...]:
    """Give the mother of a newborn, or the newborns of a mother, where both are registered here."""
    found = []
    for related in reader.find("RelatedPerson", {"patient": stored["id"]}):
        for entry in as_list(related.get("identifier")):
            other = reader.first(
                "Patient", {"identifier": f"{entry.get('system', '')}|{entry.get('value', '')}"}
            )
            if other is not None:
                found.append(Relative(other["id"], patient_name(other), text_of(related.get("relationship"))))
    number = person.number_of(stored)
    children = (
        reader.find("RelatedPerson", {"identifier": f"{systems.PATIENT_NUMBER}|{number}"}) if number else []
    )
    for related in children:
        child = reader.peek("Patient", target(related.get("patient"), "Patient"))
        if child is not None and child["id"] != stored["id"]:
            found.append(Relative(child["id"], patient_name(child), "子女"))
    return tuple(found)

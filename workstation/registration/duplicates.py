"""Looking for who a newcomer may be already: by document, phone, date of birth and sound of the name."""

from __future__ import annotations

from typing import Final

from workstation.fhir.resources import Resource
from workstation.fhir.search import date_interval
from workstation.registration import identity, matching, person
from workstation.registration.model import Candidate, CandidateList, Person
from workstation.store.reader import Reader
from workstation.terminology import names

SOUNDS_ASKED: Final = 3
HITS_A_SOUND: Final = 50


def candidates(reader: Reader, typed: Person, exclude: str = "", limit: int | None = 9) -> CandidateList:
    """Give who the typed person may be, likeliest first; all of them when `limit` is None."""
    found = [
        candidate
        for patient in _possible(reader, typed)
        if patient["id"] != exclude and patient.get("active", True)
        if (candidate := _judge(typed, patient)).score >= matching.SHOWN_FROM
    ]
    found.sort(key=lambda c: (-c.score, c.name, c.birth, c.id))
    return CandidateList(tuple(found[:limit]), len(found))


def _judge(typed: Person, patient: Resource) -> Candidate:
    stored = person.read(patient)
    score, reasons = matching.compare(typed, stored)
    return Candidate(
        id=patient["id"],
        name=stored.name,
        sex=stored.sex,
        birth=stored.birth,
        number=person.number_of(patient),
        score=score,
        reasons=reasons,
        must_answer=score >= matching.MUST_ANSWER,
    )


def _possible(reader: Reader, typed: Person) -> list[Resource]:
    """Give everybody who shares a document, phone, date of birth or sound of the name, each once."""
    found: dict[str, Resource] = {}
    for where in _exact(typed):
        found.update((patient["id"], patient) for patient in reader.find("Patient", where, limit=200))
    ids = [id_ for id_ in _by_name(reader, typed.name) if id_ not in found]
    if ids:
        found.update((patient["id"], patient) for patient in reader.find("Patient", {"_id": ids}))
    return list(found.values())


def _exact(typed: Person) -> list[dict[str, list[str]]]:
    wanted: list[dict[str, list[str]]] = []
    number = identity.normalise_number(typed.document_number)
    if len(number) >= 5:
        wanted.append({"identifier": [number, *_other_forms(number)]})
    phone = identity.normalise_phone(typed.phone)
    if len(phone) >= 7:
        wanted.append({"phone": [phone]})
    births = [b for b in (typed.birth, matching.swapped(typed.birth)) if len(b) == 10]
    firsts = [interval[0] for birth in births if (interval := date_interval(birth))]
    if firsts:
        wanted.append({"birthdate": firsts})
    return wanted


def _other_forms(number: str) -> list[str]:
    """Give the same resident number in its 15- or 18-digit form."""
    other = identity.modern(number)
    if other != number:
        return [other]
    return [number[:6] + number[8:17]] if len(number) == 18 and number[6:8] == "19" else []


def _by_name(reader: Reader, name: str) -> list[str]:
    if len(names.key_of(name)) < 2:
        return []
    asked = [name, *sorted(names.sounds(name))[:SOUNDS_ASKED]]
    hits = (hit.id for text in asked for hit in reader.patients(text, HITS_A_SOUND)[0])
    return list(dict.fromkeys(hits))

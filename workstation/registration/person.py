"""Between a FHIR Patient and what the desk types; everything a Patient holds besides is left alone."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from workstation.fhir import systems
from workstation.fhir.resources import (
    Resource,
    as_list,
    code_of,
    concept,
    extension,
    identifier,
    parse_date,
    set_extension,
    text_of,
)
from workstation.registration import identity
from workstation.registration.model import Person
from workstation.store.index import patient_name
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.wording import Coded

RELATIONSHIP: Final = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
BIRTH_TIME: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
TEMPORARY: Final = "T-"


def read(patient: Resource) -> Person:
    """Give what the desk knows of a Patient."""
    document = document_of(patient)
    contact: Resource = next(iter(as_list(patient.get("contact"))), {})
    return Person(
        name=patient_name(patient),
        sex=str(patient.get("gender", "")),
        birth=str(patient.get("birthDate", "")),
        document_type=(document_type(document) if document else "") or identity.RESIDENT,
        document_number=str(document.get("value", "")) if document else "",
        pinyin=pinyin_of(patient),
        phone=phone_of(patient),
        address=next((str(a.get("text", "")) for a in as_list(patient.get("address"))), ""),
        ethnic_group=str(extension(patient, systems.ETHNIC_GROUP) or ""),
        contact_name=str(contact.get("name", {}).get("text", "")),
        contact_relationship=text_of(contact.get("relationship")),
        contact_phone=phone_of(contact),
    )


def document_of(patient: Resource) -> Resource | None:
    """Give the identifier element of the identity document."""
    for entry in as_list(patient.get("identifier")):
        if entry.get("system") == systems.RESIDENT_ID or code_of(entry.get("type"), systems.DOCUMENT_TYPE):
            return dict(entry)
    return None


def document_type(entry: Resource) -> str:
    """Give the kind (CV02.01.101) of a document's identifier element."""
    return code_of(entry.get("type"), systems.DOCUMENT_TYPE) or identity.RESIDENT


def pinyin_of(patient: Resource) -> str:
    """Give the reading the registrar confirmed, or an empty text."""
    return next(
        (str(p) for n in as_list(patient.get("name")) if (p := extension(n, systems.NAME_PINYIN))), ""
    )


def phone_of(holder: Resource) -> str:
    """Give the first phone number of a patient or contact."""
    phones = (t for t in as_list(holder.get("telecom")) if t.get("system", "phone") == "phone")
    return next((str(t.get("value", "")) for t in phones), "")


def number_of(patient: Resource) -> str:
    """Give the patient number."""
    return identifier(patient, systems.PATIENT_NUMBER)


def is_temporary(patient: Resource) -> bool:
    """Say whether somebody still has to find out who this is."""
    return number_of(patient).startswith(TEMPORARY) and document_of(patient) is None


def checked_document(person: Person, today: date) -> identity.Checked:
    """Read a person's document number."""
    return identity.check(person.document_type, person.document_number, today)


def valid_birth(text: str, today: date) -> bool:
    """Say whether a text is a date (maybe only a year or a month) that is not in the future."""
    born = parse_date(text)
    return len(text) in (4, 7, 10) and born is not None and born <= today


class Writer:
    """Puts single elements into a Patient; the desk's words become the codes of this site's knowledge."""

    def __init__(self, patient: Resource, knowledge: Knowledge) -> None:
        self.patient, self._knowledge = patient, knowledge

    def number(self, value: str) -> None:
        """Give the patient number; one given before is replaced."""
        entry = {"use": "usual", "system": systems.PATIENT_NUMBER, "value": value}
        others = [i for i in self._identifiers() if i.get("system") != systems.PATIENT_NUMBER]
        self.patient["identifier"] = [entry, *others]

    def document(self, kind: str, number: str) -> None:
        """Put the identity document in place; an empty number takes it away."""
        old = document_of(self.patient)
        others = [i for i in self._identifiers() if i != old]
        value = identity.normalise_number(number)
        if value:
            name = _named(self._knowledge.document_types, kind)
            entry = dict(old or {}) | {"use": "official", "type": concept(systems.DOCUMENT_TYPE, kind, name)}
            entry.pop("system", None)
            if kind == identity.RESIDENT:
                entry["system"] = systems.RESIDENT_ID
            others.append(entry | {"value": value})
        _put(self.patient, "identifier", others)

    def name(self, text: str, pinyin: str) -> None:
        """Put the official name and its confirmed reading in place; other names stay."""
        listed = [dict(n) for n in as_list(self.patient.get("name"))]
        place = next((i for i, n in enumerate(listed) if n.get("use") == "official"), 0 if listed else -1)
        entry = listed[place] if place >= 0 else {"use": "official"}
        if entry.get("text") != text:
            entry = {k: v for k, v in entry.items() if k not in ("family", "given")} | {"text": text}
        if pinyin:
            set_extension(entry, systems.NAME_PINYIN, valueString=" ".join(pinyin.casefold().split()))
        else:
            set_extension(entry, systems.NAME_PINYIN)
        if place >= 0:
            listed[place] = entry
        else:
            listed.append(entry)
        self.patient["name"] = listed

    def sex(self, code: str) -> None:
        """Put the administrative sex in place."""
        self.patient["gender"] = code or "unknown"

    def birth(self, text: str) -> None:
        """Put the date of birth in place; a time of birth belongs to its date and goes with it."""
        if text != self.patient.get("birthDate"):
            self.patient.pop("_birthDate", None)
        _put(self.patient, "birthDate", text)

    def phone(self, text: str) -> None:
        """Put the first phone number in place; others stay."""
        _put(self.patient, "telecom", _with_phone(as_list(self.patient.get("telecom")), text))

    def address(self, text: str) -> None:
        """Put the first address in place, as one text."""
        rest = as_list(self.patient.get("address"))
        first = dict(rest[0]) if rest else {"use": "home"}
        if first.get("text") != text:
            first = {k: first[k] for k in ("use", "id", "extension") if k in first} | {"text": text}
        _put(self.patient, "address", ([first] if text else []) + rest[1:])

    def ethnic_group(self, code: str) -> None:
        """Put the ethnic group (GB/T 3304) in place."""
        if code:
            set_extension(self.patient, systems.ETHNIC_GROUP, valueString=code)
        else:
            set_extension(self.patient, systems.ETHNIC_GROUP)

    def contact(self, name: str, relationship: str, phone: str) -> None:
        """Put the first person to be told in place; others stay."""
        rest = as_list(self.patient.get("contact"))
        first = dict(rest[0]) if rest else {}
        _put(first, "name", {**first.get("name", {}), "text": name} if name else None)
        if text_of(first.get("relationship")) != relationship:
            _put(first, "relationship", [{"text": relationship}] if relationship else None)
        _put(first, "telecom", _with_phone(as_list(first.get("telecom")), phone))
        _put(self.patient, "contact", ([first] if first else []) + rest[1:])

    def _identifiers(self) -> list[Resource]:
        return as_list(self.patient.get("identifier"))


def _put(holder: Resource, key: str, value: Any) -> None:
    if value:
        holder[key] = value
    else:
        holder.pop(key, None)


def _with_phone(telecom: list[Resource], text: str) -> list[Resource]:
    number = identity.normalise_phone(text)
    place = next((i for i, t in enumerate(telecom) if t.get("system", "phone") == "phone"), -1)
    if place < 0:
        return [*telecom, {"system": "phone", "value": number}] if number else telecom
    old = telecom[place]
    kept = [{**old, "value": number}] if number else []
    return [*telecom[:place], *kept, *telecom[place + 1 :]]


def _named(listed: tuple[Coded, ...], code: str) -> str:
    return next((entry.name_zh for entry in listed if entry.code == code), "")

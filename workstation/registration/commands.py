"""Registering people: checked on the way in, never twice without somebody having said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Final

from workstation.core.clock import parse_instant
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, concept, ref_of, reference
from workstation.registration import duplicates, identity, person
from workstation.registration.model import (
    SEXES,
    Answer,
    Candidate,
    Person,
    Reason,
    Register,
    RegisterNewborn,
    RegisterUnknown,
    Update,
)
from workstation.registration.wording import problem_text
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command

LONGEST_NAME: Final = 200
CHILD: Final = {"male": "之子", "female": "之女"}
ORDER: Final = "甲乙丙丁戊己"
UNKNOWN_NAME: Final = "无名氏"
FIELDS: Final = frozenset(asdict(Person()))
DOCUMENT: Final = frozenset({"document_type", "document_number"})
IDENTITY: Final = DOCUMENT | {"sex", "birth"}


@command("registration.register", permission=Permission.PATIENT_REGISTER, help="Register a new patient")
def register(unit: Unit, request: Register, *, knowledge: Knowledge) -> Ref:
    """Make a Patient with a number of this desk.

    Raises Invalid, naming the field, for what cannot be right, for a document that contradicts sex or birth unless
    that was confirmed, and while a candidate of 80 or more is not answered or was answered `same`.
    """
    typed = _completed(_cleaned(request.person), unit.now.date())
    _check(typed, unit.now.date(), knowledge, FIELDS)
    if not request.mismatch_confirmed:
        _check_mismatch(typed, unit.now.date())
    _check_answers(duplicates.candidates(unit.reader, typed, limit=None).rows, request.answered)
    patient: Resource = {"resourceType": "Patient", "id": unit.new_id(), "active": True}
    writer = person.Writer(patient, knowledge)
    writer.number(_patient_number(unit))
    _write(writer, typed)
    return unit.put(patient)


@command("registration.update", permission=Permission.PATIENT_UPDATE, help="Change a patient's registration")
def update(unit: Unit, request: Update, *, knowledge: Knowledge) -> Ref:
    """Change what the request names; all else in the record stays as it is. Raises NotFound, Invalid."""
    patient = unit.reader.get("Patient", request.patient)
    before = person.read(patient)
    given = {key: value for key, value in asdict(request).items() if key in FIELDS and value is not None}
    after = _cleaned(replace(before, **given))
    changed = frozenset(key for key in FIELDS if getattr(before, key) != getattr(after, key))
    if changed & DOCUMENT:
        found = duplicates.candidates(unit.reader, after, exclude=request.patient, limit=None).rows
        _check_answers([c for c in found if Reason.DOCUMENT_SAME in c.reasons], request.answered)
    _check(after, unit.now.date(), knowledge, changed)
    if changed & IDENTITY and not request.mismatch_confirmed:
        _check_mismatch(after, unit.now.date())
    writer = person.Writer(patient, knowledge)
    if person.is_temporary(patient) and after.document_number:
        writer.number(_patient_number(unit))
    _write(writer, after, before)
    return unit.put(patient)


@command(
    "registration.register-unknown",
    permission=Permission.PATIENT_REGISTER,
    help="Register somebody who cannot be named yet",
)
def register_unknown(unit: Unit, request: RegisterUnknown, *, knowledge: Knowledge) -> Ref:
    """Make a Patient named 无名氏 with date and number, and a temporary T- number. Raises Invalid."""
    if request.sex not in SEXES:
        raise Invalid(_("Choose the sex."), field="sex")
    if request.estimated_age is not None and not 0 <= request.estimated_age <= 120:
        raise Invalid(_("Give an age between 0 and 120 years, or none."), field="estimated_age")
    day = unit.now.strftime("%Y%m%d")
    number = unit.next_number(f"unknown-{day}")
    patient: Resource = {"resourceType": "Patient", "id": unit.new_id(), "active": True}
    writer = person.Writer(patient, knowledge)
    writer.number(f"{person.TEMPORARY}{unit.now:%y%m%d}{unit.desk_code}{number:02d}")
    writer.name(f"{UNKNOWN_NAME}{day}-{unit.desk_code}{number:02d}", "")
    writer.sex(request.sex)
    if request.estimated_age is not None:
        writer.birth(str(unit.now.year - request.estimated_age))
    writer.address(request.found.strip())
    return unit.put(patient)


@command(
    "registration.register-newborn",
    permission=Permission.PATIENT_REGISTER,
    help="Register the newborn child of a registered mother",
)
def register_newborn(unit: Unit, request: RegisterNewborn, *, knowledge: Knowledge) -> Ref:
    """Make a Patient named after the mother until the child has a name, linked to her by a RelatedPerson.

    Raises NotFound for the mother, Invalid for what cannot be right, Conflict when this child is registered already.
    """
    mother = unit.reader.get("Patient", request.mother)
    born = _birth_moment(unit, request)
    theirs = person.read(mother)
    name = _newborn_name(theirs.name, request)
    if any(
        hit.name == name and hit.birth == born.date().isoformat() for hit in unit.reader.patients(name)[0]
    ):
        raise Conflict(
            _("This child is registered already."),
            _("Nothing was changed. Open the child's record from the list."),
        )
    patient: Resource = {"resourceType": "Patient", "id": unit.new_id(), "active": True}
    writer = person.Writer(patient, knowledge)
    writer.number(_patient_number(unit))
    writer.name(name, "")
    writer.sex(request.sex)
    writer.birth(born.date().isoformat())
    patient["_birthDate"] = {
        "extension": [{"url": person.BIRTH_TIME, "valueDateTime": born.isoformat(timespec="seconds")}]
    }
    patient |= (
        {"multipleBirthInteger": request.order} if request.count > 1 else {"multipleBirthBoolean": False}
    )
    writer.address(theirs.address)
    writer.contact(theirs.name, "母亲", theirs.phone)
    ref = unit.put(patient)
    unit.put(_mother_of(unit, patient, mother))
    return ref


def _cleaned(typed: Person) -> Person:
    """Fold what a keyboard or an input method adds; nothing a document says is changed."""
    return replace(
        typed,
        name=identity.clean_name(typed.name),
        birth=identity.normalise_number(typed.birth),
        document_number=identity.normalise_number(typed.document_number),
        pinyin=" ".join(typed.pinyin.casefold().split()),
        phone=identity.normalise_phone(typed.phone),
        address=typed.address.strip(),
        contact_name=identity.clean_name(typed.contact_name),
        contact_relationship=typed.contact_relationship.strip(),
        contact_phone=identity.normalise_phone(typed.contact_phone),
    )


def _completed(typed: Person, today: date) -> Person:
    """Take sex and birth from the document where they were not typed."""
    read = person.checked_document(typed, today)
    if not read.sound or read.birth is None:
        return typed
    return replace(typed, sex=typed.sex or read.sex, birth=typed.birth or read.birth.isoformat())


def _check(typed: Person, today: date, knowledge: Knowledge, changed: frozenset[str]) -> None:
    """Refuse what cannot be right among the elements that change."""
    if changed & DOCUMENT:
        _check_document(typed, person.checked_document(typed, today), knowledge)
    if "name" in changed and not 1 <= len(typed.name) <= LONGEST_NAME:
        raise Invalid(_("Type the name as it stands on the document."), field="name")
    if "sex" in changed and typed.sex not in SEXES:
        raise Invalid(_("Choose the sex."), field="sex")
    if "birth" in changed and not person.valid_birth(typed.birth, today):
        hint = _("If only the year is known, type the year.")
        raise Invalid(_("Type a date of birth that is not in the future."), hint, "birth")
    for name in sorted(changed & {"phone", "contact_phone"}):
        _check_phone(str(getattr(typed, name)), name)
    groups = {group.code for group in knowledge.ethnic_groups}
    if typed.ethnic_group and "ethnic_group" in changed and typed.ethnic_group not in groups:
        raise Invalid(_("Choose an ethnic group from the list."), field="ethnic_group")


def _check_mismatch(typed: Person, today: date) -> None:
    wrong = identity.mismatches(person.checked_document(typed, today), typed.sex, typed.birth)
    if wrong:
        raise Invalid(
            _("Sex or date of birth differ from what the document number says."),
            _("Compare with the card; then correct it, or confirm that it differs."),
            wrong[0],
        )


def _check_document(typed: Person, read: identity.Checked, knowledge: Knowledge) -> None:
    if typed.document_type not in {entry.code for entry in knowledge.document_types}:
        raise Invalid(_("Choose the kind of document from the list."), field="document_type")
    if read.problem:
        raise Invalid(
            problem_text(read.problem),
            _("Without a usable document, leave the number empty."),
            "document_number",
        )
    if read.legacy:
        raise Invalid(
            _("15-digit numbers are no longer issued and have no check digit."),
            _("Type the 18-digit number of the present card; the old one still finds the patient."),
            "document_number",
        )


def _check_phone(value: str, field: str) -> None:
    if value and not 5 <= len(value.lstrip("+")) <= 15:
        raise Invalid(_("A phone number has 5 to 15 digits."), field=field)


def _check_answers(found: tuple[Candidate, ...] | list[Candidate], answered: Mapping[str, Answer]) -> None:
    for candidate in found:
        if candidate.must_answer and candidate.id not in answered:
            raise Invalid(
                _("Somebody very like this is registered already."),
                _("Look at each likely candidate and say whether it is the same person."),
                "answered",
            )
    if any(answered.get(candidate.id) is Answer.SAME for candidate in found):
        raise Invalid(
            _("This person is registered already."), _("Use the record that was found."), "answered"
        )


def _write(writer: person.Writer, now: Person, before: Person | None = None) -> None:
    """Write the elements that differ from what was there."""
    old = before or Person()
    if (now.name, now.pinyin) != (old.name, old.pinyin):
        writer.name(now.name, now.pinyin)
    if (now.document_type, now.document_number) != (old.document_type, old.document_number):
        writer.document(now.document_type, now.document_number)
    contact = (now.contact_name, now.contact_relationship, now.contact_phone)
    if contact != (old.contact_name, old.contact_relationship, old.contact_phone):
        writer.contact(*contact)
    for key in ("sex", "birth", "phone", "address", "ethnic_group"):
        if getattr(now, key) != getattr(old, key):
            getattr(writer, key)(getattr(now, key))


def _patient_number(unit: Unit) -> str:
    """Give the next patient number: M, year, the desk's letters, a number of this desk: M26ABC00012."""
    year = unit.now.strftime("%y")
    return f"M{year}{unit.desk_code}{unit.next_number(f'patient-{year}'):05d}"


def _birth_moment(unit: Unit, request: RegisterNewborn) -> datetime:
    if request.sex not in SEXES:
        raise Invalid(_("Choose the sex."), field="sex")
    if not 1 <= request.order <= request.count <= len(ORDER):
        raise Invalid(_("The order of birth must lie between 1 and the number of children."), field="order")
    try:
        born = parse_instant(request.born, unit.now.tzinfo)
    except ValueError as error:
        raise Invalid(_("Type date and time of birth."), field="born") from error
    if not 0 <= (unit.now - born).total_seconds() <= 28 * 86400:
        raise Invalid(
            _("The time of birth must lie within the last 28 days."),
            _("Register an older child like any other patient."),
            "born",
        )
    return born


def _newborn_name(mother: str, request: RegisterNewborn) -> str:
    """Name a child that has no name yet: 母亲姓名之子 or 之女, with 甲, 乙 for twins."""
    order = ORDER[request.order - 1] if request.count > 1 else ""
    return f"{mother}{CHILD.get(request.sex, '之婴')}{order}"


def _mother_of(unit: Unit, child: Resource, mother: Resource) -> Resource:
    number = next(
        (i for i in as_list(mother.get("identifier")) if i.get("system") == systems.PATIENT_NUMBER), None
    )
    related: Resource = {
        "resourceType": "RelatedPerson",
        "id": unit.new_id(),
        "active": True,
        "patient": reference(ref_of(child), person.read(child).name),
        "relationship": [concept(person.RELATIONSHIP, "MTH", "mother", "母亲")],
        "name": [{"use": "official", "text": person.read(mother).name}],
        "gender": "female",
    }
    return related | {"identifier": [number]} if number else related

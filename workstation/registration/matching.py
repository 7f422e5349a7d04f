"""How likely two registrations are one person: evidence in points, each with its reason, no opinion hidden.

The weights are this product's own. They are set so that name and birth, name and phone, or name with day and month
swapped ask the registrar (80 and more), while a shared phone or a common name alone only shows.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from workstation.fhir.resources import parse_date
from workstation.registration import identity
from workstation.registration.model import Person, Reason
from workstation.terminology import names

MUST_ANSWER: Final = 80
SHOWN_FROM: Final = 30
HIGHEST_WITHOUT_DOCUMENT: Final = 97
SAME_DOCUMENT: Final = 98
POINTS: Final = {
    Reason.NAME_SAME: 45,
    Reason.NAME_SOUND: 36,
    Reason.BIRTH_SAME: 40,
    Reason.BIRTH_SWAPPED: 36,
    Reason.BIRTH_NEAR: 22,
    Reason.PHONE_SAME: 35,
    Reason.ADDRESS_SAME: 15,
    Reason.SEX_DIFFERENT: -12,
    Reason.DOCUMENT_DIFFERENT: -30,
}


def compare(typed: Person, stored: Person) -> tuple[int, tuple[Reason, ...]]:
    """Give the likeness of two registrations, 0 to 100, and its reasons; what is not typed counts for nothing."""
    found = [_document(typed, stored), _name(typed.name, stored.name), _birth(typed.birth, stored.birth)]
    found += [_phone(typed.phone, stored.phone), _address(typed.address, stored.address)]
    if {typed.sex, stored.sex} == {"male", "female"}:
        found.append(Reason.SEX_DIFFERENT)
    reasons = tuple(reason for reason in found if reason is not None)
    if Reason.DOCUMENT_SAME in reasons:
        both = Reason.NAME_SAME in reasons and Reason.BIRTH_SAME in reasons
        return (100 if both else SAME_DOCUMENT), reasons
    points = sum(POINTS.get(reason, 0) for reason in reasons)
    return max(0, min(points, HIGHEST_WITHOUT_DOCUMENT)), reasons


def swapped(birth: str) -> str:
    """Give an ISO date with day and month exchanged, or an empty text where that is no other date."""
    born = parse_date(birth) if len(birth) == 10 else None
    if born is None or born.day > 12 or born.day == born.month:
        return ""
    return date(born.year, born.day, born.month).isoformat()


def _document(typed: Person, stored: Person) -> Reason | None:
    ours, theirs = (
        identity.modern(identity.normalise_number(person.document_number)) for person in (typed, stored)
    )
    if not ours or not theirs or typed.document_type != stored.document_type:
        return None
    return Reason.DOCUMENT_SAME if ours == theirs else Reason.DOCUMENT_DIFFERENT


def _name(ours: str, theirs: str) -> Reason | None:
    if not ours or not theirs:
        return None
    if names.key_of(ours) == names.key_of(theirs):
        return Reason.NAME_SAME
    return Reason.NAME_SOUND if names.sounds(ours) & names.sounds(theirs) else None


def _birth(ours: str, theirs: str) -> Reason | None:
    if len(ours) < 10 or len(theirs) < 10:
        return None
    if ours == theirs:
        return Reason.BIRTH_SAME
    if swapped(ours) == theirs:
        return Reason.BIRTH_SWAPPED
    mine, other = parse_date(ours), parse_date(theirs)
    if mine is None or other is None:
        return None
    one_part = sum(a != b for a, b in zip(ours.split("-"), theirs.split("-"), strict=True)) == 1
    near = abs((mine - other).days) <= 31 or (one_part and abs(mine.year - other.year) <= 10)
    return Reason.BIRTH_NEAR if near else None


def _phone(ours: str, theirs: str) -> Reason | None:
    mine, other = identity.normalise_phone(ours)[-11:], identity.normalise_phone(theirs)[-11:]
    if len(mine) < 7 or len(other) < 7:
        return None
    return Reason.PHONE_SAME if mine == other else Reason.PHONE_DIFFERENT


def _address(ours: str, theirs: str) -> Reason | None:
    mine, other = names.key_of(ours), names.key_of(theirs)
    return Reason.ADDRESS_SAME if len(mine) >= 6 and mine == other else None

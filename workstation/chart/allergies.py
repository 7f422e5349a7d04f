"""What is known of a patient's allergies, in four states that must never be mistaken for one another.

Absence of data is not absence of allergy: "none" needs a person who said so and a date (rule S16), everything else
is "unrecorded", and a chart that is not on this desk is "unavailable".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workstation.chart.people import author_name
from workstation.chart.travel import NOT_KNOWN, Travelled, travelled
from workstation.core.i18n import language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, codings, text_of
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Allergen

NO_KNOWN_ALLERGY: Final = "716186003"
_NONE_CODES: Final = frozenset(
    {NO_KNOWN_ALLERGY, "409137002", "no-known-allergies", "no-known-medication-allergies"}
)
_NOTHING_SAID: Final = frozenset({"no-allergy-info"})
_CHECKED: Final = frozenset({systems.ALLERGEN, systems.DRUG, systems.ATC})


class AllergyState(StrEnum):
    """The four states of design rule PAB-0064."""

    KNOWN = "known"
    NONE = "none"
    UNRECORDED = "unrecorded"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Allergy:
    """One allergy. `checked` is false where only a text is known: prescribing cannot check against it by itself.

    `severity` is `severe`, `moderate`, `mild` or empty; `criticality` FHIR's code; `since` a year or date or empty.
    """

    id: str
    agent: str
    system: str
    code: str
    checked: bool
    criticality: str = ""
    reaction: str = ""
    severity: str = ""
    since: str = ""
    confirmed: bool = True
    recorded_by: str = ""
    recorded_on: str = ""
    travelled: Travelled = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Allergies:
    """A patient's allergies. `said_by`, `said_on` and `statement` (an id) belong to the state "none"."""

    state: AllergyState
    known: tuple[Allergy, ...] = ()
    said_by: str = ""
    said_on: str = ""
    statement: str = ""


def allergies_of(
    reader: Reader, patient: str, knowledge: Knowledge | None = None, lang: str = ""
) -> Allergies:
    """Give a patient's allergy state; the severe ones first.

    Coded allergens are named by the knowledge, in `lang` (default: the language of the screen).
    """
    if reader.peek("Patient", patient) is None:
        return Allergies(AllergyState.UNAVAILABLE)
    live = [r for r in reader.find("AllergyIntolerance", {"patient": patient}) if is_active(r)]
    known = [
        _allergy(reader, r, knowledge, lang or language())
        for r in live
        if not (denies(r) or _says_nothing(r))
    ]
    if known:
        known.sort(key=lambda a: (a.criticality != "high" and a.severity != "severe", a.recorded_on))
        return Allergies(AllergyState.KNOWN, tuple(known))
    for statement in sorted(filter(denies, live), key=_when, reverse=True):
        who = _who(reader, statement)
        if who and _when(statement):
            return Allergies(AllergyState.NONE, (), who, _when(statement), str(statement["id"]))
    return Allergies(AllergyState.UNRECORDED)


def in_brief(
    records: Iterable[Resource], knowledge: Knowledge | None = None, lang: str = ""
) -> tuple[AllergyState, tuple[str, ...]]:
    """Give state and agents alone from one patient's records, for lists of many patients; the grave ones first.

    A denial counts here only with its day and who said it; nothing is asked of the store.
    """
    live = [r for r in records if is_active(r)]
    known = [r for r in live if not (denies(r) or _says_nothing(r))]
    if known:
        known.sort(key=lambda r: (r.get("criticality") != "high", _when(r)))
        return AllergyState.KNOWN, tuple(_named(r, knowledge, lang or language()) for r in known)
    said = any(denies(r) and _when(r) and (r.get("recorder") or r.get("asserter")) for r in live)
    return (AllergyState.NONE if said else AllergyState.UNRECORDED), ()


def _named(resource: Resource, knowledge: Knowledge | None, lang: str) -> str:
    code = _coding(resource)[1]
    reaction: Resource = next(iter(as_list(resource.get("reaction"))), {})
    return _agent(resource, reaction, knowledge.allergens.get(code) if knowledge and code else None, lang)


def is_active(resource: Resource) -> bool:
    """Say whether an AllergyIntolerance counts: not inactive, resolved, refuted or entered in error."""
    clinical = code_of(resource.get("clinicalStatus"))
    verification = code_of(resource.get("verificationStatus"))
    return clinical in ("", "active") and verification not in ("refuted", "entered-in-error")


def denies(resource: Resource) -> bool:
    """Say whether an AllergyIntolerance states that there is no allergy."""
    return any(coding.get("code") in _NONE_CODES for coding in codings(resource.get("code")))


def _says_nothing(resource: Resource) -> bool:
    return any(coding.get("code") in _NOTHING_SAID for coding in codings(resource.get("code")))


def _when(resource: Resource) -> str:
    return str(resource.get("recordedDate", ""))[:10]


def _who(reader: Reader, resource: Resource) -> str:
    return author_name(reader, resource.get("recorder")) or author_name(reader, resource.get("asserter"))


def _allergy(reader: Reader, resource: Resource, knowledge: Knowledge | None, lang: str) -> Allergy:
    reaction: Resource = next(iter(as_list(resource.get("reaction"))), {})
    system, code = _coding(resource)
    onset = str(resource.get("onsetDateTime", "") or reaction.get("onset", ""))
    return Allergy(
        str(resource["id"]),
        _agent(resource, reaction, knowledge.allergens.get(code) if knowledge and code else None, lang),
        system,
        code,
        system in _CHECKED,
        str(resource.get("criticality", "")),
        text_of(reaction.get("manifestation")),
        str(reaction.get("severity", "")),
        onset[:10],
        code_of(resource.get("verificationStatus")) != "unconfirmed",
        _who(reader, resource),
        _when(resource),
        travelled(reader, "AllergyIntolerance", str(resource["id"])),
    )


def _coding(resource: Resource) -> tuple[str, str]:
    """Give the coding that checks use: our own systems first, else the first there is."""
    found = [(str(c.get("system", "")), str(c.get("code", ""))) for c in codings(resource.get("code"))]
    return next((f for f in found if f[0] in _CHECKED), found[0] if found else ("", ""))


def _agent(resource: Resource, reaction: Resource, known: Allergen | None, lang: str) -> str:
    if known is not None:
        return known.name_zh if lang.startswith("zh") else known.name_en
    return text_of(resource.get("code")) or text_of(reaction.get("substance"))

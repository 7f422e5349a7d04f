"""One patient on one page: what the banner and the summary pane show, from whatever records this desk has.

It reads our own records and foreign ones (Synthea, IPS) alike: what has no code we know is shown with its own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from workstation.chart.allergies import Allergies, allergies_of
from workstation.chart.measures import (
    CREATININE,
    EGFR,
    SAME_AS,
    STATES,
    UNKNOWN,
    WEIGHT,
    BodyState,
    Measure,
    abnormal,
    breastfeeding_of,
    first_in,
    newest,
    pregnancy_of,
    vitals_in,
)
from workstation.chart.medications import Medicine, medicines_of
from workstation.chart.people import Person, age_years, author_name, person_of
from workstation.fhir import systems
from workstation.fhir.resources import (
    Resource,
    as_list,
    code_of,
    extension,
    target,
    text_of,
)
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge

VISITS: Final = 5
ADULT_YEARS: Final = 18
_OVER: Final = ("inactive", "resolved", "remission")
_NOT_SO: Final = ("refuted", "entered-in-error")


@dataclass(frozen=True, slots=True)
class Problem:
    """A running problem or a diagnosis still standing; `on_list` is false where it only comes from a visit."""

    id: str
    code: str
    name: str
    since: str
    confirmed: bool
    on_list: bool


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One earlier visit. `at` is the ISO moment it began."""

    encounter: str
    at: str
    department: str
    doctor: str
    diagnoses: tuple[str, ...]
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything known of one patient that matters before acting. Values carry their dates; nothing is invented."""

    person: Person
    allergies: Allergies
    problems: tuple[Problem, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    abnormal: tuple[Measure, ...] = ()
    vitals: tuple[Measure, ...] = ()
    weight: Measure | None = None
    egfr: Measure | None = None
    creatinine: Measure | None = None
    pregnancy: BodyState = UNKNOWN
    breastfeeding: BodyState = UNKNOWN
    visits: tuple[PastVisit, ...] = ()
    fee_type: str = ""


def summary_of(
    reader: Reader, patient: str, now: datetime, knowledge: Knowledge | None = None, encounter: str = ""
) -> Summary:
    """Give a patient's summary as of now; the named visit is left out of the earlier visits. Raises NotFound."""
    resource = reader.get("Patient", patient)
    years = age_years(str(resource.get("birthDate", "")), now.date())
    conditions = standing_conditions(reader, patient)
    found = newest(reader, patient, {**SAME_AS, "egfr": EGFR, "creatinine": CREATININE, **STATES})
    return Summary(
        person_of(resource, now),
        allergies_of(reader, patient, knowledge),
        problems_in(conditions, knowledge),
        medicines_of(reader, patient, now, knowledge),
        abnormal(reader, patient, now),
        vitals_in(found, adult=years is None or years >= ADULT_YEARS),
        first_in(found.get(WEIGHT)),
        first_in(found.get("egfr")),
        first_in(found.get("creatinine")),
        pregnancy_of(found, conditions, now.date()),
        breastfeeding_of(found),
        visits_of(reader, patient, encounter),
        _fee_type(reader, encounter),
    )


def standing_conditions(reader: Reader, patient: str) -> list[Resource]:
    """Give the conditions that stand: not resolved, refuted or entered in error; the newest first."""
    found = reader.find("Condition", {"patient": patient}, sort=("-recorded-date",))
    return [
        c
        for c in found
        if code_of(c.get("clinicalStatus")) not in _OVER
        and code_of(c.get("verificationStatus")) not in _NOT_SO
        and "abatementDateTime" not in c
    ]


def problems_in(conditions: list[Resource], knowledge: Knowledge | None = None) -> tuple[Problem, ...]:
    """Give each problem once, those of the problem list first."""
    problems = [_problem(c, knowledge) for c in conditions]
    problems.sort(key=lambda p: not p.on_list)
    once: dict[str, Problem] = {}
    for problem in problems:
        once.setdefault(problem.code or problem.name, problem)
    return tuple(once.values())


def _problem(condition: Resource, knowledge: Knowledge | None) -> Problem:
    code = code_of(condition.get("code"), systems.ICD10) or code_of(condition.get("code"), systems.ICD10_CN)
    known = knowledge.diagnoses.get(code) if knowledge is not None and code else None
    name = text_of(condition.get("code"))
    if known is not None and name in ("", known.name_zh, known.name_en):
        name = known.name
    return Problem(
        str(condition["id"]),
        code,
        name or code,
        str(condition.get("onsetDateTime") or condition.get("recordedDate") or "")[:10],
        code_of(condition.get("verificationStatus")) not in ("provisional", "differential", "unconfirmed"),
        any(code_of(c) == "problem-list-item" for c in as_list(condition.get("category"))),
    )


def visits_of(reader: Reader, patient: str, without: str = "", most: int = VISITS) -> tuple[PastVisit, ...]:
    """Give the latest visits, newest first."""
    found = reader.find("Encounter", {"patient": patient}, sort=("-date",), limit=most + 3)
    kept = [
        e for e in found if e["id"] != without and e.get("status") not in ("cancelled", "entered-in-error")
    ]
    return tuple(_visit(reader, encounter) for encounter in kept[:most])


def _visit(reader: Reader, encounter: Resource) -> PastVisit:
    people = [p.get("individual") for p in as_list(encounter.get("participant"))]
    return PastVisit(
        str(encounter["id"]),
        str((encounter.get("period") or {}).get("start", "")),
        department_of(encounter),
        next((name for p in people if (name := author_name(reader, p))), ""),
        visit_diagnoses(reader, encounter),
        str((encounter.get("class") or {}).get("code", "")) == "EMER",
    )


def department_of(encounter: Resource) -> str:
    """Give the department of a visit in words, or the kind of visit where no department is known."""
    named = text_of(encounter.get("serviceType")) or (encounter.get("serviceProvider") or {}).get(
        "display", ""
    )
    return str(named) or text_of(encounter.get("type"))


def visit_diagnoses(reader: Reader, encounter: Resource) -> tuple[str, ...]:
    """Give the names of a visit's diagnoses by rank, else its reason."""
    ranked = sorted(as_list(encounter.get("diagnosis")), key=lambda d: int(d.get("rank", 99)))
    ids = [target(d.get("condition"), "Condition") for d in ranked]
    names = [text_of(c.get("code")) for i in ids if i and (c := reader.peek("Condition", i)) is not None]
    if not names:
        found = reader.find("Condition", {"encounter": str(encounter["id"])})
        names = [text_of(c.get("code")) for c in found if code_of(c.get("verificationStatus")) not in _NOT_SO]
    return tuple(n for n in names if n) or tuple(
        filter(None, (text_of(r) for r in as_list(encounter.get("reasonCode"))))
    )


def _fee_type(reader: Reader, encounter: str) -> str:
    resource = reader.peek("Encounter", encounter) if encounter else None
    return str(extension(resource, systems.FEE_TYPE) or "") if resource is not None else ""

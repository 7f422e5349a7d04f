"""Who lies in the two wards and why: a stay for each bed in use, with its course, its doctor and its nurses."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from resources.demo.history import diagnosis_name
from resources.demo.people import Person
from resources.demo.resources_of import condition, made, stable_id
from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, reference, set_extension
from workstation.security.permissions import Actor
from workstation.terminology.knowledge import Knowledge

PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
DIAGNOSIS_ROLE: Final = "http://terminology.hl7.org/CodeSystem/diagnosis-role"
ADMIT_SOURCE: Final = "http://terminology.hl7.org/CodeSystem/admit-source"
IN_USE: Final = {"ward-1": 26, "ward-2": 19}
ADULT: Final = 31
FEES: Final = ("employee", "employee", "resident", "self-paid")


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of the staff, as records name them."""

    user: str
    name: str
    role: str

    @property
    def reference(self) -> Resource:
        """The Reference to this person."""
        return reference(Ref("Practitioner", stable_id("practitioner", self.user)), self.name)

    @property
    def actor(self) -> Actor:
        """This person signed in."""
        return Actor(
            self.user, self.name, self.role, practitioner=stable_id("practitioner", self.user), station="demo"
        )


@dataclass(slots=True)
class Numbers:
    """The running numbers of everything written on the wards, as one desk called DEM would give them."""

    last: Counter[str] = field(default_factory=Counter)

    def next(self, prefix: str, now: datetime) -> str:
        """Give the next number of a kind: prefix, year, desk, six digits."""
        self.last[prefix] += 1
        return f"{prefix}{now:%y}DEM{self.last[prefix]:06d}"


@dataclass(frozen=True, slots=True)
class Body:
    """What a patient weighed and measured last, in kg and cm."""

    weight: Decimal
    height: Decimal


@dataclass(slots=True)
class Stay:
    """One inpatient: who, where, since when, with what, and who looks after them."""

    person: Person
    ward: Mapping[str, Any]
    bed: int
    course: Mapping[str, Any]
    since: datetime
    now: datetime
    doctor: Staff
    nurses: Sequence[Staff]
    department: Resource
    owner: Resource
    body: Body
    dice: random.Random

    @property
    def patient(self) -> Resource:
        """The Reference to the patient."""
        return reference(Ref("Patient", stable_id("patient", self.person.key)), self.person.name)

    @property
    def id(self) -> str:
        """The id of the Encounter."""
        return stable_id("stay", self.person.key)

    @property
    def encounter(self) -> Resource:
        """The Reference to the stay."""
        return reference(Ref("Encounter", self.id))

    @property
    def diagnosis(self) -> str:
        """The code of the main diagnosis."""
        return str(self.course["diagnosis"])

    def on(self, day: int, clock: str) -> datetime:
        """Give a moment on a day counted from admission."""
        return datetime.combine(
            self.since.date() + timedelta(days=day), time.fromisoformat(clock), self.since.tzinfo
        )

    def moment(self, step: Mapping[str, Any], first: timedelta) -> datetime:
        """Give when a step of the course happens: at its hour, or `first` after admission."""
        if "clock" in step:
            return self.on(step.get("day", 0), step["clock"])
        if "hours" in step:
            return self.since + timedelta(hours=step["hours"])
        return self.since + first if not step.get("day") else self.on(step["day"], "09:20")

    def nurse(self, at: datetime) -> Staff:
        """Give the nurse on duty at a moment: three shifts a day."""
        return self.nurses[(at.toordinal() + at.hour // 8) % len(self.nurses)]


@dataclass(frozen=True, slots=True)
class House:
    """What the wards are made from: the hospital's plan, the courses, and what the patients weigh by their key."""

    plan: Mapping[str, Any]
    courses: Sequence[Mapping[str, Any]]
    bodies: Mapping[str, Body]
    knowledge: Knowledge


def stays(people: Sequence[Person], house: House, now: datetime, dice: random.Random) -> list[Stay]:
    """Put patients into beds; the two wards share them so that none stays empty."""
    adults = [p for p in people if p.age(now.date()) >= ADULT and not p.ticket and p.conditions]
    dice.shuffle(adults)
    share = min(1.0, len(adults) / sum(IN_USE.values()))
    found = []
    for ward in house.plan["ward"]:
        wanted = round(IN_USE[ward["code"]] * share)
        deck: list[Mapping[str, Any]] = []
        for bed in sorted(dice.sample(range(1, ward["beds"] + 1), min(wanted, len(adults)))):
            person = adults.pop()
            course = _deal(deck, [c for c in house.courses if c["ward"] == ward["code"]], person, now, dice)
            found.append(_stay(person, ward, bed, course, house, now=now, dice=dice))
    return found


def _deal(
    deck: list[Mapping[str, Any]],
    courses: Sequence[Mapping[str, Any]],
    person: Person,
    now: datetime,
    dice: random.Random,
) -> Mapping[str, Any]:
    """Take the next course that fits a person from a deck in which each lies as often as it weighs."""
    while not any(_fits(course, person, now) for course in deck):
        fresh = [course for course in courses for _copy in range(course["weight"])]
        dice.shuffle(fresh)
        deck += fresh
    course = next(course for course in deck if _fits(course, person, now))
    deck.remove(course)
    return course


def _stay(
    person: Person,
    ward: Mapping[str, Any],
    bed: int,
    course: Mapping[str, Any],
    house: House,
    *,
    now: datetime,
    dice: random.Random,
) -> Stay:
    staff = [s for s in house.plan["staff"] if s.get("ward") == ward["code"]]
    here = [Staff(s["user"], s["name"], s["role"]) for s in staff]
    doctors = [s for s in here if s.role.startswith("doctor")]
    named = next(d for d in house.knowledge.departments if d.code == ward["department"])
    return Stay(
        person,
        ward,
        bed,
        course,
        _since(course, now, dice),
        now,
        dice.choices(doctors, [1 if d.role == "doctor-chief" else 3 for d in doctors])[0],
        [s for s in here if "nurse" in s.role],
        concept(systems.DEPARTMENT, named.code, named.name_zh),
        reference(Ref("Organization", stable_id("organization", named.code)), named.name_zh),
        house.bodies[person.key],
        random.Random(f"{person.key}|{now.date()}"),  # noqa: S311 - a demo, not a secret
    )


def _fits(course: Mapping[str, Any], person: Person, now: datetime) -> bool:
    old_enough = person.age(now.date()) >= course.get("from_age", 0)
    kidneys = person.findings.get("egfr", 90) >= course.get("from_egfr", 0)
    return old_enough and kidneys and person.allergy not in course.get("avoid", ())


def _since(course: Mapping[str, Any], now: datetime, dice: random.Random) -> datetime:
    """Give an hour of admission by day; who came today came within the last hours."""
    least, most = course["days"]
    days = dice.randint(least, most)
    if days == 0:
        return now.replace(second=0, microsecond=0) - timedelta(minutes=dice.randrange(100, 300))
    clock = time(dice.randrange(8, 17), dice.randrange(60))
    return datetime.combine(now.date() - timedelta(days=days), clock, now.tzinfo)


def stay_number(stay: Stay, place: int) -> str:
    """Give the number on the wristband; `place` counts through all stays."""
    return f"ZY{stay.since:%y%m%d}DEM{place:03d}"


def records(stay: Stay, place: int, knowledge: Knowledge) -> Iterator[Resource]:
    """Walk the Encounter of a stay, its diagnoses, and its operation."""
    patient = Ref("Patient", stable_id("patient", stay.person.key))
    codes = dict.fromkeys((stay.diagnosis, *stay.person.conditions[:2]))
    diagnoses = [
        condition(
            patient,
            code,
            diagnosis_name(knowledge, code),
            stay.since.date(),
            encounter=Ref("Encounter", stay.id),
            recorder=stay.doctor.reference,
        )
        for code in codes
    ]
    yield from diagnoses
    yield _encounter(stay, place, diagnoses)
    operation = stay.course.get("operation")
    at = stay.moment(operation, timedelta()) if operation else stay.now
    if at < stay.now:
        yield made(
            "Procedure",
            stable_id("operation", stay.id),
            status="completed",
            code=concept(systems.SNOMED, "387713003", "Surgical procedure", "手术"),
            subject=stay.patient,
            encounter=stay.encounter,
            performedDateTime=instant(at),
            recorder=stay.nurse(at).reference,
        )


def _encounter(stay: Stay, place: int, diagnoses: Sequence[Resource]) -> Resource:
    began = {"start": instant(stay.since)}
    source = stay.dice.choice(("outp", "outp", "emd"))
    encounter = made(
        "Encounter",
        stay.id,
        identifier=[{"use": "official", "system": systems.VISIT_NUMBER, "value": stay_number(stay, place)}],
        status="in-progress",
        **{"class": {"system": systems.ENCOUNTER_CLASS, "code": "IMP", "display": "inpatient encounter"}},
        serviceType=stay.department,
        serviceProvider=stay.owner,
        subject=stay.patient,
        participant=[
            {"type": [concept(PARTICIPATION, role)], "individual": who.reference, "period": dict(began)}
            for role, who in (("ATND", stay.doctor), ("PPRF", stay.dice.choice(stay.nurses)))
        ],
        period=began,
        reasonCode=[{"text": diagnoses[0]["code"]["text"]}],
        diagnosis=[
            {
                "condition": reference(Ref("Condition", found["id"])),
                "use": concept(DIAGNOSIS_ROLE, "AD"),
                "rank": rank,
            }
            for rank, found in enumerate(diagnoses, 1)
        ],
        hospitalization={"admitSource": concept(ADMIT_SOURCE, source)},
        location=_places(stay),
    )
    set_extension(encounter, systems.FEE_TYPE, valueCode=stay.dice.choice(FEES))
    return encounter


def _places(stay: Stay) -> list[Resource]:
    """Give the bed, and before it the one in another ward where the course says that the patient was moved."""
    here = _place(stay.ward["code"], stay.ward["name"], stay.bed, "active")
    moved, since = stay.course.get("moved"), stay.since
    at = since + timedelta(hours=moved["hours"]) if moved else stay.now
    if moved is None or at >= stay.now:
        return [here | {"period": {"start": instant(since)}}]
    before = _place(moved["code"], moved["name"], stay.bed, "completed")
    before["period"] = {"start": instant(since), "end": instant(at)}
    set_extension(before, systems.STATUS_REASON, valueString=moved["reason"])
    return [before, here | {"period": {"start": instant(at)}}]


def _place(ward: str, name: str, bed: int, status: str) -> Resource:
    element = reference(Ref("Location", stable_id("bed", ward, bed)), f"{name} {bed}床")
    return {"location": element, "status": status}

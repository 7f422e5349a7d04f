"""Build the demo hospital as FHIR resources: the same seed and day give the same hospital, byte for byte."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from resources.demo.history import Place, history
from resources.demo.inpatients import bodies_of, inpatients
from resources.demo.people import Person, everyone, patient_resource
from resources.demo.resources_of import lot_of, made, stable_id
from resources.demo.tables import table
from resources.demo.wards import House
from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, reference, set_extension
from workstation.store.accounts import Account
from workstation.terminology.knowledge import Knowledge

SEED = 20260317
PATIENTS = 300


@dataclass(frozen=True, slots=True)
class Hospital:
    """The demo hospital: its resources, its staff accounts, and the PIN they all share."""

    name: str
    resources: list[Resource]
    accounts: list[Account]
    pin: str


def build(now: datetime, knowledge: Knowledge, *, patients: int = PATIENTS, seed: int = SEED) -> Hospital:
    """Build everything as it stands at `now`, whatever hour that is."""
    dice = random.Random(seed)  # noqa: S311 - a demo, not a secret
    plan = table("hospital")
    made_all = list(_places(plan, knowledge))
    accounts = [_account(row) for row in plan["staff"]]
    made_all += [r for row in plan["staff"] for r in _staff(row)]
    people = everyone(table("people"), now.date(), patients, dice)
    past = _past_places(plan, knowledge)
    for person in people:
        made_all.append(patient_resource(person))
        made_all += history(person, past, knowledge, now, dice)
    made_all += [_waiting(person, plan, knowledge, now) for person in people if person.ticket]
    bodies = bodies_of(people, made_all)
    made_all += inpatients(people, House(plan, table("wards")["course"], bodies, knowledge), now, dice)
    made_all += [r for drug in knowledge.drugs for r in _shelf(drug, now, dice)]
    return Hospital(plan["name"], made_all, accounts, plan["pin"])


def organization_id(code: str) -> str:
    """Give the id of a department's Organization."""
    return stable_id("organization", code)


def _account(row: dict[str, Any]) -> Account:
    id_ = stable_id("practitioner", row["user"])
    return Account(row["user"], row["name"], row["role"], id_, tuple(row.get("extra", ())))


def _department(code: str, knowledge: Knowledge) -> Resource:
    found = next(d for d in knowledge.departments if d.code == code)
    return concept(systems.DEPARTMENT, code, found.name_zh)


def _places(plan: dict[str, Any], knowledge: Knowledge) -> Iterator[Resource]:
    hospital = made(
        "Organization", organization_id("hospital"), active=True, name=plan["name"], alias=[plan["name_en"]]
    )
    yield hospital
    part_of = reference(Ref("Organization", hospital["id"]))
    for row in plan["department"]:
        coding = _department(row["code"], knowledge)
        identifiers = [{"system": systems.DEPARTMENT, "value": row["code"]}]
        id_ = organization_id(row["code"])
        yield made(
            "Organization",
            id_,
            identifier=identifiers,
            active=True,
            type=[coding],
            name=coding["text"],
            partOf=part_of,
        )
        for room in row["rooms"]:
            yield made(
                "Location",
                stable_id("room", room),
                status="active",
                name=room,
                mode="instance",
                managingOrganization=reference(Ref("Organization", id_)),
            )
    for ward in plan["ward"]:
        yield from _ward(ward)


def _ward(row: dict[str, Any]) -> Iterator[Resource]:
    owner = reference(Ref("Organization", organization_id(row["department"])))
    ward = Ref("Location", stable_id("ward", row["code"]))
    kind = "http://terminology.hl7.org/CodeSystem/location-physical-type"
    yield made(
        "Location",
        ward.id,
        status="active",
        name=row["name"],
        physicalType=concept(kind, "wa", "Ward"),
        managingOrganization=owner,
    )
    for bed in range(1, row["beds"] + 1):
        yield made(
            "Location",
            stable_id("bed", row["code"], bed),
            status="active",
            name=str(bed),
            physicalType=concept(kind, "bd", "Bed"),
            managingOrganization=owner,
            partOf=reference(ward),
        )


def _staff(row: dict[str, Any]) -> Iterator[Resource]:
    person = Ref("Practitioner", stable_id("practitioner", row["user"]))
    yield made(
        "Practitioner",
        person.id,
        identifier=[{"system": systems.STAFF_NUMBER, "value": row["user"]}],
        active=True,
        name=[{"text": row["name"]}],
    )
    yield made(
        "PractitionerRole",
        stable_id("role", row["user"]),
        active=True,
        practitioner=reference(person, row["name"]),
        organization=reference(Ref("Organization", organization_id(row.get("department", "hospital")))),
        code=[concept(systems.ROLE, row["role"])],
    )


def _past_places(plan: dict[str, Any], knowledge: Knowledge) -> list[Place]:
    return [
        Place(
            _department(row["department"], knowledge),
            reference(Ref("Practitioner", stable_id("practitioner", row["user"])), row["name"]),
            reference(Ref("Organization", organization_id(row["department"]))),
        )
        for row in plan["staff"]
        if row["role"].startswith("doctor")
    ]


def _waiting(person: Person, plan: dict[str, Any], knowledge: Knowledge, now: datetime) -> Resource:
    department = plan["department"][0]
    coding = _department(department["code"], knowledge)
    arrived = now - timedelta(minutes=8 * max(1, 19 - person.ticket) % 90 + 3)
    visit = made(
        "Encounter",
        stable_id("today", person.key, now.date()),
        identifier=[
            {"system": systems.VISIT_NUMBER, "value": f"V{now:%y%m%d}DEM{person.ticket:03d}"},
            {"system": systems.TICKET, "value": f"{department['letter']}{person.ticket:02d}"},
        ],
        status="arrived",
        **{"class": {"system": systems.ENCOUNTER_CLASS, "code": "AMB", "display": "ambulatory"}},
        type=[concept(systems.VISIT_TYPE, "return" if person.conditions else "first")],
        serviceType=coding,
        serviceProvider=reference(Ref("Organization", organization_id(department["code"])), coding["text"]),
        subject=reference(Ref("Patient", stable_id("patient", person.key)), person.name),
        period={"start": instant(arrived)},
        reasonCode=[{"text": person.complaint}],
    )
    set_extension(visit, systems.QUEUE_STATE, valueCode="waiting")
    set_extension(visit, systems.FEE_TYPE, valueCode="self-paid" if person.country else "employee")
    if person.priority:
        set_extension(visit, systems.PRIORITY_REASON, valueString=person.priority)
    return visit


def _shelf(drug: Any, now: datetime, dice: random.Random) -> Iterator[Resource]:
    for number in range(dice.choice((1, 2, 2, 3))):
        expires = now.date() + timedelta(
            days=dice.choice((-20, 45, 200, 400, 600)) if number else 400 + dice.randrange(300)
        )
        quantity = Decimal(drug.pack_size * dice.randrange(8, 60))
        lot = f"{now.year % 100 - 1}{dice.randrange(1, 13):02d}{'ABC'[number]}"
        yield from lot_of(drug, lot, expires, quantity, now - timedelta(days=60))

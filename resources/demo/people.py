"""The demo's patients: those named in people.toml, then as many invented ones as are wanted."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from resources.demo.resources_of import made, stable_id
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, set_extension

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REGIONS = ("110101", "310101", "330106", "440106", "510104", "610113", "320102", "420106")
CHRONIC = {
    "I10": (45, 0.35, ("氨氯地平", "缬沙坦", "硝苯地平")),
    "E11.9": (50, 0.18, ("二甲双胍", "格列美脲")),
    "E78.5": (45, 0.15, ("阿托伐他汀", "瑞舒伐他汀")),
    "I25.1": (60, 0.12, ("阿司匹林", "美托洛尔")),
    "M10.9": (40, 0.05, ("别嘌醇",)),
    "K29.5": (30, 0.10, ("奥美拉唑",)),
    "J45.9": (20, 0.04, ("沙丁胺醇",)),
    "N40": (60, 0.10, ()),
    "F41.1": (30, 0.04, ()),
    "M81.9": (65, 0.08, ()),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One patient before they become resources."""

    key: str
    name: str
    sex: str
    born: date
    number: str
    phone: str
    address: str
    conditions: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    allergy: str = ""
    findings: dict[str, float] = field(default_factory=dict)
    ethnic: str = "汉族"
    country: str = ""
    human_name: dict[str, Any] = field(default_factory=dict)
    ticket: int = 0
    complaint: str = ""
    priority: str = ""
    pregnancy_weeks: int = 0

    def age(self, today: date) -> int:
        """Give the age in whole years."""
        return today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))


def everyone(table: dict[str, Any], today: date, count: int, dice: random.Random) -> list[Person]:
    """Give the named patients, then invented ones up to `count`."""
    people = [_named(row, table, today, place, dice) for place, row in enumerate(table["patient"])]
    while len(people) < count:
        people.append(_invented(len(people), table, today, dice))
    return people


def _named(
    row: dict[str, Any], table: dict[str, Any], today: date, place: int, dice: random.Random
) -> Person:
    born = today - timedelta(
        days=row.get("days", 0) + row.get("months", 0) * 30 + row.get("age", 0) * 365.25 + 120
    )
    if "days" in row:
        born = today - timedelta(days=row["days"])
    findings: dict[str, float] = {key: row[key] for key in ("egfr", "potassium", "inr", "alt") if key in row}
    human: dict[str, Any] = {key: row[key] for key in ("family", "given") if key in row}
    base = _base((row["key"], row["name"], row["sex"]), born, place, table, dice)
    return replace(
        base,
        conditions=tuple(row.get("conditions", ())),
        medicines=tuple(row.get("medicines", ())),
        allergy=row.get("allergy", ""),
        findings=findings,
        ethnic=row.get("ethnic", "" if "country" in row else "汉族"),
        country=row.get("country", ""),
        human_name=human,
        ticket=row.get("ticket", 0),
        complaint=row.get("complaint", ""),
        priority=row.get("priority", ""),
        pregnancy_weeks=row.get("pregnancy_weeks", 0),
    )


def _invented(place: int, table: dict[str, Any], today: date, dice: random.Random) -> Person:
    sex = dice.choice(("male", "female"))
    given = dice.choice(table["given_male" if sex == "male" else "given_female"])
    age = min(96.0, max(0.3, dice.gauss(46, 23)))
    born = today - timedelta(days=int(age * 365.25) + dice.randrange(365))
    base = _base((f"p{place}", dice.choice(table["surnames"]) + given, sex), born, place, table, dice)
    conditions = tuple(
        code
        for code, (from_age, chance, _) in CHRONIC.items()
        if age >= from_age and dice.random() < chance and not (code == "N40" and sex == "female")
    )
    medicines = tuple(dice.choice(CHRONIC[c][2]) for c in conditions if CHRONIC[c][2])
    allergy = dice.choices(("", "penicillin-rash", "sulfa-rash", "seafood", "none"), (40, 4, 2, 2, 52))[0]
    findings = {"egfr": float(dice.randrange(20, 58))} if age > 70 and dice.random() < 0.25 else {}
    return replace(base, conditions=conditions, medicines=medicines, allergy=allergy, findings=findings)


def _base(
    who: tuple[str, str, str], born: date, place: int, table: dict[str, Any], dice: random.Random
) -> Person:
    key, name, sex = who
    street = dice.choice(table["streets"])
    return Person(
        key=key,
        name=name,
        sex=sex,
        born=born,
        number=f"M20DEM{place + 1:05d}",
        phone=f"1{dice.choice('3578')}{dice.randrange(10**9):09d}",
        address=f"示范市示范区{street}{dice.randrange(1, 300)}号",
    )


def resident_id(person: Person) -> str:
    """Give a well-formed resident number (GB 11643) that belongs to nobody: its sequence is from the key."""
    order = int(stable_id("resident", person.key)[:6], 16)
    sequence = order % 499 * 2 + (1 if person.sex == "male" else 2)
    body = f"{REGIONS[order % len(REGIONS)]}{person.born:%Y%m%d}{sequence:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


def patient_resource(person: Person) -> Resource:
    """Build the Patient."""
    human: dict[str, Any] = {"use": "official", "text": person.name, **person.human_name}
    identifiers: list[dict[str, Any]] = [{"system": systems.PATIENT_NUMBER, "value": person.number}]
    if person.country:
        passport = concept(systems.DOCUMENT_TYPE, "03", "护照")
        identifiers.append({"type": passport, "value": f"E{stable_id(person.key)[:8].upper()}"})
    else:
        identifiers.append({"system": systems.RESIDENT_ID, "value": resident_id(person)})
    patient = made(
        "Patient",
        stable_id("patient", person.key),
        identifier=identifiers,
        active=True,
        name=[human],
        telecom=[{"system": "phone", "value": person.phone, "use": "mobile"}],
        gender=person.sex,
        birthDate=person.born.isoformat(),
        address=[{"text": person.address, **({"country": person.country} if person.country else {})}],
    )
    if person.ethnic:
        set_extension(patient, systems.ETHNIC_GROUP, valueString=person.ethnic)
    return patient

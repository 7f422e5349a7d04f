"""Years of history for one demo patient: problems, allergies, visits with notes, values and old prescriptions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from resources.demo.people import Person
from resources.demo.resources_of import allergy, blood_pressure, condition, laboratory, made, stable_id, vital
from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, reference
from workstation.medication.lines import Line
from workstation.prescribing.lines import resolve
from workstation.prescribing.model import DraftLine
from workstation.prescribing.to_fhir import Head, request_of
from workstation.terminology.knowledge import Knowledge

ALLERGIES = {
    "penicillin-anaphylaxis": ("penicillins", "青霉素类", "high", "过敏性休克"),
    "penicillin-rash": ("penicillins", "青霉素类", "low", "皮疹"),
    "sulfa-rash": ("sulfonamides", "磺胺类", "low", "皮疹"),
    "aspirin-asthma": ("nsaids", "非甾体抗炎药", "high", "哮喘"),
    "seafood": ("", "海鲜", "low", "荨麻疹"),
}
ACUTE = ("J06.9", "J20.9", "K29.5", "A09.9", "M54.5", "R51", "N39.0", "L50.9", "J02.9", "H10.9")
SECTIONS = {
    "chief-complaint": ("主诉", "{complaint}"),
    "present-illness": ("现病史", "患者因“{complaint}”来诊，病情平稳，饮食睡眠可，二便正常。"),
    "examination": ("体格检查", "神志清，精神可，心肺腹查体未见明显异常。"),
    "plan": ("处理意见", "按医嘱用药，注意休息，不适随诊。"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where and by whom a past visit was held."""

    department: Resource
    doctor: Resource
    organization: Resource


def history(
    person: Person, places: list[Place], knowledge: Knowledge, now: datetime, dice: random.Random
) -> Iterator[Resource]:
    """Walk everything that happened before today."""
    patient = Ref("Patient", stable_id("patient", person.key))
    recorder = places[0].doctor
    for code in person.conditions:
        since = now - timedelta(days=dice.randrange(400, 4000))
        yield condition(patient, code, diagnosis_name(knowledge, code), since.date(), recorder=recorder)
    yield from _allergies(person, patient, recorder, now)
    visits = dice.randrange(0, 3) + 2 * len(person.conditions)
    for number in range(visits):
        when = now - timedelta(days=30 + 95 * number + dice.randrange(40), minutes=dice.randrange(400))
        code = dice.choice(person.conditions + ACUTE)
        yield from _visit(person, dice.choice(places), when, (code, diagnosis_name(knowledge, code)), number)
        yield from _measured(person, patient, when, dice)
    yield from _values(person, patient, now, dice)
    yield from _running(person, patient, places[0], knowledge, now)


def diagnosis_name(knowledge: Knowledge, code: str) -> str:
    """Give a diagnosis by its code. Raises ValueError when the catalogue lacks it: the demo shows no bare codes."""
    found = knowledge.diagnoses.get(code)
    if found is None:
        raise ValueError(f"the demo uses a diagnosis the catalogue lacks: {code}")
    return found.name_zh


def _allergies(person: Person, patient: Ref, recorder: Resource, now: datetime) -> Iterator[Resource]:
    when = (now - timedelta(days=1200)).date()
    if person.allergy in ALLERGIES:
        code, text, criticality, reaction = ALLERGIES[person.allergy]
        coding = concept(systems.ALLERGEN, code, text) if code else {"text": text}
        yield allergy(patient, coding, criticality, reaction, when, recorder)
    elif person.allergy == "none":
        coding = concept(systems.SNOMED, "716186003", "No known allergy", "无已知过敏")
        yield allergy(patient, coding, "", "", when, recorder)


def _visit(
    person: Person, place: Place, when: datetime, illness: tuple[str, str], number: int
) -> Iterator[Resource]:
    patient = Ref("Patient", stable_id("patient", person.key))
    visit = Ref("Encounter", stable_id("visit", person.key, number))
    diagnosis = condition(patient, *illness, when.date(), encounter=visit, recorder=place.doctor)
    yield diagnosis
    yield made(
        "Encounter",
        visit.id,
        identifier=[
            {"system": systems.VISIT_NUMBER, "value": f"V{when:%y%m%d}DEM{stable_id(visit.id)[:4].upper()}"}
        ],
        status="finished",
        **{"class": {"system": systems.ENCOUNTER_CLASS, "code": "AMB", "display": "ambulatory"}},
        type=[concept(systems.VISIT_TYPE, "first" if number else "return")],
        serviceType=place.department,
        serviceProvider=place.organization,
        subject=reference(patient),
        participant=[{"individual": place.doctor}],
        period={"start": instant(when), "end": instant(when + timedelta(minutes=9))},
        diagnosis=[{"condition": reference(Ref("Condition", diagnosis["id"])), "rank": 1}],
    )
    yield _note(patient, visit, place, when, illness[1])


def _measured(person: Person, patient: Ref, when: datetime, dice: random.Random) -> Iterator[Resource]:
    if person.born < (when - timedelta(days=365 * 14)).date():
        systolic = dice.randrange(112, 138) + (18 if "I10" in person.conditions else 0)
        yield blood_pressure(patient, systolic, dice.randrange(66, 92), when)
    yield vital(patient, "temperature", round(dice.uniform(36.2, 37.2), 1), when)
    yield vital(patient, "pulse", dice.randrange(62, 96), when)


def _note(patient: Ref, visit: Ref, place: Place, when: datetime, complaint: str) -> Resource:
    sections = [
        {
            "title": title,
            "code": concept(systems.NOTE_SECTION, code, title),
            "text": {
                "status": "generated",
                "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{text.format(complaint=complaint)}</p></div>',
            },
        }
        for code, (title, text) in SECTIONS.items()
    ]
    return made(
        "Composition",
        stable_id("note", visit.id),
        status="final",
        type=concept(systems.LOINC, "34108-1", "Outpatient Note", "门诊病历"),
        subject=reference(patient),
        encounter=reference(visit),
        date=instant(when),
        author=[place.doctor],
        title="门诊病历",
        section=sections,
    )


def _values(person: Person, patient: Ref, now: datetime, dice: random.Random) -> Iterator[Resource]:
    age = person.age(now.date())
    recent = now - timedelta(days=7, hours=1)
    egfr = person.findings.get("egfr", max(35.0, 118 - age * 0.7 + dice.uniform(-6, 6)))
    values = {
        "egfr": round(egfr),
        "creatinine": round(6200 / max(egfr, 10)),
        "potassium": person.findings.get("potassium", round(dice.uniform(3.7, 4.8), 1)),
        "alt": person.findings.get("alt", float(dice.randrange(12, 46))),
        "haemoglobin": float(dice.randrange(118, 160)),
        "glucose": round(dice.uniform(4.4, 5.8) + (3.1 if "E11.9" in person.conditions else 0), 1),
    }
    if "E11.9" in person.conditions:
        values["hba1c"] = round(dice.uniform(6.4, 9.2), 1)
    if "inr" in person.findings:
        values["inr"] = person.findings["inr"]
    if person.conditions or person.findings or age > 40:
        for name, value in values.items():
            yield laboratory(patient, name, value, recent)
            yield laboratory(
                patient, name, round(value * dice.uniform(0.85, 1.1), 1), recent - timedelta(days=190)
            )
    weight, height = _build(person, age, dice)
    yield vital(patient, "weight", weight, recent)
    if age >= 1:
        yield vital(patient, "height", height, recent)
    if person.pregnancy_weeks:
        yield _pregnancy(patient, person.pregnancy_weeks, now)


def _build(person: Person, age: int, dice: random.Random) -> tuple[float, float]:
    if age >= 16:
        height = dice.gauss(169 if person.sex == "male" else 158, 6)
        return round(height * height / 10000 * dice.uniform(20, 26), 1), round(height)
    height = 50 + min(age, 16) * 7.0 + dice.uniform(0, 5)
    return round(3.5 + age * 3.0 + dice.uniform(0, 2.5), 1), round(height)


def _pregnancy(patient: Ref, weeks: int, now: datetime) -> Resource:
    return made(
        "Observation",
        stable_id("pregnancy", patient.id),
        status="final",
        category=[concept(systems.OBSERVATION_CATEGORY, "social-history")],
        code=concept(systems.LOINC, "11885-1", "孕周"),
        subject=reference(patient),
        effectiveDateTime=instant(now - timedelta(days=1)),
        valueQuantity={"value": weeks, "unit": "周", "system": systems.UCUM, "code": "wk"},
    )


def _running(
    person: Person, patient: Ref, place: Place, knowledge: Knowledge, now: datetime
) -> Iterator[Resource]:
    lines = [line for name in person.medicines if (line := usual_line(knowledge, name, 28)) is not None]
    if not lines:
        return
    when = now - timedelta(days=12)
    head = Head(
        number=f"RX{when:%y%m%d}DEM{stable_id(person.key)[:4].upper()}",
        type="ordinary",
        patient=reference(patient),
        encounter=stable_id("visit", person.key, 0),
        authored_on=when,
        valid_until=when.replace(hour=23, minute=59),
        requester=place.doctor,
        reasons=tuple(concept(systems.ICD10, c, diagnosis_name(knowledge, c)) for c in person.conditions),
        long_term=True,
    )
    for number, line in enumerate(lines, start=1):
        id_ = stable_id("running", person.key, line.drug.id)
        tag = {"tag": [{"system": systems.SYNTHETIC, "code": "synthetic"}]}
        yield request_of(line, head, number, 0, id_, knowledge) | {"meta": tag}


def usual_line(knowledge: Knowledge, name: str, days: int) -> Line | None:
    """Give the most usual line of the first product whose name holds `name`, or None without a template."""
    for drug in knowledge.drugs:
        templates = knowledge.templates(drug.id)
        if name in drug.name_zh and templates and not drug.controlled:
            usual = templates[0]
            dose = format(Decimal(usual.dose).normalize(), "f")
            return resolve(
                DraftLine(drug.id, dose, usual.unit, usual.route, usual.frequency, days), knowledge
            )
    return None

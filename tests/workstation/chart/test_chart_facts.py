"""Facts hold what the record holds; everything else stays unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.conftest import MORNING
from workstation.chart import facts_of
from workstation.fhir import systems
from workstation.fhir.resources import concept
from workstation.rules.facts import AllergyState, Grade, PregnancyState, Visit

SUBJECT = {"reference": "Patient/p1"}
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": systems.RESIDENT_ID, "value": "310101195803091210"}],
    "gender": "male",
    "birthDate": "1958-03-09",
}


def lab(id_, code, value, unit, on="2026-03-10", **more):
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "category": [concept(systems.OBSERVATION_CATEGORY, "laboratory")],
        "code": concept(systems.LOINC, code),
        "subject": SUBJECT,
        "effectiveDateTime": on,
        "valueQuantity": {"value": value, "unit": unit},
    } | more


@pytest.fixture
def desk(make_desk):
    return make_desk("doc")


def put(desk, *resources):
    desk.store.write(desk.actor, "test.seed", lambda unit: [unit.put(dict(r)) for r in resources][-1])


def facts(desk, encounter=""):
    with desk.store.reader() as reader:
        return facts_of(reader, "p1", encounter, MORNING, desk.actor)


def test_an_empty_record_leaves_everything_unknown(desk):
    put(desk, {"resourceType": "Patient", "id": "p1", "birthDate": "1958"})
    known = facts(desk)
    assert (known.birth_date, known.sex, known.weight) == (None, "unknown", None)
    assert known.allergy_state is AllergyState.UNKNOWN
    assert known.pregnancy.state is PregnancyState.UNKNOWN
    assert (known.lactating, known.identity_document, known.visit) == (None, False, Visit.OUTPATIENT)


@pytest.mark.parametrize(
    ("code", "value", "unit", "name", "expected"),
    [
        ("29463-7", 62.5, "kg", "weight", "62.5"),
        ("29463-7", 62500, "g", "weight", "62.5"),
        ("29463-7", 100, "[lb_av]", "weight", "45.359237"),
        ("29463-7", 62, "stone", "weight", None),
        ("8302-2", 1.7, "m", "height", "170"),
        ("2160-0", 1.5, "mg/dL", "creatinine", "132.6"),
        ("14682-9", 132, "μmol/L", "creatinine", "132"),
        ("2160-0", 132, "umol/L", "creatinine", "132"),
        ("62238-1", 48, "mL/min/{1.73_m2}", "egfr", "48"),
        ("33914-3", 48, "mL/min", "egfr", "48"),
        ("6301-6", 3.8, "{INR}", "inr", "3.8"),
    ],
)
def test_values_come_in_the_unit_the_rules_use_or_not_at_all(desk, code, value, unit, name, expected):
    put(desk, PATIENT, lab("o", code, value, unit))
    known = facts(desk)
    found = getattr(known, name) if name in ("weight", "height") else getattr(known.labs, name)
    if expected is None:
        assert found is None
    else:
        assert (found.value, found.on) == (Decimal(expected), date(2026, 3, 10))


def test_diagnoses_of_the_visit_come_first_and_foreign_codes_are_words_only(desk):
    visit = {
        "resourceType": "Encounter",
        "id": "v1",
        "status": "in-progress",
        "class": {"code": "EMER"},
        "subject": SUBJECT,
    }
    here = {
        "resourceType": "Condition", "id": "c1", "code": concept(systems.ICD10, "J18.9", "社区获得性肺炎"),
        "subject": SUBJECT, "encounter": {"reference": "Encounter/v1"}, "recordedDate": "2026-03-01",
    }  # fmt: skip
    foreign = {
        "resourceType": "Condition", "id": "c2", "code": concept(systems.SNOMED, "59621000", "Hypertension"),
        "subject": SUBJECT, "recordedDate": "2026-03-02",
    }  # fmt: skip
    put(desk, PATIENT, visit, foreign, here)
    known = facts(desk, "v1")
    assert [(d.code, d.text) for d in known.diagnoses] == [("J18.9", "社区获得性肺炎"), ("", "Hypertension")]
    assert known.visit is Visit.EMERGENCY


def test_what_is_taken_now_keeps_codes_dose_and_dates(desk):
    drug = next(iter(desk.knowledge.drugs))
    request = {
        "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order", "subject": SUBJECT,
        "authoredOn": "2026-03-10T09:00:00+08:00",
        "medicationCodeableConcept": {
            "coding": [{"system": systems.DRUG, "code": drug.id}, {"system": systems.ATC, "code": drug.atc}],
            "text": drug.name_zh,
        },
        "dosageInstruction": [{
            "timing": {"code": concept(systems.FREQUENCY, "tid")}, "route": concept(systems.ROUTE, "po"),
            "doseAndRate": [{"doseQuantity": {"value": 0.5, "unit": "g"}}],
        }],
        "dispenseRequest": {"expectedSupplyDuration": {"value": 7, "code": "d"}},
        "extension": [{"url": systems.SKIN_TEST, "extension": [
            {"url": "state", "valueCode": "negative"}, {"url": "at", "valueDateTime": "2026-03-10T08:00:00+08:00"},
        ]}],
    }  # fmt: skip
    put(desk, PATIENT, request)
    known = facts(desk)
    (taken,) = known.active_medications
    assert (taken.drug_id, taken.atc, taken.dose, taken.unit) == (drug.id, drug.atc, Decimal("0.5"), "g")
    assert (taken.frequency, taken.route) == ("tid", "po")
    assert (taken.start, taken.end) == (date(2026, 3, 10), date(2026, 3, 16))
    (test,) = known.skin_tests
    assert (test.subject, test.result) == (drug.id, "negative")


def test_the_prescriber_brings_grade_and_rights(desk):
    put(desk, PATIENT)
    attending = facts(desk).prescriber
    assert (attending.grade, attending.antibacterial) == (Grade.ATTENDING, frozenset({"restricted"}))
    desk.unlock("res", "246810")
    assert (facts(desk).prescriber.grade, facts(desk).prescriber.antibacterial) == (
        Grade.RESIDENT,
        frozenset(),
    )


def test_a_doctor_who_is_the_patient_is_known_by_the_same_identity_number(desk):
    staff = {
        "resourceType": "Practitioner", "id": "practitioner-doc",
        "identifier": [{"system": systems.RESIDENT_ID, "value": "310101195803091210"}],
    }  # fmt: skip
    put(desk, PATIENT, staff)
    assert facts(desk).patient_practitioner_id == "practitioner-doc"
    assert facts(desk).identity_document is True

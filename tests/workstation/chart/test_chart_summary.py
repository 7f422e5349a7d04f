"""One page about one patient, from our own records and from foreign ones."""

from __future__ import annotations

import pytest

from tests.conftest import MORNING
from workstation.chart import summary_of
from workstation.chart.allergies import AllergyState, allergies_of
from workstation.chart.measures import value_of
from workstation.fhir import systems
from workstation.fhir.resources import concept

SUBJECT = {"reference": "Patient/f1"}
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SYNTHEA = [
    {
        "resourceType": "Patient",
        "id": "f1",
        "name": [{"use": "official", "family": "Abbott774", "given": ["Ana", "María"]}],
        "gender": "female",
        "birthDate": "1980-05-02",
    },
    {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "category": ["food"],
        "criticality": "low",
        "code": {"coding": [{"system": systems.SNOMED, "code": "762952008", "display": "Peanut (substance)"}]},
        "patient": SUBJECT,
        "recordedDate": "1990-01-02T00:00:00Z",
        "reaction": [{"manifestation": [{"coding": [{"display": "Wheal (finding)"}]}], "severity": "mild"}],
    },
    {
        "resourceType": "Condition",
        "id": "c1",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "category": [{"coding": [{"code": "encounter-diagnosis"}]}],
        "code": {"coding": [{"system": systems.SNOMED, "code": "59621000", "display": "Essential hypertension"}]},
        "subject": SUBJECT,
        "onsetDateTime": "2012-04-01T00:00:00Z",
        "recordedDate": "2012-04-01T00:00:00Z",
    },
    {
        "resourceType": "Condition",
        "id": "c2",
        "clinicalStatus": {"coding": [{"code": "resolved"}]},
        "code": {"text": "Sinusitis"},
        "subject": SUBJECT,
        "recordedDate": "2015-04-01",
    },
    {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "314076", "display": "lisinopril 10 MG"}]},
        "subject": SUBJECT,
        "authoredOn": "2012-04-01T10:00:00Z",
        "dosageInstruction": [
            {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
             "doseAndRate": [{"doseQuantity": {"value": 1}}]}
        ],
    },
    {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": systems.LOINC, "code": "33914-3", "display": "eGFR MDRD"}]},
        "subject": SUBJECT,
        "effectiveDateTime": "2026-01-10T08:00:00+01:00",
        "valueQuantity": {"value": 48.0, "unit": "mL/min/{1.73_m2}"},
        "interpretation": [{"coding": [{"code": "L"}]}],
    },
    {
        "resourceType": "Observation",
        "id": "o2",
        "status": "entered-in-error",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": {"coding": [{"system": systems.LOINC, "code": "29463-7"}]},
        "subject": SUBJECT,
        "effectiveDateTime": "2026-02-10",
        "valueQuantity": {"value": 620, "unit": "kg"},
    },
    {
        "resourceType": "Observation",
        "id": "o3",
        "status": "final",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": {"coding": [{"system": systems.LOINC, "code": "29463-7", "display": "Body Weight"}]},
        "subject": SUBJECT,
        "effectiveDateTime": "2025-02-10",
        "valueQuantity": {"value": 62.0, "unit": "kg", "code": "kg"},
    },
    {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "AMB"},
        "type": [{"text": "Check up"}],
        "subject": SUBJECT,
        "participant": [{"individual": {"display": "Dr. Ruth Cole"}}],
        "period": {"start": "2025-02-10T09:00:00Z", "end": "2025-02-10T09:30:00Z"},
        "reasonCode": [{"text": "Hypertension follow-up"}],
    },
]  # fmt: skip


@pytest.fixture
def desk(make_desk):
    made = make_desk("doc")
    put(made, *SYNTHEA)
    return made


def put(desk, *resources):
    desk.store.write(desk.actor, "test.seed", lambda unit: [unit.put(dict(r)) for r in resources][-1])


def summary(desk, patient="f1"):
    with desk.store.reader() as reader:
        return summary_of(reader, patient, MORNING, desk.knowledge)


def test_a_foreign_patient_is_shown_with_its_own_words(desk):
    seen = summary(desk)
    assert (seen.person.name, seen.person.age) == ("ABBOTT774, Ana María", "45 y")
    (allergy,) = seen.allergies.known
    assert (allergy.agent, allergy.reaction, allergy.checked) == (
        "Peanut (substance)",
        "Wheal (finding)",
        False,
    )
    assert [(p.name, p.since) for p in seen.problems] == [("Essential hypertension", "2012-04-01")]
    (medicine,) = seen.medicines
    assert medicine.parts[0].replace("\u2060", "").replace("\u00a0", " ") == "lisinopril 10 MG"
    assert (medicine.running, medicine.until) == (True, "")
    assert (seen.egfr.value, seen.egfr.at[:10], seen.egfr.flag) == ("48", "2026-01-10", "low")
    assert [m.id for m in seen.abnormal] == ["o1"]
    (visit,) = seen.visits
    assert (visit.department, visit.doctor, visit.diagnoses) == (
        "Check up",
        "Dr. Ruth Cole",
        ("Hypertension follow-up",),
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(37.465884335623215, "37.47"), (36.8, "36.8"), (62.0, "62"), (0.0005, "0.0005"), (140, "140")],
)
def test_a_number_is_shown_as_reported_without_the_tail_of_a_computation(value, shown):
    assert value_of({"valueQuantity": {"value": value, "unit": "x"}}) == (shown, "x")


def test_a_value_entered_in_error_is_not_the_weight(desk):
    weight = summary(desk).weight
    assert (weight.value, weight.unit, weight.at) == ("62", "kg", "2025-02-10")


def test_a_chart_that_is_not_here_says_so_instead_of_nothing_known(desk):
    with desk.store.reader() as reader:
        assert allergies_of(reader, "elsewhere").state is AllergyState.UNAVAILABLE


@pytest.mark.parametrize("lacking", ["recorder", "recordedDate"])
def test_no_known_allergy_without_author_or_date_counts_as_unrecorded(make_desk, lacking):
    desk = make_desk("doc")
    statement = {
        "resourceType": "AllergyIntolerance",
        "id": "n1",
        "clinicalStatus": concept(systems.ALLERGY_CLINICAL, "active"),
        "code": concept(systems.SNOMED, "716186003", "No known allergy"),
        "patient": SUBJECT,
        "recordedDate": "2026-01-01",
        "recorder": {"display": "王敏"},
    }
    put(desk, SYNTHEA[0], statement)
    assert summary(desk).allergies.state is AllergyState.NONE
    put(desk, {key: value for key, value in statement.items() if key != lacking})
    assert summary(desk).allergies.state is AllergyState.UNRECORDED


@pytest.mark.parametrize(
    ("status", "authored", "days", "listed", "running"),
    [
        ("active", "2026-03-10", 14, True, True),
        ("active", "2026-03-04", 14, True, True),
        ("active", "2026-03-03", 14, True, False),
        ("active", "2026-01-10", 14, False, False),
        ("completed", "2026-03-10", 14, True, True),
        ("completed", "2026-03-10", None, False, False),
        ("stopped", "2026-03-10", 14, False, False),
    ],
)
def test_a_medicine_runs_until_its_supply_ends_and_is_listed_for_a_month_after(
    make_desk, status, authored, days, listed, running
):
    desk = make_desk("doc")
    request = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": {"text": "氨氯地平片"},
        "subject": SUBJECT,
        "authoredOn": authored,
    }
    if days:
        request["dispenseRequest"] = {"expectedSupplyDuration": {"value": days, "code": "d"}}
    put(desk, SYNTHEA[0], request)
    assert [m.running for m in summary(desk).medicines] == ([running] if listed else [])


def test_pregnancy_counts_on_from_the_recorded_weeks_and_ends_after_term(make_desk):
    desk = make_desk("doc")
    weeks = {
        "resourceType": "Observation",
        "id": "w",
        "status": "final",
        "code": concept(systems.LOINC, "11885-1"),
        "subject": SUBJECT,
        "effectiveDateTime": "2026-03-03",
        "valueQuantity": {"value": 20, "unit": "周", "code": "wk"},
    }
    put(desk, SYNTHEA[0], weeks)
    assert (summary(desk).pregnancy.state, summary(desk).pregnancy.weeks) == ("yes", 22)
    put(desk, weeks | {"effectiveDateTime": "2025-03-03"})
    assert summary(desk).pregnancy.state == "unknown"

"""Stopping prescriptions, our own and those that came from elsewhere."""

from __future__ import annotations

import pytest

from workstation.core.errors import Conflict, Denied, Invalid, NotFound
from workstation.prescribing.model import StopPrescription
from workstation.prescribing.rows import OneSheet, SheetState

FOREIGN = {
    "resourceType": "MedicationRequest",
    "id": "synthea-1",
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {
        "coding": [
            {
                "system": "http://www.nlm.nih.gov/research/umls/rxnorm",
                "code": "314076",
                "display": "lisinopril 10 MG Oral Tablet",
            }
        ],
        "text": "lisinopril 10 MG Oral Tablet",
    },
    "subject": {"reference": "Patient/p1"},
    "encounter": {"reference": "Encounter/e0"},
    "authoredOn": "2019-04-02T10:11:12+08:00",
    "requester": {"reference": "Practitioner/999", "display": "Dr. Foreign"},
    "reasonReference": [{"reference": "Condition/x"}],
    "dosageInstruction": [
        {
            "sequence": 1,
            "timing": {"repeat": {"frequency": 1, "period": 1.0, "periodUnit": "d"}},
            "asNeededBoolean": False,
            "doseAndRate": [{"type": {"coding": [{"code": "ordered"}]}, "doseQuantity": {"value": 1.0}}],
        }
    ],
    "extension": [{"url": "http://example.org/unknown", "valueString": "keep me"}],
    "_status": {"extension": [{"url": "http://example.org/deep", "valueBoolean": True}]},
}


@pytest.fixture
def desk(make_desk):
    desk = make_desk("doc")
    with_records(desk, {"resourceType": "Patient", "id": "p1", "name": [{"text": "张伟"}]}, FOREIGN)
    return desk


def with_records(desk, *records):
    def seed(unit):
        return [unit.put(dict(record)) for record in records][-1]

    desk.store.write(desk.actor, "test.seed", seed)


def stored(desk, id_="synthea-1"):
    with desk.store.reader() as reader:
        return reader.get("MedicationRequest", id_)


def test_stopping_a_foreign_prescription_keeps_every_element_it_does_not_know(desk):
    desk.do("prescribing.stop", StopPrescription("synthea-1", "cough"))
    assert stored(desk) == FOREIGN | {"status": "stopped", "statusReason": {"text": "cough"}}


def test_a_foreign_prescription_is_shown_in_its_own_words(desk):
    sheet = desk.ask("prescribing.sheet", OneSheet(line="synthea-1"))
    assert sheet.state is SheetState.RECORDED
    assert (sheet.lines[0].name, sheet.lines[0].drug) == ("lisinopril 10 MG Oral Tablet", "")
    assert sheet.prescriber == "Dr. Foreign"


@pytest.mark.parametrize("reason", ["", " ", "x"])
def test_stopping_without_a_reason_is_refused(desk, reason):
    with pytest.raises(Invalid):
        desk.do("prescribing.stop", StopPrescription("synthea-1", reason))
    assert stored(desk) == FOREIGN


def test_a_prescription_cannot_be_stopped_twice(desk):
    desk.do("prescribing.stop", StopPrescription("synthea-1", "cough"))
    with pytest.raises(Conflict):
        desk.do("prescribing.stop", StopPrescription("synthea-1", "again"))


def test_what_was_handed_out_cannot_be_stopped(desk):
    dispense = {
        "resourceType": "MedicationDispense",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "authorizingPrescription": [{"reference": "MedicationRequest/synthea-1"}],
    }
    with_records(desk, dispense)
    with pytest.raises(Conflict, match="handed out"):
        desk.do("prescribing.stop", StopPrescription("synthea-1", "cough"))


def test_a_nurse_may_not_stop_a_prescription(desk):
    desk.unlock("nurse", "246810")
    with pytest.raises(Denied):
        desk.do("prescribing.stop", StopPrescription("synthea-1", "cough"))


def test_an_unknown_prescription_cannot_be_stopped(desk):
    with pytest.raises(NotFound):
        desk.do("prescribing.stop", StopPrescription("nowhere", "cough"))

"""Allergies are recorded, denied and refuted so that the four states are never mistaken for one another."""

from __future__ import annotations

import pytest

from workstation.chart.allergies import AllergyState
from workstation.core.errors import Conflict, Denied, Invalid
from workstation.emr.model import AskSummary, AssertNoKnownAllergy, RecordAllergy, RefuteAllergy
from workstation.fhir import systems
from workstation.fhir.resources import code_of


def state(desk, patient="p1"):
    return desk.ask("chart.summary", AskSummary(patient)).allergies


def test_nothing_recorded_reads_as_unrecorded_and_never_as_none(desk):
    assert state(desk).state is AllergyState.UNRECORDED


def test_a_coded_allergy_is_known_with_reaction_year_and_recorder(desk):
    desk.do(
        "emr.record-allergy",
        RecordAllergy("p1", code="penicillins", reaction="过敏性休克", severity="severe", since="2019"),
    )
    known = state(desk)
    assert known.state is AllergyState.KNOWN
    (allergy,) = known.known
    assert (allergy.agent, allergy.reaction, allergy.since) == ("penicillins", "过敏性休克", "2019")
    assert (allergy.criticality, allergy.checked, allergy.recorded_by) == ("high", True, "王敏")
    assert allergy.recorded_on == "2026-03-17"


def test_an_ingredient_is_coded_by_atc_and_a_group_by_our_own_code(desk):
    ingredient = next(a for a in desk.knowledge.allergens if a.kind == "ingredient")
    desk.do("emr.record-allergy", RecordAllergy("p1", code=ingredient.code))
    desk.do("emr.record-allergy", RecordAllergy("p1", code="sulfonamides"))
    by_code = {a.code: a.system for a in state(desk).known}
    assert by_code == {ingredient.code: systems.ATC, "sulfonamides": systems.ALLERGEN}


def test_a_text_alone_is_known_but_not_checked_automatically(desk):
    desk.do("emr.record-allergy", RecordAllergy("p1", text="某种草药"))
    (allergy,) = state(desk).known
    assert (allergy.agent, allergy.checked) == ("某种草药", False)


def test_the_statement_that_there_is_none_has_author_and_date(desk):
    desk.do("emr.assert-no-known-allergy", AssertNoKnownAllergy("p1", "v1"))
    said = state(desk)
    assert (said.state, said.said_by, said.said_on) == (AllergyState.NONE, "王敏", "2026-03-17")


def test_recording_an_allergy_ends_the_statement_that_there_is_none(desk):
    desk.do("emr.assert-no-known-allergy", AssertNoKnownAllergy("p1"))
    statement = state(desk).statement
    desk.do("emr.record-allergy", RecordAllergy("p1", code="penicillins"))
    assert state(desk).state is AllergyState.KNOWN
    with desk.store.reader() as reader:
        assert code_of(reader.get("AllergyIntolerance", statement)["clinicalStatus"]) == "inactive"


def test_none_cannot_be_stated_over_a_standing_allergy(desk):
    desk.do("emr.record-allergy", RecordAllergy("p1", code="penicillins"))
    with pytest.raises(Conflict):
        desk.do("emr.assert-no-known-allergy", AssertNoKnownAllergy("p1"))
    assert state(desk).state is AllergyState.KNOWN


def test_the_same_allergy_is_recorded_once(desk):
    desk.do("emr.record-allergy", RecordAllergy("p1", code="penicillins"))
    with pytest.raises(Conflict):
        desk.do("emr.record-allergy", RecordAllergy("p1", code="penicillins"))


def test_a_refuted_allergy_stays_on_the_record_with_the_reason(desk):
    ref = desk.do("emr.record-allergy", RecordAllergy("p1", code="penicillins")).primary
    desk.do("emr.refute-allergy", RefuteAllergy("p1", ref.id, "皮试阴性，既往误记"))
    assert state(desk).state is AllergyState.UNRECORDED
    with desk.store.reader() as reader:
        kept = reader.get("AllergyIntolerance", ref.id)
    assert code_of(kept["verificationStatus"]) == "refuted"
    assert kept["note"][0]["text"] == "皮试阴性，既往误记"


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (RecordAllergy("p1"), "text"),
        (RecordAllergy("p1", code="no-such-thing"), "code"),
        (RecordAllergy("p1", text="花生", since="last year"), "since"),
        (RecordAllergy("p1", text="花\u202e生"), "text"),
        (RecordAllergy(""), "patient"),
    ],
)
def test_an_allergy_that_cannot_be_right_is_refused_by_field(desk, request_, field):
    with pytest.raises(Invalid) as caught:
        desk.do("emr.record-allergy", request_)
    assert caught.value.field == field


def test_refuting_needs_a_reason_and_the_right_patient(desk):
    ref = desk.do("emr.record-allergy", RecordAllergy("p1", code="penicillins")).primary
    with pytest.raises(Invalid):
        desk.do("emr.refute-allergy", RefuteAllergy("p1", ref.id, "  "))
    with pytest.raises(Invalid):
        desk.do("emr.refute-allergy", RefuteAllergy("p2", ref.id, "wrong person"))
    assert state(desk).state is AllergyState.KNOWN


def test_a_pharmacist_reads_allergies_but_does_not_record_them(desk):
    desk.unlock("pharm", "246810")
    assert state(desk).state is AllergyState.UNRECORDED
    with pytest.raises(Denied):
        desk.do("emr.record-allergy", RecordAllergy("p1", code="penicillins"))

"""Diagnoses of a visit: ranked in the Encounter, certain or provisional, taken back only with a reason."""

from __future__ import annotations

import pytest

from tests.workstation.emr.conftest import put, stored, visit
from workstation.core.errors import Conflict, Invalid
from workstation.emr.model import (
    AddDiagnosis,
    AskFavourites,
    AskVisit,
    RemoveDiagnosis,
    ReorderDiagnoses,
    SearchDiagnoses,
    SetCertainty,
)
from workstation.fhir.resources import code_of


def add(desk, code="", text="", **more):
    return desk.do("emr.add-diagnosis", AddDiagnosis("p1", "v1", code, text, **more)).primary.id


def listed(desk):
    return [(d.text, d.rank) for d in desk.ask("emr.visit-record", AskVisit("p1", "v1")).diagnoses]


def test_the_first_diagnosis_is_the_main_one_and_the_next_follow(desk):
    add(desk, "J06.9")
    add(desk, "I10")
    add(desk, text="乏力待查", certainty="provisional")
    assert listed(desk) == [("急性上呼吸道感染", 1), ("高血压病", 2), ("乏力待查", 3)]
    ranks = [d["rank"] for d in stored(desk, "Encounter", "v1")["diagnosis"]]
    assert ranks == [1, 2, 3]


def test_a_primary_diagnosis_goes_to_the_front(desk):
    add(desk, "I10")
    add(desk, "J06.9", primary=True)
    assert [text for text, _ in listed(desk)] == ["急性上呼吸道感染", "高血压病"]


def test_what_the_encounter_holds_besides_survives(desk):
    put(desk, visit("v1", note_of_others="keep"))
    add(desk, "I10")
    assert stored(desk, "Encounter", "v1")["note_of_others"] == "keep"


def test_own_words_can_stand_with_the_code(desk):
    id_ = add(desk, "I10", "高血压 2 级")
    condition = stored(desk, "Condition", id_)
    assert (condition["code"]["text"], code_of(condition["code"])) == ("高血压 2 级", "I10")


def test_the_same_diagnosis_stands_once(desk):
    add(desk, "I10")
    with pytest.raises(Conflict):
        add(desk, "I10")


def test_a_removed_diagnosis_keeps_its_reason_and_the_ranks_close_up(desk):
    first, second = add(desk, "J06.9"), add(desk, "I10")
    desk.do("emr.remove-diagnosis", RemoveDiagnosis("p1", "v1", first, "误录"))
    assert listed(desk) == [("高血压病", 1)]
    kept = stored(desk, "Condition", first)
    assert code_of(kept["verificationStatus"]) == "entered-in-error"
    assert "clinicalStatus" not in kept
    assert kept["note"][0]["text"] == "误录"
    with pytest.raises(Conflict):
        desk.do("emr.remove-diagnosis", RemoveDiagnosis("p1", "v1", first, "误录"))
    with pytest.raises(Invalid):
        desk.do("emr.remove-diagnosis", RemoveDiagnosis("p1", "v1", second, " "))


def test_reordering_must_name_exactly_what_stands(desk):
    first, second = add(desk, "J06.9"), add(desk, "I10")
    desk.do("emr.reorder-diagnoses", ReorderDiagnoses("p1", "v1", (second, first)))
    assert [text for text, _ in listed(desk)] == ["高血压病", "急性上呼吸道感染"]
    with pytest.raises(Conflict):
        desk.do("emr.reorder-diagnoses", ReorderDiagnoses("p1", "v1", (second,)))


def test_certainty_can_be_changed(desk):
    id_ = add(desk, "I10", certainty="provisional")
    desk.do("emr.set-certainty", SetCertainty("p1", id_, "confirmed"))
    assert desk.ask("emr.visit-record", AskVisit("p1", "v1")).diagnoses[0].certainty == "confirmed"


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (AddDiagnosis("p1", "v1"), Invalid),
        (AddDiagnosis("p1", "v1", "X99.99"), Invalid),
        (AddDiagnosis("p1", "v2", "I10"), Invalid),
        (AddDiagnosis("p1", "", "I10"), Invalid),
        (AddDiagnosis("p1", "gone", "I10"), Conflict),
    ],
)
def test_a_diagnosis_needs_words_a_known_code_and_a_live_visit_of_this_patient(desk, request_, error):
    put(desk, visit("gone", status="cancelled"))
    with pytest.raises(error):
        desk.do("emr.add-diagnosis", request_)


def test_search_finds_by_initials_and_puts_this_doctors_own_first(desk):
    by_initials = desk.ask("emr.search-diagnoses", SearchDiagnoses("gxy"))
    assert by_initials[0].code == "I10"
    usual = desk.ask("emr.search-diagnoses", SearchDiagnoses("", 5))
    assert len(usual) == 5
    add(desk, usual[4].code)
    favourites = desk.ask("emr.favourite-diagnoses", AskFavourites())
    assert favourites == ((usual[4].code, 1),)
    again = desk.ask("emr.search-diagnoses", SearchDiagnoses("", 5, favourites))
    assert again[0].code == usual[4].code

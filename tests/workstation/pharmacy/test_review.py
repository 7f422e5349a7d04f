"""Reviewing: who may decide, what must be confirmed, and what the prescriber hears."""

from __future__ import annotations

import pytest

from workstation.core.errors import Conflict, Denied, Invalid, NeedsReason, NotFound
from workstation.fhir import systems
from workstation.pharmacy.model import (
    FOUR_CHECKS,
    Approve,
    Claim,
    Query,
    Refuse,
    Release,
    SheetByTask,
    SheetState,
    StartReview,
)
from workstation.prescribing.model import AnswerQuery, StopPrescription

PENICILLIN = {
    "resourceType": "AllergyIntolerance",
    "id": "a1",
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "code": {
        "coding": [
            {"system": "https://qingnang.example/fhir/CodeSystem/allergen-group", "code": "penicillins"}
        ],
        "text": "青霉素类",
    },
    "criticality": "high",
    "reaction": [{"manifestation": [{"text": "过敏性休克"}]}],
    "patient": {"reference": "Patient/p1"},
    "recordedDate": "2026-03-17",
}


def test_a_review_in_a_colleagues_hands_cannot_be_taken_by_accident(counter):
    task = counter.sign()
    counter.as_("pharm").do("pharmacy.start-review", StartReview(task))
    with pytest.raises(Conflict, match="孙悦 is reviewing"):
        counter.as_("pharm2").do("pharmacy.start-review", StartReview(task))
    with pytest.raises(Conflict, match="孙悦 is reviewing"):
        counter.as_("pharm2").do("pharmacy.approve", Approve(task))


def test_a_review_can_be_taken_over_on_purpose(counter):
    task = counter.sign()
    counter.as_("pharm").do("pharmacy.start-review", StartReview(task))
    counter.as_("pharm2").do("pharmacy.start-review", StartReview(task, take_over=True))
    assert (counter.view(task).holder, counter.view(task).mine) == ("林芳", True)
    assert counter.view(task, "pharm").mine is False


def test_a_released_review_waits_again_with_the_reason_it_was_put_aside_for(counter):
    task = counter.sign()
    counter.as_("pharm").do("pharmacy.start-review", StartReview(task))
    counter.as_("pharm").do("pharmacy.release", Release(task, park="患者未到"))
    (row,) = counter.queue("review").rows
    assert (row.state, row.holder, row.parked) == (SheetState.TO_REVIEW, "", "患者未到")


def test_nobody_gives_back_what_a_colleague_holds(counter):
    task = counter.sign()
    counter.as_("pharm").do("pharmacy.start-review", StartReview(task))
    with pytest.raises(Conflict):
        counter.as_("pharm2").do("pharmacy.release", Release(task))


@pytest.mark.parametrize("checks", [(), FOUR_CHECKS[:3], (*FOUR_CHECKS[:3], "price")])
def test_approval_wants_all_four_checks(counter, checks):
    task = counter.sign()
    with pytest.raises(Invalid, match="four checks"):
        counter.as_("pharm").do("pharmacy.approve", Approve(task, checks=checks))
    assert counter.view(task).state is SheetState.TO_REVIEW


def test_approval_keeps_each_check_and_what_the_rules_said(counter):
    task = counter.sign()
    counter.approve(task)
    output = counter.get("Task", task)["output"]
    assert [o["valueString"].split()[0] for o in output[:4]] == list(FOUR_CHECKS)
    assert output[4]["type"]["text"] == "automatic-check"
    assert output[4]["valueString"].startswith("passed")


def test_approval_opens_one_dispensing_whose_id_every_counter_would_give(counter):
    task = counter.sign()
    assert counter.approve(task) == f"{task}-dispense"
    assert counter.view(task).state is SheetState.TO_DISPENSE


def test_a_doctor_cannot_approve(counter):
    with pytest.raises(Denied):
        counter.as_("doc").do("pharmacy.approve", Approve(counter.sign()))


@pytest.mark.parametrize(("hours", "valid"), [(14, True), (16, False)])
def test_a_sheet_is_approved_on_its_day_only(counter, hours, valid):
    task = counter.sign()
    counter.later(hours=hours)
    assert counter.view(task).expired is not valid
    if valid:
        assert counter.approve(task)
    else:
        with pytest.raises(Invalid, match="no longer valid"):
            counter.as_("pharm").do("pharmacy.approve", Approve(task))


def test_a_sheet_written_for_three_days_is_still_valid_on_the_third(counter):
    task = counter.sign(valid_days=3)
    counter.later(hours=62)
    assert counter.approve(task)


def test_a_question_reaches_the_prescriber_and_the_answer_comes_back(counter):
    task = counter.sign()
    counter.as_("pharm").do("pharmacy.query", Query(task, "2-5", "每日一次还是两次"))
    assert counter.view(task).state is SheetState.QUERY
    counter.as_("doc").do("prescribing.answer-query", AnswerQuery(task, "每日一次"))
    view = counter.view(task)
    assert view.state is SheetState.TO_REVIEW
    assert [(m.text, m.answer) for m in view.messages] == [
        ("用法、用量不适宜：每日一次还是两次", False),
        ("每日一次", True),
    ]
    assert counter.queue("review").rows[0].answered is True


def test_an_asked_sheet_cannot_be_approved_before_the_answer(counter):
    task = counter.sign()
    counter.as_("pharm").do("pharmacy.query", Query(task, "2-5"))
    with pytest.raises(Conflict, match="not waiting for review"):
        counter.as_("pharm").do("pharmacy.approve", Approve(task))


def test_a_question_after_the_approval_takes_the_sheet_back(counter):
    task = counter.sign()
    dispensing = counter.approve(task)
    counter.as_("pharm2").do("pharmacy.query", Query(dispensing, "1-7", "数量不清"))
    assert counter.view(task).state is SheetState.QUERY
    counter.as_("doc").do("prescribing.answer-query", AnswerQuery(task, "一盒"))
    assert counter.view(task).state is SheetState.TO_REVIEW
    assert counter.approve(task) == dispensing
    assert counter.view(task).state is SheetState.TO_DISPENSE


def test_a_sheet_that_is_partly_out_can_no_longer_be_questioned(counter):
    task = counter.sign()
    dispensing = counter.approve(task)
    (pick,) = counter.picks(dispensing)
    counter.hand_out(dispensing, type(pick)(pick.line, pick.lot, "14", scanned=True), partial="P1")
    with pytest.raises(Conflict):
        counter.as_("pharm").do("pharmacy.query", Query(dispensing, "2-5"))


@pytest.mark.parametrize("reason", ["", "9-9", "M1"])
def test_a_question_needs_a_reason_of_the_list(counter, reason):
    task = counter.sign()
    with pytest.raises(Invalid, match="not on the list"):
        counter.as_("pharm").do("pharmacy.query", Query(task, reason))


def test_a_refusal_needs_words_and_is_final(counter):
    task = counter.sign()
    pharmacist = counter.as_("pharm")
    with pytest.raises(Invalid, match="words"):
        pharmacist.do("pharmacy.refuse", Refuse(task, "2-8", " "))
    pharmacist.do("pharmacy.refuse", Refuse(task, "2-8", "与华法林合用出血风险"))
    view = counter.view(task)
    assert view.state is SheetState.REFUSED
    assert view.state_reason == "有配伍禁忌或不良相互作用：与华法林合用出血风险"
    with pytest.raises(Conflict):
        counter.as_("pharm").do("pharmacy.start-review", StartReview(task))


def test_a_stopped_sheet_cannot_be_reviewed(counter):
    task = counter.sign()
    line = counter.view(task, "pharm").lines[0].line
    counter.as_("doc").do("prescribing.stop", StopPrescription(line, "开错药"))
    with pytest.raises(Conflict, match="cancelled"):
        counter.as_("pharm").do("pharmacy.start-review", StartReview(task))
    assert counter.queue("review").rows == ()


def test_a_stop_wins_over_a_review_that_does_not_know_of_it(counter):
    """As after a sync: the lines are stopped, the Task of another counter still says "requested"."""
    task = counter.sign()
    for line in counter.read("MedicationRequest"):
        counter.put(line | {"status": "stopped"})
    assert counter.view(task).state is SheetState.CANCELLED
    with pytest.raises(Conflict, match="cancelled"):
        counter.as_("pharm").do("pharmacy.approve", Approve(task))


@pytest.mark.parametrize("request_", [StartReview("nowhere"), Claim("nowhere"), Release("nowhere")])
def test_an_unknown_sheet_is_not_found(counter, request_):
    verb = {StartReview: "start-review", Claim: "claim", Release: "release"}[type(request_)]
    with pytest.raises(NotFound):
        counter.as_("pharm").do(f"pharmacy.{verb}", request_)


def test_a_sheet_is_only_opened_for_its_own_patient(counter):
    task = counter.sign()
    with pytest.raises(Invalid, match="another patient"):
        counter.as_("pharm").ask("pharmacy.sheet", SheetByTask(task, "p2"))


def test_an_allergy_recorded_since_the_signature_stops_the_approval(counter):
    pneumonia = {"coding": [{"system": systems.ICD10, "code": "J18.9"}], "text": "肺炎"}
    counter.put(counter.get("Condition", "c1") | {"id": "c2", "code": pneumonia})
    line = counter.line("阿莫西林胶囊", "0.5 g po", "tid", 3, skin_test=_negative())
    task = counter.sign(line)
    counter.put(PENICILLIN)
    view = counter.view(task, "pharm")
    stops = [a for a in view.prescreen.alerts if a.fingerprint in view.prescreen.open]
    assert stops
    assert not view.prescreen.passed
    with pytest.raises(NeedsReason) as caught:
        counter.as_("pharm").do("pharmacy.approve", Approve(task))
    assert {a.rule_id for a in caught.value.alerts} == {a.rule_id for a in stops}


def test_the_review_shows_what_the_patient_takes_without_this_sheet(counter):
    first = counter.sign(counter.line("阿托伐他汀钙片", "20 mg po", "qn", 7))
    second = counter.sign()
    names = [m.parts[0].replace("\u00a0", " ") for m in counter.view(second).summary.medicines]
    assert names == ["Atorvastatin tablet"]
    assert counter.view(first).summary.allergies.state == "none"


def test_a_role_this_desk_does_not_know_leaves_the_rights_not_checked(counter):
    task = counter.sign()
    with counter.desk.store.reader() as reader:
        role = reader.get("PractitionerRole", "r-doc")
    counter.put(role | {"code": [{"coding": [{"system": "urn:x", "code": "unknown"}]}]})
    said = counter.view(task).prescreen
    assert not said.passed
    assert {n.category for n in said.not_checked} == {"antibacterial", "controlled"}


def test_a_patient_who_has_not_arrived_leaves_the_check_not_run(counter):
    task = counter.sign()
    review = counter.get("Task", task)
    counter.put(review | {"for": {"reference": "Patient/elsewhere"}})
    view = counter.as_("pharm").ask("pharmacy.sheet", SheetByTask(task, "elsewhere"))
    assert (view.prescreen.ran, view.prescreen.passed, view.summary) == (False, False, None)


def _negative():
    from workstation.medication.model import SkinTest, SkinTestState

    return SkinTest(SkinTestState.NEGATIVE, lot="2407A", at="2026-03-17T08:40:00+08:00")

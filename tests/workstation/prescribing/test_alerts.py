"""Answering alerts: what counts as an answer, what is kept of it, and what no answer helps against."""

from __future__ import annotations

import pytest

from tests.workstation.prescribing.room import diagnosis
from workstation.core.errors import NeedsReason
from workstation.fhir import systems
from workstation.fhir.resources import code_of
from workstation.medication.judging import CheckState
from workstation.medication.model import OverrideReason, SkinTest, SkinTestState
from workstation.prescribing.rows import SheetsOf

NEGATIVE = SkinTest(SkinTestState.NEGATIVE, lot="2407A", at="2026-03-17T08:40:00+08:00")


@pytest.fixture
def allergic(make_room):
    room = make_room(diagnoses=[diagnosis("J18.9", "肺炎")])
    room.put(
        {
            "resourceType": "AllergyIntolerance",
            "id": "a1",
            "clinicalStatus": {"coding": [{"system": systems.ALLERGY_CLINICAL, "code": "active"}]},
            "verificationStatus": {"coding": [{"system": systems.ALLERGY_VERIFICATION, "code": "confirmed"}]},
            "code": {"coding": [{"system": systems.ALLERGEN, "code": "penicillins"}], "text": "青霉素类"},
            "criticality": "high",
            "patient": {"reference": "Patient/p1"},
            "reaction": [{"manifestation": [{"text": "过敏性休克"}]}],
        }
    )
    return room


@pytest.fixture
def amoxicillin(allergic):
    return allergic.line("阿莫西林胶囊", "0.5 g po", "tid", 3, skin_test=NEGATIVE)


def stop_of(room, line):
    alerts = room.check(line).alerts
    return next(a for a in alerts if a.rule_id == "ALG-01")


@pytest.mark.parametrize(
    "reason",
    [
        OverrideReason(),
        OverrideReason("benefit", signed_again=True),
        OverrideReason("benefit", "急救", signed_again=True),
        OverrideReason(text="抢救，无替代药物", signed_again=False),
    ],
    ids=["nothing", "a listed reason alone", "too few words", "not signed again"],
)
def test_a_stop_is_not_answered_by(allergic, amoxicillin, reason):
    alert = stop_of(allergic, amoxicillin)
    with pytest.raises(NeedsReason) as caught:
        allergic.sign(amoxicillin, overrides={alert.fingerprint: reason})
    assert alert.fingerprint in {a.fingerprint for a in caught.value.alerts}


def test_an_overridden_stop_is_kept_with_its_reason_and_second_signature(allergic, amoxicillin):
    alert = stop_of(allergic, amoxicillin)
    allergic.sign(
        amoxicillin,
        overrides={alert.fingerprint: OverrideReason(text="抢救，无替代药物", signed_again=True)},
    )
    (issue,) = allergic.read("DetectedIssue", patient="p1")
    assert code_of(issue["code"], systems.RULE) == "ALG-01"
    assert issue["severity"] == "high"
    assert [m["action"]["text"] for m in issue["mitigation"]] == ["抢救，无替代药物", "医师再次签名"]
    (sheet,) = allergic.desk.ask("prescribing.sheets", SheetsOf("p1"))
    assert sheet.lines[0].overrides[0].reason == "抢救，无替代药物"
    assert sheet.intact


def test_the_signature_covers_the_override(allergic, amoxicillin):
    alert = stop_of(allergic, amoxicillin)
    allergic.sign(
        amoxicillin,
        overrides={alert.fingerprint: OverrideReason(text="抢救，无替代药物", signed_again=True)},
    )
    (issue,) = allergic.read("DetectedIssue", patient="p1")
    issue["mitigation"][0]["action"]["text"] = "改过的理由"
    allergic.put(issue)
    (sheet,) = allergic.desk.ask("prescribing.sheets", SheetsOf("p1"))
    assert not sheet.intact


def test_a_rule_that_knows_no_exception_stays_a_stop(room):
    line = room.line("苯磺酸氨氯地平片", "5 mg po", "qd", 14)
    (alert,) = room.check(line).alerts
    with pytest.raises(NeedsReason):
        room.sign(line, overrides={alert.fingerprint: OverrideReason(text="就是要开", signed_again=True)})


def test_a_warning_takes_one_listed_reason(make_room):
    room = make_room(diagnoses=[diagnosis()])
    line = room.line("头孢克肟胶囊" if has(room, "头孢克肟胶囊") else "头孢呋辛酯片", "0.25 g po", "bid", 3)
    check = room.check(line)
    warnings = [a for a in check.alerts if a.tier == 2]
    assert warnings
    with pytest.raises(NeedsReason):
        room.sign(line)
    room.sign(line, overrides={a.fingerprint: OverrideReason("specialist") for a in warnings})
    reasons = {i["mitigation"][0]["action"]["text"] for i in room.read("DetectedIssue", patient="p1")}
    assert reasons == {"专科或会诊意见"}


def has(room, name):
    return any(d.name_zh == name for d in room.desk.knowledge.drugs)


def test_a_check_that_could_not_run_never_reads_as_passed(room):
    line = room.line("盐酸二甲双胍片", "0.5 g po", "bid", 7)
    check = room.check(line)
    assert check.lines[0].state is CheckState.NOT_RUN
    assert {n.rule_id for n in check.lines[0].not_run} == {"REN-01"}


def test_a_line_without_findings_passes(room):
    assert room.check(room.line("盐酸氨溴索片", "30 mg po", "tid", 5)).lines[0].state is CheckState.PASSED


def test_a_check_says_what_is_handed_out_and_what_it_costs(room):
    line = room.check(room.line("盐酸氨溴索片", "30 mg po", "tid", 5)).lines[0]
    assert (line.packs, line.units, line.needed, line.price) == (1, 20, 15, "9.80")
    assert line.total == "1 box (20 tablets, 15 needed)"


def test_an_incomplete_line_does_not_keep_the_others_from_being_checked(room):
    ready = room.line("盐酸氨溴索片", "30 mg po", "tid", 5)
    check = room.check(type(ready)(room.drug("华法林钠片")), ready)
    assert [c.state for c in check.lines] == [CheckState.INCOMPLETE, CheckState.PASSED]
    assert check.lines[0].problem.field == "dose"
    assert check.total == "9.80"

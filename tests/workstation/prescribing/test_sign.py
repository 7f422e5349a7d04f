"""Signing: what stands in the record afterwards, and what stays out of it when something is in the way."""

from __future__ import annotations

import pytest

from workstation.core.drafts import DraftKey
from workstation.core.errors import Conflict, Denied, Invalid, NeedsReason
from workstation.fhir import systems
from workstation.fhir.resources import code_of, extension
from workstation.prescribing.model import PrescriptionDraft
from workstation.prescribing.rows import OneSheet, SheetsOf, SheetState


@pytest.fixture
def amlodipine(room):
    return room.line("苯磺酸氨氯地平片", "5 mg po", "qd", 7)


def test_a_signed_line_is_written_as_the_hospital_says_it_in_fhir(room, amlodipine):
    changed = room.sign(amlodipine)
    (request,) = room.read("MedicationRequest", patient="p1")
    assert changed.primary.id == request["id"]
    assert request["groupIdentifier"]["system"] == systems.PRESCRIPTION_NUMBER
    assert (request["status"], request["intent"]) == ("active", "order")
    assert code_of(request["category"][1], systems.RX_TYPE) == "ordinary"
    assert code_of(request["medicationCodeableConcept"], systems.DRUG) == amlodipine.drug
    assert code_of(request["medicationCodeableConcept"], systems.ATC) == "C08CA01"
    assert request["reasonCode"][0]["text"] == "高血压"
    dosage = request["dosageInstruction"][0]
    assert dosage["doseAndRate"][0]["doseQuantity"] == {
        "value": 5,
        "unit": "mg",
        "system": systems.UCUM,
        "code": "mg",
    }
    assert dosage["timing"]["repeat"] == {
        "boundsDuration": {"value": 7, "unit": "d", "system": systems.UCUM, "code": "d"},
        "frequency": 1,
        "period": 1,
        "periodUnit": "d",
    }
    assert request["dispenseRequest"]["validityPeriod"]["end"].startswith("2026-03-17T23:59:59")
    assert extension(request, systems.LINE_NUMBER) == 1
    assert extension(request, systems.PRICE)["currency"] == "CNY"


def test_a_number_carries_the_desk_and_never_repeats(room, amlodipine):
    room.sign(amlodipine)
    room.sign(room.line("盐酸氨溴索片", "30 mg po", "tid", 5))
    numbers = {r["groupIdentifier"]["value"] for r in room.read("MedicationRequest", patient="p1")}
    code = next(iter(numbers))[4:7]
    assert numbers == {f"RX26{code}000001", f"RX26{code}000002"}
    assert len(code) == 3


def test_every_sheet_gets_its_signature_and_its_review(room, amlodipine):
    room.sign(amlodipine, room.line("氢溴酸右美沙芬片", "15 mg po", "tid", 3))
    requests = room.read("MedicationRequest", patient="p1")
    assert len({r["groupIdentifier"]["value"] for r in requests}) == 2
    tasks = room.read("Task", patient="p1")
    assert {t["groupIdentifier"]["value"] for t in tasks} == {r["groupIdentifier"]["value"] for r in requests}
    assert {(t["status"], code_of(t["code"])) for t in tasks} == {("requested", "prescription-review")}
    assert len(room.read("Provenance", target=requests[0]["id"])) == 1
    sheets = room.desk.ask("prescribing.sheets", SheetsOf("p1", "e1"))
    assert all(sheet.intact and len(sheet.check_code) == 9 for sheet in sheets)


def test_a_changed_line_shows_that_it_is_not_what_was_signed(room, amlodipine):
    room.sign(amlodipine)
    (request,) = room.read("MedicationRequest", patient="p1")
    request["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] = 50
    room.put(request)
    assert not room.desk.ask("prescribing.sheet", OneSheet(line=request["id"])).intact


def test_everything_of_one_signature_travels_as_one_unit(room, amlodipine):
    changed = room.sign(amlodipine)
    assert sorted(ref.type for ref in changed.refs) == ["MedicationRequest", "Provenance", "Task"]
    assert {ref.patient for ref in changed.refs if ref.type != "Provenance"} == {"p1"}


def test_signing_removes_the_draft_in_the_same_unit(room, amlodipine):
    key = DraftKey("outpatient", "p1", "e1")
    room.desk.save_draft(key, {"lines": []})
    room.sign(amlodipine, draft_kind="outpatient")
    assert room.desk.load_draft(key) is None


def test_a_stop_without_a_reason_leaves_no_trace(room, amlodipine):
    long = room.line("苯磺酸氨氯地平片", "5 mg po", "qd", 14)
    with pytest.raises(NeedsReason) as caught:
        room.sign(long)
    assert {a.rule_id for a in caught.value.alerts} == {"LEGAL-03"}
    assert room.read("MedicationRequest", patient="p1") == []
    assert room.read("Task", patient="p1") == []


def test_an_incomplete_line_is_named_with_its_cell(room):
    line = room.line("盐酸氨溴索片", "30 mg po", "tid", 5, key="abc")
    with pytest.raises(Invalid) as caught:
        room.sign(type(line)(line.drug, "30", "mg", "po", "", 5, key="abc"))
    assert caught.value.field == "abc.frequency"


def test_an_empty_prescription_cannot_be_signed(room):
    with pytest.raises(Invalid):
        room.sign()


def test_a_cancelled_visit_takes_no_prescription(make_room):
    from_cancelled = make_room(visit={**visit_of("cancelled")})
    with pytest.raises(Conflict):
        from_cancelled.sign(from_cancelled.line("盐酸氨溴索片", "30 mg po", "tid", 5))


def visit_of(status):
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": status,
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/p1"},
    }


def test_a_visit_of_somebody_else_takes_no_prescription(room, amlodipine):
    room.put({"resourceType": "Patient", "id": "p2", "name": [{"text": "张玮"}]})
    with pytest.raises(Invalid, match="another patient"):
        room.desk.do("prescribing.sign", PrescriptionDraft("p2", "e1", (amlodipine,)))


def test_a_pharmacist_may_not_sign(room, amlodipine):
    room.desk.unlock("pharm", "246810")
    with pytest.raises(Denied):
        room.sign(amlodipine)


def test_infusion_groups_keep_together_and_are_numbered_on_their_sheet(room):
    room.sign(
        room.line("盐酸氨溴索片", "30 mg po", "tid", 3),
        room.line("0.9%氯化钠注射液", "100 ml ivgtt", "qd", 3, group=4),
        room.line("注射用泮托拉唑钠", "40 mg ivgtt", "qd", 3, group=4),
    )
    lines = room.desk.ask("prescribing.sheets", SheetsOf("p1"))[0].lines
    assert [line.group for line in lines] == [0, 1, 1]


def test_a_sheet_waits_for_review_and_knows_how_far_it_has_travelled(room, amlodipine):
    room.sign(amlodipine)
    (sheet,) = room.desk.ask("prescribing.sheets", SheetsOf("p1", "e1"))
    assert (sheet.state, sheet.travelled.state) == (SheetState.WAITING, "waiting")
    assert (sheet.subject.person.name, sheet.department, sheet.diagnoses) == ("欧阳建国", "内科", ("高血压",))
    assert sheet.lines[0].line.startswith("amlodipine")


def test_a_sheet_is_worded_in_the_language_of_its_document(room, amlodipine):
    room.sign(amlodipine)
    (sheet,) = room.desk.ask("prescribing.sheets", SheetsOf("p1", "e1", language="zh_CN"))
    line = sheet.lines[0]
    assert (line.name, line.route, line.frequency, line.duration) == (
        "苯磺酸氨氯地平片",
        "口服",
        "每日 1 次",
        "7 天",
    )

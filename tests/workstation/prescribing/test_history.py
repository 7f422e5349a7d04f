"""What prescribers find again: their own habits, the patient's last prescription, a refused sheet, the shelf."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workstation.core.errors import Conflict, Invalid
from workstation.fhir import systems
from workstation.fhir.resources import concept
from workstation.medication.rows import SearchDrugs
from workstation.prescribing.model import AnswerQuery, PrescriptionKind, StopPrescription
from workstation.prescribing.rows import DraftFrom, Favourites, OfPatient, OneSheet, SheetsOf, SheetState
from workstation.terminology.doses import plain


def lot(drug, number="L1", expires="2027-08-31"):
    return {
        "resourceType": "Medication",
        "id": f"lot-{drug.lower()}-{number.lower()}",
        "code": concept(systems.DRUG, drug),
        "status": "active",
        "batch": {"lotNumber": number, "expirationDate": expires},
    }


def delivery(drug, count, number="L1"):
    return {
        "resourceType": "SupplyDelivery",
        "status": "completed",
        "suppliedItem": {
            "quantity": {"value": count},
            "itemReference": {"reference": f"Medication/lot-{drug.lower()}-{number.lower()}"},
        },
        "occurrenceDateTime": "2026-03-01T08:00:00+08:00",
    }


@pytest.fixture
def ambroxol(room):
    return room.line("盐酸氨溴索片", "30 mg po", "tid", 5)


def test_the_regimen_a_prescriber_uses_most_comes_first(room, ambroxol):
    for _ in range(2):
        room.sign(ambroxol)
    room.sign(room.line("盐酸氨溴索片", "30 mg po", "bid", 3))
    (favourite,) = room.desk.ask("prescribing.favourites", Favourites())
    assert (favourite.drug, favourite.uses) == (ambroxol.drug, 3)
    assert [(r.frequency, r.days, r.uses) for r in favourite.regimens[:2]] == [("tid", 5, 2), ("bid", 3, 1)]


def test_favourites_are_the_signed_in_prescribers_own(room, ambroxol):
    room.sign(ambroxol)
    room.desk.unlock("res", "246810")
    assert room.desk.ask("prescribing.favourites", Favourites()) == ()


def test_what_was_used_before_is_found_first(room, ambroxol):
    other = room.desk.ask("prescribing.search-drugs", SearchDrugs("yansuan")).rows
    assert other[0].drug != ambroxol.drug
    room.sign(ambroxol)
    found = room.desk.ask("prescribing.search-drugs", SearchDrugs("yansuan"))
    assert (found.rows[0].drug, found.rows[0].uses) == (ambroxol.drug, 1)
    assert len(found.rows) == 9 < found.total


def test_a_found_drug_says_what_is_on_the_shelf(room, ambroxol):
    room.put(lot(ambroxol.drug), delivery(ambroxol.drug, 100))
    row = next(
        r
        for r in room.desk.ask("prescribing.search-drugs", SearchDrugs("ambroxol")).rows
        if r.drug == ambroxol.drug
    )
    assert (row.stock, plain(row.stock_text)) == (100, "5 boxes (100 tablets)")


def test_look_alikes_are_marked_where_they_differ_and_never_preselected(room):
    found = room.desk.ask("prescribing.search-drugs", SearchDrugs("a"))
    marked = [row for row in found.rows if row.look_alike]
    for row in marked:
        assert row.differs
    assert found.preselect is not any(row.look_alike or row.high_alert for row in found.rows)


def test_the_last_prescription_comes_unticked_with_what_changed(room, ambroxol):
    room.sign(ambroxol, extension_reason="")
    last = room.desk.ask("prescribing.last", OfPatient("p1", "another-visit"))
    assert last.prescriber == "王敏"
    (line,) = last.lines
    assert (line.line.drug, line.line.dose, line.line.frequency, line.line.days) == (
        ambroxol.drug,
        "30",
        "tid",
        5,
    )
    assert line.remarks == ("None in stock",)


def test_stock_that_does_not_suffice_is_remarked(room, ambroxol):
    room.put(lot(ambroxol.drug), delivery(ambroxol.drug, 4))
    room.sign(ambroxol)
    (line,) = room.desk.ask("prescribing.last", OfPatient("p1", "x")).lines
    assert line.remarks == ("Only 4 tablets in stock",)


def test_a_changed_strength_is_remarked(room, ambroxol):
    room.sign(ambroxol)
    (request,) = room.read("MedicationRequest", patient="p1")
    request["dosageInstruction"][0]["text"] = request["dosageInstruction"][0]["text"].replace(
        "规格 30 mg", "规格 15 mg"
    )
    room.put(request)
    (line,) = room.desk.ask("prescribing.last", OfPatient("p1", "x")).lines
    assert "Strength is now 30 mg" in line.remarks


def test_this_visits_own_prescription_is_not_offered_for_repeating(room, ambroxol):
    room.sign(ambroxol)
    assert room.desk.ask("prescribing.last", OfPatient("p1", "e1")).lines == ()


def test_a_foreign_line_cannot_be_taken_over(room):
    room.put(
        {
            "resourceType": "MedicationRequest",
            "id": "foreign",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": "lisinopril 10 MG"},
            "subject": {"reference": "Patient/p1"},
            "authoredOn": "2026-01-02T10:00:00+08:00",
        }
    )
    (line,) = room.desk.ask("prescribing.last", OfPatient("p1", "e1")).lines
    assert (line.available, line.remarks) == (False, ("Not in the catalogue of this hospital",))


def test_running_medicines_are_listed(room, ambroxol):
    room.sign(ambroxol)
    (medicine,) = room.desk.ask("prescribing.active", OfPatient("p1"))
    assert medicine.drug == ambroxol.drug
    assert room.desk.ask("prescribing.active", OfPatient("p1", "e1")) == ()


def review(room):
    return room.read("Task", patient="p1")[0]


def question(room, task):
    room.put(
        task | {"status": "on-hold", "statusReason": {"text": "剂量"}},
        {
            "resourceType": "Communication",
            "id": "q1",
            "status": "completed",
            "basedOn": [{"reference": f"Task/{task['id']}"}],
            "subject": {"reference": "Patient/p1"},
            "sent": "2026-03-17T09:05:00+08:00",
            "sender": {"reference": "Practitioner/practitioner-pharm", "display": "孙悦"},
            "payload": [{"contentString": "剂量是否为 30 mg？"}],
        },
    )


def test_an_answer_sends_the_sheet_back_into_review(room, ambroxol):
    room.sign(ambroxol)
    question(room, review(room))
    asked = room.desk.ask("prescribing.sheets", SheetsOf("p1"))[0]
    assert (asked.state, asked.messages[0].text, asked.messages[0].mine) == (
        SheetState.QUERIED,
        "剂量是否为 30 mg？",
        False,
    )
    room.desk.clock.advance(timedelta(minutes=10))
    room.desk.do("prescribing.answer-query", AnswerQuery(asked.task, "是，30 mg"))
    sheet = room.desk.ask("prescribing.sheets", SheetsOf("p1"))[0]
    assert sheet.state is SheetState.WAITING
    assert [(m.author, m.text, m.mine) for m in sheet.messages] == [
        ("孙悦", "剂量是否为 30 mg？", False),
        ("王敏", "是，30 mg", True),
    ]
    assert "statusReason" not in review(room)


def test_there_is_no_answer_without_a_question(room, ambroxol):
    room.sign(ambroxol)
    with pytest.raises(Conflict):
        room.desk.do("prescribing.answer-query", AnswerQuery(review(room)["id"], "是"))


def test_an_empty_answer_is_refused(room, ambroxol):
    room.sign(ambroxol)
    question(room, review(room))
    with pytest.raises(Invalid):
        room.desk.do("prescribing.answer-query", AnswerQuery(review(room)["id"], "  "))


def test_stopping_a_sheet_withdraws_it_from_the_pharmacy(room, ambroxol):
    changed = room.sign(ambroxol, room.line("苯磺酸氨氯地平片", "5 mg po", "qd", 7))
    room.desk.do("prescribing.stop", StopPrescription(changed.primary.id, "患者要求"))
    assert {r["status"] for r in room.read("MedicationRequest", patient="p1")} == {"stopped"}
    assert (review(room)["status"], review(room)["statusReason"]) == ("cancelled", {"text": "患者要求"})
    sheet = room.desk.ask("prescribing.sheet", OneSheet(line=changed.primary.id))
    assert (sheet.state, sheet.state_reason, sheet.intact) == (SheetState.STOPPED, "患者要求", True)


def test_stopping_one_line_leaves_the_rest_with_the_pharmacy(room, ambroxol):
    changed = room.sign(ambroxol, room.line("苯磺酸氨氯地平片", "5 mg po", "qd", 7))
    room.desk.do("prescribing.stop", StopPrescription(changed.primary.id, "患者要求", whole_sheet=False))
    assert sorted(r["status"] for r in room.read("MedicationRequest", patient="p1")) == ["active", "stopped"]
    assert review(room)["status"] == "requested"


def test_a_refused_sheet_becomes_a_draft_again(room, ambroxol):
    room.sign(ambroxol)
    number = review(room)["groupIdentifier"]["value"]
    draft = room.desk.ask("prescribing.draft-from", DraftFrom(number))
    assert (draft.patient, draft.encounter, draft.kind) == ("p1", "e1", PrescriptionKind.ORDINARY)
    assert [(line.drug, line.dose, line.unit, line.days) for line in draft.lines] == [
        (ambroxol.drug, "30", "mg", 5)
    ]


def test_reasons_beside_a_line_survive_the_record(room):
    line = room.line(
        "0.9%氯化钠注射液", "100 ml ivgtt", "qd", 3, minutes=30, note="缓慢滴注", overdose_reason="补液需要"
    )
    room.sign(line)
    shown = room.desk.ask("prescribing.sheets", SheetsOf("p1"))[0].lines[0]
    assert (shown.minutes, shown.note, shown.overdose_reason) == (30, "缓慢滴注", "补液需要")

"""Handing out: the right lot, not too much, not twice, not by one person alone, and nothing silently left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workstation.core.errors import Conflict, Denied, Invalid
from workstation.fhir import systems
from workstation.pharmacy.model import Basis, Claim, Dispense, Pick, Release, SheetState
from workstation.prescribing.model import StopPrescription

AMLODIPINE = "苯磺酸氨氯地平片"
TRACE = "89900510000000000001"


def test_a_sheet_goes_out_whole_and_only_once(counter):
    dispensing = counter.approve(counter.sign())
    picks = counter.picks(dispensing)
    counter.hand_out(dispensing, *picks)
    assert counter.view(dispensing).state is SheetState.DISPENSED
    with pytest.raises(Conflict, match="can no longer be dispensed: handed out"):
        counter.hand_out(dispensing, *picks)
    assert len(counter.read("MedicationDispense")) == 1


def test_handing_out_changes_no_prescription(counter):
    dispensing = counter.approve(counter.sign())
    before = counter.read("MedicationRequest")
    counter.hand_out(dispensing)
    assert counter.read("MedicationRequest") == before


def test_what_went_out_is_signed_and_names_lot_amount_and_person(counter):
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing)
    (given,) = counter.read("MedicationDispense")
    (row,) = counter.view(dispensing).handed
    assert (row.lot, row.quantity, row.by) == ("2407A", "28", "林芳")
    assert given["quantity"]["value"] == 28
    assert counter.read("Provenance", target=given["id"])


def test_the_lot_that_expires_first_is_suggested_first_and_the_next_one_for_the_rest(counter):
    counter.stock(AMLODIPINE, "2601B", "20", expires="2026-09-30")
    (line,) = counter.view(counter.sign()).lines
    assert [(lot.number, lot.suggested) for lot in line.lots] == [("2601B", "20"), ("2407A", "8")]


def test_lots_near_their_expiry_are_marked_and_expired_ones_are_not_offered(counter):
    counter.stock(AMLODIPINE, "NEAR", "28", expires="2026-06-14")
    counter.stock(AMLODIPINE, "GONE", "28", expires="2026-03-17")
    task = counter.sign(valid_days=3)
    counter.later(hours=24)
    (line,) = counter.view(task).lines
    assert [(lot.number, lot.near_expiry) for lot in line.lots] == [("NEAR", True), ("2407A", False)]


def test_an_expired_lot_is_refused_on_the_day_after_its_last_day(counter):
    lot = counter.stock(AMLODIPINE, "GONE", "28", expires="2026-03-17")
    dispensing = counter.approve(counter.sign(valid_days=3))
    (pick,) = counter.picks(dispensing)
    counter.later(hours=24)
    with pytest.raises(Invalid, match="expired on 17-Mar-2026"):
        counter.hand_out(dispensing, replace(pick, lot=lot))


def test_a_lot_of_another_drug_is_refused(counter):
    other = counter.stock("阿托伐他汀钙片", "AT1", "70")
    dispensing = counter.approve(counter.sign())
    (pick,) = counter.picks(dispensing)
    with pytest.raises(Invalid, match="not of the prescribed drug"):
        counter.hand_out(dispensing, replace(pick, lot=other))


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("29", "28 is left"),
        ("0", "above zero"),
        ("-1", "above zero"),
        ("NaN", "above zero"),
        ("x", "no amount"),
    ],
)
def test_a_wrong_amount_is_refused(counter, quantity, message):
    dispensing = counter.approve(counter.sign())
    (pick,) = counter.picks(dispensing)
    with pytest.raises(Invalid, match=message):
        counter.hand_out(dispensing, replace(pick, quantity=quantity))
    assert counter.read("MedicationDispense") == []


def test_two_picks_of_one_line_together_may_not_exceed_it(counter):
    dispensing = counter.approve(counter.sign())
    (pick,) = counter.picks(dispensing)
    with pytest.raises(Invalid, match="8 is left"):
        counter.hand_out(dispensing, replace(pick, quantity="20"), replace(pick, quantity="20"))
    assert counter.read("MedicationDispense") == []


def test_a_lot_gives_no_more_than_it_holds(counter):
    small = counter.stock(AMLODIPINE, "SMALL", "10")
    dispensing = counter.approve(counter.sign())
    (pick,) = counter.picks(dispensing)[:1]
    with pytest.raises(Invalid, match="Lot SMALL has only 10 left"):
        counter.hand_out(dispensing, replace(pick, lot=small))


def test_a_part_needs_a_reason_and_the_rest_can_follow(counter):
    dispensing = counter.approve(counter.sign())
    (pick,) = counter.picks(dispensing)
    with pytest.raises(Invalid, match="stay owed"):
        counter.hand_out(dispensing, replace(pick, quantity="14"))
    counter.hand_out(dispensing, replace(pick, quantity="14"), partial="P1")
    view = counter.view(dispensing)
    assert (view.state, view.lines[0].left, view.state_reason) == (SheetState.PARTIAL, "14", "库存不足")
    counter.hand_out(dispensing, replace(pick, quantity="14"))
    assert counter.view(dispensing).state is SheetState.DISPENSED


def test_a_forgotten_line_keeps_the_sheet_open(counter):
    counter.stock("阿托伐他汀钙片", "AT1", "70")
    lines = (
        counter.line(AMLODIPINE, "5 mg po", "qd", 7),
        counter.line("阿托伐他汀钙片", "20 mg po", "qn", 7),
    )
    dispensing = counter.approve(counter.sign(*lines))
    first, _second = counter.picks(dispensing)
    with pytest.raises(Invalid, match="stay owed"):
        counter.hand_out(dispensing, first)


def test_the_reviewer_hands_out_alone_only_with_a_second_signature(counter):
    dispensing = counter.approve(counter.sign(), user="pharm")
    with pytest.raises(Denied, match="reviewed this prescription yourself"):
        counter.hand_out(dispensing, user="pharm")
    counter.hand_out(dispensing, user="pharm", double_sign=True)
    (given,) = counter.read("MedicationDispense")
    functions = [p["function"]["coding"][0]["code"] for p in given["performer"]]
    assert functions == ["packager", "finalchecker"]


def test_a_stopped_line_is_not_handed_out_and_does_not_keep_the_sheet_open(counter):
    counter.stock("阿托伐他汀钙片", "AT1", "70")
    lines = (
        counter.line(AMLODIPINE, "5 mg po", "qd", 7),
        counter.line("阿托伐他汀钙片", "20 mg po", "qn", 7),
    )
    dispensing = counter.approve(counter.sign(*lines))
    first, second = counter.picks(dispensing)
    counter.as_("doc").do("prescribing.stop", StopPrescription(second.line, "肌痛", whole_sheet=False))
    with pytest.raises(Conflict, match="stopped"):
        counter.hand_out(dispensing, first, second)
    counter.hand_out(dispensing, first)
    assert counter.view(dispensing).state is SheetState.DISPENSED


def test_a_pack_that_was_not_scanned_needs_a_reason_of_the_list(counter):
    dispensing = counter.approve(counter.sign())
    (pick,) = counter.picks(dispensing, scanned=False)
    with pytest.raises(Invalid, match="not scanned needs a reason"):
        counter.hand_out(dispensing, pick)
    counter.hand_out(dispensing, replace(pick, reason="M3"))
    assert counter.view(dispensing).handed[0].reason == "包装码破损，无法识读"


def test_one_pack_leaves_the_counter_once(counter):
    first = counter.approve(counter.sign())
    counter.hand_out(first, *counter.picks(first, codes=(TRACE,)))
    second = counter.approve(counter.sign(counter.line(AMLODIPINE, "5 mg po", "qd", 7)))
    with pytest.raises(Invalid, match=f"{TRACE} was handed out already"):
        counter.hand_out(second, *counter.picks(second, codes=(TRACE,)))


def test_one_pack_is_not_scanned_twice_for_one_sheet(counter):
    dispensing = counter.approve(counter.sign())
    with pytest.raises(Invalid, match="handed out already"):
        counter.hand_out(dispensing, *counter.picks(dispensing, codes=(TRACE, TRACE)))


def test_a_claimed_sheet_is_not_handed_out_at_another_counter(counter):
    dispensing = counter.approve(counter.sign())
    counter.as_("pharm").do("pharmacy.claim", Claim(dispensing))
    with pytest.raises(Conflict, match="孙悦 is handing out"):
        counter.hand_out(dispensing, user="pharm2")
    counter.as_("pharm").do("pharmacy.release", Release(dispensing))
    counter.hand_out(dispensing, user="pharm2")


def test_an_abandoned_claim_can_be_taken_over(counter):
    dispensing = counter.approve(counter.sign())
    counter.as_("pharm").do("pharmacy.claim", Claim(dispensing))
    counter.as_("pharm2").do("pharmacy.claim", Claim(dispensing, take_over=True))
    assert counter.view(dispensing).holder == "林芳"


def test_giving_back_what_is_partly_out_leaves_it_partly_out(counter):
    dispensing = counter.approve(counter.sign())
    (pick,) = counter.picks(dispensing)
    counter.hand_out(dispensing, replace(pick, quantity="14"), partial="P1")
    counter.as_("pharm2").do("pharmacy.claim", Claim(dispensing))
    counter.as_("pharm2").do("pharmacy.release", Release(dispensing))
    assert counter.view(dispensing).state is SheetState.PARTIAL


def test_nothing_goes_out_after_the_validity_is_over(counter):
    dispensing = counter.approve(counter.sign())
    picks = counter.picks(dispensing)
    counter.later(hours=16)
    with pytest.raises(Invalid, match="no longer valid"):
        counter.hand_out(dispensing, *picks)


@pytest.mark.parametrize(
    ("end", "hours", "valid"),
    [("2026-03-17", 14, True), ("2026-03-17", 16, False), (None, 14, True), (None, 16, False)],
)
def test_a_sheet_from_elsewhere_without_an_hour_is_valid_to_the_end_of_its_day(counter, end, hours, valid):
    task = counter.sign()
    (line,) = counter.read("MedicationRequest")
    period = {"start": "2026-03-17"} | ({"end": end} if end else {})
    counter.put(line | {"dispenseRequest": line["dispenseRequest"] | {"validityPeriod": period}})
    counter.later(hours=hours)
    assert counter.view(task).expired is not valid


def test_a_counter_without_a_line_says_what_it_went_by(counter):
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing, basis=Basis.PAPER)
    assert counter.get("Task", dispensing)["note"][0]["text"] == "离线发药：凭签名纸质处方"


def test_two_counters_that_handed_out_the_same_sheet_are_seen_after_the_sync(counter):
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing)
    (given,) = counter.read("MedicationDispense")
    counter.put(given | {"id": "elsewhere"})
    (line,) = counter.view(dispensing).lines
    assert (line.over, line.handed_out, line.left) == (True, "56", "0")


def test_a_dispense_entered_in_error_counts_neither_as_out_nor_against_the_stock(counter):
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing)
    (given,) = counter.read("MedicationDispense")
    counter.put(given | {"status": "entered-in-error"})
    (line,) = counter.view(dispensing).lines
    assert (line.handed_out, line.lots[0].on_hand) == ("0", "140")


def test_an_approval_that_arrived_without_its_dispensing_waits(counter):
    task = counter.sign()
    review = counter.get("Task", task)
    counter.put(review | {"status": "completed"})
    with pytest.raises(Conflict, match="not arrived whole"):
        counter.as_("pharm2").do("pharmacy.dispense", Dispense(task, (Pick("l", "x", "1", True),)))


def test_a_pick_of_a_line_of_another_sheet_is_refused(counter):
    dispensing = counter.approve(counter.sign())
    (pick,) = counter.picks(dispensing)
    with pytest.raises(Conflict, match="not on the prescription"):
        counter.hand_out(dispensing, replace(pick, line="another"))


def test_handing_out_nothing_is_refused(counter):
    dispensing = counter.approve(counter.sign())
    with pytest.raises(Invalid, match="Nothing was picked"):
        counter.as_("pharm2").do("pharmacy.dispense", Dispense(dispensing, ()))


def test_dispense_numbers_carry_the_day_and_the_desk(counter):
    counter.hand_out(counter.approve(counter.sign()))
    (given,) = counter.read("MedicationDispense")
    number = next(i["value"] for i in given["identifier"] if i["system"] == systems.DISPENSE_NUMBER)
    assert number.startswith("D260317")
    assert number.endswith("001")

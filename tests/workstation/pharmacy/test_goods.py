"""Goods in and goods back: the shelf is what the ledger adds up to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workstation.core.errors import Conflict, Invalid
from workstation.pharmacy.model import ReceiveStock, ReturnGoods, StockOf
from workstation.stock import on_hand

AMLODIPINE = "苯磺酸氨氯地平片"
TRACE = "89900510000000000001"


def shelf(counter, lot: str = "2407A") -> str:
    rows = counter.as_("pharm2").ask("pharmacy.stock", StockOf(limit=500))
    return next(row.on_hand for row in rows if row.number == lot)


def handed_out(counter, **more) -> str:
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing, *counter.picks(dispensing, **more))
    return counter.view(dispensing).handed[-1].dispense


def test_a_second_delivery_of_a_lot_adds_to_it(counter):
    counter.stock(AMLODIPINE, "2407A", "28")
    assert shelf(counter) == "168"
    assert len(counter.read("Medication")) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"expires": "2027-09-30"}, "expires"),
        ({"expires": "2026-03-16"}, "expires"),
        ({"expires": "soon"}, "expires"),
        ({"lot": "  "}, "lot"),
        ({"quantity": "0"}, "quantity"),
        ({"drug": "C08CA01"}, "drug"),
    ],
)
def test_a_delivery_that_cannot_be_right_is_refused(counter, change, field):
    right = {"drug": counter.drug(AMLODIPINE), "lot": "2407A", "expires": "2027-08-31", "quantity": "28"}
    with pytest.raises(Invalid) as caught:
        counter.as_("pharm2").do("pharmacy.receive-stock", ReceiveStock(**(right | change)))
    assert caught.value.field == field
    assert shelf(counter) == "140"


def test_what_comes_back_intact_is_on_the_shelf_again_and_the_dispense_stays(counter):
    given = handed_out(counter)
    assert shelf(counter) == "112"
    counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "28", "R3"))
    assert shelf(counter) == "140"
    assert counter.get("MedicationDispense", given)["status"] == "completed"
    assert counter.read("SupplyDelivery", patient="p1")[0]["type"]["text"] == "发药差错，未离开药房"


def test_what_may_not_go_on_the_shelf_is_recorded_and_not_counted(counter):
    given = handed_out(counter)
    counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "28", "R2", restock=False))
    assert shelf(counter) == "112"
    (back,) = counter.read("SupplyDelivery", patient="p1")
    assert back["suppliedItem"]["itemCodeableConcept"]["coding"][0]["code"] == counter.drug(AMLODIPINE)


def test_no_more_comes_back_than_went_out(counter):
    given = handed_out(counter)
    counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "20", "R3"))
    with pytest.raises(Invalid, match="Only 8"):
        counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "9", "R3"))


def test_a_returned_medicine_is_not_handed_out_again_on_its_sheet(counter):
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing)
    given = counter.view(dispensing).handed[0].dispense
    counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "28", "R3"))
    view = counter.view(dispensing)
    assert (view.handed[0].returned, view.lines[0].left) == ("28", "0")
    with pytest.raises(Conflict):
        counter.hand_out(dispensing, *counter.picks(dispensing, scanned=True) or _any(view))


def _any(view):
    from workstation.pharmacy.model import Pick

    return (Pick(view.lines[0].line, view.lines[0].lots[0].lot, "1", scanned=True),)


def test_a_return_needs_a_reason_of_its_list(counter):
    given = handed_out(counter)
    with pytest.raises(Invalid, match="not on the list"):
        counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "1", "2-5"))


def test_a_returned_pack_may_go_out_again_and_a_strange_one_not_come_back(counter):
    given = handed_out(counter, codes=(TRACE,))
    with pytest.raises(Invalid, match="not one of those handed out here"):
        counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "28", "R3", codes=("8" * 20,)))
    counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "28", "R3", codes=(TRACE,)))
    assert handed_out(counter, codes=(TRACE,)) != given


def test_an_expired_lot_comes_back_but_not_onto_the_shelf(counter):
    counter.stock(AMLODIPINE, "SHORT", "28", expires="2026-03-18")
    given = handed_out(counter)
    counter.later(hours=48)
    with pytest.raises(Invalid, match="cannot go on the shelf"):
        counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "28", "R1"))
    counter.as_("pharm2").do("pharmacy.return", ReturnGoods(given, "28", "R1", restock=False))


def test_what_is_on_hand_counts_usable_lots_only(counter):
    counter.stock(AMLODIPINE, "SHORT", "28", expires="2026-03-17")
    with counter.desk.store.reader() as reader:
        today = counter.clock.now().date()
        assert on_hand(reader, counter.drug(AMLODIPINE), today) == Decimal(168)
        assert on_hand(reader, counter.drug(AMLODIPINE), today.replace(day=18)) == Decimal(140)


def test_parts_of_a_unit_add_up_exactly(counter):
    for _time in range(3):
        counter.stock(AMLODIPINE, "2407A", "0.1")
    assert shelf(counter) == "140.3"


def test_searching_the_shelf_finds_by_initials_and_marks_lots(counter):
    counter.stock(AMLODIPINE, "SHORT", "28", expires="2026-04-01")
    rows = counter.as_("pharm2").ask("pharmacy.stock", StockOf("bhsaldp"))
    assert [(r.number, r.near_expiry, r.expired) for r in rows] == [
        ("SHORT", True, False),
        ("2407A", False, False),
    ]

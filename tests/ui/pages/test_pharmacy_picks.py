"""What a scan does to the lines in hand, without a screen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from ui.pages.pharmacy_parts.compare import fields
from ui.pages.pharmacy_parts.picks import Outcome, PickList
from workstation.pharmacy.model import Pick
from workstation.pharmacy.rows import LineRow, LotChoice, ScannedPack

EARLY = LotChoice("l1", "2407A", "2026-09-30", "20")
LATE = LotChoice("l2", "2601B", "2027-08-31", "100")


def line(**more) -> LineRow:
    base = LineRow(
        line="a",
        drug="D051",
        name="Amlodipine tablet",
        specification="5 mg",
        text="",
        quantity="28",
        unit="tablet",
        packs="1",
        days=7,
        status="active",
        skin_test="",
        handed_out="0",
        lots=(EARLY, LATE),
        number=1,
        ingredient="amlodipine",
        form="tablet",
        left="28",
        pack_size=14,
    )
    return replace(base, **more)


def pack(**more) -> ScannedPack:
    base = ScannedPack(
        "D051", "", "Amlodipine tablet", "5 mg", "tablet", candidates=("l1", "l2"), ingredient="amlodipine"
    )
    return replace(base, **more)


def test_one_scan_checks_a_line_whole_the_earliest_lot_first():
    picks = PickList([line()])
    assert picks.scan(pack()).outcome is Outcome.ACCEPTED
    assert picks.ready
    assert picks.picks() == (Pick("a", "l1", "20", True), Pick("a", "l2", "8", True))


def test_the_lot_in_the_hand_is_the_lot_on_record():
    picks = PickList([line()])
    picks.scan(pack(lot="l2"))
    assert picks.picks() == (Pick("a", "l2", "28", True),)
    assert picks.lines[0].skips_earlier == EARLY


def test_packs_of_two_lots_are_taken_from_both():
    picks = PickList([line()])
    picks.scan(pack(lot="l2"))
    assert picks.scan(pack(lot="l1")).outcome is Outcome.MORE
    assert picks.picks() == (Pick("a", "l2", "14", True), Pick("a", "l1", "14", True))


def test_every_pack_can_leave_its_trace_code():
    picks = PickList([line()])
    picks.scan(pack(trace="t1"))
    picks.scan(pack(trace="t2"))
    assert picks.scan(pack(trace="t2")).outcome is Outcome.TWICE
    assert [p.codes for p in picks.picks()] == [("t1", "t2"), ()]


@pytest.mark.parametrize(
    ("scanned", "outcome"),
    [
        (pack(drug="D078", name="Atorvastatin tablet", ingredient="atorvastatin"), Outcome.MISMATCH),
        (ScannedPack("", "", "", "", known=False, trace="t"), Outcome.MISMATCH),
        (pack(expired=True, expires="2026-01-01"), Outcome.EXPIRED),
        (pack(used=True, trace="t1"), Outcome.USED),
        (pack(lot="elsewhere"), Outcome.NO_LOT),
        (pack(candidates=()), Outcome.NO_LOT),
    ],
)
def test_a_pack_that_may_not_go_out_changes_nothing(scanned, outcome):
    picks = PickList([line()])
    assert picks.scan(scanned).outcome is outcome
    assert (picks.ready, picks.started, picks.picks()) == (False, False, ())


def test_a_wrong_pack_is_compared_with_the_line_of_its_ingredient():
    other = line(line="b", drug="D052", name="Amlodipine tablet", specification="10 mg")
    statin = line(line="c", drug="D078", name="Atorvastatin tablet", ingredient="atorvastatin")
    picks = PickList([statin, other])
    assert picks.scan(pack()).line == other
    assert [f.differs for f in fields(other, pack())] == [False, True, False]


def test_what_was_scanned_is_compared_without_the_joiners_of_the_screen():
    ordered = line(specification="5\u00a0mg")
    assert not any(f.differs for f in fields(ordered, pack()))


def test_two_lines_of_one_product_take_one_scan_each():
    picks = PickList([line(), line(line="b", number=2)])
    picks.scan(pack())
    assert not picks.ready
    picks.scan(pack())
    assert picks.ready


def test_a_line_picked_by_hand_needs_no_scan_and_a_scan_later_replaces_the_reason():
    picks = PickList([line()])
    picks.by_hand("a", "M3", "code damaged")
    assert picks.ready
    assert picks.picks()[0] == Pick("a", "l1", "20", False, "M3")
    picks.scan(pack())
    assert picks.picks()[0].reason == ""


def test_a_smaller_amount_needs_its_reason():
    picks = PickList([line()])
    picks.scan(pack())
    assert picks.set_quantity("a", "14")
    assert (picks.is_part, picks.ready) == (True, False)
    picks.partial = "P1"
    assert picks.ready
    assert picks.picks() == (Pick("a", "l1", "14", True),)


@pytest.mark.parametrize("text", ["29", "-1", "x", "", "NaN"])
def test_an_amount_that_cannot_be_is_refused(text):
    picks = PickList([line()])
    assert not picks.set_quantity("a", text)
    assert picks.lines[0].quantity == Decimal(28)


def test_what_the_shelf_does_not_hold_stays_owed():
    picks = PickList([line(lots=(EARLY,)), line(line="b", drug="D078", lots=())])
    picks.scan(pack())
    assert [pick.quantity for pick in picks.picks()] == ["20"]
    assert (picks.is_part, picks.ready) == (True, False)
    picks.partial = "P1"
    assert (picks.ready, picks.checked) == (True, 2)


def test_lines_that_are_out_or_stopped_are_not_picked_again():
    assert PickList([line(left="0")]).lines == []


def test_what_was_scanned_survives_news_about_another_line():
    picks = PickList([line(), line(line="b", drug="D078")])
    picks.scan(pack(trace="t1"))
    newer = picks.keep_up([line(), line(line="b", drug="D078", left="0")])
    assert [x.row.line for x in newer.lines] == ["a"]
    assert newer.ready
    assert newer.picks()[0].codes == ("t1",)


def test_a_line_whose_rest_changed_is_scanned_anew():
    picks = PickList([line()])
    picks.scan(pack())
    assert not picks.keep_up([line(left="14")]).started

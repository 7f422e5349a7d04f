"""Scanned codes: papers, trace codes, GS1 codes, lots; and what a Chinese input method makes of them."""

from __future__ import annotations

import base64

import pytest

from workstation.pharmacy.model import FindByCode, Scan, SearchSheets
from workstation.pharmacy.rows import Paper, ScanKind
from workstation.terminology.packs import Pack, pack_of

AMLODIPINE = "苯磺酸氨氯地平片"
GTIN = "02000000000510"
TRACE = "89900510000000000001"


def scan(counter, code):
    return counter.as_("pharm2").ask("pharmacy.scan", Scan(code))


@pytest.mark.parametrize(
    ("code", "pack"),
    [
        (TRACE, Pack(prefix="8990051", trace=TRACE)),
        ("2000000000510", Pack(gtin=GTIN)),
        (f"(01){GTIN}(17)270831(10)2407A(21)S1", Pack(GTIN, "", "2407A", "2027-08-31", f"{GTIN}S1")),
        (f"]d201{GTIN}1727083110 2407A".replace(" ", ""), Pack(GTIN, "", "2407A", "2027-08-31")),
        (f"01{GTIN}102407A\x1d17270831", Pack(GTIN, "", "2407A", "2027-08-31")),
        (f"01{GTIN}17270200", Pack(GTIN, "", "", "2027-02-28")),
        (f"01{GTIN}17271200", Pack(GTIN, "", "", "2027-12-31")),
        (f"01{GTIN}17279900", Pack(GTIN)),
        ("72407A", None),
        ("RX26ABC000001", None),
        ("12345", None),
        ("", None),
    ],
)
def test_a_pack_code_is_read_for_what_it_says(code, pack):
    assert pack_of(code) == pack


def test_a_trace_code_names_its_product_and_the_only_lot_there_is(counter):
    found = scan(counter, TRACE)
    assert (found.kind, found.drug, found.lot_number, found.trace) == (
        ScanKind.PACK,
        counter.drug(AMLODIPINE),
        "2407A",
        TRACE,
    )
    assert (found.name, found.specification, found.form) == ("Amlodipine tablet", "5\u00a0mg", "tablet")


def test_a_trace_code_does_not_guess_among_lots(counter):
    second = counter.stock(AMLODIPINE, "2601B", "28", "2026-09-30")
    found = scan(counter, TRACE)
    assert found.lot == ""
    assert found.candidates[0] == second


def test_a_pack_that_is_out_is_known_as_out(counter):
    dispensing = counter.approve(counter.sign())
    counter.hand_out(dispensing, *counter.picks(dispensing, codes=(TRACE,)))
    assert scan(counter, TRACE).used is True


def test_a_pack_past_its_own_date_is_expired_even_when_the_shelf_does_not_know_the_lot(counter):
    found = scan(counter, f"(01){GTIN}(17)260316(10)OLD")
    assert (found.expired, found.lot, found.lot_number) == (True, "", "OLD")


def test_a_lot_number_finds_its_lot_unless_two_products_share_it(counter):
    assert scan(counter, "2407A").drug == counter.drug(AMLODIPINE)
    counter.stock("阿托伐他汀钙片", "2407A", "70")
    found = scan(counter, "2407A")
    assert (found.known, len(found.candidates)) == (False, 2)


def test_the_bars_of_a_prescription_find_its_sheet(counter):
    task = counter.sign()
    number = counter.view(task).number
    assert (scan(counter, number).kind, scan(counter, number).task) == (ScanKind.SHEET, task)
    dispensing = counter.approve(task)
    assert scan(counter, f" {number} ").task == dispensing


def test_full_width_signs_of_an_input_method_are_understood(counter):
    number = counter.view(counter.sign()).number
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    assert scan(counter, wide).kind is ScanKind.SHEET


@pytest.mark.parametrize(("changed", "paper"), [(False, Paper.AGREES), (True, Paper.DIFFERS)])
def test_the_square_of_a_paper_is_compared_with_the_signature(counter, changed, paper):
    number = counter.view(counter.sign()).number
    (signature,) = counter.read("Provenance")[0]["signature"]
    digest = base64.b64decode(signature["data"]).hex()
    if changed:
        digest = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    assert scan(counter, f"QNRX1:{number}:M00032:{digest.upper()}").paper is paper


def test_a_signed_paper_whose_sheet_has_not_arrived_says_so(counter):
    found = scan(counter, "QNRX1:RX26ZZZ000009:M00032:" + "A" * 64)
    assert (found.kind, found.known, found.number) == (ScanKind.SHEET, False, "RX26ZZZ000009")


@pytest.mark.parametrize("code", ["HELLO", "", "8990999" + "0" * 13])
def test_a_code_nobody_knows_is_said_to_be_unknown(counter, code):
    assert scan(counter, code).known is False


def test_a_sheet_is_found_by_number_square_initials_and_name(counter):
    task = counter.sign()
    number = counter.view(task).number
    desk = counter.as_("pharm2")
    assert desk.ask("pharmacy.find", FindByCode(f"QNRX1:{number}:x:{'a' * 64}")).task == task
    for text in (number, "oyjg", "欧阳", "M00032"):
        assert [row.task for row in desk.ask("pharmacy.search", SearchSheets(text))] == [task]
    assert desk.ask("pharmacy.search", SearchSheets("nobody")) == ()

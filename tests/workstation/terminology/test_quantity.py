"""Days, doses, units and packs: exact, rounded the safe way, and true to each other."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workstation.core.errors import Invalid
from workstation.terminology.knowledge import load
from workstation.terminology.model import FrequencyKind, Portion
from workstation.terminology.quantity import (
    days_covered,
    dose_count,
    dose_fraction,
    line_price,
    split_packs,
    supply,
    units_in,
    units_used,
    yuan,
)

KNOWLEDGE = load()
UNITS = KNOWLEDGE.units
DRUGS = st.sampled_from(list(KNOWLEDGE.drugs))
FREQUENCIES = st.sampled_from(list(KNOWLEDGE.frequencies))
DOSES = st.decimals(min_value="0.001", max_value="5000", places=3)
DAYS = st.integers(1, 90)


BY_HAND = """
D001 0.5 g tid 3 -> 18 needed, 1 pack, 0 loose, 6 left
D001 500 mg tid 3 -> 18 needed, 1 pack, 0 loose, 6 left
D001 2 粒 tid 3 -> 18 needed, 1 pack, 0 loose, 6 left
D001 0.3 g tid 3 -> 18 needed, 1 pack, 0 loose, 6 left
D056 12.5 mg tid 7 -> 11 needed, 0 pack, 11 loose, 0 left
D003 320 万U q8h 3 -> 36 needed, 3 pack, 6 loose, 0 left
D062 30 mg st 1 -> 2 needed, 0 pack, 2 loose, 0 left
D089 10 U qn 28 -> 1 needed, 1 pack, 0 loose, 0 left
D088 14 U bid 28 -> 3 needed, 3 pack, 0 loose, 0 left
D131 10 ml tid 5 -> 2 needed, 2 pack, 0 loose, 0 left
D185 1 滴 tid 7 -> 1 needed, 1 pack, 0 loose, 0 left
D187 1 适量 tid 7 -> 2 needed, 2 pack, 0 loose, 0 left
D099 2 揿 qid 28 -> 224 needed, 2 pack, 0 loose, 176 left
D139 1 贴 q72h 15 -> 5 needed, 1 pack, 0 loose, 0 left
D004 240 万U qw 14 -> 4 needed, 4 pack, 0 loose, 0 left
D073 3.75 mg qn 7 -> 11 needed, 0 pack, 11 loose, 0 left
D059 5 mg qod 7 -> 4 needed, 1 pack, 0 loose, 6 left
"""


@pytest.mark.parametrize("row", BY_HAND.strip().splitlines())
def test_a_supply_is_counted_by_hand(row: str) -> None:
    asked, expected = row.split(" -> ")
    drug_id, dose, unit, frequency, days = asked.split()
    drug, often = KNOWLEDGE.drugs.get(drug_id), KNOWLEDGE.frequencies.get(frequency)
    out = supply(drug, Decimal(dose), unit, often, int(days), UNITS)
    assert f"{out.needed} needed, {out.packs} pack, {out.loose} loose, {out.leftover} left" == expected


@given(DRUGS, DOSES, FREQUENCIES, DAYS)
def test_what_is_handed_out_lasts_at_least_as_long_as_asked(drug, dose, frequency, days) -> None:
    given_out = supply(drug, dose, drug.strength_unit, frequency, days, UNITS)
    total = Decimal(given_out.handed_out)
    assert given_out.handed_out == given_out.packs * drug.pack_size + given_out.loose
    if frequency.kind is not FrequencyKind.SINGLE:
        assert days_covered(drug, total, dose, drug.strength_unit, frequency, UNITS) >= days


@given(DRUGS, DOSES, FREQUENCIES, DAYS)
def test_leftover_is_less_than_one_pack_and_none_where_packs_are_split(drug, dose, frequency, days) -> None:
    given_out = supply(drug, dose, drug.strength_unit, frequency, days, UNITS)
    assert 0 <= given_out.leftover < drug.pack_size
    assert not (drug.splittable and given_out.leftover)


@given(DRUGS, DOSES)
def test_a_dose_uses_up_no_less_than_it_holds_and_less_than_one_portion_more(drug, dose) -> None:
    exact = units_in(drug, dose, drug.strength_unit, UNITS)
    used = units_used(drug, dose, drug.strength_unit, UNITS)
    step = {Portion.WHOLE: Fraction(1), Portion.HALF: Fraction(1, 2), Portion.CONTAINER: Fraction(0)}[
        drug.portion
    ]
    assert exact <= used <= exact + step


@given(DRUGS, DOSES, FREQUENCIES, DAYS, DAYS)
def test_more_days_never_need_less(drug, dose, frequency, one, more) -> None:
    short = supply(drug, dose, drug.strength_unit, frequency, one, UNITS)
    long = supply(drug, dose, drug.strength_unit, frequency, one + more, UNITS)
    assert short.needed <= long.needed


@given(DRUGS, DOSES)
def test_a_dose_put_into_another_unit_and_back_is_the_same(drug, dose) -> None:
    other = {"g": "mg", "mg": "g", "μg": "mg", "万U": "U", "U": "万U", "IU": "U", "ml": "L"}.get(
        drug.strength_unit
    )
    assume(other is not None)
    there = dose_fraction(drug, Fraction(dose), drug.strength_unit, str(other), UNITS)
    assert dose_fraction(drug, there, str(other), drug.strength_unit, UNITS) == Fraction(dose)


@pytest.mark.parametrize(
    ("drug_id", "dose", "unit"),
    [
        ("D001", "5", "ml"),
        ("D001", "2", "片"),
        ("D174", "1", "U"),
        ("D001", "0", "g"),
        ("D001", "-1", "g"),
        ("D001", "1", "?"),
    ],
)
def test_a_dose_that_cannot_be_is_refused_with_the_field_to_correct(
    drug_id: str, dose: str, unit: str
) -> None:
    with pytest.raises(Invalid) as caught:
        units_in(KNOWLEDGE.drugs.get(drug_id), Decimal(dose), unit, UNITS)
    assert caught.value.field in ("dose", "unit")


def test_no_days_are_refused() -> None:
    with pytest.raises(Invalid):
        dose_count(KNOWLEDGE.frequencies.get("tid"), 0)


def test_a_when_needed_drug_counts_its_daily_most() -> None:
    assert dose_count(KNOWLEDGE.frequencies.get("prn"), 3) == 12


def test_a_bottle_that_may_be_split_is_counted_in_loose_tablets() -> None:
    assert split_packs(KNOWLEDGE.drugs.get("D061"), 207) == (2, 7)


def test_the_price_of_packs_and_loose_units_is_to_the_cent() -> None:
    assert line_price(KNOWLEDGE.drugs.get("D001"), 2) == Decimal("25.60")
    assert line_price(KNOWLEDGE.drugs.get("D061"), 0, 7) == Decimal("0.36")


@pytest.mark.parametrize(("amount", "written"), [("15.8", "¥15.80"), ("0", "¥0.00"), ("1234.5", "¥1,234.50")])
def test_money_is_always_written_to_the_cent(amount, written):
    assert yuan(Decimal(amount)) == written

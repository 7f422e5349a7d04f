"""Doses and lines as they are typed, read, heard and printed (display rules S1 to S7)."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.core.errors import Invalid
from workstation.terminology.doses import (
    JOINER,
    NBSP,
    Regimen,
    Typed,
    dose_text,
    keep,
    medication_line,
    number,
    pack_text,
    parse_dose,
    per_kg,
    plain,
    supply_text,
)
from workstation.terminology.knowledge import load
from workstation.terminology.quantity import supply

KNOWLEDGE = load()
UNITS = KNOWLEDGE.units


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [
        (".5", "0.5", ""),
        ("0.50", "0.5", ""),
        ("1.0g", "1", "g"),
        ("1000", "1000", ""),
        ("1,000 mg", "1000", "mg"),
        ("０．５ｇ", "0.5", "g"),
        ("80万U", "80", "万U"),
        ("50ug", "50", "μg"),
        ("2片", "2", "片"),
        ("半片", "0.5", "片"),
        ("1片半", "1.5", "片"),
        (" 10 ml ", "10", "ml"),
        ("300单位", "300", "IU"),
    ],
)
def test_a_typed_dose_is_read(typed: str, value: str, unit: str) -> None:
    assert parse_dose(typed, UNITS) == Typed(Decimal(value), unit)


def test_a_dose_for_each_kilogram_asks_for_the_weight() -> None:
    assert parse_dose("10mg/kg", UNITS) == Typed(Decimal(10), "mg", per_kg=True)
    assert per_kg(Decimal(10), Decimal("62")) == Decimal(620)
    assert per_kg(Decimal("7.5"), Decimal("3.333")) == Decimal("24.998")


@pytest.mark.parametrize("typed", ["", "abc", "1.2.3", "0", "0.0g", "-1", "5 xyz", "1,00", "1e3", "½", "1/2"])
def test_what_is_no_dose_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_dose(typed, UNITS)
    assert caught.value.field == "dose"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("5.0", "5"),
        ("0.50", "0.5"),
        (".5", "0.5"),
        ("1000", "1,000"),
        ("1234567.80", "1,234,567.8"),
        ("1E+3", "1,000"),
    ],
)
def test_a_number_has_no_trailing_zero_a_leading_zero_and_commas(value: str, text: str) -> None:
    assert number(Decimal(value)) == text


@pytest.mark.parametrize(
    ("dose", "unit", "chinese", "english"),
    [
        ("0.5", "g", "0.5 g", "0.5 g"),
        ("50", "μg", "50 微克", "50 mcg"),
        ("10", "U", "10 单位", "10 units"),
        ("4000", "IU", "4,000 单位", "4,000 units"),
        ("80", "万U", "80 万单位 (800,000 单位)", "800,000 units"),
        ("0.5", "片", "半片", "half a tablet"),
        ("1.5", "片", "1 片半", "1 and a half tablets"),
        ("1", "片", "1 片", "1 tablet"),
        ("2", "片", "2 片", "2 tablets"),
        ("15", "ml", "15 mL", "15 mL"),
        ("1", "适量", "适量", "a thin layer"),
        ("25", "μg/h", "25 微克/小时", "25 mcg/hour"),
    ],
)
def test_a_dose_is_written_safely_in_both_languages(dose: str, unit: str, chinese: str, english: str) -> None:
    assert dose_text(Decimal(dose), unit, UNITS, "zh_CN") == chinese
    assert dose_text(Decimal(dose), unit, UNITS, "en") == english


def _line(drug_id: str, tongue: str, note: str = ""):
    drug, usual = KNOWLEDGE.drugs.get(drug_id), KNOWLEDGE.templates(drug_id)[0]
    regimen = Regimen(
        usual.dose,
        usual.unit,
        KNOWLEDGE.routes.get(usual.route),
        KNOWLEDGE.frequencies.get(usual.frequency),
        usual.days,
        note,
    )
    return medication_line(drug, regimen, UNITS, tongue)


def test_a_line_reads_in_the_order_of_the_display_rules() -> None:
    assert _line("D001", "zh_CN").plain == "阿莫西林胶囊 — 规格 0.25 g — 剂量 0.5 g — 口服 — 每日 3 次 — 3 天"
    english = (
        "amoxicillin — strength 0.25 g — capsule — DOSE 0.5 g — by mouth — three times a day — for 3 days"
    )
    assert _line("D001", "en").plain == english


def test_a_line_is_spoken_with_units_in_words() -> None:
    assert _line("D001", "zh_CN").spoken == "阿莫西林胶囊，规格0.25克，剂量0.5克，口服，每日3次，3天"
    assert "dose 0.5 grams, by mouth" in _line("D001", "en").spoken
    assert "units" in _line("D089", "en").spoken


def test_a_single_dose_has_no_duration_and_a_note_comes_last() -> None:
    shown = _line("D062", "zh_CN", "缓慢推注").plain
    assert shown.endswith("立即 1 次 — 缓慢推注")


def test_an_attribute_never_breaks_and_the_line_breaks_only_around_dashes() -> None:
    display = _line("D001", "zh_CN").display
    assert [plain(p) for p in display.split(" ")] == [
        plain(p) for p in " — ".join(_line("D001", "zh_CN").parts).split(" ")
    ]
    assert all(" " not in part for part in _line("D001", "zh_CN").parts)


@given(st.text(st.sampled_from("每日3次 0.5gmL片(剂量)a,"), max_size=20))
def test_joining_and_stripping_give_the_text_back(text: str) -> None:
    joined = keep(text)
    assert plain(joined) == text
    assert " " not in joined
    for before, after in itertools.pairwise(joined):
        if "\u4e00" <= before <= "\u9fff":
            assert after in (JOINER, NBSP)


def test_a_supply_says_packs_units_and_what_is_needed() -> None:
    drug = KNOWLEDGE.drugs.get("D001")
    given_out = supply(drug, Decimal("0.5"), "g", KNOWLEDGE.frequencies.get("tid"), 10, UNITS)
    assert supply_text(drug, given_out, "zh_CN") == "3 盒 (72 粒, 用 60)"
    assert supply_text(drug, given_out, "en") == "3 boxes (72 capsules, 60 needed)"
    loose = KNOWLEDGE.drugs.get("D061")
    few = supply(loose, Decimal(20), "mg", KNOWLEDGE.frequencies.get("qd"), 7, UNITS)
    assert supply_text(loose, few, "zh_CN") == "7 片"


def test_a_pack_is_described_with_its_strength() -> None:
    assert pack_text(KNOWLEDGE.drugs.get("D001"), UNITS, "zh_CN") == "0.25 g × 24 粒"
    assert pack_text(KNOWLEDGE.drugs.get("D062"), UNITS, "en") == "20 mg in 2 mL × 10 ampoules"
    assert "甲氧苄啶 80 mg" in pack_text(KNOWLEDGE.drugs.get("D037"), UNITS, "zh_CN")

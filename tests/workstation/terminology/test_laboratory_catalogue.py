"""The laboratory's catalogue: every age has one range, every code is LOINC, every unit UCUM, every panel its tests."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from workstation.terminology.knowledge import load
from workstation.terminology.laboratory import Age, LabRange, age, plain_unit

LABORATORY = load().laboratory
ON = date(2026, 3, 17)
UNIT = r"(10\*\d+|%|[munpfk]?(?:g|L|mol)|m?\[IU\]|U|s|mm|mm\[Hg\]|\[pH\]|\[HPF\]|\{[\w.]+\}|1|h|min|fL|pg|\(24\.h\))"
UCUM = re.compile(rf"/?{UNIT}(/{UNIT})*(\{{[\w.]+\}})?")


def days(bound: Age | None, default: float) -> float:
    return bound.number * {"d": 1, "m": 30.4375, "y": 365.25}[bound.unit] if bound is not None else default


def group(test: str, sex: str) -> list[LabRange]:
    """The ranges of one sex, the youngest first."""
    found = [r for r in LABORATORY.ranges(test) if r.sex in ("any", sex)]
    return sorted(found, key=lambda r: days(r.start, 0))


def check_digit(loinc: str) -> bool:
    """LOINC codes end in a Luhn digit."""
    body, digit = loinc.split("-")
    doubled = [int(c) * 2 if place % 2 == 0 else int(c) for place, c in enumerate(reversed(body))]
    return (10 - sum(n - 9 if n > 9 else n for n in doubled) % 10) % 10 == int(digit)


def test_at_least_sixty_tests_and_panels_can_be_ordered():
    assert len(LABORATORY) >= 60
    assert len(LABORATORY.panels) >= 20
    assert len(LABORATORY.tests) >= 120


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize("test", list(LABORATORY.tests))
def test_the_ranges_of_a_test_leave_no_age_out_and_name_none_twice(test, sex):
    ranges = group(test, sex)
    assert ranges, f"{test} has no range for {sex}"
    assert ranges[0].start is None
    assert ranges[-1].end is None
    for young, old in pairwise(ranges):
        assert young.end == old.start, (test, young, old)


@pytest.mark.parametrize("test", list(LABORATORY.tests.values()), ids=lambda t: t.code)
def test_a_test_is_coded_measured_and_taken_in_a_tube_that_exists(test):
    for loinc in filter(None, (test.loinc, *test.also)):
        assert check_digit(loinc), loinc
    assert UCUM.fullmatch(test.ucum), test.ucum
    assert (test.ucum in ("1", "[pH]", "{INR}")) == (not test.unit)
    assert test.specimen in LABORATORY.specimens
    assert test.tube in LABORATORY.tubes
    assert test.kind in ("quantity", "coded", "text")
    assert test.hours > 0
    assert all((test.name_zh, test.name_en, test.short, test.initials))


def test_no_loinc_code_stands_for_two_tests():
    codes = [loinc for t in LABORATORY.tests.values() for loinc in (t.loinc, *t.also) if loinc]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("panel", list(LABORATORY.panels.values()), ids=lambda p: p.code)
def test_a_panel_holds_tests_of_one_tube_each_once(panel):
    tests = [LABORATORY.tests[code] for code in panel.tests]
    assert len(tests) == len(set(panel.tests)) >= 2
    assert {(t.specimen, t.tube) for t in tests} == {(panel.specimen, panel.tube)}
    assert not panel.loinc or check_digit(panel.loinc)


def test_limits_stand_in_order_critical_ones_outside_and_every_one_waits_to_be_confirmed():
    for test in LABORATORY.tests:
        for r in LABORATORY.ranges(test):
            stand = [v for v in (r.critical_low, r.low, r.high, r.critical_high) if v is not None]
            assert stand == sorted(stand), r
            assert r.confirm
            assert r.source


@pytest.mark.parametrize(
    ("test", "sex", "birth", "low", "high", "critical"),
    [
        ("HGB", "male", "1958-03-09", "130", "175", ("50", "200")),
        ("HGB", "female", "1990-01-01", "115", "150", ("50", "200")),
        ("HGB", "female", "2025-12-17", "97", "183", ("60", "200")),
        ("WBC", "unknown", "1990-01-01", "3.5", "9.5", ("1.0", "50")),
        ("K", "male", "1958-03-09", "3.5", "5.3", ("2.8", "6.2")),
        ("GLU", "male", "2026-03-10", None, None, ("1.7", "22.2")),
        ("CREA", "female", "1966-03-18", "41", "73", (None, None)),
        ("CREA", "female", "1966-03-17", "41", "81", (None, None)),
    ],
)
def test_limits_follow_sex_and_age_to_the_day(test, sex, birth, low, high, critical):
    found = LABORATORY.range_for(test, sex, birth, ON)
    assert found is not None
    wanted = (low, high, *critical)
    given = (found.low, found.high, found.critical_low, found.critical_high)
    assert given == tuple(Decimal(v) if v else None for v in wanted)


@pytest.mark.parametrize(("sex", "birth"), [("unknown", "1990-01-01"), ("female", "")])
def test_without_sex_or_age_a_range_that_depends_on_it_is_not_guessed(sex, birth):
    assert LABORATORY.range_for("HGB", sex, birth, ON) is None


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("x", "CBC"), ("xc", "CBC"), ("xcg", "CBC"), ("dj", "LYTES"), ("gg", "LFT"), ("sg", "RFT"),
        ("xz", "LIPID"), ("nc", "URINE"), ("xt", "GLU"), ("xj", "K"), ("xjm", "CARDIAC"), ("jgdb", "TNI"),
        ("血气", "ABG"), ("2823-3", "K"), ("potassium", "K"), ("hba1c", "HBA1C"),
    ],
)  # fmt: skip
def test_what_is_typed_finds_the_most_usual_first(typed, first):
    assert LABORATORY.search(typed)[0].code == first


def test_a_part_of_a_panel_is_not_ordered_alone_but_is_known():
    assert LABORATORY.search("WBC") == []
    assert LABORATORY.item("WBC") is None
    assert LABORATORY.known("WBC") is LABORATORY.by_loinc("6690-2")


def test_sets_hold_what_can_be_ordered():
    assert {"admission", "before-surgery", "fever"} <= {s.code for s in LABORATORY.sets}
    assert all(LABORATORY.item(code) is not None for s in LABORATORY.sets for code in s.items)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("×10⁹/L", "10*9/L"),
        ("10^9/L", "10E9/L"),
        ("μmol/L", "umol/L"),
        ("µmol/l", "umol/L"),
        ("mg/L FEU", "mg/L"),
    ],
)
def test_one_unit_in_two_spellings_is_one_unit(one, other):
    assert plain_unit(one) == plain_unit(other)


@pytest.mark.parametrize(("one", "other"), [("mg/dL", "mmol/L"), ("g/L", "mg/L"), ("U/L", "ukat/L")])
def test_two_units_are_never_one(one, other):
    assert plain_unit(one) != plain_unit(other)


def test_an_age_that_is_none_is_refused():
    assert age("") is None
    with pytest.raises(ValueError, match="no age"):
        age("18w")

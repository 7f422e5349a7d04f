"""The early warning score NEWS2: every limit of the table, and the two worked cases of the scale's description."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workstation.rules.early_warning import PARAMETERS, Readings, applies, score
from workstation.terminology.knowledge import load

TABLE = load().early_warning
NORMAL = {
    "respiration": "16",
    "spo2": "97",
    "oxygen": "0",
    "systolic": "120",
    "pulse": "70",
    "temperature": "36.8",
}
AIR, OXYGEN = "0", "3"

# sign: value and score by the table of the Royal College of Physicians
TABLE_2017 = {
    "respiration": {"8": 3, "9": 1, "11": 1, "12": 0, "20": 0, "21": 2, "24": 2, "25": 3},
    "spo2": {"91": 3, "92": 2, "93": 2, "94": 1, "95": 1, "96": 0, "100": 0},
    "oxygen": {"0": 0, "0.5": 2, "15": 2},
    "systolic": {"90": 3, "91": 2, "100": 2, "101": 1, "110": 1, "111": 0, "219": 0, "220": 3},
    "pulse": {"40": 3, "41": 1, "50": 1, "51": 0, "90": 0, "91": 1, "110": 1, "111": 2, "130": 2, "131": 3},
    "temperature": {"35.0": 3, "35.1": 1, "36.0": 1, "36.1": 0, "38.0": 0, "38.1": 1, "39.0": 1, "39.1": 2},
}
LIMITS = [(sign, value, score) for sign, scores in TABLE_2017.items() for value, score in scores.items()]
SCALE_2 = [
    # SpO2, oxygen, score on scale 2
    ("83", AIR, 3), ("84", AIR, 2), ("85", AIR, 2), ("86", AIR, 1), ("87", AIR, 1), ("88", AIR, 0), ("92", AIR, 0),
    ("93", AIR, 0), ("100", AIR, 0), ("88", OXYGEN, 0), ("92", OXYGEN, 0), ("93", OXYGEN, 1), ("94", OXYGEN, 1),
    ("95", OXYGEN, 2), ("96", OXYGEN, 2), ("97", OXYGEN, 3),
]  # fmt: skip


def readings(consciousness: str = "A", **values: str) -> Readings:
    given = {**NORMAL, **values}
    return Readings(**{name: Decimal(v) for name, v in given.items()}, consciousness=consciousness)


@pytest.mark.parametrize(("sign", "value", "expected"), LIMITS)
def test_each_limit_scores_as_the_table_says(sign: str, value: str, expected: int) -> None:
    found = score(readings(**{sign: value}), TABLE)
    assert dict(found.parts)[sign] == expected
    assert found.total == expected


@pytest.mark.parametrize(("spo2", "oxygen", "expected"), SCALE_2)
def test_scale_2_of_oxygen_saturation_looks_at_the_oxygen_too(spo2: str, oxygen: str, expected: int) -> None:
    assert dict(score(readings(spo2=spo2, oxygen=oxygen), TABLE, scale=2).parts)["spo2"] == expected


@pytest.mark.parametrize(("state", "expected"), [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)])
def test_anything_but_alert_scores_three(state: str, expected: int) -> None:
    assert score(readings(state), TABLE).total == expected


def test_the_worked_case_scores_seven_and_is_high() -> None:
    found = score(
        readings(respiration="22", spo2="94", systolic="105", pulse="115", temperature="38.5"), TABLE
    )
    assert dict(found.parts) == {
        "respiration": 2, "spo2": 1, "oxygen": 0, "systolic": 1, "pulse": 2, "consciousness": 0, "temperature": 1,
    }  # fmt: skip
    assert (found.total, found.level.code, found.complete) == (7, "high", True)


def test_normal_signs_score_nothing() -> None:
    found = score(readings(), TABLE)
    assert (found.total, found.level.code) == (0, "none")


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ({"pulse": "95"}, "low"),
        ({"pulse": "95", "systolic": "95", "temperature": "38.5"}, "low"),
        ({"respiration": "26"}, "low-medium"),
        ({"respiration": "22", "systolic": "95", "pulse": "95"}, "medium"),
        ({"respiration": "26", "systolic": "95"}, "medium"),
        ({"respiration": "26", "systolic": "85", "pulse": "95"}, "high"),
    ],
)
def test_the_level_follows_the_total_and_a_single_three_is_enough_for_the_ward(
    values: dict[str, str], level: str
) -> None:
    assert score(readings(**values), TABLE).level.code == level


def test_a_score_with_signs_missing_names_them_and_is_not_complete() -> None:
    found = score(Readings(pulse=Decimal(120), temperature=Decimal("38.5")), TABLE)
    assert (found.total, found.complete) == (3, False)
    assert found.missing == ("respiration", "spo2", "oxygen", "systolic", "consciousness")
    assert Readings().empty
    assert not Readings(consciousness="A").empty


def test_a_value_between_two_bands_is_rounded_and_every_whole_number_has_a_score() -> None:
    assert dict(score(readings(temperature="35.05"), TABLE).parts)["temperature"] == 1
    for sign, most in (("respiration", 60), ("spo2", 100), ("systolic", 260), ("pulse", 220)):
        for value in range(most + 1):
            assert sign in dict(score(readings(**{sign: str(value)}), TABLE).parts)
    for tenth in range(300, 430):
        assert len(score(readings(temperature=str(Decimal(tenth) / 10)), TABLE).parts) == len(PARAMETERS)


@pytest.mark.parametrize(
    ("age", "pregnant", "fits"),
    [(15, False, False), (16, False, True), (None, False, True), (30, True, False)],
)
def test_it_is_not_made_for_children_or_in_pregnancy(age: int | None, pregnant: bool, fits: bool) -> None:
    assert applies(TABLE, age, pregnant) is fits

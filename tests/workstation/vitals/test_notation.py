"""The ward's own way of writing: stool counts and urine, as the temperature chart has them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workstation.core.errors import Invalid
from workstation.vitals.notation import Urine, stool, urine


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("0", "0"), ("1", "1"), ("12", "12"), ("1/E", "1/E"), ("1/e", "1/E"), ("3/2E", "3/2E"), ("3 / 2 e", "3/2E"),
        ("1 2/E", "1 2/E"), ("1  2/e", "1 2/E"), ("1 2/2E", "1 2/2E"), ("3/1E", "3/E"), ("*", "*"), ("＊", "*"),
        ("☆", "☆"), ("s", "☆"), ("０", "0"), ("03", "3"),
    ],
)  # fmt: skip
def test_a_stool_count_is_read_and_written_the_charts_way(typed: str, written: str) -> None:
    assert stool(typed) == written


@pytest.mark.parametrize(
    "typed", ["", "-1", "1.5", "x", "1 2", "3/0E", "E", "1/EE", "41", "1//E", "**", "☆1"]
)
def test_what_the_chart_has_no_sign_for_is_refused_with_the_signs_there_are(typed: str) -> None:
    with pytest.raises(Invalid) as caught:
        stool(typed)
    assert caught.value.field == "stool"
    assert "3/2E" in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "found", "written"),
    [
        ("1500", Urine(Decimal(1500)), "1500"),
        ("1500/c", Urine(Decimal(1500), catheter=True), "1500/C"),
        ("１５００／Ｃ", Urine(Decimal(1500), catheter=True), "1500/C"),
        ("*", Urine(None), "*"),
        ("0", Urine(Decimal(0)), "0"),
    ],
)
def test_urine_may_come_by_catheter_or_not_be_held(typed: str, found: Urine, written: str) -> None:
    assert urine(typed) == found
    assert found.text == written


@pytest.mark.parametrize("typed", ["", "-5", "12.5", "C", "1500/D", "☆"])
def test_anything_else_is_no_amount_of_urine(typed: str) -> None:
    with pytest.raises(Invalid):
        urine(typed)

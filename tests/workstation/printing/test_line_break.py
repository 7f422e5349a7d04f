"""A number never loses its unit, a range its end, a label its value."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.printing import fonts
from workstation.printing.line_break import JOINERS, NO_END, NO_START, break_lines, plain, tokens, unbroken

SENTENCES = [
    "头孢呋辛酯片每次0.5 g口服，静滴速度20～40 滴/分，肝素钠12,500 IU皮下，胰岛素<0.5 IU/kg，12:30给药，"
    "用量≥1.5 mg，5 µg/kg·min，-2.5℃，剂量\u2060500\u00a0mg\u2060每日\u20603\u00a0次",
    "琥珀酸美托洛尔缓释片47.5mg口服每日一次，血钾4.12mmol/L；肌酐：89.5μmol/L，体温36.8℃，血压152/96mmHg。",
    "metoprolol succinate 47.5 mg once daily; serum potassium 4.12 mmol/L, BP 152/96 mmHg, Hb 138 g/L, 2 – 4 tablets.",
    "白细胞9.8×10⁹/L，eGFR≥60 mL/min/1.73m²，疼痛评分3～5分，随访日期2026-01-17 09:30，共3至5天。",
]
QUANTITIES = [
    "0.5 g", "47.5mg", "20～40 滴/分", "12,500 IU", "<0.5 mg/kg", "≥ 1.5 mg", "-2.5℃", "36.8 ℃", "152/96 mmHg",
    "9.8×10⁹/L", "100 mg×30 片/盒", "3～5 天", "2 – 4 tablets", "0.5 g～1 g", "2026-01-17", "09:30", "每日 2 次",
    "剂量 500 mg", "DOSE 40 mg", "Hb 138 g/L", "1.73m²", "5 µg/kg·min", "每8小时", "98%", "10 mL/次",
]  # fmt: skip
WORDS = [
    "口服",
    "患者",
    "，",
    "。",
    "（",
    "）",
    "静脉滴注",
    "metoprolol",
    "缓释片",
    "——",
    "、",
    "“",
    "”",
    " ",
    "天气",
]
BROKEN = re.compile(r"[\d.,:～~<≥≤\-/\u2060\u00a0]\n[\dA-Za-zµμ.滴次天片℃ \u2060\u00a0]")
WIDTHS_MM = range(20, 71)


def measure(text: str) -> float:
    return fonts.width(text, 9.0)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("width", WIDTHS_MM)
def test_no_width_parts_a_dose_in_real_sentences(sentence: str, width: int) -> None:
    lines = break_lines(sentence, measure, width)
    assert "".join(lines) == sentence
    assert not BROKEN.search("\n".join(lines))


@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(QUANTITIES)), min_size=1, max_size=12),
    st.sampled_from(WIDTHS_MM),
)
def test_a_quantity_stays_whole_wherever_it_stands(parts: list[tuple[str, str]], width: int) -> None:
    text, inside = "", []
    for word, quantity in parts:
        text += word + "，"
        inside += [(len(text), len(text) + len(quantity))]
        text += quantity + "，"
    seams = _seams(break_lines(text, measure, width))
    assert not [(a, b) for a, b in inside for seam in seams if a < seam < b]


@given(st.text(alphabet="口服药a1.，。（）\u2060\u00a0 mg每日～5", max_size=120), st.sampled_from(WIDTHS_MM))
def test_any_text_comes_back_whole_and_joiners_hold(text: str, width: int) -> None:
    lines = break_lines(text, measure, width)
    assert "".join(lines) == text
    for before, after in pairwise(lines):
        assert before[-1] not in JOINERS
        assert after[0] not in JOINERS
        assert after[0] not in NO_START + " "
        assert before[-1] not in NO_END
    for line in lines:
        assert measure(line.rstrip(" ")) <= width or len(tokens(line)) == 1


def test_composed_text_is_never_parted() -> None:
    attribute = unbroken("剂量 500 mg 每日 3 次")
    assert break_lines(f"阿莫西林胶囊{attribute}", measure, 20)[-1] == attribute
    assert plain(attribute) == "剂量 500 mg 每日 3 次"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Alexandrovskaya-Konstantinopolskaya", ["Alexandrovskaya-", "Konstantinopolskaya"]),
        ("MZ20260117-0032", ["MZ20260117-0032"]),
        ("买买提·阿不都", ["买", "买", "提·", "阿", "不", "都"]),
        ("José Müller", ["José ", "Müller"]),
        ("每日一次", ["每日一次"]),
        ("肌酐：89.5μmol/L", ["肌", "酐：89.5μmol/L"]),
    ],
)
def test_words_and_names_break_only_where_a_reader_would(text: str, pieces: list[str]) -> None:
    assert tokens(text) == pieces


def _seams(lines: list[str]) -> list[int]:
    seams, at = [], 0
    for line in lines[:-1]:
        at += len(line)
        seams.append(at)
    return seams

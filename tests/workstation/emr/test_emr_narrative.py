"""Typed text and FHIR narrative are the same text, whatever was typed; foreign markup becomes plain text."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.emr.narrative import clean, from_xhtml, struck_in, to_xhtml, unfilled

TYPED = st.text(st.characters(exclude_categories=("Cs",)), max_size=200).map(lambda t: clean(t)[0])


@given(TYPED)
def test_any_text_comes_back_exactly_as_it_was_typed(text):
    div = to_xhtml(text)
    ET.fromstring(div)  # noqa: S314 - made here, and it must be well formed
    assert from_xhtml(div) == text


@pytest.mark.parametrize(
    "text",
    ["a < b & c > d", "<script>alert(1)</script>", "两行\n\n  缩进\t制表", "&lt; is not <", '"quoted"'],
)
def test_markup_is_text_and_never_markup(text):
    div = to_xhtml(text)
    assert "<script" not in div
    assert from_xhtml(div) == text


def test_a_long_note_of_ten_thousand_lines_comes_back_whole():
    text = "\n".join(f"第 {n} 行：血压 152/94 mmHg" for n in range(10_000))
    assert from_xhtml(to_xhtml(text)) == text


def test_struck_wording_stands_apart_from_the_text():
    div = to_xhtml("右下肺可闻及湿啰音", "左下肺可闻及湿啰音")
    assert from_xhtml(div) == "右下肺可闻及湿啰音"
    assert struck_in(div) == "左下肺可闻及湿啰音"


@pytest.mark.parametrize(
    ("div", "text"),
    [
        ('<div xmlns="http://www.w3.org/1999/xhtml">\n  <p>Cough for\n  5 days</p>\n  <p>No fever</p>\n</div>',
         "Cough for 5 days\nNo fever"),
        ("<div><ul><li>one</li><li>two</li></ul></div>", "one\ntwo"),
        ("<div><table><tr><td>Na</td><td>140</td></tr></table></div>", "Na\t140"),
        ("<div><style>p{}</style><script>x()</script>text</div>", "text"),
        ("<div>broken <p>markup", "broken \nmarkup"),
        ("", ""),
        ("<div/>", ""),
    ],
)  # fmt: skip
def test_narratives_from_elsewhere_become_plain_text(div, text):
    assert from_xhtml(div) == text


@pytest.mark.parametrize(
    ("text", "tidy", "count"),
    [
        ("a\x00b", "ab", 1),
        ("line\r\nline\rline", "line\nline\nline", 0),
        ("tab\tstays", "tab\tstays", 0),
        ("\u202e反向\u202c", "反向", 2),
        ("\ufeff开头", "开头", 1),
        ("生僻字𰻝", "生僻字𰻝", 0),
    ],
)
def test_invisible_characters_are_taken_out_and_counted(text, tidy, count):
    assert clean(text) == (tidy, count)


def test_wildcards_are_found_and_other_braces_are_not():
    assert unfilled("{复诊时间} 复查，{有/无}发热") == ["{复诊时间}", "{有/无}"]
    assert unfilled("{not\nclosed} }{") == []

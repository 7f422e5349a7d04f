"""How names may sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.terminology.pinyin import MOST, readings


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("单雄信", "shanxiongxin", "sxx"),
        ("仇英", "qiuying", "qy"),
        ("曾国藩", "zengguofan", "zgf"),
        ("朴正洙", "piaozhengzhu", "pzz"),
        ("翟志刚", "zhaizhigang", "zzg"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("查良镛", "zhaliangyong", "zly"),
        ("解晓东", "xiexiaodong", "xxd"),
        ("区志强", "ouzhiqiang", "ozq"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟卨", "moqixie", "mqx"),
        ("欧阳建国", "ouyangjianguo", "oyjg"),
        ("买买提·阿不都拉", "maimaitiabudula", "mmtabdl"),
        ("John Smith", "johnsmith", "js"),
        ("SMITH, José", "smithjose", "sj"),
        ("张玮", "zhangwei", "zw"),
    ],
)
def test_a_name_is_read_as_people_call_it(name: str, full: str, initials: str) -> None:
    found = readings(name)
    assert found.full[0] == full
    assert found.initials[0] == initials


def test_other_readings_of_a_surname_and_of_a_given_name_are_kept() -> None:
    assert readings("单雄信").initials == ("sxx", "dxx")
    assert set(readings("曾晓乐").full) == {"zengxiaole", "zengxiaoyue", "cengxiaole", "cengxiaoyue"}


def test_a_surname_reading_belongs_to_the_surname_only() -> None:
    assert readings("李单").full[0] == "lidan"


def test_an_empty_name_has_no_reading() -> None:
    assert readings("").full == ()
    assert readings(" · ").full == ()


def test_a_character_nobody_can_read_keeps_its_place() -> None:
    assert readings("𠮷田").full == ("𠮷tian",)


@given(st.text(st.sampled_from("单曾乐行长重吕女都藏会尉迟李 王aB·é"), max_size=12))
def test_readings_are_few_lower_case_and_without_blanks(name: str) -> None:
    found = readings(name)
    assert len(found.full) <= MOST
    for text in (*found.full, *found.initials):
        assert text == text.casefold()
        assert " " not in text
        assert text

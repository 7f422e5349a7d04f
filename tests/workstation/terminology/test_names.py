"""Names that are mixed up when heard, and names on a public screen."""

from __future__ import annotations

import pytest

from workstation.terminology.names import Alike, alike, masked, sounds


def test_same_and_same_sounding_names_are_marked_and_others_are_not() -> None:
    listed = [("1", "张伟"), ("2", "张玮"), ("3", "张伟"), ("4", "章薇"), ("5", "李四"), ("6", "")]
    assert alike(listed) == {"1": Alike.SAME, "3": Alike.SAME, "2": Alike.SOUND, "4": Alike.SOUND}


def test_one_person_listed_twice_is_not_a_mix_up() -> None:
    assert alike([("1", "张伟"), ("1", "张伟")]) == {}


def test_the_kind_of_middle_dot_and_blanks_make_no_other_name() -> None:
    assert set(
        alike([("1", "阿里木·江"), ("2", "阿里木•江"), ("3", "SMITH, Ann"), ("4", "Smith,Ann")]).values()
    ) == {Alike.SAME}


def test_a_polyphonic_name_sounds_like_either_reading() -> None:
    assert alike([("1", "单雄"), ("2", "善雄")]) == {"1": Alike.SOUND, "2": Alike.SOUND}
    assert {"shanxiong", "danxiong"} <= sounds("单雄")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张伟", "张*"),
        ("张小明", "张*明"),
        ("欧阳建国", "欧阳*国"),
        ("欧阳娜", "欧阳*"),
        ("阿不都热合曼·买买提", "阿*提"),
        ("张", "张*"),
        ("SMITH, Mary-Ann O'Neil", "S*, M* O*"),
        ("", ""),
    ],
)
def test_a_public_screen_shows_a_masked_name(name: str, shown: str) -> None:
    assert masked(name) == shown

"""Nothing is elided: type shrinks, lines wrap, rows flow on."""

from __future__ import annotations

import pytest

from workstation.printing.layout import (
    MIN_SIZE,
    Cell,
    Row,
    Type,
    breakable,
    columns,
    fitted,
    lines_of,
    paginate,
    total,
)
from workstation.printing.line_break import unbroken

LONG = unbroken("剂量 500 mg 每日 3 次 餐后")


@pytest.mark.parametrize("width", [12, 20, 30, 50])
def test_lines_fit_their_column_and_lose_nothing(width: float) -> None:
    lines, type_ = lines_of(f"阿莫西林胶囊{LONG}", width, Type(9.5))
    assert "".join(lines) == f"阿莫西林胶囊{LONG}"
    assert all(type_.width(line) <= width + 0.02 for line in lines)


def test_an_attribute_shrinks_before_it_is_parted() -> None:
    full = Type(9.5).width(LONG)
    lines, type_ = lines_of(LONG, full * 0.8, Type(9.5))
    assert lines == [LONG]
    assert MIN_SIZE <= type_.size < 9.5


def test_shrinking_ends_where_reading_ends() -> None:
    assert fitted("很长的名称" * 20, 10, Type(9.5)).size == MIN_SIZE


def test_the_tallest_cell_makes_the_height_of_its_group() -> None:
    (one,) = columns([Cell("姓名", "李小明", 40), Cell("性别", "男", 20)], Type(7))
    (two,) = columns([Cell("姓名", "Anna Maria Konstantinopolskaya", 40), Cell("性别", "男", 20)], Type(7))
    assert two.height > one.height
    assert [piece.text for piece in two.pieces] == ["姓名", "Anna Maria", "Konstantinopolskaya", "性别", "男"]


def test_a_long_single_cell_can_be_parted_by_a_page_end() -> None:
    rows = columns([Cell("临床诊断", "高血压病3级（极高危），2型糖尿病", 30)], Type(7))
    assert len(rows) > 1
    assert [bool(row.strokes) for row in rows] == [False] * (len(rows) - 1) + [True]


def test_blocks_stay_whole_unless_no_page_could_hold_them() -> None:
    row = Row(10.0, 8.0)
    pages = paginate([(row, row), (row, row), (row,) * 7], room=50.0, first=30.0)
    assert [total(page) for page in pages] == [20.0, 50.0, 40.0]


def test_no_single_line_is_left_behind_by_a_page_end() -> None:
    row = Row(10.0, 8.0)
    pages = paginate(breakable([row] * 6), room=50.0)
    assert [len(page) for page in pages] == [4, 2]

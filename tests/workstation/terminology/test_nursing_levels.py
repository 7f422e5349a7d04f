"""Marks of nursing levels: a site may have its own, but none that could be misread."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.core.errors import Unavailable
from workstation.terminology.knowledge import Knowledge, load
from workstation.terminology.levels import contrast
from workstation.terminology.sources import Sources

ROW = """
[[level]]
code = "nursing-1"
zh = "一级护理"
en = "first-level nursing care"
character = "{character}"
fill = "{fill}"
ink = "{ink}"
"""


def site(folder: Path, character: str, fill: str, ink: str) -> Knowledge:
    text = ROW.format(character=character, fill=fill, ink=ink)
    (folder / "nursing_levels.toml").write_text(text, "utf-8")
    return Knowledge(Sources(folder))


def test_the_built_in_levels_are_those_that_can_be_ordered_and_are_readable() -> None:
    knowledge = load()
    levels = knowledge.nursing_levels
    assert [level.character for level in levels.values()] == ["特", "一", "二", "三"]
    orderable = {order.code for order in knowledge.ward_orders if order.kind == "nursing-level"}
    assert set(levels) == orderable
    assert all(contrast(level.fill, level.ink) >= 4.5 for level in levels.values())


def test_black_on_white_is_the_greatest_contrast_there_is() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)


def test_a_site_may_use_its_own_colours(tmp_path: Path) -> None:
    level = site(tmp_path, "Ⅰ", "#F7D96B", "#15202B").nursing_levels["nursing-1"]
    assert (level.character, level.fill) == ("Ⅰ", "#F7D96B")


@pytest.mark.parametrize(
    ("character", "fill", "ink", "why"),
    [
        ("一", "#FF9F40", "#FFFFFF", "contrast 2.0"),
        ("一", "#8A8A8A", "#FFFFFF", "contrast 3.5"),
        ("", "#000000", "#FFFFFF", "no character"),
        (" ", "#000000", "#FFFFFF", "no character"),
        ("一级", "#000000", "#FFFFFF", "no character"),
        ("一", "red", "#FFFFFF", "#RRGGBB"),
    ],
)
def test_a_mark_that_could_be_misread_is_refused_with_the_reason(
    tmp_path: Path, character: str, fill: str, ink: str, why: str
) -> None:
    knowledge = site(tmp_path, character, fill, ink)
    with pytest.raises(Unavailable, match=why):
        knowledge.nursing_levels  # noqa: B018 - reading it loads it

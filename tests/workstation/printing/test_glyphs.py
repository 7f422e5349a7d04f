"""What the font cannot draw stops the printer, or is printed as its code: it never vanishes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from workstation.core import i18n
from workstation.printing.documents import PrescriptionPaper
from workstation.printing.fonts import missing, width
from workstation.printing.glyphs import MissingGlyphs, printable
from workstation.printing.render import render

UNDRAWABLE = "\U0002a6d6"


@pytest.fixture
def unprintable(prescription: PrescriptionPaper) -> PrescriptionPaper:
    line = replace(prescription.lines[0], note="☐ 已告知")
    subject = replace(prescription.subject, name=f"王{UNDRAWABLE}{UNDRAWABLE}")
    return replace(prescription, subject=subject, lines=(line,))


def test_missing_characters_stop_printing_and_are_named_with_their_field(
    unprintable: PrescriptionPaper,
) -> None:
    with pytest.raises(MissingGlyphs) as caught:
        render(unprintable)
    assert caught.value.found == (("subject.name", "U+2A6D6"), ("lines.note", "U+2610"))
    assert "U+2A6D6" in caught.value.message
    assert caught.value.hint


def test_the_error_speaks_the_language_of_the_screen(unprintable: PrescriptionPaper) -> None:
    i18n.set_language("zh_CN")
    with pytest.raises(MissingGlyphs) as caught:
        render(unprintable)
    assert "姓名：U+2A6D6" in caught.value.message
    assert "药品：U+2610" in caught.value.message


def test_codes_stand_in_plain_sight_when_allowed(unprintable: PrescriptionPaper, eyes: Any) -> None:
    text = eyes.squeezed(render(unprintable, allow_codes=True))
    assert "王〔U+2A6D6〕〔U+2A6D6〕" in text
    assert "〔U+2610〕已告知" in text


def test_what_can_be_drawn_is_left_alone(every_paper: tuple[Any, ...]) -> None:
    for paper in every_paper:
        assert printable(paper) == paper


@pytest.mark.parametrize("character", [*"䶮㛃𬭎·⁹₂²µ℃≥①Ⅱ〔", "\u2060", "\u00a0", "\u202f", "\n"])
def test_clinical_characters_are_drawable(character: str) -> None:
    assert list(missing(character)) == []


def test_width_is_additive_and_joiners_take_no_room() -> None:
    whole = width("阿司匹林\u206010⁹/L", 9)
    assert whole == pytest.approx(sum(width(c, 9) for c in "阿司匹林10⁹/L"))
    assert width("药", 10) == pytest.approx(3.528, abs=0.01)

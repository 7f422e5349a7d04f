"""Bed cards: they grow, nothing on them is cut, and every mark can be told without its colour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from tests.conftest import MORNING
from tests.ui.pages.ward_hands import Open
from ui.pages.ward_parts.card import SIZES, CardPainter
from ui.pages.ward_parts.cells import Cell
from ui.theme import theme
from workstation.chart.travel import Travelled
from workstation.desk import Desk
from workstation.inpatient.rows import BedRow, Occupant
from workstation.terminology.knowledge import load


def test_marks_a_site_made_unreadable_are_not_used_and_the_levels_stand_in_words(
    open_ward: Open, hospital: Desk
) -> None:
    folder: Path = hospital.folder / "knowledge"
    folder.mkdir()
    (folder / "nursing_levels.toml").write_text(
        '[[level]]\ncode = "nursing-1"\nzh = "一级护理"\nen = "level 1"\ncharacter = "一"\nfill = "#FFFFFF"\n'
        'ink = "#EEEEEE"\n',
        "utf-8",
    )
    hospital._knowledge = None
    page, _shell = open_ward()
    assert page.levels == {}
    assert page.banners.names()
    plan = page.board.painter.plan(page.board.cells[0], 168)
    assert any("first-level nursing care" in piece.text for piece in plan.top)


def cell(**more: object) -> Cell:
    who = Occupant("e", "p", "欧阳建国", "male", "1958-03-09", "M1", "ZY1", "2026-03-17", 1, **more)
    return Cell(BedRow("b", "12"), who)


LONG = (
    {"diagnosis": "慢性阻塞性肺疾病急性加重伴Ⅱ型呼吸衰竭、肺源性心脏病失代偿期、心功能Ⅳ级"},
    {"diet_name": "low-salt low-fat diabetic diet with restricted fluids", "diet": "x"},
    {"allergy": "known", "allergies": ("青霉素类", "磺胺类", "碘造影剂"), "condition": "critical"},
)


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("scale", [100, 150])
@pytest.mark.parametrize("more", LONG, ids=["diagnosis", "diet", "allergies"])
def test_a_card_grows_and_nothing_on_it_is_cut_or_lies_over_anything_else(
    app: QApplication, size: str, scale: int, more: dict[str, object]
) -> None:
    theme().apply(app, "light", "comfortable", scale)
    painter = CardPainter(load().nursing_levels, SIZES[size], MORNING)
    width = theme().px(SIZES[size].width)
    plan = painter.plan(cell(**more), width)
    assert plan.height > theme().px(SIZES[size].height) or size != "small"
    places = [piece.place for piece in plan.top]
    for number, place in enumerate(places):
        assert place.right() <= width - theme().px(8)
        assert place.bottom() + plan.bottom_height <= plan.height
        for other in places[number + 1 :]:
            crossing = place.intersected(other)
            assert crossing.width() < 1 or crossing.height() < 1
    theme().apply(app, "light", "comfortable", 100)


def painted(painter: CardPainter, card: Cell) -> bytes:
    """Paint one card, as its bytes."""
    picture = QImage(200, 180, QImage.Format.Format_Grayscale8)
    picture.fill(0)
    brush = QPainter(picture)
    painter.paint(brush, QRectF(0, 0, 200, 180), card)
    brush.end()
    return bytes(picture.constBits())


def test_levels_conditions_and_allergy_can_be_told_apart_without_their_colours(app: QApplication) -> None:
    plain = {
        code: replace(level, fill="#333333", ink="#FFFFFF") for code, level in load().nursing_levels.items()
    }
    painter = CardPainter(plain, SIZES["medium"], MORNING)
    marks: list[dict[str, object]] = [{"nursing": code} for code in plain]
    marks += [{"condition": "critical"}, {"condition": "serious"}]
    marks += [{"allergy": state} for state in ("known", "none", "unrecorded", "unavailable")]
    assert len({painted(painter, cell(**mark)) for mark in marks}) == len(marks)


def test_how_far_a_stay_has_travelled_can_be_told_apart_without_colour(app: QApplication) -> None:
    painter = CardPainter({}, SIZES["medium"], MORNING)
    states = ("received", "waiting", "failed", "conflict")
    cards = [cell(travelled=Travelled(state)) for state in states]
    assert len({painted(painter, card) for card in cards}) == len(states)

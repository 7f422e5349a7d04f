"""The temperature chart on paper: each rule of cn_rules 3.1 as shapes, and the page as it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from workstation.chart.temperature import (
    Break,
    ChartHeader,
    ChartPage,
    DayColumn,
    Event,
    EventKind,
    RateMark,
    Site,
    SlotText,
    TemperatureMark,
)
from workstation.printing import preview
from workstation.printing.documents import Stamp, TemperatureChart
from workstation.printing.drawing import Area, Drawing, Line, Ring, Shape, Words
from workstation.printing.forms import load_form
from workstation.printing.render import render
from workstation.printing.temperature_layout import drawing, event_text, han_time
from workstation.printing.temperature_plan import Plan
from workstation.terminology.ward_signs import ChartStyle

FIRST = date(2026, 3, 28)
HEADER = ChartHeader(
    "p1", "s1", "欧阳建国", "male", "68岁", "呼吸内科", "呼吸内科一病区", "12", "2026-03-28", "ZY260328AAA001",
    "社区获得性肺炎",
)  # fmt: skip
DAYS = tuple(
    DayColumn((FIRST + timedelta(days=n)).isoformat(), True, n + 1, weight="62.5" if n == 0 else "")
    for n in range(7)
)
EMPTY = ChartPage(HEADER, 1, 2, ChartStyle(legend=False), DAYS)


def at(slot: int) -> str:
    return (datetime(2026, 3, 28, 2) + timedelta(hours=4 * slot)).isoformat()


def temperature(slot: int, value: str, site: Site = Site.AXILLARY, *cooled: str) -> TemperatureMark:
    return TemperatureMark(slot, Decimal(value), site, at(slot), f"t{slot}", tuple(map(Decimal, cooled)))


def rate(slot: int, value: int, paced: bool = False) -> RateMark:
    return RateMark(slot, Decimal(value), at(slot), f"r{slot}-{value}", paced)


def lay(page: ChartPage, language: Any = "zh") -> Drawing:
    return drawing(TemperatureChart(language, "青囊示范医院", page), load_form("temperature_chart", language))


def added(**parts: Any) -> list[Shape]:
    """Give what a page has beyond an empty one."""
    without = list(lay(EMPTY).shapes)
    found = []
    for shape in lay(replace(EMPTY, **parts)).shapes:
        if shape in without:
            without.remove(shape)
        else:
            found.append(shape)
    return found


PLAN = Plan(EMPTY, load_form("temperature_chart", "zh"))


def x(slot: int) -> float:
    return PLAN.column(slot)


def y(value: str) -> float:
    return PLAN.degrees(Decimal(value))


def of(shapes: Sequence[Shape], kind: type, ink: str = "") -> list[Any]:
    return [s for s in shapes if isinstance(s, kind) and (not ink or s.ink == ink)]


# The scales


def test_a_degree_is_five_cells_and_twenty_beats() -> None:
    cell = PLAN.size("cell")
    assert y("37") - y("38") == pytest.approx(5 * cell)
    assert y("36.2") - y("36.4") == pytest.approx(cell)
    assert PLAN.beats(Decimal(76)) - PLAN.beats(Decimal(80)) == pytest.approx(cell)
    assert [PLAN.beats(Decimal(n)) for n in (20, 40, 180)] == pytest.approx([y("34"), y("35"), y("42")])


def test_the_line_at_37_is_red_and_the_boldest_of_the_degrees() -> None:
    degrees = {
        round(line.y1, 3): line
        for line in of(lay(EMPTY).shapes, Line)
        if line.y1 == line.y2 and PLAN.top <= line.y1 <= PLAN.bottom and line.x1 == PLAN.left
    }
    fever = degrees.pop(round(y("37"), 3))
    assert fever.ink == "red"
    assert fever.weight > max(line.weight for line in degrees.values())


def test_the_hours_are_the_sites_own() -> None:
    def hours(first: int) -> list[str]:
        page = replace(EMPTY, style=ChartStyle(first_hour=first, legend=False))
        return [w.text for w in of(lay(page).shapes, Words) if w.size == PLAN.size("hour")][:6]

    assert hours(2) == ["2", "6", "10", "14", "18", "22"]
    assert hours(4) == ["4", "8", "12", "16", "20", "24"]


# Temperature


def test_each_site_has_its_blue_mark() -> None:
    def mark(site: Site) -> list[Shape]:
        return added(temperatures=(temperature(9, "36.8", site),))

    (oral,) = mark(Site.ORAL)
    assert isinstance(oral, Ring)
    assert (oral.filled, oral.ink) == (True, "blue")
    (rectal,) = mark(Site.RECTAL)
    assert isinstance(rectal, Ring)
    assert (rectal.filled, rectal.ink) == (False, "blue")
    cross = mark(Site.AXILLARY)
    assert [type(s) for s in cross] == [Line, Line]
    assert {(round((c.x1 + c.x2) / 2, 6), round((c.y1 + c.y2) / 2, 6)) for c in of(cross, Line, "blue")} == {
        (round(x(9), 6), round(y("36.8"), 6))
    }
    (ear,), (forehead,) = mark(Site.EAR), mark(Site.FOREHEAD)
    assert isinstance(ear, Area)
    assert isinstance(forehead, Area)
    assert (ear.filled, forehead.filled) == (True, False)


def joins(shapes: Sequence[Shape], ink: str) -> list[tuple[int, int]]:
    """Give the pairs of columns that a line of this ink joins."""
    columns = {round(x(n), 4): n for n in range(42)}
    return [
        (columns[round(s.x1, 4)], columns[round(s.x2, 4)])
        for s in of(shapes, Line, ink)
        if round(s.x1, 4) in columns and round(s.x2, 4) in columns and s.x1 != s.x2
    ]


def test_temperatures_are_joined_but_not_across_a_refusal_or_what_has_not_risen() -> None:
    values = {1: "36.8", 2: "36.9", 5: "36.8", 6: "34.5", 7: "36.8"}
    marks = tuple(temperature(slot, value, Site.ORAL) for slot, value in values.items())
    breaks = (Break(3, "temperature", at(3), "拒测"), Break(1, "pulse", at(1), "拒测"))
    assert joins(added(temperatures=marks, breaks=breaks), "blue") == [(1, 2)]


def test_below_35_the_chart_says_so_upright_under_the_line() -> None:
    words = of(added(temperatures=(temperature(3, "34.5"),)), Words)
    assert [w.text for w in words] == ["不", "升"]
    assert {w.x for w in words} == {x(3)}
    assert all(y("35") < w.baseline < y("34") and w.ink == "blue" for w in words)


def test_after_cooling_there_is_a_red_ring_on_a_dashed_line_and_the_next_joins_the_one_before() -> None:
    shapes = added(temperatures=(temperature(2, "38.6", Site.ORAL, "37.8"), temperature(3, "38", Site.ORAL)))
    (ring,) = of(shapes, Ring, "red")
    assert (ring.x, ring.y, ring.filled) == (x(2), y("37.8"), False)
    (dashed,) = [line for line in of(shapes, Line, "red") if line.dashed]
    assert (dashed.x1, dashed.x2, dashed.y1) == (x(2), x(2), y("38.6"))
    assert dashed.y2 == pytest.approx(y("37.8") - ring.radius)
    (next_,) = of(shapes, Line, "blue")
    assert (next_.x1, next_.y1, next_.x2, next_.y2) == (x(2), y("38.6"), x(3), y("38"))


# Pulse and heart rate


def test_a_pulse_is_a_red_dot_and_a_heart_rate_a_red_ring() -> None:
    shapes = added(pulses=(rate(2, 80),), hearts=(rate(9, 110),))
    assert [(r.x, r.filled) for r in of(shapes, Ring, "red")] == [(x(2), True), (x(9), False)]


def test_where_the_pulse_falls_short_both_are_drawn_and_the_gap_is_hatched() -> None:
    shapes = added(pulses=(rate(2, 88),), hearts=(rate(2, 110),))
    strokes = [line for line in of(shapes, Line, "red") if line.x1 != line.x2]
    assert len(strokes) > 5
    top, low = PLAN.beats(Decimal(110)), PLAN.beats(Decimal(88))
    for line in strokes:
        assert top - 0.01 <= min(line.y1, line.y2) <= max(line.y1, line.y2) <= low + 0.01
        assert x(2) - PLAN.size("column") / 2 <= min(line.x1, line.x2)
        assert max(line.x1, line.x2) <= x(2) + PLAN.size("column") / 2
    assert [(r.y, r.filled) for r in of(shapes, Ring, "red")] == [(low, True), (top, False)]


def test_the_gap_closes_towards_a_pulse_near_by_and_both_rates_are_joined() -> None:
    shapes = added(pulses=(rate(2, 80), rate(3, 84), rate(4, 86)), hearts=(rate(3, 110), rate(4, 112)))
    ends = [(line.x1, line.y1, line.x2, line.y2) for line in of(shapes, Line, "red") if line.weight > 0.2]
    beats = [PLAN.beats(Decimal(n)) for n in (80, 110, 112)]
    assert (x(2), beats[0], x(3), beats[1]) in ends
    assert (x(3), beats[1], x(4), beats[2]) in ends


def test_a_pulse_on_a_temperature_is_a_ring_around_it_and_in_a_rectal_one_a_dot_inside() -> None:
    around = of(added(temperatures=(temperature(2, "37"),), pulses=(rate(2, 80),)), Ring)
    assert [(r.ink, r.filled) for r in around] == [("red", False)]
    assert around[0].radius > 1
    inside = of(added(temperatures=(temperature(2, "37", Site.RECTAL),), pulses=(rate(2, 80),)), Ring)
    assert [(r.ink, r.filled) for r in inside] == [("blue", False), ("red", True)]
    assert inside[1].radius < inside[0].radius
    apart = of(added(temperatures=(temperature(2, "37", Site.ORAL),), pulses=(rate(2, 84),)), Ring)
    assert [(r.ink, r.filled) for r in apart] == [("blue", True), ("red", True)]


def test_a_paced_heart_is_an_h() -> None:
    (letter,) = of(added(hearts=(rate(2, 72, paced=True),)), Words)
    assert (letter.text, letter.ink, letter.x) == ("H", "red", x(2))


def test_what_is_off_the_chart_stands_at_its_edge_with_its_value() -> None:
    shapes = added(temperatures=(temperature(2, "42.4", Site.ORAL),), pulses=(rate(9, 186), rate(12, 18)))
    assert {w.text for w in of(shapes, Words)} == {"42.4", "186", "18"}
    assert [r.y for r in of(shapes, Ring)] == [y("42"), y("42"), y("34")]


# Events and rows


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (10, 20, "十时二十分"), (9, 5, "九时零五分"), (14, 0, "十四时整"), (0, 10, "零时十分"),
        (23, 59, "二十三时五十九分"), (20, 30, "二十时三十分"),
    ],
)  # fmt: skip
def test_times_are_written_in_chinese_to_the_minute(hour: int, minute: int, words: str) -> None:
    assert han_time(hour, minute) == words


@pytest.mark.parametrize(
    ("kind", "more", "zh", "en"),
    [
        (EventKind.ADMISSION, {}, "入院十时二十分", "Admitted 10:20"),
        (EventKind.TRANSFER, {"place": "骨科病区"}, "转入骨科病区十时二十分", "To 骨科病区 10:20"),
        (EventKind.SURGERY, {}, "手术", "Operation"),
        (EventKind.DELIVERY, {}, "分娩十时二十分", "Delivery 10:20"),
        (EventKind.DISCHARGE, {}, "出院十时二十分", "Discharged 10:20"),
        (EventKind.DEATH, {}, "死亡十时二十分", "Died 10:20"),
        (EventKind.REASON, {"words": "外出"}, "外出", "外出"),
    ],
)
def test_each_event_has_its_words_an_operation_without_its_time(
    kind: EventKind, more: dict[str, str], zh: str, en: str
) -> None:
    event = Event(2, kind, at(2), 10, 20, **more)
    assert event_text(event, load_form("temperature_chart", "zh"), "zh") == zh
    assert event_text(event, load_form("temperature_chart", "en"), "en") == en


@pytest.mark.parametrize("ink", ["red", "blue"])
def test_events_stand_upright_between_42_and_40_in_the_sites_ink(ink: str) -> None:
    long = Event(2, EventKind.TRANSFER, at(2), 20, 20, "心血管内科第二病区")
    page = replace(EMPTY, style=ChartStyle(event_ink=ink, legend=False))
    before = of(lay(page).shapes, Words)
    words = [w for w in of(lay(replace(page, events=(long,))).shapes, Words) if w not in before]
    assert "".join(w.text for w in words) == "转入心血管内科第二病区二十时二十分"
    assert {w.x for w in words} == {x(2)}
    assert {w.ink for w in words} == {ink}
    assert all(y("42") < w.baseline <= y("40") for w in words)


def test_breaths_stand_above_and_below_in_turn_and_a_ventilators_as_r_in_a_circle() -> None:
    shapes = added(breaths=(SlotText(2, "20"), SlotText(5, "22"), SlotText(6, "14", ventilated=True)))
    words = of(shapes, Words)
    assert [w.text for w in words] == ["20", "22", "R"]
    assert words[0].baseline < words[1].baseline
    assert words[2].baseline == words[0].baseline
    assert [r.x for r in of(shapes, Ring)] == [x(6)]


@pytest.mark.parametrize(
    ("first", "written"),
    [
        ("2026-03-28", ["2026-03-28", "29", "30", "31", "04-01", "2", "3"]),
        ("2026-12-30", ["2026-12-30", "31", "2027-01-01", "2", "3", "4", "5"]),
    ],
)
def test_dates_are_written_in_full_only_where_year_or_month_is_new(first: str, written: list[str]) -> None:
    begin = date.fromisoformat(first)
    days = tuple(DayColumn((begin + timedelta(days=n)).isoformat(), True) for n in range(7))
    row = PLAN.head + PLAN.size("head_row")
    words = of(lay(replace(EMPTY, days=days)).shapes, Words)
    assert [w.text for w in words if PLAN.head < w.baseline < row and w.x > PLAN.left] == written


def test_allergies_are_red_with_a_plus_and_no_line_runs_through_them() -> None:
    shapes = lay(replace(EMPTY, allergies=("青霉素类", "磺胺类"))).shapes
    (words,) = [w for w in of(shapes, Words, "red") if "青霉素" in w.text]
    assert words.text == "青霉素类(+)、磺胺类(+)"
    through = [
        line
        for line in of(shapes, Line)
        if line.x1 == line.x2 and PLAN.left < line.x1 < PLAN.right and line.y1 < words.baseline < line.y2
    ]
    assert through == []


def test_a_long_diagnosis_shrinks_and_is_never_cut() -> None:
    long = "慢性阻塞性肺疾病急性加重期，Ⅱ型呼吸衰竭，肺源性心脏病失代偿期，2型糖尿病，高血压3级"
    page = replace(EMPTY, header=replace(HEADER, diagnosis=long))
    (words,) = [w for w in of(lay(page).shapes, Words) if w.text == long]
    assert words.size < PLAN.size("header")


# The paper


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_one_a4_sheet_of_vectors_with_everything_to_be_read(language: Any, eyes: Any) -> None:
    page = replace(
        EMPTY,
        style=ChartStyle(),
        temperatures=(temperature(2, "38.6", Site.AXILLARY, "37.8"), temperature(5, "34.2")),
        events=(Event(2, EventKind.ADMISSION, at(2), 10, 20),),
        header=replace(HEADER, synthetic=True),
    )
    pdf = render(
        TemperatureChart(language, "青囊示范医院", page, Stamp("2026-04-04 09:00", "陈洁", "内科护士站"), 1)
    )
    assert preview.page_count(pdf) == 1
    assert preview.page_size(pdf) == pytest.approx((210, 297), abs=0.1)
    text = eyes.squeezed(pdf)
    for wanted in ("欧阳建国", "ZY260328AAA001", "青囊示范医院", "2026-03-28", "62.5"):
        assert wanted in text
    wanted = (
        ("住院天数", "模拟数据", "补打1", "第1页共2页") if language == "zh" else ("Dayofstay", "Page1of2")
    )
    assert all(each in text for each in wanted)
    assert b"/Subtype /Image" not in pdf


def test_the_same_page_gives_the_same_bytes() -> None:
    chart = TemperatureChart("zh", "青囊示范医院", EMPTY)
    assert render(chart) == render(chart)


def test_a_rare_character_in_a_name_is_printed_as_its_code() -> None:
    page = replace(EMPTY, header=replace(HEADER, name="王\U00031350"))
    assert render(TemperatureChart("zh", "青囊示范医院", page), allow_codes=True)

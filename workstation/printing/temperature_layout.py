"""The temperature chart as a drawing: header, the rows above, grid and events, the rows below, legend and foot.

Pure: the same page and form give the same shapes, which the printer (`temperature_chart`) and the screen both draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from workstation.chart.temperature import Event, SlotText
from workstation.printing.documents import TemperatureChart
from workstation.printing.drawing import Drawing, Ink, Line, Ring, Shape, Words, hatch
from workstation.printing.fonts import PT
from workstation.printing.forms import Form
from workstation.printing.layout import Align, Type, fitted
from workstation.printing.temperature_curves import (
    AROUND,
    DOT,
    RING,
    WEIGHT,
    curves,
    temperature_mark,
    upright,
)
from workstation.printing.temperature_plan import (
    BEATS,
    DAYS,
    FIFTHS,
    HEAD_ROWS,
    HIGHEST,
    LEAST_BEATS,
    LOWEST,
    Plan,
)
from workstation.terminology.ward_signs import SLOTS

THIN: Final = 0.08
STRONG: Final = 0.22
DAY: Final = 0.35
FEVER_LINE: Final = 0.5
NIGHT: Final = (0, 5)
"""The columns of a day whose hours are printed red."""

EVENTS_DOWN_TO: Final = 40
LEGEND: Final = 12.0
SCREEN: Final = {
    "width": 190,
    "left": 2,
    "top": 1,
    "heading": 0,
    "cell": 2.0,
    "event_least": 7,
    "scale_title": 5.8,
}
SEXES: Final = ("male", "female", "other", "unknown")
SITES: Final = ("oral", "axillary", "rectal", "ear", "forehead")
_DIGITS: Final = "零一二三四五六七八九"
_TENS: Final = 10


def drawing(chart: TemperatureChart, form: Form) -> Drawing:
    """Lay one page out; a form without a heading (the screen's) ends with its legend."""
    plan = Plan(chart.page, form, stacked=chart.language == "zh")
    inside = (_head_rows, _scales, _grid, _events, _curves, _foot_rows, _legend)
    whole = bool(form.sizes["heading"])
    shapes: list[Shape] = []
    for part in (_heading, *inside, _foot) if whole else inside:
        shapes += part(plan, chart)
    height = form.sizes["height"] if whole else plan.foot + LEGEND
    return Drawing(form.sizes["width"], height, tuple(shapes))


def for_screen(form: Form) -> Form:
    """Give the form of a screen: the banner says whose chart it is, and lower cells let the curves be seen whole."""
    return replace(form, sizes={**form.sizes, **SCREEN})


def _curves(plan: Plan, _chart: TemperatureChart) -> Iterator[Shape]:
    return curves(plan)


# Above the grid


def _heading(plan: Plan, chart: TemperatureChart) -> Iterator[Shape]:
    middle, top = plan.size("width") / 2, plan.size("top")
    yield Words(chart.institution, middle, top + 4.0, plan.size("institution"), align="centre", bold=True)
    yield Words(plan.form.say("title"), middle, top + 10.6, plan.size("title"), align="centre", bold=True)
    header = chart.page.header
    say = plan.form.say
    first = (
        (say("name"), header.name, 0.2),
        (say("sex"), plan.form.choice("sexes", header.sex if header.sex in SEXES else "unknown"), 0.11),
        (say("age"), header.age, 0.16),
        (say("department"), header.department, 0.2),
        (say("ward"), header.ward, 0.23),
        (say("bed"), header.bed, 0.1),
    )
    second = (
        (say("admitted"), header.admitted, 0.22),
        (say("number"), header.number, 0.33),
        (say("diagnosis"), header.diagnosis, 0.45),
    )
    yield from _cells(plan, first, top + 16.6)
    yield from _cells(plan, second, top + 21.8)


def _cells(plan: Plan, cells: Sequence[tuple[str, str, float]], baseline: float) -> Iterator[Shape]:
    """Set labels and values in a line; a long value shrinks, and nothing is cut."""
    label, value = Type(plan.size("label")), Type(plan.size("header"), bold=True)
    x, whole = plan.size("left"), plan.right - plan.size("left")
    for name, text, part in cells:
        width = part * whole
        after = x + label.width(name) + 1.2
        yield Words(name, x, baseline, label.size, "label")
        fit = fitted(text, x + width - after - 1.5, value)
        yield Words(text, after, baseline, fit.size, bold=True)
        x += width


def _head_rows(plan: Plan, _chart: TemperatureChart) -> Iterator[Shape]:
    height = plan.size("head_row")
    for n, name in enumerate(HEAD_ROWS):
        y = plan.head + n * height
        yield Line(plan.size("left"), y, plan.right, y, "black", STRONG)
        yield _label(plan, name, y, height)
    for n in DAYS:
        yield from _head_of_day(plan, n, height)


def _head_of_day(plan: Plan, n: int, height: float) -> Iterator[Shape]:
    day = plan.page.days[n]
    texts = (
        _date(plan, n) if day.shown else "",
        str(day.day) if day.day else "",
        day.operation,
    )
    middle = (plan.day(n) + plan.day(n + 1)) / 2
    inks: tuple[Ink, ...] = ("black", "black", "red")
    for row, (text, ink) in enumerate(zip(texts, inks, strict=True)):
        if text:
            yield _centred(plan, text, middle, (plan.head + row * height, height), ink)
    for k, hour in enumerate(plan.page.style.hours):
        x = plan.column(n * SLOTS + k)
        ink = "red" if k in NIGHT else "black"
        baseline = plan.head + 3 * height + _drop(height, plan.size("hour"))
        yield Words(str(hour), x, baseline, plan.size("hour"), ink, "centre")


def _date(plan: Plan, n: int) -> str:
    """Write the first day and a new year in full, a new month with its day, any other day alone."""
    day = date.fromisoformat(plan.page.days[n].date)
    before = date.fromisoformat(plan.page.days[n - 1].date) if n else None
    if before is None or before.year != day.year:
        return day.isoformat()
    return f"{day:%m-%d}" if before.month != day.month else f"{day.day}"


def _label(plan: Plan, name: str, y: float, height: float) -> Words:
    text = plan.form.say(name) if name else ""
    fit = fitted(text, plan.size("labels") - 2.0, Type(plan.size("label")))
    return Words(text, plan.size("left") + 1.0, y + _drop(height, fit.size), fit.size)


def _centred(
    plan: Plan, text: str, middle: float, row: tuple[float, float], ink: Ink = "black", days: float = 1.0
) -> Words:
    """Write in the middle of a cell of a row (its top and height); a long text shrinks to its width."""
    y, height = row
    room = days * SLOTS * plan.size("column") - 0.8
    fit = fitted(text, room, Type(plan.size("value")))
    return Words(text, middle, y + _drop(height, fit.size), fit.size, ink, "centre")


def _drop(height: float, size: float) -> float:
    """Give how far below the top of a row the baseline of its text is."""
    return height / 2 + 0.36 * size * PT


# The grid


def _scales(plan: Plan, _chart: TemperatureChart) -> Iterator[Shape]:
    """Write the scales beside the grid: pulse in red, temperature in blue."""
    left, size = plan.size("left"), plan.size("scale")
    half = plan.size("labels") / 2
    top = plan.top + plan.size("scale_title")
    titles: tuple[tuple[str, str, float, Ink], ...] = (
        ("pulse", "per_minute", left + half / 2, "red"),
        ("temperature", "celsius", left + half * 1.5, "blue"),
    )
    for name, unit, x, ink in titles:
        yield Words(plan.form.say(name), x, top, size, ink, "centre")
        yield Words(plan.form.say(unit), x, top + 2.8, size, ink, "centre")
    for degree in range(LOWEST, HIGHEST + 1):
        beats = LEAST_BEATS + (degree - LOWEST) * BEATS
        y = plan.degrees(Decimal(degree)) + 0.36 * size * PT
        y = y + 2.0 if degree == HIGHEST else y - 1.2 if degree == LOWEST else y
        yield Words(str(beats), left + half - 1.6, y, size, "red", "right")
        yield Words(f"{degree}°", left + 2 * half - 1.2, y, size, "blue", "right")
    yield Line(left, plan.head, left, plan.foot, "black", STRONG)
    yield Line(left + half, plan.top, left + half, plan.bottom, "grid", THIN)


def _grid(plan: Plan, _chart: TemperatureChart) -> Iterator[Shape]:
    """Rule the grid: fifths of a degree, whole degrees stronger, 37 °C in bold red, days apart."""
    cell, rows = plan.size("cell"), (HIGHEST - LOWEST) * FIFTHS
    for n in range(len(DAYS) * SLOTS + 1):
        if n % SLOTS:
            x = plan.left + n * plan.size("column")
            yield Line(x, plan.bottom - rows * cell - plan.size("head_row"), x, plan.bottom, "grid", THIN)
    for n in range(rows + 1):
        if n % FIFTHS:
            y = plan.top + n * cell
            yield Line(plan.left, y, plan.right, y, "grid", THIN)
    for degree in range(LOWEST, HIGHEST + 1):
        y = plan.degrees(Decimal(degree))
        fever = degree == 37
        yield Line(
            plan.left,
            y,
            plan.right,
            y,
            "red" if fever else "grid-strong",
            FEVER_LINE if fever else STRONG,
        )
    across = next((y, y + height) for name, y, height in plan.rows if name == "allergy")
    for n in range(len(DAYS) + 1):
        yield Line(plan.day(n), plan.head, plan.day(n), across[0], "black", DAY)
        yield Line(plan.day(n), across[1], plan.day(n), plan.foot, "black", DAY)
    for n in (0, len(DAYS)):
        yield Line(plan.day(n), across[0], plan.day(n), across[1], "black", DAY)


def _events(plan: Plan, chart: TemperatureChart) -> Iterator[Shape]:
    """Write events upright between 42 and 40 °C, in the site's ink."""
    ink: Ink = "red" if plan.page.style.event_ink == "red" else "blue"
    room = plan.degrees(Decimal(EVENTS_DOWN_TO)) - plan.top - 0.8
    for event in plan.page.events:
        text = event_text(event, plan.form, chart.language)
        yield from upright(plan, text, (plan.column(event.slot), plan.top + 0.5), ink, room)


def event_text(event: Event, form: Form, language: str) -> str:
    """Put an event into words; its time in Chinese characters to the minute, as the rules want it."""
    time = han_time(event.hour, event.minute) if language == "zh" else f"{event.hour:02}:{event.minute:02}"
    return form.choice("events", str(event.kind)).format(time=time, place=event.place, words=event.words)


def han_time(hour: int, minute: int) -> str:
    """Write a time of the 24-hour clock in Chinese characters: 十时二十分, 九时零五分, 十四时整."""
    if not minute:
        return f"{_han(hour)}时整"
    return f"{_han(hour)}时{'零' if minute < _TENS else ''}{_han(minute)}分"


def _han(number: int) -> str:
    tens, ones = divmod(number, _TENS)
    if not tens:
        return _DIGITS[ones]
    first = "" if tens == 1 else _DIGITS[tens]
    return f"{first}十{_DIGITS[ones] if ones else ''}"


# Below the grid


def _foot_rows(plan: Plan, _chart: TemperatureChart) -> Iterator[Shape]:
    for name, y, height in plan.rows:
        yield Line(plan.size("left"), y, plan.right, y, "black", STRONG)
        yield _label(plan, name, y, height)
        if name == "respiration":
            yield from _breaths(plan, y, height)
        elif name == "pain":
            yield from _slots(plan, plan.page.pains, y, height)
        elif name == "pressure":
            yield from _pressures(plan, y, height)
        elif name == "allergy":
            yield from _allergies(plan, y, height)
        elif name:
            yield from _by_day(plan, name, y, height)
    yield Line(plan.size("left"), plan.foot, plan.right, plan.foot, "black", STRONG)


def _breaths(plan: Plan, y: float, height: float) -> Iterator[Shape]:
    """Write breaths above and below in turn, the first above; those of a ventilator as R in a circle."""
    size = plan.size("hour")
    for n, breath in enumerate(plan.page.breaths):
        x = plan.column(breath.slot)
        baseline = y + (0.42 if n % 2 == 0 else 0.9) * height
        if breath.ventilated:
            yield Ring(x, baseline - 0.36 * size * PT, 1.3, "black", weight=0.15)
        yield Words("R" if breath.ventilated else breath.text, x, baseline, size, align="centre")
    for n in range(len(DAYS) * SLOTS):
        if n % SLOTS:
            x = plan.left + n * plan.size("column")
            yield Line(x, y, x, y + height, "grid", THIN)


def _slots(plan: Plan, texts: Sequence[SlotText], y: float, height: float) -> Iterator[Shape]:
    for each in texts:
        x, size = plan.column(each.slot), plan.size("hour")
        yield Words(each.text, x, y + _drop(height, size), size, align="centre")


def _pressures(plan: Plan, y: float, height: float) -> Iterator[Shape]:
    """Write the pressure of the morning in the left half of a day, that of the afternoon in the right one."""
    for n in DAYS:
        for half, text in enumerate(plan.page.days[n].pressures):
            middle = plan.day(n) + (0.25 + 0.5 * half) * (plan.day(1) - plan.day(0))
            if text:
                yield _centred(plan, text, middle, (y, height), days=0.5)
        middle = (plan.day(n) + plan.day(n + 1)) / 2
        yield Line(middle, y, middle, y + height, "grid", THIN)


def _by_day(plan: Plan, name: str, y: float, height: float) -> Iterator[Shape]:
    for n in DAYS:
        text = getattr(plan.page.days[n], name)
        if text:
            yield _centred(plan, text, (plan.day(n) + plan.day(n + 1)) / 2, (y, height))


def _allergies(plan: Plan, y: float, height: float) -> Iterator[Shape]:
    """Write the allergies in red across the days, each with its plus sign."""
    say = plan.form.say
    text = say("allergy_join").join(say("allergy_mark", agent=agent) for agent in plan.page.allergies)
    if text:
        fit = fitted(text, plan.right - plan.left - 2.0, Type(plan.size("value"), bold=True))
        yield Words(text, plan.left + 1.0, y + _drop(height, fit.size), fit.size, "red", bold=True)


# Legend and foot


def _legend(plan: Plan, _chart: TemperatureChart) -> Iterator[Shape]:
    if not plan.page.style.legend:
        return
    size, y, gap = plan.size("legend"), plan.foot + 4.8, 3.6
    x = plan.size("left") + 1.0
    yield Words(plan.form.say("legend"), x, y, size, "label")
    x += Type(size).width(plan.form.say("legend")) + gap
    for name in (*SITES, "cooled", "pulse", "heart", "paced", "deficit", "overlap", "ventilated"):
        text = plan.form.say(name)
        width = 3.2 + Type(size).width(text)
        if x + width > plan.right:
            x, y = plan.size("left") + 1.0, y + 4.0
        yield from _sample(name, x + 1.2, y - 0.36 * size * PT, size)
        yield Words(text, x + 3.2, y, size)
        x += width + gap


def _sample(name: str, x: float, y: float, size: float) -> Iterator[Shape]:
    """Draw one mark of the legend."""
    align: Align = "centre"
    if name in SITES:
        yield from temperature_mark(name, x, y)
    elif name == "cooled":
        yield Line(x, y - 2.4, x, y - RING, "red", WEIGHT, dashed=True)
        yield Ring(x, y, RING, "red", weight=WEIGHT)
    elif name == "pulse":
        yield Ring(x, y, DOT, "red", filled=True)
    elif name == "heart":
        yield Ring(x, y, RING, "red", weight=WEIGHT)
    elif name == "paced":
        yield Words("H", x, y + 0.36 * size * PT, size, "red", align, bold=True)
    elif name == "deficit":
        yield from hatch(
            ((x - 1.2, y - 1.1), (x + 1.2, y - 1.1), (x + 1.2, y + 1.1), (x - 1.2, y + 1.1)), "red"
        )
    elif name == "overlap":
        yield from temperature_mark("axillary", x, y)
        yield Ring(x, y, AROUND, "red", weight=WEIGHT)
    else:
        yield Ring(x, y, AROUND, "black", weight=0.15)
        yield Words("R", x, y + 0.36 * size * PT, size - 0.6, "black", align)


def _foot(plan: Plan, chart: TemperatureChart) -> Iterator[Shape]:
    y, size = plan.size("height") - 12.0, plan.size("foot")
    page, say = plan.page, plan.form.say
    yield Words(
        say("page", page=page.number, pages=page.pages), plan.size("width") / 2, y, size + 1, align="centre"
    )
    marks = [say("synthetic")] if page.header.synthetic else []
    marks += [say("reprint", n=chart.reprint)] if chart.reprint else []
    if chart.stamp is not None:
        stamp = chart.stamp
        marks.append(say("printed", at=stamp.at, by=stamp.by, station=stamp.station))
    yield Words("\u2003".join(marks), plan.right, y + 4.6, size, "label", "right")

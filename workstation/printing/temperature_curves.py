"""What is drawn into the grid of a temperature chart: marks, the lines that join them, and what stands in their place.

Each rule is one of cn_rules 3.1, named where it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from workstation.chart.temperature import Break, RateMark, TemperatureMark
from workstation.printing.drawing import Area, Ink, Line, Ring, Shape, Words, hatch
from workstation.printing.fonts import PT
from workstation.printing.layout import Align, Type
from workstation.printing.temperature_plan import HIGHEST, LEAST_BEATS, MOST_BEATS, Plan

DOT: Final = 0.78
RING: Final = 0.85
AROUND: Final = 1.3
CROSS: Final = 0.78
INNER: Final = 0.4
WEIGHT: Final = 0.25
SAME_PLACE: Final = 1.0
HALF: Final = 0.45
NEAR: Final = 2
"""Columns within which a gap closes towards a pulse that did not fall short."""
STEP: Final = 1.08
"""Height of one upright character as a multiple of its size."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A pulse, and the heart rate counted with it where it fell short."""

    pulse: RateMark
    heart: RateMark | None

    @property
    def top(self) -> Decimal:
        """The rate of the heart."""
        return max(self.pulse.value, self.heart.value) if self.heart is not None else self.pulse.value


def curves(plan: Plan) -> Iterator[Shape]:
    """Draw everything in the grid: fills first, then lines, then marks, so that no mark is covered."""
    page = plan.page
    pulses = sorted(page.pulses, key=lambda mark: mark.at)
    breaks = [b for b in page.breaks if b.sign == "pulse"]
    pairs = [Pair(pulse, _heart_with(pulse, page.hearts)) for pulse in pulses]
    yield from _deficit(plan, pairs, breaks)
    lone = [h for h in page.hearts if all(p.slot != h.slot for p in pulses)]
    yield from _joined(plan, sorted([*pulses, *lone], key=lambda mark: mark.at), breaks)
    yield from _temperature_lines(plan)
    together = {p.id or p.at: t for p in pulses if (t := _under(plan, p)) is not None}
    for mark in page.temperatures:
        yield from _temperature(plan, mark)
    for pulse in pulses:
        yield from _pulse(plan, pulse, together.get(pulse.id or pulse.at))
    for heart in page.hearts:
        yield from _heart(plan, heart)


# Temperature


def _temperature_lines(plan: Plan) -> Iterator[Line]:
    """Join temperatures by a blue line, but not across 拒测, 外出, 请假 or 不升."""
    marks = sorted(plan.page.temperatures, key=lambda mark: mark.at)
    breaks = [b for b in plan.page.breaks if b.sign == "temperature"]
    for one, other in pairwise(marks):
        if one.risen and other.risen and not _broken(one.at, other.at, breaks):
            yield Line(
                plan.column(one.slot),
                plan.degrees(one.value),
                plan.column(other.slot),
                plan.degrees(other.value),
                "blue",
                WEIGHT,
            )


def _broken(start: str, end: str, breaks: Sequence[Break]) -> bool:
    return any(start <= each.at <= end for each in breaks)


def _temperature(plan: Plan, mark: TemperatureMark) -> Iterator[Shape]:
    x, y = plan.column(mark.slot), plan.degrees(mark.value)
    if not mark.risen:
        yield from _not_risen(plan, x)
    else:
        yield from temperature_mark(mark.site, x, y)
        if mark.value > HIGHEST:
            yield _aside(plan, f"{mark.value}", x - 1.1, y + 2.6, "blue", "right")
    for cooled in mark.cooled:
        yield from _cooled(plan, x, y, plan.degrees(cooled))


def temperature_mark(site: str, x: float, y: float) -> Iterator[Shape]:
    """Draw the mark of a site: oral a blue dot, axillary a cross, rectal a ring, ear and forehead triangles."""
    if site == "oral":
        yield Ring(x, y, DOT, "blue", filled=True)
    elif site == "rectal":
        yield Ring(x, y, RING, "blue", weight=WEIGHT)
    elif site == "axillary":
        yield Line(x - CROSS, y - CROSS, x + CROSS, y + CROSS, "blue", WEIGHT)
        yield Line(x - CROSS, y + CROSS, x + CROSS, y - CROSS, "blue", WEIGHT)
    else:
        corners = ((x, y - 0.95), (x + 0.9, y + 0.65), (x - 0.9, y + 0.65))
        yield Area(corners, "blue", filled=site == "ear", weight=WEIGHT)


def _not_risen(plan: Plan, x: float) -> Iterator[Shape]:
    """Write 不升 upright below 35 °C."""
    yield from upright(plan, plan.form.say("not_risen"), (x, plan.degrees(Decimal(35)) + 0.4), "blue")


def _cooled(plan: Plan, x: float, before: float, after: float) -> Iterator[Shape]:
    """Draw the temperature after cooling: a red ring in the same column on a red dashed line to the one before."""
    side = 1 if after > before else -1
    if abs(after - before) > RING:
        yield Line(x, before, x, after - side * RING, "red", WEIGHT, dashed=True)
    yield Ring(x, after, RING, "red", weight=WEIGHT)


# Pulse and heart rate


def _heart_with(pulse: RateMark, hearts: Sequence[RateMark]) -> RateMark | None:
    """Give the heart rate counted at the same moment, else the one in the same column."""
    here = [h for h in hearts if h.slot == pulse.slot]
    return next((h for h in here if h.at == pulse.at), here[0] if here else None)


def _joined(plan: Plan, marks: Sequence[RateMark], breaks: Sequence[Break]) -> Iterator[Line]:
    for one, other in pairwise(marks):
        if not _broken(one.at, other.at, breaks):
            yield Line(
                plan.column(one.slot),
                plan.beats(one.value),
                plan.column(other.slot),
                plan.beats(other.value),
                "red",
                WEIGHT,
            )


def _deficit(plan: Plan, pairs: Sequence[Pair], breaks: Sequence[Break]) -> Iterator[Shape]:
    """Draw 脉搏短绌: heart rates joined in red, the gap down to the pulse hatched; it closes where both are equal."""
    alone = {n for n, pair in enumerate(pairs) if pair.heart is not None}
    for n, (one, other) in enumerate(pairwise(pairs)):
        if not _falls_short(one, other) or _broken(one.pulse.at, other.pulse.at, breaks):
            continue
        alone -= {n, n + 1}
        x1, x2 = plan.column(one.pulse.slot), plan.column(other.pulse.slot)
        top1, top2 = plan.beats(one.top), plan.beats(other.top)
        low1, low2 = plan.beats(one.pulse.value), plan.beats(other.pulse.value)
        yield from hatch(((x1, top1), (x2, top2), (x2, low2), (x1, low1)), "red")
        yield Line(x1, top1, x2, top2, "red", WEIGHT)
    for n in sorted(alone):
        x, half = plan.column(pairs[n].pulse.slot), HALF * plan.size("column")
        top, low = plan.beats(pairs[n].top), plan.beats(pairs[n].pulse.value)
        yield from hatch(((x - half, top), (x + half, top), (x + half, low), (x - half, low)), "red")


def _falls_short(one: Pair, other: Pair) -> bool:
    """Say whether the gap between two pulses is hatched: both fell short, or one did and the other is near it."""
    if one.heart is not None and other.heart is not None:
        return True
    near = other.pulse.slot - one.pulse.slot <= NEAR
    return near and (one.heart is not None or other.heart is not None)


def _under(plan: Plan, pulse: RateMark) -> TemperatureMark | None:
    """Give the temperature whose mark a pulse would cover."""
    y = plan.beats(pulse.value)
    return next(
        (
            t
            for t in plan.page.temperatures
            if t.slot == pulse.slot and t.risen and abs(plan.degrees(t.value) - y) < SAME_PLACE
        ),
        None,
    )


def _pulse(plan: Plan, mark: RateMark, under: TemperatureMark | None) -> Iterator[Shape]:
    """Draw a pulse as a red dot; on a temperature as a ring around it, in a rectal ring as a dot inside."""
    x, y = plan.column(mark.slot), plan.beats(mark.value)
    if under is not None:
        y = plan.degrees(under.value)
        rectal = under.site == "rectal"
        yield Ring(x, y, INNER, "red", filled=True) if rectal else Ring(x, y, AROUND, "red", weight=WEIGHT)
    else:
        yield Ring(x, y, DOT, "red", filled=True)
    if not LEAST_BEATS <= mark.value <= MOST_BEATS:
        yield _aside(plan, f"{mark.value}", x + 1.1, y + (2.6 if mark.value > MOST_BEATS else -0.8), "red")


def _heart(plan: Plan, mark: RateMark) -> Iterator[Shape]:
    """Draw a heart rate as a red ring, a paced one as H."""
    x, y = plan.column(mark.slot), plan.beats(mark.value)
    if mark.paced:
        size = plan.size("event")
        yield Words("H", x, y + 0.36 * size * PT, size, "red", "centre", bold=True)
    else:
        yield Ring(x, y, RING, "red", weight=WEIGHT)


def _aside(plan: Plan, text: str, x: float, baseline: float, ink: Ink, align: Align = "left") -> Words:
    """Write the value of what is off the chart beside its mark: temperature to the left, pulse to the right."""
    return Words(text, x, baseline, plan.size("value"), ink, align)


# Upright words


def upright(
    plan: Plan, text: str, place: tuple[float, float], ink: Ink, room: float = 0.0
) -> Iterator[Words]:
    """Write downwards from a place: Chinese one character below the other, English turned as a whole.

    A text longer than `room` shrinks to fit, down to the form's least size, and then goes on below.
    """
    (x, top), size = place, plan.size("event")
    if plan.stacked:
        if room:
            size = min(size, max(plan.size("event_least"), room / (len(text) * PT * STEP)))
        for n, character in enumerate(text):
            yield Words(character, x, top + (n * STEP + 0.9) * size * PT, size, ink, "centre")
        return
    length = Type(size).width(text)
    if room and length > room:
        size = max(plan.size("event_least"), size * room / length)
        length = Type(size).width(text)
    yield Words(text, x + 0.36 * size * PT, top + length + 0.4, size, ink, upright=True)

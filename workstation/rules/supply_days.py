"""How many days a line supplies, as the limits of 处方管理办法 count them."""

from __future__ import annotations

from decimal import Decimal

from workstation.core.errors import Invalid
from workstation.rules.case import Case, Line
from workstation.terminology.model import FrequencyKind, Portion
from workstation.terminology.quantity import days_covered, supply, units_used


def days_over(case: Case, line: Line, limit: int) -> int | None:
    """Give the days of a line when they pass the limit, else None.

    The days as written count, and what the units handed out last. A pack that may not be split, and a bottle or tube,
    may pass the limit by less than one.
    """
    written = line.line.days
    if written > limit:
        return written
    total = line.line.total_units
    if total <= 0 or line.frequency is None or line.frequency.kind is FrequencyKind.SINGLE:
        return None
    try:
        units = case.knowledge.units
        lasts = days_covered(line.drug, total, line.line.dose, line.line.unit, line.frequency, units)
        needed = supply(line.drug, line.line.dose, line.line.unit, line.frequency, limit, units).needed
    except Invalid:
        return None
    divisible = line.drug.splittable and line.drug.portion is not Portion.CONTAINER
    spare = 1 if divisible else line.drug.pack_size
    return lasts if lasts > limit and total - needed >= spare else None


def doses_of(case: Case, line: Line) -> Decimal | None:
    """Give how many doses a line supplies; None when it cannot be computed."""
    if line.frequency is None:
        return None
    try:
        units = case.knowledge.units
        if line.line.total_units > 0:
            used = units_used(line.drug, line.line.dose, line.line.unit, units)
            return (line.line.total_units * used.denominator / used.numerator).quantize(Decimal("0.01"))
        days = max(1, line.line.days)
        given = supply(line.drug, line.line.dose, line.line.unit, line.frequency, days, units)
    except Invalid:
        return None
    return Decimal(given.doses)

"""A line to take home completed: for how many days, and so how much is handed out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.lines import Line, how
from workstation.prescribing.model import DraftLine
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug, Frequency
from workstation.terminology.quantity import Supply, days_covered, line_price, supply

LONGEST_DAYS = 365


def resolve(draft: DraftLine, knowledge: Knowledge) -> Line:
    """Complete a line. Raises Invalid with the cell to correct in `field`."""
    drug, dose, route, frequency = how(draft, knowledge)
    if not 1 <= draft.days <= LONGEST_DAYS:
        raise Invalid(_("The number of days must be between 1 and 365."), field="days")
    given = _supply(draft, drug, dose, frequency, knowledge)
    return Line(
        draft, drug, dose, route, frequency, given, line_price(drug, given.packs, given.loose), draft.days
    )


def _supply(
    draft: DraftLine, drug: Drug, dose: Decimal, frequency: Frequency, knowledge: Knowledge
) -> Supply:
    """Work out the supply, or how long the amount lasts that somebody decided on."""
    needed = supply(drug, dose, draft.unit, frequency, draft.days, knowledge.units)
    if draft.total <= 0:
        return needed
    packs, loose = divmod(draft.total, drug.pack_size) if drug.splittable else (draft.total, 0)
    units = packs * drug.pack_size + loose
    days = days_covered(drug, Decimal(units), dose, draft.unit, frequency, knowledge.units)
    return replace(needed, packs=packs, loose=loose, leftover=units - needed.needed, days=max(1, days))

"""From a line as typed to a line that can be checked, priced and signed, or to what is still wrong with it.

A line to take home has days and packs; an order on a ward has neither: it counts as what one day uses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.model import DraftLine, Problem
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug, Frequency, Route
from workstation.terminology.quantity import Supply, days_covered, line_price, supply

LONGEST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Line:
    """A complete line: every code resolved, supply and price worked out."""

    draft: DraftLine
    drug: Drug
    dose: Decimal
    route: Route
    frequency: Frequency
    supply: Supply
    price: Decimal

    @property
    def regimen(self) -> doses.Regimen:
        """How the drug is taken, for wording."""
        note = self.draft.note
        return doses.Regimen(self.dose, self.draft.unit, self.route, self.frequency, self.draft.days, note)


def resolve(draft: DraftLine, knowledge: Knowledge) -> Line:
    """Complete a line to take home. Raises Invalid with the cell to correct in `field`."""
    drug, dose, route, frequency = _how(draft, knowledge)
    if not 1 <= draft.days <= LONGEST_DAYS:
        raise Invalid(_("The number of days must be between 1 and 365."), field="days")
    given = _supply(draft, drug, dose, frequency, knowledge)
    return Line(draft, drug, dose, route, frequency, given, line_price(drug, given.packs, given.loose))


def resolve_order(draft: DraftLine, knowledge: Knowledge) -> Line:
    """Complete a line for a ward: supply and price are those of one day, in single units.

    Raises Invalid with the cell to correct in `field`.
    """
    drug, dose, route, frequency = _how(draft, knowledge)
    day = supply(drug, dose, draft.unit, frequency, 1, knowledge.units)
    given = replace(day, packs=0, loose=day.needed, leftover=0)
    bare = replace(draft, days=0, total=0)
    return Line(bare, drug, dose, route, frequency, given, line_price(drug, 0, given.loose))


def _how(draft: DraftLine, knowledge: Knowledge) -> tuple[Drug, Decimal, Route, Frequency]:
    drug = drug_of(draft, knowledge)
    dose = dose_of(draft, knowledge)
    route = knowledge.routes.parse(draft.route)
    if route is None:
        raise Invalid(_("The route is missing."), _("Type it, for example po or 口服."), "route")
    frequency = knowledge.frequencies.parse(draft.frequency)
    if frequency is None:
        raise Invalid(_("The frequency is missing."), _("Type it, for example tid or 每日3次."), "frequency")
    return drug, dose, route, frequency


def problem_of(error: Invalid) -> Problem:
    """Say what an incomplete line lacks, for its row."""
    return Problem(error.field, error.message, error.hint)


def drug_of(draft: DraftLine, knowledge: Knowledge) -> Drug:
    """Give the product of a line. Raises Invalid when the catalogue does not have it."""
    if draft.drug not in knowledge.drugs:
        raise Invalid(_("This drug is not in the catalogue."), _("Choose one from the list."), "drug")
    return knowledge.drugs.get(draft.drug)


def dose_of(draft: DraftLine, knowledge: Knowledge) -> Decimal:
    """Give the dose of a line. Raises Invalid when it or its unit is missing or no number."""
    if not draft.dose:
        raise Invalid(_("The dose is missing."), _("Type a number with its unit, for example 0.5 g."), "dose")
    typed = doses.parse_dose(draft.dose, knowledge.units)
    if not draft.unit:
        raise Invalid(_("The dose has no unit."), field="dose")
    return typed.value


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

"""From a line as typed to a line that can be checked, priced and signed, or to what is still wrong with it.

A line to take home has days and packs; an order on a ward has neither: it counts as what one day uses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.medication.model import MedicineLine, Problem
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug, Frequency, Route
from workstation.terminology.quantity import Supply, line_price, supply


@dataclass(frozen=True, slots=True)
class Line:
    """A complete line: every code resolved, supply and price worked out; `days` 0 where it runs until it is stopped."""

    draft: MedicineLine
    drug: Drug
    dose: Decimal
    route: Route
    frequency: Frequency
    supply: Supply
    price: Decimal
    days: int = 0

    @property
    def regimen(self) -> doses.Regimen:
        """How the drug is taken, for wording."""
        return doses.Regimen(
            self.dose, self.draft.unit, self.route, self.frequency, self.days, self.draft.note
        )


def resolve_order(draft: MedicineLine, knowledge: Knowledge) -> Line:
    """Complete a line for a ward: supply and price are those of one day, in single units.

    Raises Invalid with the cell to correct in `field`.
    """
    drug, dose, route, frequency = how(draft, knowledge)
    day = supply(drug, dose, draft.unit, frequency, 1, knowledge.units)
    given = replace(day, packs=0, loose=day.needed, leftover=0)
    return Line(draft, drug, dose, route, frequency, given, line_price(drug, 0, given.loose))


def how(draft: MedicineLine, knowledge: Knowledge) -> tuple[Drug, Decimal, Route, Frequency]:
    """Read what every line needs: product, dose, route, frequency. Raises Invalid with the cell in `field`."""
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


def drug_of(draft: MedicineLine, knowledge: Knowledge) -> Drug:
    """Give the product of a line. Raises Invalid when the catalogue does not have it."""
    if draft.drug not in knowledge.drugs:
        raise Invalid(_("This drug is not in the catalogue."), _("Choose one from the list."), "drug")
    return knowledge.drugs.get(draft.drug)


def dose_of(draft: MedicineLine, knowledge: Knowledge) -> Decimal:
    """Give the dose of a line. Raises Invalid when it or its unit is missing or no number."""
    if not draft.dose:
        raise Invalid(_("The dose is missing."), _("Type a number with its unit, for example 0.5 g."), "dose")
    typed = doses.parse_dose(draft.dose, knowledge.units)
    if not draft.unit:
        raise Invalid(_("The dose has no unit."), field="dose")
    return typed.value

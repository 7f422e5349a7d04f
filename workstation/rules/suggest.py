"""Drugs to offer instead: the same purpose, another class, and nothing the patient is known not to tolerate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from workstation.rules.case import Case, Line
from workstation.rules.facts import PregnancyState
from workstation.terminology.model import Allergen, Drug

MOST: Final = 3


def suggest(case: Case, line: Line, codes: Iterable[str]) -> tuple[str, ...]:
    """Give up to three catalogue drugs of the given ATC codes, in that order, that suit the same way of giving."""
    found: list[str] = []
    for code in codes:
        found += [
            d.id
            for d in case.knowledge.drugs
            if d.in_class(code) and d.injectable == line.drug.injectable and _suits(case, line.drug, d)
        ]
    return tuple(dict.fromkeys(found))[:MOST]


def _suits(case: Case, drug: Drug, other: Drug) -> bool:
    if other.id == drug.id or other.controlled:
        return False
    if case.age and other.min_age_years is not None and case.age.months < other.min_age_years * 12:
        return False
    if case.facts.pregnancy.state is PregnancyState.YES and other.pregnancy in ("X", "D"):
        return False
    return not any(a is not None and reacts(other, a) for a in allergens(case))


def allergens(case: Case) -> list[Allergen | None]:
    """Give what each standing allergy of the patient is about; None for one that no code or name explains."""
    table = case.knowledge.allergens
    return [table.get(a.code) or table.named(a.text) for a in case.facts.allergies if a.counts]


def reacts(drug: Drug, allergen: Allergen) -> bool:
    """Say whether a drug is the allergen, or of its group."""
    if allergen.atc and drug.in_class(*allergen.atc):
        return True
    if allergen.code == "ethanol":
        return drug.flagged("ETHANOL")
    if not drug.allergy_group:
        return drug.id == allergen.code
    return drug.allergy_group == (allergen.group if allergen.kind == "ingredient" else allergen.code)

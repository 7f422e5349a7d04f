"""Doses against the label: the adult maximum, a child's maximum by weight, and paracetamol from all products."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from workstation.core.errors import Invalid
from workstation.rules import texts
from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Case, Line
from workstation.rules.facts import Measured
from workstation.rules.registry import Finding, Gap, Result, rule
from workstation.terminology.model import Drug, Frequency
from workstation.terminology.quantity import decimal, units_in

CHILD_YEARS: Final = 14
PARACETAMOL_LIMIT_MG: Final = Decimal(2000)
PARACETAMOL_ABSOLUTE_MG: Final = Decimal(4000)
# What one unit of a combination holds; the plain product is measured by its own strength.
PARACETAMOL_MG: Final = {"N02AJ17": Decimal(325), "N02AJ13": Decimal(325), "N02BE51": Decimal(325)}


def is_child(case: Case) -> bool:
    """Say whether doses go by weight: under 14 full years."""
    return case.age is not None and case.age.years < CHILD_YEARS


def by_weight(drug: Drug, child: bool) -> bool:
    """Say whether the label gives a drug's dose per kilogram, to a child or to an adult."""
    if child:
        return drug.child_max_mg_kg_day is not None or "kg" in drug.child_dose
    return "/kg" in drug.usual_adult_dose


def weight_age_limit(case: Case) -> int:
    """Give how many days a child's weight stays good: 7 for a newborn, 30 in the first year, 90 after."""
    if case.age is None or case.age.days <= 28:
        return 7
    return 30 if case.age.years < 1 else 90


def current_weight(case: Case) -> Measured | None:
    """Give the child's weight when it is recent enough to dose by."""
    weight = case.facts.weight
    if weight is None or (case.today - weight.on).days > weight_age_limit(case):
        return None
    return weight


@rule("LEGAL-11")
def above_label(case: Case) -> Iterator[Result]:
    """Stop a daily dose above the labelled maximum until a reason and a second signature stand beside it."""
    for line in case.lines:
        limit, unit = line.drug.max_daily, line.drug.max_unit
        if limit is None or not unit:
            continue
        daily = case.daily(line, unit)
        if daily is None:
            yield Gap((line.id,), Text("无法换算每日剂量", "The daily dose cannot be computed"))
        elif daily > limit:
            answered = bool(line.line.overdose_reason) and case.draft.signed_twice
            yield Finding(
                (line.id,),
                (line.drug.id,),
                {
                    "drug": line.name,
                    "amount": texts.amount(daily, unit, case.knowledge),
                    "limit": texts.amount(limit, unit, case.knowledge),
                },
                Tier.CAUTION if answered else None,
            )


@rule("DOSE-01")
def child_above_maximum(case: Case) -> Iterator[Result]:
    """Stop a child's daily dose above the maximum for its weight."""
    weight = current_weight(case)
    if not is_child(case) or weight is None:
        return
    for line in case.lines:
        most = line.drug.child_max_mg_kg_day
        if most is None or not line.systemic:
            continue
        daily = case.daily(line, "mg")
        if daily is None:
            yield Gap((line.id,), Text("无法换算为每日毫克数", "The daily dose cannot be put into mg"))
        elif daily > most * weight.value:
            yield Finding((line.id,), (line.drug.id,), _child_values(case, line, daily, most, weight))


def _child_values(
    case: Case, line: Line, daily: Decimal, most: Decimal, weight: Measured
) -> dict[str, Text | str]:
    when = texts.on(weight)
    kilos = f"{weight.value.normalize() + 0:f} kg"
    return {
        "drug": line.name,
        "amount": texts.amount(daily, "mg", case.knowledge),
        "limit": texts.amount(most * weight.value, "mg", case.knowledge),
        "weight": Text(f"{kilos} ({when.zh})", f"{kilos} ({when.en})"),
    }


@rule("DOSE-02")
def child_without_weight(case: Case) -> Iterator[Result]:
    """Stop a drug dosed by weight in a child who was not weighed lately."""
    if case.facts.birth_date is None:
        for line in case.lines:
            yield Gap((line.id,), Text("出生日期未记录", "No date of birth is recorded"))
    if not is_child(case) or current_weight(case) is not None:
        return
    weight = case.facts.weight
    missing = Text("未记录体重", "no weight is recorded")
    if weight is not None:
        when = texts.on(weight)
        missing = Text(f"体重记录于 {when.zh}，已过期", f"the weight of {when.en} is too old")
    for line in case.lines:
        if by_weight(line.drug, child=True) and line.systemic:
            yield Finding((line.id,), (line.drug.id,), {"drug": line.name, "detail": missing})


@rule("HEP-03")
def paracetamol_in_all(case: Case) -> Iterator[Result]:
    """Stop when paracetamol from all products passes 2 g a day; above 4 g nobody may override."""
    total = Decimal(0)
    names: list[Text] = []
    lines: list[str] = []
    subject: list[str] = []
    for line in case.lines:
        each = _paracetamol_mg(case, line.drug, line.line.dose, line.line.unit, line.frequency)
        if each:
            total += each
            lines.append(line.id)
            names.append(line.name)
            subject.append(line.drug.id)
    for active in case.actives:
        taken = active.medication
        if active.drug is not None and taken.dose is not None and lines and active.key not in subject:
            frequency = case.knowledge.frequencies.parse(taken.frequency)
            each = _paracetamol_mg(case, active.drug, taken.dose, taken.unit, frequency)
            if each:
                total += each
                names.append(active.name)
                subject.append(active.key)
    if total > PARACETAMOL_LIMIT_MG:
        absolute = total > PARACETAMOL_ABSOLUTE_MG
        values = {
            "amount": texts.amount(total / 1000, "g", case.knowledge),
            "limit": texts.amount(Decimal(4 if absolute else 2), "g", case.knowledge),
            "drugs": texts.together(names),
        }
        yield Finding(tuple(lines), tuple(subject), values, overridable=not absolute)


def _paracetamol_mg(
    case: Case, drug: Drug, dose: Decimal, unit: str, frequency: Frequency | None
) -> Decimal | None:
    if drug.in_class("N02BE01"):
        return case.daily_of(drug, dose, unit, frequency, "mg")
    held = PARACETAMOL_MG.get(drug.atc)
    if held is None or frequency is None:
        return None
    try:
        units = units_in(drug, dose, unit, case.knowledge.units)
    except Invalid:
        return None
    return decimal(units * Fraction(held) * max(Fraction(1), frequency.per_day))

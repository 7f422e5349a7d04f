"""All that the catalogue says about one product, in words: doses, limits, who may not have it, where it is from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ui.pages.knowledge_parts import words
from ui.pages.knowledge_parts.facts import Fact
from ui.pages.line_editor.choices import CLASS_WORDS, GRADE_WORDS
from workstation.core.i18n import _, language, n_
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import DoseTemplate, Drug, FrequencyKind
from workstation.terminology.quantity import yuan

MONTHS: Final = 12


def drug_facts(drug: Drug, knowledge: Knowledge) -> tuple[Fact, ...]:
    """Give the facts of a product, the doses first."""
    return (
        *_doses(drug, knowledge),
        *_limits(drug, knowledge),
        *_people(drug, knowledge),
        *_law(drug, knowledge),
        *_goods(drug, knowledge),
    )


def _doses(drug: Drug, knowledge: Knowledge) -> Iterator[Fact]:
    for number, template in enumerate(knowledge.templates(drug.id), 1):
        yield Fact(_("Usual regimen {number}", number=number), _regimen(drug, template, knowledge))


def _regimen(drug: Drug, usual: DoseTemplate, knowledge: Knowledge) -> str:
    frequency = knowledge.frequencies.get(usual.frequency)
    dose = doses.dose_text(usual.dose, usual.unit, knowledge.units, drug=drug)
    parts = [
        _("DOSE {dose}", dose=dose),
        knowledge.routes.get(usual.route).display(),
        frequency.display(),
    ]
    if frequency.kind is not FrequencyKind.SINGLE:
        parts.append(doses.days_text(usual.days))
    return f" {doses.DASH} ".join(map(doses.keep, parts))


def _limits(drug: Drug, knowledge: Knowledge) -> Iterator[Fact]:
    most = _("not stated")
    if drug.max_daily is not None:
        amount = doses.dose_text(drug.max_daily, drug.max_unit, knowledge.units, drug=drug)
        most = _("{amount} a day", amount=amount)
    yield Fact(_("Most for adults"), most)
    if drug.child_max_mg_kg_day is not None:
        amount = doses.number(drug.child_max_mg_kg_day)
        yield Fact(_("Most for children"), _("{amount} mg for each kg a day", amount=amount))
    if drug.child_dose:
        yield _in_chinese(_("Children's dose"), drug.child_dose, knowledge)
    if drug.min_age_years is not None:
        yield Fact(_("Youngest age"), _age(drug.min_age_years))


def _age(years: Decimal) -> str:
    if years >= 1:
        return n_("{count} year", "{count} years", int(years))
    return n_("{count} month", "{count} months", round(years * MONTHS))


def _people(drug: Drug, knowledge: Knowledge) -> Iterator[Fact]:
    if drug.pregnancy:
        yield Fact(_("Pregnancy"), _pregnancy(drug.pregnancy))
    feeding = {"compatible": _("may be used"), "caution": _("with caution"), "stop": _("stop breastfeeding")}
    if drug.lactation:
        yield Fact(_("Breastfeeding"), feeding.get(drug.lactation, drug.lactation))
    if drug.renal:
        yield _in_chinese(_("Kidneys"), drug.renal, knowledge)
    if drug.caution:
        yield _in_chinese(_("Liver, age and others"), drug.caution, knowledge)


def _pregnancy(category: str) -> str:
    if category == "induction":
        return _("to induce labour only")
    return _("category {letter}", letter=category)


def _in_chinese(name: str, text: str, knowledge: Knowledge) -> Fact:
    """Show the catalogue's own words; it has them in Chinese only."""
    title = name if language() == "zh_CN" else f"{name} (中文)"
    return Fact(title, words.written_out(text, knowledge))


def _law(drug: Drug, knowledge: Knowledge) -> Iterator[Fact]:
    if drug.control_class:
        yield Fact(_("Controlled drug"), _(CLASS_WORDS[drug.control_class]))
    if drug.antibacterial_grade:
        grade = GRADE_WORDS.get(drug.antibacterial_grade)
        yield Fact(_("Antibacterial grade"), _(grade) if grade else _("unrestricted antibacterial"))
    tests = {"required": _("required"), "by-label": _("as the label asks")}
    if drug.skin_test:
        yield Fact(_("Skin test"), tests[drug.skin_test])
    group = knowledge.allergens.get(drug.allergy_group) if drug.allergy_group else None
    if group is not None:
        yield Fact(_("Allergy group"), group.name)


def _goods(drug: Drug, knowledge: Knowledge) -> Iterator[Fact]:
    yield Fact(_("Ingredient"), drug.ingredient)
    yield Fact(_("Pack"), doses.pack_text(drug, knowledge.units))
    yield Fact(_("Essential medicine"), _("yes") if drug.essential else _("no"))
    price = yuan(drug.price)
    yield Fact(_("Price"), _("{price}, invented", price=price) if drug.price_is_synthetic else price)
    yield Fact(_("Codes"), " · ".join(code for code in (drug.id, drug.atc) if code))
    yield Fact(_("Source"), knowledge.manifest["drugs.csv"].source)

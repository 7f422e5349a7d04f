"""Allergies: by ingredient, by group, and by known cross-reactivity; what has no code is said to be unchecked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Case, Line
from workstation.rules.facts import Allergy, AllergyState
from workstation.rules.registry import Finding, Gap, Result, rule
from workstation.rules.suggest import reacts, suggest
from workstation.terminology.model import Allergen

INSTEAD: Final = {
    "penicillins": ("J01FA10", "J01FA06", "J01MA12", "J01FF01"),
    "cephalosporins": ("J01FA10", "J01FA06", "J01MA12", "J01FF01"),
    "quinolones": ("J01DC02", "J01DD08", "J01FA10"),
    "macrolides": ("J01AA02", "J01DC02", "J01MA12"),
    "sulfonamides": ("J01XX01", "J01MA12", "J01DC02"),
    "nsaids": ("N02BE01",),
    "acei": ("C09C", "C08CA01"),
    "arb": ("C08CA01", "C09AA"),
    "dihydropyridines": ("C09C", "C09AA"),
    "statins": ("C10AB05",),
    "ppi": ("A02BA03", "A02AD04"),
    "nitroimidazoles": ("J01FF01",),
}


def _known(case: Case) -> Iterator[tuple[Allergy, Allergen]]:
    """Give each standing allergy that names something the catalogue knows."""
    table = case.knowledge.allergens
    for allergy in case.facts.allergies:
        allergen = table.get(allergy.code) or table.named(allergy.text)
        if allergy.counts and allergen is not None:
            yield allergy, allergen


def _direct(case: Case) -> Iterator[tuple[Line, Allergy, Allergen]]:
    for allergy, allergen in _known(case):
        for line in case.lines:
            if reacts(line.drug, allergen):
                yield line, allergy, allergen


def _finding(
    case: Case, line: Line, allergy: Allergy, allergen: Allergen, tier: Tier | None = None
) -> Finding:
    told = Text(f"({allergy.reaction})", f" ({allergy.reaction})") if allergy.reaction else Text("", "")
    group = line.drug.allergy_group or allergen.code
    return Finding(
        (line.id,),
        (line.drug.id, allergen.code),
        {"drug": line.name, "allergen": Text(allergen.name_zh, allergen.name_en), "reaction": told},
        tier,
        suggest(case, line, INSTEAD.get(group, ())),
    )


def _group(allergen: Allergen) -> str:
    return allergen.group or allergen.code


@rule("ALG-01")
def same_drug_or_class(case: Case) -> Iterator[Result]:
    """Stop a drug of the recorded ingredient or group; say what could not be compared."""
    if case.facts.allergy_state is AllergyState.UNKNOWN and case.lines:
        yield Gap((), Text("过敏史未记录", "No allergy state is recorded"))
    table = case.knowledge.allergens
    for allergy in case.facts.allergies:
        if allergy.counts and table.get(allergy.code) is None and table.named(allergy.text) is None:
            yield Gap(
                (),
                Text(
                    f"过敏“{allergy.text}”未编码，不参与自动检查",
                    f"The allergy “{allergy.text}” has no code and takes no part in automatic checks",
                ),
            )
    for line, allergy, allergen in _direct(case):
        if _group(allergen) not in ("sulfonamides", "nsaids"):
            yield _finding(case, line, allergy, allergen)


@rule("ALG-02")
def cephalosporin_after_penicillin(case: Case) -> Iterator[Result]:
    """Warn of a cephalosporin after a severe reaction to a penicillin."""
    for allergy, allergen in _known(case):
        if _group(allergen) == "penicillins" and allergy.severe:
            for line in case.lines:
                if line.drug.allergy_group == "cephalosporins":
                    yield _finding(case, line, allergy, allergen)


@rule("ALG-03")
def sulfonamides(case: Case) -> Iterator[Result]:
    """Stop sulfonamides, and drugs flagged as holding one, after a sulfonamide reaction."""
    for allergy, allergen in _known(case):
        if _group(allergen) == "sulfonamides":
            for line in case.lines:
                if reacts(line.drug, allergen) or line.drug.flagged("SULFA"):
                    yield _finding(case, line, allergy, allergen)


@rule("ALG-04")
def nsaids(case: Case) -> Iterator[Result]:
    """Stop any NSAID after a reaction to one."""
    for line, allergy, allergen in _direct(case):
        if _group(allergen) == "nsaids":
            yield _finding(case, line, allergy, allergen)


@rule("ALG-05")
def carbapenem_after_beta_lactam(case: Case) -> Iterator[Result]:
    """Warn of a carbapenem after a severe reaction to another beta-lactam."""
    for allergy, allergen in _known(case):
        if _group(allergen) in ("penicillins", "cephalosporins") and allergy.severe:
            for line in case.lines:
                if line.drug.allergy_group == "carbapenems":
                    yield _finding(case, line, allergy, allergen)


@rule("ALG-06")
def cross_reactions(case: Case) -> Iterator[Result]:
    """Note the remaining cross-reactivities of allergens.toml; a severe beta-lactam reaction is a warning elsewhere."""
    handled = {
        ("penicillins", "cephalosporins"),
        ("penicillins", "carbapenems"),
        ("cephalosporins", "carbapenems"),
    }
    for allergy, allergen in _known(case):
        group = case.knowledge.allergens.get(_group(allergen))
        for cross in group.cross if group else ():
            if (cross.only_severe and not allergy.severe) or (_group(allergen), cross.group) in handled:
                continue
            for line in case.lines:
                if line.drug.allergy_group == cross.group and not line.drug.flagged("SULFA"):
                    yield _finding(case, line, allergy, allergen)


def nsaid_allergy(case: Case) -> bool:
    """Say whether a reaction to an NSAID stands on record."""
    return any(_group(allergen) == "nsaids" for _, allergen in _known(case))

"""Drugs older people tolerate badly (Beers criteria 2023 and labels)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from workstation.rules import texts
from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Case, Line
from workstation.rules.kidneys import egfr
from workstation.rules.registry import Finding, Gap, Result, rule

OLD: Final = 65
VERY_OLD: Final = 75
NO_BIRTH: Final = Text("出生日期未记录", "No date of birth is recorded")


def _old(case: Case, years: int = OLD) -> bool:
    return case.age is not None and case.age.years >= years


def _found(line: Line, tier: Tier | None = None, **values: Text | str) -> Finding:
    return Finding((line.id,), (line.drug.id,), {"drug": line.name, **values}, tier)


@rule("ELD-01")
def sedatives(case: Case) -> Iterator[Result]:
    """Warn of benzodiazepines and Z-drugs at 65 or over."""
    for line in case.matching("N05BA", "N05CD", "N05CF"):
        if case.age is None:
            yield Gap((line.id,), NO_BIRTH)
        elif _old(case):
            yield _found(line)


@rule("ELD-02")
def anticholinergics(case: Case) -> Iterator[Result]:
    """Note anticholinergic drugs at 65 or over."""
    for line in case.lines:
        if _old(case) and "ACHOL" in line.drug.flags and line.systemic:
            yield _found(line)


@rule("ELD-03")
def nsaids(case: Case) -> Iterator[Result]:
    """Warn of NSAIDs at 75, or at 65 with an anticoagulant, bleeding of the gut or kidney disease."""
    for line in case.matching("M01A"):
        if _old(case, VERY_OLD):
            yield _found(line, detail=Text("年龄 75 岁及以上", "aged 75 or over"))
        elif _old(case):
            reason = _nsaid_risk(case)
            if reason is not None:
                yield _found(line, detail=reason)


def _nsaid_risk(case: Case) -> Text | None:
    anticoagulants = case.taking("B01AA", "B01AB", "B01AE", "B01AF")
    if anticoagulants:
        name = anticoagulants[0].name
        return Text(f"同时使用{name.zh}", f"taken with {name.en}")
    kidney = egfr(case)
    if kidney is not None and kidney.value < 60:
        return kidney.text
    return case.diagnosed("K25", "K26", "K27", "K28", "K92.2", "N18", words=("消化道出血", "溃疡", "慢性肾"))


@rule("ELD-04")
def digoxin(case: Case) -> Iterator[Result]:
    """Warn of more than 0.125 mg digoxin a day at 65 or over."""
    yield from _above(case, "C01AA05", Decimal("0.125"))


@rule("ELD-05")
def sulfonylureas(case: Case) -> Iterator[Result]:
    """Warn of long-acting sulfonylureas (glibenclamide, glimepiride) at 65 or over."""
    for line in case.matching("A10BB01", "A10BB12"):
        if _old(case):
            yield _found(line)


@rule("ELD-06")
def escitalopram(case: Case) -> Iterator[Result]:
    """Stop more than 10 mg escitalopram a day at 65 or over."""
    yield from _above(case, "N06AB10", Decimal(10))


def _above(case: Case, atc: str, limit_mg: Decimal) -> Iterator[Result]:
    for line in case.matching(atc):
        daily = case.daily(line, "mg")
        if not _old(case):
            continue
        if daily is None:
            yield Gap((line.id,), Text("无法换算每日剂量", "The daily dose cannot be computed"))
        elif daily > limit_mg:
            yield _found(line, amount=texts.amount(daily, "mg", case.knowledge))

"""Kidneys and liver: what must stop, shrink or be followed at which function. Thresholds from labels (rules.csv)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from workstation.rules import texts
from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Case, Line
from workstation.rules.kidneys import (
    NO_KIDNEY,
    NO_LIVER,
    NO_POTASSIUM,
    Result,
    alt_ratio,
    clearance,
    egfr,
    potassium,
)
from workstation.rules.registry import Finding, Gap, rule
from workstation.rules.registry import Result as RuleResult

Reader = Callable[[Case], Result | None]


def _found(line: Line, lab: Result, tier: Tier | None = None, **values: Text | str) -> Finding:
    return Finding((line.id,), (line.drug.id,), {"drug": line.name, "lab": lab.text, **values}, tier)


@dataclass(frozen=True, slots=True)
class Limit:
    """Under `below` the rule applies to these ATC classes; `read` gives the kidney value it means."""

    rule_id: str
    atc: tuple[str, ...]
    read: Reader
    below: int


LIMITS: Final = (
    Limit("REN-02", ("M01A",), egfr, 30),
    Limit("REN-05", ("B01AE07",), clearance, 30),
    Limit("REN-08", ("J01XE01",), clearance, 60),
    Limit("REN-09", ("J01GB", "J01XA01"), clearance, 60),
    Limit("REN-10", ("C10AA07",), clearance, 30),
    Limit("REN-12", ("N05AN01",), egfr, 30),
    Limit("REN-13", ("N02AB02", "N02AA01"), egfr, 30),
)


def _limit_rule(limit: Limit) -> None:
    @rule(limit.rule_id)
    def below(case: Case) -> Iterator[RuleResult]:
        lab = limit.read(case)
        for line in case.matching(*limit.atc):
            if lab is None:
                yield Gap((line.id,), NO_KIDNEY)
            elif lab.value < limit.below:
                yield _found(line, lab)


for _limit in LIMITS:
    _limit_rule(_limit)


@rule("REN-01")
def metformin(case: Case) -> Iterator[RuleResult]:
    """Stop metformin under 30; from 30 to 44 at most 1 g a day."""
    lab = egfr(case)
    for line in case.matching("A10BA02"):
        if lab is None:
            yield Gap((line.id,), NO_KIDNEY)
        elif lab.value < 30:
            yield _found(line, lab)
        elif lab.value < 45 and (case.daily(line, "g") or 0) > 1:
            yield _found(line, lab, Tier.WARNING)


@rule("REN-03")
def spironolactone(case: Case) -> Iterator[RuleResult]:
    """Stop potassium-sparing diuretics under 30 or with potassium over 5.0."""
    kidney, salt = egfr(case), potassium(case)
    for line in case.matching("C03D"):
        if kidney is not None and kidney.value < 30:
            yield _found(line, kidney)
        elif salt is not None and salt.value > 5:
            yield _found(line, salt)
        elif kidney is None or salt is None:
            yield Gap((line.id,), NO_KIDNEY if kidney is None else NO_POTASSIUM)


@rule("REN-04")
def potassium_salts(case: Case) -> Iterator[RuleResult]:
    """Stop potassium when it is over 5.0 or no urine is made."""
    salt = potassium(case)
    anuria = Result(Decimal(0), Text("无尿", "no urine"))
    for line in case.matching("A12BA", "B05XA01"):
        if case.facts.anuria:
            yield _found(line, anuria)
        elif salt is None:
            yield Gap((line.id,), NO_POTASSIUM)
        elif salt.value > 5:
            yield _found(line, salt)


@rule("REN-06")
def rivaroxaban(case: Case) -> Iterator[RuleResult]:
    """Stop rivaroxaban under 15; ask for less from 15 to 49."""
    yield from _two_steps(case, "B01AF01", 15, 50)


@rule("REN-15")
def co_trimoxazole(case: Case) -> Iterator[RuleResult]:
    """Stop co-trimoxazole under 15; halve it from 15 to 30."""
    yield from _two_steps(case, "J01EE", 15, 30)


def _two_steps(case: Case, atc: str, stop: int, less: int) -> Iterator[RuleResult]:
    lab = clearance(case)
    for line in case.matching(atc):
        if lab is None:
            yield Gap((line.id,), NO_KIDNEY)
        elif lab.value < less:
            yield _found(line, lab, None if lab.value < stop else Tier.WARNING)


@rule("REN-07")
def enoxaparin(case: Case) -> Iterator[RuleResult]:
    """Warn of more than 100 units for each kg a day under 30."""
    lab, weight = clearance(case), case.facts.weight
    for line in case.matching("B01AB05"):
        daily = case.daily(line, "IU")
        if lab is None or weight is None or daily is None:
            yield Gap((line.id,), NO_KIDNEY if lab is None else Text("未记录体重", "No weight is recorded"))
        elif lab.value < 30 and daily > 100 * weight.value:
            yield _found(line, lab, amount=texts.amount(daily, "IU", case.knowledge))


@rule("REN-11")
def colchicine(case: Case) -> Iterator[RuleResult]:
    """Stop colchicine under 30, the more with a CYP3A4 or P-gp inhibitor."""
    lab = clearance(case)
    inhibitors = case.taking("J01FA01", "J01FA09", "J02AC", "L04AD01", "C01BD01", "C08DA01")
    for line in case.matching("M04AC01"):
        if lab is None:
            yield Gap((line.id,), NO_KIDNEY)
        elif lab.value < 30:
            detail = Text("", "")
            if inhibitors:
                name = inhibitors[0].name
                detail = Text(f"同时使用抑制剂{name.zh}。", f"An inhibitor is taken too: {name.en}.")
            yield _found(line, lab, detail=detail)


@rule("REN-14")
def adjust_by_label(case: Case) -> Iterator[RuleResult]:
    """Ask to adjust drugs whose label names a kidney limit that is passed."""
    lab = clearance(case)
    classes = (
        "J05AH02",
        "J02AC01",
        "J01DH",
        "J01MA12",
        "N02BF02",
        "N03AX14",
        "C01AA05",
        "M04AA01",
        "A10BH01",
    )
    for line in case.matching(*classes, "A02BA03"):
        limit = label_limit(line.drug.renal)
        if not line.systemic:
            continue
        if lab is None:
            yield Gap((line.id,), NO_KIDNEY)
        elif lab.value < limit:
            words = Text(in_words(line.drug.renal), f"under {limit} mL/min reduce or space the dose")
            yield _found(line, lab, text=words)


def in_words(label: str) -> str:
    """Put a label's shorthand into words: limits are never written with signs on a screen (S6)."""
    for sign, word in (
        ("CrCl", "肌酐清除率"),
        ("<=", "不高于 "),
        (">=", "不低于 "),
        ("<", "低于 "),
        (">", "高于 "),
    ):
        label = label.replace(sign, word)
    return label


def label_limit(text: str) -> int:
    """Give the highest kidney limit a label's words name; 60 when they name none ("by clearance")."""
    found = re.findall(r"(?:CrCl|GFR)<?=?(\d+)(?:-(\d+))?", text)
    return max((int(number) for pair in found for number in pair if number), default=60)


@rule("HEP-01")
def statins(case: Case) -> Iterator[RuleResult]:
    """Stop statins with ALT over 3 times its limit or active liver disease."""
    liver = case.diagnosed("K70.1", "K71", "K72", "K75", "B15", "B16", "B17", words=("活动性肝", "急性肝炎"))
    for line in case.matching("C10AA"):
        lab = alt_ratio(case)
        if liver is not None:
            yield _found(line, Result(Decimal(0), liver))
        elif lab is None:
            yield Gap((line.id,), NO_LIVER)
        elif lab.value > 3:
            yield _found(line, lab)


@rule("HEP-02")
def harms_the_liver(case: Case) -> Iterator[RuleResult]:
    """Ask to follow the liver when a drug that harms it meets raised tests."""
    lab = alt_ratio(case)
    for line in case.flagged("LIVER"):
        if lab is not None and lab.value > 3 and not line.drug.in_class("C10AA"):
            yield _found(line, lab)

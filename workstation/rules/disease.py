"""Diseases in which a drug may not be given, and drugs for the other sex."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workstation.rules import texts
from workstation.rules.alerts import Text, Tier
from workstation.rules.allergy import nsaid_allergy
from workstation.rules.case import Case, Line
from workstation.rules.registry import Finding, Result, rule

QTC_LIMIT: Final = 500
STEROIDS_AND_SSRI: Final = ("H02AB", "N06AB", "N06DX02")
BLEEDING_CLASSES: Final = ("B01", "M01A", "N02BA", *STEROIDS_AND_SSRI)
FEMALE_ONLY: Final = ("H01BB02", "G02", "G03A", "G03B", "G03C", "G03D", "G03F", "G03G", "G03X")
MALE_ONLY: Final = ("G04CB", "G04BE")


def _found(line: Line, text: Text, tier: Tier | None = None) -> Finding:
    return Finding((line.id,), (line.drug.id,), {"drug": line.name, "text": text}, tier)


@rule("DX-01")
def asthma(case: Case) -> Iterator[Result]:
    """Stop non-selective beta-blockers, opioids, and NSAIDs after a reaction, in asthma; warn of the rest flagged."""
    disease = case.diagnosed("J45", "J46", words=("哮喘",))
    for line in case.lines if disease else ():
        if "ASTHMA" not in line.drug.flags and not line.drug.in_class("C07AA"):
            continue
        never = line.drug.in_class("C07AA", "N02A", "R05DA", "N01AH") or (
            line.drug.in_class("M01A", "N02BA", "B01AC06") and nsaid_allergy(case)
        )
        yield _found(line, disease or Text("", ""), None if never else Tier.WARNING)


@rule("DX-02")
def glaucoma(case: Case) -> Iterator[Result]:
    """Stop in angle-closure glaucoma; warn when its kind is not given; open-angle glaucoma is left alone."""
    closed = case.diagnosed("H40.2", words=("闭角",))
    unknown = case.diagnosed("H40.0", "H40.8", "H40.9", words=("青光眼",))
    disease = closed or unknown
    if disease is None:
        return
    for line in case.lines:
        if "GLAUC" in line.drug.flags and line.systemic:
            yield _found(line, disease, None if closed else Tier.WARNING)


@dataclass(frozen=True, slots=True)
class Flagged:
    """A drug with this flag meets the rule in these diseases."""

    rule_id: str
    flag: str
    codes: tuple[str, ...]
    words: tuple[str, ...]


FLAGS: Final = (
    Flagged("DX-03", "BPH", ("N40", "R33"), ("前列腺增生", "尿潴留")),
    Flagged("DX-05", "G6PD", ("D55.0",), ("蚕豆病", "G6PD")),
    Flagged("DX-06", "SEIZURE", ("G40", "G41"), ("癫痫",)),
    Flagged("DX-07", "重症肌无力禁", ("G70.0",), ("重症肌无力",)),
    Flagged("DX-09", "GOUT", ("M10", "E79"), ("痛风", "高尿酸")),
)


def _flag_rule(flagged: Flagged) -> None:
    @rule(flagged.rule_id)
    def in_disease(case: Case) -> Iterator[Result]:
        disease = case.diagnosed(*flagged.codes, words=flagged.words)
        for line in case.flagged(flagged.flag):
            if disease is not None and line.systemic:
                yield _found(line, disease)


for _flagged in FLAGS:
    _flag_rule(_flagged)


@rule("DX-04")
def bleeding(case: Case) -> Iterator[Result]:
    """Stop antithrombotics and NSAIDs with an ulcer or bleeding; warn of steroids, SSRIs and old ulcers."""
    active = case.diagnosed(*_ulcers("0123456 9"), "I60", "I61", "I62", "K92.2", words=("活动性溃疡", "出血"))
    old = case.diagnosed(*_ulcers("7"), words=("溃疡",))
    disease = active or old
    if disease is None:
        return
    for line in case.lines:
        marked = line.drug.flagged("GIULCER") or line.drug.flagged("BLEED")
        if marked and line.drug.in_class(*BLEEDING_CLASSES):
            quiet = active is None or line.drug.in_class(*STEROIDS_AND_SSRI)
            yield _found(line, disease, Tier.WARNING if quiet else None)


def _ulcers(endings: str) -> tuple[str, ...]:
    return tuple(f"K{n}.{e}" for n in (25, 26, 27, 28) for e in endings.replace(" ", ""))


@rule("DX-08")
def long_qt(case: Case) -> Iterator[Result]:
    """Stop drugs that prolong QT with QTc over 500 ms, a long QT syndrome or uncorrected low potassium."""
    qtc = case.facts.labs.qtc
    reason = case.diagnosed("I45.8", "E87.6", words=("长QT", "QT延长", "低钾"))
    if qtc is not None and qtc.value > QTC_LIMIT:
        reason = texts.value(Text("QTc", "QTc"), qtc)
    for line in case.lines if reason else ():
        if "QT" in line.drug.flags and line.systemic:
            yield _found(line, reason or Text("", ""))


@rule("DX-10")
def sex(case: Case) -> Iterator[Result]:
    """Stop drugs for the other sex."""
    wrong = {
        "male": (FEMALE_ONLY, Text("男性", "male")),
        "female": (MALE_ONLY, Text("女性", "female")),
    }.get(case.facts.sex)
    if wrong is not None:
        for line in case.matching(*wrong[0]):
            yield _found(line, wrong[1])

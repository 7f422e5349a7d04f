"""Children, pregnancy and breastfeeding: who may not have which drug."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Age, Case, Line
from workstation.rules.facts import PregnancyState
from workstation.rules.registry import Finding, Gap, Result, rule
from workstation.rules.suggest import suggest

NO_BIRTH: Final = Text("出生日期未记录", "No date of birth is recorded")
FERTILE: Final = range(12, 51)


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """Under this age these ATC classes meet the rule; `instead` are ATC codes to offer."""

    rule_id: str
    atc: tuple[str, ...]
    years: int = 0
    months: int = 0
    days: int = 0
    instead: tuple[str, ...] = ()

    def under(self, age: Age) -> bool:
        """Say whether an age is below the limit."""
        if self.years:
            return age.years < self.years
        return age.months < self.months if self.months else age.days < self.days


LIMITS: Final = (
    AgeLimit("AGE-01", ("J01MA",), years=18, instead=("J01FA10", "J01DC02", "J01DD08")),
    AgeLimit("AGE-02", ("J01AA",), years=8, instead=("J01FA10", "J01DC02")),
    AgeLimit("AGE-03", ("J01GB",), years=6),
    AgeLimit("AGE-05", ("N02AX02",), years=12, instead=("N02BE01", "M01AE01")),
    AgeLimit("AGE-07", ("R06AD02",), years=2),
    AgeLimit("AGE-08", ("A07DA03",), years=5, instead=("A07BC05", "A07CA")),
    AgeLimit("AGE-09", ("J01EE",), days=60),
    AgeLimit("AGE-11", ("J01BA01",), days=28),
    AgeLimit("AGE-12", ("M01AE01",), months=6, instead=("N02BE01",)),
    AgeLimit("AGE-13", ("N02BE01",), months=2),
    AgeLimit("AGE-14", ("A03FA01",), years=1),
)
# Classes with a rule of their own: the general "below the labelled age" stays silent for them.
SPECIFIC: Final = (*(code for limit in LIMITS for code in limit.atc), "R05DA04")


def _line_finding(line: Line, tier: Tier | None = None, **values: Text | str) -> Finding:
    return Finding((line.id,), (line.drug.id,), {"drug": line.name, **values}, tier)


def _age_rule(limit: AgeLimit) -> None:
    @rule(limit.rule_id)
    def too_young(case: Case) -> Iterator[Result]:
        for line in case.matching(*limit.atc):
            if not line.systemic:
                continue
            if case.age is None:
                yield Gap((line.id,), NO_BIRTH)
            elif limit.under(case.age):
                other = suggest(case, line, limit.instead)
                yield Finding((line.id,), (line.drug.id,), {"drug": line.name}, alternatives=other)


for _limit in LIMITS:
    _age_rule(_limit)


@rule("AGE-04")
def codeine(case: Case) -> Iterator[Result]:
    """Stop codeine under 12; warn under 18."""
    for line in case.matching("R05DA04"):
        if case.age is None:
            yield Gap((line.id,), NO_BIRTH)
        elif case.age.years < 18:
            yield _line_finding(line, None if case.age.years < 12 else Tier.WARNING)


@rule("AGE-06")
def aspirin_in_viral_illness(case: Case) -> Iterator[Result]:
    """Warn of aspirin under 16 with a viral illness (Reye syndrome)."""
    viral = (
        "J00",
        "J06",
        "J09",
        "J10",
        "J11",
        "J12",
        "B01",
        "B02",
        "B05",
        "B08",
        "B09",
        "B33",
        "B34",
        "A08",
        "U07",
    )
    illness = case.diagnosed(*viral, words=("感冒", "流感", "水痘", "病毒", "上呼吸道感染"))
    for line in case.matching("N02BA01", "B01AC06"):
        if case.age is not None and case.age.years < 16 and illness is not None:
            yield _line_finding(line)


@rule("AGE-10")
def ceftriaxone_in_newborn(case: Case) -> Iterator[Result]:
    """Stop ceftriaxone up to 28 days with intravenous calcium, jaundice or preterm birth."""
    if case.age is None or case.age.days > 28:
        return
    reasons = []
    if any(line.iv for line in case.matching("A12AA03", "B05XA07")):
        reasons.append(Text("静脉钙剂", "intravenous calcium"))
    if case.diagnosed("P58", "P59", words=("黄疸", "高胆红素")):
        reasons.append(Text("高胆红素血症", "jaundice"))
    if case.facts.preterm or case.diagnosed("P07", words=("早产",)):
        reasons.append(Text("早产", "preterm birth"))
    for line in case.matching("J01DD04") if reasons else ():
        yield _line_finding(line, detail=reasons[0])


@rule("AGE-15")
def below_labelled_age(case: Case) -> Iterator[Result]:
    """Warn when the patient is younger than the label allows, where no rule of its own speaks."""
    for line in case.lines:
        least = line.drug.min_age_years
        if least is None or case.age is None or line.drug.in_class(*SPECIFIC):
            continue
        if case.age.months < least * 12:
            limit = Age(int(least), int(least * 12), 30)
            yield _line_finding(line, limit=limit.text, age=case.age.text)


def _pregnant(case: Case) -> bool:
    return case.facts.pregnancy.state is PregnancyState.YES


def _may_conceive(case: Case) -> bool:
    return case.facts.sex == "female" and (case.age is None or case.age.years in FERTILE)


def _own_rule(case: Case, line: Line) -> bool:
    """Say whether one of the specific pregnancy rules speaks for the line already."""
    weeks = case.facts.pregnancy.weeks
    if line.drug.in_class("C09", "B01AA", *TERATOGENS):
        return True
    if line.drug.in_class(*NSAIDS):
        return weeks is not None and weeks >= 20
    early = weeks is not None and weeks < 14
    return line.drug.in_class("P01AB01", "J01XD", "J01EE") and early


TERATOGENS: Final = ("D10BA01", "D05BB02", "J05AP01", "L01BA01", "L04AX03")
NSAIDS: Final = ("M01A", "N02BA01")


def _pregnancy_category(rule_id: str, category: str) -> None:
    @rule(rule_id)
    def category_rule(case: Case) -> Iterator[Result]:
        for line in case.lines:
            if line.drug.pregnancy == category and _pregnant(case) and not _own_rule(case, line):
                yield _line_finding(line)


_pregnancy_category("PREG-01", "X")
_pregnancy_category("PREG-02", "D")


@rule("PREG-11")
def ask_first(case: Case) -> Iterator[Result]:
    """Ask a woman of 12 to 50 whether she is pregnant before a drug that matters."""
    if case.facts.pregnancy.state is not PregnancyState.UNKNOWN or not _may_conceive(case):
        return
    for line in case.lines:
        if line.drug.pregnancy in ("X", "D") and line.systemic:
            yield Gap((line.id,), Text("妊娠状态未记录", "Pregnancy is not recorded"))
            yield _line_finding(line)


@rule("PREG-03")
def nsaid_late(case: Case) -> Iterator[Result]:
    """Warn of an NSAID from 20 weeks, stop it from 28."""
    weeks = case.facts.pregnancy.weeks
    for line in case.matching(*NSAIDS) if _pregnant(case) else ():
        if weeks is None:
            yield Gap((line.id,), Text("孕周未记录", "Weeks of pregnancy are not recorded"))
        elif weeks >= 20:
            yield _line_finding(line, None if weeks >= 28 else Tier.WARNING, weeks=str(weeks))


def _pregnancy_class(rule_id: str, *atc: str, instead: tuple[str, ...] = ()) -> None:
    @rule(rule_id)
    def class_rule(case: Case) -> Iterator[Result]:
        for line in case.matching(*atc) if _pregnant(case) else ():
            other = suggest(case, line, instead)
            yield Finding((line.id,), (line.drug.id,), {"drug": line.name}, alternatives=other)


_pregnancy_class("PREG-04", "C09", instead=("C08CA05",))
_pregnancy_class("PREG-05", "B01AA")


@rule("PREG-06")
def teratogens(case: Case) -> Iterator[Result]:
    """Stop strong teratogens in pregnancy and without contraception."""
    for line in case.matching(*TERATOGENS):
        if _pregnant(case) or (_may_conceive(case) and not case.facts.contraception):
            yield _line_finding(line)


@rule("PREG-07")
def valproate(case: Case) -> Iterator[Result]:
    """Ask for contraception when a woman who may conceive gets valproate."""
    for line in case.matching("N03AG01"):
        if _may_conceive(case) and not case.facts.contraception and not _pregnant(case):
            yield _line_finding(line)


def _by_weeks(rule_id: str, applies: Callable[[Line, int], bool], *atc: str) -> None:
    @rule(rule_id)
    def weeks_rule(case: Case) -> Iterator[Result]:
        weeks = case.facts.pregnancy.weeks
        for line in case.matching(*atc) if _pregnant(case) else ():
            if weeks is None:
                yield Gap((line.id,), Text("孕周未记录", "Weeks of pregnancy are not recorded"))
            elif applies(line, weeks):
                yield _line_finding(line, weeks=str(weeks))


_by_weeks("PREG-08", lambda line, weeks: weeks < 14, "P01AB01", "J01XD")
_by_weeks(
    "PREG-09",
    lambda line, weeks: weeks >= 38 or (weeks < 14 and line.drug.in_class("J01EE")),
    "J01XE01",
    "J01EE",
)


@rule("PREG-10")
def herbs_in_pregnancy(case: Case) -> Iterator[Result]:
    """Stop herbs and patent medicines that name a herb contraindicated in pregnancy."""
    herbs = case.knowledge.rule_lists["pregnancy_herbs"]
    for line in case.lines if _pregnant(case) else ():
        if line.drug.kind in ("herb", "chinese-patent"):
            named = next((herb for herb in herbs if herb in line.drug.name_zh), "")
            if named:
                yield _line_finding(line, text=named)


@rule("LACT-01")
def breastfeeding(case: Case) -> Iterator[Result]:
    """Ask for a signature when a breastfeeding woman gets a drug that asks her to stop."""
    for line in case.lines:
        if line.drug.lactation != "stop" or not line.systemic:
            continue
        if case.facts.lactating:
            yield _line_finding(line)
        elif case.facts.lactating is None and _may_conceive(case) and case.age and case.age.years >= 15:
            yield Gap((line.id,), Text("哺乳状态未记录", "Breastfeeding is not recorded"))

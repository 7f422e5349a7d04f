"""Kidney and other results as rules read them: the value, how it was found, and when it is too old to count.

Creatinine clearance by Cockcroft and Gault: (140 - age) x kg x (0.85 in women) / (72 x creatinine in mg/dL), with
creatinine in mg/dL = μmol/L / 88.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from workstation.rules import texts
from workstation.rules.alerts import Text
from workstation.rules.case import Case
from workstation.rules.facts import Measured

KIDNEY_DAYS: Final = 180
POTASSIUM_DAYS: Final = 30
LIVER_DAYS: Final = 180
ADULT_YEARS: Final = 18
UMOL_PER_MG_DL: Final = Decimal("88.4")


@dataclass(frozen=True, slots=True)
class Result:
    """A value and how to say it."""

    value: Decimal
    text: Text


def fresh(case: Case, measured: Measured | None, days: int) -> Measured | None:
    """Give a result that is not older than so many days."""
    if measured is None or case.today - measured.on > timedelta(days=days):
        return None
    return measured


def cockcroft_gault(years: int, kilos: Decimal, creatinine_umol: Decimal, female: bool) -> Decimal:
    """Give creatinine clearance in mL/min, to one place."""
    mg_dl = creatinine_umol / UMOL_PER_MG_DL
    factor = Decimal("0.85") if female else Decimal(1)
    return ((140 - years) * kilos * factor / (72 * mg_dl)).quantize(Decimal("0.1"))


def egfr(case: Case) -> Result | None:
    """Give the estimated filtration rate; the clearance stands in when only that is known."""
    measured = fresh(case, case.facts.labs.egfr, KIDNEY_DAYS)
    if measured is not None:
        return Result(measured.value, texts.value(Text("eGFR", "eGFR"), measured))
    return _clearance(case)


def clearance(case: Case) -> Result | None:
    """Give creatinine clearance; the estimated filtration rate stands in when weight or creatinine is missing."""
    found = _clearance(case)
    if found is not None:
        return found
    measured = fresh(case, case.facts.labs.egfr, KIDNEY_DAYS)
    if measured is None:
        return None
    return Result(measured.value, texts.value(Text("eGFR", "eGFR"), measured))


def _clearance(case: Case) -> Result | None:
    creatinine = fresh(case, case.facts.labs.creatinine, KIDNEY_DAYS)
    weight, age = case.facts.weight, case.age
    if creatinine is None or weight is None or age is None or age.years < ADULT_YEARS:
        return None
    value = cockcroft_gault(age.years, weight.value, creatinine.value, case.facts.sex == "female")
    shown = Measured(value, "mL/min", creatinine.on)
    return Result(value, texts.value(Text("肌酐清除率", "creatinine clearance"), shown))


def potassium(case: Case) -> Result | None:
    """Give potassium in mmol/L when it is recent."""
    measured = fresh(case, case.facts.labs.potassium, POTASSIUM_DAYS)
    return Result(measured.value, texts.value(Text("血钾", "potassium"), measured)) if measured else None


def alt_ratio(case: Case) -> Result | None:
    """Give ALT as a multiple of its upper limit when it is recent."""
    measured = fresh(case, case.facts.labs.alt, LIVER_DAYS)
    if measured is None:
        return None
    return Result(measured.value / case.facts.labs.alt_upper, texts.value(Text("ALT", "ALT"), measured))


NO_KIDNEY: Final = Text("近 180 天无肾功能结果", "No kidney function within 180 days")
NO_POTASSIUM: Final = Text("近 30 天无血钾结果", "No potassium within 30 days")
NO_LIVER: Final = Text("近 180 天无肝功能结果", "No liver tests within 180 days")

"""Routes that may not be, forms that may not be crushed, and what an infusion may hold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from workstation.core.errors import Invalid
from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Case, Line
from workstation.rules.registry import Finding, Gap, Result, rule
from workstation.terminology.quantity import decimal, dose_fraction, units_in

SALINE: Final = "B05BB01"
GLUCOSE: Final = "B05BA03"
MOST_POTASSIUM_PERCENT: Final = Decimal("0.3")
MOST_POTASSIUM_G_HOUR: Final = Decimal("0.75")
VANCOMYCIN_MINUTES: Final = 60
VANCOMYCIN_MG_MINUTE: Final = 10


def _found(line: Line, tier: Tier | None = None, **values: Text | str) -> Finding:
    return Finding((line.id,), (line.drug.id,), {"drug": line.name, **values}, tier)


def _group(case: Case, line: Line) -> list[Line]:
    """Give the lines of the same infusion, the line itself included."""
    number = line.line.group
    return [other for other in case.lines if other.line.group == number] if number else [line]


def _solvent(line: Line) -> bool:
    return line.drug.in_class("B05B")


@rule("IV-01")
def potassium(case: Case) -> Iterator[Result]:
    """Stop potassium chloride pushed, undiluted, over 0.3 % or faster than 0.75 g an hour."""
    for line in case.matching("B05XA01"):
        grams = _grams(case, line)
        if line.route is not None and line.route.code == "iv":
            yield _found(line, detail=Text("途径为静脉注射", "it is to be injected"))
        elif not line.iv or grams is None:
            yield Gap((line.id,), Text("无法核算浓度", "The concentration cannot be computed"))
        else:
            yield from _diluted(case, line, grams)


def _grams(case: Case, line: Line) -> Decimal | None:
    try:
        units = case.knowledge.units
        return decimal(dose_fraction(line.drug, Fraction(line.line.dose), line.line.unit, "g", units))
    except Invalid:
        return None


def _diluted(case: Case, line: Line, grams: Decimal) -> Iterator[Result]:
    together = _group(case, line)
    if not any(_solvent(other) for other in together):
        yield _found(line, detail=Text("未与溶媒同组", "no solvent is in its group"))
        return
    millilitres = sum((_millilitres(case, other) for other in together), Decimal(0))
    percent = grams / millilitres * 100 if millilitres else Decimal(100)
    if percent > MOST_POTASSIUM_PERCENT:
        shown = f"{percent.quantize(Decimal('0.01')).normalize():f}%"
        yield _found(line, detail=Text(f"浓度 {shown}", f"concentration {shown}"))
    minutes = line.line.minutes
    if minutes is None:
        yield Gap(
            (line.id,), Text("未注明滴注时间，速度未核算", "No infusion time, the rate was not checked")
        )
    elif grams * 60 / minutes > MOST_POTASSIUM_G_HOUR:
        rate = (grams * 60 / minutes).quantize(Decimal("0.01")).normalize()
        yield _found(line, detail=Text(f"速度每小时 {rate:f} g", f"{rate:f} g an hour"))


def _millilitres(case: Case, line: Line) -> Decimal:
    """Give the volume a line adds to its infusion; powder adds none."""
    if line.drug.volume_ml is None:
        return Decimal(0)
    try:
        return (
            decimal(units_in(line.drug, line.line.dose, line.line.unit, case.knowledge.units))
            * line.drug.volume_ml
        )
    except Invalid:
        return Decimal(0)


@rule("IV-02")
def penicillin_in_glucose(case: Case) -> Iterator[Result]:
    """Warn of a penicillin in glucose."""
    for line in case.matching("J01CE01", "J01CA", "J01CR"):
        if line.iv and any(other.drug.in_class(GLUCOSE) for other in _group(case, line)):
            yield _found(line)


@rule("IV-03")
def erythromycin_in_saline(case: Case) -> Iterator[Result]:
    """Warn of erythromycin lactobionate put straight into saline."""
    for line in case.matching("J01FA01"):
        if line.iv and any(other.drug.in_class(SALINE) for other in _group(case, line)):
            yield _found(line)


@rule("IV-04")
def vancomycin_slowly(case: Case) -> Iterator[Result]:
    """Warn of vancomycin faster than 60 minutes or 10 mg a minute; without a planned time remind only."""
    for line in case.matching("J01XA01"):
        minutes, grams = line.line.minutes, _grams(case, line)
        if not line.iv:
            continue
        if minutes is None:
            yield _found(line, Tier.NOTE, detail=Text("未注明滴注时间。", "No time is planned."))
        elif minutes < VANCOMYCIN_MINUTES or (
            grams is not None and grams * 1000 / minutes > VANCOMYCIN_MG_MINUTE
        ):
            yield _found(line, detail=Text(f"现为 {minutes} 分钟。", f"Planned: {minutes} minutes."))


@rule("IV-05")
def inject_slowly(case: Case) -> Iterator[Result]:
    """Remind that vitamin K1, diazepam and furosemide are injected slowly."""
    for line in case.matching("B02BA01", "N05BA01", "C03CA01"):
        if line.iv:
            yield _found(line)


@rule("IV-06")
def chinese_injection_alone(case: Case) -> Iterator[Result]:
    """Stop a Chinese medicine injection that shares its infusion with another drug."""
    for line in case.lines:
        if line.drug.kind != "chinese-patent" or not line.drug.injectable:
            continue
        others = [o for o in _group(case, line) if o is not line and not _solvent(o)]
        if others:
            yield _found(line, other=others[0].name)


@rule("ROUTE-01")
def do_not_crush(case: Case) -> Iterator[Result]:
    """Stop crushing, halving or tube feeding of forms that release their drug in a special way."""
    for line in case.lines:
        drug = line.drug
        special = drug.flagged("NOCRUSH") or (
            (drug.modified_release or "enteric" in drug.form_en) and drug.portion.value == "whole"
        )
        if not special:
            continue
        if line.route is not None and line.route.code == "ng":
            yield _found(line, detail=Text("鼻饲", "given by tube"))
        elif line.line.crushed:
            yield _found(line, detail=Text("研碎", "crushed"))
        elif drug.portion.value == "whole" and _parted(case, line):
            yield _found(line, detail=Text("掰开服用", "divided"))


def _parted(case: Case, line: Line) -> bool:
    try:
        return units_in(line.drug, line.line.dose, line.line.unit, case.knowledge.units).denominator != 1
    except Invalid:
        return False


@rule("ROUTE-02")
def never_into_a_vein(case: Case) -> Iterator[Result]:
    """Stop benzathine penicillin, long-acting and premixed insulin going into a vein."""
    for line in case.matching("J01CE08", "A10AE", "A10AD"):
        if line.iv:
            yield _found(line)

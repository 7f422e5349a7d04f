"""What the law asks of every prescription sheet (处方管理办法, 长期处方管理规范)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workstation.rules import texts
from workstation.rules.alerts import Text
from workstation.rules.case import Case, Line
from workstation.rules.facts import RxKind, Stage, Visit
from workstation.rules.registry import Finding, Result, rule
from workstation.rules.sheets import MOST_DRUGS, SheetClass, last_valid_moment, sheet_class
from workstation.rules.supply_days import days_over

ORDINARY_DAYS: Final = 7
EMERGENCY_DAYS: Final = 3
LONG_TERM_DAYS: Final = 84
LONG_TERM_ASSESSED_DAYS: Final = 28
MOST_VALID_DAYS: Final = 3
VAGUE: Final = ("遵医嘱", "自用", "as directed", "own use")
# Chronic infections whose treatment may be long-term: tuberculosis, leprosy, chronic hepatitis B and C, HIV.
CHRONIC_INFECTION: Final = ("A15", "A16", "A17", "A18", "A19", "A30", "B18", "B20", "B24", "Z21")


def _found(line: Line, **values: Text | str) -> Finding:
    return Finding((line.id,), (line.drug.id,), {"drug": line.name, **values})


def _ordinary(case: Case) -> Iterator[Line]:
    """Give lines under the general limits: controlled drugs have limits of their own."""
    return (line for line in case.lines if not line.drug.controlled)


def _on_a_ward(case: Case) -> bool:
    """Say whether these are orders: they stand on no prescription sheet."""
    return case.draft.kind is RxKind.INPATIENT


@rule("LEGAL-01")
def five_drugs(case: Case) -> Iterator[Result]:
    """Stop more than five drugs on what would be one sheet."""
    if _on_a_ward(case):
        return
    by_class: dict[SheetClass, list[Line]] = {}
    for line in case.lines:
        by_class.setdefault(sheet_class(line.line, case.knowledge), []).append(line)
    for kind, lines in by_class.items():
        drugs = dict.fromkeys(line.drug.id for line in lines)
        if kind is not SheetClass.HERBS and len(drugs) > MOST_DRUGS:
            yield Finding(tuple(line.id for line in lines), tuple(drugs), {"count": str(len(drugs))})


@rule("LEGAL-02")
def herbs_alone(case: Case) -> Iterator[Result]:
    """Stop herbs among other drugs."""
    if not _on_a_ward(case) and any(line.drug.kind != "herb" for line in case.lines):
        for line in case.lines:
            if line.drug.kind == "herb":
                yield _found(line)


@rule("LEGAL-03")
def seven_days(case: Case) -> Iterator[Result]:
    """Stop more than 7 days for an outpatient without a written reason."""
    ordinary = case.facts.visit is Visit.OUTPATIENT and case.draft.kind is RxKind.ORDINARY
    if ordinary and not case.draft.extension_reason.strip():
        yield from _over(case, ORDINARY_DAYS)


@rule("LEGAL-04")
def three_days_in_emergency(case: Case) -> Iterator[Result]:
    """Stop more than 3 days in the emergency department without a written reason."""
    emergency = case.facts.visit is Visit.EMERGENCY and not _on_a_ward(case)
    if emergency and not case.draft.extension_reason.strip():
        yield from _over(case, EMERGENCY_DAYS)


def _over(case: Case, limit: int) -> Iterator[Result]:
    for line in _ordinary(case):
        days = days_over(case, line, limit)
        if days is not None:
            yield _found(line, days=str(days))


@rule("LEGAL-05")
def twelve_weeks(case: Case) -> Iterator[Result]:
    """Stop a long-term prescription over 84 days."""
    if case.draft.kind is RxKind.LONG_TERM:
        yield from _over(case, LONG_TERM_DAYS)


@rule("LEGAL-06")
def four_weeks_assessed(case: Case) -> Iterator[Result]:
    """Stop a long-term prescription over 28 days without an assessment on record."""
    if case.draft.kind is RxKind.LONG_TERM and not case.draft.strict_assessment:
        yield from _over(case, LONG_TERM_ASSESSED_DAYS)


@rule("LEGAL-07")
def not_long_term(case: Case) -> Iterator[Result]:
    """Stop controlled drugs, and antimicrobials outside chronic infection, on a long-term prescription."""
    if case.draft.kind is not RxKind.LONG_TERM:
        return
    chronic = case.diagnosed(*CHRONIC_INFECTION, words=("结核", "慢性乙型", "慢性丙型", "艾滋"))
    for line in case.lines:
        if line.drug.controlled:
            yield _found(line, **{"class": texts.CLASSES[line.drug.control_class]})
        elif line.drug.in_class("J01", "J02", "J04", "J05") and line.systemic and chronic is None:
            yield _found(line, **{"class": Text("抗微生物药物", "an antimicrobial")})


@rule("LEGAL-08")
def diagnosis_given(case: Case) -> Iterator[Result]:
    """Stop a sheet without a diagnosis."""
    sheet = case.draft.lines and not _on_a_ward(case)
    if sheet and not any(d.text.strip() or d.code for d in case.draft.diagnoses):
        yield Finding(())


@rule("LEGAL-09")
def plain_instructions(case: Case) -> Iterator[Result]:
    """Stop instructions that say nothing."""
    for line in case.lines:
        vague = next((word for word in VAGUE if word in line.line.note.lower()), "")
        if vague:
            yield _found(line, text=vague)


@rule("LEGAL-10")
def infant_weighed(case: Case) -> Iterator[Result]:
    """Stop a sheet for a child under 1 year without its weight."""
    if case.draft.lines and case.age is not None and case.age.years < 1 and case.facts.weight is None:
        yield Finding(tuple(line.id for line in case.lines))


@rule("LEGAL-12")
def still_valid(case: Case) -> Iterator[Result]:
    """Stop a validity over 3 days, and handing out after the last valid day."""
    draft = case.draft
    if _on_a_ward(case):
        return
    if draft.valid_days > MOST_VALID_DAYS or draft.valid_days < 1:
        stated = Text(f"现注明 {draft.valid_days} 天。", f"This sheet states {draft.valid_days} days.")
        yield Finding((), (), {"detail": stated})
    if draft.stage is Stage.DISPENSE and draft.signed_at is not None:
        until = last_valid_moment(draft.signed_at, draft.valid_days)
        if case.facts.now > until:
            day = texts.day_of(until.date())
            over = Text(f"已于 {day.zh} 过期。", f"It ended on {day.en}.")
            yield Finding((), (), {"detail": over})

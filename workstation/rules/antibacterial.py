"""Antibacterials by grade: who may prescribe which, where, and for how long in an emergency (84号令)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workstation.rules import texts
from workstation.rules.alerts import Text
from workstation.rules.case import Case, Line
from workstation.rules.facts import Grade, Visit
from workstation.rules.registry import Finding, Gap, Result, rule

MANY: Final = 3


def _graded(case: Case, grade: str) -> Iterator[Line]:
    return (line for line in case.lines if line.drug.antibacterial_grade == grade)


def _found(line: Line, **values: Text | str) -> Finding:
    return Finding((line.id,), (line.drug.id,), {"drug": line.name, **values})


def _may_restricted(case: Case) -> bool:
    prescriber = case.facts.prescriber
    granted = bool(prescriber.antibacterial & {"restricted", "special"})
    return granted and prescriber.grade is not Grade.RESIDENT


def _may_special(case: Case) -> bool:
    prescriber = case.facts.prescriber
    return "special" in prescriber.antibacterial and prescriber.grade is Grade.CHIEF


def emergency_use(case: Case, line: Line) -> bool:
    """Say whether the emergency exception holds: a reason is given and the line is for one day."""
    one_day = line.line.days <= 1 and not line.line.open_ended
    return bool(case.draft.override_reason.strip()) and one_day


@rule("ABX-01")
def restricted(case: Case) -> Iterator[Result]:
    """Stop a restricted antibacterial by a doctor without the right, except one day in an emergency."""
    for line in _graded(case, "restricted"):
        if not _may_restricted(case) and not emergency_use(case, line):
            yield _found(line)


@rule("ABX-02")
def special(case: Case) -> Iterator[Result]:
    """Stop a special antibacterial by anyone but a chief with a consultation, except one day in an emergency."""
    for line in _graded(case, "special"):
        allowed = _may_special(case) and case.draft.consultation
        if not allowed and not emergency_use(case, line):
            yield _found(line)


@rule("ABX-03")
def special_not_for_outpatients(case: Case) -> Iterator[Result]:
    """Stop a special antibacterial for an outpatient."""
    if case.facts.visit is Visit.OUTPATIENT:
        for line in _graded(case, "special"):
            yield _found(line)


@rule("ABX-04")
def emergency_exception(case: Case) -> Iterator[Result]:
    """Note a drug given above the prescriber's right in an emergency: one day, paperwork within 24 hours."""
    for line in case.lines:
        grade = line.drug.antibacterial_grade
        beyond = (grade == "restricted" and not _may_restricted(case)) or (
            grade == "special" and not (_may_special(case) and case.draft.consultation)
        )
        if beyond and emergency_use(case, line):
            yield _found(line)


@rule("ABX-05")
def many_together(case: Case) -> Iterator[Result]:
    """Warn of three or more systemic antibacterials together."""
    lines = [line for line in case.matching("J01", "P01AB") if line.systemic]
    ingredients = {line.drug.atc: line.name for line in lines}
    for active in case.actives:
        ended = active.medication.end is not None and active.medication.end < case.today
        if active.atc.startswith(("J01", "P01AB")) and not ended:
            ingredients.setdefault(active.atc, active.name)
    if lines and len(ingredients) >= MANY:
        names = texts.together(ingredients.values())
        values: dict[str, Text | str] = {"count": str(len(ingredients)), "drugs": names}
        yield Finding(tuple(line.id for line in lines), tuple(sorted(ingredients)), values)


def _infected(case: Case) -> bool:
    lists = case.knowledge.rule_lists
    return case.diagnosed(*lists["infection_codes"], words=lists["infection_words"]) is not None


@rule("ABX-06")
def reason_to_give(case: Case) -> Iterator[Result]:
    """Warn when no diagnosis speaks for an infection that an antibacterial treats."""
    lines = [line for line in case.matching("J01") if line.systemic]
    if not lines or not case.diagnoses or _infected(case):
        return
    if any(not d.code for d in case.diagnoses):
        reason = Text(
            "诊断未编码，无法核对适应证", "A diagnosis has no code, the indication was not compared"
        )
        yield Gap(tuple(line.id for line in lines), reason)
        return
    for line in lines:
        yield _found(line)

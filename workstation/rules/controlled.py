"""Narcotics and psychotropics: who may prescribe them, on what paper, for how long (处方管理办法 11, 21 to 27)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from workstation.rules import texts
from workstation.rules.alerts import Text
from workstation.rules.case import Case, Line
from workstation.rules.facts import RxKind, Visit
from workstation.rules.registry import Finding, Gap, Result, rule
from workstation.rules.supply_days import days_over, doses_of

REVIEW: Final = timedelta(days=92)
ADHD_DAYS: Final = 15
PSYCHOTROPIC_2_DAYS: Final = 7
FORMS: Final = {
    "injection": Text("注射剂", "injection"),
    "modified": Text("缓控释制剂", "modified-release form"),
    "other": Text("其他剂型", "other form"),
}
GENERAL_DAYS: Final = {"modified": 7, "other": 3}
PAIN_DAYS: Final = {"injection": 3, "modified": 15, "other": 7}


def _narcotics(case: Case) -> Iterator[Line]:
    return (line for line in case.lines if line.drug.control_class in ("narcotic", "psychotropic-1"))


def _found(line: Line, **values: Text | str) -> Finding:
    return Finding((line.id,), (line.drug.id,), {"drug": line.name, **values})


def form_of(line: Line) -> str:
    """Give the form the limits ask for; a patch releases its drug slowly and counts as modified release."""
    if line.drug.injectable:
        return "injection"
    slow = line.drug.modified_release or line.drug.form_en == "transdermal patch"
    return "modified" if slow else "other"


def _for_attention_deficit(case: Case, line: Line) -> bool:
    disorder = case.diagnosed("F90", words=("多动",))
    return line.drug.in_class("N06BA04") and disorder is not None


@rule("CTRL-01")
def right_to_prescribe(case: Case) -> Iterator[Result]:
    """Stop a doctor without the right for narcotics and class 1 psychotropics."""
    for line in _narcotics(case):
        if not case.facts.prescriber.narcotic:
            yield _found(line, **{"class": texts.CLASSES[line.drug.control_class]})


@rule("CTRL-02")
def own_form(case: Case) -> Iterator[Result]:
    """Note that these lines stand on the pale red form."""
    if case.draft.kind is not RxKind.INPATIENT:
        for line in _narcotics(case):
            yield _found(line)


@rule("CTRL-03")
def identity_recorded(case: Case) -> Iterator[Result]:
    """Stop without the patient's identity document, or the agent's when an agent collects."""
    for line in _narcotics(case):
        if case.facts.identity_document is None:
            yield Gap((line.id,), Text("未查询身份证明", "The identity document was not looked up"))
        agent = case.draft.agent_collects and not case.draft.agent_identified
        if case.facts.identity_document is False or agent:
            yield _found(line)


@rule("CTRL-04")
def general_limits(case: Case) -> Iterator[Result]:
    """Stop more than one dose of an injection, 7 days of modified release, 3 days of other forms."""
    if case.facts.visit is Visit.INPATIENT or case.facts.pain_file is not None:
        return
    for line in _narcotics(case):
        form = form_of(line)
        if form == "injection":
            yield from _one_dose(case, line)
        elif not _for_attention_deficit(case, line):
            yield from _days(case, line, form, GENERAL_DAYS[form])


def _one_dose(case: Case, line: Line) -> Iterator[Result]:
    doses = doses_of(case, line)
    if doses is None:
        yield Gap((line.id,), Text("无法换算用量", "The number of doses cannot be computed"))
    elif doses > 1:
        held = Text(f"{doses.normalize():f} 次用量", f"{doses.normalize():f} doses")
        yield _found(line, form=FORMS["injection"], limit=Text("一次常用量", "one usual dose"), amount=held)


def _days(case: Case, line: Line, form: str, limit: int) -> Iterator[Result]:
    days = days_over(case, line, limit)
    if days is not None:
        yield _found(line, form=FORMS[form], limit=texts.days(limit), amount=texts.days(days))


@rule("CTRL-05")
def pain_limits(case: Case) -> Iterator[Result]:
    """Stop more than 3 days of injections, 15 of modified release, 7 of other forms for a patient with a pain file."""
    if case.facts.visit is Visit.INPATIENT or case.facts.pain_file is None:
        return
    for line in _narcotics(case):
        form = form_of(line)
        if not _for_attention_deficit(case, line):
            yield from _days(case, line, form, PAIN_DAYS[form])


@rule("CTRL-06")
def one_day_in_hospital(case: Case) -> Iterator[Result]:
    """Stop more than one day in hospital."""
    if case.facts.visit is Visit.INPATIENT:
        for line in _narcotics(case):
            days = days_over(case, line, 1)
            if days is not None:
                yield _found(line, days=str(days))


@rule("CTRL-07")
def pethidine(case: Case) -> Iterator[Result]:
    """Stop pethidine beyond one dose or outside the institution."""
    for line in case.matching("N02AB02"):
        doses = doses_of(case, line)
        if case.draft.used_inside is None:
            yield Gap((line.id,), Text("未注明用药地点", "Where it is used is not stated"))
        if case.draft.used_inside is False or (doses is not None and doses > 1):
            yield _found(line)


@rule("CTRL-08")
def dihydroetorphine(case: Case) -> Iterator[Result]:
    """Stop dihydroetorphine beyond one dose or in a hospital below level 2."""
    for line in case.lines:
        if "二氢埃托啡" not in line.drug.name_zh:
            continue
        doses, level = doses_of(case, line), case.facts.hospital_level
        if level == 0:
            yield Gap((line.id,), Text("医院等级未设置", "The level of the hospital is not set"))
        if level == 1 or (doses is not None and doses > 1):
            yield _found(line)


@rule("CTRL-09")
def methylphenidate(case: Case) -> Iterator[Result]:
    """Stop methylphenidate for attention deficit over 15 days."""
    for line in case.lines:
        if _for_attention_deficit(case, line):
            days = days_over(case, line, ADHD_DAYS)
            if days is not None:
                yield _found(line, days=str(days))


@rule("CTRL-10")
def psychotropic_2_days(case: Case) -> Iterator[Result]:
    """Stop a class 2 psychotropic over 7 days without a written reason."""
    if case.draft.extension_reason.strip():
        return
    for line in case.lines:
        if line.drug.control_class == "psychotropic-2":
            days = days_over(case, line, PSYCHOTROPIC_2_DAYS)
            if days is not None:
                yield _found(line, days=str(days))


@rule("CTRL-11")
def injections_stay_inside(case: Case) -> Iterator[Result]:
    """Stop a narcotic injection that goes home without a pain file."""
    if case.facts.visit is Visit.INPATIENT or case.facts.pain_file is not None:
        return
    for line in _narcotics(case):
        if line.drug.control_class != "narcotic" or not line.drug.injectable:
            continue
        if case.draft.used_inside is None:
            yield Gap((line.id,), Text("未注明用药地点", "Where it is used is not stated"))
        elif case.draft.used_inside is False:
            yield _found(line)


@rule("CTRL-12")
def reviewed_lately(case: Case) -> Iterator[Result]:
    """Stop when the last review of a pain patient is over 3 months ago."""
    file = case.facts.pain_file
    if file is not None and case.today - file.last_visit > REVIEW:
        for line in _narcotics(case):
            yield _found(line, date=texts.day_of(file.last_visit))


@rule("CTRL-13")
def not_for_oneself(case: Case) -> Iterator[Result]:
    """Stop a doctor prescribing narcotics for himself."""
    staff = case.facts.patient_practitioner_id
    if staff and staff == case.facts.prescriber.practitioner_id:
        for line in _narcotics(case):
            yield _found(line)


@rule("CTRL-14")
def toxic_two_days(case: Case) -> Iterator[Result]:
    """Stop a medicinal toxic drug over 2 days."""
    for line in case.lines:
        if line.drug.control_class == "toxic":
            days = days_over(case, line, 2)
            if days is not None:
                yield _found(line, days=str(days))

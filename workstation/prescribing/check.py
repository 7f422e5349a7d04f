"""A draft seen through the rules: lines completed, facts gathered, alerts sorted to their lines, sheets planned.

Checking and signing go through the same function, so that what was shown is what is judged again at the signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from workstation.chart.facts import facts_of
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, text_of
from workstation.medication.judging import (
    CheckState,
    DraftCheck,
    LineCheck,
    answered,
    diagnoses_of,
    keyed,
    line_check,
    line_for_rules,
)
from workstation.medication.lines import Line, problem_of
from workstation.medication.model import Problem
from workstation.prescribing.lines import resolve
from workstation.prescribing.model import PrescriptionDraft, PrescriptionKind
from workstation.prescribing.sheets import type_label
from workstation.rules import facts as f
from workstation.rules.alerts import Evaluation
from workstation.rules.engine import evaluate
from workstation.rules.sheets import split
from workstation.security.permissions import Actor
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One of the sheets a draft becomes: its type and its lines by key."""

    number: int
    type: str
    label: str
    lines: tuple[str, ...]
    price: str


@dataclass(frozen=True, slots=True)
class Check(DraftCheck):
    """The whole draft as checked, with the sheets it becomes."""

    sheets: tuple[SheetPlan, ...] = ()
    total: str = "0"


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft with everything that was worked out about it; `lines` are the complete ones, in their order."""

    keys: tuple[str, ...]
    lines: dict[str, Line]
    problems: dict[str, Problem]
    facts: f.Facts
    draft: f.Draft
    evaluation: Evaluation
    sheets: tuple[tuple[str, tuple[str, ...]], ...]


def judge(
    reader: Reader, request: PrescriptionDraft, knowledge: Knowledge, now: datetime, actor: Actor
) -> Judged:
    """Complete and evaluate a draft. Raises NotFound for an unknown patient."""
    drafts = keyed(request.lines)
    lines: dict[str, Line] = {}
    problems: dict[str, Problem] = {}
    for draft in drafts:
        try:
            lines[draft.key] = resolve(draft, knowledge)
        except Invalid as error:
            problems[draft.key] = problem_of(error)
    facts = facts_of(reader, request.patient, request.encounter, now, actor)
    seen = draft_for_rules(request, tuple(lines.values()), diagnoses_of(reader, request.encounter))
    evaluation = evaluate(facts, seen, knowledge)
    sheets = tuple(
        (sheet.type.value, tuple(line.line_id for line in sheet.lines))
        for sheet in split(seen, facts, knowledge)
    )
    return Judged(tuple(d.key for d in drafts), lines, problems, facts, seen, evaluation, sheets)


def draft_for_rules(
    request: PrescriptionDraft, lines: Sequence[Line], diagnoses: Sequence[Resource]
) -> f.Draft:
    """Say the draft as the rules read it."""
    codes = [(code_of(d, systems.ICD10) or code_of(d, systems.ICD10_CN), text_of(d)) for d in diagnoses]
    return f.Draft(
        lines=tuple(line_for_rules(line) for line in lines),
        diagnoses=tuple(f.Diagnosis(code, text) for code, text in codes),
        kind=f.RxKind.LONG_TERM if request.kind is PrescriptionKind.LONG_TERM else f.RxKind.ORDINARY,
        extension_reason=request.extension_reason.strip(),
        valid_days=request.valid_days,
        strict_assessment=request.assessed,
        override_reason=request.emergency_reason.strip(),
        consultation=request.consultation,
        agent_collects=request.collector is not None,
        agent_identified=request.collector is not None
        and bool(request.collector.name and request.collector.document),
        used_inside=request.used_inside,
        signed_twice=request.signed_twice,
    )


def check_of(request: PrescriptionDraft, judged: Judged, knowledge: Knowledge) -> Check:
    """Make the answer a screen shows."""
    place = {key: n for n, (_type, keys) in enumerate(judged.sheets, 1) for key in keys}
    lines = tuple(_line_check(key, judged, place.get(key, 0), knowledge) for key in judged.keys)
    evaluation, weight = judged.evaluation, judged.facts.weight
    still = evaluation.unanswered(answered(request.overrides, evaluation))
    return Check(
        lines=lines,
        sheets=tuple(_plan(n, *sheet, judged) for n, sheet in enumerate(judged.sheets, 1)),
        alerts=evaluation.alerts,
        not_run=evaluation.not_checked,
        total=str(sum((line.price for line in judged.lines.values()), Decimal(0))),
        unanswered=tuple(alert.fingerprint for alert in still),
        knowledge=evaluation.knowledge_version,
        weight_kg=f"{weight.value.normalize():f}" if weight else "",
        weight_on=weight.on.isoformat() if weight else "",
    )


def _plan(number: int, type_: str, keys: tuple[str, ...], judged: Judged) -> SheetPlan:
    price = sum((judged.lines[key].price for key in keys), Decimal(0))
    return SheetPlan(number, type_, type_label(type_), keys, str(price))


def _line_check(key: str, judged: Judged, sheet: int, knowledge: Knowledge) -> LineCheck:
    line = judged.lines.get(key)
    if line is None:
        return LineCheck(key, CheckState.INCOMPLETE, judged.problems[key])
    return line_check(key, line, judged.evaluation, knowledge, sheet)


def refuse_incomplete(judged: Judged) -> None:
    """Raise Invalid for an empty prescription or the first incomplete line, naming it in `field`."""
    if not judged.keys:
        raise Invalid(_("There is nothing to sign."), field="lines")
    for place, key in enumerate(judged.keys, 1):
        problem = judged.problems.get(key)
        if problem is not None:
            text = _("Line {number}: {problem}", number=place, problem=problem.message)
            raise Invalid(text, problem.hint, f"{key}.{problem.field}")

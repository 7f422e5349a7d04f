"""A draft seen through the rules: lines completed, facts gathered, alerts sorted to their lines, sheets planned.

Checking and signing go through the same function, so that what was shown is what is judged again at the signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from workstation.chart.facts import facts_of
from workstation.core.clock import parse_instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, text_of
from workstation.prescribing.lines import Line, problem_of, resolve
from workstation.prescribing.model import (
    DraftLine,
    OverrideReason,
    PrescriptionDraft,
    PrescriptionKind,
    Problem,
)
from workstation.prescribing.reasons import LEAST_TEXT, REASONS
from workstation.prescribing.sheets import type_label
from workstation.rules import facts as f
from workstation.rules.alerts import Alert, Evaluation, NotChecked, Tier
from workstation.rules.engine import evaluate
from workstation.rules.sheets import split
from workstation.security.permissions import Actor
from workstation.store.reader import Reader
from workstation.terminology.doses import medication_line, supply_text
from workstation.terminology.knowledge import Knowledge

NOT_SO: Final = frozenset({"refuted", "entered-in-error"})


class CheckState(StrEnum):
    """What the check cell of a line says. Only `passed` may read as passed: nothing found, everything looked at."""

    INCOMPLETE = "incomplete"
    PASSED = "passed"
    ISSUES = "issues"
    NOT_RUN = "not-run"


@dataclass(frozen=True, slots=True)
class LineCheck:
    """A line as checked: supply, price, alerts, and the checks that could not be run.

    `sheet` counts from 1: the sheet this line will stand on, 0 while it is incomplete.
    """

    key: str
    state: CheckState
    problem: Problem | None = None
    alerts: tuple[Alert, ...] = ()
    not_run: tuple[NotChecked, ...] = ()
    packs: int = 0
    loose: int = 0
    units: int = 0
    needed: int = 0
    total: str = ""
    price: str = "0"
    sheet: int = 0
    line: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One of the sheets a draft becomes: its type and its lines by key."""

    number: int
    type: str
    label: str
    lines: tuple[str, ...]
    price: str


@dataclass(frozen=True, slots=True)
class Check:
    """The whole draft as checked. `alerts` and `not_run` hold everything; lines name theirs again.

    `unanswered` holds the fingerprints of stops and warnings that still stand before a signature. `weight_kg` and its
    day are what doses by weight are judged with, empty where nobody weighed the patient.
    """

    lines: tuple[LineCheck, ...]
    sheets: tuple[SheetPlan, ...]
    alerts: tuple[Alert, ...] = ()
    not_run: tuple[NotChecked, ...] = ()
    total: str = "0"
    unanswered: tuple[str, ...] = ()
    knowledge: str = ""
    weight_kg: str = ""
    weight_on: str = ""


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


def keyed(lines: Sequence[DraftLine]) -> tuple[DraftLine, ...]:
    """Give every line a key of its own: its own where it has one, else its place."""
    keys = [line.key or f"line-{n}" for n, line in enumerate(lines, 1)]
    unique = len(set(keys)) == len(keys)
    return tuple(
        replace(line, key=key if unique else f"line-{n}")
        for n, (line, key) in enumerate(zip(lines, keys, strict=True), 1)
    )


def diagnoses_of(reader: Reader, encounter: str) -> list[Resource]:
    """Give the diagnoses of a visit, as they stand on its prescriptions."""
    found = reader.find("Condition", {"encounter": encounter}) if encounter else []
    return [
        c["code"]
        for c in found
        if text_of(c.get("code")) and code_of(c.get("verificationStatus")) not in NOT_SO
    ]


def draft_for_rules(
    request: PrescriptionDraft, lines: Sequence[Line], diagnoses: Sequence[Resource]
) -> f.Draft:
    """Say the draft as the rules read it."""
    codes = [(code_of(d, systems.ICD10) or code_of(d, systems.ICD10_CN), text_of(d)) for d in diagnoses]
    return f.Draft(
        lines=tuple(_line_for_rules(line) for line in lines),
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


def _line_for_rules(line: Line) -> f.DraftLine:
    draft, test = line.draft, line.draft.skin_test
    skin_test = f.LineSkinTest()
    if test is not None:
        at = parse_instant(test.at) if test.at else None
        skin_test = f.LineSkinTest(test.state.value, at, test.reason)
    return f.DraftLine(
        line_id=draft.key,
        drug_id=line.drug.id,
        dose=line.dose,
        unit=draft.unit,
        route=line.route.code,
        frequency=line.frequency.code,
        days=line.supply.days,
        total_units=Decimal(line.supply.handed_out),
        packs=line.supply.packs,
        group=draft.group,
        skin_test=skin_test,
        prn=draft.prn,
        note=draft.note,
        overdose_reason=draft.overdose_reason,
        minutes=draft.minutes or None,
        crushed=draft.crushed,
    )


def answered(request: PrescriptionDraft, evaluation: Evaluation) -> frozenset[str]:
    """Give the fingerprints of the alerts that were answered well enough.

    A stop needs words of its own, and the second signature where its rule asks; a warning needs a listed reason or
    words.
    """
    return frozenset(
        alert.fingerprint
        for alert in evaluation.alerts
        if (reason := request.overrides.get(alert.fingerprint)) is not None and suffices(alert, reason)
    )


def suffices(alert: Alert, reason: OverrideReason) -> bool:
    """Say whether a reason answers an alert."""
    if not alert.overridable or (alert.needs_second_signature and not reason.signed_again):
        return False
    worded = len(reason.text.strip()) >= LEAST_TEXT
    return worded if alert.tier is Tier.STOP else worded or reason.code in REASONS


def check_of(request: PrescriptionDraft, judged: Judged, knowledge: Knowledge) -> Check:
    """Make the answer a screen shows."""
    place = {key: n for n, (_type, keys) in enumerate(judged.sheets, 1) for key in keys}
    lines = tuple(_line_check(key, judged, place.get(key, 0), knowledge) for key in judged.keys)
    evaluation, weight = judged.evaluation, judged.facts.weight
    still = evaluation.unanswered(answered(request, evaluation))
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
    alerts = judged.evaluation.of_line(key)
    not_run = tuple(n for n in judged.evaluation.not_checked if key in n.line_ids or not n.line_ids)
    said = medication_line(line.drug, line.regimen, knowledge.units)
    given = line.supply
    return LineCheck(
        key=key,
        state=_state(alerts, not_run),
        alerts=alerts,
        not_run=not_run,
        packs=given.packs,
        loose=given.loose,
        units=given.handed_out,
        needed=given.needed,
        total=supply_text(line.drug, given),
        price=str(line.price),
        sheet=sheet,
        line=said.display,
        spoken=said.spoken,
    )


def _state(alerts: Sequence[Alert], not_run: Sequence[NotChecked]) -> CheckState:
    if any(a.tier <= Tier.CAUTION for a in alerts):
        return CheckState.ISSUES
    return CheckState.NOT_RUN if not_run else CheckState.PASSED


def refuse_incomplete(judged: Judged) -> None:
    """Raise Invalid for an empty prescription or the first incomplete line, naming it in `field`."""
    if not judged.keys:
        raise Invalid(_("There is nothing to sign."), field="lines")
    for place, key in enumerate(judged.keys, 1):
        problem = judged.problems.get(key)
        if problem is not None:
            text = _("Line {number}: {problem}", number=place, problem=problem.message)
            raise Invalid(text, problem.hint, f"{key}.{problem.field}")

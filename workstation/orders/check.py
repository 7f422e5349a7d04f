"""Orders seen through the rules: lines completed, facts gathered, alerts sorted to their lines.

Checking and signing go through the same function, so that what was shown is what is judged again at the signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workstation.chart.facts import facts_of
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import code_of, text_of
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
from workstation.medication.model import Problem
from workstation.orderbook.book import orders_of
from workstation.orderbook.order import Order, running
from workstation.orders.lines import Ordered, complete, replaces, said
from workstation.orders.model import OrdersDraft, OrderTerm
from workstation.rules import facts as f
from workstation.rules.alerts import Evaluation
from workstation.rules.engine import evaluate
from workstation.security.permissions import Actor
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Replaced:
    """A running order that a line being written will stop: of some kinds only one runs at a time."""

    key: str
    order: str
    text: str


@dataclass(frozen=True, slots=True)
class OrdersCheck(DraftCheck):
    """The whole draft as checked, with the running orders it will stop."""

    replaced: tuple[Replaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft with everything that was worked out about it; `lines` are the complete ones, in their order."""

    keys: tuple[str, ...]
    lines: dict[str, Ordered]
    problems: dict[str, Problem]
    facts: f.Facts
    evaluation: Evaluation
    ending: dict[str, tuple[Order, ...]]


def judge(reader: Reader, request: OrdersDraft, knowledge: Knowledge, now: datetime, actor: Actor) -> Judged:
    """Complete and evaluate a draft. Raises NotFound for an unknown patient."""
    drafts = keyed(request.lines)
    lines, problems = complete(drafts, knowledge, now)
    facts = facts_of(reader, request.patient, request.encounter, now, actor)
    evaluation = evaluate(facts, _for_rules(reader, request, lines), knowledge)
    ending = _ending(reader, request.encounter, lines, knowledge)
    return Judged(tuple(d.key for d in drafts), lines, problems, facts, evaluation, ending)


def _for_rules(reader: Reader, request: OrdersDraft, lines: dict[str, Ordered]) -> f.Draft:
    codes = [
        (code_of(d, systems.ICD10) or code_of(d, systems.ICD10_CN), text_of(d))
        for d in diagnoses_of(reader, request.encounter)
    ]
    return f.Draft(
        lines=tuple(
            line_for_rules(line.medicine, open_ended=line.term is OrderTerm.LONG_TERM)
            for line in lines.values()
            if line.medicine is not None
        ),
        kind=f.RxKind.INPATIENT,
        diagnoses=tuple(f.Diagnosis(code, text) for code, text in codes),
        override_reason=request.emergency_reason.strip(),
        consultation=request.consultation,
        used_inside=True,
        signed_twice=request.signed_twice,
    )


def _ending(
    reader: Reader, encounter: str, lines: dict[str, Ordered], knowledge: Knowledge
) -> dict[str, tuple[Order, ...]]:
    """Give the orders of exclusive kinds that still run when a new one of their kind begins, by its key."""
    new = {key: line for key, line in lines.items() if replaces(line, knowledge)}
    if not new or not encounter:
        return {}
    standing = [o for o in orders_of(reader, encounter, knowledge) if not o.is_drug and o.term == "long-term"]
    return {
        key: tuple(o for o in standing if o.kind == line.kind and running(o, line.start))
        for key, line in new.items()
    }


def check_of(request: OrdersDraft, judged: Judged, knowledge: Knowledge) -> OrdersCheck:
    """Make the answer a screen shows."""
    evaluation, weight = judged.evaluation, judged.facts.weight
    still = evaluation.unanswered(answered(request.overrides, evaluation))
    return OrdersCheck(
        lines=tuple(_line_check(key, judged, knowledge) for key in judged.keys),
        alerts=evaluation.alerts,
        not_run=evaluation.not_checked,
        unanswered=tuple(alert.fingerprint for alert in still),
        knowledge=evaluation.knowledge_version,
        weight_kg=f"{weight.value.normalize():f}" if weight else "",
        weight_on=weight.on.isoformat() if weight else "",
        replaced=tuple(
            Replaced(key, order.id, order.display)
            for key, orders in judged.ending.items()
            for order in orders
        ),
    )


def _line_check(key: str, judged: Judged, knowledge: Knowledge) -> LineCheck:
    line = judged.lines.get(key)
    if line is None:
        return LineCheck(key, CheckState.INCOMPLETE, judged.problems[key])
    if line.medicine is not None:
        return line_check(key, line.medicine, judged.evaluation, knowledge)
    words = said(line, knowledge)
    return LineCheck(key, CheckState.NOT_NEEDED, line=words.display, spoken=words.spoken)


def refuse_incomplete(judged: Judged) -> None:
    """Raise Invalid for an empty draft or the first incomplete line, naming it in `field`."""
    if not judged.keys:
        raise Invalid(_("There is nothing to sign."), field="lines")
    for place, key in enumerate(judged.keys, 1):
        problem = judged.problems.get(key)
        if problem is not None:
            text = _("Line {number}: {problem}", number=place, problem=problem.message)
            raise Invalid(text, problem.hint, f"{key}.{problem.field}")

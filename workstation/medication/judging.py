"""What the rules say about lines of medicine: which were found wanting, and which answers are good enough.

Checking and signing judge with the same functions, so that what was shown is what is judged again at the signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from workstation.core.clock import parse_instant
from workstation.fhir.resources import Resource, code_of, text_of
from workstation.medication.lines import Line
from workstation.medication.model import MedicineLine, OverrideReason, Problem
from workstation.medication.reasons import LEAST_TEXT, REASONS
from workstation.rules import facts as f
from workstation.rules.alerts import Alert, Evaluation, NotChecked, Tier
from workstation.store.reader import Reader
from workstation.terminology.doses import medication_line, supply_text
from workstation.terminology.knowledge import Knowledge

NOT_SO: Final = frozenset({"refuted", "entered-in-error"})


class CheckState(StrEnum):
    """What the check cell of a line says. Only `passed` may read as passed: nothing found, everything looked at."""

    INCOMPLETE = "incomplete"
    NOT_NEEDED = "not-needed"  # no medicine: there is nothing to check
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
class DraftCheck:
    """A whole draft as checked. `alerts` and `not_run` hold everything; lines name theirs again.

    `unanswered` holds the fingerprints of stops and warnings that still stand before a signature. `weight_kg` and its
    day are what doses by weight are judged with, empty where nobody weighed the patient.
    """

    lines: tuple[LineCheck, ...]
    alerts: tuple[Alert, ...] = ()
    not_run: tuple[NotChecked, ...] = ()
    unanswered: tuple[str, ...] = ()
    knowledge: str = ""
    weight_kg: str = ""
    weight_on: str = ""


L = TypeVar("L", bound=MedicineLine)


def keyed(lines: Sequence[L]) -> tuple[L, ...]:
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


def line_for_rules(line: Line, *, open_ended: bool = False) -> f.DraftLine:
    """Say a line as the rules read it; `open_ended` runs until somebody stops it."""
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
        open_ended=open_ended,
    )


def answered(overrides: Mapping[str, OverrideReason], evaluation: Evaluation) -> frozenset[str]:
    """Give the fingerprints of the alerts that were answered well enough.

    A stop needs words of its own, and the second signature where its rule asks; a warning needs a listed reason or
    words.
    """
    return frozenset(
        alert.fingerprint
        for alert in evaluation.alerts
        if (reason := overrides.get(alert.fingerprint)) is not None and suffices(alert, reason)
    )


def suffices(alert: Alert, reason: OverrideReason) -> bool:
    """Say whether a reason answers an alert."""
    if not alert.overridable or (alert.needs_second_signature and not reason.signed_again):
        return False
    worded = len(reason.text.strip()) >= LEAST_TEXT
    return worded if alert.tier is Tier.STOP else worded or reason.code in REASONS


def line_check(
    key: str, line: Line, evaluation: Evaluation, knowledge: Knowledge, sheet: int = 0
) -> LineCheck:
    """Say what was found about one complete line; `sheet` is where it will stand, 0 where there are no sheets."""
    alerts = evaluation.of_line(key)
    not_run = tuple(n for n in evaluation.not_checked if key in n.line_ids or not n.line_ids)
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

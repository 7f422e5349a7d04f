"""Skin tests before penicillins, some cephalosporins and tetanus antitoxin (guidance of 2021, labels)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Case, Line
from workstation.rules.facts import Stage
from workstation.rules.registry import Finding, Result, rule

HIDING: Final = ("R06", "H02AB")
HIDING_WINDOW: Final = timedelta(hours=72)
ORDERED: Final = Text(
    "已开皮试，结果阴性前不得发药。", "A test is ordered; nothing is handed out before it is negative."
)


def _found(line: Line, tier: Tier | None = None, **values: Text | str) -> Finding:
    return Finding((line.id,), (line.drug.id,), {"drug": line.name, **values}, tier)


def _of_group(case: Case, group: str) -> Iterator[Line]:
    return (line for line in case.lines if line.drug.allergy_group == group)


def _result(case: Case, line: Line) -> str:
    """Give `negative` or `positive` from the line, else the latest valid test on record; empty when there is none."""
    own = line.line.skin_test
    if own.state in ("negative", "positive"):
        return own.state if own.at is None or _valid(case, line, own.at) or own.state == "positive" else ""
    tests = [t for t in case.facts.skin_tests if t.subject in (line.drug.allergy_group, line.drug.id)]
    positive = any(t.result == "positive" for t in tests)
    if positive:
        return "positive"
    return "negative" if any(_valid(case, line, t.at) for t in tests) else ""


def _valid(case: Case, line: Line, at: datetime) -> bool:
    test = case.knowledge.skin_tests.get(line.drug.allergy_group)
    hours = test.valid_hours if test else 72
    return timedelta(0) <= case.facts.now - at <= timedelta(hours=hours)


def _missing(case: Case, line: Line) -> Finding | None:
    """Give what to say when no valid negative test stands: nothing, a caution while signing, or a stop."""
    state = line.line.skin_test
    if _result(case, line) or (state.state == "exempt" and state.reason.strip()):
        return None
    if state.state == "required" and case.draft.stage is Stage.SIGN:
        return _found(line, Tier.CAUTION, detail=ORDERED)
    return _found(line, detail=ORDERED if state.state == "required" else Text("", ""))


@rule("SKIN-01")
def penicillins(case: Case) -> Iterator[Result]:
    """Stop a penicillin without a negative test within 72 hours, an exemption with a reason, or a test ordered with it.

    A test ordered on the sheet lets it be signed with a caution; handing out still waits for the result.
    """
    for line in _of_group(case, "penicillins"):
        missing = _missing(case, line) if line.drug.skin_test == "required" else None
        if missing is not None:
            yield missing


@rule("SKIN-02")
def positive(case: Case) -> Iterator[Result]:
    """Stop any drug whose test was positive."""
    for line in case.lines:
        if line.drug.skin_test and _result(case, line) == "positive":
            yield _found(line)


@rule("SKIN-03")
def cephalosporins(case: Case) -> Iterator[Result]:
    """Warn when the label asks for a test, or an immediate beta-lactam reaction is recorded, and none is done."""
    table = case.knowledge.allergens
    reacted = any(
        allergen is not None and (allergen.group or allergen.code) in ("penicillins", "cephalosporins")
        for allergen in (
            table.get(a.code) or table.named(a.text) for a in case.facts.allergies if a.counts and a.severe
        )
    )
    for line in _of_group(case, "cephalosporins"):
        if _result(case, line) or line.line.skin_test.state == "exempt":
            continue
        if line.drug.skin_test == "required":
            yield _found(line, detail=Text("说明书要求皮试", "its label asks for a skin test"))
        elif reacted:
            yield _found(
                line,
                detail=Text("既往β内酰胺类速发型过敏", "an immediate reaction to a beta-lactam is recorded"),
            )


@rule("SKIN-04")
def tetanus_antitoxin(case: Case) -> Iterator[Result]:
    """Stop tetanus antitoxin without a negative test."""
    for line in case.matching("J06AA02"):
        missing = _missing(case, line)
        if missing is not None:
            yield missing


@rule("SKIN-05")
def antihistamine_hides_it(case: Case) -> Iterator[Result]:
    """Caution when an antihistamine or steroid may hide a positive test that is still to be done."""
    tested = [line for line in case.lines if line.line.skin_test.state == "required"]
    if not tested:
        return
    since = (case.facts.now - HIDING_WINDOW).date()
    for active in case.actives:
        if active.atc.startswith(HIDING) and (
            active.medication.end is None or active.medication.end >= since
        ):
            yield Finding(tuple(t.id for t in tested), (active.key,), {"drug": active.name})
    for line in case.matching(*HIDING):
        if line.systemic:
            yield Finding(tuple(t.id for t in tested), (line.drug.id,), {"drug": line.name})

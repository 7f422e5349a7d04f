"""Clinical conflicts between drugs signed at two desks, by the same rules that are asked when one of them is signed.

A pair that a prescriber was asked about and answered is no conflict: he saw both. That is told by the alerts kept with
each signed line, so every desk, and the pharmacy that signed neither, comes to the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from workstation.rules import allergy as allergy_rules  # noqa: F401 - registers the rules that are asked here
from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Active, Case, Line
from workstation.rules.conflict_facts import Clash, RecordedAllergy, SignedLine
from workstation.rules.facts import ActiveMedication, AllergyState, Draft, DraftLine, Facts
from workstation.rules.interactions import pairs
from workstation.rules.registry import Finding, registered
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Interaction

NOT_RECORDED = Text("日期未记录", "on a day nobody noted")


def interacting(
    lines: Sequence[SignedLine], knowledge: Knowledge, fresh: Collection[str] | None = None
) -> Iterator[Clash]:
    """CC-06: two lines signed on different sheets interact badly, and neither signer was asked about the other.

    `lines` are those of one patient; with `fresh` only pairs with one of these ids are looked at.
    """
    for one, two in combinations(sorted(lines, key=lambda x: (x.signed, x.id)), 2):
        if fresh is not None and not {one.id, two.id} & set(fresh):
            continue
        if one.sheet == two.sheet or not _overlap(one, two) or _was_seen(one, two):
            continue
        worst = min(_between(one, two, knowledge), key=lambda row: row.severity, default=None)
        if worst is not None and worst.severity <= Tier.WARNING:
            yield _interaction(one, two, worst)


def _overlap(earlier: SignedLine, later: SignedLine) -> bool:
    return earlier.until is None or earlier.until >= later.signed.date()


def _was_seen(one: SignedLine, two: SignedLine) -> bool:
    return one.was_asked("DDI", two.drug.zh, two.drug.en) or two.was_asked("DDI", one.drug.zh, one.drug.en)


def _between(one: SignedLine, two: SignedLine, knowledge: Knowledge) -> Iterator[Interaction]:
    items = [_item(line, knowledge) for line in (one, two)]
    return (row for row in knowledge.interactions if next(pairs(row, items), None) is not None)


def _item(line: SignedLine, knowledge: Knowledge) -> Line | Active:
    if line.drug_id in knowledge.drugs:
        return Line(_draft_line(line), knowledge.drugs.get(line.drug_id), None, None)
    return Active(ActiveMedication("", line.atc, line.drug.zh), None)


def _draft_line(line: SignedLine) -> DraftLine:
    return DraftLine(line.id, line.drug_id, Decimal(0), "", "", "", 0)


def _interaction(one: SignedLine, two: SignedLine, row: Interaction) -> Clash:
    return Clash(
        "CC-06",
        two.patient,
        (f"MedicationRequest/{two.id}", f"MedicationRequest/{one.id}"),
        two.signed,
        {
            "first": one.drug,
            "first_by": one.by,
            "first_at": one.signed,
            "second": two.drug,
            "second_by": two.by,
            "second_at": two.signed,
            "effect": Text(row.effect_zh, row.effect_en),
            "management": Text(row.management_zh, row.management_en),
            "source": f"{row.id}: {row.source}",
        },
        severity=row.severity,
    )


def allergic(
    lines: Sequence[SignedLine], allergies: Iterable[RecordedAllergy], knowledge: Knowledge, now: datetime
) -> Iterator[Clash]:
    """CC-07: a signed line holds what the patient is allergic to, and whoever signed it was not asked about that.

    `lines` and `allergies` are those of one patient.
    """
    draft = Draft(tuple(_draft_line(line) for line in lines))
    by_id = {line.id: line for line in lines}
    for recorded in allergies:
        facts = Facts(now=now, allergies=(recorded.allergy,), allergy_state=AllergyState.KNOWN)
        found = _loudest(Case(facts, draft, knowledge))
        for line_id, (tier, finding) in found.items():
            allergen = finding.values["allergen"]
            names = (allergen.zh, allergen.en) if isinstance(allergen, Text) else (allergen,)
            if not by_id[line_id].was_asked("ALG-", *names):
                yield _allergy(by_id[line_id], recorded, finding, tier)


def _loudest(case: Case) -> dict[str, tuple[Tier, Finding]]:
    """Give, for every line that stops or warns, the loudest finding of the allergy rules."""
    found: dict[str, tuple[Tier, Finding]] = {}
    for rule_id, function in registered().items():
        rule = case.knowledge.rules.get(rule_id)
        if rule is None or rule.category != "allergy" or rule.status != "implemented":
            continue
        for finding in function(case):
            if not isinstance(finding, Finding):
                continue
            tier = Tier(max(rule.tier, finding.tier or rule.tier))
            for line in finding.lines:
                if tier <= Tier.WARNING and (line not in found or tier < found[line][0]):
                    found[line] = (tier, finding)
    return found


def _allergy(line: SignedLine, recorded: RecordedAllergy, finding: Finding, tier: Tier) -> Clash:
    return Clash(
        "CC-07",
        line.patient,
        (f"MedicationRequest/{line.id}", f"AllergyIntolerance/{recorded.id}"),
        max(line.signed, recorded.recorded or line.signed),
        {
            "drug": line.drug,
            "signed": line.signed,
            "signed_by": line.by,
            "allergen": finding.values["allergen"],
            "reaction": finding.values.get("reaction", ""),
            "recorded": recorded.recorded or NOT_RECORDED,
        },
        severity=int(tier),
    )

"""Interactions between the lines and with what the patient takes already, matched by ATC prefix on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Active, Case, Line
from workstation.rules.registry import Finding, Gap, Result, rule
from workstation.rules.suggest import suggest
from workstation.terminology.model import Interaction

INSTEAD: Final = {
    "I002": ("N02BE01",),
    "I019": ("N02BE01",),
    "I020": ("A02BC02", "A02BA03"),
    "I025": ("N02BE01",),
    "I031": ("N02BE01",),
    "I034": ("N02BE01",),
    "I054": ("J01FA10", "J01DC02"),
    "I063": ("A02BA03",),
    "I069": ("J01CR05", "J01DD62"),
    "I071": ("J01FA10",),
    "I088": ("A03FA03",),
    "I090": ("J01FA10", "J01DC02"),
}
Item = Line | Active


def _atc(item: Item) -> str:
    return item.drug.atc if isinstance(item, Line) else item.atc


def _key(item: Item) -> str:
    return item.drug.id if isinstance(item, Line) else item.key


def _side(items: Sequence[Item], prefixes: tuple[str, ...]) -> list[Item]:
    plain = tuple(p for p in prefixes if p != "ALCOHOL")
    alcohol = "ALCOHOL" in prefixes
    return [
        i
        for i in items
        if (plain and _atc(i) and _atc(i).startswith(plain))
        or (alcohol and i.drug is not None and i.drug.flagged("ETHANOL"))
    ]


def _herbs(items: Sequence[Item], names: str) -> list[Item]:
    wanted = [name.split("(")[0] for name in names.split("、")]
    return [
        i for i in items if isinstance(i, Line) and i.drug.kind == "herb" and i.drug.ingredient_zh in wanted
    ]


def pairs(row: Interaction, items: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """Give each pair once, at least one of it on the draft; a renewed drug is no second drug of its class."""
    if row.kind == "tcm":
        left, right = _herbs(items, row.a_zh), _herbs(items, row.b_zh)
    else:
        left, right = _side(items, row.a_atc), _side(items, row.b_atc)
    seen: set[frozenset[str]] = set()
    for one, two in product(left, right):
        pair = frozenset((_key(one), _key(two)))
        if one is two or pair in seen or not (isinstance(one, Line) or isinstance(two, Line)):
            continue
        if row.kind == "duplicate" and _atc(one) == _atc(two):
            continue
        seen.add(pair)
        yield one, two


@rule("DDI")
def interact(case: Case) -> Iterator[Result]:
    """Find every known interaction; severity 1 stops, 2 warns, 3 cautions. Drugs without a code are said unchecked."""
    items: list[Item] = [*case.lines, *case.actives]
    for item in items:
        if not _atc(item) and (item.drug is None or item.drug.kind != "herb"):
            lines = (item.id,) if isinstance(item, Line) else ()
            name = item.name
            reason = Text(
                f"{name.zh}无药理编码，相互作用未检查", f"{name.en} has no drug class code, not compared"
            )
            yield Gap(lines, reason)
    for row in case.knowledge.interactions:
        for one, two in pairs(row, items):
            yield _finding(case, row, one, two)


def _finding(case: Case, row: Interaction, one: Item, two: Item) -> Finding:
    lines = [i for i in (one, two) if isinstance(i, Line)]
    instead = tuple(a for line in lines for a in suggest(case, line, INSTEAD.get(row.id, ())))
    return Finding(
        tuple(line.id for line in lines),
        (row.id, _key(one), _key(two)),
        {
            "drug": one.name,
            "other": two.name,
            "effect": Text(row.effect_zh, row.effect_en),
            "management": Text(row.management_zh, row.management_en),
        },
        Tier(row.severity),
        instead,
        second_signature=row.severity == 1 or row.kind == "tcm",
        source=f"{row.id}: {row.source}",
    )

"""The same drug, or the same class, twice: on the sheet or with what the patient still has at home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from typing import Final

from workstation.rules.alerts import Tier
from workstation.rules.case import Active, Case, Line
from workstation.rules.registry import Finding, Result, rule

CLASSES: Final = (
    "A02BC",
    "A02BA",
    "A10BB",
    "C03C",
    "C07A",
    "C08CA",
    "C09A",
    "C09C",
    "C10AA",
    "H02AB",
    "J01C",
    "J01D",
    "J01FA",
    "J01MA",
    "M01A",
    "N05BA",
    "N05CD",
    "N06AB",
    "R06A",
)
RENEWAL: Final = timedelta(days=7)


def _comparable(line: Line) -> bool:
    return bool(line.drug.atc) and line.systemic and not line.drug.in_class("B05B")


def _still_taken(case: Case, active: Active) -> Tier | None:
    """Give how loud a duplicate with an active drug is; None when its supply runs out and this is its renewal.

    An order that runs on the ward is given until it is stopped: nothing of it runs out.
    """
    if active.medication.ordered:
        return Tier.WARNING
    end = active.medication.end
    if end is None:
        return Tier.CAUTION
    return Tier.WARNING if end > case.today + RENEWAL else None


@rule("DUP-01")
def same_ingredient(case: Case) -> Iterator[Result]:
    """Warn when two lines hold one ingredient, or the patient has more than a week of it left."""
    lines = [line for line in case.lines if _comparable(line)]
    for one, two in combinations(lines, 2):
        if one.drug.atc == two.drug.atc:
            values = {"drug": one.name, "other": two.name}
            yield Finding((one.id, two.id), (one.drug.id, two.drug.id), values)
    for line in lines:
        for active in case.actives:
            tier = _still_taken(case, active) if active.atc == line.drug.atc else None
            if tier is not None:
                yield Finding(
                    (line.id,), (line.drug.id, active.key), {"drug": line.name, "other": active.name}, tier
                )


@rule("DUP-02")
def same_class(case: Case) -> Iterator[Result]:
    """Warn of two different drugs of one class."""
    lines = [line for line in case.lines if _comparable(line)]
    for prefix in CLASSES:
        here = [line for line in lines if line.drug.in_class(prefix)]
        for one, two in combinations(here, 2):
            if one.drug.atc != two.drug.atc:
                values = {"drug": one.name, "other": two.name}
                yield Finding((one.id, two.id), (one.drug.id, two.drug.id), values)
        yield from _with_actives(case, here, prefix)


def _with_actives(case: Case, here: list[Line], prefix: str) -> Iterator[Result]:
    for line in here:
        for active in case.actives:
            if active.atc.startswith(prefix) and active.atc != line.drug.atc:
                tier = _still_taken(case, active) or Tier.CAUTION
                values = {"drug": line.name, "other": active.name}
                yield Finding((line.id,), (line.drug.id, active.key), values, tier)

"""Which signs are due for one patient in one column of the day: the site's rounds, its regular signs, and orders.

Pure: everything a decision needs is in the `Case`. The rounds and their source stand in vital_signs.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from workstation.terminology.ward_signs import Ordered, RoundRule, WardSigns

AT_ONCE: Final = ("weight", "systolic")
MORNING: Final = 1
"""From this column of the day on, what belongs to the day before is asked for."""


@dataclass(frozen=True, slots=True)
class Case:
    """What decides about one patient at `at`, in column `slot` (0 to 5) of its day.

    `temperatures` are those of the last days; `orders` the columns each running order asks for (empty: all of them);
    `last` the day each sign belongs to that was taken last; `taken` what was taken in this column already.
    """

    at: datetime
    slot: int
    admitted: date
    operations: tuple[date, ...] = ()
    temperatures: tuple[tuple[datetime, Decimal], ...] = ()
    orders: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    last: Mapping[str, date] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()


def due(case: Case, rules: WardSigns) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the fields that are due, in no order, and the names of the rounds that ask for them."""
    rule = next((rule for rule in rules.rounds if _fits(rule, case)), None)
    fields: list[str] = []
    why: list[str] = []
    if rule is not None and case.slot in rule.slots:
        fields += rule.signs
        why.append(rule.name)
    fields += [each.sign for each in rules.regular if _is_regular(each.sign, each.days, each.slot, case)]
    fields += [sign for each in rules.ordered if each.code in case.orders for sign in _ordered(each, case)]
    return tuple(dict.fromkeys(f for f in fields if f not in case.taken)), tuple(why)


def _fits(rule: RoundRule, case: Case) -> bool:
    if rule.order:
        return rule.order in case.orders
    if rule.temperature is not None:
        since = case.at - timedelta(days=rule.days)
        return any(at >= since and value >= rule.temperature for at, value in case.temperatures)
    if not rule.days:
        return True
    starts: Iterable[date] = case.operations if rule.code == "operated" else (case.admitted,)
    return any(0 <= (case.at.date() - start).days < rule.days for start in starts)


def _is_regular(sign: str, days: int, slot: int, case: Case) -> bool:
    last, today = case.last.get(sign), case.at.date()
    if last is None and sign in AT_ONCE and today == case.admitted:
        return True
    return case.slot == slot and (last is None or (today - last).days >= days)


def _ordered(each: Ordered, case: Case) -> tuple[str, ...]:
    if each.whole_day:
        yesterday = case.at.date() - timedelta(days=1)
        if case.slot < MORNING or yesterday < case.admitted:
            return ()
        return tuple(sign for sign in each.signs if case.last.get(sign, date.min) < yesterday)
    slots = case.orders[each.code]
    return each.signs if not slots or case.slot in slots else ()

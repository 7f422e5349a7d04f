"""Rules register under their id; what they yield is a finding, or a gap where something could not be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from workstation.rules.alerts import Text, Tier
from workstation.rules.case import Case

Value = Text | str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's condition is met on these lines. `values` fill the rule's message.

    The rule's own tier and rights stand unless given here; a tier given here can only make it quieter.
    """

    lines: tuple[str, ...]
    subject: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    tier: Tier | None = None
    alternatives: tuple[str, ...] = ()
    overridable: bool | None = None
    second_signature: bool | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A rule could not be judged on these lines."""

    lines: tuple[str, ...]
    reason: Text


Result = Finding | Gap
RuleFunction = Callable[[Case], Iterator[Result]]
_rules: dict[str, RuleFunction] = {}


def rule(rule_id: str) -> Callable[[RuleFunction], RuleFunction]:
    """Register a rule under its id in rules.csv. Raises ValueError when the id is taken."""

    def register(function: RuleFunction) -> RuleFunction:
        if rule_id in _rules:
            raise ValueError(f"rule {rule_id} is registered twice")
        _rules[rule_id] = function
        return function

    return register


def registered() -> Mapping[str, RuleFunction]:
    """Give every registered rule by id."""
    return _rules

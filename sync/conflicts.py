"""What happens when both sides changed one record: a table, resource type to policy, without clinical opinions.

The default is to park: both versions stay until a person decides. The centre wins only for what it alone publishes;
nothing about a patient ever has a winner by rule. A merge by element belongs here too, as a third policy, for types
whose elements stand alone (a telephone number, not a dose).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Policy(StrEnum):
    """How a conflict ends."""

    PARK = "park"
    THEIRS = "theirs"


POLICIES: Final[Mapping[str, Policy]] = {
    "CodeSystem": Policy.THEIRS,
    "ValueSet": Policy.THEIRS,
}


def policy(kinds: Iterable[str]) -> Policy:
    """Give the policy for a unit by the types that differ: one type that parks parks the whole unit."""
    wanted = {POLICIES.get(kind, Policy.PARK) for kind in kinds}
    return Policy.THEIRS if wanted == {Policy.THEIRS} else Policy.PARK

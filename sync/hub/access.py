"""Who may touch what at the centre. Coarse on purpose: the fine rules are the desk's, checked at every command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync.hub.errors import FhirError
from sync.hub.requests import READS, Call, Principal
from sync.hub.validation import TYPES

ADMINISTRATIVE: Final = frozenset(
    {"Practitioner", "PractitionerRole", "Organization", "Location", "AuditEvent"}
)
ASKED_FOR: Final = frozenset(
    {"Patient", "Encounter", "ServiceRequest", "Practitioner", "Organization", "Location"}
)
ANSWERED: Final = frozenset({"Specimen", "DiagnosticReport", "Observation"})


@dataclass(frozen=True, slots=True)
class Scope:
    """The resource types a role may read, and those it may write."""

    reads: frozenset[str]
    writes: frozenset[str]


EVERYTHING: Final = Scope(TYPES, TYPES)
SCOPES: Final = {
    "administrator": Scope(ADMINISTRATIVE, ADMINISTRATIVE),
    "auditor": Scope(ADMINISTRATIVE, ADMINISTRATIVE),
    "laboratory": Scope(
        ASKED_FOR | ANSWERED, ANSWERED
    ),  # another house's system: reads its orders, answers them
}


def scope_of(who: Principal) -> Scope:
    """Give what a role may touch; one without an entry everything."""
    return SCOPES.get(who.role, EVERYTHING)


def allowed_types(who: Principal) -> frozenset[str]:
    """Give the resource types this person may read."""
    return scope_of(who).reads


def require(who: Principal, call: Call) -> None:
    """Raise FhirError (403) unless this person may do this with resources of this type."""
    scope = scope_of(who)
    if call.type not in (scope.reads if call.interaction in READS else scope.writes):
        raise FhirError(403, "forbidden", f"The role {who.role} has no access to {call.type}.")

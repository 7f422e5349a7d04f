"""Who may touch what at the centre. Coarse on purpose: the fine rules are the desk's, checked at every command."""

from __future__ import annotations

from typing import Final

from sync.hub.errors import FhirError
from sync.hub.requests import Principal
from sync.hub.validation import TYPES

ADMINISTRATIVE: Final = frozenset(
    {"Practitioner", "PractitionerRole", "Organization", "Location", "AuditEvent"}
)
NO_CLINICAL_ACCESS: Final = frozenset({"administrator", "auditor"})


def allowed_types(who: Principal) -> frozenset[str]:
    """Give the resource types this person may read and write."""
    return ADMINISTRATIVE if who.role in NO_CLINICAL_ACCESS else TYPES


def require(who: Principal, kind: str) -> None:
    """Raise FhirError (403) unless this person may touch resources of this type."""
    if kind not in allowed_types(who):
        raise FhirError(403, "forbidden", f"The role {who.role} has no access to {kind}.")

"""What a desk keeps a copy of: resource types, and for what only matters while it is fresh, how many days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from workstation.fhir.search import PARAMS

NEVER: Final = frozenset({"AuditEvent", "Binary"})
_CLINICAL: Final = tuple(kind for kind in PARAMS if kind not in NEVER)

# What a limit of days may leave out. Never here: who somebody is, allergies, problems, prescriptions and orders.
DATED: Final = frozenset(
    {
        "Appointment",
        "ChargeItem",
        "Claim",
        "Communication",
        "DiagnosticReport",
        "DocumentReference",
        "ExplanationOfBenefit",
        "ImagingStudy",
        "Invoice",
        "Media",
        "MedicationAdministration",
        "Observation",
        "Provenance",
        "QuestionnaireResponse",
        "Slot",
        "Specimen",
    }
)


@dataclass(frozen=True, slots=True)
class Wants:
    """The scope of a desk. `days` limits the first download of the types in `DATED`; None keeps them all."""

    types: tuple[str, ...] = _CLINICAL
    days: int | None = None


_EVERYTHING: Final = Wants()
_PEOPLE: Final = Wants(("Patient", "Practitioner", "PractitionerRole", "Organization", "Location"))
BY_ROLE: Final[Mapping[str, Wants]] = {"administrator": _PEOPLE, "auditor": _PEOPLE}


def of_role(role: str) -> Wants:
    """Give what a desk used by this role keeps; a role without an entry keeps every clinical type."""
    return BY_ROLE.get(role, _EVERYTHING)


def of_roles(roles: Iterable[str]) -> Wants:
    """Give what a desk shared by these roles keeps: all that any of them needs."""
    each = [of_role(role) for role in roles] or [_EVERYTHING]
    limits = [wants.days for wants in each if wants.days is not None]
    types = tuple(dict.fromkeys(kind for wants in each for kind in wants.types))
    return Wants(types, max(limits) if len(limits) == len(each) else None)

"""What happens when both sides changed one record: a table, resource type to policy, without clinical opinions.

The default is to keep both until a person decides, and nothing about a patient's care ever has a winner by rule: not
an allergy, an order, a dose, a result, a document or the state of a task. Elements that stand alone (a telephone
number, not a dose) merge; the centre wins only for what it alone publishes, and for a record both made of one thing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final

from sync.elements import TABLE
from sync.merge import Merged, merge
from workstation.fhir.resources import Resource, as_list, is_derived, target
from workstation.security.permissions import Actor
from workstation.store.outbox import PendingEntry, PendingUnit
from workstation.store.rebase import Merger

CENTRE: Final = Actor("centre", "centre", "")  # in whose name both are done


class Policy(StrEnum):
    """How a conflict ends."""

    KEEP = "keep-both"
    MERGE = "merge-by-element"
    THEIRS = "theirs"


POLICIES: Final[Mapping[str, Policy]] = {
    "Appointment": Policy.MERGE,
    "Coverage": Policy.MERGE,
    "Encounter": Policy.MERGE,
    "Location": Policy.MERGE,
    "Organization": Policy.MERGE,
    "Patient": Policy.MERGE,
    "Practitioner": Policy.MERGE,
    "PractitionerRole": Policy.MERGE,
    "RelatedPerson": Policy.MERGE,
    "AllergyIntolerance": Policy.KEEP,
    "Composition": Policy.KEEP,
    "Condition": Policy.KEEP,
    "DetectedIssue": Policy.KEEP,
    "DiagnosticReport": Policy.KEEP,
    "DocumentReference": Policy.KEEP,
    "MedicationAdministration": Policy.KEEP,
    "MedicationDispense": Policy.KEEP,
    "MedicationRequest": Policy.KEEP,
    "Observation": Policy.KEEP,
    "Procedure": Policy.KEEP,
    "Provenance": Policy.KEEP,
    "ServiceRequest": Policy.KEEP,
    "Specimen": Policy.KEEP,
    "Task": Policy.KEEP,
    "CodeSystem": Policy.THEIRS,
    "ValueSet": Policy.THEIRS,
}


def policy(entries: Collection[PendingEntry]) -> Policy:
    """Give the policy for the records of a unit that differ: all of them merge, or all give way, or it is kept."""
    wanted = {_of(entry) for entry in entries}
    return wanted.pop() if len(wanted) == 1 else Policy.KEEP


def _of(entry: PendingEntry) -> Policy:
    if is_derived(entry.id) and not entry.base_version:
        return Policy.THEIRS
    return POLICIES.get(entry.type, Policy.KEEP)


def merge_records(base: Resource, ours: Resource, theirs: Resource) -> Resource | None:
    """Merge two versions of a record of a type that may be merged; None where a person must decide."""
    if POLICIES.get(str(base.get("resourceType"))) is not Policy.MERGE:
        return None
    merged = merge(base, ours, theirs, TABLE)
    return merged.resource if isinstance(merged, Merged) else None


def signed(entries: Sequence[PendingEntry], kind: str, id_: str) -> bool:
    """Say whether a signature among these records covers this one: what was signed is never rewritten."""
    return any(
        target(what, kind) == id_
        for entry in entries
        if entry.type == "Provenance" and entry.body is not None and entry.body.get("signature")
        for what in as_list(entry.body.get("target"))
    )


def _allows(unit: PendingUnit, kind: str, id_: str) -> bool:
    return not signed(unit.entries, kind, id_)


MERGER: Final = Merger(CENTRE, merge_records, _allows)

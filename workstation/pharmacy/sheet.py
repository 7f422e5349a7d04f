"""One sheet read from the store: its tasks, its lines, where it stands. Shared by commands and queries."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workstation.core.errors import NotFound
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, extension, target
from workstation.pharmacy.model import DISPENSE, REVIEW, SheetState
from workstation.stock import NOT_OUT, amount
from workstation.store.reader import Reader

REVIEW_STATES = {
    "requested": SheetState.TO_REVIEW,
    "accepted": SheetState.IN_REVIEW,
    "on-hold": SheetState.QUERY,
    "rejected": SheetState.REFUSED,
    "cancelled": SheetState.CANCELLED,
}
DISPENSE_STATES = {
    "requested": SheetState.TO_DISPENSE,
    "in-progress": SheetState.DISPENSING,
    "completed": SheetState.DISPENSED,
    "cancelled": SheetState.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A prescription sheet with its review and, once approved, its dispensing."""

    number: str
    review: Resource
    dispense: Resource | None
    lines: tuple[Resource, ...]

    @property
    def state(self) -> SheetState:
        """Say where the sheet stands."""
        if self.dispense is not None:
            return DISPENSE_STATES[self.dispense["status"]]
        return REVIEW_STATES.get(self.review["status"], SheetState.TO_DISPENSE)

    @property
    def patient(self) -> str:
        """Give the patient's id."""
        return target(self.review.get("for"), "Patient")

    @property
    def encounter(self) -> str:
        """Give the visit's id."""
        return target(self.review.get("encounter"), "Encounter")


def by_task(reader: Reader, task_id: str) -> Sheet:
    """Give the sheet a review or dispensing Task belongs to. Raises NotFound."""
    task = reader.get("Task", task_id)
    return by_number(reader, task.get("groupIdentifier", {}).get("value", ""))


def by_number(reader: Reader, number: str) -> Sheet:
    """Give the sheet with this number. Raises NotFound when no sheet on this desk has it."""
    group = f"{systems.PRESCRIPTION_NUMBER}|{number}"
    tasks = (
        {code_of(t.get("code")): t for t in reader.find("Task", {"group-identifier": group})}
        if number
        else {}
    )
    if REVIEW not in tasks:
        raise NotFound(
            _("No prescription with this number is on this desk."),
            _("It may still be on its way; check the number, or wait for the next sync."),
        )
    lines = reader.find("MedicationRequest", {"group-identifier": group})
    return Sheet(number, tasks[REVIEW], tasks.get(DISPENSE), tuple(sorted(lines, key=line_number)))


def line_number(line: Resource) -> int:
    """Give a line's place on its sheet."""
    return int(extension(line, systems.LINE_NUMBER) or 0)


def ordered(line: Resource) -> Decimal:
    """Give how much of a line was prescribed, in smallest units."""
    return amount(line.get("dispenseRequest", {}).get("quantity"))


def handed_out(reader: Reader, line: Resource) -> Decimal:
    """Give how much of a line was handed out already, at any counter."""
    given = reader.find("MedicationDispense", {"prescription": line["id"]})
    return sum((amount(d.get("quantity")) for d in given if d.get("status") not in NOT_OUT), Decimal(0))


def drug_of(line: Resource) -> str:
    """Give the catalogue id of a line's drug."""
    return code_of(line.get("medicationCodeableConcept"), systems.DRUG)

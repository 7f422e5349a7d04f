"""One sheet read from the store: its tasks, its lines, where it stands. Shared by commands and queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from decimal import Decimal
from typing import Final

from workstation.core.clock import parse_instant
from workstation.core.errors import NotFound
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, target
from workstation.pharmacy.model import DISPENSE, REVIEW, SheetState
from workstation.stock import NOT_OUT, amount
from workstation.store.reader import Reader

REVIEW_STATES: Final = {
    "draft": SheetState.TO_REVIEW,
    "requested": SheetState.TO_REVIEW,
    "received": SheetState.TO_REVIEW,
    "ready": SheetState.TO_REVIEW,
    "accepted": SheetState.IN_REVIEW,
    "in-progress": SheetState.IN_REVIEW,
    "on-hold": SheetState.QUERY,
    "completed": SheetState.TO_DISPENSE,
    "rejected": SheetState.REFUSED,
}
DISPENSE_STATES: Final = {
    "requested": SheetState.TO_DISPENSE,
    "in-progress": SheetState.DISPENSING,
    "on-hold": SheetState.PARTIAL,
    "completed": SheetState.DISPENSED,
}
STOPPED: Final = frozenset({"stopped", "cancelled", "entered-in-error"})
_FARTHEST: Final = ("requested", "in-progress", "on-hold", "completed")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A prescription sheet with its review and, once approved, its dispensing."""

    number: str
    review: Resource
    dispense: Resource | None
    lines: tuple[Resource, ...]

    @property
    def state(self) -> SheetState:
        """Say where the sheet stands; a sheet whose lines were all stopped is cancelled, unless it is out already."""
        state = self._by_tasks()
        stopped = bool(self.lines) and not self.active
        return SheetState.CANCELLED if stopped and state is not SheetState.DISPENSED else state

    def _by_tasks(self) -> SheetState:
        """A question after the approval takes the sheet back into review; what is out stays out."""
        reviewed = str(self.review.get("status"))
        if self.dispense is not None and (
            reviewed == "completed" or self.dispense.get("status") != "cancelled"
        ):
            return DISPENSE_STATES.get(str(self.dispense.get("status")), SheetState.CANCELLED)
        return REVIEW_STATES.get(reviewed, SheetState.CANCELLED)

    @property
    def holder(self) -> Resource:
        """Give who has the sheet in hand, as a Reference; empty when nobody has."""
        held = {SheetState.IN_REVIEW: self.review, SheetState.DISPENSING: self.dispense}.get(self.state)
        return dict((held or {}).get("owner", {}))

    @property
    def active(self) -> tuple[Resource, ...]:
        """Give the lines that were not stopped."""
        return tuple(line for line in self.lines if line.get("status") not in STOPPED)

    @property
    def patient(self) -> str:
        """Give the patient's id."""
        return target(self.review.get("for"), "Patient")

    @property
    def encounter(self) -> str:
        """Give the visit's id."""
        return target(self.review.get("encounter"), "Encounter")

    def line(self, line_id: str) -> Resource | None:
        """Give a line by its id."""
        return next((line for line in self.lines if line["id"] == line_id), None)


def by_task(reader: Reader, task_id: str) -> Sheet:
    """Give the sheet a review or dispensing Task belongs to. Raises NotFound."""
    task = reader.get("Task", task_id)
    return by_number(reader, str(task.get("groupIdentifier", {}).get("value", "")))


def by_number(reader: Reader, number: str) -> Sheet:
    """Give the sheet with this number. Raises NotFound when no sheet on this desk has it."""
    where = {"group-identifier": f"{systems.PRESCRIPTION_NUMBER}|{number}"}
    tasks = reader.find("Task", where) if number else []
    review = next((t for t in tasks if _is(t, REVIEW)), None)
    if review is None:
        raise NotFound(
            _("No prescription with this number is on this desk."),
            _("It may still be on its way; check the number, or wait for the next sync."),
        )
    lines = reader.find("MedicationRequest", where)
    return Sheet(number, review, _farthest(tasks), tuple(sorted(lines, key=line_number)))


def _is(task: Resource, code: str) -> bool:
    return code_of(task.get("code"), systems.TASK_CODE) == code


def _farthest(tasks: Sequence[Resource]) -> Resource | None:
    """Give the dispensing Task; of two (made at two counters without a line) the one that has come farther."""
    found = [t for t in tasks if _is(t, DISPENSE)]
    return max(found, key=lambda t: _rank(str(t.get("status")))) if found else None


def _rank(status: str) -> int:
    return _FARTHEST.index(status) if status in _FARTHEST else -1


def line_number(line: Resource) -> int:
    """Give a line's place on its sheet."""
    return int(extension(line, systems.LINE_NUMBER) or 0)


def ordered(line: Resource) -> Decimal:
    """Give how much of a line was prescribed, in smallest units."""
    return amount(line.get("dispenseRequest", {}).get("quantity"))


def dispenses(reader: Reader, line: Resource) -> list[Resource]:
    """Give what was handed out of a line, at any counter, in the order of time."""
    found = reader.find("MedicationDispense", {"prescription": line["id"]}, sort=("whenhandedover",))
    return [d for d in found if d.get("status") not in NOT_OUT]


def handed_out(reader: Reader, line: Resource) -> Decimal:
    """Give how much of a line was handed out already, at any counter.

    What came back is not taken off: a sheet is handed out once, and a returned medicine needs a new prescription.
    """
    return sum((amount(d.get("quantity")) for d in dispenses(reader, line)), Decimal(0))


def returns(reader: Reader, patient: str) -> list[Resource]:
    """Give the returns of a patient: deliveries that name the dispense they came back from."""
    found = reader.find("SupplyDelivery", {"patient": patient, "status": "completed"}) if patient else []
    return [d for d in found if target(extension(d, systems.RETURN_OF), "MedicationDispense")]


def returned(found: Sequence[Resource], dispense_id: str) -> Decimal:
    """Give how much of one dispense came back, in the shelf's units."""
    return sum(
        (
            amount(d.get("suppliedItem", {}).get("quantity"))
            for d in found
            if target(extension(d, systems.RETURN_OF), "MedicationDispense") == dispense_id
        ),
        Decimal(0),
    )


def trace_codes(resource: Resource) -> tuple[str, ...]:
    """Give the trace codes written on a dispense or a return."""
    entries = as_list(resource.get("identifier"))
    return tuple(str(e.get("value", "")) for e in entries if e.get("system") == systems.TRACE_CODE)


def is_out(reader: Reader, code: str) -> bool:
    """Say whether the pack with this trace code was handed out and has not come back."""
    given = reader.find("MedicationDispense", {"identifier": f"{systems.TRACE_CODE}|{code}"})
    live = [d for d in given if d.get("status") not in NOT_OUT]
    back = [
        r
        for d in live
        for r in returns(reader, target(d.get("subject"), "Patient"))
        if target(extension(r, systems.RETURN_OF), "MedicationDispense") == d["id"] and code in trace_codes(r)
    ]
    return len(live) > len(back)


def drug_of(line: Resource) -> str:
    """Give the catalogue id of a line's drug."""
    return code_of(line.get("medicationCodeableConcept"), systems.DRUG)


def valid_until(sheet: Sheet, zone: tzinfo | None) -> datetime | None:
    """Give the last moment a sheet is valid; one that does not say is valid on its day (处方管理办法 article 18).

    None where nothing tells when it was written.
    """
    moments = [m for line in sheet.lines if (m := _line_end(line, zone)) is not None]
    return min(moments) if moments else None


def _line_end(line: Resource, zone: tzinfo | None) -> datetime | None:
    end = str(line.get("dispenseRequest", {}).get("validityPeriod", {}).get("end", ""))
    if len(end) > 10:
        return parse_instant(end, zone)
    written = str(line.get("authoredOn", ""))
    if not end and len(written) > 10:
        end = parse_instant(written, zone).astimezone(zone).date().isoformat()
    day = end or written[:10]
    return datetime.combine(datetime.fromisoformat(day), time.max, zone) if len(day) == 10 else None

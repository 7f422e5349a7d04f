"""What was carried out of the orders of a stay: doses given or not given, infusions running, other orders done.

Facts stand for themselves: they are read whether their order still runs, was changed, or is not on this desk at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from workstation.chart.people import author_name
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, identifier, target, text_of
from workstation.store.reader import Reader, Span, Wanted

EXECUTION: Final = "order-execution"
VERIFIER: Final = "verifier"


class Done(StrEnum):
    """What a fact says."""

    GIVEN = "completed"
    RUNNING = "in-progress"
    NOT_GIVEN = "not-done"
    ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True)
class Given:
    """One fact about one line: `slot` is the planned dose it belongs to, `at` when it happened (FHIR instant).

    `by` gave it, `second` checked it; `reason` is the code why it was not given, `text` in words. `dose` as recorded.
    """

    id: str
    order: str
    slot: str
    state: Done
    encounter: str
    patient: str
    at: str
    end: str = ""
    planned: str = ""
    by: str = ""
    second: str = ""
    late_reason: str = ""
    reason: str = ""
    text: str = ""
    scanned: str = ""
    name: str = ""
    dose: str = ""
    dose_unit: str = ""

    @property
    def counts(self) -> bool:
        """Whether it still stands: it was not entered in error."""
        return self.state is not Done.ERROR


def given_of(reader: Reader, encounter: str) -> tuple[Given, ...]:
    """Give every fact of one stay, oldest first, those entered in error included."""
    return given_of_many(reader, (encounter,)).get(encounter, ())


def given_of_many(
    reader: Reader, encounters: Sequence[str], since: datetime | None = None
) -> dict[str, tuple[Given, ...]]:
    """Give the facts of many stays by stay, with two queries in all; `since` leaves out what ended before."""
    found: dict[str, list[Given]] = {encounter: [] for encounter in encounters}
    if not found:
        return {}
    stays = list(found)
    when: dict[str, Wanted] = {} if since is None else {"effective-time": Span(since)}
    made: dict[str, Wanted] = {} if since is None else {"authored-on": Span(since)}
    doses = reader.find("MedicationAdministration", {"context": stays, **when})
    code = f"{systems.TASK_CODE}|{EXECUTION}"
    tasks = reader.find("Task", {"encounter": stays, "code": code, **made})
    facts = [*(dose_given(reader, d) for d in doses), *(carried_out(reader, t) for t in tasks)]
    for fact in sorted(facts, key=lambda fact: (fact.at, fact.id)):
        found[fact.encounter].append(fact)
    return {encounter: tuple(rows) for encounter, rows in found.items()}


def dose_given(reader: Reader, dose: Resource) -> Given:
    """Read one MedicationAdministration."""
    period = dose.get("effectivePeriod", {})
    quantity = dose.get("dosage", {}).get("dose", {})
    performers = as_list(dose.get("performer"))
    second = next((p for p in performers if code_of(p.get("function")) == VERIFIER), None)
    first: Resource = next((p for p in performers if p is not second), {})
    return Given(
        id=dose["id"],
        order=target(dose.get("request"), "MedicationRequest"),
        slot=identifier(dose, systems.DOSE_SLOT),
        state=_state(dose),
        encounter=target(dose.get("context"), "Encounter"),
        patient=target(dose.get("subject"), "Patient"),
        at=str(dose.get("effectiveDateTime") or period.get("start", "")),
        end=str(period.get("end", "")),
        planned=str(extension(dose, systems.SCHEDULED_FOR) or ""),
        by=author_name(reader, first.get("actor")),
        second=author_name(reader, second.get("actor")) if second else "",
        late_reason=str(extension(dose, systems.LATE_REASON) or ""),
        reason=code_of(dose.get("statusReason"), systems.REASON),
        text=text_of(dose.get("statusReason")) or _notes(dose),
        scanned=str(extension(dose, systems.CHECKED_BY_SCAN) or ""),
        name=text_of(dose.get("medicationCodeableConcept")),
        dose=str(quantity.get("value", "")),
        dose_unit=str(quantity.get("unit", "")),
    )


def carried_out(reader: Reader, task: Resource) -> Given:
    """Read one Task that says an order other than a medicine was carried out."""
    period = task.get("executionPeriod", {})
    return Given(
        id=task["id"],
        order=target(task.get("focus"), "ServiceRequest"),
        slot=identifier(task, systems.DOSE_SLOT),
        state=_state(task),
        encounter=target(task.get("encounter"), "Encounter"),
        patient=target(task.get("for"), "Patient"),
        at=str(period.get("end") or period.get("start", "")),
        planned=str(extension(task, systems.SCHEDULED_FOR) or ""),
        by=author_name(reader, task.get("owner")),
        late_reason=str(extension(task, systems.LATE_REASON) or ""),
        reason=code_of(task.get("statusReason"), systems.REASON),
        text=text_of(task.get("statusReason")) or _notes(task),
    )


def by_slot(facts: Iterable[Given]) -> dict[str, tuple[Given, ...]]:
    """Give the facts that still stand, by the planned dose they belong to."""
    found: dict[str, tuple[Given, ...]] = {}
    for fact in facts:
        if fact.counts and fact.slot:
            found[fact.slot] = (*found.get(fact.slot, ()), fact)
    return found


def _state(resource: Resource) -> Done:
    """Read a status; what is neither running, undone nor an error counts as done: a fact is never shown as due."""
    status = {"failed": "not-done", "rejected": "not-done"}.get(
        str(resource.get("status")), str(resource.get("status"))
    )
    return Done(status) if status in {d.value for d in Done} else Done.GIVEN


def _notes(resource: Resource) -> str:
    return " ".join(str(n.get("text", "")) for n in as_list(resource.get("note")))

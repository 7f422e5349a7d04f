"""The queue at the counter: what waits for review, what waits to be handed out, what went out today.

A row is made from few reads, because a busy counter asks for two hundred of them after every change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from workstation.chart.people import age_text, display_name
from workstation.core.clock import parse_instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, target, text_of
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.model import DISPENSE, REVIEW, Queue, SheetState
from workstation.pharmacy.rows import QueueRow, QueueView
from workstation.store.reader import Reader, Span
from workstation.terminology.names import Alike, alike
from workstation.terminology.pinyin import readings

PARTS: Final = {
    "review": (REVIEW, ("draft", "requested", "received", "ready", "accepted", "in-progress", "on-hold")),
    "dispense": (DISPENSE, ("requested", "in-progress", "on-hold")),
    "done": (DISPENSE, ("completed",)),
}
OLDEST: Final = timedelta(days=4)
"""A sheet is valid for three days at most (处方管理办法 article 18), so what went out today was approved since then."""

HELD: Final = frozenset({SheetState.IN_REVIEW, SheetState.DISPENSING})
URGENT: Final = ("urgent", "stat", "asap")


def queue_of(reader: Reader, request: Queue, now: datetime) -> QueueView:
    """Give one part of the queue: urgent first, then those that can be worked on, then who has waited longest."""
    if request.part not in PARTS:
        raise Invalid(_("There is no such part of the queue."), field="part")
    found = {part: tasks_of(reader, part, now) for part in PARTS}
    tasks = _in_order(found[request.part], request.part)
    rows = rows_of(reader, tasks[: request.limit], now)
    return QueueView(
        tuple(marked(rows)),
        len(tasks),
        to_review=len(found["review"]),
        to_dispense=len(found["dispense"]),
        done_today=len(found["done"]),
        urgent=sum(1 for task in found["review"] if is_urgent(task)),
    )


def tasks_of(reader: Reader, part: str, now: datetime) -> list[Resource]:
    """Give the Tasks of one part of the queue, the oldest first."""
    code, states = PARTS[part]
    where: dict[str, str | tuple[str, ...] | Span] = {"code": f"{systems.TASK_CODE}|{code}", "status": states}
    if part != "done":
        return reader.find("Task", where, sort=("authored-on",))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    where["authored-on"] = Span(midnight - OLDEST)
    return [t for t in reader.find("Task", where, sort=("-authored-on",)) if _changed(t, now) >= midnight]


def _changed(task: Resource, now: datetime) -> datetime:
    text = str(task.get("lastModified") or task.get("authoredOn") or "")
    return parse_instant(text, now.tzinfo) if len(text) > 10 else now - OLDEST


def _in_order(tasks: Sequence[Resource], part: str) -> list[Resource]:
    if part == "done":
        return sorted(tasks, key=lambda t: str(t.get("lastModified", "")), reverse=True)
    return sorted(tasks, key=lambda t: (t.get("status") == "on-hold", not is_urgent(t)))


def is_urgent(task: Resource) -> bool:
    """Say whether a Task goes before others."""
    return task.get("priority") in URGENT


def rows_of(reader: Reader, tasks: Sequence[Resource], now: datetime) -> list[QueueRow]:
    """Make the rows of Tasks, with one read for each kind of record they need."""
    lines: dict[str, list[Resource]] = {}
    numbers = tuple({number_of(task) for task in tasks})
    for line in reader.find("MedicationRequest", {"group-identifier": numbers}):
        lines.setdefault(number_of(line), []).append(line)
    patients = _by_id(reader, "Patient", (target(task.get("for"), "Patient") for task in tasks))
    visits = _by_id(reader, "Encounter", (target(task.get("encounter"), "Encounter") for task in tasks))
    ids = tuple(str(task["id"]) for task in tasks)
    asked = {
        target(task, "Task")
        for message in reader.find("Communication", {"based-on": ids})
        for task in as_list(message.get("basedOn"))
    }
    return [
        _row(
            task,
            lines.get(number_of(task), []),
            patients.get(target(task.get("for"), "Patient"), {}),
            visits.get(target(task.get("encounter"), "Encounter"), {}),
            task["id"] in asked,
            now,
        )
        for task in tasks
    ]


def number_of(resource: Resource) -> str:
    """Give the number of the sheet a Task or a line belongs to, or an empty text."""
    group = resource.get("groupIdentifier", {})
    return str(group.get("value", "")) if group.get("system") == systems.PRESCRIPTION_NUMBER else ""


def _by_id(reader: Reader, kind: str, ids: Iterable[str]) -> dict[str, Resource]:
    wanted = tuple({id_ for id_ in ids if id_})
    return {str(r["id"]): r for r in reader.find(kind, {"_id": wanted})} if wanted else {}


def _row(
    task: Resource,
    lines: Sequence[Resource],
    patient: Resource,
    visit: Resource,
    asked: bool,
    now: datetime,
) -> QueueRow:
    state = state_of(task, lines)
    name, birth = display_name(patient), str(patient.get("birthDate", ""))
    return QueueRow(
        task=task["id"],
        number=number_of(task),
        patient=target(task.get("for"), "Patient"),
        name=name,
        sex=str(patient.get("gender", "")),
        birth_date=birth,
        age=age_text(birth, now.date()),
        state=state,
        waiting_minutes=_waited(task, now),
        urgent=is_urgent(task),
        rx_type=rx_type_of(lines),
        lines=sum(1 for line in lines if line.get("status") not in sheets.STOPPED),
        department=text_of(visit.get("serviceType")),
        holder=str(task.get("owner", {}).get("display", "")) if state in HELD else "",
        answered=asked and state in (SheetState.TO_REVIEW, SheetState.IN_REVIEW),
        parked=text_of(task.get("statusReason")) if state not in HELD else "",
        initials=readings(name).initials,
        at=str(task.get("lastModified") or task.get("authoredOn") or ""),
        since=str(task.get("authoredOn", "")),
    )


def state_of(task: Resource, lines: Sequence[Resource]) -> SheetState:
    """Say where a sheet stands from the Task that is in the queue and its lines."""
    review = code_of(task.get("code"), systems.TASK_CODE) == REVIEW
    states = sheets.REVIEW_STATES if review else sheets.DISPENSE_STATES
    state = states.get(str(task.get("status")), SheetState.CANCELLED)
    stopped = bool(lines) and all(line.get("status") in sheets.STOPPED for line in lines)
    return SheetState.CANCELLED if stopped and state is not SheetState.DISPENSED else state


def rx_type_of(lines: Iterable[Resource]) -> str:
    """Give the type a sheet was signed with, or an empty text."""
    for line in lines:
        for concept in as_list(line.get("category")):
            if code := code_of(concept, systems.RX_TYPE):
                return code
    return ""


def marked(rows: Sequence[QueueRow]) -> list[QueueRow]:
    """Mark the rows whose patients share a name, or its sound, with another patient on the list."""
    marks = alike({row.patient: row.name for row in rows}.items())
    return [
        replace(row, same_name=True)
        if (mark := marks.get(row.patient)) is Alike.SAME
        else replace(row, sounds_alike=True)
        if mark is Alike.SOUND
        else row
        for row in rows
    ]


def _waited(task: Resource, now: datetime) -> int:
    begun = str(task.get("authoredOn", ""))
    if len(begun) <= 10:
        return 0
    return max(0, int((now - parse_instant(begun, now.tzinfo)).total_seconds() // 60))

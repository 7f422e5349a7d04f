"""From open Encounters to the rows of a queue: which count today, in which order, and what each row says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from workstation.chart.people import display_name
from workstation.core.clock import parse_instant
from workstation.fhir import systems
from workstation.fhir.resources import (
    Resource,
    as_list,
    code_of,
    extension,
    identifier,
    target,
    text_of,
)
from workstation.queue import visit
from workstation.queue.model import OPEN, Priority, QueueRow, State
from workstation.store.reader import Reader, Span
from workstation.terminology import names
from workstation.terminology.pinyin import readings

NIGHT: Final = timedelta(hours=12)
RANKS: Final = {Priority.URGENT.value: 0, "": 2}
RESULTS_NAMED: Final = 3


def open_visits(reader: Reader, now: datetime) -> list[Resource]:
    """Give the visits that stand in a queue now: open, and of today or the last 12 hours."""
    since = now - max(NIGHT, now - now.replace(hour=0, minute=0, second=0, microsecond=0))
    where: dict[str, Any] = {"status": OPEN, "date": Span(start=since), "class": ("AMB", "EMER")}
    return [e for e in reader.find("Encounter", where) if is_recent(e, now)]


def is_recent(encounter: Resource, now: datetime) -> bool:
    """Say whether a visit began today or within the last 12 hours: what was left open before is no queue."""
    start = visit.started(encounter)
    if len(start) < 11:
        return start == now.date().isoformat()
    began = parse_instant(start, now.tzinfo).astimezone(now.tzinfo)
    return began.date() == now.date() or timedelta(0) <= now - began <= NIGHT


def ticket(encounter: Resource) -> str:
    """Give the ticket number."""
    return identifier(encounter, systems.TICKET)


def is_emergency(encounter: Resource) -> bool:
    """Say whether this is an emergency visit."""
    return str(encounter.get("class", {}).get("code", "")) == "EMER"


def order(encounter: Resource) -> tuple[int, str, str]:
    """Give the place in the queue: urgent, then priority, then who has been waiting in line longest, then ticket."""
    priority = str(extension(encounter, systems.PRIORITY_REASON) or "")
    rank = 0 if is_emergency(encounter) else RANKS.get(priority, 1)
    began = visit.since(encounter)
    moment = parse_instant(began).timestamp() if len(began) > 10 else 0.0
    return rank, f"{moment:020.3f}", ticket(encounter)


def rows(reader: Reader, encounters: Iterable[Resource], now: datetime) -> list[QueueRow]:
    """Give the rows of these visits, in their order; names that can be mixed up among them are marked."""
    listed = list(encounters)
    ids = list({target(e.get("subject"), "Patient") for e in listed})
    patients = {p["id"]: p for p in reader.find("Patient", {"_id": ids})} if ids else {}
    made = [_row(reader, e, patients, now) for e in listed]
    marks = names.alike((row.patient, row.name) for row in made)
    return [replace(row, alike=marks[row.patient].value) if row.patient in marks else row for row in made]


def _row(reader: Reader, encounter: Resource, patients: Mapping[str, Resource], now: datetime) -> QueueRow:
    id_ = target(encounter.get("subject"), "Patient")
    patient = patients.get(id_, {})
    name = display_name(patient) if patient else str(encounter.get("subject", {}).get("display", ""))
    state, back = visit.state_of(encounter), _results(reader, encounter)
    start = visit.started(encounter)
    waited = now - parse_instant(start, now.tzinfo) if len(start) > 10 else timedelta(0)
    read = readings(name)
    return QueueRow(
        encounter=encounter["id"],
        patient=id_,
        ticket=ticket(encounter),
        name=name,
        sex=str(patient.get("gender", "")),
        birth=str(patient.get("birthDate", "")),
        number=identifier(patient, systems.PATIENT_NUMBER),
        state=State.RESULTS if back else state,
        visit_type=code_of(encounter.get("type"), systems.VISIT_TYPE),
        department=visit.department(encounter),
        priority=str(extension(encounter, systems.PRIORITY_REASON) or ""),
        fee_type=str(extension(encounter, systems.FEE_TYPE) or ""),
        doctor=_doctor_name(encounter),
        room=_room_name(encounter),
        arrived_at=start,
        since=visit.since(encounter),
        emergency=is_emergency(encounter),
        complaint=text_of(encounter.get("reasonCode")),
        results=back,
        readings=read.full + read.initials,
        wait_minutes=max(int(waited.total_seconds() // 60), 0),
    )


def _doctor_name(encounter: Resource) -> str:
    people: list[Any] = [p.get("individual", {}) for p in as_list(encounter.get("participant"))]
    return next((str(p.get("display", "")) for p in people if target(p, "Practitioner")), "")


def _room_name(encounter: Resource) -> str:
    return str(visit.first_place(encounter).get("display", "")) or visit.room(encounter)


def _results(reader: Reader, encounter: Resource) -> tuple[str, ...]:
    """Name what came back from the laboratory or imaging for a parked visit; empty for any other."""
    if visit.state_of(encounter) not in (State.PARKED, State.RESULTS):
        return ()
    where: dict[str, Any] = {"encounter": encounter["id"], "status": ["final", "amended", "corrected"]}
    found = reader.find("DiagnosticReport", where)
    found = found or reader.find("Observation", where | {"category": "laboratory"})
    listed = list(dict.fromkeys(text_of(result.get("code")) for result in found))
    return tuple(name for name in listed if name)[:RESULTS_NAMED]

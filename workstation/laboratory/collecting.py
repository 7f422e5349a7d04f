"""What has to be taken, a row for each tube: the worklist of a ward, or of those who come to be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from workstation.chart.in_bed import UNDER_WAY, in_order
from workstation.chart.people import age_text, display_name
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, identifier, target
from workstation.laboratory.book import Book, book_of, item_of, request_number, specimen_number, targets
from workstation.laboratory.model import LABORATORY, Collections, OrderState
from workstation.laboratory.orders import is_open, note_of
from workstation.laboratory.places import Place, is_stay, place_of, place_words, wards_of
from workstation.laboratory.rows import CollectionRow
from workstation.security.permissions import Actor
from workstation.store.reader import Reader, Span
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Laboratory, Panel
from workstation.terminology.names import Alike, alike

SINCE: Final = timedelta(days=14)
OUTPATIENT_SINCE: Final = timedelta(days=3)
HASTE: Final = {"stat": 0, "urgent": 1, "asap": 1}


@dataclass(frozen=True, slots=True)
class _Here:
    """Who lies where, now."""

    person: Resource
    encounter: Resource
    place: Place
    now: datetime


def collections(
    reader: Reader, request: Collections, knowledge: Knowledge, now: datetime, actor: Actor
) -> tuple[CollectionRow, ...]:
    """Give the tubes still to be taken: who has an urgent one first, then bed by bed, each in the order of draw."""
    catalogue = knowledge.laboratory
    wards = frozenset((request.ward,) if request.ward else wards_of(reader, actor.practitioner))
    rows: list[CollectionRow] = []
    for patient, visits in _waiting(reader, request, wards, now).items():
        book = book_of(reader, patient, catalogue)
        rows += _rows(reader, patient, visits, book, catalogue, now)
    soonest: dict[str, int] = {}
    for row in rows:
        soonest[row.patient] = min(soonest.get(row.patient, 2), HASTE.get(row.priority, 2))
    rows.sort(
        key=lambda row: (soonest[row.patient], row.ward, in_order(row.bed), row.name, row.draw, row.key)
    )
    marks = alike({row.patient: row.name for row in rows}.items())
    return tuple(
        replace(row, same_name=marks.get(row.patient) is Alike.SAME) for row in rows[: request.limit]
    )


def _waiting(
    reader: Reader, request: Collections, wards: frozenset[str], now: datetime
) -> dict[str, dict[str, Resource]]:
    """Give the visits that have open laboratory orders, by patient."""
    since = Span(now - (OUTPATIENT_SINCE if request.outpatients else SINCE))
    where: dict[str, Any] = {"category": LABORATORY, "status": "active", "authored": since}
    found: dict[str, dict[str, Resource]] = {}
    seen: dict[str, bool] = {}
    for order in reader.find("ServiceRequest", where):
        visit = target(order.get("encounter"), "Encounter")
        encounter = reader.peek("Encounter", visit) if visit and visit not in seen else None
        if visit not in seen:
            seen[visit] = encounter is not None and _is_asked_for(reader, encounter, request, wards)
            if seen[visit] and encounter is not None:
                patient = target(encounter.get("subject"), "Patient")
                found.setdefault(patient, {})[visit] = encounter
    return found


def _is_asked_for(reader: Reader, encounter: Resource, request: Collections, wards: frozenset[str]) -> bool:
    if request.outpatients:
        return not is_stay(encounter)
    return encounter.get("status") in UNDER_WAY and place_of(reader, encounter).ward in wards


def _rows(
    reader: Reader,
    patient: str,
    visits: dict[str, Resource],
    book: Book,
    catalogue: Laboratory,
    now: datetime,
) -> Iterator[CollectionRow]:
    person = reader.peek("Patient", patient) or {}
    for visit, encounter in visits.items():
        here = _Here(person, encounter, place_of(reader, encounter), now)
        orders = [
            o
            for o in book.orders.values()
            if is_open(o)
            and target(o.get("encounter"), "Encounter") == visit
            and item_of(o, catalogue) is not None
            and not book.reports_of(o["id"])
            and not any(s.get("status") == "available" for s in book.specimens_of(o["id"]))
        ]
        for key, group in _groups(book, orders, catalogue).items():
            yield _row(key, here, group, book, catalogue)


def _groups(book: Book, orders: Sequence[Resource], catalogue: Laboratory) -> dict[str, list[Resource]]:
    """Group orders by the tube that is labelled for them, or by the one they need."""
    groups: dict[str, list[Resource]] = {}
    for order in orders:
        labelled = [specimen_number(s) for s in book.specimens_of(order["id"])]
        item = item_of(order, catalogue)
        haste = "routine" if order.get("priority", "routine") == "routine" else "urgent"
        keys = labelled or [f"{item.tube if item else ''}-{haste}-{order['subject']['reference']}"]
        for key in keys:
            groups.setdefault(key, []).append(order)
    return groups


def _row(
    key: str, here: _Here, orders: Sequence[Resource], book: Book, catalogue: Laboratory
) -> CollectionRow:
    items = [item for o in orders if (item := item_of(o, catalogue)) is not None]
    person, place, birth = here.person, here.place, str(here.person.get("birthDate", ""))
    tube, specimen = catalogue.tubes[items[0].tube], catalogue.specimens[items[0].specimen]
    rejected = [note for o in orders for s in book.rejected_of(o["id"]) for note in as_list(s.get("note"))]
    labelled = any(key == specimen_number(s) for s in book.specimens)
    return CollectionRow(
        key,
        str(person.get("id", "")),
        display_name(person),
        str(person.get("gender", "")),
        birth,
        age_text(birth, here.now.date()),
        identifier(person, systems.PATIENT_NUMBER),
        here.encounter["id"],
        place.ward,
        place.bed or place_words(place, here.encounter),
        specimen.name,
        tube.name,
        tube.volume,
        tuple(item.name for item in items),
        tuple(o["id"] for o in orders),
        tuple(dict.fromkeys(request_number(o) for o in orders)),
        min((str(o.get("priority", "routine")) for o in orders), key=lambda p: HASTE.get(p, 2)),
        min(str(o.get("authoredOn", "")) for o in orders),
        OrderState.LABELLED if labelled else OrderState.ORDERED,
        any(isinstance(item, Panel) and item.fasting for item in items),
        " ".join(dict.fromkeys(note for o in orders if (note := note_of(o)))),
        str(rejected[-1].get("text", "")) if rejected else "",
        draw=tube.order,
    )


def tube_orders(book: Book, specimen: Resource) -> list[Resource]:
    """Give the orders in one tube."""
    return [
        book.orders[id_] for id_ in targets(specimen.get("request"), "ServiceRequest") if id_ in book.orders
    ]

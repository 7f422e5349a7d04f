"""What a request slip and the labels of its tubes say; the paper itself is printing's."""

from __future__ import annotations

from datetime import datetime

from workstation.chart.allergies import AllergyState, allergies_of
from workstation.chart.people import author_name, person_of
from workstation.chart.summary import department_of, visit_diagnoses
from workstation.core.errors import NotFound
from workstation.core.i18n import _, pick
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, identifier, synthetic, target, text_of
from workstation.laboratory.book import Book, book_of, item_of, specimen_number
from workstation.laboratory.collecting import HASTE, tube_orders
from workstation.laboratory.model import SlipOf
from workstation.laboratory.orders import is_open, note_of
from workstation.laboratory.places import place_of, place_words
from workstation.laboratory.rows import RequestSlip, SlipLine, SpecimenLabel
from workstation.security import signing
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Laboratory, Panel


def orders_numbered(reader: Reader, number: str) -> list[Resource]:
    """Give the orders of a request number. Raises NotFound."""
    where = {"requisition": f"{systems.REQUEST_NUMBER}|{number}"}
    found = reader.find("ServiceRequest", where, sort=("authored",)) if number else []
    if not found:
        raise NotFound(
            _("No laboratory request with this number is on this desk."),
            _("It may still be on its way; check the number, or wait for the next sync."),
        )
    return found


def slip_of(reader: Reader, request: SlipOf, knowledge: Knowledge, now: datetime) -> RequestSlip:
    """Fill a request slip. Raises NotFound."""
    orders = orders_numbered(reader, request.number)
    patient = reader.get("Patient", target(orders[0].get("subject"), "Patient"))
    person, catalogue = person_of(patient, now), knowledge.laboratory
    encounter = reader.peek("Encounter", target(orders[0].get("encounter"), "Encounter")) or {}
    place, allergies = place_of(reader, encounter), allergies_of(reader, person.id)
    book = book_of(reader, person.id, catalogue)
    reasons = tuple(filter(None, (text_of(r) for r in as_list(orders[0].get("reasonCode")))))
    standing = [o for o in orders if is_open(o)]
    none = pick("无已知过敏", "no known allergy")
    return RequestSlip(
        request.number,
        person.id,
        person.name,
        person.sex,
        person.birth,
        person.age,
        person.number,
        identifier(encounter, systems.VISIT_NUMBER),
        place.ward_name or department_of(encounter),
        place.bed,
        reasons or (visit_diagnoses(reader, encounter) if encounter else ()),
        tuple(_line(reader, o, book, catalogue) for o in standing),
        min((str(o.get("priority", "routine")) for o in orders), key=lambda p: HASTE.get(p, 2)),
        author_name(reader, orders[0].get("requester")),
        str(orders[0].get("authoredOn", "")),
        note_of(orders[0]),
        ", ".join(a.agent for a in allergies.known) or (none if allergies.state is AllergyState.NONE else ""),
        allergies.state is AllergyState.KNOWN,
        signing.digest(orders)[:8].upper(),
        synthetic(orders[0], patient),
        not standing,
    )


def _line(reader: Reader, order: Resource, book: Book, catalogue: Laboratory) -> SlipLine:
    item = item_of(order, catalogue)
    specimens = book.specimens_of(order["id"])
    collection: Resource = next((s["collection"] for s in specimens if s.get("collection")), {})
    return SlipLine(
        item.name if item is not None else text_of(order.get("code")),
        catalogue.specimens[item.specimen].name if item is not None else "",
        catalogue.tubes[item.tube].name if item is not None else "",
        str(order.get("priority", "routine")),
        isinstance(item, Panel) and item.fasting,
        note_of(order),
        tuple(specimen_number(s) for s in specimens),
        str(collection.get("collectedDateTime", "")),
        author_name(reader, collection.get("collector")),
    )


def labels_of(
    reader: Reader, request: SlipOf, knowledge: Knowledge, now: datetime
) -> tuple[SpecimenLabel, ...]:
    """Fill the labels of a request's tubes, in the order of draw; empty until they are made. Raises NotFound."""
    orders = orders_numbered(reader, request.number)
    patient = reader.get("Patient", target(orders[0].get("subject"), "Patient"))
    catalogue = knowledge.laboratory
    book = book_of(reader, patient["id"], catalogue)
    tubes = {specimen_number(s): s for o in orders for s in book.specimens_of(o["id"])}
    found = [_label(reader, s, patient, book, catalogue, now) for s in tubes.values()]
    return tuple(sorted(found, key=lambda each: each.number))


def _label(
    reader: Reader, specimen: Resource, patient: Resource, book: Book, catalogue: Laboratory, now: datetime
) -> SpecimenLabel:
    person, orders = person_of(patient, now), tube_orders(book, specimen)
    items = [item for o in orders if (item := item_of(o, catalogue)) is not None]
    visit = next((target(o.get("encounter"), "Encounter") for o in orders), "")
    encounter = reader.peek("Encounter", visit) if visit else None
    return SpecimenLabel(
        specimen_number(specimen),
        person.id,
        person.name,
        person.sex,
        person.age,
        person.number,
        place_words(place_of(reader, encounter), encounter),
        catalogue.specimens[items[0].specimen].name if items else text_of(specimen.get("type")),
        catalogue.tubes[items[0].tube].name if items else "",
        tuple(item.short or item.name for item in items),
        min((str(o.get("priority", "routine")) for o in orders), key=lambda p: HASTE.get(p, 2), default=""),
        min((str(o.get("authoredOn", "")) for o in orders), default=""),
        next((author_name(reader, o.get("requester")) for o in orders), ""),
        synthetic(specimen, patient),
    )

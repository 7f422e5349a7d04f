"""Ordering: one request number for what is ordered at once, signed; a repeat is ordered only when it is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from workstation.chart.summary import standing_conditions
from workstation.core.clock import instant, parse_instant
from workstation.core.days import written_day, written_moment
from workstation.core.errors import Conflict, Invalid, NeedsReason
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import (
    Resource,
    as_list,
    code_of,
    concept,
    ref_of,
    reference,
    set_extension,
    target,
)
from workstation.laboratory.book import Book, book_of, item_of, moment, targets
from workstation.laboratory.model import LABORATORY, CancelOrder, OrderTests
from workstation.laboratory.places import is_stay, who
from workstation.laboratory.results import newest_values
from workstation.laboratory.rows import Repeat, ValueRow
from workstation.security import signing
from workstation.store.reader import Reader
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Item, Laboratory, Panel

PRIORITIES: Final = ("routine", "urgent", "stat")
CLOSED: Final = frozenset({"cancelled", "entered-in-error", "finished"})
LEAST_REASON: Final = 2
MOST: Final = 40


def order(unit: Unit, request: OrderTests, knowledge: Knowledge) -> Ref:
    """Write the orders and their signature; gives the first order.

    Raises Invalid, Conflict for a visit that is over, NeedsReason with a `Repeat` for each repeat not confirmed.
    """
    items = _items(request, knowledge.laboratory)
    encounter = _open_visit(unit.reader, request)
    still = [
        r
        for r in repeats(unit.reader, request.patient, items, knowledge.laboratory, unit.now)
        if r.code not in request.confirmed
    ]
    if still:
        raise NeedsReason(_("Something of this was ordered or reported a short while ago."), still)
    number = next_number(unit)
    reasons = _reasons(unit.reader, request)
    made = [_order(unit, request, item, encounter, number, reasons) for item in items]
    for resource in made:
        unit.put(resource)
    unit.put(signing.sign(made, unit.actor, unit.now, unit.new_id()))
    unit.patient, unit.detail = request.patient, f"{number} {' '.join(item.code for item in items)}"
    return ref_of(made[0])


def _items(request: OrderTests, catalogue: Laboratory) -> list[Item]:
    codes = list(dict.fromkeys(request.items))
    if not codes or len(codes) > MOST:
        raise Invalid(_("Choose what the laboratory shall do."), field="items")
    if request.priority not in PRIORITIES:
        raise Invalid(_("There is no such priority."), field="priority")
    found = [(code, catalogue.item(code)) for code in codes]
    unknown = next((code for code, item in found if item is None), "")
    if unknown:
        raise Invalid(_("The laboratory does not offer {code}.", code=unknown), field="items")
    return [item for _code, item in found if item is not None]


def _open_visit(reader: Reader, request: OrderTests) -> Resource:
    encounter = reader.get("Encounter", request.encounter)
    if target(encounter.get("subject"), "Patient") != request.patient:
        raise Invalid(
            _("This visit belongs to another patient."),
            _("Nothing was ordered. Open the chart again."),
            "encounter",
        )
    if encounter.get("status") in CLOSED:
        raise Conflict(_("This visit is over."), _("Nothing was ordered. Register a new visit first."))
    return encounter


def next_number(unit: Unit) -> str:
    """Give the next request number of this desk: year, desk, running number."""
    year = f"{unit.now:%y}"
    return f"JY{year}{unit.desk_code}{unit.next_number(f'laboratory-{year}'):06d}"


def _reasons(reader: Reader, request: OrderTests) -> list[Resource]:
    here = [
        dict(c["code"])
        for c in standing_conditions(reader, request.patient)
        if target(c.get("encounter"), "Encounter") == request.encounter and c.get("code")
    ]
    typed = request.diagnosis.strip()
    return here or ([{"text": typed}] if typed else [])


def _order(
    unit: Unit, request: OrderTests, item: Item, encounter: Resource, number: str, reasons: list[Resource]
) -> Resource:
    category = [concept(systems.SNOMED, LABORATORY, "Laboratory procedure")]
    if is_stay(encounter):
        category.append(concept(systems.ORDER_TERM, "stat"))
    made: Resource = {
        "resourceType": "ServiceRequest",
        "id": unit.new_id(),
        "requisition": {"system": systems.REQUEST_NUMBER, "value": number},
        "status": "active",
        "intent": "order",
        "category": category,
        "priority": request.priority,
        "code": code_element(item),
        "subject": reference(Ref("Patient", request.patient)),
        "encounter": reference(Ref("Encounter", request.encounter)),
        "authoredOn": instant(unit.now),
        "requester": who(unit.actor),
    }
    if reasons:
        made["reasonCode"] = reasons
    if request.note.strip():
        made["note"] = [{"text": request.note.strip()}]
    return made


def code_element(item: Item) -> Resource:
    """Say what is ordered, in our code and in LOINC; the text is Chinese whatever the screen's language is."""
    made = concept(systems.LAB_TEST, item.code, item.name_zh)
    if item.loinc:
        made["coding"].append({"system": systems.LOINC, "code": item.loinc})
    return made


# Repeats


def repeats(
    reader: Reader, patient: str, items: Sequence[Item], catalogue: Laboratory, now: datetime
) -> tuple[Repeat, ...]:
    """Give what would be repeated: open orders that cover it, or results within the site's interval."""
    book, found = book_of(reader, patient, catalogue), []
    known = newest_values(reader, book, catalogue)
    for item in items:
        repeat = _open_repeat(book, item, catalogue, now) or _reported_repeat(known, item, now)
        if repeat is not None:
            found.append(repeat)
    return tuple(found)


def _open_repeat(book: Book, item: Item, catalogue: Laboratory, now: datetime) -> Repeat | None:
    wanted = set(item.tests)
    for earlier in reversed(book.orders.values()):
        same = item_of(earlier, catalogue)
        if earlier.get("status") != "active" or same is None or not wanted <= set(same.tests):
            continue
        reports = book.reports_of(earlier["id"])
        at = moment(reports[-1]) if reports else str(earlier.get("authoredOn", ""))
        if not reports or _within(at, item.hours, now):
            return Repeat(
                item.code, item.name, at, not reports, message=_words(item, same, at, now, open_=not reports)
            )
    return None


def _words(item: Item, same: Item, at: str, now: datetime, *, open_: bool) -> str:
    time = (
        written_moment(parse_instant(at, now.tzinfo).astimezone(now.tzinfo))
        if len(at) > 10
        else written_day(at)
    )
    if not open_:
        return _("{name} was reported {time}.", name=item.name, time=time)
    if same.code == item.code:
        return _("{name} is ordered since {time} and not reported yet.", name=item.name, time=time)
    return _("{name} is part of {panel}, ordered {time}.", name=item.name, panel=same.name, time=time)


def _reported_repeat(known: Mapping[str, ValueRow], item: Item, now: datetime) -> Repeat | None:
    """Look for results within the interval, whoever ordered them: of a panel, for half of its tests."""
    found = [known[code] for code in item.tests if code in known and _within(known[code].at, item.hours, now)]
    if not found or 2 * len(found) < len(item.tests):
        return None
    newest = max(found, key=lambda value: parse_instant(value.at))
    single = f"{newest.value}\u00a0{newest.unit}".strip() if not isinstance(item, Panel) else ""
    return Repeat(
        item.code, item.name, newest.at, False, single, _words(item, item, newest.at, now, open_=False)
    )


def _within(at: str, hours: int, now: datetime) -> bool:
    return len(at) > 10 and now - parse_instant(at, now.tzinfo) <= timedelta(hours=hours)


# Taking back


def cancel(unit: Unit, request: CancelOrder, knowledge: Knowledge) -> Ref:
    """Take an order back, with its reason and a signature.

    Raises Invalid without a reason, Conflict when its specimen was taken already, NotFound.
    """
    reason = request.reason.strip()
    if len(reason) < LEAST_REASON:
        raise Invalid(_("Give the reason. Nothing was changed yet."), field="reason")
    book = book_of(unit.reader, request.patient, knowledge.laboratory)
    found = book.orders.get(request.order)
    if found is None:
        raise Invalid(_("This order belongs to another patient. Nothing was changed."), field="order")
    if found.get("status") != "active":
        raise Conflict(_("This order was taken back already."), _("Nothing was changed."))
    taken = any(s.get("status") == "available" for s in book.specimens_of(request.order))
    if taken or book.reports_of(request.order):
        raise Conflict(
            _("The specimen of this order was taken already."),
            _("Nothing was changed. Ask the laboratory by telephone if it must be stopped."),
        )
    closed = dict(found) | {"status": "revoked"}
    set_extension(closed, systems.STATUS_REASON, valueString=reason)
    unit.put(closed)
    for specimen in book.specimens_of(request.order):
        others = [book.orders.get(id_, {}) for id_ in targets(specimen.get("request"), "ServiceRequest")]
        if not any(o.get("status") == "active" for o in others if o.get("id") != request.order):
            unit.put(dict(specimen) | {"status": "entered-in-error"})
    unit.put(_ended(closed, unit))
    unit.patient, unit.detail = request.patient, f"{code_of(found.get('code'), systems.LAB_TEST)} {reason}"
    return ref_of(closed)


def _ended(closed: Resource, unit: Unit) -> Resource:
    signature = signing.sign([closed], unit.actor, unit.now, unit.new_id())
    signature["activity"] = concept(
        "http://terminology.hl7.org/CodeSystem/v3-DataOperation", "ABORT", text="stopped"
    )
    return signature


def is_open(order_: Resource) -> bool:
    """Say whether an order stands."""
    return order_.get("status") == "active"


def note_of(order_: Resource) -> str:
    """Give what the doctor wrote beside an order."""
    return " ".join(str(n.get("text", "")) for n in as_list(order_.get("note")))

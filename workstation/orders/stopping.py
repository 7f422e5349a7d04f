"""Ending orders: stopped now or at a moment ahead, or taken back before anybody carried them out; each act is signed.

Nothing signed is ever deleted: an order that ended keeps its content and says who ended it, when and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from workstation.core.clock import instant, parse_instant
from workstation.core.errors import Conflict, Invalid, NotFound
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, concept, ref_of
from workstation.orderbook.book import VERIFY, VERIFY_STOP, one_order, orders_signed
from workstation.orderbook.given import given_of
from workstation.orderbook.order import Order
from workstation.orders.model import AnswerReturn, StopOrder, VoidOrder
from workstation.orders.to_fhir import DATA_OPERATION, stopped, task_of, voided
from workstation.security import signing
from workstation.security.signing import who
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge

LEAST_REASON: Final = 2
SLACK: Final = timedelta(minutes=2)
OVER: Final = frozenset({"stopped", "revoked", "completed", "cancelled", "entered-in-error"})
KINDS: Final = ("MedicationRequest", "ServiceRequest")
OPEN: Final = ("requested", "rejected")


def find(unit: Unit, id_: str, knowledge: Knowledge) -> Order:
    """Give an order by its id, whichever resource it is. Raises NotFound."""
    found = (one_order(unit.reader, kind, id_, knowledge) for kind in KINDS)
    order = next((each for each in found if each is not None), None)
    if order is None:
        raise NotFound(
            _("This order is not on this desk."), _("It may still be on its way. Refresh the list.")
        )
    return order


def together(unit: Unit, order: Order, knowledge: Knowledge) -> list[Order]:
    """Give the order with the other lines of its infusion group."""
    if not order.group:
        return [order]
    signed = orders_signed(unit.reader, order.number, knowledge)
    return [each for each in signed if each.group == order.group] or [order]


def stop(unit: Unit, request: StopOrder, knowledge: Knowledge) -> Ref:
    """Stop an order, now or at a moment ahead.

    Raises Invalid without a reason or for a moment that is past, Conflict when it is over already, NotFound.
    """
    reason = _reason(request.reason, _("Stopping needs a reason."))
    at = _moment(request.at, unit.now)
    order = find(unit, request.order, knowledge)
    named = [order] if request.alone else together(unit, order, knowledge)
    running = [each for each in named if _goes_on(each, unit.now)]
    if order not in running and (request.alone or not running):
        raise Conflict(_("This order is over already."), _("Nothing was changed. Refresh this list."))
    if any(each.start >= at and each.start > unit.now for each in running):
        raise Invalid(
            _("This order has not begun then."), _("Take it back instead, or choose a later moment."), "at"
        )
    end(unit, [unit.reader.get(each.type, each.id) for each in running], at, reason)
    unit.detail = reason
    return Ref(order.type, order.id, order.patient)


def _goes_on(order: Order, now: datetime) -> bool:
    return order.status not in OVER and (order.end is None or order.end > now)


def _reason(text: str, missing: str) -> str:
    reason = text.strip()
    if len(reason) < LEAST_REASON:
        raise Invalid(missing, field="reason")
    return reason


def _moment(text: str, now: datetime) -> datetime:
    try:
        at = parse_instant(text, now.tzinfo) if text else now
    except ValueError:
        raise Invalid(_("“{text}” is no moment.", text=text), field="at") from None
    if at < now - SLACK:
        raise Invalid(
            _("An order cannot be stopped in the past."),
            _("Stop it now: what was given stays recorded."),
            "at",
        )
    return max(at, now)


def end(unit: Unit, resources: Sequence[Resource], at: datetime, reason: str) -> None:
    """Write the end on orders, sign it, and tell the nurses; what they had not verified yet they need not any more."""
    made = [stopped(resource, at, reason, unit.now) for resource in resources]
    for resource in made:
        unit.put(resource)
        if at <= unit.now:
            _close(unit, f"{resource['id']}-verify")
        unit.put(_again(unit, resource))
    _sign(unit, made, "ABORT")


def _again(unit: Unit, resource: Resource) -> Resource:
    """Give the Task for the stop; one that is there already is asked anew."""
    task = task_of(resource, VERIFY_STOP, unit.now, who(unit.actor))
    before = unit.reader.peek("Task", task["id"])
    if before is None:
        return task
    kept = {k: v for k, v in before.items() if k not in ("owner", "executionPeriod", "statusReason")}
    asked = {"status": "requested", "lastModified": instant(unit.now), "requester": who(unit.actor)}
    return kept | asked


def _close(unit: Unit, id_: str) -> bool:
    """Cancel a Task nobody has finished; says whether it was finished."""
    task = unit.reader.peek("Task", id_)
    if task is not None and task.get("status") in OPEN:
        unit.put(dict(task) | {"status": "cancelled", "lastModified": instant(unit.now)})
    return task is not None and task.get("status") == "completed"


def _sign(unit: Unit, resources: Sequence[Resource], act: str) -> None:
    """Sign an end: ABORT for a stop, NULLIFY for what was taken back."""
    provenance = signing.sign(resources, unit.actor, unit.now, unit.new_id())
    unit.put(provenance | {"activity": concept(DATA_OPERATION, act)})


def void(unit: Unit, request: VoidOrder, knowledge: Knowledge) -> Ref:
    """Take back an order, with its infusion group, that nobody has carried out.

    Raises Invalid without a reason, Conflict when it was carried out (it is stopped then) or is over, NotFound.
    """
    reason = _reason(request.reason, _("Taking an order back needs a reason."))
    order = find(unit, request.order, knowledge)
    named = together(unit, order, knowledge)
    if order.status in OVER:
        raise Conflict(_("This order is over already."), _("Nothing was changed. Refresh this list."))
    ids = {each.id for each in named}
    if any(fact.counts and fact.order in ids for fact in given_of(unit.reader, order.encounter)):
        raise Conflict(
            _("This order was carried out already and cannot be taken back."),
            _("Nothing was changed. Stop it instead: what was given stays recorded."),
        )
    made = [voided(unit.reader.get(e.type, e.id), reason) for e in named if e.status not in OVER]
    for resource in made:
        unit.put(resource)
        if _close(unit, f"{resource['id']}-verify"):
            unit.put(_again(unit, resource))
    _sign(unit, made, "NULLIFY")
    unit.detail = reason
    return ref_of(made[0])


def answer(unit: Unit, request: AnswerReturn, knowledge: Knowledge) -> Ref:
    """Answer a nurse who sent an order back: it is to be verified again, with the answer beside it.

    Raises Invalid without an answer, Conflict when nothing was sent back any more, NotFound.
    """
    text = request.text.strip()
    if not text:
        raise Invalid(_("The answer is empty."), field="text")
    order = find(unit, request.order, knowledge)
    task = unit.reader.peek("Task", f"{order.id}-verify") or {}
    if code_of(task.get("code"), systems.TASK_CODE) != VERIFY or task.get("status") != "rejected":
        raise Conflict(_("No nurse waits for an answer any more."), _("Nothing was sent. Refresh this list."))
    author = who(unit.actor)
    note: Resource = {"time": instant(unit.now), "text": text}
    note |= {"authorReference": author} if "reference" in author else {"authorString": author["display"]}
    kept = {k: v for k, v in task.items() if k not in ("owner", "executionPeriod", "statusReason")}
    asked = {"status": "requested", "lastModified": instant(unit.now)}
    unit.put(kept | asked | {"note": [*as_list(task.get("note")), note]})
    return Ref(order.type, order.id, order.patient)

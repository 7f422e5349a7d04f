"""Looking at new orders before they are carried out: how each differs from what runs, and saying so line by line.

There is no way to verify more than one line at once: a blind "all" is how a changed dose slips through (医嘱核对).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from workstation.chart.in_bed import InBed, in_ward, of_stay
from workstation.chart.travel import travelled
from workstation.core.clock import instant, parse_instant
from workstation.core.errors import Conflict, NotFound
from workstation.core.events import Ref
from workstation.core.i18n import _, pick
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, concept, reference, target, text_of
from workstation.nursing import model
from workstation.nursing.lines import line_of, people_of
from workstation.nursing.recording import chosen, reason_concept
from workstation.nursing.rows import Difference, NewLine, Override, PatientToVerify, RunningLine, VerifyView
from workstation.orderbook.book import VERIFY, VERIFY_STOP, one_order, orders_of_many
from workstation.orderbook.order import STAT, Order, Verified, running
from workstation.security.signing import who
from workstation.store.reader import Reader
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.nursing import is_solvent

RECENT: Final = timedelta(hours=24)
_TIERS: Final = {"high": 1, "moderate": 2, "low": 3}
GONE: Final = frozenset({"completed", "stopped", "revoked"})
OPEN: Final = frozenset({Verified.WAITING, Verified.NONE})


# --- what is to be verified ------------------------------------------------------------------------------------


def to_verify(reader: Reader, request: model.ToVerify, knowledge: Knowledge, now: datetime) -> VerifyView:
    """Give every patient with lines to verify, by bed, and beside them all that runs."""
    rows = in_ward(reader, request.ward, now) if request.ward else (_one(reader, request.encounter, now),)
    orders = orders_of_many(reader, [row.encounter for row in rows], knowledge)
    waiting = [row for row in rows if any(_is_new(o) or _is_stop(o) for o in orders[row.encounter])]
    people = people_of(reader, rows, knowledge)
    issues = _issues(reader, waiting)
    found = tuple(
        PatientToVerify(
            people[row.encounter],
            _new_lines(reader, orders[row.encounter], issues, knowledge),
            tuple(_running_line(o) for o in orders[row.encounter] if running(o, now) and not _is_new(o)),
        )
        for row in waiting
    )
    return VerifyView(found, instant(now))


def count_to_verify(orders: Sequence[Order]) -> int:
    """Say how many lines of some orders wait for a nurse."""
    return sum(_is_new(order) or _is_stop(order) for order in orders)


def _one(reader: Reader, encounter: str, now: datetime) -> InBed:
    return of_stay(reader, reader.get("Encounter", encounter), now)


def _is_new(order: Order) -> bool:
    return order.verification.state in OPEN and not order.void and order.status != "completed"


def _is_stop(order: Order) -> bool:
    """Say whether the stop of an order waits to be seen; that of one nobody verified is seen with it."""
    stop = order.stop
    return stop is not None and stop.verification.state is Verified.WAITING and not order.void


def _new_lines(
    reader: Reader, orders: Sequence[Order], issues: dict[str, list[Resource]], knowledge: Knowledge
) -> tuple[NewLine, ...]:
    made = [_new_line(reader, o, orders, issues, knowledge) for o in orders if _is_new(o)]
    made += [_stop_line(reader, o) for o in orders if _is_stop(o) and not _is_new(o)]
    return tuple(sorted(made, key=lambda line: (not line.urgent, line.at, line.line.group)))


def _new_line(
    reader: Reader,
    order: Order,
    orders: Sequence[Order],
    issues: dict[str, list[Resource]],
    knowledge: Knowledge,
) -> NewLine:
    difference, against, was, becomes = difference_of(order, orders, knowledge)
    return NewLine(
        line=line_of(order),
        difference=difference,
        prescriber=order.prescriber,
        at=order.authored_on,
        start=instant(order.start),
        term=order.term,
        against=tuple(o.id for o in against),
        was=was,
        becomes=becomes,
        first_day=order.timing.first_day,
        times=order.timing.times,
        answer=order.verification.answer,
        overrides=tuple(_override(issue, knowledge) for issue in issues.get(order.id, ())),
        urgent=order.term == STAT,
        travelled=travelled(reader, order.type, order.id),
    )


def _stop_line(reader: Reader, order: Order) -> NewLine:
    stop = order.stop
    return NewLine(
        line=line_of(order),
        difference=Difference.STOP,
        prescriber=stop.by if stop else "",
        at=stop.at if stop else "",
        start=instant(order.ends) if order.ends else "",
        term=order.term,
        against=(order.id,),
        stop_reason=stop.reason if stop else "",
        travelled=travelled(reader, order.type, order.id),
    )


def difference_of(
    order: Order, orders: Sequence[Order], knowledge: Knowledge
) -> tuple[Difference, tuple[Order, ...], str, str]:
    """Say how a new line differs from the other orders of the stay: new, a changed dose, or the same drug twice.

    The same ingredient counts as the same drug, a solvent is none. A line that stops about when the new one begins is
    what it replaces.
    """
    same = [o for o in orders if o.id != order.id and not o.void and _same(o, order, knowledge)]
    going = [o for o in same if _goes_on(o, order)]
    replaced = [
        o for o in same if o.end is not None and abs(o.end - order.start) <= RECENT and o.start < order.start
    ]
    if going:
        return Difference.TWICE, tuple(going), "", ""
    if replaced:
        last = max(replaced, key=lambda o: o.start)
        return Difference.CHANGED, (last,), *_changes(last, order)
    return Difference.NEW, (), "", ""


def _goes_on(other: Order, order: Order) -> bool:
    """Say whether another line of the same drug would run beside the new one; a single dose counts for a day."""
    if other.status in GONE or (other.timing.once and other.start < order.start - RECENT):
        return False
    return other.ends is None or other.ends > order.start


def _same(other: Order, order: Order, knowledge: Knowledge) -> bool:
    if not order.is_drug or not other.is_drug:
        return bool(order.code) and other.code == order.code and not order.is_drug
    drugs = knowledge.drugs
    if order.drug not in drugs or other.drug not in drugs or is_solvent(drugs.get(order.drug)):
        return False
    return drugs.get(order.drug).ingredient_zh == drugs.get(other.drug).ingredient_zh


def _changes(old: Order, new: Order) -> tuple[str, str]:
    """Name what changes from one line to the next, only the parts that differ."""
    pairs = [
        (old.name, new.name),
        (old.strength, new.strength),
        (old.dose_text, new.dose_text),
        (old.route_text, new.route_text),
        (old.timing.words, new.timing.words),
        (" ".join(old.timing.times), " ".join(new.timing.times)),
        (old.drip_rate, new.drip_rate),
    ]
    differing = [(a, b) for a, b in pairs if a != b]
    nothing = _("nothing")
    return (
        " · ".join(a or nothing for a, _b in differing),
        " · ".join(b or nothing for _a, b in differing),
    )


def _running_line(order: Order) -> RunningLine:
    ends = instant(order.ends) if order.ends is not None else ""
    return RunningLine(line_of(order), order.term, instant(order.start), ends, order.kind)


def _issues(reader: Reader, rows: Sequence[InBed]) -> dict[str, list[Resource]]:
    """Give the overridden alerts by the order they are about."""
    found: dict[str, list[Resource]] = {}
    patients = [row.patient for row in rows]
    for issue in reader.find("DetectedIssue", {"patient": patients}) if patients else ():
        for one in as_list(issue.get("implicated")):
            found.setdefault(target(one), []).append(issue)
    return found


def _override(issue: Resource, knowledge: Knowledge) -> Override:
    mitigation: Resource = next(iter(as_list(issue.get("mitigation"))), {})
    id_ = code_of(issue.get("code"), systems.RULE)
    rule = knowledge.rules.get(id_)
    title = pick(rule.title_zh, rule.title_en) if rule is not None else text_of(issue.get("code"))
    return Override(id_, _TIERS.get(str(issue.get("severity")), 3), title, text_of(mitigation.get("action")))


# --- saying so -------------------------------------------------------------------------------------------------


def verify(unit: Unit, request: model.Verify, knowledge: Knowledge) -> Ref:
    """Say that a new line was looked at. Saying it again changes nothing."""
    order = _order(unit, request.order, knowledge)
    if order.void:
        raise Conflict(_("This order was taken back by the doctor."), _("There is nothing to verify."))
    if order.verification.state is Verified.RETURNED:
        raise Conflict(
            _("This order was sent back to the doctor: {reason}", reason=order.verification.reason),
            _("The doctor answers it, or writes another."),
        )
    return _done(unit, order, VERIFY)


def verify_stop(unit: Unit, request: model.VerifyStop, knowledge: Knowledge) -> Ref:
    """Say that a stop was seen; where nobody had verified the order itself, that is closed with it."""
    order = _order(unit, request.order, knowledge)
    if order.stop is None:
        raise Conflict(_("This order is not stopped."), _("Nothing was changed."))
    if order.verification.state is Verified.WAITING:
        _done(unit, order, VERIFY)
    return _done(unit, order, VERIFY_STOP)


def give_back(unit: Unit, request: model.ReturnOrder, knowledge: Knowledge) -> Ref:
    """Send a line back to its doctor. Raises Conflict once it was verified: then only the doctor can stop it."""
    order = _order(unit, request.order, knowledge)
    reason = chosen(knowledge.nursing.group("return"), request.reason, request.text, "reason")
    if order.void or order.verification.state not in OPEN:
        raise Conflict(
            _("This order is not waiting to be verified any more."),
            _("Nothing was changed. Tell the doctor if it must not be carried out."),
        )
    task = _task(unit, order, VERIFY)
    task |= {"status": "rejected", "statusReason": reason_concept(reason, request.text)}
    unit.detail = f"{order.type}/{order.id} {reason.code}"
    return unit.put(task)


def _order(unit: Unit, id_: str, knowledge: Knowledge) -> Order:
    for kind in ("MedicationRequest", "ServiceRequest"):
        order = one_order(unit.reader, kind, id_, knowledge)
        if order is not None:
            unit.patient = order.patient
            unit.detail = f"{kind}/{id_}"
            return order
    raise NotFound(
        _("This desk does not know this order."), _("It may still be on its way; try again shortly.")
    )


def _done(unit: Unit, order: Order, code: str) -> Ref:
    """Complete a verification; one that is complete stays as it was."""
    task = _task(unit, order, code)
    if task.get("status") == "completed":
        return Ref("Task", task["id"], order.patient)
    return unit.put(task | {"status": "completed"})


def _task(unit: Unit, order: Order, code: str) -> Resource:
    """Give the Task in this nurse's hands; one that never arrived is made with the id it would have had."""
    id_ = f"{order.id}-verify{'-stop' if code == VERIFY_STOP else ''}"
    found = unit.reader.peek("Task", id_)
    if found is not None and found.get("status") == "completed":
        return found
    made: Resource = dict(found) if found is not None else _made(order, id_, code)
    start = str(made.get("authoredOn") or instant(unit.now))
    period = {"start": start, "end": instant(unit.now)}
    if parse_instant(start) > unit.now:
        period = {"end": instant(unit.now)}
    return made | {"owner": who(unit.actor), "executionPeriod": period, "lastModified": instant(unit.now)}


def _made(order: Order, id_: str, code: str) -> Resource:
    return {
        "resourceType": "Task",
        "id": id_,
        "intent": "order",
        "code": concept(systems.TASK_CODE, code),
        "groupIdentifier": {"system": systems.ORDER_NUMBER, "value": order.number},
        "focus": reference(Ref(order.type, order.id)),
        "for": reference(Ref("Patient", order.patient)),
        "encounter": reference(Ref("Encounter", order.encounter)),
        "authoredOn": order.authored_on,
    }

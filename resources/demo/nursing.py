"""What the nurses carried out of a stay's orders: doses given, late, not given or running, other orders done.

Every planned moment up to now has its fact, but for the last minutes and what a scene leaves open: a ward at work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from resources.demo.orders import Chart, Written, order_of
from resources.demo.resources_of import made, stable_id
from resources.demo.wards import Stay
from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, reference, set_extension
from workstation.orderbook.given import EXECUTION, VERIFIER, Done
from workstation.orderbook.plan import MINUTE, Slot, planned
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.nursing import Reason

PERFORMER: Final = "http://terminology.hl7.org/CodeSystem/med-admin-perform-function"
JUST_NOW: Final = timedelta(minutes=15)
HALF: Final = timedelta(minutes=45)
LATEST: Final = timedelta(hours=3)
USUAL: Final = 60
LATE_CHANCE: Final = 0.03
NOT_CHANCE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to one planned dose, and when."""

    state: Done
    at: datetime
    late: Reason | None = None
    reason: Reason | None = None


def carried_out(chart: Chart, knowledge: Knowledge) -> Iterator[Resource]:
    """Walk the facts of everything a nurse had verified and that was due by now."""
    stay = chart.stay
    written = {one.request["id"]: one for one in chart.written if one.verified is not None}
    orders = [order_of(one, knowledge) for one in written.values()]
    for slot in planned(orders, stay.since, stay.now + MINUTE):
        lines = [written[order.id] for order in slot.orders]
        happened = _happened(stay, slot, lines, knowledge)
        if happened is not None:
            yield from _facts(stay, slot, lines, happened)


def _happened(stay: Stay, slot: Slot, lines: Sequence[Written], knowledge: Knowledge) -> Happened | None:
    """Decide what became of a dose; None leaves it open."""
    leave, ago = lines[0].leave, stay.now - slot.at
    earliest = max(one.verified for one in lines if one.verified is not None) + 2 * MINUTE
    chance, shift = stay.dice.random(), stay.dice.randrange(-8, 22) * MINUTE
    if leave == "open" and ago < LATEST:
        return None
    if leave == "running" and ago < LATEST:
        return Happened(Done.RUNNING, slot.at + 4 * MINUTE)
    if ago < JUST_NOW or (ago < HALF and chance < 0.4) or earliest > stay.now:
        return None
    if chance < LATE_CHANCE and slot.orders[0].is_drug:
        return _late(stay, slot, earliest, knowledge)
    if chance < LATE_CHANCE + NOT_CHANCE and slot.orders[0].route == "po":
        reason = stay.dice.choice(knowledge.nursing.group("not-given")[:3])
        return Happened(Done.NOT_GIVEN, max(slot.at, earliest), reason=reason)
    at = min(max(slot.at + shift, earliest), stay.now - MINUTE)
    return _running_or_over(stay, slot, Happened(Done.GIVEN, at))


def _late(stay: Stay, slot: Slot, earliest: datetime, knowledge: Knowledge) -> Happened | None:
    at = max(slot.at + stay.dice.randrange(70, 140) * MINUTE, earliest)
    if at > stay.now:
        return None
    reason = stay.dice.choice(knowledge.nursing.group("late")[:4])
    return _running_or_over(stay, slot, Happened(Done.GIVEN, at, late=reason))


def _running_or_over(stay: Stay, slot: Slot, happened: Happened) -> Happened:
    """Say that an infusion which cannot be empty yet is running."""
    if any(o.infusion for o in slot.orders) and happened.at + _length(slot) > stay.now:
        return Happened(Done.RUNNING, happened.at, happened.late)
    return happened


def _length(slot: Slot) -> timedelta:
    return (max(order.minutes for order in slot.orders) or USUAL) * MINUTE


def _facts(stay: Stay, slot: Slot, lines: Sequence[Written], happened: Happened) -> Iterator[Resource]:
    for one in lines:
        id_ = stable_id("done", one.request["id"], slot.key)
        fact = (
            _dose(stay, slot, one, happened, id_)
            if slot.orders[0].is_drug
            else _task(stay, slot, one, happened, id_)
        )
        set_extension(fact, systems.SCHEDULED_FOR, valueDateTime=slot.at.isoformat(timespec="seconds"))
        if happened.late is not None:
            set_extension(fact, systems.LATE_REASON, valueString=happened.late.name_zh)
        yield fact


def _dose(stay: Stay, slot: Slot, one: Written, happened: Happened, id_: str) -> Resource:
    given = happened.state is not Done.NOT_GIVEN
    scanned = not given or stay.dice.random() > 0.06
    made_ = made(
        "MedicationAdministration",
        id_,
        identifier=[{"system": systems.DOSE_SLOT, "value": slot.key}],
        status=happened.state.value,
        medicationCodeableConcept=one.request["medicationCodeableConcept"],
        subject=one.request["subject"],
        context=one.request["encounter"],
        performer=_performers(stay, slot, happened),
        request=reference(Ref("MedicationRequest", one.request["id"])),
        **_when(slot, happened),
        statusReason=None if happened.reason is None else [_reason(happened.reason)],
        dosage=_dosage(one.request) if given else None,
        note=None if scanned else [{"text": "标签破损，无法识读", "time": instant(happened.at)}],
    )
    if given:
        set_extension(made_, systems.CHECKED_BY_SCAN, valueCode="both" if scanned else "wristband")
    return made_


def _performers(stay: Stay, slot: Slot, happened: Happened) -> list[Resource]:
    nurse = stay.nurse(happened.at)
    people: list[Resource] = [{"actor": nurse.reference}]
    if any(order.high_alert for order in slot.orders) and happened.state is not Done.NOT_GIVEN:
        second = next(other for other in stay.nurses if other != nurse)
        people.append({"function": concept(PERFORMER, VERIFIER), "actor": second.reference})
    return people


def _when(slot: Slot, happened: Happened) -> dict[str, Any]:
    if happened.state is Done.NOT_GIVEN or not any(order.infusion for order in slot.orders):
        return {"effectiveDateTime": instant(happened.at)}
    period = {"start": instant(happened.at)}
    if happened.state is Done.GIVEN:
        period["end"] = instant(happened.at + _length(slot))
    return {"effectivePeriod": period}


def _dosage(request: Resource) -> Resource:
    ordered = request["dosageInstruction"][0]
    return {
        "text": ordered["text"],
        "route": ordered["route"],
        "dose": dict(ordered["doseAndRate"][0]["doseQuantity"]),
    }


def _reason(reason: Reason) -> Resource:
    return concept(systems.REASON, reason.code, reason.name_zh)


def _task(stay: Stay, slot: Slot, one: Written, happened: Happened, id_: str) -> Resource:
    at = instant(happened.at)
    return made(
        "Task",
        id_,
        identifier=[{"system": systems.DOSE_SLOT, "value": slot.key}],
        status="completed",
        intent="order",
        code=concept(systems.TASK_CODE, EXECUTION),
        focus=reference(Ref("ServiceRequest", one.request["id"])),
        **{"for": one.request["subject"]},
        encounter=one.request["encounter"],
        authoredOn=at,
        lastModified=at,
        owner=stay.nurse(happened.at).reference,
        executionPeriod={"start": at, "end": at},
    )

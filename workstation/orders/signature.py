"""Signing: one action turns a draft into orders, a signature over them and work for the nurses, or into nothing.

Rules are asked again at the moment of signing, because time and records have moved since the screen asked. A new
nursing level, condition, diet or position ends the running order of its kind in the same unit.
"""

from __future__ import annotations

from typing import Final

from workstation.core.drafts import DraftKey
from workstation.core.errors import Conflict, Invalid, NeedsReason
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, ref_of, reference, target
from workstation.medication.judging import answered, diagnoses_of
from workstation.medication.to_fhir import overridden
from workstation.orderbook.book import VERIFY
from workstation.orders import check, stopping
from workstation.orders.lines import Ordered
from workstation.orders.model import OrdersDraft
from workstation.orders.to_fhir import Head, request_of, task_of
from workstation.rules.alerts import Alert
from workstation.security import signing
from workstation.security.signing import who
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge

STAY: Final = "IMP"
UNDER_WAY: Final = ("in-progress", "onleave")


def sign(unit: Unit, request: OrdersDraft, knowledge: Knowledge) -> Ref:
    """Sign a draft; gives its first order.

    Raises Invalid for an incomplete draft or a visit that is no stay, NeedsReason with the alerts still to be answered
    (or not answerable at all), Conflict when the stay is over, NotFound.
    """
    stay_of(unit, request.patient, request.encounter)
    judged = check.judge(unit.reader, request, knowledge, unit.now, unit.actor)
    check.refuse_incomplete(judged)
    still = judged.evaluation.unanswered(answered(request.overrides, judged.evaluation))
    if still:
        raise NeedsReason(_("These orders cannot be signed before their alerts are answered."), still)
    head = _head(unit, request)
    ids = {key: unit.new_id() for key in judged.keys}
    orders = _orders(judged, head, ids, knowledge)
    issues = _issues(unit, request, judged, ids, head)
    for resource in (*orders, *issues):
        unit.put(resource)
    unit.put(signing.sign([*orders, *issues], unit.actor, unit.now, unit.new_id()))
    for order in orders:
        unit.put(task_of(order, VERIFY, unit.now, head.requester))
    _end_replaced(unit, judged)
    if request.draft_kind:
        unit.drop_draft(DraftKey(request.draft_kind, request.patient, request.encounter))
    unit.patient = request.patient
    unit.detail = head.number
    return ref_of(orders[0])


def stay_of(unit: Unit, patient: str, encounter: str) -> Resource:
    """Give a stay under way that orders can be written for. Raises Invalid, Conflict, NotFound."""
    stay = unit.reader.get("Encounter", encounter)
    if target(stay.get("subject"), "Patient") != patient:
        raise Invalid(
            _("This stay belongs to another patient. Nothing was changed."),
            _("Nothing was signed. Open the chart again."),
            "encounter",
        )
    if (stay.get("class") or {}).get("code") != STAY:
        raise Invalid(
            _("This is an outpatient visit and no stay."),
            _("Nothing was signed. Write a prescription instead, or admit the patient."),
            "encounter",
        )
    if stay.get("status") not in UNDER_WAY:
        raise Conflict(_("This stay is over."), _("Nothing was signed. Your draft is kept."))
    return stay


def _head(unit: Unit, request: OrdersDraft) -> Head:
    patient = unit.reader.get("Patient", request.patient)
    name = next((str(n.get("text", "")) for n in patient.get("name", ()) if n.get("text")), "")
    return Head(
        number=next_number(unit),
        patient=reference(Ref("Patient", request.patient), name),
        encounter=request.encounter,
        authored_on=unit.now,
        requester=who(unit.actor),
        reasons=tuple(diagnoses_of(unit.reader, request.encounter)),
        emergency_reason=request.emergency_reason.strip(),
    )


def next_number(unit: Unit) -> str:
    """Give the next order number of this desk: year, desk, running number."""
    year = f"{unit.now:%y}"
    return f"YZ{year}{unit.desk_code}{unit.next_number(f'orders-{year}'):06d}"


def _orders(judged: check.Judged, head: Head, ids: dict[str, str], knowledge: Knowledge) -> list[Resource]:
    groups = _groups(list(judged.lines.values()))
    return [
        request_of(line, head, place, groups.get(line.draft.group, 0), ids[key], knowledge)
        for place, (key, line) in enumerate(judged.lines.items(), 1)
    ]


def _groups(lines: list[Ordered]) -> dict[int, int]:
    """Number the infusion groups that were signed at once from 1; a line alone is no group."""
    used = [line.draft.group for line in lines if line.draft.group]
    shared = [group for group in dict.fromkeys(used) if used.count(group) > 1]
    return {group: n for n, group in enumerate(shared, 1)}


def _issues(
    unit: Unit, request: OrdersDraft, judged: check.Judged, ids: dict[str, str], head: Head
) -> list[Resource]:
    """Keep the overridden alerts, for those who execute and those who count overrides."""
    good = answered(request.overrides, judged.evaluation)
    drugs = {key: id_ for key, id_ in ids.items() if judged.lines[key].medicine is not None}

    def issue(alert: Alert) -> Resource:
        keys = [drugs[key] for key in alert.line_ids if key in drugs] or list(drugs.values())
        concerned = [Ref("MedicationRequest", id_) for id_ in keys]
        reason = request.overrides[alert.fingerprint]
        made = overridden(alert, reason, concerned, head.patient, head.requester, unit.now)
        return made | {"id": unit.new_id()}

    return [issue(alert) for alert in judged.evaluation.alerts if alert.fingerprint in good]


def _end_replaced(unit: Unit, judged: check.Judged) -> None:
    """Stop the running orders that the new ones take the place of, at the moment these begin."""
    for key, orders in judged.ending.items():
        line = judged.lines[key]
        name = line.item.name_zh if line.item is not None else line.draft.text.strip()
        resources = [unit.reader.get(order.type, order.id) for order in orders]
        if resources:
            stopping.end(unit, resources, max(line.start, unit.now), f"由“{name}”取代")

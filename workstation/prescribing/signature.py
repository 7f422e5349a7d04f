"""Signing: one action turns a draft into sheets, a signature over each, and work for the pharmacy, or into nothing.

Rules are asked again at the moment of signing, because time and records have moved since the screen asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from workstation.core.drafts import DraftKey
from workstation.core.errors import Conflict, Invalid, NeedsReason
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, ref_of, reference, target
from workstation.medication.judging import answered, diagnoses_of
from workstation.medication.to_fhir import overridden
from workstation.prescribing import check
from workstation.prescribing.model import PrescriptionDraft, PrescriptionKind
from workstation.prescribing.to_fhir import Head, request_of, review_task
from workstation.rules.alerts import Alert
from workstation.rules.sheets import RxType, last_valid_moment
from workstation.security import signing
from workstation.security.permissions import Actor
from workstation.security.signing import who
from workstation.store.reader import Reader
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge

CLOSED: Final = frozenset({"cancelled", "entered-in-error"})


def sign(unit: Unit, request: PrescriptionDraft, knowledge: Knowledge) -> Ref:
    """Sign a draft; gives the first line of its first sheet.

    Raises Invalid for an incomplete draft, NeedsReason with the alerts still to be answered (or not answerable at
    all), Conflict when the visit is closed, NotFound.
    """
    encounter = _visit(unit, request)
    judged = check.judge(unit.reader, request, knowledge, unit.now, unit.actor)
    check.refuse_incomplete(judged)
    still = judged.evaluation.unanswered(answered(request.overrides, judged.evaluation))
    if still:
        raise NeedsReason(_("This prescription cannot be signed before its alerts are answered."), still)
    heads = [
        head_of(
            unit.reader,
            request,
            encounter,
            type_=type_,
            number=next_number(unit),
            now=unit.now,
            actor=unit.actor,
        )
        for type_, _keys in judged.sheets
    ]
    refs = [
        _sign_sheet(unit, head, keys, judged, request, knowledge)
        for head, (_type, keys) in zip(heads, judged.sheets, strict=True)
    ]
    if request.draft_kind:
        unit.drop_draft(DraftKey(request.draft_kind, request.patient, request.encounter))
    unit.patient = request.patient
    unit.detail = " ".join(head.number for head in heads)
    return refs[0]


def _visit(unit: Unit, request: PrescriptionDraft) -> Resource:
    encounter = unit.reader.get("Encounter", request.encounter)
    if target(encounter.get("subject"), "Patient") != request.patient:
        raise Invalid(
            _("This visit belongs to another patient."),
            _("Nothing was signed. Open the chart again."),
            "encounter",
        )
    if encounter.get("status") in CLOSED:
        raise Conflict(_("This visit was cancelled."), _("Nothing was signed. Your draft is kept."))
    return encounter


def head_of(
    reader: Reader,
    request: PrescriptionDraft,
    encounter: Resource,
    *,
    type_: str,
    number: str,
    now: datetime,
    actor: Actor,
) -> Head:
    """Give what all lines of one sheet have in common. Raises NotFound for an unknown patient."""
    patient = reader.get("Patient", request.patient)
    name = next((str(n.get("text", "")) for n in patient.get("name", ()) if n.get("text")), "")
    return Head(
        number=number,
        type=type_,
        patient=reference(Ref("Patient", request.patient), name),
        encounter=request.encounter,
        authored_on=now,
        valid_until=last_valid_moment(now, request.valid_days),
        requester=who(actor),
        reasons=tuple(diagnoses_of(reader, request.encounter)),
        long_term=request.kind is PrescriptionKind.LONG_TERM,
        extension_reason=request.extension_reason.strip(),
        collector=request.collector if type_ == RxType.NARCOTIC else None,
        emergency=encounter.get("class", {}).get("code") == "EMER",
        emergency_reason=request.emergency_reason.strip(),
    )


def next_number(unit: Unit) -> str:
    """Give the next prescription number of this desk: year, desk, running number."""
    year = f"{unit.now:%y}"
    return f"RX{year}{unit.desk_code}{unit.next_number(f'prescription-{year}'):06d}"


def _sign_sheet(
    unit: Unit,
    head: Head,
    keys: Sequence[str],
    judged: check.Judged,
    request: PrescriptionDraft,
    knowledge: Knowledge,
) -> Ref:
    ids = {key: unit.new_id() for key in keys}
    lines = requests_of(head, ids, judged, knowledge)
    issues = [
        _issue(unit, alert, ids, request, head)
        for alert in judged.evaluation.alerts
        if alert.fingerprint in answered(request.overrides, judged.evaluation)
        and (not alert.line_ids or set(alert.line_ids) & set(ids))
    ]
    for resource in (*lines, *issues):
        unit.put(resource)
    unit.put(signing.sign([*lines, *issues], unit.actor, unit.now, unit.new_id()))
    unit.put(review_task(head, ref_of(lines[0]), unit.new_id()))
    return ref_of(lines[0])


def requests_of(
    head: Head, ids: Mapping[str, str], judged: check.Judged, knowledge: Knowledge
) -> list[Resource]:
    """Give the lines of one sheet in their order; `ids` names each line of the draft, by its key."""
    groups = _groups(judged, tuple(ids))
    return [
        request_of(
            judged.lines[key], head, place, groups.get(judged.lines[key].draft.group, 0), id_, knowledge
        )
        for place, (key, id_) in enumerate(ids.items(), 1)
    ]


def _groups(judged: check.Judged, keys: Sequence[str]) -> dict[int, int]:
    """Number the infusion groups of one sheet from 1."""
    used = [judged.lines[key].draft.group for key in keys]
    return {group: n for n, group in enumerate((g for g in dict.fromkeys(used) if g), 1)}


def _issue(unit: Unit, alert: Alert, ids: dict[str, str], request: PrescriptionDraft, head: Head) -> Resource:
    """Keep an overridden alert, for the pharmacy and for those who count overrides."""
    keys = [ids[key] for key in alert.line_ids if key in ids] or list(ids.values())
    concerned = [Ref("MedicationRequest", id_) for id_ in keys]
    reason = request.overrides[alert.fingerprint]
    made = overridden(alert, reason, concerned, head.patient, who(unit.actor), unit.now)
    return made | {"id": unit.new_id()}

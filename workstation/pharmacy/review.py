"""Reviewing a sheet before anything is handed out: taking it, approving, asking back, refusing, putting it aside.

Sources: 处方管理办法 articles 18, 35, 36 and 37; 医疗机构处方审核规范 (国卫办医发〔2018〕14号).
"""

from __future__ import annotations

from typing import Final

from workstation.core.clock import instant
from workstation.core.days import written_moment
from workstation.core.errors import Conflict, Invalid, NeedsReason
from workstation.core.events import Ref
from workstation.core.i18n import _, pick
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, ref_of, reference, target
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.model import (
    DISPENSE,
    FOUR_CHECKS,
    Approve,
    Query,
    Refuse,
    Release,
    SheetState,
    StartReview,
)
from workstation.pharmacy.prescreen import prescreen
from workstation.pharmacy.rows import Prescreen
from workstation.pharmacy.wording import state_text
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.wording import Coded

REVIEWABLE: Final = frozenset({SheetState.TO_REVIEW, SheetState.IN_REVIEW})
APPROVED: Final = frozenset({SheetState.TO_DISPENSE, SheetState.DISPENSING})
LEAST_REASON: Final = 4


def start(unit: Unit, request: StartReview) -> Ref:
    """Claim the review."""
    sheet = reviewable(unit, request.task, take_over=request.take_over)
    if sheet.state is SheetState.IN_REVIEW:
        unit.detail = f"taken over from {sheet.holder.get('reference', '')}"
    return unit.put(_moved(unit, sheet.review, "accepted"))


def approve(unit: Unit, request: Approve, knowledge: Knowledge) -> Ref:
    """Close the review, keep what the rules said, and open the dispensing."""
    if set(request.checks) != set(FOUR_CHECKS):
        raise Invalid(_("All four checks must be confirmed before approval."), field="checks")
    sheet = reviewable(unit, request.task)
    refuse_expired(unit, sheet)
    said = prescreen(unit.reader, sheet, knowledge, unit.now)
    _demand_answers(said, request.reason)
    task = _moved(unit, sheet.review, "completed")
    task["output"] = [
        {"type": {"text": "check"}, "valueString": f"{check} {instant(unit.now)}"} for check in request.checks
    ] + _outcome(said, request.reason)
    unit.put(task)
    return unit.put(_dispensing(unit, sheet, task))


def _demand_answers(said: Prescreen, reason: str) -> None:
    """Have a stop that nobody answered stand in the way; one that cannot be overridden needs another sheet."""
    open_ = tuple(alert for alert in said.alerts if alert.fingerprint in said.open)
    if any(not alert.overridable for alert in open_):
        raise NeedsReason(
            _("Only a change of the prescription helps. Ask the prescriber, or refuse it."), open_
        )
    if open_ and len(reason.strip()) < LEAST_REASON:
        raise NeedsReason(_("A stop of the automatic check has no answer yet. Say why you approve."), open_)


def _outcome(said: Prescreen, reason: str) -> list[Resource]:
    """Say what the automatic check found, for the prescription comment: rule ids only, no patient data."""
    words = "passed" if said.passed else "not run" if not said.ran else "issues"
    rules = " ".join(f"{int(a.tier)}:{a.rule_id}" for a in said.alerts)
    text = " ".join(part for part in (words, rules, said.knowledge) if part)
    outcome: list[Resource] = [{"type": {"text": "automatic-check"}, "valueString": text}]
    if reason.strip():
        outcome.append({"type": {"text": "reason"}, "valueString": reason.strip()})
    return outcome


def _dispensing(unit: Unit, sheet: sheets.Sheet, review: Resource) -> Resource:
    """Build the dispensing Task. Its id follows from the review's, so that two counters make the same one."""
    task: Resource = dict(sheet.dispense or {})
    task |= {
        "resourceType": "Task",
        "id": task.get("id") or dispense_id(review["id"]),
        "status": "requested",
        "intent": "order",
        "priority": review.get("priority", "routine"),
        "code": concept(systems.TASK_CODE, DISPENSE),
        "groupIdentifier": review["groupIdentifier"],
        "basedOn": [reference(ref_of(review))],
        "focus": review["focus"],
        "for": review["for"],
        "authoredOn": instant(unit.now),
        "lastModified": instant(unit.now),
        "requester": who(unit),
    }
    if "encounter" in review:
        task["encounter"] = review["encounter"]
    for gone in ("owner", "statusReason"):
        task.pop(gone, None)
    return task


def dispense_id(review_id: str) -> str:
    """Give the id of the dispensing Task that belongs to a review."""
    return f"{review_id[:55]}-dispense"


def query(unit: Unit, request: Query, knowledge: Knowledge) -> Ref:
    """Put the sheet on hold with a question to its prescriber."""
    reason = reason_of(knowledge, request.reason, "review")
    sheet = _questionable(unit, request.task)
    words = question(reason, request.text)
    task = _closed(unit, sheet, "on-hold", reason, request.text)
    sent: Resource = {
        "resourceType": "Communication",
        "status": "completed",
        "basedOn": [reference(ref_of(task))],
        "subject": task["for"],
        "sent": instant(unit.now),
        "sender": who(unit),
        "reasonCode": [concept(systems.REASON, reason.code, reason.name_zh)],
        "payload": [{"contentString": words}],
    }
    if "requester" in task:
        sent["recipient"] = [task["requester"]]
    unit.put(sent)
    return ref_of(task)


def refuse(unit: Unit, request: Refuse, knowledge: Knowledge) -> Ref:
    """Refuse for good."""
    if not request.text.strip():
        raise Invalid(_("A refusal needs its reason in words."), field="text")
    reason = reason_of(knowledge, request.reason, "review")
    return ref_of(_closed(unit, _questionable(unit, request.task), "rejected", reason, request.text))


def release(unit: Unit, request: Release) -> Ref:
    """Give the sheet back to its queue; one that is in nobody's hands may be put aside, another's may not."""
    sheet = sheets.by_task(unit.reader, request.task)
    held = held_by(sheet)
    if held and held != unit.actor.practitioner:
        raise taken(sheet)
    reviewing = sheet.state in REVIEWABLE
    task = sheet.review if reviewing else sheet.dispense
    if task is None or not (reviewing or sheet.state in APPROVED | {SheetState.PARTIAL}):
        raise moved_on(sheet)
    begun = not reviewing and any(sheets.handed_out(unit.reader, line) for line in sheet.lines)
    back = _moved(unit, task, "on-hold" if begun else "requested")
    back.pop("owner", None)
    if request.park.strip():
        back["statusReason"] = {"text": request.park.strip()}
    return unit.put(back)


def reviewable(unit: Unit, task_id: str, take_over: bool = False) -> sheets.Sheet:
    """Give a sheet this person may review now. Raises Conflict when it moved on or a colleague has it."""
    sheet = sheets.by_task(unit.reader, task_id)
    if sheet.state not in REVIEWABLE:
        raise Conflict(
            _(
                "This prescription is not waiting for review any more: {state}.",
                state=state_text(sheet.state),
            ),
            _("Nothing was changed. Refresh the queue."),
        )
    if sheet.state is SheetState.IN_REVIEW and held_by(sheet) != unit.actor.practitioner and not take_over:
        raise taken(sheet)
    return sheet


def _questionable(unit: Unit, task_id: str) -> sheets.Sheet:
    """Give a sheet that may still be questioned: nothing of it is out. Raises Conflict."""
    sheet = sheets.by_task(unit.reader, task_id)
    if sheet.state not in APPROVED:
        return reviewable(unit, task_id)
    if held_by(sheet) not in ("", unit.actor.practitioner):
        raise taken(sheet)
    if any(sheets.handed_out(unit.reader, line) for line in sheet.lines):
        raise moved_on(sheet)
    return sheet


def held_by(sheet: sheets.Sheet) -> str:
    """Give the practitioner who has the sheet in hand, or an empty text."""
    return target(sheet.holder, "Practitioner")


def taken(sheet: sheets.Sheet) -> Conflict:
    """Say who has the sheet."""
    name = str(sheet.holder.get("display", ""))
    if sheet.state is SheetState.IN_REVIEW:
        return Conflict(
            _("{name} is reviewing this prescription.", name=name), _("Take another one, or ask them.")
        )
    return Conflict(
        _("{name} is handing out this prescription.", name=name), _("Take another one, or ask them.")
    )


def moved_on(sheet: sheets.Sheet) -> Conflict:
    """Say that the sheet is not where it was."""
    return Conflict(
        _("This prescription has moved on: {state}.", state=state_text(sheet.state)),
        _("Nothing was changed. Refresh the queue."),
    )


def refuse_expired(unit: Unit, sheet: sheets.Sheet) -> None:
    """Raise Invalid when the sheet's validity is over (处方管理办法 article 18)."""
    end = sheets.valid_until(sheet, unit.now.tzinfo)
    if end is not None and unit.now > end:
        raise Invalid(
            _(
                "This prescription is no longer valid (valid until {time}).",
                time=written_moment(end.astimezone(unit.now.tzinfo)),
            ),
            _("The prescriber must write a new one (处方管理办法 article 18)."),
        )


def reason_of(knowledge: Knowledge, code: str, group: str) -> Coded:
    """Give a reason of a group. Raises Invalid for one that is not on the list."""
    found = next(
        (r for r in knowledge.intervention_reasons if r.code == code and r.get("group") == group), None
    )
    if found is None:
        raise Invalid(_("This reason is not on the list: {code}", code=code), field="reason")
    return found


def question(reason: Coded, text: str) -> str:
    """Word a question for the prescriber and the record, in the record's language."""
    return "：".join(part for part in (reason.name_zh, text.strip()) if part)


def who(unit: Unit) -> Resource:
    """Give a Reference to the signed-in person."""
    if not unit.actor.practitioner:
        return {"display": unit.actor.name}
    return reference(Ref("Practitioner", unit.actor.practitioner), unit.actor.name)


def _moved(unit: Unit, task: Resource, status: str) -> Resource:
    """Give a copy of a Task in a new state, in this person's hands."""
    moved = dict(task) | {"status": status, "owner": who(unit), "lastModified": instant(unit.now)}
    moved.pop("statusReason", None)
    return moved


def _closed(unit: Unit, sheet: sheets.Sheet, status: str, reason: Coded, text: str) -> Resource:
    """Close the review with a reason; a dispensing that was opened already is called off."""
    task = _moved(unit, sheet.review, status)
    task["statusReason"] = concept(systems.REASON, reason.code, reason.name_zh, question(reason, text))
    unit.put(task)
    if sheet.dispense is not None:
        unit.put(_moved(unit, sheet.dispense, "cancelled"))
    unit.detail = f"{reason.code} {pick(reason.name_zh, reason.name_en)}"
    return task

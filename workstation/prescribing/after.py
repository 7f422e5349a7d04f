"""What happens to a prescription after its signature: it is stopped, or the pharmacy's question is answered.

Nothing signed is ever deleted: a stopped line keeps its content and says who stopped it and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workstation.core.clock import instant
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, ref_of, reference
from workstation.prescribing import sheets
from workstation.prescribing.model import AnswerQuery, StopPrescription
from workstation.prescribing.to_fhir import REVIEW
from workstation.security.signing import who
from workstation.stock import NOT_OUT
from workstation.store.reader import Reader
from workstation.store.unit import Unit

OVER: Final = frozenset({"stopped", "completed", "cancelled", "entered-in-error"})
TASK_OVER: Final = frozenset({"completed", "cancelled", "rejected", "failed", "entered-in-error"})
LEAST_REASON: Final = 2


def stop(unit: Unit, request: StopPrescription) -> Ref:
    """Stop a line or its whole sheet.

    Raises Invalid without a reason, Conflict when it was handed out or is over, NotFound.
    """
    reason = request.reason.strip()
    if len(reason) < LEAST_REASON:
        raise Invalid(_("Stopping needs a reason."), field="reason")
    stored = sheets.by_line(unit.reader, request.line)
    named = [r for r in stored.requests if request.whole_sheet or r["id"] == request.line]
    running = [r for r in named if r.get("status") not in OVER]
    if not running:
        raise Conflict(_("This prescription is over already."), _("Nothing was changed. Refresh this list."))
    for line in named:
        _refuse_dispensed(unit.reader, line)
    for line in running:
        unit.put(dict(line) | {"status": "stopped", "statusReason": {"text": reason}})
    stopped = {r["id"] for r in running}
    if all(r["id"] in stopped or r.get("status") in OVER for r in stored.requests):
        _cancel_tasks(unit, stored.tasks, reason)
    unit.detail = reason
    return Ref("MedicationRequest", request.line, ref_of(running[0]).patient)


def _refuse_dispensed(reader: Reader, line: Resource) -> None:
    given = reader.find("MedicationDispense", {"prescription": str(line["id"])})
    if any(d.get("status") not in NOT_OUT for d in given):
        raise Conflict(
            _("This medicine was handed out already."),
            _("Nothing was changed. Tell the patient, and prescribe anew where needed."),
        )


def _cancel_tasks(unit: Unit, tasks: Sequence[Resource], reason: str) -> None:
    """Close what the pharmacy still would do; a review that is finished stays as it was."""
    for task in tasks:
        if task.get("status") in TASK_OVER:
            continue
        changed = dict(task) | {"status": "cancelled", "lastModified": instant(unit.now)}
        changed["statusReason"] = {"text": reason}
        unit.put(changed)


def answer(unit: Unit, request: AnswerQuery) -> Ref:
    """Answer the pharmacist's question; the sheet goes back into review.

    Raises Invalid without an answer, Conflict when nothing is asked any more, NotFound.
    """
    text = request.text.strip()
    if not text:
        raise Invalid(_("The answer is empty."), field="text")
    task = unit.reader.get("Task", request.task)
    if code_of(task.get("code"), systems.TASK_CODE) != REVIEW or task.get("status") != "on-hold":
        raise Conflict(
            _("The pharmacy is not waiting for an answer any more."),
            _("Nothing was sent. Refresh this list."),
        )
    asked = unit.reader.find("Communication", {"based-on": request.task}, sort=("-sent",), limit=1)
    reply: Resource = {
        "resourceType": "Communication",
        "status": "completed",
        "basedOn": [reference(ref_of(task))],
        "subject": task["for"],
        "sent": instant(unit.now),
        "sender": who(unit.actor),
        "payload": [{"contentString": text}],
    }
    if asked:
        reply["inResponseTo"] = [reference(ref_of(asked[0]))]
        if "sender" in asked[0]:
            reply["recipient"] = [asked[0]["sender"]]
    unit.put(reply)
    back = dict(task) | {"status": "requested", "lastModified": instant(unit.now)}
    back.pop("statusReason", None)
    return unit.put(back)

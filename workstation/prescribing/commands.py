"""What a prescriber does: sign, stop, answer the pharmacy."""

from __future__ import annotations

from workstation.core.events import Ref
from workstation.prescribing import after, signature
from workstation.prescribing.model import AnswerQuery, PrescriptionDraft, StopPrescription
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command


@command("prescribing.sign", permission=Permission.PRESCRIPTION_SIGN, help="Sign a prescription")
def sign(unit: Unit, request: PrescriptionDraft, *, knowledge: Knowledge) -> Ref:
    """Sign a draft as one or more sheets. Raises Invalid, NeedsReason, Conflict, NotFound."""
    return signature.sign(unit, request, knowledge)


@command(
    "prescribing.stop", permission=Permission.PRESCRIPTION_STOP, help="Stop a prescription, with a reason"
)
def stop(unit: Unit, request: StopPrescription) -> Ref:
    """Stop a line or its whole sheet and close its review. Raises Invalid, Conflict, NotFound."""
    return after.stop(unit, request)


@command(
    "prescribing.answer-query",
    permission=Permission.PRESCRIPTION_SIGN,
    help="Answer the pharmacist's question about a prescription",
)
def answer_query(unit: Unit, request: AnswerQuery) -> Ref:
    """Answer; the sheet goes back into review. Raises Invalid, Conflict, NotFound."""
    return after.answer(unit, request)

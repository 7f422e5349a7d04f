"""What happened to orders, in FHIR: one MedicationAdministration a line, one Task for another order (docs/fhir.md).

Stored words are Chinese whatever the screen's language is, as everywhere in the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from workstation.core.clock import instant
from workstation.core.errors import Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, concept, reference, set_extension
from workstation.medication.reading import dosage_of
from workstation.medication.to_fhir import number
from workstation.nursing.dose import Dose
from workstation.orderbook.given import EXECUTION, VERIFIER, Done
from workstation.orderbook.order import Order
from workstation.security.permissions import Actor
from workstation.security.signing import who
from workstation.store.unit import Unit
from workstation.terminology.nursing import Reason

PERFORMER: Final = "http://terminology.hl7.org/CodeSystem/med-admin-perform-function"
LEAST_WORDS: Final = 2


@dataclass(frozen=True, slots=True)
class What:
    """What is recorded of one dose. `by_hand` and `late` are whole texts; `reason` why it was not given."""

    state: Done
    at: datetime
    scanned: str = ""
    by_hand: str = ""
    late: str = ""
    reason: Reason | None = None
    text: str = ""
    note: str = ""
    second: Actor | None = None
    doses: Mapping[str, str] | None = None


def record(unit: Unit, dose: Dose, what: What) -> Ref:
    """Write the facts of one dose, one a line, in this unit; gives the first."""
    if not dose.is_drug:
        return unit.put(_carried_out(unit, dose, what))
    made = [unit.put(_administration(unit, dose, order, what)) for order in dose.orders]
    return made[0]


def _administration(unit: Unit, dose: Dose, order: Order, what: What) -> Resource:
    request = unit.reader.get("MedicationRequest", order.id)
    made: Resource = {
        "resourceType": "MedicationAdministration",
        "id": unit.new_id(),
        "identifier": [{"system": systems.DOSE_SLOT, "value": dose.key}],
        "status": what.state.value,
        "medicationCodeableConcept": request["medicationCodeableConcept"],
        "subject": request["subject"],
        "context": request["encounter"],
        "performer": _performers(unit, what),
        "request": reference(Ref("MedicationRequest", order.id)),
    }
    if what.state is Done.RUNNING or (dose.infusion and what.state is Done.GIVEN):
        made["effectivePeriod"] = {"start": instant(what.at)}
    else:
        made["effectiveDateTime"] = instant(what.at)
    if what.state is Done.NOT_GIVEN:
        made["statusReason"] = [_reason(what)]
    else:
        made["dosage"] = _dosage(request, order, what)
    notes = [text for text in (what.by_hand, what.note) if text]
    if notes:
        made["note"] = [{"text": text, "time": instant(unit.now)} for text in notes]
    _extend(made, dose, what)
    if what.scanned:
        set_extension(made, systems.CHECKED_BY_SCAN, valueCode=what.scanned)
    return made


def _carried_out(unit: Unit, dose: Dose, what: What) -> Resource:
    order = dose.orders[0]
    request = unit.reader.get("ServiceRequest", order.id)
    done = what.state is Done.GIVEN
    made: Resource = {
        "resourceType": "Task",
        "id": unit.new_id(),
        "identifier": [{"system": systems.DOSE_SLOT, "value": dose.key}],
        "status": "completed" if done else "failed",
        "intent": "order",
        "code": concept(systems.TASK_CODE, EXECUTION),
        "focus": reference(Ref("ServiceRequest", order.id)),
        "for": request["subject"],
        "encounter": request["encounter"],
        "authoredOn": instant(unit.now),
        "lastModified": instant(unit.now),
        "owner": who(unit.actor),
        "executionPeriod": {"start": instant(what.at), "end": instant(what.at)},
    }
    if not done:
        made["statusReason"] = _reason(what)
    if what.note:
        made["note"] = [{"text": what.note, "time": instant(unit.now)}]
    _extend(made, dose, what)
    return made


def _extend(made: Resource, dose: Dose, what: What) -> None:
    set_extension(made, systems.SCHEDULED_FOR, valueDateTime=dose.at.isoformat(timespec="seconds"))
    if what.late:
        set_extension(made, systems.LATE_REASON, valueString=what.late)


def _performers(unit: Unit, what: What) -> list[Resource]:
    people: list[Resource] = [{"actor": who(unit.actor)}]
    if what.second is not None:
        people.append({"function": concept(PERFORMER, VERIFIER), "actor": who(what.second)})
    return people


def _dosage(request: Resource, order: Order, what: What) -> Resource:
    """Give what was given: the ordered dose, or the amount the nurse recorded instead."""
    ordered = dosage_of(request)
    rates: list[Resource] = as_list(ordered.get("doseAndRate"))
    quantity = dict(rates[0].get("doseQuantity", {})) if rates else {}
    actual = (what.doses or {}).get(order.id, "")
    if actual:
        quantity["value"] = number(amount(actual))
    made: Resource = {}
    if not actual and ordered.get("text"):
        made["text"] = ordered["text"]
    if ordered.get("route"):
        made["route"] = ordered["route"]
    if quantity:
        made["dose"] = quantity
    return made


def amount(text: str) -> Decimal:
    """Read an amount that was given. Raises Invalid for what is no positive number."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or value <= 0:
        raise Invalid(_("The amount given must be a number above zero."), field="doses")
    return value


def _reason(what: What) -> Resource:
    if what.reason is None:
        return {"text": what.text}
    return reason_concept(what.reason, what.text)


def reason_concept(reason: Reason, text: str = "") -> Resource:
    """Give a reason as a CodeableConcept, its words in the record's language."""
    return concept(systems.REASON, reason.code, reason.name_zh, reason_text(reason, text))


def reason_text(reason: Reason, text: str = "") -> str:
    """Word a reason for the record."""
    return "：".join(part for part in (reason.name_zh, text.strip()) if part)


def chosen(reasons: Sequence[Reason], code: str, text: str, field: str) -> Reason:
    """Give the reason that was chosen. Raises Invalid when there is none, or its words are missing."""
    found = next((reason for reason in reasons if reason.code == code), None)
    if found is None:
        said = _("Choose a reason.") if not code else _("This reason is not on the list: {code}", code=code)
        raise Invalid(said, field=field)
    if found.words and len(text.strip()) < LEAST_WORDS:
        raise Invalid(_("This reason needs a few words."), field=field)
    return found

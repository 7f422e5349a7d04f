"""Taking back what was entered in error, and noting operations and deliveries on the chart.

Facts are never overwritten: the wrong Observation stays, entered in error with its reason, and a new one of the same
moment stands beside it.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final

from workstation.chart import signs
from workstation.chart.signs import BY_FIELD, Taking
from workstation.core.clock import instant
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import (
    Resource,
    as_list,
    concept,
    ref_of,
    reference,
    set_extension,
    target,
)
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command
from workstation.vitals import notation, reading, recording
from workstation.vitals.model import AddEvent, Correct, RemoveEvent

ERROR: Final = "entered-in-error"
SURGERY: Final = ("387713003", "Surgical procedure")
DELIVERY: Final = ("236973005", "Delivery procedure")
CODES: Final = {"surgery": SURGERY, "delivery": DELIVERY}
KEPT: Final = ("method", "derivedFrom")


@command(
    "vitals.correct",
    permission=Permission.VITALS_RECORD,
    help="Take a wrong value back and put the right one in its place",
)
def correct(unit: Unit, request: Correct, *, knowledge: Knowledge) -> Ref:
    """Correct one value. Raises Invalid without a reason or for an impossible value, Conflict the second time."""
    wrong = _own(unit, "Observation", request.observation, request.patient)
    found = next(iter(reading.signs_in(wrong, unit.now.tzinfo)), None)
    if found is None:
        raise Conflict(
            _("This value was taken back already."), _("Nothing was changed. Look at the list again.")
        )
    reason = _reason(request.reason)
    made = _corrected(unit, wrong, found, request, knowledge) if request.value.strip() else None
    wrong["status"] = ERROR
    set_extension(wrong, systems.STATUS_REASON, valueString=reason)
    unit.put(wrong)
    if made is None:
        return ref_of(wrong)
    put = unit.put(made)
    _follow(unit, request.patient, wrong, put)
    return put


def _own(unit: Unit, kind: str, id_: str, patient: str) -> Resource:
    found = unit.reader.get(kind, id_)
    if target(found.get("subject"), "Patient") != patient:
        raise Invalid(_("This record belongs to another patient. Nothing was changed."), field="patient")
    unit.patient = patient
    return found


def _reason(text: str) -> str:
    if not text.strip():
        raise Invalid(_("Give the reason. Nothing was changed yet."), field="reason")
    return text.strip()


def _corrected(
    unit: Unit, wrong: Resource, found: reading.Sign, request: Correct, knowledge: Knowledge
) -> Resource:
    encounter = target(wrong.get("encounter"), "Encounter")
    taking = Taking(request.patient, encounter, str(wrong["effectiveDateTime"]))
    made = _said(unit, taking, found.field, request, knowledge)
    if found.field != "urine":
        made |= {key: wrong[key] for key in KEPT if key in wrong}
    return made


def _said(unit: Unit, taking: Taking, field: str, request: Correct, knowledge: Knowledge) -> Resource:
    """Read the value as it is typed for its sign and say it anew."""
    if field == "stool":
        return recording.stool_of(unit, taking, notation.stool(request.value))
    if field == "consciousness":
        return recording.mind_of(unit, taking, request.value, knowledge)
    values: dict[str, Decimal] = {}
    urine = notation.urine(request.value) if field == "urine" else None
    if urine is not None and urine.amount is not None:
        values = {"urine": urine.amount}
    elif urine is None:
        values = _numbers(field, request.value)
    confirmed = tuple(values) if request.confirmed else ()
    signs.check_all(values, recording.months_of(unit, request.patient), confirmed)
    if urine is not None:
        return recording.urine_of(unit, taking, urine)
    if field == "systolic":
        return signs.pressure(unit, taking, values)
    return signs.observation(unit, taking, BY_FIELD[field], values[field])


def _numbers(field: str, text: str) -> dict[str, Decimal]:
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        if field == "systolic":
            high, _stroke, low = plain.partition("/")
            return {"systolic": Decimal(high), "diastolic": Decimal(low)}
        return {field: Decimal(plain)}
    except InvalidOperation:
        raise Invalid(_("“{text}” is not a value.", text=text), field=field) from None


def _follow(unit: Unit, patient: str, wrong: Resource, put: Ref) -> None:
    """Let a temperature after cooling stand beside the corrected one before it."""
    if reading.field_of(wrong.get("code")) != "temperature":
        return
    for other in unit.reader.find("Observation", {"patient": patient, "code": BY_FIELD["temperature"].token}):
        from_ = as_list(other.get("derivedFrom"))
        if any(target(each, "Observation") == wrong["id"] for each in from_):
            kept = [each for each in from_ if target(each, "Observation") != wrong["id"]]
            unit.put({**other, "derivedFrom": [*kept, reference(put)]})


# Operations and deliveries


@command(
    "vitals.add-event",
    permission=Permission.VITALS_RECORD,
    help="Note an operation or delivery on the temperature chart",
)
def add_event(unit: Unit, request: AddEvent) -> Ref:
    """Note it at its moment. Raises Invalid for the future or a time outside the stay."""
    at = recording.begin(unit, request.patient, request.encounter, request.at)
    code, display = CODES[request.kind]
    return unit.put(
        {
            "resourceType": "Procedure",
            "id": unit.new_id(),
            "status": "completed",
            "code": concept(systems.SNOMED, code, display),
            "subject": reference(Ref("Patient", request.patient)),
            "encounter": reference(Ref("Encounter", request.encounter)),
            "performedDateTime": instant(at),
            "recorder": signs.who(unit.actor),
        }
    )


@command(
    "vitals.remove-event", permission=Permission.VITALS_RECORD, help="Take a noted operation or delivery back"
)
def remove_event(unit: Unit, request: RemoveEvent) -> Ref:
    """Take it back as entered in error. Raises Invalid without a reason, Conflict when it was taken back already."""
    found = _own(unit, "Procedure", request.procedure, request.patient)
    if found.get("status") == ERROR:
        raise Conflict(_("This was taken back already."), _("Nothing was changed."))
    found["status"] = ERROR
    found["statusReason"] = {"text": _reason(request.reason)}
    return unit.put(found)

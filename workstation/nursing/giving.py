"""Giving a dose, beginning and ending an infusion, carrying another order out, and why it was not done.

All lines of one unit are written in one unit of work, or none. Sources: 三查八对 and the double signature for
high-alert drugs (cn_rules 3.2), 医疗机构药事管理规定; the refusals are this product's own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from workstation.core.clock import instant
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, identifier, target
from workstation.nursing import model
from workstation.nursing.dose import Dose, bars, dose_at, instant_of
from workstation.nursing.recording import What, amount, chosen, reason_text, record
from workstation.nursing.rows import Bar, Barrier
from workstation.orderbook.given import Done
from workstation.security.permissions import Actor, Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.packs import half_width, pack_of

CHANGED: Final = frozenset(
    {
        Barrier.STOPPED,
        Barrier.VOID,
        Barrier.RETURNED,
        Barrier.RECORDED,
        Barrier.UNPLANNED,
        Barrier.NOT_VERIFIED,
    }
)


def give(unit: Unit, request: model.Give, knowledge: Knowledge) -> Ref:
    """Record that a dose was given: all lines of its unit."""
    return _give(unit, request, knowledge, Done.GIVEN)


def start(unit: Unit, request: model.Give, knowledge: Knowledge) -> Ref:
    """Record that an infusion began."""
    return _give(unit, request, knowledge, Done.RUNNING)


def _give(unit: Unit, request: model.Give, knowledge: Knowledge, state: Done) -> Ref:
    dose = _dose(unit, request.slot, request.encounter, knowledge)
    if not dose.is_drug:
        raise Invalid(_("This order is no medicine: record it as carried out."), field="slot")
    if state is Done.RUNNING and not dose.infusion:
        raise Invalid(_("This is no infusion."), field="slot")
    at = _happened(unit, request.at)
    nursing = knowledge.nursing
    _refuse(bars(dose, unit.now, nursing.windows))
    scanned = _scans(unit, request, dose, knowledge)
    by_hand = ""
    if scanned is not model.Scans.BOTH:
        reason = chosen(nursing.group("by-hand"), request.by_hand, request.by_hand_text, "by_hand")
        by_hand = reason_text(reason, request.by_hand_text)
    late = ""
    if dose.late(at, nursing.windows):
        why = chosen(nursing.group("late"), request.late, request.late_text, "late")
        late = reason_text(why, request.late_text)
    second = _second(unit, request.second) if dose.high_alert else None
    return record(unit, dose, What(state, at, scanned.value, by_hand, late, second=second))


def _dose(unit: Unit, slot: str, encounter: str, knowledge: Knowledge) -> Dose:
    """Give the dose, of this stay and no other. Raises Invalid, NotFound."""
    dose = dose_at(unit.reader, slot, knowledge, unit.now)
    unit.patient = dose.patient
    unit.detail = slot
    if dose.encounter != encounter:
        raise Invalid(
            _("This dose belongs to another patient. Nothing was recorded."),
            _("Do not give it. Scan the wristband again and take the right label."),
            Barrier.OTHER_PATIENT.value,
        )
    return dose


def _refuse(found: tuple[Bar, ...]) -> None:
    """Raise what stands first in the way: Conflict when the order moved on, else Invalid."""
    if not found:
        return
    first = found[0]
    if first.barrier in CHANGED:
        raise Conflict(first.message, first.hint)
    raise Invalid(first.message, first.hint, first.barrier.value)


def _scans(unit: Unit, request: model.Give, dose: Dose, knowledge: Knowledge) -> model.Scans:
    """Compare the scanned codes with the patient and the dose. Raises Invalid when one is another's."""
    wristband, label = half_width(request.wristband), half_width(request.label)
    stay = unit.reader.get("Encounter", dose.encounter)
    if wristband and wristband != identifier(stay, systems.VISIT_NUMBER):
        raise Invalid(
            _("The wristband is another patient's. Nothing was recorded."),
            _("Do not give it. Go to the right bed and scan again."),
            Barrier.OTHER_PATIENT.value,
        )
    if label and label != dose.key and not fits(dose, pack_drug(label, knowledge)):
        raise Invalid(
            _("What was scanned is not this dose. Nothing was recorded."),
            _("Do not give it. Take the drug that is due and scan it."),
            Barrier.WRONG_DRUG.value,
        )
    if wristband and label:
        return model.Scans.BOTH
    return model.Scans.WRISTBAND if wristband else model.Scans.LABEL if label else model.Scans.NONE


def fits(dose: Dose, drug: str) -> bool:
    """Say whether a pack of a product is this dose; a mixed bag is known by its label alone."""
    return bool(drug) and len(dose.orders) == 1 and dose.orders[0].drug == drug


def pack_drug(code: str, knowledge: Knowledge) -> str:
    """Give the catalogue's id of the product a pack's code names, or an empty text."""
    pack = pack_of(code)
    return knowledge.pack_codes.get(pack.prefix or pack.gtin, "") if pack is not None else ""


def _second(unit: Unit, user: str) -> Actor:
    """Give who checked a high-alert drug. Raises Invalid when nobody did, or the same person."""
    if not user:
        raise Invalid(
            _("This drug needs a second person: a mistake with it harms at once."),
            _("Have a colleague compare it and enter a PIN on this PC."),
            "second",
        )
    colleague = unit.colleague(user)
    same = bool(colleague.practitioner) and colleague.practitioner == unit.actor.practitioner
    if user == unit.actor.user or same:
        raise Invalid(_("The second person must be somebody else."), field="second")
    if not colleague.may(Permission.ORDER_EXECUTE):
        raise Invalid(_("This colleague has no right to give drugs."), field="second")
    unit.detail = f"{unit.detail} checked by {user}"
    return colleague


def _happened(unit: Unit, text: str) -> datetime:
    """Give when it happened. Raises Invalid for a moment that lies ahead."""
    at = instant_of(text, unit.now) if text else unit.now
    if at > unit.now:
        raise Invalid(_("This moment lies ahead: nothing can be recorded before it happened."), field="at")
    return at


def not_given(unit: Unit, request: model.NotGiven, knowledge: Knowledge) -> Ref:
    """Record that a dose was not given, or another order not carried out. A stop or a wrong day does not matter."""
    dose = _dose(unit, request.slot, request.encounter, knowledge)
    reason = chosen(knowledge.nursing.group("not-given"), request.reason, request.text, "reason")
    found = bars(dose, unit.now, knowledge.nursing.windows)
    _refuse(tuple(bar for bar in found if bar.barrier in (Barrier.RECORDED, Barrier.TOO_EARLY, Barrier.VOID)))
    at = _happened(unit, request.at)
    return record(unit, dose, What(Done.NOT_GIVEN, at, reason=reason, text=request.text))


def carry_out(unit: Unit, request: model.CarryOut, knowledge: Knowledge) -> Ref:
    """Record that an order other than a medicine was carried out."""
    dose = _dose(unit, request.slot, request.encounter, knowledge)
    if dose.is_drug:
        raise Invalid(_("This is a medicine: give it by scanning."), field="slot")
    nursing = knowledge.nursing
    _refuse(bars(dose, unit.now, nursing.windows))
    at, late = _happened(unit, request.at), ""
    if dose.late(at, nursing.windows):
        why = chosen(nursing.group("late"), request.late, request.late_text, "late")
        late = reason_text(why, request.late_text)
    return record(unit, dose, What(Done.GIVEN, at, late=late, note=request.note.strip()))


def record_actual(unit: Unit, request: model.RecordActual, knowledge: Knowledge) -> Ref:
    """Record what really happened although the order does not stand; only a fact that is there already refuses."""
    dose = _dose(unit, request.slot, request.encounter, knowledge)
    if not request.at:
        raise Invalid(_("Say when it was given."), field="at")
    at = _happened(unit, request.at)
    reason = chosen(knowledge.nursing.group("actual"), request.reason, request.text, "reason")
    found = bars(dose, unit.now, knowledge.nursing.windows)
    _refuse(tuple(bar for bar in found if bar.barrier is Barrier.RECORDED))
    second = _second(unit, request.second) if dose.high_alert and request.second else None
    note = reason_text(reason, request.text)
    doses = {one.order: one.dose for one in request.doses}
    for text in doses.values():
        amount(text)
    unit.detail = f"{unit.detail} {reason.code}"
    what = What(
        Done.GIVEN, at, model.Scans.NONE.value if dose.is_drug else "", note=note, second=second, doses=doses
    )
    return record(unit, dose, what)


def end(unit: Unit, request: model.EndInfusion, knowledge: Knowledge) -> Ref:
    """End a running infusion: every line of it that runs."""
    dose = _dose(unit, request.slot, request.encounter, knowledge)
    if not dose.runs:
        raise Conflict(_("This infusion is not running."), _("Nothing was changed."))
    at, why = _happened(unit, request.at), None
    if request.reason:
        why = chosen(knowledge.nursing.group("end"), request.reason, request.text, "reason")
    if any(at < instant_of(fact.at, unit.now) for fact in dose.runs):
        raise Invalid(_("An infusion cannot end before it began."), field="at")
    words = reason_text(why, request.text) if why is not None else ""
    made = [unit.put(_ended(unit, fact.id, at, words)) for fact in dose.runs]
    return made[0]


def _ended(unit: Unit, id_: str, at: datetime, why: str) -> Resource:
    found = dict(unit.reader.get("MedicationAdministration", id_))
    period = {**found.get("effectivePeriod", {}), "end": instant(at)}
    found |= {"status": Done.GIVEN.value, "effectivePeriod": period}
    if why:
        found["note"] = [*found.get("note", []), _note(unit, why)]
    return found


def correct(unit: Unit, request: model.Correct, knowledge: Knowledge) -> Ref:
    """Mark facts as entered in error, with who said so, when and why. What was planned is due again."""
    reason = chosen(knowledge.nursing.group("correct"), request.reason, request.text, "reason")
    if not request.facts:
        raise Invalid(_("Choose what was recorded in error."), field="facts")
    why = reason_text(reason, request.text)
    made = [unit.put(_in_error(unit, _fact(unit, id_, request.encounter), why)) for id_ in request.facts]
    unit.patient = made[0].patient
    unit.detail = " ".join((reason.code, *map(str, made)))
    return made[0]


def _fact(unit: Unit, id_: str, encounter: str) -> Resource:
    found = unit.reader.peek("MedicationAdministration", id_) or unit.reader.get("Task", id_)
    stay = target(found.get("context") or found.get("encounter"), "Encounter")
    if stay != encounter or not identifier(found, systems.DOSE_SLOT):
        raise Invalid(_("This record belongs to another patient. Nothing was changed."), field="facts")
    if found.get("status") == Done.ERROR.value:
        raise Conflict(_("This was marked as entered in error already."), _("Nothing was changed."))
    return found


def _in_error(unit: Unit, fact: Resource, why: str) -> Resource:
    changed = dict(fact) | {"status": Done.ERROR.value}
    changed["note"] = [*fact.get("note", []), _note(unit, why)]
    return changed


def _note(unit: Unit, text: str) -> Resource:
    return {"authorString": unit.actor.name, "time": instant(unit.now), "text": text}

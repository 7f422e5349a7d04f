"""The diagnoses of a visit: added, made certain, put in order, and taken back with a reason.

Each is a Condition; the Encounter lists them with their rank, and rank 1 is the main diagnosis.
"""

from __future__ import annotations

from typing import Final

from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.emr.model import AddDiagnosis, RemoveDiagnosis, ReorderDiagnoses, SetCertainty
from workstation.emr.visits import about, need_reason, own, plain_text, stamp, started, visit_of, who
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, concept, reference, target, text_of
from workstation.security.permissions import Permission
from workstation.store.reader import Reader
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.verbs import command

ROLE: Final = "http://terminology.hl7.org/CodeSystem/diagnosis-role"
MAIN: Final = "billing"
FURTHER: Final = "CM"
VOID: Final = ("entered-in-error", "refuted")


@command("emr.add-diagnosis", permission=Permission.DIAGNOSIS_RECORD, help="Add a diagnosis to a visit")
def add_diagnosis(unit: Unit, request: AddDiagnosis, *, knowledge: Knowledge) -> Ref:
    """Add a diagnosis; the first one of a visit is the main one. Raises Invalid, Conflict when it stands already."""
    encounter = _encounter(unit, request.patient, request.encounter)
    code = _code(request, knowledge)
    standing = conditions_of_visit(unit.reader, encounter)
    if any(_same(code, other.get("code")) for other in standing):
        raise Conflict(_("This visit has this diagnosis already."), _("Nothing was added."))
    condition: Resource = {
        "resourceType": "Condition",
        "id": unit.new_id(),
        "clinicalStatus": concept(systems.CONDITION_CLINICAL, "active"),
        "verificationStatus": concept(systems.CONDITION_VERIFICATION, request.certainty),
        "category": [concept(systems.CONDITION_CATEGORY, "encounter-diagnosis")],
        "code": code,
        **about(request.patient, request.encounter),
        "recordedDate": stamp(unit),
        "recorder": who(unit.actor),
    }
    ref = unit.put(condition)
    order = [str(c["id"]) for c in standing]
    order.insert(0 if request.primary else len(order), ref.id)
    _rank(unit, encounter, order)
    return ref


def _encounter(unit: Unit, patient: str, encounter: str) -> Resource:
    if not encounter:
        raise Invalid(_("Which visit? Nothing was recorded."), field="encounter")
    started(unit, patient, encounter)
    return visit_of(unit.reader, patient, encounter)


def _code(request: AddDiagnosis, knowledge: Knowledge) -> Resource:
    text = plain_text(request.text, "text")
    if not request.code:
        if not text:
            raise Invalid(_("Which diagnosis?"), field="text")
        return {"text": text}
    known = (knowledge.diagnoses.find(request.code, text) if text else None) or knowledge.diagnoses.get(
        request.code
    )
    if known is None:
        raise Invalid(
            _("“{code}” is not a diagnosis code of the knowledge base.", code=request.code),
            _("Pick one from the list, or record the diagnosis as text."),
            "code",
        )
    return concept(systems.ICD10, known.code, known.name_zh, text or known.name_zh)


def _same(one: Resource, other: object) -> bool:
    return text_of(one) == text_of(other) and code_of(one) == code_of(other)


def conditions_of_visit(reader: Reader, encounter: Resource) -> list[Resource]:
    """Give the standing diagnoses of a visit by rank; those the Encounter does not list come last."""
    listed = {
        target(d.get("condition"), "Condition"): int(d.get("rank", 98))
        for d in as_list(encounter.get("diagnosis"))
    }
    found = {str(c["id"]): c for c in reader.find("Condition", {"encounter": str(encounter["id"])})}
    for id_ in listed:
        if id_ not in found and id_ and (extra := reader.peek("Condition", id_)) is not None:
            found[id_] = extra
    standing = [c for c in found.values() if code_of(c.get("verificationStatus")) not in VOID]
    return sorted(standing, key=lambda c: listed.get(str(c["id"]), 99))


def _rank(unit: Unit, encounter: Resource, order: list[str]) -> Ref:
    """Write the order into the Encounter, keeping what else its entries say."""
    before = {target(d.get("condition"), "Condition"): d for d in as_list(encounter.get("diagnosis"))}
    entries: list[Resource] = []
    for rank, id_ in enumerate(order, 1):
        entry = dict(before.get(id_) or {"condition": reference(Ref("Condition", id_))})
        if code_of(entry.get("use")) in ("", MAIN, FURTHER):
            entry["use"] = concept(ROLE, MAIN if rank == 1 else FURTHER)
        entry["rank"] = rank
        entries.append(entry)
    if entries:
        encounter["diagnosis"] = entries
    else:
        encounter.pop("diagnosis", None)
    return unit.put(encounter)


@command(
    "emr.set-certainty",
    permission=Permission.DIAGNOSIS_RECORD,
    help="Say whether a diagnosis is confirmed or provisional",
)
def set_certainty(unit: Unit, request: SetCertainty) -> Ref:
    """Change how certain a diagnosis is. Raises Conflict when it was taken back."""
    started(unit, request.patient, "")
    condition = _standing(unit, request.condition, request.patient)
    condition["verificationStatus"] = concept(systems.CONDITION_VERIFICATION, request.certainty)
    return unit.put(condition)


def _standing(unit: Unit, id_: str, patient: str) -> Resource:
    condition = own(unit, "Condition", id_, patient)
    if code_of(condition.get("verificationStatus")) in VOID:
        raise Conflict(_("This diagnosis was taken back already."), _("Nothing was changed."))
    return condition


@command(
    "emr.remove-diagnosis",
    permission=Permission.DIAGNOSIS_RECORD,
    help="Take a diagnosis back as entered in error, with the reason",
)
def remove_diagnosis(unit: Unit, request: RemoveDiagnosis) -> Ref:
    """Mark a diagnosis as entered in error; it stays on the record with the reason. Raises Invalid, Conflict."""
    encounter = _encounter(unit, request.patient, request.encounter)
    reason = need_reason(request.reason)
    condition = _standing(unit, request.condition, request.patient)
    condition["verificationStatus"] = concept(systems.CONDITION_VERIFICATION, "entered-in-error")
    condition.pop("clinicalStatus", None)  # FHIR constraint con-5
    condition.setdefault("note", []).append(
        {"authorString": unit.actor.name, "time": stamp(unit), "text": reason}
    )
    ref = unit.put(condition)
    _rank(unit, encounter, [str(c["id"]) for c in conditions_of_visit(unit.reader, encounter)])
    return ref


@command(
    "emr.reorder-diagnoses",
    permission=Permission.DIAGNOSIS_RECORD,
    help="Put the diagnoses of a visit in order; the first is the main one",
)
def reorder_diagnoses(unit: Unit, request: ReorderDiagnoses) -> Ref:
    """Put the diagnoses in order. Raises Conflict when the list is not the one that stands now."""
    encounter = _encounter(unit, request.patient, request.encounter)
    standing = {str(c["id"]) for c in conditions_of_visit(unit.reader, encounter)}
    if standing != set(request.conditions) or len(standing) != len(request.conditions):
        raise Conflict(
            _("The diagnoses of this visit have changed."), _("Nothing was changed. Look at the list again.")
        )
    return _rank(unit, encounter, list(request.conditions))

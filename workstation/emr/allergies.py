"""Recording allergies: known ones, the statement that there are none, and taking either out of force."""

from __future__ import annotations

import re
from typing import Final

from workstation.chart.allergies import NO_KNOWN_ALLERGY, denies, is_active
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.emr.model import AssertNoKnownAllergy, RecordAllergy, RefuteAllergy
from workstation.emr.visits import need_reason, own, plain_text, stamp, started, who
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, concept, reference, text_of
from workstation.security.permissions import Permission
from workstation.store.unit import Unit
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Allergen
from workstation.verbs import command

_SINCE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_CATEGORY: Final = {"food": "food", "environment": "environment", "substance": "environment"}


@command("emr.record-allergy", permission=Permission.ALLERGY_RECORD, help="Record an allergy of a patient")
def record_allergy(unit: Unit, request: RecordAllergy, *, knowledge: Knowledge) -> Ref:
    """Record an allergy; a statement that there are none ends. Raises Invalid, Conflict when it is recorded already."""
    started(unit, request.patient, request.encounter)
    if request.since and not _SINCE.fullmatch(request.since):
        raise Invalid(_("Since when? Type a year or a date, such as 2019."), field="since")
    allergen, code = _code(request, knowledge)
    for other in unit.reader.find("AllergyIntolerance", {"patient": request.patient}):
        if not is_active(other):
            continue
        if denies(other):
            _end(unit, other)
        elif _same(other, code):
            raise Conflict(
                _("This allergy is recorded already."), _("Take the earlier entry out of force to change it.")
            )
    resource: Resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": concept(systems.ALLERGY_CLINICAL, "active"),
        "verificationStatus": concept(
            systems.ALLERGY_VERIFICATION, "confirmed" if request.confirmed else "unconfirmed"
        ),
        "type": "allergy",
        "category": [_CATEGORY.get(allergen.kind, "medication") if allergen else "medication"],
        "criticality": "high"
        if request.severity == "severe"
        else "low"
        if request.severity
        else "unable-to-assess",
        "code": code,
        "patient": reference(Ref("Patient", request.patient)),
        "recordedDate": stamp(unit),
        "recorder": who(unit.actor),
    }
    if not allergen:
        del resource["category"]
    _describe(resource, request)
    return unit.put(resource)


def _describe(resource: Resource, request: RecordAllergy) -> None:
    if request.encounter:
        resource["encounter"] = reference(Ref("Encounter", request.encounter))
    if request.since:
        resource["onsetDateTime"] = request.since
    reaction = plain_text(request.reaction, "reaction")
    if reaction or request.severity:
        entry: Resource = {"manifestation": [{"text": reaction or _("Reaction not described")}]}
        if request.severity:
            entry["severity"] = request.severity
        resource["reaction"] = [entry]


def _code(request: RecordAllergy, knowledge: Knowledge) -> tuple[Allergen | None, Resource]:
    text = plain_text(request.text, "text")
    allergen = knowledge.allergens.get(request.code) if request.code else None
    if request.code and allergen is None:
        raise Invalid(
            _("“{code}” is not an allergen of the knowledge base.", code=request.code),
            _("Pick one from the list, or record the text alone."),
            field="code",
        )
    if allergen is None:
        if not text:
            raise Invalid(_("What is the patient allergic to?"), field="text")
        return None, {"text": text}
    system = systems.ATC if allergen.kind == "ingredient" and allergen.atc else systems.ALLERGEN
    return allergen, concept(system, allergen.code, allergen.name_zh, text or allergen.name_zh)


def _same(other: Resource, code: Resource) -> bool:
    if code_of(code) and code_of(other.get("code")):
        return code_of(code) == code_of(other.get("code"))
    return text_of(code).casefold() == text_of(other.get("code")).casefold()


def _end(unit: Unit, resource: Resource) -> Ref:
    resource["clinicalStatus"] = concept(systems.ALLERGY_CLINICAL, "inactive")
    return unit.put(resource)


@command(
    "emr.assert-no-known-allergy",
    permission=Permission.ALLERGY_RECORD,
    help="State that a patient was asked and knows of no allergy",
)
def assert_no_known_allergy(unit: Unit, request: AssertNoKnownAllergy) -> Ref:
    """State that no allergy is known, replacing an earlier statement. Raises Conflict while an allergy stands."""
    started(unit, request.patient, request.encounter)
    live = [r for r in unit.reader.find("AllergyIntolerance", {"patient": request.patient}) if is_active(r)]
    if any(not denies(r) for r in live):
        raise Conflict(
            _("An allergy is recorded for this patient."),
            _("Nothing was changed. Take that entry out of force first, with the reason."),
        )
    for earlier in live:
        _end(unit, earlier)
    resource: Resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": concept(systems.ALLERGY_CLINICAL, "active"),
        "verificationStatus": concept(systems.ALLERGY_VERIFICATION, "confirmed"),
        "code": concept(systems.SNOMED, NO_KNOWN_ALLERGY, "No known allergy", "无已知过敏"),
        "patient": reference(Ref("Patient", request.patient)),
        "recordedDate": stamp(unit),
        "recorder": who(unit.actor),
    }
    if request.encounter:
        resource["encounter"] = reference(Ref("Encounter", request.encounter))
    return unit.put(resource)


@command(
    "emr.refute-allergy",
    permission=Permission.ALLERGY_RECORD,
    help="Take an allergy entry out of force, with the reason",
)
def refute_allergy(unit: Unit, request: RefuteAllergy) -> Ref:
    """Mark an allergy as refuted; the entry and the reason stay on the record. Raises Invalid, Conflict."""
    started(unit, request.patient, "")
    reason = need_reason(request.reason)
    resource = own(unit, "AllergyIntolerance", request.allergy, request.patient)
    if not is_active(resource):
        raise Conflict(_("This entry is out of force already."), _("Nothing was changed."))
    resource["verificationStatus"] = concept(systems.ALLERGY_VERIFICATION, "refuted")
    resource["clinicalStatus"] = concept(systems.ALLERGY_CLINICAL, "inactive")
    resource.setdefault("note", []).append(
        {"authorString": unit.actor.name, "time": stamp(unit), "text": reason}
    )
    return unit.put(resource)

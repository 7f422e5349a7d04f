"""Guards every command of this module shares: the patient and the visit exist and belong together."""

from __future__ import annotations

from workstation.core.clock import instant
from workstation.core.errors import Conflict, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _, n_
from workstation.emr.narrative import clean
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of, reference, target
from workstation.security.permissions import Actor
from workstation.store.reader import Reader
from workstation.store.unit import Unit

_CLOSED = ("cancelled", "entered-in-error")


def patient_of_request(reader: Reader, patient: str) -> Resource:
    """Give the Patient a request names. Raises Invalid without one, NotFound, Conflict when it was merged."""
    if not patient:
        raise Invalid(_("Which patient? Nothing was recorded."), field="patient")
    found = reader.get("Patient", patient)
    replaced = [link for link in found.get("link", ()) if link.get("type") == "replaced-by"]
    if replaced:
        raise Conflict(
            _("This record was merged into another one."),
            _("Nothing was recorded. Open the other record and write there."),
        )
    return found


def visit_of(reader: Reader, patient: str, encounter: str) -> Resource:
    """Give the visit a request names. Raises Invalid when it is another patient's, Conflict when it was cancelled."""
    found = reader.get("Encounter", encounter)
    if target(found.get("subject"), "Patient") != patient:
        raise Invalid(_("This visit belongs to another patient. Nothing was recorded."), field="encounter")
    if found.get("status") in _CLOSED:
        raise Conflict(_("This visit was cancelled."), _("Nothing was recorded. Register a new visit first."))
    return found


def started(unit: Unit, patient: str, encounter: str) -> Resource | None:
    """Check patient and (where one is named) visit of a command; gives the visit."""
    patient_of_request(unit.reader, patient)
    unit.patient = patient
    return visit_of(unit.reader, patient, encounter) if encounter else None


def own(unit: Unit, kind: str, id_: str, patient: str) -> Resource:
    """Give a record that must be this patient's. Raises NotFound, Invalid."""
    found = unit.reader.get(kind, id_)
    owner = target(found.get("subject") or found.get("patient"), "Patient")
    if owner != patient:
        raise Invalid(_("This record belongs to another patient. Nothing was changed."), field="patient")
    return found


def who(actor: Actor) -> Resource:
    """Give the Reference to the person who acts."""
    if actor.practitioner:
        return reference(Ref("Practitioner", actor.practitioner), actor.name)
    return {"display": actor.name}


def about(patient: str, encounter: str) -> Resource:
    """Give the `subject` and `encounter` elements of a record of a visit."""
    made: Resource = {"subject": reference(Ref("Patient", patient))}
    if encounter:
        made["encounter"] = reference(Ref("Encounter", encounter))
    return made


def stamp(unit: Unit) -> str:
    """Give the moment of a command as a FHIR instant."""
    return instant(unit.now)


def plain_text(text: str, field: str) -> str:
    """Give a text without blanks around it. Raises Invalid when it holds characters nobody can see."""
    tidy, removed = clean(text)
    if removed:
        raise Invalid(
            n_(
                "The text holds {count} invisible control character.",
                "The text holds {count} invisible control characters.",
                removed,
            ),
            _("Nothing was recorded. Type the text anew, or paste it as plain text."),
            field,
        )
    return tidy.strip()


def need_reason(reason: str) -> str:
    """Give a reason that says something. Raises Invalid for an empty one."""
    text = plain_text(reason, "reason")
    if not text:
        raise Invalid(_("Give the reason. Nothing was changed yet."), field="reason")
    return text


def visit_kind(encounter: Resource) -> str:
    """Give `first` or `return`; a visit that does not say counts as a first one, which asks for more."""
    code = code_of(encounter.get("type"), systems.VISIT_TYPE)
    return "return" if code == "return" else "first"

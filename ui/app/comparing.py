"""Two versions of a record side by side in words: one line for each element that differs, nothing else.

It knows no element by heart but its heading; a value is read from whatever text it carries, so that records of other
systems can be compared too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from ui.sync_port import Compared, Part
from workstation.core.clock import parse_instant
from workstation.core.days import with_written_days
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, updated_of

SAFETY: Final = frozenset(
    {
        "AllergyIntolerance",
        "Composition",
        "Condition",
        "DiagnosticReport",
        "DocumentReference",
        "Immunization",
        "MedicationAdministration",
        "MedicationDispense",
        "MedicationRequest",
        "MedicationStatement",
        "Observation",
        "ServiceRequest",
        "Task",
    }
)
CODES: Final = frozenset(
    {
        "active",
        "arrived",
        "cancelled",
        "completed",
        "female",
        "finished",
        "high",
        "inactive",
        "in-progress",
        "low",
    }
    | {"male", "mild", "moderate", "on-hold", "planned", "requested", "resolved", "severe", "stopped"}
    | {"unable-to-assess", "unknown"}
)
"""Codes of FHIR that are shown as words; each is a text of its own in the catalogue."""

NOT_SHOWN: Final = frozenset({"resourceType", "id", "meta", "text", "contained", "implicitRules"})
LONGEST: Final = 400


def kind_words(kind: str) -> str:
    """Give a record's kind in words; a kind that has none keeps its FHIR name."""
    words: dict[str, Callable[[], str]] = {
        "AllergyIntolerance": lambda: _("Allergy"),
        "Communication": lambda: _("Message"),
        "Composition": lambda: _("Medical record"),
        "Condition": lambda: _("Diagnosis"),
        "Encounter": lambda: _("Visit"),
        "MedicationDispense": lambda: _("Dispensing"),
        "MedicationRequest": lambda: _("Prescription line"),
        "Observation": lambda: _("Measured value"),
        "Patient": lambda: _("Patient data"),
        "Practitioner": lambda: _("Staff"),
        "PractitionerRole": lambda: _("Staff"),
        "Task": lambda: _("Task"),
        "Provenance": lambda: _("Signature"),
        "Organization": lambda: _("Department"),
        "Location": lambda: _("Room"),
        "SupplyDelivery": lambda: _("Stock"),
    }
    return words[kind]() if kind in words else kind


def element_words(name: str) -> str:
    """Give an element's heading in words; one that has none keeps its FHIR name."""
    words: dict[str, Callable[[], str]] = {
        "active": lambda: _("In use"),
        "address": lambda: _("Address"),
        "birthDate": lambda: _("Date of birth"),
        "category": lambda: _("Category"),
        "clinicalStatus": lambda: _("Clinical state"),
        "code": lambda: _("What it is"),
        "contact": lambda: _("Contact"),
        "criticality": lambda: _("Criticality"),
        "dosageInstruction": lambda: _("Dose and use"),
        "effectiveDateTime": lambda: _("Measured at"),
        "gender": lambda: _("Sex"),
        "identifier": lambda: _("Numbers"),
        "location": lambda: _("Room"),
        "medicationCodeableConcept": lambda: _("Medicine"),
        "name": lambda: _("Name"),
        "note": lambda: _("Note"),
        "participant": lambda: _("Staff"),
        "period": lambda: _("Time"),
        "reaction": lambda: _("Reaction"),
        "reasonCode": lambda: _("Reason"),
        "recorder": lambda: _("Recorded by"),
        "requester": lambda: _("Ordered by"),
        "performer": lambda: _("Done by"),
        "section": lambda: _("Text"),
        "status": lambda: _("State"),
        "telecom": lambda: _("Phone"),
        "valueQuantity": lambda: _("Value"),
        "verificationStatus": lambda: _("Certainty"),
    }
    return words[name]() if name in words else name


def compared(
    kind: str,
    base: Resource | None,
    ours: Resource | None,
    theirs: Resource | None,
    by: str = "",
    role: str = "",
) -> Compared:
    """Compare the two sides of one record; `base` is what both stand on, `by` who changed it there, in which `role`."""
    names = sorted({*(ours or {}), *(theirs or {})} - NOT_SHOWN)
    parts = tuple(
        Part(element_words(name), value(_of(base, name)), value(_of(ours, name)), value(_of(theirs, name)))
        for name in names
        if _of(ours, name) != _of(theirs, name)
    )
    return Compared(
        kind_words(kind), ours is None, theirs is None, parts, _updated(theirs), by, role, _updated(base)
    )


def _updated(resource: Resource | None) -> datetime | None:
    stamp = updated_of(resource) if resource is not None else ""
    return parse_instant(stamp) if stamp else None


def _of(resource: Resource | None, name: str) -> object:
    return resource.get(name) if resource is not None else None


def value(element: object) -> str:
    """Write an element's content; what is longer than 400 characters ends with an ellipsis."""
    text = "; ".join(dict.fromkeys(piece for piece in _pieces(element) if piece))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _pieces(element: object) -> Iterator[str]:
    match element:
        case None:
            return
        case bool():
            yield _("yes") if element else _("no")
        case list():
            for each in element:
                yield value(each)
        case dict():
            yield from _of_group(element)
        case str():
            yield _(element) if element in CODES else with_written_days(element)
        case _:
            yield str(element)


def _of_group(element: Resource) -> Iterator[str]:
    """Read a group by the text it carries, else by a coding's words, an amount, a period, else by all it holds."""
    for name in ("text", "display"):
        if isinstance(element.get(name), str) and element[name]:
            yield str(element[name])
            return
    if "coding" in element:
        yield from (str(c.get("display") or c.get("code", "")) for c in element["coding"])
    elif "value" in element and "url" not in element:
        yield f"{element['value']} {element.get('unit', '')}".strip()
    elif "start" in element or "end" in element:
        yield f"{_minute(element.get('start'))} - {_minute(element.get('end'))}".strip(" -")
    elif "reference" in element:
        yield str(element["reference"])
    else:
        yield from (value(v) for k, v in element.items() if k not in ("system", "url", "use"))


def _minute(stamp: object) -> str:
    return with_written_days(str(stamp or ""))

"""From a resource to its search rows, for a desk's store and for the hub alike.

One table, `PARAMS`, names for each type the search parameters that are indexed and where they are found.
Paths are FHIR element paths joined by dots; `a|b` means either. Kinds follow FHIR: token, reference, date, string.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from workstation.fhir.resources import Resource, as_list

PARAMS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "Patient": {
        "identifier": ("token", "identifier"),
        "name": ("string", "name.text|name.family|name.given"),
        "birthdate": ("date", "birthDate"),
        "gender": ("token", "gender"),
        "phone": ("token", "telecom"),
        "link": ("reference", "link.other"),
    },
    "RelatedPerson": {"patient": ("reference", "patient"), "identifier": ("token", "identifier")},
    "Practitioner": {"identifier": ("token", "identifier"), "name": ("string", "name.text|name.family")},
    "PractitionerRole": {
        "practitioner": ("reference", "practitioner"),
        "organization": ("reference", "organization"),
        "role": ("token", "code"),
        "identifier": ("token", "identifier"),
    },
    "Organization": {
        "identifier": ("token", "identifier"),
        "name": ("string", "name"),
        "type": ("token", "type"),
    },
    "Location": {
        "identifier": ("token", "identifier"),
        "organization": ("reference", "managingOrganization"),
        "partof": ("reference", "partOf"),
        "status": ("token", "status"),
    },
    "Encounter": {
        "patient": ("reference", "subject"),
        "identifier": ("token", "identifier"),
        "status": ("token", "status"),
        "class": ("token", "class"),
        "date": ("date", "period"),
        "participant": ("reference", "participant.individual"),
        "service-provider": ("reference", "serviceProvider"),
        "location": ("reference", "location.location"),
        "part-of": ("reference", "partOf"),
    },
    "Condition": {
        "patient": ("reference", "subject"),
        "encounter": ("reference", "encounter"),
        "code": ("token", "code"),
        "category": ("token", "category"),
        "clinical-status": ("token", "clinicalStatus"),
        "recorded-date": ("date", "recordedDate"),
    },
    "AllergyIntolerance": {
        "patient": ("reference", "patient"),
        "code": ("token", "code"),
        "clinical-status": ("token", "clinicalStatus"),
    },
    "Observation": {
        "patient": ("reference", "subject"),
        "encounter": ("reference", "encounter"),
        "code": ("token", "code"),
        "category": ("token", "category"),
        "date": ("date", "effectiveDateTime|effectivePeriod|issued"),
        "status": ("token", "status"),
        "based-on": ("reference", "basedOn"),
        "component-code": ("token", "component.code"),
        "identifier": ("token", "identifier"),
    },
    "Composition": {
        "patient": ("reference", "subject"),
        "encounter": ("reference", "encounter"),
        "type": ("token", "type"),
        "status": ("token", "status"),
        "date": ("date", "date"),
        "related-ref": ("reference", "relatesTo.targetReference"),
        "author": ("reference", "author"),
    },
    "DocumentReference": {
        "patient": ("reference", "subject"),
        "encounter": ("reference", "context.encounter"),
        "type": ("token", "type"),
        "date": ("date", "date"),
    },
    "MedicationRequest": {
        "patient": ("reference", "subject"),
        "encounter": ("reference", "encounter"),
        "status": ("token", "status"),
        "intent": ("token", "intent"),
        "code": ("token", "medicationCodeableConcept"),
        "authoredon": ("date", "authoredOn"),
        "group-identifier": ("token", "groupIdentifier"),
        "requester": ("reference", "requester"),
        "category": ("token", "category"),
    },
    "MedicationDispense": {
        "patient": ("reference", "subject"),
        "prescription": ("reference", "authorizingPrescription"),
        "medication": ("reference", "medicationReference"),
        "status": ("token", "status"),
        "whenhandedover": ("date", "whenHandedOver"),
        "identifier": ("token", "identifier"),
        "quantity": ("token", "quantity"),
    },
    "MedicationAdministration": {
        "patient": ("reference", "subject"),
        "request": ("reference", "request"),
        "context": ("reference", "context"),
        "identifier": ("token", "identifier"),
        "status": ("token", "status"),
        "effective-time": ("date", "effectiveDateTime|effectivePeriod"),
    },
    "MedicationStatement": {"patient": ("reference", "subject"), "status": ("token", "status")},
    "Medication": {
        "identifier": ("token", "identifier"),
        "code": ("token", "code"),
        "status": ("token", "status"),
    },
    "ServiceRequest": {
        "patient": ("reference", "subject"),
        "encounter": ("reference", "encounter"),
        "status": ("token", "status"),
        "code": ("token", "code"),
        "category": ("token", "category"),
        "authored": ("date", "authoredOn"),
        "requisition": ("token", "requisition"),
        "requester": ("reference", "requester"),
        "specimen": ("reference", "specimen"),
    },
    "Specimen": {
        "patient": ("reference", "subject"),
        "identifier": ("token", "identifier"),
        "status": ("token", "status"),
        "request": ("reference", "request"),
        "collected": ("date", "collection.collectedDateTime"),
    },
    "DiagnosticReport": {
        "patient": ("reference", "subject"),
        "encounter": ("reference", "encounter"),
        "status": ("token", "status"),
        "code": ("token", "code"),
        "category": ("token", "category"),
        "identifier": ("token", "identifier"),
        "date": ("date", "effectiveDateTime|effectivePeriod|issued"),
        "based-on": ("reference", "basedOn"),
        "result": ("reference", "result"),
        "specimen": ("reference", "specimen"),
        "issued": ("date", "issued"),
    },
    "Procedure": {
        "patient": ("reference", "subject"),
        "code": ("token", "code"),
        "status": ("token", "status"),
    },
    "Immunization": {"patient": ("reference", "patient"), "status": ("token", "status")},
    "CarePlan": {"patient": ("reference", "subject"), "status": ("token", "status")},
    "Coverage": {"patient": ("reference", "beneficiary"), "status": ("token", "status")},
    "DetectedIssue": {
        "patient": ("reference", "patient"),
        "implicated": ("reference", "implicated"),
        "code": ("token", "code"),
    },
    "Task": {
        "patient": ("reference", "for"),
        "identifier": ("token", "identifier"),
        "status": ("token", "status"),
        "code": ("token", "code"),
        "focus": ("reference", "focus"),
        "based-on": ("reference", "basedOn"),
        "owner": ("reference", "owner"),
        "group-identifier": ("token", "groupIdentifier"),
        "authored-on": ("date", "authoredOn"),
        "encounter": ("reference", "encounter"),
    },
    "Provenance": {
        "target": ("reference", "target"),
        "recorded": ("date", "recorded"),
        "agent": ("reference", "agent.who"),
    },
    "AuditEvent": {
        "date": ("date", "recorded"),
        "agent": ("reference", "agent.who"),
        "patient": ("reference", "entity.what"),
    },
    "Communication": {
        "patient": ("reference", "subject"),
        "based-on": ("reference", "basedOn"),
        "status": ("token", "status"),
        "sent": ("date", "sent"),
    },
    "QuestionnaireResponse": {"patient": ("reference", "subject"), "authored": ("date", "authored")},
    "Flag": {"patient": ("reference", "subject"), "status": ("token", "status")},
    "List": {"patient": ("reference", "subject"), "code": ("token", "code")},
    "Appointment": {
        "patient": ("reference", "participant.actor"),
        "date": ("date", "start"),
        "status": ("token", "status"),
    },
    "Schedule": {"actor": ("reference", "actor")},
    "Slot": {
        "schedule": ("reference", "schedule"),
        "start": ("date", "start"),
        "status": ("token", "status"),
    },
    "ChargeItem": {"patient": ("reference", "subject"), "status": ("token", "status")},
    "Invoice": {"patient": ("reference", "subject"), "status": ("token", "status")},
    "Account": {"patient": ("reference", "subject"), "status": ("token", "status")},
    "ImagingStudy": {"patient": ("reference", "subject"), "status": ("token", "status")},
    "Claim": {"patient": ("reference", "patient"), "status": ("token", "status")},
    "ExplanationOfBenefit": {"patient": ("reference", "patient"), "status": ("token", "status")},
    "SupplyDelivery": {
        "patient": ("reference", "patient"),
        "status": ("token", "status"),
        "supplied-item": ("reference", "suppliedItem.itemReference"),
        "quantity": ("token", "suppliedItem.quantity"),
    },
    "SupplyRequest": {"status": ("token", "status")},
    "Binary": {},
    "CodeSystem": {"url": ("token", "url"), "version": ("token", "version")},
    "ValueSet": {"url": ("token", "url"), "version": ("token", "version")},
    "PlanDefinition": {"url": ("token", "url"), "status": ("token", "status")},
    "ActivityDefinition": {"url": ("token", "url"), "status": ("token", "status")},
    "Questionnaire": {"url": ("token", "url"), "status": ("token", "status")},
    "Goal": {"patient": ("reference", "subject")},
    "CareTeam": {"patient": ("reference", "subject"), "status": ("token", "status")},
    "Device": {"patient": ("reference", "patient"), "status": ("token", "status")},
    "Media": {"patient": ("reference", "subject"), "status": ("token", "status")},
    "Consent": {"patient": ("reference", "patient"), "status": ("token", "status")},
    "Basic": {"patient": ("reference", "subject"), "code": ("token", "code")},
}

ALIASES: Final = {"subject": "patient"}
FAR_FUTURE: Final = "9999-12-31T23:59:59.999Z"


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One searchable value. For dates `value`..`high` is the UTC interval; for tokens `system` qualifies."""

    param: str
    value: str
    system: str = ""
    high: str = ""


def index_rows(resource: Resource) -> Iterator[IndexRow]:
    """Give the search rows of a resource; a type that is not in the table has none."""
    return rows_by(resource, PARAMS.get(resource.get("resourceType", ""), {}))


def rows_by(resource: Resource, params: Mapping[str, tuple[str, str]]) -> Iterator[IndexRow]:
    """Give the search rows of a resource for these parameters (name -> kind, paths)."""
    for name, (kind, paths) in params.items():
        for element in elements(resource, paths):
            yield from _rows(name, kind, element)


def elements(resource: Resource, paths: str) -> Iterator[Any]:
    """Walk every element at the given paths, through lists."""
    for path in _split(paths):
        yield from _walk(resource, path)


@cache
def _split(paths: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(path.split(".")) for path in paths.split("|"))


def _walk(node: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item, path)
    elif not path:
        if node is not None:
            yield node
    elif isinstance(node, dict):
        yield from _walk(node.get(path[0]), path[1:])


def _rows(name: str, kind: str, element: Any) -> Iterator[IndexRow]:
    if kind == "token":
        yield from _token_rows(name, element)
    elif kind == "reference":
        text = element.get("reference", "") if isinstance(element, dict) else ""
        parts = str(text).split("/_history/")[0].split("/")
        if len(parts) >= 2:
            yield IndexRow(name, parts[-1], parts[-2])
    elif kind == "date":
        interval = date_interval(element)
        if interval:
            yield IndexRow(name, interval[0], "", interval[1])
    else:
        yield IndexRow(name, str(element).casefold())


def _token_rows(name: str, element: Any) -> Iterator[IndexRow]:
    if not isinstance(element, dict):
        text = str(element).lower() if isinstance(element, bool) else str(element)
        yield IndexRow(name, text)
    elif "coding" in element:
        for coding in as_list(element["coding"]):
            if coding.get("code"):
                yield IndexRow(name, str(coding["code"]), str(coding.get("system", "")))
    elif element.get("value") or element.get("code"):
        yield IndexRow(name, str(element.get("value") or element["code"]), str(element.get("system", "")))


def date_interval(element: Any) -> tuple[str, str] | None:
    """Give the UTC interval (first and last millisecond) of a FHIR date, dateTime, instant or Period."""
    if isinstance(element, dict):
        start, end = date_interval(element.get("start")), date_interval(element.get("end"))
        if start is None and end is None:
            return None
        return (start[0] if start else "0001-01-01T00:00:00.000Z", end[1] if end else FAR_FUTURE)
    if not isinstance(element, str) or len(element) < 4:
        return None
    try:
        return _interval(element)
    except (ValueError, OverflowError):
        return None


def _interval(text: str) -> tuple[str, str]:
    if len(text) > 10:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        step = timedelta(milliseconds=0 if "." in text else 999)
        return _utc(moment), _utc(moment + step)
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    start = datetime(year, month or 1, day or 1, tzinfo=UTC)
    if day:
        end = start + timedelta(days=1)
    elif month:
        end = start.replace(year=year + month // 12, month=month % 12 + 1)
    else:
        end = start.replace(year=year + 1)
    return _utc(start), _utc(end - timedelta(milliseconds=1))


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"

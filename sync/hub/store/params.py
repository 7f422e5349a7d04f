"""Search parameters that the hub indexes beyond those every desk does; same form as `workstation.fhir.search.PARAMS`.

A desk asks for little, but other systems talk to the centre too. Names and paths are those of R4.
"""

from __future__ import annotations

from typing import Final

Table = dict[str, tuple[str, str]]

_ID: Final = ("token", "identifier")
_SUBJECT: Final = ("reference", "subject")
_VISIT: Final = ("reference", "encounter")
_STATUS: Final = ("token", "status")
_CODE: Final = ("token", "code")
_CATEGORY: Final = ("token", "category")
_PERFORMER: Final = ("reference", "performer.actor")
_PERSON: Final[Table] = {
    "active": ("token", "active"),
    "family": ("string", "name.family"),
    "given": ("string", "name.given"),
    "telecom": ("token", "telecom"),
    "address": ("string", "address.text|address.line|address.city|address.district|address.state"),
}
_PUBLISHED: Final[Table] = {"identifier": _ID, "name": ("string", "name"), "title": ("string", "title")}

EXTRA: Final[dict[str, Table]] = {
    "Patient": {
        **_PERSON,
        "organization": ("reference", "managingOrganization"),
        "general-practitioner": ("reference", "generalPractitioner"),
    },
    "RelatedPerson": {
        "active": ("token", "active"),
        "name": ("string", "name.text|name.family|name.given"),
        "relationship": ("token", "relationship"),
    },
    "Practitioner": _PERSON,
    "PractitionerRole": {
        "identifier": _ID,
        "active": ("token", "active"),
        "specialty": ("token", "specialty"),
        "location": ("reference", "location"),
    },
    "Organization": {"active": ("token", "active"), "partof": ("reference", "partOf")},
    "Location": {"name": ("string", "name|alias"), "type": ("token", "type")},
    "HealthcareService": {
        "identifier": _ID,
        "name": ("string", "name"),
        "organization": ("reference", "providedBy"),
    },
    "Encounter": {
        "type": ("token", "type"),
        "reason-code": ("token", "reasonCode"),
        "practitioner": ("reference", "participant.individual"),
        "diagnosis": ("reference", "diagnosis.condition"),
        "appointment": ("reference", "appointment"),
        "based-on": ("reference", "basedOn"),
        "episode-of-care": ("reference", "episodeOfCare"),
    },
    "EpisodeOfCare": {
        "identifier": _ID,
        "patient": ("reference", "patient"),
        "status": _STATUS,
        "date": ("date", "period"),
    },
    "Condition": {
        "identifier": _ID,
        "verification-status": ("token", "verificationStatus"),
        "severity": ("token", "severity"),
        "onset-date": ("date", "onsetDateTime|onsetPeriod"),
        "asserter": ("reference", "asserter"),
    },
    "AllergyIntolerance": {
        "identifier": _ID,
        "verification-status": ("token", "verificationStatus"),
        "category": _CATEGORY,
        "criticality": ("token", "criticality"),
        "type": ("token", "type"),
        "date": ("date", "recordedDate"),
        "recorder": ("reference", "recorder"),
    },
    "Observation": {
        "identifier": _ID,
        "component-code": ("token", "component.code"),
        "combo-code": ("token", "code|component.code"),
        "value-concept": ("token", "valueCodeableConcept"),
        "performer": ("reference", "performer"),
        "specimen": ("reference", "specimen"),
        "part-of": ("reference", "partOf"),
        "has-member": ("reference", "hasMember"),
        "derived-from": ("reference", "derivedFrom"),
    },
    "DiagnosticReport": {
        "identifier": _ID,
        "category": _CATEGORY,
        "issued": ("date", "issued"),
        "performer": ("reference", "performer"),
        "specimen": ("reference", "specimen"),
    },
    "Specimen": {
        "status": _STATUS,
        "type": ("token", "type"),
        "collected": ("date", "collection.collectedDateTime|collection.collectedPeriod"),
    },
    "ServiceRequest": {
        "identifier": _ID,
        "intent": ("token", "intent"),
        "priority": ("token", "priority"),
        "requester": ("reference", "requester"),
        "performer": ("reference", "performer"),
        "based-on": ("reference", "basedOn"),
        "specimen": ("reference", "specimen"),
    },
    "MedicationRequest": {
        "identifier": _ID,
        "medication": ("reference", "medicationReference"),
        "category": _CATEGORY,
        "priority": ("token", "priority"),
    },
    "MedicationDispense": {
        "code": ("token", "medicationCodeableConcept"),
        "context": ("reference", "context"),
        "medication": ("reference", "medicationReference"),
        "performer": _PERFORMER,
        "whenprepared": ("date", "whenPrepared"),
    },
    "MedicationAdministration": {
        "identifier": _ID,
        "code": ("token", "medicationCodeableConcept"),
        "context": ("reference", "context"),
        "medication": ("reference", "medicationReference"),
        "performer": _PERFORMER,
    },
    "MedicationStatement": {
        "identifier": _ID,
        "code": ("token", "medicationCodeableConcept"),
        "context": ("reference", "context"),
        "effective": ("date", "effectiveDateTime|effectivePeriod"),
    },
    "Procedure": {
        "identifier": _ID,
        "encounter": _VISIT,
        "category": _CATEGORY,
        "date": ("date", "performedDateTime|performedPeriod"),
        "based-on": ("reference", "basedOn"),
        "performer": _PERFORMER,
    },
    "Immunization": {
        "identifier": _ID,
        "date": ("date", "occurrenceDateTime"),
        "vaccine-code": ("token", "vaccineCode"),
    },
    "CarePlan": {
        "identifier": _ID,
        "encounter": _VISIT,
        "category": _CATEGORY,
        "intent": ("token", "intent"),
        "date": ("date", "period"),
    },
    "CareTeam": {"identifier": _ID, "encounter": _VISIT, "participant": ("reference", "participant.member")},
    "Goal": {"identifier": _ID, "lifecycle-status": ("token", "lifecycleStatus")},
    "Coverage": {"identifier": _ID, "payor": ("reference", "payor"), "type": ("token", "type")},
    "DetectedIssue": {
        "identifier": _ID,
        "author": ("reference", "author"),
        "identified": ("date", "identifiedDateTime|identifiedPeriod"),
    },
    "Task": {
        "identifier": _ID,
        "intent": ("token", "intent"),
        "priority": ("token", "priority"),
        "business-status": ("token", "businessStatus"),
        "requester": ("reference", "requester"),
        "part-of": ("reference", "partOf"),
        "modified": ("date", "lastModified"),
    },
    "Provenance": {"patient": ("reference", "target"), "entity": ("reference", "entity.what")},
    "AuditEvent": {
        "type": ("token", "type"),
        "action": ("token", "action"),
        "entity": ("reference", "entity.what"),
    },
    "Communication": {
        "identifier": _ID,
        "encounter": _VISIT,
        "category": _CATEGORY,
        "sender": ("reference", "sender"),
        "recipient": ("reference", "recipient"),
        "received": ("date", "received"),
    },
    "Composition": {"identifier": _ID, "category": _CATEGORY, "title": ("string", "title")},
    "DocumentReference": {
        "identifier": ("token", "masterIdentifier|identifier"),
        "status": _STATUS,
        "category": _CATEGORY,
        "author": ("reference", "author"),
    },
    "QuestionnaireResponse": {
        "identifier": _ID,
        "encounter": _VISIT,
        "status": _STATUS,
        "questionnaire": ("token", "questionnaire"),
        "author": ("reference", "author"),
    },
    "Flag": {
        "identifier": _ID,
        "encounter": _VISIT,
        "date": ("date", "period"),
        "author": ("reference", "author"),
    },
    "List": {
        "identifier": _ID,
        "status": _STATUS,
        "encounter": _VISIT,
        "date": ("date", "date"),
        "source": ("reference", "source"),
        "item": ("reference", "entry.item"),
    },
    "Appointment": {
        "identifier": _ID,
        "actor": ("reference", "participant.actor"),
        "practitioner": ("reference", "participant.actor"),
        "location": ("reference", "participant.actor"),
        "slot": ("reference", "slot"),
        "service-type": ("token", "serviceType"),
    },
    "Schedule": {"identifier": _ID, "active": ("token", "active"), "date": ("date", "planningHorizon")},
    "Slot": {"identifier": _ID, "service-type": ("token", "serviceType")},
    "ChargeItem": {"identifier": _ID, "code": _CODE, "context": ("reference", "context")},
    "Invoice": {"identifier": _ID, "date": ("date", "date")},
    "Account": {"identifier": _ID, "name": ("string", "name")},
    "ImagingStudy": {
        "identifier": _ID,
        "encounter": _VISIT,
        "basedon": ("reference", "basedOn"),
        "started": ("date", "started"),
        "modality": ("token", "series.modality"),
    },
    "Claim": {
        "identifier": _ID,
        "created": ("date", "created"),
        "encounter": ("reference", "item.encounter"),
    },
    "ExplanationOfBenefit": {
        "identifier": _ID,
        "created": ("date", "created"),
        "claim": ("reference", "claim"),
    },
    "SupplyDelivery": {"identifier": _ID},
    "SupplyRequest": {
        "identifier": _ID,
        "date": ("date", "authoredOn"),
        "requester": ("reference", "requester"),
    },
    "CodeSystem": {**_PUBLISHED, "status": _STATUS},
    "ValueSet": {**_PUBLISHED, "status": _STATUS},
    "PlanDefinition": {**_PUBLISHED, "version": ("token", "version")},
    "ActivityDefinition": {**_PUBLISHED, "version": ("token", "version")},
    "Questionnaire": {**_PUBLISHED, "version": ("token", "version")},
    "Device": {"identifier": _ID, "type": ("token", "type")},
    "Media": {"identifier": _ID, "encounter": _VISIT, "created": ("date", "createdDateTime|createdPeriod")},
    "Consent": {"identifier": _ID, "category": _CATEGORY, "date": ("date", "dateTime")},
    "Basic": {"identifier": _ID, "created": ("date", "created"), "author": ("reference", "author")},
    "Group": {"identifier": _ID, "type": ("token", "type"), "member": ("reference", "member.entity")},
    "Substance": {"identifier": _ID, "code": _CODE, "status": _STATUS},
    "NutritionOrder": {
        "identifier": _ID,
        "patient": ("reference", "patient"),
        "status": _STATUS,
        "encounter": _VISIT,
        "datetime": ("date", "dateTime"),
    },
    "ClinicalImpression": {"identifier": _ID, "patient": _SUBJECT, "status": _STATUS, "encounter": _VISIT},
    "FamilyMemberHistory": {"identifier": _ID, "patient": ("reference", "patient"), "status": _STATUS},
    "RiskAssessment": {"identifier": _ID, "patient": _SUBJECT, "encounter": _VISIT},
}

"""What an element of FHIR R4 is to a merge, as data: how lists are keyed, what stands as a whole, what goes together.

A list that is not named is compared as a whole, and so is one whose items its keys do not tell apart. The groups
under `TOGETHER` hold elements that would contradict each other if each side gave one of them: who a patient is, where
a visit stands. Nothing about a type that must not be merged (`sync.conflicts`) needs to stand here.
"""

from __future__ import annotations

from typing import Final

from sync.merge import Table
from workstation.fhir.systems import QUEUE_STATE

KEYS: Final = {
    "address": ("use?", "use?+type?", "text"),
    "appointment": ("reference",),
    "basedOn": ("reference",),
    "classHistory": ("class+period",),
    "communication": ("language",),
    "contact": ("relationship?", "relationship?+name"),
    "coding": ("system+code",),
    "diagnosis": ("condition.reference",),
    "endpoint": ("reference",),
    "episodeOfCare": ("reference",),
    "extension": ("url",),
    "generalPractitioner": ("reference",),
    "healthcareService": ("reference",),
    "identifier": ("system?+type?", "system?+value"),
    "link": ("other.reference",),
    "location": ("location.reference", "location.reference+period?"),
    "modifierExtension": ("url",),
    "name": ("use?", "use?+text"),
    "participant": ("individual.reference", "individual.reference+type?", "actor.reference"),
    "qualification": ("identifier", "code"),
    "reasonReference": ("reference",),
    "statusHistory": ("status+period",),
    "supportingInformation": ("reference",),
    "telecom": ("system?+use?", "system?+value"),
}

UNITS: Final = tuple(
    frozenset(elements.split())
    for elements in (
        "reference type identifier display",  # Reference
        "start end",  # Period
        "system version code display userSelected",  # Coding
        "coding text",  # CodeableConcept
        "value comparator unit system code",  # Quantity
        "value currency",  # Money
        "low high",  # Range
        "numerator denominator",  # Ratio
        "use type system value period assigner",  # Identifier
        "system value use rank period",  # ContactPoint
        "use text family _family given _given prefix suffix period",  # HumanName
        "use type text line city district state postalCode country period",  # Address
        "contentType language data url size hash title creation",  # Attachment
        "status div",  # Narrative
        "authorReference authorString time text",  # Annotation
    )
)

CHOICES: Final = ("deceased", "multipleBirth", "value", "effective", "onset", "performed", "occurrence")

TOGETHER: Final = {
    "Patient": (
        frozenset({"name", "gender", "birthDate", "identifier", "multipleBirth"}),
        frozenset({"active", "link", "deceased"}),
    ),
    "RelatedPerson": (
        frozenset({"patient", "relationship", "name", "gender", "birthDate", "identifier", "active"}),
    ),
    "Coverage": (
        frozenset({"status", "type", "beneficiary", "subscriber", "subscriberId", "payor", "period"}),
    ),
    "Appointment": (
        frozenset({"status", "start", "end", "minutesDuration", "slot", "participant", "cancelationReason"}),
    ),
    "Encounter": (
        frozenset(
            {
                "status",
                "statusHistory",
                "class",
                "classHistory",
                "subject",
                "period",
                "location",
                "participant",
                "diagnosis",
                "serviceType",
                "serviceProvider",
                "hospitalization",
                f"extension[{QUEUE_STATE}]",
            }
        ),
    ),
    "Practitioner": (frozenset({"name", "identifier", "gender", "birthDate", "active"}),),
    "PractitionerRole": (
        frozenset({"active", "practitioner", "organization", "code", "specialty", "period"}),
    ),
    "Organization": (frozenset({"active", "partOf"}),),
    "Location": (
        frozenset({"status", "operationalStatus", "physicalType", "partOf", "managingOrganization"}),
    ),
}

TABLE: Final = Table(KEYS, UNITS, CHOICES, TOGETHER)

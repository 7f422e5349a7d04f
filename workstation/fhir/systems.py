"""Every identifier system, code system and extension URL this product writes, in one place.

Extensions stand only where R4 has no element; `EXTENSIONS` is the table ARCHITECTURE.md points at.
"""

from __future__ import annotations

from typing import Final

BASE: Final = "https://qingnang.example/fhir"

# identifier systems
PATIENT_NUMBER: Final = f"{BASE}/sid/patient-number"
VISIT_NUMBER: Final = f"{BASE}/sid/visit-number"
TICKET: Final = f"{BASE}/sid/ticket"
PRESCRIPTION_NUMBER: Final = f"{BASE}/sid/prescription-number"
DISPENSE_NUMBER: Final = f"{BASE}/sid/dispense-number"
TRACE_CODE: Final = f"{BASE}/sid/trace-code"  # 药品追溯码, one a pack
STAFF_NUMBER: Final = f"{BASE}/sid/staff-number"
LOT_NUMBER: Final = f"{BASE}/sid/lot-number"
ORDER_NUMBER: Final = f"{BASE}/sid/order-number"  # all inpatient orders signed at once
REQUEST_NUMBER: Final = f"{BASE}/sid/request-number"  # one laboratory request slip
SPECIMEN_NUMBER: Final = f"{BASE}/sid/specimen-number"  # the barcode on a tube
DOSE_SLOT: Final = f"{BASE}/sid/dose-slot"  # one planned dose, the barcode of its label
OPERATION: Final = f"{BASE}/sid/operation"
RESIDENT_ID: Final = "urn:oid:2.16.156.10011.1.3"
DOCUMENT_TYPE: Final = "urn:oid:2.16.156.10011.2.3.1.2"  # CV02.01.101, kinds of identity document

# code systems
DRUG: Final = f"{BASE}/CodeSystem/drug"
ATC: Final = "http://www.whocc.no/atc"
ICD10: Final = "http://hl7.org/fhir/sid/icd-10"
ICD10_CN: Final = f"{BASE}/CodeSystem/icd-10-cn"
ROUTE: Final = f"{BASE}/CodeSystem/route"  # local names mapped to CV06.00.102
ROUTE_CV: Final = "urn:oid:2.16.156.10011.2.3.1.158"
FREQUENCY: Final = f"{BASE}/CodeSystem/frequency"
RX_TYPE: Final = f"{BASE}/CodeSystem/prescription-type"
TASK_CODE: Final = f"{BASE}/CodeSystem/task"
DEPARTMENT: Final = f"{BASE}/CodeSystem/department"
VISIT_TYPE: Final = f"{BASE}/CodeSystem/visit-type"
ALLERGEN: Final = f"{BASE}/CodeSystem/allergen-group"
NOTE_SECTION: Final = f"{BASE}/CodeSystem/note-section"
RULE: Final = f"{BASE}/CodeSystem/rule"
REASON: Final = f"{BASE}/CodeSystem/reason"
ROLE: Final = f"{BASE}/CodeSystem/role"
ORDER_TERM: Final = f"{BASE}/CodeSystem/order-term"  # long-term | stat
ORDER_KIND: Final = f"{BASE}/CodeSystem/order-kind"
WARD_ORDER: Final = f"{BASE}/CodeSystem/ward-order"  # resources/knowledge/ward_orders.toml
LAB_TEST: Final = f"{BASE}/CodeSystem/laboratory-test"  # resources/knowledge/laboratory
TEMPERATURE_SITE: Final = f"{BASE}/CodeSystem/temperature-site"
OBSERVATION: Final = f"{BASE}/CodeSystem/observation"  # what LOINC has no code for
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
SNOMED: Final = "http://snomed.info/sct"
OBSERVATION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
CONDITION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/condition-category"
CONDITION_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CONDITION_VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ALLERGY_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
ALLERGY_VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
ENCOUNTER_CLASS: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SIGNATURE_TYPE: Final = "urn:iso-astm:E1762-95:2013"
SYNTHETIC: Final = f"{BASE}/CodeSystem/data-origin"  # meta.tag of every demo resource

# extensions
ETHNIC_GROUP: Final = f"{BASE}/StructureDefinition/ethnic-group"
NAME_PINYIN: Final = f"{BASE}/StructureDefinition/name-pinyin"
QUEUE_STATE: Final = f"{BASE}/StructureDefinition/queue-state"
PRIORITY_REASON: Final = f"{BASE}/StructureDefinition/priority-reason"
TOTAL_QUANTITY_PACKS: Final = f"{BASE}/StructureDefinition/total-packs"
DAYS: Final = f"{BASE}/StructureDefinition/days"
SKIN_TEST: Final = f"{BASE}/StructureDefinition/skin-test"
VALID_UNTIL: Final = f"{BASE}/StructureDefinition/valid-until"
GROUP_NUMBER: Final = f"{BASE}/StructureDefinition/order-group"
LINE_NUMBER: Final = f"{BASE}/StructureDefinition/line-number"
PRICE: Final = f"{BASE}/StructureDefinition/price"
EXTENSION_REASON: Final = f"{BASE}/StructureDefinition/limit-reason"
FEE_TYPE: Final = f"{BASE}/StructureDefinition/fee-type"
RETURN_OF: Final = f"{BASE}/StructureDefinition/return-of"
FIRST_DAY_DOSES: Final = f"{BASE}/StructureDefinition/first-day-doses"
DRIP_RATE: Final = f"{BASE}/StructureDefinition/drip-rate"
SCHEDULED_FOR: Final = f"{BASE}/StructureDefinition/scheduled-for"
LATE_REASON: Final = f"{BASE}/StructureDefinition/late-reason"
CHECKED_BY_SCAN: Final = f"{BASE}/StructureDefinition/checked-by-scan"
STATUS_REASON: Final = f"{BASE}/StructureDefinition/status-reason"

EXTENSIONS: Final = {
    ETHNIC_GROUP: "Patient: 民族 (GB/T 3304), string",
    NAME_PINYIN: "HumanName: full pinyin as confirmed by the registrar, string",
    QUEUE_STATE: "Encounter: waiting | called | seeing | skipped | parked | results | done, code",
    PRIORITY_REASON: "Encounter: why this visit goes first (80+, pregnant, military, ...), string",
    TOTAL_QUANTITY_PACKS: "MedicationRequest.dispenseRequest: packs to hand out, unsignedInt",
    DAYS: "MedicationRequest.dispenseRequest: days the supply lasts, unsignedInt",
    SKIN_TEST: "MedicationRequest: required | exempt | negative | positive, with reason or lot, complex",
    VALID_UNTIL: "MedicationRequest: last valid moment of the sheet (处方管理办法 article 18), dateTime",
    GROUP_NUMBER: "MedicationRequest: infusion group on the sheet, positiveInt",
    LINE_NUMBER: "MedicationRequest, ServiceRequest: line among those signed at once, positiveInt",
    PRICE: "MedicationRequest: price of the line, Money",
    EXTENSION_REASON: "MedicationRequest: reason for exceeding a supply limit (article 19), string",
    RETURN_OF: "SupplyDelivery: the MedicationDispense that came back, Reference",
    FIRST_DAY_DOSES: "MedicationRequest, ServiceRequest: doses given the first day of a long-term order, unsignedInt",
    DRIP_RATE: "MedicationRequest: rate of an infusion in words, string",
    SCHEDULED_FOR: "MedicationAdministration, Task: the planned moment that was carried out, dateTime",
    LATE_REASON: "MedicationAdministration, Task: why it was carried out late, string",
    CHECKED_BY_SCAN: "MedicationAdministration: both | wristband | label | none, what was scanned, code",
    STATUS_REASON: "ServiceRequest, Observation: why it was stopped, voided or taken back; Encounter.location: why the"
    " patient left for another ward, string",
    FEE_TYPE: "Encounter: self-paid | employee | resident | other insurance, code",
}

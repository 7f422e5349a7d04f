"""Builders of single demo resources; every one is tagged as synthetic."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, mark_synthetic, reference

NAMESPACE = uuid.UUID("6a1b2c3d-0001-4000-8000-71696e676e61")
LABS: dict[str, tuple[str, str, str, float | None, float | None]] = {
    "creatinine": ("2160-0", "肌酐", "umol/L", 57.0, 111.0),
    "egfr": ("62238-1", "肾小球滤过率(估算)", "mL/min/{1.73_m2}", 90.0, None),
    "potassium": ("2823-3", "钾", "mmol/L", 3.5, 5.3),
    "alt": ("1742-6", "丙氨酸氨基转移酶", "U/L", 9.0, 50.0),
    "inr": ("6301-6", "国际标准化比值", "{INR}", 0.8, 1.2),
    "hba1c": ("4548-4", "糖化血红蛋白", "%", 4.0, 6.0),
    "glucose": ("1558-6", "空腹血糖", "mmol/L", 3.9, 6.1),
    "haemoglobin": ("718-7", "血红蛋白", "g/L", 115.0, 175.0),
    "wbc": ("6690-2", "白细胞", "10*9/L", 3.5, 9.5),
    "platelets": ("777-3", "血小板", "10*9/L", 125.0, 350.0),
    "uric-acid": ("3084-1", "尿酸", "umol/L", 150.0, 428.0),
}
VITALS = {
    "temperature": ("8310-5", "体温", "Cel", "℃"),
    "pulse": ("8867-4", "脉搏", "/min", "次/分"),
    "respiration": ("9279-1", "呼吸", "/min", "次/分"),
    "spo2": ("59408-5", "血氧饱和度", "%", "%"),
    "weight": ("29463-7", "体重", "kg", "kg"),
    "height": ("8302-2", "身高", "cm", "cm"),
}


def stable_id(*parts: object) -> str:
    """Give the same UUID for the same parts, always."""
    return str(uuid.uuid5(NAMESPACE, "|".join(map(str, parts))))


def made(kind: str, id_: str, **elements: Any) -> Resource:
    """Build a tagged resource; empty elements are left out."""
    body = {key: value for key, value in elements.items() if value not in (None, "", [], {})}
    return tagged({"resourceType": kind, "id": id_, **body})


def tagged(resource: Resource) -> Resource:
    """Give a resource marked as synthetic."""
    kept = {key: value for key, value in resource.items() if key not in ("resourceType", "id", "meta")}
    made_ = {"resourceType": resource["resourceType"], "id": resource["id"]}
    mark_synthetic(made_)
    return made_ | kept


def condition(
    patient: Ref,
    code: str,
    name: str,
    when: date,
    *,
    encounter: Ref | None = None,
    recorder: Resource | None = None,
) -> Resource:
    """Build a running problem, or the diagnosis of a visit."""
    category = "encounter-diagnosis" if encounter else "problem-list-item"
    return made(
        "Condition",
        stable_id("condition", patient.id, code, encounter, when),
        clinicalStatus=concept(systems.CONDITION_CLINICAL, "active"),
        verificationStatus=concept(systems.CONDITION_VERIFICATION, "confirmed"),
        category=[concept(systems.CONDITION_CATEGORY, category)],
        code=concept(systems.ICD10, code, name),
        subject=reference(patient),
        encounter=reference(encounter) if encounter else None,
        onsetDateTime=None if encounter else when.isoformat(),
        recordedDate=when.isoformat(),
        recorder=recorder,
    )


def laboratory(patient: Ref, name: str, value: float, when: datetime) -> Resource:
    """Build a laboratory value with reference range and flag."""
    code, display, unit, low, high = LABS[name]
    flag = "L" if low is not None and value < low else "H" if high is not None and value > high else "N"
    bounds = {
        key: {"value": bound, "unit": unit}
        for key, bound in (("low", low), ("high", high))
        if bound is not None
    }
    return made(
        "Observation",
        stable_id("lab", patient.id, name, when),
        status="final",
        category=[concept(systems.OBSERVATION_CATEGORY, "laboratory")],
        code=concept(systems.LOINC, code, display),
        subject=reference(patient),
        effectiveDateTime=instant(when),
        valueQuantity={"value": value, "unit": unit, "system": systems.UCUM, "code": unit},
        interpretation=[concept("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", flag)],
        referenceRange=[bounds],
    )


def vital(patient: Ref, name: str, value: float, when: datetime) -> Resource:
    """Build one vital sign."""
    code, display, ucum, unit = VITALS[name]
    return made(
        "Observation",
        stable_id("vital", patient.id, name, when),
        status="final",
        category=[concept(systems.OBSERVATION_CATEGORY, "vital-signs")],
        code=concept(systems.LOINC, code, display),
        subject=reference(patient),
        effectiveDateTime=instant(when),
        valueQuantity={"value": value, "unit": unit, "system": systems.UCUM, "code": ucum},
    )


def blood_pressure(patient: Ref, systolic: int, diastolic: int, when: datetime) -> Resource:
    """Build a blood pressure with its two components."""
    parts = (("8480-6", "收缩压", systolic), ("8462-4", "舒张压", diastolic))
    return made(
        "Observation",
        stable_id("bp", patient.id, when),
        status="final",
        category=[concept(systems.OBSERVATION_CATEGORY, "vital-signs")],
        code=concept(systems.LOINC, "85354-9", "血压"),
        subject=reference(patient),
        effectiveDateTime=instant(when),
        component=[
            {
                "code": concept(systems.LOINC, code, display),
                "valueQuantity": {"value": value, "unit": "mmHg", "system": systems.UCUM, "code": "mm[Hg]"},
            }
            for code, display, value in parts
        ],
    )


def allergy(
    patient: Ref, coding: Resource, criticality: str, manifestation: str, when: date, by: Resource
) -> Resource:
    """Build a confirmed allergy."""
    return made(
        "AllergyIntolerance",
        stable_id("allergy", patient.id, coding),
        clinicalStatus=concept(systems.ALLERGY_CLINICAL, "active"),
        verificationStatus=concept(systems.ALLERGY_VERIFICATION, "confirmed"),
        criticality=criticality,
        code=coding,
        patient=reference(patient),
        recordedDate=when.isoformat(),
        recorder=by,
        reaction=[{"manifestation": [{"text": manifestation}]}] if manifestation else None,
    )


def lot_of(drug: Any, number: str, expires: date, quantity: Decimal, when: datetime) -> Sequence[Resource]:
    """Build a lot on the shelf with its delivery."""
    lot = made(
        "Medication",
        stable_id("lot", drug.id, number),
        identifier=[{"system": systems.LOT_NUMBER, "value": number}],
        code=concept(systems.DRUG, drug.id, drug.name_zh),
        status="active",
        batch={"lotNumber": number, "expirationDate": expires.isoformat()},
    )
    delivery = made(
        "SupplyDelivery",
        stable_id("delivery", drug.id, number),
        status="completed",
        suppliedItem={
            "quantity": {"value": int(quantity), "unit": drug.unit_zh},
            "itemReference": reference(Ref("Medication", lot["id"])),
        },
        occurrenceDateTime=instant(when),
    )
    return lot, delivery

"""Prescription sheets in FHIR: one MedicationRequest a line, a common number, a review Task, overridden alerts.

Stored texts are Chinese whatever the screen's language is: a signed text never changes with a reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, reference, set_extension
from workstation.prescribing.lines import Line
from workstation.prescribing.model import Collector, SkinTest
from workstation.terminology.doses import medication_line, plain
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import FrequencyKind

DOCUMENT_LANGUAGE: Final = "zh_CN"
OVERDOSE_NOTE: Final = "超剂量理由"
EMERGENCY_NOTE: Final = "紧急越级使用"
CRUSHED_NOTE: Final = "研碎、掰开或管饲"
REVIEW: Final = "prescription-review"
REQUEST_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"
COURSE: Final = "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy"
UCUM_CODES: Final = {
    "g": "g", "mg": "mg", "μg": "ug", "ng": "ng", "L": "L", "ml": "mL", "滴": "[drp]", "IU": "[IU]", "U": "[U]",
    "mmol": "mmol", "μg/h": "ug/h",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """What all lines of one sheet have in common; `reasons` are the diagnoses as CodeableConcepts.

    `emergency_reason` says why an antibacterial above the prescriber's right is given for one day (84号令 article 28).
    """

    number: str
    type: str
    patient: Resource
    encounter: str
    authored_on: datetime
    valid_until: datetime
    requester: Resource
    reasons: tuple[Resource, ...]
    long_term: bool = False
    extension_reason: str = ""
    collector: Collector | None = None
    emergency: bool = False
    emergency_reason: str = ""


def number(value: Decimal) -> int | float:
    """Give a decimal as a JSON number that reads back as the same decimal."""
    return int(value) if value == value.to_integral_value() else float(value)


def request_of(line: Line, head: Head, place: int, group: int, id_: str, knowledge: Knowledge) -> Resource:
    """Build the MedicationRequest of one line; `place` counts from 1 on its sheet, `group` 0 is none."""
    drug = line.drug
    made: Resource = {
        "resourceType": "MedicationRequest",
        "id": id_,
        "groupIdentifier": {"system": systems.PRESCRIPTION_NUMBER, "value": head.number},
        "status": "active",
        "intent": "order",
        "category": [concept(REQUEST_CATEGORY, "outpatient"), concept(systems.RX_TYPE, head.type)],
        "medicationCodeableConcept": {"coding": _drug_codings(line), "text": drug.name_zh},
        "subject": head.patient,
        "encounter": reference(Ref("Encounter", head.encounter)),
        "authoredOn": instant(head.authored_on),
        "requester": head.requester,
        "dosageInstruction": [_dosage(line, knowledge)],
        "dispenseRequest": {
            "validityPeriod": {"start": instant(head.authored_on), "end": instant(head.valid_until)},
            "quantity": {"value": line.supply.handed_out, "unit": drug.unit_zh},
            "expectedSupplyDuration": _days(line.supply.days),
        },
    }
    if head.reasons:
        made["reasonCode"] = list(head.reasons)
    if head.long_term:
        made["courseOfTherapyType"] = concept(COURSE, "continuous")
    if head.collector is not None:
        _name_collector(made, head.collector)
    notes = _notes(line, head)
    if notes:
        made["note"] = notes
    _extend(made, line, head, place, group)
    return made


def _notes(line: Line, head: Head) -> list[Resource]:
    """Give the reasons that the law wants beside a line, each signed with name and time."""
    texts = [(OVERDOSE_NOTE, line.draft.overdose_reason.strip())]
    if line.drug.antibacterial_grade in ("restricted", "special"):
        texts.append((EMERGENCY_NOTE, head.emergency_reason))
    author = {"authorString": head.requester.get("display", ""), "time": instant(head.authored_on)}
    if "reference" in head.requester:
        author = {"authorReference": head.requester, "time": instant(head.authored_on)}
    return [{**author, "text": f"{title}：{text}"} for title, text in texts if text]


def _drug_codings(line: Line) -> list[Resource]:
    drug = line.drug
    codings = [{"system": systems.DRUG, "code": drug.id, "display": drug.name_zh}]
    if drug.atc:
        codings.append({"system": systems.ATC, "code": drug.atc, "display": drug.inn})
    return codings


def _days(days: int) -> Resource:
    return {"value": days, "unit": "d", "system": systems.UCUM, "code": "d"}


def _dosage(line: Line, knowledge: Knowledge) -> Resource:
    text = plain(medication_line(line.drug, line.regimen, knowledge.units, DOCUMENT_LANGUAGE).display)
    unit = line.draft.unit
    quantity: Resource = {"value": number(line.dose), "unit": unit}
    if unit in UCUM_CODES:
        quantity |= {"system": systems.UCUM, "code": UCUM_CODES[unit]}
    route, frequency = line.route, line.frequency
    dosage: Resource = {
        "text": text,
        "timing": {"code": concept(systems.FREQUENCY, frequency.code, frequency.name_zh)},
        "route": concept(systems.ROUTE, route.code, route.name_zh),
        "doseAndRate": [{"doseQuantity": quantity}],
    }
    if route.cv:
        dosage["route"]["coding"].append({"system": systems.ROUTE_CV, "code": route.cv})
    dosage["timing"]["repeat"] = _repeat(line)
    if line.draft.prn or frequency.kind is FrequencyKind.WHEN_NEEDED:
        dosage["asNeededBoolean"] = True
    if line.draft.note:
        dosage["patientInstruction"] = line.draft.note
    if line.draft.crushed:
        dosage["additionalInstruction"] = [{"text": CRUSHED_NOTE}]
    return dosage


def _repeat(line: Line) -> Resource:
    frequency = line.frequency
    repeat: Resource = {"boundsDuration": _days(line.draft.days)}
    if frequency.kind is FrequencyKind.SINGLE:
        repeat = {"count": 1}
    elif frequency.kind is FrequencyKind.REGULAR:
        repeat |= {"frequency": frequency.count, "period": frequency.period, "periodUnit": frequency.unit}
    if line.draft.minutes:
        repeat |= {"duration": line.draft.minutes, "durationUnit": "min"}
    return repeat


def _extend(made: Resource, line: Line, head: Head, place: int, group: int) -> None:
    set_extension(made, systems.LINE_NUMBER, valuePositiveInt=place)
    packs = line.supply.packs + (1 if line.supply.loose else 0)
    set_extension(made, systems.TOTAL_QUANTITY_PACKS, valueUnsignedInt=packs)
    set_extension(made, systems.PRICE, valueMoney={"value": number(line.price), "currency": "CNY"})
    if group:
        set_extension(made, systems.GROUP_NUMBER, valuePositiveInt=group)
    if line.draft.skin_test is not None:
        set_extension(made, systems.SKIN_TEST, extension=skin_test_parts(line.draft.skin_test))
    if head.extension_reason:
        set_extension(made, systems.EXTENSION_REASON, valueString=head.extension_reason)


def skin_test_parts(test: SkinTest) -> list[Resource]:
    """Give the parts of the skin test extension."""
    parts: list[Resource] = [{"url": "state", "valueCode": test.state.value}]
    for url, key, value in (
        ("reason", "valueString", test.reason),
        ("lot", "valueString", test.lot),
        ("at", "valueDateTime", test.at),
    ):
        if value:
            parts.append({"url": url, key: value})
    return parts


def _name_collector(made: Resource, collector: Collector) -> None:
    person: dict[str, Any] = {"resourceType": "RelatedPerson", "id": "collector", "patient": made["subject"]}
    person["name"] = [{"text": collector.name}]
    if collector.document:
        person["identifier"] = [{"system": systems.RESIDENT_ID, "value": collector.document}]
    made["contained"] = [person]
    made["supportingInformation"] = [{"reference": "#collector"}]


def review_task(head: Head, first: Ref, id_: str) -> Resource:
    """Build the Task that asks the pharmacy to review a sheet."""
    return {
        "resourceType": "Task",
        "id": id_,
        "groupIdentifier": {"system": systems.PRESCRIPTION_NUMBER, "value": head.number},
        "status": "requested",
        "intent": "order",
        "priority": "urgent" if head.emergency else "routine",
        "code": concept(systems.TASK_CODE, REVIEW),
        "focus": reference(first),
        "for": head.patient,
        "encounter": reference(Ref("Encounter", head.encounter)),
        "authoredOn": instant(head.authored_on),
        "lastModified": instant(head.authored_on),
        "requester": head.requester,
    }


def as_signed(requests: Sequence[Resource]) -> list[Resource]:
    """Give the lines as they were when signed: what happened to them later moves their status only."""
    return [{k: v for k, v in r.items() if k != "statusReason"} | {"status": "active"} for r in requests]

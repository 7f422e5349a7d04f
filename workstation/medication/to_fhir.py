"""A line of medicine in FHIR: the product, the dosage, the reasons written beside it, and an overridden alert.

Stored texts are Chinese whatever the screen's language is: a signed text never changes with a reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, reference, set_extension
from workstation.medication.lines import Line
from workstation.medication.model import OverrideReason, SkinTest
from workstation.medication.reasons import reason_concept
from workstation.rules.alerts import Alert
from workstation.terminology.doses import medication_line, plain
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import FrequencyKind

DOCUMENT_LANGUAGE: Final = "zh_CN"
REQUEST_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"
OVERDOSE_NOTE: Final = "超剂量理由"
EMERGENCY_NOTE: Final = "紧急越级使用"
CRUSHED_NOTE: Final = "研碎、掰开或管饲"
SIGNED_AGAIN: Final = "医师再次签名"
SEVERITY: Final = {1: "high", 2: "moderate", 3: "low", 4: "low"}
UCUM_CODES: Final = {
    "g": "g", "mg": "mg", "μg": "ug", "ng": "ng", "L": "L", "ml": "mL", "滴": "[drp]", "IU": "[IU]", "U": "[U]",
    "mmol": "mmol", "μg/h": "ug/h",
}  # fmt: skip


def number(value: Decimal) -> int | float:
    """Give a decimal as a JSON number that reads back as the same decimal."""
    return int(value) if value == value.to_integral_value() else float(value)


def medicine(line: Line) -> Resource:
    """Give the product as a CodeableConcept."""
    drug = line.drug
    codings = [{"system": systems.DRUG, "code": drug.id, "display": drug.name_zh}]
    if drug.atc:
        codings.append({"system": systems.ATC, "code": drug.atc, "display": drug.inn})
    return {"coding": codings, "text": drug.name_zh}


def dosage(line: Line, bounds: Resource, knowledge: Knowledge) -> Resource:
    """Give the dosage instruction of a line; `bounds` are the parts of `timing.repeat` that say how long."""
    text = plain(medication_line(line.drug, line.regimen, knowledge.units, DOCUMENT_LANGUAGE).display)
    unit = line.draft.unit
    quantity: Resource = {"value": number(line.dose), "unit": unit}
    if unit in UCUM_CODES:
        quantity |= {"system": systems.UCUM, "code": UCUM_CODES[unit]}
    route, frequency = line.route, line.frequency
    made: Resource = {
        "text": text,
        "timing": {"code": concept(systems.FREQUENCY, frequency.code, frequency.name_zh)},
        "route": concept(systems.ROUTE, route.code, route.name_zh),
        "doseAndRate": [{"doseQuantity": quantity}],
    }
    if route.cv:
        made["route"]["coding"].append({"system": systems.ROUTE_CV, "code": route.cv})
    made["timing"]["repeat"] = bounds | _repeat(line)
    if line.draft.prn or frequency.kind is FrequencyKind.WHEN_NEEDED:
        made["asNeededBoolean"] = True
    if line.draft.note:
        made["patientInstruction"] = line.draft.note
    if line.draft.crushed:
        made["additionalInstruction"] = [{"text": CRUSHED_NOTE}]
    return made


def _repeat(line: Line) -> Resource:
    frequency = line.frequency
    repeat: Resource = {}
    if frequency.kind is FrequencyKind.SINGLE:
        repeat = {"count": 1}
    elif frequency.kind is FrequencyKind.REGULAR:
        repeat = {"frequency": frequency.count, "period": frequency.period, "periodUnit": frequency.unit}
    if line.draft.minutes:
        repeat |= {"duration": line.draft.minutes, "durationUnit": "min"}
    return repeat


def notes(line: Line, emergency_reason: str, requester: Resource, at: datetime) -> list[Resource]:
    """Give the reasons that the law wants beside a line, each signed with name and time."""
    texts = [(OVERDOSE_NOTE, line.draft.overdose_reason.strip())]
    if line.drug.antibacterial_grade in ("restricted", "special"):
        texts.append((EMERGENCY_NOTE, emergency_reason))
    author: Resource = {"authorString": requester.get("display", ""), "time": instant(at)}
    if "reference" in requester:
        author = {"authorReference": requester, "time": instant(at)}
    return [{**author, "text": f"{title}：{text}"} for title, text in texts if text]


def extend(made: Resource, line: Line, place: int, group: int) -> None:
    """Put a line's place (from 1), price, group (0: none) and skin test on its MedicationRequest."""
    set_extension(made, systems.LINE_NUMBER, valuePositiveInt=place)
    set_extension(made, systems.PRICE, valueMoney={"value": number(line.price), "currency": "CNY"})
    if group:
        set_extension(made, systems.GROUP_NUMBER, valuePositiveInt=group)
    if line.draft.skin_test is not None:
        set_extension(made, systems.SKIN_TEST, extension=skin_test_parts(line.draft.skin_test))


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


def overridden(
    alert: Alert,
    reason: OverrideReason,
    concerned: Sequence[Ref],
    patient: Resource,
    author: Resource,
    at: datetime,
) -> Resource:
    """Keep an overridden alert with its reason, without an id yet, for those who execute and those who count."""
    signed = {"date": instant(at), "author": author}
    mitigation: list[Resource] = [{"action": reason_concept(reason), **signed}]
    if reason.signed_again:
        mitigation.append({"action": {"text": SIGNED_AGAIN}, **signed})
    return {
        "resourceType": "DetectedIssue",
        "status": "final",
        "code": concept(systems.RULE, alert.rule_id, alert.title_zh),
        "severity": SEVERITY[int(alert.tier)],
        "patient": patient,
        "identifiedDateTime": instant(at),
        "author": author,
        "implicated": [reference(ref) for ref in concerned],
        "detail": alert.message_zh,
        "mitigation": mitigation,
    }

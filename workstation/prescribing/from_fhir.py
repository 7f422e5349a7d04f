"""Reading a prescription sheet back: lines worded in any language, where it stands, and whether it is unchanged.

Sheets from elsewhere are shown too: a line without our codings keeps the words it came with.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from workstation.core.i18n import language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, extension, text_of
from workstation.medication import reading
from workstation.medication.model import SkinTest
from workstation.prescribing.model import Collector
from workstation.prescribing.rows import Override, SheetLine, SheetState
from workstation.security import signing
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug

REVIEW_STATES: Final = {
    "requested": SheetState.WAITING,
    "accepted": SheetState.REVIEWING,
    "on-hold": SheetState.QUERIED,
    "completed": SheetState.APPROVED,
    "rejected": SheetState.REFUSED,
    "cancelled": SheetState.STOPPED,
}
DISPENSE_STATES: Final = {
    "requested": SheetState.APPROVED,
    "in-progress": SheetState.DISPENSING,
    "on-hold": SheetState.DISPENSING,
    "completed": SheetState.DISPENSED,
    "cancelled": SheetState.STOPPED,
}


def sheet_number(request: Resource) -> str:
    """Give the number of the sheet a line stands on, or an empty text."""
    group = request.get("groupIdentifier", {})
    return str(group.get("value", "")) if group.get("system") == systems.PRESCRIPTION_NUMBER else ""


def collector_of(request: Resource) -> Collector | None:
    """Give who collects the narcotics of a line."""
    for person in as_list(request.get("contained")):
        if person.get("resourceType") == "RelatedPerson" and person.get("id") == "collector":
            document = next((str(i.get("value", "")) for i in as_list(person.get("identifier"))), "")
            return Collector(text_of(person.get("name")), document)
    return None


def line_of(request: Resource, knowledge: Knowledge, lang: str, overrides: Sequence[Override]) -> SheetLine:
    """Build the row of one line in a language (default: the language of the screen)."""
    drug, regimen = reading.drug_of(request, knowledge), reading.regimen_of(request, knowledge)
    said, dosage = reading.worded(request, knowledge, lang), reading.dosage_of(request)
    tongue = lang or language()
    chinese = tongue.startswith("zh")
    units = knowledge.units
    given = request.get("dispenseRequest", {}).get("quantity", {})
    unit_value = Decimal(str(given.get("value", 0)))
    dose = doses.dose_text(regimen.dose, regimen.unit, units, tongue, drug) if regimen else ""
    return SheetLine(
        id=request["id"],
        number=reading.line_number(request),
        drug=drug.id if drug else "",
        name=_name(request, drug, chinese),
        form=(drug.form_zh if chinese else drug.form_en) if drug else "",
        strength=doses.strength_text(drug, units, tongue) if drug else "",
        dose=doses.keep(dose) if dose else str(dosage.get("text", "")),
        route=regimen.route.display(tongue) if regimen else text_of(dosage.get("route")),
        frequency=regimen.frequency.display(tongue)
        if regimen
        else text_of(dosage.get("timing", {}).get("code")),
        duration=doses.days_text(regimen.days, tongue) if regimen and regimen.days else "",
        quantity=reading.quantity_text(drug, unit_value, str(given.get("unit", "")), tongue),
        days=reading.days_of(request),
        units=f"{unit_value.normalize():f}",
        price=str(reading.price_of(request)),
        line=said.display,
        spoken=said.spoken,
        status=str(request.get("status", "")),
        group=int(extension(request, systems.GROUP_NUMBER) or 0),
        skin_test=reading.skin_test_of(request) or _still_needed(drug),
        note=regimen.note if regimen else "",
        overdose_reason=reading.overdose_of(request)[0],
        minutes=reading.minutes_of(request),
        overrides=tuple(overrides),
    )


def _still_needed(drug: Drug | None) -> SkinTest | None:
    """Say that a test is needed of which nothing is known: its place on paper and screen is never left out."""
    return SkinTest() if drug is not None and drug.skin_test == "required" else None


def _name(request: Resource, drug: Drug | None, chinese: bool) -> str:
    if drug is None:
        return text_of(request.get("medicationCodeableConcept"))
    return drug.name_zh if chinese else drug.name_en


def state_of(tasks: Sequence[Resource], requests: Sequence[Resource]) -> tuple[SheetState, str]:
    """Say where a sheet stands, with the reason a person gave for it where there is one."""
    by_code = {code_of(t.get("code"), systems.TASK_CODE): t for t in tasks}
    review, dispense = by_code.get("prescription-review"), by_code.get("prescription-dispense")
    if requests and all(r.get("status") in ("stopped", "cancelled", "entered-in-error") for r in requests):
        reasons = (text_of(r.get("statusReason")) for r in requests)
        return SheetState.STOPPED, next((r for r in reasons if r), "")
    called_off = dispense is not None and dispense.get("status") == "cancelled" and review is not None
    if dispense is not None and not called_off:
        return DISPENSE_STATES.get(str(dispense.get("status")), SheetState.APPROVED), ""
    if review is not None:
        state = REVIEW_STATES.get(str(review.get("status")), SheetState.WAITING)
        told = state in (SheetState.QUERIED, SheetState.REFUSED, SheetState.STOPPED)
        return state, text_of(review.get("statusReason")) if told else ""
    return SheetState.RECORDED, ""


def digest_of(provenance: Resource | None) -> tuple[str, str]:
    """Give the signed digest in hexadecimal and its short form for comparing by eye; empty without a signature."""
    signatures = as_list((provenance or {}).get("signature"))
    data = next((str(s.get("data", "")) for s in signatures if s.get("data")), "")
    try:
        text = base64.b64decode(data, validate=True).hex()
    except (binascii.Error, ValueError):
        return "", ""
    return text, "-".join((text[:4], text[4:8])).upper() if text else ""


def intact(provenance: Resource | None, signed: Sequence[Resource]) -> bool:
    """Say whether what was signed still is what stands in the record."""
    return provenance is not None and signing.holds(provenance, signed)

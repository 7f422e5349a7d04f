"""One patient as the rules see him or her: a frozen `Facts` built from the store, inventing nothing.

What the record does not hold stays None or UNKNOWN, so that a rule says "not checked" instead of guessing. Values in
other units (mg/dL, pounds, inches) are converted; codes other than ICD-10 keep their words without a code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from workstation.chart import measures
from workstation.chart.allergies import Allergies, AllergyState, allergies_of
from workstation.chart.medications import (
    is_listed,
    is_ward_order,
    medication_concept,
    medication_records,
    medicine,
    supply_end,
)
from workstation.chart.summary import standing_conditions
from workstation.core.clock import parse_instant
from workstation.fhir import systems
from workstation.fhir.resources import (
    Resource,
    as_list,
    code_of,
    codings,
    extension,
    identifier,
    parse_date,
    target,
    text_of,
)
from workstation.rules import facts as f
from workstation.security.permissions import Actor, Permission, roles
from workstation.store.reader import Reader

POTASSIUM: Final = ("2823-3", "6298-4")
ALT: Final = ("1742-6", "1743-4")
INR: Final = ("6301-6", "34714-6")
QTC: Final = ("8636-3", "8634-8")
_MEASURED: Final = {
    "weight": measures.SAME_AS[measures.WEIGHT],
    "height": measures.SAME_AS[measures.HEIGHT],
    "egfr": measures.EGFR,
    "creatinine": measures.CREATININE,
    "potassium": POTASSIUM,
    "alt": ALT,
    "inr": INR,
    "qtc": QTC,
    **measures.STATES,
}
ICD: Final = (systems.ICD10, systems.ICD10_CN, "http://hl7.org/fhir/sid/icd-10-cm")
_FACTORS: Final = {
    ("mg/dl", "umol/l"): Decimal("88.4"),
    ("lb", "kg"): Decimal("0.45359237"),
    ("[lb_av]", "kg"): Decimal("0.45359237"),
    ("g", "kg"): Decimal("0.001"),
    ("in", "cm"): Decimal("2.54"),
    ("[in_i]", "cm"): Decimal("2.54"),
    ("m", "cm"): Decimal(100),
    ("meq/l", "mmol/l"): Decimal(1),
}
_STATES: Final = {
    AllergyState.KNOWN: f.AllergyState.KNOWN,
    AllergyState.NONE: f.AllergyState.NONE,
    AllergyState.UNRECORDED: f.AllergyState.UNKNOWN,
    AllergyState.UNAVAILABLE: f.AllergyState.UNKNOWN,
}
_PLACES: Final = {"EMER": f.Visit.EMERGENCY, "IMP": f.Visit.INPATIENT, "ACUTE": f.Visit.INPATIENT}


def facts_of(
    reader: Reader,
    patient: str,
    encounter: str,
    now: datetime,
    actor: Actor,
    *,
    leave_out: frozenset[str] = frozenset(),
) -> f.Facts:
    """Build the facts of a patient in a visit (may be empty) for this prescriber. Raises NotFound.

    `leave_out` names prescription lines that are judged themselves, and so are not taken besides.
    """
    resource = reader.get("Patient", patient)
    visit = reader.peek("Encounter", encounter) if encounter else None
    conditions = standing_conditions(reader, patient)
    found = measures.newest(reader, patient, _MEASURED)
    pregnancy = measures.pregnancy_of(found, conditions, now.date())
    feeding = measures.breastfeeding_of(found).state
    allergies = allergies_of(reader, patient)
    return f.Facts(
        now=now,
        birth_date=_whole_date(str(resource.get("birthDate", ""))),
        sex=str(resource.get("gender", "")) or "unknown",
        weight=_measured(found.get("weight"), "kg"),
        height=_measured(found.get("height"), "cm"),
        pregnancy=f.Pregnancy(f.PregnancyState(pregnancy.state), pregnancy.weeks),
        lactating={"yes": True, "no": False}.get(feeding),
        allergies=_allergies(reader, allergies),
        allergy_state=_STATES[allergies.state],
        diagnoses=_diagnoses(conditions, encounter),
        active_medications=tuple(_medications(reader, patient, now, leave_out)),
        labs=_labs(found),
        skin_tests=tuple(_skin_tests(reader, patient)),
        visit=_PLACES.get(str((visit or {}).get("class", {}).get("code", "")), f.Visit.OUTPATIENT),
        prescriber=prescriber_of(actor),
        identity_document=_has_document(resource),
        patient_practitioner_id=_as_staff(reader, resource),
        anuria=_has(conditions, ("R34",), ("2472002",)),
        preterm=_has(conditions, ("P07",), ("395507008",)),
    )


def prescriber_of(actor: Actor) -> f.Prescriber:
    """Give the grade and rights of the person who prescribes."""
    granted = {
        "restricted": Permission.PRESCRIBE_RESTRICTED_ANTIBACTERIAL,
        "special": Permission.PRESCRIBE_SPECIAL_ANTIBACTERIAL,
    }
    return f.Prescriber(
        actor.practitioner,
        f.Grade(roles()[actor.role].grade or f.Grade.RESIDENT),
        actor.may(Permission.PRESCRIBE_NARCOTIC),
        frozenset(name for name, permission in granted.items() if actor.may(permission)),
    )


def _whole_date(text: str) -> date | None:
    return parse_date(text) if len(text) >= 10 else None


def _measured(resource: Resource | None, unit: str) -> f.Measured | None:
    """Give a value in the wanted unit; one in a unit that cannot be converted counts as not known."""
    quantity: Any = (resource or {}).get("valueQuantity")
    if resource is None or not isinstance(quantity, dict) or "value" not in quantity:
        return None
    day = parse_date(measures.moment_of(resource))
    factor = _factor(str(quantity.get("code") or quantity.get("unit") or ""), unit)
    if day is None or factor is None:
        return None
    return f.Measured(Decimal(str(quantity["value"])) * factor, unit, day)


def _factor(given: str, wanted: str) -> Decimal | None:
    source = _plain_unit(given)
    if source == _plain_unit(wanted):
        return Decimal(1)
    return _FACTORS.get((source, _plain_unit(wanted)))


def _plain_unit(unit: str) -> str:
    plain = unit.casefold().replace("μ", "u").replace("µ", "u").replace(" ", "")
    return plain.replace("{1.73_m2}", "1.73m2").replace("/1.73m2", "").removesuffix("/1.73")


def _labs(found: Mapping[str, Resource]) -> f.Labs:
    alt = found.get("alt")
    upper = next(
        (
            r["high"]["value"]
            for r in as_list((alt or {}).get("referenceRange"))
            if "value" in r.get("high", {})
        ),
        40,
    )
    return f.Labs(
        egfr=_measured(found.get("egfr"), "mL/min"),
        creatinine=_measured(found.get("creatinine"), "umol/L"),
        potassium=_measured(found.get("potassium"), "mmol/L"),
        alt=_measured(alt, "U/L"),
        alt_upper=Decimal(str(upper)),
        inr=_bare(found.get("inr")),
        qtc=_measured(found.get("qtc"), "ms"),
    )


def _bare(resource: Resource | None) -> f.Measured | None:
    """Give a ratio, whose unit is written in many ways."""
    value = ((resource or {}).get("valueQuantity") or {}).get("value")
    day = parse_date(measures.moment_of(resource)) if resource is not None else None
    return f.Measured(Decimal(str(value)), "", day) if value is not None and day is not None else None


def _allergies(reader: Reader, allergies: Allergies) -> tuple[f.Allergy, ...]:
    return tuple(
        f.Allergy(
            a.agent,
            a.code if a.checked else "",
            "high" if a.severity == "severe" else a.criticality,
            a.reaction,
            "confirmed" if a.confirmed else "unconfirmed",
        )
        for a in allergies.known
    )


def _diagnoses(conditions: Sequence[Resource], encounter: str) -> tuple[f.Diagnosis, ...]:
    """Give the diagnoses of this visit first, then what else stands, each once."""
    here = [c for c in conditions if encounter and target(c.get("encounter"), "Encounter") == encounter]
    once = {(d.code or d.text): d for c in [*here, *conditions] if (d := _diagnosis(c)).code or d.text}
    return tuple(once.values())


def _diagnosis(condition: Resource) -> f.Diagnosis:
    code = next((c for s in ICD if (c := code_of(condition.get("code"), s))), "")
    return f.Diagnosis(code, text_of(condition.get("code")))


def _has(conditions: Sequence[Resource], icd: tuple[str, ...], snomed: tuple[str, ...]) -> bool:
    for condition in conditions:
        for coding in codings(condition.get("code")):
            code = str(coding.get("code", ""))
            if code in snomed or (coding.get("system") in ICD and code.startswith(icd)):
                return True
    return False


def _medications(
    reader: Reader, patient: str, now: datetime, leave_out: frozenset[str]
) -> Iterator[f.ActiveMedication]:
    for resource in medication_records(reader, patient):
        taken = medicine(reader, resource, now)
        if resource["id"] in leave_out or not is_listed(taken, now.date()):
            continue
        concept = medication_concept(reader, resource)
        dosage: Resource = next(
            iter(as_list(resource.get("dosageInstruction") or resource.get("dosage"))), {}
        )
        quantity: Resource = next(
            (d["doseQuantity"] for d in as_list(dosage.get("doseAndRate")) if "doseQuantity" in d), {}
        )
        yield f.ActiveMedication(
            code_of(concept, systems.DRUG),
            code_of(concept, systems.ATC),
            text_of(concept),
            Decimal(str(quantity["value"])) if "value" in quantity else None,
            str(quantity.get("unit", "")),
            code_of((dosage.get("timing") or {}).get("code"), systems.FREQUENCY),
            code_of(dosage.get("route"), systems.ROUTE),
            parse_date(str(resource.get("authoredOn") or resource.get("dateAsserted") or "")),
            supply_end(resource),
            ordered=taken.running and is_ward_order(resource),
        )


def _skin_tests(reader: Reader, patient: str) -> Iterator[f.SkinTest]:
    """Give the results written on prescription lines, by product; rules know the product's allergen group."""
    for request in reader.find("MedicationRequest", {"patient": patient}):
        parts = extension(request, systems.SKIN_TEST)
        if not isinstance(parts, list) or request.get("status") == "entered-in-error":
            continue
        values = {p.get("url"): next((v for k, v in p.items() if k.startswith("value")), "") for p in parts}
        drug = code_of(request.get("medicationCodeableConcept"), systems.DRUG)
        if drug and values.get("state") in ("negative", "positive") and values.get("at"):
            yield f.SkinTest(drug, str(values["state"]), parse_instant(str(values["at"])))


def _has_document(patient: Resource) -> bool:
    entries = as_list(patient.get("identifier"))
    return any(
        e.get("value")
        and (e.get("system") == systems.RESIDENT_ID or code_of(e.get("type"), systems.DOCUMENT_TYPE))
        for e in entries
    )


def _as_staff(reader: Reader, patient: Resource) -> str:
    """Give the Practitioner id of a patient who works here, known by the same resident identity number."""
    number = identifier(patient, systems.RESIDENT_ID)
    staff = (
        reader.first("Practitioner", {"identifier": f"{systems.RESIDENT_ID}|{number}"}) if number else None
    )
    return str(staff["id"]) if staff is not None else ""

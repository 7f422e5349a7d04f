"""What a patient takes now: prescriptions whose supply still lasts, orders on a ward, what was reported from elsewhere.

A prescription stays `active` in FHIR after its last tablet. A line is `running` until its supply ends; it is still
listed, as ended, for a month, because a patient who returns late is the one whose treatment has a gap. An order on a
ward has no supply: it runs from the moment it begins until the moment it stops, a single dose on its day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from workstation.chart.people import author_name
from workstation.core.clock import parse_instant
from workstation.core.i18n import language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, codings, parse_date, target, text_of
from workstation.store.reader import Reader
from workstation.terminology.doses import DASH, dose_text, keep, number, strength_text
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug

LISTED_DAYS: Final = 30
LONGEST_UNPARTED: Final = 22
_RUNNING: Final = ("active", "on-hold")
_HANDED_OUT: Final = "completed"
_STOPPED: Final = "stopped"


@dataclass(frozen=True, slots=True)
class Medicine:
    """One medicine. `parts` are the attributes in the order of rule S1, unbreakable; `parts[0]` is the generic name.

    `until` is the last day of the supply (ISO) or empty where nobody said; `source` MedicationRequest or Statement.
    """

    id: str
    source: str
    parts: tuple[str, ...]
    text: str
    drug: str
    atc: str
    running: bool
    authored: str = ""
    until: str = ""
    prescriber: str = ""
    number: str = ""
    encounter: str = ""
    strength: str = ""

    @property
    def brief(self) -> tuple[str, ...]:
        """The attributes without the product's strength: what is taken, not what is in the box."""
        return tuple(part for part in self.parts if not self.strength or part != self.strength)


def medicines_of(
    reader: Reader, patient: str, now: datetime, knowledge: Knowledge | None = None
) -> tuple[Medicine, ...]:
    """Give what the patient takes, running medicines first, the newest first within each; nothing twice."""
    seen: set[str] = set()
    lines: list[Medicine] = []
    for resource in medication_records(reader, patient):
        line = medicine(reader, resource, now, knowledge)
        key = line.drug or line.atc or line.parts[0]
        if key not in seen and is_listed(line, now.date()):
            seen.add(key)
            lines.append(line)
    return tuple(sorted(lines, key=lambda line: not line.running))


def medication_records(reader: Reader, patient: str) -> list[Resource]:
    """Give the prescriptions, orders and reports that are or were taken, those reported last, the newest first.

    A stopped prescription is taken no more and may never have been; a stopped order was given until it was stopped.
    """
    states = (*_RUNNING, _HANDED_OUT, _STOPPED)
    requests = reader.find("MedicationRequest", {"patient": patient, "status": states}, sort=("-authoredon",))
    reported = reader.find("MedicationStatement", {"patient": patient, "status": "active"})
    orders = [
        r
        for r in requests
        if r.get("intent", "order") not in ("proposal", "plan", "option")
        and (r.get("status") != _STOPPED or is_ward_order(r))
    ]
    return [*orders, *reported]


def is_listed(line: Medicine, today: date) -> bool:
    """Say whether a line is taken now or ended within the last month."""
    end = parse_date(line.until)
    return line.running or (end is not None and end >= today - timedelta(days=LISTED_DAYS))


def medicine(
    reader: Reader, resource: Resource, now: datetime, knowledge: Knowledge | None = None, lang: str = ""
) -> Medicine:
    """Give one MedicationRequest or MedicationStatement as a line, worded in `lang` (default: the screen's)."""
    tongue = lang or language()
    concept = medication_concept(reader, resource)
    drug = known_drug(concept, knowledge)
    parts = tuple(_unparted(part) for part in _parts(resource, concept, drug, knowledge, tongue) if part)
    until = supply_end(resource)
    author = resource.get("requester") or resource.get("informationSource")
    return Medicine(
        str(resource["id"]),
        str(resource["resourceType"]),
        parts,
        f" {DASH} ".join(parts),
        drug.id if drug else code_of(concept, systems.DRUG),
        drug.atc if drug else code_of(concept, systems.ATC),
        _is_running(resource, until, now),
        str(resource.get("authoredOn") or resource.get("dateAsserted") or "")[:10],
        until.isoformat() if until else "",
        author_name(reader, author),
        str((resource.get("groupIdentifier") or {}).get("value", "")),
        target(resource.get("encounter") or resource.get("context"), "Encounter"),
        parts[1] if drug is not None and knowledge is not None else "",
    )


def _unparted(part: str) -> str:
    """Keep an attribute on one line; a long name from elsewhere must still wrap in a narrow column."""
    return keep(part) if len(part) <= LONGEST_UNPARTED else part


def is_ward_order(resource: Resource) -> bool:
    """Say whether a line is an order on a ward, given by nurses, and not a prescription to take home."""
    return any(c.get("code") == "inpatient" for c in codings(resource.get("category")))


def ward_period(resource: Resource) -> tuple[datetime | None, datetime | None]:
    """Give when an order on a ward begins and stops; None where it does not say. A single dose ends with its day."""
    dosage: Resource = next(iter(as_list(resource.get("dosageInstruction"))), {})
    repeat = (dosage.get("timing") or {}).get("repeat") or {}
    bounds = repeat.get("boundsPeriod") or {}
    start, end = (parse_instant(text) if (text := str(bounds.get(k, ""))) else None for k in ("start", "end"))
    if end is None and start is not None and "count" in repeat:
        end = start.replace(hour=23, minute=59, second=59)
    return start, end


def _is_running(resource: Resource, until: date | None, now: datetime) -> bool:
    """Say whether a line is taken now; `until` is the last day of its supply.

    A line handed out whole is taken for as long as its supply lasts; without a length it counts as over.
    """
    if is_ward_order(resource):
        end = ward_period(resource)[1]
        return resource.get("status") in _RUNNING and (end is None or end > now)
    today = now.date()
    if resource.get("status") == _HANDED_OUT:
        return until is not None and until >= today
    return resource.get("status") in _RUNNING and (until is None or until >= today)


def medication_concept(reader: Reader, resource: Resource) -> Resource:
    """Give what is taken as a CodeableConcept, from the line itself, its reference or its contained Medication."""
    found = resource.get("medicationCodeableConcept")
    if isinstance(found, dict):
        return found
    element = resource.get("medicationReference") or {}
    text = str(element.get("reference", ""))
    if text.startswith("#"):
        inside = as_list(resource.get("contained"))
        medication = next((c for c in inside if f"#{c.get('id')}" == text), None)
    else:
        medication = reader.peek("Medication", target(element, "Medication"))
    if medication is not None and isinstance(medication.get("code"), dict):
        return dict(medication["code"])
    return {"text": str(element.get("display", ""))}


def known_drug(concept: Resource, knowledge: Knowledge | None) -> Drug | None:
    """Give the product of our catalogue that a concept names by its catalogue code, or None."""
    code = code_of(concept, systems.DRUG)
    return knowledge.drugs.get(code) if knowledge is not None and code in knowledge.drugs else None


def supply_end(resource: Resource) -> date | None:
    """Give the last day a line is taken, or None where nobody said how long that is."""
    if is_ward_order(resource):
        end = ward_period(resource)[1]
        return end.date() if end is not None else None
    dispense = resource.get("dispenseRequest") or {}
    days = (dispense.get("expectedSupplyDuration") or {}).get("value")
    start = parse_date(str(resource.get("authoredOn", "")))
    if isinstance(days, int | float) and days > 0 and start is not None:
        return start + timedelta(days=int(days) - 1)
    period = resource.get("effectivePeriod") or {}
    return parse_date(str(period.get("end", "")))


def _parts(
    resource: Resource, concept: Resource, drug: Drug | None, knowledge: Knowledge | None, lang: str
) -> Iterable[str]:
    words = _WORDS["zh" if lang.startswith("zh") else "en"]
    if drug is not None and knowledge is not None:
        yield drug.name_zh if lang.startswith("zh") else drug.name_en
        yield words["strength"].format(strength=strength_text(drug, knowledge.units, lang))
    else:
        yield text_of(concept) or words["unnamed"]
    dosage: Resource = next(iter(as_list(resource.get("dosageInstruction") or resource.get("dosage"))), {})
    dose, frequency = _dose(dosage, knowledge, lang), _frequency(dosage, knowledge, lang)
    if not (dose or frequency):
        yield str(dosage.get("text", ""))
        return
    if dose:
        yield words["dose"].format(dose=dose)
    yield _route(dosage, knowledge, lang)
    yield frequency


def _dose(dosage: Resource, knowledge: Knowledge | None, lang: str) -> str:
    for entry in as_list(dosage.get("doseAndRate")):
        quantity: Any = entry.get("doseQuantity")
        if isinstance(quantity, dict) and "value" in quantity:
            amount = Decimal(str(quantity["value"]))
            unit = str(quantity.get("unit") or quantity.get("code") or "")
            known = knowledge.units.parse(unit) if knowledge is not None and unit else None
            if known is not None and knowledge is not None:
                return dose_text(amount, known.code, knowledge.units, lang)
            return f"{number(amount)} {unit}".strip()
    return ""


def _route(dosage: Resource, knowledge: Knowledge | None, lang: str) -> str:
    concept = dosage.get("route")
    code = code_of(concept, systems.ROUTE)
    found = knowledge.routes.parse(code) if knowledge is not None and code else None
    return found.display(lang) if found is not None else text_of(concept)


def _frequency(dosage: Resource, knowledge: Knowledge | None, lang: str) -> str:
    timing = dosage.get("timing") or {}
    code = code_of(timing.get("code"), systems.FREQUENCY)
    found = knowledge.frequencies.parse(code) if knowledge is not None and code else None
    if found is not None:
        return found.display(lang)
    if text_of(timing.get("code")):
        return text_of(timing.get("code"))
    repeat = timing.get("repeat") or {}
    words = _WORDS["zh" if lang.startswith("zh") else "en"]
    count, period, unit = repeat.get("frequency"), repeat.get("period"), repeat.get("periodUnit")
    if count and period and unit in ("h", "d", "wk"):
        every = "daily" if (unit, period) == ("d", 1) else str(unit)
        return words[every].format(count=number(Decimal(str(count))), period=number(Decimal(str(period))))
    return words["needed"] if dosage.get("asNeededBoolean") else ""


_WORDS: Final = {
    "zh": {
        "unnamed": "药品名称未记录",
        "strength": "规格 {strength}",
        "dose": "剂量 {dose}",
        "daily": "每日 {count} 次",
        "h": "每 {period} 小时 {count} 次",
        "d": "每 {period} 天 {count} 次",
        "wk": "每 {period} 周 {count} 次",
        "needed": "必要时",
    },
    "en": {
        "unnamed": "medicine not named",
        "strength": "strength {strength}",
        "dose": "DOSE {dose}",
        "daily": "{count} times a day",
        "h": "{count} times every {period} hours",
        "d": "{count} times every {period} days",
        "wk": "{count} times every {period} weeks",
        "needed": "when needed",
    },
}

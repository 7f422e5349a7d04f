"""Reading ward vital signs back from Observations: which sign, which value, and how it is written on a chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Final

from workstation.chart import measures, signs
from workstation.chart.temperature import Site
from workstation.core.clock import parse_instant
from workstation.core.i18n import pick
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, codings, parse_date, target, text_of

PACEMAKER: Final = "pacemaker"
VENTILATOR: Final = "ventilator"
CATHETER: Final = "catheter"
LOCAL: Final = {signs.STOOL: "stool", signs.CONSCIOUSNESS: "consciousness"}
SITE_WORDS: Final = {
    Site.AXILLARY: ("腋", "ax."),
    Site.ORAL: ("口", "oral"),
    Site.RECTAL: ("肛", "rect."),
    Site.EAR: ("耳", "ear"),
    Site.FOREHEAD: ("额", "forehead"),
}
_OF_LOINC: Final = {
    code: sign.field
    for sign in signs.SIGNS
    if sign.system == systems.LOINC
    for code in measures.SAME_AS.get(sign.code, (sign.code,))
}
_PRESSURES: Final = measures.SAME_AS[measures.BLOOD_PRESSURE]


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign read back. `value` None where it is a word (`text`) or was not taken (`missed` says why).

    `at` carries its time zone; `day` is set instead of a time for what belongs to a whole day. `cooled_from` is the
    temperature before cooling. A blood pressure is one sign of field `systolic`, its `low` the diastolic one.
    """

    id: str
    field: str
    at: datetime
    text: str
    value: Decimal | None = None
    low: Decimal | None = None
    day: date | None = None
    site: Site = Site.AXILLARY
    machine: str = ""
    cooled_from: str = ""
    missed: str = ""
    reason: str = ""

    @property
    def belongs(self) -> date:
        """The day it belongs to."""
        return self.day or self.at.date()


def field_of(code: object) -> str:
    """Give the field a code stands for, or an empty text for no vital sign."""
    for coding in codings(code):
        system, value = coding.get("system"), str(coding.get("code", ""))
        if system == systems.OBSERVATION:
            return LOCAL.get(value, "heart_rate" if value == signs.APICAL else "")
        if system == systems.LOINC and value in _PRESSURES:
            return "systolic"
        if system == systems.LOINC and value in _OF_LOINC:
            return _OF_LOINC[value]
    return ""


def signs_in(resource: Resource, zone: tzinfo | None) -> Iterator[Sign]:
    """Give the sign of an Observation, where it is one of ours and counts; nothing else is said about others."""
    field, stamp = field_of(resource.get("code")), measures.moment_of(resource)
    if not field or not measures.is_valid(resource) or not stamp:
        return
    found = _value(field, resource)
    if found is None:
        return
    text, value, low = found
    missed = resource.get("dataAbsentReason")
    day = parse_date(stamp) if len(stamp) <= 10 else None
    yield Sign(
        str(resource.get("id", "")),
        field,
        moment(stamp, zone),
        text,
        value,
        low,
        day,
        site_of(resource),
        code_of(resource.get("method"), systems.OBSERVATION),
        next(
            (id_ for each in as_list(resource.get("derivedFrom")) if (id_ := target(each, "Observation"))), ""
        ),
        text_of(missed),
        code_of(missed, systems.REASON),
    )


def moment(stamp: str, zone: tzinfo | None) -> datetime:
    """Read a FHIR date or dateTime in the desk's own time zone; a date counts from its midnight there."""
    if len(stamp) <= 10:
        day = parse_date(stamp) or date(1900, 1, 1)
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    return parse_instant(stamp, zone).astimezone(zone)


def _value(field: str, resource: Resource) -> tuple[str, Decimal | None, Decimal | None] | None:
    """Give text, value and second value, or None for an Observation that says nothing."""
    if "dataAbsentReason" in resource and not any(key.startswith("value") for key in resource):
        return text_of(resource["dataAbsentReason"]), None, None
    if field == "systolic" and resource.get("component"):
        return _pressure(resource)
    text, _unit = measures.value_of(resource)
    if not text:
        return None
    value = _decimal(resource)
    return _written(field, text, resource), value, None


def _pressure(resource: Resource) -> tuple[str, Decimal | None, Decimal | None] | None:
    parts: Mapping[str, Resource] = {
        code_of(part.get("code"), systems.LOINC): part for part in as_list(resource.get("component"))
    }
    high, low = parts.get(measures.SYSTOLIC), parts.get(measures.DIASTOLIC)
    if high is None or low is None:
        return None
    text = f"{measures.value_of(high)[0]}/{measures.value_of(low)[0]}"
    return text, _decimal(high), _decimal(low)


def _decimal(part: Resource) -> Decimal | None:
    value = (part.get("valueQuantity") or {}).get("value")
    return Decimal(str(value)) if isinstance(value, int | float) else None


def _written(field: str, text: str, resource: Resource) -> str:
    """Write a value the chart's way: a state of mind by its letter, urine by catheter with its C."""
    if field == "consciousness":
        return code_of(resource.get("valueCodeableConcept"), systems.OBSERVATION) or text
    if field == "urine" and code_of(resource.get("method"), systems.OBSERVATION) == CATHETER:
        return f"{text}/C"
    return text


def site_of(resource: Resource) -> Site:
    """Give where a temperature was taken: its method, else what its code says; nobody said counts as the armpit."""
    said = code_of(resource.get("method"), systems.TEMPERATURE_SITE)
    if said in set(Site):
        return Site(said)
    by_code = {"8331-1": Site.ORAL, "8332-9": Site.RECTAL}
    return by_code.get(code_of(resource.get("code"), systems.LOINC), Site.AXILLARY)


def site_word(site: Site) -> str:
    """Give the short word for a site in the language of the screen."""
    return pick(*SITE_WORDS[site])

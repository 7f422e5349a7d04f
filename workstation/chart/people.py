"""Who a patient is, as every screen says it: name, sex, age and number, for our records and for foreign ones.

Chinese names are written without blanks exactly as on the document; Latin names as FAMILY, Given. Ages are written
as prescriptions want them (days, months and days, years and months, years); a date of birth that is only a year
gives an age "about".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from workstation.core.i18n import _, language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, identifier, parse_date, target
from workstation.store.reader import Reader

_HAN: Final = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Person:
    """A patient's identity. `sex` is FHIR's code, `birth` and `deceased` are ISO dates that may be partial or empty.

    `deceased` is `true` where it is only known that the patient died.
    """

    id: str
    name: str
    sex: str
    birth: str
    age: str
    number: str
    deceased: str = ""


def person_of(patient: Resource, now: datetime, lang: str = "") -> Person:
    """Give a Patient's identity as of now, the age in words of `lang`; for the dead the age is that at death."""
    birth = str(patient.get("birthDate", ""))
    deceased = str(patient.get("deceasedDateTime", ""))[:10]
    until = parse_date(deceased) or now.date()
    if not deceased and patient.get("deceasedBoolean"):
        deceased = "true"
    return Person(
        str(patient.get("id", "")),
        display_name(patient),
        str(patient.get("gender", "")),
        birth,
        age_text(birth, until, lang),
        identifier(patient, systems.PATIENT_NUMBER) or _any_number(patient),
        deceased,
    )


def _any_number(patient: Resource) -> str:
    """Give a foreign patient's record number: the one typed MR, else the first that is not an identity document."""
    entries = [e for e in as_list(patient.get("identifier")) if e.get("value")]
    for entry in entries:
        if any(c.get("code") == "MR" for c in as_list(entry.get("type", {}).get("coding"))):
            return str(entry["value"])
    plain = [e for e in entries if e.get("system") != systems.RESIDENT_ID and "type" not in e]
    return str(plain[0]["value"]) if plain else ""


def display_name(patient: Resource) -> str:
    """Give the name as it is shown; an unnamed patient says so, never an empty text."""
    names = as_list(patient.get("name"))
    chosen = next((n for n in names if n.get("use") == "official"), names[0] if names else {})
    text = str(chosen.get("text", "")).strip()
    if not text:
        family, given = str(chosen.get("family", "")), [str(g) for g in as_list(chosen.get("given"))]
        if _HAN.search(family + "".join(given)):
            text = family + "".join(given)
        else:
            text = ", ".join(part for part in (family.upper(), " ".join(given)) if part)
    if _HAN.search(text):
        text = re.sub(rf"(?<={_HAN.pattern})\s+(?={_HAN.pattern})", "", text)
    return text or _("Name not known")


def author_name(reader: Reader, element: object) -> str:
    """Give the name behind a Reference to a person: its display, else the Practitioner's or Patient's name."""
    if not isinstance(element, dict):
        return ""
    if element.get("display"):
        return str(element["display"])
    for kind in ("Practitioner", "Patient"):
        who = reader.peek(kind, target(element, kind)) if target(element, kind) else None
        if who is not None and as_list(who.get("name")):
            return display_name(who)
    return ""


def age_years(birth: str, on: date) -> int | None:
    """Give the completed years of age, or None where the date of birth is not known."""
    born = parse_date(birth)
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_months(birth: str, on: date) -> int | None:
    """Give the completed months of age, or None where the date of birth is not known."""
    born = parse_date(birth)
    if born is None or born > on:
        return None
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def age_text(birth: str, on: date, lang: str = "") -> str:
    """Write an age: days to 4 weeks, months and days to 2 years, years and months to 18, then years.

    A date of birth without its day gives "about"; an unknown or future one gives an empty text. `lang` is the
    language of a document (`zh_CN`, `en`), by default that of the screen.
    """
    born, years, months = parse_date(birth), age_years(birth, on), age_months(birth, on)
    if born is None or years is None or months is None:
        return ""
    words = _AGES["zh_CN" if (lang or language()).startswith("zh") else "en"]
    if len(birth) < 10:
        return words["about"].format(years=on.year - born.year)
    if (on - born).days < 28:
        return words["days"].format(days=(on - born).days)
    if years < 2:
        return words["months"].format(months=months, days=(on - _months_after(born, months)).days)
    if years < 18 and months % 12:
        return words["youth"].format(years=years, months=months % 12)
    return words["years"].format(years=years)


_AGES: Final = {
    "zh_CN": {
        "about": "约{years}岁",
        "days": "{days}天",
        "months": "{months}月{days}天",
        "youth": "{years}岁{months}月",
        "years": "{years}岁",
    },
    "en": {
        "about": "about {years} y",
        "days": "{days} d",
        "months": "{months} mo {days} d",
        "youth": "{years} y {months} mo",
        "years": "{years} y",
    },
}


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = [31, 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28, *_THIRTY][month]
    return date(year, month + 1, min(day.day, last))


_THIRTY: Final = (31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

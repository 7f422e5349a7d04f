"""Who lies in which bed of a ward, for everybody who works through a ward patient by patient.

Nothing is stored at the bed: it is read from the stays in progress (docs/fhir.md, the ward).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from workstation.chart.people import Person, person_of
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, identifier, target
from workstation.store.reader import Reader

UNDER_WAY: Final = ("in-progress", "onleave")
STAY: Final = "IMP"
WARD: Final = "wa"
BED: Final = "bd"


@dataclass(frozen=True, slots=True)
class InBed:
    """One patient in a bed; `number` is the stay's, which the wristband carries. `bed` is the bed's number."""

    encounter: str
    person: Person
    number: str
    bed: str
    ward: str
    ward_name: str
    since: str

    @property
    def patient(self) -> str:
        """The patient's id."""
        return self.person.id


def in_ward(reader: Reader, ward: str, now: datetime) -> tuple[InBed, ...]:
    """Give who lies in a ward, in the order of the beds, with five queries in all."""
    home = reader.peek("Location", ward) or {}
    children = reader.find("Location", {"partof": ward})
    rooms = [p["id"] for p in children if code_of(p.get("physicalType")) not in (BED, WARD)]
    inside = reader.find("Location", {"partof": rooms}) if rooms else []
    beds = {p["id"]: p for p in (*children, *inside) if code_of(p.get("physicalType")) == BED}
    if not beds:
        return ()
    stays = [
        e for e in reader.find("Encounter", {"location": list(beds), "status": UNDER_WAY}) if _is_stay(e)
    ]
    here = {e["id"]: bed for e in stays if (bed := beds.get(bed_of(e))) is not None}
    stays = [e for e in stays if e["id"] in here]
    people = _people(reader, {target(e.get("subject"), "Patient") for e in stays})
    rows = [_row(e, people, here[e["id"]], home, now) for e in stays]
    return tuple(sorted(rows, key=lambda row: (in_order(row.bed), row.number)))


def of_stay(reader: Reader, encounter: Resource, now: datetime) -> InBed:
    """Give the patient of a stay with the bed it has now, both empty where this desk does not know them."""
    bed = reader.peek("Location", bed_of(encounter)) or {}
    home: Resource = bed
    while home and code_of(home.get("physicalType")) != WARD:
        home = reader.peek("Location", target(home.get("partOf"), "Location")) or {}
    people = _people(reader, {target(encounter.get("subject"), "Patient")})
    return _row(encounter, people, bed, home, now)


def numbered(reader: Reader, number: str) -> Resource | None:
    """Give the stay with this number, the one under way first; None where this desk has none."""
    found = [
        e for e in reader.find("Encounter", {"identifier": f"{systems.VISIT_NUMBER}|{number}"}) if _is_stay(e)
    ]
    return next((e for e in found if e.get("status") in UNDER_WAY), next(iter(found), None))


def bed_of(encounter: Resource) -> str:
    """Give the Location id of the bed somebody lies in now, or an empty text."""
    active = [e for e in as_list(encounter.get("location")) if e.get("status") == "active"]
    return target(active[-1].get("location"), "Location") if active else ""


def in_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Give a key that sorts bed 2 before 10 and 10 before 10A."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in parts)


def _is_stay(encounter: Resource) -> bool:
    return (encounter.get("class") or {}).get("code") == STAY


def _people(reader: Reader, ids: set[str]) -> dict[str, Resource]:
    return {p["id"]: p for p in reader.find("Patient", {"_id": sorted(ids)})} if ids else {}


def _row(
    encounter: Resource, people: Mapping[str, Resource], bed: Resource, ward: Resource, now: datetime
) -> InBed:
    patient = target(encounter.get("subject"), "Patient")
    return InBed(
        encounter["id"],
        person_of(people.get(patient, {"id": patient}), now),
        identifier(encounter, systems.VISIT_NUMBER),
        str(bed.get("name", "")),
        str(ward.get("id", "")),
        str(ward.get("name", "")),
        str((encounter.get("period") or {}).get("start", "")),
    )

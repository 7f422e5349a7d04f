"""Where a patient lies, who looks after them, which wards are a person's own, and who acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workstation.chart.in_bed import STAY, WARD, bed_of
from workstation.core.events import Ref
from workstation.fhir.resources import Resource, as_list, code_of, reference, target, text_of
from workstation.security.permissions import Actor
from workstation.store.reader import Reader

LEVELS: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A bed in its ward; all empty for an outpatient."""

    ward: str = ""
    ward_name: str = ""
    bed: str = ""


NOWHERE: Final = Place()


def is_stay(encounter: Resource | None) -> bool:
    """Say whether an Encounter is an inpatient stay."""
    return str(((encounter or {}).get("class") or {}).get("code", "")) == STAY


def place_of(reader: Reader, encounter: Resource | None) -> Place:
    """Give the bed a stay has now, with its ward; one without a bed of its own is nowhere."""
    bed = reader.peek("Location", bed_of(encounter)) if encounter is not None and is_stay(encounter) else None
    ward = ward_of(reader, bed)
    if bed is None or ward is None:
        return NOWHERE
    return Place(
        str(ward["id"]), str(ward.get("name", "")), str(bed.get("name", "")) if bed is not ward else ""
    )


def ward_of(reader: Reader, location: Resource | None) -> Resource | None:
    """Climb from a bed to its ward."""
    for _level in range(LEVELS):
        if location is None or code_of(location.get("physicalType")) == WARD:
            return location
        location = reader.peek("Location", target(location.get("partOf"), "Location"))
    return None


def wards_of(reader: Reader, practitioner: str) -> tuple[str, ...]:
    """Give the wards of the departments a person works in."""
    roles = reader.find("PractitionerRole", {"practitioner": practitioner}) if practitioner else []
    departments = [id_ for role in roles if (id_ := target(role.get("organization"), "Organization"))]
    if not departments:
        return ()
    return tuple(
        str(place["id"])
        for place in reader.find("Location", {"organization": departments})
        if code_of(place.get("physicalType")) == WARD
    )


def looks_after(encounter: Resource | None, practitioner: str) -> bool:
    """Say whether a person is the doctor of a visit, or in charge of a stay."""
    if encounter is None or not practitioner:
        return False
    for part in as_list(encounter.get("participant")):
        kinds = {code_of(kind) for kind in as_list(part.get("type"))}
        if target(part.get("individual"), "Practitioner") == practitioner and (not kinds or "ATND" in kinds):
            return True
    return False


def place_words(place: Place, encounter: Resource | None) -> str:
    """Name where a patient is: ward and bed, or the department of a visit."""
    if place.ward:
        return " ".join(part for part in (place.ward_name, place.bed) if part)
    return text_of((encounter or {}).get("serviceType"))


def who(actor: Actor) -> Resource:
    """Give the Reference to the person who acts."""
    if actor.practitioner:
        return reference(Ref("Practitioner", actor.practitioner), actor.name)
    return {"display": actor.name}

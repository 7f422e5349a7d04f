"""The stay a sign belongs to, where it has been, and the wards a round can be on."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from workstation.chart.in_bed import STAY, WARD, in_order
from workstation.core.clock import parse_instant
from workstation.core.errors import Conflict, Invalid
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, identifier, target, text_of
from workstation.security.permissions import Actor
from workstation.store.reader import Reader
from workstation.vitals.model import WardChoice

VOID: Final = ("cancelled", "entered-in-error")
_UP: Final = 3  # bed, room, ward: nobody builds deeper


def choices(reader: Reader, actor: Actor) -> tuple[WardChoice, ...]:
    """Give the wards to choose from by name, those of the actor's departments first."""
    rows = reader.find("PractitionerRole", {"practitioner": actor.practitioner}) if actor.practitioner else []
    mine = {target(row.get("organization"), "Organization") for row in rows} - {""}
    found = [
        WardChoice(
            str(place["id"]),
            str(place.get("name", "")),
            target(place.get("managingOrganization"), "Organization") in mine,
        )
        for place in reader.find("Location")
        if code_of(place.get("physicalType")) == WARD and place.get("status") != "inactive"
    ]
    return tuple(sorted(found, key=lambda choice: (not choice.mine, in_order(choice.name))))


def ward_above(reader: Reader, place: str) -> Resource:
    """Give the ward a bed or room belongs to, or an empty resource where this desk does not know it."""
    for _step in range(_UP):
        here = reader.peek("Location", place) if place else None
        if here is None:
            return {}
        if code_of(here.get("physicalType")) == WARD:
            return here
        place = target(here.get("partOf"), "Location")
    return {}


# Stays


def class_of(encounter: Resource) -> str:
    """Give the class of an encounter: AMB, EMER, IMP."""
    return str((encounter.get("class") or {}).get("code", ""))


def stay(reader: Reader, patient: str, encounter: str) -> Resource:
    """Give a stay. Raises NotFound, Invalid when it is none or another patient's, Conflict when it was cancelled."""
    found = reader.get("Encounter", encounter)
    if target(found.get("subject"), "Patient") != patient:
        raise Invalid(_("This stay belongs to another patient. Nothing was recorded."), field="encounter")
    if class_of(found) != STAY:
        raise Invalid(_("This is an outpatient visit and no stay."), field="encounter")
    if found.get("status") in VOID:
        raise Conflict(_("This stay was cancelled."), _("Nothing was recorded."))
    return found


def entries(encounter: Resource) -> list[Resource]:
    """Give the `location` entries of a stay that happened, in their order."""
    listed = [
        e for e in as_list(encounter.get("location")) if e.get("status") in ("active", "completed", None)
    ]
    return sorted(listed, key=lambda e: str((e.get("period") or {}).get("start", "")))


def start(encounter: Resource, now: datetime) -> datetime:
    """Give when a stay began, in the desk's own time zone; now for one that does not say."""
    return _moment(encounter, "start", now) or now


def end(encounter: Resource, now: datetime) -> datetime | None:
    """Give when a stay ended, or None while it goes on."""
    return _moment(encounter, "end", now)


def _moment(encounter: Resource, which: str, now: datetime) -> datetime | None:
    stamp = str((encounter.get("period") or {}).get(which, ""))
    return parse_instant(stamp, now.tzinfo).astimezone(now.tzinfo) if stamp else None


def number(encounter: Resource) -> str:
    """Give the stay number."""
    return identifier(encounter, systems.VISIT_NUMBER)


def diagnosis(encounter: Resource) -> str:
    """Give the admission diagnosis as worded."""
    return next((text for each in as_list(encounter.get("reasonCode")) if (text := text_of(each))), "")


def department(encounter: Resource) -> str:
    """Give the name of the department."""
    return text_of(encounter.get("serviceType"))

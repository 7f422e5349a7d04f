"""Wards, rooms and beds as the ward needs them, and who works there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workstation.chart.in_bed import BED, WARD, in_order
from workstation.chart.people import display_name
from workstation.core.errors import Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, identifier, ref_of, reference, target
from workstation.security.permissions import Permission, roles
from workstation.store.reader import Reader

CLOSED: Final = frozenset({"suspended", "inactive"})
_UP: Final = 3  # bed, room, ward: nobody builds deeper


@dataclass(frozen=True, slots=True)
class Bed:
    """One bed with the room (empty where beds stand directly in the ward) and the ward it belongs to."""

    id: str
    number: str
    room: str
    ward: str
    ward_name: str
    open: bool


def kind(location: Resource) -> str:
    """Give what a Location is: `wa`, `ro`, `bd` or an empty text."""
    return code_of(location.get("physicalType"))


def wards(reader: Reader) -> list[Resource]:
    """Give every ward in use, by name."""
    found = [p for p in reader.find("Location") if kind(p) == WARD and p.get("status") != "inactive"]
    return sorted(found, key=lambda ward: in_order(str(ward.get("name", ""))))


def ward(reader: Reader, id_: str) -> Resource:
    """Give a ward. Raises NotFound, Invalid when it is none."""
    found = reader.get("Location", id_)
    if kind(found) != WARD:
        raise Invalid(_("This is not a ward."), _("Choose a ward from the list."), "ward")
    return found


def beds_of(reader: Reader, of_ward: Resource) -> list[Bed]:
    """Give the beds of a ward in the order of their numbers; beds that no longer exist are left out."""
    ward_id, name = str(of_ward["id"]), str(of_ward.get("name", ""))
    children = reader.find("Location", {"partof": ward_id})
    rooms = {str(p["id"]): str(p.get("name", "")) for p in children if kind(p) not in (BED, WARD)}
    inside = reader.find("Location", {"partof": list(rooms)}) if rooms else []
    found = [
        _bed(place, rooms.get(target(place.get("partOf"), "Location"), ""), ward_id, name)
        for place in (*children, *inside)
        if kind(place) == BED and place.get("status") != "inactive"
    ]
    return sorted(found, key=lambda bed: in_order(bed.number))


def _bed(place: Resource, room: str, ward_id: str, ward_name: str) -> Bed:
    is_open = place.get("status") not in CLOSED
    return Bed(str(place["id"]), str(place.get("name", "")), room, ward_id, ward_name, is_open)


def bed(reader: Reader, id_: str) -> Bed:
    """Give a bed with its ward. Raises Invalid when it is none, NotFound."""
    if not id_:
        raise Invalid(_("Choose a bed."), field="bed")
    place = reader.get("Location", id_)
    if kind(place) != BED:
        raise Invalid(_("This is not a bed."), _("Choose a bed from the list."), "bed")
    above = ward_above(reader, place)
    room = reader.peek("Location", target(place.get("partOf"), "Location")) or {}
    name = str(room.get("name", "")) if kind(room) not in (WARD, "") else ""
    if above is None:
        raise Invalid(_("This bed belongs to no ward this desk knows."), _("Choose another bed."), "bed")
    return _bed(place, name, str(above["id"]), str(above.get("name", "")))


def ward_above(reader: Reader, place: Resource) -> Resource | None:
    """Give the ward a place belongs to (itself, where it is one), or None."""
    here: Resource | None = place
    for _step in range(_UP):
        if here is None or kind(here) == WARD:
            return here
        here = reader.peek("Location", target(here.get("partOf"), "Location"))
    return here if here is not None and kind(here) == WARD else None


def bed_element(at: Bed) -> Resource:
    """Give the Reference element of a bed; its words are those of the place, not of the screen."""
    return reference(Ref("Location", at.id), f"{at.ward_name} {at.number}床")


def department_of(reader: Reader, of_ward: Resource) -> tuple[str, Resource | None]:
    """Give the code of the department a ward belongs to, and its Organization where this desk knows it."""
    owner = reader.peek("Organization", target(of_ward.get("managingOrganization"), "Organization"))
    return (identifier(owner, systems.DEPARTMENT) if owner is not None else ""), owner


def departments_of(reader: Reader, practitioner: str) -> frozenset[str]:
    """Give the Organization ids somebody works in, by their roles."""
    rows = reader.find("PractitionerRole", {"practitioner": practitioner}) if practitioner else []
    ids = (target(row.get("organization"), "Organization") for row in rows)
    return frozenset(id_ for id_ in ids if id_)


def staff(reader: Reader, organization: str) -> list[tuple[Resource, str]]:
    """Give the Practitioners of an Organization with the code of their role."""
    rows = reader.find("PractitionerRole", {"organization": organization}) if organization else []
    by_person = {
        target(row.get("practitioner"), "Practitioner"): next(
            (code_of(c, systems.ROLE) for c in as_list(row.get("code")) if code_of(c, systems.ROLE)), ""
        )
        for row in rows
    }
    people = reader.find("Practitioner", {"_id": list(by_person)}) if by_person else []
    return [(person, by_person[str(person["id"])]) for person in people]


def may(role: str, permission: Permission) -> bool:
    """Say whether a role is granted something; an unknown role is granted nothing."""
    known = roles().get(role)
    return known is not None and permission in known.permissions


def person_element(reader: Reader, practitioner: str, name: str = "") -> Resource:
    """Give the Reference element for a Practitioner, with the name this desk knows or is told."""
    known = None if name else reader.peek("Practitioner", practitioner)
    if known is not None:
        return reference(ref_of(known), display_name(known))
    return reference(Ref("Practitioner", practitioner), name)

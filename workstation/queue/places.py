"""Departments, doctors and rooms as the queue needs them, and which part of the queue somebody works in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workstation.chart.people import display_name
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, identifier, ref_of, reference, target
from workstation.queue import visit
from workstation.security.permissions import Actor, Permission
from workstation.store.reader import Reader

EVERYWHERE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the queue: departments (none: all), and the doctor and room whose visits count besides unassigned."""

    departments: frozenset[str] = EVERYWHERE
    doctor: str = ""
    room: str = ""

    def holds(self, encounter: Resource) -> bool:
        """Say whether a visit belongs to this part: its department, and nobody else's doctor or room."""
        if self.departments and visit.department(encounter) not in self.departments:
            return False
        if self.doctor and visit.doctor(encounter) not in ("", self.doctor):
            return False
        rooms = visit.room_names(encounter)
        return not self.room or not rooms or self.room in rooms


def scope(reader: Reader, actor: Actor, department: str = "", doctor: str = "", room: str = "") -> Scope:
    """Give the part of the queue that was asked for; what was left out comes from who asks.

    A doctor sees the own visits and the unassigned ones of the own departments, others everybody's.
    """
    departments = frozenset({department}) if department else departments_of(reader, actor.practitioner)
    if not doctor and sees_patients(actor):
        doctor = actor.practitioner
    return Scope(departments, doctor, room)


def sees_patients(actor: Actor) -> bool:
    """Say whether a visit can be with this person: somebody who writes notes."""
    return bool(actor.practitioner) and actor.may(Permission.NOTE_WRITE)


def departments_of(reader: Reader, practitioner: str) -> frozenset[str]:
    """Give the departments somebody works in, by their roles."""
    roles = reader.find("PractitionerRole", {"practitioner": practitioner}) if practitioner else []
    wards = (reader.peek("Organization", target(role.get("organization"))) for role in roles)
    codes = (identifier(ward, systems.DEPARTMENT) for ward in wards if ward is not None)
    return frozenset(code for code in codes if code)


def organisation(reader: Reader, department: str) -> Resource | None:
    """Give the Organization of a department, where this desk knows it."""
    return reader.first("Organization", {"identifier": f"{systems.DEPARTMENT}|{department}"})


def doctors(reader: Reader, organization: str) -> list[Resource]:
    """Give the Practitioners with a role in an Organization."""
    roles = reader.find("PractitionerRole", {"organization": organization})
    ids = list(dict.fromkeys(target(role.get("practitioner")) for role in roles))
    return reader.find("Practitioner", {"_id": ids}) if ids else []


def rooms(reader: Reader, organization: str) -> list[Resource]:
    """Give the Locations an Organization manages."""
    return reader.find("Location", {"organization": organization})


def room_element(reader: Reader, room: str) -> Resource:
    """Give the Reference element for a Location, by id or name; a room that is none is kept by its name alone."""
    known = reader.peek("Location", room) or next(
        (place for place in reader.find("Location") if place.get("name") == room), None
    )
    return reference(ref_of(known), str(known.get("name", ""))) if known else {"display": room}


def doctor_element(reader: Reader, practitioner: str, name: str = "") -> Resource:
    """Give the Reference element for a Practitioner, with the name this desk knows or is told."""
    known = None if name else reader.peek("Practitioner", practitioner)
    return reference(Ref("Practitioner", practitioner), display_name(known) if known else name)

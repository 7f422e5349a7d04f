"""Desks with people who can be enrolled, and a clinic with staff and rooms."""

from __future__ import annotations

import pytest

from tests.workstation.queue.waiting_room import MakeDesk, person, put
from workstation.desk import Desk
from workstation.fhir import systems


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk with five patients."""
    made = make_desk("reg")
    put(
        made,
        person("p1", "李秀英", "1971-05-02"),
        person("p2", "张伟", "1988-02-03"),
        person("p3", "张玮", "1990-11-05"),
        person("p4", "欧阳建国", "1940-03-09"),
        person("p5", "王芳", "1999-09-09"),
    )
    return made


@pytest.fixture
def clinic(desk: Desk) -> Desk:
    """The same desk with two departments, their doctors and a room."""
    wards = {"internal": ("doc", "res"), "surgery": ("chief",)}
    for ward, people in wards.items():
        put(
            desk,
            {
                "resourceType": "Organization",
                "id": f"org-{ward}",
                "name": {"internal": "内科", "surgery": "外科"}[ward],
                "identifier": [{"system": systems.DEPARTMENT, "value": ward}],
            },
        )
        for user in people:
            put(
                desk,
                {
                    "resourceType": "Practitioner",
                    "id": f"practitioner-{user}",
                    "name": [{"text": {"doc": "王敏", "res": "李强", "chief": "周济"}[user]}],
                },
                {
                    "resourceType": "PractitionerRole",
                    "id": f"role-{user}",
                    "practitioner": {"reference": f"Practitioner/practitioner-{user}"},
                    "organization": {"reference": f"Organization/org-{ward}"},
                },
            )
    put(
        desk,
        {
            "resourceType": "Location",
            "id": "room-2",
            "name": "内科二诊室",
            "managingOrganization": {"reference": "Organization/org-internal"},
        },
    )
    return desk

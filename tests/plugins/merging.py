"""Two desks at one hub, and what merging them is told by: versions, the trail, elements of a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync.pull import Hooks, Inline, Pull
from sync.wants import Wants
from tests.plugins.hub import RunningHub
from tests.plugins.stations import (
    KINDS,
    Station,
    patient,
    visit,
)
from workstation.fhir.resources import Resource
from workstation.store import trail

Make = Callable[..., Station]
PHONE = {"system": "phone", "use": "mobile", "value": "13800000012"}
NEW_PHONE = PHONE | {"value": "13911112222"}
HOME = {"use": "home", "text": "解放路 1 号"}
NEW_HOME = HOME | {"text": "北京路 2 号"}
FEE = "https://qingnang.example/fhir/StructureDefinition/fee-type"


@pytest.fixture
def desks(hub: RunningHub, make_station: Make) -> tuple[Station, Station]:
    """Two desks that both have p1 with a telephone and an address, and a visit of p1."""
    one = make_station(hub.url, "one", token=hub.token("doc"))
    two = make_station(hub.url, "two", token=hub.token("reg"))
    one.put(patient("p1", telecom=[PHONE], address=[HOME]), visit("e1", "p1"))
    one.run()
    two.run()
    return one, two


def pull(desk: Station) -> None:
    """Fetch without sending first, as when a change arrives in the moment after a local commit."""
    Pull(
        desk.store, desk.line.client, desk.line.profile, Wants(KINDS), Inline(), Hooks(desk.bus.publish)
    ).run()


def versions(hub: RunningHub, of: str) -> list[Resource]:
    """Give what the hub has had of a record, oldest first."""
    with hub.client() as http:
        entries = http.get(f"{of}/_history").json()["entry"]
    return [entry["resource"] for entry in reversed(entries)]


def merges(desk: Station) -> list[str]:
    found = desk.store.look(lambda c: [entry for _n, entry, _h in trail.entries(c)])
    return [entry.detail for entry in found if entry.action == "sync.merge"]


def elements(resource: Resource, *names: str) -> list[Any]:
    return [resource.get(name) for name in names]

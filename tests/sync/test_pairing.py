"""Joining a desk to a centre: what is missing is said in words, and nothing is remembered before all is well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sync.address import Address
from sync.auth import MemoryBox, NoAuth
from sync.client import Client
from sync.errors import Unauthorised, Unreachable
from sync.pairing import AuthKind, SignIn, open_line, pair, probe, recall, shortcomings, sign_in_again
from sync.wants import NEVER, Wants, of_role
from tests.plugins.hub import PASSWORD, RunningHub
from tests.plugins.stations import Station, bare_probe
from workstation.core.errors import Invalid, Unavailable
from workstation.fhir.search import PARAMS

FEED = "https://qingnang.example/fhir/StructureDefinition/change-feed"


def read(statement: dict[str, Any]) -> Any:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"resourceType": "CapabilityStatement", **statement})

    return probe(
        Client(Address("https://centre.test/fhir"), NoAuth(), transport=httpx.MockTransport(handler))
    )


def statement(**changes: Any) -> dict[str, Any]:
    resource = {
        "type": "Patient",
        "updateCreate": True,
        "interaction": [{"code": "update"}, {"code": "history-type"}],
    }
    rest = {"mode": "server", "resource": [resource], "interaction": [{"code": "transaction"}]}
    return {"fhirVersion": "4.0.1", "rest": [rest | changes]}


def test_a_server_that_promises_what_a_desk_needs_has_no_shortcomings() -> None:
    found = read(statement())
    assert shortcomings(found) == []
    assert (found.history_all, found.history_types, found.types) == (False, ("Patient",), ("Patient",))
    assert found.change_feed == ""


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (statement() | {"fhirVersion": "5.0.0"}, "It speaks FHIR 5.0.0; 4.0.1 (R4) is needed."),
        (statement() | {"fhirVersion": ""}, "It speaks FHIR unknown; 4.0.1 (R4) is needed."),
        (statement(interaction=[]), "It does not offer transactions, so that a visit could arrive in parts."),
        (
            statement(resource=[{"type": "Patient", "interaction": [{"code": "update"}]}]),
            "It does not accept records under the ids this desk gives them (update as create).",
        ),
    ],
)
def test_each_shortcoming_is_said_in_words(facts: dict[str, Any], words: str) -> None:
    assert shortcomings(read(facts)) == [words]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://centre.test/events", "https://centre.test/events"),
        ("https://evil.test/events", ""),
        ("http://centre.test/events", ""),
    ],
)
def test_a_change_feed_on_another_server_is_not_believed(url: str, kept: str) -> None:
    extension = [{"url": FEED, "valueUrl": url}]
    assert read(statement(extension=extension)).change_feed == kept


def test_a_desk_joins_a_hub_with_a_password_and_syncs_through_the_remembered_line(
    hub: RunningHub, make_station: Callable[..., Station]
) -> None:
    desk, box = make_station(hub.url, probe=bare_probe()), MemoryBox()
    assert recall(desk.store) is None
    assert open_line(desk.store, box) is None
    sign_in = SignIn(AuthKind.HUB, "doc", PASSWORD, "room-1")
    profile = pair(hub.url + "/", sign_in, box, desk.store, desk.clock)
    assert recall(desk.store) == profile
    assert (profile.url, profile.user, profile.auth) == (hub.url, "doc", AuthKind.HUB)
    assert profile.probe.change_feed == f"{hub.root}/events"
    assert profile.probe.history_all
    assert PASSWORD not in str(desk.store.setting("sync.centre"))
    line = open_line(desk.store, box)
    assert line is not None
    assert line.client.search("Patient", {})["type"] == "searchset"
    line.client.close()


def test_a_wrong_password_joins_nothing(hub: RunningHub, make_station: Callable[..., Station]) -> None:
    desk, box = make_station(hub.url, probe=bare_probe()), MemoryBox()
    with pytest.raises(Unauthorised):
        pair(hub.url, SignIn(AuthKind.HUB, "doc", "wrong"), box, desk.store, desk.clock)
    assert recall(desk.store) is None


def test_new_credentials_are_taken_for_the_same_centre(
    hub: RunningHub, make_station: Callable[..., Station]
) -> None:
    desk, box = make_station(hub.url, probe=bare_probe()), MemoryBox()
    with pytest.raises(Unavailable, match="not joined"):
        sign_in_again(desk.store, box, SignIn(AuthKind.HUB, "doc", PASSWORD))
    pair(hub.url, SignIn(AuthKind.HUB, "doc", PASSWORD), box, desk.store, desk.clock)
    sign_in_again(desk.store, box, SignIn(AuthKind.HUB, "nurse", PASSWORD))
    profile = recall(desk.store)
    assert profile is not None
    assert profile.user == "nurse"
    line = open_line(desk.store, box)
    assert line is not None
    assert line.client.search("Patient", {})["type"] == "searchset"
    line.client.close()


def test_an_unsafe_or_silent_address_joins_nothing(make_station: Callable[..., Station]) -> None:
    desk = make_station("http://127.0.0.1:9/fhir", probe=bare_probe())
    with pytest.raises(Invalid):
        pair("http://centre.test/fhir", SignIn(), MemoryBox(), desk.store, desk.clock)
    with pytest.raises(Unreachable):
        pair("http://127.0.0.1:9/fhir", SignIn(), MemoryBox(), desk.store, desk.clock)
    assert recall(desk.store) is None


def test_a_desk_without_a_clinical_role_keeps_no_clinical_copy() -> None:
    assert "Observation" not in of_role("administrator").types
    assert set(of_role("doctor-attending").types) == set(PARAMS) - NEVER
    assert Wants() == of_role("pharmacist")

"""Signing in at the centre: refreshed once, never dropped, never logged."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import httpx
import pytest

from sync.address import Address
from sync.auth import Bearer, HubPassword, KeyringBox, MemoryBox, NoAuth
from sync.client import Client
from sync.errors import Busy, NotFhir, Unauthorised
from tests.plugins.hub import PASSWORD, RunningHub
from tests.plugins.stations import Station, bare_probe, no_line, patient
from workstation.core.errors import Unavailable
from workstation.core.events import Link


class Gate:
    """A sign-in counter in the hub's manner: each refresh token is good once."""

    def __init__(self) -> None:
        self.refreshes = 0
        self.good = "access-0"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            self.refreshes += 1
            if f"refresh-{self.refreshes - 1}" not in request.read().decode():
                return httpx.Response(400, json={"error": "invalid_grant"})
            self.good = f"access-{self.refreshes}"
            return httpx.Response(
                200, json={"access_token": self.good, "refresh_token": f"refresh-{self.refreshes}"}
            )
        if request.headers.get("Authorization") != f"Bearer {self.good}":
            return httpx.Response(401, json={})
        return httpx.Response(200, json={"resourceType": "Patient", "id": "p1"})


@pytest.fixture
def gate() -> Gate:
    return Gate()


def signed_in(gate: Callable[[httpx.Request], httpx.Response]) -> tuple[Client, MemoryBox]:
    box = MemoryBox()
    box.put("desk", "refresh-0")
    client = Client(
        Address("https://centre.test/fhir"), HubPassword(box, "desk"), transport=httpx.MockTransport(gate)
    )
    return client, box


def test_an_expired_access_token_is_refreshed_once_and_the_request_repeated(gate: Gate) -> None:
    client, box = signed_in(gate)
    client.read("Patient", "p1")
    gate.good = "expired"
    assert client.read("Patient", "p1")["id"] == "p1"
    assert (gate.refreshes, box.get("desk")) == (2, "refresh-2")


def test_a_refresh_token_that_is_over_asks_for_a_sign_in_and_is_forgotten(gate: Gate) -> None:
    client, box = signed_in(gate)
    box.put("desk", "stolen")
    with pytest.raises(Unauthorised) as caught:
        client.read("Patient", "p1")
    assert "Nothing was dropped" in caught.value.hint
    assert box.get("desk") == ""


def test_a_refresh_that_meets_a_web_page_or_a_busy_centre_keeps_the_token() -> None:
    for status, kind in ((401, NotFhir), (503, Busy)):
        client, box = signed_in(
            lambda request, status=status: httpx.Response(
                status, content="<html>", headers={"Content-Type": "text/html"}
            )
        )
        with pytest.raises(kind):
            client.read("Patient", "p1")
        assert box.get("desk") == "refresh-0"


def test_two_threads_that_meet_an_expired_token_refresh_it_once(gate: Gate) -> None:
    client, _box = signed_in(gate)
    client.read("Patient", "p1")
    gate.good = "expired"
    both = threading.Barrier(2)
    read: list[str] = []

    def ask() -> None:
        both.wait()
        read.append(client.read("Patient", "p1")["id"])

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (read, gate.refreshes) == (["p1", "p1"], 2)


def test_signing_out_leaves_nothing_behind(gate: Gate) -> None:
    box = MemoryBox()
    box.put("desk", "refresh-0")
    auth = HubPassword(box, "desk")
    client = Client(Address("https://centre.test/fhir"), auth, transport=httpx.MockTransport(gate))
    client.read("Patient", "p1")
    auth.sign_out()
    assert box.get("desk") == ""
    with pytest.raises(Unauthorised):
        client.read("Patient", "p1")


def test_a_fixed_token_is_replaced_by_one_that_was_given_meanwhile() -> None:
    box = MemoryBox()
    bearer = Bearer(box, "desk")
    with pytest.raises(Unauthorised):
        bearer.token(_no_post)
    box.put("desk", "old")
    assert bearer.token(_no_post) == "old"
    assert not bearer.renew(_no_post, "old")
    box.put("desk", "new")
    assert bearer.renew(_no_post, "old")


def test_a_centre_without_sign_in_gets_no_token() -> None:
    assert NoAuth().token(_no_post) == ""
    assert not NoAuth().renew(_no_post, "")


def _no_post(path: str, form: object) -> dict[str, object]:
    raise AssertionError("no request is needed")


def test_a_keyring_keeps_secrets_and_a_locked_one_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends import fail, null

    class Kept(null.Keyring):
        def __init__(self) -> None:
            super().__init__()
            self.secrets: dict[tuple[str, str], str] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.secrets.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.secrets[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.secrets[service, username]

    before = keyring.get_keyring()
    try:
        keyring.set_keyring(Kept())
        box = KeyringBox()
        box.put("desk", "secret")
        assert box.get("desk") == "secret"
        box.put("desk", "")
        box.put("desk", "")
        assert box.get("desk") == ""
        keyring.set_keyring(fail.Keyring())
        with pytest.raises(Unavailable, match="keyring"):
            box.get("desk")
    finally:
        keyring.set_keyring(before)


def test_a_sign_in_at_a_real_hub_survives_its_access_token(
    hub: RunningHub, make_station: Callable[..., Station], caplog: pytest.LogCaptureFixture
) -> None:
    box = MemoryBox()
    auth = HubPassword(box, "desk")
    station = make_station(hub.url, auth=auth, probe=bare_probe(history_all=True))
    with caplog.at_level(logging.DEBUG, "sync"):
        station.line.client.sign_in(auth, "doc", PASSWORD, "room-1")
        station.put(patient("p1"))
        auth._access = "gone"
        assert station.run().sent == 1
    for secret in (PASSWORD, box.get("desk"), auth._access):
        assert secret
        assert secret not in caplog.text


def test_a_wrong_password_is_refused_and_a_sign_in_lets_the_queue_go_on(
    hub: RunningHub, make_station: Callable[..., Station]
) -> None:
    auth = HubPassword(MemoryBox(), "desk")
    station = make_station(hub.url, auth=auth, probe=bare_probe(history_all=True))
    for number in range(3):
        station.put(patient(f"p{number}"))
    with pytest.raises(Unauthorised):
        station.line.client.sign_in(auth, "doc", "wrong")
    report = station.run()
    assert (report.link, report.waiting) == (Link.SIGN_IN, 3)
    station.line.client.sign_in(auth, "doc", PASSWORD)
    station.wire.faults = [no_line]
    assert station.run().waiting == 3
    assert station.run().sent == 3

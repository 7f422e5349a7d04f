"""Signing in: tokens that rotate and end, passwords that are not guessed, accounts that are not betrayed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sync.hub import auth
from sync.hub.auth import Gate, Refused
from sync.hub.store import Store, accounts
from sync.hub.store.accounts import Account
from tests.plugins.hub import PASSWORD, QUICK, RunningHub
from workstation.core.errors import Conflict, Invalid, NotFound


def ask(hub: RunningHub, **form: str) -> httpx.Response:
    return httpx.post(f"{hub.root}/auth/token", data=form)


def sign_in(hub: RunningHub, user: str = "doc", password: str = PASSWORD) -> httpx.Response:
    return ask(hub, grant_type="password", username=user, password=password)


def me(hub: RunningHub, token: str) -> httpx.Response:
    return httpx.get(f"{hub.root}/auth/me", headers={"Authorization": f"Bearer {token}"})


def test_password_gives_a_pair_of_tokens_that_say_who_one_is(hub: RunningHub) -> None:
    answer = sign_in(hub)
    pair = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 900)
    assert me(hub, pair["access_token"]).json() == {
        "user": "doc",
        "name": "王敏",
        "role": "doctor-attending",
        "roles": ["doctor-attending"],
        "practitioner": "practitioner-doc",
        "extra": [],
    }
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    assert httpx.get(f"{hub.url}/Patient", headers=headers).status_code == 200


def test_refresh_tokens_are_for_refreshing_only(hub: RunningHub) -> None:
    pair = sign_in(hub).json()
    assert me(hub, pair["refresh_token"]).status_code == 401
    assert ask(hub, grant_type="refresh_token", refresh_token=pair["access_token"]).status_code == 400
    fresh = ask(hub, grant_type="refresh_token", refresh_token=pair["refresh_token"]).json()
    assert fresh["refresh_token"] != pair["refresh_token"]
    assert me(hub, fresh["access_token"]).status_code == 200


def test_revoking_ends_the_whole_sign_in(hub: RunningHub) -> None:
    pair, other = sign_in(hub).json(), sign_in(hub).json()
    assert httpx.post(f"{hub.root}/auth/revoke", data={"token": pair["refresh_token"]}).status_code == 200
    assert me(hub, pair["access_token"]).status_code == 401
    assert ask(hub, grant_type="refresh_token", refresh_token=pair["refresh_token"]).status_code == 400
    assert me(hub, other["access_token"]).status_code == 200
    assert httpx.post(f"{hub.root}/auth/revoke", data={"token": "unknown"}).status_code == 200


REFUSALS: list[tuple[dict[str, str], str]] = [
    ({"grant_type": "password", "username": "doc", "password": "wrong"}, "invalid_grant"),
    ({"grant_type": "password", "username": "nobody", "password": PASSWORD}, "invalid_grant"),
    ({"grant_type": "password"}, "invalid_grant"),
    ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
    ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
    ({}, "unsupported_grant_type"),
    ({"grant_type": "password", "username": "x" * 70_000}, "invalid_request"),
]


@pytest.mark.parametrize(("form", "error"), REFUSALS)
def test_refused_sign_ins_have_the_shape_of_oauth(hub: RunningHub, form: dict[str, str], error: str) -> None:
    answer = ask(hub, **form)
    assert answer.status_code == 400
    assert answer.json()["error"] == error


def test_unknown_names_are_answered_like_wrong_passwords(hub: RunningHub) -> None:
    assert sign_in(hub, "nobody").json() == sign_in(hub, "doc", "wrong").json()


@pytest.mark.parametrize("user", ["doc", "nobody"])
def test_the_sixth_wrong_try_has_to_wait(hub: RunningHub, user: str) -> None:
    assert [sign_in(hub, user, "wrong").status_code for _ in range(6)] == [400] * 5 + [429]
    late = sign_in(hub, user)
    assert late.status_code == 429
    assert 1 <= int(late.headers["retry-after"]) <= 30
    assert sign_in(hub, "nurse").status_code == 200


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic ZG9jOmh1Yg==", "Bearer"])
def test_no_record_without_a_token(hub: RunningHub, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    for address in (f"{hub.url}/Patient", f"{hub.url}/_history", f"{hub.root}/events?after=0&wait=0"):
        answer = httpx.get(address, headers=headers)
        assert answer.status_code == 401, address
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["issue"][0]["code"] == "login"
    assert httpx.get(f"{hub.root}/auth/me", headers=headers).status_code == 401
    assert httpx.get(f"{hub.url}/metadata", headers=headers).status_code == 200


class Hands:
    """A clock's hands, moved by the test."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@pytest.fixture
def store(tmp_path: Any) -> Any:
    store = Store.open(tmp_path / "hub", tmp_path / "k.key")
    auth.add_user(
        store, Account("doc", "王敏", "doctor-chief", "p", ("stock.manage",), "", 0), PASSWORD, QUICK
    )
    yield store
    store.close()


def test_the_wait_grows_with_every_wrong_try_and_ends_with_the_right_password(store: Store) -> None:
    hands = Hands()
    gate = Gate(store, hands, QUICK)
    waits = []
    for _ in range(12):
        with pytest.raises(Refused) as refusal:
            gate.sign_in("doc", "wrong")
        if refusal.value.status == 429:
            pytest.fail("a try after the wait must be heard")
        with store.reading() as reader:
            until = accounts.tries(reader, "doc")[1]
        waits.append(max(0, until - hands.now) // 1000)
        hands.pass_seconds(waits[-1])
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600]
    gate.sign_in("doc", PASSWORD)
    with store.reading() as reader:
        assert accounts.tries(reader, "doc") == (0, 0)


def test_the_right_password_during_the_wait_is_not_heard(store: Store) -> None:
    hands = Hands()
    gate = Gate(store, hands, QUICK)
    for _ in range(5):
        with pytest.raises(Refused):
            gate.sign_in("doc", "wrong")
    hands.pass_seconds(29)
    with pytest.raises(Refused) as refusal:
        gate.sign_in("doc", PASSWORD)
    assert (refusal.value.status, refusal.value.wait) == (429, 1)
    hands.pass_seconds(1)
    assert gate.sign_in("doc", PASSWORD)


def test_tokens_end_in_time(store: Store) -> None:
    hands = Hands()
    gate = Gate(store, hands, QUICK)
    pair = gate.sign_in("doc", PASSWORD)
    station = auth.station_token(store, "doc")
    hands.pass_seconds(15 * 60 - 1)
    assert gate.principal(pair.access) is not None
    hands.pass_seconds(1)
    assert gate.principal(pair.access) is None
    hands.pass_seconds(30 * 24 * 3600)
    with pytest.raises(Refused):
        gate.refresh(pair.refresh)
    found = gate.principal(station)
    assert found is not None
    assert found.extra == ("stock.manage",)


def test_a_refresh_answer_lost_on_the_way_can_be_asked_for_again_but_not_much_later(store: Store) -> None:
    hands = Hands()
    gate = Gate(store, hands, QUICK)
    first = gate.sign_in("doc", PASSWORD)
    gate.refresh(first.refresh)
    hands.pass_seconds(60)
    again = gate.refresh(first.refresh)
    assert gate.principal(again.access) is not None
    hands.pass_seconds(1)
    with pytest.raises(Refused):
        gate.refresh(first.refresh)
    assert gate.principal(again.access) is None
    with pytest.raises(Refused):
        gate.refresh(again.refresh)


def test_no_password_or_token_can_be_read_from_the_store(store: Store) -> None:
    pair = Gate(store, hasher=QUICK).sign_in("doc", PASSWORD)
    with store.reading() as reader:
        tables = ("SELECT * FROM account", "SELECT * FROM token", "SELECT * FROM trail")
        rows = str([reader.raw.execute(table).fetchall() for table in tables])
    assert "$argon2id$" in rows
    for secret in (PASSWORD, pair.access, pair.refresh):
        assert secret not in rows


BAD_USERS = [
    (Account("doc", "", "nurse", "", (), "", 0), PASSWORD, Conflict),
    (Account("new", "", "wizard", "", (), "", 0), PASSWORD, Invalid),
    (Account("new", "", "nurse", "", ("fly",), "", 0), PASSWORD, Invalid),
    (Account(" new", "", "nurse", "", (), "", 0), PASSWORD, Invalid),
    (Account("", "", "nurse", "", (), "", 0), PASSWORD, Invalid),
    (Account("new", "", "nurse", "", (), "", 0), "short", Invalid),
]


@pytest.mark.parametrize(("person", "password", "error"), BAD_USERS)
def test_accounts_that_cannot_be_are_refused(
    store: Store, person: Account, password: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        auth.add_user(store, person, password, QUICK)


def test_no_token_for_an_unknown_user(store: Store) -> None:
    with pytest.raises(NotFound):
        auth.station_token(store, "nobody")

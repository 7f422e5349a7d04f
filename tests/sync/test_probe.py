"""A probe finds out what a server really does, says it in words, and leaves nothing behind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from starlette.responses import Response, StreamingResponse

from sync.address import Address
from sync.auth import Bearer, MemoryBox, NoAuth
from sync.client import Client
from sync.errors import Busy, NotFhir, Unauthorised, Unreachable
from sync.probe import MOST_BYTES, examine
from sync.probe_bench import CHECK, TAG, MemoryLedger
from sync.server_profile import ServerProfile, Tombstone, Verdict
from sync.server_words import Grade, findings, report, verdict
from tests.plugins.habit_cases import HABITS
from tests.plugins.habits import Server
from tests.plugins.hub import RunningHub
from tests.plugins.stations import Wire, no_line
from tests.plugins.street import Street, street
from workstation.core import i18n
from workstation.core.clock import SystemClock
from workstation.fhir.resources import Resource

__all__ = ["street"]
CLOCK = SystemClock()


@contextmanager
def line(url: str, token: str = "", transport: httpx.BaseTransport | None = None) -> Iterator[Client]:
    box = MemoryBox()
    box.put("token", token)
    auth = Bearer(box, "token") if token else NoAuth()
    client = Client(Address(url), auth, transport=transport, most_bytes=MOST_BYTES)
    try:
        yield client
    finally:
        client.close()


def probed(server: Server, ledger: MemoryLedger | None = None) -> ServerProfile:
    with line(server.url) as client:
        return examine(client, CLOCK, ledger, sleep=lambda seconds: None)


def part(profile: ServerProfile, path: str) -> Any:
    value: Any = profile
    for name in path.split("."):
        value = getattr(value, name)
    return value


def marked(profile: ServerProfile) -> set[str]:
    """Give the findings that are not as they should be."""
    return {f.code for f in findings(profile) if f.grade in (Grade.CARE, Grade.BAD)}


# --- the hub -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("user", "kind"), [("doc", "Basic"), ("admin", "Organization")])
def test_the_hub_is_fit_for_whoever_asks_and_keeps_nothing(hub: RunningHub, user: str, kind: str) -> None:
    with line(hub.url, hub.token(user)) as client:
        found = examine(client, CLOCK)
    assert verdict(found) is Verdict.FIT
    assert (found.kind, found.left, marked(found)) == (kind, (), set())
    assert (found.software, found.fhir_version) == ("Qingnang hub", "4.0.1")
    assert found.guards.alone_status == found.guards.in_bundle_status == 412
    assert found.changes.tombstone is Tombstone.DELETE_ENTRY
    assert found.channels == ("change-feed",)
    there = hub.client(user).get(kind, params={"identifier": f"{CHECK}|"}).json()
    assert there.get("entry", []) == []


# --- habits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", HABITS, ids=lambda case: case[0])
def test_each_habit_is_found_and_said_and_nothing_is_left(
    case: tuple[str, dict[str, Any], dict[str, Any], set[str], Verdict], street: Street
) -> None:
    _name, habits, learnt, codes, judged = case
    server = street.build(**habits)
    found = probed(server)
    assert {path: part(found, path) for path in learnt} == learnt
    assert (marked(found), verdict(found)) == (codes, judged)
    assert (server.records(), found.left) == ([], ())
    assert found.requests == len(server.seen)
    kept = msgspec.json.decode(msgspec.json.encode(found), type=ServerProfile)
    assert kept == found


def test_a_page_cap_is_met_where_there_are_rows(street: Street) -> None:
    server = street.build(most_rows=7)
    for number in range(9):
        server.add({"resourceType": "Patient", "id": f"p{number}"})
    assert probed(server).lists.page_cap == 7
    assert len(server.records("Patient")) == 9


def test_the_difference_of_the_clocks_is_measured(street: Street) -> None:
    skew = probed(street.build(clock=timedelta(hours=-1))).skew
    assert skew is not None
    assert abs(skew + 3600) < 3


# --- check 17 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "habits",
    [
        {"guards_in_bundle": False},
        {"guards_alone": False, "guards_in_bundle": False},
        {"guards_in_bundle": False, "client_ids": False},
        {"guards_alone": False, "guards_in_bundle": False, "etags": False, "client_ids": False},
    ],
    ids=str,
)
def test_a_server_that_ignores_if_match_is_found_in_less_than_ten_requests(
    habits: dict[str, Any], street: Street
) -> None:
    server = street.build(**habits)
    found = probed(server)
    assert verdict(found) is Verdict.REFUSED
    assert 0 < found.decided_after < 10


# --- what it must not do -------------------------------------------------------------------------------------


def test_what_a_server_does_not_let_go_is_named(street: Street) -> None:
    server = street.build(deletes=False)
    found = probed(server)
    assert sorted(found.left) == sorted(f"{r['resourceType']}/{r['id']}" for r in server.records())
    assert len(found.left) > 5
    assert marked(found) == {"left"}
    assert all(row["meta"]["tag"] == [TAG] for row in server.records())
    assert found.left[0] in "\n".join(report(found))


@pytest.mark.parametrize("client_ids", [True, False])
def test_records_of_others_are_never_touched_even_if_a_search_gives_everything(
    client_ids: bool, street: Street
) -> None:
    server = street.build(searches=False, client_ids=client_ids)
    other: list[Resource] = [
        {"resourceType": "Basic", "id": "theirs", "identifier": [{"system": "urn:x", "value": "1"}]},
        {"resourceType": "Basic", "id": "bare", "identifier": [{"system": CHECK}]},
        {"resourceType": "Patient", "id": "p1", "name": [{"family": "张"}]},
    ]
    for each in other:
        server.add(each)
    before = {r["id"]: r["meta"]["versionId"] for r in server.records()}
    assert "criteria" in marked(probed(server))
    assert {r["id"]: r["meta"]["versionId"] for r in server.records()} == before


@pytest.mark.parametrize("client_ids", [True, False])
@pytest.mark.parametrize("after", [2, 3, 6, 8, 11, 15, 20, 26, 33, 37])
@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_probe_that_was_interrupted_is_cleaned_up_after_by_the_next(
    client_ids: bool, after: int, lost: str, street: Street
) -> None:
    server, ledger = street.build(client_ids=client_ids), MemoryLedger()
    wire = Wire(httpx.HTTPTransport())

    def breaks(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        if len(wire.seen) < after:
            return send(request)
        if len(wire.seen) == after and lost == "answer":
            send(request).read()
        return no_line(request, send)

    wire.always = breaks
    with line(server.url, transport=wire) as client, pytest.raises(Unreachable):
        examine(client, CLOCK, ledger)
    assert probed(server, ledger).left == ()
    assert server.records() == []
    assert ledger.read() == ()


def test_an_error_in_the_middle_leaves_nothing_where_the_line_still_holds(street: Street) -> None:
    server, ledger = street.build(), MemoryLedger()
    page = Response("<html>Please log in</html>", 200, media_type="text/html")
    server.instead = lambda method, path: page if len(server.seen) == 7 else None
    with pytest.raises(NotFhir):
        probed(server, ledger)
    assert server.records() == []


def test_without_notes_only_what_is_long_over_is_removed(street: Street) -> None:
    server = street.build()
    stray: Resource = {"resourceType": "Basic", "identifier": [{"system": CHECK, "value": "another run"}]}
    server.habits.clock = timedelta(minutes=-16)
    server.add(stray | {"id": "old"})
    server.habits.clock = timedelta(minutes=-14)
    server.add(stray | {"id": "young"})
    server.habits.clock = timedelta(0)
    probed(server)
    assert [r["id"] for r in server.records()] == ["young"]


def test_a_server_that_asks_for_pauses_gets_them(street: Street) -> None:
    server, pauses = street.build(busy_every=5), []
    with line(server.url) as client:
        found = examine(client, CLOCK, sleep=pauses.append)
    assert verdict(found) is Verdict.FIT
    assert set(pauses) == {1.0}
    server.habits.busy_every = 1
    with line(server.url) as client, pytest.raises(Busy):
        examine(client, CLOCK, sleep=pauses.append)


# --- hostile answers and secrets -----------------------------------------------------------------------------

HOSTILE = [
    ("a page for people", lambda: Response("<html>Log in</html>", 200, media_type="text/html")),
    ("no JSON", lambda: Response(b'{"resourceType": ', 200, media_type="application/fhir+json")),
    ("a list", lambda: Response(b"[1, 2]", 200, media_type="application/fhir+json")),
    (
        "another resource",
        lambda: Response(b'{"resourceType":"Patient"}', 200, media_type="application/fhir+json"),
    ),
    (
        "fifty megabytes",
        lambda: StreamingResponse(iter([b" " * 1024 * 1024] * 50), media_type="application/json"),
    ),
    ("somewhere else", lambda: Response(b"", 302, {"Location": "https://elsewhere.test/"})),
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda case: case[0])
def test_an_answer_that_no_server_gives_is_said_clearly(
    hostile: tuple[str, Callable[[], Response]], street: Street
) -> None:
    server = street.build()
    server.instead = lambda method, path: hostile[1]()
    with pytest.raises(NotFhir, match="Something else answered") as raised:
        probed(server)
    assert "login" in raised.value.hint


@pytest.mark.parametrize(
    "body", [b'{"software": 1, "rest": [1], "fhirVersion": "4.0.1", "implementation": []}', b'{"rest": {}}']
)
def test_a_crooked_capability_statement_is_survived(body: bytes, street: Street) -> None:
    server = street.build()
    text = b'{"resourceType": "CapabilityStatement", ' + body[1:]
    server.instead = lambda method, path: (
        Response(text, 200, media_type="application/fhir+json") if path == "metadata" else None
    )
    found = probed(server)
    assert found.software == ""
    assert verdict(found) is (Verdict.FIT if b"4.0.1" in body else Verdict.REFUSED)


def test_a_wrong_sign_in_is_no_finding(hub: RunningHub) -> None:
    with line(hub.url, "wrong") as client, pytest.raises(Unauthorised):
        examine(client, CLOCK)


def test_secrets_reach_neither_log_nor_result(hub: RunningHub, caplog: pytest.LogCaptureFixture) -> None:
    token, ledger = hub.token("doc"), MemoryLedger()
    with caplog.at_level(logging.DEBUG), line(hub.url, token) as client:
        found = examine(client, CLOCK, ledger)
    told = caplog.text + msgspec.json.encode(found).decode() + "".join(report(found)) + str(ledger.read())
    assert token not in told
    assert "Bearer" not in told


# --- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_report_is_sentences_in_both_languages(language: str, street: Street) -> None:
    found = probed(street.build(guards_alone=False, guards_in_bundle=False, gone=404, offset_pages=True))
    with i18n.speaking(language):
        lines = report(found)
    refused = {"en": "Refused for writes", "zh_CN": "禁止写入"}[language]
    assert lines[0] == "Habits 1.0  FHIR 4.0.1"
    assert lines[1].startswith(refused)
    assert all(text.rstrip("0123456789.").endswith(("", ".", "。")) for text in lines)
    assert any(("overwritten" if language == "en" else "覆盖") in text for text in lines)
    assert not any("{" in text for text in lines)

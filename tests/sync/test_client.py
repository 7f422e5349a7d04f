"""The FHIR client: what it sends, what it refuses to do, and what it makes of every broken answer."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from sync.address import Address, parse
from sync.auth import Bearer, MemoryBox, NoAuth
from sync.client import Client
from sync.errors import Busy, ForeignLink, Gone, NotFhir, Refused, Stale, SyncError, Unauthorised, Unreachable
from sync.wire import etag_version, outcome_text
from workstation.core.errors import Invalid

TOKEN = "secret-token-123"
BASE = "https://centre.test/fhir"
FHIR = {"Content-Type": "application/fhir+json"}
PATIENT = {"resourceType": "Patient", "id": "p1"}


def client(handler: Callable[[httpx.Request], httpx.Response], base: str = BASE, **more: Any) -> Client:
    box = MemoryBox()
    box.put("token", TOKEN)
    return Client(Address(base), Bearer(box, "token"), transport=httpx.MockTransport(handler), **more)


def answering(status: int, body: Any = None, **headers: str) -> Client:
    def handler(request: httpx.Request) -> httpx.Response:
        if isinstance(body, bytes | str):
            return httpx.Response(status, content=body, headers=headers)
        return httpx.Response(status, json=body, headers=headers)

    return client(handler)


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[str, list[str]]]]:
    """Run small local servers: gives the address and the list of authorization headers that reached it."""
    running: list[ThreadingHTTPServer] = []

    def start(respond: Callable[[BaseHTTPRequestHandler], None]) -> tuple[str, list[str]]:
        seen: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append(self.headers.get("Authorization", ""))
                respond(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}/fhir", seen

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_read_wants_fresh_fhir_and_sends_no_content_type() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=PATIENT)

    assert client(handler).read("Patient", "p1") == PATIENT
    headers = seen[0].headers
    assert headers["Accept"] == "application/fhir+json"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert "Content-Type" not in headers


STATUS_CASES = [
    (401, {}, {}, Unauthorised),
    (404, {}, {}, Gone),
    (410, {}, {}, Gone),
    (409, {}, {}, Stale),
    (412, {}, {}, Stale),
    (400, {}, {}, Refused),
    (403, {}, {}, Refused),
    (413, "<html>too large</html>", {"Content-Type": "text/html"}, Refused),
    (422, {}, {}, Refused),
    (408, {}, {}, Busy),
    (429, {}, {}, Busy),
    (500, "oops", {"Content-Type": "text/plain"}, Busy),
    (503, {}, {}, Busy),
    (301, "", {"Location": "https://elsewhere.test/"}, NotFhir),
    (403, "<html>blocked</html>", {"Content-Type": "text/html; charset=utf-8"}, NotFhir),
    (200, "<html>please log in</html>", {"Content-Type": "text/html"}, NotFhir),
    (200, "{", FHIR, NotFhir),
    (200, "[]", FHIR, NotFhir),
    (200, {"resourceType": "Observation"}, FHIR, NotFhir),
    (200, "", FHIR, NotFhir),
]


@pytest.mark.parametrize(("status", "body", "headers", "kind"), STATUS_CASES)
def test_every_answer_that_is_not_the_record_becomes_its_own_error_with_a_next_step(
    status: int, body: Any, headers: dict[str, str], kind: type[SyncError]
) -> None:
    with pytest.raises(SyncError) as caught:
        answering(status, body, **headers).read("Patient", "p1")
    assert type(caught.value) is kind
    assert caught.value.message
    assert caught.value.hint or kind is Gone


def test_gone_says_whether_the_record_was_ever_there() -> None:
    with pytest.raises(Gone) as never:
        answering(404, {}).read("Patient", "p1")
    with pytest.raises(Gone) as deleted:
        answering(410, {}).read("Patient", "p1")
    assert (never.value.deleted, deleted.value.deleted) == (False, True)


def test_a_refusal_carries_the_centres_own_words_and_keeps_them_short() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"details": {"text": "x" * 500}}]}
    with pytest.raises(Refused) as caught:
        answering(422, outcome).read("Patient", "p1")
    assert caught.value.reason == "x" * 300


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        (
            {"Retry-After": "Tue, 17 Mar 2026 01:00:30 GMT", "Date": "Tue, 17 Mar 2026 01:00:00 GMT"},
            timedelta(seconds=30),
        ),
        ({"Retry-After": "999999"}, timedelta(hours=1)),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_busy_says_when_to_come_back(headers: dict[str, str], wanted: timedelta | None) -> None:
    with pytest.raises(Busy) as caught:
        answering(503, {}, **headers).read("Patient", "p1")
    assert caught.value.retry_after == wanted


@pytest.mark.parametrize(
    ("etag", "version"), [('W/"2"', "2"), ('"2"', "2"), ("2", "2"), ('W/"a-b"', "a-b"), ("", "")]
)
def test_an_etag_is_read_in_every_form_servers_write_it(etag: str, version: str) -> None:
    assert etag_version(etag) == version


@pytest.mark.parametrize("body", [{}, {"issue": [{}]}, {"issue": [{"details": "odd"}]}, None, "text"])
def test_an_odd_outcome_has_no_words(body: Any) -> None:
    assert outcome_text(body) == ""


def test_a_hostile_next_link_is_never_followed_and_no_token_reaches_it(
    serve: Callable[..., tuple[str, list[str]]],
) -> None:
    other, reached = serve(lambda handler: handler.send_error(500))

    def hostile(handler: BaseHTTPRequestHandler) -> None:
        body = (
            b'{"resourceType":"Bundle","link":[{"relation":"next","url":"%b/Patient?page=2"}]}'
            % other.encode()
        )
        handler.send_response(200)
        handler.send_header("Content-Type", "application/fhir+json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    url, seen = serve(hostile)
    box = MemoryBox()
    box.put("token", TOKEN)
    real = Client(Address(url), Bearer(box, "token"))
    page = real.search("Patient", {})
    with pytest.raises(ForeignLink) as caught:
        real.next_link(page)
    assert "not followed" in caught.value.hint
    with pytest.raises(ForeignLink):
        real.follow(f"{other}/Patient?page=2")
    real.close()
    assert seen == [f"Bearer {TOKEN}"]
    assert reached == []


@pytest.mark.parametrize(
    "link",
    [
        "http://centre.test/fhir?page=2",
        "https://centre.test:8443/fhir?page=2",
        "https://centre.test.evil.test/fhir?page=2",
        "https://centre.test@evil.test/fhir?page=2",
        "https://user@centre.test/fhir?page=2",
        "//evil.test/fhir?page=2",
        "ftp://centre.test/fhir",
        "https://centre.test:99999/fhir",
    ],
)
def test_a_link_to_any_other_server_is_refused(link: str) -> None:
    bundle = {"resourceType": "Bundle", "link": [{"relation": "next", "url": link}]}
    with pytest.raises(ForeignLink):
        answering(200, {}).next_link(bundle)


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("https://centre.test/fhir?page=2", "https://centre.test/fhir?page=2"),
        ("https://CENTRE.test:443/other?page=2", "https://CENTRE.test:443/other?page=2"),
        ("Patient?page=2", "https://centre.test/fhir/Patient?page=2"),
    ],
)
def test_a_link_on_the_same_server_is_followed_as_it_stands(link: str, wanted: str) -> None:
    bundle = {"resourceType": "Bundle", "link": [{"relation": "next", "url": link}]}
    assert answering(200, {}).next_link(bundle) == wanted


def test_a_redirect_is_not_followed(serve: Callable[..., tuple[str, list[str]]]) -> None:
    other, reached = serve(lambda handler: handler.send_error(500))

    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", other)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    url, _seen = serve(redirect)
    real = Client(Address(url), NoAuth())
    with pytest.raises(NotFhir):
        real.read("Patient", "p1")
    real.close()
    assert reached == []


@pytest.mark.parametrize("cut", ["body", "connection"])
def test_a_truncated_gzip_is_no_record(serve: Callable[..., tuple[str, list[str]]], cut: str) -> None:
    whole = gzip.compress(b'{"resourceType":"Patient","id":"p1","name":[{"family":"' + b"x" * 900 + b'"}]}')

    def truncated(handler: BaseHTTPRequestHandler) -> None:
        half = whole[: len(whole) // 2]
        handler.send_response(200)
        handler.send_header("Content-Type", "application/fhir+json")
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(half) if cut == "body" else len(whole)))
        handler.end_headers()
        handler.wfile.write(half)
        handler.close_connection = True

    url, _seen = serve(truncated)
    real = Client(Address(url), NoAuth())
    with pytest.raises((NotFhir, Unreachable)):
        real.read("Patient", "p1")
    real.close()


def test_an_answer_without_end_is_cut_off() -> None:
    with pytest.raises(NotFhir, match="Something else answered"):
        client(lambda request: httpx.Response(200, json=PATIENT | {"x": "y" * 5000}), most_bytes=1000).read(
            "Patient", "p1"
        )


def test_a_closed_client_ends_a_question_that_is_still_open(
    serve: Callable[..., tuple[str, list[str]]],
) -> None:
    asked, release = threading.Event(), threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        release.wait(30)

    url, _seen = serve(slow)
    real = Client(Address(url), NoAuth())
    ended: list[type[Exception]] = []

    def ask() -> None:
        try:
            real.read("Patient", "p1")
        except SyncError as error:
            ended.append(type(error))

    thread = threading.Thread(target=ask)
    thread.start()
    assert asked.wait(30)
    real.close()
    thread.join(10)
    release.set()
    assert ended == [Unreachable]


def test_no_listener_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    real = Client(Address(f"http://127.0.0.1:{port}/fhir"), NoAuth())
    with pytest.raises(Unreachable) as caught:
        real.read("Patient", "p1")
    real.close()
    assert "saved on this desk" in caught.value.hint


def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "sync"):
        with pytest.raises(Refused):
            answering(400, {"issue": [{"diagnostics": "张三"}]}).read("Patient", "p1")
        with pytest.raises(NotFhir):
            answering(200, "<html>", **{"Content-Type": "text/html"}).read("Patient", "p1")
    assert TOKEN not in caplog.text
    assert "张三" not in caplog.text


@pytest.mark.parametrize(
    "text",
    ["", "centre", "ftp://centre.test", "https://", "https://c.test/fhir?x=1", "https://a:b@c.test/fhir",
     "http://centre.test/fhir", "http://10.0.0.1/fhir", "https://c.test:port/"],
)  # fmt: skip
def test_an_address_that_is_none_or_not_safe_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text)
    assert caught.value.field == "url"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "base"),
    [
        (" https://centre.test/fhir/ ", "https://centre.test/fhir"),
        ("http://127.0.0.1:8080/fhir", "http://127.0.0.1:8080/fhir"),
        ("http://[::1]:8080/fhir", "http://[::1]:8080/fhir"),
        ("http://localhost/fhir", "http://localhost/fhir"),
    ],
)
def test_an_address_is_taken_over_https_or_on_this_machine(text: str, base: str) -> None:
    assert parse(text).base == base

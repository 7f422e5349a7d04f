"""Bodies that are too large, broken, zipped or of the wrong kind; formats nobody speaks here."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.plugins.hub import RunningHub

FHIR = {"content-type": "application/fhir+json"}
SMALL = b'{"resourceType":"Patient"}'


def refused(response: httpx.Response) -> tuple[int, str]:
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert "Traceback" not in response.text
    return response.status_code, outcome["issue"][0]["code"]


MALFORMED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b'{"resourceType":"Patient",}',
    b'{"resourceType":"Patient","active":NaN}',
    b'{"resourceType":"Patient"} trailing',
    b"\xff\xfe{\x00}",
    b'{"resourceType":"Patient","name":[{"text":"\\ud800"}]}',
    b'{"resourceType":"Patient","extension":' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"resourceType":"Patient","extension":'
    + b'[{"url":"x","extension":' * 450
    + b"[]"
    + b"}]" * 450
    + b"}",
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
@pytest.mark.parametrize("address", ["Patient", ""])
def test_malformed_json_is_refused_in_words(hub: RunningHub, body: bytes, address: str) -> None:
    status, _code = refused(hub.client().post(address, content=body, headers=FHIR))
    assert status in (400, 422)


def test_numbers_json_can_write_but_fhir_cannot_hold_are_refused(hub: RunningHub) -> None:
    body = b'{"resourceType":"Patient","multipleBirthInteger":' + b"9" * 400 + b"}"
    assert refused(hub.client().post("Patient", content=body, headers=FHIR))[0] in (400, 422)


def test_fifty_megabytes_are_refused_without_being_read(hub: RunningHub) -> None:
    client = hub.client()
    body = b'{"resourceType":"Patient","x":"' + b"a" * (50 * 1024 * 1024) + b'"}'
    assert refused(client.post("Patient", content=body, headers=FHIR)) == (413, "too-long")
    assert client.get("Patient").status_code == 200


def test_a_body_without_a_stated_length_is_refused_when_it_has_grown_too_large(hub: RunningHub) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(50):
            yield b"a" * 1024 * 1024

    assert refused(hub.client().post("Patient", content=parts(), headers=FHIR)) == (413, "too-long")


def test_the_limit_can_be_chosen(make_hub: Callable[..., RunningHub]) -> None:
    client = make_hub(max_body=100).client()
    assert client.post("Patient", content=SMALL, headers=FHIR).status_code == 201
    assert client.post("Patient", content=SMALL + b" " * 100, headers=FHIR).status_code == 413
    bomb = gzip.compress(SMALL + b" " * 10_000_000)[:100]
    assert len(bomb) == 100
    assert (
        client.post("Patient", content=bomb, headers={**FHIR, "content-encoding": "gzip"}).status_code == 413
    )


ZIPPED = gzip.compress(SMALL)
ENCODINGS = [
    ("gzip", ZIPPED, 201),
    ("x-gzip", ZIPPED, 201),
    ("identity", SMALL, 201),
    ("gzip", ZIPPED[:-1], 400),
    ("gzip", ZIPPED[: len(ZIPPED) // 2], 400),
    ("gzip", ZIPPED[:-8] + b"\x00" * 8, 400),
    ("gzip", ZIPPED + b"more", 400),
    ("gzip", SMALL, 400),
    ("gzip", b"", 400),
    ("br", SMALL, 415),
]


@pytest.mark.parametrize(("encoding", "body", "status"), ENCODINGS, ids=range(len(ENCODINGS)))
def test_zipped_bodies(hub: RunningHub, encoding: str, body: bytes, status: int) -> None:
    response = hub.client().post("Patient", content=body, headers={**FHIR, "content-encoding": encoding})
    assert response.status_code == status
    assert hub.client().get("Patient?_summary=count").json()["total"] == int(status == 201)


def test_answers_are_zipped_when_asked(hub: RunningHub) -> None:
    client = hub.client()
    client.post("Patient", json={"resourceType": "Patient", "name": [{"text": "x" * 5000}]})
    zipped = client.get("Patient", headers={"Accept-Encoding": "gzip"})
    plain = client.get("Patient", headers={"Accept-Encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content
    assert zipped.num_bytes_downloaded < len(zipped.content) / 4


ACCEPTS = [
    ("application/fhir+json", 200),
    ("application/json", 200),
    ("application/fhir+json; fhirVersion=4.0", 200),
    ("*/*", 200),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 200),
    ("application/fhir+xml", 406),
    ("application/xml", 406),
    ("text/turtle", 406),
]


@pytest.mark.parametrize(("accept", "status"), ACCEPTS)
def test_only_json_is_spoken(hub: RunningHub, accept: str, status: int) -> None:
    assert hub.client().get("Patient", headers={"Accept": accept}).status_code == status


@pytest.mark.parametrize(
    ("wanted", "status"), [("json", 200), ("application/fhir%2Bjson", 200), ("xml", 406)]
)
def test_the_format_can_be_asked_for_in_the_address(hub: RunningHub, wanted: str, status: int) -> None:
    assert hub.client().get(f"Patient?_format={wanted}").status_code == status


CONTENTS = [
    ("POST", "Patient", "application/fhir+xml", 415),
    ("POST", "Patient", "text/plain", 415),
    ("POST", "Patient", "application/json; charset=utf-8", 201),
    ("PATCH", "Patient/p", "application/merge-patch+json", 415),
    ("PATCH", "Patient/p", "application/fhir+json", 415),
    ("POST", "Patient/_search", "application/json", 415),
]


@pytest.mark.parametrize(("method", "address", "kind", "status"), CONTENTS)
def test_only_json_is_taken(hub: RunningHub, method: str, address: str, kind: str, status: int) -> None:
    response = hub.client().request(method, address, content=SMALL, headers={"content-type": kind})
    assert response.status_code == status


@pytest.mark.parametrize("address", ["/", "/nothing", "/fhirx", "/auth", "/auth/token", "/events/x"])
def test_addresses_that_are_none_are_answered_in_words(hub: RunningHub, address: str) -> None:
    assert refused(httpx.get(hub.root + address))[0] in (404, 405)


def test_a_failure_of_ours_is_an_outcome_and_its_words_stay_inside(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise KeyError("张小明")

    monkeypatch.setitem(__import__("sync.hub.service", fromlist=["READS"]).READS, "read", broken)
    response = hub.client().get("Patient/p")
    assert refused(response) == (500, "exception")
    assert "张小明" not in response.text
    hub.stop()
    log = (hub.data / "logs" / "hub.log").read_text("utf-8")
    assert '"error":"KeyError"' in log
    assert "broken" in log
    assert "张小明" not in log


def test_head_answers_like_get_without_a_body(hub: RunningHub) -> None:
    client = hub.client()
    client.put("Patient/p", json={"resourceType": "Patient", "id": "p"})
    response = client.head("Patient/p")
    assert (response.status_code, response.headers["etag"], response.content) == (200, 'W/"1"', b"")

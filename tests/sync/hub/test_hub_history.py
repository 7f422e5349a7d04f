"""Histories of a record, a type and the whole hub: complete, in order, resumable."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.plugins.hub import RunningHub


@pytest.fixture
def client(hub: RunningHub) -> httpx.Client:
    """Six changes: p made, changed, deleted; q made; an Organization made; q patched."""
    client = hub.client()
    client.put("Patient/p", json={"resourceType": "Patient", "id": "p"})
    client.put("Patient/p", json={"resourceType": "Patient", "id": "p", "gender": "male"})
    client.put("Patient/q", json={"resourceType": "Patient", "id": "q"})
    client.put("Organization/o", json={"resourceType": "Organization", "id": "o", "name": "内科"})
    client.delete("Patient/p")
    kind = {"content-type": "application/json-patch+json"}
    client.request(
        "PATCH", "Patient/q", json=[{"op": "add", "path": "/gender", "value": "male"}], headers=kind
    )
    return client


def steps(bundle: dict[str, Any]) -> list[str]:
    return [
        f"{e['request']['method']} {e['fullUrl'].rpartition('/fhir/')[2]} {e['response']['etag'][3:-1]}"
        for e in bundle.get("entry", [])
    ]


NEWEST_FIRST = {
    "Patient/p/_history": ["DELETE Patient/p 3", "PUT Patient/p 2", "PUT Patient/p 1"],
    "Patient/_history": [
        "PATCH Patient/q 2",
        "DELETE Patient/p 3",
        "PUT Patient/q 1",
        "PUT Patient/p 2",
        "PUT Patient/p 1",
    ],
    "_history": [
        "PATCH Patient/q 2",
        "DELETE Patient/p 3",
        "PUT Organization/o 1",
        "PUT Patient/q 1",
        "PUT Patient/p 2",
        "PUT Patient/p 1",
    ],
}


@pytest.mark.parametrize("address", NEWEST_FIRST)
def test_history_is_newest_first_unless_asked_otherwise(client: httpx.Client, address: str) -> None:
    assert steps(client.get(address).json()) == NEWEST_FIRST[address]
    assert steps(client.get(f"{address}?_sort=-_lastUpdated").json()) == NEWEST_FIRST[address]
    assert steps(client.get(f"{address}?_sort=_lastUpdated").json()) == NEWEST_FIRST[address][::-1]


@pytest.mark.parametrize("order", ["", "&_sort=_lastUpdated"])
@pytest.mark.parametrize("address", NEWEST_FIRST)
def test_history_pages_hold_every_version_once(client: httpx.Client, address: str, order: str) -> None:
    seen: list[str] = []
    following: str | None = f"{address}?_count=2{order}"
    while following:
        bundle = client.get(following).json()
        seen += steps(bundle)
        following = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    assert seen == (NEWEST_FIRST[address][::-1] if order else NEWEST_FIRST[address])


def test_a_tombstone_in_a_history_has_no_resource_but_a_time(client: httpx.Client) -> None:
    entry = client.get("Patient/p/_history").json()["entry"][0]
    assert "resource" not in entry
    assert entry["request"] == {"method": "DELETE", "url": "Patient/p"}
    assert entry["response"]["status"].startswith("204")
    assert entry["response"]["lastModified"].endswith("Z")


def test_since_includes_its_own_moment(client: httpx.Client) -> None:
    entries = client.get("_history?_sort=_lastUpdated").json()["entry"]
    for number, entry in enumerate(entries):
        since = entry["response"]["lastModified"]
        later = client.get("_history", params={"_since": since, "_sort": "_lastUpdated"}).json()
        assert len(later["entry"]) == len(entries) - number
    assert "entry" not in client.get("_history?_since=2999-01-01T00:00:00Z").json()
    assert steps(client.get(f"Patient/p/_history?_since={since}").json()) == []
    assert steps(client.get(f"Patient/_history?_since={since}").json()) == ["PATCH Patient/q 2"]


def test_since_keeps_its_place_on_every_page(client: httpx.Client) -> None:
    since = client.get("_history?_sort=_lastUpdated").json()["entry"][3]["response"]["lastModified"]
    first = client.get("_history", params={"_since": since, "_count": 2}).json()
    second = client.get(next(link["url"] for link in first["link"] if link["relation"] == "next")).json()
    assert len(first["entry"]) + len(second["entry"]) == 3
    assert all(link["relation"] != "next" for link in second["link"])


def test_history_of_chosen_types(client: httpx.Client) -> None:
    assert steps(client.get("_history?_type=Organization").json()) == ["PUT Organization/o 1"]
    assert len(client.get("_history?_type=Organization,Patient").json()["entry"]) == 6


def test_totals_of_histories(client: httpx.Client) -> None:
    assert client.get("Patient/p/_history?_count=1").json()["total"] == 3
    assert "total" not in client.get("Patient/_history").json()
    assert client.get("Patient/_history?_total=accurate&_count=1").json()["total"] == 5
    assert client.get("_history?_count=0").json()["total"] == 6


@pytest.mark.parametrize("query", ["_since=yesterday", "_type=Nonsense", "_at=2026", "_sort=name"])
def test_history_refuses_what_it_does_not_know(client: httpx.Client, query: str) -> None:
    response = client.get(f"_history?{query}")
    assert response.status_code == 400
    assert query.partition("=")[0] in response.json()["issue"][0]["diagnostics"]


def test_changes_during_a_walk_come_at_its_end_when_oldest_first(client: httpx.Client) -> None:
    first = client.get("Patient/_history?_count=3&_sort=_lastUpdated").json()
    client.put("Patient/q", json={"resourceType": "Patient", "id": "q"})
    second = client.get(next(link["url"] for link in first["link"] if link["relation"] == "next")).json()
    assert steps(second) == ["DELETE Patient/p 3", "PATCH Patient/q 2", "PUT Patient/q 3"]

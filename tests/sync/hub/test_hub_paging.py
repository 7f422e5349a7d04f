"""Following `next` never loses a record, whatever changes on the way."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.plugins.hub import RunningHub


def fill(client: httpx.Client, count: int) -> None:
    entries = [
        {
            "resource": {"resourceType": "Patient", "id": f"p{n:02}", "birthDate": f"19{n:02}-01-01"},
            "request": {"method": "PUT", "url": f"Patient/p{n:02}"},
        }
        for n in range(count)
    ]
    response = client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert response.status_code == 200


def pages(client: httpx.Client, first: str) -> Iterator[list[str]]:
    address: str | None = first
    while address:
        bundle = client.get(address).raise_for_status().json()
        yield [entry["fullUrl"].rpartition("/")[2] for entry in bundle.get("entry", [])]
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)


ORDERS = [
    "",
    "&_sort=_lastUpdated",
    "&_sort=-_lastUpdated",
    "&_sort=birthdate",
    "&_sort=-birthdate",
    "&_sort=_id",
]


@pytest.mark.parametrize("order", ORDERS)
def test_records_that_change_while_somebody_pages_are_not_missed(hub: RunningHub, order: str) -> None:
    client = hub.client()
    fill(client, 60)
    seen: list[str] = []
    for number, page in enumerate(pages(client, f"Patient?_count=10{order}")):
        seen += page
        if number < 4:  # change ten that were read already and two that were not, so that every order shifts
            unread = [f"p{n:02}" for n in range(60) if f"p{n:02}" not in seen][:2]
            for identity in [*seen[:10], *unread]:
                body = {"resourceType": "Patient", "id": identity, "birthDate": f"18{number:02}-01-01"}
                client.put(f"Patient/{identity}", json=body)
    assert set(seen) == {f"p{n:02}" for n in range(60)}


@pytest.mark.parametrize("order", ORDERS)
def test_a_quiet_walk_meets_each_record_once(hub: RunningHub, order: str) -> None:
    client = hub.client()
    fill(client, 25)
    walked = list(pages(client, f"Patient?_count=10{order}"))
    assert [len(page) for page in walked] == [10, 10, 5]
    assert len({identity for page in walked for identity in page}) == 25


def test_records_deleted_on_the_way_are_left_out_and_nothing_else(hub: RunningHub) -> None:
    client = hub.client()
    fill(client, 30)
    seen: list[str] = []
    for number, page in enumerate(pages(client, "Patient?_count=10&_sort=_lastUpdated")):
        seen += page
        if number == 0:
            for identity in ("p03", "p15"):
                client.delete(f"Patient/{identity}")
    assert set(seen) == {f"p{n:02}" for n in range(30)} - {"p15"}


def test_the_count_of_a_page_is_capped(hub: RunningHub) -> None:
    client = hub.client()
    for start in range(0, 1200, 600):
        entries = [
            {
                "resource": {"resourceType": "Basic", "id": f"b{n}", "code": {"text": "x"}},
                "request": {"method": "PUT", "url": f"Basic/b{n}"},
            }
            for n in range(start, start + 600)
        ]
        client.post(
            "", json={"resourceType": "Bundle", "type": "transaction", "entry": entries}
        ).raise_for_status()
    assert [len(page) for page in pages(client, "Basic?_count=5000")] == [1000, 200]
    assert [len(page) for page in pages(client, "Basic?_count=700")] == [700, 500]
    assert len(next(pages(client, "Basic"))) == 50


@pytest.mark.parametrize("cursor", ["nonsense", "", "AAAA", "a" * 400])
def test_a_page_link_nobody_gave_out_is_refused(hub: RunningHub, cursor: str) -> None:
    client = hub.client()
    response = client.get(f"Patient?_cursor={cursor}")
    assert response.status_code in (400, 410)
    assert response.json()["resourceType"] == "OperationOutcome"


def test_a_page_link_of_one_type_does_not_open_another(hub: RunningHub) -> None:
    client = hub.client()
    fill(client, 3)
    following = [
        link["url"] for link in client.get("Patient?_count=1").json()["link"] if link["relation"] == "next"
    ]
    assert client.get(following[0].replace("/Patient?", "/Observation?")).status_code == 410


def test_page_links_survive_a_restart(hub: RunningHub) -> None:
    client = hub.client()
    fill(client, 4)
    following = [
        link["url"] for link in client.get("Patient?_count=2").json()["link"] if link["relation"] == "next"
    ]
    hub.restart()
    assert len(client.get(following[0]).json()["entry"]) == 2

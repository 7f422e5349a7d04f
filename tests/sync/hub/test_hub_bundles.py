"""Transactions happen whole or not at all; batches entry by entry."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from tests.plugins.hub import RunningHub

PATCH = "application/json-patch+json"


def entry(method: str, url: str, resource: Any = None, full_url: str = "", **guards: str) -> dict[str, Any]:
    made: dict[str, Any] = {"request": {"method": method, "url": url, **guards}}
    if resource is not None:
        made["resource"] = resource
    if full_url:
        made["fullUrl"] = full_url
    return made


def send(client: httpx.Client, *entries: Any, kind: str = "transaction", **headers: str) -> httpx.Response:
    return client.post(
        "", json={"resourceType": "Bundle", "type": kind, "entry": list(entries)}, headers=headers
    )


def person(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **more}


def visit(subject: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "status": "planned",
        "class": {"code": "AMB"},
        "subject": {"reference": subject},
        **more,
    }


def statuses(response: httpx.Response) -> list[str]:
    return [row["response"]["status"].split()[0] for row in response.json()["entry"]]


def test_new_records_find_each_other_by_their_temporary_names(hub: RunningHub) -> None:
    client = hub.client()
    answer = send(
        client,
        entry("POST", "Encounter", visit("urn:uuid:aaa"), "urn:uuid:bbb"),
        entry("POST", "Patient", person(link=[{"other": {"reference": "Patient/old"}, "type": "seealso"}]),
              "urn:uuid:aaa"),
        entry("PUT", "Patient/old", person(id="old"), "https://elsewhere.example/fhir/Patient/old"),
        entry("POST", "Flag", {"resourceType": "Flag", "status": "active", "code": {"text": "x"},
                               "subject": {"reference": "https://elsewhere.example/fhir/Patient/old"},
                               "encounter": {"reference": "urn:uuid:bbb"}}),
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    rows = answer.json()["entry"]
    assert statuses(answer) == ["201", "201", "201", "201"]
    where = [row["response"]["location"].partition("/_history/")[0] for row in rows]
    assert client.get(where[0]).json()["subject"]["reference"] == where[1]
    flag = client.get(where[3]).json()
    assert flag["subject"]["reference"] == "Patient/old"
    assert flag["encounter"]["reference"] == where[0]


def test_each_entry_is_answered_with_version_time_and_place(hub: RunningHub) -> None:
    client = hub.client()
    row = send(client, entry("PUT", "Patient/p", person(id="p"))).json()["entry"][0]
    stored = client.get("Patient/p").json()
    assert row == {
        "response": {
            "status": "201 Created",
            "location": "Patient/p/_history/1",
            "etag": 'W/"1"',
            "lastModified": stored["meta"]["lastUpdated"],
        }
    }
    full = send(client, entry("PUT", "Patient/p", person(id="p")), Prefer="return=representation").json()[
        "entry"
    ][0]
    assert full["resource"]["meta"]["versionId"] == "2"


def test_a_temporary_name_of_an_attachment_is_given_its_place(hub: RunningHub) -> None:
    client = hub.client()
    paper = {"resourceType": "Binary", "contentType": "application/pdf", "data": "JVBERg=="}
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "content": [{"attachment": {"url": "urn:uuid:pdf"}}],
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:pdf"}],
    }
    rows = send(
        client, entry("POST", "Binary", paper, "urn:uuid:pdf"), entry("POST", "DocumentReference", document)
    ).json()["entry"]
    stored = client.get(rows[1]["response"]["location"]).json()
    assert stored["content"][0]["attachment"]["url"] + "/_history/1" == rows[0]["response"]["location"]
    assert stored["identifier"][0]["value"] == "urn:uuid:pdf"


FAILURES = [
    # the entry that spoils it, status, where the outcome points
    (entry("PUT", "Patient/p", person(id="p", gender="male"), ifMatch='W/"9"'), 412, "Bundle.entry[1]"),
    (entry("PUT", "Patient/p", person(id="p"), ifNoneMatch="*"), 412, "Bundle.entry[1]"),
    (entry("PUT", "Patient/x", person(id="x", birthDate="soon")), 422, "Bundle.entry[1].resource.birthDate"),
    (entry("POST", "Encounter", visit("Patient/none")), 422, "Bundle.entry[1].resource.subject.reference"),
    (entry("POST", "Encounter", visit("Patient?identifier=none")), 412, "Bundle.entry[1]"),
    (entry("DELETE", "Patient/none"), 404, "Bundle.entry[1]"),
    (entry("DELETE", "Patient/p", ifMatch='W/"9"'), 412, "Bundle.entry[1]"),
    (entry("PUT", "Patient/other", person(id="p")), 400, "Bundle.entry[1]"),
    (entry("PUT", "Patient/new", person(id="new")), 400, "Bundle.entry[1]"),
    (entry("GET", "Patient/none"), 404, "Bundle.entry[1]"),
    (
        entry("PATCH", "Patient/p", {"resourceType": "Binary", "contentType": PATCH, "data": "?"}),
        400,
        "Bundle.entry[1]",
    ),
    (entry("FLY", "Patient/p"), 405, "Bundle.entry[1]"),
    (entry("GET", "metadata"), 400, "Bundle.entry[1]"),
    ({"resource": person()}, 400, "Bundle.entry[1]"),
    ("nothing", 400, "Bundle.entry[1]"),
]


@pytest.mark.parametrize(("bad", "status", "place"), FAILURES)
def test_one_bad_entry_leaves_nothing_of_a_transaction(
    hub: RunningHub, bad: Any, status: int, place: str
) -> None:
    client = hub.client()
    client.put("Patient/p", json=person(id="p"))
    before = hub.store.sequence()
    answer = send(
        client, entry("PUT", "Patient/new", person(id="new")), bad, entry("POST", "Patient", person())
    )
    assert answer.status_code == status, answer.text
    assert answer.json()["issue"][0]["expression"] == [place]
    assert hub.store.sequence() == before
    assert client.get("Patient/new").status_code == 404


def test_guards_inside_a_transaction_hold(hub: RunningHub) -> None:
    client = hub.client()
    client.put("Patient/p", json=person(id="p"))
    answer = send(
        client,
        entry("PUT", "Patient/p", person(id="p", gender="male"), ifMatch='W/"1"'),
        entry("PUT", "Patient/n", person(id="n"), ifNoneMatch="*"),
        entry("POST", "Patient", person(identifier=[{"value": "7"}]), ifNoneExist="identifier=7"),
    )
    assert statuses(answer) == ["200", "201", "201"]
    replay = send(
        client, entry("POST", "Patient", person(identifier=[{"value": "7"}]), ifNoneExist="identifier=7")
    )
    assert statuses(replay) == ["200"]
    assert (
        replay.json()["entry"][0]["response"]["location"] == answer.json()["entry"][2]["response"]["location"]
    )


def test_two_entries_with_one_condition_make_one_record_that_both_names_mean(hub: RunningHub) -> None:
    client = hub.client()
    same = person(identifier=[{"value": "7"}])
    answer = send(
        client,
        entry("POST", "Patient", same, "urn:uuid:1", ifNoneExist="identifier=7"),
        entry("POST", "Patient", same, "urn:uuid:2", ifNoneExist="identifier=7"),
        entry("POST", "Encounter", visit("urn:uuid:2")),
    )
    first, second, third = (row["response"]["location"] for row in answer.json()["entry"])
    assert first == second
    assert statuses(answer) == ["201", "200", "201"]
    assert client.get(third).json()["subject"]["reference"] + "/_history/1" == first


def test_a_name_may_stand_for_a_record_that_was_there_already(hub: RunningHub) -> None:
    client = hub.client()
    client.put("Patient/known", json=person(id="known", identifier=[{"system": "urn:no", "value": "7"}]))
    answer = send(
        client,
        entry("POST", "Patient", person(), "urn:uuid:1", ifNoneExist="identifier=urn:no|7"),
        entry("POST", "Encounter", visit("urn:uuid:1")),
        entry("POST", "Encounter", visit("Patient?identifier=urn:no|7")),
        entry("PUT", "Patient?identifier=urn:no|7", person(gender="male"), "urn:uuid:3"),
        entry("POST", "Encounter", visit("urn:uuid:3")),
    )
    assert answer.status_code == 200, answer.text
    for row in (1, 2, 4):
        stored = client.get(answer.json()["entry"][row]["response"]["location"]).json()
        assert stored["subject"]["reference"] == "Patient/known"
    assert client.get("Patient/known").json()["gender"] == "male"


def test_entries_are_carried_out_in_the_order_of_the_standard(hub: RunningHub) -> None:
    client = hub.client()
    client.put("Patient/old", json=person(id="old"))
    client.put("Patient/q", json=person(id="q"))
    change = base64.b64encode(json.dumps([{"op": "add", "path": "/active", "value": True}]).encode()).decode()
    answer = send(
        client,
        entry("GET", "Patient/p"),
        entry("GET", "Patient?_summary=count&active=true"),
        entry("PATCH", "Patient/q", {"resourceType": "Binary", "contentType": PATCH, "data": change}),
        entry("PUT", "Patient/p", person(id="p")),
        entry("DELETE", "Patient/old"),
    )
    assert statuses(answer) == ["200", "200", "200", "201", "204"]
    rows = answer.json()["entry"]
    assert rows[0]["resource"]["id"] == "p"
    assert rows[1]["resource"]["total"] == 1
    assert client.get("Patient/q").json()["active"] is True


def test_the_same_record_twice_is_refused(hub: RunningHub) -> None:
    answer = send(
        hub.client(),
        entry("PUT", "Patient/p", person(id="p")),
        entry("PUT", "Patient/p", person(id="p", gender="male")),
    )
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["code"] == "duplicate"


def test_batch_entries_stand_alone(hub: RunningHub) -> None:
    client = hub.client()
    client.put("Patient/p", json=person(id="p"))
    answer = send(
        client,
        entry("PUT", "Patient/a", person(id="a")),
        entry("PUT", "Patient/p", person(id="p"), ifMatch='W/"9"'),
        entry("POST", "Encounter", visit("Patient/none")),
        entry("GET", "Patient/p"),
        entry("DELETE", "Patient/p"),
        kind="batch",
    )
    assert answer.status_code == 200
    assert answer.json()["type"] == "batch-response"
    assert statuses(answer) == ["201", "412", "422", "200", "204"]
    assert answer.json()["entry"][1]["response"]["outcome"]["issue"][0]["code"] == "conflict"
    assert client.get("Patient/a").status_code == 200
    history = client.get("_history?_sort=_lastUpdated").json()["entry"]
    times = [row["response"]["lastModified"] for row in history]
    assert times == sorted(set(times))


@pytest.mark.parametrize(
    "body", [person(), {"resourceType": "Bundle", "type": "collection"}, {"resourceType": "Bundle"}]
)
def test_only_transactions_and_batches_are_carried_out(hub: RunningHub, body: dict[str, Any]) -> None:
    assert hub.client().post("", json=body).status_code == 400


def test_an_empty_transaction_is_answered_by_an_empty_response(hub: RunningHub) -> None:
    answer = hub.client().post("", json={"resourceType": "Bundle", "type": "transaction"})
    assert answer.json() == {"resourceType": "Bundle", "type": "transaction-response", "entry": []}

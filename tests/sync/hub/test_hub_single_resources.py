"""Create, read, update, patch and delete one resource, and the guards around them."""

from __future__ import annotations

import itertools
import re
from typing import Any

import httpx
import pytest

from tests.plugins.hub import RunningHub

ZHANG = {"resourceType": "Patient", "name": [{"text": "张小明"}], "birthDate": "1980-02-29"}


def patient(identity: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": identity, **more}


def said(response: httpx.Response) -> str:
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome"
    return " | ".join(f"{i['code']} {i['diagnostics']} {i.get('expression', '')}" for i in outcome["issue"])


def test_created_resource_has_id_version_time_and_location(hub: RunningHub) -> None:
    client = hub.client()
    response = client.post("Patient", json={**ZHANG, "id": "mine"})
    stored = response.json()
    assert response.status_code == 201
    assert stored["id"] != "mine"
    assert stored["meta"]["versionId"] == "1"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stored["meta"]["lastUpdated"])
    assert response.headers["etag"] == 'W/"1"'
    assert response.headers["location"] == f"{hub.url}/Patient/{stored['id']}/_history/1"
    assert response.headers["content-type"].startswith("application/fhir+json")
    read = client.get(f"Patient/{stored['id']}")
    assert read.json() == stored
    assert "last-modified" in read.headers


def test_update_creates_under_the_clients_id_and_then_counts_versions(hub: RunningHub) -> None:
    client = hub.client()
    answers = [client.put("Patient/p-1", json=patient("p-1", gender=g)) for g in ("male", "female")]
    assert [a.status_code for a in answers] == [201, 200]
    assert [a.headers["etag"] for a in answers] == ['W/"1"', 'W/"2"']
    assert client.get("Patient/p-1/_history/1").json()["gender"] == "male"
    assert client.get("Patient/p-1").json()["gender"] == "female"


def test_unknown_elements_of_meta_and_the_digits_of_decimals_survive(hub: RunningHub) -> None:
    client = hub.client()
    body = (
        '{"resourceType":"Observation","id":"o","meta":{"tag":[{"code":"x"}],"versionId":"77"},"status":"final",'
        '"code":{"text":"K"},"valueQuantity":{"value":1.50}}'
    )
    client.put("Observation/o", content=body, headers={"content-type": "application/fhir+json"})
    text = client.get("Observation/o").text
    assert '"value":1.50' in text
    assert '"tag":[{"code":"x"}]' in text
    assert '"versionId":"1"' in text


def test_every_version_gets_a_later_time_than_all_before(hub: RunningHub) -> None:
    client = hub.client()
    for number in range(30):
        client.put(f"Patient/p{number % 3}", json=patient(f"p{number % 3}"))
    entries = client.get("_history?_sort=_lastUpdated&_count=100").json()["entry"]
    times = [entry["resource"]["meta"]["lastUpdated"] for entry in entries]
    assert len(times) == 30
    assert all(one < other for one, other in itertools.pairwise(times))


GUARDS = [
    # what is there, headers, expected status
    ("nothing", {"If-Match": 'W/"1"'}, 412),
    ("nothing", {"If-Match": "*"}, 412),
    ("nothing", {"If-None-Match": "*"}, 201),
    ("version 2", {"If-Match": 'W/"2"'}, 200),
    ("version 2", {"If-Match": '"2"'}, 200),
    ("version 2", {"If-Match": "*"}, 200),
    ("version 2", {"If-Match": 'W/"1"'}, 412),
    ("version 2", {"If-Match": 'W/"abc"'}, 412),
    ("version 2", {"If-None-Match": "*"}, 412),
    ("version 2", {}, 200),
    ("deleted", {"If-None-Match": "*"}, 412),
    ("deleted", {"If-Match": 'W/"2"'}, 412),
    ("deleted", {}, 201),
]


@pytest.mark.parametrize(("there", "headers", "expected"), GUARDS)
def test_guards_of_an_update(hub: RunningHub, there: str, headers: dict[str, str], expected: int) -> None:
    client = hub.client()
    if there != "nothing":
        client.put("Patient/p", json=patient("p"))
        client.put("Patient/p", json=patient("p"))
    if there == "deleted":
        client.delete("Patient/p")
    response = client.put("Patient/p", json=patient("p", gender="other"), headers=headers)
    assert response.status_code == expected
    if expected == 412:
        assert "conflict" in said(response)


def test_delete_leaves_a_tombstone_and_honours_its_guard(hub: RunningHub) -> None:
    client = hub.client()
    client.put("Patient/p", json=patient("p"))
    client.put("Patient/p", json=patient("p", gender="male"))
    assert client.delete("Patient/p", headers={"If-Match": 'W/"1"'}).status_code == 412
    assert client.get("Patient/p").status_code == 200
    gone = client.delete("Patient/p", headers={"If-Match": 'W/"2"'})
    assert (gone.status_code, gone.headers["etag"], gone.content) == (204, 'W/"3"', b"")
    assert client.get("Patient/p").status_code == 410
    assert client.get("Patient/p/_history/3").status_code == 410
    assert client.get("Patient/p/_history/2").json()["gender"] == "male"
    assert client.get("Patient?_id=p").json().get("entry") is None
    assert client.delete("Patient/p").status_code == 204
    assert client.delete("Patient/never").status_code == 404
    back = client.put("Patient/p", json=patient("p"))
    assert (back.status_code, back.headers["etag"]) == (201, 'W/"4"')


REFUSALS = [
    # method, address, body, expected status, words in the outcome
    ("GET", "Patient/none", None, 404, "not-found"),
    ("GET", "Patient/none/_history", None, 404, "not-found"),
    ("GET", "Patient/p/_history/9", None, 404, "not-found"),
    ("GET", "Patient/p/_history/x", None, 404, "not-found"),
    ("GET", "Pattient/p", None, 404, "Pattient"),
    ("GET", "Patient/p/$everything", None, 404, "not-supported"),
    ("GET", "Patient/a_b", None, 400, "id"),
    ("POST", "Patient/p", ZHANG, 405, "not-supported"),
    ("DELETE", "Patient", None, 405, "not-supported"),
    ("PUT", "Patient/p", {"resourceType": "Patient"}, 400, "id"),
    ("PUT", "Patient/p", patient("q"), 400, "id"),
    ("PUT", "Patient/p", {"resourceType": "Practitioner", "id": "p"}, 400, "not a Patient"),
    ("POST", "Patient", {"resourceType": "Practitioner"}, 400, "not a Patient"),
    ("POST", "Patient", {}, 400, "not a Patient"),
    ("POST", "Patient", {**ZHANG, "birthDate": "29.2.1980"}, 422, "Patient.birthDate"),
    ("POST", "Patient", {**ZHANG, "nonsense": 1, "name": {}}, 422, "Patient.nonsense"),
    ("POST", "Observation", {"resourceType": "Observation"}, 422, "Observation.status"),
    ("POST", "Encounter", {"resourceType": "Encounter", "status": "planned", "class": {"code": "AMB"},
                           "subject": {"reference": "Patient/none"}}, 422, "Encounter.subject.reference"),
    ("PATCH", "Patient/p", [{"op": "add", "path": "/active", "value": True}], 415, "json-patch"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "address", "body", "status", "words"), REFUSALS)
def test_refusals_say_why(
    hub: RunningHub, method: str, address: str, body: Any, status: int, words: str
) -> None:
    client = hub.client()
    client.put("Patient/p", json=patient("p"))
    sequence = hub.store.sequence()
    response = client.request(method, address, json=body)
    assert response.status_code == status
    assert words in said(response)
    assert hub.store.sequence() == sequence


def test_wrong_method_names_the_right_ones(hub: RunningHub) -> None:
    response = hub.client().delete("Patient")
    assert response.headers["allow"] == "GET, HEAD, POST, PUT"


def test_references_out_of_the_house_or_to_deleted_records_are_taken(hub: RunningHub) -> None:
    client = hub.client()
    client.put("Patient/p", json=patient("p"))
    client.delete("Patient/p")
    for reference in ("Patient/p", "https://other.example/fhir/Patient/9", "urn:uuid:3f1c", "#inside"):
        body = {
            "resourceType": "Flag",
            "status": "active",
            "code": {"text": "x"},
            "subject": {"reference": reference},
        }
        assert client.post("Flag", json=body).status_code == 201, reference


def test_referential_integrity_can_be_switched_off(make_hub: Any) -> None:
    client = make_hub(referential_integrity=False).client()
    body = {
        "resourceType": "Flag",
        "status": "active",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/x"},
    }
    assert client.post("Flag", json=body).status_code == 201


def test_conditional_create_stores_once(hub: RunningHub) -> None:
    client = hub.client()
    body = {**ZHANG, "identifier": [{"system": "urn:op", "value": "1"}]}
    guard = {"If-None-Exist": "identifier=urn:op|1"}
    first, second = (client.post("Patient", json=body, headers=guard) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    client.post("Patient", json=body)
    third = client.post("Patient", json=body, headers=guard)
    assert third.status_code == 412
    assert "multiple-matches" in said(third)
    assert client.post("Patient", json=body, headers={"If-None-Exist": "colour=red"}).status_code == 400


def test_conditional_update_creates_updates_or_refuses(hub: RunningHub) -> None:
    client = hub.client()
    body = {**ZHANG, "identifier": [{"system": "urn:no", "value": "7"}]}
    made = client.put("Patient?identifier=urn:no|7", json=body)
    assert made.status_code == 201
    again = client.put("Patient?identifier=urn:no|7", json={**body, "gender": "male"})
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    other = client.put("Patient?identifier=urn:no|7", json={**body, "id": "other"})
    assert other.status_code == 400
    named = client.put("Patient?identifier=urn:no|8", json={**body, "id": "named"})
    assert (named.status_code, named.json()["id"]) == (201, "named")
    assert client.put("Patient?identifier=urn:no|7", json=body).status_code == 412
    assert client.put("Patient", json=body).status_code == 400


def test_patch_changes_the_current_version_under_its_guard(hub: RunningHub) -> None:
    client = hub.client()
    client.put("Patient/p", json=patient("p", gender="male"))
    kind = {"content-type": "application/json-patch+json"}

    def patched(*operations: dict[str, Any], **headers: str) -> httpx.Response:
        return client.request("PATCH", "Patient/p", json=list(operations), headers={**kind, **headers})

    done = patched({"op": "replace", "path": "/gender", "value": "female"}, **{"If-Match": 'W/"1"'})
    assert (done.status_code, done.headers["etag"], done.json()["gender"]) == (200, 'W/"2"', "female")
    assert patched({"op": "remove", "path": "/gender"}, **{"If-Match": 'W/"1"'}).status_code == 412
    assert patched({"op": "test", "path": "/gender", "value": "male"}).status_code == 422
    assert patched({"op": "replace", "path": "/id", "value": "q"}).status_code == 422
    assert patched({"op": "replace", "path": "/gender", "value": 5}).status_code == 422
    assert patched({"op": "paint", "path": "/gender"}).status_code == 400
    client.delete("Patient/p")
    assert patched({"op": "remove", "path": "/gender"}).status_code == 410


def test_caller_may_ask_for_little_in_return(hub: RunningHub) -> None:
    client = hub.client()
    little = client.post("Patient", json=ZHANG, headers={"Prefer": "return=minimal"})
    assert (little.status_code, little.content) == (201, b"")
    assert "location" in little.headers
    words = client.post("Patient", json=ZHANG, headers={"Prefer": "return=OperationOutcome"})
    assert words.json()["issue"][0]["severity"] == "information"


def test_a_version_the_caller_has_is_not_sent_again(hub: RunningHub) -> None:
    client = hub.client()
    client.put("Patient/p", json=patient("p"))
    assert client.get("Patient/p", headers={"If-None-Match": 'W/"1"'}).status_code == 304
    assert client.get("Patient/p", headers={"If-None-Match": 'W/"7"'}).status_code == 200


def test_the_audit_trail_of_the_desks_is_never_changed(hub: RunningHub) -> None:
    client = hub.client()
    event = {
        "resourceType": "AuditEvent",
        "id": "a",
        "type": {"code": "rest"},
        "recorded": "2026-03-17T09:00:00+08:00",
        "agent": [{"requestor": True}],
        "source": {"observer": {"display": "desk 1"}},
    }
    assert client.put("AuditEvent/a", json=event).status_code == 201
    assert (
        client.put("AuditEvent/a", json={**event, "recorded": "2026-03-18T09:00:00+08:00"}).status_code == 405
    )
    assert client.delete("AuditEvent/a").status_code == 405
    assert client.get("AuditEvent/a").headers["etag"] == 'W/"1"'

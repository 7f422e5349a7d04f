"""What a search finds: every kind of parameter, every prefix and modifier, sorting and what comes along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.plugins.hub import RunningHub

TAG = {"system": "urn:origin", "code": "synthetic"}
PATIENTS = [
    {
        "id": "a",
        "name": [{"text": "张小明"}],
        "gender": "male",
        "birthDate": "1980-02-29",
        "meta": {"tag": [TAG]},
    },
    {"id": "b", "name": [{"text": "张三", "given": ["Li,Bo"]}], "gender": "female", "birthDate": "1980"},
    {"id": "c", "name": [{"text": "小明·买买提"}], "gender": "female"},
    {
        "id": "d",
        "name": [{"family": "Zhang"}],
        "identifier": [{"system": "urn:no", "value": "7"}, {"value": "8"}],
    },
]


@pytest.fixture
def client(hub: RunningHub) -> httpx.Client:
    client = hub.client()
    put(client, *({"resourceType": "Patient", **row} for row in PATIENTS))
    return client


def put(client: httpx.Client, *resources: dict[str, Any]) -> None:
    entries = [
        {"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
        for r in resources
    ]
    response = client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert response.status_code == 200, response.text


def ids(client: httpx.Client, query: str) -> list[str]:
    response = client.get(query)
    assert response.status_code == 200, response.text
    return [entry["resource"]["id"] for entry in response.json().get("entry", [])]


FOUND = [
    ("", "abcd"),
    ("name=张", "ab"),
    ("name=小明", "c"),
    ("name:contains=小明", "ac"),
    ("name=zhang", "d"),
    ("name:exact=zhang", ""),
    ("name:exact=Zhang", "d"),
    ("name=Li\\,Bo", "b"),
    ("name=张,zhang", "abd"),
    ("name=张&gender=female", "b"),
    ("name:missing=true", ""),
    ("gender=female", "bc"),
    ("gender=female,male", "abc"),
    ("gender:not=female", "ad"),
    ("gender:missing=true", "d"),
    ("gender:missing=false", "abc"),
    ("identifier=7", "d"),
    ("identifier=urn:no|7", "d"),
    ("identifier=urn:no|", "d"),
    ("identifier=urn:other|7", ""),
    ("identifier=|8", "d"),
    ("identifier=|7", ""),
    ("_id=a,c", "ac"),
    ("_id=a&_id=c", ""),
    ("_tag=urn:origin|synthetic", "a"),
    ("_tag:not=synthetic", "bcd"),
    ("birthdate=1980", "ab"),
    ("birthdate=1980-02-29", "a"),
    ("birthdate=ne1980-02-29", "b"),
    ("birthdate=1980-02", "a"),
    ("birthdate=gt1980-02", "b"),
    ("birthdate=ge1980-02", "ab"),
    ("birthdate=lt1980-02", "b"),
    ("birthdate=le1980-02", "ab"),
    ("birthdate=sa1979", "ab"),
    ("birthdate=sa1980-02", ""),
    ("birthdate=eb1981", "ab"),
    ("birthdate=ge1980-02-01&birthdate=le1980-02-29", "ab"),
    ("_lastUpdated=gt2000", "abcd"),
    ("_lastUpdated=lt2000", ""),
    ("_lastUpdated=eb2999&_id=d", "d"),
    ("_count=2", "ab"),
    ("_sort=-_lastUpdated", "dcba"),
    ("_sort=_id", "abcd"),
    ("_sort=-birthdate&birthdate:missing=false", "ab"),
    ("_sort=birthdate", "bacd"),
    ("_sort=gender,-_id", "cbad"),
    ("_sort=-gender,_id", "abcd"),
]


@pytest.mark.parametrize(("query", "expected"), FOUND)
def test_search_finds(client: httpx.Client, query: str, expected: str) -> None:
    assert "".join(ids(client, f"Patient?{query}")) == expected


REFUSED = [
    ("favourite=red", "favourite"),
    ("name:sounds=x", ":sounds"),
    ("birthdate=yesterday", "yesterday"),
    ("_count=many", "_count"),
    ("_sort=shoe", "shoe"),
    ("_total=yes", "_total"),
    ("_summary=text", "_summary"),
    ("_include=Patient:shoe", "Patient:shoe"),
    ("name:missing=perhaps", "missing"),
    ("patient.name=x", "patient.name"),
    ("organization.colour=x", "organization.colour"),
    ("general-practitioner.name=x", "general-practitioner.name"),
    ("organization:Ward.name=x", "organization"),
    ("organization.partof.name=x", "organization.partof.name"),
    ("gender.name=x", "gender.name"),
    ("organization._lastUpdated=gt2000", "organization._lastUpdated"),
    ("_has:Observation:patient:code=x", "_has"),
]


@pytest.mark.parametrize(("query", "words"), REFUSED)
def test_search_refuses_what_it_does_not_know_by_name(client: httpx.Client, query: str, words: str) -> None:
    response = client.get(f"Patient?{query}")
    assert response.status_code == 400
    assert words in response.json()["issue"][0]["diagnostics"]


def test_lenient_search_drops_what_it_does_not_know_and_says_so_in_the_self_link(
    client: httpx.Client,
) -> None:
    response = client.get("Patient?favourite=red&gender=male", headers={"Prefer": "handling=lenient"})
    bundle = response.json()
    assert [e["resource"]["id"] for e in bundle["entry"]] == ["a"]
    assert bundle["link"][0]["url"].endswith("/Patient?gender=male")


def test_entries_carry_their_address_and_why_they_are_there(hub: RunningHub, client: httpx.Client) -> None:
    bundle = client.get("Patient?_id=a").json()
    assert bundle["type"] == "searchset"
    assert bundle["entry"][0]["fullUrl"] == f"{hub.url}/Patient/a"
    assert bundle["entry"][0]["search"] == {"mode": "match"}


def test_totals_only_when_asked(client: httpx.Client) -> None:
    assert "total" not in client.get("Patient?gender=female").json()
    assert client.get("Patient?gender=female&_total=accurate&_count=1").json()["total"] == 2
    counted = client.get("Patient?gender=female&_summary=count").json()
    assert counted["total"] == 2
    assert "entry" not in counted
    assert "entry" not in client.get("Patient?_count=0").json()


def test_elements_shorten_resources_and_mark_them_so(client: httpx.Client) -> None:
    resource = client.get("Patient?_id=a&_elements=gender").json()["entry"][0]["resource"]
    assert set(resource) == {"resourceType", "id", "meta", "gender"}
    assert {tag["code"] for tag in resource["meta"]["tag"]} == {"synthetic", "SUBSETTED"}


def test_search_by_post_keeps_the_name_out_of_the_address(client: httpx.Client) -> None:
    response = client.post("Patient/_search", data={"name": "张", "_count": "1"})
    assert [e["resource"]["id"] for e in response.json()["entry"]] == ["a"]
    following = next(link["url"] for link in response.json()["link"] if link["relation"] == "next")
    assert "%E5%BC%A0" not in following
    assert "name" not in following
    assert [e["resource"]["id"] for e in client.get(following).json()["entry"]] == ["b"]


def chart() -> list[dict[str, Any]]:
    subject = {"reference": "Patient/a"}
    visit = {"reference": "Encounter/e"}
    return [
        {
            "resourceType": "Encounter",
            "id": "e",
            "status": "finished",
            "class": {"system": "urn:act", "code": "AMB"},
            "subject": subject,
            "period": {"start": "2026-03-17T09:00:00+08:00", "end": "2026-03-17T09:20:00+08:00"},
            "participant": [{"individual": {"reference": "Practitioner/w"}}],
        },
        {"resourceType": "Practitioner", "id": "w", "name": [{"text": "王敏"}]},
        {
            "resourceType": "Observation",
            "id": "o",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            "subject": subject,
            "encounter": visit,
            "effectiveDateTime": "2026-03-17T09:10:00+08:00",
        },
        {
            "resourceType": "Observation",
            "id": "lone",
            "status": "preliminary",
            "code": {"text": "pulse"},
            "subject": {"reference": "Patient/b/_history/1"},
        },
    ]


REFERENCES = [
    ("Observation?patient=a", ["o"]),
    ("Observation?patient=Patient/a", ["o"]),
    ("Observation?patient:Patient=a", ["o"]),
    ("Observation?subject=Patient/a", ["o"]),
    ("Observation?subject:Patient=b", ["lone"]),
    ("Observation?patient=Practitioner/a", []),
    ("Observation?patient.name=张小", ["o"]),
    ("Observation?subject:Patient.name:contains=三", ["lone"]),
    ("Observation?patient:Patient.gender:not=male", ["lone"]),
    ("Observation?patient.birthdate:missing=true", []),
    ("Encounter?participant:Practitioner.name=王", ["e"]),
    ("Encounter?practitioner.name=王&patient._id=a", ["e"]),
    ("Observation?code:missing=false&encounter.class=AMB", ["o"]),
    ("Observation?patient=a&combo-code=8867-4", ["o"]),
    ("Observation?patient=https://hub.example/fhir/Patient/a", ["o"]),
    ("Observation?encounter:missing=true", ["lone"]),
    ("Observation?code=http://loinc.org|8867-4", ["o"]),
    ("Encounter?class=AMB&date=2026-03-17", ["e"]),
    ("Encounter?date=ge2026-03-17T01:15:00Z", ["e"]),
    ("Encounter?date=eb2026-03-17T01:15:00Z", []),
    ("Encounter?date=sa2026-03-17T00:59:59Z", ["e"]),
    ("Encounter?date=lt2026-03-17T09:05:00+08:00", ["e"]),
    ("Observation?_id=o&_include=Observation:encounter", ["o", "e"]),
    ("Observation?_id=o&_include=Observation:subject&_include=Observation:encounter", ["o", "a", "e"]),
    ("Observation?_id=o&_include=Observation:subject:Practitioner", ["o"]),
    (
        "Observation?_id=o&_include=Observation:encounter&_include:iterate=Encounter:participant",
        ["o", "e", "w"],
    ),
    ("Patient?_id=a&_revinclude=Observation:patient&_revinclude=Encounter:patient", ["a", "e", "o"]),
    ("Patient?_id=b&_revinclude=Observation:subject", ["b", "lone"]),
]


@pytest.mark.parametrize(("query", "expected"), REFERENCES)
def test_references_are_followed(client: httpx.Client, query: str, expected: list[str]) -> None:
    put(client, *chart())
    found = ids(client, query)
    assert found[:1] == expected[:1]
    assert sorted(found) == sorted(expected)


def test_included_resources_are_marked_and_not_counted(client: httpx.Client) -> None:
    put(client, *chart())
    bundle = client.get("Observation?_id=o&_include=Observation:patient&_total=accurate").json()
    assert bundle["total"] == 1
    assert [e["search"]["mode"] for e in bundle["entry"]] == ["match", "include"]


def test_an_update_moves_a_record_in_the_index(client: httpx.Client) -> None:
    client.put("Patient/a", json={"resourceType": "Patient", "id": "a", "gender": "female"})
    assert ids(client, "Patient?gender=male") == []
    assert ids(client, "Patient?name=张小明") == []
    assert sorted(ids(client, "Patient?gender=female")) == ["a", "b", "c"]


def test_a_common_value_is_found_page_by_page_like_a_rare_one(client: httpx.Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("sync.hub.store.query.FEW", 1)
    assert ids(client, "Patient?gender=female") == ["b", "c"]
    assert ids(client, "Patient?gender=female,male&name=张") == ["a", "b"]
    assert ids(client, "Patient?gender:not=female&name:contains=a") == ["d"]
    put(client, *chart())
    assert ids(client, "Observation?patient.gender=male,female&patient.name=张") == ["o", "lone"]


def test_search_parameters_of_the_statement_can_all_be_asked(hub: RunningHub, client: httpx.Client) -> None:
    values = {"token": "x", "reference": "x", "date": "2026", "string": "x"}
    statement = httpx.get(f"{hub.url}/metadata").json()
    for resource in statement["rest"][0]["resource"]:
        query = "&".join(f"{p['name']}={values[p['type']]}" for p in resource["searchParam"])
        assert client.get(f"{resource['type']}?{query}").status_code == 200, resource["type"]


def test_an_index_of_an_older_program_is_made_anew(
    make_hub: Callable[..., RunningHub], monkeypatch: pytest.MonkeyPatch
) -> None:
    from workstation.fhir.search import PARAMS

    hub = make_hub()
    client = hub.client()
    client.put(
        "Patient/a", json={"resourceType": "Patient", "id": "a", "maritalStatus": {"coding": [{"code": "M"}]}}
    )
    assert client.get("Patient?marital-status=M").status_code == 400
    monkeypatch.setitem(PARAMS["Patient"], "marital-status", ("token", "maritalStatus"))
    hub.restart()
    assert ids(client, "Patient?marital-status=M") == ["a"]
    assert ids(client, "Patient?_id=a&_lastUpdated=gt2000") == ["a"]

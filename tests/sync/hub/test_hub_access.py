"""Who may touch what at the centre, and the trail it leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync.hub import admin, audit
from tests.plugins.hub import RunningHub
from workstation.audit import Entry

CLINICAL = {"resourceType": "Patient", "id": "p", "name": [{"text": "张小明"}]}
STAFF = {"resourceType": "Practitioner", "id": "w", "name": [{"text": "王敏"}]}
VISIT = {
    "resourceType": "Encounter",
    "id": "e",
    "status": "finished",
    "class": {"code": "AMB"},
    "subject": {"reference": "Patient/p"},
    "participant": [{"individual": {"reference": "Practitioner/w"}}],
}


@pytest.fixture
def filled(hub: RunningHub) -> RunningHub:
    client = hub.client("doc")
    for resource in (CLINICAL, STAFF, VISIT):
        client.put(f"{resource['resourceType']}/{resource['id']}", json=resource).raise_for_status()
    return hub


@pytest.mark.parametrize("user", ["doc", "nurse", "pharm", "reg"])
def test_clinical_roles_read_and_write_clinical_records(filled: RunningHub, user: str) -> None:
    client = filled.client(user)
    assert client.get("Patient/p").status_code == 200
    assert client.put("Patient/p", json={**CLINICAL, "gender": "male"}).status_code == 200


def test_a_laboratory_reads_its_orders_and_writes_answers_and_nothing_else(filled: RunningHub) -> None:
    order = {
        "resourceType": "ServiceRequest",
        "id": "o",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
    }
    filled.client("doc").put("ServiceRequest/o", json=order).raise_for_status()
    client = filled.client("lab")
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "LAB"},
        "subject": {"reference": "Patient/p"},
        "basedOn": [{"reference": "ServiceRequest/o"}],
    }
    allowed = [
        client.get("ServiceRequest/o"),
        client.get("Patient/p"),
        client.post("DiagnosticReport", json=report),
    ]
    refused = [
        client.put("ServiceRequest/o", json=order | {"status": "revoked"}),
        client.put("Patient/p", json=CLINICAL),
        client.get("MedicationRequest?patient=p"),
        client.get("Composition?patient=p"),
        client.post("Task", json={"resourceType": "Task", "status": "completed", "intent": "order"}),
        client.delete("Patient/p"),
    ]
    assert [a.status_code for a in allowed] == [200, 200, 201]
    assert [a.status_code for a in refused] == [403] * len(refused)
    seen = {e["resource"]["resourceType"] for e in client.get("_history").json()["entry"]}
    assert seen.isdisjoint({"Task", "Composition"})


@pytest.mark.parametrize("user", ["admin", "auditor"])
def test_administrators_and_auditors_see_no_clinical_record(filled: RunningHub, user: str) -> None:
    client = filled.client(user)
    entry = {"request": {"method": "GET", "url": "Patient/p"}}
    attempts: list[Any] = [
        client.get("Patient/p"),
        client.get("Patient/p/_history"),
        client.get("Patient/_history"),
        client.get("Encounter?patient=p"),
        client.put("Patient/p", json=CLINICAL),
        client.post("Patient", json=CLINICAL),
        client.delete("Patient/p"),
        client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": [entry]}),
    ]
    assert [a.status_code for a in attempts] == [403] * len(attempts)
    batch = client.post("", json={"resourceType": "Bundle", "type": "batch", "entry": [entry]}).json()
    assert batch["entry"][0]["response"]["status"] == "403"
    found = client.get("Practitioner?_id=w&_revinclude=Encounter:participant").json()["entry"]
    assert [e["resource"]["id"] for e in found] == ["w"]
    history = client.get("_history").json()["entry"]
    assert [e["resource"]["resourceType"] for e in history] == ["Practitioner"]
    assert "entry" not in client.get("_history?_type=Patient").json()
    assert client.put("Practitioner/w", json=STAFF).status_code == 200


def trail(hub: RunningHub) -> list[Entry]:
    from sync.hub.store import trail as rows

    with admin.opened(hub.data, hub.config.key_file) as store, store.reading() as reader:
        return [entry for _, entry, _ in rows.chain(reader)]


def test_every_access_leaves_who_what_whose_and_the_result(filled: RunningHub) -> None:
    client = filled.client("nurse")
    client.get("Patient/p")
    client.get("Patient/none")
    client.get("Patient?name=张小明")
    client.get("Encounter?patient=p")
    client.get("Encounter/e")
    client.put("Patient/p", json={**CLINICAL, "birthDate": "x"})
    filled.client("admin").get("Patient/p")
    entries = [
        {"resource": {**VISIT, "id": "e2"}, "request": {"method": "PUT", "url": "Encounter/e2"}},
        {"request": {"method": "DELETE", "url": "Practitioner/w"}},
    ]
    client.post(
        "", json={"resourceType": "Bundle", "type": "transaction", "entry": entries}
    ).raise_for_status()
    filled.stop()
    seen = {(e.user, e.action, e.patient, e.detail) for e in trail(filled)}
    expected = {
        ("doc", "fhir.update", "p", "Patient/p 201"),
        ("doc", "fhir.update", "", "Practitioner/w 201"),
        ("nurse", "fhir.read", "p", "Patient/p 200"),
        ("nurse", "fhir.read", "", "Patient/none 404"),
        ("nurse", "fhir.search", "", "Patient name entries=1 200"),
        ("nurse", "fhir.search", "p", "Encounter patient entries=1 200"),
        ("nurse", "fhir.read", "p", "Encounter/e 200"),
        ("nurse", "fhir.update", "", "Patient/p 422"),
        ("admin", "fhir.read", "", "Patient/p 403"),
        ("nurse", "fhir.bundle", "p", "PUT Encounter/e2 201"),
        ("nurse", "fhir.bundle", "", "DELETE Practitioner/w 204"),
        ("owner", "user.add", "", "doc doctor-attending"),
        ("owner", "user.token", "", "nurse"),
    }
    assert expected <= seen
    assert "张小明" not in str(seen)


def test_a_change_in_the_trail_shows(make_hub: Callable[..., RunningHub]) -> None:
    hub = make_hub()
    client = hub.client()
    for _ in range(5):
        client.get("Patient?_count=1")
    hub.stop()
    with admin.opened(hub.data, hub.config.key_file) as store:
        assert audit.verify(store) is None
        with store.database.writing() as connection:
            connection.exec_driver_sql("UPDATE trail SET user = 'nobody' WHERE number = 4")
        assert audit.verify(store) == 4
        with store.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM trail WHERE number = 3")
        assert audit.verify(store) == 3


def test_the_log_file_names_no_patient_and_no_address(filled: RunningHub) -> None:
    client = filled.client()
    client.get("Patient?name=张小明&identifier=110101199003070038")
    client.get("Patient/p")
    client.post("Patient", content=b'{"name": "\xe5\xbc\xa0\xe5\xb0\x8f\xe6\x98\x8e"')
    filled.stop()
    text = (filled.data / "logs" / "hub.log").read_text("utf-8")
    assert '"what":"search Patient"' in text
    for word in ("张小明", "110101199003070038", "Patient/p"):
        assert word not in text

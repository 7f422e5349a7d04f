"""What the owner of the machine does beside or without the service: users, loading, export, backup, status."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync.hub import admin
from sync.hub.references import local, references
from tests.plugins.hub import RunningHub
from workstation.core.errors import Conflict, Invalid, NotFound


def place(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "data", tmp_path / "data.key"


def write(path: Path, *values: Any) -> Path:
    path.write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values), "utf-8")
    return path


def bundle(kind: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"text": "张小明"}]}
FLAG = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}}


def flag(subject: str, **more: Any) -> dict[str, Any]:
    return {**FLAG, "subject": {"reference": subject}, **more}


def stored(data: Path, key: Path, kind: str) -> list[dict[str, Any]]:
    with admin.opened(data, key) as store, store.reading() as reader:
        return [json.loads(record.body) for record in reader.batch(kind, 0, 1000)]


def test_users_are_made_listed_and_given_tokens_before_the_first_start(tmp_path: Path) -> None:
    data, key = place(tmp_path)
    made = admin.user_add(
        data, "doc", "doctor-chief", "secret-1", display="王敏", practitioner="w", key_file=key
    )
    admin.user_add(data, "admin", "administrator", "secret-2", key_file=key)
    assert admin.user_list(data, key) == (
        admin.User("admin", "admin", "administrator", "", ()),
        made,
    )
    assert len(admin.token_create(data, "doc", key)) > 40
    with pytest.raises(Conflict):
        admin.user_add(data, "doc", "nurse", "secret-3", key_file=key)


def test_a_token_made_beside_the_service_works_at_once(hub: RunningHub) -> None:
    admin.user_add(hub.data, "late", "nurse", "secret-1", key_file=hub.config.key_file)
    token = admin.token_create(hub.data, "late", hub.config.key_file)
    answer = httpx.get(f"{hub.url}/Patient", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_folder_without_a_hub_is_named(tmp_path: Path) -> None:
    for ask in (admin.user_list, admin.status):
        with pytest.raises(NotFound, match="no hub"):
            ask(tmp_path / "none")
    assert not (tmp_path / "none").exists()


LOADS = [
    ("one.json", [PATIENT], {"Patient": 1}),
    ("lines.ndjson", [PATIENT, flag("Patient/p", id="f")], {"Patient": 1, "Flag": 1}),
    ("collection.json", [bundle("collection", {"resource": PATIENT}, {"resource": flag("Patient/p")})],
     {"Patient": 1, "Flag": 1}),
    ("document.json", [bundle("document", {"resource": PATIENT, "fullUrl": "urn:uuid:1"})], {"Patient": 1}),
    ("batch.json", [bundle("batch", {"resource": PATIENT, "request": {"method": "PUT", "url": "Patient/p"}})],
     {"Patient": 1}),
    ("history.json", [bundle("history", {"resource": PATIENT}, {"request": {"method": "DELETE", "url": "X/1"}})],
     {"Patient": 1}),
    ("empty.json", [bundle("collection")], {}),
    ("dangling.json", [flag("Patient/nowhere", id="f")], {"Flag": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "expected"), LOADS, ids=[row[0] for row in LOADS])
def test_files_of_every_kind_are_loaded(
    tmp_path: Path, name: str, values: list[Any], expected: dict[str, int]
) -> None:
    data, key = place(tmp_path)
    done = admin.load(data, [write(tmp_path / name, *values)], key)
    assert (done.stored, done.refused) == (sum(expected.values()), ())
    assert admin.status(data, key).resources == expected


def test_temporary_names_become_addresses_and_ids_are_kept(tmp_path: Path) -> None:
    data, key = place(tmp_path)
    uuid = "0A8FA1E2-5C2F-4C0E-9A36-0C0C2A1F9C11"
    post = {"request": {"method": "POST", "url": "x"}}
    source = bundle(
        "transaction",
        {"fullUrl": f"urn:uuid:{uuid}", "resource": {"resourceType": "Patient"}, **post},
        {"fullUrl": "urn:uuid:2", "resource": {**PATIENT, "id": "kept"}, **post},
        {"fullUrl": "urn:uuid:3", "resource": {**PATIENT, "id": "not valid!"}, **post},
        {"resource": flag(f"urn:uuid:{uuid}", id="f1"), **post},
        {"resource": flag("urn:uuid:2", id="f2"), **post},
        {"resource": flag("urn:uuid:3", id="f3"), **post},
    )
    admin.load(data, [write(tmp_path / "t.json", source)], key)
    ids = {row["id"] for row in stored(data, key, "Patient")}
    assert {uuid.lower(), "kept"} < ids
    subjects = {row["id"]: row["subject"]["reference"] for row in stored(data, key, "Flag")}
    assert subjects["f1"] == f"Patient/{uuid.lower()}"
    assert subjects["f2"] == "Patient/kept"
    assert subjects["f3"].removeprefix("Patient/") in ids


def test_conditional_references_are_resolved_where_one_record_matches(tmp_path: Path) -> None:
    data, key = place(tmp_path)
    known = {**PATIENT, "identifier": [{"system": "urn:no", "value": "7"}]}
    files = [
        write(tmp_path / "a.json", known),
        write(
            tmp_path / "b.ndjson", flag("Patient?identifier=urn:no|7", id="a"), flag("Patient?x=1", id="b")
        ),
    ]
    admin.load(data, files, key)
    subjects = [row["subject"]["reference"] for row in stored(data, key, "Flag")]
    assert subjects == ["Patient/p", "Patient?x=1"]


def test_loading_again_changes_nothing_and_a_changed_record_once(tmp_path: Path) -> None:
    data, key = place(tmp_path)
    file = write(tmp_path / "a.ndjson", PATIENT, flag("Patient/p", id="f"))
    first = admin.load(data, [file], key)
    again = admin.load(data, [file], key)
    assert (first.stored, again.stored, again.unchanged) == (2, 0, 2)
    changed = admin.load(data, [write(tmp_path / "b.json", {**PATIENT, "gender": "male"})], key)
    assert (changed.stored, admin.status(data, key).sequence) == (1, 3)


def test_invalid_resources_are_reported_by_place_and_the_rest_is_loaded(tmp_path: Path) -> None:
    data, key = place(tmp_path)
    rows = [
        PATIENT,
        {"resourceType": "Spell"},
        {**PATIENT, "id": "q", "birthDate": "soon"},
        {**PATIENT, "id": "r"},
    ]
    done = admin.load(data, [write(tmp_path / "a.ndjson", *rows)], key)
    assert done.stored == 2
    assert [(r.file, r.place) for r in done.refused] == [("a.ndjson", 2), ("a.ndjson", 3)]
    assert "Patient.birthDate" in done.refused[1].reason
    assert admin.load(data, [write(tmp_path / "b.json", rows[2])], key, validate=False).stored == 1


def test_a_file_that_is_no_json_is_named_with_its_line(tmp_path: Path) -> None:
    data, key = place(tmp_path)
    bad = tmp_path / "bad.ndjson"
    bad.write_text(json.dumps(PATIENT) + "\n{broken\n")
    with pytest.raises(Invalid, match=r"bad\.ndjson, line 2"):
        admin.load(data, [bad], key)
    with pytest.raises(NotFound, match=r"none\.json"):
        admin.load(data, [tmp_path / "none.json"], key)


def test_loaded_records_are_there_for_a_running_service(hub: RunningHub, tmp_path: Path) -> None:
    client = hub.client()
    sequence = hub.store.sequence()
    admin.load(hub.data, [write(tmp_path / "a.json", PATIENT)], hub.config.key_file)
    assert client.get("Patient/p").json()["name"] == PATIENT["name"]
    assert hub.store.sequence() == sequence + 1


def test_synthetic_patients_of_another_maker_load_whole(tmp_path: Path) -> None:
    import carebundle

    data, key = place(tmp_path)
    files = []
    for number, made in enumerate(carebundle.generate_cohort(count=5, seed=7)):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(carebundle.to_json(made))
    done = admin.load(data, files, key)
    assert done.refused == ()
    assert done.stored > 100
    assert admin.status(data, key).resources["Patient"] == 5
    with admin.opened(data, key) as store, store.reading() as reader:
        for kind in reader.counts():
            for record in reader.batch(kind, 0, 1000):
                for _path, text in references(json.loads(record.body)):
                    goal = local(text)
                    assert goal is not None, text
                    assert reader.exists(*goal), text


EXPORTS = [("all.ndjson", 3), ("all.json", 3), ("folder", 3)]


@pytest.mark.parametrize(("name", "count"), EXPORTS)
def test_an_export_loads_into_an_empty_hub_as_the_same_records(tmp_path: Path, name: str, count: int) -> None:
    data, key = place(tmp_path)
    digits = (
        '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"K"},'
        '"valueQuantity":{"value":4.10}}'
    )
    (tmp_path / "digits.json").write_text(digits)
    source = write(tmp_path / "a.ndjson", PATIENT, flag("Patient/p", id="f"), {**PATIENT, "id": "gone"})
    admin.load(data, [source, tmp_path / "digits.json"], key)
    with admin.opened(data, key) as store, store.writing() as writer:
        gone = writer.current("Patient", "gone")
        assert gone is not None
        writer.delete(gone)
    target = tmp_path / name
    assert admin.export(data, target, key_file=key) == count
    files = sorted(target.iterdir()) if target.is_dir() else [target]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    if target.is_dir():
        assert [file.name for file in files] == ["Flag.ndjson", "Observation.ndjson", "Patient.ndjson"]
    assert any(b'"value":4.10' in file.read_bytes() for file in files)
    second = tmp_path / "second"
    assert admin.load(second, files, tmp_path / "second.key").stored == count
    for kind in ("Patient", "Flag", "Observation"):
        one, other = stored(data, key, kind), stored(second, tmp_path / "second.key", kind)
        assert [{**row, "meta": 0} for row in one] == [{**row, "meta": 0} for row in other]


def test_an_export_of_chosen_types_never_overwrites(tmp_path: Path) -> None:
    data, key = place(tmp_path)
    admin.load(data, [write(tmp_path / "a.ndjson", PATIENT, flag("Patient/p", id="f"))], key)
    target = tmp_path / "out.ndjson"
    assert admin.export(data, target, ["Flag"], key) == 1
    with pytest.raises(Conflict):
        admin.export(data, target, key_file=key)
    empty = tmp_path / "empty.json"
    assert admin.export(data, empty, ["Slot"], key) == 0
    assert json.loads(empty.read_bytes())["entry"] == []


def test_a_backup_is_encrypted_complete_and_described(hub: RunningHub, tmp_path: Path) -> None:
    client = hub.client()
    client.put("Patient/p", json=PATIENT)
    target = tmp_path / "backup" / "hub.db"
    manifest = admin.backup(hub.data, target, hub.config.key_file)
    client.put("Patient/later", json={**PATIENT, "id": "later"}).raise_for_status()
    assert (manifest.sequence, manifest.resources) == (1, 1)
    assert json.loads(target.with_name("hub.db.json").read_bytes())["sha256"] == manifest.sha256
    assert "张小明".encode() not in target.read_bytes()
    with pytest.raises(Conflict):
        admin.backup(hub.data, target, hub.config.key_file)
    assert [row["id"] for row in stored(target.parent, hub.config.key_file or Path(), "Patient")] == ["p"]
    assert len(admin.user_list(target.parent, hub.config.key_file)) == 7


def test_status_tells_what_is_there_and_whether_it_is_served(hub: RunningHub) -> None:
    hub.client().put("Patient/p", json=PATIENT)
    status = admin.status(hub.data, hub.config.key_file)
    assert (status.resources, status.sequence, status.users) == ({"Patient": 1}, 1, 7)
    assert (status.running, status.url) == (True, hub.url)
    assert status.uptime is not None
    assert status.size + status.log_size > 0
    hub.stop()
    after = admin.status(hub.data, hub.config.key_file)
    assert (after.running, after.url, after.uptime) == (False, "", None)
    assert after.hub_id == status.hub_id


def test_gzip_is_not_mistaken_for_json(tmp_path: Path) -> None:
    data, key = place(tmp_path)
    zipped = tmp_path / "a.json"
    zipped.write_bytes(gzip.compress(b"{}"))
    with pytest.raises(Invalid):
        admin.load(data, [zipped], key)

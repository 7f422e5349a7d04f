"""The file at rest: encrypted, never recreated, never touched by a wrong key."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.hub import keyfile
from sync.hub.config import HubConfig
from sync.hub.server import HubServer
from sync.hub.store import FILE, Store
from sync.hub.store.codec import Codec, shipped_dictionary
from sync.hub.store.rows import rows_of
from tests.plugins.hub import RunningHub
from workstation.core.errors import Invalid, Unavailable

NAME = "张小明青囊"
DIAGNOSIS = "ZZUNMISTAKABLE"


@pytest.fixture
def closed(tmp_path: Path) -> tuple[Path, Path]:
    """A data folder with one patient in it, and its key file."""
    data, key = tmp_path / "hub", tmp_path / "keys" / "hub.key"
    store = Store.open(data, key)
    with store.writing() as writer:
        writer.put({"resourceType": "Patient", "id": "p", "name": [{"text": NAME}]}, "PUT", None)
    store.close()
    return data, key


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_no_words_of_a_record_can_be_read_from_any_file(hub: RunningHub) -> None:
    client = hub.client()
    for number in range(50):
        client.put(
            f"Patient/p{number}",
            json={
                "resourceType": "Patient",
                "id": f"p{number}",
                "name": [{"text": NAME, "family": DIAGNOSIS}],
            },
        )
    client.get(f"Patient?name={NAME}&_sort=name")
    needles = [
        word.encode(code) for word in (NAME, DIAGNOSIS) for code in ("utf-8", "utf-16-le", "utf-16-be")
    ]
    files = {path: path.read_bytes() for path in hub.data.rglob("*") if path.is_file()}
    assert {"hub.db", "hub.db-wal"} <= {path.name for path in files}
    for path, content in files.items():
        assert not any(needle in content for needle in needles), path.name
    assert not any(path.read_bytes().startswith(b"SQLite format 3") for path in files)


def test_the_key_lies_outside_and_is_its_owners_alone(closed: tuple[Path, Path]) -> None:
    data, key = closed
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((data / FILE).stat().st_mode) == 0o600
    assert len(key.read_text().strip()) == 64
    assert data not in key.parents
    with pytest.raises(Invalid, match="inside the data folder"):
        Store.open(data, data / "hub.key")


def test_the_usual_place_of_a_key_is_by_data_folder_in_the_users_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    one, other = keyfile.default_path(tmp_path / "one"), keyfile.default_path(tmp_path / "other")
    assert one != other
    assert one == keyfile.default_path(tmp_path / "x" / ".." / "one")
    Store.open(tmp_path / "one").close()
    assert one.is_file()


def test_a_wrong_key_is_told_politely_and_changes_nothing(closed: tuple[Path, Path], tmp_path: Path) -> None:
    data, _key = closed
    before = contents(data)
    wrong = tmp_path / "wrong.key"
    wrong.write_text("ab" * 32)
    with pytest.raises(Unavailable, match="cannot be opened") as refusal:
        HubServer(HubConfig(data, key_file=wrong)).start()
    assert "Nothing was changed" in refusal.value.hint
    assert {name: body for name, body in contents(data).items() if not name.startswith("serving")} == before


def test_a_missing_key_is_not_replaced(closed: tuple[Path, Path]) -> None:
    data, key = closed
    before = contents(data)
    key.unlink()
    with pytest.raises(Unavailable, match="missing"):
        Store.open(data, key)
    assert not key.exists()
    assert contents(data) == before


@pytest.mark.parametrize("text", ["", "short", "zz" * 32, "AB" * 32, "ab" * 33])
def test_a_file_that_is_no_key_is_refused(closed: tuple[Path, Path], text: str) -> None:
    data, key = closed
    key.write_text(text)
    with pytest.raises(Invalid, match="not a key file"):
        Store.open(data, key)


def test_a_plain_database_in_the_hubs_place_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "hub"
    data.mkdir()
    with sqlite3.connect(data / FILE) as plain:
        plain.execute("CREATE TABLE t (a)")
    plain.close()
    key = tmp_path / "k.key"
    key.write_text("ab" * 32)
    before = contents(data)
    with pytest.raises(Unavailable, match="not encrypted"):
        Store.open(data, key)
    assert contents(data) == before


def test_a_damaged_database_is_kept_as_it_is(closed: tuple[Path, Path]) -> None:
    data, key = closed
    body = bytearray((data / FILE).read_bytes())
    body[:4096] = bytes(4096)
    (data / FILE).write_bytes(body)
    before = contents(data)
    with pytest.raises(Unavailable):
        Store.open(data, key)
    assert contents(data) == before


def test_a_database_of_a_newer_program_is_not_opened(closed: tuple[Path, Path]) -> None:
    data, key = closed
    store = Store.open(data, key)
    with store.database.writing() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(Unavailable, match="newer version"):
        Store.open(data, key)


def test_every_connection_waits_for_the_disk(closed: tuple[Path, Path]) -> None:
    store = Store.open(*closed)
    with store.writing() as writer, store.reading() as reader:
        for one in (writer, reader):
            assert one.raw.execute("PRAGMA synchronous").fetchone() == (2,)
            assert one.raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert one.raw.execute("PRAGMA temp_store").fetchone() == (2,)
    store.close()


def test_a_clock_that_goes_back_does_not_take_the_change_log_with_it(
    closed: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(*closed)
    monkeypatch.setattr("time.time_ns", lambda: 1_000_000_000_000_000_000)
    with store.writing() as writer:
        first = writer.put({"resourceType": "Patient", "id": "q"}, "PUT", None)
        second = writer.put({"resourceType": "Patient", "id": "r"}, "PUT", None)
        before = writer.current("Patient", "p")
    store.close()
    assert before is not None
    assert before.updated < first.updated < second.updated


def test_bodies_are_packed_small_and_come_back_whole() -> None:
    codec = Codec(shipped_dictionary())
    body = (
        '{"code":{"coding":[{"code":"8867-4","system":"http://loinc.org"}],"text":"心率"},"id":"o","meta":'
        '{"lastUpdated":"2026-03-17T01:00:00.000Z","versionId":"1"},"resourceType":"Observation","status":"final"}'
    ).encode()
    assert codec.unpack(codec.pack(body)) == body
    assert len(codec.pack(body)) < len(body) / 2


def test_a_store_keeps_the_dictionary_it_began_with(
    closed: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.hub.store.store.shipped_dictionary", lambda: b"another")
    store = Store.open(*closed)
    with store.reading() as reader:
        found = reader.current("Patient", "p")
    store.close()
    assert found is not None
    assert NAME.encode() in found.body


def test_index_rows_hold_tags_and_the_exact_text_of_names() -> None:
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "meta": {"tag": [{"system": "urn:s", "code": "c"}]},
        "name": [{"family": "Zhang"}],
        "gender": "male",
    }
    assert set(rows_of(patient)) == {
        ("_tag", "c", "urn:s", ""),
        ("name", "zhang", "Zhang", ""),
        ("family", "zhang", "Zhang", ""),
        ("gender", "male", "", ""),
    }


def test_two_hubs_in_one_process_do_not_meet(make_hub: Callable[..., RunningHub]) -> None:
    one, other = make_hub("one"), make_hub("other")
    one.client().put("Patient/p", json={"resourceType": "Patient", "id": "p"})
    assert other.client().get("Patient/p").status_code == 404
    assert one.client().get("Patient/p").status_code == 200


def test_the_hub_needs_no_qt_and_no_clinical_module() -> None:
    script = (
        "import sys, sync.hub.server, sync.hub.admin\n"
        "bad = [m for m in sys.modules if m.startswith(('PySide6', 'workstation.rules', 'workstation.desk',"
        " 'workstation.printing', 'reportlab', 'ui'))]\n"
        "print(bad)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

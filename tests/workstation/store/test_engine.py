"""The database file: encrypted, never recreated, never touched by a key that does not fit."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from workstation.core.clock import FixedClock
from workstation.security.permissions import Actor
from workstation.store import schema, trail
from workstation.store.engine import Engine, NewerDatabase, NotEncrypted, WrongKey
from workstation.store.store import Store

KEY = bytes(range(32))
OTHER = bytes(32)
ACTOR = Actor("doc", "王敏", "doctor-attending")


def make(path: Path, clock: FixedClock) -> Store:
    store = Store.create(path, KEY, clock, lambda _: ())
    store.write(
        ACTOR,
        "put",
        lambda unit: unit.put({"resourceType": "Patient", "name": [{"text": "欧阳建国 OUYANG"}]}),
    )
    return store


def sums(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir()}


def test_no_file_holds_readable_patient_text_while_open(tmp_path: Path, clock: FixedClock) -> None:
    store = make(tmp_path / "desk.db", clock)
    files = list(tmp_path.iterdir())
    assert any(f.name.endswith("-wal") and f.stat().st_size for f in files)
    for file in files:
        data = file.read_bytes()
        for text in ("欧阳建国", "OUYANG", "resourceType"):
            assert text.encode() not in data
            assert text.encode("utf-16-le") not in data
            assert text.encode("utf-16-be") not in data
    store.close()


def test_a_wrong_key_is_refused_and_nothing_is_changed(tmp_path: Path, clock: FixedClock) -> None:
    make(tmp_path / "desk.db", clock).close()
    before = sums(tmp_path)
    with pytest.raises(WrongKey) as refused:
        Engine.open(tmp_path / "desk.db", OTHER)
    assert refused.value.hint
    assert sums(tmp_path) == before


def test_a_damaged_file_is_refused_kept_and_not_recreated(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "desk.db"
    make(path, clock).close()
    path.write_bytes(b"\x00" * 512 + path.read_bytes()[512:])
    before = sums(tmp_path)
    with pytest.raises(WrongKey):
        Engine.open(path, KEY)
    assert sums(tmp_path) == before


def test_a_plain_database_in_the_place_of_an_encrypted_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE t (a)")
    plain.commit()
    plain.close()
    before = sums(tmp_path)
    with pytest.raises(NotEncrypted):
        Engine.open(path, KEY)
    assert sums(tmp_path) == before


def test_a_new_desk_is_never_made_over_an_existing_file(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"something")
    with pytest.raises(FileExistsError):
        Engine.create(tmp_path / "desk.db", KEY)


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path, clock: FixedClock) -> None:
    store = make(tmp_path / "desk.db", clock)
    with store.engine.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {schema.LATEST + 1}")
    store.close()
    with pytest.raises(NewerDatabase):
        Engine.open(tmp_path / "desk.db", KEY)


def test_a_migration_is_rehearsed_on_a_copy_and_a_failure_leaves_the_desk_as_it_was(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "desk.db", clock).close()
    broken = (*schema.MIGRATIONS, ("CREATE TABLE added (a)", "NOT SQL AT ALL"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    monkeypatch.setattr(schema, "LATEST", schema.LATEST + 1)
    before = sums(tmp_path)
    with pytest.raises(Exception, match="NOT"):
        Engine.open(tmp_path / "desk.db", KEY)
    assert sums(tmp_path) == before


def test_a_good_migration_runs_and_keeps_the_records(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "desk.db", clock).close()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE added (a)",)))
    monkeypatch.setattr(schema, "LATEST", schema.LATEST + 1)
    store = Store.open(tmp_path / "desk.db", KEY, clock, lambda _: ())
    with store.reader() as reader:
        assert reader.count("Patient") == 1
    store.close()
    assert not list(tmp_path.glob("*rehearsal*"))


def test_a_backup_opens_with_its_own_key_and_holds_the_same(tmp_path: Path, clock: FixedClock) -> None:
    store = make(tmp_path / "desk.db", clock)
    store.engine.backup(tmp_path / "copy.db", OTHER)
    store.close()
    copy = Store.open(tmp_path / "copy.db", OTHER, clock, lambda _: ())
    with copy.reader() as reader:
        assert reader.count("Patient") == 1
    assert copy.engine.integrity_problems() == []
    copy.close()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET detail = 'nothing happened' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET user = 'somebody-else' WHERE seq = 2",
    ],
)
def test_a_changed_or_missing_audit_entry_is_found(tmp_path: Path, clock: FixedClock, tampering: str) -> None:
    store = make(tmp_path / "desk.db", clock)
    for _ in range(3):
        store.record(ACTOR, "chart.summary", "p1")
    assert store.look(trail.broken_at) is None
    with store.engine.writing() as connection:
        connection.exec_driver_sql(tampering)
    assert store.look(trail.broken_at) == 2
    store.close()


def test_a_copied_folder_without_its_log_still_opens(tmp_path: Path, clock: FixedClock) -> None:
    store = make(tmp_path / "desk.db", clock)
    store.close()
    shutil.copy(tmp_path / "desk.db", tmp_path / "moved.db")
    moved = Store.open(tmp_path / "moved.db", KEY, clock, lambda _: ())
    with moved.reader() as reader:
        assert reader.count("Patient") == 1
    moved.close()

"""The vault: only the right secret on the right computer opens the desk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from workstation.core.clock import FixedClock
from workstation.core.errors import Denied, Invalid, NotFound
from workstation.security.station import FileSecret, NoSecret
from workstation.security.vault import Cost, Enrolled, Vault, lock_time

CHEAP = Cost(1024, 1, 1)
DOC = Enrolled("doc", "王敏", "doctor-attending")
NURSE = Enrolled("nurse", "陈洁", "nurse")


@pytest.fixture
def vault(tmp_path: Path, clock: FixedClock) -> Vault:
    made = Vault(tmp_path / "vault.json", FileSecret(tmp_path / "station"), clock, CHEAP)
    database = made.create()
    made.enrol(DOC, "246810", database)
    made.enrol(NURSE, "135791", database)
    return made


def test_every_user_opens_the_same_database_and_their_own_drafts(vault: Vault) -> None:
    doc, nurse = vault.open("doc", "246810"), vault.open("nurse", "135791")
    assert doc.database == nurse.database
    assert doc.drafts != nurse.drafts


def test_the_file_on_disk_holds_neither_key_nor_secret(vault: Vault, tmp_path: Path) -> None:
    keys = vault.open("doc", "246810")
    text = (tmp_path / "vault.json").read_text()
    assert keys.database.hex() not in text
    assert "246810" not in text


def test_a_vault_copied_to_another_computer_opens_nothing(
    vault: Vault, tmp_path: Path, clock: FixedClock
) -> None:
    other = FileSecret(tmp_path / "other-station")
    other.make("any")
    copied = Vault(tmp_path / "vault.json", other, clock, CHEAP)
    with pytest.raises(Denied):
        copied.open("doc", "246810")


def test_five_wrong_tries_lock_for_longer_and_longer(vault: Vault, clock: FixedClock) -> None:
    for left in (4, 3, 2, 1):
        with pytest.raises(Denied, match="Wrong password") as wrong:
            vault.open("doc", "000000")
        assert str(left) in wrong.value.hint
    with pytest.raises(Denied, match="Locked until"):
        vault.open("doc", "000000")
    with pytest.raises(Denied, match="Locked until"):
        vault.open("doc", "246810")
    clock.advance(timedelta(seconds=31))
    with pytest.raises(Denied, match="Locked until"):
        vault.open("doc", "000000")
    clock.advance(timedelta(seconds=31))
    with pytest.raises(Denied, match="Locked until"):
        vault.open("doc", "246810")
    clock.advance(timedelta(seconds=30))
    assert vault.open("doc", "246810")
    assert vault.failures("doc") == 0


def test_a_lock_survives_a_restart(vault: Vault, tmp_path: Path, clock: FixedClock) -> None:
    for _ in range(5):
        with pytest.raises(Denied):
            vault.open("doc", "000000")
    again = Vault(tmp_path / "vault.json", FileSecret(tmp_path / "station"), clock, CHEAP)
    with pytest.raises(Denied, match="Locked until"):
        again.open("doc", "246810")
    assert again.open("nurse", "135791")


@pytest.mark.parametrize(
    ("failures", "seconds"), [(4, 0), (5, 30), (6, 60), (7, 120), (10, 960), (12, 3600), (50, 3600)]
)
def test_the_pause_doubles_up_to_an_hour(failures: int, seconds: int) -> None:
    assert lock_time(failures) == timedelta(seconds=seconds)


def test_an_unknown_user_is_told_how_to_get_in(vault: Vault) -> None:
    with pytest.raises(NotFound) as unknown:
        vault.open("nobody", "246810")
    assert unknown.value.hint


def test_a_changed_secret_keeps_the_drafts_readable(vault: Vault) -> None:
    before = vault.open("doc", "246810")
    vault.change_secret("doc", "246810", "a longer one")
    assert vault.open("doc", "a longer one") == before
    with pytest.raises(Denied):
        vault.open("doc", "246810")


def test_a_forgotten_user_cannot_come_back(vault: Vault) -> None:
    vault.forget("doc")
    with pytest.raises(NotFound):
        vault.open("doc", "246810")


def test_without_a_keyring_only_a_long_passphrase_is_accepted(tmp_path: Path, clock: FixedClock) -> None:
    vault = Vault(tmp_path / "vault.json", NoSecret(), clock, CHEAP)
    database = vault.create()
    with pytest.raises(Invalid, match="14 characters") as short:
        vault.enrol(DOC, "246810", database)
    assert "keyring" in short.value.hint
    vault.enrol(DOC, "correct horse battery", database)
    assert vault.open("doc", "correct horse battery").database == database


def test_a_short_pin_is_refused_even_with_a_keyring(vault: Vault) -> None:
    with pytest.raises(Invalid, match="6 characters"):
        vault.enrol(DOC, "12345", bytes(32))

"""A desk in one file: restored elsewhere with its records and its unsent work, or refused politely."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workstation import backup
from workstation.core.clock import FixedClock
from workstation.core.errors import Denied, Invalid, NotFound
from workstation.desk import Desk
from workstation.pharmacy.model import ReceiveStock, StockOf
from workstation.security.station import FileSecret
from workstation.security.vault import Cost
from workstation.store import outbox
from workstation.store.schema import UnitState

PASSPHRASE = "a long enough passphrase"
CHEAP = Cost(1024, 1, 1)


@pytest.fixture
def saved(make_desk: Callable[..., Desk], tmp_path: Path) -> Path:
    desk = make_desk("pharm2")
    desk.do("pharmacy.receive-stock", ReceiveStock("D001", "2407A", "2027-08-31", "240"))
    backup.write(desk, tmp_path / "desk.backup", PASSPHRASE)
    return tmp_path / "desk.backup"


def restore(
    source: Path, folder: Path, clock: FixedClock, passphrase: str = PASSPHRASE, user: str = "pharm2"
) -> Desk:
    station = FileSecret(folder.with_suffix(".secret"))
    backup.restore(source, folder, passphrase, user, "975310", station=station, clock=clock, cost=CHEAP)
    desk = Desk(folder, station=station, clock=clock, cost=CHEAP)
    desk.unlock(user, "975310")
    return desk


def test_a_restored_desk_has_its_records_and_its_unsent_work(
    saved: Path, tmp_path: Path, clock: FixedClock
) -> None:
    desk = restore(saved, tmp_path / "elsewhere", clock)
    (row,) = desk.ask("pharmacy.stock", StockOf())
    waiting = desk.store.look(outbox.counts)[UnitState.WAITING]
    desk.close()
    assert (row.number, row.on_hand, waiting) == ("2407A", "240", 1)


def test_the_backup_holds_no_readable_text(saved: Path) -> None:
    data = saved.read_bytes()
    for text in ("2407A", "阿莫西林", "resourceType"):
        assert text.encode() not in data
        assert text.encode("utf-16-le") not in data


def test_a_wrong_passphrase_restores_nothing(saved: Path, tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(Denied):
        restore(saved, tmp_path / "elsewhere", clock, passphrase="something else entirely")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_user_without_account_restores_nothing(saved: Path, tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(Denied, match="no account"):
        restore(saved, tmp_path / "elsewhere", clock, user="stranger")
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("damage", ["truncate", "flip", "not-a-zip"])
def test_a_damaged_backup_is_refused(saved: Path, tmp_path: Path, clock: FixedClock, damage: str) -> None:
    data = bytearray(saved.read_bytes())
    if damage == "truncate":
        data = data[: len(data) // 2]
    elif damage == "flip":
        data[len(data) // 2] ^= 0xFF
    else:
        data = bytearray(b"this is a letter, not a backup")
    broken = tmp_path / "broken.backup"
    broken.write_bytes(bytes(data))
    with pytest.raises(Invalid, match="not a whole backup"):
        restore(broken, tmp_path / "elsewhere", clock)


def test_a_missing_backup_is_named(tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.backup"):
        restore(tmp_path / "nowhere.backup", tmp_path / "elsewhere", clock)


def test_a_short_passphrase_is_refused(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="14 characters"):
        backup.write(make_desk("doc"), tmp_path / "desk.backup", "short")
    assert not (tmp_path / "desk.backup").exists()

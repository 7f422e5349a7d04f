"""What every test stands on: offscreen Qt, English or Chinese by choice, a real desk in a temporary folder."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from workstation.core import i18n
from workstation.core.clock import FixedClock
from workstation.desk import Desk
from workstation.security.station import FileSecret
from workstation.security.vault import Cost
from workstation.store.accounts import Account

pytest_plugins = ["tests.plugins.hub"]

MORNING = datetime(2026, 3, 17, 9, 0, tzinfo=timezone(timedelta(hours=8)))
CHEAP = Cost(memory=1024, passes=1, lanes=1)
PIN = "246810"
STAFF = {
    "reg": Account("reg", "赵磊", "registrar", "practitioner-reg"),
    "doc": Account("doc", "王敏", "doctor-attending", "practitioner-doc"),
    "res": Account("res", "李强", "doctor-resident", "practitioner-res"),
    "chief": Account("chief", "周济", "doctor-chief", "practitioner-chief"),
    "nurse": Account("nurse", "陈洁", "nurse", "practitioner-nurse"),
    "pharm": Account("pharm", "孙悦", "pharmacist", "practitioner-pharm"),
    "pharm2": Account("pharm2", "林芳", "pharmacy-manager", "practitioner-pharm2"),
    "admin": Account("admin", "何伟", "administrator", "practitioner-admin"),
}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    i18n.set_language("en")
    yield
    i18n.set_language("en")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MORNING)


@pytest.fixture
def make_desk(tmp_path: Path, clock: FixedClock) -> Iterator[Callable[..., Desk]]:
    """Make a real encrypted desk with the test staff; `make_desk("doc")` comes unlocked for that user."""
    made: list[Desk] = []

    def make(user: str = "doc", name: str = "desk", using: object = None) -> Desk:
        folder = tmp_path / name
        desk = Desk(folder, station=FileSecret(tmp_path / f"{name}.secret"), clock=using or clock, cost=CHEAP)
        desk.create(STAFF["admin"], PIN)
        desk.unlock("admin", PIN)
        for account in STAFF.values():
            if account.user != "admin":
                desk.add_user(account, PIN)
        desk.unlock(user, PIN)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.close()

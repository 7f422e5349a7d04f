"""Many records at once, which edition each is, and a reader that remembers what it gave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workstation.core.clock import FixedClock
from workstation.core.events import Ref
from workstation.security.permissions import Actor
from workstation.store.inbox import Page
from workstation.store.reader import AT_ONCE
from workstation.store.store import Store

KEY = bytes(range(32))
ACTOR = Actor("doc", "王敏", "doctor-attending", "practitioner-doc", "desk-1")


def observation(number: int, **more: object) -> dict:
    made = {
        "resourceType": "Observation",
        "id": f"o{number}",
        "meta": {"versionId": "1", "lastUpdated": "2026-03-01T00:00:00Z"},
        "status": "final",
        "code": {"text": "K"},
        "subject": {"reference": "Patient/p1"},
    }
    return made | more


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    made = Store.create(tmp_path / "desk.db", KEY, clock, lambda _: ())
    made.receive(Page("s", "1", [observation(n) for n in range(AT_ONCE + 3)]))
    yield made
    made.close()


def test_many_records_come_at_once_and_what_is_not_here_is_left_out(store: Store) -> None:
    wanted = [f"o{n}" for n in range(AT_ONCE + 3)]
    with store.reader() as reader:
        found = reader.many("Observation", [*wanted, "o1", "nobody"])
        assert set(found) == set(wanted)
        assert found["o502"] == reader.get("Observation", "o502")
        assert reader.many("Observation", []) == {}
        assert reader.many("Patient", wanted) == {}


def test_an_edition_differs_after_each_change_and_only_then(store: Store) -> None:
    with store.reader() as reader:
        before = reader.editions("Observation", ["o1", "o2", "nobody"])
        assert set(before) == {"o1", "o2"}
        assert reader.editions("Observation", ["o1", "o2"]) == before
    store.write(ACTOR, "amend", lambda unit: unit.put(observation(1, status="amended")))
    store.receive(Page("s", "2", [], deleted=[Ref("Observation", "o2")]))
    with store.reader() as reader:
        after = reader.editions("Observation", ["o1", "o2"])
    assert set(after) == {"o1"}
    assert after["o1"] != before["o1"]


def test_a_shelf_opens_each_record_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.reader() as reader:
        shelf = reader.shelf()
        shelf.bring("Observation", ["o1", "o2", "", "nobody", "o1"])
        asked: list[str] = []
        monkeypatch.setattr(
            "workstation.store.reader.Reader.peek", lambda _self, _kind, id_: asked.append(id_)
        )
        assert shelf.peek("Observation", "o1") == observation(1)
        assert shelf.get("Observation", "o2") == observation(2)
        assert shelf.peek("Observation", "nobody") is None
        assert asked == []
        assert [shelf.peek("Observation", "o3"), shelf.peek("Observation", "o3")] == [None, None]
        assert asked == ["o3"]

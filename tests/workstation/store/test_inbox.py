"""Pages from the centre: stored with their cursor, never over unsent work."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from workstation.core.clock import FixedClock
from workstation.core.events import Ref
from workstation.security.permissions import Actor
from workstation.store import inbox, outbox
from workstation.store.inbox import Page
from workstation.store.reader import Span
from workstation.store.store import Store

ACTOR = Actor("doc", "王敏", "doctor-attending")


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock):
    made = Store.create(tmp_path / "desk.db", bytes(32), clock, lambda _: ())
    yield made
    made.close()


def observation(number: int, version: str = "1", day: int = 1) -> dict:
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "meta": {"versionId": version},
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": f"2026-03-{day:02d}T08:00:00+08:00",
    }


def test_a_page_and_its_cursor_are_stored_together(store: Store) -> None:
    changed = store.receive(Page("Observation", "after-3", [observation(n) for n in range(3)]))
    assert {r.id for r in changed.refs} == {"o0", "o1", "o2"}
    assert store.look(lambda c: inbox.cursor(c, "Observation"))[0] == "after-3"


def test_a_page_applied_twice_changes_nothing_more(store: Store) -> None:
    page = Page("Observation", "x", [observation(1)])
    store.receive(page)
    assert store.receive(page).refs == ()
    with store.reader() as reader:
        assert reader.count("Observation") == 1


def test_a_newer_version_replaces_the_older_one_and_its_index(store: Store) -> None:
    store.receive(Page("s", "1", [observation(1, day=1)]))
    store.receive(Page("s", "2", [observation(1, version="2", day=9)]))
    with store.reader() as reader:
        assert [r["meta"]["versionId"] for r in reader.find("Observation", {"patient": "p1"})] == ["2"]
        assert reader.find("Observation", {"date": Span(None, None)})[0]["effectiveDateTime"].startswith(
            "2026-03-09"
        )


def test_unsent_work_is_never_overwritten_by_a_page(store: Store) -> None:
    store.receive(Page("s", "1", [observation(1)]))
    mine = observation(1) | {"status": "amended"}
    store.write(ACTOR, "amend", lambda unit: unit.put(dict(mine)))
    store.receive(Page("s", "2", [observation(1, version="2")], deleted=[]))
    store.receive(Page("s", "3", [], deleted=[Ref("Observation", "o1")]))
    with store.reader() as reader:
        assert reader.get("Observation", "o1")["status"] == "amended"
    (unit,) = store.look(outbox.units)
    assert unit.entries[0].base_version == "1"


def test_a_tombstone_removes_the_record(store: Store) -> None:
    store.receive(Page("s", "1", [observation(1), observation(2)]))
    changed = store.receive(
        Page("s", "2", [], deleted=[Ref("Observation", "o1"), Ref("Observation", "never-seen")])
    )
    assert [r.id for r in changed.refs] == ["o1"]
    with store.reader() as reader:
        assert [r["id"] for r in reader.find("Observation", {"patient": "p1"})] == ["o2"]


def test_a_record_deleted_and_made_again_at_the_centre_returns(store: Store) -> None:
    store.receive(Page("s", "1", [observation(1)]))
    store.receive(Page("s", "2", [], deleted=[Ref("Observation", "o1")]))
    store.receive(Page("s", "3", [observation(1, version="3")]))
    with store.reader() as reader:
        assert reader.count("Observation") == 1


def test_completeness_is_remembered_only_when_a_page_says_so(store: Store, clock: FixedClock) -> None:
    store.receive(Page("s", "1", [observation(1)], complete_at=clock.now()))
    clock.advance(timedelta(hours=1))
    store.receive(Page("s", "2", [observation(2)]))
    state, complete = store.look(lambda c: inbox.cursor(c, "s"))
    assert (state, complete) == ("2", "2026-03-17T01:00:00.000Z")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"patient": "p1"}, ["o0", "o1", "o2"]),
        ({"code": "718-7"}, ["o0", "o1", "o2"]),
        ({"code": "http://loinc.org|718-7"}, ["o0", "o1", "o2"]),
        ({"code": "http://other|718-7"}, []),
        ({"code": ("718-7", "nothing")}, ["o0", "o1", "o2"]),
        ({"_id": ("o1", "o2")}, ["o1", "o2"]),
        ({"patient": "p2"}, []),
    ],
)
def test_find_matches_every_parameter(store: Store, where: dict, expected: list[str]) -> None:
    store.receive(Page("s", "1", [observation(n, day=n + 1) for n in range(3)]))
    with store.reader() as reader:
        assert sorted(r["id"] for r in reader.find("Observation", where)) == expected


def test_find_sorts_newest_first_and_limits(store: Store) -> None:
    store.receive(Page("s", "1", [observation(n, day=n + 1) for n in range(5)]))
    with store.reader() as reader:
        found = reader.find("Observation", {"patient": "p1"}, sort=("-date",), limit=2)
    assert [r["id"] for r in found] == ["o4", "o3"]

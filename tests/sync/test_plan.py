"""The planner alone: any queue, any answer, without a clock, a network or a disk."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.plan import (
    Acknowledge,
    Look,
    Park,
    Postpone,
    Refuse,
    Resend,
    Seen,
    Walk,
    bundle_of,
    held,
    judge,
    read_answer,
    sendable,
)
from workstation.core.events import Ref
from workstation.store.outbox import PendingEntry, PendingUnit
from workstation.store.schema import UnitState

NOW = "2026-03-17T01:00:00.000Z"
LATER = "2026-03-17T01:05:00.000Z"


def body(id_: str, refers_to: str = "", **more: Any) -> dict[str, Any]:
    resource = {"resourceType": "Task", "id": id_, **more}
    return resource | ({"focus": {"reference": f"Task/{refers_to}"}} if refers_to else {})


def put(id_: str, base: str = "", refers_to: str = "") -> PendingEntry:
    return PendingEntry("Task", id_, "update" if base else "create", base, body(id_, refers_to))


def drop(id_: str, base: str = "1") -> PendingEntry:
    return PendingEntry("Task", id_, "delete", base, None)


def unit(
    seq: int, *entries: PendingEntry, state: UnitState = UnitState.WAITING, next_at: str = "", error: str = ""
) -> PendingUnit:
    return PendingUnit(seq, f"u{seq}", "test", "doc", "", NOW, state, 0, next_at, error, entries)


IDS = st.sampled_from("abcdef")
ENTRIES = st.one_of(
    st.builds(put, IDS, st.sampled_from(["", "1"]), st.one_of(st.just(""), IDS)),
    st.builds(drop, IDS),
)


@st.composite
def queues(draw: st.DrawFn) -> list[PendingUnit]:
    units = []
    for seq in range(1, draw(st.integers(1, 12)) + 1):
        entries = draw(st.lists(ENTRIES, min_size=1, max_size=3, unique_by=lambda e: e.id))
        state = draw(st.sampled_from([*UnitState, UnitState.WAITING, UnitState.WAITING]))
        wait = draw(st.sampled_from(["", "", LATER]))
        postponed = state is UnitState.WAITING and wait
        units.append(unit(seq, *entries, state=state, next_at=wait, error="busy" if postponed else ""))
    return units


def stands_on(later: PendingUnit, earlier: PendingUnit) -> bool:
    """Say, in other words than the planner's, whether one unit needs another to have arrived."""
    shared = {e.id for e in later.entries} & {e.id for e in earlier.entries}
    made = {e.id for e in earlier.entries if e.body and not e.base_version}
    pointed = {e.body["focus"]["reference"][5:] for e in later.entries if e.body and "focus" in e.body}
    return bool(shared or made & pointed)


@given(queues())
def test_a_unit_goes_exactly_when_it_is_due_and_nothing_it_stands_on_is_left_behind(
    queue: list[PendingUnit],
) -> None:
    walk = Walk(NOW)
    sent = [one.seq for one in queue if walk.ready(one)]
    left: list[PendingUnit] = []
    for one in queue:
        due = one.state is UnitState.WAITING and not one.next_at
        goes = due and not any(stands_on(one, earlier) for earlier in left)
        assert (one.seq in sent) is goes
        if not goes:
            left.append(one)


@given(queues())
def test_every_unit_that_is_held_names_an_earlier_one_that_does_not_go_by_itself(
    queue: list[PendingUnit],
) -> None:
    by_seq = {one.seq: one for one in queue}
    named = held(queue)
    for seq, holder in named.items():
        assert holder < seq
        assert holder not in named
        culprit = by_seq[holder]
        assert culprit.state is not UnitState.WAITING or culprit.error
    walk = Walk(NOW)
    for one in queue:
        free = one.state is UnitState.WAITING and not one.next_at
        assert walk.ready(one) is (free and one.seq not in named)


@given(queues(), st.sets(st.integers(1, 12)))
def test_what_fails_on_the_way_holds_back_its_dependents_and_no_unit_is_lost(
    queue: list[PendingUnit], failing: set[int]
) -> None:
    walk = Walk(NOW)
    arrived, left = [], []
    for one in queue:
        if walk.ready(one) and one.seq not in failing:
            arrived.append(one)
        else:
            walk.block(one)
            left.append(one)
    assert sorted(one.seq for one in arrived + left) == [one.seq for one in queue]
    for one in arrived:
        assert not any(stands_on(one, earlier) for earlier in left if earlier.seq < one.seq)


def test_a_wait_beyond_the_horizon_was_set_by_a_wrong_clock() -> None:
    assert not Walk(NOW, "2026-03-17T02:00:00.000Z").ready(unit(1, put("a"), next_at=LATER))
    assert Walk(NOW, "2026-03-17T01:01:00.000Z").ready(unit(1, put("a"), next_at=LATER))


def test_a_reference_to_an_old_version_or_inside_a_list_counts() -> None:
    walk = Walk(NOW)
    walk.block(unit(1, put("a"), state=UnitState.REFUSED))
    deep = {"resourceType": "List", "id": "l", "entry": [{"item": {"reference": "Task/a/_history/1"}}]}
    assert walk.holder(unit(2, PendingEntry("List", "l", "create", "", deep))) == 1
    assert walk.holder(unit(3, put("b", "1"))) is None


def test_a_transaction_creates_only_where_nothing_is_and_replaces_only_what_it_stands_on() -> None:
    bundle = bundle_of([put("a"), put("b", "3"), drop("c", "x-1")])
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "transaction")
    assert [entry["request"] for entry in bundle["entry"]] == [
        {"method": "PUT", "url": "Task/a", "ifNoneMatch": "*"},
        {"method": "PUT", "url": "Task/b", "ifMatch": 'W/"3"'},
        {"method": "DELETE", "url": "Task/c", "ifMatch": 'W/"x-1"'},
    ]
    assert [entry.get("fullUrl") for entry in bundle["entry"]] == ["Task/a", "Task/b", None]
    assert [entry.get("resource") for entry in bundle["entry"]] == [body("a"), body("b"), None]


def test_what_never_was_at_the_centre_needs_no_deletion_there() -> None:
    assert sendable(unit(1, put("a"), drop("b", ""), drop("c"))) == (put("a"), drop("c"))


def replied(*responses: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"response": r} for r in responses]}


OK = {"status": "201 Created", "etag": 'W/"1"'}
NO = {"status": "422", "outcome": {"issue": [{"diagnostics": "no"}]}}
ANSWERS: list[tuple[str, dict[str, Any], object]] = [
    ("all arrived", replied(OK, {"status": "200", "etag": "5"}), Acknowledge({("Task", "a"): "1", ("Task", "b"): "5"})),
    (
        "versions in the location",
        replied(
            {"status": "201", "location": "Task/a/_history/7"},
            {"status": "200", "location": "x/Task/b/_history/8/"},
        ),
        Acknowledge({("Task", "a"): "7", ("Task", "b"): "8"}),
    ),
    ("no version at all", replied(OK, {"status": "200"}), Look()),
    ("an answer for one of two", replied(OK), Look()),
    ("no answers", {"resourceType": "Bundle"}, Look()),
    ("one stale among 200s", replied(OK, {"status": "412 Precondition Failed"}), Look("HTTP 412")),
    ("one conflict among 200s", replied(OK, {"status": "409"}), Look("HTTP 409")),
    ("one gone", replied(OK, {"status": "404"}), Look("HTTP 404")),
    ("one refused", replied(OK, NO), Refuse("no")),
    ("a refusal outweighs a stale one", replied({"status": "412"}, NO), Refuse("no")),
    ("a server error", replied(OK, {"status": "500"}), Postpone("HTTP 500")),
    ("too many requests", replied({"status": "429"}, {"status": "429"}), Postpone("HTTP 429")),
    ("a status that is none", replied(OK, {"status": "fine"}), Postpone("HTTP 0")),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "wanted"), [a[1:] for a in ANSWERS], ids=[a[0] for a in ANSWERS])
def test_every_entry_of_an_answer_is_read(reply: dict[str, Any], wanted: object) -> None:
    assert read_answer([put("a"), put("b", "4")], reply, Acknowledge()) == wanted


def at(id_: str, version: str, **more: Any) -> dict[str, Any]:
    return body(id_, meta={"versionId": version}, **more)


A, MINE, KEY = put("a"), put("a", "2"), ("Task", "a")
LOOKS: list[tuple[str, PendingEntry, Seen, object]] = [
    ("ours is there", A, Seen(at("a", "1")), Acknowledge({KEY: "1"})),
    ("nothing is there", A, Seen(None), Resend((A,), Acknowledge())),
    ("the base is there", MINE, Seen(at("a", "2", note="x")), Resend((MINE,), Acknowledge())),
    ("a deletion is done", drop("a"), Seen(None), Acknowledge({KEY: ""})),
    ("a deletion is to do", drop("a"), Seen(at("a", "1")), Resend((drop("a"),), Acknowledge())),
    (
        "ours was there and somebody went on from it",
        MINE,
        Seen(at("a", "4", note="x"), versions=(at("a", "4", note="x"), at("a", "3"), at("a", "2", note="y"))),
        Acknowledge({KEY: "3"}, newer=(at("a", "4", note="x"),)),
    ),
    (
        "ours was there and was deleted",
        A,
        Seen(None, existed=True, versions=(at("a", "1"),)),
        Acknowledge({KEY: "1"}, gone=(Ref("Task", "a"),)),
    ),
]


@pytest.mark.parametrize(("entry", "seen", "wanted"), [x[1:] for x in LOOKS], ids=[x[0] for x in LOOKS])
def test_what_the_centre_has_decides(entry: PendingEntry, seen: Seen, wanted: object) -> None:
    assert judge([entry], {KEY: seen}) == wanted


DIFFERENT: list[tuple[str, PendingEntry, Seen]] = [
    ("another content", A, Seen(at("a", "1", note="x"))),
    ("a newer version", MINE, Seen(at("a", "3", note="x"))),
    ("the same content only before our base", MINE, Seen(at("a", "3", note="x"), versions=(
        at("a", "3", note="x"), at("a", "2", note="y"), at("a", "1")))),
    ("a history that does not reach our base", MINE, Seen(at("a", "9", note="x"), versions=(at("a", "9", note="x"),))),
    ("deleted under our edit", MINE, Seen(None, existed=True)),
    ("made and deleted by somebody else", A, Seen(None, existed=True)),
    ("changed before our deletion", drop("a"), Seen(at("a", "2"))),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "seen"), [x[1:] for x in DIFFERENT], ids=[x[0] for x in DIFFERENT])
def test_a_difference_is_parked_with_the_centres_version(entry: PendingEntry, seen: Seen) -> None:
    decision = judge([entry], {KEY: seen})
    assert isinstance(decision, Park)
    assert [remote.body for remote in decision.remotes] == [seen.current]


def test_one_difference_parks_the_whole_unit_with_what_arrived_of_it() -> None:
    there = {KEY: Seen(at("a", "1")), ("Task", "b"): Seen(at("b", "7", note="x")), ("Task", "c"): Seen(None)}
    decision = judge([A, put("b", "6"), put("c")], there)
    assert isinstance(decision, Park)
    assert [(remote.id, remote.version) for remote in decision.remotes] == [("a", "1"), ("b", "7")]

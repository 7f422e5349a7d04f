"""Any work on any line: whatever breaks, and whenever, every unit arrives once and both sides end up the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sync.address import Address
from sync.auth import NoAuth
from sync.centre import Centre
from sync.client import Client
from sync.pairing import AuthKind, CentreProfile, Line
from sync.service import SyncService
from sync.wants import Wants
from tests.plugins.odd_centre import URL, OddCentre
from tests.plugins.stations import (
    DOCTOR,
    KINDS,
    Fault,
    Station,
    Wire,
    answer,
    at_centre,
    bare_probe,
    bodies,
    lost_answer,
    no_line,
    patient,
    visit,
)
from workstation.core.clock import FixedClock
from workstation.core.events import Bus
from workstation.store.store import Store

WEATHER: dict[str, Fault] = {
    "fine": lambda request, send: send(request),
    "no line": no_line,
    "lost answer": lost_answer,
    "portal": answer(200, "<html>", **{"Content-Type": "text/html"}),
    "error": answer(500, {}),
    "busy": answer(503, {}, **{"Retry-After": "3"}),
    "sign-in": answer(401, {}),
    "idle conflict": answer(409, {}),
    "idle stale": answer(412, {}),
}
ACTS = st.one_of(
    st.tuples(st.just("patient"), st.integers(0, 3)),
    st.tuples(st.just("edit"), st.integers(0, 3)),
    st.tuples(st.just("visit"), st.integers(0, 3)),
    st.tuples(st.just("delete"), st.integers(0, 3)),
    st.tuples(st.just("run"), st.lists(st.sampled_from(sorted(WEATHER)), max_size=5)),
)


def make(folder: Path, name: str, centre: OddCentre) -> Station:
    """A station of its own for each example: the fixture's would outlive it."""
    clock = FixedClock(datetime.now(UTC), seed=len(name) * 1_000_000)
    store = Store.create(folder / f"{name}.db", b"k" * 32, clock, lambda text: ())
    wire = Wire(centre)
    client = Client(Address(URL), NoAuth(), transport=wire)
    line = Line(CentreProfile(URL, AuthKind.NONE, "", "", bare_probe(history_all=True)), client)
    bus, scope = Bus(), Wants(KINDS)
    service = SyncService(store, lambda: line, clock, bus, wants=scope)
    return Station(store, clock, wire, line, service, bus, Centre(store, bus, scope))


def act(desk: Station, what: str, number: int, turn: int) -> None:
    id_ = f"p{number}"
    if what == "patient" and not desk.has("Patient", id_):
        desk.put(patient(id_, birthDate=f"19{turn % 90 + 10}-01-01"))
    elif what == "edit" and desk.has("Patient", id_):
        desk.edit("Patient", id_, birthDate=f"20{turn % 90 + 10}-01-01")
    elif what == "visit" and desk.has("Patient", id_):
        made = visit(f"e{number}", id_) | {"language": f"v-{turn}"}
        desk.put(made, {**desk.get("Patient", id_), "language": f"x-{turn}"})
    elif what == "delete" and desk.has("Encounter", f"e{number}"):
        desk.delete("Encounter", f"e{number}")


def settle(desk: Station) -> None:
    """The weather turns fine: run until nothing is due, as the timer would."""
    desk.wire.faults = []
    for _ in range(3):
        desk.clock.advance(timedelta(hours=1))
        desk.run()


@pytest.mark.parametrize("flavour", ["atomic", "partial", "no etags", "whole seconds", "409"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(ACTS, min_size=3, max_size=14))
@example(
    acts=[("patient", 1), ("visit", 1), ("delete", 1)]
)  # made and deleted within one second of the centre
def test_one_desk_in_any_weather_delivers_everything_exactly_once(
    flavour: str, acts: list[tuple[str, object]]
) -> None:
    centre = OddCentre(
        atomic=flavour != "partial",
        etags=flavour != "no etags",
        whole_seconds=flavour == "whole seconds",
        stale=409 if flavour == "409" else 412,
    )
    with tempfile.TemporaryDirectory() as folder:
        desk = make(Path(folder), "desk", centre)
        try:
            for turn, (what, value) in enumerate(acts):
                if what == "run":
                    assert isinstance(value, list)
                    desk.wire.faults = [WEATHER[name] for name in value]
                    desk.run()
                else:
                    assert isinstance(value, int)
                    act(desk, what, value, turn)
            settle(desk)
            assert desk.units() == []
            for kind in KINDS:
                assert bodies(desk, kind) == at_centre(centre, kind)
            told = [
                (v.kind, v.id, v.body and {k: x for k, x in v.body.items() if k != "meta"})
                for v in centre.log
            ]
            assert all(told.count(one) == 1 for one in told if one[2] is not None)
        finally:
            close(desk)


Decide = Callable[[Centre], Callable[..., None]]
DECIDE: dict[str, Decide] = {"ours": lambda c: c.keep_ours, "theirs": lambda c: c.take_theirs}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    acts=st.lists(st.tuples(st.integers(0, 1), ACTS), min_size=4, max_size=18),
    choice=st.sampled_from(sorted(DECIDE)),
)
def test_two_desks_in_any_weather_end_up_alike_once_every_conflict_is_decided(
    acts: list[tuple[int, tuple[str, object]]], choice: str
) -> None:
    centre = OddCentre()
    with tempfile.TemporaryDirectory() as folder:
        desks = [make(Path(folder), name, centre) for name in ("a", "bb")]
        try:
            for turn, (who, (what, value)) in enumerate(acts):
                if what == "run":
                    assert isinstance(value, list)
                    desks[who].wire.faults = [WEATHER[name] for name in value]
                    desks[who].run()
                else:
                    assert isinstance(value, int)
                    act(desks[who], what, value, turn)
            decide_all(desks, choice)
            for desk in desks:
                assert desk.units() == []
                for kind in KINDS:
                    assert bodies(desk, kind) == at_centre(centre, kind)
            numbers: dict[tuple[str, str], list[int]] = {}
            for version in centre.log:
                numbers.setdefault((version.kind, version.id), []).append(version.number)
            assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
        finally:
            for desk in desks:
                close(desk)


def decide_all(desks: list[Station], choice: str) -> None:
    for _ in range(8):
        for desk in desks:
            settle(desk)
        parked = [(desk, row.seq) for desk in desks for row in desk.centre.overview().units]
        for desk, seq in parked[:1]:
            DECIDE[choice](desk.centre)(DOCTOR, seq)
    for desk in desks:
        settle(desk)


def close(desk: Station) -> None:
    desk.service.stop()
    desk.line.client.close()
    desk.store.close()

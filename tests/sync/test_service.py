"""The thread that keeps a desk in step: woken by commits, pokes and a timer, never two runs, never silent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sync.address import Address
from sync.auth import NoAuth
from sync.client import Client
from sync.pace import DEFAULT, Pace
from sync.pairing import AuthKind, CentreProfile, Line
from sync.poke import Poke
from sync.pull import Inline
from sync.service import SyncService
from sync.wants import Wants
from tests.plugins.hub import RunningHub
from tests.plugins.odd_centre import URL, OddCentre
from tests.plugins.stations import KINDS, Station, answer, bare_probe, no_line, patient
from workstation.core.events import Changed, Link, Origin, SyncState

PATIENCE = 60.0
QUICK = Pace(poll_least=0.01, poll_most=0.02, safety=600, first=0.01, line_longest=0.05, unit_longest=0.05)
SLOW = Pace(poll_least=600, poll_most=600, safety=600, first=600, line_longest=600)


class Watch:
    """Waits for an event of the bus that fits, without sleeping."""

    def __init__(self, station: Station) -> None:
        self._news = threading.Condition()
        self._seen: list[SyncState | Changed] = []
        station.bus.subscribe(SyncState, self._hear)
        station.bus.subscribe(Changed, self._hear)

    def _hear(self, event: SyncState | Changed) -> None:
        with self._news:
            self._seen.append(event)
            self._news.notify_all()

    def until(self, fits: Callable[[Any], bool]) -> None:
        """Wait until an event fits; fails after a minute."""
        with self._news:
            assert self._news.wait_for(lambda: any(fits(event) for event in self._seen), PATIENCE)


def state(**wanted: Any) -> Callable[[Any], bool]:
    return lambda event: (
        isinstance(event, SyncState) and all(getattr(event, name) == value for name, value in wanted.items())
    )


@dataclass
class Running:
    """A station whose service runs in its own thread."""

    station: Station
    service: SyncService
    watch: Watch


@pytest.fixture
def running(make_station: Callable[..., Station]) -> Iterator[Callable[..., Running]]:
    started: list[SyncService] = []

    def start(url: str, pace: Pace = QUICK, **more: Any) -> Running:
        station = make_station(url, **more)
        watch = Watch(station)
        service = SyncService(
            station.store, lambda: station.line, station.clock, station.bus, wants=Wants(KINDS), pace=pace
        )
        started.append(service)
        service.start()
        return Running(station, service, watch)

    yield start
    for service in started:
        service.stop()


def test_a_commit_on_one_desk_shows_on_the_other_by_the_centres_poke(
    hub: RunningHub, running: Callable[..., Running]
) -> None:
    one = running(hub.url, SLOW, name="one", token=hub.token("doc"))
    two = running(hub.url, SLOW, name="two", token=hub.token("nurse"))
    two.watch.until(lambda event: isinstance(event, SyncState) and event.last_pull is not None)
    one.station.put(patient("p1"))
    one.watch.until(state(waiting=0, link=Link.ONLINE, busy=False))
    two.watch.until(
        lambda event: isinstance(event, Changed) and event.origin is Origin.SYNC and event.touches("Patient")
    )
    assert two.station.has("Patient", "p1")


def test_without_a_feed_the_timer_reads_what_others_wrote(running: Callable[..., Running]) -> None:
    centre = OddCentre()
    desk = running(URL, inner=centre, probe=bare_probe())
    desk.watch.until(lambda event: isinstance(event, SyncState) and event.last_pull is not None)
    centre.put(patient("p1"))
    desk.watch.until(lambda event: isinstance(event, Changed) and event.touches("Patient"))
    assert desk.station.has("Patient", "p1")


def test_a_line_that_is_down_is_tried_again_until_it_is_back(running: Callable[..., Running]) -> None:
    centre = OddCentre()
    desk = running(URL, inner=centre, probe=bare_probe())
    desk.station.wire.always = no_line
    desk.station.put(patient("p1"))
    desk.watch.until(state(link=Link.OFFLINE, waiting=1, busy=False))
    desk.station.wire.always = None
    desk.watch.until(state(link=Link.ONLINE, waiting=0, busy=False, message=""))
    assert "p1" in centre.bodies("Patient")


def test_our_own_bug_is_logged_without_record_data_shown_and_tried_again(
    running: Callable[..., Running], caplog: pytest.LogCaptureFixture
) -> None:
    name = "".join(["张", "三"])  # put together here, for the log quotes lines of code

    def bug(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        raise RuntimeError(name)

    centre = OddCentre()
    with caplog.at_level(logging.ERROR, "sync"):
        desk = running(URL, inner=centre, probe=bare_probe())
        desk.station.wire.always = bug
        desk.station.put(patient("p1"))
        desk.watch.until(state(message="Sync failed on this desk; it will be tried again.", waiting=1))
        desk.station.wire.always = None
        desk.watch.until(state(link=Link.ONLINE, waiting=0, busy=False, message=""))
    assert "RuntimeError" in caplog.text
    assert name not in caplog.text


def test_many_reasons_during_one_run_make_one_more_run(running: Callable[..., Running]) -> None:
    entered, release = threading.Event(), threading.Event()
    runs: list[str] = []

    def hold(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        if "/Patient" in request.url.path:
            runs.append(request.url.path)
            entered.set()
            assert release.wait(PATIENCE)
        return send(request)

    centre = OddCentre()
    desk = running(URL, SLOW, inner=centre, probe=bare_probe(types=("Patient",)))
    desk.station.wire.always = hold
    desk.service.wake()
    assert entered.wait(PATIENCE)
    for _ in range(20):
        desk.service.wake()
    last = threading.Event()
    desk.station.bus.subscribe(SyncState, lambda s: last.set() if not s.busy and len(runs) >= 2 else None)
    release.set()
    assert last.wait(PATIENCE)
    desk.service.stop()
    assert len(runs) == 2


def test_a_local_commit_only_sends_and_leaves_reading_to_pokes_and_the_timer(
    running: Callable[..., Running],
) -> None:
    centre = OddCentre()
    desk = running(URL, SLOW, inner=centre, probe=bare_probe())
    desk.watch.until(lambda event: isinstance(event, SyncState) and event.last_pull is not None)
    desk.service.run_once()
    before = len(desk.station.wire.seen)
    desk.station.put(patient("p1"))
    desk.watch.until(lambda event: isinstance(event, SyncState) and event.last_push is not None)
    desk.service.stop()
    assert [request.method for request in desk.station.wire.seen[before:]] == ["POST"]


def test_a_desk_without_a_centre_says_so_and_goes_on_once_it_has_one(
    make_station: Callable[..., Station],
) -> None:
    centre = OddCentre()
    station = make_station(URL, inner=centre, probe=bare_probe())
    lines: list[Line] = []
    watch = Watch(station)
    service = SyncService(
        station.store, lambda: lines[0] if lines else None, station.clock, station.bus, pace=SLOW
    )
    service.start()
    station.put(patient("p1"))
    watch.until(state(link=Link.UNPAIRED, waiting=1))
    lines.append(station.line)
    service.reconnect()
    watch.until(state(link=Link.ONLINE, waiting=0, busy=False))
    service.stop()
    assert "p1" in centre.bodies("Patient")


def test_stopping_does_not_wait_for_the_feed(hub: RunningHub, running: Callable[..., Running]) -> None:
    desk = running(hub.url, SLOW, token=hub.token("doc"))
    desk.watch.until(lambda event: isinstance(event, SyncState) and event.last_pull is not None)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(desk.service.stop).result(15)


def test_a_centre_that_asks_for_a_pause_gets_it_even_when_there_is_more_to_send(
    running: Callable[..., Running],
) -> None:
    centre = OddCentre()
    desk = running(URL, QUICK, inner=centre, probe=bare_probe())
    desk.watch.until(lambda event: isinstance(event, SyncState) and event.last_pull is not None)
    desk.station.wire.always = answer(429, {}, **{"Retry-After": "1800"})
    desk.station.put(patient("p1"))
    desk.watch.until(lambda event: isinstance(event, SyncState) and "come back later" in event.message)
    asked = len(desk.station.wire.seen)
    for number in range(5):
        desk.station.put(patient(f"q{number}"))
    desk.service.stop()
    assert len(desk.station.wire.seen) == asked


def test_a_download_says_how_far_it_is(make_station: Callable[..., Station]) -> None:
    centre = OddCentre()
    centre.put(patient("p1"))
    station = make_station(URL, inner=centre, probe=bare_probe())
    station.run()
    shares = [s.progress for s in station.states if s.progress is not None]
    assert shares == [place / len(KINDS) for place in range(len(KINDS))]
    assert station.states[-1].progress is None


def test_a_feed_that_does_not_wait_is_not_believed() -> None:
    asked = threading.Event()
    count: list[int] = []

    def eager(request: httpx.Request) -> httpx.Response:
        count.append(1)
        if len(count) == 3:
            asked.set()
        return httpx.Response(200, json={"sequence": 0})

    client = Client(Address(URL), NoAuth(), transport=httpx.MockTransport(eager))
    known = bare_probe(change_feed="https://centre.test/events")
    line = Line(CentreProfile(URL, AuthKind.NONE, "", "", known), client)
    poke = Poke(lambda: line, lambda: None, _Always(), QUICK)
    poke.start()
    assert asked.wait(PATIENCE)
    assert not poke.fed
    poke.stop()
    client.close()


class _Always:
    def random(self) -> float:
        return 1.0


class _Never:
    def random(self) -> float:
        return 0.0


def test_waits_grow_with_jitter_end_at_a_limit_and_honour_what_was_asked() -> None:
    longest = [DEFAULT.again(tries, _Always()).total_seconds() for tries in range(1, 8)]
    assert longest == [2, 4, 8, 16, 30, 30, 30]
    assert [DEFAULT.again(tries, _Never()).total_seconds() for tries in (1, 5)] == [1, 15]
    assert DEFAULT.unit_again(10_000, _Always()).total_seconds() == 300
    assert DEFAULT.again(1, _Always(), timedelta(seconds=77)).total_seconds() == 77
    assert DEFAULT.poll(_Never(), fed=False).total_seconds() == 15
    assert DEFAULT.poll(_Always(), fed=False).total_seconds() == 30
    assert DEFAULT.poll(_Never(), fed=True) > DEFAULT.poll(_Always(), fed=False)


def test_fetching_in_the_callers_thread_hands_errors_on() -> None:
    def fail() -> None:
        raise ValueError("no")

    assert Inline().submit(threading.get_ident).result() == threading.get_ident()
    with pytest.raises(ValueError, match="no"):
        Inline().submit(fail).result()

"""From desk to centre and back: first sync beside a bare download, and how soon a signature is seen elsewhere."""

from __future__ import annotations

import resource as process
import secrets
import threading
import time
from pathlib import Path

import httpx
import orjson

from benchmarks.measure import Figure, spread
from benchmarks.store import ACTOR, observation, patients
from sync.auth import MemoryBox
from sync.hub import admin, auth
from sync.hub.config import HubConfig
from sync.hub.server import HubServer
from sync.pairing import AuthKind, SignIn, open_line, pair
from sync.service import SyncService
from workstation.core.clock import SystemClock
from workstation.core.events import Bus, Changed, Origin
from workstation.desk import name_keys
from workstation.fhir.resources import to_json
from workstation.store.store import Store

RECORDS = 20_000
PEOPLE = 1_000
SEEN = 30


class Centre:
    """A hub filled for the measurement."""

    def __init__(self, folder: Path) -> None:
        import random

        self.config = HubConfig(folder / "hub", key_file=folder / "hub.key", referential_integrity=False)
        file = folder / "records.ndjson"
        people = patients(PEOPLE, random.Random(1))  # noqa: S311 - made-up people
        records = [*people, *(observation(n) for n in range(RECORDS - PEOPLE))]
        file.write_bytes(b"\n".join(to_json({k: v for k, v in r.items() if k != "meta"}) for r in records))
        admin.user_add(
            self.config.data, "bench", "doctor-attending", "a long password", key_file=self.config.key_file
        )
        admin.load(self.config.data, [file], self.config.key_file)
        self.server = HubServer(self.config)
        self.url = self.server.start()
        self.token = auth.station_token(self.server.store, "bench")

    def desk(self, path: Path, bus: Bus) -> tuple[Store, SyncService]:
        """Make a joined desk."""
        clock = SystemClock()
        store = Store.create(path, secrets.token_bytes(32), clock, name_keys)
        box = MemoryBox()
        pair(self.url, SignIn(AuthKind.BEARER, "bench", self.token), box, store, clock)
        return store, SyncService(store, lambda: open_line(store, box), clock, bus)


def first_sync(folder: Path) -> list[Figure]:
    """Twenty thousand records from the hub to a new desk, encrypted, indexed, synchronous=FULL."""
    centre = Centre(folder)
    bare = _bare(centre)
    store, service = centre.desk(folder / "first.db", Bus())
    started = time.perf_counter()
    report = service.run_once()
    seconds = time.perf_counter() - started
    service.stop()
    store.close()
    centre.server.stop()
    rate = report.received / seconds
    memory = process.getrusage(process.RUSAGE_SELF).ru_maxrss // 1024
    return [
        Figure(
            "first sync from the hub (hub in the same process)",
            ">= 3,000 resources/s",
            f"{rate:,.0f}/s ({report.received:,} in {seconds:.1f} s)",
            rate >= 3000,
            f"bare download and parse of the same pages: {bare:.1f} s; peak memory with hub {memory} MB",
        )
    ]


def _bare(centre: Centre) -> float:
    started = time.perf_counter()
    with httpx.Client(headers={"Authorization": f"Bearer {centre.token}"}, timeout=60) as client:
        for kind in ("Patient", "Observation"):
            url = f"{centre.url}/{kind}?_count=1000&_sort=_lastUpdated"
            while url:
                bundle = orjson.loads(client.get(url).content)
                url = next((link["url"] for link in bundle.get("link", []) if link["relation"] == "next"), "")
    return time.perf_counter() - started


def signed_to_seen(folder: Path) -> list[Figure]:
    """How long after a commit on one desk its news reaches another, both with running services."""
    centre = Centre(folder)
    here_bus, there_bus = Bus(), Bus()
    here, sending = centre.desk(folder / "here.db", here_bus)
    there, receiving = centre.desk(folder / "there.db", there_bus)
    seen: dict[str, threading.Event] = {}

    def arrived(changed: Changed) -> None:
        for ref in changed.refs:
            if changed.origin is Origin.SYNC and ref.id in seen:
                seen[ref.id].set()

    there_bus.subscribe(Changed, arrived)
    for service in (sending, receiving):
        service.run_once()
        service.start()
    time.sleep(2)
    found = [_once(here, here_bus, seen, f"seen-{number}") for number in range(SEEN)]
    for service in (sending, receiving):
        service.stop()
    here.close()
    there.close()
    centre.server.stop()
    return [Figure("signed here to visible there", "<= 1 s", spread(sorted(found)), max(found) <= 1000)]


def _once(here: Store, bus: Bus, seen: dict[str, threading.Event], id_: str) -> float:
    seen[id_] = threading.Event()
    record = {k: v for k, v in observation(1).items() if k != "meta"} | {"id": id_}
    started = time.perf_counter()
    bus.publish(here.write(ACTOR, "bench.put", lambda unit: unit.put(record)))
    if not seen[id_].wait(30):
        raise RuntimeError("the change was not seen within 30 s")
    return (time.perf_counter() - started) * 1000

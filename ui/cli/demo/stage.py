"""What every part of the demo's journey stands on: the desks, the hub, and each step told, timed and written down."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import orjson

from sync.pairing import open_line
from ui.cli.demo import compare
from ui.cli.demo.world import Post, World
from ui.cli.line import sync_now
from workstation import papers
from workstation.desk import Desk

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the journey; `ms` is how long it took on this computer."""

    name: str
    desk: str
    ok: bool
    ms: float
    error: str = ""


@dataclass(slots=True)
class Journey:
    """What is written to journey.json."""

    steps: list[Step] = field(default_factory=list)
    offline: dict[str, int] = field(default_factory=lambda: {"queued": 0, "delivered": 0})
    killed: dict[str, Any] = field(default_factory=dict)
    equal: bool = False
    differences: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Say whether every step went well and everything is equal."""
        return self.equal and all(step.ok for step in self.steps)


class Stage:
    """One folder with a hub and desks, and what is told of them."""

    def __init__(self, folder: Path, tell: Callable[[str], None], patients: int | None = None) -> None:
        self.folder = folder
        self.tell = tell
        self.world = World(folder / "data", patients=patients)
        self.journey = Journey()
        self.desks: dict[str, Desk] = {}

    def write(self) -> Path:
        """Write journey.json; gives where it is."""
        target = self.folder / "journey.json"
        target.write_bytes(orjson.dumps(asdict(self.journey), option=orjson.OPT_INDENT_2))
        return target

    def open(self, posts: dict[str, Post]) -> None:
        """Load the hospital into the hub, and join a desk for each post."""
        world = self.world
        self.step("load the demo hospital", "hub", world.fill_hub)
        self.step("start the hub", "hub", world.hub.start)
        for name, post in posts.items():
            self.step("join a desk", name, partial(self._join, name, post))
            self.step("first sync", name, partial(self.sync, name))

    def _join(self, name: str, post: Post) -> None:
        self.desks[name] = self.world.make_desk(name, post)

    def close(self) -> None:
        """Close all desks and stop the hub."""
        for desk in self.desks.values():
            desk.close()
        self.world.hub.stop()

    def queue(self, name: str) -> None:
        """Try to send while the hub is away, and count what waits."""
        report = sync_now(self.desks[name], self.world.box)
        if not report.failed or not report.waiting:
            raise RuntimeError("the units should be waiting while the hub is away")
        self.journey.offline["queued"] += report.waiting

    def deliver(self, name: str) -> None:
        """Send what waited, and count it."""
        report = sync_now(self.desks[name], self.world.box)
        if report.failed or report.waiting or report.refused or report.parked:
            raise RuntimeError(f"not everything was delivered: {report.message or report}")
        self.journey.offline["delivered"] += report.sent

    def sync(self, name: str) -> None:
        """Send and fetch once."""
        report = sync_now(self.desks[name], self.world.box)
        if report.failed:
            raise RuntimeError(report.message)

    def sync_all(self, *names: str) -> None:
        """Send and fetch once at each of these desks, in this order."""
        for name in names:
            self.step("sync", name, partial(self.sync, name))

    def print(self, desk: Desk, document: str, name: str) -> None:
        """Leave a paper in the folder."""
        (self.folder / f"{name}.pdf").write_bytes(papers.pdf_of(desk, document))

    def compare(self) -> None:
        """Compare every desk with the hub, record by record."""
        for name in self.desks:
            self.sync(name)
        for name, desk in self.desks.items():
            line = open_line(desk.store, self.world.box)
            if line is None:
                raise RuntimeError("a desk has lost its centre")
            self.journey.differences += compare.differences(name, desk, line.client)
            line.client.close()
        self.journey.equal = not self.journey.differences

    def step(self, name: str, desk: str, act: Callable[[], T]) -> T:
        """Take one step: told and written down, also when it fails."""
        started = time.perf_counter()
        try:
            result = act()
        except Exception as error:
            self._note(name, desk, started, str(error) or type(error).__name__)
            raise
        self._note(name, desk, started)
        return result

    def _note(self, name: str, desk: str, started: float, error: str = "") -> None:
        ms = round((time.perf_counter() - started) * 1000, 1)
        self.journey.steps.append(Step(name, desk, not error, ms, error))
        self.tell(f"{'ok ' if not error else 'NOT'} {desk:12} {name}  {ms:.0f} ms {error}")

"""The window at work: what hands feel, what it holds in memory, and whether a large sync ever makes it stand still."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

from benchmarks import hospital
from benchmarks.hospital import Demo
from benchmarks.measure import Figure
from benchmarks.store import observation, patients
from sync.hub import admin
from workstation.core import i18n
from workstation.fhir.resources import to_json

SYNCED = 20_000
PEOPLE = 1_000
SECONDS = 900


def window(folder: Path) -> list[Figure]:
    """Build the demo hospital and measure in processes of their own, each on a copy of its desk."""
    i18n.set_language("zh_CN")
    demo = hospital.build(folder / "world")
    at_hand = demo.copied(folder / "hands")
    held = demo.copied(folder / "memory")
    return [
        *_probe("hands", at_hand),
        *_probe("memory", held),
        *during_sync(demo.copied(folder / "sync"), folder),
    ]


def during_sync(demo: Demo, folder: Path) -> list[Figure]:
    """Give the hub 20,000 records more and let the window fetch them; the hub is another process."""
    people = patients(PEOPLE, random.Random(1))  # noqa: S311 - made-up people
    records = [*people, *(observation(number) for number in range(SYNCED - PEOPLE))]
    file = folder / "more.ndjson"
    file.write_bytes(b"\n".join(to_json({k: v for k, v in each.items() if k != "meta"}) for each in records))
    hub = demo.hub
    admin.load(hub.folder, [file], hub.key_file)
    hub.start()
    try:
        return _probe("sync", demo)
    finally:
        hub.stop()


def _probe(what: str, demo: Demo) -> list[Figure]:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "benchmarks.at_work", what, str(demo.desk), demo.pin],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the window could not be measured ({what}): {done.stderr[-2000:]}")
    return [Figure(**each) for each in json.loads(done.stdout.splitlines()[-1])]

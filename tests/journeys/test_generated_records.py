"""Patients generated elsewhere (carebundle) go through `hub load` to a desk's chart, whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import carebundle
import orjson

from sync.auth import MemoryBox
from sync.hub import admin
from sync.pairing import AuthKind, SignIn, pair
from tests.plugins.hub import PASSWORD, RunningHub
from ui.cli.line import sync_now
from workstation.core.clock import SystemClock
from workstation.desk import Desk
from workstation.emr.model import AskSummary
from workstation.fhir.resources import content


def test_generated_patients_are_loaded_synced_and_read(
    make_hub: Callable[..., RunningHub], make_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    files = [tmp_path / f"generated-{number}.json" for number in range(5)]
    for number, file in enumerate(files):
        file.write_text(carebundle.to_json(carebundle.generate_bundle(seed=number)))
    hub = make_hub(referential_integrity=False)
    loaded = admin.load(hub.data, files, hub.config.key_file)
    assert loaded.refused == ()

    desk, box = make_desk("doc", using=SystemClock()), MemoryBox()
    pair(hub.url, SignIn(AuthKind.HUB, "doc", PASSWORD, "desk"), box, desk.store, desk.clock)
    report = sync_now(desk, box)
    assert (report.failed, report.received) == (False, loaded.stored)
    with desk.store.reader() as reader:
        patients = reader.find("Patient")
    assert len(patients) == len(files)
    summaries = [desk.ask("chart.summary", AskSummary(patient["id"])) for patient in patients]
    assert all(summary.person.name and summary.person.birth for summary in summaries)
    assert any(summary.problems for summary in summaries)
    assert any(summary.medicines for summary in summaries)
    assert any(summary.vitals or summary.abnormal for summary in summaries)
    exported = tmp_path / "centre.ndjson"
    admin.export(hub.data, exported, key_file=hub.config.key_file)
    with desk.store.reader() as reader:
        for line in exported.read_bytes().splitlines():
            resource = orjson.loads(line)
            assert content(reader.get(resource["resourceType"], resource["id"])) == content(resource)

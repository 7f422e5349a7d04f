"""Patients that a generator made: loaded into the hub, synced to a desk, read, prescribed for, and left whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.auth import MemoryBox
from sync.hub import admin
from sync.pairing import AuthKind, SignIn, pair
from tests.plugins.hub import PASSWORD, RunningHub
from ui.cli.demo import steps
from ui.cli.line import sync_now
from workstation.core.clock import SystemClock
from workstation.desk import Desk
from workstation.emr.model import AddDiagnosis, AskSummary
from workstation.fhir.resources import Resource, content, from_json
from workstation.prescribing.model import DraftLine, PrescriptionDraft, StopPrescription
from workstation.prescribing.rows import OneSheet
from workstation.queue.model import Enrol


def originals(files: list[Path]) -> dict[str, Resource]:
    """Give the generated resources by `Type/id` as the generator wrote them."""
    found: dict[str, Resource] = {}
    for file in files:
        for entry in from_json(file.read_bytes()).get("entry", []):
            resource = entry["resource"]
            found[f"{resource['resourceType']}/{resource['id']}"] = resource
    return found


def joined(hub: RunningHub, make_desk: Callable[..., Desk], user: str) -> Desk:
    desk = make_desk(user, name=user, using=SystemClock())
    pair(hub.url, SignIn(AuthKind.HUB, user, PASSWORD, user), MEMORY, desk.store, desk.clock)
    report = sync_now(desk, MEMORY)
    assert not report.failed, report.message
    return desk


MEMORY = MemoryBox()


@dataclass
class Room:
    """A hub with the generated patients, a registrar's and a doctor's desk."""

    hub: RunningHub
    made: dict[str, Resource]
    registrar: Desk
    doctor: Desk

    @property
    def patients(self) -> list[Resource]:
        return [resource for key, resource in self.made.items() if key.startswith("Patient/")]


@pytest.fixture
def room(generated: list[Path], make_hub: Callable[..., RunningHub], make_desk: Callable[..., Desk]) -> Room:
    hub = make_hub(referential_integrity=False)
    loaded = admin.load(hub.data, generated, hub.config.key_file)
    assert loaded.refused == ()
    assert loaded.stored > 500
    return Room(hub, originals(generated), joined(hub, make_desk, "reg"), joined(hub, make_desk, "doc"))


def test_a_generated_patients_chart_is_read_and_every_record_arrives_whole(room: Room) -> None:
    read_charts(room.doctor, room.patients)
    kinds = ("Patient", "Condition", "Immunization")
    with room.doctor.store.reader() as reader:
        for resource in (r for key, r in room.made.items() if key.split("/")[0] in kinds):
            kept = reader.get(resource["resourceType"], resource["id"])
            assert content(kept) == content(rewritten(resource, kept))


def test_a_prescription_is_signed_for_a_generated_patient(room: Room) -> None:
    patient = next(p for p in room.patients if "deceasedDateTime" not in p)
    visit = room.registrar.do("queue.enrol", Enrol(patient["id"], "internal")).primary
    sync_now(room.registrar, MEMORY)
    sync_now(room.doctor, MEMORY)
    drug = next(d.id for d in room.doctor.knowledge.drugs if d.name_zh == "对乙酰氨基酚片")
    line = DraftLine(drug, "0.5", "g", "po", "tid", 2)
    room.doctor.do("emr.add-diagnosis", AddDiagnosis(patient["id"], visit.id, "J06.9", primary=True))
    number = steps.sign(room.doctor, PrescriptionDraft(patient["id"], visit.id, (line,)))
    assert room.doctor.ask("prescribing.sheet", OneSheet(number=number)).intact


def test_elements_this_product_does_not_know_survive_an_edit(room: Room) -> None:
    foreign = next(
        r
        for r in room.made.values()
        if r["resourceType"] == "MedicationRequest" and r.get("status") == "active"
    )
    room.doctor.do("prescribing.stop", StopPrescription(foreign["id"], "已不需要", whole_sheet=False))
    report = sync_now(room.doctor, MEMORY)
    assert (report.failed, report.refused, report.parked) == (False, 0, 0)
    stored = room.hub.client().get(f"MedicationRequest/{foreign['id']}").json()
    changed = {"status", "statusReason", "note", "meta"}
    before = rewritten(foreign, stored)
    assert {k: v for k, v in stored.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    assert stored["status"] == "stopped"


def read_charts(doctor: Desk, patients: list[Resource]) -> None:
    problems = medicines = results = 0
    for patient in patients:
        summary = doctor.ask("chart.summary", AskSummary(patient["id"]))
        assert summary.person.name
        assert summary.person.age
        problems += len(summary.problems)
        medicines += len(summary.medicines)
        results += len(summary.vitals) + len(summary.abnormal)
    assert min(problems, medicines, results) > 0


def rewritten(resource: Resource, stored: Resource) -> Resource:
    """Give the generated resource with its urn:uuid references as the hub stored them: nothing else may differ."""
    if isinstance(resource, dict):
        return {
            key: stored[key]
            if key == "reference"
            and str(value).startswith("urn:uuid:")
            and str(value)[9:] in str(stored.get(key))
            else rewritten(value, stored.get(key, {}))
            for key, value in resource.items()
        }
    if isinstance(resource, list) and isinstance(stored, list):
        return [rewritten(one, other) for one, other in zip(resource, stored, strict=True)]
    return resource

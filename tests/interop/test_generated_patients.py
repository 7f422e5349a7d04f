"""Patients that a generator made: loaded into the hub, synced to a desk, read, prescribed for, and left whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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


def test_a_generated_patient_is_read_prescribed_for_and_stays_whole(
    generated: list[Path], make_hub: Callable[..., RunningHub], make_desk: Callable[..., Desk]
) -> None:
    hub = make_hub(referential_integrity=False)
    made = originals(generated)
    loaded = admin.load(hub.data, generated, hub.config.key_file)
    assert loaded.refused == ()
    assert loaded.stored > 500

    registrar = joined(hub, make_desk, "reg")
    doctor = joined(hub, make_desk, "doc")
    patients = [resource for key, resource in made.items() if key.startswith("Patient/")]
    read_charts(doctor, patients)
    patient = next(p for p in patients if "deceasedDateTime" not in p)
    visit = registrar.do("queue.enrol", Enrol(patient["id"], "internal")).primary
    sync_now(registrar, MEMORY)
    sync_now(doctor, MEMORY)
    line = DraftLine(
        next(d.id for d in doctor.knowledge.drugs if d.name_zh == "对乙酰氨基酚片"),
        "0.5",
        "g",
        "po",
        "tid",
        2,
    )
    draft = PrescriptionDraft(patient["id"], visit.id, (line,))
    doctor.do("emr.add-diagnosis", AddDiagnosis(patient["id"], visit.id, "J06.9", primary=True))
    number = steps.sign(doctor, draft)
    assert doctor.ask("prescribing.sheet", OneSheet(number=number)).intact

    foreign = next(
        r for r in made.values() if r["resourceType"] == "MedicationRequest" and r.get("status") == "active"
    )
    doctor.do("prescribing.stop", StopPrescription(foreign["id"], "已不需要", whole_sheet=False))
    report = sync_now(doctor, MEMORY)
    assert (report.failed, report.refused, report.parked) == (False, 0, 0)
    stored = hub.client().get(f"MedicationRequest/{foreign['id']}").json()
    changed = {"status", "statusReason", "note"}
    assert {k: v for k, v in stored.items() if k not in changed | {"meta"}} == {
        k: v for k, v in rewritten(foreign, stored).items() if k not in changed | {"meta"}
    }
    assert stored["status"] == "stopped"

    untouched = [
        r for key, r in made.items() if key.split("/")[0] in ("Patient", "Condition", "Immunization")
    ]
    with doctor.store.reader() as reader:
        for resource in untouched:
            kept = reader.get(resource["resourceType"], resource["id"])
            assert content(kept) == content(rewritten(resource, kept))


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

"""Records generated elsewhere (US Core) give a whole summary and facts, with their own words and our units."""

from __future__ import annotations

import json
from typing import Any

import pytest
from carebundle import PROFILES, generate_bundle, to_json

from tests.conftest import MORNING
from workstation.chart import facts_of, summary_of


def resources_of(profile: str) -> list[dict[str, Any]]:
    """Give the resources of one generated patient, references resolved to their ids."""
    text = to_json(generate_bundle(profile=profile, seed=7))
    entries = json.loads(text)["entry"]
    for entry in entries:
        id_ = entry["fullUrl"].rpartition(":")[2]
        text = text.replace(f'"{entry["fullUrl"]}"', f'"{entry["resource"]["resourceType"]}/{id_}"')
    found = []
    for entry in json.loads(text)["entry"]:
        kind = entry["resource"]["resourceType"]
        id_ = entry["fullUrl"].removeprefix(f"{kind}/").rpartition(":")[2]
        found.append(entry["resource"] | {"id": id_})
    return found


@pytest.mark.parametrize("profile", ["type2_diabetes", "ckd_stage3", "hypertension"])
def test_a_patient_from_elsewhere_is_shown_whole_and_judged_in_our_units(make_desk, profile):
    assert profile in PROFILES
    desk, resources = make_desk("doc"), resources_of(profile)
    desk.store.write(desk.actor, "test.seed", lambda unit: [unit.put(r) for r in resources][-1])
    patient = next(r["id"] for r in resources if r["resourceType"] == "Patient")
    conditions = {r["code"]["text"] for r in resources if r["resourceType"] == "Condition"}
    with desk.store.reader() as reader:
        seen = summary_of(reader, patient, MORNING, desk.knowledge)
        known = facts_of(reader, patient, "", MORNING, desk.actor)
    assert seen.person.name.split(",")[0].isupper()
    assert {p.name for p in seen.problems} == conditions
    assert {m.code for m in seen.vitals} >= {"8867-4", "8480-6", "8462-4", "29463-7"}
    assert known.weight.unit == "kg"
    assert 20 < known.labs.creatinine.value < 400
    assert known.labs.creatinine.unit == "umol/L"
    assert len(known.active_medications) == len(seen.medicines)

"""The demo hospital: the same from the same seed, valid, marked as synthetic, with everything that is hard in it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from resources.demo.build import Hospital, build
from sync.hub.validation import problems
from workstation.core.clock import parse_instant
from workstation.fhir import systems
from workstation.fhir.resources import Resource, codings, extension, identifier, text_of, to_json
from workstation.registration import identity
from workstation.terminology.knowledge import load

NOW = datetime(2026, 3, 17, 9, 10, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(scope="module")
def hospital() -> Hospital:
    return build(NOW, load())


def of(hospital: Hospital, kind: str) -> list[Resource]:
    return [resource for resource in hospital.resources if resource["resourceType"] == kind]


def test_the_same_seed_and_morning_give_the_same_hospital(hospital: Hospital) -> None:
    again = build(NOW, load())
    assert [to_json(r) for r in again.resources] == [to_json(r) for r in hospital.resources]


def test_every_resource_is_its_own_valid_and_marked_synthetic(hospital: Hospital) -> None:
    ids = Counter((r["resourceType"], r["id"]) for r in hospital.resources)
    assert [key for key, count in ids.items() if count > 1] == []
    for resource in hospital.resources:
        assert any(tag.get("system") == systems.SYNTHETIC for tag in resource["meta"]["tag"])
        assert problems(resource) == ()


def test_it_has_the_size_and_the_staff_it_promises(hospital: Hospital) -> None:
    assert len(of(hospital, "Patient")) == 300
    assert len(hospital.accounts) == 23
    assert {a.role for a in hospital.accounts} == {
        "registrar", "doctor-resident", "doctor-attending", "doctor-chief", "nurse", "head-nurse", "pharmacist",
        "pharmacy-manager", "administrator", "auditor",
    }  # fmt: skip
    beds = [loc for loc in of(hospital, "Location") if text_of(loc.get("physicalType")) == "Bed"]
    assert len(beds) == 80


@pytest.mark.parametrize(
    "name",
    [
        "欧阳建国",
        "张伟",
        "张玮",
        "章伟",
        "阿依古丽·买买提艾力",
        "王䶮",
        "李㛃",
        "赵𬭎",
        "SMITH, Eleanor Josephine",
    ],
)
def test_it_has_the_names_that_are_hard(hospital: Hospital, name: str) -> None:
    assert any(p["name"][0]["text"] == name for p in of(hospital, "Patient"))


def test_its_resident_numbers_are_well_formed_and_agree_with_birth_and_sex(hospital: Hospital) -> None:
    for patient in of(hospital, "Patient"):
        number = identifier(patient, systems.RESIDENT_ID)
        if number:
            checked = identity.check(identity.RESIDENT, number, NOW.date())
            assert (checked.birth.isoformat(), checked.sex) == (patient["birthDate"], patient["gender"])


def test_the_mornings_queue_waits(hospital: Hospital) -> None:
    waiting = [e for e in of(hospital, "Encounter") if extension(e, systems.QUEUE_STATE) == "waiting"]
    tickets = [identifier(e, systems.TICKET) for e in waiting]
    assert len(waiting) == 12
    assert len(set(tickets)) == 12
    assert all(parse_instant(e["period"]["start"]) < NOW for e in waiting)


def test_there_are_allergies_abnormal_values_and_all_four_allergy_states(hospital: Hospital) -> None:
    known = of(hospital, "AllergyIntolerance")
    denied = [a for a in known if any(c.get("code") == "716186003" for c in codings(a["code"]))]
    assert len(denied) > 50
    assert any(a.get("criticality") == "high" for a in known)
    flags = Counter(c["code"] for o in of(hospital, "Observation") for c in codings(o.get("interpretation")))
    assert min(flags["H"], flags["L"]) > 20
    with_state = {a["patient"]["reference"] for a in known}
    assert len(with_state) < 300, "some patients' allergies are not recorded, which is a state of its own"

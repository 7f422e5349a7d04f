"""Everything that happened in the two wards, stay by stay, as it stands at one moment."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from resources.demo.laboratory import examined
from resources.demo.nursing import carried_out
from resources.demo.orders import chart_of
from resources.demo.people import Person
from resources.demo.resources_of import VITALS, stable_id
from resources.demo.tables import table
from resources.demo.vitals import measured
from resources.demo.wards import Body, House, Numbers, Stay, records, stays
from workstation.fhir.resources import Resource, code_of, target


def inpatients(
    people: Sequence[Person], house: House, now: datetime, dice: random.Random
) -> Iterator[Resource]:
    """Walk the records of every stay."""
    scenes, patterns, numbers = table("scenes"), table("vitals"), Numbers()
    found = stays(people, house, now, dice)
    ranks = _ranks(found)
    for place, stay in enumerate(found, 1):
        yield from records(stay, place, house.knowledge)
        chart = chart_of(stay, _of(scenes["scene"], stay, ranks), house.knowledge, numbers)
        yield from chart.resources()
        yield from carried_out(chart, house.knowledge)
        yield from measured(stay, patterns, house.knowledge)
        yield from examined(stay, _of(scenes["request"], stay, ranks), house.knowledge, numbers)


def _ranks(found: Sequence[Stay]) -> dict[str, int]:
    """Count the stays of each ward from the longest on."""
    ranks: dict[str, int] = {}
    for ward in {stay.ward["code"] for stay in found}:
        here = sorted((s for s in found if s.ward["code"] == ward), key=lambda s: s.since)
        ranks |= {stay.id: rank for rank, stay in enumerate(here)}
    return ranks


def _of(scenes: Iterable[Mapping[str, Any]], stay: Stay, ranks: Mapping[str, int]) -> list[Mapping[str, Any]]:
    return [s for s in scenes if s["ward"] == stay.ward["code"] and s["stay"] == ranks[stay.id]]


def bodies_of(people: Sequence[Person], resources: Iterable[Resource]) -> dict[str, Body]:
    """Give weight and height of everybody who has both, by the patient's key."""
    codes = {VITALS[name][0]: name for name in ("weight", "height")}
    values: dict[str, dict[str, Decimal]] = {}
    for resource in resources:
        name = codes.get(code_of(resource.get("code"))) if resource["resourceType"] == "Observation" else None
        if name is not None:
            patient = target(resource["subject"], "Patient")
            values.setdefault(patient, {})[name] = Decimal(str(resource["valueQuantity"]["value"]))
    keys = {stable_id("patient", person.key): person.key for person in people}
    return {
        keys[patient]: Body(found["weight"], found["height"])
        for patient, found in values.items()
        if len(found) == len(codes)
    }

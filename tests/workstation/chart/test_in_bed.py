"""Who lies in which bed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import MORNING
from tests.plugins.ward import patient, place, stay
from workstation.chart.in_bed import in_ward, numbered, of_stay
from workstation.desk import Desk

YESTERDAY = MORNING - timedelta(days=1)


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    made = make_desk("nurse")
    moved = stay("s3", "p3", "ZY260316AAA003", "b3", YESTERDAY)
    moved["location"][0]["status"] = "completed"
    moved["location"].append({"location": {"reference": "Location/elsewhere"}, "status": "active"})
    records: list[dict[str, Any]] = [
        place("w", "呼吸内科病区", "wa"),
        place("r", "1 病室", "ro", "w"),
        *(place(f"b{n}", str(n), part_of="r" if n < 3 else "w") for n in (1, 2, 3, 10)),
        *(patient(f"p{n}", name, f"M{n}") for n, name in enumerate(("李", "张", "王", "赵"), start=1)),
        stay("s1", "p1", "ZY260316AAA001", "b10", YESTERDAY),
        stay("s2", "p2", "ZY260316AAA002", "b2", YESTERDAY),
        moved,
        {**stay("s4", "p4", "ZY260316AAA004", "b1", YESTERDAY), "status": "finished"},
    ]
    made.store.write(made.actor, "test.seed", lambda unit: [unit.put(r) for r in records][-1])
    return made


def test_ward_lists_who_lies_there_now_by_bed(desk: Desk) -> None:
    with desk.store.reader() as reader:
        found = in_ward(reader, "w", MORNING)
    assert [(r.bed, r.person.name, r.number, r.ward_name) for r in found] == [
        ("2", "张", "ZY260316AAA002", "呼吸内科病区"),
        ("10", "李", "ZY260316AAA001", "呼吸内科病区"),
    ]


def test_stay_is_found_by_the_number_of_its_wristband_and_knows_bed_and_ward(desk: Desk) -> None:
    with desk.store.reader() as reader:
        encounter = numbered(reader, "ZY260316AAA002")
        assert encounter is not None
        row = of_stay(reader, encounter, MORNING)
        assert (row.bed, row.ward, row.patient) == ("2", "w", "p2")
        assert numbered(reader, "ZY999") is None


def test_unknown_ward_is_empty(desk: Desk) -> None:
    with desk.store.reader() as reader:
        assert in_ward(reader, "nowhere", MORNING) == ()

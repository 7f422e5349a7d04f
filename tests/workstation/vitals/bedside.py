"""What the tests of ward vital signs share: a ward with patients, recording, and reading the chart back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from tests.plugins.ward import patient, place, stay
from workstation.chart.temperature import ChartPage, Site
from workstation.core.clock import instant
from workstation.desk import Desk
from workstation.fhir.resources import Resource, code_of
from workstation.vitals.model import AskChart, AskRound, RecordRound, RoundRow

PIN = "246810"
CHINA = timezone(timedelta(hours=8))
ADMITTED = datetime(2026, 3, 15, 10, 20, tzinfo=CHINA)
PEOPLE = (
    ("欧阳建国", "male", "1958-03-09"),
    ("李秀英", "female", "1971-05-02"),
    ("陈静怡", "female", "2019-08-20"),
)
MakeDesk = Callable[..., Desk]


def D(text: str) -> Decimal:  # noqa: N802
    return Decimal(text)


def at(day: int, hour: int, minute: int = 0) -> str:
    return instant(datetime(2026, 3, day, hour, minute, tzinfo=CHINA))


def put(desk: Desk, *resources: Resource) -> None:
    assert desk.actor is not None
    desk.store.write(desk.actor, "test.seed", lambda unit: [unit.put(dict(r)) for r in resources][-1])


def furnish(desk: Desk) -> None:
    """Two wards; the nurse works in the first one's department, and three patients lie there."""
    put(
        desk,
        {"resourceType": "Organization", "id": "dept", "name": "内科"},
        {
            "resourceType": "PractitionerRole",
            "id": "role-nurse",
            "practitioner": {"reference": "Practitioner/practitioner-nurse"},
            "organization": {"reference": "Organization/dept"},
        },
        place("w1", "内科病区", "wa"),
        {**place("w2", "骨科病区", "wa"), "managingOrganization": {"reference": "Organization/other"}},
        *(place(f"b{n}", str(n), part_of="w1") for n in (1, 2, 10)),
        place("c1", "1", part_of="w2"),
    )
    for n, (name, sex, birth) in enumerate(PEOPLE, start=1):
        bed = ("b1", "b2", "b10")[n - 1]
        put(
            desk,
            patient(f"p{n}", name, f"M{n}", sex, birth),
            {
                **stay(f"s{n}", f"p{n}", f"ZY260315AAA00{n}", bed, ADMITTED),
                "reasonCode": [{"text": "社区获得性肺炎"}],
                "serviceType": {"text": "内科"},
            },
        )


def record(desk: Desk, when: str = "", who: int = 1, **signs: Any) -> str:
    """Record a row; numbers may be given as text."""
    if "site" in signs:
        signs["site"] = Site(signs["site"])
    words = ("stool", "urine", "consciousness", "day", "site")
    given = {
        key: D(value) if isinstance(value, str) and key not in words else value
        for key, value in signs.items()
    }
    changed = desk.do("vitals.record-round", RecordRound(f"p{who}", f"s{who}", when, **given))
    assert changed.primary is not None
    return changed.primary.id


def chart(desk: Desk, page: int = 0, who: int = 1, **more: Any) -> ChartPage:
    found = desk.ask("vitals.chart", AskChart(f"p{who}", f"s{who}", page, **more))
    assert isinstance(found, ChartPage)
    return found


def row(desk: Desk, who: int = 1, when: str = "") -> RoundRow:
    rows: tuple[RoundRow, ...] = desk.ask("vitals.round", AskRound("w1", when)).rows
    return next(r for r in rows if r.patient == f"p{who}")


def stored(desk: Desk, patient: str = "p1") -> dict[str, Resource]:
    """Give the Observations of a patient by code; the last of each."""
    with desk.store.reader() as reader:
        found = reader.find("Observation", {"patient": patient}, sort=("date",))
        return {code_of(o["code"]): o for o in found}


def observation(desk: Desk, id_: str) -> Resource:
    with desk.store.reader() as reader:
        return reader.get("Observation", id_)

"""Order lines and patients as nurses' lists show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workstation.chart.allergies import AllergyState, in_brief
from workstation.chart.in_bed import InBed
from workstation.fhir.resources import Resource, target
from workstation.nursing.rows import Line, Who
from workstation.orderbook.order import Order
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.names import alike


def line_of(order: Order) -> Line:
    """Give one order line."""
    return Line(
        order=order.id,
        name=order.name,
        parts=order.parts,
        display=order.display,
        spoken=order.spoken,
        dose=order.dose_text,
        route=order.route_text,
        frequency=order.timing.words,
        strength=order.strength,
        form=order.form,
        drug=order.drug,
        group=order.group,
        high_alert=order.high_alert,
        skin_test=order.skin_test.state.value if order.skin_test is not None else "",
        drip_rate=order.drip_rate,
        verified=order.verification.state.value,
    )


def lines_of(orders: Iterable[Order]) -> tuple[Line, ...]:
    """Give order lines as they were signed."""
    return tuple(line_of(order) for order in orders)


def people_of(reader: Reader, rows: Sequence[InBed], knowledge: Knowledge) -> dict[str, Who]:
    """Give the patients of a ward by stay, with their allergies and who can be mixed up, in one query."""
    patients = [row.patient for row in rows]
    found = reader.find("AllergyIntolerance", {"patient": patients}) if patients else []
    allergies: dict[str, list[Resource]] = {}
    for record in found:
        allergies.setdefault(target(record.get("patient"), "Patient"), []).append(record)
    marks = alike((row.patient, row.person.name) for row in rows)
    return {row.encounter: _who(row, allergies, knowledge, str(marks.get(row.patient, ""))) for row in rows}


def who_of(reader: Reader, row: InBed, knowledge: Knowledge) -> Who:
    """Give one patient."""
    return people_of(reader, (row,), knowledge)[row.encounter]


def _who(row: InBed, allergies: Mapping[str, Sequence[Resource]], knowledge: Knowledge, mark: str) -> Who:
    person = row.person
    state, agents = in_brief(allergies.get(row.patient, ()), knowledge)
    return Who(
        encounter=row.encounter,
        patient=row.patient,
        name=person.name,
        sex=person.sex,
        birth=person.birth,
        age=person.age,
        number=person.number,
        stay_number=row.number,
        bed=row.bed,
        alike=mark,
        allergy=state.value if row.patient else AllergyState.UNAVAILABLE.value,
        allergies=agents,
    )

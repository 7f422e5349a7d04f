"""What the tests of registration share: registering, reading back, and one well-known patient."""

from __future__ import annotations

from collections.abc import Callable

from workstation.core.events import Ref
from workstation.desk import Desk
from workstation.fhir.resources import Resource
from workstation.registration.model import (
    GetPatient,
    PatientView,
    Person,
    Register,
)
from workstation.store.unit import Unit

MakeDesk = Callable[..., Desk]
OUYANG = Person(
    name="欧阳建国",
    sex="female",
    birth="1949-12-31",
    document_number="11010519491231002X",
    pinyin="ouyang jianguo",
    phone="13800138000",
    address="上海市黄浦区人民路 12 号",
    ethnic_group="01",
    contact_name="欧阳明",
    contact_relationship="子女",
    contact_phone="13900139000",
)


def register(desk: Desk, person: Person, **more: object) -> str:
    changed = desk.do("registration.register", Register(person, **more))
    assert changed.primary is not None
    return changed.primary.id


def stored(desk: Desk, patient: str) -> Resource:
    with desk.store.reader() as reader:
        return reader.get("Patient", patient)


def view(desk: Desk, patient: str) -> PatientView:
    answer = desk.ask("registration.patient", GetPatient(patient))
    assert isinstance(answer, PatientView)
    return answer


def put(desk: Desk, resource: Resource) -> None:
    def run(unit: Unit) -> Ref:
        return unit.put(resource)

    assert desk.actor is not None
    desk.store.write(desk.actor, "test.put", run)

"""People who have no name yet, or none that is known."""

from __future__ import annotations

import pytest

from tests.workstation.registration.counter import OUYANG, MakeDesk, register, view
from workstation.core.errors import Conflict, Invalid
from workstation.registration.model import (
    RegisterNewborn,
    RegisterUnknown,
    Update,
)


def test_an_unknown_patient_gets_a_name_of_the_day_and_a_temporary_number(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    changed = desk.do("registration.register-unknown", RegisterUnknown("male", 40, "120 送入, 人民广场"))
    code = desk.store.desk_code
    found = view(desk, changed.primary.id)
    assert found.person.name == f"无名氏20260317-{code}01"
    assert found.number == f"T-260317{code}01"
    assert found.person.birth == "1986"
    assert found.temporary


def test_two_unknown_patients_never_share_a_name(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    ids = [desk.do("registration.register-unknown", RegisterUnknown()).primary.id for _ in range(2)]
    assert view(desk, ids[0]).person.name != view(desk, ids[1]).person.name


def test_an_unknown_patient_who_is_identified_gets_a_lasting_number(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = desk.do("registration.register-unknown", RegisterUnknown("female")).primary.id
    desk.do(
        "registration.update",
        Update(patient, name="欧阳建国", birth="1949-12-31", document_number="11010519491231002X"),
    )
    found = view(desk, patient)
    assert found.number.startswith("M26")
    assert not found.temporary


def test_a_newborn_is_named_after_and_linked_to_its_mother(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    mother = register(desk, OUYANG)
    request = RegisterNewborn(mother, "male", "2026-03-17T08:12:00+08:00")
    child = desk.do("registration.register-newborn", request).primary.id
    found = view(desk, child)
    assert found.person.name == "欧阳建国之子"
    assert found.person.birth == "2026-03-17"
    assert found.birth_time == "2026-03-17T08:12:00+08:00"
    assert (found.person.contact_name, found.person.contact_phone) == ("欧阳建国", OUYANG.phone)
    assert [(r.patient, r.relationship) for r in found.relatives] == [(mother, "母亲")]
    assert [(r.patient, r.name) for r in view(desk, mother).relatives] == [(child, "欧阳建国之子")]


def test_twins_are_told_apart_and_keep_their_order(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    mother = register(desk, OUYANG)
    children = [
        desk.do(
            "registration.register-newborn",
            RegisterNewborn(mother, "female", "2026-03-17T08:12:00+08:00", order, 2),
        ).primary.id
        for order in (1, 2)
    ]
    assert [view(desk, c).person.name for c in children] == ["欧阳建国之女甲", "欧阳建国之女乙"]
    assert [view(desk, c).birth_order for c in children] == [1, 2]


def test_the_same_newborn_is_not_registered_twice(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    request = RegisterNewborn(register(desk, OUYANG), "male", "2026-03-17T08:12:00+08:00")
    desk.do("registration.register-newborn", request)
    with pytest.raises(Conflict):
        desk.do("registration.register-newborn", request)


@pytest.mark.parametrize(
    ("sex", "born", "order", "count", "field"),
    [
        ("male", "2026-03-17T09:12:00+08:00", 1, 1, "born"),
        ("male", "2026-01-17T09:12:00+08:00", 1, 1, "born"),
        ("male", "yesterday", 1, 1, "born"),
        ("", "2026-03-17T08:12:00+08:00", 1, 1, "sex"),
        ("male", "2026-03-17T08:12:00+08:00", 3, 2, "order"),
    ],
)
def test_a_birth_that_cannot_be_is_refused(
    make_desk: MakeDesk, sex: str, born: str, order: int, count: int, field: str
) -> None:
    desk = make_desk("reg")
    mother = register(desk, OUYANG)
    with pytest.raises(Invalid) as refused:
        desk.do("registration.register-newborn", RegisterNewborn(mother, sex, born, order, count))
    assert refused.value.field == field

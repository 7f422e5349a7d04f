"""Finding patients and looking at their registration."""

from __future__ import annotations

import pytest

from tests.workstation.registration.counter import OUYANG, MakeDesk, register, stored, view
from workstation.core.errors import Denied
from workstation.fhir import systems
from workstation.fhir.resources import identifier
from workstation.registration.model import (
    Find,
    Person,
    SameSounding,
    Update,
)
from workstation.store import trail


@pytest.mark.parametrize(
    "typed",
    [
        "oyj",
        "ouyangjianguo",
        "欧阳",
        "建国",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "13800138000",
        "8000",
        "M26",
        "m26",
    ],
)
def test_a_patient_is_found_by_whatever_is_typed(make_desk: MakeDesk, typed: str) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    assert [row.id for row in desk.ask("registration.find", Find(typed)).rows] == [patient]


def test_a_search_marks_names_that_can_be_mixed_up(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    for name, birth in (
        ("张伟", "1980-01-01"),
        ("张玮", "1981-02-02"),
        ("张伟", "1982-03-03"),
        ("张维明", "1983"),
    ):
        register(desk, Person(name, "male", birth))
    found = desk.ask("registration.find", Find("zhangwei"))
    assert {(row.birth, row.alike) for row in found.rows} == {
        ("1980-01-01", "same-name"),
        ("1981-02-02", "same-sound"),
        ("1982-03-03", "same-name"),
        ("1983", ""),
    }


def test_same_sounding_is_said_of_any_list_of_patients(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    a = register(desk, Person("张伟", "male", "1980-01-01"))
    b = register(desk, Person("章薇", "female", "1981-02-02"))
    c = register(desk, Person("李强", "male", "1982-03-03"))
    found = desk.ask("registration.same-sounding", SameSounding((a, b, c, "gone")))
    assert [(f.patient, f.alike) for f in found] == [(a, "same-sound"), (b, "same-sound")]


def test_a_doctor_sees_the_document_number_masked_and_a_registrar_whole(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    assert not view(desk, patient).masked
    desk.unlock("doc", "246810")
    found = view(desk, patient)
    assert found.masked
    assert found.person.document_number == "110***********002X"


def test_a_doctor_who_changes_a_phone_leaves_the_hidden_number_alone(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    desk.unlock("doc", "246810")
    desk.do("registration.update", Update(patient, phone="13700137000"))
    assert identifier(stored(desk, patient), systems.RESIDENT_ID) == OUYANG.document_number


def test_looking_at_a_registration_leaves_a_trace(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    view(desk, patient)
    entries = [entry for _number, entry, _hash in desk.store.look(lambda c: list(trail.entries(c)))]
    assert (entries[-1].action, entries[-1].patient) == ("registration.patient", patient)


def test_only_who_may_register_registers(make_desk: MakeDesk) -> None:
    with pytest.raises(Denied):
        register(make_desk("doc"), OUYANG)

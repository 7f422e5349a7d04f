"""Registering people at a real desk: what is kept, numbered and refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workstation.registration.counter import OUYANG, MakeDesk, register, stored, view
from workstation.core.errors import Invalid
from workstation.fhir import systems
from workstation.fhir.resources import identifier
from workstation.registration.model import (
    Find,
    Person,
)


def test_a_registered_patient_reads_back_as_typed(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    assert view(desk, patient).person == OUYANG


def test_a_patient_number_names_year_and_desk_and_counts_up(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    first, second = register(desk, OUYANG), register(desk, Person("李秀英", "female", "1971-05-02"))
    code = desk.store.desk_code
    assert view(desk, first).number == f"M26{code}00001"
    assert view(desk, second).number == f"M26{code}00002"


def test_a_resident_number_is_an_identifier_with_its_kind(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = stored(desk, register(desk, OUYANG))
    assert identifier(patient, systems.RESIDENT_ID) == "11010519491231002X"
    entry = next(i for i in patient["identifier"] if i.get("system") == systems.RESIDENT_ID)
    assert entry["type"]["coding"][0] == {
        "system": systems.DOCUMENT_TYPE,
        "code": "01",
        "display": "居民身份证",
    }


def test_sex_and_birth_come_from_the_document_where_they_were_not_typed(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, replace(OUYANG, sex="", birth=""))
    assert (view(desk, patient).person.sex, view(desk, patient).person.birth) == ("female", "1949-12-31")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 201}, "name"),
        ({"sex": "?"}, "sex"),
        ({"birth": "2026-03-18", "document_number": ""}, "birth"),
        ({"birth": "", "document_number": ""}, "birth"),
        ({"document_number": "110105194912310021"}, "document_number"),
        ({"document_number": "110105491231002"}, "document_number"),
        ({"document_type": "42"}, "document_type"),
        ({"phone": "123"}, "phone"),
        ({"contact_phone": "1"}, "contact_phone"),
        ({"ethnic_group": "99"}, "ethnic_group"),
    ],
)
def test_what_cannot_be_right_is_refused_by_field(
    make_desk: MakeDesk, change: dict[str, str], field: str
) -> None:
    desk = make_desk("reg")
    with pytest.raises(Invalid) as refused:
        register(desk, replace(OUYANG, **change))
    assert refused.value.field == field


def test_a_document_that_contradicts_asks_before_it_is_believed(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    person = replace(OUYANG, sex="male")
    with pytest.raises(Invalid) as refused:
        register(desk, person)
    assert refused.value.field == "sex"
    patient = register(desk, person, mismatch_confirmed=True)
    assert view(desk, patient).mismatches == ("sex",)


def test_a_birth_of_which_only_the_year_is_known_is_kept_as_a_year(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, Person("张三丰", "male", "1950"))
    assert stored(desk, patient)["birthDate"] == "1950"


@pytest.mark.parametrize(
    "name",
    ["阿不都热合曼·买买提", "𱍐𬭎", "阿依古丽" * 14, "VAN DER BERG, Jan-Willem", "D’Souza, Ana"],
)
def test_names_of_every_kind_are_kept_and_found(make_desk: MakeDesk, name: str) -> None:
    desk = make_desk("reg")
    patient = register(desk, Person(name, "female", "1990-01-01"))
    assert stored(desk, patient)["name"][0]["text"] == name
    assert [row.id for row in desk.ask("registration.find", Find(name)).rows] == [patient]

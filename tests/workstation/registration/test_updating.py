"""Changing a registration, and completing one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workstation.registration.counter import OUYANG, MakeDesk, put, register, stored
from workstation.core.errors import Invalid, NotFound
from workstation.registration.model import (
    Answer,
    Person,
    Update,
)


def test_an_update_changes_what_it_names_and_keeps_what_this_product_does_not_know(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    foreign = stored(desk, patient)
    foreign["generalPractitioner"] = [{"reference": "Practitioner/elsewhere"}]
    foreign["extension"].append({"url": "http://example.org/blood", "valueCode": "A"})
    foreign["telecom"].append({"system": "email", "value": "o@example.org"})
    foreign["name"].append({"use": "nickname", "text": "老欧"})
    foreign["identifier"].append({"system": "http://example.org/insurance", "value": "Y-1"})
    put(desk, foreign)
    desk.do(
        "registration.update", Update(patient, phone="13700137000", address="", pinyin="ou yang jian guo")
    )
    after = stored(desk, patient)
    assert after["telecom"] == [
        {"system": "phone", "value": "13700137000"},
        {"system": "email", "value": "o@example.org"},
    ]
    assert "address" not in after
    assert after["generalPractitioner"] == foreign["generalPractitioner"]
    assert {"url": "http://example.org/blood", "valueCode": "A"} in after["extension"]
    assert after["name"][1] == {"use": "nickname", "text": "老欧"}
    assert after["identifier"] == foreign["identifier"]
    assert after["contact"] == foreign["contact"]


def test_an_update_that_changes_nothing_writes_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    patient = register(desk, OUYANG)
    assert desk.do("registration.update", Update(patient, phone=OUYANG.phone)).refs == ()


def test_an_incomplete_record_from_elsewhere_can_still_get_a_phone(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    put(desk, {"resourceType": "Patient", "id": "outside", "name": [{"family": "Smith", "given": ["John"]}]})
    desk.do("registration.update", Update("outside", phone="13700137000"))
    after = stored(desk, "outside")
    assert after["name"] == [{"family": "Smith", "given": ["John"]}]
    assert after["telecom"] == [{"system": "phone", "value": "13700137000"}]


def test_a_document_another_patient_holds_is_asked_about_at_an_update_too(make_desk: MakeDesk) -> None:
    desk = make_desk("reg")
    first = register(desk, OUYANG)
    second = register(desk, Person("欧阳健", "female", "1949"))
    change = Update(second, document_number=OUYANG.document_number, birth=OUYANG.birth)
    with pytest.raises(Invalid) as refused:
        desk.do("registration.update", change)
    assert refused.value.field == "answered"
    desk.do("registration.update", replace(change, answered={first: Answer.DIFFERENT}))


def test_an_update_of_nobody_is_not_found(make_desk: MakeDesk) -> None:
    with pytest.raises(NotFound):
        make_desk("reg").do("registration.update", Update("nobody", phone="13700137000"))

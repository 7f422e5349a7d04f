"""Names, ages and numbers as every screen says them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import MORNING
from workstation.chart.people import age_text, display_name, person_of
from workstation.core import i18n

ON = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("birth", "zh", "en"),
    [
        ("2026-03-17", "0天", "0 d"),
        ("2026-02-20", "25天", "25 d"),
        ("2025-12-05", "3月12天", "3 mo 12 d"),
        ("2024-03-17", "2岁", "2 y"),
        ("2020-01-02", "6岁2月", "6 y 2 mo"),
        ("1958-03-09", "68岁", "68 y"),
        ("1958-03-18", "67岁", "67 y"),
        ("1958", "约68岁", "about 68 y"),
        ("2030-01-01", "", ""),
        ("", "", ""),
    ],
)
def test_an_age_is_written_in_units_that_fit_it(birth, zh, en):
    assert (age_text(birth, ON, "zh_CN"), age_text(birth, ON, "en")) == (zh, en)
    i18n.set_language("zh_CN")
    assert age_text(birth, ON) == zh


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ([{"text": "欧阳 建国"}], "欧阳建国"),
        ([{"family": "欧阳", "given": ["建国"]}], "欧阳建国"),
        ([{"use": "old", "text": "旧名"}, {"use": "official", "text": "古丽娜尔·买买提"}], "古丽娜尔·买买提"),
        ([{"family": "Smith", "given": ["John", "Q."], "prefix": ["Mr."]}], "SMITH, John Q."),
        ([{"given": ["Madonna"]}], "Madonna"),
        ([], "Name not known"),
    ],
)
def test_a_name_is_shown_as_on_the_document(name, shown):
    assert display_name({"resourceType": "Patient", "name": name}) == shown


def test_a_foreign_patient_has_the_record_number_and_not_the_passport():
    patient = {
        "resourceType": "Patient",
        "id": "x",
        "identifier": [
            {"type": {"coding": [{"code": "PPN"}]}, "value": "X123"},
            {"type": {"coding": [{"code": "MR"}]}, "value": "MRN-9"},
        ],
        "birthDate": "1950-01-01",
        "deceasedDateTime": "2020-06-01T10:00:00Z",
    }
    person = person_of(patient, MORNING)
    assert (person.number, person.deceased, person.age) == ("MRN-9", "2020-06-01", "70 y")

"""FHIR JSON read and written: nothing a resource says may change on the way."""

from __future__ import annotations

import copy
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.core.events import Ref
from workstation.fhir import resources as r

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "number", ["1.50", "0.10", "120.0", "1e3", "77.95", "0.1234567890123456789", "-0.00", "5"]
)
def test_a_decimal_keeps_the_digits_it_was_written_with(number: str) -> None:
    text = f'{{"value":{number}}}'
    resource = r.from_json(text)
    assert r.to_json(resource).decode() == text
    assert r.to_json(copy.deepcopy(resource)).decode() == text
    assert Decimal(str(resource["value"])) == Decimal(number)
    assert resource["value"] + 0 == float(number)


def test_copies_that_differ_only_in_trailing_zeros_or_meta_say_the_same() -> None:
    one = r.from_json('{"resourceType":"Observation","meta":{"versionId":"1"},"value":1.50}')
    other = r.from_json('{"meta":{"versionId":"2"},"value":1.5,"resourceType":"Observation"}')
    assert r.content(one) == r.content(other)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_any_object_survives_reading_and_writing(value: dict) -> None:
    assert r.from_json(r.to_json(value)) == value


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"3", b'{"a":', b"\xff\xfe", b"[" * 100_000, b'"text"'])
def test_what_is_no_object_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError, match="JSON"):
        r.from_json(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1958", date(1958, 1, 1)),
        ("1958-03", date(1958, 3, 1)),
        ("1958-03-09", date(1958, 3, 9)),
        ("1958-03-09T10:00:00+08:00", date(1958, 3, 9)),
        ("1958-13", None),
        ("", None),
        ("soon", None),
    ],
)
def test_a_date_may_be_partial(text: str, day: date | None) -> None:
    assert r.parse_date(text) == day


@pytest.mark.parametrize(
    ("element", "kind", "expected"),
    [
        ({"reference": "Patient/p1"}, "Patient", "p1"),
        ({"reference": "https://centre.example/fhir/Patient/p1"}, "Patient", "p1"),
        ({"reference": "Group/g1"}, "Patient", ""),
        ({"display": "nobody"}, "Patient", ""),
        (None, "", ""),
    ],
)
def test_a_reference_is_read_by_type(element: object, kind: str, expected: str) -> None:
    assert r.target(element, kind) == expected


@pytest.mark.parametrize(
    ("resource", "patient"),
    [
        ({"resourceType": "Patient", "id": "p1"}, "p1"),
        ({"resourceType": "Observation", "subject": {"reference": "Patient/p2"}}, "p2"),
        ({"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p3"}}, "p3"),
        ({"resourceType": "Task", "for": {"reference": "Patient/p4"}}, "p4"),
        ({"resourceType": "Organization", "id": "o"}, ""),
    ],
)
def test_a_record_knows_its_patient(resource: dict, patient: str) -> None:
    assert r.patient_of(resource) == patient


def test_an_extension_is_put_replaced_and_removed_without_touching_others() -> None:
    resource = {"extension": [{"url": "http://other", "valueString": "kept"}]}
    r.set_extension(resource, "http://ours", valueCode="a")
    r.set_extension(resource, "http://ours", valueCode="b")
    assert r.extension(resource, "http://ours") == "b"
    r.set_extension(resource, "http://ours")
    assert json.loads(r.to_json(resource)) == {"extension": [{"url": "http://other", "valueString": "kept"}]}
    assert r.reference(Ref("Patient", "p1"), "某某") == {"reference": "Patient/p1", "display": "某某"}

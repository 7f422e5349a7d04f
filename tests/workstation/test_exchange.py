"""Records in and out as FHIR; what this product does not know survives."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from workstation import exchange
from workstation.core.errors import Denied, Invalid
from workstation.desk import Desk
from workstation.store.verify import verify

PATIENT = {
    "resourceType": "Patient",
    "id": "foreign-1",
    "extension": [{"url": "http://example.org/unknown", "valueDecimal": 1.50}],
    "name": [{"family": "Müller", "given": ["Jürgen"]}],
    "multipleBirthInteger": 2,
}
BUNDLE = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": PATIENT}]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(BUNDLE).encode(),
        json.dumps(PATIENT).encode(),
        b"\n".join([json.dumps(PATIENT).encode(), json.dumps(PATIENT | {"id": "foreign-2"}).encode()]),
    ],
    ids=["bundle", "one resource", "ndjson"],
)
def test_bundle_single_resource_and_ndjson_are_read(text: bytes) -> None:
    assert exchange.read_records(text)[0] == PATIENT


def test_records_go_in_and_come_out_unchanged(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = make_desk("reg")
    assert exchange.take_in(desk, [PATIENT]) == 1
    desk.unlock("doc", "246810")
    assert exchange.write_records(desk, tmp_path / "out.json") == 1
    assert orjson.loads((tmp_path / "out.json").read_bytes()) == BUNDLE
    assert verify(desk.store).sound


@pytest.mark.parametrize(
    "bad", [b'{"resourceType":"Nonsense","id":"x"}', b'{"resourceType":"Patient"}', b"[1,2]", b"3"]
)
def test_what_is_no_record_is_refused_by_place(bad: bytes) -> None:
    with pytest.raises((Invalid, ValueError)):
        exchange.read_records(bad)


def test_a_doctor_may_not_bulk_load_and_a_registrar_may_not_bulk_export(
    make_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = make_desk("doc")
    with pytest.raises(Denied):
        exchange.take_in(desk, [PATIENT])
    desk.unlock("reg", "246810")
    with pytest.raises(Denied):
        exchange.write_records(desk, tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()


def test_verify_finds_an_index_that_no_longer_fits(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk("reg")
    exchange.take_in(desk, [PATIENT | {"gender": "male"}])
    with desk.store.engine.writing() as connection:
        connection.exec_driver_sql("UPDATE idx SET value = 'female' WHERE value = 'male'")
    found = verify(desk.store)
    assert not found.sound
    assert found.index_differs == ("Patient/foreign-1",)

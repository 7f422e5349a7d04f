"""A unit writes record, index, outbox and audit entry together, or nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.core.clock import FixedClock
from workstation.core.errors import NotFound
from workstation.core.events import Origin, Ref
from workstation.core.settings import PRACTICE
from workstation.fhir import systems
from workstation.security.permissions import Actor
from workstation.store import decisions, outbox, trail
from workstation.store.engine import Engine
from workstation.store.schema import RowState, UnitState
from workstation.store.store import Store
from workstation.store.unit import Unit

KEY = bytes(range(32))
DOCTOR = Actor("doc", "王敏", "doctor-attending", "practitioner-doc", "desk-1")
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"text": "欧阳建国"}],
    "gender": "male",
    "birthDate": "1958-03-09",
    "unknownElement": {"kept": True},
}


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock):
    made = Store.create(tmp_path / "desk.db", KEY, clock, lambda _: ("ouyangjianguo", "oyjg"))
    yield made
    made.close()


def put(store: Store, *resources: dict) -> None:
    def act(unit: Unit) -> Ref:
        refs = [unit.put(dict(resource)) for resource in resources]
        return refs[0]

    store.write(DOCTOR, "test.put", act)


def waiting(store: Store) -> list[outbox.PendingUnit]:
    return store.look(lambda c: outbox.units(c, UnitState.WAITING))


def test_a_written_record_can_be_read_searched_and_is_waiting_to_be_sent(store: Store) -> None:
    put(store, PATIENT)
    with store.reader() as reader:
        assert reader.get("Patient", "p1") == PATIENT
        assert reader.find("Patient", {"gender": "male"}) == [PATIENT]
        assert reader.distance(Ref("Patient", "p1")).state is RowState.WAITING
    (unit,) = waiting(store)
    assert [(e.type, e.id, e.op, e.body) for e in unit.entries] == [("Patient", "p1", "create", PATIENT)]


def test_what_is_written_on_a_desk_for_training_says_so_and_elsewhere_does_not(store: Store) -> None:
    put(store, PATIENT)
    store.keep_setting(PRACTICE.key, "true")
    put(store, PATIENT | {"id": "p2", "meta": {"source": "here"}})
    put(store, PATIENT | {"gender": "female"})
    with store.reader() as reader:
        real, made_up = (reader.get("Patient", id_).get("meta", {}) for id_ in ("p1", "p2"))
    assert real == {}, "a record that was there before stays what it is"
    assert made_up["source"] == "here"
    assert [tag["system"] for tag in made_up["tag"]] == [systems.SYNTHETIC]
    (sent,) = waiting(store)[1].entries
    assert sent.body is not None
    assert sent.body["meta"] == made_up


def test_a_failing_action_leaves_nothing_behind(store: Store) -> None:
    def act(unit: Unit) -> Ref:
        unit.put(dict(PATIENT))
        raise NotFound("later step failed")

    with pytest.raises(NotFound):
        store.write(DOCTOR, "test.put", act)
    with store.reader() as reader:
        assert reader.peek("Patient", "p1") is None
        assert reader.patients("oyjg") == ([], 0)
    assert waiting(store) == []
    assert store.look(lambda c: list(trail.entries(c))) == []


def test_changed_carries_references_and_never_content(store: Store) -> None:
    changed = store.write(DOCTOR, "test.put", lambda unit: unit.put(dict(PATIENT)))
    assert changed.refs == (Ref("Patient", "p1", "p1"),)
    assert (changed.origin, changed.actor, changed.primary) == (
        Origin.HERE,
        "王敏",
        Ref("Patient", "p1", "p1"),
    )


def test_writing_what_is_already_there_makes_no_unit(store: Store) -> None:
    put(store, PATIENT)
    put(store, PATIENT)
    assert len(waiting(store)) == 1


def test_two_writes_of_one_record_in_a_unit_travel_as_one_entry(store: Store) -> None:
    put(store, PATIENT, PATIENT | {"gender": "female"})
    (unit,) = waiting(store)
    assert [(e.op, e.body["gender"]) for e in unit.entries] == [("create", "female")]


@pytest.mark.parametrize("bad", [{"id": "x"}, {"resourceType": "Patient", "id": "no spaces"}])
def test_a_record_without_type_or_with_a_bad_id_is_refused(store: Store, bad: dict) -> None:
    with pytest.raises(ValueError, match="resourceType"):
        put(store, bad)


def test_an_edit_keeps_the_centres_copy_until_it_is_acknowledged(store: Store, clock: FixedClock) -> None:
    put(store, PATIENT)
    (first,) = waiting(store)
    store.transact(lambda c: outbox.ack(c, first, {("Patient", "p1"): "1"}, clock.now()))
    put(store, PATIENT | {"gender": "female"})
    (second,) = waiting(store)
    assert (second.entries[0].op, second.entries[0].base_version) == ("update", "1")
    store.transact(lambda c: outbox.ack(c, second, {("Patient", "p1"): "2"}, clock.now()))
    with store.reader() as reader:
        assert reader.distance(Ref("Patient", "p1")).state is RowState.EQUAL


def test_an_edit_made_while_an_earlier_one_travels_stays_waiting(store: Store, clock: FixedClock) -> None:
    put(store, PATIENT)
    (first,) = waiting(store)
    put(store, PATIENT | {"gender": "female"})
    store.transact(lambda c: outbox.ack(c, first, {("Patient", "p1"): "1"}, clock.now()))
    with store.reader() as reader:
        assert reader.distance(Ref("Patient", "p1")).state is RowState.WAITING
        assert reader.get("Patient", "p1")["gender"] == "female"
    assert waiting(store)[0].entries[0].base_version == "1"


def test_a_deleted_record_is_gone_from_every_search(store: Store) -> None:
    put(store, PATIENT)
    store.write(DOCTOR, "test.delete", lambda unit: unit.delete(Ref("Patient", "p1")))
    with store.reader() as reader:
        assert reader.find("Patient") == []
        assert reader.patients("oyjg") == ([], 0)


@pytest.mark.parametrize(
    "typed", ["oyjg", "oyj", "ouyang", "OUYANG", "欧阳", "阳建", "欧阳建国", " 欧阳 建国 "]
)
def test_a_patient_is_found_by_name_pinyin_and_initials(store: Store, typed: str) -> None:
    put(store, PATIENT)
    with store.reader() as reader:
        hits, total = reader.patients(typed)
    assert ([hit.id for hit in hits], total) == (["p1"], 1)


def test_a_patient_search_counts_beyond_what_it_shows(store: Store) -> None:
    put(store, *(PATIENT | {"id": f"p{n}"} for n in range(20)))
    with store.reader() as reader:
        hits, total = reader.patients("oyjg", limit=9)
    assert (len(hits), total) == (9, 20)


def test_ticket_numbers_count_up_and_roll_back_with_their_unit(store: Store) -> None:
    seen: list[int] = []

    def take(unit: Unit) -> None:
        seen.append(unit.next_number("ticket"))

    def take_and_fail(unit: Unit) -> None:
        unit.next_number("ticket")
        raise NotFound("no")

    store.write(DOCTOR, "take", take)
    with pytest.raises(NotFound):
        store.write(DOCTOR, "take", take_and_fail)
    store.write(DOCTOR, "take", take)
    assert seen == [1, 2]


def test_the_outbox_refuses_to_lose_a_refused_or_parked_unit(store: Store, clock: FixedClock) -> None:
    put(store, PATIENT)
    (unit,) = waiting(store)
    store.transact(lambda c: outbox.refuse(c, unit, "invalid: gender"))
    assert store.look(outbox.counts)[UnitState.REFUSED] == 1
    store.transact(lambda c: decisions.retry(c, unit.seq, "王敏", clock.now()))
    remote = outbox.Remote("Patient", "p1", "7", PATIENT | {"gender": "other"})
    store.transact(lambda c: outbox.park(c, unit, [remote], clock.now(), "changed elsewhere"))
    assert store.look(lambda c: outbox.conflicts(c, unit.seq)) == [remote]
    store.transact(lambda c: decisions.keep_ours(c, unit.seq, "王敏", clock.now()))
    assert waiting(store)[0].entries[0].base_version == "7"


def test_the_database_survives_reopening(store: Store, clock: FixedClock) -> None:
    put(store, PATIENT)
    again = Engine.open(store.engine.path, KEY)
    assert again.integrity_problems() == []
    again.close()

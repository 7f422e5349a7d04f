"""Two desks and a real hub over real HTTP: what is written on one is read on the other, whatever the line does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync.centre import Standing
from tests.plugins.hub import RunningHub
from tests.plugins.stations import CLERK, DOCTOR, Station, lost_answer, no_line, patient, visit
from workstation.core.errors import Conflict, Denied, NotFound
from workstation.core.events import Link, Origin, Ref
from workstation.fhir.resources import content
from workstation.store.decisions import Choice
from workstation.store.schema import RowState


@pytest.fixture
def desks(hub: RunningHub, make_station: Callable[..., Station]) -> tuple[Station, Station]:
    return (
        make_station(hub.url, "one", token=hub.token("doc")),
        make_station(hub.url, "two", token=hub.token("nurse")),
    )


def test_a_record_made_on_one_desk_is_read_on_the_other(desks: tuple[Station, Station]) -> None:
    one, two = desks
    one.put(patient("p1"), visit("e1", "p1"))
    assert one.run().sent == 1
    report = two.run()
    assert (report.link, report.received, report.failed) == (Link.ONLINE, 2, False)
    assert content(two.get("Encounter", "e1")) == content(one.get("Encounter", "e1"))
    assert two.changed[-1].origin is Origin.SYNC


def test_an_edit_travels_and_the_editor_keeps_the_version_it_was_given(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    one.put(patient("p1"))
    one.run()
    two.run()
    two.edit("Patient", "p1", birthDate="1980-02-03")
    two.run()
    one.run()
    assert one.get("Patient", "p1")["birthDate"] == "1980-02-03"
    one.edit("Patient", "p1", gender="female")
    assert one.run().sent == 1
    two.run()
    assert two.get("Patient", "p1")["gender"] == "female"


def test_a_desk_that_runs_again_without_news_receives_nothing(desks: tuple[Station, Station]) -> None:
    one, two = desks
    one.put(patient("p1"))
    one.run()
    assert one.run().received == 0
    assert two.run().received == 1
    assert two.run().received == 0
    assert len(two.changed) == 1


def test_a_deletion_reaches_the_other_desk(desks: tuple[Station, Station]) -> None:
    one, two = desks
    one.put(patient("p1"), visit("e1", "p1"))
    one.run()
    two.run()
    one.delete("Encounter", "e1")
    one.run()
    two.run()
    assert not two.has("Encounter", "e1")
    assert two.has("Patient", "p1")


def test_work_done_without_a_line_waits_and_is_delivered_in_order(desks: tuple[Station, Station]) -> None:
    one, two = desks
    one.wire.always = no_line
    one.put(patient("p1"))
    one.put(visit("e1", "p1"))
    for status in ("arrived", "in-progress", "finished"):
        one.edit("Encounter", "e1", status=status)
    report = one.run()
    assert (report.link, report.sent, report.waiting) == (Link.OFFLINE, 0, 5)
    assert "saved on this desk" in report.hint
    assert one.states[-1].waiting == 5
    one.wire.always = None
    assert one.run().sent == 5
    two.run()
    assert two.get("Encounter", "e1")["status"] == "finished"
    assert one.centre.overview().safe_to_switch_off


def test_what_was_made_and_deleted_before_it_travelled_is_never_sent(desks: tuple[Station, Station]) -> None:
    one, _two = desks

    def act(unit):  # type: ignore[no-untyped-def]
        ref = unit.put(patient("p1"))
        unit.delete(ref)

    one.store.write(DOCTOR, "test.mistake", act)
    assert one.run().sent == 1
    assert one.wire.posts() == 0
    assert one.units() == []


def test_a_record_made_edited_and_deleted_without_a_line_leaves_the_queue_empty(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    one.put(patient("p1"))
    one.edit("Patient", "p1", gender="male")
    one.delete("Patient", "p1")
    one.run()
    assert one.units() == []
    two.run()
    assert not two.has("Patient", "p1")


def test_both_sides_of_a_conflict_are_kept_until_somebody_decides(desks: tuple[Station, Station]) -> None:
    one, two = desks
    one.put(patient("p1", birthDate="1980-01-01"))
    one.run()
    two.run()
    two.edit("Patient", "p1", birthDate="1980-02-02")
    two.run()
    one.edit("Patient", "p1", birthDate="1980-03-03")
    report = one.run()
    assert (report.parked, report.failed) == (1, False)
    (row,) = one.centre.overview().units
    assert row.standing is Standing.PARKED
    assert row.reason == "The centre has a different version."
    (difference,) = one.centre.differences(row.seq)
    assert difference.base is not None
    assert difference.ours is not None
    assert difference.theirs is not None
    births = [side["birthDate"] for side in (difference.base, difference.ours, difference.theirs)]
    assert births == ["1980-01-01", "1980-03-03", "1980-02-02"]
    with one.store.reader() as reader:
        assert reader.distance(Ref("Patient", "p1")).state is RowState.PARKED
    assert one.get("Patient", "p1")["birthDate"] == "1980-03-03"


@pytest.fixture
def conflict(desks: tuple[Station, Station]) -> tuple[Station, Station, int]:
    """The first desk has a parked edit of p1 and a new visit e1 in the same unit; gives the unit's number."""
    one, two = desks
    one.put(patient("p1", birthDate="1980-01-01"))
    one.run()
    two.run()
    two.edit("Patient", "p1", birthDate="1980-02-02")
    two.run()
    one.put({**one.get("Patient", "p1"), "birthDate": "1980-03-03"}, visit("e1", "p1"))
    one.run()
    (row,) = one.centre.overview().units
    return one, two, row.seq


def test_keeping_ours_sends_it_on_top_of_the_centres(conflict: tuple[Station, Station, int]) -> None:
    one, two, seq = conflict
    one.centre.keep_ours(DOCTOR, seq)
    assert one.run().sent == 1
    two.run()
    assert two.get("Patient", "p1")["birthDate"] == "1980-03-03"
    assert two.has("Encounter", "e1")
    (past,) = one.centre.decided("p1")
    assert (past.choice, past.theirs[0]["birthDate"]) == (Choice.OURS, "1980-02-02")


def test_taking_theirs_keeps_ours_readable_and_sends_nothing(conflict: tuple[Station, Station, int]) -> None:
    one, two, seq = conflict
    posts = one.wire.posts()
    one.centre.take_theirs(DOCTOR, seq)
    assert one.get("Patient", "p1")["birthDate"] == "1980-02-02"
    assert not one.has("Encounter", "e1")
    one.run()
    assert one.wire.posts() == posts
    two.run()
    assert two.get("Patient", "p1")["birthDate"] == "1980-02-02"
    (past,) = one.centre.decided()
    assert [r["resourceType"] for r in past.ours] == ["Patient", "Encounter"]
    assert past.decided_by == "doc"


def test_a_later_edit_of_the_version_given_up_is_parked_for_the_same_decision(
    conflict: tuple[Station, Station, int],
) -> None:
    one, two, seq = conflict
    one.edit("Patient", "p1", gender="male")
    one.run()
    one.centre.take_theirs(DOCTOR, seq)
    (row,) = one.centre.overview().units
    assert row.standing is Standing.PARKED
    assert "given up" in row.reason
    one.centre.keep_ours(DOCTOR, row.seq)
    one.run()
    two.run()
    assert two.get("Patient", "p1")["gender"] == "male"
    assert one.units() == []


def test_a_decision_is_for_the_author_or_a_clinician_and_only_for_a_parked_unit(
    conflict: tuple[Station, Station, int],
) -> None:
    one, _two, seq = conflict
    with pytest.raises(Denied):
        one.centre.take_theirs(CLERK, seq)
    with pytest.raises(Conflict):
        one.centre.retry(DOCTOR, seq)
    with pytest.raises(NotFound):
        one.centre.keep_ours(DOCTOR, seq + 1)
    assert one.centre.overview().parked == 1


def test_what_builds_on_a_parked_unit_is_held_and_says_so_while_the_rest_goes_on(
    conflict: tuple[Station, Station, int],
) -> None:
    one, _two, seq = conflict
    one.edit("Encounter", "e1", status="arrived")
    one.put({"resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "体温"},
             "encounter": {"reference": "Encounter/e1"}})  # fmt: skip
    one.put(patient("p2"))
    assert one.run().sent == 1
    rows = {row.seq: row for row in one.centre.overview().units}
    assert [row.standing for row in rows.values()] == [Standing.PARKED, Standing.HELD, Standing.HELD]
    assert {row.held_by for row in rows.values()} == {0, seq}
    assert rows[seq + 1].reason == f"It waits for unit {seq}, on which it builds."


def test_an_answer_lost_after_the_commit_makes_no_second_record_and_no_conflict(
    desks: tuple[Station, Station], hub: RunningHub
) -> None:
    one, two = desks
    one.put(patient("p1"), visit("e1", "p1"))
    one.wire.faults = [lost_answer]
    assert one.run(pull=False).link is Link.OFFLINE
    assert one.run().sent == 1
    one.edit("Patient", "p1", gender="male")
    one.wire.faults = [lost_answer]
    one.run(pull=False)
    assert one.run().parked == 0
    with hub.client() as http:
        history = http.get("Patient/p1/_history").json()["entry"]
    assert [entry["resource"]["meta"]["versionId"] for entry in history] == ["2", "1"]
    two.run()
    assert two.get("Patient", "p1")["gender"] == "male"


def test_a_remote_edit_right_after_our_lost_write_is_taken_over_without_a_conflict(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    one.put(patient("p1"))
    one.run()
    one.edit("Patient", "p1", gender="male")
    one.wire.faults = [lost_answer]
    one.run(pull=False)
    two.run()
    two.edit("Patient", "p1", birthDate="1990-09-09")
    two.run()
    report = one.run()
    assert (report.sent, report.parked) == (1, 0)
    assert one.get("Patient", "p1")["birthDate"] == "1990-09-09"
    assert one.get("Patient", "p1")["gender"] == "male"


def test_a_lost_creation_that_was_deleted_at_the_centre_is_not_made_again(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    one.put(patient("p1"))
    one.wire.faults = [lost_answer]
    one.run(pull=False)
    two.run()
    two.delete("Patient", "p1")
    two.run()
    one.run()
    two.run()
    assert not two.has("Patient", "p1")
    assert not one.has("Patient", "p1")
    assert one.units() == []


def test_an_edit_of_what_was_deleted_at_the_centre_is_parked_not_resurrected(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    one.put(patient("p1"))
    one.run()
    two.run()
    two.delete("Patient", "p1")
    two.run()
    one.edit("Patient", "p1", gender="male")
    assert one.run().parked == 1
    (row,) = one.centre.overview().units
    (difference,) = one.centre.differences(row.seq)
    assert difference.theirs is None
    assert one.get("Patient", "p1")["gender"] == "male"
    one.centre.take_theirs(DOCTOR, row.seq)
    assert not one.has("Patient", "p1")


def test_the_same_edit_made_on_both_desks_is_no_conflict(desks: tuple[Station, Station]) -> None:
    one, two = desks
    one.put(patient("p1"), visit("e1", "p1"))
    one.run()
    two.run()
    for desk in (two, one):
        desk.put({**desk.get("Encounter", "e1"), "status": "finished"}, patient(f"of-{desk.clock.new_id()}"))
    two.run()
    report = one.run()
    assert (report.sent, report.parked) == (1, 0)


def test_a_refused_unit_is_shown_with_the_centres_words_and_the_others_go_on(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    one.put(patient("p1"))
    one.put(visit("e1", "nobody"))
    one.put(patient("p2"))
    report = one.run()
    assert (report.sent, report.refused, report.failed) == (2, 1, False)
    (row,) = one.centre.overview().units
    assert (row.standing, row.attempts, row.entries) == (
        Standing.REFUSED,
        1,
        (Ref("Encounter", "e1", "nobody"),),
    )
    assert "Patient/nobody" in row.reason
    assert not one.centre.overview().safe_to_switch_off
    two.run()
    assert two.has("Patient", "p2")


def test_a_refused_unit_goes_once_its_record_is_corrected_and_it_is_sent_again(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    one.put(patient("p1"))
    one.put(visit("e1", "nobody"))
    one.run()
    one.put(visit("e1", "p1"))
    assert one.run().sent == 0
    one.centre.retry(DOCTOR, one.units()[0].seq)
    assert one.run().sent == 2
    two.run()
    assert two.get("Encounter", "e1")["subject"]["reference"] == "Patient/p1"
    assert one.centre.overview().safe_to_switch_off


def test_the_centre_alone_publishes_code_systems_so_its_version_stands(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    codes = {"resourceType": "CodeSystem", "id": "c1", "status": "active", "content": "complete"}
    one.put({**codes, "version": "1"})
    one.run()
    two.run()
    two.edit("CodeSystem", "c1", version="2")
    two.run()
    one.edit("CodeSystem", "c1", version="3")
    one.run()
    assert one.units() == []
    assert one.get("CodeSystem", "c1")["version"] == "2"
    assert one.centre.decided()[0].decided_by == "centre"

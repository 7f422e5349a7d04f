"""Two desks changed one record: what stands alone merges by itself, what matters to care waits for a person."""

from __future__ import annotations

from tests.plugins.hub import RunningHub
from tests.plugins.merging import (
    FEE,
    HOME,
    NEW_HOME,
    NEW_PHONE,
    PHONE,
    desks,
    elements,
    merges,
    pull,
    versions,
)
from tests.plugins.stations import (
    Station,
    bodies,
    lost_answer,
    no_line,
)
from workstation.store.decisions import Choice

__all__ = ["desks"]


def test_a_telephone_changed_here_and_an_address_there_end_up_in_one_record(
    desks: tuple[Station, Station], hub: RunningHub
) -> None:
    one, two = desks
    two.edit("Patient", "p1", address=[NEW_HOME])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    report = one.run()
    assert (report.sent, report.parked, report.waiting) == (1, 0, 0)
    two.run()
    for version in (versions(hub, "Patient/p1")[-1], one.get("Patient", "p1"), two.get("Patient", "p1")):
        assert elements(version, "telecom", "address") == [[NEW_PHONE], [NEW_HOME]]
    assert len(versions(hub, "Patient/p1")) == 3
    (told,) = merges(one)
    assert "Patient/p1 version 2" in told
    assert merges(two) == []


def test_a_merge_keeps_both_sides_readable_and_is_nobodys_decision(desks: tuple[Station, Station]) -> None:
    one, two = desks
    two.edit("Patient", "p1", address=[NEW_HOME])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    one.run()
    (past,) = one.centre.decided("p1")
    assert (past.choice, past.decided_by, past.actor) == (Choice.MERGED, "centre", "doc")
    assert elements(past.ours[0], "telecom", "address") == [[NEW_PHONE], [HOME]]
    assert elements(past.theirs[0], "telecom", "address") == [[PHONE], [NEW_HOME]]


def test_what_a_merge_brought_is_found_here_at_once(desks: tuple[Station, Station]) -> None:
    one, two = desks
    two.edit("Patient", "p1", telecom=[NEW_PHONE])
    two.run()
    one.edit("Patient", "p1", address=[NEW_HOME])
    one.run(pull=False)
    with one.store.reader() as reader:
        assert [hit.id for hit in reader.patients("13911112222")[0]] == ["p1"]
        assert reader.patients("13800000012")[0] == []
    assert any(changed.touches("Patient", patient="p1") for changed in one.changed[-1:])


def test_an_answer_lost_after_a_merge_makes_one_version_and_no_conflict(
    desks: tuple[Station, Station], hub: RunningHub
) -> None:
    one, two = desks
    two.edit("Patient", "p1", address=[NEW_HOME])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    posts: list[int] = []

    def lose_the_second(request, send):  # type: ignore[no-untyped-def]
        posts.append(request.method == "POST")
        return lost_answer(request, send) if sum(posts) == 2 and request.method == "POST" else send(request)

    one.wire.always = lose_the_second
    assert one.run(pull=False).failed
    one.wire.always = None
    report = one.run()
    assert (report.sent, report.parked) == (1, 0)
    assert len(versions(hub, "Patient/p1")) == 3
    assert one.units() == []
    assert elements(one.get("Patient", "p1"), "telecom", "address") == [[NEW_PHONE], [NEW_HOME]]


def test_an_edit_elsewhere_after_a_lost_merge_is_taken_over(
    desks: tuple[Station, Station], hub: RunningHub
) -> None:
    one, two = desks
    two.edit("Patient", "p1", address=[NEW_HOME])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    seen: list[str] = []

    def lose_what_arrives(request, send):  # type: ignore[no-untyped-def]
        seen.append(request.method)
        return (
            lost_answer(request, send)
            if seen.count("POST") == 2 and request.method == "POST"
            else send(request)
        )

    one.wire.always = lose_what_arrives
    one.run(pull=False)
    one.wire.always = None
    two.run()
    two.edit("Patient", "p1", telecom=[PHONE])  # somebody takes the merged telephone back on purpose
    two.run()
    report = one.run()
    assert (report.sent, report.parked) == (1, 0)
    assert one.get("Patient", "p1")["telecom"] == [PHONE]
    assert len(versions(hub, "Patient/p1")) == 4


def test_a_change_that_arrives_before_ours_is_sent_is_put_under_it(
    desks: tuple[Station, Station], hub: RunningHub
) -> None:
    one, two = desks
    two.edit("Patient", "p1", address=[NEW_HOME])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    pull(one)
    assert elements(one.get("Patient", "p1"), "telecom", "address") == [[NEW_PHONE], [NEW_HOME]]
    assert one.changed[-1].touches("Patient", patient="p1")
    (unit,) = one.units()
    assert (unit.entries[0].base_version, unit.entries[0].body["address"]) == ("2", [NEW_HOME])  # type: ignore[index]
    posts = one.wire.posts()
    assert one.run().sent == 1
    assert one.wire.posts() == posts + 1
    assert elements(versions(hub, "Patient/p1")[-1], "telecom", "address") == [[NEW_PHONE], [NEW_HOME]]
    assert len(merges(one)) == 1


def test_a_change_that_arrives_and_does_not_merge_is_laid_beside_and_parked_when_sent(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    two.edit("Patient", "p1", telecom=[PHONE | {"value": "1391"}])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    pull(one)
    assert one.get("Patient", "p1")["telecom"] == [NEW_PHONE]
    assert merges(one) == []
    assert one.run().parked == 1
    (row,) = one.centre.overview().units
    (difference,) = one.centre.differences(row.seq)
    assert difference.theirs is not None
    assert difference.theirs["telecom"][0]["value"] == "1391"


def test_our_own_write_whose_answer_was_lost_is_not_merged_again_when_it_comes_down(
    desks: tuple[Station, Station], hub: RunningHub
) -> None:
    one, two = desks
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    one.wire.faults = [lost_answer]
    one.run(pull=False)
    two.run()
    two.edit("Patient", "p1", telecom=[PHONE])  # taken back on purpose, over ours
    two.run()
    pull(one)
    assert one.run().parked == 0
    assert one.get("Patient", "p1")["telecom"] == [PHONE]
    assert len(versions(hub, "Patient/p1")) == 3


def test_every_unsent_unit_on_a_record_is_put_on_top_of_the_centres_version(
    desks: tuple[Station, Station], hub: RunningHub
) -> None:
    one, two = desks
    two.edit("Patient", "p1", address=[NEW_HOME])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    one.edit("Patient", "p1", maritalStatus={"text": "已婚"})
    one.edit("Patient", "p1", telecom=[NEW_PHONE, {"system": "email", "value": "z@example.org"}])
    assert one.run().sent == 3
    past = versions(hub, "Patient/p1")
    assert [len(p["telecom"]) for p in past] == [1, 1, 1, 1, 2]
    assert [p.get("maritalStatus") for p in past] == [None, None, None, {"text": "已婚"}, {"text": "已婚"}]
    assert all(p["address"] == [NEW_HOME] for p in past[1:])
    two.run()
    assert bodies(one, "Patient") == bodies(two, "Patient")


def test_a_later_unit_goes_on_from_what_both_sides_agree_on(desks: tuple[Station, Station]) -> None:
    one, two = desks
    two.edit("Patient", "p1", address=[NEW_HOME], telecom=[NEW_PHONE])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    one.edit("Patient", "p1", telecom=[NEW_PHONE | {"value": "1395"}])
    assert one.run().parked == 0
    assert elements(one.get("Patient", "p1"), "telecom", "address") == [
        [NEW_PHONE | {"value": "1395"}],
        [NEW_HOME],
    ]


def test_the_base_of_a_later_unit_is_what_was_sent_after_the_merge(desks: tuple[Station, Station]) -> None:
    one, two = desks
    two.edit("Patient", "p1", address=[NEW_HOME])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    one.edit("Patient", "p1", maritalStatus={"text": "已婚"})
    posts: list[bool] = []

    def cut_after_the_first_unit(request, send):  # type: ignore[no-untyped-def]
        posts.append(request.method == "POST")
        return no_line(request, send) if sum(posts) > 2 else send(request)

    one.wire.always = cut_after_the_first_unit
    one.run(pull=False)
    one.wire.always = None
    two.run()
    two.edit("Patient", "p1", address=[HOME | {"text": "南京路 3 号"}])
    two.run()
    assert one.run().parked == 0
    assert elements(one.get("Patient", "p1"), "telecom", "maritalStatus", "address") == [
        [NEW_PHONE],
        {"text": "已婚"},
        [HOME | {"text": "南京路 3 号"}],
    ]


def test_one_unsent_unit_that_does_not_merge_leaves_all_of_them_as_they_were(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    two.edit("Patient", "p1", address=[NEW_HOME])
    two.run()
    one.edit("Patient", "p1", telecom=[NEW_PHONE])
    one.edit("Patient", "p1", address=[HOME | {"text": "别处"}])
    before = [unit.entries for unit in one.units()]
    assert one.run().parked == 1
    assert [unit.entries for unit in one.units()] == before
    assert merges(one) == []


def test_a_visit_moved_on_here_and_its_fee_changed_there_merge_but_two_moves_do_not(
    desks: tuple[Station, Station],
) -> None:
    one, two = desks
    two.edit("Encounter", "e1", extension=[{"url": FEE, "valueCode": "resident"}])
    two.run()
    one.edit("Encounter", "e1", status="arrived")
    assert one.run().sent == 1
    assert one.get("Encounter", "e1")["extension"][0]["valueCode"] == "resident"
    two.run()
    two.edit("Encounter", "e1", status="cancelled")
    two.run()
    one.edit("Encounter", "e1", status="in-progress")
    assert one.run().parked == 1


def test_a_record_and_what_belongs_to_it_still_travel_as_one_unit_after_a_merge(
    desks: tuple[Station, Station], hub: RunningHub
) -> None:
    one, two = desks
    two.edit("Encounter", "e1", extension=[{"url": FEE, "valueCode": "resident"}])
    two.run()
    note = {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}}
    one.put({**one.get("Encounter", "e1"), "status": "arrived"}, note)
    assert one.run().sent == 1
    assert versions(hub, "Encounter/e1")[-1]["status"] == "arrived"
    with hub.client() as http:
        assert http.get("Condition/c1").status_code == 200

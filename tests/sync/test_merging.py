"""Two desks changed one record: what stands alone merges by itself, what matters to care waits for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync.conflicts import MERGER, POLICIES, Policy
from sync.pull import Hooks, Inline, Pull
from sync.wants import Wants
from tests.plugins.hub import RunningHub
from tests.plugins.odd_centre import URL, OddCentre
from tests.plugins.stations import (
    DOCTOR,
    KINDS,
    Station,
    answer,
    at_centre,
    bare_probe,
    bodies,
    lost_answer,
    no_line,
    patient,
    visit,
)
from workstation.fhir.resources import Resource, derived_id
from workstation.store import outbox, trail
from workstation.store.decisions import Choice
from workstation.store.outbox import Remote
from workstation.store.rebase import Merger

Make = Callable[..., Station]
PHONE = {"system": "phone", "use": "mobile", "value": "13800000012"}
NEW_PHONE = PHONE | {"value": "13911112222"}
HOME = {"use": "home", "text": "解放路 1 号"}
NEW_HOME = HOME | {"text": "北京路 2 号"}
FEE = "https://qingnang.example/fhir/StructureDefinition/fee-type"


@pytest.fixture
def desks(hub: RunningHub, make_station: Make) -> tuple[Station, Station]:
    """Two desks that both have p1 with a telephone and an address, and a visit of p1."""
    one = make_station(hub.url, "one", token=hub.token("doc"))
    two = make_station(hub.url, "two", token=hub.token("reg"))
    one.put(patient("p1", telecom=[PHONE], address=[HOME]), visit("e1", "p1"))
    one.run()
    two.run()
    return one, two


def pull(desk: Station) -> None:
    """Fetch without sending first, as when a change arrives in the moment after a local commit."""
    Pull(
        desk.store, desk.line.client, desk.line.profile, Wants(KINDS), Inline(), Hooks(desk.bus.publish)
    ).run()


def versions(hub: RunningHub, of: str) -> list[Resource]:
    """Give what the hub has had of a record, oldest first."""
    with hub.client() as http:
        entries = http.get(f"{of}/_history").json()["entry"]
    return [entry["resource"] for entry in reversed(entries)]


def merges(desk: Station) -> list[str]:
    found = desk.store.look(lambda c: [entry for _n, entry, _h in trail.entries(c)])
    return [entry.detail for entry in found if entry.action == "sync.merge"]


def elements(resource: Resource, *names: str) -> list[Any]:
    return [resource.get(name) for name in names]


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


@pytest.mark.parametrize("kind", sorted(k for k, p in POLICIES.items() if p is Policy.KEEP))
def test_what_matters_to_care_is_never_merged_even_where_no_element_clashes(
    make_station: Make, kind: str
) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe(types=(kind,)))
    record = {"resourceType": kind, "id": "x1", "status": "active", "language": "zh"}
    desk.put(record)
    desk.run()
    centre.put({**record, "status": "stopped"})
    desk.edit(kind, "x1", language="en")
    assert desk.run().parked == 1
    assert [v.body["status"] for v in centre.versions(kind, "x1") if v.body] == ["active", "stopped"]
    assert desk.get(kind, "x1")["status"] == "active"


@pytest.mark.parametrize("kind", sorted(k for k, p in POLICIES.items() if p is Policy.MERGE))
def test_what_stands_alone_is_merged_whatever_status_reports_it(make_station: Make, kind: str) -> None:
    for stale in (409, 412):
        centre = OddCentre(stale=stale)
        desk = make_station(URL, f"{kind}-{stale}", inner=centre, probe=bare_probe(types=(kind,)))
        record = {"resourceType": kind, "id": "x1", "ofTomorrow": 1, "language": "zh"}
        desk.put(record)
        desk.run()
        centre.put({**record, "ofTomorrow": 2})
        desk.edit(kind, "x1", language="en")
        assert desk.run().sent == 1
        assert elements(centre.bodies(kind)["x1"], "ofTomorrow", "language") == [2, "en"]


def test_a_signature_in_the_same_unit_forbids_to_merge_what_it_covers(make_station: Make) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(visit("e1", "p1"))
    desk.run()
    centre.put(visit("e1", "p1") | {"extension": [{"url": FEE, "valueCode": "resident"}]})
    signature = {
        "resourceType": "Provenance",
        "target": [{"reference": "Encounter/e1"}],
        "signature": [{"data": "AAAA"}],
    }
    desk.put({**desk.get("Encounter", "e1"), "language": "zh"}, signature)
    pull(desk)
    assert "extension" not in desk.get("Encounter", "e1")
    assert desk.run().parked == 1


def test_what_was_deleted_there_or_is_deleted_here_is_never_merged(make_station: Make) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe(history_all=True))
    desk.put(patient("p1"), patient("p2"))
    desk.run()
    centre.delete("Patient", "p1")
    centre.put(patient("p2", language="zh"))
    desk.edit("Patient", "p1", gender="male")
    desk.delete("Patient", "p2")
    pull(desk)
    assert desk.run().parked == 2
    assert [v.body is None for v in centre.versions("Patient", "p2")] == [False, False]


def test_a_record_both_desks_made_anew_under_one_id_is_never_merged(make_station: Make) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    centre.put(patient("p1", language="zh"))
    desk.put(patient("p1", gender="male"))
    assert desk.run().parked == 1
    assert desk.get("Patient", "p1").get("language") is None


def test_a_record_derived_from_one_thing_stands_as_the_first_desk_made_it(
    hub: RunningHub, make_station: Make
) -> None:
    wants = Wants((*KINDS, "Task"))
    one, two = (make_station(hub.url, name, token=hub.token("doc"), wants=wants) for name in ("one", "two"))
    id_ = derived_id("seen", "p1")
    task = {"resourceType": "Task", "id": id_, "status": "requested", "intent": "order"}
    one.put(task)
    two.put({**task, "description": "in other words"})
    one.run()
    one.edit("Task", id_, status="completed")
    one.run()
    report = two.run()
    assert (report.waiting, two.units()) == (0, [])
    assert two.get("Task", id_)["status"] == "completed"
    two.edit("Task", id_, description="later words")
    one.edit("Task", id_, priority="urgent")
    one.run()
    assert two.run().parked == 1


def test_a_merge_that_fails_half_way_changes_nothing(make_station: Make) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"), patient("p2"))
    desk.run()
    desk.put(patient("p1", language="zh"), patient("p2", language="zh"))
    before = (desk.units(), bodies(desk, "Patient"))

    def fails_at_the_second(base: Resource, ours: Resource, theirs: Resource) -> Resource:
        if base["id"] == "p2":
            raise RuntimeError("disk full")
        return ours | theirs

    remotes = [Remote("Patient", id_, "2", patient(id_, gender="male")) for id_ in ("p1", "p2")]
    with pytest.raises(RuntimeError):
        desk.store.rebase(remotes, Merger(DOCTOR, fails_at_the_second))
    assert (desk.units(), bodies(desk, "Patient")) == before
    assert merges(desk) == []
    assert desk.store.rebase(remotes, MERGER) is not None
    assert len(merges(desk)) == 1


def test_a_centre_that_changes_a_record_whenever_it_is_merged_is_asked_again_later(
    make_station: Make,
) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.run()
    desk.edit("Patient", "p1", language="zh")
    count = iter(range(100))

    def restless(request, send):  # type: ignore[no-untyped-def]
        if (request.method == "GET" and request.url.path.endswith("/p1")) or request.method == "POST":
            centre.put({**centre.bodies("Patient")["p1"], "ofTomorrow": next(count)})
        return send(request)

    desk.wire.always = restless
    assert desk.run(pull=False).postponed == 1
    desk.wire.always = None
    (unit,) = desk.units()
    desk.centre.retry(DOCTOR, unit.seq)
    assert desk.run().sent == 1
    assert centre.bodies("Patient")["p1"]["language"] == "zh"
    assert bodies(desk, "Patient") == at_centre(centre, "Patient")


def test_a_merge_waits_with_its_unit_while_the_centre_is_busy(make_station: Make) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.run()
    centre.put(patient("p1", ofTomorrow=1))
    desk.edit("Patient", "p1", language="zh")
    posts: list[bool] = []

    def busy_at_the_second(request, send):  # type: ignore[no-untyped-def]
        posts.append(request.method == "POST")
        busy = request.method == "POST" and sum(posts) == 2
        return answer(503, {})(request, send) if busy else send(request)

    desk.wire.always = busy_at_the_second
    desk.run(pull=False)
    assert elements(desk.get("Patient", "p1"), "language", "ofTomorrow") == ["zh", 1]
    assert any(changed.touches("Patient") for changed in desk.changed[-1:])
    desk.wire.always = None
    (unit,) = desk.units()
    desk.centre.retry(DOCTOR, unit.seq)
    assert desk.run().sent == 1
    assert [v.number for v in centre.versions("Patient", "p1")] == [1, 2, 3]
    assert desk.store.look(outbox.counts)["waiting"] == 0  # type: ignore[index]

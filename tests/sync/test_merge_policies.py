"""What may merge by itself and what never does, by type of record; a merge that fails changes nothing."""

from __future__ import annotations

import httpx
import pytest

from sync.conflicts import MERGER, POLICIES, Policy
from sync.wants import Wants
from tests.plugins.hub import RunningHub
from tests.plugins.merging import (
    FEE,
    Make,
    elements,
    merges,
    pull,
)
from tests.plugins.odd_centre import URL, OddCentre
from tests.plugins.stations import (
    DOCTOR,
    KINDS,
    Send,
    answer,
    at_centre,
    bare_probe,
    bodies,
    patient,
    visit,
)
from workstation.fhir.resources import Resource, derived_id
from workstation.store import outbox
from workstation.store.outbox import Remote
from workstation.store.rebase import Merger
from workstation.store.schema import UnitState


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

    def restless(request: httpx.Request, send: Send) -> httpx.Response:
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

    def busy_at_the_second(request: httpx.Request, send: Send) -> httpx.Response:
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
    assert desk.store.look(outbox.counts)[UnitState.WAITING] == 0

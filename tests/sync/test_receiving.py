"""Reading servers with opinions: everything arrives, nothing slips through, nothing here is stepped back or over."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
import sqlalchemy.exc

from tests.plugins.odd_centre import START, URL, OddCentre
from tests.plugins.stations import (
    DOCTOR,
    Station,
    answer,
    at_centre,
    bare_probe,
    bodies,
    no_line,
    patient,
    visit,
)
from workstation.core.events import Link
from workstation.store import inbox
from workstation.store.inbox import Page

Make = Callable[..., Station]


def filled(centre: OddCentre, count: int) -> OddCentre:
    for number in range(count):
        centre.put(patient(f"p{number:03d}"))
    return centre


READERS = {
    "history of all": {"history_all": True},
    "history by type": {"history_types": ("Patient", "Encounter")},
    "searches only": {},
}


@pytest.mark.parametrize("known", READERS.values(), ids=READERS.keys())
def test_everything_arrives_and_later_changes_follow(make_station: Make, known: dict[str, object]) -> None:
    centre = filled(OddCentre(), 47)
    desk = make_station(URL, inner=centre, probe=bare_probe(**known))
    assert desk.run().received == 47
    centre.put(patient("p003", "李"))
    centre.put(patient("p003", "王"))
    centre.put(visit("e1", "p003"))
    assert desk.run().received == 2
    assert bodies(desk, "Patient") == at_centre(centre, "Patient")
    assert desk.run().received == 0
    assert desk.centre.overview().complete_as_of


@pytest.mark.parametrize("timeless", [False, True])
def test_tombstones_remove_and_a_record_made_again_stays(make_station: Make, timeless: bool) -> None:
    centre = filled(OddCentre(timeless_tombstones=timeless), 12)
    desk = make_station(URL, inner=centre, probe=bare_probe(history_all=True))
    desk.run()
    centre.delete("Patient", "p000")
    centre.delete("Patient", "p001")
    centre.put(patient("p001", "李"))
    centre.delete("Patient", "p002")
    centre.put(patient("p002"))
    centre.delete("Patient", "p002")
    desk.run()
    assert bodies(desk, "Patient") == at_centre(centre, "Patient")
    assert sorted(bodies(desk, "Patient"))[:2] == ["p001", "p003"]


def test_rows_that_move_while_they_are_read_do_not_make_others_slip_through(make_station: Make) -> None:
    centre = filled(OddCentre(), 60)
    moved: list[int] = []

    def move(offset: int) -> None:
        if len(moved) < 10:
            moved.append(offset)
            for number in range(len(moved) * 3 - 3, len(moved) * 3):
                centre.put(patient(f"p{number:03d}", "李"))

    centre.before_page = move
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.run()
    centre.before_page = lambda offset: None
    desk.run()
    assert bodies(desk, "Patient") == at_centre(centre, "Patient")


def test_more_records_than_a_page_with_one_stamp_are_all_read(make_station: Make) -> None:
    centre = filled(OddCentre(whole_seconds=True), 75)
    desk = make_station(URL, inner=centre, probe=bare_probe())
    assert desk.run().received == 75
    centre.put(patient("p074", "李"))
    desk.run()
    assert bodies(desk, "Patient") == at_centre(centre, "Patient")


def test_a_centre_that_does_not_sort_is_still_read_whole(make_station: Make) -> None:
    centre = filled(OddCentre(sorts=False), 45)
    for number in (5, 17, 30):
        centre.put(patient(f"p{number:03d}", "李"))
    desk = make_station(URL, inner=centre, probe=bare_probe())
    assert desk.run().received == 45
    centre.put(patient("p001", "王"))
    desk.run()
    assert bodies(desk, "Patient") == at_centre(centre, "Patient")


@pytest.mark.parametrize("known", READERS.values(), ids=READERS.keys())
def test_what_was_stamped_before_and_committed_after_our_last_look_is_seen(
    make_station: Make, known: dict[str, object]
) -> None:
    centre = filled(OddCentre(), 5)
    desk = make_station(URL, inner=centre, probe=bare_probe(**known))
    desk.run()
    centre.ticks += 100_000
    centre.put(patient("after"))
    desk.run()
    centre.put(patient("late"), stamp=START.isoformat(timespec="milliseconds"))
    desk.run()
    assert desk.has("Patient", "late")


@pytest.mark.parametrize("known", READERS.values(), ids=READERS.keys())
def test_a_download_that_breaks_at_any_page_goes_on_and_misses_nothing(
    make_station: Make, known: dict[str, object]
) -> None:
    centre = filled(OddCentre(), 35)
    desk = make_station(URL, inner=centre, probe=bare_probe(**known))
    for broken in range(1, 12):
        desk.wire.faults = [lambda request, send: send(request)] * broken + [no_line]
        desk.run()
        centre.put(patient(f"p{broken:03d}", "李"))
    desk.wire.faults = []
    desk.run()
    assert bodies(desk, "Patient") == at_centre(centre, "Patient")


def test_a_page_that_has_expired_is_asked_for_again(make_station: Make) -> None:
    centre = filled(OddCentre(whole_seconds=True), 35)
    desk = make_station(URL, inner=centre, probe=bare_probe(types=("Patient",)))
    desk.wire.faults = [lambda request, send: send(request)] * 2 + [answer(410, {})]
    report = desk.run()
    assert (report.failed, report.received) == (False, 35)


def test_a_list_whose_next_link_leads_back_to_itself_ends(make_station: Make) -> None:
    centre = filled(OddCentre(), 5)

    def circle(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        body = {"resourceType": "Bundle", "link": [{"relation": "next", "url": f"{URL}/Patient?page=2"}]}
        return httpx.Response(200, json=body)

    desk = make_station(URL, inner=centre, probe=bare_probe(types=("Patient",)))
    desk.wire.always = circle
    assert desk.run().link is Link.OFFLINE


def test_a_page_and_its_cursor_are_stored_together_or_not_at_all(make_station: Make) -> None:
    desk = make_station(URL, inner=OddCentre(), probe=bare_probe())
    page = Page("type:Patient", None, [patient("p1", meta={"versionId": "1"})])  # type: ignore[arg-type]
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        desk.store.receive(page)
    assert not desk.has("Patient", "p1")
    assert desk.store.look(inbox.cursors) == {}


def test_a_download_never_overwrites_unsent_work_and_lays_the_centres_version_beside_it(
    make_station: Make,
) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe(history_all=True))
    desk.put(patient("p1"))
    desk.run()
    desk.edit("Patient", "p1", language="bad")
    assert desk.run().refused == 1
    centre.put(patient("p1", "李", language="en"))
    desk.run()
    assert desk.get("Patient", "p1")["language"] == "bad"
    desk.edit("Patient", "p1", language="zh")
    desk.centre.retry(DOCTOR, desk.units()[0].seq)
    assert desk.run().parked == 1
    desk.centre.take_theirs(DOCTOR, desk.units()[0].seq)
    desk.centre.take_theirs(DOCTOR, desk.units()[0].seq)
    assert bodies(desk, "Patient") == at_centre(centre, "Patient")


def test_a_stale_answer_from_a_cache_does_not_take_a_record_back(make_station: Make) -> None:
    desk = make_station(URL, inner=OddCentre(), probe=bare_probe())
    new = patient("p1", "李", meta={"versionId": "2", "lastUpdated": "2026-03-17T02:00:00Z"})
    old = patient("p1", "张", meta={"versionId": "1", "lastUpdated": "2026-03-17T01:00:00Z"})
    desk.store.receive(Page("s", "1", [new]))
    assert desk.store.receive(Page("s", "2", [old])).refs == ()
    assert desk.get("Patient", "p1")["name"] == [{"family": "李"}]


def test_a_type_the_centre_will_not_give_is_named_and_the_rest_is_read(make_station: Make) -> None:
    centre = filled(OddCentre(), 3)

    def closed(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        return httpx.Response(403, json={}) if "/Encounter" in request.url.path else send(request)

    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.wire.always = closed
    report = desk.run()
    assert (report.skipped, report.received, report.failed) == (("Encounter",), 3, False)
    assert desk.centre.overview().complete_as_of == ""

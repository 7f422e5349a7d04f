"""Sending to servers with opinions: nothing is lost, doubled or overwritten whichever of them a hospital runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from sync.centre import Standing
from sync.pace import DEFAULT
from tests.plugins.odd_centre import URL, OddCentre
from tests.plugins.stations import (
    DOCTOR,
    Fault,
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
from workstation.core.events import Link

Make = Callable[..., Station]
LONGEST = timedelta(seconds=DEFAULT.unit_longest)


@pytest.mark.parametrize("status", [409, 412])
def test_a_stale_version_is_parked_whichever_status_says_so(make_station: Make, status: int) -> None:
    centre = OddCentre(stale=status)
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.run()
    centre.put(patient("p1", "李"))
    desk.edit("Patient", "p1", gender="male")
    assert desk.run().parked == 1
    assert [row.standing for row in desk.centre.overview().units] == [Standing.PARKED]
    assert centre.bodies("Patient")["p1"]["name"] == [{"family": "李"}]


@pytest.mark.parametrize("status", [409, 412])
def test_a_guard_that_fails_for_no_reason_is_tried_again_and_not_parked(
    make_station: Make, status: int
) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.wire.faults = [answer(status, {"resourceType": "OperationOutcome"})]
    assert desk.run().sent == 1
    assert len(centre.versions("Patient", "p1")) == 1


def test_an_endless_guard_failure_becomes_a_refusal_with_the_centres_words(make_station: Make) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))

    def never(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(409, json={"issue": [{"diagnostics": "unique index"}]})
        return send(request)

    desk.wire.always = never
    for _ in range(6):
        desk.run()
        desk.clock.advance(LONGEST)
    (row,) = desk.centre.overview().units
    assert (row.standing, row.reason) == (Standing.REFUSED, "unique index")


def test_a_centre_that_gives_no_etags_is_asked_for_the_versions(make_station: Make) -> None:
    centre = OddCentre(etags=False)
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.edit("Patient", "p1", gender="male")
    assert desk.run().sent == 2
    assert [v.number for v in centre.versions("Patient", "p1")] == [1, 2]
    assert desk.units() == []


def test_a_part_that_failed_inside_a_200_is_seen_and_the_unit_completed_forward(make_station: Make) -> None:
    centre = OddCentre(atomic=False)
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.run()
    centre.put(patient("p1", "李"))
    desk.put(visit("e1", "p1"), {**desk.get("Patient", "p1"), "gender": "male"})
    assert desk.run().parked == 1
    assert len(centre.versions("Encounter", "e1")) == 1
    (row,) = desk.centre.overview().units
    assert [d.ref.type for d in desk.centre.differences(row.seq)] == ["Patient"]
    desk.centre.keep_ours(DOCTOR, row.seq)
    assert desk.run().sent == 1
    assert len(centre.versions("Encounter", "e1")) == 1
    assert centre.bodies("Patient")["p1"]["gender"] == "male"


def test_taking_theirs_after_a_partial_arrival_leaves_what_arrived_in_step(make_station: Make) -> None:
    centre = OddCentre(atomic=False)
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.run()
    centre.put(patient("p1", "李"))
    desk.put(visit("e1", "p1"), {**desk.get("Patient", "p1"), "gender": "male"})
    desk.run()
    desk.centre.take_theirs(DOCTOR, desk.units()[0].seq)
    desk.run()
    for kind in ("Patient", "Encounter"):
        assert bodies(desk, kind) == at_centre(centre, kind)


def test_before_a_deletion_the_centre_is_asked_because_some_ignore_the_guard(make_station: Make) -> None:
    centre = OddCentre(guards=False)
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.run()
    centre.put(patient("p1", "李"))
    desk.delete("Patient", "p1")
    assert desk.run().parked == 1
    assert "p1" in centre.bodies("Patient")


def test_a_lost_creation_is_not_sent_over_a_later_edit_where_guards_are_ignored(make_station: Make) -> None:
    centre = OddCentre(guards=False)
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.wire.faults = [lost_answer]
    desk.run()
    centre.put(patient("p1", "李"))
    desk.run()
    assert len(centre.versions("Patient", "p1")) == 2
    assert desk.get("Patient", "p1")["name"] == [{"family": "李"}]
    assert desk.units() == []


BROKEN: dict[str, Fault] = {
    "no line": no_line,
    "captive portal": answer(200, "<html>please log in</html>", **{"Content-Type": "text/html"}),
    "redirect": answer(302, b"", Location="https://portal.test/login"),
    "proxy page": answer(403, "<html>blocked</html>", **{"Content-Type": "text/html"}),
    "busy": answer(503, {}),
    "too many": answer(429, {}, **{"Retry-After": "7"}),
    "gateway": answer(502, "<html>bad gateway</html>", **{"Content-Type": "text/html"}),
    "no json": answer(200, b"{", **{"Content-Type": "application/fhir+json"}),
    "wrong resource": answer(200, {"resourceType": "Patient", "id": "x"}),
    "sign-in": answer(401, {}),
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN.keys())
def test_a_line_that_breaks_in_mid_queue_drops_nothing(make_station: Make, fault: Fault) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    for number in range(4):
        desk.put(patient(f"p{number}"))
    desk.wire.faults = [lambda request, send: send(request), fault]
    desk.wire.always = fault
    report = desk.run()
    assert report.failed
    assert report.hint
    assert (report.sent, report.waiting) == (1, 3)
    assert [row.standing for row in desk.centre.overview().units if row.standing is Standing.REFUSED] == []
    desk.wire.always = None
    desk.clock.advance(LONGEST)
    assert desk.run().sent == 3
    assert [len(centre.versions("Patient", f"p{n}")) for n in range(4)] == [1, 1, 1, 1]


def test_a_sign_in_that_ran_out_is_shown_as_such(make_station: Make) -> None:
    desk = make_station(URL, inner=OddCentre(), probe=bare_probe())
    desk.put(patient("p1"))
    desk.wire.always = answer(401, {})
    assert desk.run().link is Link.SIGN_IN
    assert desk.states[-1].link is Link.SIGN_IN
    assert desk.states[-1].waiting == 1


def test_one_unit_the_centre_fails_on_does_not_stop_the_others(make_station: Make) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    desk.put(patient("p1"))
    desk.put(patient("p2"))
    desk.edit("Patient", "p1", gender="male")
    desk.wire.faults = [answer(500, {})]
    assert desk.run().sent == 1
    assert [row.standing for row in desk.centre.overview().units] == [Standing.POSTPONED, Standing.HELD]
    desk.clock.advance(LONGEST)
    assert desk.run().sent == 2
    assert centre.bodies("Patient")["p1"]["gender"] == "male"


def test_a_clock_that_was_a_day_ahead_does_not_keep_a_unit_waiting_for_a_day(make_station: Make) -> None:
    desk = make_station(URL, inner=OddCentre(), probe=bare_probe())
    desk.put(patient("p1"))
    desk.clock.advance(timedelta(days=1))
    desk.wire.faults = [answer(500, {})]
    assert desk.run().postponed == 1
    desk.clock.advance(timedelta(days=-1))
    assert desk.run().sent == 1


def test_one_invalid_unit_among_many_holds_back_its_dependents_alone(make_station: Make) -> None:
    centre = OddCentre()
    desk = make_station(URL, inner=centre, probe=bare_probe())
    for number in range(60):
        desk.put(patient(f"p{number:02d}", language="bad" if number == 20 else "zh-CN"))
    desk.put(visit("e1", "p20"))
    desk.edit("Patient", "p20", gender="male")
    desk.edit("Encounter", "e1", status="arrived")
    report = desk.run()
    assert (report.sent, report.refused, report.waiting) == (59, 1, 3)
    refused, *held = desk.centre.overview().units
    assert refused.reason == "language: not a code"
    assert {row.held_by for row in held} == {refused.seq}
